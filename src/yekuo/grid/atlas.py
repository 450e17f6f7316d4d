"""电网方位: where lines and nodes lie in metres, and which feeder, busbar and substation supplies them; made once per revision."""

from functools import cached_property

import numpy as np
import shapely

from yekuo.grid.columns import Bools, Floats, Ints
from yekuo.grid.model import HV_FROM, MV_FROM, GridModel
from yekuo.grid.naming import Names
from yekuo.grid.topology import Tree, Wiring, tree, wiring

METRES_OF_DEGREE = 111_320.0


class Atlas:
    """方位图: coordinates projected to metres around the middle; a line without course is straight between its ends."""

    def __init__(self, grid: GridModel) -> None:
        """This function will project the network and walk it once."""
        self.grid = grid
        known = np.isfinite(grid.xy).all(axis=1)
        self.middle: Floats = grid.xy[known].mean(axis=0) if known.any() else np.zeros(2)
        self.scale: Floats = METRES_OF_DEGREE * np.array([np.cos(np.radians(self.middle[1])), 1.0])
        self.xy = self.metres(grid.xy)
        self.wires: Wiring = wiring(grid)
        self.walked: Tree = tree(grid, self.wires)
        self._supplies()

    def metres(self, lonlat: Floats) -> Floats:
        """This function will project longitude and latitude to metres."""
        found: Floats = (lonlat - self.middle) * self.scale
        return found

    def degrees(self, metres: Floats) -> Floats:
        """This function will turn metres back into longitude and latitude."""
        found: Floats = metres / self.scale + self.middle
        return found

    def _supplies(self) -> None:
        """Down the tree every bus takes its source and its medium-voltage busbar from the bus above it."""
        walked, grid = self.walked, self.grid
        count = self.wires.buses
        kv = np.zeros(count)
        kv[self.wires.bus] = grid.nodes.kv
        _, first = np.unique(self.wires.bus, return_index=True)
        self.node_of_bus: Ints = first
        source, head = [-1] * count, [-1] * count
        lines = len(grid.lines)
        level, parent, branch = kv.tolist(), walked.parent.tolist(), walked.branch.tolist()
        for bus in walked.order.tolist():
            above = parent[bus]
            source[bus] = bus if above < 0 else source[above]
            own = MV_FROM <= level[bus] < HV_FROM and (above < 0 or branch[bus] >= lines)
            head[bus] = bus if own else (-1 if above < 0 else head[above])
        self.source_bus, self.busbar_bus = np.array(source), np.array(head)

    def live(self, node: int) -> bool:
        """Whether a source reaches the node."""
        return bool(self.walked.reached[self.wires.bus[node]])

    def busbar(self, node: int) -> str:
        """The id of the medium-voltage busbar that supplies a node, "" for none."""
        bus = self.busbar_bus[self.wires.bus[node]]
        return str(self.grid.nodes.id[self.busbar_node(int(bus))]) if bus >= 0 else ""

    def busbar_node(self, bus: int) -> int:
        """The node that stands for a busbar's bus: one of kind busbar where there is one."""
        return self._named.get(bus, int(self.node_of_bus[bus]))

    @cached_property
    def _named(self) -> dict[int, int]:
        rows = np.flatnonzero(self.grid.nodes.kind == "busbar")
        return {int(self.wires.bus[row]): int(row) for row in rows[::-1]}

    def substation(self, node: int) -> str:
        """The id of the substation that supplies a node; without one in the data its source stands for it."""
        bus = self.wires.bus[node]
        head = self.busbar_bus[bus]
        if head >= 0 and (stated := str(self.grid.nodes.substation[self.busbar_node(int(head))])):
            return stated
        source = self.source_bus[bus]
        return str(self.grid.nodes.id[self.node_of_bus[source]]) if source >= 0 else ""

    @cached_property
    def station_names(self) -> dict[str, str]:
        """The name of every substation by its id: that of its high side, else of its first busbar with one."""
        nodes = self.grid.nodes
        named = np.flatnonzero((nodes.substation != "") & (nodes.name != ""))
        order = named[np.argsort(-nodes.kv[named], kind="stable")][::-1]
        return {str(nodes.substation[row]): str(nodes.name[row]) for row in order.tolist()}

    def station_name(self, substation: str) -> str:
        """The name of a substation, its id when it has none."""
        rows, nodes = self.grid.nodes.row, self.grid.nodes
        own = str(nodes.name[rows[substation]]) if substation in rows else ""
        return self.station_names.get(substation, "") or own or substation

    def feeder_name(self, feeder: str) -> str:
        """The name of a feeder, its id when it has none."""
        table = self.grid.feeders
        return (str(table.name[table.row[feeder]]) or feeder) if feeder in table.row else feeder

    def node_name(self, node: str) -> str:
        """The name of a node, its id when it has none."""
        nodes = self.grid.nodes
        return (str(nodes.name[nodes.row[node]]) or node) if node in nodes.row else node

    @cached_property
    def names(self) -> Names:
        """What people call the elements."""
        return Names(self.grid)

    def feeder(self, node: int) -> str:
        """The id of the feeder a node hangs on, "" at a busbar."""
        return str(self.grid.nodes.feeder[node])

    @cached_property
    def busbars(self) -> Ints:
        """The nodes of the live medium-voltage busbars, one per bus."""
        heads = np.unique(self.busbar_bus[self.busbar_bus >= 0])
        return np.array([self.busbar_node(int(each)) for each in heads], dtype=np.int64)

    @cached_property
    def shapes(self) -> np.ndarray:
        """The lines' courses in metres, empty where no end has coordinates."""
        lines = self.grid.lines
        ends = (
            np.stack([self.xy[lines.from_node], self.xy[lines.to_node]], axis=1) if len(lines) else np.zeros((0, 2, 2))
        )
        straight = np.isfinite(ends).all(axis=(1, 2))
        found = np.full(len(lines), shapely.LineString(), dtype=object)
        found[straight] = shapely.linestrings(ends[straight])
        written = lines.wkt != ""
        if written.any():
            drawn = shapely.from_wkt(lines.wkt[written], on_invalid="ignore")
            moved = shapely.transform(drawn, self.metres)
            usable = (shapely.get_type_id(moved) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(moved)
            found[np.flatnonzero(written)[usable]] = moved[usable]
        return found

    @cached_property
    def usable_lines(self) -> Ints:
        """Rows of lines that can be tapped: drawn, in service, and live at one end at least."""
        lines, bus = self.grid.lines, self.wires.bus
        reached = self.walked.reached
        from_live = self.wires.line_from & reached[bus[lines.from_node]]
        to_live = self.wires.line_to & reached[bus[lines.to_node]]
        return np.flatnonzero((from_live | to_live) & ~shapely.is_empty(self.shapes))

    @cached_property
    def line_tree(self) -> shapely.STRtree:
        """Where the usable lines lie."""
        return shapely.STRtree(self.shapes[self.usable_lines])

    @cached_property
    def usable_nodes(self) -> Ints:
        """Rows of public live nodes with coordinates."""
        nodes = self.grid.nodes
        known: Bools = np.isfinite(self.xy).all(axis=1) & nodes.public & self.walked.reached[self.wires.bus]
        return np.flatnonzero(known)

    @cached_property
    def node_tree(self) -> shapely.STRtree:
        """Where the usable nodes lie."""
        return shapely.STRtree(shapely.points(self.xy[self.usable_nodes]))

    def feeding_end(self, line: int) -> int:
        """The node at the live end of a line (the one nearer to the source)."""
        lines, bus = self.grid.lines, self.wires.bus
        a, b = int(lines.from_node[line]), int(lines.to_node[line])
        if not (self.wires.line_from[line] and self.walked.reached[bus[a]]):
            return b
        if not (self.wires.line_to[line] and self.walked.reached[bus[b]]):
            return a
        return b if self.walked.branch[bus[a]] == line else a

    def line_feeder(self, line: int) -> str:
        """The feeder of a line: that of the end below, else (a line out of a busbar) its own id."""
        near = self.feeding_end(line)
        lines = self.grid.lines
        far = int(lines.to_node[line]) if near == lines.from_node[line] else int(lines.from_node[line])
        below = self.walked.branch[self.wires.bus[far]] == line
        return (self.feeder(far) if below else "") or self.feeder(near) or str(lines.id[line])

    @cached_property
    def drawn_below(self) -> Floats:
        """What is drawn at and below every bus, in kW, by the tree."""
        loads = self.grid.loads
        total = np.zeros(self.wires.buses)
        on = loads.in_service
        np.add.at(total, self.wires.bus[loads.node[on]], loads.p_kw[on])
        parent = self.walked.parent
        for bus in self.walked.order[::-1].tolist():
            if parent[bus] >= 0:
                total[parent[bus]] += total[bus]
        return total

    def path(self, node: int) -> tuple[list[int], list[int]]:
        """This function will give the rows of lines and of transformers from a node up to its source."""
        branches = self.walked.path(int(self.wires.bus[node]))
        lines = len(self.grid.lines)
        return [one for one in branches if one < lines], [one - lines for one in branches if one >= lines]
