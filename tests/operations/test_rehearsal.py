"""演练公司: the stories of the demo land where they say they land."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from yekuo.operations import audit
from yekuo.operations.casefile import CaseFile, NotFound, read_case
from yekuo.operations.perform import perform
from yekuo.operations.rehearsal import (
    aftermath,
    cast,
    company,
    counters,
    effects,
    guided,
    plan,
    stories,
    together,
    trying,
    year,
)
from yekuo.operations.rehearsal.company import Company
from yekuo.operations.rehearsal.staffing import COUNTIES, PEOPLE
from yekuo.records.models import CapacityHold, Event, GenerationPlace, Outbox, StaffMessage
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.closing import Energise
from yekuo.rules.levels import Level
from yekuo.rules.powers import Role
from yekuo.rules.refusal import Refused
from yekuo.rules.state import Party, Status

pytestmark = pytest.mark.django_db
OUTSIDE = {"customer", "agent", "designer", "builder", "system"}


@pytest.fixture
def made() -> Company:
    return company.found_company(at=stories.when(8, 3))


def clerk(made: Company) -> Actor:
    return made.actors["limin"]


def told(made: Company, title: str) -> CaseFile:
    story = next(tell for said, tell in stories.STORIES if title in said)
    number = story(made).receipt
    assert number is not None
    return read_case(number=number.number, by=clerk(made), at=stories.TODAY)


def test_friday_acceptance_with_fifteen_working_days_falls_due_on_15_october(made: Company) -> None:
    file = told(made, "15 个工作日")
    end = next(one for one in file.clocks if one.clock.key == "end_to_end")
    assert end.clock.started_at.date() == datetime(2026, 9, 18, tzinfo=BEIJING).date()
    assert (end.clock.budget, end.clock.due_at) == (15, datetime(2026, 10, 15, 17, 30, tzinfo=BEIJING))
    assert (end.level, file.state.status) == (Level.MET, Status.COMPLETED)


def test_dual_source_accepted_in_november_is_provisional_into_2027(made: Company) -> None:
    file = told(made, "跨到 2027")
    total = next(one for one in file.clocks if one.clock.key == "utility_sum")
    assert total.clock.provisional
    assert total.clock.due_at is not None
    assert total.clock.due_at.year == 2027


def test_suspended_case_waits_for_the_customer_without_a_due_date(made: Company) -> None:
    file = told(made, "经批准挂起")
    assert file.waiting is Party.CUSTOMER
    running = file.running
    assert running is not None
    assert (running.level, running.clock.due_at) == (Level.PAUSED, None)


def test_returned_case_stands_at_survey_with_its_first_clock_running(made: Company) -> None:
    file = told(made, "退回重新勘查")
    assert file.state.stage == "survey"
    assert [run.key for run in file.state.timeline.runs] == ["accept", "scheme_reply"]


def test_case_without_contract_is_not_energised(made: Company) -> None:
    file = told(made, "没有合同")
    assert (file.state.stage, file.state.energised) == ("energise", False)
    assert any("供用电合同" in getattr(entry.event.body, "note", "") for entry in file.entries)


def test_another_county_is_out_of_sight(made: Company) -> None:
    with pytest.raises(NotFound):
        told(made, "另一个县")


def test_slow_surveyor_is_overdue(made: Company) -> None:
    file = told(made, "勘查拖延")
    assert file.due is not None
    assert file.due.level is Level.OVERDUE
    assert file.state.urged == 1


# --- the year's plan -------------------------------------------------------------------------------------------


def test_every_county_has_somebody_for_every_role() -> None:
    wanted = {role.value for role in Role} - OUTSIDE - {"supervisor2", "analyst", "administrator"}
    for county, _ in COUNTIES:
        there = {role for one in PEOPLE if one.unit == county for role in one.roles}
        assert wanted - there == set(), county
    assert 55 <= len(PEOPLE) <= 70
    assert len({one.login for one in PEOPLE}) == len(PEOPLE)


def test_the_same_seed_plans_the_same_year_and_another_seed_another() -> None:
    assert plan.year(1, range(1001, 1040)) == plan.year(1, range(1001, 1040))
    assert plan.year(1, range(1001, 1040)) != plan.year(2, range(1001, 1040))
    whole = plan.year(stories.SEED)
    part = plan.year(stories.SEED, range(1100, 1110))
    assert [one for one in whole if one.serial in range(1100, 1110)] == part


def test_the_year_holds_every_class_county_channel_and_month() -> None:
    year_planned = plan.year(stories.SEED)
    assert {one.supply for one in year_planned} == {supply for supply, _ in plan.CLASSES}
    assert {one.channel for one in year_planned} == {channel for channel, _ in plan.CHANNELS}
    assert {one.unit for one in year_planned} == {unit for unit, _ in plan.COUNTIES}
    assert {one.filed_at.month for one in year_planned} == set(range(1, 13))
    assert 40 <= sum(one.grows for one in year_planned) <= 110
    assert {one.fate.pause for one in year_planned} == {"", "approved", "disputed", "refused"}


def test_nobody_calls_back_about_a_case_they_manage() -> None:
    assert all(one.crew["clerk"] != one.crew["manager"] for one in plan.year(stories.SEED))


def _mean(stage: str, login: str, unit: str, month: int, *, high: bool = False) -> float:
    dice = Random("mean")
    at = datetime(2026, month, 10, 9, tzinfo=BEIJING)
    found = effects.at_work(stage, login=login, unit=unit, high=high, at=at)
    return sum(effects.hours_of(stage, dice, high=high, effects=found) for _ in range(400)) / 400


@pytest.mark.parametrize(
    ("effect", "where", "where_not"),
    [
        ("slow_surveyor", ("survey", "tangwei", "3302", 7, False), ("survey", "weiguo", "3302", 7, False)),
        ("slow_surveyor", ("survey", "tangwei", "3302", 7, False), ("survey", "tangwei", "3302", 2, False)),
        ("absent_reviewer", ("review", "fengjie", "3301", 4, True), ("review", "sunli", "3301", 4, True)),
        ("funds_late", ("external_works", "", "3303", 5, True), ("external_works", "", "3303", 9, True)),
        ("contract_on_paper", ("contract_sign", "", "3303", 3, True), ("contract_sign", "", "3301", 3, True)),
    ],
)
def test_a_planted_cause_slows_whom_it_is_planted_for_and_nobody_else(
    effect: str, where: tuple[str, str, str, int, bool], where_not: tuple[str, str, str, int, bool]
) -> None:
    slow, usual = (_mean(one[0], one[1], one[2], one[3], high=one[4]) for one in (where, where_not))
    assert slow > 2 * usual, effect
    assert effect in {one.key for one in effects.SLOW}


def test_the_causes_are_written_down_for_whoever_analyses_the_demo() -> None:
    page = (Path(__file__).parents[2] / "docs" / "demo.md").read_text(encoding="utf-8")
    for key in [one.key for one in effects.SLOW] + list(effects.CHANCES):
        assert f"`{key}`" in page


def test_a_case_of_each_kind_is_told_to_its_end_by_the_real_operations(made: Company) -> None:
    first = {one.supply: one for one in reversed(plan.year(stories.SEED)) if not one.fate.leaves_at}
    for one in first.values():
        done = year.tell(one, made, seed=stories.SEED, until=together.UNTIL)
        assert done.state.status is Status.COMPLETED, one.serial
        assert done.state.energised
    report = audit.verify()
    assert report.whole, report.findings


def test_whoever_grows_holds_the_account_that_grows(made: Company) -> None:
    holdings = counters.seed_holdings(made, at=stories.FOUNDED)
    planned = [one for one in plan.year(stories.SEED, range(1001, 1090)) if one.grows]
    one = next(found for found in together.with_accounts(planned, holdings) if found.application.account_number)
    done = year.tell(one, made, seed=stories.SEED, until=together.UNTIL)
    assert done.state.facts is not None
    assert done.state.facts.original_kva == one.application.existing > 0


def test_a_telling_stops_at_the_story_s_today(made: Company) -> None:
    one = plan.year(stories.SEED, range(1001, 1030))[5]
    until = one.filed_at + timedelta(days=3)
    assert year.tell(one, made, seed=stories.SEED, until=until).at <= until


# --- the five told stories -------------------------------------------------------------------------------------


@pytest.fixture
def five(made: Company) -> dict[int, CaseFile]:
    found = {}
    for _, serial, case in guided.CASES:
        number = case(made).number
        found[serial] = read_case(number=number, by=clerk(made), at=stories.TODAY)
    assert cast.cast(*found) == cast.Cast(numbers={serial: file.number for serial, file in found.items()})
    return found


def test_the_five_stand_where_a_visitor_can_go_on(five: dict[int, CaseFile], made: Company) -> None:
    assert {serial: file.state.stage for serial, file in five.items()} == {
        cast.SHOP: "accept", cast.HOSPITAL: "energise", cast.FACTORY: "metering", cast.CHEAT: "survey",
        cast.PAUSED: "scheme",
    }  # fmt: skip
    scheme = five[cast.HOSPITAL].state.scheme
    assert scheme is not None
    assert [(one.source, one.quantity) for one in scheme.fees] == [(2, Decimal(630))]
    facts = five[cast.FACTORY].state.facts
    assert facts is not None
    assert (facts.original_kva, facts.capacity_kva) == (Decimal(315), Decimal(685))
    with pytest.raises(Refused) as refused:
        perform(case=five[cast.HOSPITAL].id, deed=Energise(), by=made.actors["wudi"], at=stories.TODAY)
    assert [one.message for one in refused.value.problems] == [refused.value.message]
    assert "合同" in refused.value.message


def test_every_attempt_is_refused_and_leaves_nothing(five: dict[int, CaseFile]) -> None:
    before = Event.objects.count()
    for what in trying.ATTEMPTS:
        tried = trying.attempt(what, at=stories.TODAY)
        assert tried.refused, tried
        assert tried.answer
    assert Event.objects.count() == before
    assert "3 天" in trying.attempt("backdate", at=stories.TODAY).answer
    assert "另一人" in trying.attempt("approve-own", at=stories.TODAY).answer
    changed = trying.attempt("change-log", at=stories.TODAY)
    assert "permission denied" in changed.answer
    assert any("哈希" in line for line in changed.lines)


def test_messages_of_the_year_are_not_sent_again(made: Company) -> None:
    stories.STORIES[0][1](made)
    assert Outbox.objects.filter(next_try_at__isnull=False).exists()
    assert aftermath.messages_were_sent(at=stories.TODAY) > 0
    assert not Outbox.objects.filter(next_try_at__isnull=False).exists()
    assert not Outbox.objects.filter(failed=True).exists()


def test_staff_have_read_what_they_were_told_before_last_evening(made: Company) -> None:
    for title, _, story in stories.placed():
        if "异议" in title or "勘查拖延" in title:
            story(made)
    assert StaffMessage.objects.filter(read_at=None).exists()
    aftermath.messages_were_read(at=stories.TODAY)
    left = StaffMessage.objects.filter(read_at=None)
    assert all(one.at >= stories.TODAY - aftermath.LAST_NIGHT for one in left)
    assert all(one.read_at > one.at for one in StaffMessage.objects.exclude(read_at=None) if one.read_at)


def test_one_roof_is_to_be_studied_and_another_holds_its_room(made: Company) -> None:
    from yekuo.operations.rehearsal import town

    town.put_in_force(unit=made.units["33"].pk, by=made.actors["qianjin"].person, stage=town.STAGES[0])
    waiting = told(made, "等拟方案")
    assert waiting.state.stage == "scheme"
    assert waiting.state.facts is not None
    assert waiting.state.facts.generation_kw == 25
    held = told(made, "并网容量已留")
    assert held.state.stage == "metering"
    assert held.state.schemes[-1].own_generation
    row = GenerationPlace.objects.get(case=held.id)
    assert (row.state, row.kw) == ("held", 5)
    assert {one.source for one in CapacityHold.objects.filter(case=held.id, state="reserved")} == {0, 1}
