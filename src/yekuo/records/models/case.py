"""工单: the snapshot of each case and the flat columns lists are made of; a projection of the log, never its source."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Collate, Reverse

COUNTED = ("manager", "paused", "stage", "business", "party")
LED = ("unit", "paused", "stage", "business", "party")
"""What open cases are counted and narrowed by: beside the key, so that no row is fetched for a count."""


class Case(models.Model):
    """工单: written only by the append of a deed or by a rebuild; no column depends on now.

    `opening` and `opened_at` are what a replay starts from; `due_at` is the earliest binding due moment of the running
    clocks, `stage_due_at` that of the stage, `next_due_at` the next moment at which a clock changes colour or falls due.
    """

    number = models.CharField(max_length=20)
    unit = models.BigIntegerField()
    company = models.CharField(max_length=40)
    province = models.CharField(max_length=20)
    city = models.CharField(max_length=20, blank=True)
    opening = models.TextField()
    opened_at = models.DateTimeField()
    process = models.CharField(max_length=40)
    process_version = models.CharField(max_length=64)
    snapshot = models.TextField()
    seq = models.IntegerField()
    head = models.BinaryField(max_length=32)
    status = models.CharField(max_length=12)
    stage = models.CharField(max_length=40)
    visit = models.IntegerField()
    entered_at = models.DateTimeField()
    last_at = models.DateTimeField()
    party = models.CharField(max_length=12)
    owner = models.CharField(max_length=20, blank=True)
    customer_class = models.CharField(max_length=24, blank=True)
    business = models.CharField(max_length=12, blank=True)
    voltage = models.IntegerField(null=True)
    capacity = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    importance = models.CharField(max_length=12, blank=True)
    applicant = models.BigIntegerField(null=True)
    site = models.BigIntegerField(null=True)
    manager = models.BigIntegerField(null=True)
    opener_kind = models.CharField(max_length=10)
    opener = models.BigIntegerField()
    filed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    energised_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    stage_due_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    paused = models.CharField(max_length=24, blank=True)
    urged = models.IntegerField(default=0)
    replied_version = models.IntegerField(default=0)
    linked_case = models.BigIntegerField(null=True)

    class Meta:
        """Indexes of the lists: open cases of a unit by deadline, what falls due next, a customer's own cases."""

        constraints: ClassVar = [
            # not `unique=True`, which makes a second index for prefixes; ours collates by bytes and needs none
            models.UniqueConstraint(fields=["number"], name="case_number"),
            models.CheckConstraint(condition=models.Q(seq__gte=0), name="case_seq"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["unit", "due_at", "id"],
                name="case_open_due",
                condition=models.Q(status="open"),
                include=COUNTED,
            ),
            models.Index(fields=["next_due_at"], name="case_next_due", condition=models.Q(next_due_at__isnull=False)),
            models.Index(
                fields=["due_at", "id"], name="case_due", condition=models.Q(status="open"), include=("unit", *COUNTED)
            ),
            models.Index(
                fields=["manager", "due_at", "id"], name="case_manager", condition=models.Q(status="open"), include=LED
            ),
            models.Index(
                fields=["due_at", "id"],
                name="case_paused_due",
                condition=models.Q(status="open") & ~models.Q(paused=""),
                include=("unit", *COUNTED),
            ),
            models.Index(fields=["manager", "unit"], name="case_led", condition=models.Q(manager__isnull=False)),
            models.Index(Collate(Reverse("number"), "C"), name="case_number_tail"),
            models.Index(fields=["applicant"], name="case_applicant", condition=models.Q(applicant__isnull=False)),
            models.Index(fields=["site"], name="case_site", condition=models.Q(site__isnull=False)),
            models.Index(fields=["opener_kind", "opener", "-id"], name="case_opener"),
            models.Index(fields=["-closed_at", "-id"], name="case_closed", condition=models.Q(closed_at__isnull=False)),
            models.Index(
                fields=["unit", "-closed_at", "-id"],
                name="case_unit_closed",
                condition=models.Q(closed_at__isnull=False),
            ),
            models.Index(fields=["unit"], name="case_paused", condition=models.Q(status="open") & ~models.Q(paused="")),
            models.Index(fields=["unit"], name="case_urged", condition=models.Q(status="open", urged__gte=2)),
            models.Index(fields=["unit"], name="case_linked", condition=models.Q(linked_case__isnull=False)),
        ]


class Numbering(models.Model):
    """编号: the last number given out of a series; gaps do not arise because the number is taken in the deed's transaction."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.BigIntegerField()
