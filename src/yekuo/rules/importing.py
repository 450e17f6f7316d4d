"""表格导入: a table of texts is read by its headings into rows, every wrong row named, nothing guessed."""

from collections.abc import Sequence
from dataclasses import dataclass

from yekuo.rules.refusal import Problem, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """栏目: what a heading stands for; `others` are headings understood as well, `example` goes into the template."""

    field: str
    title: str
    must: bool = False
    hint: str = ""
    example: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """一行: the line as its sender sees it in the table (the headings are line 1) and its texts by field."""

    line: int
    values: dict[str, str]


def read_rows(table: Sequence[Sequence[str]], columns: Sequence[Column], *, most: int) -> tuple[RawRow, ...]:
    """This function will read the rows below the headings; rows without any text are left out.

    Raises Refused when there is nothing to read, a heading is unknown, missing or there twice, or there are too many.
    """
    if not table or not any(any(cell for cell in row) for row in table):
        raise Refused("表格是空的，请按模板填写后再上传", code="empty")
    headings = [_plain(cell) for cell in table[0]]
    places = _places(headings, columns)
    found = []
    for line, row in enumerate(table[1:], 2):
        values = {
            field: row[place].strip() for place, field in places.items() if place < len(row) and row[place].strip()
        }
        if values:
            found.append(RawRow(line=line, values=values))
    if not found:
        raise Refused("表格里只有表头，没有要导入的行", code="empty")
    if len(found) > most:
        raise Refused(f"一次最多导入 {most} 行，这个表有 {len(found)} 行，请分成几个表", code="too_many")
    return tuple(found)


def _plain(text: str) -> str:
    return text.replace("*", "").replace("（必填）", "").strip()


def _places(headings: Sequence[str], columns: Sequence[Column]) -> dict[int, str]:
    known = {name: one.field for one in columns for name in (one.title, *one.others)}
    unknown = [one for one in headings if one and one not in known]
    places = {place: known[one] for place, one in enumerate(headings) if one in known}
    there = list(places.values())
    twice = {field for field in there if there.count(field) > 1}
    missing = [one.title for one in columns if one.must and one.field not in there]
    problems = [Problem("file", f"不认识的栏目“{one[:20]}”") for one in unknown]
    problems += [Problem("file", f"栏目“{one.title}”出现了两次") for one in columns if one.field in twice]
    problems += [Problem("file", f"缺少栏目“{one}”") for one in missing]
    if problems:
        raise Refused("表头与模板不一致，请用下载的模板填写", problems=tuple(problems), code="headings")
    return places


def repeated(rows: Sequence[RawRow], field: str) -> dict[str, tuple[int, ...]]:
    """This function will list the texts that several rows have in a field, with their lines."""
    lines: dict[str, list[int]] = {}
    for row in rows:
        if row.values.get(field):
            lines.setdefault(row.values[field].upper(), []).append(row.line)
    return {text: tuple(found) for text, found in lines.items() if len(found) > 1}
