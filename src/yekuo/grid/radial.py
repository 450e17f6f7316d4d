"""放射状检查: in a network said to be radial, the sections that close a loop or join two sources, and what no source reaches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yekuo.grid.columns import Ints

MOST_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """合环: edge `edge` closes a loop over the edges `around`, or joins two different roots when `roots` are given."""

    edge: int
    around: tuple[int, ...]
    roots: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """形状: for every node its root (-1: reached by none) and the edge it is fed over (-1), and the edges that close something."""

    root: list[int]
    over: list[int]
    parent: list[int]
    closings: tuple[Closing, ...]


def shape_of(count: int, edges: Iterable[tuple[int, int, int]], roots: Ints | list[int]) -> Shape:
    """This function will walk from the roots over edges (number, a, b) and say what keeps them from being a forest."""
    near: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    listed = list(edges)
    for edge, a, b in listed:
        near[a].append((b, edge))
        near[b].append((a, edge))
    root, over, parent = [-1] * count, [-1] * count, [-1] * count
    used: set[int] = set()
    for start in [*roots]:
        root[start] = int(start)
    for start in [*roots, *range(count)]:
        if root[start] != -1 and root[start] != start:
            continue
        _walk(int(start), near, root, over, parent, used, fed=root[start] == start)
    closings = tuple(_closing(edge, a, b, root, over, parent) for edge, a, b in listed if edge not in used)
    known = {int(one) for one in roots}
    return Shape(root=[one if one in known else -1 for one in root], over=over, parent=parent, closings=closings)


def _walk(
    start: int,
    near: list[list[tuple[int, int]]],
    root: list[int],
    over: list[int],
    parent: list[int],
    used: set[int],
    *,
    fed: bool,
) -> None:
    """Marks what hangs below `start`; a node no source feeds becomes the root of its island."""
    if not fed:
        root[start] = start
    ring = [start]
    while ring:
        node = ring.pop()
        for other, edge in near[node]:
            if root[other] == -1:
                root[other], over[other], parent[other] = root[node], edge, node
                used.add(edge)
                ring.append(other)


def _closing(edge: int, a: int, b: int, root: list[int], over: list[int], parent: list[int]) -> Closing:
    up_a, up_b = _up(a, over, parent), _up(b, over, parent)
    if root[a] != root[b]:
        return Closing(edge=edge, around=(*up_a, *up_b), roots=(root[a], root[b]))
    shared = set(up_a) & set(up_b)
    return Closing(edge=edge, around=tuple(one for one in (*up_a, *up_b) if one not in shared))


def _up(node: int, over: list[int], parent: list[int]) -> tuple[int, ...]:
    found = []
    while over[node] >= 0:
        found.append(over[node])
        node = parent[node]
    return tuple(found)


def named(ids: Iterable[str]) -> str:
    """This function will write a list of ids, the first few and how many more."""
    listed = list(ids)
    more = f" 等 {len(listed)} 个" if len(listed) > MOST_NAMED else ""
    return "、".join(listed[:MOST_NAMED]) + more


def inherited(shape: Shape, mark: Mapping[int, str], *, first: bool) -> list[str]:
    """This function will hand names down the tree: of the marked edges on a node's way from its root the first or the last."""
    found: list[str] = [""] * len(shape.root)
    done = [over < 0 for over in shape.over]
    for node in range(len(found)):
        path, here = [], node
        while not done[here]:
            path.append(here)
            here = shape.parent[here]
        for each in reversed(path):
            above, own = found[shape.parent[each]], mark.get(shape.over[each], "")
            found[each] = (above or own) if first else (own or above)
            done[each] = True
    return found
