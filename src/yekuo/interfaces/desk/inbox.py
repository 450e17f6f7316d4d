"""待办: what the person at the desk has to do now, the deadline first."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk.lists import List, answer
from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.records import inbox as waiting
from yekuo.records.worklist import Filters, Listing

INBOX = List(
    title="待办", template="desk/inbox.html", whole="全部待办", asks=("stage", "business", "party"), ticks=True
)


@require_safe
@desk
def inbox(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    """This function will show the reader's open tasks."""

    def fetch(filters: Filters, first: int, size: int) -> Listing:
        return waiting.inbox(reader.actor, reader.scope, filters, reader.steps, first=first, size=size)

    return answer(request, reader, INBOX, fetch)
