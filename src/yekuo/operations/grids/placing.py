"""落点: where in the network each source of a scheme draws: as chosen in its study, else found by the names in the scheme."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from unicodedata import normalize

import numpy as np

from yekuo.grid.model import MV_FROM
from yekuo.operations.grids.standing import Network
from yekuo.rules.scheme import Scheme, Source

Place = Mapping[str, Any]


def places(network: Network, *, scheme: Scheme, chosen: Sequence[Place]) -> dict[int, Place]:
    """This function will give the place of each source by its number, `chosen` first; a source nobody finds is left out."""
    found: dict[int, Place] = {}
    for at, source in enumerate(scheme.sources):
        place = chosen[at] if at < len(chosen) else None
        if place is None or place.get("node") not in network.grid.nodes.row:
            place = named(network, source)
        if place is not None:
            found[source.number] = place
    return found


def named(network: Network, source: Source) -> Place | None:
    """This function will find a source by the names of its transformer, feeder or busbar; None when none is known."""
    node, kind = _low_side(network, source.supply_area), "dt_existing"
    if node < 0:
        node, kind = _feeder_start(network, source.feeder), "node"
    if node < 0:
        node, kind = _busbar(network, source), "new_feeder"
    return place_at(network, node, kind=kind) if node >= 0 else None


def by_name(network: Network, words: str) -> Place | None:
    """This function will find a place by its name: a transformer's, a feeder's, or "substation feeder" as surveys write it."""
    parts = words.split()
    ends = [" ".join(parts[first:]) for first in range(len(parts))]
    for word in dict.fromkeys((*ends, *parts[::-1])):
        node, kind = _low_side(network, word), "dt_existing"
        if node < 0:
            node, kind = _feeder_start(network, word), "node"
        if node >= 0:
            return place_at(network, node, kind=kind)
    return None


def place_at(network: Network, node: int, *, kind: str) -> Place:
    """This function will describe a node as a place."""
    atlas, nodes = network.atlas, network.grid.nodes
    x, y = (None if np.isnan(each) else float(each) for each in (nodes.x[node], nodes.y[node]))
    key = str(nodes.id[node])
    return {
        "candidate": "", "kind": kind, "node": key, "line": "", "share": 0.0, "feeder": atlas.feeder(node),
        "busbar": atlas.busbar(node), "substation": atlas.substation(node), "x": x, "y": y,
        "kv": float(nodes.kv[node]), "name": atlas.names.node(node),
    }  # fmt: skip


def _low_side(network: Network, name: str) -> int:
    trafos = network.grid.transformers
    row = _row(trafos.id, trafos.name, name)
    return int(trafos.lv_node[row]) if row >= 0 else -1


def _feeder_start(network: Network, name: str) -> int:
    """The live node of the feeder nearest to its busbar."""
    feeders, nodes, atlas = network.grid.feeders, network.grid.nodes, network.atlas
    row = _row(feeders.id, feeders.name, name)
    if row < 0:
        return -1
    rows = np.flatnonzero((nodes.feeder == feeders.id[row]) & (nodes.kv >= MV_FROM))
    rows = rows[atlas.walked.reached[atlas.wires.bus[rows]]]
    if not len(rows):
        return -1
    turn = np.empty(atlas.wires.buses, dtype=np.int64)
    turn[atlas.walked.order] = np.arange(len(atlas.walked.order))
    return int(rows[np.argmin(turn[atlas.wires.bus[rows]])])


def _busbar(network: Network, source: Source) -> int:
    nodes, atlas = network.grid.nodes, network.atlas
    rows = [
        int(row)
        for row in atlas.busbars.tolist()
        if source.bus in (str(nodes.id[row]), str(nodes.name[row]))
        and source.substation in ("", atlas.substation(row), atlas.station_name(atlas.substation(row)))
    ]
    return rows[0] if source.bus and rows else -1


def _row(ids: np.ndarray, names: np.ndarray, word: str) -> int:
    """The row of that id, else the only row of that name, else -1."""
    if not word.strip():
        return -1
    found = np.flatnonzero(ids == word.strip())
    if not len(found):
        found = np.flatnonzero(names == word.strip())
    if not len(found):
        wanted = _plain(word)
        found = np.flatnonzero([_plain(each) == wanted for each in names.tolist()])
    return int(found[0]) if len(found) == 1 else -1


@lru_cache(maxsize=50_000)
def _plain(name: str) -> str:
    """A name as people mean it: wide signs are narrow ones, spaces do not count, # is 号."""
    return "".join(normalize("NFKC", name).split()).replace("#", "号").casefold()
