"""约束: how much of each margin a state uses up: 0 at the base, 1 where the first limit is met."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from yekuo.grid.columns import Bools, Floats, Ints
from yekuo.grid.model import GridModel, Limits
from yekuo.grid.solve import Flow, Part, Solver

NOTHING, VOLTAGE, LINE, TRANSFORMER = -1, 0, 1, 2
WORSE_U, WORSE_LOADING = 0.001, 0.01
LEAST = 1e-9


class Binding(NamedTuple):
    """起约束作用的元件: kinds VOLTAGE, LINE, TRANSFORMER (or NOTHING) and rows of that table, per scenario."""

    kind: Ints
    row: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """裕度: base value and 1/margin of every bus voltage, line and transformer; whose limit each voltage stands for."""

    u0: Floats
    u_per: Floats
    line0: Floats
    line_per: Floats
    trafo0: Floats
    trafo_per: Floats
    kind: Ints
    row: Ints

    def used(self, part: Part) -> tuple[Floats, Ints]:
        """This function will give the share of margin used up in each scenario (inf: no solution), and by which constraint."""
        each = [
            (self.u0 - part.u_pu) * self.u_per,
            (part.line - self.line0) * self.line_per,
            (part.trafo - self.trafo0) * self.trafo_per,
        ]
        share = np.concatenate(each, axis=1)
        which = share.argmax(axis=1)
        most = share[np.arange(len(share)), which]
        return np.where(part.ok, most, np.inf), which

    def binding(self, which: Ints) -> Binding:
        """This function will say which element a constraint is."""
        return Binding(np.where(which >= 0, self.kind[which], NOTHING), np.where(which >= 0, self.row[which], -1))


def margin(limit: Floats, value: Floats, tolerance: float) -> Floats:
    """This function will give 1/margin; where the limit is broken already, one over what it may become worse elsewhere."""
    room = np.where(value > limit, tolerance, np.maximum(limit - value, LEAST))
    return np.where(np.isfinite(room), 1.0 / room, 0.0)


def bus_limits(grid: GridModel, solver: Solver, limits: Limits) -> tuple[Floats, Ints]:
    """This function will give every bus's lowest voltage allowed and the node it is for (the first one of the bus)."""
    low, _ = limits.voltages(grid.nodes.kv)
    _, first = np.unique(solver.bus, return_index=True)
    return low[first], first


def bounds(
    solver: Solver,
    base: Part,
    limits: Limits,
    *,
    names: tuple[Ints, Ints, Ints] | None = None,
    extra: tuple[Floats, Ints, Ints] | None = None,
) -> Bounds:
    """This function will make the bounds of a solver from its base state.

    `names` are the rows that nodes, lines and transformers have elsewhere. `extra` are voltages (pu per bus) below which something
    that is not in this network breaks its limit, with kind and row of it.
    """
    low, node = bus_limits(solver.grid, solver, limits)
    lines, trafos = solver.lines, solver.trafos
    if names is not None:
        node, lines, trafos = names[0][node], names[1][lines], names[2][trafos]
    kind = np.full(len(low), VOLTAGE)
    u0 = base.u_pu[0]
    if extra is not None:
        tighter = extra[0] > low
        low = np.where(tighter, extra[0], low)
        kind, node = np.where(tighter, extra[1], kind), np.where(tighter, extra[2], node)
    u_per = np.where(u0 > 0, margin(-low, -u0, WORSE_U), 0.0)
    return Bounds(
        u0=u0,
        u_per=u_per,
        line0=base.line[0],
        line_per=margin(np.full(base.line.shape[1], limits.line), base.line[0], WORSE_LOADING),
        trafo0=base.trafo[0],
        trafo_per=margin(np.full(base.trafo.shape[1], limits.trafo), base.trafo[0], WORSE_LOADING),
        kind=np.concatenate([kind, np.full(len(lines), LINE), np.full(len(trafos), TRANSFORMER)]),
        row=np.concatenate([node, lines, trafos]),
    )


@dataclass(frozen=True, slots=True)
class Violation:
    """越限: what is beyond its limit, kind and row, the value and the limit (pu, or share of the rating)."""

    kind: int
    row: int
    value: float
    limit: float


def check_base(grid: GridModel, flow: Flow, limits: Limits) -> list[Violation]:
    """This function will list what is beyond its limits in a solved state, the worst of each kind first."""
    low, high = limits.voltages(grid.nodes.kv)
    found = [
        *_beyond(VOLTAGE, flow.u_pu, high, flow.u_pu > high),
        *_beyond(VOLTAGE, flow.u_pu, low, flow.u_pu < low),
        *_beyond(LINE, flow.line_loading, np.full(len(grid.lines), limits.line), flow.line_loading > limits.line),
        *_beyond(
            TRANSFORMER,
            flow.trafo_loading,
            np.full(len(grid.transformers), limits.trafo),
            flow.trafo_loading > limits.trafo,
        ),
    ]
    return sorted(found, key=lambda each: (each.kind, -abs(each.value - each.limit)))


def _beyond(kind: int, value: Floats, limit: Floats, rows: Bools) -> list[Violation]:
    return [Violation(kind, int(row), float(value[row]), float(limit[row])) for row in np.flatnonzero(rows)]
