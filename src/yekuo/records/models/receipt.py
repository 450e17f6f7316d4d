"""回执: what an idempotency key was used for, so that a repeated submit is answered and not done again."""

from typing import ClassVar

from django.db import models


class Receipt(models.Model):
    """回执: a key is unique to its actor; `digest` tells the same deed from another one under the same key."""

    actor_kind = models.CharField(max_length=10)
    actor = models.BigIntegerField()
    key = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32)
    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    stage = models.CharField(max_length=40)
    status = models.CharField(max_length=12)
    recorded_at = models.DateTimeField()

    class Meta:
        """One row per actor and key."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["actor_kind", "actor", "key"], name="receipt_once")]
