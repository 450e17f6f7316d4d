"""消息中心: the words left for the reader, by name or for one of their roles; unread first, by kind, one step from the case."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.interfaces.look.forms import accepted
from yekuo.interfaces.look.names import role_name
from yekuo.interfaces.look.parts import Tab
from yekuo.operations.messages import mark_read
from yekuo.records import messages as left
from yekuo.records.messages import MessageRecord

SIZE = 50
KEYS_AT_MOST = 500
NUMBER = re.compile(r"\b(DB|TS)\d{6}\d{4,}\b", re.ASCII)
PAGES = {"DB": "desk:sheet", "TS": "desk:complaint"}
"""What a message may name beside a case: a supervision sheet or a complaint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """消息行: one message ready to be shown."""

    key: int
    text: str
    kind: str
    to: str
    at: datetime
    read_at: datetime | None
    case_number: str
    url: str
    about: str
    about_url: str
    links: tuple[tuple[str, str], ...]


@require_safe
@desk
def messages(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the unread messages, or with `?all=1` every one, newest first; `?kind=` narrows them."""
    every = request.GET.get("all") == "1"
    kind = request.GET.get("kind", "")
    kind = kind if kind in left.KIND_NAMES else ""
    found = left.for_reader(reader.actor, scope=reader.scope)
    shown = found if every else found.filter(read_at=None)
    counted = left.counts(shown)
    rows = left.of_kind(shown, kind).order_by("-at", "-pk")
    page = Paginator(rows, SIZE).get_page(request.GET.get("page", "1"))
    context = {
        "lines": [_line(one) for one in page],
        "page": page,
        "tabs": _tabs(found.filter(read_at=None).count(), every, kind),
        "kinds": _kinds(counted, kind, every),
        "unread": any(one.read_at is None for one in page),
        "every": every,
        "kind": kind,
    }
    return render(request, "desk/messages.html", context)


def _address(*, every: bool, kind: str) -> str:
    asked = "&".join(part for part in ("all=1" if every else "", f"kind={kind}" if kind else "") if part)
    return f"{reverse('desk:messages')}{f'?{asked}' if asked else ''}"


def _tabs(unread: int, every: bool, kind: str) -> list[Tab]:
    return [
        Tab(label="未读", url=_address(every=False, kind=kind), count=unread, current=not every),
        Tab(label="全部", url=_address(every=True, kind=kind), current=every),
    ]


def _kinds(counted: dict[str, int], current: str, every: bool) -> list[Tab]:
    whole = Tab(label="全部种类", url=_address(every=every, kind=""), count=sum(counted.values()), current=not current)
    return [whole] + [
        Tab(label=name, url=_address(every=every, kind=key), count=counted.get(key, 0), current=key == current)
        for key, name in left.KIND_NAMES.items()
        if counted.get(key) or key == current
    ]


def _line(one: MessageRecord) -> Line:
    about = NUMBER.search(one.text)
    text = f"{one.text.partition('：')[0]}：" if one.kind == "digest" and one.links else one.text
    return Line(
        key=one.pk, text=text, kind=left.KIND_NAMES[left.kind_of(one)],
        to="本人" if one.person else role_name(one.role), at=one.at, read_at=one.read_at, case_number=one.case_number,
        url=reverse("desk:case", args=(one.case_number,)) if one.case_number else "",
        about=about[0] if about else "",
        about_url=reverse(PAGES[about[1]], args=(about[0],)) if about else "",
        links=tuple((str(label), str(path)) for label, path in one.links),
    )  # fmt: skip


@require_POST
@desk
def messages_read(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will mark the messages of the form as read, or all of them."""
    keys = [
        int(key)
        for key in request.POST.getlist("key")[:KEYS_AT_MOST]
        if key.isascii() and key.isdigit() and len(key) < 19
    ]
    if keys or "all" in request.POST:
        many = mark_read(keys=None if "all" in request.POST else keys, by=reader.actor, at=reader.at)
        accepted(request, f"{many} 条消息已标为已读。")
    kind = request.POST.get("kind", "")
    return redirect(_address(every=bool(request.POST.get("every")), kind=kind if kind in left.KIND_NAMES else ""))
