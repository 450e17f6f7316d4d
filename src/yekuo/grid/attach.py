"""接入改造: the network with candidates built: lines split where they are tapped, new lines, transformers and customers' nodes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from shapely.ops import substring

from yekuo.grid.candidates import Application, Candidate
from yekuo.grid.columns import Ints
from yekuo.grid.model import GridModel, Lines, Loads, NodeKind, Nodes, SwitchAt, Transformers

NEW_CLOCK, NEW_LV_KV = 11, 0.4


@dataclass(frozen=True, eq=False, kw_only=True)
class Attached:
    """接入后的电网: the network and, per candidate, the rows of the customer's node, the point of connection and the new line.

    `host` is the node where the new transformer's no-load draws, the customer's own node without one.
    """

    grid: GridModel
    customer: Ints
    point: Ints
    line: Ints
    host: Ints


def attach(grid: GridModel, built: Sequence[Candidate], app: Application, *, bare: bool = False) -> Attached:
    """This function will build candidates into the network without drawing any load yet.

    `bare` leaves out what new lines and transformers draw by themselves, so that unused ones change nothing and many can be
    tried in one network.
    """
    split, tapped = _split(grid, built)
    point = np.array([tapped[one.line, one.share] if one.line else split.nodes.row[one.node] for one in built])
    first = len(split.nodes)
    with_dt = np.array([one.transformer is not None for one in built])
    host = first + np.arange(len(built))
    customer = np.where(with_dt, first + len(built) + np.cumsum(with_dt) - 1, host)
    found = replace(
        split,
        nodes=split.nodes.append(_nodes(split, built, point, app, with_dt)),
        lines=split.lines.append(_stubs(built, point, host, bare=bare)),
        transformers=split.transformers.append(
            _transformers([one for one in built if one.transformer], host[with_dt], customer[with_dt], bare=bare)
        ),
    )
    line = len(split.lines) + np.arange(len(built))
    return Attached(grid=found, customer=customer, point=point, line=line, host=host)


def connected(grid: GridModel, one: Candidate, app: Application, *, case: str) -> GridModel:
    """This function will give the network with one candidate really built and the customer's load drawn."""
    done = attach(grid, [one], app)
    load = Loads.of(
        id=[f"{case}/负荷"],
        node=done.customer,
        p_kw=[app.p_kw],
        q_kvar=[app.q_kvar],
        generator=[app.generation],
    )
    return replace(done.grid, loads=done.grid.loads.append(load))


def _nodes(grid: GridModel, built: Sequence[Candidate], point: Ints, app: Application, with_dt: np.ndarray) -> Nodes:
    feeder = np.array([one.feeder for one in built])
    heads = Nodes.of(
        id=[f"{one.id}/{'高压侧' if one.transformer else '客户'}" for one in built],
        kv=[one.kv for one in built],
        kind=[NodeKind.POINT.value] * len(built),
        feeder=feeder,
        area=grid.nodes.area[point],
        x=np.full(len(built), app.x),
        y=np.full(len(built), app.y),
        level=grid.nodes.level[point],
    )
    lows = [one for one in built if one.transformer]
    return heads.append(
        Nodes.of(
            id=[f"{one.id}/客户" for one in lows],
            kv=np.full(len(lows), NEW_LV_KV),
            kind=[NodeKind.DT.value] * len(lows),
            feeder=feeder[with_dt],
            area=[f"{one.id}/新配变" for one in lows],
            x=np.full(len(lows), app.x),
            y=np.full(len(lows), app.y),
            level=grid.nodes.level[point[with_dt]],
        )
    )


def _stubs(built: Sequence[Candidate], point: Ints, host: Ints, *, bare: bool) -> Lines:
    km = np.array([one.length_m for one in built]) / 1000
    side = np.array([one.circuits for one in built])

    def of(name: str) -> np.ndarray:
        return np.array([getattr(one.conductor, name) for one in built], dtype=np.float64)

    return Lines.of(
        id=[f"{one.id}/接入线" for one in built],
        from_node=point,
        to_node=host,
        length_m=km * 1000,
        r_ohm=of("r") * km / side,
        x_ohm=of("x") * km / side,
        c_nf=np.zeros(len(built)) if bare else of("c") * km * side,
        rated_a=of("i_a") * side,
        model=[one.conductor.model for one in built],
        laying=[one.conductor.laying for one in built],
    )


def _transformers(built: Sequence[Candidate], hv: Ints, lv: Ints, *, bare: bool) -> Transformers:
    if not built:
        return Transformers.of()
    sizes = [one.transformer for one in built if one.transformer]
    return Transformers.of(
        id=[f"{one.id}/新配变" for one in built],
        hv_node=hv,
        lv_node=lv,
        hv_kv=[one.kv for one in built],
        lv_kv=np.full(len(built), NEW_LV_KV),
        kva=[one.kva for one in sizes],
        uk_pct=[one.uk_pct for one in sizes],
        pk_kw=[one.pk_kw for one in sizes],
        p0_kw=[0.0 if bare else one.p0_kw for one in sizes],
        clock=np.full(len(built), NEW_CLOCK),
    )


def _split(grid: GridModel, built: Sequence[Candidate]) -> tuple[GridModel, dict[tuple[str, float], int]]:
    """Lines are cut at every share asked for: lengths and impedances add up to the line's, switches stay at their ends."""
    taps: dict[str, set[float]] = {}
    for one in built:
        if one.line:
            taps.setdefault(one.line, set()).add(one.share)
    place: dict[tuple[str, float], int] = {}
    if not taps:
        return grid, place
    cut = [(line, share) for line in sorted(taps) for share in sorted(taps[line])]
    xy = {(one.line, one.share): (one.x, one.y) for one in built if one.line}
    rows = np.array([grid.lines.row[line] for line, _ in cut])
    place = {each: len(grid.nodes) + at for at, each in enumerate(cut)}
    points = Nodes.of(
        id=[f"{line}@{share:.6f}" for line, share in cut],
        kv=grid.nodes.kv[grid.lines.from_node[rows]],
        feeder=grid.nodes.feeder[grid.lines.to_node[rows]],
        area=grid.nodes.area[grid.lines.from_node[rows]],
        x=[xy[each][0] for each in cut],
        y=[xy[each][1] for each in cut],
        level=grid.nodes.level[grid.lines.from_node[rows]],
    )
    lines, last = _pieces(grid.lines, cut, rows, place)
    switches = grid.switches
    at_line = switches.at == SwitchAt.LINE
    moved = np.flatnonzero(at_line)
    element = switches.element[moved]
    at_far_end = np.isin(element, rows) & (switches.node[moved] == grid.lines.to_node[element])
    changed = moved[at_far_end]
    if len(changed):
        new = np.array([last[int(row)] for row in switches.element[changed]])
        switches = switches.changed(changed, element=new)
    return replace(grid, nodes=grid.nodes.append(points), lines=lines, switches=switches), place


def _pieces(
    lines: Lines, cut: Sequence[tuple[str, float]], rows: Ints, place: dict[tuple[str, float], int]
) -> tuple[Lines, dict[int, int]]:
    """The first piece keeps the line's row, the others stand behind; also the row of each line's last piece."""
    shares: dict[int, list[tuple[float, int]]] = {}
    for (line, share), row in zip(cut, rows.tolist(), strict=True):
        shares.setdefault(row, []).append((share, place[line, share]))
    more: list[int] = []
    starts: list[float] = []
    ends: list[float] = []
    from_node: list[int] = []
    to_node: list[int] = []
    names: list[str] = []
    last: dict[int, int] = {}
    for row, points in shares.items():
        stops = [*points, (1.0, int(lines.to_node[row]))]
        for number, ((start, node), (end, other)) in enumerate(pairwise(stops), 2):
            last[row] = len(lines) + len(more)
            more.append(row)
            starts.append(start)
            ends.append(end)
            from_node.append(node)
            to_node.append(other)
            names.append(f"{lines.id[row]}#{number}")
    behind = _cut(lines.take(np.array(more)), np.array(starts), np.array(ends))
    behind = replace(behind, id=np.array(names), from_node=np.array(from_node), to_node=np.array(to_node))
    whole = np.array(list(shares))
    firsts = np.array([points[0][0] for points in shares.values()])
    front = _cut(lines.take(whole), np.zeros(len(whole)), firsts)
    kept = lines.changed(
        whole,
        to_node=np.array([points[0][1] for points in shares.values()]),
        **{name: getattr(front, name) for name in ("length_m", "r_ohm", "x_ohm", "c_nf", "g_us", "wkt")},
    )
    return kept.append(behind), last


def _cut(lines: Lines, start: np.ndarray, end: np.ndarray) -> Lines:
    part = end - start
    return replace(
        lines,
        wkt=np.array([_course(*each) for each in zip(lines.wkt.tolist(), start, end, strict=True)], dtype=np.str_),
        **{name: getattr(lines, name) * part for name in ("length_m", "r_ohm", "x_ohm", "c_nf", "g_us")},
    )


def _course(wkt: str, start: float, end: float) -> str:
    if not wkt:
        return ""
    drawn = shapely.from_wkt(wkt, on_invalid="ignore")
    return "" if drawn is None else str(substring(drawn, start, end, normalized=True).wkt)
