"""营业厅: a clerk's window, the numbers waiting, the kiosk's page, the screen on the wall and the load of every hall."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yekuo.interfaces.desk.deeds import KEY_LENGTH
from yekuo.interfaces.desk.reader import Reader, desk, must
from yekuo.interfaces.look.clock import now
from yekuo.operations import hall as deeds
from yekuo.records import hall as records
from yekuo.records import staff, tables, units, worklist
from yekuo.records.hall import Hall, Ticket, Window
from yekuo.rules.calendar import BEIJING, day_of
from yekuo.rules.hall import (
    PURPOSE_NAMES,
    SERVES_NAMES,
    STATUS_NAMES,
    Grade,
    Load,
    Purpose,
    Serves,
    TicketStatus,
    Timer,
    load_of,
    timer,
)
from yekuo.rules.refusal import Refused

CALLED = (TicketStatus.CALLED.value, TicketStatus.SERVING.value)
LATE_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """排队号显示: one number as a page shows it; `minutes` it has waited or has been in hand."""

    key: int
    name: str
    purpose: str
    serves: str
    status: str
    state: str
    first: bool
    window: str
    minutes: int
    taken_at: datetime
    calls: int
    limit: int | None
    timer: Timer | None
    reason: str


def shown(one: Ticket, at: datetime) -> Shown:
    """This function will make a number ready to be shown at a moment."""
    limit = tables.halls().limit(Serves(one.serves), Purpose(one.purpose), on=one.day)
    clock = None
    if one.first_called_at is not None:
        warn = limit.warn if limit else None
        clock = timer(started=one.first_called_at, minutes=one.limit_minutes, warn=warn, at=one.ended_at or at)
    since = one.first_called_at if one.status in CALLED and one.first_called_at else one.taken_at
    return Shown(
        key=one.pk, name=str(one), purpose=PURPOSE_NAMES[Purpose(one.purpose)], serves=SERVES_NAMES[Serves(one.serves)],
        status=one.status, state=STATUS_NAMES[TicketStatus(one.status)], first=one.first_in_line,
        window=str(one.window) if one.window else (f"待 {one.wanted_window} 号窗口" if one.wanted_window else ""),
        minutes=int((at - since).total_seconds() // 60), taken_at=one.taken_at, calls=one.calls,
        limit=one.limit_minutes, timer=clock, reason=one.overrun_reason,
    )  # fmt: skip


def current(reader: Reader) -> tuple[Window | None, Shown | None]:
    """This function will find the window the reader sits at, and the number in hand there."""
    seat = records.seat_of(reader.actor.person)
    held = records.in_hand(seat.pk) if seat else None
    return seat, shown(held, reader.at) if held else None


@require_safe
@desk
def own(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will take a clerk to the hall of their window, or to the first hall of their unit."""
    must(reader, "serve_hall", "窗口叫号")
    seat = records.seat_of(reader.actor.person)
    first = records.halls(reader.scope).first()
    if seat is None and first is None:
        return render(request, "desk/hall_none.html")
    return redirect("desk:hall", hall=seat.hall_id if seat else first.pk)  # type: ignore[union-attr]


def _hall(reader: Reader, key: int) -> Hall:
    found = records.hall(key, reader.scope)
    if found is None:
        raise Http404("没有这个营业厅，或不在您的单位范围内。")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def window(request: HttpRequest, reader: Reader, hall: int) -> HttpResponse:
    """This function will show a hall to a clerk: the number in hand with its minutes, who waits, the windows; and act."""
    must(reader, "serve_hall", "窗口叫号")
    found = _hall(reader, hall)
    refused: Refused | None = None
    typed = ""
    if request.method == "POST":
        typed = request.POST.get("reason", "")[:200]
        try:
            _act(request, reader)
            return redirect("desk:hall", hall=hall)
        except Refused as error:
            refused = error
    return render(request, "desk/hall.html", _page(reader, found, refused, typed), status=422 if refused else 200)


def _act(request: HttpRequest, reader: Reader) -> None:
    sent = request.POST
    by, at = reader.actor, reader.at
    key = _whole(sent.get("ticket", ""))
    number = _whole(sent.get("window", ""))
    acts: dict[str, Callable[[], object]] = {
        "sit": lambda: deeds.sit_down(window=number, by=by, at=at),
        "leave": lambda: deeds.stand_up(by=by),
        "call": lambda: deeds.call_next(by=by, at=at),
        "again": lambda: deeds.call_again(by=by, at=at),
        "serve": lambda: deeds.start_serving(by=by, at=at),
        "done": lambda: deeds.finish(ticket=key, by=by, at=at, reason=sent.get("reason", "")),
        "pass": lambda: deeds.pass_over(by=by, at=at),
        "move": lambda: deeds.transfer(window=number, by=by, at=at, reason=sent.get("reason", "")),
        "back": lambda: deeds.take_back(ticket=key, by=by, at=at),
        "left": lambda: deeds.give_up(ticket=key, by=by, at=at),
    }
    wish = sent.get("wish", "")
    if wish not in acts:
        raise Refused("不认识的操作，请刷新页面后再试", code="form")
    answer = acts[wish]()
    if wish == "call" and answer is None:
        messages.info(request, "现在没有本窗口可办的号。")


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _page(reader: Reader, found: Hall, refused: Refused | None, typed: str) -> dict[str, Any]:
    at = reader.at
    seat, held = current(reader)
    line = list(records.line(found.pk, day=day_of(at)))
    seats = records.windows([found.pk]).get(found.pk, [])
    names = staff.names_of(one.staff or 0 for one in seats)
    return {
        "hall": found,
        "halls": list(records.halls(reader.scope)),
        "today": deeds.today(found, at=at.astimezone(BEIJING)),
        "load": _load(line, seats, at),
        "seat": seat if seat is not None and seat.hall_id == found.pk else None,
        "elsewhere": seat if seat is not None and seat.hall_id != found.pk else None,
        "held": held,
        "least": tables.halls().calls_before_no_show,
        "waiting": [shown(one, at) for one in line if one.status == TicketStatus.WAITING.value],
        "lapsed": [shown(one, at) for one in line if one.status == TicketStatus.NO_SHOW.value],
        "in_hand": [shown(one, at) for one in line if one.status in CALLED],
        "windows": [
            {"row": one, "who": names.get(one.staff or 0, ""), "serves": SERVES_NAMES[Serves(one.serves)]}
            for one in seats
        ],
        "refused": refused,
        "typed": typed,
        "at": at,
    }


def _load(line: list[Ticket], seats: list[Window], at: datetime) -> Load:
    return load_of(
        records.waiting_of(line), windows=len(seats), open_windows=sum(one.staff is not None for one in seats), at=at,
        table=tables.halls(),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def take(request: HttpRequest, reader: Reader, hall: int) -> HttpResponse:
    """This function will give numbers at the counter or the kiosk beside it: one touch, one number, one ticket."""
    must(reader, "serve_hall", "取号")
    found = _hall(reader, hall)
    refused = None
    if request.method == "POST":
        kind, _, purpose = request.POST.get("wish", "").partition("-")
        try:
            if kind not in set(Serves) or purpose not in set(Purpose):
                raise Refused("请选择要办的事项", code="form")
            made = deeds.take_number(
                hall=found.pk, purpose=Purpose(purpose), serves=Serves(kind), by=reader.actor, at=reader.at,
                key=_key(request.POST.get("key", "")), first="first" in request.POST,
            )  # fmt: skip
            return redirect("desk:ticket", key=made.pk)
        except Refused as error:
            refused = error
    choices = [
        (SERVES_NAMES[serves], [(f"{serves.value}-{one.value}", name) for one, name in PURPOSE_NAMES.items()])
        for serves in (Serves.RESIDENT, Serves.BUSINESS)
    ]
    context = {
        "hall": found, "choices": choices, "key": uuid.uuid4().hex, "refused": refused, "at": reader.at,
        "today": deeds.today(found, at=reader.at.astimezone(BEIJING)),
    }  # fmt: skip
    return render(request, "desk/hall_take.html", context, status=422 if refused else 200)


def _key(sent: str) -> str:
    return sent if len(sent) == KEY_LENGTH and sent.isascii() and sent.isalnum() else uuid.uuid4().hex


@require_safe
@desk
def ticket(request: HttpRequest, reader: Reader, key: int) -> HttpResponse:
    """This function will print a number, with a code that tells its holder how many are before them."""
    found = records.ticket(key, reader.scope)
    if found is None:
        raise Http404("没有这个号。")
    address = request.build_absolute_uri(reverse("desk:number", args=[found.token]))
    context = {
        "ticket": shown(found, reader.at), "hall": found.hall, "ahead": records.ahead(found), "at": reader.at,
        "code": qr(address), "address": address,
    }  # fmt: skip
    return render(request, "desk/hall_ticket.html", context)


def qr(address: str) -> SafeString:
    """This function will draw an address as a QR code, in SVG without any style."""
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=2, svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn by us from an address of ours


@login_not_required
@require_safe
def number(request: HttpRequest, token: str) -> HttpResponse:
    """This function will tell whoever holds a ticket how many are before them; nothing personal is on it."""
    found = records.by_token(token)
    if found is None:
        raise Http404("没有这个排队号，请看清票面上的二维码。")
    at = now(request)
    line = list(records.line(found.hall_id, day=found.day))
    seats = records.windows([found.hall_id]).get(found.hall_id, [])
    context = {
        "ticket": shown(found, at), "hall": found.hall, "ahead": records.ahead(found), "load": _load(line, seats, at),
        "old": found.day != day_of(at), "at": at,
    }  # fmt: skip
    answer = render(request, "desk/hall_number.html", context)
    answer["Cache-Control"] = "no-store"
    if found.status in (TicketStatus.WAITING.value, TicketStatus.CALLED.value):
        answer["Refresh"] = "20"
    return answer


@require_safe
@desk
def screen(request: HttpRequest, reader: Reader, hall: int) -> HttpResponse:
    """This function will show on the wall which number goes to which window, and who is next; read only."""
    found = _hall(reader, hall)
    line = list(records.line(found.pk, day=day_of(reader.at)))
    context = {
        "hall": found, "at": reader.at,
        "called": sorted(
            (shown(one, reader.at) for one in line if one.status in CALLED), key=lambda one: one.minutes
        ),
        "next": [shown(one, reader.at) for one in line if one.status == TicketStatus.WAITING.value][:8],
        "waiting": sum(one.status == TicketStatus.WAITING.value for one in line),
    }  # fmt: skip
    answer = render(request, "desk/hall_screen.html", context)
    answer["Refresh"] = "5"
    return answer


@require_safe
@desk
def halls(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the load of every hall within reach, and the services that took longer than their minutes."""
    found = list(records.halls(reader.scope))
    day, at = day_of(reader.at), reader.at
    keys = [one.pk for one in found]
    seats, lines = records.windows(keys), records.of_day(keys, day=day)
    rows = [
        {"hall": one, "load": _load(lines.get(one.pk, []), seats.get(one.pk, []), at),
         "today": deeds.today(one, at=at.astimezone(BEIJING))}
        for one in found
    ]  # fmt: skip
    late = records.overrun(keys, since=day - timedelta(days=LATE_DAYS))
    numbers = {
        line.case: line.number for line in worklist.by_keys(reader.scope, (one.case for one in late if one.case))
    }
    return render(
        request,
        "desk/halls.html",
        {
            "rows": rows,
            "late": [
                {"ticket": one, "shown": shown(one, at), "number": numbers.get(one.case or 0, "")} for one in late
            ],
            "days": LATE_DAYS,
            "may_serve": reader.may("serve_hall"),
            "may_arrange": reader.may("arrange_hall"),
            "serves": [(one.value, SERVES_NAMES[one]) for one in (Serves.GENERAL, Serves.RESIDENT, Serves.BUSINESS)],
            "units": _units(reader),
            "at": at,
        },
    )


def _units(reader: Reader) -> list[Any]:
    """Where a hall may stand: the reader's unit and those below it."""
    return [one for one in units.descendants(units.unit(reader.actor.unit)) if one.active]


@require_POST
@desk
def open_hall(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will open a hall with the windows of its grade."""
    sent = request.POST
    try:
        if sent.get("grade") not in set(Grade):
            raise Refused("请选择营业厅级别", code="form")
        made = deeds.open_hall(
            unit=_whole(sent.get("unit", "")), code=sent.get("code", ""), name=sent.get("name", ""),
            grade=Grade(sent["grade"]), by=reader.actor,
        )  # fmt: skip
        messages.success(request, f"已增设{made.name}，窗口按 {made.grade} 级配好。")
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("desk:halls")


@require_POST
@desk
def arrange(request: HttpRequest, reader: Reader, hall: int) -> HttpResponse:
    """This function will say whom a window serves, for whoever arranges a hall."""
    if not reader.may("arrange_hall"):
        raise PermissionDenied("您的岗位不能设置营业厅。")
    found = _hall(reader, hall)
    try:
        deeds.set_window(
            hall=found.pk, number=_whole(request.POST.get("window", "")), serves=request.POST.get("serves", ""),
            by=reader.actor,
        )  # fmt: skip
        messages.success(request, "窗口已调整。")
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("desk:halls")
