"""办理: a customer's own part in a running case; one page per deed, files kept before the deed is done."""

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yekuo.interfaces.customer import uploads
from yekuo.interfaces.customer.deed_forms import DeedForm, Slot, today_first
from yekuo.interfaces.customer.front import acting, customer_only, own_case, phone_of, show, typed_before
from yekuo.interfaces.customer.papers_shown import contract_shown, scheme_shown
from yekuo.interfaces.customer.progress import PauseLine, mine_to_do, progress
from yekuo.interfaces.customer.visit_forms import FORMS
from yekuo.interfaces.look import clock
from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.operations.casefile import CaseFile
from yekuo.operations.handing_in import hand_in
from yekuo.operations.intake import drop_draft, keep_draft, read_draft
from yekuo.operations.mandates import hand_in_by_mandate
from yekuo.records import persons
from yekuo.records.sealed import normal
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.base import Paper
from yekuo.rules.refusal import Problem, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """门: the way a reader came to a form: as the customer signed in, or by a link that was given for one purpose.

    `deeds` are those the door opens, `back` leads away from the form, `files` has {} where a file's number goes.
    """

    file: CaseFile
    actor: Actor
    back: str
    files: str
    deeds: Collection[str]
    token: str = ""

    def draft(self, deed: str) -> str:
        """This function will name the draft that remembers the files of a form."""
        return f"deed:{self.file.number}:{deed}"


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def deed(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """This function will show the form of a deed, keep uploads, or do the deed and go back to the progress page."""
    file = own_case(request, number)
    door = Door(
        file=file,
        actor=acting(request, file),
        back=reverse("customer:progress", args=[file.number]),
        files=reverse("customer:file", args=[0]).replace("0", "{}"),
        deeds=FORMS,
    )
    return answer(request, door, deed)


def answer(request: HttpRequest, door: Door, deed: str) -> HttpResponse:
    """This function will show a form behind a door, or take what it sent."""
    if deed not in FORMS or deed not in door.deeds:
        raise Http404
    sent_too_late = request.method == "POST" and not door.file.may(deed)
    if (
        not mine_to_do(door.file, deed) and not sent_too_late
    ):  # what was sent too late is answered on its page, as typed
        return _not_now(request, door, deed)
    return _sent(request, door, deed) if request.method == "POST" else _asked(request, door, deed)


def _asked(request: HttpRequest, door: Door, deed: str) -> HttpResponse:
    again = typed_before(request)
    form = FORMS[deed](again, state=door.file.state, wanted=door.file.needed)
    if again is None:
        form.initial = {**_kept(door, deed).typed, **_initial(request, door.file, deed)}
    return _page(request, door, deed, form)


def _initial(request: HttpRequest, file: CaseFile, deed: str) -> dict[str, Any]:
    initial: dict[str, Any] = {"stamp": uuid.uuid4().hex, **today_first(deed, day_of(file.at))}
    if deed == "answer_scheme":
        initial["version"] = file.state.replied_version
    if deed == "sign_contract" and file.state.contract:
        initial["number"] = file.state.contract.number
    if deed == "dispute_pause":
        initial["number"] = request.GET.get("number") or len(file.state.pause_cases)
    return initial


def _sent(request: HttpRequest, door: Door, deed: str) -> HttpResponse:
    file, at = door.file, clock.now(request)
    form = FORMS[deed](request.POST, state=file.state, wanted=file.needed)
    codes = [slot.code for slot in form.slots()]
    kept = _kept(door, deed)
    taken = uploads.take(request, codes, kept.files, by=door.actor, at=at)
    staying = request.POST.get("go") == "stay" or bool(request.POST.get("remove")) or bool(taken.problems)
    if staying or taken.files != kept.files:
        unsent = Unsent(files=taken.files, typed=_typed(form, request))
        keep_draft(by=door.actor, form=door.draft(deed), content=unsent.written(), at=at)
    if taken.problems:
        return _page(request, door, deed, _unbound(form, request), taken)
    if staying:  # a page to come back to: "back" and "reload" send nothing again
        return redirect(request.get_full_path())
    if form.is_valid() and deed == "sign_contract":
        _check_signature(form, file)
    if not form.is_valid():
        return _page(request, door, deed, form, taken)
    return _done(request, door, deed, form, taken)


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


def _typed(form: DeedForm, request: HttpRequest) -> dict[str, str]:
    """What was typed into the fields one sees, as typed; no endless text."""
    seen = [one.name for one in form.visible_fields() if one.name in request.POST]
    return {name: request.POST[name][:MOST_TYPED].replace("\x00", "") for name in seen}


def _done(request: HttpRequest, door: Door, deed: str, form: DeedForm, taken: uploads.Taken) -> HttpResponse:
    codes = {slot.code for slot in form.slots()}
    papers = tuple(one.paper for one in uploads.waiting(door.actor, taken.files) if one.code in codes)
    try:
        _hand_in(request, door, deed, form, papers)
    except Refused as refused:
        if refused.code == "key_reused":  # a second click: its files were handed in by the first
            return redirect(door.back)
        refuse(form, _at_rows(refused, form.slots()))
        return _page(request, door, deed, form, taken, status=409 if refused.code == "stale" else 200)
    drop_draft(by=door.actor, form=door.draft(deed))
    accepted(request, form.done, draft=f"{door.file.number}-{deed}")
    return redirect(door.back)


def _hand_in(request: HttpRequest, door: Door, deed: str, form: DeedForm, papers: tuple[Paper, ...]) -> None:
    made, at, stamp, expected = form.deed(papers), clock.now(request), form.told("stamp"), _expected(request, deed)
    if door.token:
        hand_in_by_mandate(token=door.token, deed=made, papers=papers, at=at, key=stamp, expected=expected)
    else:
        hand_in(case=door.file.id, deed=made, papers=papers, by=door.actor, at=at, key=stamp, expected=expected)


ANYTIME = ("supply_papers", "dispute_pause", "withdraw_application", "sign_contract", "rate_service")
"""Deeds that mean the same whatever happened meanwhile: the case having moved on is no reason to refuse them."""


def _expected(request: HttpRequest, deed: str) -> str:
    return "" if deed in ANYTIME else request.POST.get("expected", "")[:80]


def _at_rows(refused: Refused, slots: Sequence[Slot]) -> Refused:
    """Problems about papers stand above the form where it has no field of that name."""
    problems = tuple(
        Problem("" if one.field in ("papers", "photos") else one.field, one.message) for one in refused.problems
    )
    return Refused(refused.message, problems=problems, code=refused.code)


# --- what a form remembers ------------------------------------------------------------------------------------

MOST_TYPED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """没交的: the numbers of a form's files, and what was typed when the last of them came."""

    files: tuple[int, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)

    def written(self) -> str:
        """This function will write it down as a draft's content."""
        return json.dumps({"files": self.files, "typed": dict(self.typed)}, ensure_ascii=False)


def _kept(door: Door, deed: str) -> Unsent:
    kept = read_draft(by=door.actor, form=door.draft(deed))
    try:
        found = json.loads(kept.content) if kept else {}
        if isinstance(found, list):  # as written before typing was kept
            found = {"files": found}
        typed = {str(name): str(value) for name, value in found.get("typed", {}).items()}
        return Unsent(files=tuple(int(one) for one in found.get("files", ())), typed=typed)
    except (ValueError, TypeError, AttributeError):
        return Unsent()


# --- the page -------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    door: Door,
    deed: str,
    form: DeedForm,
    taken: uploads.Taken | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    file = door.file
    waiting = uploads.waiting(door.actor, taken.files if taken else _kept(door, deed).files)
    rows = [
        uploads.Row(
            code=slot.code,
            name=slot.name,
            label=f"选择{slot.name}的照片或文件",
            why=slot.why,
            required=slot.required,
            kept=uploads.shown(waiting, slot.code, door.files),
            errors=uploads.errors_of(taken.problems, slot.code) if taken else (),
        )
        for slot in form.slots()
    ]
    context = {
        "form": form,
        "deed": deed,
        "number": file.number,
        "back": door.back,
        "guest": bool(door.token),
        "expected": request.POST.get("expected") or file.expected,
        "rows": rows,
        "wrong": [{"field": one.field, "message": one.message} for one in taken.problems] if taken else [],
        "scheme": scheme_shown(file) if deed == "answer_scheme" else None,
        "contract": contract_shown(file) if deed == "sign_contract" else None,
        "pause": _pause(request, file) if deed == "dispute_pause" else None,
    }
    return show(request, "deed", context, status=status, phone=phone_of(file.unit))


def _pause(request: HttpRequest, file: CaseFile) -> PauseLine | None:
    wanted = request.POST.get("number") or request.GET.get("number", "")
    pauses = progress(file, phone="").pauses
    return next((one for one in pauses if str(one.number) == wanted), pauses[0] if pauses else None)


def _not_now(request: HttpRequest, door: Door, deed: str) -> HttpResponse:
    """Somebody comes by an old address: say where the case stands instead of refusing a form they cannot send."""
    context = {
        "title": f"现在不用办“{FORMS[deed].title}”",
        "lines": [f"这件申请现在：{progress(door.file, phone='').title}"],
        "back": door.back,
    }
    return show(request, "not_now", context, phone=phone_of(door.file.unit))
