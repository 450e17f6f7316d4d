"""时限状态: what a stored clock means at a given moment: its level, days used and left, and when that next changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from yekuo.rules.calendar import Calendar, Unit, day_of
from yekuo.rules.clocks import Clock
from yekuo.rules.day_spans import counted, size
from yekuo.rules.limits import Rank

_NAMES = {
    "waiting": "等待",
    "normal": "正常",
    "yellow": "预警",
    "red": "紧急",
    "overdue": "超期",
    "paused": "挂起",
    "met": "按时",
    "breached": "超时",
}


class Level(StrEnum):
    """时限状态: overdue is still open, breached is done too late; waiting means nothing of ours is running."""

    WAITING = "waiting"
    NORMAL = "normal"
    YELLOW = "yellow"
    RED = "red"
    OVERDUE = "overdue"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"

    @property
    def label(self) -> str:
        """This function will give the Chinese word."""
        return _NAMES[self]


class RankStanding(Protocol):
    """分级到期: what is asked of the deadline of one rank, computed or stored."""

    @property
    def rank(self) -> Rank:
        """This function will give the rank."""

    @property
    def due_at(self) -> datetime | None:
        """This function will give its earliest due moment."""


class Standing(Protocol):
    """计时状态: what is asked of a clock, computed from the timeline or read back from where it was stored."""

    @property
    def started_at(self) -> datetime:
        """This function will give the moment it started."""

    @property
    def stopped_at(self) -> datetime | None:
        """This function will give the moment it stopped."""

    @property
    def running(self) -> bool:
        """This function will say whether a span is open."""

    @property
    def paused_by(self) -> Sequence[int]:
        """This function will give the pauses in effect."""

    @property
    def due_at(self) -> datetime | None:
        """This function will give the binding due moment."""

    @property
    def warn_at(self) -> datetime | None:
        """This function will give the moment it turns yellow."""

    @property
    def urgent_at(self) -> datetime | None:
        """This function will give the moment it turns red."""

    @property
    def target_at(self) -> datetime | None:
        """This function will give the moment of the internal aim."""

    @property
    def ranks(self) -> Sequence[RankStanding]:
        """This function will give the deadline of each rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """期限变动: an open clock's due moment before and after a recalculation."""

    key: str
    before: datetime
    after: datetime
    was_provisional: bool
    still_provisional: bool

    @property
    def earlier(self) -> bool:
        """This function will say whether the deadline came nearer."""
        return self.after < self.before


def level(clock: Standing, at: datetime) -> Level:
    """This function will say how the clock stands at a moment not before the last recorded event.

    Open at its due moment is overdue; stopped exactly then is met. A pause approved on the last day does not undo it.
    """
    if clock.stopped_at is not None and at >= clock.stopped_at:
        return Level.BREACHED if clock.due_at is not None and clock.stopped_at > clock.due_at else Level.MET
    if at < clock.started_at:
        return Level.WAITING
    if _reached(clock.due_at, at):
        return Level.OVERDUE
    return _open_level(clock, at)


def breaches(clock: Standing, at: datetime) -> tuple[Rank, ...]:
    """This function will name the ranks whose strictest limit is broken at a moment; each rank reports its own."""
    if clock.stopped_at is not None and at >= clock.stopped_at:
        end = clock.stopped_at
        return tuple(row.rank for row in clock.ranks if row.due_at is not None and end > row.due_at)
    return tuple(row.rank for row in clock.ranks if _reached(row.due_at, at))


def used(clock: Clock, at: datetime, calendar: Calendar) -> int:
    """This function will count the clock's days used up to a moment, in its own unit; the day of the moment counts.

    Raises Refused when a running clock is asked about a day outside the calendar.
    """
    sequence = calendar.working if clock.unit is Unit.WD else calendar.every
    today = day_of(at).toordinal()
    if clock.running and today >= calendar.every.stop:
        raise calendar.ends()
    spans = [
        (day_of(span.start).toordinal(), today if span.stop is None else min(day_of(span.stop).toordinal(), today))
        for span in clock.spans
        if span.start <= at
    ]
    halts = [
        (halt.first.toordinal(), None if halt.last is None else halt.last.toordinal())
        for halt in clock.halts
        if halt.last is None or halt.first <= halt.last
    ]
    return size(counted(sequence, spans, halts))


def left(clock: Clock, at: datetime, calendar: Calendar) -> int | None:
    """This function will give budget less used days, negative when over; None when no limit binds."""
    return None if clock.budget is None else clock.budget - used(clock, at, calendar)


def moments(clock: Standing) -> tuple[datetime, ...]:
    """This function will list in order when the clock's level or a rank's breach changes by itself."""
    return tuple(sorted(set(_moments(clock))))


def _moments(clock: Standing) -> list[datetime]:
    if clock.stopped_at is not None:
        return []
    found = [clock.due_at, *(row.due_at for row in clock.ranks if row.rank is not Rank.INTERNAL)]
    if clock.running and not clock.paused_by:
        found += [clock.warn_at, clock.urgent_at, clock.target_at]
    return [moment for moment in found if moment is not None]


def next_change(clocks: Iterable[Standing], at: datetime | None = None) -> datetime | None:
    """This function will give the earliest moment after `at` (or at all) at which any of the clocks changes."""
    found = [moment for clock in clocks for moment in _moments(clock) if at is None or moment > at]
    return min(found, default=None)


def moved(old: Clock, new: Clock) -> Move | None:
    """This function will compare an open clock before and after a recalculation; None when closed or not moved."""
    if old.stopped_at is not None or old.due_at is None or new.due_at is None or old.due_at == new.due_at:
        return None
    return Move(
        key=new.key,
        before=old.due_at,
        after=new.due_at,
        was_provisional=old.provisional,
        still_provisional=new.provisional,
    )


def keep_closed(old: Iterable[Clock], new: Iterable[Clock]) -> tuple[Clock, ...]:
    """This function will take the recalculated clocks, but leave each one that had already stopped as it was."""
    closed = {clock.key: clock for clock in old if clock.stopped_at is not None}
    return tuple(closed.get(clock.key, clock) for clock in new)


def _open_level(clock: Standing, at: datetime) -> Level:
    if clock.paused_by:
        return Level.PAUSED
    if not clock.running:
        return Level.WAITING
    if _reached(clock.urgent_at, at):
        return Level.RED
    return Level.YELLOW if _reached(clock.warn_at, at) or _reached(clock.target_at, at) else Level.NORMAL


def _reached(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and at >= moment
