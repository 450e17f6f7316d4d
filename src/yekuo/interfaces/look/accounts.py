"""账号: staff accounts are made by an administrator; nobody makes one for himself."""

from base64 import b64decode, b64encode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from yekuo.records.sealed import FACTORS, seal, unseal


class StaffAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """员工账号: what of allauth's behaviour is ours."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """This function will say that signing up by oneself is closed."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        # Counted per account and address: whoever guesses from elsewhere does not shut the rightful user out.
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"

    def login(self, request: HttpRequest, user: object) -> None:
        """This function will sign a member of staff in, and out of it a customer whom this session stood for."""
        for name in [key for key in request.session.keys() if key.startswith("customer")]:  # noqa: SIM118 - not a dict
            del request.session[name]
        super().login(request, user)


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """两步验证: secrets of the second factor are sealed like personal data."""

    def encrypt(self, text: str) -> str:
        """This function will seal a secret of a second factor."""
        return b64encode(seal(text, place=FACTORS)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """This function will open a secret of a second factor. Raises Unreadable."""
        return unseal(b64decode(encrypted_text), place=FACTORS)
