"""电网与容量台账: networks by revision, figures, the ledger of promised capacity, needs, queues and studies."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """This migration will make the tables of the network and of its capacity."""

    dependencies: ClassVar = [
        ("records", "0018_papers_opened"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="AddressQuery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.BigIntegerField(null=True)),
                ("address", models.CharField(max_length=60)),
                ("kw", models.FloatField()),
                ("shown", models.CharField(max_length=200)),
                ("channel", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Grid",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.BigIntegerField(unique=True)),
                ("name", models.CharField(max_length=60)),
                ("entries", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="GridExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=40)),
                ("area", models.CharField(blank=True, max_length=80)),
                ("rows", models.IntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("by", models.BigIntegerField()),
                ("unit", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("grid", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.grid")),
            ],
        ),
        migrations.CreateModel(
            name="GridRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("tables", models.BinaryField()),
                ("levels", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("remarks", models.JSONField(default=list)),
                ("promised", models.JSONField(default=list)),
                ("prices", models.JSONField(default=list)),
                ("source", models.CharField(max_length=200)),
                ("reason", models.CharField(max_length=200)),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("current", models.BooleanField(default=False)),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="records.grid"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CapacityFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("element", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=80)),
                ("feeder", models.CharField(blank=True, max_length=60)),
                ("kw", models.FloatField()),
                ("firm_kw", models.FloatField(null=True)),
                ("state", models.CharField(max_length=10)),
                ("binding_kind", models.CharField(blank=True, max_length=12)),
                ("binding", models.CharField(blank=True, max_length=60)),
                ("firm_section", models.CharField(blank=True, max_length=60)),
                ("level", models.SmallIntegerField()),
                ("method", models.CharField(max_length=10)),
                ("counted", models.BigIntegerField()),
                ("solver", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="figures", to="records.gridrevision"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SchemeStudy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", models.BigIntegerField(db_index=True)),
                ("number", models.IntegerField()),
                ("inputs", models.JSONField()),
                ("result", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("solver", models.CharField(max_length=40)),
                ("chosen", models.JSONField(default=list)),
                ("version", models.IntegerField(null=True)),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("revision", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.gridrevision")),
            ],
        ),
        migrations.CreateModel(
            name="GenerationPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("element", models.CharField(max_length=60)),
                ("case", models.BigIntegerField(unique=True)),
                ("applied_at", models.DateTimeField()),
                ("kw", models.FloatField()),
                ("place", models.JSONField(default=dict)),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("offered_at", models.DateTimeField(null=True)),
                ("offered_until", models.DateField(null=True)),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="queue", to="records.grid"
                    ),
                ),
            ],
            options={
                "ordering": ("applied_at", "id"),
                "indexes": [models.Index(fields=["grid", "element", "applied_at"], name="generation_place_order")],
            },
        ),
        migrations.CreateModel(
            name="ElementBalance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("element", models.CharField(max_length=60)),
                ("allowed_kva", models.DecimalField(decimal_places=2, max_digits=14)),
                ("held_kva", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="balances", to="records.grid"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("grid", "element"), name="element_balance_once"),
                    models.CheckConstraint(
                        condition=models.Q(("held_kva__lte", models.F("allowed_kva"))),
                        name="element_never_overpromised",
                    ),
                    models.CheckConstraint(condition=models.Q(("held_kva__gte", 0)), name="element_held_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CapacityHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", models.BigIntegerField()),
                ("source", models.SmallIntegerField()),
                ("version", models.IntegerField()),
                ("direction", models.CharField(default="load", max_length=10)),
                ("state", models.CharField(max_length=10)),
                ("kw", models.FloatField()),
                ("kva", models.DecimalField(decimal_places=2, max_digits=12)),
                ("place", models.JSONField(default=dict)),
                ("path", models.JSONField(default=list)),
                ("until", models.DateField(null=True)),
                ("since", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="records.grid"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "reserved")), fields=["until"], name="capacity_hold_until"
                    ),
                    models.Index(fields=["grid", "state"], name="capacity_hold_state"),
                ],
                "constraints": [models.UniqueConstraint(fields=("case", "source"), name="capacity_hold_once")],
            },
        ),
        migrations.CreateModel(
            name="CapacityEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("case", models.BigIntegerField()),
                ("source", models.SmallIntegerField()),
                ("version", models.IntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("kw", models.FloatField()),
                ("kva", models.DecimalField(decimal_places=2, max_digits=12)),
                ("place", models.JSONField(default=dict)),
                ("revision", models.CharField(max_length=64)),
                ("solver", models.CharField(max_length=40)),
                ("until", models.DateField(null=True)),
                ("seq", models.IntegerField(default=0)),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ledger", to="records.grid"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case"], name="capacity_entry_case")],
                "constraints": [models.UniqueConstraint(fields=("grid", "number"), name="capacity_entry_number")],
            },
        ),
        migrations.CreateModel(
            name="GridNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", models.BigIntegerField()),
                ("unit", models.BigIntegerField()),
                ("source", models.SmallIntegerField(default=1)),
                ("kw", models.FloatField()),
                ("binding", models.CharField(max_length=200)),
                ("remedy", models.JSONField(default=dict)),
                ("connect_first", models.BooleanField(default=False)),
                ("investor", models.CharField(blank=True, max_length=200)),
                ("state", models.CharField(default="open", max_length=10)),
                ("planned", models.DateField(null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("changed_by", models.BigIntegerField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "grid",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="needs", to="records.grid"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "state"], name="grid_need_state")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("open", "planned"))),
                        fields=("case", "source"),
                        name="grid_need_open",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="gridrevision",
            constraint=models.UniqueConstraint(fields=("grid", "number"), name="grid_revision_number"),
        ),
        migrations.AddConstraint(
            model_name="gridrevision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("current", True)), fields=("grid",), name="grid_revision_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="capacityfigure",
            constraint=models.UniqueConstraint(fields=("revision", "kind", "element"), name="capacity_figure_once"),
        ),
        migrations.AddConstraint(
            model_name="schemestudy",
            constraint=models.UniqueConstraint(fields=("case", "number"), name="scheme_study_number"),
        ),
    ]
