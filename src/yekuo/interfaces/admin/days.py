"""工作日计算: when a period of so many working days ends and why; or how many lie between two days. For everyone at a desk."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.admin.calendar import chosen_province, provinces, span
from yekuo.interfaces.admin.reader import Reader, staff_page
from yekuo.interfaces.look.forms import DateInput
from yekuo.interfaces.look.parts import Line
from yekuo.rules.calendar import BEIJING, Calendar, Deadline, weekday_name
from yekuo.rules.refusal import Refused

LONGEST = 400


class DaysForm(forms.Form):
    """计算: from a day on, so many days; or up to another day."""

    start = forms.DateField(label="从哪天起", widget=DateInput, help_text="受理、送达等当日，不计入。")
    days = forms.IntegerField(label="多少天", min_value=1, max_value=LONGEST, required=False)
    unit = forms.ChoiceField(
        label="单位",
        choices=[("WD", "工作日"), ("CD", "日历日")],
        initial="WD",
        required=False,
        widget=forms.RadioSelect,
    )
    end = forms.DateField(
        label="或到哪天为止", widget=DateInput, required=False, help_text="填了这项，就算两天之间有多少天。"
    )
    province = forms.ChoiceField(label="按哪里的日历", required=False)

    def clean(self) -> dict[str, Any]:
        """This function will ask for either days or an end."""
        told = super().clean() or self.cleaned_data
        if not told.get("days") and not told.get("end") and not self.errors:
            self.add_error("days", "请填写天数，或填写到哪天为止")
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """结果: the deadline or the count, the days off and make-up days on the way, and lines of how it came about."""

    deadline: Deadline | None
    working: int
    elapsed: int
    lines: list[Line]


@require_safe
@staff_page
def days(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will answer a question about working days; the address of the answer can be passed on."""
    asked = "start" in request.GET
    province = chosen_province(reader, request.GET.get("province"))
    first = {"start": reader.at.date(), "days": 15, "unit": "WD", "province": province}
    form = DaysForm(_asked(request, province)) if asked else DaysForm(initial=first)
    choice: Any = form.fields["province"]
    choice.choices = [("", "全国")] + [(one, one) for one in provinces(reader)]
    answer = None
    if asked and form.is_valid():
        try:
            answer = _answer(reader.shelf.calendar(province), form.cleaned_data)
        except Refused as no:
            form.add_error(None, no.message)
    return render(request, "rules/days.html", {"form": form, "answer": answer, "province": province or "全国"})


def _asked(request: HttpRequest, province: str) -> QueryDict:
    """What the address leaves out is shown as it is reckoned with."""
    data = request.GET.copy()
    data.setdefault("unit", "WD")
    data.setdefault("province", province)
    return data


def _answer(calendar: Calendar, told: dict[str, Any]) -> Answer:
    start: date = told["start"]
    if told["end"]:
        if told["end"] < start:
            raise Refused("截止日在起始日之前")
        return _told(calendar, start, told["end"], None)
    deadline = _deadline(calendar, start, told["days"], working=told["unit"] != "CD")
    return _told(calendar, start, deadline.day, deadline)


def _deadline(calendar: Calendar, start: date, days: int, *, working: bool) -> Deadline:
    if working:
        return calendar.deadline(calendar.add(start, days))
    morning = calendar.open_at(start).astimezone(BEIJING)
    return calendar.due_calendar_days(morning, days)


def _told(calendar: Calendar, start: date, end: date, deadline: Deadline | None) -> Answer:
    working = calendar.between(start, end)
    return Answer(
        deadline=deadline,
        working=working,
        elapsed=(end - start).days,
        lines=list(_lines(calendar, start, end, working, deadline)),
    )


def _lines(calendar: Calendar, start: date, end: date, working: int, deadline: Deadline | None) -> list[Line]:
    found = [Line(label="起始日", text=f"{start} {weekday_name(start)}（{calendar.describe(start)}），当日不计入")]
    if end > start:
        found.append(
            Line(
                label="经过",
                text=f"{start + timedelta(days=1)} 至 {end}，共 {(end - start).days} 天，其中工作日 {working} 天",
            )
        )
    for name, run in _specials(calendar, start, end):
        found.append(
            Line(label="上班" if calendar.is_working(run[0]) else "不计", text=f"{name}：{span(run)}，{len(run)} 天")
        )
    rest = sum(calendar.describe(start + timedelta(days=step)) == "周末" for step in range(1, (end - start).days + 1))
    if rest:
        found.append(Line(label="不计", text=f"周末 {rest} 天"))
    if deadline:
        found.append(Line(label="到期", text=f"{end} {weekday_name(end)} {calendar.close_at(end):%H:%M} 下班时"))
    if end > calendar.sure_until:
        found.append(Line(label="暂定", text=f"{calendar.sure_until} 之后的放假安排还没有公布，公布后可能变动"))
    return [*found, Line(label="日历", text=f"{calendar.region or '全国'} {calendar.version}")]


def _specials(calendar: Calendar, start: date, end: date) -> list[tuple[str, list[date]]]:
    rows: list[tuple[str, list[date]]] = []
    for one in calendar.special_days(start, end):
        if rows and rows[-1][0] == one.name and (one.day - rows[-1][1][-1]).days == 1:
            rows[-1][1].append(one.day)
        else:
            rows.append((one.name, [one.day]))
    return rows
