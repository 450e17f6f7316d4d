"""工作日历页: a year of a province as a grid, what is provisional and why, days that wait for confirmation, and the history."""

import calendar as months
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.admin.reader import Reader, staff_page
from yekuo.records import rule_changes, staff, units
from yekuo.records.rule_changes import Change
from yekuo.rules.calendar import Calendar, LocalDays, Notice, weekday_name

NAMED_AT_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """日格: one day; `kind` is work, rest, off or makeup; `mark` the sign beside the number, `name` said in full."""

    day: date
    kind: str
    mark: str
    name: str
    provisional: bool
    today: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """月历: the weeks of a month, Monday first; None fills the ends; `working` counts the working days."""

    number: int
    weeks: list[list[Cell | None]]
    working: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """假日: days of one name that follow each other."""

    name: str
    days: str
    count: int
    working: bool


def provinces(reader: Reader) -> list[str]:
    """This function will list the provinces somebody here may ask for: of the units, and those with days of their own."""
    found = set(units.tree().values_list("province", flat=True)) | {reader.place.province}
    found |= {days.region for days in reader.shelf.calendar("").local}
    return sorted(one for one in found if one)


def chosen_province(reader: Reader, wanted: str | None) -> str:
    """This function will give the province asked for when it is known, the reader's own without a wish, else the nation."""
    if wanted is None:
        return reader.place.province
    return wanted if wanted in provinces(reader) else ""


@require_safe
@staff_page
def year(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show a year of a province."""
    province = chosen_province(reader, request.GET.get("province"))
    calendar = reader.shelf.calendar(province)
    years = range(calendar.first_day.year, calendar.last_day.year + 1)
    wanted = request.GET.get("year", "")
    shown = int(wanted) if wanted.isascii() and wanted.isdigit() and int(wanted[:6]) in years else reader.at.year
    shown = min(max(shown, years[0]), years[-1])
    grid = [_month(calendar, shown, number, reader.at.date()) for number in range(1, 13)]
    return render(request, "rules/calendar.html", {
        "calendar": calendar, "province": province, "provinces": provinces(reader), "year": shown,
        "years": reversed(years), "months": grid, "working": sum(one.working for one in grid),
        "holidays": _holidays(calendar, shown), "announced": shown <= calendar.last_announced_year,
        "unconfirmed": [_local(days) for days in calendar.unconfirmed], "history": _history(),
        "may": reader.may("import_notice"),
    })  # fmt: skip


def _month(calendar: Calendar, year: int, number: int, today: date) -> Month:
    weeks = [
        [_cell(calendar, day, today) if day.month == number else None for day in week]
        for week in months.Calendar().monthdatescalendar(year, number)
    ]
    days = [cell for week in weeks for cell in week if cell]
    return Month(number=number, weeks=weeks, working=sum(cell.kind in ("work", "makeup") for cell in days))


def _cell(calendar: Calendar, day: date, today: date) -> Cell:
    name = calendar.describe(day)
    working = calendar.is_working(day)
    kind = {("工作日", True): "work", ("周末", False): "rest"}.get((name, working), "makeup" if working else "off")
    return Cell(
        day=day,
        kind=kind,
        mark={"off": "休", "makeup": "班"}.get(kind, ""),
        name=name,
        provisional=day > calendar.sure_until,
        today=day == today,
    )


def _holidays(calendar: Calendar, year: int) -> list[Holiday]:
    rows: list[tuple[str, bool, list[date]]] = []
    for one in calendar.special_days(max(date(year - 1, 12, 31), calendar.first_day), date(year, 12, 31)):
        last = rows[-1] if rows else None
        if last and last[:2] == (one.name, one.working) and (one.day - last[2][-1]).days == 1:
            last[2].append(one.day)
        else:
            rows.append((one.name, one.working, [one.day]))
    return [Holiday(name=name, days=span(days), count=len(days), working=working) for name, working, days in rows]


def span(days: list[date]) -> str:
    """This function will write days that follow each other: 10-01 星期四 至 10-07 星期三."""
    first, last = (f"{day:%m-%d} {weekday_name(day)}" for day in (days[0], days[-1]))
    return first if first == last else f"{first} 至 {last}"


def _local(days: LocalDays) -> tuple[LocalDays, str]:
    both = [f"放假 {'、'.join(f'{day:%m-%d}' for day in days.off)}"] if days.off else []
    both += [f"上班 {'、'.join(f'{day:%m-%d}' for day in days.make_up)}"] if days.make_up else []
    return days, "；".join(both)


def _history() -> list[tuple[Change, str, str]]:
    rows = rule_changes.calendar_history(most=NAMED_AT_MOST)
    names = staff.names_of(row.change.by for row in rows)
    return [(row.change, _what(row.days), names.get(row.change.by, "系统")) for row in rows]


def _what(days: Notice | LocalDays) -> str:
    counts = f"放假 {len(days.off)} 天，调休上班 {len(days.make_up)} 天"
    if isinstance(days, Notice):
        return f"{days.year} 年放假通知：{counts}"
    return f"{days.region} {days.year} 年“{days.name}”{'' if days.confirmed else '（未确认）'}：{counts}"
