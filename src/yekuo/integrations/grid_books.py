"""电网表格: the workbook to fill in, and networks, findings and registers written as workbooks; texts stay texts."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter

from yekuo.grid.layouts import LAYOUTS
from yekuo.grid.sheets import Column, Kind

WIDEST, WIDTH = 40, 14
NOTES = "说明"
NOTE_HEADINGS = ("工作表", "栏目", "必填", "怎么填", "也认这些写法")
INTRODUCTION = (
    "一个工作表一类设备，第 1 行是栏目名，从第 2 行起一行一个设备；带 * 的栏目必填，带 * 的工作表必须有数据。",
    "也可以一类设备一个 CSV 文件（文件名就是工作表名），一起选中或打成一个 zip；编码 UTF-8 或 GBK。",
    "公式、宏不接受；编号在整个电网里不能重复；只要有一处错误就一行也不导入。",
)


def blank() -> bytes:
    """This function will make the workbook to fill in: a sheet per kind of equipment and one that explains."""
    sink = io.BytesIO()
    book = _book(sink)
    bold = book.add_format({"bold": True, "bg_color": "#E2F1F0", "border": 1})
    must = book.add_format({"bold": True, "bg_color": "#00706B", "font_color": "#FFFFFF", "border": 1})
    for layout in LAYOUTS:
        sheet = book.add_worksheet(layout.title)
        sheet.freeze_panes(1, 0)
        if layout.must:
            sheet.set_tab_color("#00706B")
        for place, column in enumerate(one for one in layout.columns if not one.aside):
            title = f"{column.titles[0]}{'*' if column.must else ''}"
            sheet.set_column(place, place, max(WIDTH, 2 * len(title) + 2))
            sheet.write_string(0, place, title, must if column.must else bold)
            if hint := _hint(column):
                sheet.write_comment(0, place, hint)
    _explain(book, bold)
    book.close()
    return sink.getvalue()


def _book(sink: io.BytesIO) -> Any:
    return xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


def _explain(book: Any, bold: Any) -> None:
    sheet = book.add_worksheet(NOTES)
    for place, width in enumerate((14, 18, 8, 44, 40)):
        sheet.set_column(place, place, width)
    for row, line in enumerate(INTRODUCTION):
        sheet.write_string(row, 0, line)
    first = len(INTRODUCTION) + 1
    for place, heading in enumerate(NOTE_HEADINGS):
        sheet.write_string(first, place, heading, bold)
    rows = ((layout, column) for layout in LAYOUTS for column in layout.columns if not column.aside)
    for row, (layout, column) in enumerate(rows, first + 1):
        said = (
            f"{layout.title}{'*' if layout.must else ''}", column.titles[0], "是" if column.must else "",
            _hint(column), "、".join((column.field, *column.titles[1:])),
        )  # fmt: skip
        for place, text in enumerate(said):
            sheet.write_string(row, place, text)


def _hint(column: Column) -> str:
    titles = {layout.name: layout.title for layout in LAYOUTS}
    parts = [
        f"写{'、'.join(titles[each] for each in column.refers)}表里的编号" if column.refers else "",
        f"可写：{'、'.join(dict.fromkeys(word for word in column.words if not word.isascii()))}"
        if column.words
        else "",
        "是或否" if column.kind is Kind.FLAG else "",
        _bounds(column) if column.kind is Kind.NUMBER else "",
    ]
    return "；".join(one for one in parts if one)


def _bounds(column: Column) -> str:
    said = ["数字"]
    if column.above is not None:
        said.append(f"大于 {column.above:g}")
    if column.least is not None:
        said.append(f"不小于 {column.least:g}")
    if column.most is not None:
        said.append(f"不大于 {column.most:g}")
    return "，".join(said)


def book_of(sheets: Mapping[str, Sequence[Mapping[str, object]]], *, notes: Iterable[tuple[str, str]] = ()) -> bytes:
    """This function will write rows by heading as a workbook, a sheet each; `notes` stand on a last sheet of their own."""
    sink = io.BytesIO()
    book = _book(sink)
    bold = book.add_format({"bold": True, "bg_color": "#E2F1F0", "border": 1})
    for title, rows in sheets.items():
        _fill(book.add_worksheet(title[:31]), rows, bold)
    told = list(notes)
    if told:
        sheet = book.add_worksheet(NOTES)
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 90)
        for row, (label, text) in enumerate(told):
            sheet.write_string(row, 0, label, bold)
            sheet.write_string(row, 1, text)
    book.close()
    return sink.getvalue()


def _fill(sheet: Any, rows: Sequence[Mapping[str, object]], bold: Any) -> None:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    sheet.freeze_panes(1, 0)
    for place, heading in enumerate(headings):
        longest = max((len(str(row.get(heading, ""))) for row in rows[:200]), default=0)
        sheet.set_column(place, place, min(WIDEST, max(WIDTH, 2 * len(heading) + 2, longest + 2)))
        sheet.write_string(0, place, heading, bold)
    for at, row in enumerate(rows, 1):
        for place, heading in enumerate(headings):
            value = row.get(heading, "")
            if isinstance(value, (int, float)):
                sheet.write_number(at, place, value)
            elif value:
                sheet.write_string(at, place, str(value))
