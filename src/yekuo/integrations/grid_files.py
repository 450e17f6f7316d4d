"""电网文件: what a company sends of its network: a workbook with all sheets, CSV files single or zipped, CGMES, another program's JSON.

Everything is checked before it is believed: sizes, what unpacks to too much, macros, formulas, encodings. What cannot be read becomes an
issue with file and row, as the import's own findings do.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from yekuo.grid.interchange import Imported, UnreadableNetworkError, from_pandapower
from yekuo.grid.layouts import LAYOUTS
from yekuo.grid.sheets import Issue, SentRows, plain
from yekuo.integrations.cgmes import from_cgmes, is_cim
from yekuo.integrations.workbooks import Sheet, UnreadableBookError, read_book

MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED = 600 * 1024 * 1024
MOST_RATIO, RATIO_FROM = 120, 8 * 1024 * 1024
MOST_PARTS = 2000
MOST_ROWS = 300_000
MOST_FIELD = 1_000_000
MOST_FORMULAS = 200
KNOWN = {plain(word): one for one in LAYOUTS for word in (one.name, *one.titles)}
HEADINGS = {plain(word) for one in LAYOUTS for column in one.columns for word in (column.field, *column.titles)}
OWN = {plain(word): {plain(each) for column in one.columns for each in (column.field, *column.titles)}
       for one in LAYOUTS for word in (one.name, *one.titles)}  # fmt: skip
TITLE_LINES = 10
"""A table may have that many lines above its headings: a title, a date, who made it."""
NOTES = ("说明", "填写说明")
MARKS, MOST_HEAD = ",\t;", 20_000
TABLES, CIM_FILES = (".csv", ".txt", ".tsv"), (".xml", ".rdf")
OLD_EXCEL, LOCKED = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")
OTHERS = {
    b"%PDF": "PDF", b"\x89PNG": "图片", b"\xff\xd8\xff": "图片", b"Rar!": "RAR 压缩包", b"7z\xbc\xaf": "7z 压缩包",
    b"\x1f\x8b": "gzip 压缩包", b"<?xml": "XML", b"<htm": "网页", b"<HTM": "网页", b"<!DO": "网页", b"AC10": "CAD 图",
}  # fmt: skip
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
ENCRYPTED = 0x1
IN_UTF_8 = 0x800


@dataclass(slots=True, kw_only=True)
class Tables:
    """读出的表: rows by heading per sheet, or a whole network of another program; what went wrong on the way."""

    sheets: dict[str, SentRows] = field(default_factory=dict)
    network: Imported | None = None
    profiles: list[tuple[str, bytes]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def wrong(self, sheet: str, message: str, *, row: int = 0) -> None:
        """This function will note what stops the import."""
        self.issues.append(Issue(sheet=sheet[:60], row=row, message=message))

    def add(self, title: str, rows: SentRows) -> None:
        """This function will take in a table; one that was there already is an error."""
        if title in self.sheets:
            self.wrong(title, "同名的表出现了两次")
        else:
            self.sheets[title] = rows


def read_files(files: Sequence[tuple[str, bytes]]) -> Tables:
    """This function will read what was sent, by name and content; several files are the tables of one network."""
    found = Tables()
    if not files:
        found.wrong("文件", "没有收到文件")
    for name, content in files:
        try:
            _read(name, content, found)
        except UnreadableBookError as failure:
            found.wrong(name, str(failure))
    if found.network is not None and (found.sheets or found.profiles or len(files) > 1):
        found.wrong("文件", "一次只能导入一个 JSON 电网文件，不能与表格混用")
    elif found.profiles and found.sheets:
        found.wrong("文件", "CGMES 文件不能与表格混用，请分开上传")
    elif found.profiles and not found.issues:
        _convert(found)
    return found


def _convert(found: Tables) -> None:
    try:
        found.network = from_cgmes(found.profiles)
    except UnreadableNetworkError as failure:
        found.wrong("CGMES", str(failure))


def _read(name: str, content: bytes, found: Tables) -> None:
    if not content:
        found.wrong(name, "文件是空的")
    elif len(content) > MOST_BYTES:
        found.wrong(name, f"文件超过 {MOST_BYTES >> 20} MB")
    elif content.startswith(OLD_EXCEL):
        locked = LOCKED in content
        words = "表格加了密码，请去掉密码再上传" if locked else "是旧版 Excel（.xls），请另存为 .xlsx 再上传"
        found.wrong(name, words)
    elif content.startswith(b"PK"):
        _packed(name, content, found)
    elif content[:4096].lstrip()[:1] == b"{":
        _network(name, content, found)
    elif is_cim(content):
        found.profiles.append((name, content))
    elif other := next((word for mark, word in OTHERS.items() if content.startswith(mark)), ""):
        found.wrong(name, f"这是{other}，不是台账表格；请上传 .xlsx、.csv 或 .zip")
    else:
        _csv(name, content, found)


# --- packed files


def _packed(name: str, content: bytes, found: Tables) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _bearable(packed)
            if "xl/workbook.xml" in packed.namelist():
                _book(packed, found)
            else:
                _folder(name, packed, found)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as failure:
        raise UnreadableBookError("压缩包或表格已损坏，不能打开") from failure


def _bearable(packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    total, small = sum(one.file_size for one in parts), sum(one.compress_size for one in parts)
    if any(one.flag_bits & ENCRYPTED for one in parts):
        raise UnreadableBookError("文件加了密码，请去掉密码再上传")
    if len(parts) > MOST_PARTS or total > MOST_UNPACKED or (total > RATIO_FROM and total > MOST_RATIO * max(small, 1)):
        raise UnreadableBookError("文件展开后大得不合理，没有打开")


def _book(packed: zipfile.ZipFile, found: Tables) -> None:
    for sheet in read_book(packed, wanted=lambda title: plain(title) in KNOWN, most_rows=MOST_ROWS):
        if sheet.title.strip() not in NOTES:
            rows = _by_heading(sheet.title, sheet.rows, found)
            found.add(sheet.title, rows)
            _no_formulas(sheet, found)
            _no_merged(sheet, rows, found)


def _no_formulas(sheet: Sheet, found: Tables) -> None:
    for row in sheet.formulas[:MOST_FORMULAS]:
        found.wrong(sheet.title, "这一行有公式，请选择性粘贴为数值后再上传", row=row)
    if len(sheet.formulas) > MOST_FORMULAS:
        found.wrong(sheet.title, f"还有 {len(sheet.formulas) - MOST_FORMULAS} 行有公式，未逐条列出")


def _no_merged(sheet: Sheet, rows: SentRows, found: Tables) -> None:
    """A title over the table may be merged; of merged cells among the rows all but the first would be empty."""
    for ref in sheet.merged[:MOST_FORMULAS]:
        ends = [int(each) for each in re.findall(r"[0-9]+", ref)]
        if ends and max(ends) > rows.heading_row:
            found.wrong(sheet.title, f"单元格 {ref} 合并了，请取消合并，把每一行都填上", row=min(ends))


def _folder(name: str, packed: zipfile.ZipFile, found: Tables) -> None:
    tables = [one for one in packed.infolist() if not one.is_dir() and "__MACOSX" not in one.filename]
    read = 0
    for one in tables:
        own = _name_in(one)
        if own.lower().endswith((*TABLES, ".json", *CIM_FILES)):
            read += 1
            _read(own, packed.read(one), found)
        elif own.lower().endswith(".zip"):
            read += _profile(own, packed.read(one), found)
    if not read:
        found.wrong(name, "压缩包里没有 .csv 文件，也没有 CGMES 的 .xml 文件")


def _profile(name: str, content: bytes, found: Tables) -> int:
    """CGMES packs each profile of a network by itself and all of them once more; of other packs in packs nothing is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _bearable(packed)
            parts = [one for one in packed.infolist() if _name_in(one).lower().endswith(CIM_FILES)]
            for one in parts:
                _read(_name_in(one), packed.read(one), found)
            return len(parts)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as failure:
        raise UnreadableBookError(f"压缩包里的 {name} 已损坏，不能打开") from failure


def _name_in(one: zipfile.ZipInfo) -> str:
    """A name written by a Chinese Windows is GBK, which the format does not say."""
    if one.flag_bits & IN_UTF_8:
        return PurePosixPath(one.filename).name
    try:
        return PurePosixPath(one.filename.encode("cp437").decode("gb18030")).name
    except (UnicodeDecodeError, UnicodeEncodeError):
        return PurePosixPath(one.filename).name


# --- texts


def _csv(name: str, content: bytes, found: Tables) -> None:
    title = PurePosixPath(name.replace("\\", "/")).stem or name
    text = _text(title, content, found)
    if text is None:
        return
    delimiter = max(MARKS, key=lambda mark: (_known_headings(text, mark, title), text.partition("\n")[0].count(mark)))
    csv.field_size_limit(MOST_FIELD)
    rows: list[list[str]] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            if number > MOST_ROWS:
                found.wrong(title, f"超过 {MOST_ROWS} 行")
                return
            rows.append(row)
    except csv.Error:
        found.wrong(title, "CSV 格式有误（引号没有成对，或一格太长）", row=len(rows) + 1)
        return
    found.add(title, _by_heading(title, rows, found))


def _text(title: str, content: bytes, found: Tables) -> str | None:
    """UTF-8 with or without mark or marked UTF-16, else GBK; headings that make no sense in either tell of another encoding."""
    if content.startswith(UTF_16):
        return _wide(title, content, found)
    if b"\0" in content[:4096]:
        found.wrong(title, "编码不是 UTF-8 或 GBK（像是二进制文件），请另存为“CSV UTF-8”")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        return _national(title, content, failure.start, found)
    return text


def _wide(title: str, content: bytes, found: Tables) -> str | None:
    try:
        return content.decode("utf-16")
    except UnicodeDecodeError:
        found.wrong(title, "UTF-16 编码不完整，文件可能被截断，请另存为“CSV UTF-8”")
        return None


def _national(title: str, content: bytes, wrong_at: int, found: Tables) -> str | None:
    head = content[:wrong_at]
    if _makes_sense(head.decode("utf-8-sig"), title) and b"\n" in head and not head.isascii():
        row = head.count(b"\n") + 1
        found.wrong(title, "从这一行起不是 UTF-8 编码，文件里混有两种编码，请统一后再上传", row=row)
        return None
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as failure:
        row = content[: failure.start].count(b"\n") + 1
        found.wrong(title, "编码不是 UTF-8，也不是 GBK，请另存为“CSV UTF-8”", row=row)
        return None
    if not _makes_sense(text, title):
        found.wrong(title, "按 UTF-8 和 GBK 都读不出认识的栏目名，请检查编码，另存为“CSV UTF-8”", row=1)
        return None
    return text


def _makes_sense(text: str, title: str) -> bool:
    return any(_known_headings(text, mark, title) for mark in MARKS)


def _known_headings(text: str, mark: str, title: str) -> int:
    """How many headings are known in the line of the first few that has most, if this were what is between cells."""
    known = OWN.get(plain(title), HEADINGS)
    lines = text[:MOST_HEAD].splitlines()[:TITLE_LINES]
    return max((sum(plain(each.strip(' "\r')) in known for each in line.split(mark)) for line in lines), default=0)


def _by_heading(title: str, rows: Sequence[Sequence[str]], found: Tables) -> SentRows:
    """Rows by heading, empty ones kept so that the numbers of rows stay the sender's; lines above the headings are passed over."""
    listed = SentRows()
    known = OWN.get(plain(title))
    if known is None or not rows:
        return listed
    many = [sum(plain(one) in known for one in row) for row in rows[:TITLE_LINES]]
    if not any(many):
        found.wrong(title, "第 1 行应是栏目名，没有认出任何一个栏目", row=1)
        return listed
    listed.heading_row = many.index(max(many)) + 1
    headings = [one.strip() for one in rows[listed.heading_row - 1]]
    for one in _twice(headings):
        found.wrong(title, f"栏目“{one[:30]}”出现了两次", row=listed.heading_row)
    listed.extend(_dicts(headings, rows[listed.heading_row :]))
    return listed


def _twice(headings: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for one in headings:
        if one and one in seen:
            yield one
        seen.add(one)


def _dicts(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[dict[str, str]]:
    kept = [(place, one) for place, one in enumerate(headings) if one]
    whole = len(kept) == len(headings)
    for row in rows:
        if whole and len(row) <= len(headings):
            yield dict(zip(headings, row, strict=False))
        else:
            yield {one: row[place] for place, one in kept if place < len(row)}


# --- networks of other programs


def _network(name: str, content: bytes, found: Tables) -> None:
    head = content[:4096]
    try:
        if b"pandapower" in head:
            found.network = from_pandapower(content)
        elif b'"is_batch"' in content[:100_000]:
            from yekuo.grid.pgm_json import from_pgm  # loads the solver, which tables do not need

            found.network = from_pgm(content)
        else:
            found.wrong(name, "不认识这个 JSON：只接受 pandapower 或 power-grid-model 保存的电网")
    except UnreadableNetworkError as failure:
        found.wrong(name, str(failure))


def counts(tables: Mapping[str, Sequence[object]]) -> int:
    """This function will count the rows of all tables."""
    return sum(len(rows) for rows in tables.values())
