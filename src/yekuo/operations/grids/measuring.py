"""计入实测: load that the peaks of the network in force hold already is not counted once more; with older peaks it is counted again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yekuo.operations.grids.ledger import entering
from yekuo.records import capacity, grids, tables
from yekuo.records.models import CapacityHold, Grid
from yekuo.rules.reservation import EntryKind, HoldState, in_peaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """计入结果: how many sources are in the measured peaks from now on, and how many are counted by contract again."""

    taken: int = 0
    again: int = 0


def reckon(grid: Grid, *, at: datetime) -> Reckoned:
    """This function will hold the contracted loads of a network held by `grids.hold` against the peaks now in force.

    Whoever had power for `growth_days` when the peaks were measured is in them: his contracted capacity is no longer kept beside
    them. Where a network with older peaks came back, whoever is not in them is counted by contract again. Peaks nobody said the
    day of change nothing. Generation is in no peak and stays.
    """
    now = grids.standing(grid.pk)
    if now is None or now.measured_until is None:
        return Reckoned()
    until, days = now.measured_until, tables.reservations().growth_days
    taken, again = [], []
    for hold, energised in capacity.powered(grid.pk):
        inside = in_peaks(energised, until, growth_days=days)
        if inside and hold.state == HoldState.CONTRACTED.value:
            taken.append(hold)
        elif not inside and hold.state == HoldState.MEASURED.value:
            again.append(hold)
    said = f"第 {now.number} 版电网的实测最大负荷统计到 {until}"
    _enter(grid, taken, EntryKind.MEASURE, at=at, note=f"{said}，送电已满 {days} 天，已含这部分负荷，不再另外占用")
    _enter(grid, again, EntryKind.CONTRACT, at=at, note=f"{said}，送电不满 {days} 天，按合同容量重新占用")
    return Reckoned(taken=len(taken), again=len(again))


def _enter(grid: Grid, holds: Sequence[CapacityHold], kind: EntryKind, *, at: datetime, note: str) -> None:
    rooms = _with(grid, holds) if kind is EntryKind.CONTRACT else {}
    capacity.keep(grid, [entering(one, kind, None, at=at, note=note) for one in holds], rooms=rooms)


def _with(grid: Grid, holds: Iterable[CapacityHold]) -> dict[str, Decimal]:
    """Load that is really there is counted, whatever the balance says; nothing more is promised beside it."""
    more: dict[str, Decimal] = {}
    for one in holds:
        for element in one.path:
            more[element] = more.get(element, Decimal(0)) + one.kva
    there = capacity.balances(grid.pk, more)
    return {
        element: max(there[element].allowed_kva, there[element].held_kva + kva) if element in there else kva
        for element, kva in more.items()
    }
