"""电网大文件: a hundred thousand rows, one of them wrong or all of them; long feeders, islands and loops by the thousand."""

from functools import partial
from pathlib import Path

import pytest

from tests.operations.test_grid_broken import FORMS, Look, examined
from tests.operations.test_grid_files import tables
from yekuo.operations.grids import examining

Row = dict[str, object]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    return partial(examined, tmp_path)


def great(*, feeders: int = 250, nodes: int = 200) -> dict[str, list[Row]]:
    """A town of a hundred thousand rows: cables of 250 feeders from one busbar."""
    made: dict[str, list[Row]] = {
        "变电站": [{"编号": "S1", "名称": "大站", "经度": 113.0, "纬度": 31.0}],
        "母线": [{"编号": "B1", "变电站编号": "S1", "电压等级": 10}],
        "主变": [{"编号": "T1", "变电站编号": "S1", "高压侧电压": 110, "低压侧母线": "B1", "额定容量": 500}],
        "馈线": [{"编号": f"F{each}", "母线编号": "B1", "额定电流": 400, "最大电流": 10} for each in range(feeders)],
        "节点": [],
        "线路段": [],
    }
    for feeder in range(feeders):
        for at in range(nodes):
            place = {"经度": 113 + feeder / 1000, "纬度": 31 + at / 5000}
            made["节点"].append({"编号": f"F{feeder}N{at}", "类型": "杆塔", "馈线编号": f"F{feeder}", **place})
            made["线路段"].append(
                {
                    "编号": f"F{feeder}E{at}", "起点": f"F{feeder}N{at - 1}" if at else "B1", "终点": f"F{feeder}N{at}",
                    "馈线编号": f"F{feeder}", "型号": "YJV22-8.7/15-3×300", "长度(m)": 20, "敷设方式": "电缆",
                }
            )  # fmt: skip
    return made


@pytest.mark.parametrize("form", ["xlsx", "zip"])
def test_one_wrong_row_of_a_hundred_thousand_is_found(look: Look, form: str) -> None:
    sheets = great()
    sheets["线路段"][41_234]["长度(m)"] = -1
    found, whole = look(FORMS[form](sheets))
    assert not whole
    assert [(one["sheet"], one["row"]) for one in found["told"]] == [("线路段", 41_236)]
    assert sum(found["counts"].values()) > 100_000


@pytest.mark.parametrize("form", ["xlsx", "zip"])
def test_a_hundred_thousand_wrong_rows_are_told_and_the_rest_counted(look: Look, form: str) -> None:
    sheets = great()
    for row in sheets["线路段"]:
        row["长度(m)"], row["终点"] = "x", f"?{row['终点']}"
    for row in sheets["节点"]:
        row["类型"] = "什么"
    found, whole = look(FORMS[form](sheets))
    assert not whole
    assert len(found["issues"]) < examining.MOST_ISSUES
    assert ("线路段", 7, "终点") in {(one["sheet"], one["row"], one["column"]) for one in found["issues"]}
    rest = sorted(one["message"] for one in found["told"] if "未逐条列出" in one["message"])
    assert rest == ["同类问题还有 49500 处，未逐条列出"] * 3


def one_long_feeder(nodes: int = 20_000) -> dict[str, list[Row]]:
    """A single chain: whatever walks up from every node would walk for ever."""
    return great(feeders=1, nodes=nodes)


def test_a_long_island_is_told_once(look: Look) -> None:
    sheets = one_long_feeder()
    del sheets["线路段"][0]
    found, _ = look(tables(sheets))
    assert [(one["sheet"], one["row"], "连同共 20000 个节点" in one["message"]) for one in found["told"]] == [
        ("节点", 2, True)
    ]


def test_thousands_of_loops_are_told_the_first_in_full_and_the_rest_counted(look: Look) -> None:
    sheets = one_long_feeder()
    sheets["线路段"] += [
        {**sheets["线路段"][at], "编号": f"X{at}", "起点": f"F0N{at - 2}"} for at in range(2, len(sheets["线路段"]))
    ]
    found, _ = look(tables(sheets))
    assert len(found["told"]) == 501
    assert sum("环上还有：" in one["message"] for one in found["told"]) == 100
    assert "同类问题还有 19498 处" in found["told"][-1]["message"]


def test_voltage_is_handed_down_a_long_feeder_whatever_the_order(look: Look) -> None:
    sheets = one_long_feeder(5_000)
    for row in sheets["节点"]:
        row["馈线编号"] = ""
    sheets["线路段"].reverse()
    _, whole = look(tables(sheets))
    assert whole
