"""并网承载: whether generation can be fed in at a place beside what is promised: voltage rise, and flow back through transformers."""

from collections.abc import Mapping, Sequence
from typing import Any

from yekuo.grid.atlas import Atlas
from yekuo.grid.candidates import SERVICE_M, Candidate, CandidateKind
from yekuo.grid.evaluate import evaluate
from yekuo.grid.model import MV_FROM, Inflight
from yekuo.grid.solve import NoSolutionError
from yekuo.operations.grids import standing
from yekuo.operations.grids.inflight import drawn_at, generating
from yekuo.operations.grids.placing import place_at
from yekuo.operations.grids.remedying import application
from yekuo.operations.grids.standing import Network
from yekuo.records import queueing
from yekuo.records.models import GenerationPlace


def hosted(network: Network, row: GenerationPlace) -> tuple[bool, str]:
    """This function will say whether what a case feeds in fits beside all that is held and offered, and what binds in words."""
    node = drawn_at(network, row.place)
    if not node:
        return False, "接入位置在电网数据中找不到"
    place = place_at(network, network.grid.nodes.row[node], kind=CandidateKind.NODE.value)
    app = application(network, place, kw=row.kw, kva=row.kw, kv=float(place["kv"]), generation=True)
    if app is None:
        return False, "接入位置没有坐标"
    try:
        (verdict,) = evaluate(
            network.atlas, app, [_candidate(place)], inflight=fed(network, without=row.case), threads=-1
        )
    except NoSolutionError as failure:
        return False, str(failure)
    return verdict.feasible, "；".join(verdict.reasons)


def element_of(network: Network, place: Mapping[str, Any]) -> str:
    """This function will name what a place queues at: its low-voltage area, else its feeder, else its busbar; "" when unknown."""
    node = drawn_at(network, place)
    return element_at(network.atlas, node) if node else ""


def element_at(atlas: Atlas, node: str) -> str:
    """This function will name what a node queues at."""
    nodes, row = atlas.grid.nodes, atlas.grid.nodes.row[node]
    area = str(nodes.area[row]) if nodes.kv[row] < MV_FROM else ""
    if area:
        return f"transformer/{area}"
    feeder = atlas.feeder(row)
    return f"feeder/{feeder}" if feeder else f"busbar/{atlas.busbar(row)}"


def fed(network: Network, *, without: int) -> Sequence[Inflight]:
    """This function will list what others hold, and what was offered to others and is kept for them (kW below zero)."""
    offers = []
    for one in queueing.offered(network.standing.grid):
        node = drawn_at(network, one.place)
        if one.case != without and node:
            offers.append(Inflight(case=str(one.case), node=node, p_kw=-one.kw))
    return (*generating(network, without=without), *offers)


def _candidate(place: Mapping[str, Any]) -> Candidate:
    """The service line is built to fit; what is asked is what the network carries."""
    usual = standing.library().usual(low_voltage=place["kv"] < MV_FROM)
    return Candidate(
        id=f"node:{place['node']}", kind=CandidateKind.NODE, node=place["node"], feeder=place["feeder"],
        busbar=place["busbar"], substation=place["substation"], x=place["x"] or 0.0, y=place["y"] or 0.0,
        kv=place["kv"], straight_m=0.0, length_m=SERVICE_M, conductor=usual[-1], circuits=8,
    )  # fmt: skip
