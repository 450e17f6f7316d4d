"""督办与投诉台账: the registers of sheets and complaints and the steps of both; written in the transaction of each step."""

from typing import ClassVar

from django.db import models

from yekuo.records.sealed import Sealed, SealedField
from yekuo.rules.people import mask_name, mask_phone


class SupervisionSheet(models.Model):
    """督办单: `case` is empty for a sheet about a unit's work as a whole; `person` 0 is whoever holds the role."""

    number = models.CharField(max_length=20, unique=True)
    unit = models.BigIntegerField()
    level = models.SmallIntegerField()
    case = models.BigIntegerField(null=True)
    case_number = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=20)
    text = models.TextField()
    role = models.CharField(max_length=20)
    person = models.BigIntegerField(default=0)
    issued_by = models.BigIntegerField()
    issued_at = models.DateTimeField()
    reply_by = models.DateTimeField()
    status = models.CharField(max_length=12)
    rounds = models.SmallIntegerField(default=1)
    replied_by = models.BigIntegerField(default=0)
    replied_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField()

    class Meta:
        """Open ones by unit and deadline; those of a case."""

        indexes: ClassVar = [
            models.Index(fields=["unit", "reply_by"], name="sheet_open", condition=models.Q(closed_at__isnull=True)),
            models.Index(fields=["case"], name="sheet_case", condition=models.Q(case__isnull=False)),
            models.Index(fields=["-last_at", "-id"], name="sheet_newest"),
        ]

    def __str__(self) -> str:
        """This function will name it by its number."""
        return self.number


class Complaint(Sealed):
    """投诉: name and phone only where no case tells them; `owner` 0 is whoever holds the role in the unit or above."""

    number = models.CharField(max_length=20, unique=True)
    unit = models.BigIntegerField()
    case = models.BigIntegerField(null=True)
    case_number = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=10)
    source_number = models.CharField(max_length=40, blank=True)
    topic = models.CharField(max_length=12)
    text = models.TextField()
    name = SealedField(mask=mask_name)
    phone = SealedField(mask=mask_phone)
    phone_index = models.BinaryField(null=True)
    account = models.BigIntegerField(default=0)
    about = models.BigIntegerField(default=0)
    owner = models.BigIntegerField(default=0)
    owner_role = models.CharField(max_length=20)
    called_at = models.DateTimeField()
    filed_at = models.DateTimeField()
    contact_by = models.DateTimeField()
    reply_by = models.DateTimeField()
    status = models.CharField(max_length=12)
    rounds = models.SmallIntegerField(default=1)
    contacted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField()

    class Meta:
        """Open ones by unit; those of a case; those of a phone; a hotline's own number."""

        indexes: ClassVar = [
            models.Index(
                fields=["unit", "reply_by"], name="complaint_open", condition=models.Q(closed_at__isnull=True)
            ),
            models.Index(fields=["case"], name="complaint_case", condition=models.Q(case__isnull=False)),
            models.Index(fields=["phone_index"], name="complaint_phone", condition=models.Q(phone_index__isnull=False)),
            models.Index(
                fields=["source", "source_number"], name="complaint_source", condition=~models.Q(source_number="")
            ),
            models.Index(fields=["-filed_at", "-id"], name="complaint_newest"),
        ]


class OversightStep(models.Model):
    """督办与投诉的一步: what was done, by whom and when; `body` is the deed, `seq` its row in the case's log, 0 without a case."""

    number = models.CharField(max_length=20)
    n = models.SmallIntegerField()
    kind = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=10)
    actor = models.BigIntegerField()
    at = models.DateTimeField()
    body = models.JSONField()
    seq = models.IntegerField(default=0)
    key = models.CharField(max_length=80, blank=True)

    class Meta:
        """Numbered without a gap; a key stands for one step of its author."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number", "n"], name="oversight_step"),
            models.UniqueConstraint(
                fields=["actor_kind", "actor", "key"], name="oversight_once", condition=~models.Q(key="")
            ),
        ]

    def __str__(self) -> str:
        """This function will name it by number and place."""
        return f"{self.number}#{self.n}"
