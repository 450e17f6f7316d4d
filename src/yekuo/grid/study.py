"""方案研究: one application from candidates to ranked options, pairs and remedies, with what is needed to compute it again."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version

from yekuo.grid.atlas import Atlas
from yekuo.grid.candidates import Application, candidates
from yekuo.grid.conductors import Library
from yekuo.grid.costing import cost
from yekuo.grid.equipment import Equipment
from yekuo.grid.evaluate import evaluate
from yekuo.grid.model import Inflight, Limits
from yekuo.grid.pairs import Pair, dual_pairs
from yekuo.grid.ranking import Option, rank
from yekuo.grid.remedies import Package, remedies
from yekuo.rules.facts import Importance
from yekuo.rules.scheme import SchemeTable

FEW = 3
SOLVER = f"power-grid-model {version('power-grid-model')}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Study:
    """研究结果: options, pairs and remedies; the revision of the network, the solver and everything counted."""

    application: Application
    options: tuple[Option, ...]
    pairs: tuple[Pair, ...]
    packages: tuple[Package, ...]
    limits: Limits
    inflight: tuple[Inflight, ...]
    revision: str
    solver: str


def study(
    atlas: Atlas,
    app: Application,
    *,
    library: Library,
    equipment: Equipment,
    table: SchemeTable,
    grade: Importance = Importance.ORDINARY,
    limits: Limits | None = None,
    inflight: Iterable[Inflight] = (),
    k: int = 15,
    threads: int = 1,
) -> Study:
    """This function will study an application; raises NoSolutionError and UnknownNodeError.

    Remedies are looked for when fewer than a few options are feasible; a load is never refused here.
    """
    promised, bounds = tuple(inflight), limits or Limits()
    found = candidates(atlas, app, library=library, equipment=equipment, k=k)
    verdicts = evaluate(atlas, app, found, limits=bounds, inflight=promised, threads=threads)
    costs = {one.id: cost(one, equipment) for one in found}
    few = sum(one.feasible for one in verdicts) < FEW
    packages = (
        remedies(atlas, app, verdicts, library=library, equipment=equipment, limits=bounds, inflight=promised)
        if few and not app.generation
        else ()
    )
    return Study(
        application=app,
        options=rank(verdicts, costs),
        pairs=dual_pairs(verdicts, grade, table=table, costs=costs),
        packages=packages,
        limits=bounds,
        inflight=promised,
        revision=atlas.grid.revision,
        solver=SOLVER,
    )
