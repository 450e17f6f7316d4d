"""办理日志: the one log; append only, chained by hash per case."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Func
from django.db.models.fields.json import KeyTextTransform


class TransactionIdField(models.Field):  # type: ignore[type-arg] # a column read and written by the database alone
    """The database's own 64-bit transaction id; exporters read up to a horizon of it, because ids are not commit-ordered."""

    def db_type(self, connection: object) -> str:
        """This function will name the column type."""
        return "xid8"


class CurrentTransaction(Func):
    """The id of the transaction that writes the row."""

    function = "pg_current_xact_id"
    arity = 0


class Event(models.Model):
    """日志行: what happened, at which stage, when it happened and was recorded, by whom, with which versions of the books.

    `body` is the deed, `move` where it took the case; `hash` is SHA-256 over `prev_hash` and the canonical row.
    """

    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    kind = models.CharField(max_length=40)
    stage = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor = models.BigIntegerField()
    actor_unit = models.BigIntegerField()
    actor_roles = models.JSONField()
    body = models.JSONField()
    move = models.JSONField(null=True)
    process_version = models.CharField(max_length=64)
    limits_version = models.CharField(max_length=64)
    calendar_version = models.CharField(max_length=64)
    key = models.CharField(max_length=80, blank=True)
    txid = TransactionIdField(db_default=CurrentTransaction(), editable=False)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        """A case's rows are numbered without a gap; the app's role has no UPDATE or DELETE here."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["case_id", "seq"], name="event_case_seq")]
        indexes: ClassVar = [
            models.Index(fields=["txid"], name="event_txid"),
            BrinIndex(fields=["recorded_at"], name="event_recorded_range", pages_per_range=32),
            models.Index(
                fields=["actor", "-recorded_at", "-id"], name="event_by_staff", condition=models.Q(actor_kind="staff")
            ),
            models.Index(
                KeyTextTransform("person", "body"), name="event_delegated", condition=models.Q(kind="task_delegated")
            ),
        ]
