"""工作日历: equal to an outside opinion on every start day, honest about years not announced, strict about notices."""

import json
from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yekuo.records.rulebooks import shipped_calendar
from yekuo.rules.calendar import BEIJING, Calendar, LocalDays, Notice, day_of, parse_calendar
from yekuo.rules.notices import parse_notice, read_days
from yekuo.rules.refusal import Refused

CALENDAR = shipped_calendar()
DAY = timedelta(days=1)

# Law of 2024 applied by hand to 2027 (RULEBASE 8.7), restated here so that the shipped file is not its own judge.
LAW_2027 = {date(2027, 1, 1), *(date(2027, 2, d) for d in (5, 6, 7, 8)), date(2027, 4, 5), date(2027, 5, 1)} | {
    date(2027, 5, 2),
    date(2027, 6, 9),
    date(2027, 9, 15),
    *(date(2027, 10, d) for d in (1, 2, 3)),
}
MADE_UP_2027 = Notice(
    year=2027,
    off=read_days("2027-01-01..2027-01-03、2027-02-05..2027-02-11、2027-04-03..2027-04-05、2027-05-01..2027-05-05")
    + read_days("2027-06-09、2027-09-15、2027-10-01..2027-10-07"),
    make_up=read_days("2026-12-27、2027-01-30、2027-02-20、2027-04-25、2027-05-08、2027-09-26、2027-10-09"),
    papers=("made up for tests",),
)


def outside_opinion(day: date) -> bool:
    """A working day by the chinesecalendar package to 2026, by the rule for years not announced after."""
    if day.year <= 2026:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and day not in LAW_2027


def days(first: date, last: date) -> list[date]:
    return [first + DAY * step for step in range((last - first).days + 1)]


ORACLE = [day for day in days(date(2015, 1, 1), date(2027, 12, 31)) if outside_opinion(day)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def test_every_day_from_2015_to_2027_is_what_the_outside_opinion_says() -> None:
    wrong = [
        day for day in days(date(2015, 1, 1), date(2027, 12, 31)) if CALENDAR.is_working(day) != outside_opinion(day)
    ]
    assert wrong == []


def test_working_days_per_year_are_the_counted_ones() -> None:
    counted = {year: CALENDAR.between(date(year - 1, 12, 31), date(year, 12, 31)) for year in (2024, 2025, 2026)}
    assert counted == {2024: 251, 2025: 248, 2026: 248}


def test_due_dates_equal_the_outside_opinion_for_every_start_and_every_limit_to_60() -> None:
    next_one = 0
    wrong = []
    for start in days(date(2015, 1, 1), date(2026, 11, 30)):
        while ORACLE[next_one] <= start:
            next_one += 1
        expected = ORACLE[next_one : next_one + 60]
        found = [CALENDAR.add(start, n) for n in range(1, 61)]
        if found != expected:
            wrong.append(start)
    assert wrong == []


@pytest.mark.parametrize(
    ("start", "n", "due", "why"),
    [
        (
            "2026-09-18 10:00",
            15,
            "2026-10-15 17:30",
            "Friday; Sunday 09-20 and Saturday 10-10 work, 中秋 and 国庆 do not",
        ),
        ("2026-09-18 23:59", 15, "2026-10-15 17:30", "night of the same Friday is the same start day"),
        ("2026-09-19 10:00", 1, "2026-09-20 17:30", "Saturday off, the Sunday after is a make-up day"),
        ("2026-09-20 10:00", 1, "2026-09-21 17:30", "a start on a make-up Sunday does not count either"),
        ("2026-02-14 09:00", 1, "2026-02-24 17:30", "make-up Saturday before 春节; next is Tuesday after the holiday"),
        ("2020-01-23 09:00", 1, "2020-02-03 17:30", "春节 lengthened to 02-02 by the paper of 2020-01-27"),
        ("2015-09-02 09:00", 1, "2015-09-06 17:30", "抗战胜利日 09-03..05, make-up Sunday 09-06 (paper of 2015-05-13)"),
        ("2018-12-28 09:00", 2, "2019-01-02 17:30", "Saturday 12-29 works, Monday 12-31 is off by the notice for 2019"),
        ("2024-02-08 09:00", 1, "2024-02-09 17:30", "除夕 2024 is a working day in the notice"),
    ],
)
def test_worked_examples(start: str, n: int, due: str, why: str) -> None:
    deadline = CALENDAR.due(at(start), n)
    assert (deadline.at, deadline.provisional) == (at(due), False), why


def test_a_start_in_another_time_zone_is_taken_by_its_beijing_day() -> None:
    assert CALENDAR.due(datetime(2026, 9, 17, 16, 0, tzinfo=UTC), 15).at == at("2026-10-15 17:30")
    assert day_of(datetime(2026, 9, 17, 15, 59, tzinfo=UTC)) == date(2026, 9, 17)


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="时区"):
        CALENDAR.due(datetime(2026, 9, 18), 15)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "n", "day", "provisional"),
    [
        (date(2026, 11, 19), 25, date(2026, 12, 24), False),
        (date(2026, 11, 19), 26, date(2026, 12, 25), True),
        (date(2026, 11, 19), 30, date(2026, 12, 31), True),
        (date(2026, 11, 19), 31, date(2027, 1, 4), True),
        (date(2026, 10, 29), 45, date(2026, 12, 31), True),
    ],
)
def test_deadlines_after_24_december_of_the_last_announced_year_are_provisional(
    start: date, n: int, day: date, provisional: bool
) -> None:
    deadline = CALENDAR.due(datetime.combine(start, time(9), BEIJING), n)
    assert (deadline.day, deadline.provisional) == (day, provisional)


@pytest.mark.parametrize("year", [2027, 2028, 2029, 2030])
def test_a_year_not_announced_frees_thirteen_days_of_the_law_and_weekends(year: int) -> None:
    off = {d for d in days(date(year, 1, 1), date(year, 12, 31)) if not CALENDAR.is_working(d) and d.weekday() < 5}
    law = [row for row in CALENDAR.statutory if row.year == year]
    assert [row.confirmed for row in law] == [False]
    # 中秋 2028 falls on 10-03, so that year the law's thirteen days are twelve different ones.
    assert len(set(law[0].off)) == (12 if year == 2028 else 13)
    assert off == {d for d in law[0].off if d.weekday() < 5}


def test_a_new_notice_moves_only_what_comes_after_24_december() -> None:
    newer = CALENDAR.with_notice(MADE_UP_2027)
    assert newer.version != CALENDAR.version
    assert newer.last_announced_year == 2027
    for start in days(date(2026, 10, 1), date(2026, 12, 20)):
        for n in (3, 8, 15, 20, 32, 45):
            moment = datetime.combine(start, time(12), BEIJING)
            before, after = CALENDAR.due(moment, n), newer.due(moment, n)
            assert before.provisional or before == after
            assert not after.provisional
    assert newer.due(at("2026-12-24 09:00"), 2).day == date(2026, 12, 27)
    assert newer.is_working(date(2027, 1, 30))
    assert not newer.is_working(date(2027, 2, 11))


def test_statutory_days_stay_off_when_a_notice_forgets_them() -> None:
    short = Notice(year=2027, off=read_days("2027-01-01..2027-01-03"))
    assert CALENDAR.problems(short) == ()
    assert any("2027-10-01" in warning.message for warning in CALENDAR.warnings(short))
    assert not CALENDAR.with_notice(short).is_working(date(2027, 10, 1))


@pytest.mark.parametrize(
    ("notice", "field", "message"),
    [
        (Notice(year=2028, off=read_days("2028-01-01")), "year", "请先导入 2027 年"),
        (Notice(year=2014, off=read_days("2014-01-01")), "year", "日历自 2015 年起"),
        (Notice(year=2027, off=()), "off", "没有列出任何放假日"),
        (Notice(year=2027, off=read_days("2026-12-24")), "off", "也不在上一年最后一周"),
        (Notice(year=2027, off=read_days("2028-01-01")), "off", "不在 2027 年内"),
        (Notice(year=2027, off=read_days("2027-01-01 2027-01-01")), "off", "重复列出"),
        (
            Notice(year=2027, off=read_days("2027-01-02"), make_up=read_days("2027-01-02")),
            "make_up",
            "既列为放假又列为上班",
        ),
        (Notice(year=2027, off=read_days("2027-01-01"), make_up=read_days("2027-03-03")), "make_up", "是星期三"),
        (Notice(year=2027, off=read_days("2027-01-01"), make_up=read_days("2027-10-02")), "make_up", "是法定节假日"),
    ],
)
def test_a_wrong_notice_is_refused_by_field_in_chinese(notice: Notice, field: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        CALENDAR.with_notice(notice)
    assert any(problem.field == field and message in problem.message for problem in refused.value.problems)


def test_a_correction_replaces_the_notice_of_its_year() -> None:
    original = next(notice for notice in CALENDAR.notices if notice.year == 2020)
    shorter = Notice(
        year=2020,
        off=tuple(day for day in original.off if day not in read_days("2020-01-31..2020-02-02")),
        make_up=(*(day for day in original.make_up if day != date(2020, 2, 3)), date(2020, 2, 1)),
    )
    first = CALENDAR.with_notice(shorter)
    assert first.due(at("2020-01-23 09:00"), 1).day == date(2020, 1, 31)
    assert first.with_notice(original).version == CALENDAR.version


@pytest.mark.parametrize(
    "text",
    [
        'year = 2027\noff = ["2027-01-01..2027-01-03"]\nmake_up = ["2026-12-27"]\npapers = ["x"]',
        '{"year": 2027, "off": ["2027-01-01", "2027-01-02..2027-01-03"], "make_up_work": ["2026-12-27"], "papers": ["x"]}',
        '{"years": {"2027": {"off": ["2027-01-01..2027-01-03"], "make_up_work": ["2026-12-27"], "papers": ["x"]}}}',
        json.dumps(
            {
                "year": 2027,
                "papers": ["x"],
                "days": [
                    *({"name": "", "date": f"2027-01-0{day}", "isOffDay": True} for day in (1, 2, 3)),
                    {"name": "", "date": "2026-12-27", "isOffDay": False},
                ],
            }
        ),
    ],
)
def test_a_notice_is_read_from_each_known_form(text: str) -> None:
    off = read_days("2027年1月1日至2027年1月3日")
    assert parse_notice(text) == Notice(year=2027, off=off, make_up=(date(2026, 12, 27),), papers=("x",))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"year": 2027, "off": "2027-01-01"}',
        '{"year": "x"}',
        '{"year": 2027, "off": ["2027-02-30"]}',
        '{"years": {"2026": {}, "2027": {}}}',
        '{"year": 2027, "off": [3]}',
        '{"year": 2027, "days": [1]}',
    ],
)
def test_a_notice_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_notice(text)


def test_days_of_a_province_count_only_when_confirmed() -> None:
    guangxi = shipped_calendar("广西")
    assert [row.name for row in guangxi.unconfirmed] == ["壮族三月三"] * 3
    assert guangxi.is_working(date(2026, 4, 20))
    festival = LocalDays(
        region="广西",
        name="壮族三月三",
        year=2026,
        off=read_days("2026-04-18..2026-04-21"),
        make_up=read_days("2026-04-25"),
        confirmed=True,
    )
    confirmed = guangxi.with_local(festival)
    assert confirmed.add(date(2026, 4, 17), 1) == date(2026, 4, 22)
    assert confirmed.is_working(date(2026, 4, 25))
    assert confirmed.describe(date(2026, 4, 20)) == "壮族三月三放假"
    assert confirmed.for_region("").is_working(date(2026, 4, 20)), "another region is not touched"
    assert confirmed.version != guangxi.version


def test_calendar_days_that_end_on_a_day_off_run_to_the_next_working_day() -> None:
    assert CALENDAR.due_calendar_days(at("2026-09-24 09:00"), 10).day == date(2026, 10, 8), "10-04 lies in 国庆"
    assert CALENDAR.due_calendar_days(at("2026-09-10 09:00"), 10).day == date(2026, 9, 20), "the make-up Sunday counts"
    assert CALENDAR.due_calendar_days(at("2026-09-09 09:00"), 10).day == date(2026, 9, 20), "09-19 is a Saturday off"


def test_without_closing_time_a_day_ends_at_midnight() -> None:
    open_all_day = CALENDAR.with_hours(time(8), None)
    assert open_all_day.due(at("2026-09-18 10:00"), 15).at == at("2026-10-16 00:00")
    with pytest.raises(Refused, match="下班时间"):
        CALENDAR.with_hours(time(18), time(17, 30))


def test_special_days_are_named() -> None:
    named = CALENDAR.special_days(date(2026, 9, 18), date(2026, 10, 15))
    assert [(row.day.isoformat(), row.name) for row in named if row.working] == [
        ("2026-09-20", "调休上班"),
        ("2026-10-10", "调休上班"),
    ]
    assert CALENDAR.describe(date(2026, 10, 1)) == "国庆节放假"
    assert CALENDAR.describe(date(2026, 9, 19)) == "周末"
    assert CALENDAR.describe(date(2026, 9, 21)) == "工作日"


def test_outside_the_calendar_the_answer_is_a_refusal() -> None:
    for ask in (
        lambda: CALENDAR.is_working(date(2014, 12, 31)),
        lambda: CALENDAR.add(date(2014, 12, 30), 1),
        lambda: CALENDAR.add(date(2030, 12, 30), 5),
        lambda: CALENDAR.between(date(2030, 1, 1), date(2031, 1, 1)),
    ):
        with pytest.raises(Refused, match="工作日历只有"):
            ask()
    with pytest.raises(ValueError, match="正整数"):
        CALENDAR.add(date(2026, 1, 5), 0)


@pytest.mark.parametrize(
    "text",
    [
        "x = ",
        "",
        "notice = 3",
        '[[notice]]\nyear = 2015\noff = ["2015-01-01"]\n[[notice]]\nyear = 2017\noff = ["2017-01-01"]',
        '[[notice]]\nyear = 2015\noff = ["2016-01-01"]',
        '[hours]\ncloses = "half past five"\n[[notice]]\nyear = 2015\noff = ["2015-01-01"]',
    ],
)
def test_a_calendar_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_calendar(text)


WITHIN = st.dates(date(2015, 1, 1), date(2026, 12, 1))


@given(start=WITHIN, n=st.integers(1, 80))
def test_counting_back_gives_what_was_counted_forth(start: date, n: int) -> None:
    due = CALENDAR.add(start, n)
    assert CALENDAR.is_working(due)
    assert CALENDAR.between(start, due) == n
    assert CALENDAR.working_days(start, due)[-1] == due
    assert CALENDAR.working_day_before(due + DAY) == due


@given(start=WITHIN, later=st.integers(0, 30), n=st.integers(1, 60), more=st.integers(0, 20))
def test_due_is_monotone_in_start_and_in_days(start: date, later: int, n: int, more: int) -> None:
    assert CALENDAR.add(start, n) <= CALENDAR.add(start + DAY * later, n)
    assert CALENDAR.add(start, n) <= CALENDAR.add(start, n + more)


@given(
    start=st.dates(date(2026, 10, 1), date(2027, 8, 1)),
    n=st.integers(1, 60),
    weekend=st.dates(date(2027, 1, 9), date(2027, 12, 19)),
)
def test_a_make_up_day_only_shortens(start: date, n: int, weekend: date) -> None:
    announced: Calendar = CALENDAR.with_notice(Notice(year=2027, off=tuple(sorted(LAW_2027))))
    saturday = weekend + DAY * ((5 - weekend.weekday()) % 7)
    if saturday not in LAW_2027:
        more = announced.with_notice(Notice(year=2027, off=tuple(sorted(LAW_2027)), make_up=(saturday,)))
        assert more.add(start, n) <= announced.add(start, n)
