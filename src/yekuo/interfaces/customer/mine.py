"""我的申请: every case of the customer signed in, what each waits for, and the application not finished yet."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yekuo.interfaces.customer import words
from yekuo.interfaces.customer.answers import FORM
from yekuo.interfaces.customer.front import by, customer_only, show
from yekuo.interfaces.customer.session import masked_phone
from yekuo.operations.books import Shelf, open_shelf
from yekuo.operations.intake import read_draft
from yekuo.records import cases, sites
from yekuo.records.scope import scope_of
from yekuo.records.sites import ShownSite
from yekuo.rules.engine.tasks import waiting_for
from yekuo.rules.state import CaseState, Party, Status

A_PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """申请行: one case in the list; `mine` says that it waits for the customer."""

    number: str
    name: str
    title: str
    asked: str
    state: str
    tone: str
    mine: bool
    due_at: datetime | None
    provisional: bool


@customer_only
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """This function will list the customer's cases, newest first, and offer the unfinished application."""
    actor = by(request)
    page = Paginator(cases.visible_to(scope_of(actor)).exclude(applicant=None).order_by("-pk"), A_PAGE).get_page(
        request.GET.get("page")
    )
    shelf = open_shelf()
    found = [(row.number, cases.state_of(row), row.due_at, row.provisional) for row in page]
    places = sites.shown(state.site for _, state, _, _ in found)
    rows = [_row(number, state, due, soft, shelf, places) for number, state, due, soft in found]
    draft = read_draft(by=actor, form=FORM)
    context = {
        "rows": rows,
        "page": page,
        "more": page.paginator.num_pages > 1,
        "draft_at": draft.kept_at if draft else None,
        "masked_phone": masked_phone(request),
    }
    return show(request, "mine", context)


def _row(
    number: str, state: CaseState, due: datetime | None, soft: bool, shelf: Shelf, places: dict[int, ShownSite]
) -> Mine:
    stage = shelf.books.definition(state).stages.get(state.stage)
    place = places.get(state.site)
    waiting = waiting_for(state) if state.status is Status.OPEN else Party.NOBODY
    paused = f"暂停办理：{words.CAUSES[state.pause.cause]}" if state.pause else ""
    return Mine(
        number=number,
        name=place.address if place else number,
        title=words.end_words(state) or paused or (stage.say if stage else ""),
        asked=words.asked_for(state.facts) if state.facts else "还没有填申请",
        state="等您办" if waiting is Party.CUSTOMER else _state(state),
        tone="warn" if waiting is Party.CUSTOMER else "info" if state.status is Status.OPEN else "ok",
        mine=waiting is Party.CUSTOMER,
        due_at=due if state.status is Status.OPEN and waiting is Party.UTILITY else None,
        provisional=soft,
    )


def _state(state: CaseState) -> str:
    if state.status is Status.OPEN:
        return "已送电" if state.energised else "办理中"
    return {"completed": "已办完", "withdrawn": "已撤回", "terminated": "已终止"}[state.status.value]
