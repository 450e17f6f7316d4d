"""回访与满意度: whom to call back, by when, what was tried; and what customers said, with every low grade."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk.lists import page_of
from yekuo.interfaces.desk.oversight_words import level_at
from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.interfaces.desk.supervision import must_oversee
from yekuo.interfaces.look.names import GRADE_NAMES
from yekuo.interfaces.look.parts import Clock, Tab
from yekuo.records import oversight, persons, revisits, staff, tables
from yekuo.records.persons import Shown
from yekuo.records.revisits import Answers, CaseRecord, Said, Tried
from yekuo.rules.calendar import BEIJING
from yekuo.rules.supervision import RevisitLimits, next_try

SIZE = 50
PERIODS = {"30": "近 30 天", "90": "近 90 天", "365": "近一年"}
WORST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """回访行: one case to call back; `hard` says that it was tried often enough for a supervisor to know."""

    number: str
    url: str
    call_url: str
    revisit_url: str
    name: str
    phone: str
    manager: str
    since: datetime
    attempts: int
    last_at: datetime | None
    next_at: datetime
    hard: bool
    clock: Clock


@require_safe
@desk
def waiting(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the cases that wait for their revisit."""
    limits = tables.supervision().revisit
    found = revisits.waiting(reader.scope)
    page = Paginator(found, SIZE).get_page(request.GET.get("page", "1"))
    rows = _rows(reader, list(page), limits)
    context = {
        "rows": rows, "page": page_of(page.paginator.count, page.number), "limits": limits,
        "may_revisit": reader.may("revisit_customer"), "may_oversee": reader.may("oversee"),
    }  # fmt: skip
    return render(request, "desk/revisits.html", context)


def _rows(reader: Reader, cases: list[CaseRecord], limits: RevisitLimits) -> list[Row]:
    people = persons.shown(case.applicant or 0 for case in cases)
    names = staff.names_of(case.manager or 0 for case in cases)
    tried = revisits.tried(case.pk for case in cases)
    return [_row(reader, case, people, names, tried.get(case.pk), limits) for case in cases]


def _row(
    reader: Reader, case: CaseRecord, people: Mapping[int, Shown], names: Mapping[int, str], tried: Tried | None,
    limits: RevisitLimits,
) -> Row:  # fmt: skip
    since = case.entered_at.astimezone(BEIJING)
    calendar = reader.shelf.calendar(case.province)
    due = case.due_at or calendar.due(since, limits.due_days).at
    attempts, last = (tried.attempts, tried.last_at) if tried else (0, None)
    shown = people.get(case.applicant or 0)
    return Row(
        number=case.number, url=reverse("desk:case", args=(case.number,)),
        call_url=reverse("desk:deed", args=(case.number, "contact_customer")),
        revisit_url=reverse("desk:deed", args=(case.number, "revisit_customer")),
        name=shown.name if shown else "—", phone=shown.phone if shown else "", manager=names.get(case.manager or 0, "—"),
        since=since, attempts=attempts, last_at=last, hard=attempts >= limits.attempts,
        next_at=next_try(since, last, calendar=calendar, limits=limits),
        clock=Clock(level=level_at(due, reader.at, reader.steps.red), due_at=due),
    )  # fmt: skip


# --- satisfaction -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """占比: how many of those asked, in words and as a whole percentage."""

    label: str
    many: int
    percent: int
    bad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """不满意行: one revisit with a low grade or a bad answer."""

    number: str
    url: str
    name: str
    manager: str
    unit: str
    at: datetime
    grade: str
    low: bool
    said: tuple[str, ...]
    note: str
    own: bool
    issue_url: str


@require_safe
@desk
def satisfaction(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show what customers said in a period, by question, and every low grade."""
    must_oversee(reader)
    days = request.GET.get("days", "90")
    days = days if days in PERIODS else "90"
    since, until = reader.at - timedelta(days=int(days)), reader.at + timedelta(minutes=1)
    limits = tables.supervision().revisit
    found = revisits.answers(reader.scope, since=since, until=until)
    bad = revisits.bad_answers(reader.scope, since=since, until=until, low=limits.low_grade, most=WORST)
    here = reverse("desk:satisfaction")
    context = {
        "tabs": [Tab(label=label, url=f"{here}?days={key}", current=key == days) for key, label in PERIODS.items()],
        "asked": found.asked, "grades": _grades(found), "questions": _questions(found),
        "rows": _bad_rows(bad, limits), "worst": WORST, "may_issue": reader.may("issue_sheet"),
    }  # fmt: skip
    return render(request, "desk/satisfaction.html", context)


def _share(label: str, many: int, asked: int, *, bad: bool = False) -> Share:
    return Share(label=label, many=many, percent=round(many * 100 / asked) if asked else 0, bad=bad)


def _grades(found: Answers) -> list[Share]:
    return [
        _share(name, found.grades.get(grade, 0), found.asked, bad=grade <= 2) for grade, name in GRADE_NAMES.items()
    ]


def _questions(found: Answers) -> list[Share]:
    asked = found.asked
    return [
        _share("一次告知了全部资料", asked - found.told_once_no, asked),
        _share("为同一件事多跑了路", found.repeated_trip, asked, bad=True),
        _share("被指定过设计、施工或供货单位", found.named_builder, asked, bad=True),
        _share("被收过方案以外的费用", found.extra_fee, asked, bad=True),
    ]


def _bad_rows(found: tuple[Said, ...], limits: RevisitLimits) -> list[BadRow]:
    people = persons.shown(one.applicant for one in found)
    names = staff.names_of(one.manager for one in found)
    units = oversight.unit_names(one.unit for one in found)
    return [
        BadRow(
            number=one.number, url=reverse("desk:case", args=(one.number,)),
            name=people[one.applicant].name if one.applicant in people else "—", manager=names.get(one.manager, "—"),
            unit=units.get(one.unit, ""), at=one.at, grade=GRADE_NAMES.get(one.grade, "—"),
            low=0 < one.grade <= limits.low_grade, said=_said(one), note=one.note, own=one.own,
            issue_url=f"{reverse('desk:sheet_new')}?case={one.number}&reason=discontent",
        )
        for one in found
    ]  # fmt: skip


def _said(one: Said) -> tuple[str, ...]:
    answers = (
        (not one.told_once, "没有一次告知"), (one.repeated_trip, "多跑了路"), (one.named_builder, "被指定单位"),
        (one.extra_fee, "被多收费"),
    )  # fmt: skip
    return tuple(text for wrong, text in answers if wrong)
