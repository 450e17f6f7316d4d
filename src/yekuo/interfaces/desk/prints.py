"""打印: the forms of a case as PDF, whole copies for a reason, and several cases in one file."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yekuo.interfaces.desk.cases import head_of
from yekuo.interfaces.desk.reader import Reader, case_file, desk, must
from yekuo.interfaces.look.parts import Crumb
from yekuo.interfaces.look.printed import public_address, shown
from yekuo.operations.casefile import NotFound
from yekuo.operations.people import REASON_AT_MOST
from yekuo.operations.prints import MOST_IN_BATCH, Choice, choices, numbers_of, print_batch, print_form, printable
from yekuo.records.persons import FIELDS
from yekuo.rules.prints import FORMS, Form, form_of
from yekuo.rules.refusal import Refused

REASONS = ("交客户签字", "客户要求补打", "现场作业", "随档案归档")
SHOWN = {**FIELDS, "address": "用电地址"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """批量一行: a case with its forms; `forms` pairs a form with whether it is ticked."""

    number: str
    url: str
    forms: tuple[tuple[Form, bool], ...]


@require_safe
@desk
def masked(request: HttpRequest, reader: Reader, number: str, form: str) -> HttpResponse:
    """This function will show a form of a case as a masked paper."""
    file = case_file(reader, number)
    wanted = _form(form)
    try:
        made = print_form(
            number=file.number, form=wanted.key, by=reader.actor, at=reader.at, address=public_address(request)
        )
    except Refused as refused:
        raise Http404(f"{refused.message}。") from None
    return shown(made)


def _form(key: str) -> Form:
    found = form_of(key)
    if found is None:
        raise Http404("没有这种表单。")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def whole(request: HttpRequest, reader: Reader, number: str, form: str) -> HttpResponse:
    """This function will ask for the reason and then show a form that names the customer in full."""
    file = case_file(reader, number)
    wanted = _form(form)
    must(reader, "reveal_personal", "打印完整件")
    if wanted not in printable(file) or not wanted.whole:
        raise Http404(f"工单现在还不能打印{wanted.name}。")
    reason, refused = _reason(request), None
    if request.method == "POST":
        try:
            made = print_form(
                number=file.number, form=wanted.key, by=reader.actor, at=reader.at, address=public_address(request),
                whole=True, reason=reason,
            )  # fmt: skip
            return shown(made)
        except Refused as why:
            if why.code == "forbidden":
                raise PermissionDenied(why.message) from None
            refused = why
    case = Crumb(label=file.number, url=reverse("desk:case", args=(file.number,)))
    context = {
        **head_of(file, reader),
        "crumbs": [
            Crumb(label="在途工单", url=reverse("desk:cases")),
            case,
            Crumb(label=f"打印{wanted.name}（完整件）"),
        ],
        "form": wanted,
        "fields": "、".join(SHOWN[one] for one in wanted.whole),
        "reason": reason,
        "refused": refused,
        "reasons": REASONS,
        "most": REASON_AT_MOST,
    }
    return render(request, "desk/print_whole.html", context, status=422 if refused else 200)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\x00", "")[: REASON_AT_MOST * 2]


# --- several cases ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def batch(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will take case numbers, let forms be ticked, name exactly what is printed, and print it."""
    try:
        numbers = _numbers(request, reader)
        if request.method != "POST" or not numbers:
            return _ask(request, reader)
        found = choices(numbers=numbers, by=reader.actor)
    except Refused as refused:
        return _ask(request, reader, refused=refused)
    ticked, unknown = _ticked(request, found)
    wish = request.POST.get("wish", "")
    if unknown:
        return _tick(request, reader, found, ticked, refused=Refused(f"这些表单现在不能打印：{unknown}"))
    if wish in ("confirm", "print") and not ticked:
        return _tick(request, reader, found, ticked, refused=Refused("还没有勾选要打印的表单"))
    if wish == "confirm":
        return _confirm(request, reader, ticked)
    return _print(request, reader, ticked) if wish == "print" else _tick(request, reader, found, ticked)


def _numbers(request: HttpRequest, reader: Reader) -> list[str]:
    """Ticked in a list (`case`, a key), carried on (`number`) or typed (`numbers`): each once, in the order they came."""
    keys = numbers_of(keys=request.POST.getlist("case"), by=reader.actor)
    typed = request.POST.get("numbers", "").replace("\x00", "").replace("，", " ").replace(",", " ").split()
    sent = [one.replace("\x00", "").strip() for one in request.POST.getlist("number")]
    return list(dict.fromkeys(one.upper()[:20] for one in [*keys, *sent, *typed] if one))


def _ticked(request: HttpRequest, found: Sequence[Choice]) -> tuple[list[tuple[str, Form]], str]:
    """What was ticked and can be printed, in the order of the cases, and what was ticked and cannot."""
    same = request.POST.get("same", "") if request.POST.get("wish") == "same" else ""
    sent = set(request.POST.getlist("print"))
    ticked = [
        (one.number, form)
        for one in found
        for form in one.forms
        if f"{one.number}:{form.key}" in sent or form.key == same
    ]
    known = {f"{number}:{form.key}" for number, form in ticked}
    return ticked, "、".join(sorted(sent - known)[:5])[:200]


def _ask(request: HttpRequest, reader: Reader, *, refused: Refused | None = None) -> HttpResponse:
    typed = request.POST.get("numbers", "") or "\n".join(request.POST.getlist("number"))
    context = {"crumbs": CRUMBS, "refused": refused, "typed": typed, "most": MOST_IN_BATCH}
    return render(request, "desk/print_batch.html", context, status=422 if refused else 200)


CRUMBS = [Crumb(label="批量打印")]


def _tick(
    request: HttpRequest,
    reader: Reader,
    found: Sequence[Choice],
    ticked: Sequence[tuple[str, Form]],
    *,
    refused: Refused | None = None,
) -> HttpResponse:
    chosen = {(number, form.key) for number, form in ticked}
    lines = [
        Line(
            number=one.number,
            url=reverse("desk:case", args=(one.number,)),
            forms=tuple((form, (one.number, form.key) in chosen) for form in one.forms),
        )
        for one in found
    ]
    there = {form.key for one in found for form in one.forms}
    context = {
        "crumbs": CRUMBS,
        "lines": lines,
        "refused": refused,
        "kinds": [one for one in FORMS.values() if one.key in there],
        "same": request.POST.get("same", ""),
    }
    return render(request, "desk/print_tick.html", context, status=422 if refused else 200)


def _confirm(
    request: HttpRequest, reader: Reader, ticked: Sequence[tuple[str, Form]], *, refused: Refused | None = None
) -> HttpResponse:
    context = {
        "crumbs": CRUMBS,
        "ticked": ticked,
        "cases": list(dict.fromkeys(number for number, _ in ticked)),
        "may_whole": reader.may("reveal_personal"),
        "whole": request.POST.get("copy") == "whole",
        "reason": _reason(request),
        "reasons": REASONS,
        "most": REASON_AT_MOST,
        "refused": refused,
    }
    return render(request, "desk/print_confirm.html", context, status=422 if refused else 200)


def _print(request: HttpRequest, reader: Reader, ticked: Sequence[tuple[str, Form]]) -> HttpResponse:
    try:
        made = print_batch(
            wanted=[(number, form.key) for number, form in ticked], by=reader.actor, at=reader.at,
            address=public_address(request), whole=request.POST.get("copy") == "whole", reason=_reason(request),
        )  # fmt: skip
    except NotFound:
        raise Http404("没有这个工单，或不在您的单位范围内。") from None
    except Refused as refused:
        if refused.code == "forbidden":
            raise PermissionDenied(refused.message) from None
        return _confirm(request, reader, ticked, refused=refused)
    return shown(made)
