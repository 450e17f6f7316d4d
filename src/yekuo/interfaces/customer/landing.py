"""首页: what a stranger sees: apply, track, and what it takes; no sign-in."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yekuo.interfaces.customer.answers import FORM
from yekuo.interfaces.customer.front import here, show
from yekuo.interfaces.customer.needs import sample_facts
from yekuo.interfaces.customer.promises import fee_words, first_answer
from yekuo.interfaces.customer.session import customer_of
from yekuo.interfaces.look import clock
from yekuo.operations.books import open_shelf
from yekuo.operations.intake import read_draft
from yekuo.records import tables
from yekuo.rules.calendar import day_of
from yekuo.rules.facts import CustomerKind
from yekuo.rules.materials import ApplicantSituation, Due, needed


def _names(kind: CustomerKind, on: date) -> str:
    """What an applicant who is neither tenant nor agent brings at low voltage."""
    facts = sample_facts(kind, on=on)
    wanted = needed(facts, ApplicantSituation(), table=tables.materials())
    return "、".join(one.name for one in wanted if one.due is Due.ACCEPTANCE)


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """This function will show the way in."""
    shelf, on = open_shelf(), day_of(clock.now(request))
    sample, actor = sample_facts(CustomerKind.RESIDENT, on=on), customer_of(request)
    context: dict[str, Any] = {
        "first_answer": first_answer(shelf, here(), sample, on),
        "home_papers": _names(CustomerKind.RESIDENT, on),
        "shop_papers": _names(CustomerKind.NONRESIDENT, on),
        "fee_words": fee_words(shelf, on),
        "started": bool(actor and read_draft(by=actor, form=FORM)),
    }
    return show(request, "landing", context)
