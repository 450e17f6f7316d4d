"""电网图: the network, or a part of it, as GeoJSON (degrees WGS84): lines, transformers, nodes and substations with their names."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely

from yekuo.grid.atlas import Atlas
from yekuo.grid.columns import Bools, Floats, Ints
from yekuo.grid.model import HV_FROM, MV_FROM, NodeKind

PLACES = 6
Feature = dict[str, Any]
More = Mapping[str, Mapping[str, object]]


class Window(NamedTuple):
    """图框: west, south, east, north in degrees."""

    west: float
    south: float
    east: float
    north: float


def features(
    atlas: Atlas,
    *,
    bounds: Window | None = None,
    feeders: Collection[str] | None = None,
    low_voltage: bool = False,
    nodes: bool = False,
    more: More | None = None,
) -> Feature:
    """This function will draw what lies within `bounds` and on `feeders` (None: everything) as a FeatureCollection.

    Each feature has `kind` (line, transformer, node, station), `id`, `name`, `kv`, `feeder`, `live`; `more` adds properties
    to the element of that id. What has no coordinates is left out. `low_voltage` adds what is below 1 kV, `nodes` the nodes.
    """
    drawn = [*_lines(atlas, bounds, feeders, low_voltage), *_transformers(atlas, bounds, feeders)]
    if nodes:
        drawn += _nodes(atlas, bounds, feeders, low_voltage)
    drawn += _stations(atlas, bounds, feeders)
    for one in drawn:
        one["properties"].update((more or {}).get(one["properties"]["id"], {}))
    return collection(drawn)


def collection(drawn: Iterable[Feature]) -> Feature:
    """This function will put features together."""
    return {"type": "FeatureCollection", "features": list(drawn)}


def point(x: float, y: float, **properties: object) -> Feature:
    """This function will make a point in degrees with its properties."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(x, PLACES), round(y, PLACES)]},
        "properties": properties,
    }


def line(course: Sequence[Sequence[float]] | Floats, **properties: object) -> Feature:
    """This function will make a line in degrees with its properties."""
    rounded = [[round(float(x), PLACES), round(float(y), PLACES)] for x, y in course]
    return {"type": "Feature", "geometry": {"type": "LineString", "coordinates": rounded}, "properties": properties}


def window(points: Iterable[tuple[float, float]], *, around_m: float) -> Window | None:
    """This function will frame points (degrees) with `around_m` metres of margin, None without any."""
    known = np.array([one for one in points if np.isfinite(one).all()])
    if not len(known):
        return None
    (west, south), (east, north) = known.min(axis=0), known.max(axis=0)
    up = around_m / 111_320.0
    aside = up / max(0.1, float(np.cos(np.radians((south + north) / 2))))
    return Window(float(west) - aside, float(south) - up, float(east) + aside, float(north) + up)


def _within(box: Floats, bounds: Window | None) -> Bools:
    """Which boxes (west, south, east, north) touch the frame; what has no place touches none."""
    known: Bools = np.logical_and.reduce(np.isfinite(box), axis=1)
    if bounds is None:
        return known
    touching: Bools = (
        (box[:, 0] <= bounds.east)
        & (box[:, 2] >= bounds.west)
        & (box[:, 1] <= bounds.north)
        & (box[:, 3] >= bounds.south)
    )
    return known & touching


def _feeders_of_lines(atlas: Atlas) -> np.ndarray:
    lines, nodes = atlas.grid.lines, atlas.grid.nodes
    first = nodes.feeder[lines.to_node]
    return np.where(first != "", first, nodes.feeder[lines.from_node])


def _lines(
    atlas: Atlas, bounds: Window | None, feeders: Collection[str] | None, low_voltage: bool
) -> Iterator[Feature]:
    lines, nodes = atlas.grid.lines, atlas.grid.nodes
    if not len(lines):
        return
    kv, feeder = nodes.kv[lines.from_node], _feeders_of_lines(atlas)
    box = shapely.bounds(atlas.shapes)
    box = np.hstack([atlas.degrees(box[:, :2]), atlas.degrees(box[:, 2:])])
    level: Bools = np.ones(len(kv), dtype=bool) if low_voltage else kv >= MV_FROM
    wanted = _within(box, bounds) & _on(feeder, feeders) & level
    rows = np.flatnonzero(wanted)
    metres, which = shapely.get_coordinates(atlas.shapes[rows], return_index=True)
    courses = np.split(atlas.degrees(metres), np.flatnonzero(np.diff(which)) + 1) if len(rows) else []
    live, usable = atlas.walked.reached[atlas.wires.bus], set(atlas.usable_lines.tolist())
    for row, course in zip(rows.tolist(), courses, strict=True):
        yield line(
            course,
            kind="line",
            id=str(lines.id[row]),
            name=atlas.names.line(row),
            kv=float(kv[row]),
            feeder=str(feeder[row]),
            model=str(lines.model[row]),
            length_m=round(float(lines.length_m[row])),
            live=bool(row in usable and live[lines.from_node[row]] and live[lines.to_node[row]]),
        )


def _transformers(atlas: Atlas, bounds: Window | None, feeders: Collection[str] | None) -> Iterator[Feature]:
    trafos, nodes = atlas.grid.transformers, atlas.grid.nodes
    at = trafos.hv_node
    wanted = ~atlas.grid.is_main & _points_within(atlas, at, bounds) & _on(nodes.feeder[at], feeders)
    for row in np.flatnonzero(wanted).tolist():
        node = int(at[row])
        yield point(
            float(nodes.x[node]),
            float(nodes.y[node]),
            kind="transformer",
            id=str(trafos.id[row]),
            name=atlas.names.transformer(row),
            kv=float(trafos.hv_kv[row]),
            kva=float(trafos.kva[row]),
            feeder=str(nodes.feeder[node]),
            public=bool(trafos.public[row]),
            live=atlas.live(node),
        )


def _nodes(
    atlas: Atlas, bounds: Window | None, feeders: Collection[str] | None, low_voltage: bool
) -> Iterator[Feature]:
    nodes = atlas.grid.nodes
    at = np.arange(len(nodes))
    kept = (nodes.kv < HV_FROM) & (low_voltage | (nodes.kv >= MV_FROM)) & (nodes.kind != NodeKind.BUSBAR.value)
    wanted = kept & _points_within(atlas, at, bounds) & _on(nodes.feeder, feeders)
    for row in np.flatnonzero(wanted).tolist():
        yield point(
            float(nodes.x[row]),
            float(nodes.y[row]),
            kind="node",
            id=str(nodes.id[row]),
            name=atlas.names.node(row),
            node_kind=str(nodes.kind[row]),
            kv=float(nodes.kv[row]),
            feeder=str(nodes.feeder[row]),
            area=str(nodes.area[row]),
            live=atlas.live(row),
        )


def _stations(atlas: Atlas, bounds: Window | None, feeders: Collection[str] | None) -> Iterator[Feature]:
    """One point per substation, at its first busbar; those that supply the feeders asked for."""
    nodes, table = atlas.grid.nodes, atlas.grid.feeders
    supplying = None if feeders is None else {int(table.busbar[table.row[one]]) for one in feeders if one in table.row}
    seen: set[str] = set()
    for node in atlas.busbars[_points_within(atlas, atlas.busbars, bounds)].tolist():
        name = atlas.substation(node)
        if name in seen or (supplying is not None and not _supplies(atlas, node, supplying)):
            continue
        seen.add(name)
        yield point(
            float(nodes.x[node]),
            float(nodes.y[node]),
            kind="station",
            id=name,
            name=atlas.station_name(name),
            kv=float(nodes.kv[node]),
            feeder="",
            live=True,
        )


def _supplies(atlas: Atlas, node: int, busbars: Collection[int]) -> bool:
    bus = atlas.wires.bus
    return any(bus[one] == bus[node] for one in busbars)


def _points_within(atlas: Atlas, at: Ints, bounds: Window | None) -> Bools:
    here = atlas.grid.xy[at]
    return _within(np.hstack([here, here]), bounds)


def _on(feeder: np.ndarray, feeders: Collection[str] | None) -> Bools:
    found: Bools = np.ones(len(feeder), dtype=bool) if feeders is None else np.isin(feeder, list(feeders))
    return found
