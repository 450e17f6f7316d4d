"""办理: the page of one deed on one case; what was typed and uploaded survives every refusal, a double click does it once."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yekuo.interfaces.desk import case_facts as about
from yekuo.interfaces.desk.case_now import hindered
from yekuo.interfaces.desk.cases import head_of
from yekuo.interfaces.desk.drafting import bench_of
from yekuo.interfaces.desk.forms import FORMS, DeedForm, FormCase
from yekuo.interfaces.desk.reader import Reader, case_file, desk
from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.interfaces.look.names import role_name
from yekuo.interfaces.look.parts import Crumb
from yekuo.operations.archive import old_meters
from yekuo.operations.casefile import CaseFile
from yekuo.operations.papers import store_paper
from yekuo.operations.perform import Receipt, perform
from yekuo.records import crew, log, tables
from yekuo.rules.deeds import Deed, Paper
from yekuo.rules.engine.course import CHECKERS
from yekuo.rules.engine.decide import STATUS_NAMES
from yekuo.rules.powers import may, who_may
from yekuo.rules.proposal import Desk
from yekuo.rules.refusal import Refused
from yekuo.rules.state import Status

PAUSES = ("approve_pause", "refuse_pause")
KEY_LENGTH = 32


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def deed(request: HttpRequest, reader: Reader, number: str, deed: str) -> HttpResponse:
    """This function will show the form of a deed, or do the deed that was sent."""
    file = case_file(reader, number)
    form_class = FORMS.get(deed)
    if form_class is None:
        raise Http404("没有这项业务。")
    _must(reader, file, form_class.deed)
    if request.method == "POST":
        return _sent(request, reader, file, form_class)
    why = unavailable(reader, file, deed)
    if why:
        return _not_now(request, reader, file, form_class.deed, why)
    try:
        form = form_class(case=form_case(reader, file, study=request.GET.get("study", "")))
    except Refused as refused:
        return _not_now(request, reader, file, form_class.deed, refused.message)
    return _page(request, reader, file, form, key=uuid.uuid4().hex, expected=file.expected)


def _must(reader: Reader, file: CaseFile, wanted: type[Deed]) -> None:
    """403 for a role without power, naming those that have it."""
    table = reader.shelf.powers
    facts = file.state.facts
    if may(reader.actor.roles, wanted.deed, facts, table=table):
        return
    names = "、".join(role_name(role) for role in who_may(wanted.deed, facts, table=table))
    raise PermissionDenied(f"您的岗位（{reader.roles}）不能在这个工单上办理“{wanted.title}”，可由{names}办理。")


def unavailable(reader: Reader, file: CaseFile, deed: str) -> str:
    """This function will say why a deed cannot be done now though the role has the power; '' when it can."""
    if file.state.status is not Status.OPEN:
        return f"工单{STATUS_NAMES[file.state.status]}，不能再办理。"
    offer = next((one for one in file.offers if one.deed == deed), None)
    if offer is not None:
        why = hindered(file, reader, offer)
        return f"{why}。" if why else ""
    if file.state.pause and deed not in CHECKERS:
        return "工单已挂起，请先恢复办理。"
    stage = file.stage.name if file.stage else ""
    return f"现在的环节是“{stage}”，还轮不到或已办过“{FORMS[deed].deed.title}”。"


# --- a submit -------------------------------------------------------------------------------------------------


def _sent(request: HttpRequest, reader: Reader, file: CaseFile, form_class: type[DeedForm]) -> HttpResponse:
    key = _key(request.POST.get("key", ""))
    expected = request.POST.get("expected", "")[:60]
    try:
        case = form_case(reader, file, study=request.GET.get("study", ""))
        form = form_class(request.POST, request.FILES, case=case)
    except Refused as refused:
        return _again(request, reader, file, key) or _not_now(request, reader, file, form_class.deed, refused.message)
    if form.reworked:
        return _page(request, reader, file, form, key=key, expected=expected)
    if form.is_valid():
        try:
            receipt = perform(
                case=file.id, deed=form.deed_of(), by=reader.actor, at=reader.at, key=key, expected=expected,
                happened_at=form.happened_at,
            )  # fmt: skip
        except Refused as refused:
            return _refused(request, reader, file, form, refused, key)
        return _done(request, reader, form, receipt)
    return _again(request, reader, file, key) or _page(request, reader, file, form, key=key, expected=expected)


def _key(sent: str) -> str:
    """The key of the page that was filled in; a made-up one is replaced."""
    return sent if len(sent) == KEY_LENGTH and sent.isascii() and sent.isalnum() else uuid.uuid4().hex


def _again(request: HttpRequest, reader: Reader, file: CaseFile, key: str) -> HttpResponse | None:
    """A second click comes when the case has moved on and the form no longer fits; the first one's answer stands."""
    used = log.used(reader.actor, key)
    if used is None or used.case != file.id:
        return None
    messages.info(request, "这一项刚才已经提交成功，没有重复办理。")
    return redirect("desk:case", number=file.number)


def _refused(
    request: HttpRequest, reader: Reader, file: CaseFile, form: DeedForm, refused: Refused, key: str
) -> HttpResponse:
    if refused.code in ("forbidden", "same_person"):
        form.add_error(None, refused.message)
        return _page(request, reader, file, form, key=key, expected=file.expected, status=403)
    if refused.code == "key_reused":
        again = _again(request, reader, file, key)
        return again or _page(request, reader, file, form, key=uuid.uuid4().hex, expected=file.expected)
    refuse(form, refused)
    fresh = case_file(reader, file.number)
    return _page(request, reader, fresh, form, key=key, expected=fresh.expected)


def _done(request: HttpRequest, reader: Reader, form: DeedForm, receipt: Receipt) -> HttpResponse:
    if receipt.replayed:
        messages.info(request, f"“{form.title}”已经提交成功，没有重复办理。")
    else:
        accepted(request, f"“{form.title}”已提交。{what_next(reader, receipt.number)}", draft=form.draft)
    return redirect("desk:case", number=receipt.number)


def what_next(reader: Reader, number: str) -> str:
    """This function will say what happens next in a case and who has the ball."""
    file = case_file(reader, number)
    if file.state.status is not Status.OPEN or file.stage is None:
        return f"工单{STATUS_NAMES[file.state.status]}。" if file.state.status in STATUS_NAMES else ""
    if file.state.pause_requested:
        return "等班长/主任审批；批准之前时限照走。"
    if file.state.pause:
        return "工单已挂起，恢复后继续。"
    return f"接下来：{file.stage.name}——{file.stage.do}。"


# --- pages ----------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest, reader: Reader, file: CaseFile, form: DeedForm, *, key: str, expected: str, status: int = 200
) -> HttpResponse:
    back = reverse("desk:case", args=(file.number,))
    context: dict[str, Any] = {
        **head_of(file, reader),
        **_crumbs(file, form.title),
        **_about(file, form),
        "form": form,
        "key": key,
        "expected": expected,
        "back_url": back,
    }
    return render(request, "desk/deed.html", context, status=status)


def _crumbs(file: CaseFile, title: str) -> Mapping[str, list[Crumb]]:
    case = Crumb(label=file.number, url=reverse("desk:case", args=(file.number,)))
    return {"crumbs": [Crumb(label="在途工单", url=reverse("desk:cases")), case, Crumb(label=title)]}


def _about(file: CaseFile, form: DeedForm) -> dict[str, Any]:
    """What a decision is taken on: for a pause, which clocks it would stop."""
    if form.deed.deed not in PAUSES or not file.state.pause_requested:
        return {}
    stops, runs_on = about.effect(file, file.state.pause_requested.cause)
    return {"effect": {"stops": stops, "runs_on": runs_on}}


def _not_now(request: HttpRequest, reader: Reader, file: CaseFile, wanted: type[Deed], why: str) -> HttpResponse:
    context = {**head_of(file, reader), **_crumbs(file, wanted.title), "title": wanted.title, "why": why}
    return render(request, "desk/not_now.html", context)


# --- what a form stands on ------------------------------------------------------------------------------------


def form_case(reader: Reader, file: CaseFile, *, study: str = "") -> FormCase:
    """This function will gather what a form asks of its case; `study` names the study a scheme is drafted from."""

    def keep(upload: "UploadedFile[Any]", code: str) -> Paper:
        content = upload.read()
        return store_paper(
            content=content, name=str(upload.name or "资料"), code=code, by=reader.actor, at=reader.at, case=file.id
        )

    def paper_url(paper: Paper) -> str:
        return reverse("desk:paper", args=(file.number, paper.file)) if paper.file else ""

    def deed_url(deed: str) -> str:
        return reverse("desk:deed", args=(file.number, deed)) if deed in FORMS and file.may(deed) else ""

    return FormCase(
        number=file.number,
        state=file.state,
        definition=file.definition,
        books=file.shelf.books,
        desk=Desk(
            metering=tables.metering(), fees=tables.fees(), schemes=tables.schemes(), province=file.state.place.province
        ),
        at=file.at,
        by=reader.actor,
        keep_paper=keep,
        staff=crew.crew_of(file.unit),
        hanging=old_meters(file.id, file.state) if file.state.stage == "metering" else (),
        paper_url=paper_url,
        deed_url=deed_url,
        bench=bench_of(reader, file, study) if file.state.stage == "scheme" else None,
    )
