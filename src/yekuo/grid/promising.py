"""承诺校核: whether everything promised and one more fits the network by full AC, and how much each element may carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np

from yekuo.grid.atlas import Atlas
from yekuo.grid.bounds import LINE, VOLTAGE, WORSE_LOADING, bounds
from yekuo.grid.capacity import base_of, tangent, with_inflight
from yekuo.grid.columns import Bools, Floats
from yekuo.grid.evaluate import FULL
from yekuo.grid.headroom import branch_rooms
from yekuo.grid.model import Inflight, Limits
from yekuo.grid.solve import NoSolutionError, Part, Solver

LINE_ID, TRANSFORMER_ID = "line", "transformer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """校核结果: whether it fits, the share of the tightest margin used (inf: no solution), and what binds, in words."""

    fits: bool
    used: float
    words: str


class Ground:
    """校核底图: a network with what its file promises, solved once; every promise is judged against this state.

    So many small promises cannot each make a broken limit a little worse: all of them together may, once.
    """

    def __init__(self, atlas: Atlas, stated: Sequence[Inflight] = (), *, limits: Limits | None = None) -> None:
        """This function will solve the network; raises NoSolutionError and UnknownNodeError."""
        self.atlas, self.limits = atlas, limits or Limits()
        self.grid = with_inflight(atlas.grid, stated)
        self.solver = Solver(self.grid, wires=atlas.wires, threads=-1)
        self.base = base_of(self.solver)
        if not self.base.ok[0]:
            raise NoSolutionError("现状电网（含文件所列在途容量）潮流不收敛，无法校核")
        self.bounds = bounds(self.solver, self.base, self.limits)
        self._turn = Lock()

    def fit(self, drawn: Sequence[Inflight]) -> Fit:
        """This function will solve the network with all of `drawn` and say whether it keeps every limit; UnknownNodeError."""
        p, q = np.zeros(self.solver.wires.buses), np.zeros(self.solver.wires.buses)
        for one in drawn:
            bus = self.solver.bus[self.grid.nodes.row[one.node]]
            p[bus] += one.p_kw
            q[bus] += one.q_kvar
        at = np.flatnonzero((p != 0) | (q != 0))
        if not len(at):
            return Fit(fits=True, used=0.0, words="")
        dead = at[~np.asarray(self.base.u_pu[0, at] > 0)]
        if len(dead):
            return Fit(fits=False, used=np.inf, words=f"节点 {self.atlas.node_of_bus[int(dead[0])]} 没有电源")
        with self._turn:  # the solver keeps what failed of its last batch
            (part,) = self.solver.added(at[None, :], p[at][None, :], q[at][None, :])
        return self._judged(part)

    def _judged(self, part: Part) -> Fit:
        used, which = self.bounds.used(part)
        share = float(used[0])
        if not part.ok[0]:
            return Fit(fits=False, used=np.inf, words="潮流不收敛：带不动这些负荷")
        return Fit(fits=share <= FULL, used=share, words=self._words(part, which))

    def _words(self, part: Part, which: np.ndarray) -> str:
        kind, row = (int(each[0]) for each in self.bounds.binding(which))
        grid = self.grid
        if kind == VOLTAGE:
            bus, node = self.solver.bus[row], str(grid.nodes.id[row])
            before, after = float(self.base.u_pu[0, bus]), float(part.u_pu[0, bus])
            low = float(self.limits.voltages(grid.nodes.kv[[row]])[0][0])
            return f"{self.atlas.node_name(node)} 电压 {before:.3f} → {after:.3f}（限值 {low:.3f}）"
        if kind == LINE:
            at = int(np.flatnonzero(self.solver.lines == row)[0])
            before, after, limit = self.base.line[0, at], part.line[0, at], self.limits.line
            name = f"线路 {grid.lines.name[row] or grid.lines.id[row]}"
        else:
            at = int(np.flatnonzero(self.solver.trafos == row)[0])
            before, after, limit = self.base.trafo[0, at], part.trafo[0, at], self.limits.trafo
            name = f"变压器 {grid.transformers.name[row] or grid.transformers.id[row]}"
        return f"{name} 负载率 {before:.0%} → {after:.0%}（限值 {limit:.0%}）"

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
