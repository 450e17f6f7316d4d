"""分片: one low-voltage area and its way to the source exact; all that hangs beside it as its load and its voltage limit."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

import numpy as np

from yekuo.grid.bounds import LINE, TRANSFORMER, VOLTAGE, WORSE_LOADING, WORSE_U
from yekuo.grid.columns import Bools, Columns, Floats, Ints
from yekuo.grid.model import GridModel, Limits, Loads, SwitchAt
from yekuo.grid.solve import Flow, Sagged, Solver
from yekuo.grid.topology import Tree, Wiring, area_labels, tree

UPPER = -1
DIP = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """一片: a solver of a part of the network, and the rows its nodes, lines and transformers have in the whole."""

    solver: Solver
    nodes: Ints
    lines: Ints
    trafos: Ints


class Condensed(NamedTuple):
    """缩网: the network above 1 kV with some areas, and the rows that nodes, lines and transformers of the whole have in it (-1: none)."""

    grid: GridModel
    node: Ints
    line: Ints
    trafo: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """上传约束: how far the bus of each area (`label`), and each upper bus, may fall until something below breaks a limit.

    `fall` is in units of the fall that a dip of all sources causes there; `below` is the least of everything at and below a bus.
    """

    label: Ints
    bus: Ints
    fall: Floats
    kind: Ints
    row: Ints
    below: Floats
    below_kind: Ints
    below_row: Ints
    u0: Floats
    dip: Floats


class Pieces:
    """电网的分片: rows sorted by low-voltage area once, so that a piece is cut without looking at the others."""

    def __init__(self, grid: GridModel, wires: Wiring, flow: Flow, *, walked: Tree | None = None) -> None:
        self.grid, self.wires, self.flow = grid, wires, flow
        self.tree = walked or tree(grid, wires)
        self.label = area_labels(grid, wires)
        self._trafo = self.label[grid.transformers.lv_node]
        self._line = np.maximum(self.label[grid.lines.from_node], self.label[grid.lines.to_node])
        loads, shunts, sources = (self.label[each.node] for each in (grid.loads, grid.shunts, grid.sources))
        self._rows = [_by_label(each) for each in (self.label, self._line, self._trafo, loads, shunts, sources)]
        self.areas = np.unique(self.label[(self.label != UPPER) & np.isfinite(flow.u_pu)])
        self._core = self._loops()

    def _loops(self) -> Bools:
        """Buses on the way of both ends of every upper branch that closes a loop: they belong to every piece."""
        grid, wires, core = self.grid, self.wires, np.zeros(self.wires.buses, dtype=bool)
        lines = len(grid.lines)
        on = np.concatenate([wires.line_from & wires.line_to, wires.trafo_hv & wires.trafo_lv])
        on &= np.concatenate([self._line, self._trafo]) == UPPER
        on[self.tree.branch[self.tree.branch >= 0]] = False
        for branch in np.flatnonzero(on).tolist():
            line, trafo = branch < lines, branch - lines
            ends = (
                (grid.lines.from_node[branch], grid.lines.to_node[branch])
                if line
                else (grid.transformers.hv_node[trafo], grid.transformers.lv_node[trafo])
            )
            for node in ends:
                self._mark(core, int(wires.bus[node]))
        core[wires.bus[grid.sources.node]] = True
        return core

    def _mark(self, kept: Bools, bus: int) -> None:
        while bus >= 0 and not kept[bus]:
            kept[bus] = True
            bus = int(self.tree.parent[bus])

    def kept(self, label: int) -> Bools:
        """This function will say which upper buses a piece has: all of them, or those on the way of its area to the source."""
        wires, grid = self.wires, self.grid
        if label == UPPER:
            return _spread(wires.buses, wires.bus[self._rows[0].get(UPPER, EMPTY)])
        kept = self._core.copy()
        trafos = self._rows[2].get(label, EMPTY)
        for bus in np.unique(wires.bus[grid.transformers.hv_node[trafos]]).tolist():
            self._mark_way(kept, bus)
        return kept

    def _mark_way(self, kept: Bools, bus: int) -> None:
        while bus >= 0:
            kept[bus] = True
            bus = int(self.tree.parent[bus])

    def piece(self, label: int, *, threads: int = 0) -> Piece:
        """This function will cut out the area `label` with its way to the source; UPPER: the whole network above 1 kV."""
        sub, nodes, lines, trafos = self._cut_out((label,), self.kept(label))
        wires = self.wires
        _, bus = np.unique(wires.bus[nodes], return_inverse=True)
        on = (wires.line_from[lines], wires.line_to[lines], wires.trafo_hv[trafos], wires.trafo_lv[trafos])
        own = Wiring(bus.astype(np.int64), wires.live[nodes], *on)
        return Piece(solver=Solver(sub, wires=own, threads=threads), nodes=nodes, lines=lines, trafos=trafos)

    def condensed(self, labels: Collection[int]) -> Condensed:
        """This function will give the network above 1 kV with some areas in it, switches and feeders kept, the rest as loads."""
        sub, *rows = self._cut_out(tuple(labels), self.kept(UPPER))
        counts = (len(self.grid.nodes), len(self.grid.lines), len(self.grid.transformers))
        at = [_placed(one, count) for one, count in zip(rows, counts, strict=True)]
        switches = self.grid.switches
        element = np.full(len(switches), -1)
        for kind, places in zip((SwitchAt.NODE, SwitchAt.LINE, SwitchAt.TRANSFORMER), at, strict=True):
            of_kind = switches.at == kind
            element[of_kind] = places[switches.element[of_kind]]
        known = np.flatnonzero((element >= 0) & (at[0][switches.node] >= 0))
        kept = replace(switches.take(known), node=at[0][switches.node[known]], element=element[known])
        fed = np.flatnonzero(at[0][self.grid.feeders.busbar] >= 0)
        feeders = _moved(self.grid.feeders.take(fed), at[0], "busbar")
        return Condensed(replace(sub, switches=kept, feeders=feeders), *at)

    def _cut_out(self, labels: Collection[int], at_bus: Bools) -> tuple[GridModel, Ints, Ints, Ints]:
        grid, wires = self.grid, self.wires
        kept = np.zeros(len(grid.nodes), dtype=bool)
        upper = self._rows[0].get(UPPER, EMPTY)
        kept[upper] = at_bus[wires.bus[upper]]
        for label in labels:
            if label != UPPER:
                kept[self._rows[0][label]] = True
        ends = (grid.lines.from_node, grid.lines.to_node), (grid.transformers.hv_node, grid.transformers.lv_node)
        lines, trafos = (self._both(table, labels, kept, pair) for table, pair in zip((1, 2), ends, strict=True))
        loads, shunts, sources = (
            self._at(table, labels, kept, node)
            for table, node in ((3, grid.loads.node), (4, grid.shunts.node), (5, grid.sources.node))
        )
        nodes = np.flatnonzero(kept)
        at = _placed(nodes, len(grid.nodes))
        sub = GridModel(
            nodes=grid.nodes.take(nodes),
            lines=_moved(grid.lines.take(lines), at, "from_node", "to_node"),
            transformers=_moved(grid.transformers.take(trafos), at, "hv_node", "lv_node"),
            loads=_moved(grid.loads.take(loads), at, "node").append(self._cut(kept, lines, trafos, at)),
            shunts=_moved(grid.shunts.take(shunts), at, "node"),
            sources=_moved(grid.sources.take(sources), at, "node"),
            f_hz=grid.f_hz,
        )
        return sub, nodes, lines, trafos

    def _both(self, table: int, labels: Collection[int], kept: Bools, ends: tuple[Ints, Ints]) -> Ints:
        rows = self._candidates(table, labels)
        return rows[kept[ends[0][rows]] & kept[ends[1][rows]]]

    def _at(self, table: int, labels: Collection[int], kept: Bools, node: Ints) -> Ints:
        rows = self._candidates(table, labels)
        return rows[kept[node[rows]]]

    def _candidates(self, table: int, labels: Collection[int]) -> Ints:
        rows = self._rows[table]
        return np.concatenate([rows.get(each, EMPTY) for each in (UPPER, *(one for one in labels if one != UPPER))])

    def _cut(self, kept: Bools, lines: Ints, trafos: Ints, at: Ints) -> Loads:
        """What flows out of the piece over branches that are not in it, as loads."""
        grid, wires, flow = self.grid, self.wires, self.flow
        cut_line, cut_trafo = np.ones(len(grid.lines), dtype=bool), np.ones(len(grid.transformers), dtype=bool)
        cut_line[lines], cut_trafo[trafos] = False, False
        table, trafo = grid.lines, grid.transformers
        node, p_kw, q_kvar = [], [], []
        for end, on, p, q in (
            (table.from_node, wires.line_from & cut_line, flow.line_p_kw, flow.line_q_kvar),
            (table.to_node, wires.line_to & cut_line, flow.line_to_p_kw, flow.line_to_q_kvar),
            (trafo.hv_node, wires.trafo_hv & cut_trafo, flow.trafo_p_kw, flow.trafo_q_kvar),
            (trafo.lv_node, wires.trafo_lv & cut_trafo, flow.trafo_to_p_kw, flow.trafo_to_q_kvar),
        ):
            rows = np.flatnonzero(on & kept[end])
            node.append(at[end[rows]])
            p_kw.append(p[rows])
            q_kvar.append(q[rows])
        nodes = np.concatenate(node)
        ids = np.array([f"cut {each}" for each in range(len(nodes))], dtype=np.str_)
        return Loads.of(id=ids, node=nodes, p_kw=np.concatenate(p_kw), q_kvar=np.concatenate(q_kvar))

    def passed(self, limits: Limits, whole: Solver) -> Passed:
        """This function will find, by lowering every source a little, how far each area and each upper bus may fall.

        `whole` is the solver of the same network with the same wires.
        """
        return self.passed_by(limits, whole.sagged(DIP))

    def passed_by(self, limits: Limits, after: Sagged | Flow) -> Passed:
        """This function will find the same from the state with every source a little lower."""
        grid, flow = self.grid, self.flow
        low, _ = limits.voltages(grid.nodes.kv)
        room = np.where(flow.u_pu >= low, flow.u_pu - low, WORSE_U)
        found = [(VOLTAGE, self.label, self.wires.bus, room, flow.u_pu - after.u_pu)]
        below = np.full(len(grid.lines) + len(grid.transformers), -1)
        reached = np.flatnonzero(self.tree.branch >= 0)
        below[self.tree.branch[reached]] = reached
        for kind, labels, bus, now, then, limit in (
            (LINE, self._line, below[: len(grid.lines)], flow.line_loading, after.line_loading, limits.line),
            (TRANSFORMER, self._trafo, below[len(grid.lines) :], flow.trafo_loading, after.trafo_loading, limits.trafo),
        ):
            found.append((kind, labels, bus, np.where(now <= limit, limit - now, WORSE_LOADING), then - now))
        u0, dip = np.zeros(self.wires.buses), np.zeros(self.wires.buses)
        u0[self.wires.bus], dip[self.wires.bus] = np.nan_to_num(flow.u_pu), np.nan_to_num(flow.u_pu - after.u_pu)
        return self._tightest(found, u0, dip)

    def _tightest(self, found: list[tuple[int, Ints, Ints, Floats, Floats]], u0: Floats, dip: Floats) -> Passed:
        each: list[tuple[Ints, Ints, Ints, Ints, Floats]] = []
        for of_kind, labels, buses, room, per_dip in found:
            rows = np.flatnonzero((per_dip > 1e-9) & (buses >= 0))
            each.append((labels[rows], buses[rows], np.full(len(rows), of_kind), rows, room[rows] / per_dip[rows]))
        label, bus, kind, row = (np.concatenate([part[at] for part in each]).astype(np.int64) for at in range(4))
        fall = np.concatenate([part[4] for part in each])
        names, head = self._heads()
        inner = np.isin(label, names)
        order = np.lexsort((fall[inner], label[inner]))
        areas, first = np.unique(label[inner][order], return_index=True)
        best = np.flatnonzero(inner)[order][first]
        heads = head[np.searchsorted(names, areas)]
        own = np.flatnonzero(label == UPPER)
        below = self._upward(
            np.concatenate([bus[own], heads]), np.concatenate([fall[own], fall[best]]), np.concatenate([own, best])
        )
        known = below >= 0
        return Passed(
            label=areas, bus=heads, fall=fall[best], kind=kind[best], row=row[best],
            below=np.where(known, fall[below], np.inf), below_kind=kind[below], below_row=row[below], u0=u0, dip=dip,
        )  # fmt: skip

    def _heads(self) -> tuple[Ints, Ints]:
        """Every live area and the bus it hangs on."""
        on = self.wires.trafo_hv & self.wires.trafo_lv & (self._trafo != UPPER)
        rows = np.flatnonzero(on & np.isfinite(self.flow.u_pu[self.grid.transformers.hv_node]))
        names, first = np.unique(self._trafo[rows], return_index=True)
        return names, self.wires.bus[self.grid.transformers.hv_node[rows[first]]]

    def _upward(self, bus: Ints, fall: Floats, who: Ints) -> Ints:
        """Who is tightest at or below every upper bus (-1: nobody)."""
        least, by = [np.inf] * self.wires.buses, [-1] * self.wires.buses
        for at, value, each in zip(bus.tolist(), fall.tolist(), who.tolist(), strict=True):
            if value < least[at]:
                least[at], by[at] = value, each
        upper = _spread(self.wires.buses, self.wires.bus[self._rows[0].get(UPPER, EMPTY)])
        parent = self.tree.parent.tolist()
        for at in self.tree.order[upper[self.tree.order]][::-1].tolist():
            up = parent[at]
            if up >= 0 and least[at] < least[up]:
                least[up], by[up] = least[at], by[at]
        return np.array(by, dtype=np.int64)

    def below(self, piece: Piece, label: int, passed: Passed) -> tuple[Floats, Ints, Ints]:
        """This function will give the passed-up limits (pu, kind, row) of all that hangs beside a piece, for its buses."""
        kept = self.kept(label)
        upper = _spread(self.wires.buses, self.wires.bus[self._rows[0].get(UPPER, EMPTY)])
        parent = self.tree.parent
        beside = np.flatnonzero(upper & ~kept & (parent >= 0))
        beside = beside[kept[parent[beside]] & np.isfinite(passed.below[beside])]
        others = np.flatnonzero((passed.label != label) & kept[passed.bus])
        bus = np.concatenate([passed.bus[others], parent[beside]])
        limit = passed.u0[bus] - np.concatenate([passed.fall[others], passed.below[beside]]) * passed.dip[bus]
        kind = np.concatenate([passed.kind[others], passed.below_kind[beside]])
        row = np.concatenate([passed.row[others], passed.below_row[beside]])
        whole = np.full(self.wires.buses, -1)
        whole[self.wires.bus[piece.nodes]] = piece.solver.bus
        order = np.argsort(limit, kind="stable")
        at, count = whole[bus][order], piece.solver.wires.buses
        low, of_kind, of_row = np.zeros(count), np.full(count, -1), np.full(count, -1)
        low[at], of_kind[at], of_row[at] = limit[order], kind[order], row[order]
        return low, of_kind, of_row


def _placed(rows: Ints, count: int) -> Ints:
    at = np.full(count, -1)
    at[rows] = np.arange(len(rows))
    return at


def _spread(count: int, rows: Ints) -> Bools:
    marked = np.zeros(count, dtype=bool)
    marked[rows] = True
    return marked


EMPTY = np.array([], dtype=np.int64)


def _by_label(labels: Ints) -> dict[int, Ints]:
    if not len(labels):
        return {}
    order = np.argsort(labels, kind="stable")
    names, first = np.unique(labels[order], return_index=True)
    ends = [*first[1:].tolist(), len(order)]
    return {name: order[at:end] for name, at, end in zip(names.tolist(), first.tolist(), ends, strict=True)}


T = TypeVar("T", bound=Columns)


def _moved(table: T, at: Ints, *columns: str) -> T:
    return replace(table, **{name: at[getattr(table, name)] for name in columns})
