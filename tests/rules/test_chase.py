"""在等客户: the words drafted for every stage, when to remind, and the days to look after a case."""

from datetime import timedelta

import pytest

from tests.rules.cases import CLASSES, MONDAY, Walk
from yekuo.records import rulebooks, tables
from yekuo.rules.calendar import day_of
from yekuo.rules.chase import LONGEST_TEXT, drafted, next_reminder, parse_chase, silent_since
from yekuo.rules.deeds.course import WithdrawApplication
from yekuo.rules.deeds.works import ContactCustomer, PlanWorks, ReportWorks
from yekuo.rules.followup import FollowUpKind, follow_ups, works_bar
from yekuo.rules.refusal import Refused
from yekuo.rules.state import CaseState

TABLE = tables.chase()
CALENDAR = rulebooks.shipped_calendar("浙江")


def words(state: CaseState) -> str:
    said = drafted(state, number="YK1", papers=("身份证明", "产权证明"), days=4, phone="0570-3301", table=TABLE)
    assert len(said.sms) <= LONGEST_TEXT
    assert "{" not in said.sms + said.script + said.ask
    return said.sms


@pytest.mark.parametrize(
    ("kind", "stage"), [("hv_single", stage) for stage in ("answer", "works", "completion_request", "contract_sign")]
)
def test_every_turn_of_the_customer_has_its_own_words(kind: str, stage: str) -> None:
    state = Walk().file(CLASSES[kind]).to(stage).state
    assert stage in TABLE.wordings
    assert "YK1" in words(state)


def test_the_next_reminder_follows_the_last_try_in_working_days() -> None:
    walk = Walk().file(CLASSES["hv_single"]).to("answer")
    entered = day_of(walk.state.entered_at)
    assert CALENDAR.between(entered, next_reminder(walk.state, CALENDAR, TABLE)) == TABLE.first_days
    walk.at += timedelta(days=9)
    walk.do(ContactCustomer(way="phone", reached=False))
    tried = day_of(walk.at)
    assert CALENDAR.between(tried, next_reminder(walk.state, CALENDAR, TABLE)) == TABLE.repeat_days
    assert silent_since(walk.state) == entered, "a try without an answer breaks no silence"
    promised = tried + timedelta(days=1)
    walk.do(ContactCustomer(way="phone", reached=True, call_on=promised))
    assert next_reminder(walk.state, CALENDAR, TABLE) == promised
    assert silent_since(walk.state) == tried


def test_tries_without_an_answer_count_until_somebody_is_reached_or_the_case_moves() -> None:
    walk = Walk().file(CLASSES["hv_single"]).to("answer")
    for _ in range(TABLE.attempts):
        walk.do(ContactCustomer(way="sms", reached=False, note="请确认方案", send=True))
    kinds = {one.kind for one in follow_ups(walk.state, attempts=TABLE.attempts)}
    assert kinds == {FollowUpKind.UNREACHED, FollowUpKind.VALIDITY}
    walk.step()
    assert walk.state.unreached == 0
    kinds = {one.kind for one in follow_ups(walk.state, attempts=TABLE.attempts)}
    assert kinds == {FollowUpKind.VALIDITY}, "what was agreed to is held until works begin"


def test_a_plan_makes_days_and_progress_ends_them() -> None:
    walk = Walk().file(CLASSES["hv_single"]).to("works")
    start = day_of(walk.at)
    walk.do(PlanWorks(builder="宏源", licence="4-1", start_on=start, finish_on=start + timedelta(days=20)))
    assert [one.kind for one in follow_ups(walk.state, attempts=3)] == [
        FollowUpKind.WORKS_START, FollowUpKind.WORKS_FINISH,
    ]  # fmt: skip
    walk.do(ReportWorks(percent=25))
    assert [one.kind for one in follow_ups(walk.state, attempts=3)] == [FollowUpKind.WORKS_FINISH]
    bar = works_bar(walk.state, start + timedelta(days=10))
    assert bar is not None
    assert (bar.expected, bar.percent, bar.late, bar.elapsed, bar.done) == (50, 25, 0, 500, 250)
    late = works_bar(walk.state, start + timedelta(days=23))
    assert late is not None
    assert (late.expected, late.late) == (100, 3)
    walk.do(WithdrawApplication(reason="不办了"))
    assert follow_ups(walk.state, attempts=3) == ()


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (ContactCustomer(way="phone", reached=True, note="x", send=True), "只有短信"),
        (ContactCustomer(way="sms", reached=False, note=" ", send=True), "请填写短信内容"),
        (ContactCustomer(way="sms", reached=False, note="长" * 301, send=True), "最多 300"),
        (ContactCustomer(way="phone", reached=True, call_on=MONDAY.date() - timedelta(days=1)), "不能早于今天"),
    ],
)
def test_what_is_wrong_with_a_contact(deed: ContactCustomer, said: str) -> None:
    walk = Walk().file(CLASSES["hv_single"]).to("answer")
    with pytest.raises(Refused, match=said):
        walk.do(deed)


PACE = "[pace]\nfirst_days=1\nrepeat_days=1\nattempts=1\nconfirmed=false\n"
ROW = '[[wording]]\nstage="{}"\nask="{}"\nsms="短"\nscript="话"\n'


def test_a_table_with_an_unknown_place_or_without_the_last_resort_is_refused() -> None:
    assert parse_chase(PACE + ROW.format("other", "办 {number}")).other.ask == "办 {number}"
    with pytest.raises(ValueError, match="不认识的占位"):
        parse_chase(PACE + ROW.format("other", "{name}"))
    with pytest.raises(ValueError, match="other"):
        parse_chase(PACE + ROW.format("works", "办"))
