"""演练公司: the stories of the demo land where they say they land."""

from datetime import datetime

import pytest

from yekuo.operations.casefile import CaseFile, NotFound, read_case
from yekuo.operations.rehearsal import company, stories
from yekuo.operations.rehearsal.company import Company
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING
from yekuo.rules.levels import Level
from yekuo.rules.state import Party, Status

pytestmark = pytest.mark.django_db


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
