"""电网台账: the network of a unit, its revisions, and which is in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from yekuo.records.log import cursor
from yekuo.records.models import Grid, GridRevision


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """在用版本: which revision of which network is in force; `tables` are asked apart, they are large."""

    grid: int
    name: str
    unit: int
    revision: int
    number: int
    digest: str
    at: datetime
    measured_until: date | None = None


def grid_over(unit: int) -> Grid | None:
    """This function will find the network a unit belongs to: its own or that of the nearest unit above it."""
    key = over(unit)
    return Grid.objects.get(pk=key) if key else None


def over(unit: int, *, at: datetime | None = None) -> int:
    """This function will give the key of the network over a unit, 0 where there is none; one query.

    With a moment only one that was in force by then.
    """
    with cursor() as sql:
        row = sql.execute(
            "select g.id from records_unit u join records_unit a on starts_with(u.path, a.path)"
            " join records_grid g on g.unit = a.id where u.id = %s"
            " and (%s::timestamptz is null or exists"
            " (select from records_gridrevision r where r.grid_id = g.id and r.at <= %s::timestamptz))"
            " order by length(a.path) desc limit 1",
            (str(unit), at, at),
        ).fetchone()
    return int(row[0]) if row is not None else 0


def every() -> tuple[int, ...]:
    """This function will list the keys of all networks."""
    return tuple(Grid.objects.order_by("pk").values_list("pk", flat=True))


def standing(grid: int) -> Standing | None:
    """This function will name the revision in force, None before the first import."""
    row = (
        GridRevision.objects.filter(grid=grid, current=True)
        .values("pk", "number", "digest", "at", "measured_until", "grid__name", "grid__unit")
        .first()
    )
    if row is None:
        return None
    return Standing(
        grid=grid, name=row["grid__name"], unit=row["grid__unit"], revision=row["pk"], number=row["number"],
        digest=row["digest"], at=row["at"], measured_until=row["measured_until"],
    )  # fmt: skip


def tables(revision: int) -> bytes:
    """This function will fetch the packed tables of a revision."""
    return bytes(GridRevision.objects.values_list("tables", flat=True).get(pk=revision))


def grid_for(*, unit: int, name: str) -> Grid:
    """This function will find the network a unit owns, or open one under this name."""
    return Grid.objects.get_or_create(unit=unit, defaults={"name": name})[0]


def hold(grid: int) -> Grid:
    """This function will lock a network until the transaction ends: promises are made one after the other."""
    return Grid.objects.select_for_update().get(pk=grid)


def tried(grid: Grid, revision: int) -> None:
    """This function will note on a network held by `hold` that whoever waits for works was tried on this revision."""
    grid.tried = revision
    grid.save(update_fields=["tried"])


def put_in_force(
    *,
    grid: int,
    digest: str,
    packed: bytes,
    levels: Mapping[str, int],
    counts: Mapping[str, int],
    remarks: Sequence[Mapping[str, object]],
    promised: Sequence[Mapping[str, object]],
    prices: Sequence[Mapping[str, object]],
    source: str,
    reason: str,
    by: int,
    at: datetime,
    file_digest: str = "",
    affected: Sequence[Mapping[str, object]] = (),
    measured_until: date | None = None,
) -> Standing:
    """This function will keep a revision and put it in force instead of the one before, both or neither."""
    with transaction.atomic():
        own = hold(grid)
        before = GridRevision.objects.filter(grid=grid)
        number = (before.aggregate(last=Max("number"))["last"] or 0) + 1
        before.filter(current=True).update(current=False)
        made = GridRevision.objects.create(
            grid=own, number=number, digest=digest, tables=packed, levels=dict(levels), counts=dict(counts),
            remarks=list(remarks), promised=list(promised), prices=list(prices), source=source, reason=reason, by=by, at=at, current=True,
            file_digest=file_digest, affected=list(affected), measured_until=measured_until,
        )  # fmt: skip
    return Standing(
        grid=grid, name=own.name, unit=own.unit, revision=made.pk, number=number, digest=digest, at=at,
        measured_until=measured_until,
    )  # fmt: skip


def promised(revision: int) -> list[dict[str, object]]:
    """This function will fetch what the imported file said was in flight: case, node, p_kw, q_kvar."""
    return list(GridRevision.objects.values_list("promised", flat=True).get(pk=revision))


def prices(revision: int) -> list[dict[str, object]]:
    """This function will fetch the price list of the imported file: item, unit, cny."""
    return list(GridRevision.objects.values_list("prices", flat=True).get(pk=revision))


def measured_until(revision: int) -> date | None:
    """This function will give the last day the peaks of a revision were measured on, None where nobody said."""
    found: date | None = GridRevision.objects.values_list("measured_until", flat=True).get(pk=revision)
    return found
