"""拓扑: which nodes are one through closed switches, which ends are on, the tree from the sources, feeders and areas."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from yekuo.grid.columns import Bools, Ints, Texts
from yekuo.grid.model import MV_FROM, GridModel, SwitchAt


def components(count: int, a: Ints, b: Ints) -> Ints:
    """This function will give every one of `count` things the smallest number it hangs together with over the pairs a-b."""
    label = np.arange(count)
    while True:
        low = np.minimum(label[a], label[b])
        new = label.copy()
        np.minimum.at(new, label[a], low)
        np.minimum.at(new, label[b], low)
        while not np.array_equal(new, jumped := new[new]):
            new = jumped
        if np.array_equal(new, label):
            return label
        label = new


@dataclass(frozen=True, slots=True)
class Wiring:
    """接线: `bus` of every node (closed switches make nodes one), and which branch ends are on."""

    bus: Ints
    live: Bools
    line_from: Bools
    line_to: Bools
    trafo_hv: Bools
    trafo_lv: Bools

    @property
    def buses(self) -> int:
        """How many buses there are."""
        return int(self.bus.max(initial=-1)) + 1


def wiring(grid: GridModel) -> Wiring:
    """This function will close what is closed: buses from closed node switches, ends from open switches at branches."""
    live, switches = grid.nodes.in_service, grid.switches
    joins = (switches.at == SwitchAt.NODE) & switches.closed
    a, b = switches.node[joins], switches.element[joins]
    both = live[a] & live[b]
    _, bus = np.unique(components(len(grid.nodes), a[both], b[both]), return_inverse=True)
    lines, trafos = grid.lines, grid.transformers
    ends = [
        _ends(grid, SwitchAt.LINE, lines.from_node, lines.in_service),
        _ends(grid, SwitchAt.LINE, lines.to_node, lines.in_service),
        _ends(grid, SwitchAt.TRANSFORMER, trafos.hv_node, trafos.in_service),
        _ends(grid, SwitchAt.TRANSFORMER, trafos.lv_node, trafos.in_service),
    ]
    return Wiring(bus.astype(np.int64), live, *ends)


def _ends(grid: GridModel, at: SwitchAt, nodes: Ints, in_service: Bools) -> Bools:
    switches = grid.switches
    opened = (switches.at == at) & ~switches.closed
    on = in_service & grid.nodes.in_service[nodes]
    element, node = switches.element[opened], switches.node[opened]
    on[element[nodes[element] == node]] = False
    return on


@dataclass(frozen=True, slots=True)
class Tree:
    """供电路径: breadth first from the sources over buses; `branch` numbers lines first, transformers behind; -1: none."""

    parent: Ints
    branch: Ints
    order: Ints
    reached: Bools

    def path(self, bus: int) -> list[int]:
        """This function will give the branches from a bus up to its source."""
        found = []
        while self.branch[bus] >= 0:
            found.append(int(self.branch[bus]))
            bus = int(self.parent[bus])
        return found


def tree(grid: GridModel, wires: Wiring) -> Tree:
    """This function will walk from all sources in service over branches that are on at both ends."""
    lines, trafos, bus = grid.lines, grid.transformers, wires.bus
    a = np.concatenate([bus[lines.from_node], bus[trafos.hv_node]])
    b = np.concatenate([bus[lines.to_node], bus[trafos.lv_node]])
    on = np.concatenate([wires.line_from & wires.line_to, wires.trafo_hv & wires.trafo_lv])
    start = np.unique(bus[grid.sources.node[grid.sources.in_service]])
    return walk(wires.buses, a, b, on, start)


def walk(count: int, a: Ints, b: Ints, on: Bools, start: Ints) -> Tree:
    """This function will walk breadth first over the branches `on` from the buses `start`, a whole ring at a time."""
    used = np.flatnonzero(on)
    ends = np.concatenate([a[used], b[used]])
    order = np.argsort(ends, kind="stable")
    near, other, which = ends[order], np.concatenate([b[used], a[used]])[order], np.concatenate([used, used])[order]
    first = np.searchsorted(near, np.arange(count + 1))
    parent, branch = np.full(count, -1), np.full(count, -1)
    reached = np.zeros(count, dtype=bool)
    reached[start] = True
    ring, rings = start, []
    while len(ring):
        rings.append(ring)
        sizes = first[ring + 1] - first[ring]
        at = (first[ring + 1] - sizes.cumsum()).repeat(sizes)
        at += np.arange(len(at))
        at = at[~reached[other[at]]]
        branch[other[at[::-1]]] = which[at[::-1]]  # backwards: of several ways to a bus the first one stays
        at = at[branch[other[at]] == which[at]]
        ring = other[at]
        parent[ring] = near[at]
        reached[ring] = True
        ring.sort()
    return Tree(parent, branch, np.concatenate([start[:0], *rings]), reached)


def with_topology(grid: GridModel, *, overwrite: bool = False) -> GridModel:
    """This function will fill empty feeders and areas of nodes from the topology.

    An area is what hangs together below 1 kV over closed branches; its id is that of its first transformer. A feeder is a
    branch out of a medium-voltage bus that a main transformer or a source feeds; its id is that of its first line.
    """
    wires = wiring(grid)
    walked = tree(grid, wires)
    area, feeder = _areas(grid, wires), _feeders(grid, wires, walked)
    if not overwrite:
        area = np.where(grid.nodes.area == "", area, grid.nodes.area)
        feeder = np.where(grid.nodes.feeder == "", feeder, grid.nodes.feeder)
    return replace(grid, nodes=replace(grid.nodes, area=area, feeder=feeder))


def _areas(grid: GridModel, wires: Wiring) -> Texts:
    label = area_labels(grid, wires)
    trafos = grid.transformers
    names: dict[int, str] = {}
    for row in np.flatnonzero(~grid.is_main)[np.argsort(trafos.id[~grid.is_main], kind="stable")].tolist():
        names.setdefault(int(label[trafos.lv_node[row]]), str(trafos.id[row]))
    return np.array([names.get(each, "") for each in label.tolist()] or [], dtype=np.str_)


def area_labels(grid: GridModel, wires: Wiring) -> Ints:
    """This function will number what hangs together below 1 kV (by its first bus); -1 at 1 kV and above."""
    low = grid.nodes.kv < MV_FROM
    on = wires.line_from & wires.line_to & low[grid.lines.from_node] & low[grid.lines.to_node]
    bus = wires.bus
    label = components(wires.buses, bus[grid.lines.from_node[on]], bus[grid.lines.to_node[on]])
    return np.where(low, label[bus], -1)


def _feeders(grid: GridModel, wires: Wiring, walked: Tree) -> Texts:
    """The first line below a head bus is the feeder; heads are the buses of sources and of main transformers' low sides."""
    heads = set(wires.bus[grid.sources.node[grid.sources.in_service]].tolist())
    heads |= set(wires.bus[grid.transformers.lv_node[grid.is_main]].tolist())
    of: list[Any] = [""] * wires.buses
    lines = len(grid.lines)
    parent, branch = walked.parent.tolist(), walked.branch.tolist()
    for bus in walked.order.tolist():
        if bus in heads or branch[bus] < 0:
            continue
        first = parent[bus] in heads and branch[bus] < lines
        of[bus] = str(grid.lines.id[branch[bus]]) if first else of[parent[bus]]
    return np.array(of, dtype=np.str_)[wires.bus] if of else np.array([], dtype=np.str_)
