"""缩网校核: what the condensed network says of places and of what stands beside them agrees with the whole network's own AC power flow."""

from functools import cache
from itertools import product

import numpy as np
import pytest

from tests.grid.town import equipment, library
from yekuo.grid import condensing, evaluate
from yekuo.grid.atlas import Atlas
from yekuo.grid.bounds import VOLTAGE
from yekuo.grid.candidates import Application, Candidate, candidates
from yekuo.grid.condensing import Condenser, condenser
from yekuo.grid.evaluate import Verdict
from yekuo.grid.model import Inflight, Limits
from yekuo.grid.remedies import CLEAR_BESIDE, Workshop
from yekuo.grid.tables import import_tables
from yekuo.grid.trial import Trial
from yekuo.operations.rehearsal import town

SIZES = ((0.4, 20.0), (0.4, 120.0), (10.0, 800.0), (10.0, 4500.0))


@cache
def atlas() -> Atlas:
    grid = import_tables(town.sheets(), library=library(), equipment=equipment()).grid
    assert grid is not None
    return Atlas(grid)


@cache
def drawn() -> tuple[Inflight, ...]:
    """Promises all over the town."""
    nodes = atlas().grid.nodes
    low = np.flatnonzero((nodes.kv < 1) & atlas().walked.reached[atlas().wires.bus])
    return tuple(Inflight(case=f"c{each}", node=str(nodes.id[each]), p_kw=4, q_kvar=1) for each in low[::97].tolist())


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """The town counts as large."""
    monkeypatch.setattr(condensing, "LARGE", 500)


def applications() -> list[Application]:
    chance = np.random.default_rng(5)
    nodes = atlas().grid.xy[atlas().usable_nodes]
    return [
        Application(x=float(x), y=float(y), kw=kw, kva=kw / 0.8, kv=kv)
        for (kv, kw), (x, y) in product(SIZES, nodes[chance.integers(0, len(nodes), 4)])
    ]


def found(app: Application) -> tuple[Candidate, ...]:
    return tuple(candidates(atlas(), app, library=library(), equipment=equipment()))


def both(app: Application, promised: tuple[Inflight, ...]) -> list[tuple[Verdict, Verdict]]:
    places = found(app)
    within = evaluate.evaluate(atlas(), app, places, inflight=promised)
    whole = evaluate.evaluate(atlas(), app, places, inflight=promised, whole=True)
    return list(zip(within, whole, strict=True))


@pytest.mark.usefixtures("large")
def test_every_figure_agrees_with_the_whole_network() -> None:
    condensed = 0
    for app in applications():
        for one, other in both(app, drawn()):
            condensed += not one.proven
            assert one.feasible == other.feasible
            if one.binding is None or not one.binding.broken:
                assert one.used == pytest.approx(other.used, abs=2e-3 * max(1.0, other.used))
            assert one.losses_kw == pytest.approx(other.losses_kw, abs=0.05, rel=5e-3)
            assert (one.u_before, one.u_after, one.u_min) == pytest.approx(
                (other.u_before, other.u_after, other.u_min), abs=1e-4
            )
            for mine, theirs in ((one.head, other.head), (one.main, other.main), (one.transformer, other.transformer)):
                assert (mine and mine.id) == (theirs and theirs.id)
                assert mine is None or theirs is None or mine.after == pytest.approx(theirs.after, abs=1e-3)
    assert condensed > 100


@pytest.mark.usefixtures("large")
def test_what_binds_beside_has_its_name_and_its_value() -> None:
    """A low-voltage area that is nearly at its limit binds whoever comes to its feeder at medium voltage."""
    node, promised = weak()
    x, y = _above(node)
    beside = 0
    for kw in (900, 1800, 2700, 3600):
        for one, other in both(Application(x=x, y=y, kw=kw, kva=kw / 0.8, kv=10), promised):
            assert one.binding is not None
            assert other.binding is not None
            if not one.proven and one.binding.id in _low():
                assert one.binding.id == other.binding.id
                assert (one.binding.before, one.binding.limit) == pytest.approx(
                    (other.binding.before, other.binding.limit)
                )
                beside += 1
                if not one.binding.broken:
                    assert one.binding.value == pytest.approx(other.binding.value, abs=5e-4)
    assert beside > 0


def _above(node: int) -> tuple[float, float]:
    """Where the transformer of a low-voltage node stands."""
    grid = atlas().grid
    _, trafos = atlas().path(node)
    x, y = grid.xy[grid.transformers.hv_node[trafos[0]]]
    return float(x), float(y)


def _low() -> set[str]:
    """Nodes, lines and transformers of the low-voltage areas."""
    grid = atlas().grid
    lines = grid.lines.id[grid.nodes.kv[grid.lines.from_node] < 1]
    return {*grid.nodes.id[grid.nodes.kv < 1].tolist(), *lines.tolist(), *grid.transformers.id[~grid.is_main].tolist()}


@cache
def weak() -> tuple[int, tuple[Inflight, ...]]:
    """The node (row) with the lowest voltage, and all that is promised: there as much as leaves a hundredth to its limit.

    Where a line or transformer is full before, the area with the next lowest voltage.
    """
    before = Condenser(atlas(), drawn(), Limits())
    rows = np.argsort(before.flow.u_pu)
    _, first = np.unique(atlas().grid.nodes.area[rows], return_index=True)
    for row in rows[np.sort(first)].tolist():
        promised, kw, whole = drawn(), 1.0, True
        while whole:
            more = (*drawn(), Inflight(case="weak", node=str(atlas().grid.nodes.id[row]), p_kw=kw))
            after = Condenser(atlas(), more, Limits())
            whole = len(after.broken) == len(before.broken)
            if whole and after.flow.u_pu[row] < Limits().u_lv[0] + 0.01:
                return row, promised
            promised, kw = more, kw * 1.2
    raise AssertionError("no area where the voltage binds first")


@pytest.mark.usefixtures("large")
def test_what_comes_near_its_limit_is_judged_in_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    app = applications()[-1]
    (first, *_) = both(app, drawn())
    assert not first[0].proven
    monkeypatch.setattr(evaluate, "DOUBT", abs(first[0].used - evaluate.FULL) + 1e-6)
    (again, *_) = both(app, drawn())
    assert again[0].proven
    assert again[0].used == pytest.approx(again[1].used, abs=1e-9)


def test_a_small_network_is_judged_whole() -> None:
    assert all(one.proven and one == other for one, other in both(applications()[0], drawn()))


@pytest.mark.usefixtures("large")
def test_what_a_workshop_does_not_prove_in_the_whole_is_sound_there() -> None:
    settled = 0
    for app in applications():
        shop = Workshop(atlas(), app, library=library(), equipment=equipment(), inflight=drawn())
        for one in found(app)[:6]:
            trial = Trial(shop.condenser, one, app)
            if shop._sound(trial.near) and shop._proven(trial, trial.near):
                settled += 1
                assert shop._sound(trial.whole)
    assert settled > 20


@pytest.mark.usefixtures("large")
def test_areas_beside_stop_a_proof_near_by() -> None:
    node, promised = weak()
    x, y = _above(node)
    app = Application(x=x, y=y, kw=4000, kva=4800, kv=10)
    shop = Workshop(atlas(), app, library=library(), equipment=equipment(), inflight=promised)
    refused = [one for one in found(app) if one.feeder == atlas().feeder(node)]
    trials = [Trial(shop.condenser, one, app) for one in refused]
    beyond = [
        trial
        for trial in trials
        if trial.near.flow is not None and (trial.near.flow.u_pu[trial.part.head] < trial.part.low - CLEAR_BESIDE).any()
    ]
    assert beyond
    assert not any(shop._proven(trial, trial.near) for trial in beyond)
    assert not any(shop._sound(trial.whole) for trial in beyond)
    assert {int(trial.part.kind[trial.part.low.argmax()]) for trial in beyond} <= {VOLTAGE, 1, 2}


def test_the_last_condenser_is_kept_until_something_is_promised() -> None:
    one = condenser(atlas(), drawn(), Limits())
    assert condenser(atlas(), drawn(), Limits()) is one
    assert condenser(atlas(), drawn()[1:], Limits()) is not one
    assert condenser(atlas(), drawn(), Limits(line=0.9)) is not condenser(atlas(), drawn(), Limits())


@pytest.mark.usefixtures("large")
def test_near_its_collapse_a_network_is_judged_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every source at two fifths of its voltage this town has no solution: there is no slope to go by."""
    monkeypatch.setattr(condensing, "FALL", 0.6)
    assert not Condenser(atlas(), drawn(), Limits()).large
    promised = drawn()[1:]
    assert all(one.proven for one, _ in both(applications()[0], promised))


@pytest.mark.parametrize(
    ("kind", "before", "value", "limit", "broken"),
    [
        ("voltage", 0.95, 0.93, 0.90, False),
        ("voltage", 0.95, 0.89, 0.90, False),
        ("voltage", 0.89, 0.88, 0.90, True),
        ("voltage", 1.02, 1.05, 1.07, False),
        ("voltage", 1.08, 1.09, 1.07, True),
        ("line", 0.6, 1.1, 1.0, False),
        ("transformer", 1.2, 1.3, 1.0, True),
    ],
)
def test_broken_is_what_was_beyond_its_limit_before(
    kind: str, before: float, value: float, limit: float, broken: bool
) -> None:
    assert evaluate.Binding(kind=kind, id="x", before=before, value=value, limit=limit).broken is broken
