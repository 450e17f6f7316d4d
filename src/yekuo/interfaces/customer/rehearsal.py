"""演示导览: the demo's start page, signing in as one of its people with one click, and trying what should not work.

All of it exists in the demo's mode only: anywhere else these addresses are not there.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yekuo.interfaces.customer import session
from yekuo.interfaces.customer.rehearsal_stories import CUSTOMER, STORIES, Step, serials, story_of
from yekuo.interfaces.look import clock
from yekuo.interfaces.look.wayback import own_address
from yekuo.operations.rehearsal.cast import Cast, cast, phone
from yekuo.operations.rehearsal.company import PASSWORD, customer_of
from yekuo.operations.rehearsal.staffing import PEOPLE
from yekuo.records import staff, units

View = Callable[..., HttpResponse]
STAFF = {one.login: one for one in PEOPLE}


def demo_only(view: View) -> View:
    """This function will answer 404 to everybody unless the product runs as the demo."""

    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.MODE != "demo":
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demo_only
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """This function will show the five stories."""
    numbers = cast(*serials())
    names = {one.pk: one.name for one in units.tree()}
    rows = [
        {"story": story, "steps": [_shown(step, numbers) for step in story.steps], "place": place}
        for place, story in enumerate(STORIES, start=1)
    ]
    context = {
        "rows": rows, "password": PASSWORD, "counties": [name for name in names.values() if "县" in name],
        "people": len(PEOPLE), "at": clock.now(request),
    }  # fmt: skip
    return render(request, "customer/rehearsal.html", context)


def _shown(step: Step, numbers: Cast) -> dict[str, object]:
    number = numbers.number(step.case) if step.case else ""
    page = step.page.format(number=number) if not step.case or number else ""
    return {"step": step, "page": page if page and _there(page) else "", "who": _who(step), "serial": step.case}


def _there(page: str) -> bool:
    try:
        resolve(page.partition("#")[0].partition("?")[0])
    except Resolver404:
        return False
    return True


def _who(step: Step) -> str:
    if step.who == CUSTOMER:
        return "客户本人"
    one = STAFF.get(step.who)
    return one.name if one else ""


@demo_only
@require_POST
def become(request: HttpRequest) -> HttpResponse:
    """This function will sign in as one of the demo's invented people and go on to the page of the step."""
    who, where = request.POST.get("who", ""), own_address(request, otherwise="/")
    if who == CUSTOMER:
        serial = request.POST.get("serial", "")
        if not serial.isdecimal() or int(serial) not in serials():
            raise Http404
        session.begin(request, customer_of(phone(int(serial)), at=clock.now(request)))
        return redirect(where)
    found = staff.by_login(who) if who in STAFF else None
    if found is None or not found.is_active:
        raise Http404
    get_adapter(request).login(request, found)
    return redirect(where)


@demo_only
@require_POST
def attempt(request: HttpRequest, what: str) -> HttpResponse:
    """This function will try what should not work, and show what the product answered."""
    from yekuo.operations.rehearsal import trying  # the tellers behind it are not for every start of a server

    story = story_of(what)
    if story is None:
        raise Http404
    tried = trying.attempt(what, at=clock.now(request))
    return render(request, "customer/rehearsal_tried.html", {"tried": tried, "story": story})
