"""查进度: the progress page without JavaScript, for the customer signed in or for whoever holds a signed link."""

import uuid
from contextlib import suppress
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import DataError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from yekuo.interfaces.customer.front import acting, by, customer_only, lost, own_case, phone_of, show, signin_url
from yekuo.interfaces.customer.links import Gone, follow, link_to, urger
from yekuo.interfaces.customer.papers_shown import contract_shown, scheme_shown
from yekuo.interfaces.customer.prints import prints_of
from yekuo.interfaces.customer.progress import progress, urged_today
from yekuo.interfaces.look import clock
from yekuo.interfaces.look.forms import accepted
from yekuo.operations.casefile import CaseFile, NotFound
from yekuo.operations.complaints import shown_to_customer
from yekuo.operations.papers import Kept, Opened, kept_papers, open_paper
from yekuo.operations.perform import perform
from yekuo.records import tables
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.deeds.course import UrgeCase
from yekuo.rules.refusal import Refused


@customer_only
@require_safe
def own_progress(request: HttpRequest, number: str) -> HttpResponse:
    """This function will show a customer their own case."""
    file = own_case(request, number)
    return _page(request, file, guest=False)


@login_not_required
@require_safe
def linked_progress(request: HttpRequest, token: str) -> HttpResponse:
    """This function will show a case to whoever holds a link to it: read only, and urging."""
    try:
        file = follow(token, at=clock.now(request))
    except Gone as gone:
        return lost(request, gone.title, gone.lines)
    return _page(request, file, guest=True, token=token)


def _page(request: HttpRequest, file: CaseFile, *, guest: bool, token: str = "") -> HttpResponse:
    view = progress(file, phone=phone_of(file.unit), own=not guest)
    scheme = scheme_shown(file)
    urge = reverse("customer:urge_by_link", args=[token]) if guest else reverse("customer:urge", args=[file.number])
    context = {
        "view": view,
        "guest": guest,
        "scheme": scheme,
        "contract": None if guest else contract_shown(file),
        "fees_due": bool(scheme and scheme.agreed and any(not fee.paid for fee in scheme.fees)),
        "todo_count": f"{len(view.todos)} 件",
        "complaints": () if guest else shown_to_customer(case=file.id),
        "days": sum(one.days for one in view.sides),
        "may_dispute": not guest and file.may("dispute_pause"),
        "may_withdraw": not guest and file.may("withdraw_application"),
        "files": () if guest else _files(file, by(request)),
        "prints": () if guest else prints_of(file),
        "urge_url": urge,
        "stamp": uuid.uuid4().hex,
        "signin_url": signin_url(reverse("customer:progress", args=[file.number])),
        "link": "" if guest else link_to(request, file),
    }
    return show(request, "progress", context, phone=view.phone)


# --- urging ---------------------------------------------------------------------------------------------------


@customer_only
@require_POST
def urge(request: HttpRequest, number: str) -> HttpResponse:
    """This function will urge a customer's own case, at most once a day."""
    file = own_case(request, number)
    return _urged(request, file, acting(request, file), reverse("customer:progress", args=[file.number]))


@login_not_required
@require_POST
def urge_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """This function will urge a case for whoever holds a link to it, at most once a day."""
    try:
        file = follow(token, at=clock.now(request))
    except Gone as gone:
        return lost(request, gone.title, gone.lines)
    return _urged(request, file, urger(file), reverse("customer:linked_progress", args=[token]))


def _urged(request: HttpRequest, file: CaseFile, actor: Actor, back: str) -> HttpResponse:
    if urged_today(file):
        messages.info(request, f"今天已经催过，{file.unit_name}知道了。明天还没动静可以再催，急事请直接打电话。")
        return redirect(back)
    try:
        perform(
            case=file.id,
            deed=UrgeCase(),
            by=actor,
            at=clock.now(request),
            key=request.POST.get("stamp", "")[:80],
        )
        accepted(request, f"已催办，{file.unit_name}会尽快处理。")
    except Refused as refused:
        messages.warning(request, refused.message)
    return redirect(back)


# --- files ----------------------------------------------------------------------------------------------------

FORM_CODES = frozenset({"design", "hidden_photo", "mid_papers", "rectified_photo", "other"})


def _names(file: CaseFile) -> dict[str, str]:
    """Which files of a case are the customer's own, by code; survey photos and evidence are the company's."""
    mine = {
        "design": "设计图纸",
        "hidden_photo": "隐蔽工程照片",
        "mid_papers": "施工记录",
        "rectified_photo": "整改照片",
    }
    asked = {code: one.name for one in file.needed for code in one.codes}
    return {**mine, "other": "其他资料", **asked}


def _files(file: CaseFile, actor: Actor) -> list[dict[str, object]]:
    names = _names(file)
    kept: tuple[Kept, ...] = kept_papers(by=actor, case=file.id)
    return [
        {"key": one.file, "name": one.name, "what": names[one.code], "at": one.at}
        for one in reversed(kept)
        if one.code in names
    ]


def _opened(key: int, actor: Actor) -> Opened:
    """A file of theirs, also one uploaded for a form they fill in as somebody's agent."""
    mandate = actor.kind is ActorKind.MANDATE
    for one in (actor,) if mandate else (actor, replace(actor, kind=ActorKind.AGENT)):
        with suppress(NotFound, OverflowError, DataError):
            return open_paper(file=key, by=one)
    raise Http404


@customer_only
@require_safe
def download(request: HttpRequest, key: int) -> HttpResponseBase:
    """This function will give a customer a file of theirs; 404 for any other."""
    return given_file(key, by(request))


def given_file(key: int, actor: Actor) -> FileResponse:
    """This function will give a reader a file of theirs as the browser may show it. Raises Http404 for any other."""
    opened = _opened(key, actor)
    asked = {code for rule in tables.materials().rules for code in rule.requirement.codes}
    if opened.kept.code not in FORM_CODES | asked:
        opened.stream.close()
        raise Http404
    answer = FileResponse(opened.stream, content_type=opened.kept.type)
    picture = opened.kept.type.startswith("image/")
    answer["Content-Disposition"] = content_disposition_header(not picture, opened.kept.name) or "inline"
    answer["Cache-Control"] = "private, no-store"
    return answer
