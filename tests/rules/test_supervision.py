"""督办例外、督办单、投诉的规则: what is wrong and how it is known; whose turn it is; who answers for a complaint."""

from dataclasses import replace
from datetime import datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.cases import MONDAY
from yekuo.records import tables
from yekuo.records.tables import supervision as table_of
from yekuo.rules import complaints, sheets
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.calendar import Calendar, day_of, parse_calendar
from yekuo.rules.complaints import Candidate, owner_of
from yekuo.rules.deeds.oversight import CheckSheet, ReplySheet
from yekuo.rules.refusal import Refused
from yekuo.rules.sheets import Sheet, SheetStatus
from yekuo.rules.supervision import (
    Before,
    CaseFacts,
    Finding,
    Kind,
    Mark,
    findings,
    long_since,
    next_try,
    parse_supervision,
)

TABLE = table_of()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


CHINA = parse_calendar(files("yekuo.rules").joinpath("calendars/china.toml").read_text(encoding="utf-8"))


@pytest.fixture
def calendar() -> Calendar:
    return CHINA


def case(**facts: object) -> CaseFacts:
    return replace(CaseFacts(open=True, opened_at=MONDAY - 5 * DAY), **facts)  # type: ignore[arg-type]


def mark(kind: str, at: datetime, **more: object) -> Mark:
    return replace(Mark(kind=kind, seq=1, happened_at=at, recorded_at=at), **more)  # type: ignore[arg-type]


def found(facts: CaseFacts, calendar: Calendar, at: datetime = MONDAY) -> dict[Kind, Finding]:
    told = findings(
        facts, at=at, near_at=calendar.due(at, 1).at, calendar=calendar, limits=TABLE.exception, low_grade=2
    )
    return {one.kind: one for one in told}


NIGHT = MONDAY.replace(hour=23, minute=10)
FAILED = mark("completion_inspection_concluded", MONDAY, failed=True)
CASES = (
    (case(due_at=MONDAY), Kind.OVERDUE),
    (case(due_at=MONDAY + timedelta(microseconds=1)), Kind.NEAR),
    (case(due_at=MONDAY + HOUR, paused=True), None),
    (case(due_at=MONDAY + 7 * DAY), None),
    (case(due_at=MONDAY, open=False), None),
    (case(marks=(mark("stage_returned", MONDAY), FAILED)), Kind.REWORK),
    (case(marks=(mark("stage_returned", MONDAY),)), None),
    (case(marks=(mark("completion_inspection_concluded", MONDAY), FAILED)), None),
    (case(marks=(mark("x", NIGHT, moved=True, actor=3), mark("y", NIGHT + HOUR / 10, moved=True, actor=3))), Kind.ODD_TIME),
    (case(marks=(mark("x", NIGHT, moved=True, actor=3), mark("y", NIGHT + HOUR / 10, moved=True, actor=4))), None),
    (case(marks=(mark("x", NIGHT, moved=True, actor=3), mark("y", NIGHT + HOUR / 4, moved=True, actor=3))), None),
    (case(marks=(mark("x", MONDAY, moved=True, actor=3), mark("y", MONDAY + HOUR / 10, moved=True, actor=3))), None),
    (case(marks=(mark("survey_submitted", MONDAY, happened_at=MONDAY - 25 * HOUR),)), Kind.ODD_TIME),
    (case(marks=(mark("survey_submitted", MONDAY, happened_at=MONDAY - 24 * HOUR),)), None),
    (case(marks=(mark("pause_disputed", MONDAY, text="早就平整好了"),)), Kind.DISPUTED),
    (case(urges=3), Kind.URGED),
    (case(urges=2), None),
    (case(before=Before(number="YK1", status="terminated", ended_at=MONDAY - 6 * DAY)), Kind.RESTARTED),
    (case(before=Before(number="YK1", status="terminated", ended_at=MONDAY - 36 * DAY)), None),
    (case(before=Before(number="YK1", status="completed", ended_at=MONDAY - 6 * DAY)), None),
    (case(open=False, marks=(mark("customer_revisited", MONDAY, grade=2),)), Kind.DISCONTENT),
    (case(open=False, marks=(mark("customer_revisited", MONDAY, grade=3),)), None),
)  # fmt: skip


@pytest.mark.parametrize(("facts", "kind"), CASES)
def test_each_exception_is_found_with_evidence_and_nothing_else_is(
    facts: CaseFacts, kind: Kind | None, calendar: Calendar
) -> None:
    told = found(facts, calendar)
    assert set(told) == ({kind} if kind else set())
    assert all(one.evidence and one.reason for one in told.values())


@given(days=st.integers(0, 60), hours=st.integers(0, 23))
def test_a_pause_is_too_long_exactly_from_the_moment_the_query_asks_for(days: int, hours: int) -> None:
    since = MONDAY - days * DAY - hours * HOUR
    told = found(case(paused=True, paused_since=since), CHINA)
    assert (Kind.LONG_PAUSE in told) == (since < long_since(MONDAY, calendar=CHINA, limits=TABLE.exception))


def test_the_next_try_is_the_next_working_morning(calendar: Calendar) -> None:
    friday = MONDAY + 4 * DAY
    assert next_try(MONDAY, None, calendar=calendar, limits=TABLE.revisit) == MONDAY
    again = next_try(MONDAY, friday, calendar=calendar, limits=TABLE.revisit)
    assert day_of(again) == day_of(MONDAY + 7 * DAY)


@given(
    people=st.lists(
        st.builds(
            Candidate, person=st.integers(1, 6), role=st.sampled_from(complaints.ROLES_IN_ORDER),
            distance=st.integers(0, 2),
        ),
        max_size=6,
    ),
    about=st.integers(0, 6),
)  # fmt: skip
def test_a_complaint_is_never_given_to_whom_it_is_about(people: list[Candidate], about: int) -> None:
    role, person = owner_of(people, about=about)
    assert person == 0 or person != about
    if about and any(one.person != about for one in people):
        assert person != 0, "a role alone would include the one it is about"
    fit = [one for one in people if one.person != about]
    if fit:
        assert role == min((one.role for one in fit), key=complaints.ROLES_IN_ORDER.index)


def test_the_day_it_was_said_is_not_counted(calendar: Calendar) -> None:
    contact, reply = complaints.deadlines(MONDAY, calendar=calendar, limits=TABLE.complaint)
    assert (day_of(contact), day_of(reply)) == (day_of(MONDAY + DAY), day_of(MONDAY + 9 * DAY))


def sheet(**changes: object) -> Sheet:
    made = Sheet(
        number="DB1", unit=1, level=1, role="chief", person=0, issued_by=9, issued_at=MONDAY, reply_by=MONDAY + DAY
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def who(person: int, *roles: str) -> Actor:
    return Actor(kind=ActorKind.STAFF, person=person, unit=1, roles=roles)


def test_a_sheet_for_one_person_is_not_answered_by_another_of_the_role() -> None:
    mine = sheet(person=5)
    reply = ReplySheet(sheet="DB1", cause="有", measures="有")
    assert sheets.advance(mine, reply, by=who(5, "chief"), at=MONDAY).status is SheetStatus.REPLIED
    with pytest.raises(Refused):
        sheets.advance(mine, reply, by=who(6, "chief"), at=MONDAY)


@pytest.mark.parametrize("status", sorted(set(SheetStatus) - {SheetStatus.REPLIED}))
def test_only_a_replied_sheet_is_checked(status: SheetStatus) -> None:
    check = CheckSheet(sheet="DB1", closed=True, note="同意")
    with pytest.raises(Refused):
        sheets.advance(sheet(status=status), check, by=who(9, "supervisor1"), at=MONDAY)


def test_late_is_after_the_deadline_and_only_while_the_receiver_has_the_ball() -> None:
    assert not sheet().to_escalate(MONDAY + DAY)
    assert sheet().to_escalate(MONDAY + DAY + timedelta(microseconds=1))
    assert not sheet(status=SheetStatus.REPLIED).to_escalate(MONDAY + 9 * DAY)
    assert not sheet(level=2).to_escalate(MONDAY + 9 * DAY)


def test_figures_below_one_and_unknown_ones_are_refused() -> None:
    text = tables._text("supervision")
    with pytest.raises(ValueError, match="contact_days"):
        parse_supervision(text.replace("contact_days = 1", "contact_days = 0"))
    with pytest.raises(TypeError):
        parse_supervision(text.replace("contact_days = 1", "contact_day = 1"))
