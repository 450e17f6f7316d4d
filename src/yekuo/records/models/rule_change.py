"""规则变更: notices and local days imported, limits confirmed or amended, and the words told to staff about them."""

from typing import ClassVar

from django.db import models


class CalendarChange(models.Model):
    """日历变更: a year's notice for the whole nation, or a province's own days, as JSON; in force from `edition` on."""

    kind = models.CharField(max_length=8, choices=(("notice", "放假通知"), ("local", "地方放假")))
    content = models.TextField()
    edition = models.BigIntegerField()
    reason = models.TextField()
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        """In the order they were made."""

        ordering: ClassVar = ["id"]


class LimitChange(models.Model):
    """时限变更: a limit as JSON that was added or put in place of one of the same id, or taken out."""

    action = models.CharField(max_length=8, choices=(("put", "确认或修改"), ("drop", "停用")))
    limit_id = models.CharField(max_length=80)
    content = models.TextField(blank=True)
    edition = models.BigIntegerField()
    reason = models.TextField()
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        """In the order they were made."""

        ordering: ClassVar = ["id"]


class StaffMessage(models.Model):
    """站内消息: a word to one member of staff, or to a role in a unit where `person` is 0.

    `once` names what must not be told the same receiver twice; `links` are [label, path]; `spread` says that whoever
    gets it by mail as well was found.
    """

    person = models.BigIntegerField(default=0)
    role = models.CharField(max_length=20, blank=True)
    unit = models.BigIntegerField()
    case_number = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=12, blank=True)
    text = models.TextField()
    links = models.JSONField(default=list, blank=True, db_default=models.Value([], models.JSONField()))
    once = models.CharField(max_length=80, blank=True, db_default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    spread = models.BooleanField(default=False, db_default=False)

    class Meta:
        """Unread ones of a person or a role; those about a case, so that nothing is told twice."""

        indexes: ClassVar = [
            models.Index(fields=["case_number"], name="message_case"),
            models.Index(fields=["person", "unit"], name="message_unread", condition=models.Q(read_at__isnull=True)),
            models.Index(fields=["id"], name="message_to_spread", condition=models.Q(spread=False)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["once", "person", "role", "unit"], name="message_once", condition=~models.Q(once="")
            )
        ]
