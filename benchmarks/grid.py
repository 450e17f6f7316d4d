"""电网计算的尺子: equality, capacity, certificates and outages against pandapower in the same run, as ratios.

python -m benchmarks.grid [equality] [oberrhein] [towns] [n1] [refresh] [republish] [opendss] [schemes] [certificates]: all by default; towns, republish and
certificates take minutes.
"""

import copy
import logging
import resource
import sys
import time
import warnings
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
from benchmarks.grid_opendss import opendss
from benchmarks.grid_republish import republish
from benchmarks.grid_schemes import schemes
from tests.grid.networks import column, ours, outside, solved
from tests.grid.test_capacity import pandapower_allows, probed

from yekuo.grid.capacity import CapacityMap, State, capacity_map
from yekuo.grid.certify import certified, certify, refresh
from yekuo.grid.contingency import firm_capacity, outages
from yekuo.grid.model import Inflight
from yekuo.grid.solve import Solver

NETWORKS = [
    "oberrhein", "schutterwald", "case33bw", "cigre_mv", "cigre_mv_der", "cigre_lv", "kerber_landnetz_freileitung_1",
    "kerber_landnetz_kabel_2", "kerber_dorfnetz", "kerber_vorstadtnetz_1", "kerber_vorstadtnetz_2", "panda_four_load", "four_loads",
    "simple_mv_open_ring", "lv_kb_extrem_landnetz_freileitung", "1-LV-rural1--0-sw", "1-LV-urban6--0-sw", "1-MV-rural--0-sw",
    "1-MV-semiurb--0-sw", "1-MV-urban--0-sw", "1-MV-comm--0-sw", "1-MVLV-urban-all-0-sw",
]  # fmt: skip
TOWNS = [f"1-MVLV-{kind}-all-0-sw" for kind in ("urban", "rural", "semiurb", "comm")]
NEEDED = 0.005


def timed(do: Callable[[], Any], repeats: int = 3) -> tuple[float, float, Any]:
    """The best wall and processor seconds of some repeats, and the result."""
    best, cpu, result = np.inf, np.inf, None
    for _ in range(repeats):
        wall, used = time.perf_counter(), time.process_time()
        result = do()
        best, cpu = min(best, time.perf_counter() - wall), min(cpu, time.process_time() - used)
    return best, cpu, result


def equality() -> None:
    worst, equal = 0.0, 0
    for name in NETWORKS:
        try:
            net = solved(outside(name))
        except Exception as failure:  # noqa: BLE001 - said and counted, whatever it is
            print(f"  {name:36} pandapower: {type(failure).__name__}")
            continue
        flow = Solver(ours(name)).flow()
        apart = np.abs(np.nan_to_num(flow.u_pu) - column(net.res_bus, "vm_pu")).max()
        lines = np.abs(flow.line_loading - column(net.res_line, "loading_percent") / 100).max(initial=0)
        worst, equal = max(worst, apart), equal + int(apart <= 1e-8)
        print(f"  {name:36} {len(net.bus):6} buses   max |dU| {apart:.1e} pu   line loading {lines:.1e}")
    print(f"equality with pandapower: {equal} networks within 1e-8 pu, worst {worst:.1e}")


def bisected(net: Any, node: int, found: CapacityMap, guess: float) -> tuple[float, int]:
    """An independent bisection with pandapower to 0.1 %, from nothing known but an upper end; also the power flows it took."""
    low, high, flows = 0.0, 4.0 * max(guess, 100.0), 0
    while high - low > 1e-3 * max(low, 1.0):
        middle = (low + high) / 2
        flows += 1
        if pandapower_allows(net, node, middle, found.limits):
            low = middle
        else:
            high = middle
    return low, flows


def oberrhein() -> None:
    wall, cpu, found = timed(lambda: capacity_map(ours("oberrhein")), 5)
    net, buses = probed("oberrhein"), outside("oberrhein").bus.index
    rows = np.flatnonzero(found.state == State.FOUND)
    apart, flows, start = [], 0, time.perf_counter()
    for row in rows.tolist():
        opinion, used = bisected(net, buses[row], found, found.kw[row])
        apart.append(found.kw[row] / opinion - 1)
        flows += used
    theirs = time.perf_counter() - start
    off = np.abs(np.array(apart))
    print(f"capacity at {len(rows)} Oberrhein nodes: {np.mean(off <= NEEDED):.1%} within 0.5 %, worst {off.max():.3%}")
    print(
        f"  ours {wall * 1e3:.0f} ms ({cpu * 1e3:.0f} ms cpu, {found.flows} flows), pandapower {theirs:.0f} s ({flows} flows)"
    )
    print(f"  ratio {theirs / wall:.0f}x")
    wall, cpu, faults = timed(lambda: outages(ours("oberrhein")), 5)
    print(
        f"N-1 of {len(faults.section)} sections, {faults.flows} flows: {wall * 1e3:.0f} ms for two areas ({cpu * 1e3:.0f} ms cpu)"
    )
    wall, cpu, (firm, _) = timed(lambda: firm_capacity(found), 1)
    print(
        f"N-1 map: {wall:.1f} s, {firm.flows} flows; median {np.median(found.kw[rows]):.0f} -> {np.median(firm.kw[rows]):.0f} kW"
    )


@cache
def town(name: str) -> CapacityMap:
    return capacity_map(ours(name))


def towns() -> None:
    whole, nodes = 0.0, 0
    for name in TOWNS:
        grid = ours(name)
        wall, cpu, found = timed(partial(capacity_map, grid), 2)
        whole, nodes = whole + wall, nodes + len(grid.nodes)
        net = copy.deepcopy(outside(name))
        theirs, _, _ = timed(partial(solved, net), 2)
        ratio = theirs * found.flows / wall
        print(f"  {name:24} {len(grid.nodes):6} nodes {wall:6.2f} s ({cpu:.2f} s cpu) {found.flows} flows; ", end="")
        print(f"as many of pandapower's {theirs * found.flows / 60:.0f} min, ratio {ratio:.0f}x")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"map of {nodes} nodes in {whole:.1f} s (needed: 10 s on two idle cores); peak memory with pandapower {memory:.0f} MB"
    )


def certificates() -> None:
    for name in TOWNS:
        found = town(name)
        start = time.perf_counter()
        first = certify(found)
        _, proof = certified(found)
        print(f"  {name:24} {first.share:.3%} at once, {proof.share:.3%} after mending {len(first.failing)}", end="")
        print(f"; {first.flows} whole flows, {time.perf_counter() - start:.0f} s")


def refreshing() -> None:
    for name in TOWNS:
        found = town(name)
        grid = found.grid
        node = int(np.flatnonzero((found.state == State.FOUND) & (grid.nodes.area != ""))[1000])
        promised = [Inflight(case="a", node=str(grid.nodes.id[node]), p_kw=found.kw[node] / 2)]
        where = [str(grid.nodes.area[node])]
        wall, cpu, (_, again) = timed(partial(refresh, found, inflight=promised, areas=where))
        print(f"  {name:24} after one approval {len(again)} nodes again: {wall * 1e3:.0f} ms ({cpu * 1e3:.0f} ms cpu)")


def outaged() -> None:
    for name in TOWNS:
        wall, cpu, found = timed(partial(outages, ours(name)), 15)
        print(f"  {name:24} N-1 of {len(found.section)} sections, {found.flows} flows: ", end="")
        print(f"{wall * 1e3:.0f} ms, low voltage condensed in that time ({cpu * 1e3:.0f} ms cpu; needed: 100 ms)")


PARTS = {
    "equality": equality,
    "oberrhein": oberrhein,
    "towns": towns,
    "n1": outaged,
    "refresh": refreshing,
    "republish": republish,
    "opendss": opendss,
    "schemes": schemes,
    "certificates": certificates,
}


def main() -> None:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    for each in sys.argv[1:] or PARTS:
        PARTS[each]()


if __name__ == "__main__":
    main()
