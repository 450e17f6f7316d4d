"""客户入口: who is signed in, what every customer page shows, and typing that outlives an expired sign-in."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from yekuo.interfaces.customer.session import customer_of
from yekuo.interfaces.look import clock
from yekuo.operations.casefile import CaseFile, NotFound, read_case
from yekuo.operations.signin import acting_in
from yekuo.records import units
from yekuo.records.sealed import Unreadable, seal, unseal
from yekuo.rules.actor import Actor
from yekuo.rules.facts import Place

HOTLINE = "95598"
TYPED = "typed"
MOST_TYPED = 60_000
NOT_THERE = "没有找到"
ELSEWHERE = (
    "编号可能不对，或者不是用这个手机号申请的。",
    "在营业厅办的，请用当时留的手机号登录；替别人办的，用您自己的手机号登录。",
)
View = Callable[..., HttpResponseBase]


def by(request: HttpRequest) -> Actor:
    """This function will return the customer signed in; only in views behind `customer_only`."""
    actor = customer_of(request)
    if actor is None:
        raise Http404
    return actor


def signin_url(where: str) -> str:
    """This function will give the address of the sign-in that leads back to `where`."""
    return f"{reverse('customer:signin')}?{urlencode({'next': where})}"


def customer_only(view: View) -> View:
    """This function will send a stranger to sign in and back, and keep what a form sent without sign-in."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if customer_of(request) is not None:
            try:
                return view(request, *args, **kwargs)
            except Http404:
                return lost(request, NOT_THERE, ELSEWHERE)
        if request.method == "POST":
            _stash(request)
        return redirect(signin_url(request.get_full_path()))

    return guarded


def lost(request: HttpRequest, title: str, lines: tuple[str, ...]) -> HttpResponse:
    """This function will say that there is nothing here for this reader, what to try, and whom to call."""
    back = signin_url(reverse("customer:mine"))
    return show(request, "gone", {"title": title, "lines": lines, "signin_url": back}, status=404)


def _stash(request: HttpRequest) -> None:
    typed = {name: request.POST[name] for name in request.POST if name != "csrfmiddlewaretoken"}
    text = json.dumps({"path": request.path, "typed": typed, "files": bool(request.FILES)}, ensure_ascii=False)
    if len(text) <= MOST_TYPED:
        request.session[TYPED] = b64encode(seal(text, place=TYPED)).decode()


def typed_before(request: HttpRequest, *, quietly: bool = False) -> Mapping[str, str] | None:
    """This function will give, once, what was typed on this page when the sign-in had expired; `quietly` says nothing of it."""
    kept = request.session.get(TYPED)
    if not kept:
        return None
    try:
        found: dict[str, Any] = json.loads(unseal(b64decode(kept), place=TYPED))
    except (Unreadable, ValueError):
        del request.session[TYPED]
        return None
    if found["path"] != request.path:
        return None
    del request.session[TYPED]
    typed: dict[str, str] = found["typed"]
    if quietly:
        return typed
    files = "选的照片没有传上，请重新选。" if found["files"] else ""
    messages.info(request, f"登录过期了，您刚才填的都还在，请看一眼再点一次。{files}")
    return typed


def own_case(request: HttpRequest, number: str) -> CaseFile:
    """This function will read a case of the customer signed in; 404 for any other, whether it exists or not."""
    try:
        return read_case(number=number, by=by(request), at=clock.now(request))
    except NotFound:
        raise Http404 from None


def acting(request: HttpRequest, file: CaseFile) -> Actor:
    """This function will return the customer as they stand in a case: an agent where only the agent's phone is theirs."""
    return acting_in(by(request), applicant=file.state.applicant)


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200, phone: str = ""
) -> HttpResponse:
    """This function will show a customer page with the moment, the phone for questions and who is signed in."""
    every = {"at": clock.now(request), "phone": phone or HOTLINE, "customer": customer_of(request)}
    answer = render(request, f"customer/{template}.html", {**every, **context}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def here() -> Place:
    """This function will say whose limits a stranger is told: those of the company at the top of the tree."""
    top = units.tree().first()
    return units.place_of(top) if top else Place(company="SGCC", province="")


def phone_of(unit: int) -> str:
    """This function will give the phone of a unit, of the nearest above it that has one, else the hotline."""
    above = units.ancestors(units.unit(unit))
    return next((one.phone for one in reversed(list(above)) if one.phone), HOTLINE)


def serving() -> tuple[tuple[int, str], ...]:
    """This function will list the units a customer may apply to: counties and stations, else whatever there is."""
    every = list(units.tree().select_related("parent"))
    found = [one for one in every if one.kind in ("county", "station")] or every
    names = {one.pk: one.name for one in every}
    return tuple(
        (
            one.pk,
            f"{names[one.parent_id]} · {one.name}" if one.kind == "station" and one.parent_id in names else one.name,
        )
        for one in found
    )
