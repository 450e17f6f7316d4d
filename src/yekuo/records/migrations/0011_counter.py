"""受理台: halls, windows and numbers; where cases come from; imported tables; accounts without a case; meters taken down."""

import uuid
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import yekuo.records.sealed


class Migration(migrations.Migration):
    """This migration will make them."""

    dependencies: ClassVar = [("records", "0010_supervision")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="CaseSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", models.BigIntegerField(unique=True)),
                ("channel", models.CharField(max_length=20)),
                ("number", models.CharField(blank=True, db_index=True, max_length=40)),
                ("source_at", models.DateTimeField(null=True)),
                ("ticket", models.BigIntegerField(null=True)),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Hall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.BigIntegerField(db_index=True)),
                ("code", models.SlugField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("grade", models.CharField(choices=[("A", "A 级"), ("B", "B 级"), ("C", "C 级")], max_length=1)),
                ("opens_at", models.TimeField()),
                ("closes_at", models.TimeField()),
                ("off_opens_at", models.TimeField(null=True)),
                ("off_closes_at", models.TimeField(null=True)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ("unit", "code"),
            },
        ),
        migrations.AddField(
            model_name="account",
            name="sheet",
            field=models.BigIntegerField(db_index=True, null=True),
        ),
        migrations.AddField(
            model_name="meter",
            name="removed_case",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="meter",
            name="removed_readings",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="account",
            name="case",
            field=models.BigIntegerField(null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="contract",
            name="case",
            field=models.BigIntegerField(null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="meteringpoint",
            name="case",
            field=models.BigIntegerField(db_index=True, null=True),
        ),
        migrations.CreateModel(
            name="ImportSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(choices=[("accounts", "存量户号"), ("residents", "低压批量新装")], max_length=12),
                ),
                ("unit", models.BigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("digest", models.CharField(db_index=True, max_length=64)),
                ("rows", models.IntegerField()),
                ("content", yekuo.records.sealed.SealedField(blank=True, default=b"")),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("result", models.JSONField(default=list)),
            ],
            options={
                "indexes": [models.Index(fields=["by", "kind", "at"], name="sheet_by")],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("series", models.CharField(max_length=1)),
                ("number", models.SmallIntegerField()),
                (
                    "purpose",
                    models.CharField(
                        choices=[("apply", "apply"), ("papers", "papers"), ("contract", "contract"), ("ask", "ask")],
                        max_length=12,
                    ),
                ),
                (
                    "serves",
                    models.CharField(
                        choices=[("resident", "resident"), ("business", "business"), ("general", "general")],
                        max_length=12,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("called", "called"),
                            ("serving", "serving"),
                            ("done", "done"),
                            ("no_show", "no_show"),
                            ("left", "left"),
                        ],
                        max_length=8,
                    ),
                ),
                ("first_in_line", models.BooleanField(default=False)),
                ("wanted_window", models.SmallIntegerField(null=True)),
                ("taken_at", models.DateTimeField()),
                ("first_called_at", models.DateTimeField(null=True)),
                ("called_at", models.DateTimeField(null=True)),
                ("served_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("calls", models.SmallIntegerField(default=0)),
                ("limit_minutes", models.SmallIntegerField(null=True)),
                ("overrun_reason", models.CharField(blank=True, max_length=200)),
                ("by", models.BigIntegerField(default=0)),
                ("case", models.BigIntegerField(db_index=True, null=True)),
                ("token", models.CharField(max_length=32, unique=True)),
                ("key", models.CharField(max_length=80, unique=True)),
                (
                    "hall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tickets", to="records.hall"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TicketStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("by", models.BigIntegerField()),
                ("window", models.SmallIntegerField(null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="records.ticket"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.SmallIntegerField()),
                (
                    "serves",
                    models.CharField(
                        choices=[("resident", "resident"), ("business", "business"), ("general", "general")],
                        max_length=12,
                    ),
                ),
                ("staff", models.BigIntegerField(null=True, unique=True)),
                ("since", models.DateTimeField(null=True)),
                (
                    "hall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="windows", to="records.hall"
                    ),
                ),
            ],
            options={
                "ordering": ("hall", "number"),
            },
        ),
        migrations.AddField(
            model_name="ticket",
            name="window",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="tickets", to="records.window"
            ),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.UniqueConstraint(fields=("hall", "number"), name="window_once"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["hall", "day", "status"], name="ticket_line"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(fields=("hall", "day", "series", "number"), name="ticket_number_once"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("called", "serving"))), fields=("window",), name="window_one_in_hand"
            ),
        ),
    ]
