"""手写经历: the shorthand in which the histories of the clock tests are written."""

from datetime import datetime, timedelta
from decimal import Decimal

from yekuo.records.rulebooks import shipped_calendar, shipped_limits
from yekuo.rules.calendar import BEIJING, Calendar
from yekuo.rules.clocks import Clock, read_clocks
from yekuo.rules.facts import Business, CustomerKind, Facts, Importance, Place, Voltage
from yekuo.rules.limits import LimitBook
from yekuo.rules.timeline import Cause, Pause, Run, Timeline

CALENDAR = shipped_calendar()
BOOK = shipped_limits()
PLACE = Place(company="SGCC", province="河北")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def facts(voltage: Voltage = Voltage.KV10, **other: object) -> Facts:
    given = {"business": Business.NEW, "kind": CustomerKind.NONRESIDENT, "capacity_kva": Decimal(800), **other}
    return Facts(voltage=voltage, **given)  # type: ignore[arg-type]


RESIDENT = facts(Voltage.V220, kind=CustomerKind.RESIDENT, capacity_kva=Decimal(8), external_works=False)
THREE_ZERO = facts(Voltage.V380, capacity_kva=Decimal(100), zero_investment=True, external_works=True)
LOW = facts(Voltage.V380, capacity_kva=Decimal(120))
SINGLE = facts()
DUAL = facts(sources=2, importance=Importance.SECOND)


def run(key: str, started: str, stopped: str = "", visit: int = 1) -> Run:
    return Run(key=key, visit=visit, started_at=at(started), stopped_at=at(stopped) if stopped else None)


def pause(number: int, approved: str, ended: str = "", cause: Cause = Cause.CUSTOMER_SITE) -> Pause:
    start = at(approved)
    return Pause(
        number=number,
        cause=cause,
        requested_at=start - timedelta(hours=2),
        approved_at=start,
        ended_at=at(ended) if ended else None,
    )


def clocks(
    timeline: Timeline, case: Facts, *, place: Place = PLACE, book: LimitBook = BOOK, calendar: Calendar = CALENDAR
) -> dict[str, Clock]:
    return {clock.key: clock for clock in read_clocks(timeline, case, place, book, calendar)}


HV_START = Timeline(accepted_at=at("2026-03-02 09:00"), runs=(run("scheme_reply", "2026-03-02 09:00"),))  # a Monday
