"""放假通知: a year's announced days off and make-up working days, read and checked before a calendar takes them in."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from yekuo.rules.refusal import Problem, Refused

LAST_SURE = (12, 24)
"""年末界: days after 24 December may still be changed by the next year's notice."""

_WEEK = "一二三四五六日"
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_JOIN = re.compile(r"\s*(?:\.\.|至|到|~|～|—)\s*")
_SPLIT = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """放假通知: State Council notice of one year; `make_up` are working weekends, `names` the holiday of a day."""

    year: int
    off: tuple[date, ...]
    make_up: tuple[date, ...] = ()
    papers: tuple[str, ...] = ()
    names: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statutory:
    """法定节假日: the thirteen days the law itself frees, used while the year's notice is not out."""

    year: int
    off: tuple[date, ...]
    names: tuple[tuple[date, str], ...] = ()
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDays:
    """地方放假: days a province adds (办法第四条) or moves; counted only when confirmed."""

    region: str
    name: str
    year: int
    off: tuple[date, ...] = ()
    make_up: tuple[date, ...] = ()
    confirmed: bool = False
    source: str = ""
    note: str = ""


def weekday_name(day: date) -> str:
    """This function will write the day's weekday as 星期一 … 星期日."""
    return f"星期{_WEEK[day.weekday()]}"


def read_days(text: str) -> tuple[date, ...]:
    """This function will read dates and spans such as '2027-02-05..2027-02-11、2027年4月5日' in the order written.

    Raises Refused naming every piece that is not a date.
    """
    days: list[date] = []
    wrong: list[Problem] = []
    for piece in _SPLIT.split(_JOIN.sub("..", text.strip())):
        if piece:
            try:
                days.extend(_span(piece))
            except ValueError:
                wrong.append(Problem("", f"“{piece}”不是日期，请写成 2027-02-05 或 2027-02-05..2027-02-11"))
    if wrong:
        raise Refused("日期写法有误", problems=tuple(wrong), code="bad_days")
    return tuple(days)


def parse_notice(text: str) -> Notice:
    """This function will read one notice from TOML or JSON text.

    Keys: year, off, make_up (or make_up_work), papers; also the form with `days: [{name, date, isOffDay}]`.
    Raises Refused with the problem in Chinese.
    """
    data = _mapping(text)
    years = data.get("years")
    if isinstance(years, dict):
        data = _only_year(years)
    if "days" in data:
        data = _from_day_list(data)
    return notice_of(data)


def notice_of(data: Mapping[str, object]) -> Notice:
    """This function will build a notice from parsed data; raises Refused when a key is missing or of the wrong kind."""
    off, names = named_days(data.get("off", []), "off")
    make_up, _ = named_days(data.get("make_up", data.get("make_up_work", [])), "make_up")
    papers = data.get("papers", [])
    if not isinstance(papers, list):
        raise _bad("papers", "文件来源应是列表")
    return Notice(year=year_of(data), off=off, make_up=make_up, papers=tuple(map(str, papers)), names=names)


def year_of(data: Mapping[str, object]) -> int:
    """This function will take the year out of parsed data; raises Refused when it is not a year from 2015 on."""
    year = data.get("year")
    if isinstance(year, bool) or not isinstance(year, int) or not 2015 <= year <= 2100:
        raise _bad("year", "通知缺少年份，或年份不在 2015–2100 之间")
    return year


def named_days(value: object, field: str) -> tuple[tuple[date, ...], tuple[tuple[date, str], ...]]:
    """This function will read a list of dates, spans, or {name, days} rows into sorted days and their names."""
    if not isinstance(value, list):
        raise _bad(field, "应是日期列表")
    days: list[date] = []
    names: list[tuple[date, str]] = []
    for row in value:
        name, text = (str(row.get("name", "")), row.get("days")) if isinstance(row, dict) else ("", row)
        text = text.isoformat() if isinstance(text, date) else text
        if not isinstance(text, str):
            raise _bad(field, f"“{row}”不是日期")
        read = read_days(text)
        days.extend(read)
        names.extend((day, name) for day in read if name)
    return tuple(sorted(days)), tuple(sorted(names))


def problems_of(notice: Notice, *, first: int, last: int, statutory: Iterable[date]) -> tuple[Problem, ...]:
    """This function will list all that is wrong with a notice for a calendar announced from year `first` to `last`."""
    return (
        *_year_problems(notice, first, last),
        *_day_problems(notice),
        *_make_up_problems(notice, frozenset(statutory)),
    )


def warnings_of(notice: Notice, *, last: int, statutory: Iterable[date]) -> tuple[Problem, ...]:
    """This function will list what is legal but worth a second look before the notice is taken in."""
    listed = frozenset(notice.off)
    missing = [Problem("off", f"通知没有列出法定节假日 {day}，仍按放假计算") for day in statutory if day not in listed]
    before = [
        Problem("off", f"{day} {weekday_name(day)} 属于上一年，会改动上一年末的期限")
        for day in (*notice.off, *notice.make_up)
        if day.year < notice.year
    ]
    again = [Problem("year", f"{notice.year} 年的通知已有，本次导入将整体替换")] if notice.year <= last else []
    return (*again, *missing, *before)


def _year_problems(notice: Notice, first: int, last: int) -> Iterator[Problem]:
    if notice.year < first:
        yield Problem("year", f"日历自 {first} 年起，不能导入 {notice.year} 年的通知")
    if notice.year > last + 1:
        yield Problem("year", f"请先导入 {last + 1} 年的通知，再导入 {notice.year} 年的")


def _day_problems(notice: Notice) -> Iterator[Problem]:
    if not notice.off:
        yield Problem("off", "通知没有列出任何放假日")
    earliest = date(notice.year - 1, *LAST_SURE) + timedelta(days=1)
    for field, days in (("off", notice.off), ("make_up", notice.make_up)):
        seen: set[date] = set()
        for day in days:
            if not earliest <= day <= date(notice.year, 12, 31):
                yield Problem(field, f"{day} 不在 {notice.year} 年内，也不在上一年最后一周")
            if day in seen:
                yield Problem(field, f"{day} 重复列出")
            seen.add(day)
    for day in sorted(set(notice.off) & set(notice.make_up)):
        yield Problem("make_up", f"{day} 既列为放假又列为上班")


def _make_up_problems(notice: Notice, statutory: frozenset[date]) -> Iterator[Problem]:
    off = frozenset(notice.off)
    for day in notice.make_up:
        if day in statutory:
            yield Problem("make_up", f"{day} 是法定节假日，不能列为上班")
        # A correction may say on which weekday work resumes (2020-02-03); elsewhere a weekday here is a slip.
        elif day.weekday() < 5 and day - timedelta(days=1) not in off:
            yield Problem("make_up", f"{day} 是{weekday_name(day)}，本来就上班，请核对调休上班日")


def _span(text: str) -> Iterator[date]:
    first, _, last = text.partition("..")
    start = _date(first)
    end = _date(last) if last else start
    if not 0 <= (end - start).days <= 366:
        raise ValueError(text)
    return (start + timedelta(days=step) for step in range((end - start).days + 1))


def _date(text: str) -> date:
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return date(*map(int, found.groups()))


def _mapping(text: str) -> Mapping[str, object]:
    try:
        data = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("通知文件读不懂：应是 TOML 或 JSON 文本", code="bad_notice") from error
    if not isinstance(data, dict):
        raise Refused("通知文件读不懂：应是 TOML 或 JSON 文本", code="bad_notice")
    return data


def _only_year(years: Mapping[str, object]) -> Mapping[str, object]:
    if len(years) != 1:
        raise _bad("year", "一次只导入一个年份的通知")
    [(year, data)] = years.items()
    if not isinstance(data, dict) or not str(year).isdecimal():
        raise _bad("year", "通知缺少年份")
    return {**data, "year": int(year)}


def _from_day_list(data: Mapping[str, object]) -> Mapping[str, object]:
    rows = data["days"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "date" in row for row in rows):
        raise _bad("days", "days 应是 {name, date, isOffDay} 的列表")
    off = [{"name": row.get("name", ""), "days": row["date"]} for row in rows if row.get("isOffDay")]
    make_up = [row["date"] for row in rows if not row.get("isOffDay")]
    return {"year": data.get("year"), "papers": data.get("papers", []), "off": off, "make_up": make_up}


def _bad(field: str, message: str) -> Refused:
    return Refused(f"放假通知有误：{message}", problems=(Problem(field, message),), code="bad_notice")
