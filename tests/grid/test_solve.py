"""潮流: voltages and loadings equal pandapower's on networks nobody here wrote."""

from dataclasses import replace

import numpy as np
import pytest

from tests.grid.networks import column, ours, outside, solved
from yekuo.grid.capacity import capacity_map
from yekuo.grid.model import Loads, SwitchAt
from yekuo.grid.solve import NoSolutionError, Solver

NETWORKS = [
    "oberrhein", "case33bw", "cigre_mv", "cigre_mv_der", "cigre_lv", "kerber_landnetz_freileitung_1", "kerber_landnetz_kabel_2",
    "kerber_dorfnetz", "lv_kb_extrem_landnetz_freileitung", "kerber_vorstadtnetz_1", "panda_four_load", "four_loads", "simple_mv_open_ring",
    "1-MV-urban--0-sw", "schutterwald",
]  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_the_power_flow_equals_pandapower(name: str) -> None:
    net, flow = solved(outside(name)), Solver(ours(name)).flow()
    assert np.abs(np.nan_to_num(flow.u_pu) - column(net.res_bus, "vm_pu")).max() <= 1e-8
    assert np.abs(flow.line_loading - column(net.res_line, "loading_percent") / 100).max(initial=0) <= 1e-7
    assert np.abs(flow.trafo_loading - column(net.res_trafo, "loading_percent") / 100).max(initial=0) <= 1e-7


def test_loads_added_in_a_batch_equal_the_network_with_those_loads() -> None:
    grid = ours("oberrhein")
    solver = Solver(grid)
    nodes = np.array([10, 60, 150])
    (part,) = solver.added(solver.bus[nodes], np.array([500.0, 900.0, 300.0]), np.array([100.0, 0.0, 50.0]))
    for at, (node, p_kw, q_kvar) in enumerate(zip(nodes, (500.0, 900.0, 300.0), (100.0, 0.0, 50.0), strict=True)):
        more = grid.loads.append(Loads.of(id=["x"], node=[node], p_kw=[p_kw], q_kvar=[q_kvar]))
        alone = Solver(replace(grid, loads=more)).flow()
        assert np.abs(part.u_pu[at][solver.bus] - alone.u_pu).max() <= 1e-9
        assert np.abs(part.line[at] - alone.line_loading[solver.lines]).max() <= 1e-7


def test_lines_switched_in_a_batch_equal_the_network_with_those_switches() -> None:
    grid = ours("oberrhein")
    solver = Solver(grid)
    closed = np.flatnonzero(solver.wires.line_from & solver.wires.line_to)[[5, 50]]
    tie = int(np.flatnonzero(~(solver.wires.line_from & solver.wires.line_to))[0])
    (part,) = solver.switched(np.array([closed[0], -1]), np.array([-1, tie]))
    opened = replace(grid, lines=grid.lines.changed(int(closed[0]), in_service=False))
    alone = Solver(opened).flow()
    assert np.abs(part.u_pu[0][solver.bus] - np.nan_to_num(alone.u_pu)).max() <= 1e-9
    at = (grid.switches.at == SwitchAt.LINE) & (grid.switches.element == tie)
    meshed = Solver(replace(grid, switches=grid.switches.changed(np.flatnonzero(at), closed=True))).flow()
    assert np.abs(part.u_pu[1][solver.bus] - np.nan_to_num(meshed.u_pu)).max() <= 1e-9


def test_a_scenario_without_solution_is_marked_and_spoils_no_other() -> None:
    solver = Solver(ours("oberrhein"))
    (part,) = solver.added(solver.bus[[60, 60]], np.array([1e9, 10.0]), np.array([0.0, 0.0]))
    assert part.ok.tolist() == [False, True]
    assert [np.isnan(each[0]).all() and np.isfinite(each[1]).all() for each in (part.u_pu, part.line)] == [True, True]


def test_a_network_without_a_source_is_refused() -> None:
    grid = ours("case33bw")
    with pytest.raises(NoSolutionError, match="电源"):
        Solver(replace(grid, sources=grid.sources.take(np.array([], dtype=np.int64))))


def test_near_its_collapse_a_network_sags_to_nothing_and_stands_as_it_was() -> None:
    grid = ours("oberrhein")

    def heavier(by: float) -> Solver:
        return Solver(
            replace(grid, loads=replace(grid.loads, p_kw=grid.loads.p_kw * by, q_kvar=grid.loads.q_kvar * by))
        )

    able, unable = 1.0, 64.0
    while unable / able > 1.001:
        middle = (able * unable) ** 0.5
        try:
            heavier(middle).flow()
            able = middle
        except NoSolutionError:
            unable = middle
    brink = heavier(able)
    before = brink.flow()
    assert np.isnan(brink.sagged(0.02).u_pu).all()
    assert brink.flow().u_pu == pytest.approx(before.u_pu, abs=1e-7, nan_ok=True)
    assert capacity_map(brink.grid).kw.max() >= 0
