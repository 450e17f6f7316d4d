"""打印登记: every paper that was made, and every time it was handed out; only ever appended."""

from typing import ClassVar

from django.db import models


class Copy(models.TextChoices):
    """份别: a masked paper, or one that shows the customer in full."""

    MASKED = "masked", "隐去个人信息"
    WHOLE = "whole", "完整"


class Print(models.Model):
    """打印件: one paper: a form of a case as of `seq`; the same content again is the same paper.

    `content` is a keyed digest of what the whole form says, `edition` of form and typesetter, `token` leads to the page
    that vouches for it; `address` and `made_by_name` stand on the paper and are kept so that its bytes can be made again.
    """

    case = models.BigIntegerField()
    form = models.CharField(max_length=20)
    copy = models.CharField(max_length=6, choices=Copy)
    version = models.IntegerField()
    number = models.CharField(max_length=40)
    edition = models.CharField(max_length=60)
    seq = models.IntegerField()
    content = models.CharField(max_length=64)
    token = models.CharField(max_length=24, unique=True)
    address = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by_kind = models.CharField(max_length=10)
    made_by = models.BigIntegerField()
    made_by_name = models.CharField(max_length=80)

    class Meta:
        """A form of a case has one paper per version and copy."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "form", "copy", "version", "edition"], name="print_once"),
        ]


class Printing(models.Model):
    """打印记录: who got which paper when and why; `sha256` is that of the file handed out, `batch` names its batch."""

    paper = models.ForeignKey(Print, models.PROTECT, related_name="printings")
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=10)
    by = models.BigIntegerField()
    unit = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    batch = models.CharField(max_length=32, blank=True, db_index=True)
    sha256 = models.CharField(max_length=64)
    pages = models.IntegerField(default=0)

    class Meta:
        """Newest first, as an auditor reads."""

        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=["by_kind", "by", "at"], name="printing_by")]
