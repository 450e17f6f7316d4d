"""可开放容量: the largest load that can be added at each node, what limits it, and how good the figure is."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import partial

import numpy as np

from yekuo.grid.bounds import NOTHING, Bounds, bounds
from yekuo.grid.climb import Climbed, climb
from yekuo.grid.columns import Floats, Ints
from yekuo.grid.headroom import Headroom, headroom
from yekuo.grid.model import GridModel, Inflight, Limits, Loads
from yekuo.grid.pieces import Passed, Piece, Pieces
from yekuo.grid.solve import ONE_AFTER_ANOTHER, Flow, NoSolutionError, Part, Solver
from yekuo.grid.topology import tree

WHOLE_UP_TO = 400
Found = tuple[Ints, Climbed, tuple[Ints, Ints]]


class State(IntEnum):
    """结果状态: found, something is beyond its limit already, the node is dead, or nothing limits it."""

    FOUND = 0
    EXISTING = 1
    DEAD = 2
    FREE = 3


class UnknownNodeError(ValueError):
    """A load in flight stands at a node that this network does not have."""


@dataclass(frozen=True, eq=False, kw_only=True)
class CapacityMap:
    """可开放容量图 per node: kW, the element that binds (kind and row), state; with all it was computed from."""

    grid: GridModel
    limits: Limits
    pf: float
    inflight: tuple[Inflight, ...]
    kw: Floats
    kind: Ints
    row: Ints
    state: Ints
    base: Flow
    flows: int

    @property
    def tangent(self) -> float:
        """Reactive per active power (kvar per kW) of the added load."""
        return tangent(self.pf)

    def loaded(self) -> GridModel:
        """This function will give the network with everything in flight drawn."""
        return with_inflight(self.grid, self.inflight)


def tangent(pf: float) -> float:
    """This function will give kvar per kW at a power factor."""
    return float(np.sqrt(1 - pf**2) / pf)


def with_inflight(grid: GridModel, inflight: Iterable[Inflight]) -> GridModel:
    """This function will add what was promised and is not drawn yet; raises UnknownNodeError for a node that is not there."""
    rows = tuple(inflight)
    missing = sorted({each.node for each in rows if each.node not in grid.nodes.row})
    if missing:
        raise UnknownNodeError(f"在途容量所在节点不在电网中: {'、'.join(missing)}")
    more = Loads.of(
        id=[f"inflight/{each.case}/{at}" for at, each in enumerate(rows)],
        node=[grid.nodes.row[each.node] for each in rows],
        p_kw=[each.p_kw for each in rows],
        q_kvar=[each.q_kvar for each in rows],
    )
    return replace(grid, loads=grid.loads.append(more)) if rows else grid


def capacity_map(
    grid: GridModel,
    limits: Limits | None = None,
    *,
    pf: float = 0.95,
    inflight: Iterable[Inflight] = (),
    threads: int = 0,
) -> CapacityMap:
    """This function will find for every node the largest load (kW at power factor `pf`) that breaks no limit anywhere.

    Everything in flight is drawn first. The whole amount is taken at one node. Raises NoSolutionError when the network as it
    stands has no solution, and UnknownNodeError.
    """
    search = Search(with_inflight(grid, inflight), limits or Limits(), pf, threads=threads)
    empty = CapacityMap(
        grid=grid,
        limits=search.limits,
        pf=pf,
        inflight=tuple(inflight),
        kw=np.zeros(len(grid.nodes)),
        kind=np.full(len(grid.nodes), NOTHING),
        row=np.full(len(grid.nodes), -1),
        state=np.full(len(grid.nodes), State.DEAD.value),
        base=search.base,
        flows=0,
    )
    return search.fill(empty, np.arange(len(grid.nodes)))


class Search:
    """求解: the base state of a loaded network, and the search at the nodes wanted, in pieces where it is large."""

    def __init__(self, grid: GridModel, limits: Limits, pf: float, *, threads: int = 0) -> None:
        self.grid, self.limits, self.tangent, self.threads = grid, limits, tangent(pf), threads
        self.whole = Solver(grid, threads=threads)
        self.base = self.whole.flow()
        if not np.isfinite(self.base.u_pu).any():
            raise NoSolutionError("电网没有带电节点")
        self.tree = tree(grid, self.whole.wires)
        self.guess: Headroom = headroom(grid, self.whole.wires, self.tree, self.base, limits, tangent=self.tangent)
        self.flows = 0

    def fill(self, before: CapacityMap, nodes: Ints) -> CapacityMap:
        """This function will put the figures of `nodes` into a map; the others stay as they were."""
        kw, kind, row, state = before.kw.copy(), before.kind.copy(), before.row.copy(), before.state.copy()
        live = np.isfinite(self.base.u_pu[nodes])
        blocked = self.guess.blocked_kind[nodes] != NOTHING
        kw[nodes] = 0.0
        state[nodes] = np.where(live, np.where(blocked, State.EXISTING, State.FOUND), State.DEAD)
        kind[nodes] = np.where(live, self.guess.blocked_kind[nodes], NOTHING)
        row[nodes] = np.where(live, self.guess.blocked_row[nodes], -1)
        for some, found, by in self._climbs(nodes[live & ~blocked]):
            kw[some], kind[some], row[some] = found.kw, by[0], by[1]
            state[some] = np.where(np.isinf(found.kw), State.FREE, State.FOUND)
            self.flows += found.flows
        return replace(before, kw=kw, kind=kind, row=row, state=state, base=self.base, flows=before.flows + self.flows)

    def _climbs(self, nodes: Ints) -> Iterable[Found]:
        if not len(nodes):
            return
        pieces = Pieces(self.grid, self.whole.wires, self.base, walked=self.tree)
        if self.whole.wires.buses <= WHOLE_UP_TO or len(pieces.areas) < 2:
            yield self.climb_on(self.whole, bounds(self.whole, base_of(self.whole), self.limits), nodes, nodes)
            return
        passed = pieces.passed(self.limits, self.whole)
        labels, count = np.unique(pieces.label[nodes], return_counts=True)
        heaviest = labels[np.argsort(-count, kind="stable")].tolist()
        with ThreadPoolExecutor(max_workers=at_once(self.threads)) as pool:
            yield from pool.map(partial(self._climb_in, pieces, passed, nodes), heaviest)

    def _climb_in(self, pieces: Pieces, passed: Passed, nodes: Ints, label: int) -> Found:
        piece = pieces.piece(label, threads=ONE_AFTER_ANOTHER)
        limits = self._bounds(pieces, piece, label, passed)
        at = np.full(len(self.grid.nodes), -1)
        at[piece.nodes] = np.arange(len(piece.nodes))
        wanted = nodes[pieces.label[nodes] == label]
        return self.climb_on(piece.solver, limits, wanted, at[wanted])

    def _bounds(self, pieces: Pieces, piece: Piece, label: int, passed: Passed) -> Bounds:
        extra = pieces.below(piece, label, passed)
        names = (piece.nodes, piece.lines, piece.trafos)
        return bounds(piece.solver, base_of(piece.solver), self.limits, names=names, extra=extra)

    def climb_on(self, solver: Solver, limits: Bounds, nodes: Ints, own: Ints) -> Found:
        """This function will search at `nodes` (rows `own` in the solver's network), once for each bus."""
        bus, first, back = np.unique(solver.bus[own], return_index=True, return_inverse=True)
        found = climb(solver, limits, bus, self.guess.start_kw[nodes][first], tangent=self.tangent, quick=True)
        by = limits.binding(found.which)
        return nodes, Climbed(found.kw[back], found.which[back], found.flows), (by.kind[back], by.row[back])


def at_once(threads: int) -> int | None:
    """This function will say how many pieces are solved side by side: 0 means as many as the machine bears, below 0 one."""
    return max(1, threads) if threads else None


def base_of(solver: Solver) -> Part:
    """This function will solve a network with nothing added, in the form of a batch of one."""
    (part,) = solver.added(np.array([0]), np.zeros(1), np.zeros(1))
    return part
