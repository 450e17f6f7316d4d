"""时钟: every clock of every case as the rules read it from the log; a projection that holds nothing that depends on now."""

from typing import ClassVar

from django.db import models


class Clock(models.Model):
    """时钟: `key` as the rules name it: `stage.scheme_reply.1`, `utility_sum`, `end_to_end`, `permit.1`; days in `unit`.

    `limit` and `rank` are the binding one's, `ranks` the earliest due moment of each rank; `used` counts the days of
    spans that are over; `breached_at` is the due moment of a clock that stopped after it.
    """

    case_id = models.BigIntegerField()
    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=16)
    stage = models.CharField(max_length=40, blank=True)
    visit = models.IntegerField()
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    cut_off = models.BooleanField()
    running = models.BooleanField()
    budget = models.IntegerField(null=True)
    unit = models.CharField(max_length=4)
    used = models.IntegerField()
    left_days = models.IntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    urgent_at = models.DateTimeField(null=True)
    target_at = models.DateTimeField(null=True)
    provisional = models.BooleanField()
    paused_by = models.JSONField()
    limit = models.CharField(max_length=80, blank=True)
    rank = models.CharField(max_length=12, blank=True)
    ranks = models.JSONField()
    breached_at = models.DateTimeField(null=True)
    limits_version = models.CharField(max_length=64)
    calendar_version = models.CharField(max_length=64)

    class Meta:
        """Provisional ones are found when a notice is imported; what falls due is found by the case's next moment."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["case_id", "key"], name="clock_case_key")]
        indexes: ClassVar = [
            models.Index(
                fields=["case_id"],
                name="clock_provisional",
                condition=models.Q(stopped_at__isnull=True, provisional=True),
            ),
        ]
