"""电网台账表: which sheets and columns a network table has, under which headings they are understood, and its cells read."""

import dataclasses
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from yekuo.grid.columns import Floats, Texts

MOST_ISSUES, MOST_ID = 500, 48
YES = frozenset(("1", "是", "y", "yes", "true", "常开", "断开", "开", "公", "公用", "公变", "open", "√"))
NO = frozenset(("0", "否", "n", "no", "false", "常闭", "闭合", "合", "专", "专用", "专变", "closed", "×", "私"))


PLAIN_NUMBER = re.compile(r"[-+]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]*)?([eE][-+]?[0-9]{1,3})?")


class Kind(StrEnum):
    """栏目类型: text, number, yes or no."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"


class Severity(StrEnum):
    """轻重: an error stops the whole import, a warning lowers what can be computed."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """问题: `row` as its sender sees it (headings are row 1; 0: the whole sheet), `column` in the sender's word."""

    sheet: str
    row: int = 0
    column: str = ""
    message: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """栏目: `titles` are the headings understood, the first is shown; `least` and `most` include their bound, `above` does not.

    `refers` names the sheets one of whose ids a cell must be; `words` translates what is written. What is `aside` is understood
    and not in the workbook to fill in.
    """

    field: str
    titles: tuple[str, ...]
    kind: Kind = Kind.TEXT
    must: bool = False
    least: float | None = None
    above: float | None = None
    most: float | None = None
    refers: tuple[str, ...] = ()
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """工作表: one table of the network; `must` says that a network without it cannot be."""

    name: str
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    must: bool = False

    @property
    def title(self) -> str:
        """The Chinese name."""
        return self.titles[0]


class SentRows(list[Mapping[str, object]]):
    """表行: rows by heading as they follow each other below the headings, which stand in row `heading_row` of the sender's table."""

    heading_row = 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Parsed:
    """已读表: the columns by field (every declared one), `title` and `headings` in the sender's words, `lines` the row of each in the sender's table."""

    sheet: Sheet
    title: str
    headings: Mapping[str, str]
    lines: list[int]
    values: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.lines)

    def texts(self, name: str) -> list[str]:
        """A text column."""
        found: list[str] = self.values[name]
        return found

    def numbers(self, name: str) -> Floats:
        """A number column, NaN where nothing is written."""
        found: Floats = self.values[name]
        return found

    def flags(self, name: str, *, default: bool) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """A yes-or-no column with what nothing written means."""
        numbers: Floats = self.values[name]
        return np.where(np.isnan(numbers), default, numbers > 0)

    def heading(self, name: str) -> str:
        """The heading as its sender wrote it, else ours."""
        if name in self.headings:
            return self.headings[name]
        return next(one.titles[0] for one in self.sheet.columns if one.field == name)


class Findings:
    """问题清单: what was found so far; of one kind at most MOST_ISSUES are kept and the rest counted."""

    def __init__(self) -> None:
        """This function will begin an empty list."""
        self.issues: list[Issue] = []
        self.more: dict[tuple[str, str, Severity], int] = {}
        self._seen: dict[tuple[str, str, Severity], int] = {}

    def add(
        self, sheet: str, message: str, *, row: int = 0, column: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        """This function will keep one issue, or count it when there are too many of its kind."""
        key = (sheet, column, severity)
        self._seen[key] = self._seen.get(key, 0) + 1
        if self._seen[key] <= MOST_ISSUES:
            self.issues.append(Issue(sheet=sheet, row=row, column=column, message=message, severity=severity))
        else:
            self.more[key] = self.more.get(key, 0) + 1

    def at(self, parsed: Parsed, index: int, name: str, message: str, severity: Severity = Severity.ERROR) -> None:
        """This function will keep one issue about a cell of a table already read."""
        self.add(parsed.title, message, row=parsed.lines[index], column=parsed.heading(name), severity=severity)

    @property
    def failed(self) -> bool:
        """Whether any error was found."""
        return any(one.severity is Severity.ERROR for one in self.issues)

    def listed(self) -> tuple[Issue, ...]:
        """This function will list the issues, errors first, in the order of sheets and rows; counts of the rest last."""
        rest = [
            Issue(sheet=sheet, column=column, message=f"同类问题还有 {count} 处，未逐条列出", severity=severity)
            for (sheet, column, severity), count in self.more.items()
        ]
        kept = sorted(self.issues, key=lambda one: one.severity is Severity.WARNING)
        return (*kept, *rest)


def number(name: str, *titles: str, **bounds: Any) -> Column:
    """This function will declare a number column."""
    return Column(field=name, titles=titles, kind=Kind.NUMBER, **bounds)


def text(name: str, *titles: str, **more: Any) -> Column:
    """This function will declare a text column."""
    return Column(field=name, titles=titles, **more)


def flag(name: str, *titles: str) -> Column:
    """This function will declare a yes-or-no column."""
    return Column(field=name, titles=titles, kind=Kind.FLAG)


def plain(heading: object) -> str:
    """This function will bring a heading to the form aliases are compared in: no unit in brackets, no star, small letters."""
    bare = re.sub(r"[（(\[【].*?[）)\]】]", "", str(heading or ""))
    return re.sub(r"[\s*_\-/]+", "", bare).lower()


def read_sheet(sheet: Sheet, rows: Sequence[Mapping[str, object]], findings: Findings, *, title: str) -> Parsed:
    """This function will read rows (by heading) into columns; every wrong cell becomes an issue, empty rows are passed over."""
    top = rows.heading_row if isinstance(rows, SentRows) else 1
    kept = [(line, row) for line, row in enumerate(rows, top + 1) if _written(row)]
    headings = _headings(sheet, title, [row for _, row in kept], findings, top=top)
    lines = [line for line, _ in kept]
    values: dict[str, Any] = {}
    for column in sheet.columns:
        key = headings.get(column.field)
        values[column.field] = [""] * len(kept) if key is None else _cells(kept, key)
    parsed = Parsed(sheet=sheet, title=title, headings=headings, lines=lines, values=values)
    for column in sheet.columns:
        values[column.field] = _column(parsed, column, values[column.field], findings)
    return parsed


def _headings(
    sheet: Sheet, title: str, rows: Sequence[Mapping[str, object]], findings: Findings, *, top: int
) -> dict[str, str]:
    known = {plain(word): one.field for one in sheet.columns for word in (one.field, *one.titles)}
    found: dict[str, str] = {}
    for heading in _as_written(rows):
        name = known.get(plain(heading))
        if name is None:
            if str(heading or "").strip():
                findings.add(
                    title, "不认识的栏目，已忽略", column=str(heading)[:30], row=top, severity=Severity.WARNING
                )
        elif name in found:
            findings.add(title, f"与“{found[name]}”是同一栏目，出现了两次", column=str(heading), row=top)
        else:
            found[name] = heading
    for one in sheet.columns:
        if rows and one.must and one.field not in found:
            findings.add(title, f"缺少栏目“{one.titles[0]}”（{one.field}）", column=one.titles[0], row=top)
    return found


def _as_written(rows: Sequence[Mapping[str, object]]) -> dict[str, None]:
    """The headings of all rows in their order."""
    found: dict[str, None] = {}
    for row in rows:
        if row.keys() - found.keys():
            found.update(dict.fromkeys(row))
    return found


def _written(row: Mapping[str, object]) -> bool:
    return any(cell is not None and _text(cell) for cell in row.values())


def _cells(rows: Sequence[tuple[int, Mapping[str, object]]], key: str) -> list[str]:
    raw = [row.get(key) for _, row in rows]
    return [cell.strip() if type(cell) is str else _text(cell) for cell in raw]


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip()


def _column(parsed: Parsed, column: Column, cells: list[str], findings: Findings) -> Any:
    if column.must and column.field in parsed.headings:
        for index, cell in enumerate(cells):
            if not cell:
                findings.at(parsed, index, column.field, f"“{column.titles[0]}”是必填项")
    if column.kind is Kind.NUMBER:
        return _numbers(parsed, column, cells, findings)
    if column.kind is Kind.FLAG:
        return _flags(parsed, column, cells, findings)
    return _words(parsed, column, cells, findings) if column.words else cells


def _numbers(parsed: Parsed, column: Column, cells: list[str], findings: Findings) -> Floats:
    try:
        values = np.array([cell or "nan" for cell in cells], dtype=np.float64)
    except ValueError:
        values = np.array([_number(cell, share=column.field.endswith("_pct")) for cell in cells], dtype=np.float64)
    written = np.array([bool(cell) for cell in cells], dtype=bool)
    for index in np.flatnonzero(written & ~np.isfinite(values)).tolist():
        findings.at(parsed, index, column.field, _no_number(cells[index]))
    for wrong, words in _beyond(column, values):
        for index in np.flatnonzero(wrong).tolist():
            findings.at(parsed, index, column.field, f"{column.titles[0]}{words}，写的是 {cells[index]}")
    return values


def _beyond(column: Column, values: Floats) -> list[tuple[Any, str]]:
    found = []
    if column.least is not None:
        words = "不能为负" if column.least == 0 else f"不能小于 {column.least:g}"
        found.append((values < column.least, words))
    if column.above is not None:
        found.append((values <= column.above, "不能为负" if column.above < 0 else "应大于零"))
    if column.most is not None:
        found.append((values > column.most, f"不能大于 {column.most:g}"))
    return found


def _number(cell: str, *, share: bool = False) -> float:
    """A number as people write it: wide digits and commas between thousands too, and % where a share of a hundred is asked."""
    try:
        return float(cell) if cell else math.nan
    except ValueError:
        bare = unicodedata.normalize("NFKC", cell).strip()
        bare = bare.removesuffix("%").rstrip() if share else bare
        return float(bare.replace(",", "")) if PLAIN_NUMBER.fullmatch(bare) else math.inf


def _no_number(cell: str) -> str:
    begins = re.match(r"[-+]?[0-9]", unicodedata.normalize("NFKC", cell))
    return f"“{cell[:30]}”不是数字" + ("，请去掉单位和文字，只写数字" if begins else "")


def _flags(parsed: Parsed, column: Column, cells: list[str], findings: Findings) -> Floats:
    values = np.full(len(cells), np.nan)
    for index, cell in enumerate(cells):
        word = cell.lower()
        if word in YES or word in NO:
            values[index] = float(word in YES)
        elif word:
            findings.at(parsed, index, column.field, f"“{cell[:30]}”应写“是”或“否”")
    return values


def _words(parsed: Parsed, column: Column, cells: list[str], findings: Findings) -> list[str]:
    found = []
    for index, cell in enumerate(cells):
        word = column.words.get(cell.lower(), "")
        if cell and not word:
            known = "、".join(dict.fromkeys(key for key in column.words if not key.isascii()))
            findings.at(parsed, index, column.field, f"不认识“{cell[:30]}”，可写：{known}")
        found.append(word)
    return found


def ids_of(parsed: Parsed, findings: Findings) -> Mapping[str, int]:
    """This function will index the rows by id; an id there twice is an error at its second row, a long one too."""
    found: dict[str, int] = {}
    for index, each in enumerate(parsed.texts("id")):
        if len(each) > MOST_ID:
            findings.at(parsed, index, "id", f"编号“{each[:20]}…”有 {len(each)} 个字，最长 {MOST_ID} 个字")
        elif each and each in found:
            findings.at(parsed, index, "id", f"编号“{each}”与第 {parsed.lines[found[each]]} 行重复")
        elif each:
            found[each] = index
    return found


def texts_array(values: Sequence[str]) -> Texts:
    """This function will make a text column that may be empty."""
    return np.array(values, dtype=np.str_) if len(values) else np.zeros(0, dtype="<U1")
