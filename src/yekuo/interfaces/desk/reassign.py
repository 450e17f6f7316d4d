"""改派: cases ticked in a list go to another person: whom and why, then case by case whether they may, then what became of each."""

import uuid
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yekuo.interfaces.desk.reader import Reader, desk, must
from yekuo.interfaces.desk.rows import rows_of
from yekuo.interfaces.look.names import role_name
from yekuo.interfaces.look.parts import Crumb
from yekuo.interfaces.look.wayback import own_address
from yekuo.operations.desk import reassigning
from yekuo.operations.desk.reassigning import REASON_AT_MOST, Wanted
from yekuo.records import staff, worklist
from yekuo.rules.refusal import Refused

DIGITS = 15
KEY_LENGTH = 32


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def reassign(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will lead chosen cases over to another person in three steps."""
    must(reader, "hand_over", "转办")
    if request.method != "POST":
        return redirect("desk:cases")
    try:
        keys = reassigning.chosen(_numbers(request.POST.getlist("case")))
    except Refused as refused:
        return _page(request, reader, (), refused=refused)
    step = request.POST.get("step", "choose")
    if step == "choose":
        return _page(request, reader, keys)
    try:
        return _decided(request, reader, keys) if step == "confirm" else _preview(request, reader, keys)
    except Refused as refused:
        return _page(request, reader, keys, refused=refused)


def _numbers(sent: list[str]) -> list[int]:
    """Keys as sent; what is no number names no case."""
    return [int(one) for one in sent if one.isascii() and one.isdigit() and len(one) <= DIGITS]


def _wanted(request: HttpRequest) -> Wanted:
    role, _, person = request.POST.get("to", "").partition(":")
    numbers = _numbers([person])
    reason = request.POST.get("reason", "").replace("\x00", "")
    return Wanted(role=role[:20], person=numbers[0] if numbers else 0, reason=reason)


def _page(
    request: HttpRequest, reader: Reader, keys: tuple[int, ...], *, refused: Refused | None = None
) -> HttpResponse:
    """Whom the chosen cases go to, and why; the cases are named again."""
    lines = worklist.by_keys(reader.scope, keys)
    offered: dict[str, list[reassigning.Candidate]] = {}
    for one in reassigning.candidates(keys=keys, by=reader.actor):
        offered.setdefault(one.role_name, []).append(one)
    context = {
        **_frame(request),
        "keys": [line.case for line in lines],
        "rows": rows_of(reader, lines),
        "offered": offered,
        "to": request.POST.get("to", ""),
        "reason": request.POST.get("reason", "")[: REASON_AT_MOST * 2],
        "most": REASON_AT_MOST,
        "refused": refused,
        "missing": len(keys) - len(lines),
    }
    return render(request, "desk/reassign.html", context)


def _preview(request: HttpRequest, reader: Reader, keys: tuple[int, ...]) -> HttpResponse:
    wanted = _wanted(request)
    verdicts = reassigning.preview(keys=keys, wanted=wanted, by=reader.actor, at=reader.at)
    names = staff.names_of({one.held_by for one in verdicts} | {wanted.person})
    able = [one for one in verdicts if not one.why_not]
    context = {
        **_frame(request),
        "verdicts": [(one, names.get(one.held_by, "未指定到人")) for one in verdicts],
        "able": able,
        "many": len(able),
        "to": request.POST.get("to", ""),
        "reason": wanted.reason,
        "role": role_name(wanted.role),
        "person": names.get(wanted.person, ""),
        "keys": keys,
        "key": uuid.uuid4().hex,
    }
    return render(request, "desk/reassign_preview.html", context)


def _decided(request: HttpRequest, reader: Reader, keys: tuple[int, ...]) -> HttpResponse:
    """Exactly the cases of the preview go over: as many as it counted, each where it stood then."""
    wanted = _wanted(request)
    expected = {key: request.POST.get(f"at_{key}", "")[:60] for key in keys}
    if str(len(keys)) != request.POST.get("many", "") or not all(expected.values()):
        raise Refused("提交的工单与预览不一致，没有改派任何一件，请重新预览", code="not_previewed")
    outcomes = reassigning.reassign(
        expected=expected, wanted=wanted, by=reader.actor, at=reader.at, key=_key(request.POST.get("key", ""))
    )
    names = staff.names_of({wanted.person})
    context = {
        **_frame(request),
        "outcomes": outcomes,
        "done": sum(one.done for one in outcomes),
        "left": sum(not one.done for one in outcomes),
        "role": role_name(wanted.role),
        "person": names.get(wanted.person, ""),
    }
    return render(request, "desk/reassign_done.html", context)


def _key(sent: str) -> str:
    if len(sent) != KEY_LENGTH or not (sent.isascii() and sent.isalnum()):
        raise Refused("这张预览已经失效，没有改派任何一件，请重新预览", code="bad_key")
    return sent


def _frame(request: HttpRequest) -> Mapping[str, object]:
    back = own_address(request, otherwise=reverse("desk:cases"))
    return {"back_url": back, "crumbs": [Crumb(label="清单", url=back), Crumb(label="改派")]}
