"""电网文件: files of a network as companies send them: whole ones are read, broken ones are told apart by sheet and row, and nothing is half-imported."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tests.grid.town import Sheets, town
from yekuo.grid.layouts import LAYOUTS
from yekuo.operations.grids.examining import examine
from yekuo.operations.rehearsal import town as demo

Issue = dict[str, Any]


def book(sheets: Mapping[str, Sequence[Mapping[str, object]]]) -> bytes:
    sink = io.BytesIO()
    made = xlsxwriter.Workbook(sink, {"constant_memory": True})
    for title, rows in sheets.items():
        sheet = made.add_worksheet(title)
        headings = list(dict.fromkeys(key for row in rows for key in row))
        for at, row in enumerate([dict(zip(headings, headings, strict=True)), *rows]):
            for column, heading in enumerate(headings):
                if row.get(heading, "") not in ("", None):
                    sheet.write(at, column, row[heading])
    made.close()
    return sink.getvalue()


def tables(sheets: Mapping[str, Sequence[Mapping[str, object]]], encoding: str = "utf-8") -> list[tuple[str, bytes]]:
    return [(f"{title}.csv", text(rows).encode(encoding)) for title, rows in sheets.items()]


def text(rows: Sequence[Mapping[str, object]]) -> str:
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue()


def folder(sheets: Mapping[str, Sequence[Mapping[str, object]]], encoding: str = "utf-8") -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in tables(sheets, encoding):
            packed.writestr(f"台账/{name}", content)
    return sink.getvalue()


def told(*files: tuple[str, bytes]) -> list[Issue]:
    """The errors of an examination; there is a network if and only if there are none."""
    result, packed = examine(files, before=None, promises=[])
    errors = [one for one in result["issues"] if one["severity"] == "error"]
    assert (packed is None) == bool(errors)
    assert result["errors"] == len(errors) or len(errors) > 400
    return errors


def revision(*files: tuple[str, bytes]) -> str:
    result, packed = examine(files, before=None, promises=[])
    assert packed is not None, result["issues"]
    return str(result["digest"])


def test_the_same_tables_are_one_network_in_whatever_form_they_come() -> None:
    sheets = town()
    whole = revision(("网.xlsx", book(sheets)))
    assert whole == revision(*tables(sheets))
    assert whole == revision(*tables(sheets, "utf-8-sig"))
    assert whole == revision(*tables(sheets, "gb18030"))
    assert whole == revision(("台账.zip", folder(sheets, "gbk")))


def test_a_workbook_saved_by_another_program_reads_the_same() -> None:
    """Openpyxl writes shared texts, typed numbers and an order of its own."""
    sheets = town()
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        headings = list(dict.fromkeys(key for row in rows for key in row))
        sheet.append(headings)
        for row in rows:
            sheet.append([_number(row.get(one)) for one in headings])
    sink = io.BytesIO()
    made.save(sink)
    assert revision(("网.xlsx", sink.getvalue())) == revision(("网.xlsx", book(sheets)))


def _number(value: object) -> object:
    try:
        return float(str(value))
    except ValueError:
        return value


Break = Callable[[Sheets], None]


def no_heading(sheets: Sheets) -> None:
    for row in sheets["线路段"]:
        del row["起点"]


def unknown(sheets: Sheets) -> None:
    sheets["线路段"][1]["终点"] = "N9"


def loop(sheets: Sheets) -> None:
    sheets["线路段"].append(
        {
            "编号": "E9",
            "起点": "N1",
            "终点": "N3",
            "馈线编号": "F1",
            "型号": "JKLYJ-10/185",
            "长度(m)": 900,
            "敷设方式": "架空",
        }
    )


def island(sheets: Sheets) -> None:
    sheets["节点"].append(
        {"编号": "X1", "类型": "杆塔", "馈线编号": "F1", "经度": 113.0, "纬度": 31.0, "备用间隔": "", "产权": "公用"}
    )


def negative(sheets: Sheets) -> None:
    sheets["线路段"][2]["长度(m)"] = -600


def two_sources(sheets: Sheets) -> None:
    sheets["开关"][0]["常开"] = "否"


BROKEN: tuple[tuple[Break, str, int, str], ...] = (
    (no_heading, "线路段", 1, "缺少栏目“起点”"),
    (unknown, "线路段", 3, "引用了不存在的编号“N9”"),
    (loop, "线路段", 4, "环上还有：线路段“E2”、线路段“E9”"),
    (island, "节点", 10, "没有接到任何线路段"),
    (negative, "线路段", 4, "长度不能为负，写的是 -600"),
    (two_sources, "线路段", 5, "合在一起，联络处没有常开开关"),
)


@pytest.mark.parametrize(("breaks", "sheet", "row", "words"), BROKEN, ids=[one[0].__name__ for one in BROKEN])
def test_what_is_broken_is_named_by_sheet_and_row(breaks: Break, sheet: str, row: int, words: str) -> None:
    sheets = town()
    breaks(sheets)
    files = tables(sheets, "gb18030") if row % 2 else [("网.xlsx", book(sheets))]
    errors = told(*files)
    assert (sheet, row) in [(one["sheet"], one["row"]) for one in errors if words in one["message"]], errors


def test_another_encoding_is_refused_by_file_and_row() -> None:
    sheets = town()
    files = tables(sheets)
    files[4] = ("节点.csv", text(sheets["节点"]).replace("杆塔", "桿").encode("big5hkscs", "replace"))
    assert any(one["sheet"] == "节点" and "编码" in one["message"] for one in told(*files))
    mixed = tables(sheets)
    lines = text(sheets["节点"]).splitlines(keepends=True)
    mixed[4] = ("节点.csv", "".join(lines[:3]).encode() + "".join(lines[3:]).encode("gbk"))
    assert ("节点", 4) in [(one["sheet"], one["row"]) for one in told(*mixed) if "两种编码" in one["message"]]


def test_formulas_macros_and_what_is_no_table_are_refused() -> None:
    sink = io.BytesIO()
    made = xlsxwriter.Workbook(sink)
    sheet = made.add_worksheet("馈线")
    sheet.write_row(0, 0, ["编号", "母线编号"])
    sheet.write_row(1, 0, ["F1", "B1"])
    sheet.write_formula(2, 0, '="F"&2', None, "F2")
    made.close()
    assert ("馈线", 3) in [
        (one["sheet"], one["row"]) for one in told(("网.xlsx", sink.getvalue())) if "公式" in one["message"]
    ]
    macro = io.BytesIO(book(town()))
    with zipfile.ZipFile(macro, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    assert "宏" in told(("网.xlsm", macro.getvalue()))[0]["message"]
    assert "旧版 Excel" in told(("网.xls", b"\xd0\xcf\x11\xe0" + b"x" * 99))[0]["message"]
    assert "已损坏" in told(("网.xlsx", book(town())[:3000]))[0]["message"]
    assert "空的" in told(("节点.csv", b""))[0]["message"]
    assert "没有 .csv" in told(("空.zip", folder({}, "utf-8")))[0]["message"]


def test_a_file_that_unpacks_to_too_much_is_not_opened() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("节点.csv", b"0" * (300 << 20))
    assert len(sink.getvalue()) < 1 << 20
    assert "不合理" in told(("台账.zip", sink.getvalue()))[0]["message"]


def test_a_document_type_with_entities_is_not_read() -> None:
    packed = io.BytesIO(book({"节点": [{"编号": "N1"}]}))
    names = zipfile.ZipFile(packed).namelist()
    sink = io.BytesIO()
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(sink, "w") as made:
        for name in names:
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "b">]><worksheet', 1)
            made.writestr(name, content)
    assert "不允许" in told(("网.xlsx", sink.getvalue()))[0]["message"]


@pytest.mark.filterwarnings("ignore")
def test_networks_of_other_programs_are_taken() -> None:
    import pandapower
    from pandapower import networks

    found = json.loads(pandapower.to_json(networks.mv_oberrhein()))
    result, packed = examine([("网.json", json.dumps(found).encode())], before=None, promises=[])
    assert packed is not None
    assert result["counts"]["nodes"] == 179
    assert "不认识这个 JSON" in told(("网.json", b'{"a": 1}'))[0]["message"]
    assert "不能与表格混用" in " ".join(
        one["message"] for one in told(("网.json", json.dumps(found).encode()), *tables(town()))
    )


def test_a_network_without_solution_is_no_network() -> None:
    sheets = town()
    sheets["负荷点"][0]["最大负荷"] = 9_000_000
    assert "潮流计算没有解" in told(("网.xlsx", book(sheets)))[0]["message"]


def test_what_would_no_longer_fit_is_found_by_full_ac() -> None:
    sheets = demo.sheets()
    one = ("网.zip", folder(sheets))
    promises = [
        {"key": "a", "node": "N6", "p_kw": 300.0, "q_kvar": 60.0},
        {"key": "b", "node": "N6", "p_kw": 9000.0, "q_kvar": 900.0},
        {"key": "c", "node": "gone", "p_kw": 10.0},
        {"key": "d", "node": "D132", "p_kw": 5.0},
        {"key": "e", "node": "N6", "p_kw": 200.0, "q_kvar": 40.0},
    ]
    result, packed = examine([one], before=None, promises=promises)
    assert packed is not None
    assert [(each["key"], each["effect"]) for each in result["effects"]] == [
        ("b", "unfit"), ("c", "gone"), ("d", "behind"),
    ]  # fmt: skip
    again, _ = examine([one], before=packed, promises=promises)
    assert all(each["before"] for each in again["effects"])
    assert again["difference"]["tables"] == []


def test_every_heading_of_the_layouts_is_known_to_the_reader() -> None:
    from yekuo.integrations.grid_files import KNOWN

    assert {one.name for one in LAYOUTS} == {one.name for one in KNOWN.values()}
