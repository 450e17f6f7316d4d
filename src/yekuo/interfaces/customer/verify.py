"""验真: what the code on a print leads to: whether we made it, when, and whether it still says what is so."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from yekuo.interfaces.customer.front import show
from yekuo.interfaces.look import clock
from yekuo.operations.prints import CODE_LENGTH, check, spaced

MOST_TYPED = 80


@login_not_required
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """This function will take a code by hand from whoever cannot scan it, and lead to its page."""
    typed = "".join(one for one in request.GET.get("code", "")[:MOST_TYPED].upper() if one.isascii() and one.isalnum())
    if len(typed) == CODE_LENGTH:
        return redirect("customer:verified", token=typed)
    wrong = f"验真码应为 {CODE_LENGTH} 位字母和数字，现在是 {len(typed)} 位" if request.GET.get("code") else ""
    return show(
        request, "verify", {"wrong": wrong, "typed": typed, "length": CODE_LENGTH}, status=422 if wrong else 200
    )


@login_not_required
@require_safe
def verified(request: HttpRequest, token: str) -> HttpResponse:
    """This function will say what anybody may know of the paper with this code; the same 404 for every other code."""
    found = check(code=token[:MOST_TYPED], at=clock.now(request))
    context = {"found": found, "length": CODE_LENGTH, "code": spaced(token.replace("-", "").upper())}
    return show(request, "verified", context if found else {**context, "code": ""}, status=200 if found else 404)
