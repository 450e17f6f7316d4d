"""流程路径: every customer class goes from contact to revisit, and the log tells the whole story."""

import pytest

from tests.rules.cases import BOOKS, CLASSES, Walk
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.scheme import DeliverReply
from yekuo.rules.refusal import Refused
from yekuo.rules.scheme import validity
from yekuo.rules.state import Status
from yekuo.rules.story import fold


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("works", [True, False], ids=["with_works", "without_works"])
def test_every_class_ends_energised_and_completed(name: str, works: bool) -> None:
    walk = Walk().file(CLASSES[name]).finish(works=works)
    assert walk.state.status is Status.COMPLETED
    assert walk.state.energised
    assert fold(walk.events, start=walk.start) == walk.state


@pytest.mark.parametrize("name", CLASSES)
def test_no_run_is_left_running_and_the_class_keeps_its_process(name: str) -> None:
    walk = Walk().file(CLASSES[name]).finish()
    assert all(run.stopped_at is not None for run in walk.state.timeline.runs)
    assert CLASSES[name].customer_class in BOOKS.definition(walk.state).serves


def test_resident_passes_two_links_in_nine_stages() -> None:
    walk = Walk().file(CLASSES["resident"]).finish(works=False)
    stages = [event.move.stage for event in walk.events if event.move]
    assert stages == ["accept", "survey", "scheme", "reply", "metering", "energise", "archive", "revisit", "completed"]


def test_dual_source_important_customer_passes_review_design_and_both_inspections() -> None:
    walk = Walk().file(CLASSES["hv_multi"]).finish()
    visited = set(walk.state.visits)
    assert {"review", "answer", "design", "design_review", "mid_inspect", "completion_inspect", "fees"} <= visited


def test_ordinary_high_voltage_has_no_review_design_or_mid_inspection_but_is_put_on_record() -> None:
    walk = Walk().file(CLASSES["hv_single"]).finish()
    assert not {"review", "design", "design_review", "mid_wait"} & set(walk.state.visits)
    assert walk.state.informed == ("planner", "operations", "dispatcher")


def test_failed_inspection_opens_a_new_run_from_the_new_request() -> None:
    walk = Walk().file(CLASSES["hv_single"]).to("completion_inspect")
    walk.step(good=False)
    assert walk.state.stage == "rectify"
    walk.finish()
    runs = [run for run in walk.state.timeline.runs if run.key == "completion_inspection"]
    assert [run.visit for run in runs] == [1, 2]


def test_a_reply_is_valid_from_its_own_day_whatever_the_draft_assumed() -> None:
    walk = Walk().file(CLASSES["hv_single"]).to("answer")
    reply = next(event for event in walk.events if event.kind == "scheme_replied")
    due = validity(CLASSES["hv_single"], day_of(reply.at), table=BOOKS.schemes)
    assert isinstance(reply.body, DeliverReply)
    assert reply.body.valid_until == due == walk.state.schemes[-1].valid_until
    walk = Walk().file(CLASSES["hv_single"]).to("reply")
    wrong = DeliverReply(version=1, way="paper", valid_until=due.replace(year=due.year + 1))
    with pytest.raises(Refused, match="有效期应到"):
        walk.do(wrong)
