"""放射状检查: in a network said to be radial, the sections that close a loop or join two sources, and what no source reaches."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from yekuo.grid.columns import Ints

MOST_NAMED, MOST_TOLD = 6, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """合环: edge `edge` closes a loop over the edges `around`, or joins two different roots when `roots` are given.

    Of many the first are `told` in full, of the rest `around` is empty.
    """

    edge: int
    around: tuple[int, ...]
    roots: tuple[int, int] | None = None
    told: bool = True


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
    closings = tuple(_closings([one for one in listed if one[0] not in used], root, over, parent))
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


def _closings(
    edges: list[tuple[int, int, int]], root: list[int], over: list[int], parent: list[int]
) -> Iterator[Closing]:  # fmt: skip
    deep = _depths(parent) if edges else []
    for number, (edge, a, b) in enumerate(edges):
        roots = (root[a], root[b]) if root[a] != root[b] else None
        if number >= MOST_TOLD and a != b:
            yield Closing(edge=edge, around=(), roots=roots, told=False)
        else:
            yield Closing(edge=edge, around=_around(a, b, over, parent, deep), roots=roots)


def _depths(parent: list[int]) -> list[int]:
    deep = [-1] * len(parent)
    for node in range(len(parent)):
        path, here = [], node
        while deep[here] < 0 and parent[here] >= 0:
            path.append(here)
            here = parent[here]
        deep[here] = max(deep[here], 0)
        for each in reversed(path):
            deep[each] = deep[parent[each]] + 1
    return deep


def _around(a: int, b: int, over: list[int], parent: list[int], deep: list[int]) -> tuple[int, ...]:
    """The edges between two nodes of the tree, those on the first one's side first; of two trees all up to both roots."""
    left, right = [], []
    while a != b and (over[a] >= 0 or over[b] >= 0):
        if over[a] >= 0 and (deep[a] >= deep[b] or over[b] < 0):
            left.append(over[a])
            a = parent[a]
        else:
            right.append(over[b])
            b = parent[b]
    return (*left, *right)


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
