"""工单清单: open cases, suspended ones, those that ended, and those one manages while others have the ball."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk.lists import listing
from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.records import worklist
from yekuo.records.worklist import Filters, Listing


@require_safe
@desk
def in_hand(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show every open case within the reader's reach."""

    def fetch(filters: Filters, first: int, size: int) -> Listing:
        return worklist.open_cases(reader.scope, filters, reader.steps, first=first, size=size)

    return render(request, "desk/cases.html", listing(request, reader, fetch, whole="全部在途"))


@require_safe
@desk
def managed(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the open cases the reader manages, whoever has the ball."""

    def fetch(filters: Filters, first: int, size: int) -> Listing:
        own = reader.actor.person
        return worklist.open_cases(reader.scope, filters, reader.steps, first=first, size=size, manager=own)

    return render(request, "desk/managed.html", listing(request, reader, fetch, whole="我负责的"))


@require_safe
@desk
def suspended(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the cases that are paused and the pauses that wait for approval."""

    def fetch(filters: Filters, first: int, size: int) -> Listing:
        return worklist.suspended(reader.scope, filters, reader.steps, first=first, size=size)

    return render(request, "desk/suspended.html", listing(request, reader, fetch, whole="全部挂起"))


@require_safe
@desk
def closed(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the cases that were completed, withdrawn or terminated."""

    def fetch(filters: Filters, first: int, size: int) -> Listing:
        return worklist.closed_cases(reader.scope, filters, first=first, size=size)

    return render(request, "desk/closed.html", listing(request, reader, fetch, whole="全部办结", ended=True))
