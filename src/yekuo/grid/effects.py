"""版本影响: which promises would no longer fit if a network were put in force: gone from it, refused by full AC, or behind what is overloaded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from yekuo.grid.atlas import Atlas
from yekuo.grid.bounds import LINE, TRANSFORMER, VOLTAGE, check_base
from yekuo.grid.model import GridModel, Limits, Loads
from yekuo.grid.naming import Names
from yekuo.grid.solve import NoSolutionError, Solver

MOST_NAMED = 3
WHAT = {VOLTAGE: "voltage", LINE: "line", TRANSFORMER: "transformer"}
KINDS = {VOLTAGE: "电压", LINE: "线路", TRANSFORMER: "变压器"}
Broken = dict[tuple[int, str], str]


class Effect(StrEnum):
    """影响: the place is not in the network, full AC refuses it, or it hangs behind what is beyond its limit already."""

    GONE = "gone"
    UNFIT = "unfit"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """承诺: something promised under a key: kW and kvar drawn at a node (fed in: negative)."""

    key: str
    node: str
    p_kw: float
    q_kvar: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """受影响的承诺: which, how, and in words because of what."""

    key: str
    effect: Effect
    words: str


def effects(atlas: Atlas, promises: Sequence[Promise], limits: Limits | None = None) -> tuple[Affected, ...]:
    """This function will try the promises on a network in their order, each on top of those before it that fit.

    Raises NoSolutionError when the network has no solution without them.
    """
    bounds, rows = limits or Limits(), atlas.grid.nodes.row
    there = [one for one in promises if one.node in rows]
    gone = [
        _affected(one, Effect.GONE, f"接入点 {one.node} 不在新的电网里") for one in promises if one.node not in rows
    ]
    already = _broken(atlas.grid, bounds)
    behind = {one.key: words for one in there if (words := _above(atlas, one, already))}
    found = [
        *gone,
        *(_affected(one, Effect.BEHIND, behind[one.key]) for one in there if one.key in behind),
        *_unfit(atlas.grid, [one for one in there if one.key not in behind], already, bounds),
    ]
    order = {one.key: place for place, one in enumerate(promises)}
    return tuple(sorted(found, key=lambda one: order[one.key]))


def _affected(one: Promise, effect: Effect, words: str) -> Affected:
    return Affected(key=one.key, effect=effect, words=words)


def _broken(grid: GridModel, limits: Limits) -> Broken:
    """What is beyond its limit, with words for it."""
    tables = {VOLTAGE: grid.nodes, LINE: grid.lines, TRANSFORMER: grid.transformers}
    found: Broken = {}
    names = Names(grid)
    for one in check_base(grid, Solver(grid).flow(), limits):
        table = tables[one.kind]
        key = str(table.id[one.row])
        name = names.element(WHAT[one.kind], key)
        said = f"{one.value:.3f}（限值 {one.limit:.3f}）" if one.kind == VOLTAGE else f"负载率 {one.value:.0%}"
        found[one.kind, key] = f"{KINDS[one.kind]} {name} {said}"
    return found


def _above(atlas: Atlas, one: Promise, already: Broken) -> str:
    grid, node = atlas.grid, atlas.grid.nodes.row[one.node]
    if not atlas.live(node):
        return "接入点在新的电网里没有电源"
    lines, trafos = atlas.path(node)
    path = [(LINE, str(grid.lines.id[row])) for row in lines]
    path += [(TRANSFORMER, str(grid.transformers.id[row])) for row in trafos]
    path.append((VOLTAGE, one.node))
    found = [already[each] for each in path if each in already]
    return f"不加它也已越限：{'；'.join(found[:MOST_NAMED])}" if found else ""


def _unfit(grid: GridModel, promises: Sequence[Promise], already: Broken, limits: Limits) -> Iterator[Affected]:
    """Halving finds the first promise that breaks something; it is left out and the rest tried again."""
    kept: list[Promise] = []
    rest = list(promises)
    while rest and _new(grid, [*kept, *rest], already, limits):
        low, high = 0, len(rest)
        while high - low > 1:
            middle = (low + high) // 2
            if _new(grid, [*kept, *rest[:middle]], already, limits):
                high = middle
            else:
                low = middle
        words = _new(grid, [*kept, *rest[:high]], already, limits)
        yield _affected(rest[low], Effect.UNFIT, f"加上它之后：{'；'.join(words[:MOST_NAMED])}")
        kept += rest[:low]
        rest = rest[high:]


def _new(grid: GridModel, drawn: Sequence[Promise], already: Broken, limits: Limits) -> list[str]:
    """What drawing these breaks that is not broken without them."""
    if not drawn:
        return []
    loads = Loads.of(
        id=[f"{one.key}/承诺" for one in drawn],
        node=np.array([grid.nodes.row[one.node] for one in drawn]),
        p_kw=[one.p_kw for one in drawn],
        q_kvar=[one.q_kvar for one in drawn],
        generator=[one.p_kw < 0 for one in drawn],
    )
    try:
        broken = _broken(replace(grid, loads=grid.loads.append(loads)), limits)
    except NoSolutionError:
        return ["潮流无解"]
    return [words for key, words in broken.items() if key not in already]


def base_violations(grid: GridModel, limits: Limits | None = None) -> tuple[str, ...]:
    """This function will say what is beyond its limits in a network as it stands, in words. Raises NoSolutionError."""
    return tuple(_broken(grid, limits or Limits()).values())
