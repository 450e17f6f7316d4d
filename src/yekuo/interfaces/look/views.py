"""界面偏好与样张: the reader's choice of 大字版, and the page that shows every part once."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.views.decorators.http import require_POST, require_safe

from yekuo.interfaces.look import guide
from yekuo.interfaces.look.templatetags.look import COOKIE
from yekuo.interfaces.look.wayback import own_address

YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def size(request: HttpRequest) -> HttpResponse:
    """This function will remember 大字版 (or forget it) in a cookie and go back to where the reader was."""
    answer = redirect(own_address(request, otherwise="/"))
    if request.POST.get("size") == "large":
        answer.set_cookie(COOKIE, "large", max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        answer.delete_cookie(COOKIE, samesite="Lax")
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """This function will answer what cannot be read, in words: 413 where it is too much, else 400."""
    big = isinstance(exception, RequestDataTooBig | TooManyFilesSent)
    status = 413 if big else 400
    return HttpResponse(loader.render_to_string(f"{status}.html", request=request), status=status)


def _may_look(request: HttpRequest) -> bool:
    return settings.DEBUG or getattr(settings, "REHEARSAL", False) or bool(getattr(request.user, "is_staff", False))


@login_not_required
@require_safe
def styleguide(request: HttpRequest, page: str = "parts") -> HttpResponse:
    """This function will show every part with sample values, in a rehearsal or to staff; 404 to others."""
    if page not in guide.PAGES or not _may_look(request):
        raise Http404
    return render(request, f"look/guide/{page}.html", guide.PAGES[page]())
