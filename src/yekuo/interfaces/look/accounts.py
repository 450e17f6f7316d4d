"""账号: staff accounts are made by an administrator; nobody makes one for himself."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """员工账号: what of allauth's behaviour is ours."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """This function will say that signing up by oneself is closed."""
        return False

    def login(self, request: HttpRequest, user: object) -> None:
        """This function will sign a member of staff in, and out of it a customer whom this session stood for."""
        for name in [key for key in request.session.keys() if key.startswith("customer")]:  # noqa: SIM118 - not a dict
            del request.session[name]
        super().login(request, user)
