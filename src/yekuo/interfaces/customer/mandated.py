"""委托: links a customer gives to designer, builder or agent, and the few pages their holders see."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yekuo.interfaces.customer import deeds, words
from yekuo.interfaces.customer.front import by, customer_only, lost, own_case, phone_of, show
from yekuo.interfaces.customer.papers_shown import scheme_shown
from yekuo.interfaces.customer.progress import BUTTONS, mine_to_do, progress
from yekuo.interfaces.customer.track import given_file
from yekuo.interfaces.customer.visit_forms import FORMS
from yekuo.interfaces.look import clock
from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.interfaces.look.parts import FeedItem
from yekuo.operations import mandates
from yekuo.operations.casefile import CaseFile, read_case
from yekuo.operations.mandates import LASTS, PURPOSES, Held
from yekuo.operations.signin import LinkGone
from yekuo.records.sealed import Unreadable, seal, unseal
from yekuo.rules.actor import ActorKind
from yekuo.rules.refusal import Refused
from yekuo.rules.state import Status

FRESH = "mandate_made"
WHO_FOR = {"papers": "代办人", "design": "设计单位", "works": "施工单位", "inspection": "施工单位"}
WHY = {
    "unknown": ("链接打不开", ("链接可能没有复制完整，请向给您链接的人再要一次。",)),
    "expired": ("链接已过期", ("委托链接到期就失效，请向给您链接的人再要一个。",)),
    "revoked": ("链接已停用", ("给您链接的人已经停用了它。还要办理的，请再要一个。",)),
}
STATES = {"open": ("有效", "ok"), "expired": ("已过期", "dash"), "revoked": ("已停用", "dash")}


class GiveForm(forms.Form):
    """委托: for what, to whom, until when."""

    use_required_attribute = False
    purpose = forms.ChoiceField(
        label="让对方办什么",
        choices=[(one.key, f"{one.name}（{WHO_FOR[one.key]}）") for one in PURPOSES],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择让对方办什么", "invalid_choice": "请从列出的里面选"},
    )
    holder = forms.CharField(
        label="给谁用",
        max_length=40,
        help_text="写单位名称或称呼，停用时好辨认",
        error_messages={"required": "请写明给谁用", "max_length": "太长，请写在 40 字以内"},
    )
    days = forms.TypedChoiceField(
        label="有效期",
        coerce=int,
        initial=30,
        choices=[(one, f"{one} 天") for one in LASTS],
        error_messages={"required": "请选择有效期", "invalid_choice": "请从列出的里面选"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """已给链接行: one link in the customer's list."""

    key: int
    title: str
    holder: str
    state: str
    tone: str
    until: Any
    used_at: Any
    open: bool


# --- the customer's side --------------------------------------------------------------------------------------


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, number: str) -> HttpResponse:
    """This function will list the links of a case and make one more, shown in full this once."""
    file, at = own_case(request, number), clock.now(request)
    form = GiveForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            token = mandates.give_mandate(case=file.id, by=by(request), at=at, **form.cleaned_data)
        except Refused as refused:
            refuse(form, refused)
        else:
            request.session[FRESH] = b64encode(seal(f"{file.number} {token}", place=FRESH)).decode()
            return redirect("customer:give", file.number)
    rows = [_row(one) for one in mandates.mandates_of(case=file.id, by=by(request), at=at)]
    context = {
        "form": form,
        "rows": rows,
        "number": file.number,
        "fresh": _fresh(request, file),
        "over": file.state.status is not Status.OPEN,
    }
    return show(request, "mandates", context, phone=phone_of(file.unit))


def _row(one: mandates.Given) -> GivenRow:
    state, tone = STATES[one.state]
    return GivenRow(
        key=one.key,
        title=one.purpose.name,
        holder=one.holder,
        state=state,
        tone=tone,
        until=one.expires_at,
        used_at=one.used_at,
        open=one.state == "open",
    )


def _fresh(request: HttpRequest, file: CaseFile) -> str:
    """The address of the link just made; only its hash is kept, so that it can be shown this once."""
    kept = request.session.pop(FRESH, "")
    try:
        number, token = unseal(b64decode(kept), place=FRESH).split(" ")
    except (Unreadable, ValueError):
        return ""
    if number != file.number:
        return ""
    return request.build_absolute_uri(reverse("customer:mandated", args=[token]))


@customer_only
@require_POST
def revoke(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """This function will end a link at once."""
    file = own_case(request, number)
    try:
        mandates.revoke_mandate(case=file.id, key=key, by=by(request), at=clock.now(request))
        accepted(request, "链接已停用，拿着它的人不能再办理。")
    except Refused as refused:
        messages.warning(request, refused.message)
    return redirect("customer:give", file.number)


# --- the holder's side ----------------------------------------------------------------------------------------


@login_not_required
@require_safe
def mandated(request: HttpRequest, token: str) -> HttpResponse:
    """This function will show the holder of a link what there is to do, and nothing else of the case."""
    try:
        held = mandates.hold(token, at=clock.now(request))
    except LinkGone as gone:
        return lost(request, *WHY[gone.why])
    file = _file(request, held)
    view = progress(file, phone=phone_of(file.unit))
    plans = held.purpose.key in ("design", "works")
    context = {
        "held": held,
        "view": view,
        "todos": list(_todos(file, held)),
        "scheme": scheme_shown(file) if plans else None,
        "feed": list(_own_feed(file, held)),
        "token": token,
    }
    return show(request, "mandated", context, phone=view.phone)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mandated_deed(request: HttpRequest, token: str, deed: str) -> HttpResponse:
    """This function will show or take a form of the link's purpose; any other is not there."""
    try:
        held = mandates.hold(token, at=clock.now(request))
        file = _file(request, held)
        door = deeds.Door(
            file=file,
            actor=held.actor,
            back=reverse("customer:mandated", args=[token]),
            files=reverse("customer:mandated_file", args=[token, 0]).replace("/0/", "/{}/"),
            deeds=held.purpose.deeds,
            token=token,
        )
        return deeds.answer(request, door, deed)
    except LinkGone as gone:
        return lost(request, *WHY[gone.why])
    except Http404:
        return lost(request, "这里没有可办的", (f"这个链接只能用来{held.purpose.name}。",))


@login_not_required
@require_safe
def mandated_file(request: HttpRequest, token: str, key: int) -> HttpResponseBase:
    """This function will give the holder a file they uploaded by this link; 404 for any other."""
    try:
        held = mandates.hold(token, at=clock.now(request))
    except LinkGone as gone:
        return lost(request, *WHY[gone.why])
    return given_file(key, held.actor)


def _file(request: HttpRequest, held: Held) -> CaseFile:
    return read_case(number=held.number, by=held.actor, at=clock.now(request))


def _todos(file: CaseFile, held: Held) -> Iterator[dict[str, str]]:
    for deed in held.purpose.deeds:
        if mine_to_do(file, deed):
            yield {"deed": deed, "title": FORMS[deed].title, "text": FORMS[deed].lead, "button": BUTTONS[deed]}


def _own_feed(file: CaseFile, held: Held) -> Iterator[FeedItem]:
    """What was done by this link, and what was said to it."""
    answers = {"design": ("design_reviewed",), "inspection": words.CONCLUSIONS}.get(held.purpose.key, ())
    for entry in reversed(file.entries):
        event = entry.event
        mine = event.by.kind is ActorKind.MANDATE and event.by.person == held.actor.person
        if mine or event.kind in answers:
            yield FeedItem(text=words.sentence(event), at=event.at, detail=words.details(event))
