"""电网上传存取: uploaded networks, the revisions of a network, and what is promised on it in the order it was promised."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from yekuo.records.log import cursor
from yekuo.records.models import (
    CapacityEntry,
    CapacityHold,
    Case,
    Grid,
    GridExport,
    GridRevision,
    GridUpload,
    GridUploadPart,
    Staff,
    Unit,
)
from yekuo.rules.reservation import HELD, HoldState

HELD_STATES = tuple(one.value for one in HELD)


WAITING, WORKING, DONE = "waiting", "working", "done"
ALIVE = "select exists(select from procrastinate_workers where last_heartbeat > now() - %s::interval)"


def open_upload(
    *, unit: int, grid: int | None, name: str, by: int, at: datetime, back_to: GridRevision | None = None,
    measured_until: date | None = None,
) -> GridUpload:  # fmt: skip
    """This function will begin an upload that waits to be examined; `back_to` is the earlier revision it is made of."""
    return GridUpload.objects.create(
        unit=unit, grid_id=grid, name=name[:160], file_digest=back_to.file_digest if back_to is not None else "", size=0,
        by=by, at=at, state=WAITING, back_to=back_to, measured_until=measured_until,
    )  # fmt: skip


def add_part(one: GridUpload, *, file: int, part: int, name: str, content: bytes) -> None:
    """This function will keep a piece of a file until it was examined."""
    GridUploadPart.objects.create(upload=one, file=file, part=part, name=name[-255:], content=content)


def sent(one: GridUpload, *, file_digest: str, size: int) -> None:
    """This function will note what was sent as a whole."""
    one.file_digest, one.size = file_digest, size
    one.save(update_fields=["file_digest", "size"])


def next_waiting() -> GridUpload | None:
    """This function will take the oldest upload that nobody has examined, also one whose examination was cut off."""
    one = GridUpload.objects.exclude(state=DONE).defer("tables").select_related("back_to").order_by("pk").first()
    if one is None:
        return None
    one.state, one.step, one.tries = WORKING, "", one.tries + 1
    one.save(update_fields=["state", "step", "tries"])
    return one


def files_of(key: int) -> Iterator[tuple[str, Iterator[bytes]]]:
    """This function will read the files of an upload piece by piece; each must be read before the next."""
    rows = GridUploadPart.objects.filter(upload=key).order_by("file", "part")
    for number, name in rows.filter(part=0).values_list("file", "name"):
        yield name, (bytes(one) for one in rows.filter(file=number).values_list("content", flat=True).iterator(4))


def at_step(key: int, step: str) -> None:
    """This function will note how far an examination is."""
    GridUpload.objects.filter(pk=key, state=WORKING).update(step=step)


def wait_again(one: GridUpload) -> None:
    """This function will have an upload examined once more."""
    one.state, one.step, one.tries = WAITING, "", 0
    one.save(update_fields=["state", "step", "tries"])


def examined(
    one: GridUpload, *, found: Mapping[str, Any], tables: bytes | None, grid: int, against: int | None, counted: int, at: datetime,
    until: date | None = None,
) -> bool:  # fmt: skip
    """This function will keep what was found and let the files go; False when nobody waits for it any more.

    `until` is the last day its peaks were measured on.
    """
    if not GridUpload.objects.select_for_update().filter(pk=one.pk, state=WORKING).exists():
        return False
    one.found, one.tables, one.grid_id, one.against_id, one.counted = (
        dict(found),
        tables,
        grid or None,
        against,
        counted,
    )
    one.state, one.step, one.examined_at, one.measured_until = DONE, "", at, until
    one.save()
    GridUploadPart.objects.filter(upload=one).delete()
    return True


def ahead(one: GridUpload) -> int:
    """This function will count the uploads that are examined before one that waits."""
    return GridUpload.objects.exclude(state=DONE).filter(pk__lt=one.pk).count()


def worker_alive(*, within: timedelta) -> bool:
    """This function will say whether a worker gave a sign of life lately, by the database's own clock."""
    with cursor() as sql:
        row = sql.execute(ALIVE, (within,)).fetchone()
    return bool(row and row[0])


def wake(name: str) -> None:
    """This function will have a worker do a round as soon as this transaction is through, if none waits to be done already."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(name, queueing_lock=name, lock=name).defer()


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


def take(one: GridUpload, *, grid: int, revision: int) -> None:
    """This function will note the revision an upload became and let its tables go: the revision has them."""
    one.grid_id, one.taken_id, one.tables = grid, revision, None
    one.save(update_fields=["grid", "taken", "tables"])


def drop(one: GridUpload, *, at: datetime) -> None:
    """This function will note that an upload was not wanted and let its tables and files go."""
    one.dropped_at, one.tables, one.state = at, None, DONE
    one.save(update_fields=["dropped_at", "tables", "state"])
    GridUploadPart.objects.filter(upload=one).delete()


def recent(units: Iterable[int]) -> QuerySet[GridUpload]:
    """This function will list the latest uploads of some units, the newest first."""
    rows = GridUpload.objects.filter(unit__in=list(units)).defer("tables", "found")
    rows = rows.annotate(tables_kept=Q(tables__isnull=False))
    return rows.select_related("taken").order_by("-at", "-pk")[:12]


def entries(grid: int | None) -> int:
    """This function will give the number of the last entry of a network's ledger, 0 before the first."""
    return CapacityEntry.objects.filter(grid=grid).aggregate(last=Max("number"))["last"] or 0 if grid else 0


def promised(grid: int | None) -> tuple[CapacityHold, ...]:
    """This function will fetch what is held on a network or in its measured peaks, what was promised first first."""
    rows = CapacityHold.objects.filter(grid=grid, state__in=(*HELD_STATES, HoldState.MEASURED.value))
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
