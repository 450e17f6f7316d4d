"""返回地址: where a form says it wants to go on to, taken only when it is an address of our own."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def own_address(request: HttpRequest, *, otherwise: str) -> str:
    """This function will return `next` as sent when it is a whole path of this site, else `otherwise`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    # A word without a slash would be looked up as the name of a page.
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else otherwise
