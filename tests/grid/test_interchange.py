"""电网交换: power-grid-model's JSON gives the same power flow; what cannot be taken over is said; rubbish is refused."""

import json
import logging
from typing import Any

import numpy as np
import pytest
from power_grid_model import PowerGridModel
from power_grid_model.utils import json_serialize  # type: ignore[attr-defined]

from tests.grid.networks import ours
from yekuo.grid.interchange import UnreadableNetworkError, from_pandapower
from yekuo.grid.pgm_json import from_pgm
from yekuo.grid.solve import Solver


@pytest.mark.parametrize("compact", [False, True])
def test_pgm_json_gives_the_voltages_that_its_own_solver_gives(compact: bool) -> None:
    data = Solver(ours("cigre_lv"))._data
    own = PowerGridModel(data).calculate_power_flow(output_component_types=["node"])["node"]
    read = from_pgm(json_serialize(data, use_compact_list=compact).encode())
    assert read.notes == ()
    flow = Solver(read.grid).flow()
    assert np.abs(flow.u_pu - own["u_pu"]).max() <= 1e-9


@pytest.mark.parametrize("read", [from_pgm, from_pandapower])
@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[1]", b'{"_object": {"bus": 3}}x', b'{"_object": 3}', b"\xff\xfe", b'{"version": "1.0", "data": 1}'],
)
def test_rubbish_is_refused_in_words(read: Any, data: bytes) -> None:
    with pytest.raises(UnreadableNetworkError, match="不是可读的"):
        read(data)


def test_a_load_at_an_unknown_bus_is_refused() -> None:
    empty: dict[str, Any] = {"columns": ["bus", "p_mw"], "index": [0], "data": [[9, 1.0]]}
    bus = {"columns": ["vn_kv"], "index": [0], "data": [[10.0]]}
    tables = {
        name: {"_class": "DataFrame", "_object": json.dumps(table)} for name, table in (("bus", bus), ("load", empty))
    }
    with pytest.raises(UnreadableNetworkError, match="9"):
        from_pandapower(json.dumps({"_object": tables}).encode())


def test_what_is_not_taken_over_is_said() -> None:
    logging.getLogger("pandapower").setLevel(logging.ERROR)
    table = {"_class": "DataFrame", "_object": json.dumps({"columns": ["bus"], "index": [0, 1], "data": [[0], [0]]})}
    bus = {"_class": "DataFrame", "_object": json.dumps({"columns": ["vn_kv"], "index": [0], "data": [[10.0]]})}
    read = from_pandapower(json.dumps({"_object": {"bus": bus, "dcline": table}}).encode())
    assert read.notes == ("dcline: 2 个直流线路未导入",)
