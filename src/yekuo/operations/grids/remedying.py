"""补救: what would let the network carry one source that found no room: works with cost and days, proven by full AC."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from yekuo.grid.candidates import KIND_NAMES, Application, Candidate, candidates
from yekuo.grid.evaluate import Verdict, evaluate
from yekuo.grid.model import Inflight
from yekuo.grid.remedies import Package, remedies
from yekuo.grid.solve import NoSolutionError
from yekuo.grid.written import Namer
from yekuo.operations.grids import standing
from yekuo.operations.grids.inflight import drawn_at
from yekuo.operations.grids.placing import Place
from yekuo.operations.grids.standing import Network

NAMES = {"larger": "更换加大", "transfer": "转供负荷", "new_feeder": "新出线", "new_bay": "扩建间隔"}


def remedy(
    network: Network, place: Place, *, kw: float, kva: Decimal, kv: float, drawn: Sequence[Inflight],
    taken: Mapping[str, int],
) -> dict[str, Any]:  # fmt: skip
    """This function will find the cheapest works that let a place carry a load beside all others; {} when there are none.

    `taken` are the bays promised, by node.
    """
    app = application(network, place, kw=kw, kva=float(kva), kv=kv)
    if app is None:
        return {}
    found = candidates(network.atlas, app, library=standing.library(), equipment=standing.equipment(), taken=taken)
    try:
        verdicts = evaluate(network.atlas, app, found, inflight=drawn, threads=-1)
        packages = _packages(network, app, verdicts, place, drawn)
    except NoSolutionError:
        return {}
    return _shown(network, packages[0]) if packages else _elsewhere(Namer(network.atlas), verdicts)


def application(
    network: Network, place: Place, *, kw: float, kva: float, kv: float, generation: bool = False
) -> Application | None:
    """This function will ask for a load where a place lies, None when the network does not know where that is."""
    x, y = place.get("x"), place.get("y")
    node = drawn_at(network, place)
    if (x is None or y is None) and node:
        at = network.atlas.xy[network.grid.nodes.row[node]]
        if at[0] == at[0]:
            x, y = network.atlas.degrees(at).tolist()
    if x is None or y is None:
        return None
    return Application(x=float(x), y=float(y), kw=kw, kva=kva, kv=kv, generation=generation)


def _packages(
    network: Network, app: Application, verdicts: Sequence[Verdict], place: Place, drawn: Sequence[Inflight]
) -> tuple[Package, ...]:
    """Works at the place itself first, then at any place near by."""
    own = [one for one in verdicts if _same(one.candidate, place)]
    for some in (own, verdicts):
        found = remedies(
            network.atlas, app, some, library=standing.library(), equipment=standing.equipment(), inflight=drawn, most=2
        )
        if found:
            return found
    return ()


def _same(one: Candidate, place: Place) -> bool:
    if place.get("candidate"):
        return one.id == place["candidate"] or bool(one.obstacle and one.node == place.get("node"))
    return bool(one.node and one.node == place.get("node"))


def _called(namer: Namer, one: Candidate) -> str:
    return f"{KIND_NAMES[one.kind]} {namer.place(one)}"


def _shown(network: Network, package: Package) -> dict[str, Any]:
    namer = Namer(network.atlas)
    return {
        "kind": package.kind.value,
        "name": NAMES[package.kind.value],
        "place": _called(namer, package.candidate),
        "steps": [namer.step(one) for one in package.steps],
        "lines": [
            {
                "item": one.item, "name": one.name, "quantity": one.quantity, "unit": one.unit, "amount": one.amount,
                "confirmed": one.confirmed,
            }
            for one in package.lines
        ],
        "works": package.works,
        "days": package.days,
    }  # fmt: skip


def _elsewhere(namer: Namer, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """No works help at the place, but another place carries the load as it is."""
    able = next((one for one in verdicts if one.feasible), None)
    if able is None:
        return {}
    name = _called(namer, able.candidate)
    return {
        "kind": "elsewhere", "name": "改接别处", "place": name,
        "steps": [f"改由{name}接入，现有电网即可满足，需重新答复方案"], "lines": [], "works": 0.0, "days": 0.0,
    }  # fmt: skip
