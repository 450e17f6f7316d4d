"""可派人员: who may be given work in a case of a unit: the people of that unit and of those above it, who can see it."""

from yekuo.records import units
from yekuo.records.models import Staff, Unit


def crew_of(unit: int) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """This function will list (person, name, roles), the unit's own people first, in three queries."""
    own = Unit.objects.filter(pk=unit).first()
    if own is None:
        return ()
    above = {one.pk: one.name for one in units.ancestors(own)}
    found = (
        Staff.objects.filter(unit__in=above, is_active=True, held_roles__isnull=False)
        .prefetch_related("held_roles")
        .order_by("-unit__path", "name", "pk")
        .distinct()
    )
    return tuple((one.pk, _named(one, own.pk, above), _roles(one)) for one in found)


def _named(one: Staff, own: int, above: dict[int, str]) -> str:
    name = one.get_full_name()
    return name if one.unit_id == own or one.unit_id is None else f"{name}（{above[one.unit_id]}）"


def _roles(one: Staff) -> tuple[str, ...]:
    return tuple(sorted(held.role for held in one.held_roles.all()))
