"""容量台账存取: entries are appended, what every source holds and every element's balance follow in the same transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from yekuo.records.models import CapacityEntry, CapacityHold, Case, ElementBalance, Grid, SchemeStudy
from yekuo.rules.calendar import day_of
from yekuo.rules.reservation import BECOMES, HELD, Direction, Entry, EntryKind, HoldState

HELD_STATES = tuple(one.value for one in HELD)
NOTE_AT_MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """待记分录: one entry with the elements its capacity goes through."""

    case: int
    source: int
    version: int
    kind: EntryKind
    kw: float
    kva: Decimal
    by: int
    at: datetime
    direction: Direction = Direction.LOAD
    place: Mapping[str, Any] = field(default_factory=dict)
    path: Sequence[str] = ()
    until: date | None = None
    revision: str = ""
    solver: str = ""
    seq: int = 0
    note: str = ""
    warning: str = ""

    @property
    def state(self) -> HoldState:
        """This function will say what the source holds afterwards."""
        return BECOMES[self.kind]


def of_case(case: int) -> tuple[CapacityHold, ...]:
    """This function will fetch what the sources of a case hold, by number, with their networks."""
    return tuple(CapacityHold.objects.filter(case=case).select_related("grid").order_by("source"))


def counting(grid: int, *, direction: Direction = Direction.LOAD, without: int = 0) -> tuple[CapacityHold, ...]:
    """This function will fetch the holds that count on a network, without those of one case."""
    rows = CapacityHold.objects.filter(grid=grid, direction=direction.value, state__in=HELD_STATES)
    return tuple(rows.exclude(case=without).order_by("case", "source").defer("path"))


def all_of(grid: int) -> tuple[CapacityHold, ...]:
    """This function will fetch every hold of a network."""
    return tuple(CapacityHold.objects.filter(grid=grid).order_by("case", "source"))


def totals(grid: int) -> dict[str, tuple[int, float]]:
    """This function will count the loads of a network and sum their kW by state."""
    rows = CapacityHold.objects.filter(grid=grid, direction=Direction.LOAD.value).values("state")
    found = rows.annotate(many=Count("pk"), sum=Sum("kw")).order_by("state")
    return {row["state"]: (row["many"], row["sum"]) for row in found}


def waiting(grid: int) -> tuple[CapacityHold, ...]:
    """This function will fetch the sources that wait for works on a network, the longest wait first."""
    rows = CapacityHold.objects.filter(grid=grid, state=HoldState.WORKS.value)
    return tuple(rows.order_by("since", "pk"))


def entries(*, grid: int = 0, case: int = 0) -> QuerySet[CapacityEntry]:
    """This function will list the entries of a network or of a case, in order."""
    rows = CapacityEntry.objects.filter(grid=grid) if grid else CapacityEntry.objects.all()
    return (rows.filter(case=case) if case else rows).order_by("grid", "number")


def as_rule(row: CapacityEntry) -> Entry:
    """This function will read a stored entry."""
    return Entry(
        case=row.case, source=row.source, version=row.version, direction=Direction(row.direction),
        kind=EntryKind(row.kind), kw=row.kw, kva=row.kva, place=row.place, until=row.until,
    )  # fmt: skip


def powered(grid: int) -> tuple[tuple[CapacityHold, date], ...]:
    """This function will list the loads of a network that are contracted or in its measured peaks, with the day each got power."""
    states = (HoldState.CONTRACTED.value, HoldState.MEASURED.value)
    rows = CapacityHold.objects.filter(grid=grid, state__in=states, direction=Direction.LOAD.value)
    found = tuple(rows.order_by("since", "pk"))
    days = Case.objects.filter(pk__in={one.case for one in found}, energised_at__isnull=False)
    since = {key: day_of(at) for key, at in days.values_list("pk", "energised_at") if at is not None}
    return tuple((one, since[one.case]) for one in found if one.case in since)


def lapsed(*, on: date, limit: int) -> tuple[CapacityHold, ...]:
    """This function will list the reservations whose last day lies before a day, earliest first."""
    rows = CapacityHold.objects.filter(state=HoldState.RESERVED.value, until__lt=on)
    return tuple(rows.order_by("until", "pk")[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """选定接入点: the places of the study a version was drafted from, source 1 first, and the kW it was calculated with (0: none)."""

    places: tuple[Mapping[str, Any], ...] = ()
    kw: float = 0.0


def chosen(*, case: int, version: int) -> Chosen:
    """This function will fetch what was chosen in the study a version of a scheme was drafted from."""
    rows = SchemeStudy.objects.filter(case=case, version=version).order_by("-number")
    found = rows.values_list("chosen", "inputs").first()
    if found is None:
        return Chosen()
    kw = (found[1].get("application") or {}).get("kw") or 0.0
    return Chosen(places=tuple(found[0]), kw=float(kw))


def balances(grid: int, elements: Collection[str]) -> dict[str, ElementBalance]:
    """This function will fetch the balances there are of some elements."""
    rows = ElementBalance.objects.filter(grid=grid, element__in=set(elements))
    return {row.element: row for row in rows}


def keep(grid: Grid, made: Sequence[Entering], *, rooms: Mapping[str, Decimal]) -> None:
    """This function will append entries to a network held by `grids.hold` and carry them into holds and balances.

    `rooms` are the kVA there may be through each element of the new paths. More than that through one raises
    IntegrityError: the database's own guard. The grid's row is stepped on.
    """
    if not made:
        return
    before = {(row.case, row.source): row for row in CapacityHold.objects.filter(case__in={one.case for one in made})}
    rows, delta = [], dict[str, Decimal]()
    for number, one in enumerate(made, grid.entries + 1):
        rows.append(_row(grid, number, one))
        there = before.get((one.case, one.source))
        if there is not None and there.state in HELD_STATES:
            _add(delta, there.path, -there.kva)
        if one.state in HELD:
            _add(delta, one.path, one.kva)
        before[one.case, one.source] = _hold(grid, number, one)
    CapacityEntry.objects.bulk_create(rows)
    _put([before[key] for key in dict.fromkeys((one.case, one.source) for one in made)])
    _step(grid, delta, rooms)
    grid.entries += len(made)
    grid.save(update_fields=["entries", "balanced"])


def _row(grid: Grid, number: int, one: Entering) -> CapacityEntry:
    return CapacityEntry(
        grid=grid, number=number, case=one.case, source=one.source, version=one.version, direction=one.direction.value,
        kind=one.kind.value, kw=one.kw, kva=one.kva, place=dict(one.place), revision=one.revision, solver=one.solver,
        until=one.until, seq=one.seq, by=one.by, at=one.at, note=one.note[:NOTE_AT_MOST],
        warning=one.warning[:NOTE_AT_MOST],
    )  # fmt: skip


def _hold(grid: Grid, number: int, one: Entering) -> CapacityHold:
    return CapacityHold(
        grid=grid, case=one.case, source=one.source, version=one.version,
        direction=one.direction.value, state=one.state.value, kw=one.kw, kva=one.kva, place=dict(one.place),
        path=list(one.path), until=one.until, since=one.at, entry=number,
    )  # fmt: skip


PUT = (
    "grid", "version", "direction", "state", "kw", "kva", "place", "path", "until", "since", "entry",
)  # fmt: skip


def _put(rows: Sequence[CapacityHold]) -> None:
    CapacityHold.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case", "source"], update_fields=PUT)


def _add(delta: dict[str, Decimal], path: Iterable[str], kva: Decimal) -> None:
    for element in path:
        delta[element] = delta.get(element, Decimal(0)) + kva


def _step(grid: Grid, delta: Mapping[str, Decimal], rooms: Mapping[str, Decimal]) -> None:
    moved = {element: kva for element, kva in delta.items() if kva}
    there = balances(grid.pk, moved)
    rows = []
    for element, kva in sorted(moved.items()):
        row = there.get(element)
        held = row.held_kva if row else Decimal(0)
        allowed = rooms.get(element, row.allowed_kva if row else Decimal(0))
        # what is given back is never refused, whatever a newer network says the element may carry
        least = held + kva if kva < 0 else Decimal(0)
        rows.append(ElementBalance(grid=grid, element=element, allowed_kva=max(allowed, least), held_kva=held + kva))
    if rows:
        ElementBalance.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["grid", "element"], update_fields=["allowed_kva", "held_kva"]
        )


def rewrite(grid: Grid, holds: Sequence[CapacityHold], rooms: Mapping[str, Decimal]) -> None:
    """This function will make all holds and balances of a network held by `grids.hold` anew.

    An element through which more was promised already than it may carry keeps what was promised.
    """
    CapacityHold.objects.filter(grid=grid).delete()
    CapacityHold.objects.bulk_create(holds)
    ElementBalance.objects.filter(grid=grid).delete()
    through: dict[str, Decimal] = {}
    for one in holds:
        if one.state in HELD_STATES:
            _add(through, one.path, one.kva)
    ElementBalance.objects.bulk_create(
        ElementBalance(grid=grid, element=element, allowed_kva=max(rooms.get(element, kva), kva), held_kva=kva)
        for element, kva in sorted(through.items())
    )
    grid.save(update_fields=["entries", "balanced"])
