"""间隔: how many spare bays a place still has beside those promised, and what is said when none is left."""

from collections.abc import Mapping

from yekuo.grid.model import GridModel, NodeKind

WITH_BAYS = (NodeKind.RMU.value, NodeKind.SWITCH_STATION.value, NodeKind.BUSBAR.value)
"""What is connected there takes a bay."""


def bays_at(grid: GridModel, node: int) -> int:
    """This function will give the spare bays the data know at a node (row), -1 where none is needed or nobody said."""
    stated = int(grid.nodes.spare_bays[node])
    return stated if stated > 0 or str(grid.nodes.kind[node]) in WITH_BAYS else -1


def bays_left(grid: GridModel, node: int, taken: Mapping[str, int]) -> int:
    """This function will give what is left of them beside those taken, by node (id); -1 as `bays_at`."""
    stated = bays_at(grid, node)
    return max(0, stated - taken.get(str(grid.nodes.id[node]), 0)) if stated >= 0 else -1


def no_bay(grid: GridModel, node: int, taken: Mapping[str, int]) -> str:
    """This function will say that no bay is left at a node, "" while one is or none is needed."""
    if bays_left(grid, node, taken) != 0:
        return ""
    name = str(grid.nodes.name[node] or grid.nodes.id[node])
    place = f"母线 {name} " if str(grid.nodes.kind[node]) == NodeKind.BUSBAR.value else name
    what = "备用出线间隔" if place != name else "备用间隔"
    stated = bays_at(grid, node)
    return f"{place}的 {stated} 个{what}都已答复给别的工单" if stated else f"{place}没有{what}"
