"""营业厅规则: the minutes run from the first call, and the load says what a chief has to know."""

from datetime import date, datetime, time, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yekuo.rules.calendar import BEIJING
from yekuo.rules.hall import (
    Grade,
    GradePlan,
    Purpose,
    Serves,
    TicketStatus,
    Waiting,
    hours_on,
    load_of,
    parse_halls,
    timer,
)

TEXT = files("yekuo.rules").joinpath("tables/halls.toml").read_text(encoding="utf-8")
TABLE = parse_halls(TEXT)
AT = datetime(2026, 11, 20, 10, 0, tzinfo=BEIJING)


def ago(minutes: float) -> datetime:
    return AT - timedelta(minutes=minutes)


def one(status: TicketStatus, taken: float, called: float | None = None, ended: float | None = None) -> Waiting:
    return Waiting(
        status=status, serves=Serves.RESIDENT, taken_at=ago(taken), limit_minutes=20,
        first_called_at=None if called is None else ago(called), ended_at=None if ended is None else ago(ended),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("used", "level", "left"),
    [(0, "normal", 20), (14.9, "normal", 5.1), (15, "yellow", 5), (20, "yellow", 0), (20.1, "overdue", -0.1)],
)
def test_the_twenty_minutes_warn_at_fifteen_and_pass_after_twenty(used: float, level: str, left: float) -> None:
    found = timer(started=ago(used), minutes=20, warn=15, at=AT)
    assert (found.level, found.left) == (level, timedelta(minutes=left))
    assert found.ends == found.started + timedelta(minutes=20)


def test_without_a_limit_nothing_passes() -> None:
    found = timer(started=ago(500), minutes=None, warn=None, at=AT)
    assert (found.level, found.left, found.over) == ("normal", None, False)


def test_only_residents_have_minutes_and_a_question_has_none() -> None:
    day = AT.date()
    for purpose in (Purpose.APPLY, Purpose.PAPERS, Purpose.CONTRACT):
        limit = TABLE.limit(Serves.RESIDENT, purpose, on=day)
        assert limit is not None
        assert (limit.minutes, limit.confirmed) == (20, False)
    assert TABLE.limit(Serves.RESIDENT, Purpose.ASK, on=day) is None
    assert TABLE.limit(Serves.BUSINESS, Purpose.APPLY, on=day) is None


def test_the_strictest_limit_of_the_day_binds() -> None:
    more = parse_halls(
        TEXT
        + '\n[[limit]]\nserves = "resident"\npurposes = ["apply"]\nminutes = 15\nwarn = 10\nsince = 2027-01-01\n'
        + 'source = "某市承诺"\nconfirmed = true\n'
    )
    for day, minutes in ((date(2026, 12, 31), 20), (date(2027, 1, 1), 15)):
        limit = more.limit(Serves.RESIDENT, Purpose.APPLY, on=day)
        assert limit is not None
        assert limit.minutes == minutes


def test_the_load_counts_waits_services_and_overruns() -> None:
    line = [
        one(TicketStatus.DONE, 60, 55, 45), one(TicketStatus.DONE, 58, 50, 20), one(TicketStatus.NO_SHOW, 50, 40, 39),
        one(TicketStatus.SERVING, 40, 25), one(TicketStatus.WAITING, 33), one(TicketStatus.WAITING, 4),
        one(TicketStatus.LEFT, 30, None, 20),
    ]  # fmt: skip
    found = load_of(line, windows=4, open_windows=1, at=AT, table=TABLE)
    assert (found.waiting, found.in_hand, found.done, found.no_show) == (2, 1, 2, 1)
    assert (found.longest, found.average) == (timedelta(minutes=33), timedelta(minutes=20))
    assert (found.over_now, found.over_done) == (1, 1)
    assert found.expected == timedelta(minutes=60)
    assert found.level == "overdue"


@pytest.mark.parametrize(
    ("waiting", "windows", "expected", "level"),
    [(0, 0, timedelta(), "normal"), (1, 0, None, "overdue"), (0, 2, timedelta(), "normal"),
     (1, 2, timedelta(minutes=15), "yellow"), (5, 2, timedelta(minutes=45), "overdue")],
)  # fmt: skip
def test_who_comes_now_is_told_how_long(waiting: int, windows: int, expected: timedelta | None, level: str) -> None:
    line = [one(TicketStatus.WAITING, 1)] * waiting
    found = load_of(line, windows=windows, open_windows=windows, at=AT, table=TABLE)
    assert (found.expected, found.level) == (expected, level)


def test_days_off_have_hours_of_their_own_or_none() -> None:
    for grade, open_on_days_off in ((Grade.A, True), (Grade.B, True), (Grade.C, False)):
        plan = TABLE.plan(grade)

        def hours(plan: GradePlan, *, working: bool) -> tuple[time, time] | None:
            return hours_on(
                working=working, opens=plan.opens, closes=plan.closes, off_opens=plan.off_opens,
                off_closes=plan.off_closes,
            )  # fmt: skip

        assert hours(plan, working=True) == (time(8, 30), time(17, 30))
        assert (hours(plan, working=False) is not None) is open_on_days_off


STATES = (TicketStatus.WAITING, TicketStatus.SERVING, TicketStatus.DONE)


@given(st.lists(st.integers(0, 2), max_size=30), st.integers(0, 6))
def test_one_more_waiting_never_shortens_the_wait(states: list[int], windows: int) -> None:
    line = [one(STATES[state], 60 + n, 30 - n / 2, n / 4) for n, state in enumerate(states)]
    few = load_of(line, windows=6, open_windows=windows, at=AT, table=TABLE)
    more = load_of([*line, one(TicketStatus.WAITING, 1)], windows=6, open_windows=windows, at=AT, table=TABLE)
    assert more.waiting == few.waiting + 1
    assert more.longest >= few.longest
    if few.expected is not None and more.expected is not None:
        assert more.expected >= few.expected
