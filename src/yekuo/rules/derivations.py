"""推导: why a clock ends when it ends, as plain data, and in Chinese lines for the screen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from yekuo.rules.calendar import BEIJING, NamedDay, Unit, weekday_name
from yekuo.rules.limits import ClockKind, Rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """所考虑的时限: one matching limit, whether it binds (or why not), and when it alone would end the clock."""

    limit_id: str
    title: str
    source: str
    rank: Rank
    days: int
    unit: Unit
    confirmed: bool
    binds: bool
    why_not: str
    condition: str
    due_at: datetime | None
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """计入段: `days` counted from `first` to `last`, both counted days."""

    first: date
    last: date
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOut:
    """扣除日: a day not counted because it lies wholly inside the pauses of these numbers."""

    day: date
    pauses: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """推导: everything a due moment rests on; `start_day` itself is never counted."""

    kind: ClockKind
    stage: str
    stage_name: str
    visit: int
    started_at: datetime
    start_day: date
    considered: tuple[Considered, ...]
    chosen_id: str
    budget: int | None
    unit: Unit
    stretches: tuple[Stretch, ...]
    excluded: tuple[TakenOut, ...]
    special_days: tuple[NamedDay, ...]
    paused_by: tuple[int, ...]
    stopped_at: datetime | None
    due_at: datetime | None
    left_days: int | None
    provisional_reason: str
    region: str
    calendar_version: str
    limits_version: str


def explain(derivation: Derivation) -> tuple[str, ...]:
    """This function will write the derivation as Chinese lines, in the order a reader asks."""
    return tuple(
        line
        for part in (_start, _limits, _counted, _excluded, _special, _result, _versions)
        for line in part(derivation)
    )


def clock_title(kind: ClockKind, stage_name: str, visit: int) -> str:
    """This function will name a clock for people, e.g. '竣工检验（第 2 次）' or '合计办理'."""
    name = stage_name if kind is ClockKind.STAGE else kind.label
    return f"{name}（第 {visit} 次）" if visit > 1 else name


def _start(derivation: Derivation) -> Iterator[str]:
    title = clock_title(derivation.kind, derivation.stage_name, derivation.visit)
    yield f"{title}：{_moment(derivation.started_at)} 起计，当日不计入。"


def _limits(derivation: Derivation) -> Iterator[str]:
    if not derivation.considered:
        yield "没有适用的时限。"
    for one in derivation.considered:
        due = f"，到期 {_moment(one.due_at)}" if one.due_at is not None else ""
        chosen = "★ " if one.limit_id == derivation.chosen_id else "· "
        doubt = "" if one.binds else f"（不作为依据：{one.why_not}）"
        condition = f"，条件：{one.condition}" if one.condition else ""
        yield f"{chosen}{one.rank.label} {one.title} {one.days} {one.unit.label}{condition}{due}{doubt}"


def _counted(derivation: Derivation) -> Iterator[str]:
    if derivation.stretches:
        spans = "；".join(f"{_days(row.first, row.last)} 共 {row.days} 天" for row in derivation.stretches)
        yield f"计入{'工作日' if derivation.unit is Unit.WD else '日历日'}：{spans}。"


def _excluded(derivation: Derivation) -> Iterator[str]:
    for pauses, rows in groupby(derivation.excluded, key=lambda row: row.pauses):
        found = [row.day for row in rows]
        yield f"扣除 {_days(found[0], found[-1])} 共 {len(found)} 天：整日处于已批准的第 {_numbers(pauses)} 号挂起内。"


def _special(derivation: Derivation) -> Iterator[str]:
    for name, rows in groupby(derivation.special_days, key=lambda row: row.name):
        found = [row.day for row in rows]
        yield f"{name}：{_days(found[0], found[-1]) if _joined(found) else '、'.join(map(_day, found))}"


def _result(derivation: Derivation) -> Iterator[str]:
    if derivation.due_at is not None:
        yield f"到期：{_moment(derivation.due_at)}。"
    elif derivation.paused_by:
        yield f"第 {_numbers(derivation.paused_by)} 号挂起生效中，不计到期时间{_left(derivation)}。"
    elif derivation.budget is not None and derivation.stopped_at is None:
        yield f"当前没有供电企业环节在办，不计到期时间{_left(derivation)}。"
    if derivation.stopped_at is not None:
        yield f"止于：{_moment(derivation.stopped_at)}{_left(derivation)}。"
    if derivation.provisional_reason:
        yield f"暂定：{derivation.provisional_reason}。"


def _versions(derivation: Derivation) -> Iterator[str]:
    region = derivation.region or "全国"
    yield f"工作日历 {region} {derivation.calendar_version}，时限库 {derivation.limits_version}。"


def _left(derivation: Derivation) -> str:
    if derivation.left_days is None:
        return ""
    unit = derivation.unit.label
    return (
        f"，剩余 {derivation.left_days} {unit}" if derivation.left_days >= 0 else f"，超 {-derivation.left_days} {unit}"
    )


def _joined(found: list[date]) -> bool:
    return (found[-1] - found[0]).days == len(found) - 1


def _numbers(numbers: Iterable[int]) -> str:
    return "、".join(map(str, numbers))


def _days(first: date, last: date) -> str:
    return _day(first) if first == last else f"{_day(first)} 至 {_day(last)}"


def _day(day: date) -> str:
    return f"{day.isoformat()} {weekday_name(day)}"


def _moment(moment: datetime) -> str:
    local = moment.astimezone(BEIJING)
    return f"{_day(local.date())} {local:%H:%M}"
