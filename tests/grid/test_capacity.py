"""可开放容量: what pandapower says to the same load, what limits it, what is in flight, pieces against the whole."""

import copy
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.grid.networks import ours, outside, solved
from yekuo.grid import capacity
from yekuo.grid.bounds import LINE, TRANSFORMER, VOLTAGE
from yekuo.grid.capacity import State, UnknownNodeError, capacity_map
from yekuo.grid.certify import certified, certify, refresh
from yekuo.grid.model import GridModel, Inflight, Limits


def pandapower_allows(net: Any, node: int, kw: float, limits: Limits) -> bool:
    """An outside opinion: the load is written into pandapower's own table, and its results are compared with the limits."""
    net.load.loc[net.load.index[-1], ["bus", "p_mw", "q_mvar"]] = [node, kw / 1000, kw / 1000 * np.tan(np.arccos(0.95))]
    try:
        solved(net)
    except Exception:  # noqa: BLE001 - pandapower's own error types differ between versions
        return False
    low = np.where(net.bus.vn_kv < 1, limits.u_lv[0], np.where(net.bus.vn_kv < 35, limits.u_mv[0], limits.u_hv[0]))
    line, trafo = net.res_line.loading_percent / 100, net.res_trafo.loading_percent / 100
    return bool((net.res_bus.vm_pu >= low).all() and line.max() <= limits.line and trafo.max() <= limits.trafo)


def probed(name: str) -> Any:
    import pandapower as pp

    net = copy.deepcopy(outside(name))
    pp.create_load(net, net.bus.index[0], 0.0)
    return net


def test_pandapower_allows_the_figure_and_refuses_half_a_percent_more() -> None:
    found, net = capacity_map(ours("oberrhein")), probed("oberrhein")
    buses = outside("oberrhein").bus.index
    kinds = [
        np.flatnonzero((found.kind == kind) & (found.state == State.FOUND)) for kind in (VOLTAGE, LINE, TRANSFORMER)
    ]
    for row in np.concatenate([rows[[0, -1]] for rows in kinds]).tolist():
        assert pandapower_allows(net, buses[row], found.kw[row], found.limits)
        assert not pandapower_allows(net, buses[row], found.kw[row] * 1.005, found.limits)


def test_every_figure_of_a_medium_voltage_network_is_certified() -> None:
    found = capacity_map(ours("1-MV-urban--0-sw"))
    done = certify(found)
    assert len(done.nodes) > 130
    assert done.share == 1.0


@cache
def half_loaded_map() -> capacity.CapacityMap:
    return capacity_map(half_loaded())


@cache
def half_loaded() -> GridModel:
    grid = ours("schutterwald")
    return replace(grid, loads=replace(grid.loads, p_kw=grid.loads.p_kw * 0.5, q_kvar=grid.loads.q_kvar * 0.5))


def test_pieces_agree_with_the_whole_network() -> None:
    found = half_loaded_map()
    sample = np.random.default_rng(7).choice(len(found.kw), 40, replace=False)
    assert certify(found, sample).share == 1.0


def test_pieces_and_whole_give_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    in_pieces = {name: _in_pieces(name, monkeypatch) for name in ("cigre_lv",)}
    for name, pieces in in_pieces.items():
        whole = capacity_map(ours(name))
        assert pieces.state.tolist() == whole.state.tolist()
        some = whole.state == State.FOUND
        assert np.abs(pieces.kw[some] / np.maximum(whole.kw[some], 1e-6) - 1).max(initial=0) <= 0.005


def _in_pieces(name: str, monkeypatch: pytest.MonkeyPatch) -> capacity.CapacityMap:
    with monkeypatch.context() as patch:
        patch.setattr(capacity, "WHOLE_UP_TO", 0)
        return capacity_map(ours(name))


def test_what_is_in_flight_is_counted() -> None:
    grid = ours("oberrhein")
    before = capacity_map(grid)
    node = int(np.flatnonzero((before.kind == LINE) & (before.state == State.FOUND))[-1])
    promised = Inflight(
        case="a", node=str(grid.nodes.id[node]), p_kw=before.kw[node] / 2, q_kvar=before.kw[node] / 2 * before.tangent
    )
    after = capacity_map(grid, inflight=[promised])
    assert after.kw[node] == pytest.approx(before.kw[node] / 2, rel=0.01)
    assert np.all(after.kw <= before.kw * 1.005)
    with pytest.raises(UnknownNodeError, match="没有的"):
        capacity_map(grid, inflight=[Inflight(case="a", node="没有的", p_kw=1.0)])


def test_a_node_behind_a_broken_limit_has_none_and_says_why() -> None:
    grid = ours("oberrhein")
    line = int(np.argmax(capacity_map(grid).base.line_loading))
    weak = replace(grid, lines=grid.lines.changed(line, rated_a=1.0))
    found = capacity_map(weak)
    behind = found.state == State.EXISTING
    assert 0 < behind.sum() < len(behind)
    assert set(zip(found.kind[behind].tolist(), found.row[behind].tolist(), strict=True)) == {(LINE, line)}
    assert np.all(found.kw[behind] == 0)


def test_a_spoiled_figure_fails_its_certificate_and_is_mended() -> None:
    found = capacity_map(ours("oberrhein"))
    some = np.flatnonzero(found.state == State.FOUND)[[3, 30]]
    kw = found.kw.copy()
    kw[some] *= [1.1, 0.8]
    spoiled = replace(found, kw=kw)
    assert set(some.tolist()) <= set(certify(spoiled).failing.tolist())
    mended, proof = certified(spoiled)
    assert proof.share == 1.0
    assert mended.kw[some] == pytest.approx(found.kw[some], rel=0.005)


def test_a_refreshed_map_equals_a_new_one() -> None:
    grid = half_loaded()
    before = half_loaded_map()
    node = int(np.flatnonzero((before.state == State.FOUND) & (before.kw > 5))[100])
    promised = [Inflight(case="a", node=str(grid.nodes.id[node]), p_kw=before.kw[node] / 2)]
    fresh, again = refresh(before, inflight=promised, areas=[str(grid.nodes.area[node])])
    new = capacity_map(grid, inflight=promised)
    assert node in again
    assert len(again) < len(grid.nodes) / 4
    assert fresh.state.tolist() == new.state.tolist()
    some = new.state == State.FOUND
    assert np.abs(fresh.kw[some] / np.maximum(new.kw[some], 0.01) - 1).max() <= 0.01
