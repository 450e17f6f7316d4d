"""在途容量: what was promised and is not yet seen in the loads; everybody who calculates counts the same."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from yekuo.grid.bays import bays_at
from yekuo.grid.candidates import CandidateKind
from yekuo.grid.model import GridModel, Inflight
from yekuo.operations.grids.standing import Network
from yekuo.records import capacity, grids
from yekuo.records.models import CapacityHold
from yekuo.rules.reservation import Direction, HoldState

TAKE_A_BAY = {one.value for one in CandidateKind} - {CandidateKind.TEE.value, CandidateKind.DT_EXISTING.value}


def counted(network: Network, *, without: int = 0) -> tuple[Inflight, ...]:
    """This function will list what is promised on a network: by its file and by the ledger, without that of one case.

    Only loads: generation is counted by `generating`. Kilowatts and kvar at the node of each place; a place that is not
    in the network in force any more is counted at its busbar.
    """
    return (*stated(network), *_of(network, capacity.counting(network.standing.grid, without=without)))


def stated(network: Network) -> tuple[Inflight, ...]:
    """This function will list what the imported file itself says is in flight."""
    return stated_in(network.standing.revision, network.grid)


def stated_in(revision: int, grid: GridModel) -> tuple[Inflight, ...]:
    """This function will list what the file of a revision says is in flight at the nodes of its network."""
    rows = (_stated(row) for row in grids.promised(revision))
    return tuple(one for one in rows if one.node in grid.nodes.row)


def generating(network: Network, *, without: int = 0) -> tuple[Inflight, ...]:
    """This function will list the generation promised on a network (kW below zero: fed in), without that of one case."""
    rows = capacity.counting(network.standing.grid, direction=Direction.GENERATION, without=without)
    return tuple(Inflight(case=one.case, node=one.node, p_kw=-one.p_kw) for one in _of(network, rows))


def bays(network: Network, *, without: int = 0) -> dict[str, int]:
    """This function will count the bays promised on a network by node (id), without those of one case.

    Who has had power since before the network in force came is in its data already.
    """
    found: dict[str, int] = {}
    for row in capacity.counting(network.standing.grid, without=without):
        seen = row.state == HoldState.CONTRACTED.value and row.since <= network.standing.at
        node = "" if seen else bay_of(network, row.place)
        if node:
            found[node] = found.get(node, 0) + 1
    return found


def bay_of(network: Network, place: Mapping[str, Any]) -> str:
    """This function will name the node at which a place takes a bay, "" where it takes none.

    On a line there is none to take, and of a place found by name nobody knows.
    """
    chosen = place.get("candidate") and not place.get("line") and place.get("kind") in TAKE_A_BAY
    node = drawn_at(network, place) if chosen else ""
    return node if node and bays_at(network.grid, network.grid.nodes.row[node]) >= 0 else ""


def drawn_at(network: Network, place: Mapping[str, Any]) -> str:
    """This function will name the node a place draws at in the network in force: its own, else its busbar, else ""."""
    nodes = network.grid.nodes.row
    return next((str(place[key]) for key in ("node", "busbar") if place.get(key) in nodes), "")


def reactive(kw: float, kva: float) -> float:
    """This function will give the kvar that belong to kW and kVA."""
    return math.sqrt(max(kva * kva - kw * kw, 0.0))


def _of(network: Network, rows: tuple[CapacityHold, ...]) -> Iterator[Inflight]:
    for row in rows:
        node = drawn_at(network, row.place)
        if node:
            yield Inflight(case=str(row.case), node=node, p_kw=row.kw, q_kvar=reactive(row.kw, float(row.kva)))


def _stated(row: Mapping[str, Any]) -> Inflight:
    return Inflight(
        case=str(row["case"]), node=str(row["node"]), p_kw=float(row["p_kw"]), q_kvar=float(row.get("q_kvar", 0.0))
    )
