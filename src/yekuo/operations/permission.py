"""许可: whether somebody may do a deed on a case: their reach, the power table, and deeds one person may not do both of."""

from yekuo.operations.books import Shelf
from yekuo.records import cases
from yekuo.records.log import Held
from yekuo.rules import powers
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.deeds.base import REGISTRY, Deed
from yekuo.rules.facts import Facts
from yekuo.rules.refusal import Problem, Refused


def check_reach(by: Actor, held: Held) -> None:
    """This function will refuse whoever may not see the case, in the words used for a case that does not exist."""
    if by.kind is ActorKind.SYSTEM or (by.staff and by.roles and by.unit == held.unit):
        return
    if not cases.within_reach(by, held.id):
        raise Refused("没有这个工单", code="not_found")


def check_role(deed: Deed, facts: Facts | None, *, by: Actor, shelf: Shelf) -> None:
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
