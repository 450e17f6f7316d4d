"""方案校核: technical values a person edited (capacity, line, conductor, length), checked at once by full AC on the network in force."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from yekuo.grid import written
from yekuo.grid.bays import no_bay
from yekuo.grid.candidates import SERVICE_M, Application, Candidate, CandidateKind, candidates
from yekuo.grid.conductors import Conductor, Library
from yekuo.grid.evaluate import evaluate
from yekuo.grid.feeding import fed_in
from yekuo.grid.model import MV_FROM, Inflight
from yekuo.grid.solve import NoSolutionError
from yekuo.operations.grids import asking, hosting, inflight, placing, standing
from yekuo.operations.grids.asking import Spot
from yekuo.operations.grids.standing import Network
from yekuo.records import cases, tables
from yekuo.records.models import SchemeStudy
from yekuo.records.scope import scope_of
from yekuo.rules.actor import Actor
from yekuo.rules.facts import Facts
from yekuo.rules.firm_load import load_of
from yekuo.rules.scheme import Connection, Laying, Source

CIRCUITS = re.compile(r"\s*(\d{1,2})\s*回\s*(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """校核结果: of one source: where it was checked (words), what was assumed, and the verdict as written; None: not checked, why."""

    source: int
    where: str
    kw: float
    notes: tuple[str, ...]
    verdict: Mapping[str, Any] | None
    why_not: str = ""

    @property
    def good(self) -> bool:
        """This function will say whether it was checked and carries the load."""
        return bool(self.verdict and self.verdict["feasible"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """校核所据: the network in force, what is promised on it and which bays, the facts; the study and what it asked, None without one."""

    network: Network
    promised: Sequence[Inflight]
    taken: Mapping[str, int]
    facts: Facts
    spot: Spot | None
    kept: SchemeStudy | None = None

    @property
    def asked(self) -> Application | None:
        """What the study asked."""
        return written.application(self.kept.inputs["application"]) if self.kept is not None else None


def recheck(
    *, case: int, kept: SchemeStudy | None, sources: Sequence[Source], facts: Facts, by: Actor
) -> tuple[Checked, ...]:
    """This function will check each source alone with the load of its capacity, with everything in flight now.

    Around the place of a study where there is one, else where the line or area typed lies. What the customer feeds in is
    checked at his first source. Raises Refused for a case out of reach and without a network.
    """
    row = cases.case(case, scope=scope_of(by))
    network = standing.needed(row.unit)
    promised = inflight.counted(network, without=case)
    if facts.generation_kw:
        promised = (*promised, *hosting.fed(network, without=case))
    spot = asking.surveyed(cases.state_of(row))
    taken = inflight.bays(network, without=case)
    ground = Ground(network=network, promised=promised, taken=taken, facts=facts, spot=spot, kept=kept)
    return tuple(_checked(one, ground) for one in sources)


def _checked(source: Source, ground: Ground) -> Checked:
    network, facts = ground.network, ground.facts
    found = _candidate(source, ground.kept, network) if ground.kept is not None else None
    notes: tuple[str, ...] = ()
    if found is not None:
        found = _with_its_bay(found, ground)
    else:
        found, notes = _known(source, ground)
    if found is None:
        where = source.feeder or source.supply_area
        why = f"在用电网里没有叫“{where}”的线路或台区，无法校核" if where.strip() else "没有写线路或台区，无法校核"
        return Checked(source=source.number, where=where, kw=0.0, notes=(), verdict=None, why_not=why)
    one, more = _dressed(found, source, network)
    notes = (*notes, *more)
    table = tables.firm_loads()
    asked = ground.asked or Application(x=one.x, y=one.y, kw=1.0, kva=1.0, kv=asking.kv_of(facts.voltage))
    share = asked.kw / float(load_of(facts.capacity_kva, facts, table=table) or 1) if ground.kept is not None else 1.0
    kw = float(load_of(source.capacity_kva - source.existing_kva, facts, table=table)) * share
    namer = written.Namer(network.atlas)
    where = f"{namer.feeder(one)} {namer.place(one)}"
    if kw <= 0:
        return Checked(
            source=source.number, where=where, kw=0.0, notes=notes, verdict=None, why_not="没有新增容量，不用校核"
        )
    app = replace(asked, kw=kw, kva=float(source.capacity_kva))
    try:
        verdict = _verdict(app, one, source, ground, namer)
    except NoSolutionError as failure:
        return Checked(source=source.number, where=where, kw=kw, notes=notes, verdict=None, why_not=str(failure))
    return Checked(source=source.number, where=where, kw=kw, notes=notes, verdict=verdict)


def _verdict(
    app: Application, one: Candidate, source: Source, ground: Ground, namer: written.Namer
) -> Mapping[str, Any]:
    """What the network says of the load; at the first source also of what is fed in."""
    atlas = ground.network.atlas
    drawn = evaluate(atlas, app, [one], inflight=ground.promised)
    feeding = asking.feeding_of(app, ground.facts.generation_kw) if source.number == 1 else None
    if feeding is None:
        return written.judged(drawn[0], namer)
    fed = fed_in(atlas, feeding, [one], drawn, inflight=ground.promised)[one.id]
    return {**written.judged(fed.both, namer), **written.both_ways(fed, namer)}


def _known(source: Source, ground: Ground) -> tuple[Candidate | None, tuple[str, ...]]:
    """Anywhere in the network, the place a source's area, line or busbar names; a length that is not typed is measured to the survey."""
    place = placing.named(ground.network, source)
    if place is None or (place["kind"] == CandidateKind.NEW_FEEDER.value and not _own_line(source)):
        return None, ()
    low = place["kv"] < MV_FROM
    metres = _apart(ground, place)
    usual = standing.library().usual(low_voltage=low)
    one = Candidate(
        id=f"node:{place['node']}", kind=CandidateKind(place["kind"]), node=place["node"], feeder=place["feeder"],
        busbar=place["busbar"], substation=place["substation"], x=place["x"] or 0.0, y=place["y"] or 0.0, kv=place["kv"], straight_m=metres,
        length_m=max(metres, SERVICE_M), conductor=usual[-1],
    )  # fmt: skip
    return one, (f"没有测算过：按方案里写的名称，从 {place['name']} 接入校核",) if ground.kept is None else ()


def _own_line(source: Source) -> bool:
    """A busbar alone is meant by who names no line of it, or wants one of his own."""
    return source.connection is Connection.DEDICATED or not source.feeder.strip()


def _apart(ground: Ground, place: Mapping[str, Any]) -> float:
    """Metres from the survey's place, 0 when either is unknown."""
    if ground.spot is None or place["x"] is None or place["y"] is None:
        return 0.0
    metres = ground.network.atlas.metres(np.array([[place["x"], place["y"]], [ground.spot.x, ground.spot.y]]))
    return float(np.hypot(*(metres[0] - metres[1])))


def _candidate(source: Source, kept: SchemeStudy, network: Network) -> Candidate | None:
    """The place chosen while the line is still its line; else the best option on the line typed; else the nearest place on it."""
    wanted = _plain(source.supply_area or source.feeder)
    options = {one["id"]: one for one in kept.result["options"]}
    place = kept.chosen[source.number - 1] if source.number <= len(kept.chosen) else None
    if place and wanted in _said(options[place["candidate"]]):
        return _standing(options[place["candidate"]], network)
    listed = next((one for one in options.values() if wanted and wanted in _said(one)), None)
    if listed is not None:
        return _standing(listed, network)
    return _nearest(wanted, kept, network)


def _said(option: Mapping[str, Any]) -> tuple[str, str]:
    return _plain(option["feeder_name"]), _plain(option["area_name"]) or _plain(option["feeder_name"])


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _standing(option: Mapping[str, Any], network: Network) -> Candidate | None:
    """A place of the study as it is in the network in force, None when it is there no more."""
    one = written.candidate(option["candidate"])
    grid = network.grid
    there = one.line in grid.lines.row if one.line else one.node in grid.nodes.row
    return one if there else None


def _nearest(wanted: str, kept: SchemeStudy, network: Network) -> Candidate | None:
    if not wanted:
        return None
    app = written.application(kept.inputs["application"])
    namer = written.Namer(network.atlas)
    around = candidates(network.atlas, app, library=standing.library(), equipment=standing.equipment(), k=60)
    return next((one for one in around if wanted in _said(written.described(one, namer))), None)


def _with_its_bay(one: Candidate, ground: Ground) -> Candidate:
    """What stood in the way when it was studied may be gone, or have come."""
    grid = ground.network.grid
    node = inflight.bay_of(ground.network, {"candidate": one.id, "kind": one.kind.value, "node": one.node})
    return replace(one, obstacle=no_bay(grid, grid.nodes.row[node], ground.taken)) if node else one


def _dressed(one: Candidate, source: Source, network: Network) -> tuple[Candidate, tuple[str, ...]]:
    """The candidate with the conductor and the length as typed."""
    notes = []
    conductor, circuits = _conductor(source.conductor, standing.library())
    if conductor is None:
        notes.append(
            f"导线库里没有“{source.conductor}”，按 {one.conductor.model} 校核" if source.conductor.strip() else
            f"没有写导线型号，按 {one.conductor.model} 校核"
        )  # fmt: skip
        conductor, circuits = one.conductor, one.circuits
    metres = float(source.overhead_m + source.cable_m)
    if metres <= 0:
        notes.append(f"没有写线路长度，按 {one.length_m:.0f} 米校核")
    elif metres < one.straight_m:
        notes.append(f"填写的 {metres:.0f} 米短于直线距离 {one.straight_m:.0f} 米，请核对")
    if source.laying is not Laying.MIXED and conductor.laying != source.laying.value:
        notes.append(f"{conductor.model} 与填写的敷设方式不符")
    return replace(one, conductor=conductor, circuits=circuits, length_m=metres or one.length_m), tuple(notes)


def _conductor(text: str, library: Library) -> tuple[Conductor | None, int]:
    several = CIRCUITS.fullmatch(text)
    circuits, model = (int(several[1]), several[2]) if several else (1, text)
    return library.find(model.strip()), max(1, circuits)
