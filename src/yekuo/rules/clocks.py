"""时钟: the clocks of one case, read from its timeline; nothing in them depends on now (see levels for that)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from yekuo.rules.calendar import Calendar, Deadline, Unit, day_of
from yekuo.rules.counting import Count, Halt, Span, halts_of
from yekuo.rules.derivations import Considered, Derivation, Stretch, TakenOut
from yekuo.rules.facts import Facts, Place
from yekuo.rules.limits import ClockKind, Limit, LimitBook, Rank
from yekuo.rules.timeline import Run, Timeline

SUM_STAGES = frozenset({"scheme_reply", "design_review", "mid_inspection", "completion_inspection", "meter_energise"})
"""合计环节: the utility-owned stages whose days make up the sum clock."""

_RANK_ORDER = {rank: order for order, rank in enumerate(Rank)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RankDue:
    """分级到期: the earliest due moment among the relied-on limits of one rank; None while the clock stands."""

    rank: Rank
    limit_id: str
    due_at: datetime | None
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """时钟: one clock of a case; moments are aware datetimes, days are counted in `unit`.

    `running` is False between the stages of the sum clock and once stopped; `cut_off` says the case was ended, not the
    work done; `left_days` is stored only while nothing runs or a pause is in effect, else it depends on now.
    """

    key: str
    kind: ClockKind
    stage: str
    visit: int
    started_at: datetime
    stopped_at: datetime | None
    cut_off: bool
    running: bool
    budget: int | None
    unit: Unit
    limit_id: str
    used_closed: int
    left_days: int | None
    due_at: datetime | None
    provisional: bool
    warn_at: datetime | None
    urgent_at: datetime | None
    target_at: datetime | None
    paused_by: tuple[int, ...]
    ranks: tuple[RankDue, ...]
    spans: tuple[Span, ...]
    halts: tuple[Halt, ...]
    reading: "_Reading" = field(repr=False, compare=False)

    @property
    def derivation(self) -> Derivation:
        """This function will lay out what the due moment rests on; made when asked, since most readers never do."""
        return _derive(self.reading)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Face:
    """What is known of a clock before any limit is looked up."""

    key: str
    kind: ClockKind
    stage: str = ""
    visit: int = 1
    started_at: datetime
    stopped_at: datetime | None
    cut_off: bool = False
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What every clock of the case is read against."""

    timeline: Timeline
    facts: Facts
    place: Place
    limits: LimitBook
    calendar: Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """One limit with the deadline it alone would set; while that is unknown, the one had the clock never stood."""

    limit: Limit
    due: Deadline | None
    nominal: datetime | None

    @property
    def due_at(self) -> datetime | None:
        """This function will give the due moment."""
        return self.due.at if self.due else None

    @property
    def provisional(self) -> bool:
        """This function will say whether a notice may still move the due moment."""
        return self.due is not None and self.due.provisional

    @property
    def order(self) -> tuple[bool, datetime | None, int, int, str]:
        """This function will sort the strictest first: earliest due; among standing clocks, the earliest nominal."""
        moment = self.due.at if self.due else self.nominal
        return self.due is None, moment, self.limit.days, _RANK_ORDER[self.limit.rank], self.limit.id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One clock with every matching limit weighed, strictest first."""

    face: _Face
    ground: _Ground
    count: Count
    weighed: tuple[_Weighed, ...]
    chosen: _Weighed | None

    @property
    def unit(self) -> Unit:
        """This function will give the unit the clock is counted in."""
        return self.chosen.limit.unit if self.chosen else Unit.WD

    @property
    def budget(self) -> int | None:
        """This function will give the days of the binding limit."""
        return self.chosen.limit.days if self.chosen else None

    @property
    def paused_by(self) -> tuple[int, ...]:
        """This function will give the pauses in effect; a stopped clock has none."""
        return self.count.paused_by if self.face.stopped_at is None else ()

    @property
    def running(self) -> bool:
        """This function will say whether a span is open."""
        return self.face.stopped_at is None and self.count.open

    @property
    def settled(self) -> bool:
        """This function will say whether the days used do not depend on now."""
        return bool(self.paused_by) or not self.running

    @property
    def used(self) -> int:
        """This function will count the days that no longer depend on now."""
        return self.count.used(self.unit) if self.settled else self.count.used_closed(self.unit)

    @property
    def left(self) -> int | None:
        """This function will give the days left, where they do not depend on now."""
        return self.budget - self.used if self.settled and self.budget is not None else None


def read_clocks(
    timeline: Timeline, facts: Facts, place: Place, limits: LimitBook, calendar: Calendar
) -> tuple[Clock, ...]:
    """This function will read all clocks of a case from its timeline.

    Before acceptance only the pre-acceptance clocks and permits exist. Raises Refused when a due date lies outside the
    calendar.
    """
    ground = _Ground(timeline=timeline, facts=facts, place=place, limits=limits, calendar=calendar)
    return tuple(_clock(face, ground) for face in _faces(timeline))


# --- which clocks there are


def _faces(timeline: Timeline) -> Iterator[_Face]:
    for run in timeline.runs:
        if timeline.ended_at is None or run.started_at < timeline.ended_at:
            yield _run_face(run, timeline)
    if timeline.accepted_at is not None:
        yield _sum_face(timeline, timeline.accepted_at)
        whole = Span(timeline.accepted_at, _cut(timeline.energised_at, timeline))
        yield _face("end_to_end", ClockKind.END_TO_END, timeline, whole, timeline.energised_at)
    for permit in timeline.permits:
        if timeline.ended_at is None or permit.applied_at < timeline.ended_at:
            span = Span(permit.applied_at, _cut(permit.decided_at, timeline))
            yield _face(
                f"permit.{permit.number}", ClockKind.PERMIT, timeline, span, permit.decided_at, visit=permit.number
            )


def _run_face(run: Run, timeline: Timeline) -> _Face:
    if run.key != "accept":
        span = Span(run.started_at, _cut(run.stopped_at, timeline))
        key = f"stage.{run.key}.{run.visit}"
        return _face(key, ClockKind.STAGE, timeline, span, run.stopped_at, run.key, run.visit)
    own = run.stopped_at
    if own is None and timeline.accepted_at is not None:
        own = max(timeline.accepted_at, run.started_at)
    span = Span(run.started_at, _cut(own, timeline))
    key = f"pre_acceptance.{run.visit}"
    return _face(key, ClockKind.PRE_ACCEPTANCE, timeline, span, own, run.key, run.visit)


def _sum_face(timeline: Timeline, accepted_at: datetime) -> _Face:
    end = _cut(timeline.energised_at, timeline)
    spans = []
    for run in timeline.runs:
        if run.utility_sum and run.key in SUM_STAGES and (end is None or run.started_at < end):
            stops = [moment for moment in (run.stopped_at, end) if moment is not None]
            stop = min(stops) if stops else None
            spans.append(Span(max(run.started_at, accepted_at), stop))
    return _Face(
        key="utility_sum",
        kind=ClockKind.UTILITY_SUM,
        started_at=accepted_at,
        stopped_at=end,
        cut_off=_is_cut(timeline.energised_at, timeline),
        spans=tuple(sorted(spans, key=lambda span: span.start)),
    )


def _face(
    key: str, kind: ClockKind, timeline: Timeline, span: Span, own: datetime | None, stage: str = "", visit: int = 1
) -> _Face:
    return _Face(
        key=key,
        kind=kind,
        stage=stage,
        visit=visit,
        started_at=span.start,
        stopped_at=span.stop,
        cut_off=_is_cut(own, timeline),
        spans=(span,),
    )


def _cut(stop: datetime | None, timeline: Timeline) -> datetime | None:
    return timeline.ended_at if _is_cut(stop, timeline) else stop


def _is_cut(stop: datetime | None, timeline: Timeline) -> bool:
    return timeline.ended_at is not None and (stop is None or stop > timeline.ended_at)


# --- one clock


def _clock(face: _Face, ground: _Ground) -> Clock:
    on = day_of(face.started_at)
    matching = ground.limits.matching(ground.place, ground.facts, face.kind, face.stage, on)
    causes = ground.limits.stopping(face.kind, ground.place, on)
    halts = halts_of(ground.timeline.pauses, causes, face.started_at, face.stopped_at)
    count = Count(ground.calendar, face.spans, halts, single=face.kind is not ClockKind.UTILITY_SUM)
    weighed = sorted((_weigh(limit, face, count) for limit in matching), key=lambda one: one.order)
    chosen = next((one for one in weighed if one.limit.binds), None)
    return _assemble(_Reading(face=face, ground=ground, count=count, weighed=tuple(weighed), chosen=chosen))


def _weigh(limit: Limit, face: _Face, count: Count) -> _Weighed:
    due = count.due(limit.days, limit.unit)
    nominal = None if due else count.nominal(face.started_at, limit.days, limit.unit)
    return _Weighed(limit=limit, due=due, nominal=nominal)


def _assemble(reading: _Reading) -> Clock:
    face, chosen = reading.face, reading.chosen
    warn_at, urgent_at = _warnings(reading)
    return Clock(
        key=face.key,
        kind=face.kind,
        stage=face.stage,
        visit=face.visit,
        started_at=face.started_at,
        stopped_at=face.stopped_at,
        cut_off=face.cut_off,
        running=reading.running,
        budget=reading.budget,
        unit=reading.unit,
        limit_id=chosen.limit.id if chosen else "",
        used_closed=reading.used,
        left_days=reading.left,
        due_at=chosen.due_at if chosen else None,
        provisional=chosen.provisional if chosen else False,
        warn_at=warn_at,
        urgent_at=urgent_at,
        target_at=_target(reading),
        paused_by=reading.paused_by,
        ranks=_ranks(reading),
        spans=face.spans,
        halts=reading.count.halts,
        reading=reading,
    )


def _warnings(reading: _Reading) -> tuple[datetime | None, datetime | None]:
    chosen = reading.chosen
    if chosen is None or chosen.due is None:
        return None, None
    days, unit, steps = chosen.limit.days, chosen.limit.unit, reading.ground.limits.warning
    yellow = reading.count.opening_with_left(days, unit, steps.yellow(days))
    return yellow, reading.count.opening_with_left(days, unit, steps.red(days))


def _target(reading: _Reading) -> datetime | None:
    """The internal budget's end: it warns while the legal limit still holds."""
    inner = (one for one in reading.weighed if one.limit.rank is Rank.INTERNAL and not one.limit.doubt)
    return min((one.due.at for one in inner if one.due is not None), default=None)


def _ranks(reading: _Reading) -> tuple[RankDue, ...]:
    """Sorted strictest first, so the first relied-on limit of a rank is the rank's strictest."""
    first: dict[Rank, _Weighed] = {}
    for one in reading.weighed:
        if not one.limit.doubt:
            first.setdefault(one.limit.rank, one)
    return tuple(
        RankDue(rank=rank, limit_id=one.limit.id, due_at=one.due_at, provisional=one.provisional)
        for rank, one in sorted(first.items(), key=lambda pair: _RANK_ORDER[pair[0]])
    )


def _derive(reading: _Reading) -> Derivation:
    face, ground, chosen, count = reading.face, reading.ground, reading.chosen, reading.count
    limits, calendar = ground.limits, ground.calendar
    last = _last_shown(reading)
    start_day = day_of(face.started_at)
    return Derivation(
        kind=face.kind,
        stage=face.stage,
        stage_name=limits.stage_name(face.stage),
        visit=face.visit,
        started_at=face.started_at,
        start_day=start_day,
        considered=tuple(_considered(one, limits) for one in reading.weighed),
        chosen_id=chosen.limit.id if chosen else "",
        budget=reading.budget,
        unit=reading.unit,
        stretches=tuple(Stretch(first=a, last=b, days=n) for a, b, n in count.stretches(reading.unit, last)),
        excluded=tuple(TakenOut(day=day, pauses=numbers) for day, numbers in count.excluded(reading.unit, last)),
        special_days=calendar.special_days(start_day, last) if last is not None else (),
        paused_by=reading.paused_by,
        stopped_at=face.stopped_at,
        due_at=chosen.due_at if chosen else None,
        left_days=reading.left,
        provisional_reason=_provisional_reason(calendar) if chosen and chosen.provisional else "",
        region=calendar.region,
        calendar_version=calendar.version,
        limits_version=limits.version,
    )


def _last_shown(reading: _Reading) -> date | None:
    if reading.face.stopped_at is not None:
        return day_of(reading.face.stopped_at)
    if reading.chosen is not None and reading.chosen.due is not None:
        return reading.chosen.due.day
    return reading.count.last_counted()


def _considered(one: _Weighed, limits: LimitBook) -> Considered:
    limit = one.limit
    return Considered(
        limit_id=limit.id,
        title=limit.title,
        source=limits.source(limit),
        rank=limit.rank,
        days=limit.days,
        unit=limit.unit,
        confirmed=limit.confirmed,
        binds=limit.binds,
        why_not=limit.why_not,
        condition=limit.condition,
        due_at=one.due_at,
        provisional=one.provisional,
    )


def _provisional_reason(calendar: Calendar) -> str:
    year = calendar.last_announced_year + 1
    return f"到期日在 {calendar.sure_until} 之后，{year} 年放假通知尚未导入，导入后可能变动"
