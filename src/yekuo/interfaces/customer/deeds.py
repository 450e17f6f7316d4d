"""办理: a customer's own part in a running case; one page per deed, files kept before the deed is done."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yekuo.interfaces.customer import uploads
from yekuo.interfaces.customer.deed_forms import FORMS, DeedForm, Slot, today_first
from yekuo.interfaces.customer.front import acting, customer_only, own_case, phone_of, show, typed_before
from yekuo.interfaces.customer.papers_shown import contract_shown, scheme_shown
from yekuo.interfaces.customer.progress import PauseLine, mine_to_do, progress
from yekuo.interfaces.look import clock
from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.operations.casefile import CaseFile
from yekuo.operations.handing_in import hand_in
from yekuo.operations.intake import drop_draft, keep_draft, read_draft
from yekuo.records import persons
from yekuo.records.sealed import normal
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import day_of
from yekuo.rules.refusal import Problem, Refused


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def deed(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """This function will show the form of a deed, keep uploads, or do the deed and go back to the progress page."""
    if deed not in FORMS:
        raise Http404
    file = own_case(request, number)
    sent_too_late = request.method == "POST" and not file.may(deed)
    if not mine_to_do(file, deed) and not sent_too_late:  # what was sent too late is answered on its own page, as typed
        return _not_now(request, file, deed)
    return _sent(request, file, deed) if request.method == "POST" else _asked(request, file, deed)


def _asked(request: HttpRequest, file: CaseFile, deed: str) -> HttpResponse:
    again = typed_before(request)
    form = FORMS[deed](again, state=file.state, wanted=file.needed)
    if again is None:
        form.initial = _initial(request, file, deed)
    return _page(request, file, deed, form)


def _initial(request: HttpRequest, file: CaseFile, deed: str) -> dict[str, Any]:
    initial: dict[str, Any] = {"stamp": uuid.uuid4().hex, **today_first(deed, day_of(file.at))}
    if deed == "answer_scheme":
        initial["version"] = file.state.replied_version
    if deed == "sign_contract" and file.state.contract:
        initial["number"] = file.state.contract.number
    if deed == "dispute_pause":
        initial["number"] = request.GET.get("number") or len(file.state.pause_cases)
    return initial


def _sent(request: HttpRequest, file: CaseFile, deed: str) -> HttpResponse:
    actor, at = acting(request, file), clock.now(request)
    form = FORMS[deed](request.POST, state=file.state, wanted=file.needed)
    codes = [slot.code for slot in form.slots()]
    kept = _kept(actor, file, deed)
    taken = uploads.take(request, codes, kept, by=actor, at=at)
    if taken.files != kept:
        _keep(actor, file, deed, taken.files, request)
    staying = request.POST.get("go") == "stay" or bool(request.POST.get("remove")) or bool(taken.problems)
    if staying:
        return _page(request, file, deed, _unbound(form, request), taken)
    if form.is_valid() and deed == "sign_contract":
        _check_signature(form, file)
    if not form.is_valid():
        return _page(request, file, deed, form, taken)
    return _done(request, file, deed, form, taken)


def _check_signature(form: DeedForm, file: CaseFile) -> None:
    """Whoever signs is named in the application: applicant, contact, legal person or agent."""
    person = persons.person(file.state.applicant)
    if person is None:
        return
    told = persons.content_of(person)
    named = {normal(one) for one in (told.name, told.contact, told.legal_person, told.agent_name) if one.strip()}
    if normal(form.told("signature")) not in named:
        form.add_error("signature", "要和申请时写的姓名或单位名称一样")


def _unbound(form: DeedForm, request: HttpRequest) -> DeedForm:
    """The form with everything typed, but without complaints about what is not filled in yet."""
    fresh = type(form)(None, state=form.state, wanted=form.wanted)
    fresh.initial = {name: request.POST[name] for name in form.fields if name in request.POST}
    return fresh


def _done(request: HttpRequest, file: CaseFile, deed: str, form: DeedForm, taken: uploads.Taken) -> HttpResponse:
    actor = acting(request, file)
    codes = {slot.code for slot in form.slots()}
    papers = tuple(one.paper for one in uploads.waiting(actor, taken.files) if one.code in codes)
    try:
        hand_in(
            case=file.id,
            deed=form.deed(papers),
            papers=papers,
            by=actor,
            at=clock.now(request),
            key=form.told("stamp"),
            expected=_expected(request, deed),
        )
    except Refused as refused:
        if refused.code == "key_reused":  # a second click: its files were handed in by the first
            return redirect("customer:progress", file.number)
        refuse(form, _at_rows(refused, form.slots()))
        return _page(request, file, deed, form, taken, status=409 if refused.code == "stale" else 200)
    drop_draft(by=actor, form=_draft(file, deed))
    accepted(request, form.done, draft=f"{file.number}-{deed}")
    return redirect("customer:progress", file.number)


ANYTIME = ("supply_papers", "dispute_pause", "withdraw_application", "sign_contract")
"""Deeds that mean the same whatever happened meanwhile: the case having moved on is no reason to refuse them."""


def _expected(request: HttpRequest, deed: str) -> str:
    return "" if deed in ANYTIME else request.POST.get("expected", "")[:80]


def _at_rows(refused: Refused, slots: Sequence[Slot]) -> Refused:
    """Problems about papers stand above the form where it has no field of that name."""
    problems = tuple(
        Problem("" if one.field in ("papers", "photos") else one.field, one.message) for one in refused.problems
    )
    return Refused(refused.message, problems=problems, code=refused.code)


# --- the files of a form --------------------------------------------------------------------------------------


def _draft(file: CaseFile, deed: str) -> str:
    return f"deed:{file.number}:{deed}"


def _kept(actor: Actor, file: CaseFile, deed: str) -> tuple[int, ...]:
    kept = read_draft(by=actor, form=_draft(file, deed))
    try:
        return tuple(int(one) for one in json.loads(kept.content)) if kept else ()
    except (ValueError, TypeError):
        return ()


def _keep(actor: Actor, file: CaseFile, deed: str, kept: tuple[int, ...], request: HttpRequest) -> None:
    keep_draft(by=actor, form=_draft(file, deed), content=json.dumps(kept), at=clock.now(request))


# --- the page -------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    file: CaseFile,
    deed: str,
    form: DeedForm,
    taken: uploads.Taken | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    actor = acting(request, file)
    waiting = uploads.waiting(actor, taken.files if taken else _kept(actor, file, deed))
    address = reverse("customer:file", args=[0]).replace("0", "{}")
    rows = [
        uploads.Row(
            code=slot.code,
            name=slot.name,
            label=f"选择{slot.name}的照片或文件",
            why=slot.why,
            required=slot.required,
            kept=uploads.shown(waiting, slot.code, address),
            errors=uploads.errors_of(taken.problems, slot.code) if taken else (),
        )
        for slot in form.slots()
    ]
    context = {
        "form": form,
        "deed": deed,
        "number": file.number,
        "expected": request.POST.get("expected") or file.expected,
        "rows": rows,
        "scheme": scheme_shown(file) if deed == "answer_scheme" else None,
        "contract": contract_shown(file) if deed == "sign_contract" else None,
        "pause": _pause(request, file) if deed == "dispute_pause" else None,
    }
    return show(request, "deed", context, status=status, phone=phone_of(file.unit))


def _pause(request: HttpRequest, file: CaseFile) -> PauseLine | None:
    wanted = request.POST.get("number") or request.GET.get("number", "")
    pauses = progress(file, phone="").pauses
    return next((one for one in pauses if str(one.number) == wanted), pauses[0] if pauses else None)


def _not_now(request: HttpRequest, file: CaseFile, deed: str) -> HttpResponse:
    """Somebody comes by an old address: say where the case stands instead of refusing a form they cannot send."""
    context = {
        "title": f"现在不用办“{FORMS[deed].title}”",
        "lines": [f"这件申请现在：{progress(file, phone='').title}"],
        "number": file.number,
    }
    return show(request, "not_now", context, phone=phone_of(file.unit))
