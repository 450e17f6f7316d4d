"""路径裕度: a first guess of the capacity at every bus from its path alone, and what stands in its way already."""

from dataclasses import dataclass

import numpy as np

from yekuo.grid.bounds import LINE, TRANSFORMER, VOLTAGE
from yekuo.grid.columns import Floats, Ints
from yekuo.grid.model import MV_FROM, GridModel, Limits
from yekuo.grid.solve import Flow
from yekuo.grid.topology import Tree, Wiring

MARGIN = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """裕度初值 per node: `thermal_kw` least along the path, `voltage_kw` by its own voltage, `start_kw` the less; kind and row of an existing violation."""

    thermal_kw: Floats
    voltage_kw: Floats
    start_kw: Floats
    blocked_kind: Ints
    blocked_row: Ints


def headroom(grid: GridModel, wires: Wiring, walked: Tree, flow: Flow, limits: Limits, *, tangent: float) -> Headroom:
    """This function will go down the tree once: thermal room is the least, impedance the sum, a violation stays with all below."""
    room, r, x = branch_rooms(grid, flow, limits, tangent)
    kind, row = _violations(grid, wires, flow, limits)
    at_bus = [(int(kind[bus]), int(row[bus])) for bus in range(wires.buses)]
    lines = len(grid.lines)
    over = np.concatenate([flow.line_loading > limits.line, flow.trafo_loading > limits.trafo]).tolist()
    least, drop = [np.inf] * wires.buses, [0.0] * wires.buses
    parent, branch, room_of, z_of = (
        walked.parent.tolist(),
        walked.branch.tolist(),
        room.tolist(),
        (r + tangent * x).tolist(),
    )
    for bus in walked.order.tolist():
        way = branch[bus]
        if way < 0:
            continue
        up = parent[bus]
        least[bus] = min(least[up], room_of[way])
        drop[bus] = drop[up] + z_of[way]
        if at_bus[bus][0] < 0:
            broken = (LINE, way) if way < lines else (TRANSFORMER, way - lines)
            at_bus[bus] = broken if over[way] else at_bus[up]
    node_kind, node_row = (np.array(each)[wires.bus] for each in zip(*at_bus, strict=True))
    node_kind, node_row = _shared(grid, node_kind, node_row, kind[wires.bus], row[wires.bus])
    low, _ = limits.voltages(grid.nodes.kv)
    with np.errstate(divide="ignore"):
        by_voltage = np.maximum(np.nan_to_num(flow.u_pu) - low, 0) / np.array(drop)[wires.bus] * 1000
    thermal = np.array(least)[wires.bus]
    return Headroom(
        thermal_kw=thermal,
        voltage_kw=by_voltage,
        start_kw=np.minimum(thermal, by_voltage) * MARGIN,
        blocked_kind=node_kind,
        blocked_row=node_row,
    )


def branch_rooms(grid: GridModel, flow: Flow, limits: Limits, tangent: float) -> tuple[Floats, Floats, Floats]:
    """This function will give the room (kW) and r, x (pu on 1 MVA) of lines, then of transformers."""
    lines, trafos = grid.lines, grid.transformers
    kv = grid.nodes.kv[lines.from_node]
    rated = np.where(lines.rated_a > 0, lines.rated_a, np.inf)
    most = np.concatenate(
        [np.sqrt(3) * kv * np.nan_to_num(flow.u_pu[lines.from_node]) * rated * limits.line, trafos.kva * limits.trafo]
    )
    p = np.abs(np.concatenate([flow.line_p_kw, flow.trafo_p_kw]))
    q = np.concatenate([flow.line_q_kvar * np.sign(flow.line_p_kw), flow.trafo_q_kvar * np.sign(flow.trafo_p_kw)])
    a, b = 1 + tangent**2, p + q * tangent
    with np.errstate(invalid="ignore"):
        room = (-b + np.sqrt(np.maximum(b**2 - a * (p**2 + q**2 - most**2), 0))) / a
    room = np.where(np.isinf(most), np.inf, np.maximum(room, 0))
    r_trafo = trafos.pk_kw / trafos.kva / trafos.kva * 1000
    z_trafo = trafos.uk_pct / 100 / trafos.kva * 1000
    r = np.concatenate([np.nan_to_num(lines.r_ohm) / kv**2, r_trafo])
    x = np.concatenate([np.nan_to_num(lines.x_ohm) / kv**2, np.sqrt(np.maximum(z_trafo**2 - r_trafo**2, 0))])
    return room, r, x


def _violations(grid: GridModel, wires: Wiring, flow: Flow, limits: Limits) -> tuple[Ints, Ints]:
    low, _ = limits.voltages(grid.nodes.kv)
    kind, row = np.full(wires.buses, -1), np.full(wires.buses, -1)
    broken = np.flatnonzero(flow.u_pu < low)
    kind[wires.bus[broken]], row[wires.bus[broken]] = VOLTAGE, broken
    return kind, row


def _shared(grid: GridModel, kind: Ints, row: Ints, own_kind: Ints, own_row: Ints) -> tuple[Ints, Ints]:
    """A voltage beyond its limit stands in the way of its whole low-voltage area, or of its whole feeder."""
    broken = np.flatnonzero(own_kind == VOLTAGE)
    nodes = grid.nodes
    for names, which in ((nodes.area, nodes.kv < MV_FROM), (nodes.feeder, nodes.kv >= MV_FROM)):
        first = {
            str(names[each]): int(own_row[each]) for each in broken[which[broken]][::-1].tolist() if names[each] != ""
        }
        if first:
            found = np.array([first.get(name, -1) for name in names.tolist()])
            add = (kind < 0) & (found >= 0)
            kind, row = np.where(add, VOLTAGE, kind), np.where(add, found, row)
    return kind, row
