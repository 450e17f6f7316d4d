"""读者: who sits at the desk in a request: their unit, roles and reach; and the door nobody else comes through."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from yekuo.interfaces.look.clock import now
from yekuo.operations.books import Shelf, open_shelf
from yekuo.operations.casefile import CaseFile, NotFound, read_case
from yekuo.records import staff, units
from yekuo.records.scope import Scope, scope_of
from yekuo.records.worklist import Steps
from yekuo.rules.actor import Actor
from yekuo.rules.facts import Place
from yekuo.rules.powers import may, role_name, who_may

RED_DAYS, YELLOW_DAYS = 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """读者: one member of staff with what a page asks about them; `at` is the moment of the request."""

    actor: Actor
    name: str
    unit_name: str
    company: str
    place: Place
    scope: Scope
    shelf: Shelf
    at: datetime

    def may(self, deed: str) -> bool:
        """This function will say whether the reader's roles may do a deed in some case."""
        return may(self.actor.roles, deed, None, table=self.shelf.powers)

    @property
    def roles(self) -> str:
        """This function will name the reader's roles."""
        return "、".join(role_name(role, table=self.shelf.powers) for role in self.actor.roles)

    @property
    def steps(self) -> Steps:
        """This function will give the moments that part near deadlines from far ones, by the unit's calendar."""
        calendar = self.shelf.calendar(self.place.province)
        red, yellow = (calendar.due(self.at, days).at for days in (RED_DAYS, YELLOW_DAYS))
        return Steps(at=self.at, red=red, yellow=yellow)


def reader_of(request: HttpRequest) -> Reader | None:
    """This function will read the member of staff behind a request once; None for anybody else."""
    if not hasattr(request, "_yekuo_reader"):
        request._yekuo_reader = _read(request)  # type: ignore[attr-defined]  # noqa: SLF001 - ours, on Django's object
    found: Reader | None = request._yekuo_reader  # type: ignore[attr-defined]  # noqa: SLF001
    return found


def _read(request: HttpRequest) -> Reader | None:
    user = getattr(request, "user", None)
    member = staff.staff_member(user.pk) if user is not None and user.is_authenticated else None
    if member is None or not member.is_active or member.unit is None:
        return None
    actor = staff.actor_of(member)
    if not actor.roles:
        return None
    unit = member.unit
    top = units.ancestors(unit).first()
    return Reader(
        actor=actor,
        name=member.get_full_name(),
        unit_name=unit.name,
        company=top.name if top else unit.name,
        place=units.place_of(unit),
        scope=scope_of(actor),
        shelf=open_shelf(),
        at=now(request),
    )


View = Callable[..., HttpResponseBase]


def desk(view: View) -> View:
    """This function will let only staff with a unit and a role into a view, and hand the reader to it."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reader = reader_of(request)
        if reader is None:
            raise PermissionDenied("您的账号还没有单位或岗位，请联系管理员开通。")
        answer = view(request, reader, *args, **kwargs)
        answer.setdefault("Cache-Control", "no-store")  # what is on a page is nobody's after signing out
        return answer

    return inside


def must(reader: Reader, deed: str, title: str) -> None:
    """This function will turn away a reader whose roles may never do a deed, naming the roles that may."""
    if not reader.may(deed):
        table = reader.shelf.powers
        names = "、".join(role_name(role, table=table) for role in who_may(deed, None, table=table))
        raise PermissionDenied(f"您的岗位（{reader.roles}）不能办理“{title}”，可由{names}办理。")


def drawn_on_page(request: HttpRequest) -> None:
    """This function will turn away whoever opens what a map is drawn from by itself: a file leaves the house by the register only."""
    if request.headers.get("Sec-Fetch-Dest", "empty") != "empty":
        raise PermissionDenied("地图数据只在页面里显示；要带走图形，请到“电网数据 → 导出”写明用途。")


def case_file(reader: Reader, number: str) -> CaseFile:
    """This function will read a case for the reader; 404 alike for a foreign and for no case."""
    try:
        return read_case(number=number, by=reader.actor, at=reader.at)
    except NotFound:
        raise Http404("没有这个工单，或不在您的单位范围内。") from None
