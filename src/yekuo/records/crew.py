"""可派人员: who may be given work in a case of a unit: the people of that unit and of those above it, who can see it."""

from collections.abc import Iterable

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


def crews_of(wanted: Iterable[int]) -> dict[int, tuple[tuple[int, str, tuple[str, ...]], ...]]:
    """This function will list the same for several units at once, in three queries however many they are."""
    rows = {one.pk: one for one in Unit.objects.filter(pk__in=set(wanted))}
    paths = {path for one in rows.values() for path in _paths(one.path)}
    above = {one.path: one for one in Unit.objects.filter(path__in=paths)}
    found: dict[str, list[Staff]] = {}
    people = Staff.objects.filter(unit__path__in=paths, is_active=True, held_roles__isnull=False)
    for one in people.select_related("unit").prefetch_related("held_roles").order_by("name", "pk").distinct():
        if one.unit is not None:
            found.setdefault(one.unit.path, []).append(one)
    crews = {}
    for key, unit in rows.items():
        names = {above[path].pk: above[path].name for path in _paths(unit.path) if path in above}
        crews[key] = tuple(
            (one.pk, _named(one, key, names), _roles(one))
            for path in reversed(_paths(unit.path))
            for one in found.get(path, ())
        )
    return crews


def _paths(path: str) -> list[str]:
    """The path of a unit and of those above it, from the top."""
    codes = path.strip("/").split("/")
    return ["/".join(codes[: n + 1]) + "/" for n in range(len(codes))]


def _named(one: Staff, own: int, above: dict[int, str]) -> str:
    name = one.get_full_name()
    return name if one.unit_id == own or one.unit_id is None else f"{name}（{above[one.unit_id]}）"


def _roles(one: Staff) -> tuple[str, ...]:
    return tuple(sorted(held.role for held in one.held_roles.all()))
