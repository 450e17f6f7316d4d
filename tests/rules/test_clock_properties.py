"""时钟的性质: equal to a slow day-by-day count made here, and nothing the utility does alone ever helps it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import chinese_calendar
from hypothesis import given, settings
from hypothesis import strategies as st

from yekuo.records.rulebooks import shipped_calendar, shipped_limits
from yekuo.rules.calendar import BEIJING
from yekuo.rules.clocks import SUM_STAGES, Clock, read_clocks
from yekuo.rules.facts import Business, CustomerKind, Facts, Place, Voltage
from yekuo.rules.levels import Level, level, moments, used
from yekuo.rules.limits import ClockKind
from yekuo.rules.notices import Notice
from yekuo.rules.timeline import Cause, Pause, Run, Timeline

CALENDAR = shipped_calendar()
BOOK = shipped_limits()
PLACE = Place(company="SGCC", province="河北")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ACCEPTED = st.datetimes(datetime(2021, 1, 4), datetime(2026, 7, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=BEIJING)
)
CASES = st.builds(
    Facts,
    business=st.just(Business.NEW),
    kind=st.sampled_from([CustomerKind.RESIDENT, CustomerKind.NONRESIDENT]),
    voltage=st.sampled_from([Voltage.V380, Voltage.KV10, Voltage.KV35]),
    capacity_kva=st.sampled_from([Decimal(50), Decimal(500)]),
    sources=st.sampled_from([1, 2]),
    external_works=st.sampled_from([None, True, False]),
    zero_investment=st.booleans(),
)


@st.composite
def stories(draw: st.DrawFn) -> Timeline:
    """An accepted case of up to four stages, some overlapping, the last perhaps open, with up to three pauses."""
    accepted = draw(ACCEPTED)
    moment, runs = accepted, []
    for visit, key in enumerate(draw(st.lists(st.sampled_from(sorted(SUM_STAGES)), min_size=1, max_size=4)), 1):
        start = accepted if visit == 1 else moment
        stop = start + draw(st.integers(0, 20 * 24 * 60)) * MINUTE
        runs.append(Run(key=key, visit=visit, started_at=start, stopped_at=stop))
        moment = max(accepted, stop + draw(st.integers(-3 * 24 * 60, 15 * 24 * 60)) * MINUTE)
    if draw(st.booleans()):
        runs[-1] = replace(runs[-1], stopped_at=None)
    return Timeline(accepted_at=accepted, runs=tuple(runs), pauses=tuple(draw(pauses(accepted))))


@st.composite
def pauses(draw: st.DrawFn, accepted: datetime) -> list[Pause]:
    found = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        approved = accepted + draw(st.integers(0, 40 * 24 * 60)) * MINUTE
        ended = approved + draw(st.integers(0, 10 * 24 * 60)) * MINUTE
        cause = draw(st.sampled_from(Cause))
        found.append(
            Pause(number=number, cause=cause, requested_at=approved - MINUTE, approved_at=approved, ended_at=ended)
        )
    return found


def read(timeline: Timeline, case: Facts) -> dict[str, Clock]:
    return {clock.key: clock for clock in read_clocks(timeline, case, PLACE, BOOK, CALENDAR)}


# --- the slow count


def covered(day: date, timeline: Timeline, until: datetime | None) -> bool:
    """Whether the approved pauses together, as far as they had happened by `until`, cover all of the day."""
    reached = datetime.combine(day, time(0), BEIJING)
    end = reached + DAY
    for _ in timeline.pauses:
        for pause in timeline.pauses:
            if pause.approved_at is not None and pause.approved_at <= reached:
                stop = pause.ended_at or end
                reached = max(reached, stop if until is None else min(stop, until))
    return reached >= end


def counts(day: date, run: Run, timeline: Timeline, until: datetime | None) -> bool:
    after_start = day > run.started_at.astimezone(BEIJING).date()
    before_stop = run.stopped_at is None or day <= run.stopped_at.astimezone(BEIJING).date()
    return bool(after_start and before_stop and chinese_calendar.is_workday(day) and not covered(day, timeline, until))


def slow_due(run: Run, timeline: Timeline, n: int) -> datetime:
    endless, day = replace(run, stopped_at=None), run.started_at.date()
    while n:
        day += DAY
        n -= counts(day, endless, timeline, run.stopped_at)
    return datetime.combine(day, time(17, 30), BEIJING)


def slow_used(timeline: Timeline, last: date) -> int:
    assert timeline.accepted_at is not None
    days = [timeline.accepted_at.date() + DAY * step for step in range((last - timeline.accepted_at.date()).days + 1)]
    return sum(any(counts(day, run, timeline, None) for run in timeline.runs) for day in days)


@settings(max_examples=150, deadline=None)
@given(story=stories(), case=CASES)
def test_stage_clocks_equal_the_slow_count(story: Timeline, case: Facts) -> None:
    found = read(story, case)
    for run in story.runs:
        clock = found[f"stage.{run.key}.{run.visit}"]
        for row in clock.derivation.considered:
            assert row.due_at == slow_due(run, story, row.days), row
        if clock.stopped_at is not None and clock.due_at is not None:
            met = level(clock, clock.stopped_at) is Level.MET
            assert met == (clock.stopped_at <= slow_due(run, story, clock.budget or 0))


@settings(max_examples=150, deadline=None)
@given(story=stories(), case=CASES, later=st.integers(0, 60))
def test_the_sum_equals_the_slow_union(story: Timeline, case: Facts, later: int) -> None:
    total = read(story, case)["utility_sum"]
    last = max(run.stopped_at or run.started_at for run in story.runs) + DAY * later
    slow = slow_used(story, last.date())
    assert used(total, last, CALENDAR) == slow
    if total.budget is None:
        return
    if not total.running:
        assert total.left_days == total.budget - total.used_closed == total.budget - slow
        if slow < total.budget:
            assert total.due_at is None
    elif total.used_closed < total.budget:
        assert total.due_at is not None
        assert slow_used(story, total.due_at.date()) == total.budget
        assert CALENDAR.is_working(total.due_at.date())


@settings(max_examples=100, deadline=None)
@given(
    story=stories(), case=CASES, cause=st.sampled_from(Cause), after=st.integers(0, 30 * 24), hours=st.integers(1, 400)
)
def test_a_pause_without_approval_changes_nothing_and_an_approved_one_never_brings_a_due_date_nearer(
    story: Timeline, case: Facts, cause: Cause, after: int, hours: int
) -> None:
    assert story.accepted_at is not None
    start = story.accepted_at + timedelta(hours=after)
    asked = Pause(number=9, cause=cause, requested_at=start, ended_at=start + timedelta(hours=hours))
    plain = read(story, case)
    for useless in (asked, replace(asked, refused_at=start), replace(asked, approved_at=start, refused_at=start)):
        assert read(replace(story, pauses=(*story.pauses, useless)), case) == plain
    helped = read(replace(story, pauses=(*story.pauses, replace(asked, approved_at=start))), case)
    for key, clock in plain.items():
        assert helped[key].used_closed <= clock.used_closed
        if clock.kind not in (ClockKind.STAGE, ClockKind.UTILITY_SUM):
            assert helped[key] == clock
        due = helped[key].due_at
        if clock.due_at is not None and due is not None:
            assert due >= clock.due_at


@settings(max_examples=100, deadline=None)
@given(story=stories(), case=CASES)
def test_the_strictest_rule_that_binds_is_the_one_chosen(story: Timeline, case: Facts) -> None:
    for clock in read(story, case).values():
        rows = clock.derivation.considered
        binding = [row for row in rows if row.binds]
        assert all(row.confirmed for row in binding)
        assert clock.limit_id == (clock.derivation.chosen_id if binding else "")
        dues = [row.due_at for row in binding if row.due_at is not None]
        assert clock.due_at == min(dues, default=None)
        for rank in clock.ranks:
            own = [row.due_at for row in rows if row.rank is rank.rank and row.confirmed and row.due_at is not None]
            assert rank.due_at is None or rank.due_at >= min(own)


@settings(max_examples=100, deadline=None)
@given(story=stories(), case=CASES)
def test_nothing_stored_depends_on_now_and_levels_change_only_at_the_listed_moments(
    story: Timeline, case: Facts
) -> None:
    for clock in read(story, case).values():
        if clock.stopped_at is not None:
            assert level(clock, clock.stopped_at) == level(clock, clock.stopped_at + DAY * 900)
            continue
        known = max(run.stopped_at or run.started_at for run in story.runs)
        edges = [known, *(moment for moment in moments(clock) if moment > known), known + DAY * 400]
        for start, stop in pairwise(edges):
            assert level(clock, start) is level(clock, stop - MINUTE / 60)


@settings(max_examples=60, deadline=None)
@given(
    accepted=st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 31)),  # noqa: DTZ001
    weekends=st.lists(st.dates(date(2026, 12, 25), date(2027, 3, 31)), max_size=6, unique=True),
    case=CASES,
)
def test_make_up_days_of_a_new_notice_only_shorten_and_only_provisional_deadlines(
    accepted: datetime, weekends: list[date], case: Facts
) -> None:
    start = accepted.replace(tzinfo=BEIJING)
    law = next(row for row in CALENDAR.statutory if row.year == 2027).off
    extra = tuple(sorted(day for day in weekends if day.weekday() > 4 and day not in law))
    newer = CALENDAR.with_notice(Notice(year=2027, off=law, make_up=extra))
    story = Timeline(accepted_at=start, runs=(Run(key="scheme_reply", visit=1, started_at=start),))
    before = read_clocks(story, case, PLACE, BOOK, CALENDAR)
    after = read_clocks(story, case, PLACE, BOOK, newer)
    for old, new in zip(before, after, strict=True):
        if old.due_at is not None and new.due_at is not None:
            assert new.due_at <= old.due_at
            assert old.provisional or new.due_at == old.due_at
