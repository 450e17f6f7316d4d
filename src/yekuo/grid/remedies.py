"""补救措施: what makes an infeasible connection feasible: larger conductors and transformers, load moved over a tie, a new feeder."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from yekuo.grid.atlas import Atlas
from yekuo.grid.bounds import LINE, TRANSFORMER, VOLTAGE, Violation, check_base
from yekuo.grid.candidates import Application, Candidate, CandidateKind
from yekuo.grid.columns import Bools
from yekuo.grid.condensing import condenser
from yekuo.grid.conductors import Library
from yekuo.grid.costing import CostLine, cost, line_works, priced
from yekuo.grid.equipment import Equipment
from yekuo.grid.evaluate import Verdict
from yekuo.grid.model import MV_FROM, GridModel, Inflight, Limits, SwitchAt
from yekuo.grid.solve import Flow, Part, Solver
from yekuo.grid.topology import wiring
from yekuo.grid.trial import Built, Trial

MOST_ROUNDS = 8
MOST_TIES = 4
MOST_PROOFS = 3
AT_ONCE = 2
MOST_REPLACED = 12
CLEAR_LOADING, CLEAR_U, CLEAR_BESIDE = 0.003, 0.0003, 0.001
"""How far from every limit (share of the rating, pu, pu of what is beside) a condensed network needs no proof by the whole."""

SECOND = "2×"
MAIN_SIZES = (6300.0, 8000.0, 10000.0, 12500.0, 16000.0, 20000.0, 25000.0, 31500.0, 40000.0, 50000.0, 63000.0)
"""主变标准容量, kVA."""


Move = tuple[int, int]
"""转供: rows of the tie's line that is closed and of the section opened."""
Steps = dict[str, tuple[str, list[CostLine], float]]
"""What is replaced: in words, the works, the days."""


class RemedyKind(StrEnum):
    """补救方式: 更换加大, 转供负荷, 新出线, 新建环网柜."""

    LARGER = "larger"
    TRANSFER = "transfer"
    NEW_FEEDER = "new_feeder"
    NEW_BAY = "new_bay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """补救包: steps in words, yuan and days of these works alone; proven by full AC."""

    kind: RemedyKind
    candidate: Candidate
    steps: tuple[str, ...]
    lines: tuple[CostLine, ...]
    days: float

    @property
    def works(self) -> float:
        """The works, in yuan."""
        return round(sum(one.amount for one in self.lines), 2)


class _Conductor(NamedTuple):
    """What a section becomes: ohm, ohm, nF, ampere; the ampere priced, the model, the laying and the step in words."""

    r: float
    x: float
    c: float
    i_a: float
    priced_a: float
    model: str
    laying: str
    words: str


class Workshop:
    """补救计算: remedies are looked for in the network above 1 kV and the area concerned; what comes near a limit there or beside
    is proven in the whole.
    """

    def __init__(
        self,
        atlas: Atlas,
        app: Application,
        *,
        library: Library,
        equipment: Equipment,
        limits: Limits | None = None,
        inflight: Iterable[Inflight] = (),
    ) -> None:
        """This function will solve the network as it is; raises NoSolutionError and UnknownNodeError."""
        self.atlas, self.app, self.library, self.equipment = atlas, app, library, equipment
        self.limits = limits or Limits()
        self.condenser = condenser(atlas, tuple(inflight), self.limits)
        self.grid = self.condenser.grid
        self.before = _ids(self.grid, self.condenser.broken)
        self.tight = self.limits.tightened(loading=CLEAR_LOADING, u_pu=CLEAR_U)

    def _beyond(self, built: Built, limits: Limits | None = None) -> list[Violation]:
        found = check_base(built.grid, built.flow, limits or self.limits) if built.flow is not None else []
        return [one for one in found if _id(built.grid, one) not in self.before]

    def _sound(self, built: Built) -> bool:
        return built.flow is not None and not self._beyond(built)

    def _proven(self, trial: Trial, built: Built) -> bool:
        """Whether what is sound near by is so in the whole: nothing here nor beside comes near a limit, so that it need not be asked."""
        if not self.condenser.large or built.flow is None or self._beyond(built, self.tight):
            return False
        u = built.flow.u_pu[trial.part.head]
        return bool((u >= trial.part.low + CLEAR_BESIDE).all() and (u <= trial.part.high - CLEAR_BESIDE).all())

    def packages(self, verdict: Verdict) -> tuple[Package, ...]:
        """This function will give what would make a candidate feasible, cheapest first; () when nothing here does."""
        one = verdict.candidate
        trial = Trial(self.condenser, one, self.app)
        near = trial.near
        if self._sound(near):
            if self._proven(trial, near) or self._sound(trial.whole):
                bay = self._new_bay(one)
                return (bay,) if bay else ()
            near = trial.whole
        found = [
            each for each in (self._larger(one, near, trial), self._transfer(one, near, trial)) if each is not None
        ]
        if one.obstacle:
            found = [self._and_bay(each, one) for each in found]
        return tuple(sorted(found, key=lambda each: (each.works, each.days)))

    def _and_bay(self, package: Package, one: Candidate) -> Package:
        """What is electrically enough still needs the bay that is not there."""
        bay = self._new_bay(one)
        if bay is None:
            return package
        return replace(
            package,
            steps=(*bay.steps, *package.steps),
            lines=(*bay.lines, *package.lines),
            days=max(bay.days, package.days),
        )

    def _new_bay(self, one: Candidate) -> Package | None:
        if not one.obstacle:
            return None
        item = "feeder_bay" if one.kind is CandidateKind.NEW_FEEDER else "rmu"
        return Package(
            kind=RemedyKind.NEW_BAY,
            candidate=one,
            steps=(f"{one.obstacle}：扩建{self.equipment.prices[item].name}",),
            lines=(priced(item, 1, self.equipment),),
            days=self.equipment.durations["mv_cable"].days(),
        )

    # larger equipment

    def _larger(self, one: Candidate, near: Built, trial: Trial) -> Package | None:
        """Replaces what is beyond its limit by the next size, round by round, until nothing is, near by and then in the whole."""
        steps: Steps = {}
        enough = self._enlarged(near, steps)
        if enough is not None and near is trial.near and not self._proven(trial, enough):
            enough = self._enlarged(trial.whole.changed(_carried(trial.whole.grid, enough.grid, steps)), steps)
        return self._packed(one, steps) if enough is not None and steps else None

    def _enlarged(self, built: Built, steps: Steps) -> Built | None:
        for _ in range(MOST_ROUNDS):
            if built.flow is None:
                return None
            broken = self._beyond(built)
            if not broken:
                return built
            changed = self._next_sizes(built.atlas, built.flow, built.grid, broken, steps)
            if changed is None or len(steps) > MOST_REPLACED:
                return None
            built = built.changed(changed)
        return None

    def _packed(self, one: Candidate, steps: Steps) -> Package:
        return Package(
            kind=RemedyKind.LARGER,
            candidate=one,
            steps=tuple(words for words, _, _ in steps.values()),
            lines=tuple(line for _, lines, _ in steps.values() for line in lines),
            days=max(days for _, _, days in steps.values()),
        )

    def _next_sizes(
        self, atlas: Atlas, flow: Flow, grid: GridModel, broken: Sequence[Violation], steps: Steps
    ) -> GridModel | None:
        lines = {each.row for each in broken if each.kind == LINE}
        trafos = {each.row for each in broken if each.kind not in (LINE, VOLTAGE)}
        if not lines and not trafos:
            lines = set(self._weakest(atlas, flow, grid, broken))
            if not lines:
                return None
        changed: GridModel | None = grid
        for row in sorted(lines):
            changed = changed and self._larger_line(changed, row, steps)
        for row in sorted(trafos):
            changed = changed and self._larger_transformer(changed, row, steps)
        return changed

    def _weakest(self, atlas: Atlas, flow: Flow, grid: GridModel, broken: Sequence[Violation]) -> list[int]:
        """The sections on the way to the lowest voltage over which most of it is lost and that can still be made larger."""
        node = min(broken, key=lambda each: each.value - each.limit).row
        lines, _ = atlas.path(node)
        ohm = np.hypot(grid.lines.r_ohm, grid.lines.x_ohm)
        drop = flow.line_a * ohm / grid.nodes.kv[grid.lines.from_node]
        able = [row for row in lines if self._next_conductor(grid, row) is not None]
        return sorted(able, key=lambda row: -float(drop[row]))[:AT_ONCE]

    def _next_conductor(self, grid: GridModel, row: int) -> _Conductor | None:
        """The next larger conductor of a section; beyond the largest a second circuit beside it, once."""
        lines = grid.lines
        low = bool(grid.nodes.kv[lines.from_node[row]] < MV_FROM)
        laying = str(lines.laying[row]) if str(lines.laying[row]) in ("cable", "overhead") else "cable"
        km, rated, model = float(lines.length_m[row]) / 1000, float(lines.rated_a[row]), str(lines.model[row])
        r, x, c = (float(getattr(lines, name)[row]) for name in ("r_ohm", "x_ohm", "c_nf"))
        usual = self.library.usual(low_voltage=low, laying=laying)
        new = next((each for each in usual if each.i_a > rated * 1.01 and each.r * km < r * 0.99), None)
        if new is not None:
            words = f"更换为 {new.model}（{new.i_a:.0f} 安）"
            return _Conductor(new.r * km, new.x * km, new.c * km, new.i_a, new.i_a, new.model, laying, words)
        if model.startswith(SECOND):
            return None
        words = f"并列架设第二回（共 {2 * rated:.0f} 安）"
        return _Conductor(r / 2, x / 2, c * 2, 2 * rated, rated, f"{SECOND}{model}", laying, words)

    def _larger_line(self, grid: GridModel, row: int, steps: Steps) -> GridModel | None:
        new = self._next_conductor(grid, row)
        if new is None:
            return None
        lines = grid.lines
        name, length = str(lines.id[row]), float(lines.length_m[row])
        kv = float(grid.nodes.kv[lines.from_node[row]])
        built = line_works(kv, new.laying, length, new.priced_a, self.equipment)
        kind = "lv" if kv < MV_FROM else "mv_cable" if new.laying == "cable" else "mv_overhead"
        before = steps.get(name) if new.model.startswith(SECOND) else None
        told = f"{before[0]}，再" if before else f"{_line_name(name)}（{length:.0f} 米）"
        steps[name] = (
            told + new.words,
            [*(before[1] if before else ()), *built],
            self.equipment.durations[kind].days(length),
        )
        return replace(
            grid,
            lines=lines.changed(row, r_ohm=new.r, x_ohm=new.x, c_nf=new.c, rated_a=new.i_a, model=new.model),
        )

    def _larger_transformer(self, grid: GridModel, row: int, steps: Steps) -> GridModel | None:
        trafos = grid.transformers
        name, kva = str(trafos.id[row]), float(trafos.kva[row])
        if grid.is_main[row]:
            new = next((each for each in MAIN_SIZES if each > kva), None)
            item, days = "main_transformer", self.equipment.durations["main_transformer"].days()
        else:
            larger = self.equipment.larger(kva)
            new = larger.kva if larger else None
            item, days = "dt", self.equipment.durations["dt"].days()
        if new is None:
            return None
        lines = [priced(item, 1, self.equipment, rating=new)]
        steps[name] = (
            f"变压器 {name} 由 {self._first_kva(grid, name, kva):.0f} 千伏安更换为 {new:.0f} 千伏安",
            lines,
            days,
        )
        grown = (new / kva) ** 0.75
        larger_ones = trafos.changed(
            row, kva=new, pk_kw=float(trafos.pk_kw[row]) * grown, p0_kw=float(trafos.p0_kw[row]) * grown
        )
        return replace(grid, transformers=larger_ones)

    def _first_kva(self, grid: GridModel, name: str, kva: float) -> float:
        own = self.grid.transformers
        return float(own.kva[own.row[name]]) if name in own.row else kva

    # load over a tie

    def _transfer(self, one: Candidate, near: Built, trial: Trial) -> Package | None:
        """Closes a tie of the feeder and opens a section, so that part of the load hangs on the other feeder.

        All moves are tried near by in one batch; the first that breaks nothing, by a power flow of its own, is it.
        """
        moves = list(self._moves(one, near.atlas))
        for tie, cut in self._promising(near, moves)[:MOST_PROOFS] if moves else ():
            moved = Built(_moved_over(near.grid, tie, cut))
            near_by = self._sound(moved) and self._proven(trial, moved)
            if near_by or self._sound(Built(_moved_over(trial.whole.grid, tie, cut))):
                return Package(
                    kind=RemedyKind.TRANSFER,
                    candidate=one,
                    steps=(f"合上联络 {tie}，断开线路段 {cut}，把其后负荷转由对侧线路供电",),
                    lines=(priced("tie_switch", 2, self.equipment),),
                    days=self.equipment.durations["tie_switch"].days(),
                )
        return None

    def _promising(self, built: Built, moves: list[Move]) -> list[tuple[str, str]]:
        """The moves (ids of tie and section) that break nothing new in one batch of power flows, then what cannot be switched there."""
        grid, solver = built.grid, built.solver
        known = set(solver.lines.tolist())
        inside = [each for each in moves if each[0] in known and each[1] in known]
        outside = [each for each in moves if each not in inside]
        if inside:
            tie, cut = (np.array([each[at] for each in inside]) for at in (0, 1))
            sound = [part.ok & ~self._breaks(grid, solver, part) for part in solver.switched(cut, tie)]
            inside = [each for each, good in zip(inside, np.concatenate(sound).tolist(), strict=True) if good]
        return [(str(grid.lines.id[tie]), str(grid.lines.id[cut])) for tie, cut in [*inside, *outside]]

    def _breaks(self, whole: GridModel, solver: Solver, part: Part) -> Bools:
        """Which scenarios have something beyond its limit that was not beyond it before."""
        low, high = self.limits.voltages(whole.nodes.kv)
        u = part.u_pu[:, solver.bus]
        before = self.before
        nodes = np.array([f"{VOLTAGE}/{each}" not in before for each in whole.nodes.id.tolist()])
        lines = np.array([f"{LINE}/{each}" not in before for each in whole.lines.id[solver.lines].tolist()])
        trafos = np.array(
            [f"{TRANSFORMER}/{each}" not in before for each in whole.transformers.id[solver.trafos].tolist()]
        )
        found: Bools = (
            (((u < low) | (u > high)) & (u > 0) & nodes).any(axis=1)
            | ((part.line > self.limits.line) & lines).any(axis=1)
            | ((part.trafo > self.limits.trafo) & trafos).any(axis=1)
        )
        return found

    def _moves(self, one: Candidate, atlas: Atlas) -> Iterable[Move]:
        """Ties near the candidate's feeder, each with cuts on the way from the tie back to the head, the middle first.

        Rows of the tie's line and of the section opened.
        """
        whole, tried = atlas.grid, 0
        for switch in _open_ties(whole):
            line = int(whole.switches.element[switch])
            ends = [int(whole.lines.from_node[line]), int(whole.lines.to_node[line])]
            mine = [end for end in ends if one.feeder and str(whole.nodes.feeder[end]) == one.feeder]
            others = [end for end in ends if str(whole.nodes.feeder[end]) != one.feeder]
            if not mine or not others or tried >= MOST_TIES:
                continue
            tried += 1
            path, _ = atlas.path(mine[0])
            for place in sorted({len(path) // 2, len(path) // 4, 3 * len(path) // 4}):
                if place < len(path) and path[place] != line:
                    yield line, path[place]


def _carried(whole: GridModel, near: GridModel, steps: Steps) -> GridModel:
    """The whole network with what was replaced near by."""
    lines, trafos = whole.lines, whole.transformers
    for name in steps:
        if name in lines.row:
            row = near.lines.row[name]
            new = {each: getattr(near.lines, each)[row] for each in ("r_ohm", "x_ohm", "c_nf", "rated_a", "model")}
            lines = lines.changed(lines.row[name], **new)
        else:
            row = near.transformers.row[name]
            new = {each: getattr(near.transformers, each)[row] for each in ("kva", "pk_kw", "p0_kw")}
            trafos = trafos.changed(trafos.row[name], **new)
    return replace(whole, lines=lines, transformers=trafos)


def _moved_over(whole: GridModel, tie: str, cut: str) -> GridModel:
    """The whole network with a tie closed and a section taken out."""
    lines, switches = whole.lines, whole.switches
    of_tie = (switches.at == SwitchAt.LINE) & (switches.element == lines.row[tie])
    closed = replace(switches, closed=switches.closed | of_tie)
    return replace(whole, switches=closed, lines=lines.changed(lines.row[cut], in_service=False))


def _line_name(name: str) -> str:
    """A section as its reader knows it: the customer's own new line, a piece of a split one, or its id."""
    if name.endswith("/接入线"):
        return "接入线"
    line, cut, piece = name.partition("#")
    return f"线路段 {line} 的第 {piece} 段" if cut else f"线路段 {name}"


def _open_ties(grid: GridModel) -> list[int]:
    """Open switches at a line whose both ends are live: closing them joins two feeders."""
    switches, wires = grid.switches, wiring(grid)
    opened = np.flatnonzero(~switches.closed & (switches.at == SwitchAt.LINE))
    found = []
    for each in opened.tolist():
        line = int(switches.element[each])
        if bool(wires.line_from[line]) != bool(wires.line_to[line]):
            found.append(each)
    return found


def _ids(grid: GridModel, broken: Iterable[Violation]) -> set[str]:
    return {_id(grid, one) for one in broken}


def _id(grid: GridModel, one: Violation) -> str:
    table = grid.nodes if one.kind == VOLTAGE else grid.lines if one.kind == LINE else grid.transformers
    return f"{one.kind}/{table.id[one.row]}"


def remedies(
    atlas: Atlas,
    app: Application,
    verdicts: Sequence[Verdict],
    *,
    library: Library,
    equipment: Equipment,
    limits: Limits | None = None,
    inflight: Iterable[Inflight] = (),
    most: int = 3,
) -> tuple[Package, ...]:
    """This function will give packages for the candidates that miss least on each feeder, cheapest first, proven by full AC."""
    refused = sorted((one for one in verdicts if not one.feasible), key=lambda one: (one.used, one.candidate.length_m))
    if not refused:
        return ()
    shop = Workshop(atlas, app, library=library, equipment=equipment, limits=limits, inflight=inflight)
    with ThreadPoolExecutor(max_workers=most) as pool:
        found = [package for each in pool.map(shop.packages, _of_each_feeder(refused)[:most]) for package in each]
    found += [_own_feeder(one, equipment) for one in verdicts if _is_new_feeder(one)]
    return tuple(sorted(found, key=lambda one: (one.works, one.days, one.candidate.id)))


def _of_each_feeder(refused: Sequence[Verdict]) -> list[Verdict]:
    """The one that misses least on every feeder first, then the others."""
    seen: set[str] = set()
    first: list[Verdict] = []
    rest: list[Verdict] = []
    for one in refused:
        (rest if one.candidate.feeder in seen else first).append(one)
        seen.add(one.candidate.feeder)
    return [*first, *rest]


def _is_new_feeder(one: Verdict) -> bool:
    return one.feasible and one.candidate.kind is CandidateKind.NEW_FEEDER


def _own_feeder(one: Verdict, equipment: Equipment) -> Package:
    """A new feeder that was checked and found able is a remedy too."""
    built = cost(one.candidate, equipment)
    metres = one.candidate.length_m
    return Package(
        kind=RemedyKind.NEW_FEEDER,
        candidate=one.candidate,
        steps=(f"由母线 {one.candidate.busbar} 新出一回线路，{metres:.0f} 米",),
        lines=built.lines,
        days=built.days,
    )
