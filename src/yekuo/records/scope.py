"""可见范围: which cases an actor may see; every list of cases asks for it, and an empty scope sees nothing."""

from dataclasses import dataclass

from django.db.models import Q

from yekuo.records.models import Case, CustomerAccount, Mandate, Person, Unit
from yekuo.records.units import descendant_keys
from yekuo.rules.actor import Actor, ActorKind

OPENERS = (ActorKind.CUSTOMER.value, ActorKind.AGENT.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """可见范围: everything; or the cases of `units` and those `manager` has in hand elsewhere; or a customer's own.

    A customer's own are those of `applicants` (rows with the verified phone) and those `account` opened. `only` is the
    one case a mandate was given for.
    """

    everything: bool = False
    units: tuple[int, ...] = ()
    manager: int = 0
    applicants: tuple[int, ...] = ()
    account: int = 0
    only: int = 0

    def cases(self) -> Q:
        """This function will give the condition on the columns of a case; nothing matches an empty scope."""
        if self.everything:
            return Q()
        found = Q(pk__in=())
        if self.units:
            found |= Q(unit__in=self.units)
        if self.manager:
            found |= Q(manager=self.manager)
        if self.applicants:
            found |= Q(applicant__in=self.applicants)
        if self.account:
            found |= Q(opener_kind__in=OPENERS, opener=self.account)
        if self.only:
            found |= Q(pk=self.only)
        return found


NOTHING = Scope()
EVERYTHING = Scope(everything=True)


def scope_of(actor: Actor) -> Scope:
    """This function will say what an actor may see: staff their unit and below, customers and agents their own cases.

    Supervisors of both levels see by the unit they sit in: one county, or everything below the upper company.
    """
    if actor.kind is ActorKind.SYSTEM:
        return EVERYTHING
    if actor.kind is ActorKind.MANDATE:
        return _of_mandate(actor)
    return _of_staff(actor) if actor.kind is ActorKind.STAFF else _of_customer(actor)


def _of_mandate(actor: Actor) -> Scope:
    given = Mandate.objects.filter(pk=actor.person, revoked_at=None).first()
    return Scope(only=given.case) if given else NOTHING


def _of_staff(actor: Actor) -> Scope:
    top = Unit.objects.filter(pk=actor.unit).first() if actor.roles else None
    if top is None:
        return NOTHING
    if top.parent_id is None and not Unit.objects.filter(parent=None).exclude(pk=top.pk).exists():
        return EVERYTHING
    units = descendant_keys(top.pk)
    return Scope(units=units, manager=actor.person if _leads_elsewhere(actor.person, units) else 0)


def _leads_elsewhere(person: int, units: tuple[int, ...]) -> bool:
    """Few lead a case of another unit; for all others one condition less finds every list by one index."""
    return Case.objects.filter(manager=person).exclude(unit__in=units).exists()


def _of_customer(actor: Actor) -> Scope:
    account = CustomerAccount.objects.filter(pk=actor.person, blocked=False).first()
    if account is None:
        return NOTHING
    own = Person.objects.filter(Q(phone_index=account.phone_index) | Q(agent_phone_index=account.phone_index))
    return Scope(applicants=tuple(own.order_by("pk").values_list("pk", flat=True)), account=account.pk)
