"""待发: what has to leave the house because of a deed, written in the deed's own transaction."""

from typing import ClassVar

from django.db import models


class Outbox(models.Model):
    """待发: one message to be sent; `payload` holds references only, names and numbers are looked up when it is sent.

    `next_try_at` is empty once the message was sent or given up (`failed`).
    """

    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    topic = models.CharField(max_length=60)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    failed = models.BooleanField(default=False)
    error = models.TextField(blank=True)

    class Meta:
        """A deed tells each topic once; senders take what is due with SKIP LOCKED."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["case_id", "seq", "topic"], name="outbox_once")]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], name="outbox_waiting", condition=models.Q(next_try_at__isnull=False))
        ]


class Mail(models.Model):
    """待发邮件: one mail of a word to one member of staff; address and words are looked up when it is sent.

    `message_id` is the same on every attempt. `next_try_at` is empty once it was sent or given up (`failed`).
    """

    message = models.BigIntegerField()
    staff = models.BigIntegerField()
    kind = models.CharField(max_length=12, blank=True)
    message_id = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    failed = models.BooleanField(default=False)
    error = models.TextField(blank=True)

    class Meta:
        """One word is one mail to one person."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "staff"], name="mail_once")]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], name="mail_waiting", condition=models.Q(next_try_at__isnull=False))
        ]
