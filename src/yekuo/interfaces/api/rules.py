"""接口读规则: when a period ends and why, and the limits that are known."""

from datetime import date, datetime, time

from yekuo.interfaces.api.entrance import Caller
from yekuo.interfaces.api.shown import Due, LimitShown, LimitsShown, Named, SpecialDay
from yekuo.interfaces.look.names import CLASS_NAMES, name_of
from yekuo.operations.books import Shelf
from yekuo.records import units
from yekuo.rules.calendar import BEIJING, Calendar, Deadline, NamedDay, Unit
from yekuo.rules.facts import CustomerClass
from yekuo.rules.limits import ClockKind, Limit, Scope
from yekuo.rules.notices import weekday_name
from yekuo.rules.refusal import Problem, Refused

MORNING = time(9)


def due_date(caller: Caller, *, start: date, days: int, province: str, unit: Unit) -> Due:
    """This function will say when a period of so many days ends that begins on a day, which itself is not counted."""
    calendar = caller.shelf.calendar(_known(caller.shelf, province))
    begins = datetime.combine(start, MORNING, BEIJING)
    end = calendar.due(begins, days) if unit is Unit.WD else calendar.due_calendar_days(begins, days)
    special = calendar.special_days(start, end.day)
    return Due(
        due_at=end.at, day=end.day, provisional=end.provisional,
        derivation=_lines(calendar, start, days, unit, end, special),
        special_days=[SpecialDay(day=one.day, name=one.name, working=one.working) for one in special],
        province=province, calendar_version=calendar.version,
    )  # fmt: skip


def _known(shelf: Shelf, province: str) -> str:
    """Each province has its own calendar in memory; names nobody knows would only fill it."""
    places = {one.province for one in units.tree()} | {one.region for one in shelf.calendar("").local}
    places |= {one.where for one in shelf.limits.limits if one.scope is Scope.PROVINCE}
    if province and province not in places:
        known = "、".join(sorted(place for place in places if place))
        wrong = Problem("province", f"没有“{province[:20]}”的工作日历；可用：{known}，或不填（全国）")
        raise Refused(wrong.message, problems=(wrong,), code="invalid")
    return province


def _lines(
    calendar: Calendar, start: date, days: int, unit: Unit, end: Deadline, special: tuple[NamedDay, ...]
) -> list[str]:
    name = "工作日" if unit is Unit.WD else "日历日"
    lines = [f"{_day(start)} 起计，当日不计入。", f"期限 {days} 个{name}。"]
    lines += [
        f"{_day(one.day)}：{one.name}，{'计入' if one.working else '不计入'}。" for one in special if unit is Unit.WD
    ]
    if unit is Unit.CD and (end.day - start).days > days:
        lines.append(f"第 {days} 日为休息日，顺延至下一个工作日。")
    lines.append(
        f"到期：{_day(end.day)} {end.at:%H:%M}。" if end.at.date() == end.day else f"到期：{_day(end.day)} 24:00。"
    )
    if end.provisional:
        lines.append(
            f"暂定：{calendar.last_announced_year + 1} 年放假通知尚未导入，{calendar.sure_until} 之后的日期可能变动。"
        )
    return [*lines, f"工作日历 {calendar.region or '全国'} {calendar.version}。"]


def _day(day: date) -> str:
    return f"{day.isoformat()} {weekday_name(day)}"


def list_limits(
    caller: Caller, *, kind: CustomerClass | None, clock: ClockKind | None, stage: str, province: str, on: date | None
) -> LimitsShown:
    """This function will list the limits that match, in the order of their ids, binding or not."""
    book = caller.shelf.limits
    chosen = [
        one
        for one in book.limits
        if (kind is None or kind in one.classes)
        and clock in (None, one.clock)
        and stage in ("", one.stage)
        and (not province or one.scope is not Scope.PROVINCE or one.where == province)
        and (on is None or one.in_force(on))
    ]
    return LimitsShown(version=book.version, limits=[_limit(caller.shelf, one) for one in chosen])


def _limit(shelf: Shelf, one: Limit) -> LimitShown:
    return LimitShown(
        id=one.id, title=one.title, rank=Named(key=one.rank, name=one.rank.label),
        scope=Named(key=one.scope, name=one.scope.label), where=one.where,
        clock=Named(key=one.clock, name=name_of(one.clock)),
        stage=Named(key=one.stage, name=shelf.limits.stage_name(one.stage)) if one.stage else None,
        classes=[Named(key=kind, name=CLASS_NAMES[kind]) for kind in one.classes], days=one.days, unit=one.unit,
        condition=one.condition, external_works=one.external_works, min_voltage=one.min_voltage,
        max_voltage=one.max_voltage, max_capacity=one.max_capacity, since=one.since, until=one.until,
        confirmed=one.confirmed, binds=one.binds, why_not=one.why_not, source=shelf.limits.source(one),
    )  # fmt: skip
