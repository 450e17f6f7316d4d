"""时限维护: confirm a limit with its date and basis, amend or add one, or put one out of use; previewed, then confirmed."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yekuo.interfaces.admin.limits import clock_words, limit_or_404
from yekuo.interfaces.admin.reader import Reader, keeper_page
from yekuo.interfaces.admin.steps import Change, ReasonForm, two_steps
from yekuo.interfaces.look.forms import DateInput
from yekuo.interfaces.look.names import CLASS_NAMES, CLOCK_KIND_NAMES, RANK_NAMES, VOLTAGE_NAMES
from yekuo.operations.rulebook import amend_limit, confirm_limit, drop_limit, preview_limits
from yekuo.rules.calendar import Unit
from yekuo.rules.facts import CustomerClass
from yekuo.rules.limits import ClockKind, Limit, LimitBook, Rank, Scope

MAY = ("amend_limit", "修改时限")
METHODS = ["GET", "HEAD", "POST"]
YES_NO = (("", "不论"), ("yes", "有外部工程"), ("no", "无外部工程"))
_SLUG = re.compile(r"[^\w.\-]+")


class ConfirmForm(ReasonForm):
    """确认时限: from when it is in force; the basis is the reason."""

    since = forms.DateField(label="施行日期", widget=DateInput, help_text="以文件写明的施行日期为准。")
    field_order = ("since", "reason")


@require_http_methods(METHODS)
@keeper_page(*MAY)
def confirm(request: HttpRequest, reader: Reader, limit_id: str) -> HttpResponse:
    """This function will confirm a limit that was only noted so far."""
    found = limit_or_404(reader.shelf.limits, limit_id)
    form = ConfirmForm(request.POST) if request.method == "POST" else ConfirmForm(initial={"since": found.since})

    def keep(told: dict[str, Any]) -> Any:
        return confirm_limit(
            limit_id=limit_id, since=told["since"], by=reader.actor, at=reader.at, reason=told["reason"]
        )

    change = Change(
        preview=lambda told: preview_limits(lambda book: book.confirmed(limit_id, since=told["since"])),
        keep=keep,
        template="rules/limit_confirm.html",
        done_url=reverse("rules:limit", args=[limit_id]),
        done="时限已确认",
    )
    return two_steps(request, form, change, limit=found, clock=_clock(reader, found))


@require_http_methods(METHODS)
@keeper_page(*MAY)
def drop(request: HttpRequest, reader: Reader, limit_id: str) -> HttpResponse:
    """This function will put a limit out of use."""
    found = limit_or_404(reader.shelf.limits, limit_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def keep(told: dict[str, Any]) -> Any:
        return drop_limit(limit_id=limit_id, by=reader.actor, at=reader.at, reason=told["reason"])

    change = Change(
        preview=lambda told: preview_limits(lambda book: book.without(limit_id)),
        keep=keep,
        template="rules/limit_drop.html",
        done_url=reverse("rules:limits"),
        done="时限已停用",
    )
    return two_steps(request, form, change, limit=found, clock=_clock(reader, found))


def _clock(reader: Reader, found: Limit) -> str:
    return clock_words(found.clock, found.stage, reader.shelf.limits)


class LimitForm(ReasonForm):
    """时限: all that one limit says."""

    document = forms.CharField(label="文件", max_length=120, help_text="如《××省优化营商环境条例》")
    clause = forms.CharField(label="条款", required=False, max_length=60)
    rank = forms.ChoiceField(label="效力", choices=[(one.value, name) for one, name in RANK_NAMES.items()])
    scope = forms.ChoiceField(label="适用范围", choices=[(one.value, one.label) for one in Scope])
    where = forms.CharField(
        label="企业或地方", required=False, max_length=40, help_text="全国的不填；如 SGCC、CSG、河南、宿州。"
    )
    clock = forms.ChoiceField(label="计的是", choices=[(one.value, name) for one, name in CLOCK_KIND_NAMES.items()])
    stage = forms.ChoiceField(label="环节", required=False, help_text="只有环节时限和受理前时限写环节。")
    days = forms.IntegerField(label="天数", min_value=1, max_value=1000)
    unit = forms.ChoiceField(label="单位", choices=[("WD", "工作日"), ("CD", "日历日")], widget=forms.RadioSelect)
    classes = forms.MultipleChoiceField(
        label="客户",
        choices=[(one.value, name) for one, name in CLASS_NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    external_works = forms.ChoiceField(label="外部工程", choices=YES_NO, required=False)
    min_voltage = forms.TypedChoiceField(label="电压从（含）", required=False, coerce=int, empty_value=None)
    max_voltage = forms.TypedChoiceField(label="电压至（含）", required=False, coerce=int, empty_value=None)
    max_capacity = forms.DecimalField(
        label="容量至（含）",
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text="千伏安；低压为千瓦。",
    )
    starts = forms.CharField(label="起点", required=False, max_length=120, help_text="如“受理申请”")
    stops = forms.CharField(label="止点", required=False, max_length=120, help_text="如“方案送达客户”")
    condition = forms.CharField(label="其他条件", required=False, max_length=120)
    since = forms.DateField(label="施行日期", required=False, widget=DateInput)
    until = forms.DateField(
        label="失效日期", required=False, widget=DateInput, help_text="从这一天起不再适用；没有的不填。"
    )
    source = forms.CharField(label="出处", required=False, max_length=200, help_text="文号、网址或存放位置。")
    note = forms.CharField(label="说明", required=False, max_length=300)
    confirmed = forms.BooleanField(
        label="已核对原文", required=False, help_text="不勾选，或没有施行日期的，只列出，不作为依据。"
    )

    def __init__(self, *args: Any, book: LimitBook, **options: Any) -> None:
        """This function will offer the stages the book knows and the nominal voltages."""
        super().__init__(*args, **options)
        self.order_fields([name for name in self.fields if name != "reason"])
        voltages = [("", "不论"), *((int(one), name) for one, name in VOLTAGE_NAMES.items())]
        for name, choices in (
            ("stage", [("", "不写"), *book.stage_names]), ("min_voltage", voltages), ("max_voltage", voltages)
        ):  # fmt: skip
            field: Any = self.fields[name]
            field.choices = choices

    def limit(self, limit_id: str) -> Limit:
        """This function will give the limit the form holds, under an id."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        return Limit(
            **{
                **told, "id": limit_id, "rank": Rank(told["rank"]), "scope": Scope(told["scope"]),
                "clock": ClockKind(told["clock"]), "unit": Unit(told["unit"]),
                "classes": tuple(CustomerClass(one) for one in told["classes"]),
                "external_works": {"yes": True, "no": False}.get(told["external_works"]),
            }
        )  # fmt: skip


def _as_initial(found: Limit, book: LimitBook) -> dict[str, Any]:
    names = LimitForm.base_fields
    told = {name: getattr(found, name) for name in names if hasattr(found, name)}
    works = {True: "yes", False: "no", None: ""}[found.external_works]
    told["source"] = book.source(found) or found.source
    return {**told, "classes": [one.value for one in found.classes], "external_works": works}


@require_http_methods(METHODS)
@keeper_page(*MAY)
def amend(request: HttpRequest, reader: Reader, limit_id: str) -> HttpResponse:
    """This function will put another wording in place of a limit."""
    found = limit_or_404(reader.shelf.limits, limit_id)
    form = _form(request, reader, _as_initial(found, reader.shelf.limits))
    change = _change(reader, form, lambda: limit_id, done="时限已修改")
    return two_steps(request, form, change, limit=found, clock=_clock(reader, found))


@require_http_methods(METHODS)
@keeper_page(*MAY)
def add(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will add a limit, from an empty form or like another one."""
    like = request.GET.get("like", "")
    start: dict[str, Any] = {"unit": "WD", "rank": "promise", "scope": "province", "where": reader.place.province}
    if like:
        start = {**_as_initial(limit_or_404(reader.shelf.limits, like), reader.shelf.limits), "confirmed": False}
    form = _form(request, reader, start)
    change = _change(reader, form, lambda: _free_id(form, reader.shelf.limits), done="时限已新增")
    return two_steps(request, form, change, like=like)


def _form(request: HttpRequest, reader: Reader, initial: dict[str, Any]) -> LimitForm:
    book = reader.shelf.limits
    return LimitForm(request.POST, book=book) if request.method == "POST" else LimitForm(initial=initial, book=book)


def _change(reader: Reader, form: LimitForm, name: Any, *, done: str) -> Change:
    def keep(told: dict[str, Any]) -> Any:
        return amend_limit(limit=form.limit(name()), by=reader.actor, at=reader.at, reason=told["reason"])

    return Change(
        preview=lambda told: preview_limits(lambda book: book.with_limit(form.limit(name()))),
        keep=keep,
        template="rules/limit_form.html",
        done_url=reverse("rules:limits"),
        done=done,
    )


def _free_id(form: LimitForm, book: LimitBook) -> str:
    """An id that says what it is and is nobody's: local.stage.scheme_reply.河南.3."""
    told = form.cleaned_data
    parts = ("local", told["clock"], told["stage"], told["where"])
    base = ".".join(_SLUG.sub("-", part) for part in parts if part)[:60]
    taken = {one.id for one in book.limits}
    return next(f"{base}.{number}" for number in range(1, len(taken) + 2) if f"{base}.{number}" not in taken)
