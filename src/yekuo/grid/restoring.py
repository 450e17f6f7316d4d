"""转供校核: which outages near a customer, restorable today by closing a tie, are not any more once his load is drawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from yekuo.grid.atlas import Atlas
from yekuo.grid.bounds import LINE, VOLTAGE, bus_limits
from yekuo.grid.candidates import Application, Candidate
from yekuo.grid.capacity import with_inflight
from yekuo.grid.columns import Floats, Ints
from yekuo.grid.contingency import VOLTAGE_SCALE, Judge, Upper
from yekuo.grid.model import MV_FROM, Inflight, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """一处停电: section and the best tie (ids and names, "" for none), kW cut off first, what is reached or broken, in words.

    `stress` is 1 at the first limit, inf where somebody is not served whatever tie is closed.
    """

    section: str
    section_name: str
    tie: str
    tie_name: str
    lost_kw: float
    stress: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """转供结论 at one place. `spoiled`: outages that a tie restores today and that this load spoils, the worst first.

    `cut_off`: outages that leave the customer himself without supply until the repair, with or without his load. `checked`
    counts the outages looked at: those of his own feeder and of feeders that help it or that it helps.
    """

    checked: int
    spoiled: tuple[Outage, ...]
    cut_off: tuple[Outage, ...]

    @property
    def secure(self) -> bool:
        """Whether every outage near by stays restorable and none cuts the customer off."""
        return not self.spoiled and not self.cut_off

    @property
    def words(self) -> str:
        """The conclusion in one or two sentences, "" where there was nothing to look at."""
        if not self.checked:
            return ""
        if self.secure:
            return f"N-1：附近 {self.checked} 处线路段任一停电，本次接入都不影响转供"
        return "N-1：" + "；".join(one for one in (_spoiled_words(self.spoiled), _cut_off_words(self.cut_off)) if one)


def _spoiled_words(some: Sequence[Outage]) -> str:
    if not some:
        return ""
    more = f"（另有 {len(some) - 1} 处）" if len(some) > 1 else ""
    return f"{some[0].section_name} 停电现在可以转供，接入后不能再全部转供：{some[0].words}{more}"


def _cut_off_words(some: Sequence[Outage]) -> str:
    if not some:
        return ""
    more = f"等 {len(some)} 处" if len(some) > 1 else ""
    return f"{some[0].section_name} {more}停电时该处无法转供，须待抢修（{some[0].words}）"


NOTHING_LOOKED_AT = Restored(checked=0, spoiled=(), cut_off=())


def restorable(
    atlas: Atlas,
    app: Application,
    found: Sequence[Candidate],
    *,
    inflight: Iterable[Inflight] = (),
    limits: Limits | None = None,
    threads: int = -1,
) -> tuple[Restored, ...]:
    """This function will check N-1 for an application at each of its candidates; raises NoSolutionError and UnknownNodeError.

    A low-voltage load or generation is not asked for it. A load is never refused for it.
    """
    if not found or app.low_voltage or app.generation:
        return (NOTHING_LOOKED_AT,) * len(found)
    checked = Restoring(atlas, inflight, limits=limits, threads=threads)
    return tuple(checked.at(drawn_node(atlas, one), kw=app.p_kw, kvar=app.q_kvar) for one in found)


def drawn_node(atlas: Atlas, one: Candidate) -> str:
    """This function will name the node a candidate's load is drawn at: of a tee the end of the line away from the source."""
    if one.node:
        return one.node
    lines, row = atlas.grid.lines, atlas.grid.lines.row[one.line]
    near = atlas.feeding_end(row)
    far = int(lines.to_node[row]) if near == int(lines.from_node[row]) else int(lines.from_node[row])
    return str(atlas.grid.nodes.id[far])


class Restoring:
    """转供底图: the medium-voltage network with everything in flight, ready to be asked about one place after the other."""

    def __init__(
        self, atlas: Atlas, inflight: Iterable[Inflight] = (), *, limits: Limits | None = None, threads: int = -1
    ) -> None:
        """This function will solve the network; raises NoSolutionError and UnknownNodeError."""
        self.atlas = atlas
        self.upper = Upper(with_inflight(atlas.grid, inflight), limits or Limits(), threads=threads)
        self.judge = Judge(self.upper)
        self.section, self.tie = self.upper.pairs()
        self.lost = self.upper.lost()
        self._before = np.full(len(self.section), np.nan)
        self._which = np.zeros(len(self.section), dtype=np.int64)

    def at(self, node: str, *, kw: float, kvar: float) -> Restored:
        """This function will check the outages near a node with a load drawn there."""
        bus = self._bus(self.atlas.grid.nodes.row[node])
        near = self._near(bus) if bus >= 0 else np.zeros(0, dtype=np.int64)
        if not len(near):
            return NOTHING_LOOKED_AT
        own = self.upper.inside(np.array([bus]))[:, 0]
        holds = self._before[near] <= 1.0
        cut_off = [self._outage(at, self._before[at], self._which[at]) for at in near[~holds & own[self.section[near]]]]
        spoiled = self._spoiled(near[holds], bus, kw, kvar)
        return Restored(
            checked=len(near),
            spoiled=tuple(sorted(spoiled, key=lambda each: -each.stress)),
            cut_off=tuple(sorted(cut_off, key=lambda each: -each.lost_kw)),
        )

    def _spoiled(self, best: Ints, bus: int, kw: float, kvar: float) -> list[Outage]:
        """Outages whose best pairs are given: what the best tie does not restore any more is tried with the others."""
        stress, which = self._stress(best, bus, kw, kvar)
        lost = np.flatnonzero(stress > 1.0)
        others = np.flatnonzero(np.isin(self.section, self.section[best[lost]]) & (self._before <= 1.0))
        others = np.setdiff1d(others, best[lost])
        saved = self.section[others[self._stress(others, bus, kw, kvar)[0] <= 1.0]]
        return [
            self._outage(int(best[at]), float(stress[at]), int(which[at]))
            for at in lost.tolist()
            if self.section[best[at]] not in saved
        ]

    def _stress(self, pairs: Ints, bus: int, kw: float, kvar: float) -> tuple[Floats, Ints]:
        count = len(pairs)
        load = (np.full(count, bus), np.full(count, kw), np.full(count, kvar))
        stress, which = np.empty(count), np.empty(count, dtype=np.int64)
        for part in self.upper.solver.switched(self.upper.sections[self.section[pairs]], self.tie[pairs], load):
            at = slice(part.first, part.first + len(part.ok))
            stress[at], which[at] = self.judge.stress(part)
        return stress, which

    def _bus(self, row: int) -> int:
        """The bus of a node in the medium-voltage network; below 1 kV the one that feeds its area; -1 where there is none."""
        atlas, upper = self.atlas, self.upper
        bus = int(atlas.wires.bus[row])
        kv = atlas.grid.nodes.kv
        while kv[atlas.node_of_bus[bus]] < MV_FROM and atlas.walked.parent[bus] >= 0:
            bus = int(atlas.walked.parent[bus])
        at = np.flatnonzero(upper.piece.nodes == atlas.node_of_bus[bus])
        return int(upper.solver.bus[at[0]]) if len(at) and upper.tree.reached[upper.solver.bus[at[0]]] else -1

    def _near(self, bus: int) -> Ints:
        """The best pair, with nothing added, of every section of this feeder and of those that this feeder restores.

        At a busbar the feeder is every feeder of it.
        """
        lines, buses = self.upper.solver.grid.lines, self.upper.solver.bus
        table = self.upper.solver.grid.nodes
        own = {str(each) for each in table.feeder[buses == bus]} - {""} or self._feeders_of(bus)
        mine = np.isin(table.feeder, list(own))
        touched = mine[lines.from_node] | mine[lines.to_node]
        touched = np.append(touched, False)
        sections, ties = touched[self.upper.sections[self.section]], touched[self.tie]
        concerned = np.flatnonzero(np.isin(self.section, self.section[sections | ties]))
        unknown = concerned[np.isnan(self._before[concerned])]
        if len(unknown):
            self._before[unknown], self._which[unknown] = self._stress(unknown, bus, 0.0, 0.0)
        order = concerned[np.lexsort((self._before[concerned], self.section[concerned]))]
        _, first = np.unique(self.section[order], return_index=True)
        best = order[first]
        return best[sections[best] | ties[best]]

    def _feeders_of(self, bus: int) -> set[str]:
        """The feeders that begin at a busbar: those of the buses right below it."""
        below = np.flatnonzero(self.upper.tree.parent == bus)
        table = self.upper.solver.grid.nodes
        return {str(each) for each in table.feeder[np.isin(self.upper.solver.bus, below)]} - {""}

    def _outage(self, pair: int, stress: float, which: int) -> Outage:
        row, tie = int(self.upper.sections[self.section[pair]]), int(self.tie[pair])
        tie_name = self._line_name(tie) if tie >= 0 else ""
        return Outage(
            section=self._line_id(row), section_name=self._line_name(row), tie=self._line_id(tie) if tie >= 0 else "",
            tie_name=tie_name, lost_kw=float(self.lost[self.section[pair]]), stress=float(stress),
            words=self._words(tie_name, float(stress), int(which)),
        )  # fmt: skip

    def _words(self, tie: str, stress: float, which: int) -> str:
        if not tie:
            return "没有联络"
        if np.isinf(stress):
            return f"合上 {tie} 后仍有负荷停电"
        judge = self.judge
        if which >= len(judge.low):
            limit = float(np.concatenate([judge.line, judge.trafo])[which - len(judge.low)])
            kind, row = (int(each[0]) for each in self.upper.elements(np.array([which])))
            return f"合上 {tie} 后 {self._name(kind, row)} 负载率 {stress * limit:.0%}（限值 {limit:.0%}）"
        return f"合上 {tie} 后 {self._low_words(which, float(judge.low[which]) - (stress - 1) * VOLTAGE_SCALE)}"

    def _low_words(self, bus: int, u_pu: float) -> str:
        """A voltage too low for the node itself, or for something below it that has no row in this network."""
        _, rows = self.upper.elements(np.array([bus]))
        node, extra = self._name(VOLTAGE, int(rows[0])), self.upper.extra
        own = bus_limits(self.upper.solver.grid, self.upper.solver, self.upper.limits)[0]
        if extra is not None and extra[0][bus] > own[bus]:
            return f"{node} 电压 {u_pu:.3f}，其下 {self._name(int(extra[1][bus]), int(extra[2][bus]))} 越限"
        return f"{node} 电压 {u_pu:.3f}（限值 {self.judge.low[bus]:.3f}）"

    def _name(self, kind: int, row: int) -> str:
        names = self.atlas.names
        if kind == VOLTAGE:
            return names.node(row)
        return f"线路 {names.line(row)}" if kind == LINE else names.transformer(row)

    def _line_id(self, row: int) -> str:
        return str(self.upper.solver.grid.lines.id[row])

    def _line_name(self, row: int) -> str:
        """What the section or the tie is called; ties that are switches have no row in the network itself."""
        return self.atlas.names.element("line", self._line_id(row))
