"""在等客户: whose turn it is outside, since when, what exactly is asked, how often it was tried, and one button to remind."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yekuo.interfaces.desk.lists import page_of
from yekuo.interfaces.desk.reader import Reader, case_file, desk, must
from yekuo.interfaces.look.names import CONTACT_WAY_NAMES
from yekuo.interfaces.look.parts import Tab
from yekuo.operations.calling import chased
from yekuo.operations.perform import perform
from yekuo.records import followups, tables
from yekuo.rules.deeds.works import ContactCustomer
from yekuo.rules.refusal import Refused
from yekuo.rules.state import Party

SIZE = 20
SENDING = {"waiting": ("待发送", "info"), "sent": ("已发出", "ok"), "failed": ("没有发出，请打电话", "bad")}
OVERSEERS = frozenset({"chief", "supervisor1", "supervisor2"})


@require_safe
@desk
def chase(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the cases that wait for their customer, the longest wait first."""
    view = request.GET.get("view", "")
    whole = bool(OVERSEERS & set(reader.actor.roles)) or "manager" not in reader.actor.roles
    view = view if view in ("mine", "unit", "unreached") else ("unit" if whole else "mine")
    manager = reader.actor.person if view == "mine" else 0
    mine, _ = followups.count_waiting(reader.scope, manager=reader.actor.person)
    unit, silent = followups.count_waiting(reader.scope)
    total = {"mine": mine, "unit": unit, "unreached": silent}[view]
    page = page_of(total, _number(request))
    rows = chased(
        scope=reader.scope, shelf=reader.shelf, at=reader.at, manager=manager, unreached=view == "unreached",
        first=(page.number - 1) * SIZE, size=SIZE,
    )  # fmt: skip
    table = tables.chase()
    context = {
        "rows": rows,
        "page": page if total > SIZE else None,
        "tabs": [
            Tab(label=label, url=f"?view={key}", count=count, current=key == view)
            for key, label, count in (
                ("mine", "我负责的", mine), ("unit", "本单位全部", unit),
                ("unreached", f"联系 {table.attempts} 次没有回应", silent),
            )
        ],
        "may_call": reader.may("contact_customer"),
        "ways": CONTACT_WAY_NAMES,
        "sendings": SENDING,
        "pace": table,
        "at": reader.at,
        "key": uuid.uuid4().hex,
    }  # fmt: skip
    return render(request, "desk/chase.html", context)


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def remind(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """This function will send a drafted text to the customer, recorded as a contact of the case; a double click sends once."""
    file = case_file(reader, number)
    must(reader, "contact_customer", ContactCustomer.title)
    back = f"{reverse('desk:chase')}?view={request.POST.get('view', '')[:10]}#c{file.number}"
    if request.method != "POST":
        return redirect(back)
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    if file.waiting is not Party.CUSTOMER:
        raise Http404("现在不在等客户，不用催。")
    try:
        receipt = perform(
            case=file.id, by=reader.actor, at=reader.at, key=f"{request.POST.get('key', '')[:32]}-{file.id}",
            deed=ContactCustomer(way="sms", reached=False, note=text, send=True),
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, f"{file.number} 没有发出：{refused.message}")
        return redirect(back)
    told = "刚才已经发过，没有重复发送" if receipt.replayed else "提醒短信已交发送，记在联系记录里"
    messages.success(request, f"{file.number} {told}")
    return redirect(back)
