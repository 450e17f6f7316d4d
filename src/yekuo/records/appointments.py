"""预约查询: who is promised where on which day, what is still free, and how many visits a crew takes."""

import contextlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q

from yekuo.records.models import Appointment, Case, CrewDay, Event
from yekuo.records.scope import Scope
from yekuo.records.worklist import HEAVY, Line, line_of
from yekuo.rules.appointments import (
    VISIT_NAMES,
    Booking,
    Part,
    Slot,
    Standing,
    Visit,
    cells_of,
    free_cell,
    slot_words,
)
from yekuo.rules.calendar import BEIJING

LIVE = Standing.PLANNED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """已排预约: one promise in the calendar, with the flat columns of its case."""

    case: int
    number: str
    stage: str
    applicant: int | None
    site: int | None
    manager: int
    visit: str
    role: str
    person: int
    day: date
    part: Part
    cell: Part
    at: datetime
    standing: Standing
    moved: int
    by_customer: bool


class Taken(Exception):  # noqa: N818 - what it is
    """Raised when the person has no free cell left in the wanted part of the day."""


def close(case: int, booking: Booking) -> None:
    """This function will write how a promise of a case ended."""
    Appointment.objects.filter(case_id=case, number=booking.number).update(
        standing=booking.standing.value, fault=booking.fault.value if booking.fault else "",
        by_customer=booking.by_customer,
    )  # fmt: skip


def put(case: int, unit: int, booking: Booking) -> None:
    """This function will enter a live promise, or give it to another person. Raises Taken."""
    Appointment.objects.filter(case_id=case, number=booking.number).delete()
    taken = {
        Part(cell)
        for cell in Appointment.objects.filter(person=booking.person, day=booking.day, standing=LIVE).values_list(
            "cell", flat=True
        )
    }
    for cell in reversed(cells_of(booking.part)):
        if cell not in taken and _entered(case, unit, booking, cell):
            return
    raise Taken


def _entered(case: int, unit: int, booking: Booking, cell: Part) -> bool:
    """Somebody else may take the cell between the look and the entry; the constraint decides."""
    row = Appointment(
        case_id=case, number=booking.number, visit=booking.visit.value, role=booking.role, person=booking.person,
        unit=unit, day=booking.day, part=booking.part.value, cell=cell.value, at=booking.at,
        standing=booking.standing.value, moved=booking.moved, by_customer=booking.by_customer,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def rewrite(case: int, unit: int, bookings: Iterable[Booking]) -> None:
    """This function will write the register of a case anew from its log; a promise that clashes is left out."""
    Appointment.objects.filter(case_id=case).delete()
    for booking in bookings:
        if booking.live:
            with contextlib.suppress(Taken):
                put(case, unit, booking)
            continue
        Appointment.objects.create(
            case_id=case, number=booking.number, visit=booking.visit.value, role=booking.role, person=booking.person,
            unit=unit, day=booking.day, part=booking.part.value, cell=cells_of(booking.part)[-1].value, at=booking.at,
            standing=booking.standing.value, moved=booking.moved, by_customer=booking.by_customer,
            fault=booking.fault.value if booking.fault else "",
        )  # fmt: skip


# --- the calendar ------------------------------------------------------------------------------------------------


def of_days(scope: Scope, first: date, last: date, *, person: int = 0, role: str = "") -> tuple[Planned, ...]:
    """This function will list the promises of days within a scope, cancelled and moved ones left out; two queries."""
    rows = Appointment.objects.filter(day__gte=first, day__lte=last).exclude(
        standing__in=[Standing.CANCELLED.value, Standing.MOVED.value]
    )
    if person:
        rows = rows.filter(person=person)
    if role:
        rows = rows.filter(role=role)
    if not person and not scope.everything:
        rows = rows.filter(unit__in=scope.units)
    return _planned(rows.order_by("day", "cell", "person"), scope)


def of_manager(scope: Scope, manager: int, first: date, last: date) -> tuple[Planned, ...]:
    """This function will list the promises of days in the open cases somebody manages."""
    cases = Case.objects.filter(scope.cases(), manager=manager, status="open").values("pk")
    rows = Appointment.objects.filter(case_id__in=cases, day__gte=first, day__lte=last, standing=LIVE)
    return _planned(rows.order_by("day", "cell", "person"), scope)


def _planned(rows: Iterable[Appointment], scope: Scope) -> tuple[Planned, ...]:
    """Only of cases the reader may see."""
    held = list(rows)
    wanted = Case.objects.filter(scope.cases(), pk__in={row.case_id for row in held})
    cases = {one.pk: one for one in wanted.only("number", "stage", "applicant", "site", "manager")}
    return tuple(_one(row, cases[row.case_id]) for row in held if row.case_id in cases)


def _one(row: Appointment, case: Case) -> Planned:
    return Planned(
        case=row.case_id, number=case.number, stage=case.stage, applicant=case.applicant, site=case.site,
        manager=case.manager or 0, visit=row.visit, role=row.role, person=row.person, day=row.day,
        part=Part(row.part), cell=Part(row.cell), at=row.at.astimezone(BEIJING), standing=Standing(row.standing), moved=row.moved,
        by_customer=row.by_customer,
    )  # fmt: skip


def busy(people: Collection[int], first: date, last: date) -> dict[tuple[int, date], set[Part]]:
    """This function will list the cells taken by person and day."""
    rows = Appointment.objects.filter(person__in=people, day__gte=first, day__lte=last, standing=LIVE)
    found: dict[tuple[int, date], set[Part]] = {}
    for person, day, cell in rows.values_list("person", "day", "cell"):
        found.setdefault((person, day), set()).add(Part(cell))
    return found


def is_free(person: int, day: date, part: Part) -> bool:
    """This function will say whether a person has a free cell in a part of a day."""
    return free_cell(part, busy([person], day, day).get((person, day), set())) is not None


# --- how much a crew takes ---------------------------------------------------------------------------------------


def hold_crew_day(unit: int, role: str, day: date) -> None:
    """This function will keep others from promising visits of a crew on a day until the transaction ends."""
    with connection.cursor() as sql:
        sql.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"crew:{unit}:{role}:{day}"])


def promised(unit: int, role: str, day: date) -> int:
    """This function will count the visits promised for a crew on a day, those already kept included."""
    counted = [LIVE, Standing.KEPT.value]
    return Appointment.objects.filter(unit=unit, role=role, day=day, standing__in=counted).count()


def capacity(units: Iterable[int], role: str, days: Collection[date]) -> dict[tuple[int, date], int]:
    """This function will give the visits a crew takes, by unit and day, where somebody said so."""
    rows = CrewDay.objects.filter(Q(day__in=days) | Q(day=None), unit__in=list(units), role=role)
    said = {(row.unit, row.day): row.visits for row in rows}
    everyday = {unit: visits for (unit, day), visits in said.items() if day is None}
    found = {(unit, day): visits for unit, visits in everyday.items() for day in days}
    return found | {(unit, day): visits for (unit, day), visits in said.items() if day is not None}


def set_capacity(*, unit: int, role: str, day: date | None, visits: int, reason: str, by: int, at: datetime) -> None:
    """This function will keep how many visits a crew takes on a day, or on every day."""
    CrewDay.objects.update_or_create(
        unit=unit, role=role, day=day, defaults={"visits": visits, "reason": reason, "set_by": by, "set_at": at}
    )


def count_by_day(scope: Scope, role: str, days: Collection[date]) -> dict[date, int]:
    """This function will count the visits of a role by day within a scope."""
    counted = [LIVE, Standing.KEPT.value]
    rows = Appointment.objects.filter(role=role, day__in=list(days), standing__in=counted)
    if not scope.everything:
        rows = rows.filter(unit__in=scope.units)
    return dict(rows.values_list("day").annotate(count=Count("pk")))


def unplanned(scope: Scope, stages: Collection[str], *, most: int) -> tuple[Line, ...]:
    """This function will list the open cases that wait for a visit nobody has promised yet, deadline first."""
    planned = Appointment.objects.filter(case_id=OuterRef("pk"), standing=LIVE)
    rows = Case.objects.filter(scope.cases(), status="open", stage__in=list(stages), paused="").exclude(Exists(planned))
    return tuple(line_of(row) for row in rows.defer(*HEAVY).order_by(F("due_at").asc(nulls_last=True), "pk")[:most])


def words_of(*, case: int, seq: int) -> str:
    """This function will say what was promised in one deed of a case: 现场勘查上门时间约在 11 月 23 日(周一) 上午."""
    row = Event.objects.filter(case_id=case, seq=seq, kind__in=("appointment_made", "appointment_moved")).first()
    if row is None:
        return ""
    slot = Slot(day=date.fromisoformat(row.body["day"]), part=Part(row.body["part"]))
    done = "上门时间改为" if row.kind == "appointment_moved" else "上门时间约在"
    return f"{VISIT_NAMES[Visit(row.body['visit'])]}{done} {slot_words(slot)}"
