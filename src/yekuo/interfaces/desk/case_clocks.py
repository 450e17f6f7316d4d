"""时限表: every clock of a case as a row, and behind each the whole derivation of its due moment."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from yekuo.interfaces.desk.rows import standing
from yekuo.interfaces.look.names import CAUSE_NAMES, RANK_NAMES
from yekuo.interfaces.look.parts import Clock as Pill
from yekuo.operations.casefile import CaseFile, TimedClock
from yekuo.records.worklist import Steps
from yekuo.rules.calendar import BEIJING, Unit, day_of, weekday_name
from yekuo.rules.derivations import Considered, Derivation, clock_title
from yekuo.rules.levels import Level, breaches
from yekuo.rules.limits import ClockKind

MEANING = {
    ClockKind.PRE_ACCEPTANCE: "从提交申请到受理或一次性告知",
    ClockKind.STAGE: "本环节",
    ClockKind.UTILITY_SUM: "只计供电企业各环节，客户和政府时间不计",
    ClockKind.END_TO_END: "从受理到送电，全程都计",
    ClockKind.PERMIT: "政府审批另计",
}
BY_DAYS = (Level.NORMAL, Level.YELLOW, Level.RED, Level.OVERDUE)
ORDER = (
    ClockKind.PRE_ACCEPTANCE, ClockKind.STAGE, ClockKind.UTILITY_SUM, ClockKind.END_TO_END, ClockKind.PERMIT,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRow:
    """所考虑的时限: one limit as the derivation table shows it; `verdict` says whether it binds, or why not."""

    rank: str
    title: str
    source: str
    days: str
    condition: str
    due_at: datetime | None
    chosen: bool
    binds: bool
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """推导: the derivation of one clock in the order a reader asks."""

    start: str
    limits: tuple[LimitRow, ...]
    counted: tuple[str, ...]
    taken_out: tuple[str, ...]
    special: tuple[str, ...]
    result: tuple[str, ...]
    versions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """时钟行: one clock; `broken` names the ranks whose limit is passed."""

    key: str
    title: str
    meaning: str
    pill: Pill
    budget: str
    used: str
    left: str
    due_at: datetime | None
    started_at: datetime
    stopped_at: datetime | None
    broken: tuple[str, ...]
    told: Told


def clock_rows(file: CaseFile) -> tuple[list[ClockRow], list[ClockRow]]:
    """This function will give the clocks that still run or stand, and those that are over."""
    ordered = sorted(file.clocks, key=lambda one: (ORDER.index(one.clock.kind), one.clock.started_at))
    rows = [(one.clock.stopped_at is None, _row(file, one)) for one in ordered]
    return [row for still, row in rows if still], [row for still, row in rows if not still]


def pill_of(timed: TimedClock, *, reason: str = "") -> Pill:
    """This function will give what the deadline mark shows of a clock."""
    clock = timed.clock
    return Pill(
        level=timed.level.value, due_at=clock.due_at, left=timed.left, provisional=clock.provisional, reason=reason
    )


def case_pill(file: CaseFile, steps: Steps) -> Pill | None:
    """This function will give the mark of the case, coloured as in the lists: its clock that falls due first, if any."""
    if file.due is None:
        return None
    pill = pill_of(file.due, reason=_reason(file, file.due))
    if file.due.level not in BY_DAYS or file.due.clock.due_at is None:
        return pill
    return replace(pill, level=steps.bucket(file.due.clock.due_at, paused=False).value)


def _reason(file: CaseFile, timed: TimedClock) -> str:
    if timed.level is Level.WAITING:
        return standing(file.waiting).reason
    numbers = timed.clock.paused_by
    causes = {pause.number: CAUSE_NAMES[pause.cause] for pause in file.state.timeline.pauses}
    return causes.get(numbers[-1], "") if numbers else ""


def _row(file: CaseFile, timed: TimedClock) -> ClockRow:
    clock, derivation = timed.clock, timed.clock.derivation
    unit = "工作日" if clock.unit is Unit.WD else "日历日"
    return ClockRow(
        key=clock.key,
        title=clock_title(clock.kind, derivation.stage_name, clock.visit),
        meaning=MEANING[clock.kind],
        pill=pill_of(timed, reason=_reason(file, timed)),
        budget=f"{clock.budget} {unit}" if clock.budget is not None else "没有约束性时限",
        used=f"{timed.used} {unit}",
        left=_left(timed, unit),
        due_at=clock.due_at,
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        broken=tuple(RANK_NAMES[rank] for rank in breaches(clock, file.at)),
        told=told(derivation, file),
    )


def _left(timed: TimedClock, unit: str) -> str:
    if timed.left is None or timed.clock.stopped_at is not None:
        return ""
    if timed.left < 0:
        return f"超 {-timed.left} {unit}"
    return "已超期" if timed.level is Level.OVERDUE and timed.left == 0 else f"剩 {timed.left} {unit}"


def told(derivation: Derivation, file: CaseFile) -> Told:
    """This function will write a derivation out for the page."""
    causes = {pause.number: CAUSE_NAMES[pause.cause] for pause in file.state.timeline.pauses}
    return Told(
        start=f"{_moment(derivation.started_at)} 起计，当天不计入。",
        limits=tuple(_limit(one, derivation) for one in derivation.considered),
        counted=tuple(_counted(derivation)),
        taken_out=tuple(_taken_out(derivation, causes)),
        special=tuple(_special(derivation)),
        result=tuple(_result(derivation, causes)),
        versions=f"工作日历 {derivation.region or '全国'} {derivation.calendar_version} · 时限库 {derivation.limits_version}",
    )


def _limit(one: Considered, derivation: Derivation) -> LimitRow:
    chosen = one.limit_id == derivation.chosen_id
    looser = "有约束力，同日到期" if one.due_at and one.due_at == derivation.due_at else "有约束力，较宽"
    verdict = "最严，作为依据" if chosen else looser if one.binds else f"不作依据：{one.why_not}"
    return LimitRow(
        rank=RANK_NAMES[one.rank], title=one.title, source=one.source, days=f"{one.days} {_unit(one.unit)}",
        condition=one.condition, due_at=one.due_at, chosen=chosen, binds=one.binds, verdict=verdict,
    )  # fmt: skip


def _counted(derivation: Derivation) -> Iterator[str]:
    total = sum(row.days for row in derivation.stretches)
    for row in derivation.stretches:
        yield f"{_span(row.first, row.last)}：{row.days} {_unit(derivation.unit)}"
    if len(derivation.stretches) > 1:
        yield f"合计 {total} {_unit(derivation.unit)}"


def _taken_out(derivation: Derivation, causes: dict[int, str]) -> Iterator[str]:
    for pauses, rows in groupby(derivation.excluded, key=lambda row: row.pauses):
        days = [row.day for row in rows]
        why = "、".join(f"第 {number} 次挂起（{causes.get(number, '')}）" for number in pauses)
        yield f"{_span(days[0], days[-1])}，共 {len(days)} {_unit(derivation.unit)}：{why}，整日在内才扣除"


def _special(derivation: Derivation) -> Iterator[str]:
    for name, rows in groupby(derivation.special_days, key=lambda row: row.name):
        days = [row.day for row in rows]
        joined = (days[-1] - days[0]).days == len(days) - 1
        yield f"{name}：{_span(days[0], days[-1]) if joined else '、'.join(map(_day, days))}"


def _result(derivation: Derivation, causes: dict[int, str]) -> Iterator[str]:
    if derivation.due_at is not None:
        yield f"到期：{_moment(derivation.due_at)}"
    elif derivation.paused_by:
        why = "、".join(f"第 {number} 次挂起（{causes.get(number, '')}）" for number in derivation.paused_by)
        yield f"{why}生效中，恢复后再计到期时间"
    elif derivation.stopped_at is None and derivation.budget is not None:
        yield "现在没有供电企业环节在办，暂不计到期时间"
    if derivation.stopped_at is not None:
        yield f"止于：{_moment(derivation.stopped_at)}"
    if derivation.provisional_reason:
        yield f"暂定：{derivation.provisional_reason}"


def _unit(unit: Unit) -> str:
    return "个工作日" if unit is Unit.WD else "个日历日"


def _span(first: date, last: date) -> str:
    return _day(first) if first == last else f"{_day(first)} 至 {_day(last)}"


def _day(day: date) -> str:
    return f"{day.isoformat()}（{weekday_name(day)}）"


def _moment(moment: datetime) -> str:
    return f"{_day(day_of(moment))} {moment.astimezone(BEIJING):%H:%M}"
