"""个人信息查看记录: who saw, changed or erased whose data, why and when; only ever appended."""

from django.db import models


class DisclosureKind(models.TextChoices):
    """事由: what was done with the data."""

    REVEALED = "revealed", "查看"
    ERASED = "erased", "删除"
    EXPORTED = "exported", "导出"
    PRINTED = "printed", "打印"
    OPENED = "opened", "查阅资料"


class Disclosure(models.Model):
    """查看记录: the app's role may insert and read here, never change or delete."""

    kind = models.CharField(max_length=8, choices=DisclosureKind)
    subject = models.CharField(max_length=8, choices=(("person", "用电人"), ("site", "用电地址"), ("staff", "员工")))
    subject_id = models.BigIntegerField(db_index=True)
    field = models.CharField(max_length=20, blank=True)
    case = models.BigIntegerField(null=True, db_index=True)
    reason = models.CharField(max_length=200)
    by_kind = models.CharField(max_length=8)
    by = models.BigIntegerField()
    unit = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        """Newest first, as an auditor reads."""

        ordering = ("-id",)

    def __str__(self) -> str:
        """This function will say what was done."""
        return f"{self.get_kind_display()} {self.get_subject_display()} {self.subject_id}"
