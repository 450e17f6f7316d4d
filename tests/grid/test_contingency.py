"""N-1 校核: outages with the best tie equal pandapower's opinion; the firm figure spoils none of them."""

import copy
from dataclasses import replace

import numpy as np
import pytest

from tests.grid.networks import ours, outside, solved
from tests.grid.test_model import small
from tests.grid.town import imported
from yekuo.grid.capacity import State, capacity_map
from yekuo.grid.contingency import Upper, firm_capacity, outages, with_ties
from yekuo.grid.model import GridModel, Limits, Lines, Loads, Nodes, Sources, Switches
from yekuo.grid.solve import Solver


def test_outages_are_what_pandapower_says() -> None:
    found, net = outages(ours("oberrhein")), copy.deepcopy(outside("oberrhein"))
    assert len(found.section) == 175
    some = np.flatnonzero(np.isfinite(found.stress) & (found.tie >= 0))[[0, 60, -1]]
    for at in some.tolist():
        section, tie = net.line.index[found.section[at]], net.line.index[found.tie[at]]
        changed = copy.deepcopy(net)
        changed.line.loc[section, "in_service"] = False
        changed.switch.loc[(changed.switch.et == "l") & (changed.switch.element == tie), "closed"] = True
        solved(changed)
        highest = max(changed.res_line.loading_percent.max(), changed.res_trafo.loading_percent.max()) / 100
        lowest = changed.res_bus.vm_pu[changed.bus.vn_kv < 35].min()
        assert found.stress[at] == pytest.approx(max(highest, 1 + (0.93 - lowest) / 0.05), abs=1e-6)
        assert found.restorable[at] == (highest <= 1 and lowest >= 0.93)


def two_feeders(tie: str) -> GridModel:
    """Two feeders of 10 kV from one busbar, whose ends an open switch joins; 300 A each, 2 MW at the ends."""
    nodes = Nodes.of(id=["busbar", "a1", "a2", "b1", "b2"], kv=np.full(5, 10.0), feeder=["", "a", "a", "b", "b"])
    lines = Lines.of(
        id=["a-1", "a-2", "b-1", "b-2"], from_node=[0, 1, 0, 3], to_node=[1, 2, 3, 4], length_m=np.full(4, 500.0),
        r_ohm=np.full(4, 0.1), x_ohm=np.full(4, 0.1), rated_a=np.full(4, 300.0),
    )  # fmt: skip
    loads = Loads.of(id=["a", "b"], node=[2, 4], p_kw=[2000.0, 2000.0])
    switches = Switches.of(id=["t"], node=[2], element=[4], closed=[False]) if tie == "open" else Switches.of()
    return GridModel(nodes=nodes, lines=lines, loads=loads, switches=switches, sources=Sources.of(id=["s"], node=[0]))


def test_an_open_switch_between_nodes_is_a_tie() -> None:
    found = outages(two_feeders("open"))
    assert found.names(found.tie) == ["tie/t"] * 4
    assert found.lost_kw == pytest.approx([2000.0] * 4)
    assert found.restorable.all()
    without = outages(two_feeders("none"))
    assert not without.restorable.any()
    assert np.isinf(without.stress).all()
    assert with_ties(small()) is not None


def test_a_section_of_a_closed_ring_needs_no_tie() -> None:
    grid = two_feeders("open")
    ring = outages(replace(grid, switches=grid.switches.changed(0, closed=True)))
    assert len(ring.section) == 3
    assert ring.names(ring.tie) == [""] * 3
    assert ring.flows == 3
    assert np.isfinite(ring.stress).all()


def test_low_voltage_as_load_gives_medium_voltage_as_the_whole_network_gives_it() -> None:
    grid = imported().grid
    assert grid is not None
    upper, found = Upper(grid, Limits()), outages(grid)
    assert len(upper.pieces.areas)
    some = np.flatnonzero(np.isfinite(found.stress) & (found.tie >= 0))
    assert len(some)
    place = np.full(len(upper.grid.lines), -1)
    place[upper.piece.lines] = np.arange(len(upper.piece.lines))
    whole = Solver(upper.grid)
    (exact,) = whole.switched(found.section[some], found.tie[some])
    (part,) = upper.solver.switched(place[found.section[some]], place[found.tie[some]])
    assert np.abs(exact.u_pu[:, whole.bus[upper.piece.nodes]] - part.u_pu[:, upper.solver.bus]).max() <= 5e-4


def test_firm_capacity_is_what_one_feeder_can_carry_for_both() -> None:
    found = capacity_map(two_feeders("open"), pf=1.0)
    firm, _ = firm_capacity(found)
    one = np.sqrt(3) * 10 * 300
    assert found.kw[1] == pytest.approx(one - 2000, rel=0.02)
    assert firm.kw[1] == pytest.approx(one - 4000, rel=0.05)
    assert firm.section[1] >= 0
    alone, _ = firm_capacity(capacity_map(two_feeders("none"), pf=1.0))
    assert alone.kw[1] == pytest.approx(found.kw[1], rel=0.005)


def test_the_firm_figure_spoils_no_outage() -> None:
    grid = ours("oberrhein")
    found = capacity_map(grid)
    firm, before = firm_capacity(found)
    assert np.all(firm.kw <= found.kw)
    assert np.median(firm.kw) < np.median(found.kw) / 2
    some = np.flatnonzero((found.state == State.FOUND) & (firm.kw > 1))[::80]
    for node in some.tolist():
        more = Loads.of(id=["x"], node=[node], p_kw=[firm.kw[node]], q_kvar=[firm.kw[node] * found.tangent])
        after = outages(replace(grid, loads=grid.loads.append(more)))
        touched = np.isin(grid.nodes.feeder[grid.lines.from_node[before.section]], [grid.nodes.feeder[node]])
        assert after.restorable[before.restorable & touched].all()


def test_stricter_limits_restore_less() -> None:
    wide, narrow = outages(ours("oberrhein")), outages(ours("oberrhein"), Limits(line_n1=0.8, trafo_n1=0.8))
    assert narrow.restorable.sum() < wide.restorable.sum()


def test_low_voltage_under_a_node_that_nothing_limits_keeps_its_figure() -> None:
    found = capacity_map(ours("kerber_dorfnetz"))
    firm, _ = firm_capacity(found)
    below = found.state == State.FOUND
    assert below.sum() > 100
    assert np.array_equal(firm.kw[below], found.kw[below])
