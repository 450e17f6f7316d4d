"""可开放容量台账: the figures in force with what they were calculated from, replaced or brought up to date as one."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from yekuo.records import grids, units
from yekuo.records.log import cursor
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
CELLS = attrgetter(*NAMES)
OUTAGE = ("firm_kw", "firm_section", "firm_section_name")
SQL_OF: dict[Any, str] = {str: "text", bool: "boolean", float: "float8", float | None: "float8", int: "smallint"}
COLUMNS = ("revision_id", *NAMES, "counted", "solver", "at")
TYPES = ("bigint", *(SQL_OF[one.type] for one in fields(Line)), "bigint", "text", "timestamptz")


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
    drawn: Mapping[str, Any] | None = None,
    some: bool = False,
) -> int:
    """This function will write the figures of a revision and what they come from, all or nothing; how many changed.

    Writers take turns. What counted fewer entries than the figures that stand is dropped, and -1 returned. `some`: `lines` are those
    that may have changed, the others stay, and N-1 stands until it is calculated anew; `drawn` None leaves the drawing.
    """
    with transaction.atomic():
        grids.hold(grid)
        own = CapacityPublication.objects.filter(revision=revision)
        before = own.values_list("counted", flat=True).first()
        if before is not None and before > counted:
            return -1
        values = {"at": at, "counted": counted, "solver": solver, "map": packed, "failure": "", **told}
        if not some:
            values["figures"] = len(lines)
        if drawn is not None:
            values["drawing"] = gzip.compress(json.dumps(drawn, ensure_ascii=False).encode(), mtime=0)
        changed = _write(revision, lines, counted, solver, at, some=some)
        if not own.update(**values):
            CapacityPublication.objects.create(revision_id=revision, **values)
    return changed


def _write(revision: int, lines: Sequence[Line], counted: int, solver: str, at: datetime, *, some: bool) -> int:
    stored = CapacityFigure.objects.filter(revision=revision)
    if some:
        stored = stored.filter(element__in=[line.element for line in lines])
    there = {(row[0], row[1]): row for row in stored.values_list(*NAMES)}
    new = {(line.kind, line.element): CELLS(line) for line in lines}
    if not some:
        _drop(stored, [key for key in there if key not in new])
    kept = [at for at, name in enumerate(NAMES) if not (some and name in OUTAGE)]
    moved = [row for key, row in new.items() if key not in there or any(there[key][at] != row[at] for at in kept)]
    if moved:
        _upsert([(revision, *row, counted, solver, at) for row in moved])
    return len(moved)


def _drop(stored: QuerySet[CapacityFigure], gone: Sequence[tuple[str, str]]) -> None:
    for first in range(0, len(gone), AT_ONCE):
        wrong = Q()
        for kind, element in gone[first : first + AT_ONCE]:
            wrong |= Q(kind=kind, element=element)
        stored.filter(wrong).delete()


def _upsert(rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows as one statement, a column each: thousands cost little more than one."""
    types = ", ".join(f"%s::{one}[]" for one in TYPES)
    changed = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[3:])
    with cursor() as sql:
        sql.execute(
            f"insert into records_capacityfigure ({', '.join(COLUMNS)}) select * from unnest({types})"
            f" on conflict (revision_id, kind, element) do update set {changed}",
            [list(column) for column in zip(*rows, strict=True)],
        )


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
