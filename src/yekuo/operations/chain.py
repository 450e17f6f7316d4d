"""链检: reads one case's rows against their hashes and names every row that was changed, cut, inserted or moved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from yekuo.records import codec
from yekuo.records.log import Link
from yekuo.records.models import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """查出的问题: the case by number, the row (0 for the case itself), a code and the sentence."""

    number: str
    case: int
    seq: int
    what: str
    message: str

    def __str__(self) -> str:
        """This function will say it in one line."""
        row = f" 第 {self.seq} 行" if self.seq else ""
        return f"{self.number}{row}：{self.message}"


def check_chain(case: Case, links: Sequence[Link]) -> list[Finding]:
    """This function will list everything that is wrong with the rows of one case, in order."""
    return [*_rows(case, links), *_end(case, links)]


def _rows(case: Case, links: Sequence[Link]) -> Iterator[Finding]:
    before: bytes | None = codec.first_link(case=case.pk, number=case.number, unit=case.unit, opening=case.opening)
    expected = 1
    for row, prev_hash, digest in links:
        if row.seq != expected:
            yield _missing(case, expected, row.seq - 1)
        elif prev_hash != before:
            yield _unlinked(case, row.seq)
        yield from _content(case, (row, prev_hash, digest), links)
        before, expected = digest, row.seq + 1


def _missing(case: Case, first: int, last: int) -> Finding:
    which = f"第 {first} 行" if first == last else f"第 {first} 至 {last} 行"
    return found(case, first, "missing", f"{which}缺失，中间被删除")


def _unlinked(case: Case, seq: int) -> Finding:
    if seq == 1:
        return found(case, 0, "opening", "工单的编号、单位或开端被改动，与日志第 1 行不衔接")
    return found(case, seq, "unlinked", f"与第 {seq - 1} 行不衔接，其中一行被替换或插入")


def _content(case: Case, link: Link, links: Sequence[Link]) -> Iterator[Finding]:
    row, prev_hash, digest = link
    try:
        if row.digest(prev_hash) == digest:
            return
        places = [other.seq for other, _, _ in links if replace(row, seq=other.seq).digest(prev_hash) == digest]
    except codec.Unreadable as error:
        yield found(case, row.seq, "unreadable", f"内容读不出：{error}")
        return
    if places:
        yield found(case, row.seq, "moved", f"原是第 {places[0]} 行，顺序被调换")
    else:
        yield found(case, row.seq, "changed", "内容被改动，与哈希不符")


def _end(case: Case, links: Sequence[Link]) -> Iterator[Finding]:
    last = links[-1][0].seq if links else 0
    if last < case.seq:
        which = f"第 {last + 1} 行" if last + 1 == case.seq else f"第 {last + 1} 至 {case.seq} 行"
        yield found(case, last + 1, "cut", f"日志尾部被截断，{which}缺失")
    elif last > case.seq:
        yield found(case, case.seq + 1, "inserted", f"工单只办到第 {case.seq} 行，日志多出至第 {last} 行")
    elif links and links[-1][2] != bytes(case.head):
        yield found(case, last, "head", "末行哈希与工单所记不符，末行或工单被改动")


def found(case: Case, seq: int, what: str, message: str) -> Finding:
    """This function will make a finding about a case."""
    return Finding(number=case.number, case=case.pk, seq=seq, what=what, message=message)
