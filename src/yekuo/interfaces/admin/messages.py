"""消息页: the words left for the reader, by name or for one of their roles; read ones stay to be looked up."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from yekuo.interfaces.admin.reader import Reader, staff_page
from yekuo.interfaces.look.forms import accepted
from yekuo.interfaces.look.names import role_name
from yekuo.interfaces.look.parts import Tab
from yekuo.operations.messages import mark_read
from yekuo.records import messages as left

SIZE = 50
KEYS_AT_MOST = 500


@require_safe
@staff_page
def messages(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the unread messages, or with `?all=1` every one, newest first."""
    every = request.GET.get("all") == "1"
    found = left.for_reader(reader.actor)
    unread = found.filter(read_at=None).count()
    rows = found.order_by("-at", "-pk") if every else found.filter(read_at=None).order_by("-at", "-pk")
    page = Paginator(rows, SIZE).get_page(request.GET.get("page", "1"))
    here = reverse("rules:messages")
    tabs = [
        Tab(label="未读", url=here, count=unread, current=not every),
        Tab(label="全部", url=f"{here}?all=1", current=every),
    ]
    lines = [(one, "本人" if one.person else role_name(one.role)) for one in page]
    return render(
        request, "rules/messages.html", {"lines": lines, "page": page, "tabs": tabs, "unread": unread, "every": every}
    )


@require_POST
@staff_page
def read(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will mark the messages of the form as read, or all of them."""
    keys = [
        int(key)
        for key in request.POST.getlist("key")[:KEYS_AT_MOST]
        if key.isascii() and key.isdigit() and len(key) < 19
    ]
    if keys or "all" in request.POST:
        many = mark_read(keys=None if "all" in request.POST else keys, by=reader.actor, at=reader.at)
        accepted(request, f"{many} 条消息已标为已读。")
    return redirect(f"{reverse('rules:messages')}{'?all=1' if request.POST.get('every') else ''}")
