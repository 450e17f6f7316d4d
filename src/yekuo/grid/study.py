"""方案研究: one application from candidates to ranked options, pairs and remedies, with what is needed to compute it again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from types import MappingProxyType

from yekuo.grid.atlas import Atlas
from yekuo.grid.candidates import Application, Candidate, CandidateKind, candidates
from yekuo.grid.conductors import Library
from yekuo.grid.costing import cost
from yekuo.grid.equipment import Equipment
from yekuo.grid.evaluate import evaluate
from yekuo.grid.feeding import Fed, fed_in
from yekuo.grid.model import Inflight, Limits
from yekuo.grid.pairs import Pair, dual_pairs
from yekuo.grid.ranking import Option, rank
from yekuo.grid.remedies import Package, remedies
from yekuo.grid.restoring import Restored, restorable
from yekuo.grid.scale import REACH
from yekuo.rules.facts import Importance
from yekuo.rules.scheme import SchemeTable

FEW = 3
SOLVER = f"power-grid-model {version('power-grid-model')}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Study:
    """研究结果: options, pairs and remedies; the revision of the network, the solver and everything counted.

    `fed` has both directions of every option of a customer who feeds in, `restored` the outages near the options asked for.
    """

    application: Application
    options: tuple[Option, ...]
    pairs: tuple[Pair, ...]
    packages: tuple[Package, ...]
    limits: Limits
    reach: Mapping[str, float]
    inflight: tuple[Inflight, ...]
    revision: str
    solver: str
    feeding: Application | None = None
    fed: Mapping[str, Fed] = field(default_factory=dict)
    restored: Mapping[str, Restored] = field(default_factory=dict)
    taken: Mapping[str, int] = field(default_factory=dict)


def study(
    atlas: Atlas,
    app: Application,
    *,
    library: Library,
    equipment: Equipment,
    table: SchemeTable,
    grade: Importance = Importance.ORDINARY,
    limits: Limits | None = None,
    reach: Mapping[str, float] = REACH,
    inflight: Iterable[Inflight] = (),
    k: int = 15,
    threads: int = 0,
    feeding: Application | None = None,
    outages_of: int = 0,
    taken: Mapping[str, int] = MappingProxyType({}),
) -> Study:
    """This function will study an application; raises NoSolutionError and UnknownNodeError.

    Remedies are looked for when fewer than a few options of the network as it stands are feasible; a load is never refused here.
    `reach` is the scale of the ranking (scale.py).
    `feeding` is what the same customer feeds in; `outages_of` says for how many of the best options (and the best pair) N-1 is
    asked; `taken` are bays promised to others, by node (id).
    """
    promised, bounds = tuple(inflight), limits or Limits()
    largest = replace(app, kva=max(app.kva, feeding.kva)) if feeding else app
    found = candidates(atlas, largest, library=library, equipment=equipment, k=k, taken=taken)
    verdicts = evaluate(atlas, app, found, limits=bounds, inflight=promised, threads=threads)
    fed = fed_in(atlas, feeding, found, verdicts, inflight=promised, limits=bounds) if feeding else {}
    loaded, verdicts = verdicts, tuple(fed[one.candidate.id].both for one in verdicts) if feeding else verdicts
    costs = {one.id: cost(one, equipment) for one in found}
    drawn = tuple(one for one in promised if one.p_kw >= 0)
    few = sum(one.feasible and one.candidate.kind is not CandidateKind.NEW_FEEDER for one in verdicts) < FEW
    packages = (
        remedies(atlas, app, loaded, library=library, equipment=equipment, limits=bounds, inflight=drawn)
        if few and not app.generation
        else ()
    )
    options, pairs = rank(verdicts, costs, reach=reach), dual_pairs(verdicts, grade, table=table, costs=costs)
    near = _asked_for_outages(options, pairs, outages_of)
    return Study(
        application=app,
        options=options,
        pairs=pairs,
        packages=packages,
        limits=bounds,
        reach=reach,
        inflight=promised,
        revision=atlas.grid.revision,
        solver=SOLVER,
        feeding=feeding,
        fed=fed,
        taken=taken,
        restored=dict(
            zip(
                (one.id for one in near),
                restorable(atlas, app, near, inflight=drawn, limits=bounds),
                strict=True,
            )
        ),
    )


def _asked_for_outages(options: Sequence[Option], pairs: Sequence[Pair], many: int) -> list[Candidate]:
    """The best places and both of the best pair, each once."""
    best = [one.verdict.candidate for one in options[:many] if one.place]
    paired = [each.candidate for one in pairs[: 1 if many else 0] for each in (one.main, one.standby)]
    return list({one.id: one for one in (*best, *paired)}.values())
