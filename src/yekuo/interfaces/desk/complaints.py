"""投诉: taken down at the counter or from a hotline, worked on, answered, and closed when the customer is content."""

import uuid
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yekuo.interfaces.desk import oversight_words as words
from yekuo.interfaces.desk.oversight_forms import AnswerForm, ComplaintForm, ContactForm, JudgeForm
from yekuo.interfaces.desk.reader import Reader, desk, must
from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.interfaces.look.names import role_name
from yekuo.interfaces.look.parts import Crumb, Tab
from yekuo.operations import complaints as doing
from yekuo.records import cases, crew, oversight, persons, tables
from yekuo.records.oversight import ComplaintRecord
from yekuo.rules.complaints import OURS, Complaint, ComplaintStatus
from yekuo.rules.powers import may
from yekuo.rules.refusal import Refused

SIZE = 50
VIEWS = {
    "mine": "待我办理",
    "open": "未办结",
    "late": "已逾期",
    "answered": "待客户评价",
    "closed": "已办结",
    "all": "全部",
}


def _of_view(view: str, reader: Reader) -> QuerySet[ComplaintRecord]:
    seen = oversight.complaints_visible_to(reader.actor, reader.scope)
    if view == "mine":
        return oversight.complaints_for(reader.actor, reader.scope)
    if view == "late":
        return oversight.late_complaints(seen, at=reader.at)
    if view == "answered":
        return seen.filter(status=ComplaintStatus.ANSWERED.value)
    if view in ("open", "closed"):
        return seen.filter(closed_at__isnull=view == "open")
    return seen


@require_safe
@desk
def complaints(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the complaints of a view with the numbers of every view."""
    view = request.GET.get("view", "")
    if view not in VIEWS:
        view = "mine" if oversight.complaints_for(reader.actor, reader.scope).exists() else "open"
    here = reverse("desk:complaints")
    tabs = [
        Tab(
            label=label, url=f"{here}?view={key}", current=key == view,
            count=_of_view(key, reader).count() if key not in ("all", "closed") else None,
        )
        for key, label in VIEWS.items()
    ]  # fmt: skip
    order = ("-closed_at", "-pk") if view == "closed" else ("-filed_at", "-pk") if view == "all" else ("reply_by", "pk")
    page = Paginator(_of_view(view, reader).order_by(*order), SIZE).get_page(request.GET.get("page", "1"))
    rows = words.complaint_rows(page, at=reader.at, red=reader.steps.red)
    context = {
        "tabs": tabs, "rows": rows, "page": page, "view": VIEWS[view], "may_file": reader.may("file_complaint"),
        "limits": tables.supervision().complaint,
    }  # fmt: skip
    return render(request, "desk/complaints.html", context)


# --- a new one --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def complaint_new(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the form of a new complaint, or take it down."""
    must(reader, "file_complaint", "登记投诉")
    people = {person: f"{name} · {'、'.join(map(role_name, roles))}" for person, name, roles in _people(reader)}
    if request.method == "POST":
        form = ComplaintForm(request.POST, people=people)
        number = _filed(request, reader, form) if form.is_valid() else ""
        if number:
            return redirect("desk:complaints") if _hidden(reader, number) else redirect("desk:complaint", number=number)
    else:
        start = {"called_at": reader.at, "source": "counter", "case": request.GET.get("case", "")[:20]}
        form = ComplaintForm(initial=start, people=people)
    context = {
        "form": form, "key": _key(request), "limits": tables.supervision().complaint,
        "crumbs": [Crumb(label="投诉", url=reverse("desk:complaints")), Crumb(label="登记投诉")],
    }  # fmt: skip
    return render(request, "desk/complaint_new.html", context)


def _people(reader: Reader) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    return crew.crew_of(reader.actor.unit)


def _hidden(reader: Reader, number: str) -> bool:
    """Whoever takes a complaint down does not always handle it, and then does not see it either."""
    return not oversight.complaints_visible_to(reader.actor, reader.scope).filter(number=number).exists()


def _filed(request: HttpRequest, reader: Reader, form: ComplaintForm) -> str:
    typed = form.cleaned_data
    case = _case(reader, typed["case"]) if typed["case"].strip() else 0
    if typed["case"].strip() and not case:
        form.add_error("case", "没有这个工单，或不在您的范围内")
        return ""
    try:
        number = doing.file_complaint(
            text=typed["text"], topic=typed["topic"], source=typed["source"], source_number=typed["source_number"],
            called_at=typed["called_at"], about=typed["about"] or 0, case=case,
            unit=0 if case else reader.actor.unit, name=typed["name"], phone=typed["phone"], by=reader.actor,
            at=reader.at, key=_key(request),
        )  # fmt: skip
    except Refused as refused:
        refuse(form, refused)
        return ""
    accepted(request, f"投诉 {number} 已登记并派给承办人。", draft="complaint")
    return number


def _case(reader: Reader, number: str) -> int:
    """The key of the case that was named, 0 for none within reach."""
    found = cases.visible_to(reader.scope).filter(number=number.strip().upper()).values_list("pk", flat=True).first()
    return found or 0


# --- one --------------------------------------------------------------------------------------------------------

FORMS: dict[str, type[forms.Form]] = {"contact": ContactForm, "answer": AnswerForm, "judge": JudgeForm}
DONE = {"contact": "已登记联系情况。", "answer": "已答复，客户可在进度页看到。", "judge": "已登记客户的评价。"}
POWERS = {"contact": "contact_complainant", "answer": "answer_complaint", "judge": "judge_complaint"}


def _offered(held: Complaint, reader: Reader) -> list[str]:
    turn = {
        "answer": held.status in (ComplaintStatus.CONTACTED, ComplaintStatus.REOPENED),
        "contact": held.status in OURS,
        "judge": held.status is ComplaintStatus.ANSWERED and held.answered_by != reader.actor.person,
    }
    table = reader.shelf.powers
    return [key for key, now in turn.items() if now and may(reader.actor.roles, POWERS[key], None, table=table)]


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def complaint(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """This function will show a complaint with what the reader may do, or take the step that was sent."""
    row = oversight.complaints_visible_to(reader.actor, reader.scope).filter(number=number).first()
    if row is None:
        raise Http404("没有这件投诉，或不在您的范围内。")
    step = request.POST.get("step", "")
    sent = FORMS[step](request.POST) if step in FORMS else None
    if sent is not None and sent.is_valid() and _taken(request, reader, number, step, sent):
        return redirect("desk:complaint", number=number)
    held = oversight.complaint_of(row)
    offers = [(key, sent if key == step and sent is not None else FORMS[key]()) for key in _offered(held, reader)]
    context: dict[str, Any] = {
        "one": words.complaint_rows([row], at=reader.at, red=reader.steps.red)[0],
        "applicant": _applicant(row),
        "feed": words.feed_of(oversight.steps_of([number]).get(number, ())),
        "offers": offers,
        "refused": sent if sent is not None and step not in [key for key, _ in offers] else None,
        "step": step,
        "page_key": uuid.uuid4().hex,
        "limits": tables.supervision().complaint,
        "source_number": row.source_number,
        "rounds": row.rounds,
        "crumbs": [Crumb(label="投诉", url=reverse("desk:complaints")), Crumb(label=number)],
    }
    return render(request, "desk/complaint.html", context)


def _applicant(row: ComplaintRecord) -> persons.Shown | None:
    key = oversight.applicant_of(row)
    return persons.shown((key,)).get(key) if key else None


def _taken(request: HttpRequest, reader: Reader, number: str, step: str, form: forms.Form) -> bool:
    typed = form.cleaned_data
    how: dict[str, Any] = {"number": number, "by": reader.actor, "at": reader.at, "key": _key(request)}
    try:
        if step == "contact":
            doing.contact_complainant(**how, **typed)
        elif step == "answer":
            doing.answer_complaint(**how, **typed)
        else:
            doing.judge_complaint(**how, **typed)
    except Refused as refused:
        refuse(form, refused)
        return False
    accepted(request, DONE[step], draft=f"{step}-{number}")
    return True


def _key(request: HttpRequest) -> str:
    sent = request.POST.get("key", "")
    return sent if len(sent) == 32 and sent.isascii() and sent.isalnum() else uuid.uuid4().hex
