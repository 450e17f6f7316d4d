"""早报: a calm page for whoever leads or supervises: what went wrong, what falls due, who has the ball, what waits for a word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.interfaces.desk.supervision import asked_of, must_oversee
from yekuo.interfaces.look.names import role_name
from yekuo.interfaces.look.parts import Clock
from yekuo.records import hall, morning, oversight, persons, revisits, staff, supervision, tasks
from yekuo.records.morning import CaseRecord, Held, Span, TaskRecord, UnitCounts
from yekuo.rules.calendar import BEIJING, day_of

SIZE = 50
MOST_HOLDERS = 12
TITLES = {
    "newly_late": "上个工作日以来新超期", "late": "全部超期", "today": "今天到期", "returned": "上个工作日以来退回、不合格",
    "ended": "上个工作日以来终止、撤回", "approvals": "挂起待审批",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """一个数: opens the list it counts."""

    number: int
    label: str
    url: str
    level: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """一段: a heading and its numbers."""

    title: str
    numbers: list[Number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """谁手上: one person or role with what is late and what is due today."""

    name: str
    role: str
    late: int
    today: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """早报行: one case of the list that was opened."""

    number: str
    url: str
    name: str
    stage: str
    party: str
    holders: str
    unit: str
    clock: Clock


def span_of(reader: Reader) -> Span:
    """This function will say what 'since yesterday' and 'today' mean: by the working days of the unit."""
    today = day_of(reader.at)
    calendar = reader.shelf.calendar(reader.place.province)
    since = calendar.open_at(calendar.working_day_before(today))
    return Span(since=since, at=reader.at, tonight=datetime.combine(today + timedelta(days=1), time(0), BEIJING))


@require_safe
@desk
def page(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the numbers of this morning, and with `?list=` the cases behind one of them."""
    must_oversee(reader)
    span = span_of(reader)
    key = request.GET.get("list", "")
    found, title = _opened(request, reader, span, key)
    rows, pages = [], None
    if found is not None:
        pages = Paginator(found, SIZE).get_page(request.GET.get("page", "1"))
        rows = _rows(reader, list(pages))
    counted = morning.counts(reader.scope, span)
    many = reader.scope.everything or len(reader.scope.units) > 1
    context = {
        "span": span,
        "blocks": _blocks(reader, counted, key),
        "hands": _hands(morning.held_by(reader.scope, span, most=MOST_HOLDERS)),
        "title": title,
        "rows": rows,
        "page": pages,
        "overrun": _overrun(reader, span),
        "many_units": many,
        "units": _units(morning.by_unit(reader.scope, span)) if many else [],
    }
    return render(request, "desk/morning.html", context)


def _opened(request: HttpRequest, reader: Reader, span: Span, key: str) -> tuple["QuerySet[CaseRecord] | None", str]:
    if key in TITLES:
        return _of_unit(request, morning.cases_of(key, reader.scope, span), TITLES[key])
    role, _, person = key.removeprefix("held-").partition("-")
    if key.startswith("held-") and role.isalnum() and person.isascii() and person.isdigit() and len(person) < 16:
        name = staff.names_of([int(person)]).get(int(person)) or role_name(role)
        return morning.held(reader.scope, span, role=role, person=int(person)), f"{name}手上超期和今天到期的"
    return None, ""


def _of_unit(request: HttpRequest, cases: "QuerySet[CaseRecord]", title: str) -> tuple["QuerySet[CaseRecord]", str]:
    unit = request.GET.get("unit", "")
    if not (unit.isascii() and unit.isdigit() and len(unit) < 16):
        return cases, title
    name = oversight.unit_names([int(unit)]).get(int(unit), "")
    return cases.filter(unit=int(unit)), f"{name} {title}".strip()


def _units(counted: Iterable[UnitCounts]) -> list[tuple[str, list[Number]]]:
    """A line for each unit, where there are several."""
    found, here = list(counted), reverse("desk:morning")
    names = oversight.unit_names(one.unit for one in found)

    def of(one: UnitCounts, key: str, number: int) -> Number:
        return Number(number=number, label=TITLES[key], url=f"{here}?list={key}&unit={one.unit}#list")

    return [
        (
            names.get(one.unit, ""),
            [of(one, "newly_late", one.newly_late), of(one, "late", one.late), of(one, "today", one.today)],
        )
        for one in found
    ]


def _blocks(reader: Reader, counted: Mapping[str, int], key: str) -> list[Block]:
    here = reverse("desk:morning")

    def of(name: str, label: str, level: str = "") -> Number:
        number = counted[name]
        return Number(
            number=number, label=label, url=f"{here}?list={name}#list", level=level if number else "",
            current=name == key,
        )  # fmt: skip

    past = [of("newly_late", "新超期", "overdue"), of("returned", "退回、不合格", "yellow"), of("ended", "终止、撤回")]
    today = [of("today", "今天到期", "red"), of("late", "全部超期", "overdue"), of("approvals", "挂起待审批", "paused")]
    return [
        Block(title="上个工作日以来", numbers=past),
        Block(title="今天", numbers=today),
        Block(title="等一句话的", numbers=_waiting(reader)),
    ]


def _waiting(reader: Reader) -> list[Number]:
    by, scope = reader.actor, reader.scope
    complaints = oversight.complaints_visible_to(by, scope)
    sheets = oversight.sheets_visible_to(by, scope).filter(closed_at=None)
    found = (
        (supervision.counts(scope, asked_of(reader))["bare"], "例外尚未督办", "desk:supervision", "?kind=bare", "yellow"),
        (complaints.filter(closed_at=None).count(), "投诉未办结", "desk:complaints", "?view=open", "yellow"),
        (oversight.late_complaints(complaints, at=reader.at).count(), "投诉已逾期", "desk:complaints", "?view=late", "overdue"),
        (sheets.count(), "督办单未办结", "desk:sheets", "?view=open", ""),
        (oversight.unanswered(sheets, at=reader.at).count(), "督办单逾期未答复", "desk:sheets", "?view=late", "overdue"),
        (revisits.waiting(scope).count(), "待回访", "desk:revisits", "", ""),
    )  # fmt: skip
    return [
        Number(number=number, label=label, url=f"{reverse(name)}{query}", level=level if number else "")
        for number, label, name, query, level in found
    ]


def _hands(found: Iterable[Held]) -> list[Hand]:
    held = list(found)
    names = staff.names_of(one.person for one in held)
    here = reverse("desk:morning")
    return [
        Hand(
            name=names.get(one.person) or "还没有派人", role=role_name(one.role), late=one.late, today=one.today,
            url=f"{here}?list=held-{one.role}-{one.person}#list",
        )
        for one in held
    ]  # fmt: skip


def _rows(reader: Reader, cases: list[CaseRecord]) -> list[Row]:
    people = persons.shown(case.applicant or 0 for case in cases)
    units = oversight.unit_names(case.unit for case in cases)
    open_tasks = tasks.of_cases(case.pk for case in cases)
    names = staff.names_of(task.person for held in open_tasks.values() for task in held)
    made = []
    for case in cases:
        definition = reader.shelf.books.definitions.get(case.process_version)
        stage = definition.stages.get(case.stage) if definition else None
        bucket = reader.steps.bucket(case.due_at, paused=bool(case.paused))
        shown = people.get(case.applicant or 0)
        made.append(
            Row(
                number=case.number,
                url=reverse("desk:case", args=(case.number,)),
                name=shown.name if shown else "尚未提交申请",
                stage=stage.name if stage else "已结束",
                party=case.party,
                holders=_holders(open_tasks.get(case.pk, []), names),
                unit=units.get(case.unit, ""),
                clock=Clock(level=bucket.value, due_at=case.due_at, provisional=case.provisional),
            )
        )
    return made


def _holders(held: list[TaskRecord], names: Mapping[int, str]) -> str:
    return "、".join(dict.fromkeys(names.get(task.person) or role_name(task.role) for task in held)) or "—"


def _overrun(reader: Reader, span: Span) -> list[tuple[str, str, datetime, str]]:
    """Numbers at the counters that took longer than their limit: hall, number, when, and the reason given."""
    halls = [one.pk for one in hall.halls(reader.scope)]
    found = hall.overrun(halls, since=day_of(span.since)) if halls else []
    return [
        (one.hall.name, f"{one.series}{one.number:03d}", one.ended_at.astimezone(BEIJING), one.overrun_reason)
        for one in found
        if one.ended_at
    ]
