"""营业厅排队: kinds of numbers and windows, the minutes a customer may take, and what a hall's load comes to.

The twenty minutes of a resident run from the first call of the number, on whatever day the counter is open
(RULEBASE 8.5); they are a rule of the counter and no working-day clock.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import ceil

from yekuo.rules.when import in_force


class Grade(StrEnum):
    """营业厅级别: A, B and C halls."""

    A = "A"
    B = "B"
    C = "C"


class Serves(StrEnum):
    """服务对象: whom a number is for, and whom a window serves; a general window serves all."""

    RESIDENT = "resident"
    BUSINESS = "business"
    GENERAL = "general"


class Purpose(StrEnum):
    """办理事项: what somebody takes a number for."""

    APPLY = "apply"
    PAPERS = "papers"
    CONTRACT = "contract"
    ASK = "ask"


class TicketStatus(StrEnum):
    """排队号状态: from taken to done, not shown up, or given up."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    DONE = "done"
    NO_SHOW = "no_show"
    LEFT = "left"


SERVES_NAMES = {Serves.RESIDENT: "居民", Serves.BUSINESS: "单位", Serves.GENERAL: "综合"}
PURPOSE_NAMES = {
    Purpose.APPLY: "新装、增容申请",
    Purpose.PAPERS: "补交资料",
    Purpose.CONTRACT: "确认方案、签合同",
    Purpose.ASK: "咨询、查进度",
}
STATUS_NAMES = {
    TicketStatus.WAITING: "等候",
    TicketStatus.CALLED: "已叫号",
    TicketStatus.SERVING: "办理中",
    TicketStatus.DONE: "已办完",
    TicketStatus.NO_SHOW: "过号",
    TicketStatus.LEFT: "已取消",
}
SERIES = {Serves.RESIDENT: "J", Serves.BUSINESS: "Q"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GradePlan:
    """级别配置: windows by whom they serve, and opening hours; `off` hours are those of days off, None for closed."""

    grade: Grade
    windows: tuple[Serves, ...]
    opens: time
    closes: time
    off_opens: time | None
    off_closes: time | None
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLimit:
    """窗口时限: minutes a customer of a kind may take for a purpose, from the first call; warned after `warn` minutes."""

    serves: Serves
    purposes: tuple[Purpose, ...]
    minutes: int
    warn: int
    source: str
    confirmed: bool
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HallTable:
    """营业厅规则: grades, limits, after how many calls a number may lapse, and from which wait on a hall is full."""

    grades: tuple[GradePlan, ...]
    limits: tuple[ServiceLimit, ...]
    calls_before_no_show: int
    busy_minutes: int
    full_minutes: int
    usual_minutes: int

    def plan(self, grade: Grade) -> GradePlan:
        """This function will give the plan of a grade; LookupError when the table has none."""
        return next(one for one in self.grades if one.grade is grade)

    def limit(self, serves: Serves, purpose: Purpose, *, on: date) -> ServiceLimit | None:
        """This function will give the limit that binds on a day, None where there is none; the strictest of several."""
        found = [
            one
            for one in self.limits
            if one.serves is serves and purpose in one.purposes and in_force(on, one.since, one.until)
        ]
        return min(found, key=lambda one: one.minutes, default=None)


def parse_halls(text: str) -> HallTable:
    """This function will read the table from TOML; KeyError or ValueError on what it does not know."""
    data = tomllib.loads(text)
    return HallTable(
        grades=tuple(
            GradePlan(
                grade=Grade(row["grade"]),
                windows=tuple(Serves(one) for one in row["windows"]),
                opens=row["opens"],
                closes=row["closes"],
                off_opens=row.get("off_opens"),
                off_closes=row.get("off_closes"),
                source=row["source"],
                confirmed=row["confirmed"],
            )
            for row in data["grade"]
        ),
        limits=tuple(
            ServiceLimit(
                **{
                    **row,
                    "serves": Serves(row["serves"]),
                    "purposes": tuple(Purpose(one) for one in row["purposes"]),
                }
            )
            for row in data["limit"]
        ),
        **data["queue"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """窗口计时: `used` since the first call; `left` is negative once over; `level` is normal, yellow or overdue."""

    started: datetime
    used: timedelta
    limit: timedelta | None
    left: timedelta | None
    ends: datetime | None
    level: str

    @property
    def over(self) -> bool:
        """This function will say whether the limit has passed."""
        return self.level == "overdue"


def timer(*, started: datetime, minutes: int | None, warn: int | None, at: datetime) -> Timer:
    """This function will read the timer of a number first called at `started`, at a moment (or at its end)."""
    used = max(at - started, timedelta())
    if minutes is None:
        return Timer(started=started, used=used, limit=None, left=None, ends=None, level="normal")
    limit = timedelta(minutes=minutes)
    warned = timedelta(minutes=minutes if warn is None else warn)
    level = "overdue" if used > limit else "yellow" if used >= warned else "normal"
    return Timer(started=started, used=used, limit=limit, left=limit - used, ends=started + limit, level=level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """排队: one number of a day as the load is worked out from it."""

    status: TicketStatus
    serves: Serves
    taken_at: datetime
    first_called_at: datetime | None = None
    ended_at: datetime | None = None
    limit_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """营业厅负荷: of one day up to a moment; `expected` is how long the next to come would wait, None with no window open."""

    windows: int
    open_windows: int
    waiting: int
    in_hand: int
    done: int
    no_show: int
    longest: timedelta
    average: timedelta | None
    average_wait: timedelta | None
    over_now: int
    over_done: int
    expected: timedelta | None
    level: str


def load_of(line: Sequence[Waiting], *, windows: int, open_windows: int, at: datetime, table: HallTable) -> Load:
    """This function will work out a hall's load from the numbers of its day; times of service count only finished ones."""
    waiting = [one for one in line if one.status is TicketStatus.WAITING]
    hand = [one for one in line if one.status in (TicketStatus.CALLED, TicketStatus.SERVING)]
    done = [one for one in line if one.status is TicketStatus.DONE]
    served = [one.ended_at - one.first_called_at for one in done if one.ended_at and one.first_called_at]
    waited = [one.first_called_at - one.taken_at for one in line if one.first_called_at]
    average = _mean(served)
    longest = max((at - one.taken_at for one in waiting), default=timedelta())
    expected = _expected(len(waiting), len(hand), open_windows, average, table)
    return Load(
        windows=windows,
        open_windows=open_windows,
        waiting=len(waiting),
        in_hand=len(hand),
        done=len(done),
        no_show=sum(one.status is TicketStatus.NO_SHOW for one in line),
        longest=longest,
        average=average,
        average_wait=_mean(waited),
        over_now=sum(_over(one, at) for one in hand),
        over_done=sum(_over(one, one.ended_at or at) for one in done),
        expected=expected,
        level=_level(len(waiting), longest, expected, table),
    )


def _over(one: Waiting, at: datetime) -> bool:
    if one.first_called_at is None or one.limit_minutes is None:
        return False
    return at - one.first_called_at > timedelta(minutes=one.limit_minutes)


def _mean(spans: Iterable[timedelta]) -> timedelta | None:
    found = list(spans)
    return sum(found, timedelta()) / len(found) if found else None


def _expected(
    waiting: int, in_hand: int, windows: int, average: timedelta | None, table: HallTable
) -> timedelta | None:
    if not windows:
        return None if waiting else timedelta()
    if in_hand < windows and not waiting:
        return timedelta()
    usual = average or timedelta(minutes=table.usual_minutes)
    return usual * ceil((waiting + 1) / windows)


def _level(waiting: int, longest: timedelta, expected: timedelta | None, table: HallTable) -> str:
    if waiting and expected is None:
        return "overdue"
    worst = max(longest, expected or timedelta())
    if worst >= timedelta(minutes=table.full_minutes):
        return "overdue"
    return "yellow" if worst >= timedelta(minutes=table.busy_minutes) else "normal"


def hours_on(
    *, working: bool, opens: time, closes: time, off_opens: time | None, off_closes: time | None
) -> tuple[time, time] | None:
    """This function will give a hall's hours of a day, None when it is closed; hours of a day off make no working day."""
    if working:
        return opens, closes
    return (off_opens, off_closes) if off_opens is not None and off_closes is not None else None
