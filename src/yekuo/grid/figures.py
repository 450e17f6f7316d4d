"""可开放容量的公布数字: one figure per node, transformer, feeder and main transformer, with binding element, level and method."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from yekuo.grid.bounds import LINE, NOTHING, TRANSFORMER, VOLTAGE
from yekuo.grid.capacity import CapacityMap, State
from yekuo.grid.columns import Bools, Columns, Ints
from yekuo.grid.contingency import TIE, Firm, Sections
from yekuo.grid.model import MV_FROM, Level

ELEMENT = {NOTHING: "", VOLTAGE: "voltage", LINE: "line", TRANSFORMER: "transformer"}


class Method(StrEnum):
    """算法: full AC; the ratings along the path (no impedances known); ratings and peak of the feeder only."""

    AC = "ac"
    PATH = "path"
    RATINGS = "ratings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """可开放容量 of one thing: kW (inf: nothing limits it) with N-1 (None: not asked), what binds, level and method.

    `node` is the row of the node it is the figure of. `binding` is the id of a node (voltage), line or transformer; `state` says why there may be none.
    """

    kind: str
    id: str
    node: int
    kw: float
    firm_kw: float | None
    state: State
    binding_kind: str
    binding: str
    firm_section: str
    level: Level
    method: Method


def node_figures(
    found: CapacityMap, firm: Firm | None = None, outages: Sections | None = None, rows: Ints | None = None
) -> tuple[Figure, ...]:
    """This function will give a figure for every node (or those in `rows`), in the order of the nodes."""
    names = found.grid.nodes.id
    wanted = range(len(names)) if rows is None else rows.tolist()
    return tuple(_figure(found, "node", str(names[row]), row, firm, outages) for row in wanted)


def transformer_figures(
    found: CapacityMap, firm: Firm | None = None, outages: Sections | None = None, rows: Ints | None = None
) -> tuple[Figure, ...]:
    """This function will give a figure for every transformer (or those in `rows`): what can be added at its low side; `main` or `dt`."""
    table, main = found.grid.transformers, found.grid.is_main
    return tuple(
        _figure(found, "main" if main[at] else "dt", str(table.id[at]), int(table.lv_node[at]), firm, outages)
        for at in (range(len(table)) if rows is None else rows.tolist())
    )


def feeder_figures(found: CapacityMap, firm: Firm | None = None, outages: Sections | None = None) -> tuple[Figure, ...]:
    """This function will give a figure for every feeder: the most that one of its medium-voltage nodes can take.

    A feeder of which only ratings are known gets √3·U·(rated − peak)·cosφ at its busbar, no more than the busbar can take.
    """
    nodes, table = found.grid.nodes, found.grid.feeders
    upper = nodes.kv >= MV_FROM
    names = sorted(set(nodes.feeder[upper].tolist()) | set(table.id.tolist()) - {""})
    return tuple(
        each for name in names if name for each in _feeder(found, name, upper & (nodes.feeder == name), firm, outages)
    )


def _feeder(found: CapacityMap, name: str, own: Bools, firm: Firm | None, outages: Sections | None) -> Iterator[Figure]:
    rows = np.flatnonzero(own)
    if len(rows):
        best = int(rows[np.argmax(found.kw[rows])])
        yield _figure(found, "feeder", name, best, firm, outages)
    elif name in found.grid.feeders.row:
        yield _by_ratings(found, name, found.grid.feeders.row[name])


def _by_ratings(found: CapacityMap, name: str, at: int) -> Figure:
    feeders = found.grid.feeders
    busbar = int(feeders.busbar[at])
    spare = float(feeders.rated_a[at] * found.limits.line - feeders.peak_a[at])
    known = bool(np.isfinite(spare))
    own = max(0.0, np.sqrt(3) * found.grid.nodes.kv[busbar] * spare * found.pf) if known else 0.0
    binds = own <= found.kw[busbar]
    return Figure(
        kind="feeder",
        id=name,
        node=busbar,
        kw=float(min(own, found.kw[busbar])),
        firm_kw=None,
        state=State.FOUND if known and own > 0 else State.EXISTING if known else State.DEAD,
        binding_kind="line" if binds else ELEMENT[int(found.kind[busbar])],
        binding=name if binds else _name(found, int(found.kind[busbar]), int(found.row[busbar])),
        firm_section="",
        level=Level.RATINGS,
        method=Method.RATINGS,
    )


def _figure(found: CapacityMap, kind: str, name: str, row: int, firm: Firm | None, outages: Sections | None) -> Figure:
    level = Level(int(found.grid.nodes.level[row]))
    section = int(firm.section[row]) if firm is not None else -1
    return Figure(
        kind=kind,
        id=name,
        node=row,
        kw=float(found.kw[row]),
        firm_kw=None if firm is None else float(firm.kw[row]),
        state=State(int(found.state[row])),
        binding_kind=ELEMENT[int(found.kind[row])],
        binding=_name(found, int(found.kind[row]), int(found.row[row])),
        firm_section="" if section < 0 or outages is None else outages.names(np.array([section]))[0].removeprefix(TIE),
        level=level,
        method=Method.AC if level >= Level.IMPEDANCE else Method.PATH,
    )


def _name(found: CapacityMap, kind: int, row: int) -> str:
    if kind == NOTHING:
        return ""
    tables: Sequence[Columns] = (found.grid.nodes, found.grid.lines, found.grid.transformers)
    return str(tables[kind].id[row])
