"""待办: what the person at the desk has to do now, the deadline first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk.lists import listing
from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.records import worklist
from yekuo.records.worklist import Filters, Listing


@require_safe
@desk
def inbox(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the reader's open tasks."""

    def fetch(filters: Filters, first: int, size: int) -> Listing:
        return worklist.inbox(reader.actor, reader.scope, filters, reader.steps, first=first, size=size)

    return render(request, "desk/inbox.html", listing(request, reader, fetch, whole="全部待办"))
