"""分片: the medium-voltage network whole, one low-voltage area exact, the others as their load and their voltage limit."""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from yekuo.grid.bounds import LINE, TRANSFORMER, VOLTAGE, WORSE_LOADING, WORSE_U
from yekuo.grid.columns import Columns, Floats, Ints
from yekuo.grid.model import GridModel, Limits, Loads
from yekuo.grid.solve import Flow, Solver
from yekuo.grid.topology import Wiring, area_labels

UPPER = -1
DIP = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """一片: a solver of a part of the network, and the rows its nodes, lines and transformers have in the whole."""

    solver: Solver
    nodes: Ints
    lines: Ints
    trafos: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """上传约束 per area: the bus it hangs on, the voltage there below which it breaks a limit of its own, kind and row of that."""

    label: Ints
    bus: Ints
    u_pu: Floats
    kind: Ints
    row: Ints


class Pieces:
    """电网的分片: rows sorted by low-voltage area once, so that a piece is cut without looking at the others."""

    def __init__(self, grid: GridModel, wires: Wiring, flow: Flow) -> None:
        self.grid, self.wires, self.flow = grid, wires, flow
        self.label = area_labels(grid, wires)
        self._trafo = self.label[grid.transformers.lv_node]
        line = np.maximum(self.label[grid.lines.from_node], self.label[grid.lines.to_node])
        loads, shunts, sources = (self.label[each.node] for each in (grid.loads, grid.shunts, grid.sources))
        of_tables = (self.label, line, self._trafo, loads, shunts, sources)
        self._rows = [_by_label(each) for each in of_tables]
        self.areas = np.unique(self.label[(self.label != UPPER) & np.isfinite(flow.u_pu)])

    def piece(self, label: int, *, threads: int = 0) -> Piece:
        """This function will cut out the upper network with the area `label`; UPPER: without any."""
        picked = [
            np.concatenate([rows.get(UPPER, EMPTY), rows.get(label, EMPTY) if label != UPPER else EMPTY])
            for rows in self._rows
        ]
        nodes, lines, trafos, loads, shunts, sources = picked
        grid = self.grid
        at = np.full(len(grid.nodes), -1)
        at[nodes] = np.arange(len(nodes))
        sub = GridModel(
            nodes=grid.nodes.take(nodes),
            lines=_moved(grid.lines.take(lines), at, "from_node", "to_node"),
            transformers=_moved(grid.transformers.take(trafos), at, "hv_node", "lv_node"),
            loads=_moved(grid.loads.take(loads), at, "node").append(self._as_loads(trafos, at)),
            shunts=_moved(grid.shunts.take(shunts), at, "node"),
            sources=_moved(grid.sources.take(sources), at, "node"),
            f_hz=grid.f_hz,
        )
        wires = self.wires
        _, bus = np.unique(wires.bus[nodes], return_inverse=True)
        ends = (wires.line_from[lines], wires.line_to[lines], wires.trafo_hv[trafos], wires.trafo_lv[trafos])
        own = Wiring(bus.astype(np.int64), wires.live[nodes], *ends)
        return Piece(solver=Solver(sub, wires=own, threads=threads), nodes=nodes, lines=lines, trafos=trafos)

    def _as_loads(self, kept: Ints, at: Ints) -> Loads:
        trafos, wires = self.grid.transformers, self.wires
        cut = wires.trafo_hv & (self._trafo != UPPER)
        cut[kept] = False
        rows = np.flatnonzero(cut)
        return Loads.of(
            id=np.char.add("PQ ", trafos.id[rows]) if len(rows) else [],
            node=at[trafos.hv_node[rows]],
            p_kw=self.flow.trafo_p_kw[rows],
            q_kvar=self.flow.trafo_q_kvar[rows],
        )

    def passed(self, limits: Limits) -> Passed:
        """This function will find, by lowering every source a little, how far each area lets its bus fall."""
        grid, flow = self.grid, self.flow
        dipped = replace(grid, sources=replace(grid.sources, u_pu=grid.sources.u_pu * (1 - DIP)))
        after = Solver(dipped, wires=self.wires).flow()
        trafos = grid.transformers
        lower = np.flatnonzero(
            self.wires.trafo_hv & self.wires.trafo_lv & (self._trafo != UPPER) & np.isfinite(flow.u_pu[trafos.hv_node])
        )
        head = np.full(len(grid.nodes), -1)
        head[self._trafo[lower][::-1]] = trafos.hv_node[lower][::-1]
        low, _ = limits.voltages(grid.nodes.kv)
        fall = np.where(flow.u_pu >= low, flow.u_pu - low, WORSE_U)
        rates = [(VOLTAGE, np.arange(len(grid.nodes)), self.label, fall, flow.u_pu - after.u_pu)]
        for kind, rows, now, then, limit in (
            (LINE, self._rows[1], flow.line_loading, after.line_loading, limits.line),
            (TRANSFORMER, self._rows[2], flow.trafo_loading, after.trafo_loading, limits.trafo),
        ):
            of = np.full(len(now), UPPER)
            for label, members in rows.items():
                of[members] = label
            rates.append(
                (kind, np.arange(len(now)), of, np.where(now <= limit, limit - now, WORSE_LOADING), then - now)
            )
        return self._tightest(head, rates, after)

    def _tightest(self, head: Ints, rates: list[tuple[int, Ints, Ints, Floats, Floats]], after: Flow) -> Passed:
        kinds, rows, labels, falls = [], [], [], []
        for kind, row, label, room, per_dip in rates:
            known = (label != UPPER) & (head[label] >= 0) & (per_dip > 1e-9)
            node = head[label[known]]
            dip = self.flow.u_pu[node] - after.u_pu[node]
            kinds.append(np.full(int(known.sum()), kind))
            rows.append(row[known])
            labels.append(label[known])
            falls.append(room[known] * dip / per_dip[known])
        kind_, row_, label_, fall_ = (np.concatenate(each) for each in (kinds, rows, labels, falls))
        order = np.lexsort((fall_, label_))
        names, first = np.unique(label_[order], return_index=True)
        best = order[first]
        node = head[names]
        limit = self.flow.u_pu[node] - fall_[best]
        return Passed(label=names, bus=self.wires.bus[node], u_pu=limit, kind=kind_[best], row=row_[best])

    def below(self, piece: Piece, label: int, passed: Passed) -> tuple[Floats, Ints, Ints]:
        """This function will give the passed-up limits of all areas but `label` for the buses of a piece."""
        own = piece.solver.bus
        whole = np.full(self.wires.buses, -1)
        whole[self.wires.bus[piece.nodes]] = own
        others = passed.label != label
        order = np.argsort(passed.u_pu[others], kind="stable")
        at = whole[passed.bus[others]][order]
        low, kind, row = (
            np.zeros(piece.solver.wires.buses),
            np.full(piece.solver.wires.buses, -1),
            np.full(piece.solver.wires.buses, -1),
        )
        low[at], kind[at], row[at] = passed.u_pu[others][order], passed.kind[others][order], passed.row[others][order]
        return low, kind, row


EMPTY = np.array([], dtype=np.int64)


def _by_label(labels: Ints) -> dict[int, Ints]:
    if not len(labels):
        return {}
    order = np.argsort(labels, kind="stable")
    names, first = np.unique(labels[order], return_index=True)
    return dict(zip(names.tolist(), np.split(order, first[1:]), strict=True))


T = TypeVar("T", bound=Columns)


def _moved(table: T, at: Ints, *columns: str) -> T:
    return replace(table, **{name: at[getattr(table, name)] for name in columns})
