"""规则维护读者: who reads the rules in a request, and whether their roles may change them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from yekuo.interfaces.look.clock import now
from yekuo.operations.books import Shelf, open_shelf
from yekuo.records import staff, units
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING, Calendar
from yekuo.rules.facts import Place
from yekuo.rules.powers import may, role_name, who_may


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """规则维护读者: one member of staff; `at` is the moment of the request in Beijing time."""

    actor: Actor
    place: Place
    shelf: Shelf
    at: datetime

    def may(self, deed: str) -> bool:
        """This function will say whether the reader's roles have a power."""
        return may(self.actor.roles, deed, None, table=self.shelf.powers)

    def must(self, deed: str, title: str) -> None:
        """This function will turn away a reader without a power, naming the roles that have it."""
        if not self.may(deed):
            table = self.shelf.powers
            names = "、".join(role_name(role, table=table) for role in who_may(deed, None, table=table))
            raise PermissionDenied(f"您的岗位不能{title}，可由{names}办理。")

    @property
    def calendar(self) -> Calendar:
        """This function will give the calendar of the reader's own province."""
        return self.shelf.calendar(self.place.province)


View = Callable[..., HttpResponseBase]


def staff_page(view: View) -> View:
    """This function will let only staff with a unit and a role into a view, and hand the reader to it."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, _read(request), *args, **kwargs)

    return inside


def keeper_page(deed: str, title: str) -> Callable[[View], View]:
    """This function will let only who has the power into a view; the 403 page names the roles that have it."""

    def around(view: View) -> View:
        @wraps(view)
        def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            reader = _read(request)
            reader.must(deed, title)
            return view(request, reader, *args, **kwargs)

        return inside

    return around


def _read(request: HttpRequest) -> Reader:
    member = staff.staff_member(request.user.pk) if request.user.is_authenticated else None
    unit = member.unit if member is not None and member.is_active else None
    actor = staff.actor_of(member) if member is not None else None
    if unit is None or actor is None or not actor.roles:
        raise PermissionDenied("您的账号还没有单位或岗位，请联系管理员开通。")
    return Reader(actor=actor, place=units.place_of(unit), shelf=open_shelf(), at=now(request).astimezone(BEIJING))
