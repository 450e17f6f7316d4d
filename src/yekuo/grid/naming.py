"""设备称呼: what people call a node, a line or a transformer; a section without a name of its own is called by its feeder and its two ends."""

from yekuo.grid.model import MV_FROM, GridModel, NodeKind

KINDS = {
    NodeKind.BUSBAR.value: "母线",
    NodeKind.SWITCH_STATION.value: "开关站",
    NodeKind.RMU.value: "环网柜",
    NodeKind.POLE.value: "杆",
    NodeKind.DT.value: "配变",
    NodeKind.BOX.value: "分支箱",
    NodeKind.POINT.value: "节点",
}
LEAST_SHARED, CHINESE = 2, "\u2e80"
TIE = "tie/"


class Names:
    """称呼: names of a network's elements for people, from their rows or ids; an id nobody knows stays itself."""

    def __init__(self, grid: GridModel) -> None:
        """This function will name the elements of one network."""
        self.grid = grid

    def node(self, row: int) -> str:
        """This function will name a node: its own name, else what it is with its id."""
        nodes = self.grid.nodes
        return str(nodes.name[row]) or f"{KINDS.get(str(nodes.kind[row]), '节点')} {nodes.id[row]}"

    def line(self, row: int) -> str:
        """This function will name a section: its own name, else feeder (at low voltage its area) and both ends."""
        lines = self.grid.lines
        own = str(lines.name[row])
        if own:
            return own
        first, last = int(lines.from_node[row]), int(lines.to_node[row])
        if self.grid.nodes.kind[last] == NodeKind.BUSBAR.value:
            first, last = last, first
        ends = _between(self.node(first), self.node(last))
        return f"{self._of_what(first, last)}{ends}{'线路' if ends.endswith('段') else '段'}"

    def transformer(self, row: int) -> str:
        """This function will name a transformer: its own name, else what it is with its id."""
        trafos = self.grid.transformers
        return str(trafos.name[row]) or f"{'主变' if self.grid.is_main[row] else '配变'} {trafos.id[row]}"

    def element(self, kind: str, key: str) -> str:
        """This function will name an element by its kind (voltage: a node; line; transformer, reverse) and id."""
        if kind == "line":
            return self._line(key)
        if kind == "voltage":
            row = self.grid.nodes.row.get(key)
            return key if row is None else self.node(row)
        row = self.grid.transformers.row.get(key)
        return key if row is None else self.transformer(row)

    def _line(self, key: str) -> str:
        """A section, or the tie that an open switch between two nodes is called by."""
        if key in self.grid.lines.row:
            return self.line(self.grid.lines.row[key])
        switches = self.grid.switches
        row = switches.row.get(key.removeprefix(TIE)) if key.startswith(TIE) else None
        if row is None:
            return key
        ends = _between(self.node(int(switches.node[row])), self.node(int(switches.element[row])))
        return f"联络开关 {switches.id[row]}（{ends}）"

    def _of_what(self, first: int, last: int) -> str:
        grid = self.grid
        nodes = grid.nodes
        area = str(nodes.area[first] or nodes.area[last]) if nodes.kv[first] < MV_FROM else ""
        if area in grid.transformers.row:
            return f"{self.transformer(grid.transformers.row[area])} "
        feeder = str(nodes.feeder[last] or nodes.feeder[first])
        if feeder in grid.feeders.row:
            feeder = str(grid.feeders.name[grid.feeders.row[feeder]]) or feeder
        return f"{feeder} " if feeder else ""


def _between(first: str, last: str) -> str:
    """Both ends; what both begin with is said once where a number follows."""
    shared = 0
    while shared < min(len(first), len(last)) and first[shared] == last[shared] and not first[shared].isdigit():
        shared += 1
    if (
        shared >= LEAST_SHARED
        and first[shared - 1] > CHINESE
        and last[shared:][:1].isdigit()
        and first[shared:][:1].isdigit()
    ):
        last = last[shared:]
    return f"{first}—{last}"
