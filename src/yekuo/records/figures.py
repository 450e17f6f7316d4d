"""可开放容量台账: the figures in force with what they were calculated from, replaced or brought up to date as one."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from yekuo.records import grids, units
from yekuo.records.models import CapacityFigure, CapacityPublication, Grid, GridRevision, Unit

FigureRow = CapacityFigure
AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """一行数字: a figure with every name that a page shows of it; kW, kV, kVA, degrees."""

    kind: str
    element: str
    name: str
    feeder: str
    feeder_name: str
    substation: str
    area: str
    public: bool
    kv: float
    kva: float | None
    x: float | None
    y: float | None
    kw: float
    firm_kw: float | None
    stable_kw: float | None
    stable_when: str
    peak_kw: float | None
    flat_kw: float | None
    valley_kw: float | None
    state: str
    binding_kind: str
    binding: str
    binding_name: str
    firm_section: str
    firm_section_name: str
    level: int
    method: str


NAMES = tuple(one.name for one in fields(Line))
CHANGING = (*NAMES[2:], "counted", "solver", "at")


def publication(revision: int) -> CapacityPublication | None:
    """This function will fetch when and from what the figures of a revision were calculated, without the map."""
    return CapacityPublication.objects.filter(revision=revision).defer("map", "drawing").first()


def kept_map(revision: int) -> bytes:
    """This function will fetch the map that the next change goes on from, b"" for none."""
    found = CapacityPublication.objects.filter(revision=revision).values_list("map", flat=True).first()
    return bytes(found) if found else b""


def drawing(revision: int) -> dict[str, Any]:
    """This function will fetch the lines and stations to draw under the figures, {} before the first publication."""
    found = CapacityPublication.objects.filter(revision=revision).values_list("drawing", flat=True).first()
    drawn: dict[str, Any] = json.loads(gzip.decompress(bytes(found))) if found else {}
    return drawn


def last_entry(grid: int) -> int:
    """This function will give the number of the last entry in the ledger of a network."""
    return Grid.objects.values_list("entries", flat=True).get(pk=grid)


def every_grid() -> tuple[int, ...]:
    """This function will list the networks that have a revision in force."""
    return tuple(Grid.objects.filter(revisions__current=True).order_by("pk").values_list("pk", flat=True))


def behind() -> tuple[int, ...]:
    """This function will list the networks whose figures are behind their ledger or their revision, or not yet certified."""
    rows = GridRevision.objects.filter(current=True).order_by("grid")
    told = rows.values_list(
        "grid", "grid__entries", "publication__counted", "publication__assured_at", "publication__failure"
    )
    return tuple(
        grid for grid, entries, counted, assured, failure in told if counted != entries or not (assured or failure)
    )


def grids_for(unit: int) -> tuple[grids.Standing, ...]:
    """This function will list the networks in force a unit may see: the one it belongs to and those of units below it."""
    over = grids.grid_over(unit)
    below = Grid.objects.filter(unit__in=units.descendant_keys(unit)).order_by("pk").values_list("pk", flat=True)
    keys = dict.fromkeys([*([over.pk] if over else []), *below])
    return tuple(one for key in keys if (one := grids.standing(key)) is not None)


def put(
    *,
    grid: int,
    revision: int,
    lines: Sequence[Line],
    counted: int,
    solver: str,
    at: datetime,
    told: Mapping[str, object],
    packed: bytes,
    drawn: Mapping[str, Any],
) -> int:
    """This function will write the figures of a revision and what they come from, all or nothing; how many changed.

    Writers take turns. What counted fewer entries than the figures that stand is dropped, and -1 returned.
    """
    with transaction.atomic():
        grids.hold(grid)
        before = CapacityPublication.objects.filter(revision=revision).defer("map", "drawing").first()
        if before is not None and before.counted > counted:
            return -1
        changed = _write(revision, lines, counted, solver, at)
        CapacityPublication.objects.update_or_create(
            revision_id=revision,
            defaults={
                "at": at, "counted": counted, "solver": solver, "figures": len(lines), "map": packed, "failure": "",
                "drawing": gzip.compress(json.dumps(drawn, ensure_ascii=False).encode(), mtime=0), **told,
            },
        )  # fmt: skip
    return changed


def _write(revision: int, lines: Sequence[Line], counted: int, solver: str, at: datetime) -> int:
    stored = CapacityFigure.objects.filter(revision=revision)
    there = {(row[0], row[1]): row for row in stored.values_list(*NAMES)}
    new = {(line.kind, line.element): line for line in lines}
    gone = [key for key in there if key not in new]
    for first in range(0, len(gone), AT_ONCE):
        wrong = Q()
        for kind, element in gone[first : first + AT_ONCE]:
            wrong |= Q(kind=kind, element=element)
        stored.filter(wrong).delete()
    moved = [line for key, line in new.items() if there.get(key) != tuple(asdict(line).values())]
    made = [
        CapacityFigure(revision_id=revision, counted=counted, solver=solver, at=at, **asdict(line)) for line in moved
    ]
    CapacityFigure.objects.bulk_create(
        made, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["revision", "kind", "element"],
        update_fields=list(CHANGING),
    )  # fmt: skip
    return len(moved)


def could_not(*, revision: int, why: str, counted: int, at: datetime) -> None:
    """This function will note why the figures of a revision could not be calculated; those that stand are taken down."""
    with transaction.atomic():
        CapacityFigure.objects.filter(revision=revision).delete()
        CapacityPublication.objects.update_or_create(
            revision_id=revision,
            defaults={"at": at, "failure": why[:200], "counted": counted, "map": None, "figures": 0, "assured_at": None},
        )  # fmt: skip


def of_revision(revision: int) -> QuerySet[CapacityFigure]:
    """This function will list the figures of a revision."""
    return CapacityFigure.objects.filter(revision=revision)


def unit_names(keys: Iterable[int]) -> dict[int, str]:
    """This function will name units by key."""
    return dict(Unit.objects.filter(pk__in=set(keys)).values_list("pk", "name"))
