"""电网坏文件: every kind of broken or unusual file companies send, as workbook, as CSV and zipped: read right, or told by sheet and row."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tests.grid.town import Sheets, town
from tests.operations.test_grid_files import book, folder, tables, text
from yekuo.operations.grids import examining

Issue = dict[str, Any]
Files = Sequence[tuple[str, bytes]]


def examined(folder: Path, files: Files) -> tuple[dict[str, Any], bool]:
    """What the examining process does, in this one: what it found, and whether it left a network."""
    here = folder / str(len(list(folder.iterdir())))
    here.mkdir()
    for number, (_, content) in enumerate(files):
        (here / f"file{number}").write_bytes(content)
    order = {"names": [name for name, _ in files], "promises": [], "measured_until": "", "today": ""}
    (here / examining.ORDER).write_text(json.dumps(order), encoding="utf-8")
    examining.work(here)
    result = json.loads((here / examining.RESULT).read_text(encoding="utf-8"))
    whole = (here / examining.AFTER).exists()
    errors = [one for one in result["issues"] if one["severity"] == "error"]
    assert whole == (not errors), "a network if and only if there is no error"
    assert result["errors"] == len(errors)
    return {**result, "told": errors}, whole


@pytest.fixture
def look(tmp_path: Path) -> "Look":
    return partial(examined, tmp_path)


Look = Callable[[Files], tuple[dict[str, Any], bool]]
FORMS: Mapping[str, Callable[[Sheets], Files]] = {
    "xlsx": lambda sheets: [("网.xlsx", book(sheets))],
    "csv": tables,
    "gbk": lambda sheets: tables(sheets, "gb18030"),
    "zip": lambda sheets: [("网.zip", folder(sheets))],
}


# --- what is wrong in the tables themselves


def lacks_column(sheets: Sheets) -> None:
    for row in sheets["线路段"]:
        del row["起点"]


def lacks_number(sheets: Sheets) -> None:
    sheets["配变"][1]["容量"] = ""


def unknown_id(sheets: Sheets) -> None:
    sheets["线路段"][1]["终点"] = "N99"


def nearly_known_id(sheets: Sheets) -> None:
    sheets["线路段"][1]["终点"] = "ｎ 2"


def loop(sheets: Sheets) -> None:
    sheets["线路段"].append({**sheets["线路段"][0], "编号": "E9", "起点": "N1", "终点": "N3"})


def island(sheets: Sheets) -> None:
    sheets["节点"] += [{**sheets["节点"][0], "编号": each} for each in ("X1", "X2")]
    sheets["线路段"].append({**sheets["线路段"][0], "编号": "E9", "起点": "X1", "终点": "X2"})


def negative(sheets: Sheets) -> None:
    sheets["线路段"][2]["长度(m)"] = -600


def two_sources(sheets: Sheets) -> None:
    sheets["开关"][0]["常开"] = "否"


def duplicate(sheets: Sheets) -> None:
    sheets["节点"][3]["编号"] = sheets["节点"][0]["编号"]


def empty_sheet(sheets: Sheets) -> None:
    sheets["馈线"] = sheets["馈线"][:0]


def with_unit(sheets: Sheets) -> None:
    sheets["线路段"][0]["长度(m)"] = "0.6km"


def words_for_number(sheets: Sheets) -> None:
    sheets["配变"][0]["容量"] = "四百"


def infinite(sheets: Sheets) -> None:
    sheets["配变"][0]["容量"] = "inf"


def day_for_number(sheets: Sheets) -> None:
    sheets["配变"][0]["容量"] = "2026-01-05"


def unknown_word(sheets: Sheets) -> None:
    sheets["节点"][2]["类型"] = "铁塔架"


def other_voltage(sheets: Sheets) -> None:
    sheets["节点"][0]["电压等级"] = 35


def no_such_place(sheets: Sheets) -> None:
    sheets["节点"][1]["经度"] = 1203.5


def loose_end(sheets: Sheets) -> None:
    sheets["线路段"][2]["终点"] = sheets["线路段"][2]["起点"]


def long_id(sheets: Sheets) -> None:
    sheets["线路段"][0]["编号"] = "E" * 60


def without_solution(sheets: Sheets) -> None:
    sheets["负荷点"][0]["最大负荷"] = 9_000_000


BROKEN: Sequence[tuple[Callable[[Sheets], None], str, int, str]] = (
    (lacks_column, "线路段", 1, "缺少栏目“起点”"),
    (lacks_number, "配变", 3, "“额定容量”是必填项"),
    (unknown_id, "线路段", 3, "引用了不存在的编号“N99”"),
    (nearly_known_id, "线路段", 3, "与“N2”只差大小写、全半角或空格"),
    (loop, "线路段", 4, "合成了环"),
    (island, "节点", 10, "与任何母线都不连通（孤岛）"),
    (negative, "线路段", 4, "长度不能为负，写的是 -600"),
    (two_sources, "线路段", 5, "把两个电源"),
    (duplicate, "节点", 5, "与第 2 行重复"),
    (empty_sheet, "馈线", 0, "是空的"),
    (with_unit, "线路段", 2, "请去掉单位和文字"),
    (words_for_number, "配变", 2, "“四百”不是数字"),
    (infinite, "配变", 2, "“inf”不是数字"),
    (day_for_number, "配变", 2, "“2026-01-05”不是数字"),
    (unknown_word, "节点", 4, "不认识“铁塔架”"),
    (other_voltage, "线路段", 0, "两端电压不同"),
    (no_such_place, "节点", 3, "经度不能大于 180"),
    (loose_end, "线路段", 4, "两端是同一个节点"),
    (long_id, "线路段", 2, "最长 48 个字"),
    (without_solution, "全网", 0, "潮流计算没有解"),
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("breaks", "sheet", "row", "words"), BROKEN, ids=[one[0].__name__ for one in BROKEN])
def test_it_is_told_by_sheet_and_row(
    look: Look, breaks: Callable[[Sheets], None], sheet: str, row: int, words: str, form: str
) -> None:
    sheets = town()
    breaks(sheets)
    found, whole = look(FORMS[form](sheets))
    assert not whole
    hit = [one for one in found["told"] if one["sheet"] == sheet and words in one["message"]]
    assert hit, found["told"]
    assert not row or row in [one["row"] for one in hit], hit


# --- what is unusual and read right all the same


def grouped(sheets: Sheets) -> None:
    sheets["线路段"][0]["长度(m)"] = f"1,{200:03d}.0"
    sheets["线路段"][1]["长度(m)"] = "６００"


def spaced(sheets: Sheets) -> None:
    sheets["线路段"][1]["终点"] = f" {sheets['线路段'][1]['终点']} "
    sheets["线路段"][1]["长度(m)"] = " 600 "


def dates_as_text(sheets: Sheets) -> None:
    for row, day in zip(sheets["配变"], ("2026/1/5", "2026年1月5日", "46027", "去年夏天"), strict=False):
        row["最大负荷日期"] = day


def aliases(sheets: Sheets) -> None:
    sheets["导线段"] = [
        {{"起点": "首端", "终点": "末端", "长度(m)": "线路长度（米）*", "编号": "设备编号"}.get(key, key): each for key, each in row.items()}
        for row in sheets.pop("线路段")
    ]  # fmt: skip


def blank_rows(sheets: Sheets) -> None:
    sheets["节点"].insert(2, dict.fromkeys(sheets["节点"][0], ""))


def more_columns(sheets: Sheets) -> None:
    for row in sheets["节点"]:
        row["备注"] = "台账导出"


USUAL = (grouped, spaced, dates_as_text, aliases, blank_rows, more_columns)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("changes", USUAL, ids=[one.__name__ for one in USUAL])
def test_it_is_read_right(look: Look, changes: Callable[[Sheets], None], form: str) -> None:
    sheets = town()
    changes(sheets)
    found, whole = look(FORMS[form](sheets))
    assert whole, found["told"]
    plain = town()
    if changes is grouped:
        plain["线路段"][0]["长度(m)"], plain["线路段"][1]["长度(m)"] = 1200, 600
    if changes is spaced:
        plain["线路段"][1]["长度(m)"] = 600
    usual, _ = look(FORMS[form](plain))
    assert found["digest"] == usual["digest"]


# --- how it was written down


def csv_as(change: Callable[[str], bytes]) -> Callable[[Sheets], Files]:
    return lambda sheets: [(f"{title}.csv", change(text(rows))) for title, rows in sheets.items()]


def with_mark(mark: str) -> Callable[[str], bytes]:
    """Commas become the mark; no cell of the town has one of either."""
    return lambda content: content.replace(",", mark).encode()


def above(lines: str) -> Callable[[str], bytes]:
    return lambda content: (lines + content).encode("utf-8-sig")


SAME: Mapping[str, Callable[[Sheets], Files]] = {
    "bom": csv_as(lambda content: content.encode("utf-8-sig")),
    "utf-16": csv_as(lambda content: content.encode("utf-16")),
    "utf-16 tabs": csv_as(lambda content: content.replace(",", "\t").encode("utf-16")),
    "semicolons": csv_as(with_mark(";")),
    "tabs": csv_as(with_mark("\t")),
    "old mac lines": csv_as(lambda content: content.replace("\r\n", "\r").encode()),
    "excel's own mark line": csv_as(lambda content: ("sep=;\r\n" + content.replace(",", ";")).encode()),
    "title line": csv_as(above("江州供电公司台账,,,\r\n")),
    "title lines": csv_as(above("江州供电公司台账\r\n\r\n制表：李四,2026-11-20\r\n")),
    "workbook called csv": lambda sheets: [("网.csv", book(sheets))],
    "csv called xlsx": lambda sheets: [(f"{title}.xlsx", text(rows).encode()) for title, rows in sheets.items()],
    "folders": lambda sheets: [("网.zip", _folders(sheets))],
    "zip called xlsx": lambda sheets: [("网.xlsx", folder(sheets, "gbk"))],
    "title in workbook": lambda sheets: [("网.xlsx", _written(sheets, title=True))],
    "shares as percent": lambda sheets: [("网.xlsx", _written(sheets))],
}


def _folders(sheets: Sheets) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as packed:
        packed.writestr("台账/说明.docx", b"x")
        for at, (name, content) in enumerate(tables(sheets)):
            packed.writestr(f"台账/{at % 3}/{name}", content)
        packed.writestr("__MACOSX/._节点.csv", b"\0\1")
    return sink.getvalue()


def _written(sheets: Sheets, *, title: bool = False) -> bytes:
    """As Excel writes it: typed cells, a merged title over the table."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        headings = list(dict.fromkeys(key for row in rows for key in row))
        if title:
            sheet.append(["江州供电公司 2026 年台账"])
            sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(2, len(headings)))
        sheet.append(headings)
        for row in rows:
            sheet.append([row.get(one) for one in headings])
    sink = io.BytesIO()
    made.save(sink)
    return sink.getvalue()


@pytest.mark.parametrize("form", SAME)
def test_however_it_was_written_down_it_is_the_same_network(look: Look, form: str) -> None:
    usual, _ = look([("网.xlsx", book(town()))])
    found, whole = look(SAME[form](town()))
    assert whole, found["told"]
    assert found["digest"] == usual["digest"]


def test_rows_keep_the_senders_numbers_below_a_title(look: Look) -> None:
    sheets = town()
    sheets["线路段"][2]["长度(m)"] = -1
    for row in sheets["配变"]:
        del row["容量"]
    for files in ([("网.xlsx", _written(sheets, title=True))], csv_as(above("台账\r\n"))(sheets)):
        found, _ = look(files)
        places = {(one["sheet"], one["row"]) for one in found["told"]}
        assert {("线路段", 5), ("配变", 2)} <= places


def test_a_share_shown_as_percent_means_what_is_shown(look: Look) -> None:
    sink = io.BytesIO()
    made = xlsxwriter.Workbook(sink)
    formats = [made.add_format({"num_format": each}) for each in ("0%", "0.00%")]
    sheets = town()
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        headings = [*dict.fromkeys(key for row in rows for key in row)]
        sheet.write_row(0, 0, [*headings, "最大负载率"] if name == "配变" else headings)
        for at, row in enumerate(rows, 1):
            sheet.write_row(at, 0, [row.get(one, "") for one in headings])
            if name == "配变":
                sheet.write_number(at, len(headings), 0.45, formats[at % 2])
    made.close()
    plain = town()
    for row in plain["配变"]:
        row["最大负载率"] = 45
    said = town()
    for row in said["配变"]:
        row["最大负载率"] = "45%"
    wanted, _ = look(tables(plain))
    for files in ([("网.xlsx", sink.getvalue())], tables(said)):
        found, whole = look(files)
        assert whole, found["told"]
        assert found["digest"] == wanted["digest"]


# --- what is no table, or a dangerous one


def _merged() -> bytes:
    made = openpyxl.load_workbook(io.BytesIO(_written(town())))
    made["线路段"].merge_cells("B3:B4")
    sink = io.BytesIO()
    made.save(sink)
    return sink.getvalue()


def _formula() -> bytes:
    made = openpyxl.load_workbook(io.BytesIO(_written(town())))
    made["配变"]["B3"] = "=1+1"
    sink = io.BytesIO()
    made.save(sink)
    return sink.getvalue()


def _bomb(name: str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr(name, b"0" * (40 << 20))
        if name.startswith("xl/"):
            packed.writestr("xl/workbook.xml", b"<workbook/>")
    return sink.getvalue()


def _locked_zip() -> bytes:
    """The mark of encryption is a bit of each part's header."""
    content = bytearray(folder(town()))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + at] |= 1
            place = content.find(mark, place + 4)
    return bytes(content)


def _twice() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as packed:
        for name, content in tables(town()):
            packed.writestr(f"东/{name}", content)
            packed.writestr(f"西/{name}", content)
    return sink.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NO_TABLE: Mapping[str, tuple[Callable[[], Files], str]] = {
    "merged cells": (lambda: [("网.xlsx", _merged())], "B3:B4 合并了"),
    "a formula": (lambda: [("网.xlsx", _formula())], "这一行有公式"),
    "a password": (
        lambda: [("网.xlsx", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 90)],
        "加了密码",
    ),
    "a zip with a password": (lambda: [("网.zip", _locked_zip())], "加了密码"),
    "old excel": (lambda: [("网.xls", OLE + b"\0" * 600)], "旧版 Excel"),
    "a zip bomb": (lambda: [("网.zip", _bomb("节点.csv"))], "大得不合理"),
    "a workbook bomb": (lambda: [("网.xlsx", _bomb("xl/worksheets/sheet1.xml"))], "大得不合理"),
    "a zip in a zip": (lambda: [("网.zip", _packed("里面.zip", folder(town())))], "没有 .csv 文件"),
    "the same table twice": (lambda: [("网.zip", _twice())], "同名的表出现了两次"),
    "cut off": (lambda: [("网.xlsx", book(town())[:-200])], "已损坏"),
    "a picture": (lambda: [("节点.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 90)], "这是图片"),
    "a pdf": (lambda: [("台账.xlsx", b"%PDF-1.7\n1 0 obj")], "这是PDF"),
    "rar": (lambda: [("台账.zip", b"Rar!\x1a\x07\x00xxx")], "这是RAR"),
    "a web page": (lambda: [("节点.xls", b"<html><table><tr><td>1</td></tr></table></html>")], "这是网页"),
    "nothing": (lambda: [("节点.csv", b"")], "文件是空的"),
    "only blanks": (lambda: [("节点.csv", b"  \r\n  ,\r\n")], "没有认出任何一个栏目"),
    "binary": (lambda: [("节点.csv", bytes(range(256)) * 9)], "二进制"),
    "half of utf-16": (lambda: [("节点.csv", "编号,类型\n".encode("utf-16") + b"\x41")], "UTF-16 编码不完整"),
    "two encodings": (
        lambda: [("节点.csv", "编号,类型\nN1,杆塔\n".encode() + "N2,杆塔\n".encode("gbk"))],
        "两种编码",
    ),
    "an open quote": (lambda: [("节点.csv", '编号,名称\nN1,"x\n'.encode() + b"y" * 1_100_000)], "CSV 格式有误"),
    "json of something else": (lambda: [("网.json", b'{"type": "FeatureCollection"}')], "不认识这个 JSON"),
    "broken json": (lambda: [("网.json", b'{"pandapower": ')], "不是可读的 pandapower JSON"),
}


def _packed(name: str, content: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as packed:
        packed.writestr(name, content)
    return sink.getvalue()


@pytest.mark.parametrize("kind", NO_TABLE)
def test_what_is_no_table_is_called_by_its_name(look: Look, kind: str) -> None:
    make, words = NO_TABLE[kind]
    found, whole = look(make())
    assert not whole
    assert any(words in one["message"] for one in found["told"]), found["told"]
