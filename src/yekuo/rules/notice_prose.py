"""通知原文: reads the sentences of a State Council notice as people publish it, e.g. '1月1日（周五）至3日（周日）放假调休'."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from yekuo.rules.notices import LAST_SURE, Notice
from yekuo.rules.refusal import Problem, Refused

_YEAR = re.compile(r"(20\d{2})\s*年(?!\s*\d{1,2}\s*月)")
_BLANKS = re.compile(r"\s+")
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")
_HEAD = re.compile(r"(?:^|[。；;\n])\s*(?:[一二三四五六七八九十]+[、.．]\s*)?([\u4e00-\u9fff、]{2,12}?)\s*[：:]")
_DAY = r"(?:(20\d{2})\s*年\s*)?(?:(\d{1,2})\s*月\s*)?(\d{1,2})\s*日"
_SPAN = re.compile(rf"{_DAY}(?:\s*(?:至|到|—|~|～|-)\s*{_DAY})?")
_PAPER = re.compile(r"国办发明电〔20\d{2}〕\s*\d+\s*号")
OFF, WORK = "放假", "上班"


def looks_like_prose(text: str) -> bool:
    """This function will say whether a text is a notice in sentences rather than TOML or JSON."""
    return OFF in text and "月" in text and "日" in text and "=" not in text and not text.lstrip().startswith("{")


def read_prose(text: str, *, year: int | None = None) -> Notice:
    """This function will read a notice in sentences; `year` where the text does not name it. Raises Refused.

    What is read is to be looked over by a person; the usual checks of a notice follow as for any other.
    """
    text = _BLANKS.sub(lambda found: "\n" if "\n" in found[0] else " ", text)
    paper = _PAPER.search(text)
    plain = _ASIDE.sub("", text)
    found = _YEAR.search(plain)
    wanted = int(found[1]) if found else year
    if wanted is None:
        raise _bad("year", "没有写明是哪一年的通知")
    off: dict[date, str] = {}
    work: list[date] = []
    for name, body in _holidays(plain):
        for sentence in re.split(r"[。；;\n]", body):
            days = tuple(_days(sentence, wanted, name))
            if WORK in sentence:
                work.extend(days)
            elif OFF in sentence:
                off.update((day, name) for day in days)
    if not off:
        raise _bad("off", "没有读出放假日，请按“元旦：1月1日至3日放假”的写法，或逐项填写")
    return Notice(
        year=wanted,
        off=tuple(sorted(off)),
        make_up=tuple(sorted(set(work))),
        papers=(re.sub(r"\s", "", paper[0]),) if paper else (),
        names=tuple(sorted(off.items())),
    )


def _holidays(text: str) -> Iterator[tuple[str, str]]:
    heads = [head for head in _HEAD.finditer(text) if "通知" not in head[1]]
    for number, head in enumerate(heads, 1):
        end = heads[number].start() if number < len(heads) else len(text)
        yield head[1], text[head.end() : end]


def _days(sentence: str, year: int, name: str) -> Iterator[date]:
    month = 0
    for span in _SPAN.finditer(sentence):
        first_year, first_month, first_day, last_year, last_month, last_day = span.groups()
        month = int(first_month or month)
        first = _date(first_year, month, first_day, year, name)
        last = first
        if last_day:
            month = int(last_month or month)
            last = _date(last_year, month, last_day, year, name)
        if not 0 <= (last - first).days <= 31:
            raise _bad("off", f"“{span[0]}”的起止日期不对")
        yield from (first + timedelta(days=step) for step in range((last - first).days + 1))


def _date(year: str | None, month: int, day: str, wanted: int, name: str) -> date:
    """The last days of December under 元旦 are those of the year before."""
    before = not year and name.startswith("元旦") and (month, int(day)) > LAST_SURE
    try:
        return date(int(year) if year else wanted - before, month, int(day))
    except ValueError:
        raise _bad("off", f"没有 {month} 月 {day} 日这一天") from None


def _bad(field: str, message: str) -> Refused:
    return Refused(f"放假通知有误：{message}", problems=(Problem(field, message),), code="bad_notice")
