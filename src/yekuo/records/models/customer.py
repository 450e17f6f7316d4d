"""客户账号: who signs in with a phone, the codes sent, the links given out and the messages on their way."""

from django.db import models

from yekuo.records.sealed import Sealed, SealedField
from yekuo.rules.people import mask_phone


class CustomerAccount(Sealed):
    """客户账号: one verified phone number; it sees the cases of its applicants and nothing else."""

    phone = SealedField(mask=mask_phone)
    phone_index = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    blocked = models.BooleanField(default=False)


class OneTimeCode(models.Model):
    """验证码: only a mark of it is kept; `tries` counts wrong guesses."""

    phone_index = models.BinaryField()
    address_index = models.BinaryField()
    mark = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Counted by phone and by address."""

        indexes = (
            models.Index(fields=("phone_index", "sent_at"), name="otp_by_phone"),
            models.Index(fields=("address_index", "sent_at"), name="otp_by_address"),
        )

    def __str__(self) -> str:
        """This function will say when it was sent, and nothing of the code."""
        return f"验证码 {self.sent_at:%Y-%m-%d %H:%M}"


class CaseLink(models.Model):
    """进度链接: a scoped, expiring and revocable way to one case without sign-in."""

    case = models.BigIntegerField(db_index=True)
    purpose = models.CharField(max_length=10, default="progress")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """This function will name the case it leads to."""
        return f"链接 {self.case}"


class Mandate(Sealed):
    """委托链接: a customer's link for one purpose in one case, for a designer, a builder or an agent without an account.

    Of its token only the hash is kept; `holder` is whom the customer made it for, in their own words.
    """

    case = models.BigIntegerField(db_index=True, db_column="case_id")
    purpose = models.CharField(max_length=10)
    holder = SealedField(blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)


class Message(Sealed):
    """短信: what was sent to whom and how it went; text and number are sealed."""

    to = SealedField(mask=mask_phone)
    text = SealedField()
    to_index = models.BinaryField(null=True, db_index=True)
    case = models.BigIntegerField(null=True, db_index=True)
    kind = models.CharField(max_length=20)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)
