"""员工登录: whatever the sign-in library would do by e-mail is done by an administrator here."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache


@login_not_required
@never_cache
def by_administrator(request: HttpRequest, **_: str) -> HttpResponse:
    """This function will say whom to ask for a new password or another account."""
    return render(request, "account/by_administrator.html")
