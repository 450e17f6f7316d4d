"""设备称呼: sections without a name are called by feeder and ends, ids stay behind; what is built on trial says so."""

from dataclasses import replace

import numpy as np
import pytest

from tests.grid.town import imported
from yekuo.grid.atlas import Atlas
from yekuo.grid.model import GridModel
from yekuo.grid.naming import Names
from yekuo.grid.written import Namer


@pytest.fixture(scope="module")
def grid() -> GridModel:
    made = imported().grid
    assert made is not None
    return made


def named(grid: GridModel, **names: str) -> GridModel:
    nodes = grid.nodes
    column = np.array([names.get(each, "") for each in nodes.id.tolist()], dtype=np.str_)
    return replace(grid, nodes=replace(nodes, name=column))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({}, "东一线 环网柜 N1—杆 N2段"),
        ({"N1": "解放路12号杆", "N2": "解放路13号杆"}, "东一线 解放路12号杆—13号杆段"),
        ({"N1": "和园2号环网柜", "N2": "和平路2号环网柜"}, "东一线 和园2号环网柜—和平路2号环网柜段"),
        ({"N1": "12号杆", "N2": "13号杆"}, "东一线 12号杆—13号杆段"),
    ],
)
def test_a_section_is_called_by_its_ends(grid: GridModel, names: dict[str, str], said: str) -> None:
    assert Names(named(grid, **names)).element("line", "E2") == said


def test_each_kind_has_a_name_and_the_unknown_keeps_its_id(grid: GridModel) -> None:
    names = Names(grid)
    assert names.element("voltage", "N2") == "杆 N2"
    assert names.element("transformer", "T1") == "主变 T1"
    assert names.element("transformer", "D1") == "配变 D1"
    assert names.element("line", "P2") == "配变 D1 分支箱 L1—分支箱 L2段"
    assert [names.element(kind, "X9") for kind in ("line", "voltage", "transformer")] == ["X9"] * 3


def test_what_is_built_on_trial_says_what_it_is(grid: GridModel) -> None:
    namer = Namer(Atlas(grid))
    assert namer.element("line", "tee:E2@0.500/接入线") == "新建接入线"
    assert namer.element("line", "E2#2") == "东一线 环网柜 N1—杆 N2段"
    assert namer.element("voltage", "E2@0.500000") == "东一线 环网柜 N1—杆 N2段 T 接点"
    assert namer.step("线路段 E2（1000 米）更换为 X") == "东一线 环网柜 N1—杆 N2段（E2，1000 米）更换为 X"
