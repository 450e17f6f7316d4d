"""日程: the visits promised on a day, a column per person and a row per part of the day; what still waits for a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.interfaces.desk.rows import rows_of
from yekuo.interfaces.look.names import role_name
from yekuo.interfaces.look.parts import Tab
from yekuo.operations.crews import set_crew_day
from yekuo.records import appointments, persons, sites, staff
from yekuo.records.appointments import Planned
from yekuo.rules.appointments import (
    CELLS,
    HALVES,
    PART_NAMES,
    ROLES,
    STANDING_NAMES,
    VISIT_NAMES,
    WAITED_IN,
    Part,
    Standing,
    Visit,
    day_words,
)
from yekuo.rules.calendar import Calendar, day_of
from yekuo.rules.refusal import Refused

CREWS = tuple(dict.fromkeys(ROLES.values()))
AROUND, UNPLANNED = 5, 30
TONES = {Standing.KEPT: "ok", Standing.MISSED: "bad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """日程格中的一户."""

    number: str
    url: str
    name: str
    visit: str
    promise: str
    place: str
    area: str
    told: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """日程的一列: a person, and the entries of each part of the day."""

    person: int
    name: str
    cells: tuple[tuple[str, tuple[Entry, ...]], ...]
    count: int
    mine: bool


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def schedule(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show a crew's day, or take the chief's word on how much the crew can take."""
    day, role = _day(request, reader), _role(request, reader)
    if request.method == "POST":
        return _said(request, reader, day, role)
    people = _people(reader, role)
    found = appointments.of_days(reader.scope, day, day, role=role)
    calendar = reader.shelf.calendar(reader.place.province)
    days = _days(day, calendar)
    counts = appointments.count_by_day(reader.scope, role, days)
    most = appointments.capacity([reader.actor.unit], role, days)
    entries = _entries(found)
    strangers = {one.person for one in found} - set(people)
    people |= staff.names_of(strangers)
    waiting = rows_of(reader, appointments.unplanned(reader.scope, _stages(role), most=UNPLANNED))
    context = {
        "at": reader.at,
        "day": day,
        "words": day_words(day),
        "working": calendar.is_working(day),
        "role": role,
        "role_name": role_name(role),
        "roles": [Tab(label=role_name(one), url=f"?role={one}&day={day}", current=one == role) for one in CREWS],
        "days": [
            Tab(label=f"{one:%m-%d} 周{'一二三四五六日'[one.weekday()]}", url=f"?role={role}&day={one}", count=counts.get(one, 0), current=one == day)
            for one in days
        ],
        "columns": sorted(
            (_column(key, name, entries, reader) for key, name in people.items()), key=lambda one: not one.mine
        ),
        "parts": [(cell, PART_NAMES[cell], _half(cell)) for cell in CELLS],
        "total": len([one for one in found if one.standing is not Standing.MISSED]),
        "most": most.get((reader.actor.unit, day)),
        "waiting": waiting,
        "may_set": "chief" in reader.actor.roles,
        "may_make": reader.may("make_appointment"),
    }  # fmt: skip
    return render(request, "desk/schedule.html", context)


def _day(request: HttpRequest, reader: Reader) -> date:
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return day_of(reader.at)
    return asked if abs((asked - day_of(reader.at)).days) < 400 else day_of(reader.at)


def _role(request: HttpRequest, reader: Reader) -> str:
    asked = request.GET.get("role", "")
    own = next((one for one in CREWS if one in reader.actor.roles), CREWS[0])
    return asked if asked in CREWS else own


def _people(reader: Reader, role: str) -> dict[int, str]:
    return {one.pk: one.get_full_name() for one in staff.holders(role, below=reader.actor.unit)}


def _days(day: date, calendar: Calendar) -> list[date]:
    """The working days around the one shown, and the one shown whatever it is."""
    near = [day + timedelta(days=n) for n in range(-AROUND, AROUND + 4)]
    return [one for one in near if one == day or calendar.is_working(one)]


def _stages(role: str) -> tuple[str, ...]:
    return tuple(stage for stage, visit in WAITED_IN.items() if ROLES[visit] == role)


def _half(cell: Part) -> str:
    """The name of the half day on its first row."""
    return next((PART_NAMES[half] for half, cells in HALVES.items() if cells[0] is cell), "")


def _entries(found: Sequence[Planned]) -> dict[tuple[int, Part], list[Entry]]:
    people = persons.shown({one.applicant or 0 for one in found})
    places = sites.shown({one.site or 0 for one in found})
    entries: dict[tuple[int, Part], list[Entry]] = {}
    for one in found:
        who, where = people.get(one.applicant or 0), places.get(one.site or 0)
        entries.setdefault((one.person, one.cell), []).append(
            Entry(
                number=one.number, url=reverse("desk:case", args=(one.number,)), name=who.name if who else "",
                visit=VISIT_NAMES[Visit(one.visit)], promise=PART_NAMES[one.part] if one.part in HALVES else f"{one.at:%H:%M}",
                place=where.address if where else "", area=where.area if where else "",
                told="" if one.standing is Standing.PLANNED else STANDING_NAMES[one.standing],
                tone=TONES.get(one.standing, ""),
            )
        )  # fmt: skip
    return entries


def _column(key: int, name: str, entries: dict[tuple[int, Part], list[Entry]], reader: Reader) -> Column:
    cells = tuple((PART_NAMES[cell], tuple(entries.get((key, cell), ()))) for cell in CELLS)
    return Column(
        person=key, name=name, cells=cells, count=sum(len(each) for _, each in cells), mine=key == reader.actor.person
    )


def _said(request: HttpRequest, reader: Reader, day: date, role: str) -> HttpResponse:
    if "chief" not in reader.actor.roles:
        raise PermissionDenied("班组每天能去几户由班长设定。")
    try:
        set_crew_day(
            by=reader.actor, role=role, at=reader.at, visits=request.POST.get("visits", ""),
            day=None if request.POST.get("every") else day, reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "班组能力已更新，新的预约按它约")
    return redirect(f"{reverse('desk:schedule')}?role={role}&day={day}")
