"""督办台: only what is wrong, each with its reason and its evidence; counters narrow it, a sheet is one step away."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yekuo.interfaces.desk.lists import page_of
from yekuo.interfaces.desk.oversight_forms import RECEIVER_NAMES, IssueForm
from yekuo.interfaces.desk.reader import Reader, case_file, desk, must
from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.interfaces.look.names import role_name
from yekuo.interfaces.look.parts import Clock, Crumb
from yekuo.operations.casefile import CaseFile
from yekuo.operations.supervision import issue_sheet, reply_deadline
from yekuo.records import crew, oversight, persons, staff, supervision, tables
from yekuo.records.scope import Scope
from yekuo.records.supervision import Asked, Suspect
from yekuo.records.worklist import Bucket
from yekuo.rules.powers import may
from yekuo.rules.refusal import Refused
from yekuo.rules.sheets import RECEIVERS
from yekuo.rules.sheets import STATUS_NAMES as SHEET_NAMES
from yekuo.rules.supervision import KIND_NAMES, Finding, Kind, findings, long_since

SIZE = 50
ALL, BARE = "", "bare"
LEVELS = {
    Kind.OVERDUE: "overdue", Kind.NEAR: "red", Kind.ODD_TIME: "overdue", Kind.RESTARTED: "overdue",
    Kind.DISPUTED: "yellow", Kind.LONG_PAUSE: "paused", Kind.REWORK: "yellow", Kind.URGED: "yellow",
    Kind.DISCONTENT: "yellow",
}  # fmt: skip
EVIDENCE_SHOWN = 3
KEY_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """督办行: one case with what is wrong with it and what is being done about it."""

    number: str
    url: str
    name: str
    stage: str
    manager: str
    unit: str
    ended: bool
    clock: Clock
    findings: tuple[Finding, ...]
    sheets: tuple[tuple[str, str], ...]
    issue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """计数: a number that opens the list it counts."""

    number: int
    label: str
    url: str
    level: str
    current: bool


def must_oversee(reader: Reader) -> None:
    """This function will turn away whoever neither leads nor supervises."""
    if not may(reader.actor.roles, "oversee", None, table=reader.shelf.powers):
        raise PermissionDenied(f"您的岗位（{reader.roles}）不看督办台，请到待办办理自己的工单。")


def asked_of(reader: Reader) -> Asked:
    """This function will gather what the exceptions of this moment are judged by."""
    table = tables.supervision()
    calendar = reader.shelf.calendar(reader.place.province)
    return Asked(
        at=reader.at, near=reader.steps.red, limits=table.exception, low_grade=table.revisit.low_grade,
        paused=long_since(reader.at, calendar=calendar, limits=table.exception),
    )  # fmt: skip


@require_safe
@desk
def board(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the cases with an exception, all or of one kind."""
    must_oversee(reader)
    kind = request.GET.get("kind", ALL)
    kind = kind if kind in {BARE, *Kind} else ALL
    asked = asked_of(reader)
    counted = supervision.counts(reader.scope, asked)
    found = counted["all" if kind == ALL else kind]
    page = page_of(found, _page(request))
    suspects = supervision.page(reader.scope, asked, kind=kind, first=(page.number - 1) * SIZE, size=SIZE)
    context = {
        "counters": _counters(counted, kind),
        "rows": rows_of(reader, asked, suspects),
        "page": page,
        "kind": kind,
        "figures": asked.limits,
        "may_issue": reader.may("issue_sheet"),
        "many_units": reader.scope.everything or len(reader.scope.units) > 1,
    }
    return render(request, "desk/supervision.html", context)


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _counters(counted: Mapping[str, int], current: str) -> list[Counter]:
    here = reverse("desk:supervision")
    first = [(ALL, "all", "全部例外", ""), (BARE, "bare", "尚未督办", "")]
    kinds = [(kind.value, kind.value, KIND_NAMES[kind], LEVELS[kind]) for kind in Kind]
    return [
        Counter(
            number=counted[key], label=label, url=f"{here}?kind={value}" if value else here, level=level,
            current=value == current,
        )
        for value, key, label, level in (*first, *kinds)
        if counted[key] or value in (ALL, BARE) or value == current
    ]  # fmt: skip


def rows_of(reader: Reader, asked: Asked, suspects: tuple[Suspect, ...]) -> list[Row]:
    """This function will make the rows of a page: three queries for all names."""
    people = persons.shown(one.line.applicant or 0 for one in suspects)
    names = staff.names_of(one.line.manager for one in suspects)
    units = oversight.unit_names(one.line.unit for one in suspects)
    return [
        _row(reader, asked, one, getattr(people.get(one.line.applicant or 0), "name", "尚未提交申请"), names, units)
        for one in suspects
    ]


def _row(
    reader: Reader, asked: Asked, one: Suspect, name: str, names: Mapping[int, str], units: Mapping[int, str]
) -> Row:
    line = one.line
    definition = reader.shelf.books.definitions.get(line.process_version)
    stage = definition.stages.get(line.stage) if definition else None
    found = findings(
        one.facts, at=asked.at, near_at=asked.near, calendar=reader.shelf.calendar(line.province),
        limits=asked.limits, low_grade=asked.low_grade,
    )  # fmt: skip
    bucket = reader.steps.bucket(line.due_at, paused=bool(line.paused))
    ended = line.status != "open"
    return Row(
        number=line.number, url=reverse("desk:case", args=(line.number,)), name=name,
        stage=stage.name if stage else "办结", manager=names.get(line.manager, "—"), unit=units.get(line.unit, ""),
        ended=ended, clock=Clock(level=_level(bucket, line.due_at), due_at=line.due_at, provisional=line.provisional),
        findings=found, sheets=tuple((number, SHEET_NAMES[status]) for number, status in one.sheets),
        issue_url=f"{reverse('desk:sheet_new')}?case={line.number}&reason={found[0].kind if found else ''}",
    )  # fmt: skip


def _level(bucket: Bucket, due_at: datetime | None) -> str:
    return bucket.value if due_at or bucket is Bucket.PAUSED else "waiting"


# --- a new sheet ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def sheet_new(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the form of a new sheet, about a case or a unit, or send the sheet."""
    must(reader, "issue_sheet", "发督办单")
    query = request.POST if request.method == "POST" else request.GET
    number = query.get("case", "").replace("\x00", "").strip()[:20]
    file = case_file(reader, number) if number else None
    form = _form(request, reader, file)
    if request.method == "POST" and form.is_valid():
        sent = _issued(request, reader, file, form)
        if sent:
            return redirect("desk:sheet", number=sent)
    crumbs = [Crumb(label="督办台", url=reverse("desk:supervision")), Crumb(label="发督办单")]
    context = {
        "form": form, "file": file, "crumbs": crumbs, "key": _key(request), "found": _found(reader, file),
        "draft": f"sheet-{number or 'unit'}",
    }  # fmt: skip
    return render(request, "desk/sheet_new.html", context)


def _form(request: HttpRequest, reader: Reader, file: CaseFile | None) -> IssueForm:
    unit = file.unit if file else reader.actor.unit
    units = {} if file else _units(reader.scope, reader.actor.unit)
    people = _receivers(unit, file)
    if request.method == "POST":
        return IssueForm(request.POST, people=people, units=units)
    found = _found(reader, file)
    asked = request.GET.get("reason", "")
    kinds = {one.kind.value: one for one in found}
    chosen = kinds.get(asked) or (found[0] if found else None)
    text = f"{chosen.reason}。{'；'.join(chosen.evidence)}。\n请说明原因，提出整改措施。" if chosen else ""
    start = {
        "reason": chosen.kind.value if chosen else "", "to": "chief", "unit": unit,
        "reply_by": reply_deadline(unit=unit, at=reader.at), "text": text,
    }  # fmt: skip
    return IssueForm(initial=start, people=people, units=units)


def _found(reader: Reader, file: CaseFile | None) -> tuple[Finding, ...]:
    """What is wrong with the case now, as the board says it."""
    if file is None:
        return ()
    asked = asked_of(reader)
    found = supervision.suspects([file.id], reader.scope, asked)
    if not found:
        return ()
    return findings(
        found[0].facts, at=asked.at, near_at=asked.near, calendar=file.calendar, limits=asked.limits,
        low_grade=asked.low_grade,
    )  # fmt: skip


def _units(scope: Scope, own: int) -> dict[int, str]:
    return oversight.units_within(scope) or oversight.unit_names([own])


def _receivers(unit: int, file: CaseFile | None) -> dict[str, str]:
    """The chief of the unit; with a case its manager and everybody who could be one."""
    found = {"chief": f"{RECEIVER_NAMES['chief']}（本岗位）"}
    if file is None:
        return found
    manager = file.state.people.get("manager", 0)
    for person, name, roles in crew.crew_of(unit):
        for role in RECEIVERS:
            if role in roles and (role == "chief" or person == manager):
                found[f"{role}-{person}"] = f"{name} · {role_name(role)}"
    return found


def _issued(request: HttpRequest, reader: Reader, file: CaseFile | None, form: IssueForm) -> str:
    typed = form.cleaned_data
    role, person = form.receiver
    try:
        number = issue_sheet(
            reason=typed["reason"], text=typed["text"], role=role, person=person, reply_by=typed["reply_by"],
            by=reader.actor, at=reader.at, case=file.id if file else 0,
            unit=0 if file else int(typed.get("unit") or reader.actor.unit), key=_key(request),
        )  # fmt: skip
    except Refused as refused:
        refuse(form, refused)
        return ""
    accepted(request, f"督办单 {number} 已发出。", draft=f"sheet-{file.number if file else 'unit'}")
    return number


def _key(request: HttpRequest) -> str:
    sent = request.POST.get("key", "")
    return sent if len(sent) == KEY_LENGTH and sent.isascii() and sent.isalnum() else uuid.uuid4().hex
