"""日历维护: take in a year's notice, or a province's own days; shown first with every open deadline it would move."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yekuo.interfaces.admin.calendar import provinces
from yekuo.interfaces.admin.reader import Reader, keeper_page
from yekuo.interfaces.admin.steps import Change, ReasonForm, two_steps
from yekuo.operations.rulebook import add_local_days, import_notice, preview_local_days, preview_notice
from yekuo.rules.calendar import LocalDays, Notice
from yekuo.rules.notice_prose import looks_like_prose, read_prose
from yekuo.rules.notices import parse_notice, read_days
from yekuo.rules.refusal import Problem, Refused

FILE_AT_MOST = 200_000
_NAMED = re.compile(r"([^\d：:\n]*+)[：:]?\s*+(\d.*)")  # possessive: a line of blanks is not tried in every way

Named = tuple[tuple[date, ...], tuple[tuple[date, str], ...]]


def lines_of(days: Iterable[date], names: Iterable[tuple[date, str]] = ()) -> str:
    """This function will write days as lines a person edits: '国庆节：2027-10-01..2027-10-07'."""
    called = dict(names)
    runs: list[list[date]] = []
    for day in days:
        follows = runs and (day - runs[-1][-1]).days == 1 and called.get(day) == called.get(runs[-1][-1])
        if follows:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "\n".join(_line(run, called.get(run[0], "")) for run in runs)


def _line(run: list[date], name: str) -> str:
    days = f"{run[0]}..{run[-1]}" if len(run) > 1 else f"{run[0]}"
    return f"{name}：{days}" if name else days


def read_lines(text: str) -> Named:
    """This function will read such lines back into days and their names. Raises Refused naming what is no date."""
    days: list[date] = []
    names: list[tuple[date, str]] = []
    wrong: list[Problem] = []
    for line in filter(str.strip, text.splitlines()):
        found = _NAMED.fullmatch(line)
        try:
            read = read_days(found[2] if found else line)
        except Refused as no:
            wrong += no.problems
            continue
        days.extend(read)
        name = found[1].strip() if found else ""
        names.extend((day, name) for day in read if name)
    if wrong:
        raise Refused("日期写法有误", problems=tuple(wrong), code="bad_days")
    return tuple(sorted(days)), tuple(sorted(names))


class DaysField(forms.CharField):
    """日期行: a text area of days, one holiday a line."""

    def __init__(self, **options: Any) -> None:
        """This function will draw a text area that leaves line ends alone."""
        super().__init__(widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}), max_length=8000, **options)

    def clean(self, value: Any) -> Named:
        """This function will read the lines; what is no date is named."""
        try:
            return read_lines(super().clean(value))
        except Refused as no:
            raise forms.ValidationError([problem.message for problem in no.problems]) from no


class NoticeForm(ReasonForm):
    """放假通知: the year, the days off and the make-up days, as lines."""

    year = forms.IntegerField(label="年份", min_value=2015, max_value=2100)
    paper = forms.CharField(label="文号", required=False, max_length=80, help_text="如：国办发明电〔2026〕7号")
    off = DaysField(label="放假日", help_text="一行一个节日，如“春节：2027-02-05..2027-02-11”。")
    make_up = DaysField(label="调休上班日", required=False, help_text="如“2027-02-20、2027-02-28”，可分多行。")
    field_order = ("year", "paper", "off", "make_up", "reason")

    def notice(self) -> Notice:
        """This function will give the notice the form holds."""
        told = self.cleaned_data
        return Notice(
            year=told["year"],
            off=told["off"][0],
            names=told["off"][1],
            make_up=told["make_up"][0],
            papers=(told["paper"],) if told["paper"] else (),
        )


class SourceForm(forms.Form):
    """通知原文: the notice as published, pasted or as a file, from which the fields are filled."""

    source = forms.CharField(
        label="粘贴通知原文",
        required=False,
        max_length=FILE_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="可以是公布的文字（“元旦：1月1日至3日放假调休……1月4日上班。”），也可以是 TOML 或 JSON。",
    )
    file = forms.FileField(label="或上传文件", required=False, help_text="文本文件（.txt、.toml、.json）")

    def clean(self) -> dict[str, Any]:
        """This function will read the notice out of the text or the file."""
        told = super().clean() or self.cleaned_data
        text = text_of(told.get("file")) or str(told.get("source") or "")
        if not text.strip():
            raise forms.ValidationError("请粘贴通知原文或选择文件")
        try:
            told["notice"] = read_prose(text) if looks_like_prose(text) else parse_notice(text)
        except Refused as no:
            raise forms.ValidationError(no.message) from no
        return told


def text_of(file: Any) -> str:
    """This function will read an uploaded text file; a file that is none is a form error."""
    if file is None:
        return ""
    if file.size > FILE_AT_MOST:
        raise forms.ValidationError(f"文件太大，最多 {FILE_AT_MOST // 1000} KB")
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise forms.ValidationError("文件不是 UTF-8 编码的文本") from None


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page("import_notice", "导入节假日通知")
def notice(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will read a notice out of its text, show what it would move, and take it in."""
    following = reader.shelf.calendar("").last_announced_year + 1
    source = SourceForm()
    form: forms.Form = NoticeForm(request.POST) if request.method == "POST" else NoticeForm(initial={"year": following})
    if request.POST.get("step") == "read":
        source = SourceForm(request.POST, request.FILES)
        read = source.is_valid()
        form = NoticeForm(initial=_filled(source.cleaned_data["notice"]) if read else {"year": following})
        told = {"form": form, "source": source, "read": read, "following": following}
        return render(request, "rules/notice.html", told, status=200 if read else 422)
    return two_steps(request, form, _notice_change(reader, form), source=source, following=following)


def _filled(one: Notice) -> dict[str, Any]:
    return {
        "year": one.year,
        "paper": "、".join(one.papers)[:80],
        "off": lines_of(one.off, one.names),
        "make_up": lines_of(one.make_up),
    }


def _notice_change(reader: Reader, form: Any) -> Change:
    def keep(told: dict[str, Any]) -> Any:
        return import_notice(notice=form.notice(), by=reader.actor, at=reader.at, reason=told["reason"])

    return Change(
        preview=lambda told: preview_notice(form.notice()),
        keep=keep,
        template="rules/notice.html",
        done_url=reverse("rules:calendar"),
        done="放假通知已导入",
    )


class LocalForm(ReasonForm):
    """地方放假: days a province adds or moves; counted only when confirmed."""

    region = forms.ChoiceField(label="省份")
    name = forms.CharField(label="节日名称", max_length=30)
    year = forms.IntegerField(label="年份", min_value=2015, max_value=2100)
    off = DaysField(label="放假日", required=False)
    make_up = DaysField(label="上班日", required=False)
    source = forms.CharField(label="出处（文号或网址）", required=False, max_length=300)
    note = forms.CharField(label="说明", required=False, max_length=300)
    confirmed = forms.BooleanField(
        label="已核对通知原文，自确认起计入工作日", required=False, help_text="不勾选的只列出，不影响任何期限。"
    )
    field_order = ("region", "name", "year", "off", "make_up", "source", "note", "confirmed", "reason")

    def clean(self) -> dict[str, Any]:
        """This function will refuse a row without days, and days outside its year."""
        told = super().clean() or self.cleaned_data
        off, make_up = (told.get(name, ((), ()))[0] for name in ("off", "make_up"))
        if not (off or make_up or self.errors):
            self.add_error("off", "请填写放假日或上班日")
        for name, days in (("off", off), ("make_up", make_up)):
            stray = [day for day in days if day.year != told.get("year", day.year)]
            if stray:
                self.add_error(name, f"{stray[0]} 不在 {told.get('year')} 年内")
        return told

    def days(self) -> LocalDays:
        """This function will give the days the form holds."""
        told = self.cleaned_data
        return LocalDays(
            region=told["region"], name=told["name"], year=told["year"], off=told["off"][0], make_up=told["make_up"][0],
            confirmed=told["confirmed"], source=told["source"], note=told["note"],
        )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page("import_notice", "维护地方放假")
def local(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will add a province's own days, or confirm those that wait for it."""
    form = LocalForm(request.POST) if request.method == "POST" else LocalForm(initial=_known(request, reader))
    choice: Any = form.fields["region"]
    choice.choices = [(one, one) for one in provinces(reader)]

    def keep(told: dict[str, Any]) -> Any:
        return add_local_days(days=form.days(), by=reader.actor, at=reader.at, reason=told["reason"])

    back = {"province": request.POST.get("region", request.GET.get("region", ""))}
    change = Change(
        preview=lambda told: preview_local_days(form.days()),
        keep=keep,
        template="rules/local.html",
        done_url=f"{reverse('rules:calendar')}?{urlencode(back)}",
        done="地方放假已保存",
    )
    return two_steps(request, form, change)


def _known(request: HttpRequest, reader: Reader) -> dict[str, Any]:
    """The row to be confirmed, when the address names one; else an empty row of the reader's province."""
    region, name, year = (request.GET.get(key, "") for key in ("region", "name", "year"))
    for one in reader.shelf.calendar(region).local:
        if (one.region, one.name, str(one.year)) == (region, name, year):
            return {
                "region": region, "name": name, "year": one.year, "off": lines_of(one.off), "source": one.source,
                "make_up": lines_of(one.make_up), "note": one.note, "confirmed": True,
            }  # fmt: skip
    return {"region": reader.place.province, "year": reader.at.year, "confirmed": True}
