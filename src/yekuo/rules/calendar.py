"""工作日历: which days count, the n-th working day after a day, and the moment at which a period ends."""

import hashlib
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

from yekuo.rules.notices import (
    LAST_SURE,
    LocalDays,
    Notice,
    Statutory,
    named_days,
    notice_of,
    problems_of,
    warnings_of,
    weekday_name,
    year_of,
)
from yekuo.rules.refusal import Problem, Refused

BEIJING = timezone(timedelta(hours=8), "+08:00")
"""产品时间: fixed +08:00, no daylight saving."""


class Unit(StrEnum):
    """期限单位: WD counts 工作日, CD counts 日历日."""

    WD = "WD"
    CD = "CD"

    @property
    def label(self) -> str:
        """This function will give the unit's Chinese word."""
        return "个工作日" if self is Unit.WD else "日"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """到期: `at` is the close of business of `day` (+08:00); provisional while a notice may still move it."""

    at: datetime
    day: date
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDay:
    """特殊日: a day the notice, the law or the province speaks of; `working` tells make-up days from days off."""

    day: date
    name: str
    working: bool


def day_of(moment: datetime) -> date:
    """This function will give the +08:00 date of a moment; raises ValueError when it carries no time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"时间必须带时区：{moment!r}")
    return moment.astimezone(BEIJING).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """工作日历: one region's working days and business hours; immutable, named by the digest of what it counts by."""

    region: str = ""
    notices: tuple[Notice, ...]
    statutory: tuple[Statutory, ...] = ()
    local: tuple[LocalDays, ...] = ()
    opens: time = time(8, 30)
    closes: time | None = time(17, 30)
    version: str = field(init=False, compare=False)
    working: tuple[int, ...] = field(init=False, compare=False, repr=False)
    every: range = field(init=False, compare=False, repr=False)
    _bits: bytes = field(init=False, compare=False, repr=False)
    _named: Mapping[int, NamedDay] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """This function will check that years follow each other and lay out the days."""
        years = [notice.year for notice in self.notices]
        if not years or years != list(range(years[0], years[0] + len(years))):
            raise Refused("工作日历缺年份：各年放假通知必须首尾相接", code="bad_calendar")
        if self.closes is not None and self.closes <= self.opens:
            raise Refused("下班时间必须晚于上班时间", problems=(Problem("closes", "下班时间必须晚于上班时间"),))
        named = _named_days(self)
        every = range(date(years[0], 1, 1).toordinal(), date(_last_year(self), 12, 31).toordinal() + 1)
        bits = bytes(_works(ordinal, named) for ordinal in every)
        working = tuple(every.start + index for index, bit in enumerate(bits) if bit)
        for name, value in (("_named", named), ("every", every), ("_bits", bits), ("working", working)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "version", f"{self.last_announced_year}-{_digest(self)}")

    @property
    def first_day(self) -> date:
        """This function will give the first day the calendar knows."""
        return date.fromordinal(self.every.start)

    @property
    def last_day(self) -> date:
        """This function will give the last day the calendar knows."""
        return date.fromordinal(self.every.stop - 1)

    @property
    def last_announced_year(self) -> int:
        """This function will give the last year whose notice is in."""
        return self.notices[-1].year

    @property
    def sure_until(self) -> date:
        """This function will give the last day no further notice is expected to change."""
        return date(self.last_announced_year, *LAST_SURE)

    @property
    def unconfirmed(self) -> tuple[LocalDays, ...]:
        """This function will list this region's own days that wait for confirmation and are not counted."""
        return tuple(days for days in self.local if days.region == self.region and not days.confirmed)

    # --- questions about days

    def is_working(self, day: date) -> bool:
        """This function will say whether the day is a working day; raises Refused outside the calendar."""
        return bool(self._bits[self._place(day.toordinal())])

    def add(self, start: date, n: int) -> date:
        """This function will find the n-th working day after `start` (which never counts); n ≥ 1.

        Raises ValueError for n < 1 and Refused when the answer lies outside the calendar.
        """
        if n < 1:
            raise ValueError(f"天数必须是正整数：{n}")
        ordinal = start.toordinal()
        self._place(ordinal + 1)
        index = bisect_right(self.working, ordinal) + n - 1
        if index >= len(self.working):
            raise self.ends()
        return date.fromordinal(self.working[index])

    def between(self, start: date, end: date) -> int:
        """This function will count the working days in (start, end]; 0 when end is not after start."""
        if end <= start:
            return 0
        first, last = self._half_open(start, end)
        return bisect_right(self.working, last) - bisect_right(self.working, first)

    def working_days(self, start: date, end: date) -> tuple[date, ...]:
        """This function will list the working days in (start, end]."""
        if end <= start:
            return ()
        first, last = self._half_open(start, end)
        span = self.working[bisect_right(self.working, first) : bisect_right(self.working, last)]
        return tuple(map(date.fromordinal, span))

    def working_day_from(self, day: date) -> date:
        """This function will give the day itself when it is a working day, else the next one (民法典第二百零三条)."""
        return self.add(day - timedelta(days=1), 1)

    def working_day_before(self, day: date, n: int = 1) -> date:
        """This function will find the n-th working day before `day`."""
        index = bisect_left(self.working, day.toordinal()) - n
        if index < 0:
            raise self.ends()
        return date.fromordinal(self.working[index])

    def special_days(self, start: date, end: date) -> tuple[NamedDay, ...]:
        """This function will list the announced, statutory and local days in (start, end], off and make-up."""
        span = range(start.toordinal() + 1, end.toordinal() + 1)
        return tuple(self._named[ordinal] for ordinal in span if ordinal in self._named)

    def describe(self, day: date) -> str:
        """This function will say in Chinese what kind of day it is, e.g. '国庆节放假', '调休上班', '周末', '工作日'."""
        named = self._named.get(day.toordinal())
        if named is not None:
            return named.name
        return "工作日" if self.is_working(day) else "周末"

    # --- moments and deadlines

    def open_at(self, day: date) -> datetime:
        """This function will give the opening of business of a day."""
        return datetime.combine(day, self.opens, BEIJING)

    def close_at(self, day: date) -> datetime:
        """This function will give the close of business of a day; 24:00 when the calendar has no closing time."""
        if self.closes is None:
            return datetime.combine(day + timedelta(days=1), time(0), BEIJING)
        return datetime.combine(day, self.closes, BEIJING)

    def deadline(self, day: date) -> Deadline:
        """This function will make the deadline that falls on a day."""
        return Deadline(at=self.close_at(day), day=day, provisional=day > self.sure_until)

    def due(self, start: datetime, n: int) -> Deadline:
        """This function will give the end of a period of n working days that began at `start`."""
        return self.deadline(self.add(day_of(start), n))

    def due_calendar_days(self, start: datetime, n: int) -> Deadline:
        """This function will give the end of n calendar days; a last day off moves to the next working day."""
        if n < 1:
            raise ValueError(f"天数必须是正整数：{n}")
        return self.deadline(self.working_day_from(day_of(start) + timedelta(days=n)))

    # --- new versions

    def problems(self, notice: Notice) -> tuple[Problem, ...]:
        """This function will list why the notice cannot be taken in; empty when it can."""
        return problems_of(
            notice,
            first=self.notices[0].year,
            last=self.last_announced_year,
            statutory=self._statutory_of(notice.year),
        )

    def warnings(self, notice: Notice) -> tuple[Problem, ...]:
        """This function will list what to look at twice before taking the notice in."""
        return warnings_of(notice, last=self.last_announced_year, statutory=self._statutory_of(notice.year))

    def with_notice(self, notice: Notice) -> "Calendar":
        """This function will take in a year's notice, or replace the one it corrects; raises Refused."""
        wrong = self.problems(notice)
        if wrong:
            raise Refused(f"{notice.year} 年放假通知不能导入：{wrong[0].message}", problems=wrong, code="bad_notice")
        others = [old for old in self.notices if old.year != notice.year]
        return replace(self, notices=tuple(sorted([*others, notice], key=lambda one: one.year)))

    def with_local(self, days: LocalDays) -> "Calendar":
        """This function will add a province's own days, or replace those of the same region, year and name."""
        both = sorted(set(days.off) & set(days.make_up))
        if both:
            message = f"{both[0]} 既列为放假又列为上班"
            raise Refused(message, problems=(Problem("make_up", message),), code="bad_local_days")
        key = (days.region, days.year, days.name)
        others = tuple(old for old in self.local if (old.region, old.year, old.name) != key)
        return replace(self, local=(*others, days))

    def with_hours(self, opens: time, closes: time | None) -> "Calendar":
        """This function will set the business hours; None closes at 24:00."""
        return replace(self, opens=opens, closes=closes)

    def for_region(self, region: str) -> "Calendar":
        """This function will give the same calendar for another province ('' for the nation)."""
        return self if region == self.region else replace(self, region=region)

    # --- inside

    def ends(self) -> Refused:
        """This function will make the refusal for a day outside the calendar."""
        message = f"工作日历只有 {self.first_day} 至 {self.last_day}，请先导入后续年份的放假通知"
        return Refused(message, code="calendar_ends")

    def _place(self, ordinal: int) -> int:
        if ordinal not in self.every:
            raise self.ends()
        return ordinal - self.every.start

    def _half_open(self, start: date, end: date) -> tuple[int, int]:
        first, last = start.toordinal(), end.toordinal()
        self._place(first + 1)
        self._place(last)
        return first, last

    def _statutory_of(self, year: int) -> tuple[date, ...]:
        return tuple(day for one in self.statutory if one.year == year for day in one.off)


def parse_calendar(text: str, *, region: str = "") -> Calendar:
    """This function will read a calendar from TOML text (tables hours, notice, statutory, local).

    Raises Refused with the problem in Chinese when the text is not a calendar.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"工作日历文件读不懂：{error}", code="bad_calendar") from error
    notices = tuple(sorted(map(notice_of, _rows(data, "notice")), key=lambda one: one.year))
    for notice in notices:
        wrong = problems_of(notice, first=notices[0].year, last=notice.year, statutory=())
        if wrong:
            raise Refused(f"{notice.year} 年放假通知有误：{wrong[0].message}", problems=wrong, code="bad_calendar")
    hours = data.get("hours", {})
    return Calendar(
        region=region,
        notices=notices,
        statutory=tuple(map(_statutory, _rows(data, "statutory"))),
        local=tuple(map(_local, _rows(data, "local"))),
        opens=_clock(hours.get("opens", "08:30")) or time(0),
        closes=_clock(hours.get("closes", "17:30")),
    )


def _rows(data: Mapping[str, object], key: str) -> Sequence[Mapping[str, object]]:
    rows = data.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused(f"工作日历文件有误：{key} 应是表的列表", code="bad_calendar")
    return rows


def _statutory(row: Mapping[str, object]) -> Statutory:
    off, names = named_days(row.get("off", []), "off")
    return Statutory(year=year_of(row), off=off, names=names, confirmed=row.get("confirmed") is True)


def _local(row: Mapping[str, object]) -> LocalDays:
    return LocalDays(
        region=str(row.get("region", "")),
        name=str(row.get("name", "")),
        year=year_of(row),
        off=named_days(row.get("off", []), "off")[0],
        make_up=named_days(row.get("make_up", []), "make_up")[0],
        confirmed=row.get("confirmed") is True,
        source=str(row.get("source", "")),
        note=str(row.get("note", "")),
    )


def _clock(value: object) -> time | None:
    if value in ("", "24:00"):
        return None
    try:
        return time.fromisoformat(str(value))
    except ValueError as error:
        raise Refused(f"“{value}”不是时刻，请写成 17:30", code="bad_calendar") from error


def _last_year(calendar: Calendar) -> int:
    """The last year whose days are known without a gap, announced or by the law."""
    year = calendar.last_announced_year
    known = {one.year for one in calendar.statutory}
    while year + 1 in known:
        year += 1
    return year


def _named_days(calendar: Calendar) -> dict[int, NamedDay]:
    """Later rows win: the law, then the notices year by year, then what the province itself confirmed."""
    named: dict[int, NamedDay] = {}
    for day, name, working in _all_days(calendar):
        named[day.toordinal()] = NamedDay(day=day, name=name, working=working)
    return named


def _all_days(calendar: Calendar) -> Iterator[tuple[date, str, bool]]:
    for law in calendar.statutory:
        names = dict(law.names)
        yield from ((day, f"{names.get(day, '法定节假日')}放假", False) for day in law.off)
    for notice in calendar.notices:
        names = dict(notice.names)
        yield from ((day, f"{names.get(day, '节假日')}放假", False) for day in notice.off)
        yield from ((day, "调休上班", True) for day in notice.make_up)
    for local in calendar.local:
        if local.confirmed and local.region == calendar.region:
            yield from ((day, f"{local.name}放假", False) for day in local.off)
            yield from ((day, f"{local.name}调休上班", True) for day in local.make_up)


def _works(ordinal: int, named: Mapping[int, NamedDay]) -> bool:
    special = named.get(ordinal)
    # date.fromordinal(1) is a Monday, so the ordinal modulo 7 is 1 on Mondays and 6, 0 on weekends.
    return special.working if special is not None else 1 <= ordinal % 7 <= 5


def _digest(calendar: Calendar) -> str:
    content = (calendar.region, calendar.every.start, str(calendar.opens), str(calendar.closes))
    return hashlib.sha256(repr(content).encode() + repr(calendar.working).encode()).hexdigest()[:12]


__all__ = [
    "BEIJING",
    "Calendar",
    "Deadline",
    "LocalDays",
    "NamedDay",
    "Notice",
    "Statutory",
    "Unit",
    "day_of",
    "parse_calendar",
    "weekday_name",
]
