"""缩网校核: the network above 1 kV with the areas concerned; every other area as what it draws, how that goes with the voltage, and how far it may fall."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from yekuo.grid.atlas import Atlas
from yekuo.grid.bounds import LINE, VOLTAGE, WORSE_LOADING, WORSE_U, Violation, check_base
from yekuo.grid.candidates import Candidate
from yekuo.grid.capacity import with_inflight
from yekuo.grid.columns import Floats, Ints
from yekuo.grid.model import GridModel, Inflight, Limits, Loads, Shunts
from yekuo.grid.pieces import UPPER, Condensed, Passed, Pieces
from yekuo.grid.solve import Flow, NoSolutionError, Solver
from yekuo.grid.topology import Wiring

LARGE = 4000
"""Buses from which a condensed network is worth its making."""

MOST_KEPT = 16
SAG, FALL = 0.01, 0.04
"""By how much every source is lowered to see what areas draw then, and to see how near their limits come: about what a large load does."""


@dataclass(frozen=True, slots=True)
class Beside:
    """旁侧约束: an element of an area that is not in the network: kind and row in the whole, its value now and its limit."""

    kind: int
    row: int
    before: float
    limit: float

    def value(self, used: float) -> float:
        """This function will give its value when a share of its margin is used up."""
        sign = -1.0 if self.kind == VOLTAGE else 1.0
        room = sign * (self.limit - self.before)
        worse = WORSE_U if self.kind == VOLTAGE else WORSE_LOADING
        return self.before + sign * used * (room if room >= 0 else worse)


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """缩网: `within` the network and its rows; of the areas that are not in it the node above each, the lowest and highest voltage (pu) there
    until something in it breaks its limit, and what is lowest; `node`, `p_kw`: shunts in place of what they draw with the voltage.
    """

    within: Condensed
    head: Ints
    low: Floats
    high: Floats
    kind: Ints
    row: Ints
    node: Ints
    p_kw: Floats

    @property
    def grid(self) -> GridModel:
        """The network."""
        return self.within.grid

    def lowest(self, bus: Ints) -> tuple[Floats, Ints]:
        """This function will give for every bus (of these nodes) the lowest voltage for what is not here, and which of it that is for (-1)."""
        count = int(bus.max(initial=-1)) + 1
        low, which = np.zeros(count), np.full(count, -1)
        order = np.argsort(self.low, kind="stable")
        at = bus[self.head[order]]
        low[at], which[at] = self.low[order], order
        return low, which

    def losses(self, bus: Ints, u_pu: Floats) -> Floats:
        """This function will give what the areas that are not here lose more (kW) than in scenario 0, by the voltage above them."""
        u = u_pu[:, bus[self.node]]
        found: Floats = ((u**2 - u[0] ** 2) * self.p_kw).sum(axis=1)
        return found


class Condenser:
    """缩网计算: a network with everything drawn solved once; from it the condensed networks of the places concerned are cut."""

    def __init__(self, atlas: Atlas, drawn: Sequence[Inflight], limits: Limits) -> None:
        """This function will solve the network as it is; raises NoSolutionError and UnknownNodeError."""
        self.limits = limits
        self.grid = with_inflight(atlas.grid, drawn)
        self.wires = atlas.wires
        self.flow: Flow = Solver(self.grid, wires=atlas.wires).flow(quick=True)
        self.pieces = Pieces(self.grid, atlas.wires, self.flow, walked=atlas.walked)
        self.broken: list[Violation] = check_base(self.grid, self.flow, limits)
        self._made: dict[frozenset[int], Near] = {}

    @cached_property
    def large(self) -> bool:
        """Whether areas are condensed at all: a small network is solved whole as quickly, one near its collapse shows no slope."""
        if not worth_condensing(self.wires) or len(self.pieces.areas) < 2:
            return False
        try:
            return bool(np.isfinite(self._fallen.u_pu).any() and np.isfinite(self._sagged.u_pu).any())
        except NoSolutionError:
            return False

    def _lowered(self, share: float) -> Flow:
        sources = self.grid.sources
        lower = replace(self.grid, sources=replace(sources, u_pu=sources.u_pu * (1 - share)))
        return Solver(lower, wires=self.wires).flow(quick=True)

    @cached_property
    def _sagged(self) -> Flow:
        return self._lowered(SAG)

    @cached_property
    def _fallen(self) -> Flow:
        return self._lowered(FALL)

    @cached_property
    def _passed(self) -> Passed:
        return self.pieces.passed_by(self.limits, self._fallen)

    @cached_property
    def _rise(self) -> Floats:
        """How far each area may rise, in units of the fall that a dip of all sources causes."""
        grid, flow, labels = self.grid, self.flow, self._passed.label
        rows = np.flatnonzero(np.isin(self.pieces.label, labels) & np.isfinite(flow.u_pu))
        _, high = self.limits.voltages(grid.nodes.kv[rows])
        dip = np.maximum(flow.u_pu[rows] - self._fallen.u_pu[rows], 1e-9)
        found = np.full(len(labels), np.inf)
        np.minimum.at(found, np.searchsorted(labels, self.pieces.label[rows]), (high - flow.u_pu[rows]) / dip)
        return found

    def near(self, nodes: Iterable[int]) -> Near:
        """This function will give the condensed network in which the areas of these nodes (rows of the whole) are whole."""
        labels = frozenset(int(self.pieces.label[one]) for one in nodes) - {UPPER}
        found = self._made.get(labels)
        if found is None:
            if len(self._made) >= MOST_KEPT:
                self._made.clear()
            found = self._made[labels] = self._condensed(labels)
        return found

    def _condensed(self, labels: frozenset[int]) -> Near:
        within = self.pieces.condensed(sorted(labels))
        if not self.large:
            none, empty = np.zeros(0), np.zeros(0, dtype=np.int64)
            return Near(within=within, head=empty, low=none, high=none, kind=empty, row=empty, node=empty, p_kw=none)
        node, p_kw, q_kvar, u0 = self._drawn_with_voltage(within)
        grid = within.grid
        shunts = Shunts.of(id=_ids("beside", len(node)), node=node, p_kw=p_kw, q_kvar=q_kvar)
        against = Loads.of(id=_ids("beside", len(node)), node=node, p_kw=-p_kw * u0**2, q_kvar=-q_kvar * u0**2)
        grid = replace(grid, shunts=grid.shunts.append(shunts), loads=grid.loads.append(against))
        passed, others = self._passed, ~np.isin(self._passed.label, list(labels))
        bus = passed.bus[others]
        return Near(
            within=within._replace(grid=grid),
            head=within.node[self._node_of(bus)],
            low=passed.u0[bus] - passed.fall[others] * passed.dip[bus],
            high=passed.u0[bus] + self._rise[others] * passed.dip[bus],
            kind=passed.kind[others],
            row=passed.row[others],
            node=node,
            p_kw=p_kw,
        )

    def _drawn_with_voltage(self, within: Condensed) -> tuple[Ints, Floats, Floats, Floats]:
        """Per transformer that was cut off: its upper node, and the shunt (kW, kvar at rated voltage) that draws with the voltage as it does."""
        trafos, now, then = self.grid.transformers, self.flow, self._sagged
        above = within.node[trafos.hv_node]
        u0, u1 = now.u_pu[trafos.hv_node], then.u_pu[trafos.hv_node]
        cut = np.flatnonzero(self.wires.trafo_hv & (within.trafo < 0) & (above >= 0) & (u0 - u1 > 1e-6))
        per = 1.0 / (u1[cut] ** 2 - u0[cut] ** 2)
        p = (then.trafo_p_kw[cut] - now.trafo_p_kw[cut]) * per
        q = (then.trafo_q_kvar[cut] - now.trafo_q_kvar[cut]) * per
        return above[cut], p, q, u0[cut]

    def _node_of(self, bus: Ints) -> Ints:
        """A node that stands for each bus: the first."""
        _, first = np.unique(self.wires.bus, return_index=True)
        found: Ints = first[bus]
        return found

    def beside(self, kind: int, row: int) -> Beside:
        """This function will say how an element of the whole stands now and what its limit is."""
        if kind == VOLTAGE:
            low, _ = self.limits.voltages(self.grid.nodes.kv[[row]])
            return Beside(kind, row, float(self.flow.u_pu[row]), float(low[0]))
        now = self.flow.line_loading if kind == LINE else self.flow.trafo_loading
        return Beside(kind, row, float(now[row]), self.limits.line if kind == LINE else self.limits.trafo)


def worth_condensing(wires: Wiring) -> bool:
    """This function will say whether a network is so large that a condensed one is solved much quicker."""
    return wires.buses >= LARGE


def point_of(grid: GridModel, one: Candidate) -> int:
    """This function will give the node (row) a candidate is connected at; of a line one end."""
    return grid.nodes.row[one.node] if one.node else int(grid.lines.from_node[grid.lines.row[one.line]])


_KEPT: WeakKeyDictionary[Atlas, tuple[tuple[Inflight, ...], Limits, Condenser]] = WeakKeyDictionary()


def condenser(atlas: Atlas, drawn: Sequence[Inflight], limits: Limits) -> Condenser:
    """This function will give the condenser of a network, the last one asked for again while nothing was promised since."""
    key = tuple(drawn)
    kept = _KEPT.get(atlas)
    if kept is None or kept[:2] != (key, limits):
        kept = _KEPT[atlas] = (key, limits, Condenser(atlas, key, limits))
    return kept[2]


def _ids(what: str, count: int) -> list[str]:
    return [f"{what} {each}" for each in range(count)]
