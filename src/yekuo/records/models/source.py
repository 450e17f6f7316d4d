"""来源: where a case came from (a call, a ticket of 95598, a number at the counter), and sheets that bring many rows at once."""

from django.db import models

from yekuo.records.sealed import Sealed, SealedField


class CaseSource(models.Model):
    """工单来源: one row per case opened at a counter; `source_at` is when the customer first turned to us.

    `number` is that of the 95598 or other ticket; `ticket` the number taken in a hall.
    """

    case = models.BigIntegerField(unique=True)
    channel = models.CharField(max_length=20)
    number = models.CharField(max_length=40, blank=True, db_index=True)
    source_at = models.DateTimeField(null=True)
    ticket = models.BigIntegerField(null=True)
    by = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        """This function will give channel and number."""
        return f"{self.channel} {self.number}"


class ImportSheet(Sealed):
    """导入表: the rows of an uploaded table as they were read, sealed, until its sender confirms or drops them.

    `digest` is the SHA-256 of the file's content; `result` names what the confirmed rows became.
    """

    kind = models.CharField(max_length=12, choices=(("accounts", "存量户号"), ("residents", "低压批量新装")))
    unit = models.BigIntegerField()
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, db_index=True)
    rows = models.IntegerField()
    content = SealedField()
    by = models.BigIntegerField()
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    result = models.JSONField(default=list)

    class Meta:
        """Looked up by who sent it."""

        indexes = (models.Index(fields=("by", "kind", "at"), name="sheet_by"),)
