"""重新登录: whoever was signed out meanwhile is asked to sign in, comes back to the page he was on, and keeps what he typed."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

SAFE = ("GET", "HEAD")
SIGNED_OUT = 401


class SignInAgain(LoginRequiredMiddleware):
    """重新登录: as Django's, but a fragment is answered with a status (a page put into a form would wipe it out), and a form leads back to its page."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """This function will stop a request that needs somebody signed in; None: it may go on."""
        stopped = super().process_view(request, view_func, view_args, view_kwargs)
        if stopped is not None and request.headers.get("HX-Request") == "true":
            return HttpResponse("登录已过期", status=SIGNED_OUT, content_type="text/plain; charset=utf-8")
        return stopped

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        """This function will send to the sign-in, and from there back."""
        if request.method in SAFE:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(
            _page_before(request), self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )


def _page_before(request: HttpRequest) -> str:
    """The page a form stood on; where the browser does not say, the form's own address."""
    said = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(said, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        page = urlsplit(said)
        return f"{page.path}?{page.query}" if page.query else page.path
    return request.get_full_path()
