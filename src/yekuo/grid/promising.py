"""承诺校核: whether everything promised and one more fits the network by full AC, and how much each element may carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np

from yekuo.grid.atlas import Atlas
from yekuo.grid.bounds import LEAST, LINE, TRANSFORMER, VOLTAGE, WORSE_LOADING, WORSE_U, bus_limits
from yekuo.grid.capacity import base_of, tangent, with_inflight
from yekuo.grid.columns import Bools, Floats
from yekuo.grid.evaluate import FULL
from yekuo.grid.headroom import branch_rooms
from yekuo.grid.model import MV_FROM, Inflight, Limits
from yekuo.grid.solve import NoSolutionError, Part, Solver

NOISE = 1e-7
"""What a power flow may be off by (pu, share of the rating)."""
LINE_ID, TRANSFORMER_ID = "line", "transformer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """校核结果: whether it fits, the share of the tightest margin used (inf: no solution), and what binds, in words."""

    fits: bool
    used: float
    words: str


class Ground:
    """校核底图: a network with what its file promises, solved once; every promise is judged against this state.

    A margin that others used up hinders nobody who hardly uses it. What is broken already hinders whoever hangs behind it: all promises
    there together may make it a little worse, once. To others it is a hindrance only if they make it noticeably worse themselves.
    """

    def __init__(self, atlas: Atlas, stated: Sequence[Inflight] = (), *, limits: Limits | None = None) -> None:
        """This function will solve the network; raises NoSolutionError and UnknownNodeError."""
        self.atlas, self.limits = atlas, limits or Limits()
        self.grid = with_inflight(atlas.grid, stated)
        self.solver = Solver(self.grid, wires=atlas.wires, threads=-1)
        self.base = base_of(self.solver)
        if not self.base.ok[0]:
            raise NoSolutionError("现状电网（含文件所列在途容量）潮流不收敛，无法校核")
        low, node = bus_limits(self.grid, self.solver, self.limits)
        buses, lines, trafos = len(low), len(self.solver.lines), len(self.solver.trafos)
        self.limit = np.concatenate([-low, np.full(lines, self.limits.line), np.full(trafos, self.limits.trafo)])
        self.worse = np.concatenate([np.full(buses, WORSE_U), np.full(lines + trafos, WORSE_LOADING)])
        self.rows = np.concatenate([node, self.solver.lines, self.solver.trafos])
        self.kinds = np.repeat([VOLTAGE, LINE, TRANSFORMER], [buses, lines, trafos])
        self.known = np.concatenate([self.base.u_pu[0] > 0, np.ones(lines + trafos, dtype=bool)])
        self._turn = Lock()

    def fit(self, drawn: Sequence[Inflight], *, beside: Sequence[Inflight] = ()) -> Fit:
        """This function will solve the network with `drawn` beside what is promised already and judge it; UnknownNodeError."""
        before, after = self._added(beside), self._added((*beside, *drawn))
        at = np.flatnonzero((after != 0).any(axis=0))
        if not len(at):
            return Fit(fits=True, used=0.0, words="")
        dead = at[~np.asarray(self.base.u_pu[0, at] > 0)]
        if len(dead):
            name = self.atlas.names.node(int(self.atlas.node_of_bus[int(dead[0])]))
            return Fit(fits=False, used=np.inf, words=f"{name} 没有电源")
        with self._turn:  # the solver keeps what failed of its last batch
            parts = list(
                self.solver.added(
                    np.stack([at, at]), np.stack([before[0, at], after[0, at]]), np.stack([before[1, at], after[1, at]])
                )
            )
        ok = np.concatenate([one.ok for one in parts])
        if not ok[1]:
            return Fit(fits=False, used=np.inf, words="潮流不收敛：带不动这些负荷")
        values = np.concatenate([_values(one) for one in parts])
        return self._judged(values[0] if ok[0] else _values(self.base)[0], values[1], drawn)

    def _added(self, some: Sequence[Inflight]) -> Floats:
        found = np.zeros((2, self.solver.wires.buses))
        for one in some:
            bus = self.solver.bus[self.grid.nodes.row[one.node]]
            found[:, bus] += one.p_kw, one.q_kvar
        return found

    def _judged(self, before: Floats, after: Floats, drawn: Sequence[Inflight]) -> Fit:
        base = _values(self.base)[0]
        room = np.maximum(self.limit - base, LEAST)
        broken, grown = before > self.limit, after - before
        little = (grown <= (1 - FULL) * room) & (after <= self.limit) | (grown <= NOISE)
        share = np.where(broken, grown / self.worse, np.where(little, 0.0, (after - base) / room))
        behind = broken & self._behind([one.node for one in drawn])
        share = np.where(behind, np.maximum(share, (after - base) / self.worse), share)
        which = int(np.where(self.known, share, -np.inf).argmax())
        return Fit(fits=bool(share[which] <= FULL), used=float(share[which]), words=self._words(which, before, after))

    def _behind(self, nodes: Sequence[str]) -> Bools:
        """Constraints that everything drawn at these nodes goes through, or shares a feeder or a low-voltage area with."""
        grid = self.grid
        table = grid.nodes
        found = np.zeros(len(self.limit), dtype=bool)
        for node in nodes:
            row = table.row[node]
            lines, trafos = self.atlas.path(row)
            keys = [*((LINE, one) for one in lines), *((TRANSFORMER, one) for one in trafos)]
            found[[self._place[key] for key in keys if key in self._place]] = True
            near = (
                (table.feeder == table.feeder[row]) & (table.kv >= MV_FROM) if table.feeder[row] else table.id == node
            )
            if table.area[row]:
                near = near | (table.area == table.area[row])
            found[np.unique(self.solver.bus[np.flatnonzero(near)])] = True
        return found

    @cached_property
    def _place(self) -> Mapping[tuple[int, int], int]:
        """Where the constraint of an element stands, by kind and row."""
        return {key: at for at, key in enumerate(zip(self.kinds.tolist(), self.rows.tolist(), strict=True))}

    def _words(self, which: int, before: Floats, after: Floats) -> str:
        kind, row = int(self.kinds[which]), int(self.rows[which])
        if kind == VOLTAGE:
            name = self.atlas.names.node(row)
            return f"{name} 电压 {_change(-before[which], -after[which], -self.limit[which])}"
        names = self.atlas.names
        name = f"线路 {names.line(row)}" if kind == LINE else f"变压器 {names.transformer(row)}"
        return f"{name} 负载率 {_change(before[which], after[which], self.limit[which], share=True)}"

    def path(self, node: str) -> tuple[str, ...]:
        """This function will name the elements that carry all of what is drawn at a node, from it up to its source.

        Elements in a loop carry a part only and are left to the power flow.
        """
        lines, trafos = self.atlas.path(self.grid.nodes.row[node])
        count = len(self.grid.lines)
        return (
            *(f"{LINE_ID}/{self.grid.lines.id[one]}" for one in lines if not self._looped[one]),
            *(f"{TRANSFORMER_ID}/{self.grid.transformers.id[one]}" for one in trafos if not self._looped[count + one]),
        )

    def rooms(self, elements: Sequence[str]) -> Mapping[str, float]:
        """This function will say how many kVA (at power factor 0.95) may be promised through elements of this network."""
        found: dict[str, float] = {}
        lines, trafos = self.grid.lines, self.grid.transformers
        for element in elements:
            kind, _, key = element.partition("/")
            if kind == LINE_ID and key in lines.row:
                found[element] = float(self._rooms[lines.row[key]])
            elif kind == TRANSFORMER_ID and key in trafos.row:
                found[element] = float(self._rooms[len(lines) + trafos.row[key]])
        return found

    @cached_property
    def _rooms(self) -> Floats:
        """What is overloaded already may be made worse by as little as a power flow lets pass, by all promises together."""
        flow, slope = self.solver.flow(), tangent(0.95)
        room = branch_rooms(self.grid, flow, self.limits, slope)[0] * np.sqrt(1 + slope**2)
        lines = self.grid.lines
        rated = np.concatenate(
            [np.sqrt(3) * self.grid.nodes.kv[lines.from_node] * lines.rated_a, self.grid.transformers.kva]
        )
        kept: Floats = np.maximum(room, WORSE_LOADING * np.nan_to_num(rated))
        return np.where(np.isfinite(kept), kept, 1e9)

    @cached_property
    def _looped(self) -> Bools:
        """Branches of the tree that another way closes a loop over, or joins to another source."""
        wires, walked, grid = self.atlas.wires, self.atlas.walked, self.grid
        lines, trafos = grid.lines, grid.transformers
        a = np.concatenate([wires.bus[lines.from_node], wires.bus[trafos.hv_node]])
        b = np.concatenate([wires.bus[lines.to_node], wires.bus[trafos.lv_node]])
        on = np.concatenate([wires.line_from & wires.line_to, wires.trafo_hv & wires.trafo_lv]) & (a != b)
        found = np.zeros(len(a), dtype=bool)
        in_tree = np.zeros(len(a), dtype=bool)
        in_tree[walked.branch[walked.branch >= 0]] = True
        for one in np.flatnonzero(on & ~in_tree & walked.reached[a] & walked.reached[b]).tolist():
            up, down = walked.path(int(a[one])), walked.path(int(b[one]))
            found[list(set(up) ^ set(down))] = True
        return found


def _change(before: float, after: float, limit: float, *, share: bool = False) -> str:
    """Before, after and limit with as many digits as it takes to tell after from the others."""
    first, last = (0, 3) if share else (3, 6)
    for digits in range(first, last + 1):
        form = f".{digits}%" if share else f".{digits}f"
        was, now, most = (f"{each:{form}}" for each in (before, after, limit))
        if now not in (was, most):
            break
    return f"{was} → {now}（限值 {most}）"


def _values(part: Part) -> Floats:
    """Voltages turned round, then loadings: in all of them more is worse."""
    found: Floats = np.concatenate([-part.u_pu, part.line, part.trafo], axis=1)
    return found
