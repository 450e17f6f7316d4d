"""账号: staff accounts are made by an administrator; nobody makes one for himself."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """员工账号: what of allauth's behaviour is ours."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """This function will say that signing up by oneself is closed."""
        return False
