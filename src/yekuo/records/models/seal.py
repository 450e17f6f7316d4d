"""日封: the heads of all cases that moved since the seal before, under a keyed digest; seals are chained."""

from typing import ClassVar

from django.db import models

from yekuo.records.models.event import TransactionIdField


class Seal(models.Model):
    """日封: `heads` lists (case, seq, hash) in order of case; `horizon` is the transaction id up to which nothing is missing.

    A per-case chain does not notice a cut tail; the seal of the day does.
    """

    number = models.IntegerField(unique=True)
    day = models.DateField()
    sealed_at = models.DateTimeField()
    cases = models.IntegerField()
    last_event = models.BigIntegerField()
    horizon = TransactionIdField(editable=False)
    heads = models.BinaryField()
    prev_mac = models.BinaryField(max_length=32)
    mac = models.BinaryField(max_length=32)

    class Meta:
        """Numbered without a gap; append only like the log."""

        ordering: ClassVar = ["number"]
