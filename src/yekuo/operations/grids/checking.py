"""台账核对: the entries of every network fold to what is held, and what is held sums to the balances; made anew where it does not."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db import transaction

from yekuo.operations.chain import Finding
from yekuo.records import capacity, grids
from yekuo.records.models import CapacityEntry, CapacityHold, Case, Grid
from yekuo.rules.reservation import HELD, Hold, fold

COLUMNS = ("version", "direction", "state", "kw", "kva", "place", "until")
Key = tuple[int, int]


def differences(only: Grid | None = None) -> list[Finding]:
    """This function will name every hold and balance that is not what the entries say, and every gap in them."""
    some = (only,) if only is not None else tuple(Grid.objects.order_by("pk"))
    return [one for grid in some for one in _of(grid)]


def _of(grid: Grid) -> Iterator[Finding]:
    rows = list(capacity.entries(grid=grid.pk))
    if [row.number for row in rows] != list(range(1, grid.entries + 1)):
        yield _finding(grid, "ledger_gap", f"台账分录不连续：应有 {grid.entries} 笔，现有 {len(rows)} 笔")
    stored = {(row.case, row.source): row for row in capacity.all_of(grid.pk)}
    wanted = fold(capacity.as_rule(row) for row in rows)
    yield from _holds(grid, stored, wanted)
    yield from _balances(grid, stored.values())


def _holds(grid: Grid, stored: dict[Key, CapacityHold], wanted: dict[Key, Hold]) -> Iterator[Finding]:
    numbers = dict(Case.objects.filter(pk__in={case for case, _ in stored | wanted}).values_list("pk", "number"))
    for key in sorted(stored.keys() | wanted.keys()):
        case, source = key
        number = numbers.get(case, f"（工单已不在，内部号 {case}）")
        if key not in stored or key not in wanted:
            what = "缺占用记录" if key not in stored else "多出占用记录"
            yield Finding(
                number=number, case=case, seq=0, what="hold", message=f"{grid.name}台账：电源 {source} {what}"
            )
            continue
        wrong = [name for name in COLUMNS if getattr(stored[key], name) != _plain(getattr(wanted[key], name))]
        if wrong:
            words = f"{grid.name}台账：电源 {source} 的占用与分录不符（{'、'.join(wrong)}）"
            yield Finding(number=number, case=case, seq=0, what="hold", message=words)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _balances(grid: Grid, holds: Iterable[CapacityHold]) -> Iterator[Finding]:
    through: dict[str, Decimal] = {}
    for one in holds:
        if one.state in HELD:
            for element in one.path:
                through[element] = through.get(element, Decimal(0)) + one.kva
    there = {row.element: row.held_kva for row in grid.balances.all()}
    for element in sorted(there.keys() | through.keys()):
        held, wanted = there.get(element, Decimal(0)), through.get(element, Decimal(0))
        if held != wanted:
            yield _finding(grid, "balance", f"元件 {element} 余额为 {held} 千伏安，按占用应为 {wanted} 千伏安")


def _finding(grid: Grid, what: str, message: str) -> Finding:
    return Finding(number=f"{grid.name}台账", case=0, seq=0, what=what, message=message)


def rebuild() -> list[Finding]:
    """This function will make what is held and the balances anew from the entries where they differ, and report what did."""
    found: list[Finding] = []
    for key in Grid.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            grid = grids.hold(key)
            wrong = differences(grid)
            if any(one.what != "ledger_gap" for one in wrong):
                _remake(grid)
            found += wrong
    return found


def _remake(grid: Grid) -> None:
    from yekuo.operations.grids.weighing import rewritten

    rows = list(capacity.entries(grid=grid.pk))
    last = {(row.case, row.source): row for row in rows}
    rewritten(grid, [_hold(grid, last[key], one) for key, one in fold(capacity.as_rule(row) for row in rows).items()])


def _hold(grid: Grid, row: CapacityEntry, one: Hold) -> CapacityHold:
    return CapacityHold(
        grid=grid, case=row.case, source=row.source, version=one.version, direction=one.direction.value,
        state=one.state.value, kw=one.kw, kva=one.kva, place=dict(one.place), until=one.until, since=row.at,
        entry=row.number,
    )  # fmt: skip
