"""可开放容量的证书: full AC at every node: the figure breaks nothing, 1.03 of it does; what fails is searched again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from yekuo.grid.bounds import Bounds, bounds
from yekuo.grid.capacity import CapacityMap, Search, State, base_of, with_inflight
from yekuo.grid.columns import Bools, Floats, Ints
from yekuo.grid.model import GridModel, Inflight
from yekuo.grid.solve import Solver

BEYOND = 1.03
FULL = 1.0 + 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """证书: rows checked; which held at the figure and which broke a limit at 1.03 of it; power flows of the whole network."""

    nodes: Ints
    feasible: Bools
    tight: Bools
    flows: int

    @property
    def failing(self) -> Ints:
        """Rows of nodes whose figure is not certified."""
        return self.nodes[~(self.feasible & self.tight)]

    @property
    def share(self) -> float:
        """The share of checked nodes that are certified."""
        return 1.0 if not len(self.nodes) else float(np.mean(self.feasible & self.tight))


def certify(found: CapacityMap, nodes: Ints | None = None, *, threads: int = 0) -> Certificate:
    """This function will check figures on the whole network with full AC power flows; `nodes`: rows, all by default.

    Nodes that are dead, that nothing limits, or where a limit is broken already have no figure to check and are left out.
    """
    solver = Solver(found.loaded(), threads=threads)
    return _certified(found, nodes, solver, bounds(solver, base_of(solver), found.limits))


def _certified(found: CapacityMap, nodes: Ints | None, solver: Solver, limits: Bounds) -> Certificate:
    rows = np.arange(len(found.kw)) if nodes is None else nodes
    rows = rows[found.state[rows] == State.FOUND]
    pairs = np.stack([solver.bus[rows], np.round(found.kw[rows] * 1e6)], axis=1)
    _, first, back = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    bus, kw = solver.bus[rows][first], found.kw[rows][first]
    feasible = _share(solver, limits, bus, kw, found.tangent) <= FULL
    tight = _share(solver, limits, bus, np.maximum(kw * BEYOND, kw + 0.02), found.tangent) > 1.0
    back = back.reshape(-1)
    return Certificate(nodes=rows, feasible=feasible[back], tight=tight[back], flows=2 * len(bus))


def _share(solver: Solver, limits: Bounds, bus: Ints, kw: Floats, tangent: float) -> Floats:
    if not len(bus):
        return np.zeros(0)
    return np.concatenate([limits.used(part)[0] for part in solver.added(bus, kw, kw * tangent, quick=True)])


def certified(found: CapacityMap, nodes: Ints | None = None, *, threads: int = 0) -> tuple[CapacityMap, Certificate]:
    """This function will certify a map, search failing nodes again on the whole network, and give the map that holds.

    `nodes`: rows, all by default.
    """
    search = Search(found.loaded(), found.limits, found.pf, threads=threads)
    limits = bounds(search.whole, base_of(search.whole), found.limits)
    first = _certified(found, nodes, search.whole, limits)
    failing = first.failing
    if not len(failing):
        return found, first
    kw, kind, row = found.kw.copy(), found.kind.copy(), found.row.copy()
    search.guess = replace(search.guess, start_kw=found.kw * 0.998)
    _, again, by = search.climb_on(search.whole, limits, failing, failing)
    kw[failing], kind[failing], row[failing] = again.kw, by[0], by[1]
    repaired = replace(found, kw=kw, kind=kind, row=row, flows=found.flows + again.flows)
    second = _certified(repaired, failing, search.whole, limits)
    held = np.isin(first.nodes, failing, invert=True)
    kept = dict(
        zip(second.nodes.tolist(), zip(second.feasible.tolist(), second.tight.tolist(), strict=True), strict=True)
    )
    both = [(True, True) if ok else kept[each] for each, ok in zip(first.nodes.tolist(), held.tolist(), strict=True)]
    return repaired, Certificate(
        nodes=first.nodes,
        feasible=np.array([each[0] for each in both]),
        tight=np.array([each[1] for each in both]),
        flows=first.flows + second.flows + again.flows,
    )


def refresh(
    before: CapacityMap,
    grid: GridModel | None = None,
    *,
    inflight: Iterable[Inflight] | None = None,
    feeders: Iterable[str] = (),
    areas: Iterable[str] = (),
    threads: int = 0,
) -> tuple[CapacityMap, Ints]:
    """This function will bring a map up to date after a change of some feeders and areas; it also gives the rows searched again.

    `grid` (same rows of nodes, lines and transformers) and `inflight` replace the old ones where given. Searched again is every
    node of the areas and feeders that changed (a load at medium voltage changes its feeder, one at low voltage its area), with a
    feeder all of medium voltage; every other node whose binding element has moved since, whose path has less room than its figure, or
    whose voltage sank and is nearly binding.
    """
    now = before.grid if grid is None else grid
    if not np.array_equal(now.nodes.id, before.grid.nodes.id):
        raise ValueError("增量更新要求节点不变, 请重新计算全图")
    rows = before.inflight if inflight is None else tuple(inflight)
    search = Search(with_inflight(now, rows), before.limits, before.pf, threads=threads)
    stale = _stale(before, search, feeders, areas)
    known = (before.state == State.FOUND) & np.isfinite(before.kw) & (before.kw > 0)
    search.guess = replace(search.guess, start_kw=np.where(known, before.kw, search.guess.start_kw))
    fresh = search.fill(replace(before, grid=now, inflight=rows), stale)
    return fresh, stale


MOVED, NEAR = 0.002, 1.2


def _stale(before: CapacityMap, search: Search, feeders: Iterable[str], areas: Iterable[str]) -> Ints:
    nodes, now, old = search.grid.nodes, search.base, before.base
    changed = list(feeders)
    named = np.isin(nodes.feeder, changed) | np.isin(nodes.area, list(areas)) | ((nodes.area == "") & bool(changed))
    was = [old.u_pu, old.line_loading, old.trafo_loading]
    is_ = [now.u_pu, now.line_loading, now.trafo_loading]
    low, _ = before.limits.voltages(nodes.kv)
    limit = [
        low,
        np.full(len(old.line_loading), before.limits.line),
        np.full(len(old.trafo_loading), before.limits.trafo),
    ]
    moved = np.zeros(len(nodes), dtype=bool)
    for kind in range(3):
        bound = (before.kind == kind) & (before.row >= 0)
        row = before.row[bound]
        with np.errstate(invalid="ignore", divide="ignore"):
            change = np.abs(is_[kind][row] - was[kind][row]) / np.abs(limit[kind][row] - was[kind][row])
        moved[bound] = ~(change <= MOVED)
    tightened = search.guess.thermal_kw < before.kw * (1 - MOVED)
    with np.errstate(invalid="ignore", divide="ignore"):
        sank = (old.u_pu - now.u_pu) / np.abs(old.u_pu - low) > MOVED
    tightened |= sank & (search.guess.voltage_kw < before.kw * NEAR)
    state = (np.isfinite(now.u_pu) != np.isfinite(old.u_pu)) | (
        (search.guess.blocked_kind >= 0) != (before.state == State.EXISTING)
    )
    return np.flatnonzero(named | moved | tightened | (state & np.isfinite(now.u_pu)))
