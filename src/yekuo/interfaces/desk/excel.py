"""电子表格: a list written as an Excel file, row by row in constant memory, masked as on the screen."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO, Protocol, TypeVar
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


T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class Drawable(Protocol[T_contra]):
    """列: what a workbook asks of a column: its heading, its width, and what it holds of a row."""

    @property
    def title(self) -> str:
        """The heading."""

    @property
    def width(self) -> int:
        """In characters."""

    def plain(self, row: T_contra, /) -> Value:
        """This function will give a number, a moment or words."""


def workbook(
    reader: Reader, columns: Sequence[Column], lines: Sequence[Line], told: Mapping[str, object]
) -> FileResponse:
    """This function will answer with a workbook: a sheet of the rows and one that says what they are."""
    return book(columns, _rows(reader, lines), _explained(told), title=str(told["title"]), at=reader.at)


def book(
    columns: Sequence[Drawable[T]], rows: Iterable[T], said: Sequence[tuple[str, str]], *, title: str, at: datetime
) -> FileResponse:
    """This function will answer with a workbook of any rows; `said` explains them on a sheet of its own."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        _write(file, columns, rows, said)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"{title}-{at.astimezone(BEIJING):%Y%m%d-%H%M}.xlsx"
    answer = FileResponse(file, content_type=MIME)
    answer["Content-Disposition"] = f"attachment; filename=\"list.xlsx\"; filename*=UTF-8''{quote(name)}"
    return answer


def _rows(reader: Reader, lines: Sequence[Line]) -> Iterator[Row]:
    for first in range(0, len(lines), AT_ONCE):
        yield from rows_of(reader, lines[first : first + AT_ONCE])


def _write(file: BinaryIO, columns: Sequence[Drawable[T]], rows: Iterable[T], said: Sequence[tuple[str, str]]) -> None:
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
    _explain(book, said)
    book.close()


def _cell(sheet: Any, row: int, place: int, value: Value, moment: Any) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, value, moment)
    elif isinstance(value, Decimal):
        sheet.write_number(row, place, value)
    elif value:
        sheet.write_string(row, place, value)


def _explain(book: Any, said: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 80)
    for row, (label, text) in enumerate(said):
        sheet.write_string(row, 0, label)
        sheet.write_string(row, 1, text)


def _explained(told: Mapping[str, object]) -> list[tuple[str, str]]:
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
    return [(label, str(text)) for label, text in lines]
