"""预约: visits to the customer's place: which there are, when in the day, offers, promises made, moved, kept and missed.

A promise is a half day or a two-hour part of one. Every promise takes one of the four two-hour cells of one person's day,
so that nobody is in two places at once; a half-day promise takes whichever cell of that half is free.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from yekuo.rules.calendar import BEIJING, day_of
from yekuo.rules.refusal import Problem

AHEAD_AT_MOST = 60
SLOTS_AT_MOST = 6
WEEKDAYS = "一二三四五六日"


class Visit(StrEnum):
    """上门事项: what somebody comes for; `other` is any visit of a role that has none of its own."""

    SURVEY = "survey"
    MID = "mid"
    COMPLETION = "completion"
    METER = "meter"
    OTHER = "other"


class Part(StrEnum):
    """时段: a half day, or one of the four two-hour cells."""

    MORNING = "am"
    AFTERNOON = "pm"
    FIRST = "c1"
    SECOND = "c2"
    THIRD = "c3"
    FOURTH = "c4"


class Standing(StrEnum):
    """预约状态: planned, and the ways it ends."""

    PLANNED = "planned"
    KEPT = "kept"
    MOVED = "moved"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Fault(StrEnum):
    """爽约责任: whose fault a missed visit was."""

    UTILITY = "utility"
    CUSTOMER = "customer"
    NOBODY = "nobody"


CELLS = (Part.FIRST, Part.SECOND, Part.THIRD, Part.FOURTH)
HALVES: Mapping[Part, tuple[Part, ...]] = {
    Part.MORNING: (Part.FIRST, Part.SECOND),
    Part.AFTERNOON: (Part.THIRD, Part.FOURTH),
}
HOURS: Mapping[Part, tuple[time, time]] = {
    Part.MORNING: (time(8, 30), time(12, 0)),
    Part.AFTERNOON: (time(13, 30), time(17, 30)),
    Part.FIRST: (time(8, 30), time(10, 30)),
    Part.SECOND: (time(10, 30), time(12, 0)),
    Part.THIRD: (time(13, 30), time(15, 30)),
    Part.FOURTH: (time(15, 30), time(17, 30)),
}
PART_NAMES: Mapping[Part, str] = {
    Part.MORNING: "上午",
    Part.AFTERNOON: "下午",
    **{part: f"{HOURS[part][0]:%H:%M}—{HOURS[part][1]:%H:%M}" for part in CELLS},
}
VISIT_NAMES: Mapping[Visit, str] = {
    Visit.SURVEY: "现场勘查",
    Visit.MID: "中间检查",
    Visit.COMPLETION: "竣工检验",
    Visit.METER: "装表",
    Visit.OTHER: "上门",
}
STANDING_NAMES: Mapping[Standing, str] = {
    Standing.PLANNED: "已约",
    Standing.KEPT: "已到场",
    Standing.MOVED: "已改约",
    Standing.MISSED: "爽约",
    Standing.CANCELLED: "已取消",
}
FAULT_NAMES: Mapping[Fault, str] = {
    Fault.UTILITY: "我方未到",
    Fault.CUSTOMER: "客户不在或不让进",
    Fault.NOBODY: "天气等不可抗力",
}
ROLES: Mapping[Visit, str] = {
    Visit.SURVEY: "surveyor",
    Visit.MID: "inspector",
    Visit.COMPLETION: "inspector",
    Visit.METER: "metering",
}
STAGES: Mapping[Visit, frozenset[str]] = {
    Visit.SURVEY: frozenset({"accept", "survey"}),
    Visit.MID: frozenset({"works", "mid_wait", "mid_rectify"}),
    Visit.COMPLETION: frozenset({"works", "completion_request", "completion_wait", "rectify"}),
    Visit.METER: frozenset({
        "contract_draft", "contract_sign", "dispatch_agreement", "fees", "external_works", "metering",
    }),
}  # fmt: skip
WAITED_IN: Mapping[str, Visit] = {
    "survey": Visit.SURVEY,
    "mid_wait": Visit.MID,
    "completion_wait": Visit.COMPLETION,
    "metering": Visit.METER,
}
"""The stage in which the work itself waits for the visit."""
KEPT_BY: Mapping[str, Visit] = {
    "survey_submitted": Visit.SURVEY,
    "mid_inspection_started": Visit.MID,
    "completion_inspection_started": Visit.COMPLETION,
    "meter_installed": Visit.METER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """可约时段: a part of a day, and the person who would come; 0 while nobody is named."""

    day: date
    part: Part
    person: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """待选时段: slots somebody put forward for a visit and the other side has not yet answered."""

    visit: Visit
    slots: tuple[Slot, ...]
    by_customer: bool
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """预约: one promise; `number` counts within the case, `moved` how often this visit was put off before, `at` its start.

    A promise that was moved, missed or cancelled stays; `fault` and `note` say why.
    """

    number: int
    visit: Visit
    role: str
    person: int
    day: date
    part: Part
    at: datetime
    standing: Standing = Standing.PLANNED
    moved: int = 0
    by_customer: bool = False
    fault: Fault | None = None
    note: str = ""

    @property
    def live(self) -> bool:
        """This function will say whether the customer still waits for somebody to come."""
        return self.standing is Standing.PLANNED


Bookings = tuple[Booking, ...]


def starts(day: date, part: Part) -> datetime:
    """This function will say when a part of a day begins, Beijing time."""
    return datetime.combine(day, HOURS[part][0], tzinfo=BEIJING)


def ends(day: date, part: Part) -> datetime:
    """This function will say when a part of a day is over, Beijing time."""
    return datetime.combine(day, HOURS[part][1], tzinfo=BEIJING)


def cells_of(part: Part) -> tuple[Part, ...]:
    """This function will list the cells a promise may take: both of its half day, or its own."""
    return HALVES.get(part, (part,))


def part_at(moment: datetime) -> Part:
    """This function will name the cell a time of day belongs to; before and after hours the first and the last."""
    told = moment.astimezone(BEIJING).time()
    return next((part for part in CELLS if told < HOURS[part][1]), Part.FOURTH)


def visit_for(role: str, stage: str) -> Visit:
    """This function will say what a person of a role comes for, by where the case stands."""
    fitting = [visit for visit, holder in ROLES.items() if holder == role]
    return next((visit for visit in fitting if stage in STAGES[visit]), fitting[0] if fitting else Visit.OTHER)


def day_words(day: date) -> str:
    """This function will write a day as it is spoken: 11 月 23 日(周一)."""
    return f"{day.month} 月 {day.day} 日(周{WEEKDAYS[day.weekday()]})"


def slot_words(slot: Slot | Booking) -> str:
    """This function will write a slot as a promise: 11 月 23 日(周一) 上午; an exact time where one was agreed."""
    at = getattr(slot, "at", None)
    exact = at is not None and at != starts(slot.day, slot.part)
    return f"{day_words(slot.day)} {at:%H:%M}" if exact and at else f"{day_words(slot.day)} {PART_NAMES[slot.part]}"


# --- what becomes of the promises of a case -----------------------------------------------------------------------


def live(bookings: Bookings, visit: Visit) -> Booking | None:
    """This function will return the promise in force for a visit."""
    return next((one for one in reversed(bookings) if one.visit is visit and one.live), None)


def made(bookings: Bookings, *, visit: Visit, role: str, slot: Slot, at: datetime, by_customer: bool) -> Bookings:
    """This function will add a promise that starts at `at`; a live one for the same visit is moved, and counted."""
    before = live(bookings, visit)
    kept = bookings if before is None else ended(bookings, visit, Standing.MOVED, by_customer=by_customer)
    return (
        *kept,
        Booking(
            number=len(bookings) + 1, visit=visit, role=role, person=slot.person, day=slot.day, part=slot.part, at=at,
            moved=before.moved + 1 if before else times_moved(bookings, visit), by_customer=by_customer,
        ),
    )  # fmt: skip


def ended(
    bookings: Bookings, visit: Visit, how: Standing, *, note: str = "", fault: Fault | None = None,
    by_customer: bool | None = None,
) -> Bookings:  # fmt: skip
    """This function will end the live promise of a visit; nothing changes when there is none."""
    found = live(bookings, visit)
    if found is None:
        return bookings
    whose = found.by_customer if by_customer is None else by_customer
    after = replace(found, standing=how, note=note or found.note, fault=fault or found.fault, by_customer=whose)
    return tuple(after if one is found else one for one in bookings)


def handed(bookings: Bookings, role: str, person: int) -> Bookings:
    """This function will give the live promises of a role to the person who has its work now."""
    return tuple(replace(one, person=person) if one.live and one.role == role else one for one in bookings)


def all_ended(bookings: Bookings) -> Bookings:
    """This function will cancel every live promise of a case that is over."""
    return tuple(replace(one, standing=Standing.CANCELLED) if one.live else one for one in bookings)


def times_moved(bookings: Iterable[Booking], visit: Visit) -> int:
    """This function will count how often a visit was moved or missed since it last took place."""
    count = 0
    for one in bookings:
        if one.visit is visit:
            count = 0 if one.standing is Standing.KEPT else count + (one.standing in (Standing.MOVED, Standing.MISSED))
    return count


# --- what is wrong with a slot ----------------------------------------------------------------------------------------


def slot_problems(slot: Slot, *, at: datetime, field: str = "") -> tuple[Problem, ...]:
    """This function will say what keeps a slot from being promised at a moment; `field` goes before the field's name."""
    today = day_of(at)
    if ends(slot.day, slot.part) <= at:
        return (Problem(f"{field}part" if slot.day == today else f"{field}day", "这个时段已经过去，请另选"),)
    if slot.day > today + timedelta(days=AHEAD_AT_MOST):
        return (Problem(f"{field}day", f"最远只能约到 {AHEAD_AT_MOST} 天以后"),)
    return ()


def free_cell(part: Part, taken: Collection[Part]) -> Part | None:
    """This function will choose the cell a promise takes: the last one free of its part, so that early hours stay open."""
    return next((cell for cell in reversed(cells_of(part)) if cell not in taken), None)
