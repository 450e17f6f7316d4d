"""计时: spans and pauses of one clock against a calendar: days used, the due moment, what was taken out and why."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from yekuo.rules.calendar import BEIJING, Calendar, Deadline, Unit, day_of
from yekuo.rules.day_spans import Days, Piece, common, counted, nth, size, until
from yekuo.rules.timeline import Cause, Pause


@dataclass(frozen=True, slots=True)
class Span:
    """计时段: from an event to the event that ends it; None runs on."""

    start: datetime
    stop: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """停钟段: approved pauses that touch or overlap, merged; `first`..`last` are its whole days (+08:00), if any."""

    start: datetime
    end: datetime | None
    first: date
    last: date | None
    pauses: tuple[int, ...]
    open_pauses: tuple[int, ...] = ()


def halts_of(
    pauses: Iterable[Pause], causes: frozenset[Cause], started_at: datetime, stopped_at: datetime | None
) -> tuple[Halt, ...]:
    """This function will merge the approved pauses of these causes that touch a clock's life.

    An unapproved or refused pause helps nobody; what happens to a pause after the clock has stopped changes nothing.
    """
    halts: list[Halt] = []
    for start, pause in sorted(_approved(pauses, causes), key=lambda pair: (pair[0], pair[1].number)):
        end = _earlier(pause.ended_at, stopped_at)
        if end is not None and end <= max(start, started_at):
            continue
        if halts and (halts[-1].end is None or start <= halts[-1].end):
            last = halts.pop()
            later = None if last.end is None or end is None else max(last.end, end)
            halts.append(_halt(last.start, later, (*last.pauses, pause.number), last.open_pauses, pause))
        else:
            halts.append(_halt(start, end, (pause.number,), (), pause))
    return tuple(halts)


def _approved(pauses: Iterable[Pause], causes: frozenset[Cause]) -> Iterator[tuple[datetime, Pause]]:
    for pause in pauses:
        if pause.approved_at is not None and pause.refused_at is None and pause.cause in causes:
            yield pause.approved_at, pause


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def _halt(start: datetime, end: datetime | None, pauses: tuple[int, ...], still: tuple[int, ...], new: Pause) -> Halt:
    first = day_of(start)
    if start > datetime.combine(first, time(0), BEIJING):
        first += timedelta(days=1)
    last = None if end is None else day_of(end) - timedelta(days=1)
    return Halt(
        start=start,
        end=end,
        first=first,
        last=last,
        pauses=pauses,
        open_pauses=(*still, new.number) if new.ended_at is None else still,
    )


@dataclass(slots=True)
class Count:
    """计数: counts one clock; `single` clocks have one span, whose due moment is found as if it still ran."""

    calendar: Calendar
    spans: tuple[Span, ...]
    halts: tuple[Halt, ...]
    single: bool
    _pieces: dict[tuple[Unit, str], tuple[Piece, ...]] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """This function will say whether any span still runs."""
        return any(span.stop is None for span in self.spans)

    @property
    def paused_by(self) -> tuple[int, ...]:
        """This function will give the numbers of the pauses in effect."""
        return self.halts[-1].open_pauses if self.halts else ()

    def used(self, unit: Unit) -> int:
        """This function will count the days of all spans; only meaningful when none runs on unpaused."""
        return size(self._pieces_of(unit, "all"))

    def used_closed(self, unit: Unit) -> int:
        """This function will count the days of the spans that have ended."""
        return size(self._pieces_of(unit, "closed"))

    def due(self, n: int, unit: Unit) -> Deadline | None:
        """This function will give the moment a budget of n days is spent; None while it cannot be known."""
        day = self._nth_day(n, unit)
        if day is None:
            return None
        last = day if unit is Unit.WD else self.calendar.working_day_from(day)
        deadline = self.calendar.deadline(last)
        return deadline if self.single else self._overrun(deadline)

    def nominal(self, start: datetime, n: int, unit: Unit) -> datetime:
        """This function will give the due moment had the clock run from its start without a break."""
        whole = self.calendar.due if unit is Unit.WD else self.calendar.due_calendar_days
        return whole(start, n).at

    def opening_with_left(self, n: int, unit: Unit, left: int) -> datetime | None:
        """This function will give the opening of business of the day on which `left` of n days remain.

        For calendar days, `left` working days before the last day; never before the first working day.
        """
        if unit is Unit.WD:
            day = self._nth_day(max(n - left, 1), unit)
            return None if day is None else self.calendar.open_at(day)
        last = self._nth_day(n, unit)
        if last is None:
            return None
        due = self.calendar.working_day_from(last)
        first = self.calendar.add(day_of(self.spans[0].start), 1)
        day = self.calendar.working_day_before(due, left) if left else due
        return self.calendar.open_at(max(day, min(first, due)))

    def last_counted(self) -> date | None:
        """This function will give the last working day counted; None when nothing is, or when there is no end yet."""
        pieces = () if self._endless else self._pieces_of(Unit.WD, "all")
        return date.fromordinal(self.calendar.working[pieces[-1][1] - 1]) if pieces else None

    def stretches(self, unit: Unit, last: date | None) -> Iterator[tuple[date, date, int]]:
        """This function will give first day, last day and number of each unbroken run of counted days, to `last`."""
        if last is None:
            return
        sequence = self._sequence(unit)
        for low, high in until(self._pieces_of(unit, "all"), bisect_right(sequence, last.toordinal()) - 1):
            yield date.fromordinal(sequence[low]), date.fromordinal(sequence[high - 1]), high - low

    def excluded(self, unit: Unit, last: date | None) -> Iterator[tuple[date, tuple[int, ...]]]:
        """This function will give each day of a span that a halt takes out, with the numbers of its pauses."""
        if last is None:
            return
        sequence = self._sequence(unit)
        end = bisect_right(sequence, last.toordinal())
        spans = counted(sequence, _ordinals(self._spans("due")), ())
        for halt in self.halts:
            low = bisect_left(sequence, halt.first.toordinal())
            high = end if halt.last is None else bisect_right(sequence, halt.last.toordinal())
            for first, stop in common([(low, min(high, end))], spans):
                for position in range(first, stop):
                    yield date.fromordinal(sequence[position]), halt.pauses

    # --- inside

    @property
    def _endless(self) -> bool:
        return self.open and not self.paused_by

    def _overrun(self, last: Deadline) -> Deadline | None:
        """When utility time is first spent after the last day's bell; None when it never was and nothing runs.

        A span begun after the bell may still end on its own first day, which never counts.
        """
        for span in self.spans:
            if span.stop is not None and span.stop <= last.at:
                continue
            if span.start < last.at:
                return last
            first = self.calendar.deadline(day_of(span.start))
            grace = replace(first, at=max(span.start, first.at))
            if span.stop is None or span.stop > grace.at:
                return grace
        return None

    def _nth_day(self, n: int, unit: Unit) -> date | None:
        position = nth(self._pieces_of(unit, "due"), n)
        if position is not None:
            return date.fromordinal(self._sequence(unit)[position])
        if (self.single or self.open) and not self.paused_by:
            raise self.calendar.ends()
        return None

    def _spans(self, which: str) -> Sequence[Span]:
        if which == "closed":
            return [span for span in self.spans if span.stop is not None]
        return [Span(span.start, None) for span in self.spans] if which == "due" and self.single else self.spans

    def _pieces_of(self, unit: Unit, which: str) -> tuple[Piece, ...]:
        found = self._pieces.get((unit, which))
        if found is None:
            halted = [
                (halt.first.toordinal(), None if halt.last is None else halt.last.toordinal())
                for halt in self.halts
                if halt.last is None or halt.first <= halt.last
            ]
            ordinals = _ordinals(self._spans(which))
            if any(start + 1 < self.calendar.every.start for start, _ in ordinals):
                raise self.calendar.ends()
            found = counted(self._sequence(unit), ordinals, halted)
            self._pieces[unit, which] = found
        return found

    def _sequence(self, unit: Unit) -> Sequence[int]:
        return self.calendar.working if unit is Unit.WD else self.calendar.every


def _ordinals(spans: Iterable[Span]) -> list[Days]:
    return [
        (day_of(span.start).toordinal(), None if span.stop is None else day_of(span.stop).toordinal()) for span in spans
    ]
