"""督办: registers of sheets and complaints, kinds of messages, and the few log rows that can be an exception found by index."""

import uuid
from typing import ClassVar

from django.db import migrations, models

import yekuo.records.sealed

RETURNED = """
create index event_returned on records_event (case_id) where kind = 'stage_returned'
  or (kind in ('design_reviewed', 'mid_inspection_concluded', 'completion_inspection_concluded')
    and body->>'passed' = 'false') or (kind = 'scheme_answered' and body->>'agree' = 'false')
"""
DISPUTED = "create index event_disputed on records_event (case_id) where kind = 'pause_disputed'"
# Where the log was written half a day or more after it happened; the rule narrows it further.
LATE = "create index event_late on records_event (case_id) where recorded_at - happened_at > interval '12 hours'"
# Stages closed by staff between 20 and 8 o'clock in product time.
NIGHT = """
create index event_night on records_event (case_id, seq) where move is not null and actor_kind = 'staff'
  and extract(hour from recorded_at at time zone interval '08:00') not between 8 and 19
"""
REVISITED = """
create index event_revisited on records_event (recorded_at) where kind in ('customer_revisited', 'service_rated')
"""


class Migration(migrations.Migration):
    """This migration will make them."""

    dependencies: ClassVar = [("records", "0009_closed_lists")]
    operations: ClassVar = [
        migrations.RunSQL(RETURNED, "drop index event_returned"),
        migrations.RunSQL(DISPUTED, "drop index event_disputed"),
        migrations.RunSQL(LATE, "drop index event_late"),
        migrations.RunSQL(NIGHT, "drop index event_night"),
        migrations.RunSQL(REVISITED, "drop index event_revisited"),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("unit", models.BigIntegerField()),
                ("case", models.BigIntegerField(null=True)),
                ("case_number", models.CharField(blank=True, max_length=20)),
                ("source", models.CharField(max_length=10)),
                ("source_number", models.CharField(blank=True, max_length=40)),
                ("topic", models.CharField(max_length=12)),
                ("text", models.TextField()),
                ("name", yekuo.records.sealed.SealedField(blank=True, default=b"")),
                ("phone", yekuo.records.sealed.SealedField(blank=True, default=b"")),
                ("phone_index", models.BinaryField(null=True)),
                ("account", models.BigIntegerField(default=0)),
                ("about", models.BigIntegerField(default=0)),
                ("owner", models.BigIntegerField(default=0)),
                ("owner_role", models.CharField(max_length=20)),
                ("called_at", models.DateTimeField()),
                ("filed_at", models.DateTimeField()),
                ("contact_by", models.DateTimeField()),
                ("reply_by", models.DateTimeField()),
                ("status", models.CharField(max_length=12)),
                ("rounds", models.SmallIntegerField(default=1)),
                ("contacted_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.BigIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="OversightStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20)),
                ("n", models.SmallIntegerField()),
                ("kind", models.CharField(max_length=40)),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("body", models.JSONField()),
                ("seq", models.IntegerField(default=0)),
                ("key", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="SupervisionSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                ("unit", models.BigIntegerField()),
                ("level", models.SmallIntegerField()),
                ("case", models.BigIntegerField(null=True)),
                ("case_number", models.CharField(blank=True, max_length=20)),
                ("reason", models.CharField(max_length=20)),
                ("text", models.TextField()),
                ("role", models.CharField(max_length=20)),
                ("person", models.BigIntegerField(default=0)),
                ("issued_by", models.BigIntegerField()),
                ("issued_at", models.DateTimeField()),
                ("reply_by", models.DateTimeField()),
                ("status", models.CharField(max_length=12)),
                ("rounds", models.SmallIntegerField(default=1)),
                ("replied_by", models.BigIntegerField(default=0)),
                ("replied_at", models.DateTimeField(null=True)),
                ("escalated_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="staffmessage",
            name="kind",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("status", "open"), models.Q(("paused", ""), _negated=True)),
                fields=["unit"],
                name="case_paused",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("status", "open"), ("urged__gte", 2)), fields=["unit"], name="case_urged"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("linked_case__isnull", False)), fields=["unit"], name="case_linked"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["unit", "reply_by"], name="complaint_open"
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(condition=models.Q(("case__isnull", False)), fields=["case"], name="complaint_case"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("phone_index__isnull", False)), fields=["phone_index"], name="complaint_phone"
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("source_number", ""), _negated=True),
                fields=["source", "source_number"],
                name="complaint_source",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["-filed_at", "-id"], name="complaint_newest"),
        ),
        migrations.AddConstraint(
            model_name="oversightstep",
            constraint=models.UniqueConstraint(fields=("number", "n"), name="oversight_step"),
        ),
        migrations.AddConstraint(
            model_name="oversightstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("actor_kind", "actor", "key"),
                name="oversight_once",
            ),
        ),
        migrations.AddIndex(
            model_name="supervisionsheet",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["unit", "reply_by"], name="sheet_open"
            ),
        ),
        migrations.AddIndex(
            model_name="supervisionsheet",
            index=models.Index(condition=models.Q(("case__isnull", False)), fields=["case"], name="sheet_case"),
        ),
        migrations.AddIndex(
            model_name="supervisionsheet",
            index=models.Index(fields=["-last_at", "-id"], name="sheet_newest"),
        ),
    ]
