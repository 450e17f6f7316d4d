"""客户登录: a phone number, a code by text message, and back to where one was going."""

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yekuo.interfaces.customer import session
from yekuo.interfaces.customer.front import show
from yekuo.interfaces.look import clock
from yekuo.interfaces.look.forms import TelInput, refuse
from yekuo.interfaces.look.wayback import own_address
from yekuo.operations import signin, texting
from yekuo.records.sealed import Unreadable, seal, unseal
from yekuo.rules.people import mask_phone
from yekuo.rules.refusal import Refused

PENDING = "signing_in"
SEALED_FOR = "customer sign-in"
DEVICE = "yekuo_device"
DEVICE_KEPT = 365 * 24 * 3600


class PhonePage(forms.Form):
    """手机号: whom to send the code to."""

    use_required_attribute = False
    phone = forms.CharField(
        label="手机号",
        max_length=20,
        widget=TelInput,
        error_messages={"required": "请填写手机号", "max_length": "手机号太长，请核对"},
    )


class CodePage(forms.Form):
    """验证码: the six digits from the message."""

    use_required_attribute = False
    code = forms.CharField(
        label="短信验证码",
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "data-private": True, "autofocus": True}
        ),
        error_messages={"required": "请填写验证码", "max_length": "验证码是 6 位数字"},
    )


def _next(request: HttpRequest) -> str:
    return own_address(request, otherwise=reverse("customer:mine"))


def _address(request: HttpRequest) -> str:
    return str(get_adapter().get_client_ip(request))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """This function will ask for a phone number and send a code to it."""
    where = _next(request)
    if session.customer_of(request) is not None:
        return redirect(where)
    form = PhonePage(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            return _sent(request, form.cleaned_data["phone"], where)
        except Refused as refused:
            refuse(form, refused)
    return show(request, "signin", {"form": form, "next": where, "rehearsal": settings.REHEARSAL})


def _sent(request: HttpRequest, number: str, where: str) -> HttpResponse:
    sent = signin.send_code(
        phone=number, address=_address(request), at=clock.now(request), device=request.COOKIES.get(DEVICE, "")[:100]
    )
    request.session[PENDING] = {
        "phone": b64encode(seal(number, place=SEALED_FOR)).decode(),
        "asked": sent.key,
        "next": where,
        "again_at": sent.again_at.isoformat(),
    }
    return redirect("customer:signin_code")


def _pending(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    kept = request.session.get(PENDING)
    if not isinstance(kept, dict):
        return None
    try:
        return unseal(b64decode(kept["phone"]), place=SEALED_FOR), {"asked": 0, **kept}
    except (Unreadable, ValueError, KeyError, TypeError):
        return None


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """This function will ask for the code and sign the customer in, or send another one."""
    pending = _pending(request)
    if pending is None:
        return redirect("customer:signin")
    number, kept = pending
    if request.method == "POST" and request.POST.get("again"):
        return _again(request, number, kept)
    form = CodePage(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            actor = signin.sign_in(
                phone=number, code=form.cleaned_data["code"], at=clock.now(request), asked=int(kept["asked"])
            )
        except Refused as refused:
            refuse(form, refused)
        else:
            del request.session[PENDING]
            session.begin(request, actor)
            return _remembered(request, redirect(kept["next"]), number)
    return _code_page(request, form, number, kept)


def _remembered(request: HttpRequest, answer: HttpResponse, number: str) -> HttpResponse:
    """The browser keeps a mark of the phone it signed in with, so that strangers' requests do not keep it out later."""
    mark = signin.device_mark(number)
    answer.set_cookie(DEVICE, mark, max_age=DEVICE_KEPT, samesite="Lax", secure=request.is_secure(), httponly=True)
    return answer


def _again(request: HttpRequest, number: str, kept: dict[str, Any]) -> HttpResponse:
    try:
        return _sent(request, number, kept["next"])
    except Refused as refused:
        return _code_page(request, CodePage(label_suffix=""), number, kept, refused)


def _code_page(
    request: HttpRequest, form: CodePage, number: str, kept: dict[str, Any], refused: Refused | None = None
) -> HttpResponse:
    wait = datetime.fromisoformat(kept["again_at"]) - clock.now(request)
    context = {
        "form": form,
        "refused": refused,
        "masked": mask_phone(number),
        "next": kept["next"],
        "again_in": max(0, int(wait.total_seconds())),
        "rehearsal": settings.REHEARSAL,
    }
    return show(request, "signin_code", context)


@login_not_required
@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """This function will sign the customer out and tell the browser to forget the pages it kept."""
    session.end(request)
    answer = redirect("customer:landing")
    answer["Clear-Site-Data"] = '"cache"'
    return answer


@login_not_required
@never_cache
@require_safe
def rehearsed(request: HttpRequest) -> HttpResponse:
    """This function will show the messages a rehearsal sent to nobody; 404 anywhere else."""
    if not settings.REHEARSAL:
        raise Http404
    return show(request, "rehearsed", {"rows": texting.rehearsed()})
