"""方案复核: cases whose scheme a new network no longer carries: checked again, chosen anew, or said what will be done."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yekuo.interfaces.desk.cases import head_of
from yekuo.interfaces.desk.forms.fields import Text
from yekuo.interfaces.desk.reader import Reader, case_file, desk, must
from yekuo.interfaces.look.forms import refuse
from yekuo.interfaces.look.parts import Crumb
from yekuo.operations.casefile import CaseFile
from yekuo.operations.grids import doubts
from yekuo.records import doubts as register
from yekuo.records import persons, staff
from yekuo.rules.doubts import CLEARED_NAMES, EFFECT_NAMES, LONGEST, Cleared
from yekuo.rules.powers import Role
from yekuo.rules.refusal import Refused

SIZE, OLDER = 50, 20
TITLE = "方案待复核"


class SettleForm(forms.Form):
    """处理办法."""

    note = Text(
        "处理办法", most=LONGEST, lines=2, hint="例如：按配套工程 2027 年第一批改造，已与客户说明；以后在工单里能查到。"
    )


def address(number: str) -> str:
    """This function will give the page on which a case is checked again, of '' the list of all."""
    return reverse("desk:doubt", args=(number,)) if number else reverse("desk:doubts")


def own_only(reader: Reader) -> int:
    """This function will give the manager whose cases alone are shown, 0 for whoever sees them all."""
    return 0 if Role.PLANNER in reader.actor.roles else reader.actor.person


@require_safe
@desk
def listing(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the cases that wait to be checked again; a manager sees their own."""
    must(reader, doubts.POWER, TITLE)
    rows = register.waiting(reader.scope, manager=own_only(reader))
    page = Paginator(rows, SIZE).get_page(request.GET.get("page", "1"))
    listed = register.listed(page)
    people = persons.shown({one.applicant for one in listed})
    names = staff.names_of({one.manager for one in listed})
    context = {
        "title": TITLE, "page": page,
        "rows": [
            (one, people[one.applicant].name if one.applicant in people else "", names.get(one.manager, ""),
             [(each, EFFECT_NAMES[each.effect]) for each in one.doubts])
            for one in listed
        ],
    }  # fmt: skip
    return render(request, "desk/scheme_doubts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def doubt(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """This function will show what a new network does to a case and take what its manager or a planner decides."""
    must(reader, doubts.POWER, "复核方案")
    file = case_file(reader, number)
    form = SettleForm(request.POST if request.POST.get("wish") == "settle" else None)
    refused = None
    if request.method == "POST":
        try:
            if _done(request, reader, file, form):
                return redirect("desk:doubt", number=file.number)
        except Refused as error:
            refused = None if form.is_bound else error
            if form.is_bound:
                refuse(form, error)
    return _page(request, reader, file, form, refused)


def _done(request: HttpRequest, reader: Reader, file: CaseFile, form: SettleForm) -> bool:
    if request.POST.get("wish") == "settle":
        if not form.is_valid():
            return False
        doubts.settle(case=file.id, note=form.cleaned_data["note"], by=reader.actor, at=reader.at)
        messages.success(request, "已记下处理办法，这个工单不再提醒。")
        return True
    if doubts.recheck(case=file.id, by=reader.actor, at=reader.at):
        messages.success(request, "复核通过：在用电网带得动，不再提醒。")
    else:
        messages.warning(request, "复核不通过，原因已更新。")
    return True


def _page(
    request: HttpRequest, reader: Reader, file: CaseFile, form: SettleForm, refused: Refused | None
) -> HttpResponse:  # fmt: skip
    rows = register.of_case(file.id)
    names = staff.names_of({one.cleared_by or 0 for one in rows})
    case = Crumb(label=file.number, url=reverse("desk:case", args=(file.number,)))
    context: dict[str, Any] = {
        **head_of(file, reader), "form": form, "refused": refused,
        "crumbs": [Crumb(label="在途工单", url=reverse("desk:cases")), case, Crumb(label="方案复核")],
        "open": [(one, EFFECT_NAMES[one.effect]) for one in rows if one.cleared_at is None],
        "older": [
            (one, EFFECT_NAMES[one.effect], CLEARED_NAMES[Cleared(one.cleared_how)], names.get(one.cleared_by or 0, "系统"))
            for one in rows
            if one.cleared_at is not None
        ][:OLDER],
    }  # fmt: skip
    failed = refused is not None or (form.is_bound and not form.is_valid())
    return render(request, "desk/scheme_doubt.html", context, status=422 if failed else 200)
