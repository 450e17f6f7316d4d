"""大表读取: every sheet of a large Excel workbook as rows of texts, read as a stream: values only, no formulas, no macros."""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers import expat
from xml.sax.saxutils import unescape as plain_text

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
CHUNK = 1 << 18
MOST_COLUMNS = 100
MOST_CELL = 200_000
DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
PERCENT_FORMATS = frozenset((9, 10))
MERGED = re.compile(rb'<mergeCell ref="([A-Z0-9:]{1,40})"')
CELL = re.compile(
    r'<c r="([A-Z]+)[0-9]+"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?(?:/>|>(?:<v>([^<]*)</v>|<is><t[^>/]*>([^<]*)</t></is>)?</c>)'
)
ROW = re.compile(r'\s*<row [^>]*?\br="([0-9]+)"(?:[^>]*[^/])?>')
"""A cell and a row as Excel, WPS and the usual libraries write them; any other form goes through the parser."""
MARKS = {"&quot;": '"', "&apos;": "'"}
MACROS = ("vbaProject.bin", "macrosheets/")


class UnreadableBookError(ValueError):
    """The file is no workbook we read; the message says why, in its sender's words."""


@dataclass(slots=True)
class Sheet:
    """一张表: its title, rows of texts with empty ones kept (so that places stay), the rows that hold formulas, cells merged."""

    title: str
    rows: list[list[str]] = field(default_factory=list)
    formulas: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


def read_book(packed: zipfile.ZipFile, *, wanted: Callable[[str], bool], most_rows: int) -> Iterator[Sheet]:
    """This function will read the sheets whose title is wanted, the others empty. Raises UnreadableBookError."""
    names = set(packed.namelist())
    if any(each in name for name in names for each in MACROS):
        raise UnreadableBookError("表格里有宏，不能导入；请另存为不含宏的 .xlsx")
    try:
        book = _Book(packed)
        for title, part in book.sheets:
            if wanted(title) and part in names:
                with packed.open(part) as source:
                    yield _Reader(title, book, most_rows).read(source)
            else:
                yield Sheet(title)
    except (KeyError, ParseError, expat.ExpatError, IndexError, ValueError) as failure:
        if isinstance(failure, UnreadableBookError):
            raise
        raise UnreadableBookError("打不开这个表格，请另存为 .xlsx 再上传") from failure


class _Book:
    """What the sheets refer to: their places, the shared texts, which styles show dates."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self.packed = packed
        self.since = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's days have no zone
        self.sheets = self._sheets()
        self.texts = self._texts()
        self.dates, self.percents = self._styles()

    def _sheets(self) -> list[tuple[str, str]]:
        targets = {
            one.get("Id", ""): one.get("Target", "") for one in _elements(self.packed, "xl/_rels/workbook.xml.rels")
        }
        found = []
        for one in _elements(self.packed, "xl/workbook.xml"):
            name = _plain(one.tag)
            if name == "workbookPr" and one.get("date1904") in ("1", "true"):
                self.since = datetime(1904, 1, 1)  # noqa: DTZ001
            if name == "sheet":
                target = targets[one.get(RELATION) or one.get(STRICT_RELATION) or ""]
                part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
                found.append((one.get("name", ""), part))
        if not found:
            raise UnreadableBookError("这个表格里没有工作表")
        return found

    def _texts(self) -> list[str]:
        found: list[str] = []
        if "xl/sharedStrings.xml" not in self.packed.namelist():
            return found
        for one in _elements(self.packed, "xl/sharedStrings.xml"):
            if _plain(one.tag) == "si":
                found.append(_said(one))
                one.clear()
        return found

    def _styles(self) -> tuple[frozenset[str], frozenset[str]]:
        """The numbers of the cell styles that show a day or a time, and of those that show a share of a hundred."""
        if "xl/styles.xml" not in self.packed.namelist():
            return frozenset(), frozenset()
        own: dict[int, str] = {}
        styles: list[int] = []
        for one in _elements(self.packed, "xl/styles.xml"):
            name = _plain(one.tag)
            if name == "numFmt":
                own[int(one.get("numFmtId", "0"))] = re.sub(r'"[^"]*"|\[[^\]]*\]', "", one.get("formatCode", ""))
            if name == "cellXfs":
                styles = [int(each.get("numFmtId", "0")) for each in one]
        dated = DATE_FORMATS | {key for key, code in own.items() if re.search(r"[ymd年月日]", code)}
        shares = PERCENT_FORMATS | {key for key, code in own.items() if "%" in code}
        found = [frozenset(str(row) for row, key in enumerate(styles) if key in each) for each in (dated, shares)]
        return found[0], found[1]

    def day(self, serial: str) -> str:
        """This function will write a day as 2026-11-20, with the time if there is one."""
        moment = self.since + timedelta(days=round(float(serial) * 86400) / 86400)
        return moment.date().isoformat() if not (moment.hour or moment.minute) else moment.isoformat(" ", "minutes")


def _elements(packed: zipfile.ZipFile, part: str) -> Iterator[Element]:
    with packed.open(part) as source:
        for _, one in iterparse(_checked(source)):  # noqa: S314 - parts with a document type were refused
            yield one


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def _said(one: Element) -> str:
    """The text of a shared string without its phonetic guide."""
    parts = [each.text or "" for each in one.iter() if _plain(each.tag) == "t"]
    guide = [each.text or "" for part in one if _plain(part.tag) == "rPh" for each in part]
    return "".join(parts[: len(parts) - len(guide)] if guide else parts)


def _checked(source: IO[bytes]) -> IO[bytes]:
    """A part with a document type is refused: no workbook has one, and entities can be made to grow."""
    head = source.read(1024)
    source.seek(0)
    if b"<!DOCTYPE" in head:
        raise UnreadableBookError("表格里有不允许的内容，请另存为 .xlsx 再上传")
    return source


class _Reader:
    """One sheet's cells as they stream by."""

    def __init__(self, title: str, book: _Book, most_rows: int) -> None:
        self.book, self.most = book, most_rows
        self.found = Sheet(title)
        self.kept: dict[str, str] = {}
        self.columns: dict[str, int] = {}
        self.row: list[str] = []
        self.number = 0
        self.at, self.kind, self.style = 0, "", ""
        self.said: list[str] = []
        self.listening = False

    def read(self, source: IO[bytes]) -> Sheet:
        """This function will read the part to its end: rows as every program writes them by pattern, all else by parser."""
        head = source.read(CHUNK)
        before, usual, rest = head.partition(b"<sheetData>")
        if usual and b"<!" not in before and b"UTF-8" in before[:200].upper():
            self._rows(rest, source)
        else:
            parser = self._parser()
            while head:
                parser.Parse(head, False)  # noqa: FBT003 - expat's own
                head = source.read(CHUNK)
            parser.Parse(b"", True)  # noqa: FBT003
        while self.found.rows and not any(self.found.rows[-1]):
            self.found.rows.pop()
        return self.found

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=None)
        parser.buffer_text, parser.buffer_size = True, MOST_CELL
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._hear
        parser.StartDoctypeDeclHandler = self._refuse
        return parser

    def _rows(self, rest: bytes, source: IO[bytes]) -> None:
        while True:
            *whole, rest = rest.split(b"</row>")
            for piece in whole:
                self._row(piece)
            if b"</sheetData>" in rest:
                self._after(rest + source.read())
                return
            more = source.read(CHUNK)
            if not more:
                raise UnreadableBookError("表格不完整，请另存为 .xlsx 再上传")
            rest += more

    def _after(self, rest: bytes) -> None:
        self.found.merged += [one.decode() for one in MERGED.findall(rest)]

    def _row(self, piece: bytes) -> None:
        text = piece.decode("utf-8")
        cells, row = CELL.findall(text), ROW.match(text)
        if row is None or len(cells) != text.count("<c ") + text.count("<c>") or "<!" in text:
            self._parser().Parse(b"<z>%b</row></z>" % piece, True)  # noqa: FBT003
            return
        self._open({"r": row[1]})
        self._usual(cells)
        self.found.rows.append(self.row)

    def _usual(self, cells: list[tuple[str, ...]]) -> None:
        """Most cells are a short text or a plain number right of the cell before; the others take the way of all."""
        columns, share, row = self.columns, self.kept.setdefault, self.row
        for letters, style, kind, value, inline in cells:
            at = columns[letters] if letters in columns else self._column(letters)
            said = value or inline
            if "&" in said:
                said = plain_text(said, MARKS)
            if kind == "inlineStr" and said and len(row) == at:
                row.append(share(said.strip(), said.strip()))
            elif not kind and not style and said and "E" not in said and said[-2:] != ".0" and len(row) == at:
                row.append(said)
            else:
                self.at, self.style, self.kind = at, style, kind
                self._set(said)

    def _refuse(self, *_: object) -> None:
        raise UnreadableBookError("表格里有不允许的内容，请另存为 .xlsx 再上传")

    def _start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self.kind, self.style = given.get("t", ""), given.get("s", "")
            self.at = self._column(given["r"]) if "r" in given else self.at + 1
            self.said = []
        elif name in ("v", "t"):
            self.listening = True
        elif name == "f":
            if not self.found.formulas or self.found.formulas[-1] != self.number:
                self.found.formulas.append(self.number)
        elif name == "row":
            self._open(given)
        elif name == "mergeCell":
            self.found.merged.append(given.get("ref", ""))

    def _open(self, given: dict[str, str]) -> None:
        self.number = int(given["r"]) if "r" in given else self.number + 1
        if self.number > self.most:
            raise UnreadableBookError(f"工作表“{self.found.title}”超过 {self.most} 行")
        self.found.rows.extend([] for _ in range(self.number - 1 - len(self.found.rows)))
        self.row, self.at = [], -1

    def _column(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        if letters not in self.columns:
            number = 0
            for letter in letters:
                number = number * 26 + ord(letter) - 64
            self.columns[letters] = number - 1
        return self.columns[letters]

    def _hear(self, text: str) -> None:
        if self.listening:
            self.said.append(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("v", "t"):
            self.listening = False
        elif name == "c":
            self._keep()
        elif name == "row":
            self.found.rows.append(self.row)

    def _keep(self) -> None:
        self._set("".join(self.said))

    def _set(self, text: str) -> None:
        if not text or self.at >= MOST_COLUMNS:
            return
        text = self._value(text)
        if len(self.row) <= self.at:
            self.row.extend([""] * (self.at - len(self.row)))
            self.row.append(self.kept.setdefault(text, text) if len(text) < 24 else text)
        else:
            self.row[self.at] = text

    def _value(self, text: str) -> str:
        if self.kind == "s":
            return self.book.texts[int(text)]
        if self.kind == "b":
            return "是" if text == "1" else "否"
        if self.kind in ("inlineStr", "str", "e", "d"):
            return text.strip()
        if self.style in self.book.dates:
            return self.book.day(text)
        if self.style in self.book.percents:
            return _number(text, times=100)
        return _number(text) if "E" in text or "e" in text or text.endswith(".0") else text


def _number(text: str, *, times: int = 1) -> str:
    try:
        return f"{(Decimal(text) * times).normalize():f}"
    except InvalidOperation:
        return text
