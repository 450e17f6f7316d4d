"""配套工程需求: what grid planning has to build, with the works that were checked; planned, finished or dropped here."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yekuo.interfaces.desk import capacity_held
from yekuo.interfaces.desk.capacity_held import NeedShown
from yekuo.interfaces.desk.forms.fields import Day, Text
from yekuo.interfaces.desk.reader import Reader, desk, must
from yekuo.interfaces.desk.rows import Row, rows_of
from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.interfaces.look.parts import Crumb, Tab
from yekuo.records import needs as register
from yekuo.records import worklist
from yekuo.rules.needs import NEED_NAMES, NeedState
from yekuo.rules.refusal import Refused

SIZE = 50
SEE, ACT = "see_needs", "plan_needs"
TITLE = "配套工程需求"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """需求行: a need beside the case it is for."""

    need: NeedShown
    case: Row | None
    url: str


class PlanForm(forms.Form):
    """列入计划."""

    planned = Day("计划完成日期", hint="客户在进度页能看到这个日期。")
    note = Text("说明", most=300, lines=2, required=False, hint="例如：列入 2027 年第一批配网项目，项目编号。")


class FinishForm(forms.Form):
    """已完成."""

    note = Text(
        "完成说明",
        most=300,
        lines=2,
        required=False,
        hint="请先导入改造后的电网，再登记完成；登记时会重新校核，有容量才能预留。",
    )


class DropForm(forms.Form):
    """取消."""

    note = Text("取消原因", most=300, lines=2, hint="例如：已改由别的线路供电。")


FORMS: dict[str, type[forms.Form]] = {"plan": PlanForm, "finish": FinishForm, "drop": DropForm}
STEPS = {"plan": "列入计划", "finish": "登记完成", "drop": "取消需求"}


def _of(reader: Reader, state: NeedState) -> QuerySet[Any]:
    return register.listed(reader.scope, states=(state.value,))


@require_safe
@desk
def needs(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the needs of a state, the earliest first, with the numbers of every state."""
    must(reader, SEE, TITLE)
    asked = request.GET.get("view", "")
    state = NeedState(asked) if asked in NEED_NAMES else NeedState.OPEN
    here = reverse("desk:needs")
    tabs = [
        Tab(label=name, url=f"{here}?view={key.value}", current=key is state, count=_of(reader, key).count())
        for key, name in NEED_NAMES.items()
    ]
    page = Paginator(_of(reader, state), SIZE).get_page(request.GET.get("page", "1"))
    shown = capacity_held.needs_shown(page)
    cases = {row.case: row for row in rows_of(reader, worklist.by_keys(reader.scope, {one.case for one in page}))}
    rows = [
        Line(need=one, case=cases.get(row.case), url=reverse("desk:need", args=[row.pk]))
        for one, row in zip(shown, page, strict=True)
    ]
    context = {"tabs": tabs, "rows": rows, "page": page, "state": NEED_NAMES[state], "sums": _sums(page)}
    return render(request, "desk/needs.html", context)


def _sums(page: Any) -> dict[str, float]:
    return {"kw": sum(one.kw for one in page), "works": sum(one.remedy.get("works", 0.0) for one in page)}


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def need(request: HttpRequest, reader: Reader, key: int) -> HttpResponse:
    """This function will show a need with its works, and take the step that was sent."""
    must(reader, SEE, TITLE)
    row = register.listed(reader.scope, states=tuple(one.value for one in NeedState)).filter(pk=key).first()
    if row is None:
        raise Http404("没有这项需求，或不在您的范围内。")
    step = request.POST.get("step", "")
    sent = FORMS[step](request.POST) if step in FORMS else None
    if sent is not None:
        must(reader, ACT, TITLE)
        if sent.is_valid() and _taken(request, reader, key, step, sent):
            return redirect("desk:need", key=key)
    case = rows_of(reader, worklist.by_keys(reader.scope, (row.case,)))
    live = row.state in register.LIVE and reader.may(ACT)
    context = {
        "one": capacity_held.needs_shown([row])[0], "pk": row.pk, "case": case[0] if case else None, "step": step,
        "offers": [(name, STEPS[name], sent if name == step and sent else form()) for name, form in FORMS.items()] if live else [],
        "refused": sent if sent is not None and not live else None,
        "crumbs": [Crumb(label=TITLE, url=reverse("desk:needs")), Crumb(label=case[0].number if case else str(key))],
    }  # fmt: skip
    return render(request, "desk/need.html", context)


def _taken(request: HttpRequest, reader: Reader, key: int, step: str, form: forms.Form) -> bool:
    from yekuo.operations.grids import needs as doing

    typed = form.cleaned_data
    how: dict[str, Any] = {"need": key, "by": reader.actor, "at": reader.at, **typed}
    try:
        told = "已取消这项需求。"
        if step == "plan":
            doing.plan(**how)
            told = "已列入计划，客户可在进度页看到计划日期。"
        elif step == "finish":
            fits = doing.finish(**how)
            told = "已登记完成，容量已预留给这个工单。" if fits else "已登记完成。"
        else:
            doing.drop(**how)
    except Refused as refused:
        refuse(form, refused)
        return False
    accepted(request, told, draft=f"need-{step}-{key}")
    return True
