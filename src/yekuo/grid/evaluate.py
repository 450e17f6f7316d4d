"""方案校核: every candidate built on trial and solved by full AC with everything in flight drawn: loading, voltage, losses, what binds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from yekuo.grid.atlas import Atlas
from yekuo.grid.attach import Attached, attach
from yekuo.grid.bounds import LEAST, LINE, TRANSFORMER, VOLTAGE, WORSE_U, Bounds, bounds, margin
from yekuo.grid.candidates import Application, Candidate
from yekuo.grid.capacity import with_inflight
from yekuo.grid.columns import Floats, Ints
from yekuo.grid.condensing import Condenser, Near, condenser, point_of, worth_condensing
from yekuo.grid.model import MV_FROM, GridModel, Inflight, Level, Limits
from yekuo.grid.solve import NoSolutionError, Part, Solver

FULL = 0.9995
MANY = 6
"""Places from which a condensed network is worth its making."""

DOUBT, MOST_DOUBT = 0.01, 0.5
"""The share of a margin up to which a condensed network may be mistaken, with room, and of a limit broken before: candidates.md."""

BESIDE = 10
REVERSE_SHARE = 0.8
KIND_WORDS = {"voltage": "电压", "line": "线路", "transformer": "变压器", "reverse": "反向潮流"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """前后对比: an element's loading (share of its rating) before and after, and its limit."""

    kind: str
    id: str
    before: float
    after: float
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """约束元件: what limits first: kind 'voltage', 'line', 'transformer' or 'reverse', its id, value and limit (pu or share)."""

    kind: str
    id: str
    before: float
    value: float
    limit: float

    @property
    def broken(self) -> bool:
        """Whether the limit was broken already."""
        lowest = self.kind == "voltage" and self.limit < 1
        return self.before < self.limit if lowest else self.before > self.limit

    @property
    def words(self) -> str:
        """What limits, in a sentence."""
        name = KIND_WORDS[self.kind]
        if self.kind == "voltage":
            return f"节点 {self.id} 电压 {self.before:.3f} → {self.value:.3f}（限值 {self.limit:.3f}）"
        return f"{name} {self.id} 负载率 {self.before:.0%} → {self.value:.0%}（限值 {self.limit:.0%}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """校核结论: with the customer at one candidate. Voltages in pu, losses in kW at the peak (added by this customer).

    `used` is the share of the network's tightest margin used up (1: full), the customer's own new line only when it is beyond its
    rating; `head` the feeder's first line, `main` the main transformer;
    `level` the data quality the figures rest on; `proven`: by AC in the whole network, else in the condensed one.
    """

    candidate: Candidate
    feasible: bool
    reasons: tuple[str, ...]
    used: float
    binding: Binding | None
    head: Reading | None
    main: Reading | None
    transformer: Reading | None
    u_before: float
    u_after: float
    u_min: float
    losses_kw: float
    level: Level
    proven: bool = True

    @property
    def delta_u(self) -> float:
        """The change of voltage at the point of connection's customer, pu."""
        return self.u_after - self.u_before

    @property
    def margin(self) -> float:
        """The share of the tightest margin that is left, 0 when nothing is."""
        return max(0.0, 1.0 - self.used)


def evaluate(
    atlas: Atlas,
    app: Application,
    found: Sequence[Candidate],
    *,
    limits: Limits | None = None,
    inflight: Iterable[Inflight] = (),
    threads: int = 0,
    whole: bool = False,
) -> tuple[Verdict, ...]:
    """This function will check every candidate by a full AC power flow, in one batch; raises NoSolutionError and UnknownNodeError.

    A limit that is broken without the customer does not refuse him unless he makes it noticeably worse. What is promised to be
    fed in (kW below zero) is counted for generation, what is promised to be drawn for loads: each in its worst case.
    Many places in a large network are checked in the condensed one, and again in the whole where one is near its limit there;
    `whole`: all of them in the whole at once.
    """
    if not found:
        return ()
    bound, promised = limits or Limits(), tuple(inflight)
    fed = tuple(one for one in promised if one.p_kw < 0)
    drawn = tuple(one for one in promised if one.p_kw >= 0)
    if not whole and not app.generation and len(found) >= MANY and worth_condensing(atlas.wires):
        quick = _in_condensed(atlas, app, found, bound, condenser(atlas, drawn, bound), threads=threads)
        if quick:
            again = [at for at, one in enumerate(quick) if _doubtful(one)]
            doubtful = [found[at] for at in again]
            sure = evaluate(atlas, app, doubtful, limits=bound, inflight=drawn, threads=threads, whole=True)
            proven = dict(zip(again, sure, strict=True))
            return tuple(proven.get(at, one) for at, one in enumerate(quick))
    grid = with_inflight(_lit(atlas.grid, app) if app.generation else atlas.grid, fed if app.generation else drawn)
    judge = _judge(atlas, app, found, grid, bound, threads=threads, fed=fed)
    return tuple(judge.verdict(at, one) for at, one in enumerate(found))


def _in_condensed(
    atlas: Atlas, app: Application, found: Sequence[Candidate], limits: Limits, whole: Condenser, *, threads: int
) -> tuple[Verdict, ...]:
    """() when the areas concerned are not much less than the whole."""
    if not whole.large:
        return ()
    near = whole.near(point_of(atlas.grid, one) for one in found)
    if len(near.grid.nodes) > len(atlas.grid.nodes) // 2:
        return ()
    judge = _judge(atlas, app, found, near.grid, limits, threads=threads, beside=(whole, near))
    return tuple(replace(judge.verdict(at, one), proven=False) for at, one in enumerate(found))


def _doubtful(one: Verdict) -> bool:
    """What the condensed network does not settle: no solution, a limit too near for its small error, or one that was broken before.

    Beside it what is overloaded already grows less evenly with the voltage than what is sound.
    """
    if not np.isfinite(one.used):
        return True
    broken = one.binding is not None and one.binding.broken
    return abs(one.used - FULL) <= (MOST_DOUBT if broken else DOUBT)


def _judge(
    atlas: Atlas,
    app: Application,
    found: Sequence[Candidate],
    grid: GridModel,
    limits: Limits,
    *,
    threads: int,
    fed: Sequence[Inflight] = (),
    beside: tuple[Condenser, Near] | None = None,
) -> "_Judge":
    trial = attach(grid, found, app, bare=True)
    solver = Solver(trial.grid, threads=threads)
    part = _solve(solver, trial, found, app)
    if not part.ok[0]:
        raise NoSolutionError("现状电网（含在途容量）潮流不收敛，无法校核")
    return _Judge(atlas, app, solver, trial, part, limits, fed=fed, beside=beside)


def _limits_beside(near: Near, bus: Ints) -> tuple[Floats, Ints, Ints]:
    """Voltages below which something in an area that is not here breaks its limit, and which of them."""
    low, which = near.lowest(bus)
    return low, np.full(len(low), BESIDE), which


def _lit(grid: GridModel, app: Application) -> GridModel:
    """Generation is judged when little is drawn."""
    loads = grid.loads
    share = np.where(loads.generator, 1.0, app.light_load)
    return replace(grid, loads=replace(loads, p_kw=loads.p_kw * share, q_kvar=loads.q_kvar * share))


def _solve(solver: Solver, trial: Attached, found: Sequence[Candidate], app: Application) -> Part:
    """Scenario 0 is the network as it is; what a new line or transformer draws by itself is drawn where it stands."""
    bus = np.zeros((len(found), 3), dtype=np.int64)
    p, q = np.zeros((len(found), 3)), np.zeros((len(found), 3))
    base = _added(solver, np.zeros((1, 1), dtype=np.int64), np.zeros((1, 1)), np.zeros((1, 1)))
    ends_at = solver.bus[trial.point]
    for at, one in enumerate(found):
        bus[at] = solver.bus[[trial.customer[at], trial.point[at], trial.host[at]]]
        charging = _charging(one, trial.grid.f_hz) * float(base.u_pu[0, ends_at[at]]) ** 2
        p[at, 0], q[at, 0] = app.p_kw, app.q_kvar - (0 if one.transformer else charging / 2)
        q[at, 1] = -charging / 2
        if one.transformer:
            p[at, 2], q[at, 2] = one.transformer.p0_kw, -charging / 2
        else:
            bus[at, 2] = _unused(bus[at])
    return _joined([base, _added(solver, bus, p, q)])


def _added(solver: Solver, bus: np.ndarray, p: Floats, q: Floats) -> Part:
    return _joined(list(solver.added(bus, p, q, quick=True)))


def _joined(parts: Sequence[Part]) -> Part:
    return Part(
        0,
        np.concatenate([one.u_pu for one in parts]),
        np.concatenate([one.line for one in parts]),
        np.concatenate([one.trafo for one in parts]),
        np.concatenate([one.ok for one in parts]),
    )


def _charging(one: Candidate, f_hz: float) -> float:
    """What a new line draws by itself at rated voltage, in kvar."""
    return 2 * np.pi * f_hz * one.conductor.c * one.circuits * one.length_m * 1e-12 * one.kv**2 * 1e3


def _unused(taken: np.ndarray) -> int:
    return next(one for one in range(4) if one not in taken[:2])


class _Judge:
    def __init__(
        self,
        atlas: Atlas,
        app: Application,
        solver: Solver,
        trial: Attached,
        part: Part,
        limits: Limits,
        *,
        fed: Sequence[Inflight] = (),
        beside: tuple[Condenser, Near] | None = None,
    ) -> None:
        self.fed: dict[int, float] = {}
        for one in fed:
            for trafo in atlas.path(atlas.grid.nodes.row[one.node])[1]:
                self.fed[trafo] = self.fed.get(trafo, 0.0) - one.p_kw
        self.atlas, self.app, self.solver, self.trial, self.part, self.limits = atlas, app, solver, trial, part, limits
        self.beside = beside
        whole: Bounds = bounds(solver, part, limits, extra=_limits_beside(beside[1], solver.bus) if beside else None)
        self.line_at = {int(row): at for at, row in enumerate(solver.lines)}
        self.trafo_at = {int(row): at for at, row in enumerate(solver.trafos)}
        others = whole.line_per.copy()
        others[[self.line_at[row] for row in trial.line.tolist()]] = 0.0
        self.bounds = replace(whole, line_per=others)
        self.used, self.which = self.bounds.used(part)
        self._first_nodes()
        self.losses = self._losses()

    def _first_nodes(self) -> None:
        grid = self.trial.grid
        _, self.node_of_bus = np.unique(self.solver.bus, return_index=True)
        low, high = self.limits.voltages(grid.nodes.kv[self.node_of_bus])
        self.low, self.high = low, high
        u0 = self.part.u_pu[0]
        rise = (self.part.u_pu - u0) * np.where(u0 > 0, margin(high, u0, WORSE_U), 0.0)
        self.rise, self.rise_bus = rise.max(axis=1), rise.argmax(axis=1)

    def _losses(self) -> Floats:
        """KW in lines and transformers per scenario, from their loading; that of a transformer is in kVA, its current as the voltage is."""
        lines, trafos = self.trial.grid.lines, self.trial.grid.transformers
        rated = lines.rated_a[self.solver.lines]
        current = self.part.line * np.where(rated > 0, rated, 0.0)
        in_lines = 3e-3 * (current**2 * lines.r_ohm[self.solver.lines]).sum(axis=1)
        own = trafos.take(self.solver.trafos)
        above = self.part.u_pu[:, self.solver.bus[own.hv_node]]
        copper = (self.part.trafo / np.maximum(above, LEAST)) ** 2 * own.pk_kw
        found: Floats = in_lines + (copper + above**2 * own.p0_kw).sum(axis=1)
        return found + self.beside[1].losses(self.solver.bus, self.part.u_pu) if self.beside else found

    def verdict(self, at: int, one: Candidate) -> Verdict:
        """This function will judge candidate `at` from its scenario."""
        row = at + 1
        if not self.part.ok[row]:
            return self._unsolved(one)
        used, binding = self._tightest(row)
        own = self._line(row, int(self.trial.line[at]))
        if own.after / own.limit > max(used, FULL):
            used, binding = own.after / own.limit, _binding(own)
        lines, trafos = self.atlas.path(self._fed_from(one))
        transformer = self._own_transformer(row, one, trafos)
        reverse = self._reverse(row, trafos)
        if reverse is not None and reverse.value / reverse.limit > used:
            used, binding = reverse.value / reverse.limit, reverse
        reasons = [] if used <= FULL else [f"{'越限' if used > 1 else '裕度用尽'}：{binding.words if binding else ''}"]
        if one.obstacle:
            reasons.append(one.obstacle)
        customer = self.solver.bus[self.trial.customer[at]]
        u = self.part.u_pu[row]
        return Verdict(
            candidate=one,
            feasible=not reasons,
            reasons=tuple(reasons),
            used=used,
            binding=binding,
            head=self._line(row, self._here(lines[-1], LINE)) if lines else None,
            main=self._trafo(row, self._here(mains[-1], TRANSFORMER)) if (mains := self._mains(trafos)) else None,
            transformer=transformer,
            u_before=float(self.part.u_pu[0, customer]),
            u_after=float(u[customer]),
            u_min=float(u[self._same_feeder(one)].min(initial=float(u[customer]))),
            losses_kw=float(self.losses[row] - self.losses[0]) + (one.transformer.p0_kw if one.transformer else 0.0),
            level=Level(int(self.trial.grid.nodes.level[self.trial.point[at]])),
        )

    def _unsolved(self, one: Candidate) -> Verdict:
        return Verdict(
            candidate=one,
            feasible=False,
            reasons=("潮流不收敛：该处带不动这个负荷", *((one.obstacle,) if one.obstacle else ())),
            used=np.inf,
            binding=None,
            head=None,
            main=None,
            transformer=None,
            u_before=float("nan"),
            u_after=float("nan"),
            u_min=float("nan"),
            losses_kw=float("nan"),
            level=Level.IMPEDANCE,
        )

    def _fed_from(self, one: Candidate) -> int:
        grid = self.atlas.grid
        return grid.nodes.row[one.node] if one.node else self.atlas.feeding_end(grid.lines.row[one.line])

    def _tightest(self, row: int) -> tuple[float, Binding | None]:
        if self.rise[row] > self.used[row]:
            bus = int(self.rise_bus[row])
            return float(self.rise[row]), self._voltage(row, bus, float(self.high[bus]))
        kind, place = (int(each[row]) for each in self.bounds.binding(self.which))
        used = float(self.used[row])
        if kind == BESIDE:
            return used, self._binding_beside(place, used)
        if kind == VOLTAGE:
            bus = int(self.solver.bus[place])
            return used, self._voltage(row, bus, float(self.low[bus]))
        reading = self._line(row, place) if kind == LINE else self._trafo(row, place)
        return used, _binding(reading)

    def _binding_beside(self, place: int, used: float) -> Binding | None:
        if self.beside is None:
            return None
        whole, near = self.beside
        one = whole.beside(int(near.kind[place]), int(near.row[place]))
        grid = whole.grid
        kind, table = {
            VOLTAGE: ("voltage", grid.nodes.id),
            LINE: ("line", grid.lines.id),
            TRANSFORMER: ("transformer", grid.transformers.id),
        }[one.kind]
        return Binding(kind=kind, id=str(table[one.row]), before=one.before, value=one.value(used), limit=one.limit)

    def _here(self, row: int, kind: int) -> int:
        """The row that a line or transformer of the whole network has in the one that was solved."""
        if self.beside is None:
            return row
        within = self.beside[1].within
        return int((within.line if kind == LINE else within.trafo)[row])

    def _voltage(self, row: int, bus: int, limit: float) -> Binding:
        return Binding(
            kind="voltage",
            id=str(self.trial.grid.nodes.id[self.node_of_bus[bus]]),
            before=float(self.part.u_pu[0, bus]),
            value=float(self.part.u_pu[row, bus]),
            limit=limit,
        )

    def _line(self, row: int, line: int) -> Reading:
        at = self.line_at[line]
        return Reading(
            kind="line",
            id=str(self.trial.grid.lines.id[line]),
            before=float(self.part.line[0, at]),
            after=float(self.part.line[row, at]),
            limit=self.limits.line,
        )

    def _trafo(self, row: int, trafo: int) -> Reading:
        at = self.trafo_at[trafo]
        return Reading(
            kind="transformer",
            id=str(self.trial.grid.transformers.id[trafo]),
            before=float(self.part.trafo[0, at]),
            after=float(self.part.trafo[row, at]),
            limit=self.limits.trafo,
        )

    def _mains(self, trafos: list[int]) -> list[int]:
        return [one for one in trafos if bool(self.atlas.grid.is_main[one])]

    def _own_transformer(self, row: int, one: Candidate, trafos: list[int]) -> Reading | None:
        if one.transformer:
            return self._trafo(row, self.trial.grid.transformers.row[f"{one.id}/新配变"])
        lower = [each for each in trafos if not self.atlas.grid.is_main[each]]
        return self._trafo(row, self._here(lower[0], TRANSFORMER)) if lower else None

    def _reverse(self, row: int, trafos: list[int]) -> Binding | None:
        """反向潮流: of the transformers power would flow back through, the one nearest to what it may carry (DL/T 2041: 80 %)."""
        if not self.app.generation:
            return None
        worst: Binding | None = None
        for one in trafos:
            below = self.atlas.drawn_below[self.atlas.wires.bus[self.atlas.grid.transformers.lv_node[one]]]
            reading = self._trafo(row, one)
            if below * self.app.light_load < self.app.kw + self.fed.get(one, 0.0) and (
                worst is None or reading.after > worst.value
            ):
                worst = Binding(
                    kind="reverse", id=reading.id, before=reading.before, value=reading.after, limit=REVERSE_SHARE
                )
        return worst

    def _same_feeder(self, one: Candidate) -> np.ndarray:
        nodes = self.trial.grid.nodes
        rows = np.flatnonzero((nodes.feeder == one.feeder) & (nodes.kv >= MV_FROM)) if one.feeder else np.zeros(0, int)
        buses = np.unique(self.solver.bus[rows])
        live = buses[self.part.u_pu[0, buses] > 0] if len(buses) else buses
        return live.astype(np.int64)


def _binding(one: Reading) -> Binding:
    return Binding(kind=one.kind, id=one.id, before=one.before, value=one.after, limit=one.limit)


def refused_by_ac(grid: GridModel, before: GridModel, limits: Limits) -> tuple[str, ...]:
    """This function will solve a network by itself and name what is beyond its limits there and was not in `before`."""
    before_flow = Solver(before).flow()
    try:
        after_flow = Solver(grid).flow()
    except NoSolutionError as failure:
        return (str(failure),)
    low, high = limits.voltages(grid.nodes.kv)
    known = set(before.nodes.id[(before_flow.u_pu < limits.voltages(before.nodes.kv)[0])].tolist())
    known |= set(before.nodes.id[(before_flow.u_pu > limits.voltages(before.nodes.kv)[1])].tolist())
    known |= set(before.lines.id[before_flow.line_loading > limits.line].tolist())
    known |= set(before.transformers.id[before_flow.trafo_loading > limits.trafo].tolist())
    broken = [
        *grid.nodes.id[(after_flow.u_pu < low) | (after_flow.u_pu > high)].tolist(),
        *grid.lines.id[after_flow.line_loading > limits.line].tolist(),
        *grid.transformers.id[after_flow.trafo_loading > limits.trafo].tolist(),
    ]
    return tuple(str(one) for one in broken if one not in known)
