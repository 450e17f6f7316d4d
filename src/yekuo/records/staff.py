"""人员查询: staff with their roles, as the rules see them."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from yekuo.records.models import Staff, StaffRole
from yekuo.records.scope import Scope
from yekuo.records.units import descendant_keys
from yekuo.rules.actor import Actor, ActorKind


def actor_of(staff: Staff) -> Actor:
    """This function will give a member of staff as the rules know them: key, unit, roles; without a unit, unit 0."""
    roles = tuple(sorted(one.role for one in staff.held_roles.all())) if staff.is_active else ()
    return Actor(kind=ActorKind.STAFF, person=staff.pk, unit=staff.unit_id or 0, roles=roles)


def staff_member(key: int) -> Staff | None:
    """This function will find a member of staff with unit and roles."""
    return Staff.objects.select_related("unit").prefetch_related("held_roles").filter(pk=key).first()


def by_login(login: str) -> Staff | None:
    """This function will find a member of staff by the name they sign in with."""
    return Staff.objects.select_related("unit").prefetch_related("held_roles").filter(username=login).first()


def actor_by_key(key: int) -> Actor | None:
    """This function will give the actor of a staff key, None for an unknown one."""
    found = staff_member(key)
    return actor_of(found) if found else None


def holders(role: str, *, below: int) -> QuerySet[Staff]:
    """This function will list who holds a role in a unit or below it, for assigning and handing over."""
    return Staff.objects.filter(held_roles__role=role, unit__in=descendant_keys(below), is_active=True).order_by(
        "unit__path", "name"
    )


def with_roles(roles: Iterable[str]) -> tuple[Staff, ...]:
    """This function will list who holds any of some roles, with unit and roles."""
    held = Staff.objects.filter(held_roles__role__in=list(roles), is_active=True).distinct().order_by("pk")
    return tuple(held.select_related("unit").prefetch_related("held_roles"))


MANAGERS_OFFERED = 300
"""More than these nobody picks from a list; they are found by typing."""


def managers(scope: Scope) -> list[tuple[str, str]]:
    """This function will list (key, name) of the customer managers of a scope, to narrow a list by; none if too many."""
    held = Staff.objects.filter(held_roles__role="manager", is_active=True)
    found = held if scope.everything else held.filter(unit__in=scope.units)
    rows = found.order_by("name", "pk").values_list("pk", "name", "username")[: MANAGERS_OFFERED + 1]
    offered = [(str(key), name or login) for key, name, login in rows]
    return offered if len(offered) <= MANAGERS_OFFERED else []


def names_of(keys: Iterable[int]) -> dict[int, str]:
    """This function will give the names of staff by key, in one query."""
    wanted = {key for key in keys if key}
    return {one.pk: one.get_full_name() for one in Staff.objects.filter(pk__in=wanted).only("name", "username")}


def set_roles(staff: Staff, roles: Iterable[str], *, by: int, at: datetime) -> None:
    """This function will give a person exactly these roles; those already held keep their giver and date."""
    wanted = set(roles)
    staff.held_roles.exclude(role__in=wanted).delete()
    held = set(staff.held_roles.values_list("role", flat=True))
    StaffRole.objects.bulk_create(
        StaffRole(staff=staff, role=role, given_by=by, given_at=at) for role in sorted(wanted - held)
    )
