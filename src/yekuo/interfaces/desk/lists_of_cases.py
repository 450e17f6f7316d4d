"""工单清单: cases in hand, suspended, ended, those one manages, those one worked on, and those one opened."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk import columns
from yekuo.interfaces.desk.lists import List, answer
from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.records import worklist
from yekuo.records.worklist import Filters, Listing

IN_HAND = List(title="在途工单", template="desk/cases.html", whole="全部在途", ticks=True)
MANAGED = List(
    title="我负责的", template="desk/managed.html", whole="我负责的", asks=("stage", "business", "party"), ticks=True
)
SUSPENDED = List(title="挂起", template="desk/suspended.html", whole="全部挂起")
CLOSED = List(
    title="已办结", template="desk/closed.html", whole="全部办结", columns=columns.CLOSED, asks=("business", "manager"),
    ticks=True, open=False,
)  # fmt: skip
DONE = List(
    title="已办", template="desk/done.html", whole="", columns=columns.DONE, asks=("stage", "business", "party")
)
OPENED = List(
    title="我发起的", template="desk/opened.html", whole="", columns=columns.OPENED, asks=("stage", "business", "party")
)


@require_safe
@desk
def in_hand(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    """This function will show every open case within the reader's reach."""

    def fetch(filters: Filters, first: int, size: int) -> Listing:
        return worklist.open_cases(reader.scope, filters, reader.steps, first=first, size=size)

    return answer(request, reader, IN_HAND, fetch)


@require_safe
@desk
def managed(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    """This function will show the open cases the reader manages, whoever has the ball."""

    def fetch(filters: Filters, first: int, size: int) -> Listing:
        own = reader.actor.person
        return worklist.open_cases(reader.scope, filters, reader.steps, first=first, size=size, manager=own)

    return answer(request, reader, MANAGED, fetch)


@require_safe
@desk
def suspended(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    """This function will show the cases that are paused and the pauses that wait for approval."""

    def fetch(filters: Filters, first: int, size: int) -> Listing:
        return worklist.suspended(reader.scope, filters, reader.steps, first=first, size=size)

    return answer(request, reader, SUSPENDED, fetch)


@require_safe
@desk
def closed(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    """This function will show the cases that were completed, withdrawn or terminated."""

    def fetch(filters: Filters, first: int, size: int) -> Listing:
        return worklist.closed_cases(reader.scope, filters, first=first, size=size)

    return answer(request, reader, CLOSED, fetch)


@require_safe
@desk
def done(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    """This function will show the cases in which the reader did something, the latest first."""

    def fetch(filters: Filters, first: int, size: int) -> Listing:
        return worklist.done_by(reader.actor.person, reader.scope, filters, first=first, size=size)

    return answer(request, reader, DONE, fetch)


@require_safe
@desk
def opened(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    """This function will show the cases the reader opened or filed, the newest first."""

    def fetch(filters: Filters, first: int, size: int) -> Listing:
        return worklist.opened_by(reader.actor.person, reader.scope, filters, first=first, size=size)

    return answer(request, reader, OPENED, fetch)
