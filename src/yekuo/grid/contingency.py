"""N-1 校核: every medium-voltage section out, the best tie closed; and the load that can be added without spoiling any of it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from yekuo.grid.bounds import LINE, TRANSFORMER, VOLTAGE, WORSE_LOADING, WORSE_U, bounds, bus_limits
from yekuo.grid.capacity import CapacityMap, State, base_of
from yekuo.grid.climb import climb
from yekuo.grid.columns import Bools, Floats, Ints
from yekuo.grid.model import MV_FROM, GridModel, Limits, Lines, SwitchAt, Switches
from yekuo.grid.pieces import DIP, UPPER, Piece, Pieces
from yekuo.grid.solve import Part, Solver
from yekuo.grid.topology import Tree, Wiring, tree, wiring

TIE_OHM = 0.001
VOLTAGE_SCALE = 0.05
TIE = "tie/"


@dataclass(frozen=True, eq=False, kw_only=True)
class Sections:
    """线路段与联络: the lines an outage may name; an open switch between nodes stands as a line `tie/<switch>`."""

    grid: GridModel

    def names(self, rows: Ints) -> list[str]:
        """This function will name sections or ties by their ids ("": none)."""
        return [str(self.grid.lines.id[row]) if row >= 0 else "" for row in rows.tolist()]


@dataclass(frozen=True, eq=False, kw_only=True)
class Outages(Sections):
    """N-1 结果 per section: the tie that serves best, the load cut off first, whether all of it is served within limits.

    `section` and `tie` (-1: none) are rows of `grid.lines`, with the ties. `stress` is 1 at the first limit; kind and row
    name the element nearest to its limit.
    """

    section: Ints
    tie: Ints
    lost_kw: Floats
    stress: Floats
    restorable: Bools
    kind: Ints
    row: Ints
    flows: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Firm:
    """N-1 可开放容量 per node: kW that spoils no outage that can be restored today, and the section whose outage decides (-1)."""

    kw: Floats
    section: Ints
    flows: int


def with_ties(grid: GridModel) -> GridModel:
    """This function will put an open line in the place of every open switch between two live medium-voltage nodes."""
    switches, nodes = grid.switches, grid.nodes
    ends = np.where(switches.at == SwitchAt.NODE, switches.element, switches.node)
    open_ = (switches.at == SwitchAt.NODE) & ~switches.closed & (nodes.kv[switches.node] >= MV_FROM)
    rows = np.flatnonzero(open_ & nodes.in_service[switches.node] & nodes.in_service[ends])
    count = len(rows)
    if not count:
        return grid
    ids = np.char.add(TIE, switches.id[rows])
    more = Lines.of(
        id=ids,
        from_node=switches.node[rows],
        to_node=switches.element[rows],
        length_m=np.zeros(count),
        r_ohm=np.full(count, TIE_OHM),
        x_ohm=np.full(count, TIE_OHM),
        rated_a=np.full(count, np.nan),
    )
    first = len(grid.lines)
    ends_open = Switches.of(
        id=ids,
        node=switches.node[rows],
        element=first + np.arange(count),
        at=np.full(count, SwitchAt.LINE),
        closed=np.zeros(count),
    )
    return replace(grid, lines=grid.lines.append(more), switches=switches.append(ends_open))


class Upper:
    """中压网: the medium-voltage network with low voltage as load, its tree, its sections and its ties."""

    def __init__(self, grid: GridModel, limits: Limits, *, threads: int = 0) -> None:
        self.grid, self.threads = with_ties(grid), threads
        wires = wiring(self.grid)
        whole = Solver(self.grid, wires=wires, threads=threads)
        flow = whole.flow(quick=True)
        with ThreadPoolExecutor(max_workers=1) as beside:
            sagged = beside.submit(whole.sagged, DIP) if np.any(self.grid.nodes.kv < MV_FROM) else None
            self.pieces = pieces = Pieces(self.grid, wires, flow)
            self.piece: Piece = pieces.piece(UPPER, threads=threads)
            self.solver = self.piece.solver
            self.tree: Tree = tree(self.solver.grid, self.solver.wires)
        self.limits = replace(limits, line=limits.line_n1, trafo=limits.trafo_n1)
        self.extra = None
        if sagged is not None and len(pieces.areas):
            self.extra = pieces.below(self.piece, UPPER, pieces.passed_by(limits, sagged.result()))
        self.names = (self.piece.nodes, self.piece.lines, self.piece.trafos)
        self.on = self.solver.wires.line_from & self.solver.wires.line_to
        self.entry, self.exit = _tour(self.tree)
        self.sections, self.below = self._sections()
        self.ties = self._ties()

    def _sections(self) -> tuple[Ints, Ints]:
        """Lines of the tree at medium voltage, and the bus below each."""
        lines = self.solver.grid.lines
        bus = np.flatnonzero(self.tree.branch >= 0)
        line = self.tree.branch[bus]
        keep = line < len(lines)
        return line[keep], bus[keep]

    def _ties(self) -> Ints:
        lines, bus = self.solver.grid.lines, self.solver.bus
        both = self.tree.reached[bus[lines.from_node]] & self.tree.reached[bus[lines.to_node]]
        return np.flatnonzero(~self.on & lines.in_service & both & (bus[lines.from_node] != bus[lines.to_node]))

    def inside(self, bus: Ints) -> Bools:
        """This function will say for every section (row) whether each bus (column) lies below it."""
        first, last = self.entry[self.below][:, None], self.exit[self.below][:, None]
        at = self.entry[bus][None, :]
        return (at >= first) & (at < last)

    def pairs(self) -> tuple[Ints, Ints]:
        """Every section (index) with every tie (row) that leads out of the part below it; with -1 where nothing else or a loop does."""
        lines, trafos, bus = self.solver.grid.lines, self.solver.grid.transformers, self.solver.bus
        section, tie = np.nonzero(self._leads_out(bus[lines.from_node[self.ties]], bus[lines.to_node[self.ties]]))
        on = np.concatenate([self.on, self.solver.wires.trafo_hv & self.solver.wires.trafo_lv])
        on[self.tree.branch[self.tree.branch >= 0]] = False
        from_ = bus[np.concatenate([lines.from_node, trafos.hv_node])[on]]
        to = bus[np.concatenate([lines.to_node, trafos.lv_node])[on]]
        fed_still = self._leads_out(from_, to).any(axis=1)
        alone = np.flatnonzero(fed_still | ~np.isin(np.arange(len(self.sections)), section))
        return np.concatenate([section, alone]), np.concatenate([self.ties[tie], np.full(len(alone), -1)])

    def _leads_out(self, from_: Ints, to: Ints) -> Bools:
        """For every section (row) whether each branch (column) has one end below it."""
        return self.inside(from_) ^ self.inside(to)

    def lost(self) -> Floats:
        """The load below every section, kW."""
        loads, bus = self.solver.grid.loads, self.solver.bus
        drawn = np.bincount(bus[loads.node], weights=loads.p_kw * loads.in_service, minlength=self.solver.wires.buses)
        order = np.argsort(self.entry)
        order = order[self.entry[order] >= 0]
        running = np.concatenate([[0.0], np.cumsum(drawn[order])])
        lost: Floats = running[self.exit[self.below]] - running[self.entry[self.below]]
        return lost

    def elements(self, which: Ints) -> tuple[Ints, Ints]:
        """This function will give kind and row (in the whole network) of constraints."""
        _, first = np.unique(self.solver.bus, return_index=True)
        sizes = (len(first), len(self.solver.lines), len(self.solver.trafos))
        kind = np.repeat([VOLTAGE, LINE, TRANSFORMER], sizes)
        rows = (
            self.piece.nodes[first],
            self.piece.lines[self.solver.lines],
            self.piece.trafos[self.solver.trafos],
        )
        return kind[which], np.concatenate(rows)[which]


def _tour(walked: Tree) -> tuple[Ints, Ints]:
    """Numbers such that what is below a bus is one run: [entry, exit); -1 where no source reaches."""
    count = len(walked.parent)
    below = np.ones(count, dtype=np.int64)
    order, parent = walked.order.tolist(), walked.parent.tolist()
    for bus in reversed(order):
        if parent[bus] >= 0:
            below[parent[bus]] += below[bus]
    entry, free = np.full(count, -1), 0
    next_free: dict[int, int] = {}
    for bus in order:
        up = parent[bus]
        if up < 0:
            entry[bus], free = free, free + int(below[bus])
        else:
            entry[bus] = next_free[up]
            next_free[up] += int(below[bus])
        next_free[bus] = int(entry[bus]) + 1
    return entry, np.where(entry >= 0, entry + below, -1)


def outages(grid: GridModel, limits: Limits | None = None, *, threads: int = 0) -> Outages:
    """This function will take every medium-voltage section out, close each tie that helps, and keep the best one."""
    return _outages(Upper(grid, limits or Limits(), threads=threads))


def _outages(upper: Upper) -> Outages:
    section, tie = upper.pairs()
    stress, which = _stress(upper, section, tie)
    order = np.lexsort((np.round(stress, 6), section))  # of ties as good as each other the first
    _, first = np.unique(section[order], return_index=True)
    best = order[first]
    kind, row = upper.elements(which[best])
    ties = tie[best]
    return Outages(
        grid=upper.grid,
        section=upper.piece.lines[upper.sections],
        tie=np.where(ties >= 0, upper.piece.lines[ties], -1),
        lost_kw=upper.lost(),
        stress=stress[best],
        restorable=stress[best] <= 1.0,
        kind=kind,
        row=row,
        flows=len(section),
    )


def _stress(upper: Upper, section: Ints, tie: Ints) -> tuple[Floats, Ints]:
    judge = Judge(upper)
    stress, which = np.empty(len(section)), np.empty(len(section), dtype=np.int64)
    for part in upper.solver.switched(upper.sections[section], tie):
        at = slice(part.first, part.first + len(part.ok))
        stress[at], which[at] = judge.stress(part)
    return stress, which


class Judge:
    """N-1 限值: how near switched states come to the limits of outages; what is beyond them already may get a little worse."""

    def __init__(self, upper: Upper) -> None:
        solver, limits = upper.solver, upper.limits
        base = base_of(solver)
        low, _ = bus_limits(solver.grid, solver, limits)
        if upper.extra is not None:
            low = np.maximum(low, upper.extra[0])
        self.low = np.where(base.u_pu[0] < low, base.u_pu[0] - WORSE_U, low)
        self.line = np.where(base.line[0] > limits.line, base.line[0] + WORSE_LOADING, limits.line)
        self.trafo = np.where(base.trafo[0] > limits.trafo, base.trafo[0] + WORSE_LOADING, limits.trafo)
        self.needed = base.u_pu[0] > 0

    def stress(self, part: Part) -> tuple[Floats, Ints]:
        """This function will give each state's nearness to its first limit (1: met; inf: somebody is not served) and which."""
        each = [1 + (self.low - part.u_pu) / VOLTAGE_SCALE, part.line / self.line, part.trafo / self.trafo]
        share = np.concatenate(each, axis=1)
        share[:, : len(self.low)][:, ~self.needed] = 0
        which: Ints = share.argmax(axis=1)
        dead = (part.u_pu <= 0)[:, self.needed].any(axis=1) | ~part.ok
        return np.where(dead, np.inf, share.max(axis=1)), which


def firm_capacity(found: CapacityMap, *, threads: int = 0) -> tuple[Firm, Outages]:
    """This function will lower each node's figure until no outage that can be restored today is spoiled by it.

    Outages that concern a node are those of its own feeder and of feeders that it helps. Every pair is checked by AC. A node below
    1 kV gets no more than the medium-voltage node that feeds it.
    """
    upper = Upper(found.loaded(), found.limits, threads=threads)
    faults = _outages(upper)
    solver = upper.solver
    own = found.kw[upper.piece.nodes]
    bus_kw = np.zeros(solver.wires.buses)
    bus_kw[solver.bus] = np.where(found.state[upper.piece.nodes] == State.FOUND, own, 0.0)
    decides = np.full(solver.wires.buses, -1)
    place = np.full(len(upper.grid.lines) + 1, -1)
    place[upper.piece.lines] = np.arange(len(upper.piece.lines))
    flows = faults.flows
    for at in np.argsort(-np.where(faults.restorable, faults.stress, -1), kind="stable").tolist():
        if not faults.restorable[at]:
            break
        flows += _lower(upper, bus_kw, decides, int(upper.sections[at]), int(place[faults.tie[at]]), found.tangent)
    bus_kw[solver.bus[found.state[upper.piece.nodes] == State.FREE]] = np.inf
    return _spread(found, upper, bus_kw, decides, flows), faults


def _lower(upper: Upper, kw: Floats, decides: Ints, section: int, tie: int, tan: float) -> int:
    wires = _switched(upper.solver.wires, section, tie)
    solver = Solver(upper.solver.grid, wires=wires, threads=upper.threads)
    limits = bounds(solver, base_of(solver), upper.limits, names=upper.names, extra=upper.extra)
    bus = np.flatnonzero((kw > 0) & _concerned(upper, wires, section, tie))
    if not len(bus):
        return 0
    share = np.concatenate([limits.used(part)[0] for part in solver.added(bus, kw[bus], kw[bus] * tan)])
    over = bus[share > 1.0]
    if not len(over):
        return len(bus)
    least = climb(
        solver, limits, over, np.minimum(kw[over], kw[over] / np.maximum(share[share > 1.0], 1.0)), tangent=tan
    )
    kw[over] = np.minimum(kw[over], least.kw)
    decides[over] = upper.piece.lines[section]
    return len(bus) + least.flows


def _switched(wires: Wiring, section: int, tie: int) -> Wiring:
    line_from, line_to = wires.line_from.copy(), wires.line_to.copy()
    line_from[section] = line_to[section] = False
    if tie >= 0:
        line_from[tie] = line_to[tie] = True
    return replace(wires, line_from=line_from, line_to=line_to)


def _concerned(upper: Upper, wires: Wiring, section: int, tie: int) -> Bools:
    """Buses of the feeders that the outage touches: those that hang together with the section or the tie below the heads."""
    grid, bus = upper.solver.grid, upper.solver.bus
    touched = {str(grid.nodes.feeder[row]) for line in (section, tie) if line >= 0 for row in _ends(grid, line)} - {""}
    concerned = np.zeros(wires.buses, dtype=bool)
    concerned[bus[np.isin(grid.nodes.feeder, list(touched))]] = True
    return concerned


def _ends(grid: GridModel, line: int) -> tuple[int, int]:
    return int(grid.lines.from_node[line]), int(grid.lines.to_node[line])


def _spread(found: CapacityMap, upper: Upper, kw: Floats, decides: Ints, flows: int) -> Firm:
    grid, pieces = found.grid, upper.pieces
    bus = np.full(len(grid.nodes), -1)
    bus[upper.piece.nodes] = upper.solver.bus
    trafos = grid.transformers
    low = np.flatnonzero(pieces.label[trafos.lv_node] != UPPER)
    head = np.full(len(grid.nodes), -1)
    head[pieces.label[trafos.lv_node[low]]] = bus[trafos.hv_node[low]]
    at = np.where(bus >= 0, bus, np.where(pieces.label >= 0, head[pieces.label], -1))
    all_kw = np.where(found.state == State.FREE, np.inf, np.where(at >= 0, np.minimum(found.kw, kw[at]), 0.0))
    return Firm(kw=all_kw, section=np.where((at >= 0) & (all_kw < found.kw), decides[at], -1), flows=flows)
