"""时限库: the shipped numbers, which of them match where and when, and that only confirmed, dated rules bind."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yekuo.records.rulebooks import shipped_limits
from yekuo.rules.calendar import Unit
from yekuo.rules.facts import Business, CustomerClass, CustomerKind, Facts, Place, Voltage
from yekuo.rules.limit_text import parse_limits
from yekuo.rules.limits import ClockKind, Limit, Rank, Scope, StopRule, WarningSteps
from yekuo.rules.refusal import Refused
from yekuo.rules.timeline import Cause

BOOK = shipped_limits()
NATION = Place(company="其他", province="山西")
STATE_GRID = Place(company="SGCC", province="河北")
TODAY = date(2026, 11, 22)


def facts(kind: CustomerClass, *, works: bool | None = None, voltage: Voltage | None = None, kva: int = 100) -> Facts:
    high = kind in (CustomerClass.HV_SINGLE, CustomerClass.HV_MULTI)
    made = Facts(
        business=Business.NEW,
        kind=CustomerKind.RESIDENT if kind is CustomerClass.RESIDENT else CustomerKind.NONRESIDENT,
        voltage=voltage or (Voltage.KV10 if high else Voltage.V380),
        capacity_kva=Decimal(kva),
        sources=2 if kind is CustomerClass.HV_MULTI else 1,
        external_works=works,
        zero_investment=kind is CustomerClass.THREE_ZERO,
    )
    assert made.customer_class is kind
    return made


def binding(place: Place, case: Facts, clock: ClockKind, stage: str = "", on: date = TODAY) -> dict[str, int]:
    return {limit.id: limit.days for limit in BOOK.matching(place, case, clock, stage, on) if limit.binds}


R, Z, O, S, M = CustomerClass  # noqa: E741 - five columns of one table


@pytest.mark.parametrize(
    ("stage", "days"),
    [
        ("scheme_reply", {R: 3, Z: 8, O: 8, S: 20, M: 45}),
        ("design_review", {R: None, Z: 8, O: 8, S: 20, M: 20}),
        ("mid_inspection", {R: None, Z: 3, O: 3, S: 5, M: 5}),
        ("completion_inspection", {R: None, Z: 5, O: 5, S: 7, M: 7}),
        ("meter_energise", {R: 3, Z: 5, O: 5, S: 7, M: 7}),
    ],
)
def test_the_regulation_is_the_only_binding_stage_rule_today(stage: str, days: dict[CustomerClass, int | None]) -> None:
    for kind, expected in days.items():
        found = list(binding(STATE_GRID, facts(kind), ClockKind.STAGE, stage).values())
        assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize(("kind", "days"), [(O, 6), (S, 22), (M, 32)])
def test_the_sum_is_6_22_32_by_policy_and_by_promise(kind: CustomerClass, days: int) -> None:
    found = [limit for limit in BOOK.matching(STATE_GRID, facts(kind), ClockKind.UTILITY_SUM, "", TODAY) if limit.binds]
    assert {(limit.rank, limit.days) for limit in found} == {(Rank.POLICY, days), (Rank.PROMISE, days)}


@pytest.mark.parametrize("kind", [R, Z])
def test_residents_and_three_zero_have_no_sum_limit(kind: CustomerClass) -> None:
    assert binding(STATE_GRID, facts(kind), ClockKind.UTILITY_SUM) == {}


@pytest.mark.parametrize(
    ("on", "days"),
    [
        (date(2020, 12, 30), []),
        (date(2020, 12, 31), [25]),
        (date(2021, 12, 30), [25]),
        (date(2021, 12, 31), [20]),
        (date(2022, 12, 31), [15]),
        (date(2025, 6, 2), [15]),
        (date(2025, 6, 3), [5, 15]),
    ],
)
def test_three_zero_end_to_end_tightens_by_date(on: date, days: list[int]) -> None:
    assert sorted(binding(NATION, facts(Z, works=False), ClockKind.END_TO_END, on=on).values()) == days


@pytest.mark.parametrize(("works", "days"), [(False, {5}), (True, {15}), (None, {5, 15})])
def test_low_voltage_of_2025_depends_on_works_and_both_match_until_known(works: bool | None, days: set[int]) -> None:
    assert set(binding(NATION, facts(O, works=works), ClockKind.END_TO_END).values()) == days


@pytest.mark.parametrize(
    ("place", "case", "clock", "strictest"),
    [
        (Place(company="SGCC", province="河南"), facts(O, works=True), ClockKind.END_TO_END, 5),
        (Place(company="CSG-贵州", province="贵州"), facts(M), ClockKind.UTILITY_SUM, 30),
        (Place(company="CSG", province="广东"), facts(M), ClockKind.UTILITY_SUM, 32),
        (Place(company="CSG-贵州", province="贵州"), facts(R, works=True), ClockKind.END_TO_END, 3),
        (Place(company="CSG-贵州", province="贵州"), facts(S, works=True), ClockKind.END_TO_END, 60),
        (Place(company="CSG-贵州", province="贵州"), facts(M, works=None), ClockKind.END_TO_END, 80),
        (Place(company="SGCC", province="上海", city="上海"), facts(O, works=True, kva=160), ClockKind.END_TO_END, 10),
        (Place(company="SGCC", province="上海"), facts(O, works=True, kva=161), ClockKind.END_TO_END, 15),
        (Place(company="SGCC", province="湖北", city="随州"), facts(R, works=True), ClockKind.END_TO_END, 5),
        (NATION, facts(S), ClockKind.PERMIT, 10),
        (NATION, facts(O), ClockKind.PERMIT, 5),
    ],
)
def test_place_layers(place: Place, case: Facts, clock: ClockKind, strictest: int) -> None:
    assert min(binding(place, case, clock).values()) == strictest


def test_no_permit_limit_above_20_kv() -> None:
    assert binding(NATION, facts(S, voltage=Voltage.KV20), ClockKind.PERMIT) == {"policy-1479.permit.le20kv": 10}
    assert binding(NATION, facts(S, voltage=Voltage.KV35), ClockKind.PERMIT) == {}


def test_the_promise_of_2011_ends_with_2019() -> None:
    for on, days in ((date(2019, 12, 31), {20, 15}), (date(2020, 1, 1), {20}), (date(2010, 12, 31), {20})):
        assert set(binding(STATE_GRID, facts(S), ClockKind.STAGE, "scheme_reply", on).values()) == days
    assert 3 not in {limit.days for limit in BOOK.limits if limit.id.startswith("supply-") and "hv_" in limit.id}


@pytest.mark.parametrize(
    ("place", "case", "stage", "id_", "reason"),
    [
        (STATE_GRID, facts(S), "scheme_reply", "stage-assessment.scheme_reply.hv_single", "内部规定，只用于预警"),
        (STATE_GRID, facts(R), "scheme_reply", "management-rules-2017.scheme_reply.lv", "内部规定，只用于预警"),
        (NATION, facts(S), "scheme_reply", "business-rules-2024.scheme_reply.hv_single", "待本地确认"),
        (
            Place(company="SGCC", province="河南"),
            facts(S),
            "scheme_reply",
            "henan-handout.scheme_reply.hv_single",
            "没有施行日期",
        ),
        (
            Place(company="SGCC", province="安徽", city="宿州"),
            facts(S),
            "completion_inspection",
            "suzhou-anhui.completion_inspection",
            "没有施行日期",
        ),
    ],
)
def test_what_is_shown_but_does_not_bind_says_why(place: Place, case: Facts, stage: str, id_: str, reason: str) -> None:
    found = {limit.id: limit for limit in BOOK.matching(place, case, ClockKind.STAGE, stage, TODAY)}
    assert not found[id_].binds
    assert found[id_].why_not == reason


def test_the_2024_rules_bind_as_soon_as_someone_confirms_them() -> None:
    later = BOOK.confirmed("business-rules-2024.scheme_reply.hv_multi")
    assert later.version != BOOK.version
    found = later.matching(NATION, facts(M), ClockKind.STAGE, "scheme_reply", date(2024, 6, 1))
    assert {limit.days for limit in found if limit.binds} == {20, 45}
    before = later.matching(NATION, facts(M), ClockKind.STAGE, "scheme_reply", date(2024, 5, 31))
    assert {limit.days for limit in before if limit.binds} == {45}
    assert not BOOK.limit("business-rules-2024.scheme_reply.hv_multi").binds, "the old book is as it was"


def test_an_undated_rule_is_confirmed_only_with_its_first_day() -> None:
    id_ = "henan-handout.scheme_reply.hv_multi"
    with pytest.raises(Refused, match="施行日期"):
        BOOK.confirmed(id_)
    assert BOOK.confirmed(id_, since=date(2020, 1, 1)).limit(id_).binds


@pytest.mark.parametrize(("kind", "total"), [(O, 6), (S, 22), (M, 32)])
def test_internal_stage_budgets_add_up_to_the_sum(kind: CustomerClass, total: int) -> None:
    own = [limit for limit in BOOK.limits if limit.id.startswith("stage-budget.") and kind in limit.classes]
    assert sum(limit.days for limit in own) == total
    assert {limit.rank for limit in own} == {Rank.INTERNAL}
    assert not any(limit.binds for limit in own)


def test_every_limit_says_where_it_is_from() -> None:
    for limit in BOOK.limits:
        assert limit.starts, limit.id
        assert limit.stops, limit.id
        assert BOOK.source(limit) or limit.note, limit.id
        assert limit.source in dict(BOOK.sources), limit.id


def test_pauses_stop_stage_and_sum_and_nothing_else() -> None:
    for clock in ClockKind:
        stopped = BOOK.stopping(clock, Place(company="SGCC", province="湖北", city="随州"), TODAY)
        assert stopped == (set(Cause) if clock in (ClockKind.STAGE, ClockKind.UTILITY_SUM) else set())


def test_a_local_rule_may_stop_end_to_end_once_confirmed() -> None:
    [flagged] = [rule for rule in BOOK.stop_rules if rule.where == "随州"]
    later = BOOK.with_stop_rule(replace(flagged, confirmed=True, since=date(2026, 1, 1)))
    suizhou = Place(company="SGCC", province="湖北", city="随州")
    assert Cause.CUSTOMER_SITE in later.stopping(ClockKind.END_TO_END, suizhou, TODAY)
    assert Cause.GOVERNMENT_PERMIT not in later.stopping(ClockKind.END_TO_END, suizhou, TODAY)
    assert later.stopping(ClockKind.END_TO_END, STATE_GRID, TODAY) == frozenset()
    assert later.stopping(ClockKind.END_TO_END, suizhou, date(2025, 12, 31)) == frozenset()


@pytest.mark.parametrize(("days", "yellow", "red"), [(1, 0, 0), (2, 1, 0), (3, 1, 1), (5, 2, 1), (6, 3, 1), (45, 3, 1)])
def test_warning_steps(days: int, yellow: int, red: int) -> None:
    assert (BOOK.warning.yellow(days), BOOK.warning.red(days)) == (yellow, red)
    assert WarningSteps(yellow_most=10).yellow(45) == 10


NEW = Limit(
    id="x.new",
    document="新文",
    rank=Rank.POLICY,
    scope=Scope.PROVINCE,
    where="山西",
    clock=ClockKind.STAGE,
    stage="scheme_reply",
    days=2,
    classes=(S,),
    since=date(2026, 1, 1),
    confirmed=True,
)


def test_a_limit_is_added_replaced_and_left_out() -> None:
    more = BOOK.with_limit(NEW)
    assert min(x.days for x in more.matching(NATION, facts(S), ClockKind.STAGE, "scheme_reply", TODAY) if x.binds) == 2
    assert more.with_limit(replace(NEW, days=4)).limit("x.new").days == 4
    assert more.without("x.new").version == BOOK.version
    with pytest.raises(Refused, match=r"没有编号为 x\.new 的时限"):
        BOOK.without("x.new")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days": 0}, "days"),
        ({"classes": ()}, "classes"),
        ({"where": ""}, "where"),
        ({"scope": Scope.NATIONAL}, "where"),
        ({"until": date(2026, 1, 1)}, "until"),
        ({"stage": ""}, "stage"),
        ({"clock": ClockKind.END_TO_END}, "stage"),
        ({"min_voltage": 20000, "max_voltage": 10000}, "max_voltage"),
        ({"id": ""}, "id"),
    ],
)
def test_a_wrong_limit_is_refused_by_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        BOOK.with_limit(replace(NEW, **changes))  # type: ignore[arg-type]
    assert field in {problem.field for problem in refused.value.problems}


HEAD = '[document.d]\ntitle = "x"\nrank = "law"\nscope = "national"\n[[limit]]\ndocument = "d"\nclock = "end_to_end"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("limit = ", "读不懂"),
        ("limit = 3", "limit 应是表的列表"),
        ("document = 3", "document 应是表"),
        ('[[limit]]\ndocument = "none"', "没有名为 none 的文件"),
        (HEAD, "classes"),
        (HEAD + "days = { nobody = 3 }", "nobody"),
        (HEAD + 'days = { hv_single = "3" }', "应是整数"),
        (HEAD + 'classes = ["hv_single"]', "未填写"),
        (HEAD + "days = { hv_single = 3 }\nday = 4", "不认识的键"),
        (HEAD + 'days = { hv_single = 3 }\nfrom = "2020"', "应是日期"),
        (HEAD + "days = { hv_single = 3 }\nexternal_works = 1", "true 或 false"),
        (HEAD + 'days = { hv_single = 3 }\nunit = "weeks"', "WD、CD"),
        (HEAD + "days = { hv_single = 0 }", "正整数"),
        ("[warning]\nyellow_most = 0", "档位"),
        ("[warning]\ngreen = 1", "不认识的键"),
        ('[[stop]]\ncauses = []\nclocks = ["stage"]', "非空列表"),
    ],
)
def test_a_wrong_text_is_refused_where_it_is_wrong(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        parse_limits(text)


def test_the_same_id_twice_is_refused() -> None:
    with pytest.raises(Refused, match="重复"):
        parse_limits(HEAD + "days = { hv_single = 3 }", HEAD + "days = { hv_single = 4 }")


def test_texts_join_and_the_version_follows_the_content() -> None:
    one, other = HEAD + "days = { hv_single = 3 }", HEAD.replace('"d"', '"e"').replace(".d]", ".e]")
    other += 'unit = "CD"\ndays = { hv_single = 4 }'
    joined = parse_limits(one, other)
    assert [(limit.id, limit.days, limit.unit) for limit in joined.limits] == [
        ("d.end_to_end.hv_single", 3, Unit.WD),
        ("e.end_to_end.hv_single", 4, Unit.CD),
    ]
    assert joined.version == parse_limits(other, one).version != parse_limits(one).version


PLACES = st.builds(
    Place,
    company=st.sampled_from(["SGCC", "CSG-贵州", "CSG", "其他"]),
    province=st.sampled_from(["河南", "上海", "湖北", "安徽", "山西"]),
    city=st.sampled_from(["", "随州", "宿州", "上海"]),
)
CASES = st.builds(
    facts,
    st.sampled_from(CustomerClass),
    works=st.sampled_from([None, True, False]),
    kva=st.sampled_from([10, 160, 161, 5000]),
)


@given(place=PLACES, case=CASES, clock=st.sampled_from(ClockKind), on=st.dates(date(2009, 1, 1), date(2030, 1, 1)))
def test_an_unknown_fact_matches_whatever_either_answer_would(
    place: Place, case: Facts, clock: ClockKind, on: date
) -> None:
    for stage in {limit.stage for limit in BOOK.limits if limit.clock is clock}:
        unknown = set(BOOK.matching(place, replace(case, external_works=None), clock, stage, on))
        known = (BOOK.matching(place, replace(case, external_works=works), clock, stage, on) for works in (True, False))
        assert unknown == {limit for found in known for limit in found}


@given(case=CASES, on=st.dates(date(2009, 1, 1), date(2030, 1, 1)), cause=st.sampled_from(Cause))
def test_an_unconfirmed_or_undated_stop_rule_stops_nothing(case: Facts, on: date, cause: Cause) -> None:
    rule = StopRule(causes=(cause,), clocks=(ClockKind.PERMIT,), since=on, confirmed=False)
    for useless in (rule, replace(rule, confirmed=True, since=None), replace(rule, confirmed=True, until=on)):
        assert BOOK.with_stop_rule(useless).stopping(ClockKind.PERMIT, NATION, on) == frozenset()
    good = replace(rule, confirmed=True, until=on + timedelta(days=1))
    assert BOOK.with_stop_rule(good).stopping(ClockKind.PERMIT, NATION, on) == {cause}
