"""稳定与分时可开放容量: what a node can take at every hour of every kind of day, and what it can take in some hours only.

First all hours are solved in one batch; what they leave along the way and in voltage ranks them for each node. Then the tightest
hours are searched as any map is, by AC, and more hours as long as one could be tighter than what was found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from power_grid_model import initialize_array

from yekuo.grid.bounds import NOTHING, bus_limits
from yekuo.grid.capacity import CapacityMap, Search, State
from yekuo.grid.columns import Bools, Floats, Ints
from yekuo.grid.daily import Daily, daily
from yekuo.grid.headroom import branch_rooms
from yekuo.grid.model import HOURS, MV_FROM, GridModel, Level, Limits
from yekuo.grid.solve import LOAD, Flow, NoSolutionError, Solver
from yekuo.grid.topology import tree

BLOCKS: Mapping[str, tuple[int, ...]] = {
    "peak": (8, 9, 10, 11, 17, 18, 19, 20),
    "flat": (12, 13, 14, 15, 16, 21, 22, 23),
    "valley": (0, 1, 2, 3, 4, 5, 6, 7),
}
"""峰, 平, 谷: the three times eight hours most provinces begin from; each sets its own (unconfirmed)."""
NEAR, SAME = 0.1, 0.002
"""An hour is searched when its guess is nearer to the tightest found than this share of all hours' spread (or of the figure)."""
ROUNDS = 8


@dataclass(frozen=True, eq=False, kw_only=True)
class Firmness:
    """稳定可开放 per node: kW at every hour (NaN: not asked), the state that decides (-1: none), and kW within each block's hours."""

    stable_kw: Floats
    state: Ints
    blocks: tuple[str, ...]
    block_kw: Floats
    labels: tuple[str, ...]
    searched: int

    def without(self, rows: Ints) -> Self:
        """This function will take the figures of some nodes away."""
        stable, state, blocks = self.stable_kw.copy(), self.state.copy(), self.block_kw.copy()
        stable[rows], state[rows], blocks[:, rows] = np.nan, -1, np.nan
        return replace(self, stable_kw=stable, state=state, block_kw=blocks)

    def filled(self, fresh: Self) -> Self:
        """This function will put in the figures of others."""
        new = ~np.isnan(fresh.stable_kw)
        return replace(
            self, stable_kw=np.where(new, fresh.stable_kw, self.stable_kw), state=np.where(new, fresh.state, self.state),
            block_kw=np.where(new, fresh.block_kw, self.block_kw), searched=self.searched + fresh.searched,
        )  # fmt: skip


def profiled(grid: GridModel) -> Ints:
    """This function will list the nodes that get such a figure: those published, on feeders of L3."""
    nodes = grid.nodes
    wanted = (nodes.level >= Level.PROFILES) & (nodes.kv >= MV_FROM)
    low = grid.transformers.lv_node
    wanted[low[nodes.level[low] >= Level.PROFILES]] = True
    return np.flatnonzero(wanted)


def firmness(
    found: CapacityMap, nodes: Ints | None = None, *, blocks: Mapping[str, tuple[int, ...]] = BLOCKS, threads: int = 0
) -> Firmness | None:
    """This function will calculate stable and flexible capacity at `nodes` (rows; by default all on feeders of L3), None for none.

    Everything in flight is drawn in full at every hour, as is a load without a profile.
    """
    rows = profiled(found.grid) if nodes is None else nodes
    states = daily(found.grid)
    if not len(rows) or not states.days:
        return None
    return _Hours(found, states, blocks, threads).firmness(rows)


class _Hours:
    """The states of the days of a network, equal ones once."""

    def __init__(self, found: CapacityMap, states: Daily, blocks: Mapping[str, tuple[int, ...]], threads: int) -> None:
        self.found, self.threads, self.grid = found, threads, found.loaded()
        more = len(self.grid.loads) - states.share.shape[2]
        share = states.share.reshape(-1, states.share.shape[2])
        share = np.concatenate([share, np.ones((len(share), more))], axis=1)
        self.share, self.first, self.same = np.unique(share, axis=0, return_index=True, return_inverse=True)
        self.labels = tuple(states.label(state) for state in range(len(share)))
        self.blocks = tuple(blocks)
        self.within = np.zeros((len(blocks), len(self.share)), dtype=bool)
        hour = np.arange(len(share)) % HOURS
        for at, hours in enumerate(blocks.values()):
            self.within[at, self.same.reshape(-1)[np.isin(hour, hours)]] = True
        self.searched = 0

    def firmness(self, rows: Ints) -> Firmness:
        guess = estimates(self.grid, self.share, self.found.limits, self.found.tangent, threads=self.threads)[:, rows]
        kw = np.full(guess.shape, np.nan)
        wanted = self._first(guess)
        for _ in range(ROUNDS):
            for state in np.flatnonzero(wanted.any(axis=1)).tolist():
                kw[state, wanted[state]] = self._searched(state, rows[wanted[state]])
            wanted = self._tighter(guess, kw)
            if not wanted.any():
                break
        return self._put(rows, kw)

    def _first(self, guess: Floats) -> Bools:
        wanted = np.zeros(guess.shape, dtype=bool)
        for within in self.within:
            own = np.flatnonzero(within)
            if len(own):
                wanted[own[guess[own].argmin(axis=0)], np.arange(guess.shape[1])] = True
        return wanted

    def _tighter(self, guess: Floats, kw: Floats) -> Bools:
        """Hours not yet searched that could be tighter than the tightest found in some block of theirs, guessed as badly as those found."""
        wanted = np.zeros(guess.shape, dtype=bool)
        known = ~np.isnan(kw)
        with np.errstate(invalid="ignore", divide="ignore"):
            off = np.fmin(np.fmin.reduce(kw / guess, axis=0), 1.0)
            spread = np.nan_to_num(guess.max(axis=0) - guess.min(axis=0))
        for within in self.within:
            own = np.flatnonzero(within)
            if len(own):
                least = np.fmin.reduce(kw[own], axis=0)
                wanted[own] |= ~known[own] & (guess[own] * off <= least * (1 + SAME) + NEAR * spread) & (least > 0)
        return wanted

    def _searched(self, state: int, rows: Ints) -> Floats:
        self.searched += len(rows)
        grid = drawing(self.grid, self.share[state])
        try:
            search = Search(grid, self.found.limits, self.found.pf, threads=self.threads)
        except NoSolutionError:
            return np.zeros(len(rows))
        count = len(grid.nodes)
        empty = replace(
            self.found, kw=np.zeros(count), kind=np.full(count, NOTHING), row=np.full(count, -1),
            state=np.full(count, State.DEAD.value), flows=0,
        )  # fmt: skip
        return search.fill(empty, rows).kw[rows]

    def _put(self, rows: Ints, kw: Floats) -> Firmness:
        count = len(self.grid.nodes)
        stable, decides = np.full(count, np.nan), np.full(count, -1)
        by_block = np.full((len(self.blocks), count), np.nan)
        which = np.where(np.isnan(kw), np.inf, kw).argmin(axis=0)
        stable[rows] = kw[which, np.arange(len(rows))]
        decides[rows] = np.where(np.isinf(stable[rows]), -1, self.first[which])
        for at, within in enumerate(self.within):
            if within.any():
                by_block[at, rows] = np.fmin.reduce(kw[within], axis=0)
        return Firmness(
            stable_kw=stable, state=decides, blocks=self.blocks, block_kw=by_block, labels=self.labels,
            searched=self.searched,
        )  # fmt: skip


def drawing(grid: GridModel, share: Floats) -> GridModel:
    """This function will give the network with every load at its share of the peak."""
    loads = grid.loads
    return replace(grid, loads=replace(loads, p_kw=loads.p_kw * share, q_kvar=loads.q_kvar * share))


class _Batch(Solver):
    """All states of a network at once."""

    def states(self, share: Floats) -> tuple[Floats, Floats, Floats]:
        """This function will solve a state per row of shares: voltage per bus (0: no solution), loading per line and transformer."""
        loads, voltages, lines, trafos = self.grid.loads, [], [], []
        for first, last in self._chunks(len(share)):
            update = initialize_array("update", "sym_load", (last - first, len(loads)))
            update["id"] = self.load_id
            update["p_specified"] = share[first:last] * loads.p_kw * 1000
            update["q_specified"] = share[first:last] * loads.q_kvar * 1000
            part = self._batch(first, last - first, {LOAD: update})
            voltages.append(np.where(part.ok[:, None], part.u_pu, 0.0))
            lines.append(np.where(part.ok[:, None], part.line, np.inf))
            trafos.append(np.where(part.ok[:, None], part.trafo, np.inf))
        return np.concatenate(voltages), np.concatenate(lines), np.concatenate(trafos)


def estimates(grid: GridModel, share: Floats, limits: Limits, tangent: float, *, threads: int = 0) -> Floats:
    """This function will guess the capacity (kW) of every node in every state, a row of shares each: least room of its way, and voltage.

    Down the tree the room of branches is least. A kW at a bus lowers what hangs at a bus of its way by the impedance up to there, so
    the least voltage left below each bus of the way, over its impedance, is the voltage's part.
    """
    solver = _Batch(grid, threads=threads)
    u_pu, line, trafo = solver.states(share)
    walked, buses = tree(grid, solver.wires), solver.wires.buses
    rooms, ohms = _rooms(grid, solver, line, trafo, limits, tangent)
    low, _ = bus_limits(grid, solver, limits)
    left = np.where(solver.wires.live[_first_node(solver)][:, None], u_pu.T - low[:, None], np.inf)
    order, parent, branch = walked.order.tolist(), walked.parent.tolist(), walked.branch.tolist()
    for bus in reversed(order):
        if branch[bus] >= 0:
            np.minimum(left[parent[bus]], left[bus], out=left[parent[bus]])
    drop, guess = np.zeros(buses), np.zeros((buses, len(share)))
    for bus in order:
        if branch[bus] < 0:
            guess[bus] = np.inf
            continue
        drop[bus] = drop[parent[bus]] + ohms[branch[bus]]
        own = left[bus] * 1000 / max(drop[bus], 1e-12)
        np.minimum(np.minimum(guess[parent[bus]], rooms[branch[bus]]), own, out=guess[bus])
    return np.maximum(guess, 0.0).T[:, solver.bus]


def _first_node(solver: Solver) -> Ints:
    first: Ints = np.unique(solver.bus, return_index=True)[1]
    return first


def _rooms(
    grid: GridModel, solver: Solver, line: Floats, trafo: Floats, limits: Limits, tangent: float
) -> tuple[Floats, Floats]:
    """The room (kW) of lines, then of transformers, in every state, as a share of what they carry when empty; and their r + x·tan (pu)."""
    none, lines, trafos = np.ones(len(grid.nodes)), np.zeros(len(grid.lines)), np.zeros(len(grid.transformers))
    empty = Flow(
        u_pu=none, angle_deg=none, line_loading=lines, trafo_loading=trafos, line_a=lines, line_p_kw=lines,
        line_q_kvar=lines, line_to_p_kw=lines, line_to_q_kvar=lines, trafo_p_kw=trafos, trafo_q_kvar=trafos,
        trafo_to_p_kw=trafos, trafo_to_q_kvar=trafos, trafo_s_kva=trafos, losses_kw=0.0,
    )  # fmt: skip
    whole, r, x = branch_rooms(grid, empty, limits, tangent)
    loading = np.zeros((len(whole), len(line)))
    loading[solver.lines] = line.T / limits.line
    loading[len(grid.lines) + solver.trafos] = trafo.T / limits.trafo
    with np.errstate(invalid="ignore"):
        rooms = np.where(np.isinf(whole)[:, None], np.inf, whole[:, None] * np.maximum(1 - loading, 0.0))
    return rooms, r + tangent * x
