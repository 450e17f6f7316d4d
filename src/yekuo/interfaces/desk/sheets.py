"""督办单: the sheets one received or sent, and the page of one with its steps and whose turn it is."""

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
from yekuo.interfaces.desk.oversight_forms import CheckForm, EscalateForm, ReplyForm
from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.interfaces.look.parts import Crumb, Tab
from yekuo.operations import supervision
from yekuo.records import oversight
from yekuo.records.oversight import SheetRecord
from yekuo.rules.refusal import Refused
from yekuo.rules.sheets import SUPERVISORS, Sheet, SheetStatus

SIZE = 50
VIEWS = {
    "mine": "待我答复", "check": "待我复核", "open": "未办结", "late": "逾期未答复", "closed": "已办结", "all": "全部",
}  # fmt: skip


def _of_view(view: str, reader: Reader) -> QuerySet[SheetRecord]:
    seen = oversight.sheets_visible_to(reader.actor, reader.scope)
    if view == "mine":
        return oversight.sheets_for(reader.actor, reader.scope)
    if view == "check":
        return oversight.sheets_to_check(reader.actor, reader.scope)
    if view == "late":
        return oversight.unanswered(seen, at=reader.at)
    if view in ("open", "closed"):
        return seen.filter(closed_at__isnull=view == "open")
    return seen


@require_safe
@desk
def sheets(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the sheets of a view with the numbers of every view."""
    supervises = reader.may("issue_sheet")
    offered = [key for key in VIEWS if key != "check" or supervises]
    first = "check" if supervises and not reader.may("reply_sheet") else "mine"
    view = request.GET.get("view", "")
    view = view if view in offered else first
    here = reverse("desk:sheets")
    tabs = [
        Tab(
            label=VIEWS[key], url=f"{here}?view={key}", current=key == view,
            count=_of_view(key, reader).count() if key not in ("all", "closed") else None,
        )
        for key in offered
    ]  # fmt: skip
    order = ("-closed_at", "-pk") if view == "closed" else ("-last_at", "-pk") if view == "all" else ("reply_by", "pk")
    page = Paginator(_of_view(view, reader).order_by(*order), SIZE).get_page(request.GET.get("page", "1"))
    rows = words.sheet_rows(page, at=reader.at, red=reader.steps.red)
    context = {"tabs": tabs, "rows": rows, "page": page, "view": VIEWS[view], "may_issue": supervises}
    return render(request, "desk/sheets.html", context)


# --- one --------------------------------------------------------------------------------------------------------

FORMS: dict[str, type[forms.Form]] = {
    "acknowledge": forms.Form, "reply": ReplyForm, "check": CheckForm, "escalate": EscalateForm,
}  # fmt: skip
DONE = {
    "acknowledge": "已签收。",
    "reply": "已答复，等督导复核。",
    "check": "已复核。",
    "escalate": "已升级到二级督导。",
}


def _offered(held: Sheet, reader: Reader) -> list[str]:
    """The steps this reader may take now, the one to take first."""
    roles = reader.actor.roles
    mine = reader.actor.person == held.person if held.person else held.role in roles
    found = []
    if mine and held.status is SheetStatus.ISSUED:
        found.append("acknowledge")
    if mine and held.waits_for_receiver:
        found.append("reply")
    own = reader.actor.person == held.replied_by
    if held.status is SheetStatus.REPLIED and SUPERVISORS[held.level] in roles and not own:
        found.append("check")
    if held.level == 1 and held.status is not SheetStatus.CLOSED and reader.may("escalate_sheet"):
        found.append("escalate")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def sheet(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """This function will show a sheet with what the reader may do, or take the step that was sent."""
    row = oversight.sheets_visible_to(reader.actor, reader.scope).filter(number=number).first()
    if row is None:
        raise Http404("没有这张督办单，或不在您的范围内。")
    step = request.POST.get("step", "")
    sent = FORMS[step](request.POST) if step in FORMS else None
    if sent is not None and sent.is_valid() and _taken(request, reader, number, step, sent):
        return redirect("desk:sheet", number=number)
    held = oversight.sheet_of(row)
    offers = [(key, sent if key == step and sent is not None else FORMS[key]()) for key in _offered(held, reader)]
    context: dict[str, Any] = {
        "sheet": words.sheet_rows([row], at=reader.at, red=reader.steps.red)[0],
        "feed": words.feed_of(oversight.steps_of([number]).get(number, ())),
        "offers": offers,
        "refused": sent if sent is not None and step not in [key for key, _ in offers] else None,
        "step": step,
        "page_key": uuid.uuid4().hex,
        "crumbs": [Crumb(label="督办单", url=reverse("desk:sheets")), Crumb(label=number)],
    }
    return render(request, "desk/sheet.html", context)


def _taken(request: HttpRequest, reader: Reader, number: str, step: str, form: forms.Form) -> bool:
    typed = form.cleaned_data
    how: dict[str, Any] = {"number": number, "by": reader.actor, "at": reader.at, "key": _key(request)}
    try:
        if step == "acknowledge":
            supervision.acknowledge_sheet(**how)
        elif step == "reply":
            supervision.reply_sheet(**how, **typed)
        elif step == "check":
            supervision.check_sheet(**how, **typed)
        else:
            supervision.escalate_sheet(**how, **typed)
    except Refused as refused:
        refuse(form, refused)
        return False
    accepted(request, DONE[step], draft=f"{step}-{number}")
    return True


def _key(request: HttpRequest) -> str:
    sent = request.POST.get("key", "")
    return sent if len(sent) == 32 and sent.isascii() and sent.isalnum() else uuid.uuid4().hex
