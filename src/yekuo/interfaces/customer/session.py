"""客户会话: which customer a browser stands for; apart from the staff's sign-in, never both in one session."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from yekuo.interfaces.look import clock
from yekuo.operations import signin
from yekuo.rules.actor import Actor
from yekuo.rules.people import mask_phone

SESSION = "customer"
SEEN = "customer_seen"
KEPT = ("typed",)
IDLE = timedelta(hours=2)
NOTED_EVERY = timedelta(minutes=5)


def _real(request: HttpRequest) -> datetime:
    """A rehearsal's clock may jump by weeks; whoever is signed in stays so."""
    return clock.now(request) - clock.offset()


def customer_of(request: HttpRequest) -> Actor | None:
    """This function will return the customer signed in, None for a stranger or after two idle hours."""
    if not hasattr(request, "_yekuo_customer"):
        request._yekuo_customer = _read(request)  # type: ignore[attr-defined]  # noqa: SLF001 - ours, on Django's object
    found: Actor | None = request._yekuo_customer  # type: ignore[attr-defined]  # noqa: SLF001
    return found


def _read(request: HttpRequest) -> Actor | None:
    key, seen = request.session.get(SESSION), request.session.get(SEEN)
    if not isinstance(key, int):
        return None
    idle = _real(request) - datetime.fromisoformat(seen) if isinstance(seen, str) else IDLE
    actor = signin.customer(key) if idle < IDLE else None
    if actor is None:
        forget(request)
    elif idle >= NOTED_EVERY:
        request.session[SEEN] = _real(request).isoformat()
    return actor


def begin(request: HttpRequest, actor: Actor) -> None:
    """This function will sign a customer in; a member of staff signed in here is signed out first."""
    kept: Mapping[str, Any] = {name: request.session[name] for name in KEPT if name in request.session}
    if request.user.is_authenticated:
        logout(request)
    request.session.cycle_key()
    request.session.update(kept)
    request.session[SESSION] = actor.person
    request.session[SEEN] = _real(request).isoformat()
    rotate_token(request)
    request._yekuo_customer = actor  # type: ignore[attr-defined]  # noqa: SLF001


def forget(request: HttpRequest) -> None:
    """This function will sign the customer out and leave nothing of them in the session."""
    for name in (SESSION, SEEN):
        request.session.pop(name, None)
    request._yekuo_customer = None  # type: ignore[attr-defined]  # noqa: SLF001


def end(request: HttpRequest) -> None:
    """This function will end the whole session."""
    request.session.flush()
    request._yekuo_customer = None  # type: ignore[attr-defined]  # noqa: SLF001


def own_phone(request: HttpRequest) -> str:
    """This function will give the phone the customer signed in with, to fill in their own form; '' for a stranger."""
    actor = customer_of(request)
    return signin.phone_of(actor) if actor else ""


def masked_phone(request: HttpRequest) -> str:
    """This function will give that phone masked, '' for a stranger."""
    phone = own_phone(request)
    return mask_phone(phone) if phone else ""
