"""接入点: found near by over several feeders; splitting a line changes nothing; what trial says is what building gives."""

from functools import cache

import numpy as np
import pytest

from tests.grid.networks import ours
from tests.grid.town import equipment, imported, library, town
from yekuo.grid.atlas import Atlas
from yekuo.grid.attach import attach, connected
from yekuo.grid.candidates import Application, CandidateKind, candidates
from yekuo.grid.capacity import with_inflight
from yekuo.grid.evaluate import evaluate, refused_by_ac
from yekuo.grid.model import GridModel, Inflight, Limits
from yekuo.grid.solve import Solver


@cache
def oberrhein() -> Atlas:
    return Atlas(ours("oberrhein"))


@cache
def small() -> Atlas:
    grid = imported().grid
    assert grid is not None
    return Atlas(grid)


def near(atlas: Atlas, node: str, kw: float, *, kv: float = 10.0, east: float = 0.001, **more: float) -> Application:
    x, y = atlas.grid.xy[atlas.grid.nodes.row[node]]
    return Application(x=x + east, y=y + 0.0005, kw=kw, kva=kw / 0.95, kv=kv, **more)  # type: ignore[arg-type]


def some(count: int, seed: int, most_kw: float) -> list[Application]:
    atlas, random = oberrhein(), np.random.default_rng(seed)
    found = []
    for _ in range(count):
        x, y = atlas.grid.xy[random.integers(len(atlas.grid.nodes))] + random.normal(0, 0.004, 2)
        kw = float(random.uniform(300, most_kw))
        found.append(Application(x=float(x), y=float(y), kw=kw, kva=kw / 0.95, kv=20.0))
    return found


def test_every_kind_of_connection_is_found_in_the_town() -> None:
    atlas = small()
    found = candidates(atlas, near(atlas, "N1", 500), library=library(), equipment=equipment())
    kinds = {one.kind for one in found}
    assert {CandidateKind.SPARE_BAY, CandidateKind.NODE, CandidateKind.TEE, CandidateKind.NEW_FEEDER} <= kinds
    bay = next(one for one in found if one.kind is CandidateKind.SPARE_BAY)
    assert (bay.node, bay.feeder, bay.busbar, bay.substation) == ("N1", "F1", "B1", "S1")
    assert len({one.id for one in found}) == len(found)
    assert {one.substation for one in found if one.kind is CandidateKind.NEW_FEEDER} == {"S1", "S2"}
    full = [one for one in found if one.obstacle]
    assert [one.node for one in full] == ["B3"]


def test_low_voltage_goes_to_a_transformer_old_or_new() -> None:
    atlas = small()
    app = near(atlas, "L1", 40, kv=0.4)
    found = candidates(atlas, app, library=library(), equipment=equipment())
    kinds = [one.kind for one in found]
    assert CandidateKind.DT_EXISTING in kinds
    assert CandidateKind.DT_NEW in kinds
    new = next(one for one in found if one.transformer)
    assert new.transformer is not None
    assert new.transformer.kva * 0.8 >= app.kva
    assert all(one.conductor.low_voltage is (one.kv < 1) for one in found)
    verdicts = evaluate(atlas, app, found)
    assert any(one.feasible and one.candidate.kind is CandidateKind.DT_EXISTING for one in verdicts)
    assert any(one.feasible and one.candidate.kind is CandidateKind.DT_NEW for one in verdicts)


def test_a_street_line_too_thin_is_refused_with_the_element_that_binds() -> None:
    atlas = small()
    app = near(atlas, "L2", 300, kv=0.4)
    refused = [
        one
        for one in evaluate(atlas, app, candidates(atlas, app, library=library(), equipment=equipment()))
        if one.candidate.node == "L2"
    ]
    (one,) = refused
    assert not one.feasible
    assert one.binding is not None
    assert one.binding.id in one.reasons[0]


def test_split_lines_add_up_and_change_no_voltage() -> None:
    atlas = oberrhein()
    grid = atlas.grid
    for app in some(4, 5, 1000):
        found = candidates(atlas, app, library=library(), equipment=equipment())
        done = attach(grid, found, app, bare=True)
        for name in ("length_m", "r_ohm", "x_ohm", "c_nf"):
            stubs = float(getattr(done.grid.lines, name)[done.line].sum())
            assert getattr(done.grid.lines, name).sum() - stubs == pytest.approx(
                getattr(grid.lines, name).sum(), rel=1e-12
            )
        before, after = Solver(grid).flow(), Solver(done.grid).flow()
        assert np.abs(after.u_pu[: len(grid.nodes)] - before.u_pu).max() < 1e-7
        assert after.losses_kw == pytest.approx(before.losses_kw, abs=0.01)


def test_an_open_end_stays_open_when_its_line_is_split() -> None:
    atlas = oberrhein()
    grid = atlas.grid
    switches = grid.switches
    opened = {str(each) for each in grid.lines.id[switches.element[~switches.closed]]}
    seen = set()
    for line in sorted(opened):
        row = grid.lines.row[line]
        x, y = grid.xy[grid.lines.to_node[row]] * 0.5 + grid.xy[grid.lines.from_node[row]] * 0.5
        app = Application(x=float(x), y=float(y), kw=100, kva=105, kv=20.0)
        tees = [
            one for one in candidates(atlas, app, library=library(), equipment=equipment(), k=60) if one.line == line
        ]
        for one in tees:
            seen.add(line)
            after = connected(grid, one, app, case="a")
            flow = Solver(after).flow()
            assert np.isfinite(flow.u_pu).all()
            fed = atlas.feeder(atlas.feeding_end(row))
            assert one.feeder == fed
    assert len(seen) >= 4


def test_nothing_is_approved_that_a_full_power_flow_of_the_built_network_refuses() -> None:
    atlas, limits = oberrhein(), Limits()
    approved = refused = 0
    for app in some(14, 11, 14_000):
        found = candidates(atlas, app, library=library(), equipment=equipment())
        assert len(found) >= 15
        for one in evaluate(atlas, app, found, limits=limits):
            broken = refused_by_ac(connected(atlas.grid, one.candidate, app, case="a"), atlas.grid, limits)
            assert not (one.feasible and broken), (one.candidate.id, broken)
            assert one.feasible or broken or 0.999 < one.used < 1.001
            approved, refused = approved + one.feasible, refused + (not one.feasible)
    assert min(approved, refused) > 20


def test_figures_are_those_of_the_built_network() -> None:
    atlas = oberrhein()
    (app,) = some(1, 3, 3000)
    before = Solver(atlas.grid).flow()
    for one in evaluate(atlas, app, candidates(atlas, app, library=library(), equipment=equipment())):
        after = connected(atlas.grid, one.candidate, app, case="a")
        flow = Solver(after).flow()
        assert flow.u_pu[after.nodes.row[f"{one.candidate.id}/客户"]] == pytest.approx(one.u_after, abs=3e-5)
        assert flow.losses_kw - before.losses_kw == pytest.approx(one.losses_kw, rel=0.05, abs=0.5)
        assert one.main is not None
        assert flow.trafo_loading[after.transformers.row[one.main.id]] == pytest.approx(one.main.after, abs=5e-5)


def test_what_is_in_flight_is_counted() -> None:
    atlas = oberrhein()
    (app,) = some(1, 3, 3000)
    found = candidates(atlas, app, library=library(), equipment=equipment())
    free = evaluate(atlas, app, found)
    promised = [Inflight(case=f"c{each}", node=str(each), p_kw=150, q_kvar=50) for each in atlas.grid.nodes.id[2:80]]
    taken = evaluate(atlas, app, found, inflight=promised)
    assert sum(one.feasible for one in taken) < sum(one.feasible for one in free)
    loaded = with_inflight(atlas.grid, promised)
    for one in taken:
        if one.feasible:
            assert not refused_by_ac(connected(loaded, one.candidate, app, case="a"), loaded, Limits())


def test_generation_raises_the_voltage_and_flows_back() -> None:
    atlas = small()
    app = near(atlas, "L2", 380, kv=0.4, generation=True)
    verdicts = evaluate(atlas, app, candidates(atlas, app, library=library(), equipment=equipment()))
    at_end = next(one for one in verdicts if one.candidate.node == "L2")
    assert at_end.delta_u > 0
    assert not at_end.feasible
    little = near(atlas, "L2", 10, kv=0.4, generation=True)
    verdicts = evaluate(atlas, little, candidates(atlas, little, library=library(), equipment=equipment()))
    assert next(one for one in verdicts if one.candidate.node == "L2").feasible


def test_a_transformer_may_carry_only_part_of_its_rating_backwards() -> None:
    atlas = small()
    app = near(atlas, "N3", 365, kv=0.4, generation=True)
    found = candidates(atlas, app, library=library(), equipment=equipment())
    one = next(each for each in evaluate(atlas, app, found) if each.candidate.node == "D1")
    assert one.binding is not None
    assert one.binding.kind == "reverse"
    assert one.binding.limit == 0.8
    assert not one.feasible


def test_no_place_without_coordinates() -> None:
    sheets = town()
    for row in sheets["节点"]:
        row.update({"经度": "", "纬度": ""})
    grid: GridModel | None = imported(sheets).grid
    assert grid is not None
    app = Application(x=113.01, y=31.0, kw=500, kva=530, kv=10.0)
    found = candidates(Atlas(grid), app, library=library(), equipment=equipment())
    assert {one.kind for one in found} == {CandidateKind.NEW_FEEDER}


def test_bays_promised_to_others_are_left_no_more() -> None:
    atlas = small()
    app = near(atlas, "N1", 500)

    def found(**taken: int) -> dict[str, str]:
        listed = candidates(atlas, app, library=library(), equipment=equipment(), taken=taken)
        return {one.id: one.obstacle for one in listed}

    assert found()["spare_bay:N1"] == found(N1=1)["spare_bay:N1"] == ""
    assert "spare_bay:N1" not in found(N1=2)
    assert found(N1=2)["node:N1"] == "N1的 2 个备用间隔都已答复给别的工单"
    assert found(B2=1)["new_feeder:B2"] == "母线 B2 的 1 个备用出线间隔都已答复给别的工单"
    assert found()["new_feeder:B3"] == "母线 B3 没有备用出线间隔"
    assert found(N2=5)["node:N2"] == "", "a pole needs no bay"
