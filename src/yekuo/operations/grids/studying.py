"""方案测算: one application studied on the network in force and kept with all it rests on; chosen from; calculated again years later."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from yekuo.grid import written
from yekuo.grid.atlas import Atlas
from yekuo.grid.candidates import Application
from yekuo.grid.conductors import Library, parse_conductors
from yekuo.grid.drafting import drafted_scheme
from yekuo.grid.equipment import Equipment, parse_equipment
from yekuo.grid.feeding import FED
from yekuo.grid.restoring import drawn_node, restorable
from yekuo.grid.solve import NoSolutionError
from yekuo.grid.storing import UnreadableError
from yekuo.grid.study import SOLVER, Study, study
from yekuo.operations.books import open_shelf
from yekuo.operations.grids import asking, doubts, hosting, inflight, standing
from yekuo.operations.grids.asking import Spot
from yekuo.operations.grids.standing import Network
from yekuo.operations.permission import check_role
from yekuo.records import cases, grids, studies, tables
from yekuo.records.models import Case, SchemeStudy, StudyBasis
from yekuo.records.scope import scope_of
from yekuo.rules.actor import Actor
from yekuo.rules.deeds.scheme import DraftScheme
from yekuo.rules.facts import Facts, Importance
from yekuo.rules.firm_load import load_of
from yekuo.rules.proposal import Desk
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.scheme import Scheme, SchemeTable, parse_schemes
from yekuo.rules.state import CaseState, Status

OPTIONS = 15
OUTAGES_OF = 3
WORDS = frozenset(
    ("words", "name", "where", "kind_name", "feeder_name", "busbar_name", "substation_name", "area_name", "reasons", "explanation",
     "steps", "section_name", "tie_name")
)  # fmt: skip
"""What people read of a study; a later release may call things otherwise."""
CLOSE = 1e-6
TABLES = (("conductors", "yekuo.grid", "conductors.toml"), ("equipment", "yekuo.grid", "equipment.toml"),
          ("scheme", "yekuo.rules.tables", "scheme.toml"))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """测算依据: the tables a study is made with; `digest` names them."""

    digest: str
    library: Library
    equipment: Equipment
    schemes: SchemeTable


@lru_cache(maxsize=1)
def _texts() -> dict[str, str]:
    return {name: files(package).joinpath(file).read_text(encoding="utf-8") for name, package, file in TABLES}


@lru_cache(maxsize=8)
def basis_of(digest: str) -> Basis:
    """This function will read the tables kept under a digest; raises StudyBasis.DoesNotExist."""
    kept = studies.basis(digest)
    return Basis(
        digest=digest, library=parse_conductors(kept["conductors"]), equipment=parse_equipment(kept["equipment"]),
        schemes=parse_schemes(kept["scheme"]),
    )  # fmt: skip


@lru_cache(maxsize=4)
def _prices(revision: int) -> tuple[tuple[str, float], ...]:
    """A revision never changes, nor does its price list."""
    return tuple((str(row["item"]), float(str(row["cny"]))) for row in grids.prices(revision))


# --- asked ----------------------------------------------------------------------------------------------------


def study_case(
    *,
    case: int,
    by: Actor,
    at: datetime,
    position: str = "",
    near: str = "",
    kw: Decimal | None = None,
    laying: str = "cable",
    generation: Decimal | None = None,
) -> SchemeStudy:
    """This function will study how a case can be supplied and keep the study; by default at the survey's place and firm load.

    What it feeds in (by default as applied for) is checked at the same places.
    Raises Refused, at the field concerned, for a place or load that is none, without a network, or without the power to draft.
    """
    row, state, facts = _drafting(case, by)
    network = standing.needed(row.unit)
    spot = asking.spot_of(network, state=state, position=position, near=near)
    wanted = asking.checked_kw(kw, facts)
    app = asking.application_of(facts, spot, wanted, laying)
    feeding = asking.feeding_of(app, asking.fed_kw(generation, facts))
    now = studies.digest_of(_texts())
    basis = _kept_basis(now)
    found = _studied(network, app, feeding, facts.importance, basis, case)
    inputs = _inputs(found, network, spot, facts, basis)
    return studies.add(
        case=case, revision=network.standing.revision, inputs=inputs, result=_result(found, network.atlas),
        solver=found.solver, by=by.person, at=at,
    )  # fmt: skip


def _kept_basis(digest: str) -> Basis:
    """Asked for each time: what a transaction kept may have gone with it."""
    studies.keep_basis(_texts())
    return basis_of(digest)


def _drafting(case: int, by: Actor) -> tuple[Case, CaseState, Facts]:
    """The case, for whoever may see it and draft its scheme, while it is open and was applied for."""
    row = cases.case(case, scope=scope_of(by))
    state = cases.state_of(row)
    if state.facts is None:
        raise Refused("还没有用电申请，不能测算", code="too_early")
    check_role(DraftScheme, state.facts, by=by, shelf=open_shelf())
    if state.status is not Status.OPEN:
        raise Refused("工单已经结束，不再测算", code="closed")
    return row, state, state.facts


def _studied(
    network: Network, app: Application, feeding: Application | None, grade: Importance, basis: Basis, case: int
) -> Study:
    promised = inflight.counted(network, without=case)
    if feeding is not None:
        promised = (*promised, *hosting.fed(network, without=case))
    try:
        return study(
            network.atlas, app, library=basis.library,
            equipment=basis.equipment.with_prices(_prices(network.standing.revision)), table=basis.schemes, grade=grade,
            inflight=promised, k=OPTIONS, feeding=feeding, outages_of=OUTAGES_OF,
            taken=inflight.bays(network, without=case),
        )  # fmt: skip
    except NoSolutionError as failure:
        raise Refused(f"{failure}；请检查在用电网数据", code="no_solution") from failure


def _result(found: Study, atlas: Atlas) -> dict[str, Any]:
    """What was found, and what each option would queue at if something is fed in there."""
    told = written.written(found, atlas)
    if found.feeding is not None:
        for one in told["options"]:
            one["queue"] = hosting.element_at(atlas, drawn_node(atlas, written.candidate(one["candidate"])))
    return told


def _inputs(found: Study, network: Network, spot: Spot, facts: Facts, basis: Basis) -> dict[str, Any]:
    asked: dict[str, Any] = written.finite({
        "application": written.asked(found.application),
        "feeding": written.asked(found.feeding) if found.feeding else None,
        "outages_of": OUTAGES_OF,
        "spot": asdict(spot),
        "load": asking.load_of(facts).words,
        "sources": facts.sources,
        "grade": facts.importance.value,
        "limits": asdict(found.limits),
        "reach": dict(found.reach),
        "inflight": [asdict(one) for one in found.inflight],
        "bays": dict(found.taken),
        "options": OPTIONS,
        "revision": found.revision,
        "revision_number": network.standing.number,
        "basis": basis.digest,
        "solver": found.solver,
    })  # fmt: skip
    return asked


# --- chosen ---------------------------------------------------------------------------------------------------


def option_of(kept: SchemeStudy, candidate: str) -> dict[str, Any]:
    """This function will find one option of a study by its id. Raises Refused when there is none."""
    found = next((one for one in kept.result["options"] if one["id"] == candidate), None)
    if found is None:
        raise Refused(
            "这份测算里没有这个接入点，请重新选择", problems=(Problem("choice", "请重新选择"),), code="no_option"
        )
    return dict(found)


def stale(kept: SchemeStudy) -> str:
    """This function will say why a study must not be drafted from any more, "" while it may."""
    now = grids.standing(kept.revision.grid_id)
    if now is not None and now.revision != kept.revision_id:
        return f"这份测算用的是电网第 {kept.revision.number} 版，现在已是第 {now.number} 版；数据变了，请重新测算后再选"
    return ""


def choose(*, case: int, number: int, candidates: Sequence[str], by: Actor, at: datetime) -> SchemeStudy:
    """This function will choose the places of the sources, source 1 first, from a study of the network still in force.

    A place that does not carry the load may be chosen (a load is never refused); what is needed for it is noted with it. Raises
    Refused for a stale study, a wrong number of places, or the same place twice.
    """
    _, _, facts = _drafting(case, by)
    kept = studies.found(case, number)
    if kept is None:
        raise Refused("没有这份测算，请重新测算", code="not_found")
    taken = take(kept, candidates, facts=facts)
    doubts.chosen_anew(case=case, grid=kept.revision.grid_id, revision=kept.revision_id, by=by, at=at)
    return taken


def take(kept: SchemeStudy, candidates: Sequence[str], *, facts: Facts) -> SchemeStudy:
    """This function will choose places from a study that was just made by whoever may; raises Refused as `choose` does."""
    old = stale(kept)
    if old:
        raise Refused(old, code="stale_study")
    if len(candidates) != facts.sources:
        words = f"核定 {facts.sources} 路电源，请选 {facts.sources} 个接入点（现在选了 {len(candidates)} 个）"
        raise Refused(words, problems=(Problem("choice", words),), code="wrong_count")
    if len(set(candidates)) != len(candidates):
        raise Refused(
            "同一个接入点不能当两路电源", problems=(Problem("choice", "请选不同的接入点"),), code="same_place"
        )
    options = [option_of(kept, one) for one in candidates]
    atlas = standing.atlas_of(kept.revision_id, kept.revision.digest)
    near = _outages_of(options, kept, atlas)
    places = [{**_place(one, kept, atlas), "outages": near[one["id"]]} for one in options]
    studies.put_chosen(kept.pk, places)
    kept.chosen = places
    return kept


def _outages_of(options: Sequence[Mapping[str, Any]], kept: SchemeStudy, atlas: Atlas) -> dict[str, Any]:
    """N-1 of what is chosen: as studied, else asked for now."""
    told = {str(one["id"]): one.get("outages") for one in options}
    open_ = [written.candidate(one["candidate"]) for one in options if not one.get("outages")]
    if open_:
        promised = [one for one in map(written.inflight, kept.inputs["inflight"]) if one.p_kw >= 0]
        app, bounds = written.application(kept.inputs["application"]), written.limits(kept.inputs["limits"])
        found = restorable(atlas, app, open_, inflight=promised, limits=bounds)
        told |= {one.id: written.outages(each) for one, each in zip(open_, found, strict=True)}
    return told


def _place(option: Mapping[str, Any], kept: SchemeStudy, atlas: Atlas) -> dict[str, Any]:
    one = written.candidate(option["candidate"])
    app = written.application(kept.inputs["application"])
    lacking = [each for each in option["reasons"] if not each.startswith(FED)]
    package = next((each for each in kept.result["packages"] if each["candidate"] == one.id), None)
    return {
        "candidate": one.id,
        "kind": one.kind.value,
        "node": drawn_node(atlas, one),
        "line": one.line,
        "share": one.share,
        "feeder": one.feeder,
        "busbar": one.busbar,
        "substation": one.substation,
        "x": one.x,
        "y": one.y,
        "kv": one.kv,
        "name": f"{option['kind_name']} {option['where']}"[:80],
        "feasible": not lacking,
        "reasons": lacking,
        "remedy": package if lacking else None,
        "kw": app.kw,
        "generation_kw": (kept.inputs.get("feeding") or {}).get("kw", 0.0),
        "said": said(option),
    }


def said(option: Mapping[str, Any]) -> dict[str, str]:
    """This function will say what the scheme drafted from an option calls its substation, feeder and area."""
    return {
        "substation": option["substation_name"],
        "feeder": option["feeder_name"],
        "supply_area": option["area_name"],
    }


def scheme_of(kept: SchemeStudy, *, facts: Facts, version: int, on: date, desk: Desk) -> Scheme | None:
    """This function will draft the scheme of the places chosen in a study, None when nothing was or the facts changed since."""
    if len(kept.chosen) != facts.sources or kept.inputs["application"]["kv"] != asking.kv_of(facts.voltage):
        return None
    atlas = standing.atlas_of(kept.revision_id, kept.revision.digest)
    options = {one["id"]: one for one in kept.result["options"]}
    chosen = [written.candidate(options[place["candidate"]]["candidate"]) for place in kept.chosen]
    app = written.application(kept.inputs["application"])
    made = drafted_scheme(chosen, atlas=atlas, app=app, facts=facts, version=version, on=on, desk=desk)
    whole = facts.capacity_kva + facts.original_kva
    table = tables.firm_loads()
    added = load_of(facts.capacity_kva, facts, table=table)
    share = Decimal(str(app.kw)) / added if added else Decimal(1)
    calculated = (load_of(whole, facts, table=table) * share).quantize(Decimal("0.1"))
    return replace(made, calculated_load_kw=calculated, remarks=_remarks(kept))


def _remarks(kept: SchemeStudy) -> str:
    """What has to be built first, where a place chosen does not carry the load as it is."""
    needed = [(place["name"], place["remedy"], place["reasons"]) for place in kept.chosen if not place["feasible"]]
    told = [
        f"{name}：{'；'.join(remedy['steps'])}（供电公司配套工程）"
        if remedy
        else f"{name}：{'；'.join(reasons)}，需配套工程"
        for name, remedy, reasons in needed
    ]
    return "；".join([*told, *_feeding_words(kept)])[:1000]


def _feeding_words(kept: SchemeStudy) -> Iterator[str]:
    """Whether what is fed in goes now or waits in line; the customer reads it, the figures stay in the study."""
    kw = (kept.inputs.get("feeding") or {}).get("kw", 0.0)
    options = {one["id"]: one for one in kept.result["options"]}
    fed = options[kept.chosen[0]["candidate"]].get("feeding") if kept.chosen else None
    if fed and fed["feasible"]:
        yield f"并网发电 {kw:g} 千瓦，经校核可以并网；并网点须有防孤岛保护"
    elif fed:
        yield f"并网发电 {kw:g} 千瓦暂无承载力，按申请先后排队，有容量时通知；用电不受影响"


# --- calculated again -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """复算: whether a study came out equal, what differs (path, then, now), and with which solver it was made and made again."""

    number: int
    equal: bool
    intact: bool
    differences: tuple[tuple[str, str, str], ...]
    solver_then: str
    solver_now: str
    revision: int


def recompute(kept: SchemeStudy) -> Recomputed:
    """This function will calculate a study again from what was stored, and say what differs beyond one in a million.

    Raises Refused when the network or tables it rests on cannot be read any more.
    """
    inputs = kept.inputs
    try:
        atlas = standing.atlas_of(kept.revision_id, inputs["revision"])
        basis = basis_of(inputs["basis"])
    except (UnreadableError, StudyBasis.DoesNotExist) as failure:
        raise Refused(f"这份测算的依据读不出来了：{failure}", code="no_basis") from failure
    again = study(
        atlas, written.application(inputs["application"]), library=basis.library,
        equipment=basis.equipment.with_prices(_prices(kept.revision_id)), table=basis.schemes,
        grade=Importance(inputs["grade"]), limits=written.limits(inputs["limits"]), reach=inputs.get("reach", {}),
        inflight=tuple(written.inflight(one) for one in inputs["inflight"]), k=int(inputs["options"]),
        feeding=written.application(inputs["feeding"]) if inputs.get("feeding") else None,
        outages_of=int(inputs.get("outages_of", 0)), taken=inputs.get("bays", {}),
    )  # fmt: skip
    differences = tuple(differing(kept.result, _result(again, atlas)))
    return Recomputed(
        number=kept.number, equal=not differences, intact=studies.digest_of([inputs, kept.result]) == kept.digest,
        differences=differences, solver_then=kept.solver, solver_now=SOLVER, revision=kept.revision.number,
    )  # fmt: skip


def differing(then: Any, now: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """This function will walk two plain values and yield where they differ: path, then, now.

    How things are called is not compared, nor what was not calculated then.
    """
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in sorted({*then} - WORDS):
            yield from differing(then.get(key), now.get(key), f"{path}.{key}" if path else key)
    elif isinstance(then, list) and isinstance(now, list):
        if len(then) != len(now):
            yield path, f"{len(then)} 项", f"{len(now)} 项"
        for at, (one, other) in enumerate(zip(then, now, strict=False), 1):
            yield from differing(one, other, f"{path}.{at}")
    elif not _alike(then, now):
        yield path, _said(then), _said(now)


def _alike(then: Any, now: Any) -> bool:
    """Numbers count as equal within one in a million."""
    numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in (then, now))
    return bool(abs(then - now) <= CLOSE * max(1.0, abs(then), abs(now))) if numbers else bool(then == now)


def _said(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
