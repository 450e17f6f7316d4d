"""接口门禁: a member of staff signed in, or a program with a key; how often; and nothing too large."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from ninja.errors import AuthenticationError, Throttled
from ninja.security import APIKeyCookie, HttpBearer
from ninja.throttling import BaseThrottle
from ninja.utils import check_csrf

from yekuo.interfaces.api.answers import trouble
from yekuo.interfaces.api.reading import BODY_AT_MOST
from yekuo.interfaces.look.clock import now
from yekuo.operations.api_keys import holder_of
from yekuo.operations.books import Shelf, open_shelf
from yekuo.records import staff
from yekuo.records.scope import Scope, scope_of
from yekuo.rules.actor import Actor
from yekuo.rules.refusal import Refused

MINUTE = 60
WRONG_KEYS_A_MINUTE = 30
FORM_ROOM = 64 * 1024
"""What a form adds around a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """来者: on whose behalf a request comes, what they may see, and the moment and books it is answered by."""

    actor: Actor
    scope: Scope
    at: datetime
    shelf: Shelf


def caller_of(request: HttpRequest) -> Caller:
    """This function will gather what an answer depends on, after the door let the request in."""
    actor: Actor = request.auth  # type: ignore[attr-defined] # set by the door
    return Caller(actor=actor, scope=scope_of(actor), at=now(request), shelf=open_shelf())


class ApiKeyBearer(HttpBearer):
    """接口密钥: `Authorization: Bearer yk_…`; a wrong key is refused even where a session would do."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """This function will give whoever the key acts for. Raises AuthenticationError or Throttled."""
        at = now(request)
        wrong = f"api-wrong:{get_adapter(request).get_client_ip(request)}:{_minute(at)}"
        if int(cache.get(wrong, 0)) >= WRONG_KEYS_A_MINUTE:
            raise Throttled(wait=MINUTE)
        actor = holder_of(token.strip(), at=at)
        if actor is None:
            _count(wrong)
            raise AuthenticationError
        return actor


class StaffSession(APIKeyCookie):
    """登录会话: a member of staff at their desk; a write needs the CSRF token in the header X-CSRFToken."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor | None:
        """This function will give the member of staff behind the session, None for nobody. Raises Refused."""
        user = getattr(request, "user", None)
        actor = staff.actor_by_key(user.pk) if user is not None and user.is_authenticated else None
        if actor is None:
            return None
        if not actor.roles or not actor.unit:
            raise Refused("您的账号还没有单位或岗位，请联系管理员开通", code="no_unit")
        if check_csrf(request) is not None:
            raise Refused("缺少或过期的 CSRF 令牌：请在请求头 X-CSRFToken 中带上，或改用接口密钥", code="csrf")
        return actor

    def authenticate(self, request: HttpRequest, key: str | None) -> None:
        """This function will never be asked: the session is read by Django."""
        raise NotImplementedError


class PerMinute(BaseThrottle):
    """频次: so many requests a minute for one member of staff, whichever way they come in."""

    def allow_request(self, request: HttpRequest) -> bool:
        """This function will count the request and say whether it may go on."""
        actor: Actor = request.auth  # type: ignore[attr-defined] # set by the door
        return _count(f"api:{actor.person}:{_minute(now(request))}") <= settings.API_PER_MINUTE

    def wait(self) -> float:
        """This function will give the seconds after which to try again, at most."""
        return MINUTE


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // MINUTE


def _count(name: str) -> int:
    """Two at once may be counted as one: a limit of this kind is a fence, not a till."""
    try:
        return cache.incr(name)
    except ValueError:
        cache.add(name, 1, timeout=2 * MINUTE)
        return 1


View = Callable[..., HttpResponseBase]


def guarded(pattern: URLPattern, prefix: str) -> URLPattern:
    """This function will put our own answers around an address of the framework: too large, wrong method, no caching."""
    view: View = pattern.callback

    @wraps(view)
    def inside(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = _too_large(request) or view(request, **kwargs)
        if answer.status_code == 405:
            refused = trouble(405, f"这个地址不支持 {request.method} 方法", code="wrong_method")
            refused["Allow"] = answer["Allow"]
            answer = refused
        answer["Cache-Control"] = "no-store"
        return answer

    inside.csrf_exempt = True  # type: ignore[attr-defined] # sessions are checked by StaffSession
    inside.login_required = False  # type: ignore[attr-defined] # the door answers 401, not a page
    return path(f"{prefix}{pattern.pattern}", inside, name=pattern.name)


def _too_large(request: HttpRequest) -> HttpResponse | None:
    """Whoever is asked for 1 MB and sends 100 is turned away before it is read."""
    form = request.content_type == "multipart/form-data"
    most = settings.UPLOAD_MAX_BYTES + FORM_ROOM if form else BODY_AT_MOST
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdigit() and int(length[:18]) > most:
        return trouble(413, f"请求内容太大，最多 {most // 1024 // 1024} MB", code="too_large")
    return None
