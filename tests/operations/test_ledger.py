"""容量台账: the ledger of capacity: what every deed does to it, on the real database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.grid.town import town as small_town
from tests.operations.ledger_stage import DAY, drafted, hold_of, ready, replied, reply, town
from tests.operations.told import CLASSES, Told
from yekuo.operations import audit
from yekuo.operations.grids import checking, ledger, needs
from yekuo.records import capacity
from yekuo.records.models import CapacityEntry, CapacityHold, ElementBalance, FollowUp, Grid, GridNeed, StaffMessage
from yekuo.rules.deeds.capacity import ReleaseCapacity
from yekuo.rules.deeds.course import ReturnStage, WithdrawApplication
from yekuo.rules.deeds.scheme import AnswerScheme
from yekuo.rules.deeds.works import PlanWorks, ReportWorks
from yekuo.rules.refusal import Refused
from yekuo.rules.reservation import HoldState, fold

pytestmark = pytest.mark.django_db


def balance(element: str) -> Decimal:
    row = ElementBalance.objects.filter(element=element).first()
    return row.held_kva if row else Decimal(0)


def kinds(told: Told) -> list[str]:
    return list(CapacityEntry.objects.filter(case=told.id).order_by("number").values_list("kind", flat=True))


def even() -> None:
    """Entries fold to the holds, the holds sum to the balances; the audit says so too."""
    assert checking.differences() == []
    for grid in Grid.objects.all():
        rows = list(CapacityEntry.objects.filter(grid=grid).order_by("number"))
        assert [row.number for row in rows] == list(range(1, grid.entries + 1))
        folded = fold(capacity.as_rule(row) for row in rows)
        stored = {(row.case, row.source): row for row in CapacityHold.objects.filter(grid=grid)}
        assert {key: (one.state, one.kw, one.kva) for key, one in folded.items()} == {
            key: (row.state, row.kw, row.kva) for key, row in stored.items()
        }
        through: dict[str, Decimal] = {}
        for row in stored.values():
            if row.state in capacity.HELD_STATES:
                for element in row.path:
                    through[element] = through.get(element, Decimal(0)) + row.kva
        balances = {row.element: row for row in ElementBalance.objects.filter(grid=grid)}
        assert {key: row.held_kva for key, row in balances.items() if row.held_kva} == through
        assert all(row.held_kva <= row.allowed_kva for row in balances.values())


def test_without_a_network_nothing_happens() -> None:
    told = replied()
    assert told.state.replied_version == 1
    assert not CapacityEntry.objects.exists()


def test_a_reply_reserves_on_the_whole_path_for_a_year() -> None:
    town()
    told = replied(kva=800)
    hold = hold_of(told)
    assert (hold.state, hold.kw, hold.kva) == (HoldState.RESERVED, 760.0, Decimal("800.00"))
    assert hold.place["node"] == "N1"
    assert hold.path == ["line/E1", "transformer/T1"]
    assert hold.until == date(2027, 3, told.at.day)
    assert balance("line/E1") == balance("transformer/T1") == 800
    even()


def test_works_begun_commit_and_power_makes_it_contracted() -> None:
    town()
    told = replied().to("works")
    assert hold_of(told).state == HoldState.RESERVED
    told.do(
        PlanWorks(builder="宏源", licence="4-1", start_on=told.at.date() + DAY * 5, finish_on=told.at.date() + DAY * 50)
    )
    assert hold_of(told).state == HoldState.RESERVED
    told.do(ReportWorks(percent=10), after=DAY * 2)
    assert (hold_of(told).state, hold_of(told).until) == (HoldState.COMMITTED, None)
    told.to("archive")
    assert hold_of(told).state == HoldState.CONTRACTED
    assert kinds(told) == ["reserve", "commit", "contract"]
    assert balance("line/E1") == 800
    even()


@pytest.mark.parametrize(
    "deed", [WithdrawApplication(reason="不办了"), AnswerScheme(version=1, agree=False, text="太远")]
)
def test_what_ends_or_is_objected_to_gives_capacity_back(deed: WithdrawApplication | AnswerScheme) -> None:
    town()
    told = replied()
    told.do(deed)
    assert hold_of(told).state == HoldState.RELEASED
    assert balance("line/E1") == 0
    even()


def test_a_new_reply_takes_the_place_of_the_one_before() -> None:
    town()
    told = replied(kva=800)
    told.do(AnswerScheme(version=1, agree=False, text="换一条线"))
    reply(drafted(told, kva=800, feeder="西一线"))
    assert hold_of(told).path == ["line/E4", "transformer/T2"]
    assert (balance("line/E1"), balance("line/E4")) == (Decimal(0), Decimal(800))
    assert kinds(told) == ["reserve", "release", "reserve"]
    even()


def test_a_second_reply_of_the_same_version_extends_the_day() -> None:
    town()
    told = replied()
    before = hold_of(told).until
    told.do(ReturnStage(to="reply", reason="延期"), after=DAY * 30)
    reply(told)
    after = hold_of(told).until
    assert before
    assert after
    assert after > before
    assert balance("line/E1") == 800
    even()


def test_no_room_is_no_refusal_but_a_need_with_its_remedy() -> None:
    town()
    first = replied(kva=5000)
    second = replied(kva=5000)
    assert second.state.stage == "answer"
    assert (hold_of(first).state, hold_of(second).state) == (HoldState.RESERVED, HoldState.WORKS)
    need = GridNeed.objects.get(case=second.id)
    assert need.kw == 4750.0
    assert "E1" in need.binding or "东一线" in need.binding
    assert need.remedy["steps"]
    assert need.remedy["works"] > 0
    assert need.remedy["days"] > 0
    assert "供电公司出资" in need.investor
    assert not need.connect_first
    assert StaffMessage.objects.filter(role="planner", case_number=second.row.number).exists()
    even()
    first.do(WithdrawApplication(reason="不办了"))
    assert hold_of(second).state == HoldState.RESERVED
    need.refresh_from_db()
    assert need.state == "dropped"
    even()


def test_a_reservation_past_its_day_lapses_and_is_let_go_of_by_a_person_only() -> None:
    town()
    told = replied()
    until = hold_of(told).until
    assert until is not None
    day_after = told.at + (until - told.at.date() + timedelta(days=1))
    assert ledger.sweep(at=told.at + DAY) == 0
    assert ledger.sweep(at=day_after) == 1
    assert ledger.sweep(at=day_after) == 0
    assert hold_of(told).state == HoldState.LAPSED
    assert balance("line/E1") == 800
    assert told.state.stage == "answer"
    assert FollowUp.objects.get(case_id=told.id, kind="validity").due_at.date() == until + DAY
    with pytest.raises(Refused, match="请写明原因"):
        told.do(ReleaseCapacity(reason=" "), after=day_after - told.at)
    told.do(ReleaseCapacity(reason="客户今年不开工"), after=timedelta(minutes=1))
    assert hold_of(told).state == HoldState.RELEASED
    assert balance("line/E1") == 0
    assert not FollowUp.objects.filter(case_id=told.id, kind="validity").exists()
    with pytest.raises(Refused, match="没有占用容量"):
        told.do(ReleaseCapacity(reason="再来一次"))
    even()


def test_released_capacity_is_taken_again_when_works_begin_after_all() -> None:
    town()
    told = replied().to("works")
    told.do(ReleaseCapacity(reason="客户暂不开工"))
    told.do(ReportWorks(percent=10))
    assert hold_of(told).state == HoldState.COMMITTED
    assert kinds(told) == ["reserve", "release", "commit"]
    even()


def test_low_voltage_without_customer_works_is_committed_with_the_contract() -> None:
    town()
    told = Told().file(CLASSES["resident"]).to("scheme")
    reply(drafted(told, kva=8, feeder="东一线"))
    assert hold_of(told).until is not None
    told.to("archive")
    assert hold_of(told).state == HoldState.CONTRACTED


def test_a_scheme_nobody_can_place_is_told_to_a_person() -> None:
    town()
    told = replied(feeder="不存在的线")
    assert (hold_of(told).state, kinds(told)) == (HoldState.UNPLACED, ["unplaced"])
    assert StaffMessage.objects.filter(case_number=told.row.number, text__contains="找不到").exists()
    even()


def test_a_new_network_leads_what_is_held_along_its_own_paths() -> None:
    from tests.grid import town as small

    town()
    told = replied(kva=800)
    sheets = small.town()
    sheets["线路段"][0]["编号"] = "E1新"
    sheets["开关"][1]["线路段编号"] = "E1新"
    town(sheets=sheets)
    other = replied(kva=100)
    assert hold_of(told).path == ["line/E1新", "transformer/T1"]
    assert balance("line/E1") == 0
    assert balance("line/E1新") == 900
    assert hold_of(other).state == HoldState.RESERVED
    even()


def test_works_that_are_done_reserve_only_what_the_network_then_carries() -> None:
    from tests.grid import town as small
    from tests.operations.told import DESK

    town()
    replied(kva=5000)
    told = replied(kva=5000)
    need = GridNeed.objects.get(case=told.id)
    needs.plan(need=need.pk, planned=told.at.date() + DAY * 60, note="列入三季度", by=DESK, at=told.at)
    with pytest.raises(Refused, match="今天"):
        needs.plan(need=need.pk, planned=told.at.date() - DAY, note="", by=DESK, at=told.at)
    with pytest.raises(Refused, match="还没有足够容量"):
        needs.finish(need=need.pk, note="双回已投运", by=DESK, at=told.at)
    need.refresh_from_db()
    assert need.state == "planned"
    sheets = small.town()
    sheets["线路段"][0]["额定电流(A)"] = "1200"
    town(sheets=sheets)
    assert needs.finish(need=need.pk, note="双回已投运", by=DESK, at=told.at)
    assert hold_of(told).state == HoldState.RESERVED
    with pytest.raises(Refused, match="已经办结"):
        needs.drop(need=need.pk, note="重复", by=DESK, at=told.at)
    even()


def test_an_element_refuses_more_than_it_is_allowed_whatever_the_code_does() -> None:
    from django.db import IntegrityError, transaction

    town()
    replied(kva=800)
    row = ElementBalance.objects.get(element="line/E1")
    with pytest.raises(IntegrityError), transaction.atomic():
        ElementBalance.objects.filter(pk=row.pk).update(held_kva=row.allowed_kva + 1)


def test_ready_cases_take_nothing() -> None:
    town()
    ready()
    assert not CapacityEntry.objects.exists()


def test_the_audit_names_what_was_changed_behind_the_ledger_and_a_rebuild_mends_it() -> None:
    town()
    told = replied()
    CapacityHold.objects.filter(case=told.id).update(kva=Decimal(1), state="committed")
    ElementBalance.objects.filter(element="line/E1").update(held_kva=5)
    found = audit.verify().findings
    assert {one.what for one in found} == {"hold", "balance"}
    assert any(told.row.number == one.number for one in found)
    assert audit.rebuild().findings
    assert audit.verify().whole
    assert hold_of(told).state == HoldState.RESERVED
    even()


def test_what_is_broken_far_away_hinders_nobody_who_does_not_make_it_worse() -> None:
    from tests.grid import town as small

    sheets = small.town()
    sheets["在途"] = [{"申请编号": "YK9", "节点编号": "M1", "配变编号": "D3", "容量": "900", "需要系数": "1"}]
    town(sheets=sheets)
    assert hold_of(replied(kva=800, feeder="东一线")).state == HoldState.RESERVED
    assert hold_of(replied(kva=100, feeder="西一线")).state == HoldState.RESERVED
    assert hold_of(replied(kva=3000, feeder="西一线")).state == HoldState.WORKS
    even()


def test_a_promise_says_which_outage_it_spoils_and_goes_through_all_the_same() -> None:
    town()
    small_one = replied(kva=500, feeder="西一线")
    assert CapacityEntry.objects.get(case=small_one.id).warning == ""
    told = replied(kva=4500, feeder="西一线")
    assert hold_of(told).state == HoldState.RESERVED
    entry = CapacityEntry.objects.get(case=told.id)
    assert "段 停电现在可以转供，接入后不能再全部转供：合上 " in entry.warning
    assert not StaffMessage.objects.filter(case_number=told.row.number, text__contains="N-1").exists()
    even()


def test_for_an_important_customer_people_are_told() -> None:
    from dataclasses import replace

    from yekuo.rules.facts import Importance

    town()
    facts = replace(CLASSES["hv_single"], capacity_kva=Decimal(4500), importance=Importance.TEMPORARY)
    told = reply(drafted(Told().file(facts).to("scheme"), kva=4500, feeder="西一线"))
    assert hold_of(told).state == HoldState.RESERVED
    words = StaffMessage.objects.filter(case_number=told.row.number, text__contains="N-1")
    assert sorted(words.values_list("role", flat=True)) == ["manager", "planner"]
    assert all("方案照常答复" in one.text for one in words)


def test_a_new_network_with_room_reserves_what_waited_without_anybody_asking() -> None:
    from tests.grid import town as small

    town()
    replied(kva=5000)
    told = replied(kva=5000)
    need = GridNeed.objects.get(case=told.id)
    assert ledger.sweep(at=told.at) == 0
    assert hold_of(told).state == HoldState.WORKS
    sheets = small.town()
    sheets["线路段"][0]["额定电流(A)"] = "1200"
    town(sheets=sheets)
    assert ledger.sweep(at=told.at + DAY) == 1
    assert hold_of(told).state == HoldState.RESERVED
    need.refresh_from_db()
    assert (need.state, need.note) == ("done", "第 2 版电网数据里已有容量")
    assert ledger.sweep(at=told.at + DAY) == 0
    even()


def doubled(*, line: str = "E1") -> None:
    """The next revision: the first section of 东一线 carries 1,200 A, under this key."""
    from tests.grid import town as small

    sheets = small.town()
    sheets["线路段"][0]["额定电流(A)"] = "1200"
    sheets["线路段"][0]["编号"] = line
    sheets["开关"][1]["线路段编号"] = line
    town(sheets=sheets)


def test_a_reply_that_comes_before_the_sweep_leaves_nobody_untried() -> None:
    town()
    replied(kva=5000)
    told = replied(kva=5000)
    assert ledger.sweep(at=told.at) == 0
    doubled()
    early = replied(kva=100, feeder="西一线")
    assert hold_of(early).state == HoldState.RESERVED
    assert hold_of(told).state == HoldState.WORKS
    assert ledger.sweep(at=told.at + DAY) == 1
    assert hold_of(told).state == HoldState.RESERVED
    assert GridNeed.objects.get(case=told.id).state == "done"
    assert ledger.sweep(at=told.at + DAY) == 0
    even()


def test_capacity_given_back_before_the_sweep_leaves_nobody_untried() -> None:
    town()
    replied(kva=5000)
    told = replied(kva=5000)
    other = replied(kva=100, feeder="西一线")
    doubled()
    other.do(WithdrawApplication(reason="不办了"))
    reply(ready(kva=100, feeder="西一线"))
    assert hold_of(told).state == HoldState.WORKS
    assert ledger.sweep(at=told.at + DAY) == 1
    assert hold_of(told).state == HoldState.RESERVED
    even()


def test_who_waits_is_tried_once_on_every_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    from yekuo.operations.grids import weighing

    town()
    replied(kva=5000)
    told = replied(kva=5000)
    opened: list[int] = []
    open_ = weighing.scales

    def counted(grid: Grid) -> weighing.Scales | None:
        opened.append(grid.pk)
        return open_(grid)

    monkeypatch.setattr(weighing, "scales", counted)
    ledger.sweep(at=told.at)
    ledger.sweep(at=told.at + DAY)
    assert len(opened) == 1
    town()
    ledger.sweep(at=told.at + DAY)
    ledger.sweep(at=told.at + DAY * 2)
    assert len(opened) == 2
    assert hold_of(told).state == HoldState.WORKS


def test_who_waited_is_reserved_on_the_paths_of_the_new_network() -> None:
    town()
    replied(kva=5000)
    told = replied(kva=5000)
    doubled(line="E1新")
    assert ledger.sweep(at=told.at + DAY) == 1
    assert hold_of(told).path == ["line/E1新", "transformer/T1"]
    assert balance("line/E1新") == 10000
    assert balance("line/E1") == 0
    even()


def test_a_network_without_solution_leaves_who_waits_for_the_next_round(monkeypatch: pytest.MonkeyPatch) -> None:
    from yekuo.grid.solve import NoSolutionError
    from yekuo.operations.grids import weighing

    def unsolved(grid: Grid) -> None:
        raise NoSolutionError("没有解")

    town()
    replied(kva=5000)
    told = replied(kva=5000)
    doubled()
    with monkeypatch.context() as patched:
        patched.setattr(weighing, "scales", unsolved)
        assert ledger.sweep(at=told.at + DAY) == 0
    assert hold_of(told).state == HoldState.WORKS
    assert ledger.sweep(at=told.at + DAY * 2) == 1


def test_a_need_that_is_dropped_leaves_the_source_to_its_manager() -> None:
    from tests.operations.told import DESK

    town()
    replied(kva=5000)
    told = replied(kva=5000)
    need = GridNeed.objects.get(case=told.id)
    needs.drop(need=need.pk, note="改由别的线路供电", by=DESK, at=told.at)
    assert hold_of(told).state == HoldState.WORKS
    word = StaffMessage.objects.get(case_number=told.row.number, text__contains="配套工程需求已取消")
    assert word.role == "manager"
    assert "请重新答复方案" in word.text


def test_what_was_released_after_power_flowed_is_not_taken_again() -> None:
    from dataclasses import replace

    from yekuo.operations.consequences import Done
    from yekuo.records import log
    from yekuo.rules.deeds.works import AcceptExternalWorks

    town()
    told = replied(kva=800).to("archive")
    told.do(ReleaseCapacity(reason="已在实测负荷里"))
    assert hold_of(told).state == HoldState.RELEASED
    last = list(log.entries(told.id))[-1]
    later = replace(last.event, kind="external_works_accepted", body=AcceptExternalWorks(content="已接入"))
    ledger.follow(
        Done(
            case=told.id, number=told.row.number, unit=told.row.unit, seq=last.row.seq, event=later, before=told.state,
            after=told.state, at=told.at,
        )
    )  # fmt: skip
    assert hold_of(told).state == HoldState.RELEASED
    even()


def test_works_begun_before_the_sweep_count_on_the_paths_of_the_new_network() -> None:
    town()
    replied(kva=5000)
    told = replied(kva=5000).to("works")
    doubled(line="E1新")
    told.do(PlanWorks(builder="宏源", licence="4-1", start_on=told.at.date(), finish_on=told.at.date() + DAY * 50))
    told.do(ReportWorks(percent=10), after=DAY * 2)
    assert hold_of(told).state == HoldState.COMMITTED
    assert hold_of(told).path == ["line/E1新", "transformer/T1"]


def test_replied_again_before_the_sweep_a_case_gives_back_what_it_holds_on_the_new_paths() -> None:
    town()
    told = replied(kva=5000)
    sheets = small_town()
    sheets["线路段"][0]["编号"] = "E1新"
    sheets["开关"][1]["线路段编号"] = "E1新"
    town(sheets=sheets)
    told.do(ReturnStage(to="reply", reason="延期"), after=DAY * 30)
    reply(told)
    assert hold_of(told).state == HoldState.RESERVED
    even()
