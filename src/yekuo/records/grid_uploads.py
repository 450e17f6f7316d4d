"""电网上传存取: uploaded networks, the revisions of a network, and what is promised on it in the order it was promised."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from yekuo.records.models import (
    CapacityEntry,
    CapacityHold,
    Case,
    Grid,
    GridExport,
    GridRevision,
    GridUpload,
    Staff,
    Unit,
)
from yekuo.rules.reservation import HELD

HELD_STATES = tuple(one.value for one in HELD)


def keep(
    *, unit: int, grid: int | None, name: str, file_digest: str, size: int, found: Mapping[str, Any], tables: bytes | None,
    against: int | None, counted: int, by: int, at: datetime,
) -> GridUpload:  # fmt: skip
    """This function will keep an upload with what was found in it."""
    return GridUpload.objects.create(
        unit=unit, grid_id=grid, name=name[:160], file_digest=file_digest, size=size, found=dict(found), tables=tables,
        against_id=against, counted=counted, by=by, at=at,
    )  # fmt: skip


def upload(key: int, *, units: Iterable[int]) -> GridUpload | None:
    """This function will find an upload of one of these units, without its tables."""
    return GridUpload.objects.filter(pk=key, unit__in=list(units)).defer("tables").select_related("taken").first()


def lock(key: int) -> GridUpload:
    """This function will hold an upload with its tables until the transaction ends."""
    return GridUpload.objects.select_for_update().get(pk=key)


def tables(key: int) -> bytes | None:
    """This function will fetch the packed network of an upload."""
    found = GridUpload.objects.values_list("tables", flat=True).get(pk=key)
    return bytes(found) if found is not None else None


def found_again(one: GridUpload, *, found: Mapping[str, Any], grid: int, against: int | None, counted: int) -> None:
    """This function will write what a second examination found."""
    one.found, one.grid_id, one.against_id, one.counted = dict(found), grid or None, against, counted
    one.save(update_fields=["found", "grid", "against", "counted"])


def take(one: GridUpload, *, grid: int, revision: int) -> None:
    """This function will note the revision an upload became and let its tables go: the revision has them."""
    one.grid_id, one.taken_id, one.tables = grid, revision, None
    one.save(update_fields=["grid", "taken", "tables"])


def drop(one: GridUpload, *, at: datetime) -> None:
    """This function will note that an upload was not wanted and let its tables go."""
    one.dropped_at, one.tables = at, None
    one.save(update_fields=["dropped_at", "tables"])


def recent(units: Iterable[int]) -> QuerySet[GridUpload]:
    """This function will list the latest uploads of some units, the newest first."""
    rows = GridUpload.objects.filter(unit__in=list(units)).defer("tables", "found")
    rows = rows.annotate(tables_kept=Q(tables__isnull=False))
    return rows.select_related("taken").order_by("-at", "-pk")[:12]


def entries(grid: int | None) -> int:
    """This function will give the number of the last entry of a network's ledger, 0 before the first."""
    return CapacityEntry.objects.filter(grid=grid).aggregate(last=Max("number"))["last"] or 0 if grid else 0


def promised(grid: int | None) -> tuple[CapacityHold, ...]:
    """This function will fetch what is held on a network, what was promised first first."""
    rows = CapacityHold.objects.filter(grid=grid, state__in=HELD_STATES)
    return tuple(rows.order_by("since", "case", "source")) if grid else ()


def cases(keys: Iterable[int]) -> dict[int, Case]:
    """This function will fetch cases by key."""
    return Case.objects.in_bulk(set(keys))


def revisions(grid: int) -> QuerySet[GridRevision]:
    """This function will list the revisions of a network, the newest first, without their tables."""
    return GridRevision.objects.filter(grid=grid).defer("tables", "promised", "prices").order_by("-number")


def revision(grid: int, number: int) -> GridRevision | None:
    """This function will find a revision of a network by its number."""
    return GridRevision.objects.filter(grid=grid, number=number).defer("tables").first()


def grids_of(units: Iterable[int]) -> QuerySet[Grid]:
    """This function will list the networks these units own."""
    return Grid.objects.filter(unit__in=list(units)).order_by("pk")


def owned(unit: int) -> int:
    """This function will give the key of the network a unit owns, 0 for none."""
    return Grid.objects.filter(unit=unit).values_list("pk", flat=True).first() or 0


def everywhere() -> tuple[int, ...]:
    """This function will list every unit."""
    return tuple(Unit.objects.values_list("pk", flat=True))


def names(people: Iterable[int]) -> dict[int, str]:
    """This function will name people by key."""
    return {one.pk: one.get_full_name() for one in Staff.objects.filter(pk__in=set(people))}


def exports(grids: Iterable[int]) -> QuerySet[GridExport]:
    """This function will list what was taken out of some networks, the newest first."""
    return GridExport.objects.filter(grid__in=list(grids)).select_related("grid").order_by("-at", "-pk")
