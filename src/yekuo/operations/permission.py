"""许可: whether somebody may do a deed on a case: their reach, the power table, and deeds one person may not do both of."""

from collections.abc import Iterator

from yekuo.operations.books import Shelf
from yekuo.records import cases, crew
from yekuo.records.log import Held
from yekuo.records.models import Case
from yekuo.rules import powers
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.appointments import ROLES
from yekuo.rules.deeds.appointments import MakeAppointment, MoveAppointment, ProposeAppointment
from yekuo.rules.deeds.base import REGISTRY, Deed
from yekuo.rules.deeds.course import DelegateTask, HandOver
from yekuo.rules.deeds.intake import AcceptApplication
from yekuo.rules.deeds.scheme import AddReviewer, AssignPerson
from yekuo.rules.facts import Facts
from yekuo.rules.refusal import Problem, Refused


def check_reach(by: Actor, held: Held) -> None:
    """This function will refuse whoever may not see the case, in the words used for a case that does not exist."""
    if by.kind is ActorKind.SYSTEM or (by.staff and by.roles and by.unit == held.unit):
        return
    if not cases.within_reach(by, held.id):
        raise Refused("没有这个工单", code="not_found")


def check_role(deed: Deed | type[Deed], facts: Facts | None, *, by: Actor, shelf: Shelf) -> None:
    """This function will refuse a deed the actor's roles have no power for, naming the roles that have."""
    allowed = powers.who_may(deed.deed, facts, table=shelf.powers)
    if not set(allowed).isdisjoint(by.roles):
        return
    names = "、".join(powers.role_name(role, table=shelf.powers) for role in allowed)
    whose = f"，可由{names}办理" if names else ""
    raise Refused(f"您的岗位没有“{deed.title}”的权限{whose}", code="forbidden")


def check_power(deed: Deed, *, by: Actor, held: Held, shelf: Shelf) -> None:
    """This function will refuse a deed without power for it, without the reason it asks, or after its counterpart."""
    check_role(deed, held.state.facts or getattr(deed, "facts", None), by=by, shelf=shelf)
    power = powers.power_of(deed.deed, table=shelf.powers)
    reason = getattr(deed, "reason", None)
    if power.reason_required and isinstance(reason, str) and not reason.strip():
        raise Refused("请写明原因", problems=(Problem("reason", "请写明原因"),))
    for other in power.not_by_author_of:
        if by.staff and cases.last_author(held.id, REGISTRY[other].event) == by.person:
            raise Refused(f"您办理了“{REGISTRY[other].title}”，“{deed.title}”须由另一人办理", code="same_person")


def check_named(deed: Deed, *, case: int) -> None:
    """This function will refuse a deed that gives work to who cannot do it: not of the case's unit or above, or without the role."""
    wanted = tuple(_named(deed))
    if not wanted:
        return
    unit = Case.objects.values_list("unit", flat=True).get(pk=case)
    held = {person: roles for person, _, roles in crew.crew_of(unit)}
    message = "这名人员不在本单位的可派人员之列，或没有这个岗位，请重新选择"
    problems = tuple(
        Problem(field, message)
        for field, role, person in wanted
        if person not in held or (role and role not in held[person])
    )
    if problems:
        raise Refused(message, problems=problems)


def _named(deed: Deed) -> Iterator[tuple[str, str, int]]:
    """The field, the role ('' for any) and the person of whoever a deed gives work to."""
    if isinstance(deed, AcceptApplication):
        yield "manager", powers.Role.MANAGER, deed.manager
    elif isinstance(deed, (AssignPerson, HandOver, DelegateTask)):
        yield "person", deed.role, deed.person
    elif isinstance(deed, (MakeAppointment, MoveAppointment)):
        yield "person", ROLES.get(deed.visit, ""), deed.person
    elif isinstance(deed, ProposeAppointment):
        yield from (("slots", ROLES.get(deed.visit, ""), one.person) for one in deed.slots if one.person)
    elif isinstance(deed, AddReviewer) and deed.member.startswith("staff:"):
        key = deed.member.removeprefix("staff:")
        yield "member", "", int(key) if key.isascii() and key.isdecimal() and len(key) < 16 else 0
