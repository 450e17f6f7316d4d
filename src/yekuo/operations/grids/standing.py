"""在用电网: the network in force for a unit, opened once per revision and process, ready for calculation."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files

from django.db import transaction

from yekuo.grid.atlas import Atlas
from yekuo.grid.conductors import Library, parse_conductors
from yekuo.grid.equipment import Equipment, parse_equipment
from yekuo.grid.model import GridModel
from yekuo.grid.storing import packed, unpacked
from yekuo.grid.tables import ImportReport
from yekuo.operations.grids import measuring
from yekuo.records import grids
from yekuo.records.grids import Standing
from yekuo.rules.refusal import Refused

KEPT = 3


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Network:
    """在用电网: the revision in force with its network and where everything lies."""

    standing: Standing
    atlas: Atlas

    @property
    def grid(self) -> GridModel:
        """The network itself."""
        return self.atlas.grid


def network_of(unit: int) -> Network | None:
    """This function will open the network in force for a unit (its own or that of a unit above), None where there is none."""
    grid = grids.grid_over(unit)
    return network(grid.pk) if grid is not None else None


def network(grid: int) -> Network | None:
    """This function will open a network by its key, None before its first import."""
    now = grids.standing(grid)
    return Network(standing=now, atlas=atlas_of(now.revision, now.digest)) if now is not None else None


def needed(unit: int) -> Network:
    """This function will open the network of a unit. Raises Refused, in the user's words, where none was imported."""
    found = network_of(unit)
    if found is None:
        raise Refused("本单位还没有导入电网数据，不能测算；请先在“电网数据”里导入", code="no_grid")
    return found


@lru_cache(maxsize=KEPT)
def atlas_of(revision: int, digest: str) -> Atlas:
    """This function will open one revision, in force or not; UnreadableError when its bytes are not what was stored."""
    return Atlas(unpacked(grids.tables(revision), revision=digest))


@lru_cache(maxsize=1)
def library() -> Library:
    """This function will give the conductors the product brings."""
    return parse_conductors(files("yekuo.grid").joinpath("conductors.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def equipment() -> Equipment:
    """This function will give the equipment and prices the product brings."""
    return parse_equipment(files("yekuo.grid").joinpath("equipment.toml").read_text(encoding="utf-8"))


def keep(
    *, unit: int, name: str, report: ImportReport, source: str, reason: str, by: int, at: datetime, measured_until: date | None = None
) -> Network:  # fmt: skip
    """This function will store an imported network as the revision in force of a unit and open it.

    `measured_until` is the last day of its peaks, by default what the file says. Raises ValueError for a report with errors.
    """
    with transaction.atomic():
        own = grids.hold(grids.grid_for(unit=unit, name=name).pk)
        made = _put(own.pk, report, source, reason, by, at, measured_until)
        measuring.reckon(own, at=at)
    return Network(standing=made, atlas=atlas_of(made.revision, made.digest))


def _put(
    key: int, report: ImportReport, source: str, reason: str, by: int, at: datetime, until: date | None
) -> Standing:
    grid = report.grid
    if grid is None:
        raise ValueError("a network with errors is not kept")
    return grids.put_in_force(
        grid=key, digest=grid.revision, packed=packed(grid),
        levels={feeder: int(level) for feeder, level in report.level_by_feeder.items()}, counts=dict(report.rows),
        remarks=[asdict(one) for one in report.issues], promised=[asdict(one) for one in report.inflight],
        prices=[asdict(one) for one in report.prices], source=source[:200], reason=reason[:200], by=by, at=at,
        measured_until=until or report.measured_until,
    )  # fmt: skip
