"""方案成稿: chosen options turned into the sources of a supply scheme; metering, transformer, tariff and fees come from the rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from yekuo.grid.atlas import Atlas
from yekuo.grid.candidates import Application, Candidate, CandidateKind
from yekuo.grid.model import MV_FROM
from yekuo.rules.facts import Facts
from yekuo.rules.fees import due_fees
from yekuo.rules.proposal import Desk, first_draft
from yekuo.rules.scheme import Connection, FeeLine, Laying, Scheme, Source

CONNECTIONS = {
    CandidateKind.SPARE_BAY: Connection.RING,
    CandidateKind.NODE: Connection.TAP,
    CandidateKind.TEE: Connection.TAP,
    CandidateKind.NEW_FEEDER: Connection.DEDICATED,
    CandidateKind.DT_EXISTING: Connection.PUBLIC_LV,
    CandidateKind.DT_NEW: Connection.PUBLIC_LV,
}
SWITCHES = {
    CandidateKind.SPARE_BAY: "备用间隔",
    CandidateKind.NODE: "新增分支开关",
    CandidateKind.TEE: "T 接点开关",
    CandidateKind.NEW_FEEDER: "备用出线间隔",
}


def drafted_scheme(
    chosen: Sequence[Candidate],
    *,
    atlas: Atlas,
    app: Application,
    facts: Facts,
    version: int,
    on: date,
    desk: Desk,
) -> Scheme:
    """This function will draft a scheme whose sources are the candidates, the main one first, each with the whole capacity.

    ValueError when there are not as many candidates as the facts have sources. What is not about the network (transformers,
    metering, boundary, tariff, power factor) is drafted by the rules; the fees follow the laying chosen.
    """
    if len(chosen) != facts.sources:
        raise ValueError(f"核定 {facts.sources} 路电源，选了 {len(chosen)} 个接入点")
    draft = first_draft(facts=facts, version=version, stations=(), on=on, desk=desk)
    sources = tuple(_source(drafted, one, atlas) for drafted, one in zip(draft.sources, chosen, strict=True))
    scheme = replace(draft, sources=sources, calculated_load_kw=_tenth(app.kw))
    return replace(scheme, fees=due_fees(scheme, facts, on, desk.province, table=desk.fees))


def pair_fees(
    chosen: Sequence[Candidate], *, atlas: Atlas, app: Application, facts: Facts, on: date, desk: Desk
) -> tuple[FeeLine, ...]:
    """This function will give the fees of a combination (高可靠性供电费), in yuan."""
    wanted = replace(facts, sources=len(chosen))
    return drafted_scheme(chosen, atlas=atlas, app=app, facts=wanted, version=1, on=on, desk=desk).fees


def _source(drafted: Source, one: Candidate, atlas: Atlas) -> Source:
    metres = _tenth(one.length_m)
    overhead = one.conductor.laying == "overhead"
    circuits = f"{one.circuits} 回 " if one.circuits > 1 else ""
    low = one.kv < MV_FROM or one.kind is CandidateKind.DT_NEW
    return replace(
        drafted,
        substation=atlas.station_name(one.substation),
        bus=atlas.node_name(one.busbar),
        feeder=atlas.feeder_name(one.feeder) or f"{atlas.node_name(one.busbar)} 新出线",
        switch="" if low else f"{_place(atlas, one)} {SWITCHES[one.kind]}",
        supply_area=area_words(atlas, one) if low else "",
        connection=Connection.PUBLIC_LV if low else CONNECTIONS[one.kind],
        laying=Laying.OVERHEAD if overhead else Laying.CABLE,
        conductor=f"{circuits}{one.conductor.model}",
        overhead_m=metres if overhead else Decimal(0),
        cable_m=Decimal(0) if overhead else metres,
    )


def _tenth(value: float) -> Decimal:
    return Decimal(str(round(value, 1)))


def _place(atlas: Atlas, one: Candidate) -> str:
    if not one.line:
        return atlas.names.element("voltage", one.node)
    return f"{atlas.names.element('line', one.line)}（距首端 {one.share:.0%}）"


def area_words(atlas: Atlas, one: Candidate) -> str:
    """This function will name the low-voltage area a candidate belongs to, a new transformer by its size."""
    if one.transformer:
        return f"新建公变 {one.transformer.kva:.0f} 千伏安"
    nodes = atlas.grid.nodes
    at = nodes.row[one.node] if one.node else atlas.feeding_end(atlas.grid.lines.row[one.line])
    area = str(nodes.area[at])
    trafos = atlas.grid.transformers
    named = (str(trafos.name[trafos.row[area]]) or area) if area in trafos.row else area
    return named or atlas.node_name(str(nodes.id[at]))
