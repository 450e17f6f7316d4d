"""电子表格: a list written as an Excel file, row by row in constant memory, masked as on the screen."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO
from urllib.parse import quote

import xlsxwriter
from django.http import FileResponse

from yekuo.interfaces.desk.columns import Column, Value
from yekuo.interfaces.desk.reader import Reader
from yekuo.interfaces.desk.rows import Row, rows_of
from yekuo.records.worklist import Line
from yekuo.rules.calendar import BEIJING

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 500


def workbook(
    reader: Reader, columns: Sequence[Column], lines: Sequence[Line], told: Mapping[str, object]
) -> FileResponse:
    """This function will answer with a workbook: a sheet of the rows and one that says what they are."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        _write(file, columns, _rows(reader, lines), told)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"{told['title']}-{reader.at.astimezone(BEIJING):%Y%m%d-%H%M}.xlsx"
    answer = FileResponse(file, content_type=MIME)
    answer["Content-Disposition"] = f"attachment; filename=\"list.xlsx\"; filename*=UTF-8''{quote(name)}"
    return answer


def _rows(reader: Reader, lines: Sequence[Line]) -> Iterator[Row]:
    for first in range(0, len(lines), AT_ONCE):
        yield from rows_of(reader, lines[first : first + AT_ONCE])


def _write(file: BinaryIO, columns: Sequence[Column], rows: Iterator[Row], told: Mapping[str, object]) -> None:
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E2F1F0", "bottom": 1})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("清单")
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.title, head)
    last = 0
    for row in rows:
        last += 1
        for place, column in enumerate(columns):
            _cell(sheet, last, place, column.plain(row), moment)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    _explain(book, told)
    book.close()


def _cell(sheet: Any, row: int, place: int, value: Value, moment: Any) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, value, moment)
    elif isinstance(value, Decimal):
        sheet.write_number(row, place, value)
    elif value:
        sheet.write_string(row, place, value)


def _explain(book: Any, told: Mapping[str, object]) -> None:
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 80)
    at = told["at"]
    lines = [
        ("清单", told["title"]),
        ("条件", told["said"]),
        ("行数", f"{told['many']} 行，共查到 {told['found']} 件"),
        ("导出人", told["who"]),
        ("导出时间", f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if isinstance(at, datetime) else ""),
        ("个人信息", "已按规定隐去部分内容；本次导出已登记在个人信息查看记录中"),
    ]
    if told["found"] != told["many"]:
        lines.append(("没有导全", f"一次最多 {told['most']} 行，请缩小范围后分次导出"))
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label)
        sheet.write_string(row, 1, str(text))
