"""电子表格: tables that people send, Excel or CSV, read as texts; and the templates they fill in."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

from yekuo.rules.refusal import Problem, Refused

MOST_ROWS = 5000
MOST_COLUMNS = 60
MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 80 * 1024 * 1024


def read_table(content: bytes, *, name: str) -> list[list[str]]:
    """This function will read the first sheet of a workbook, or a CSV, as texts. Raises Refused in words for its sender.

    Numbers come without exponent, dates as 2026-11-20; formulas by the value kept with them.
    """
    if not content:
        raise _refused("文件是空的，请重新选择")
    if len(content) > MOST_BYTES:
        raise _refused(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请分成几个表")
    if content.startswith(b"PK"):
        return _workbook(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refused("是旧版 Excel（.xls），请另存为 .xlsx 再上传")
    return _csv(content, name)


def _refused(message: str) -> Refused:
    return Refused(message, problems=(Problem("file", message),), code="bad_file")


def _workbook(content: bytes) -> list[list[str]]:
    import openpyxl  # loads for a third of a second, and most processes never read a workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise _refused("表格展开后太大，请删去无关内容后再上传")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Refused:
        raise
    except Exception as error:  # why: openpyxl raises whatever its parsers meet in a file that is not a workbook
        raise _refused("打不开这个表格，请用下载的模板填写后另存为 .xlsx") from error
    try:
        sheet = book.worksheets[0]
        return _trimmed([[_text(cell) for cell in row] for row in _bounded(sheet)])
    except Refused:
        raise
    except Exception as error:  # why: rows are parsed as they are read, so a torn file fails here, in as many ways
        raise _refused("读不出这个表格的内容，请用下载的模板填写") from error
    finally:
        book.close()


def _bounded(sheet: Any) -> list[tuple[Any, ...]]:
    rows = []
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
        if number > MOST_ROWS:
            raise _refused(f"表格超过 {MOST_ROWS} 行，请分成几个表")
        rows.append(row)
    return rows


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    return str(value).strip()


def _csv(content: bytes, name: str) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _refused(f"“{name[:40]}”不是表格，请上传 .xlsx 或 .csv")
    if "\0" in text:
        raise _refused(f"“{name[:40]}”不是表格，请上传 .xlsx 或 .csv")
    try:
        rows = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise _refused("CSV 格式有误，请用下载的模板填写") from error
    if len(rows) > MOST_ROWS:
        raise _refused(f"表格超过 {MOST_ROWS} 行，请分成几个表")
    return _trimmed([[cell.strip() for cell in row[:MOST_COLUMNS]] for row in rows])


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def template(
    *,
    title: str,
    headings: Sequence[str],
    must: Sequence[bool],
    hints: Sequence[str],
    examples: Sequence[Sequence[str]],
) -> bytes:
    """This function will make the workbook to fill in: headings with hints, texts kept as texts, examples on a sheet of their own."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "bg_color": "#E2F1F0", "border": 1, "num_format": "@"})
    asked = book.add_format({"bold": True, "bg_color": "#00706B", "font_color": "#FFFFFF", "border": 1})
    plain = book.add_format({"num_format": "@"})
    sheet, shown = book.add_worksheet(title[:31]), book.add_worksheet("填写说明和示例")
    for column, (heading, needed, hint) in enumerate(zip(headings, must, hints, strict=True)):
        width = max(12, 2 * len(heading) + 4)
        sheet.set_column(column, column, width, plain)
        sheet.write_string(0, column, f"{heading}*" if needed else heading, asked if needed else bold)
        if hint:
            sheet.write_comment(0, column, hint)
        shown.set_column(column, column, max(width, 18), plain)
        shown.write_string(0, column, f"{heading}*" if needed else heading, asked if needed else bold)
        shown.write_string(1, column, hint or ("必填" if needed else "可不填"))
    for number, row in enumerate(examples, 2):
        for column, text in enumerate(row):
            shown.write_string(number, column, text)
    sheet.freeze_panes(1, 0)
    book.close()
    return kept.getvalue()
