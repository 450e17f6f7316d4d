"""接入点: where a customer can be connected: spare bay, node, tee, existing or new transformer, new feeder; nearest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import shapely

from yekuo.grid.atlas import Atlas
from yekuo.grid.bays import bays_left, no_bay
from yekuo.grid.columns import Floats
from yekuo.grid.conductors import Conductor, Library
from yekuo.grid.equipment import Equipment, TransformerType
from yekuo.grid.model import MV_FROM, NodeKind

RADII = (200.0, 500.0, 800.0, 1000.0, 1500.0, 2000.0, 4000.0)
LV_RADII = (100.0, 200.0, 400.0, 800.0)
LV_ENOUGH, LV_AREAS = 40, 3
NEW_FEEDER_FURTHEST_M = 15_000.0
NEW_FEEDERS = 3
ENOUGH_FEEDERS = 5
END_SHARE = 0.02
SPARE_CURRENT = 1.25
SERVICE_M = 20.0
SAME_KV = 0.08


class CandidateKind(StrEnum):
    """接入方式: 备用间隔, 节点, T 接, 现有配变, 新建配变, 新出线."""

    SPARE_BAY = "spare_bay"
    NODE = "node"
    TEE = "tee"
    DT_EXISTING = "dt_existing"
    DT_NEW = "dt_new"
    NEW_FEEDER = "new_feeder"


KIND_NAMES = {
    CandidateKind.SPARE_BAY: "备用间隔",
    CandidateKind.NODE: "就近节点",
    CandidateKind.TEE: "T 接",
    CandidateKind.DT_EXISTING: "现有公变",
    CandidateKind.DT_NEW: "新建公变",
    CandidateKind.NEW_FEEDER: "变电站新出线",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """用电申请: degrees WGS84; `kw` the firm load at power factor `pf`, `kva` the contract capacity, `kv` the supply voltage.

    `generation` says that `kw` is fed in, judged against `light_load` times the loads. `detour` is the area's ratio of route
    to straight distance; `laying` cable or overhead.
    """

    x: float
    y: float
    kw: float
    kva: float
    kv: float
    pf: float = 0.95
    generation: bool = False
    light_load: float = 0.3
    detour: float = 1.3
    laying: str = "cable"

    @property
    def low_voltage(self) -> bool:
        """Whether supply is below 1 kV."""
        return self.kv < MV_FROM

    @property
    def p_kw(self) -> float:
        """Active power drawn, in kW; negative when fed in."""
        return -self.kw if self.generation else self.kw

    @property
    def q_kvar(self) -> float:
        """Reactive power drawn, in kvar; generation runs at power factor 1."""
        return 0.0 if self.generation else self.kw * float(np.sqrt(1 - self.pf**2) / self.pf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """备选接入点: at `node`, or on `line` at `share` of its length; `length_m` of new line is straight × detour.

    `obstacle` says why it cannot be built as it is, "" when it can. `x`, `y` of the connection in degrees; `circuits` lines side
    by side.
    """

    id: str
    kind: CandidateKind
    node: str = ""
    line: str = ""
    share: float = 0.0
    feeder: str
    busbar: str
    substation: str
    x: float
    y: float
    kv: float
    straight_m: float
    length_m: float
    conductor: Conductor
    circuits: int = 1
    transformer: TransformerType | None = None
    on_cable: bool = False
    obstacle: str = ""

    @property
    def name(self) -> str:
        """What it is, in words."""
        where = self.line or self.node
        return f"{KIND_NAMES[self.kind]} {where}"


@dataclass(frozen=True, slots=True)
class Found:
    """一处: a candidate's place before it is dressed: row of node or line, distance in metres, share along the line."""

    metres: float
    node: int = -1
    line: int = -1
    share: float = 0.0
    feeder: str = ""


def candidates(
    atlas: Atlas,
    app: Application,
    *,
    library: Library,
    equipment: Equipment,
    k: int = 15,
    radii: Sequence[float] = RADII,
    taken: Mapping[str, int] = MappingProxyType({}),
) -> tuple[Candidate, ...]:
    """This function will list about `k` ways to connect, over several feeders, nearest first, new feeders behind.

    The radius grows until there are `k` places on enough feeders, or ends. Nothing found: an empty tuple. `taken` are bays
    promised to others, by node (id).
    """
    here = atlas.metres(np.array([app.x, app.y]))
    maker = _Maker(atlas, app, library, equipment, taken)
    if app.low_voltage:
        kvs = sorted({float(one) for one in atlas.grid.nodes.kv[atlas.busbars]})
        at_mv = [one for kv in kvs for one in _widening(atlas, here, kv, k, radii)]
        new = maker.new_transformers(_mixed(at_mv, k // 2))
        return (*maker.low_connections(maker.low_places(here, app.kv), k - len(new)), *new)
    places = _widening(atlas, here, app.kv, k, radii)
    outgoing = maker.new_feeders(here)
    return (*maker.connections(_mixed(places, max(1, k - len(outgoing)))), *outgoing)


def _widening(atlas: Atlas, here: Floats, kv: float, k: int, radii: Sequence[float]) -> list[Found]:
    found: list[Found] = []
    for radius in radii:
        found = _near(atlas, here, kv, radius)
        if len(found) >= k and len({one.feeder for one in found}) >= ENOUGH_FEEDERS:
            break
    return found


def _near(atlas: Atlas, here: Floats, kv: float, radius: float, *, lines: bool = True) -> list[Found]:
    grid, point = atlas.grid, shapely.points(here)
    found: list[Found] = []
    rows = atlas.usable_nodes[atlas.node_tree.query(point, predicate="dwithin", distance=radius)]
    for row in rows[np.abs(grid.nodes.kv[rows] / kv - 1) < SAME_KV].tolist():
        if grid.nodes.kind[row] != NodeKind.BUSBAR.value and row not in atlas.busbars:
            metres = float(np.hypot(*(atlas.xy[row] - here)))
            found.append(Found(metres, node=row, feeder=atlas.feeder(row)))
    if lines:
        found += _near_lines(atlas, point, kv, radius)
    return sorted(found, key=lambda one: (one.metres, one.node, one.line))


def _near_lines(atlas: Atlas, point: shapely.Point, kv: float, radius: float) -> Iterable[Found]:
    grid = atlas.grid
    rows = atlas.usable_lines[atlas.line_tree.query(point, predicate="dwithin", distance=radius)]
    rows = rows[np.abs(grid.nodes.kv[grid.lines.from_node[rows]] / kv - 1) < SAME_KV]
    shapes = atlas.shapes[rows]
    shares = shapely.line_locate_point(shapes, point, normalized=True)
    metres = shapely.distance(shapes, point)
    for row, share, far in zip(rows.tolist(), shares.tolist(), metres.tolist(), strict=True):
        if END_SHARE < share < 1 - END_SHARE:
            yield Found(far, line=row, share=share, feeder=atlas.line_feeder(row))


def _mixed(found: Sequence[Found], k: int) -> list[Found]:
    """The nearest of every feeder first, then the second nearest, ... so that no feeder crowds out the others."""
    turn: dict[str, int] = {}
    turned = []
    for order, one in enumerate(sorted(found, key=lambda each: each.metres)):
        turned.append((turn.get(one.feeder, 0), order, one))
        turn[one.feeder] = turn.get(one.feeder, 0) + 1
    chosen = [one for _, _, one in sorted(turned, key=lambda each: each[:2])[: max(0, k)]]
    return sorted(chosen, key=lambda one: one.metres)


class _Maker:
    """Dresses places with conductor, length, supply and what stands in the way."""

    def __init__(
        self, atlas: Atlas, app: Application, library: Library, equipment: Equipment, taken: Mapping[str, int]
    ) -> None:
        self.atlas, self.app, self.equipment, self.taken = atlas, app, equipment, taken
        self.library = library
        self._low_sides = set(atlas.grid.transformers.lv_node.tolist())

    def connections(self, found: Iterable[Found]) -> list[Candidate]:
        """Spare bays, nodes and tees for a customer at medium voltage."""
        return [self._at_node(one) if one.node >= 0 else self._tee(one) for one in found]

    def _at_node(self, one: Found) -> Candidate:
        grid = self.atlas.grid
        kind = CandidateKind.SPARE_BAY if bays_left(grid, one.node, self.taken) > 0 else CandidateKind.NODE
        return replace(self._plain(kind, one), obstacle=no_bay(grid, one.node, self.taken))

    def _tee(self, one: Found) -> Candidate:
        return replace(self._plain(CandidateKind.TEE, one), on_cable=self._is_cable(one.line))

    def _is_cable(self, line: int) -> bool:
        lines = self.atlas.grid.lines
        known = self.library.find(str(lines.model[line]))
        return (str(lines.laying[line]) or (known.laying if known else "cable")) != "overhead"

    def _plain(self, kind: CandidateKind, one: Found) -> Candidate:
        atlas, nodes = self.atlas, self.atlas.grid.nodes
        fed = one.node if one.node >= 0 else atlas.feeding_end(one.line)
        metres = atlas.xy[one.node] if one.node >= 0 else self._on_line(one)
        lon, lat = atlas.degrees(metres).tolist()
        kv = float(nodes.kv[fed])
        conductor, circuits = self._conductor(kv)
        name = str(nodes.id[one.node]) if one.node >= 0 else f"{atlas.grid.lines.id[one.line]}@{one.share:.3f}"
        return Candidate(
            id=f"{kind.value}:{name}",
            kind=kind,
            node=str(nodes.id[one.node]) if one.node >= 0 else "",
            line=str(atlas.grid.lines.id[one.line]) if one.line >= 0 else "",
            share=one.share,
            feeder=one.feeder,
            busbar=atlas.busbar(fed),
            substation=atlas.substation(fed),
            x=lon,
            y=lat,
            kv=kv,
            straight_m=one.metres,
            length_m=max(one.metres * self.app.detour, SERVICE_M),
            conductor=conductor,
            circuits=circuits,
        )

    def _on_line(self, one: Found) -> Floats:
        point = shapely.line_interpolate_point(self.atlas.shapes[one.line], one.share, normalized=True)
        return np.array([point.x, point.y])

    def _conductor(self, kv: float) -> tuple[Conductor, int]:
        """The thinnest usual conductor with spare current; beyond the thickest several side by side."""
        low = kv < MV_FROM
        usual = self.library.usual(low_voltage=low, laying=self.app.laying) or self.library.usual(low_voltage=low)
        current = SPARE_CURRENT * max(self.app.kva, self.app.kw / self.app.pf) / (np.sqrt(3) * kv)
        fitting = next((one for one in usual if one.i_a >= current), usual[-1])
        return fitting, max(1, int(np.ceil(current / fitting.i_a)))

    def low_places(self, here: Floats, kv: float) -> list[Found]:
        """What lies near at low voltage, the radius growing until there are enough places in several areas."""
        found: list[Found] = []
        for radius in LV_RADII:
            found = _near(self.atlas, here, kv, radius)
            if len(found) >= LV_ENOUGH and len({self._area(one) for one in found}) >= LV_AREAS:
                break
        return found

    def low_connections(self, found: Sequence[Found], k: int) -> list[Candidate]:
        """Low-voltage places near by: the low side of a transformer, a box on its lines, a tee; several areas."""
        listed = []
        for one in _mixed([replace(each, feeder=self._area(each)) for each in found], k):
            fed = one.node if one.node >= 0 else self.atlas.feeding_end(one.line)
            placed = replace(one, feeder=self.atlas.feeder(fed))
            if one.node < 0:
                listed.append(self._tee(placed))
            else:
                at_dt = self.atlas.grid.nodes.kind[one.node] == NodeKind.DT.value or one.node in self._low_sides
                kind = CandidateKind.DT_EXISTING if at_dt else CandidateKind.NODE
                listed.append(self._plain(kind, placed))
        return listed

    def _area(self, one: Found) -> str:
        grid = self.atlas.grid
        return str(grid.nodes.area[one.node if one.node >= 0 else grid.lines.from_node[one.line]])

    def new_transformers(self, found: Iterable[Found]) -> list[Candidate]:
        """A new public transformer at the customer's place, fed from the medium-voltage network."""
        size = self.equipment.fitting(max(self.app.kva, self.app.kw / self.app.pf))
        if size is None:
            return []
        listed = []
        for one in found:
            plain = self._at_node(one) if one.node >= 0 else self._tee(one)
            listed.append(
                replace(
                    plain,
                    id=f"dt_new:{plain.id}",
                    kind=CandidateKind.DT_NEW,
                    transformer=size,
                )
            )
        return listed

    def new_feeders(self, here: Floats) -> list[Candidate]:
        """A line of its own from each of the nearest busbars."""
        atlas, nodes = self.atlas, self.atlas.grid.nodes
        at = atlas.busbars
        at = at[(np.abs(nodes.kv[at] / self.app.kv - 1) < SAME_KV) & np.isfinite(atlas.xy[at]).all(axis=1)]
        metres = np.hypot(*(atlas.xy[at] - here).T) if len(at) else np.zeros(0)
        listed = []
        for place in np.argsort(metres, kind="stable")[:NEW_FEEDERS].tolist():
            if metres[place] * self.app.detour <= NEW_FEEDER_FURTHEST_M:
                one = Found(float(metres[place]), node=int(at[place]))
                words = no_bay(atlas.grid, one.node, self.taken)
                listed.append(replace(self._plain(CandidateKind.NEW_FEEDER, one), obstacle=words))
        return listed
