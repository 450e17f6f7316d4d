"""台账导入: what is right becomes a network; what is wrong is named by sheet, row and heading, and nothing is imported."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.grid.town import Sheets, equipment, imported, library, town
from yekuo.grid.model import Level
from yekuo.grid.sheets import Severity
from yekuo.grid.solve import Solver
from yekuo.grid.tables import import_tables


def test_the_town_is_imported_with_levels_and_solves() -> None:
    report = imported()
    assert report.errors == ()
    assert report.grid is not None
    assert report.level_by_feeder == {"F1": Level.IMPEDANCE, "F2": Level.IMPEDANCE, "F3": Level.RATINGS}
    grid = report.grid
    assert "K1" not in grid.nodes.row
    assert "D4" not in grid.transformers.row
    assert grid.nodes.feeder[grid.nodes.row["M2"]] == "F2"
    assert grid.nodes.area[grid.nodes.row["L2"]] == "D1"
    assert grid.nodes.spare_bays[grid.nodes.row["B1"]] == 2
    flow = Solver(grid).flow()
    assert np.all((flow.u_pu > 0.9) & (flow.u_pu < 1.01))


def test_the_library_gives_the_impedance_of_a_length() -> None:
    grid = imported().grid
    assert grid is not None
    row = grid.lines.row["E4"]
    assert grid.lines.r_ohm[row] == pytest.approx(0.0601 * 1.9)
    assert grid.lines.c_nf[row] == pytest.approx(370 * 1.9)
    assert grid.lines.rated_a[row] == 480


def test_loads_are_measured_or_share_what_the_feeder_head_leaves() -> None:
    grid = imported().grid
    assert grid is not None
    kw = dict(zip(grid.loads.id.tolist(), grid.loads.p_kw.tolist(), strict=True))
    assert kw["U1"] == 40
    assert kw["U2"] == 60
    assert kw["D2/负荷"] == 250
    assert "D1/负荷" not in kw
    assert kw["D3/负荷"] == pytest.approx(np.sqrt(3) * 10 * 90 * 0.95)
    assert kw["F3/馈线负荷"] == pytest.approx(np.sqrt(3) * 10 * 60 * 0.95)


def test_a_transformers_own_peak_scales_the_customers_below_it() -> None:
    sheets = town()
    sheets["配变"][0]["最大负荷"] = "50"
    grid = imported(sheets).grid
    assert grid is not None
    assert grid.loads.p_kw[grid.loads.row["U1"]] == pytest.approx(20)


def test_what_is_promised_is_drawn_at_the_low_side_or_at_the_busbar_of_a_feeder_without_sections() -> None:
    by_case = {one.case: one for one in imported().inflight}
    assert by_case["YK1"].node == "D2"
    assert by_case["YK1"].p_kw == pytest.approx(500 * 0.8 * 0.95)
    assert by_case["YK2"].node == "D1"
    assert by_case["YK3"].node == "B3"


def change(sheet: str, row: int, **cells: str) -> Callable[[Sheets], Any]:
    return lambda sheets: sheets[sheet][row].update(cells)


def drop(sheet: str, heading: str) -> Callable[[Sheets], Any]:
    return lambda sheets: [row.pop(heading) for row in sheets[sheet]]


BROKEN = [
    (lambda sheets: sheets.pop("馈线"), "馈线", 0, "", "缺少"),
    (lambda sheets: sheets.update(母线=[]), "母线", 0, "", "是空的"),
    (drop("线路段", "终点"), "线路段", 1, "终点", "缺少栏目"),
    (change("线路段", 2, 起点="N9"), "线路段", 4, "起点", "N9"),
    (change("线路段", 3, **{"长度(m)": "-5"}), "线路段", 5, "长度(m)", "不能为负"),
    (change("线路段", 3, **{"长度(m)": "一公里"}), "线路段", 5, "长度(m)", "不是数字"),
    (change("线路段", 3, **{"长度(m)": "inf"}), "线路段", 5, "长度(m)", "不是数字"),
    (change("节点", 1, 编号="N1"), "节点", 3, "编号", "重复"),
    (change("节点", 1, 编号="B1"), "节点", 3, "编号", "母线"),
    (change("节点", 1, 编号=""), "节点", 3, "编号", "必填"),
    (change("节点", 0, 类型="飞碟"), "节点", 2, "类型", "飞碟"),
    (change("节点", 0, 馈线编号="F9"), "节点", 2, "馈线编号", "F9"),
    (change("开关", 0, 常开="否"), "线路段", 0, "编号", "两个电源"),
    (change("开关", 0, 常开="也许"), "开关", 2, "常开", "是"),
    (change("线路段", 2, 起点="N3", 终点="N3"), "线路段", 4, "编号", "同一个节点"),
    (change("配变", 0, 容量="0"), "配变", 2, "容量", "大于零"),
    (change("配变", 0, 节点编号="N77"), "配变", 2, "节点编号", "N77"),
    (change("负荷点", 1, 功率因数="1.2"), "负荷点", 3, "功率因数", "不能大于"),
    (change("主变", 0, 低压侧母线="B9"), "主变", 2, "低压侧母线", "B9"),
    (change("线路段", 7, 终点="N3"), "线路段", 9, "终点", "电压不同"),
]


@pytest.mark.parametrize(("breaking", "sheet", "row", "column", "words"), BROKEN)
def test_what_is_wrong_is_named_and_nothing_is_imported(
    breaking: Callable[[Sheets], Any], sheet: str, row: int, column: str, words: str
) -> None:
    sheets = town()
    breaking(sheets)
    report = imported(sheets)
    assert report.grid is None
    assert any(
        (one.sheet, one.column) == (sheet, column) and words in one.message and row in (0, one.row)
        for one in report.errors
    ), report.errors


def test_a_loop_is_named_with_the_sections_around_it() -> None:
    sheets = town()
    sheets["线路段"].append({**sheets["线路段"][1], "编号": "E9", "起点": "N1", "终点": "N3"})
    (error,) = imported(sheets).errors
    assert error.sheet == "线路段"
    assert "环" in error.message
    assert sum(f"“{each}”" in error.message for each in ("E2", "E3", "E9")) == 3
    grid = import_tables(sheets, library=library(), equipment=equipment(), radial=False).grid
    assert grid is not None


def test_an_island_is_one_error_with_its_size() -> None:
    sheets = town()
    sheets["线路段"] = [row for row in sheets["线路段"] if row["编号"] != "E2"]
    (error,) = imported(sheets).errors
    assert (error.sheet, error.row, error.column) == ("节点", 3, "编号")
    assert "孤岛" in error.message
    assert "5 个节点" in error.message


def test_unknown_headings_and_models_are_warnings_and_lower_the_level() -> None:
    sheets = town()
    sheets["线路段"][1].update({"型号": "神秘导线", "备注": "甲"})
    report = imported(sheets)
    assert report.grid is not None
    assert report.level_by_feeder["F1"] == Level.TOPOLOGY
    assert any("不认识的栏目" in one.message and one.column == "备注" for one in report.issues)
    assert any("1 段缺型号或阻抗" in one.message for one in report.issues)
    assert all(one.severity is Severity.WARNING for one in report.issues)


def test_many_wrong_cells_are_counted_not_listed_without_end() -> None:
    sheets = town()
    sheets["线路段"] = [{**sheets["线路段"][0], "编号": f"X{row}", "长度(m)": "-1"} for row in range(2000)]
    issues = imported(sheets).errors
    assert len(issues) < 1200
    assert any("还有 1500 处" in one.message for one in issues)


def test_the_order_of_rows_changes_nothing() -> None:
    turned = {name: list(reversed(lines)) for name, lines in town().items()}
    first, second = imported().grid, imported(turned).grid
    assert first is not None
    assert second is not None
    assert first.revision == second.revision


def test_a_conductor_of_ones_own_goes_before_the_library() -> None:
    sheets = town()
    sheets["导线库"] = [{"型号": "JKLYJ-10/185", "单位电阻": "9", "单位电抗": "1", "载流量": "77"}]
    grid = imported(sheets).grid
    assert grid is not None
    assert grid.lines.r_ohm[grid.lines.row["E2"]] == 9
