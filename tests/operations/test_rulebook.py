"""规则维护: a notice moves open provisional deadlines only, tells who has the ball, and never touches a stopped clock."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.operations.told import CLASSES, DESK, Told
from tests.rules.cases import MONDAY, PLACE
from yekuo.operations.casefile import CaseFile, read_case
from yekuo.operations.rulebook import amend_limit, confirm_limit, import_notice, preview_notice
from yekuo.records.models import Clock, StaffMessage, Unit
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.calendar import BEIJING
from yekuo.rules.notices import parse_notice
from yekuo.rules.refusal import Refused

pytestmark = pytest.mark.django_db

LATE = datetime(2026, 12, 14, 9, 0, tzinfo=BEIJING)  # Monday
NOTICE_2027 = """
year = 2027
papers = ["国办发明电〔2026〕演练"]
off = ["2027-01-01..2027-01-03", "2027-02-05..2027-02-11", "2027-04-03..2027-04-05", "2027-05-01..2027-05-05",
       "2027-06-09", "2027-09-15", "2027-10-01..2027-10-07"]
make_up = ["2026-12-27", "2027-01-30", "2027-02-20", "2027-04-25", "2027-05-08", "2027-09-26", "2027-10-09"]
"""


@pytest.fixture(autouse=True)
def _unit() -> None:
    Unit.objects.get_or_create(
        pk=1, defaults={"code": "01", "name": "城关供电所", "path": "1/", "company": "SGCC", "province": "浙江"}
    )


def read(told: Told, at: datetime) -> CaseFile:
    return read_case(number=told.receipt.number, by=DESK, at=at)


def dues(told: Told) -> dict[str, datetime | None]:
    return {one.key: one.due_at for one in Clock.objects.filter(case_id=told.id)}


def test_import_moves_open_provisional_deadlines_and_tells_the_manager() -> None:
    told = Told(LATE).file(CLASSES["hv_multi"]).to("survey")
    before = dues(told)
    assert Clock.objects.get(case_id=told.id, key="utility_sum").provisional
    preview = preview_notice(parse_notice(NOTICE_2027))
    done = import_notice(notice=parse_notice(NOTICE_2027), by=DESK, at=told.at + timedelta(hours=1), reason="演练文号")
    after = dues(told)
    assert {one.clock for one in done.effects} == {one.clock for one in preview.effects}
    assert after["utility_sum"] != before["utility_sum"]
    assert not Clock.objects.get(case_id=told.id, key="utility_sum").provisional
    assert after["pre_acceptance.1"] == before["pre_acceptance.1"]


def test_earlier_deadline_leaves_a_message_for_whoever_has_the_ball() -> None:
    told = Told(LATE).file(CLASSES["hv_single"]).to("survey")
    # 22 working days from Monday 14 December run into January; 27 December becomes a working Sunday.
    import_notice(
        notice=parse_notice(NOTICE_2027.replace("2027-01-01..2027-01-03", "2027-01-01")),
        by=DESK, at=told.at + timedelta(hours=1), reason="演练文号",
    )  # fmt: skip
    words = StaffMessage.objects.filter(case_number=told.receipt.number)
    assert {one.role for one in words} >= {"surveyor", "manager"}
    assert all("提前" in one.text for one in words)


def test_firm_deadline_and_closed_clock_stay() -> None:
    early = Told(datetime(2026, 11, 2, 9, 0, tzinfo=BEIJING)).file(CLASSES["resident"]).to("completed")
    rows = list(Clock.objects.filter(case_id=early.id).order_by("key").values())
    import_notice(notice=parse_notice(NOTICE_2027), by=DESK, at=LATE, reason="演练文号")
    assert list(Clock.objects.filter(case_id=early.id).order_by("key").values()) == rows


def test_stopped_clock_is_shown_by_the_calendar_it_stopped_under() -> None:
    told = Told(datetime(2026, 12, 21, 9, 0, tzinfo=BEIJING)).file(CLASSES["hv_single"]).to("scheme")
    told.at = datetime(2026, 12, 28, 9, 0, tzinfo=BEIJING)
    told.to("answer")
    before = next(one for one in read(told, told.at).clocks if one.clock.key == "stage.scheme_reply.1")
    assert before.clock.stopped_at is not None
    import_notice(notice=parse_notice(NOTICE_2027), by=DESK, at=told.at + timedelta(hours=1), reason="演练文号")
    after = next(one for one in read(told, told.at).clocks if one.clock.key == "stage.scheme_reply.1")
    assert after.clock.due_at == before.clock.due_at
    assert after.clock.derivation == before.clock.derivation


def test_confirming_a_limit_makes_it_bind_for_open_cases() -> None:
    told = Told().file(CLASSES["hv_single"]).to("survey")
    file = read(told, told.at)
    book = file.shelf.limits.limits
    shown = [one for one in book if one.stage == "scheme_reply" and one.days == 10 and "供电营业规则" in one.document]
    assert shown, "2024 规则的 10 个工作日应已备好待确认"
    before = dues(told)["stage.scheme_reply.1"]
    confirm_limit(
        limit_id=shown[0].id, since=date(2024, 6, 1), by=DESK, at=told.at, reason="供电营业规则 2024 已核对原文"
    )
    after = dues(told)["stage.scheme_reply.1"]
    assert before is not None
    assert after is not None
    assert after < before


def test_amending_a_limit_is_refused_when_wrong_and_counts_when_right() -> None:
    told = Told().file(CLASSES["resident"]).to("survey")
    book = read(told, told.at).shelf.limits.limits
    served = [one for one in book if one.reaches(PLACE) and one.binds and one.in_force(MONDAY.date())]
    limit = next(
        one for one in served if one.clock == "end_to_end" and CLASSES["resident"].customer_class in one.classes
    )
    with pytest.raises(Refused, match="天"):
        amend_limit(limit=replace(limit, days=0), by=DESK, at=told.at, reason="试改")
    amend_limit(limit=replace(limit, days=2, id="local-2"), by=DESK, at=told.at, reason="本地承诺")
    clock = Clock.objects.get(case_id=told.id, key="end_to_end")
    assert (clock.budget, clock.limit) == (2, "local-2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (NOTICE_2027.replace("2027", "2029"), "2029"),
        (NOTICE_2027.replace('"2027-02-20"', '"2027-02-08"'), "2027-02-08"),
    ],
)
def test_bad_notice_is_refused_and_changes_nothing(text: str, message: str) -> None:
    told = Told(LATE).file(CLASSES["hv_multi"]).to("survey")
    before = dues(told)
    with pytest.raises(Refused, match=message):
        import_notice(notice=parse_notice(text), by=DESK, at=LATE, reason="演练")
    assert dues(told) == before


def test_only_who_keeps_the_rules_may_import_and_says_why() -> None:
    clerk = Actor(kind=ActorKind.STAFF, person=9, unit=1, roles=("clerk",))
    with pytest.raises(Refused, match="权限"):
        import_notice(notice=parse_notice(NOTICE_2027), by=clerk, at=LATE, reason="演练")
    with pytest.raises(Refused, match="依据"):
        import_notice(notice=parse_notice(NOTICE_2027), by=DESK, at=LATE, reason=" ")


def test_decimal_capacity_survives_the_file() -> None:
    told = Told().file(replace(CLASSES["resident"], capacity_kva=Decimal("8.5"))).to("survey")
    facts = read(told, told.at).state.facts
    assert facts is not None
    assert facts.capacity_kva == Decimal("8.5")
