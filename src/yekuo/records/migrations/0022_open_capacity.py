"""open_capacity: what a published figure says of its element, the publications, and which questions were followed by an application."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


def text(length: int) -> "models.CharField[str, str]":
    """This function will give a text column that may be empty."""
    return models.CharField(blank=True, max_length=length)


class Migration(migrations.Migration):
    """This migration will change what the room needs."""

    dependencies: ClassVar = [("records", "0021_workbench")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="CapacityPublication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("whole_at", models.DateTimeField(null=True)),
                ("assured_at", models.DateTimeField(null=True)),
                ("counted", models.BigIntegerField(default=0)),
                ("solver", models.CharField(blank=True, max_length=40)),
                ("figures", models.IntegerField(default=0)),
                ("checked", models.IntegerField(default=0)),
                ("held", models.IntegerField(default=0)),
                ("mended", models.IntegerField(default=0)),
                ("promised", models.JSONField(default=list)),
                ("missing", models.JSONField(default=list)),
                ("failure", models.CharField(blank=True, max_length=200)),
                ("map", models.BinaryField(null=True)),
                ("drawing", models.BinaryField(null=True)),
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="publication",
                        to="records.gridrevision",
                    ),
                ),
            ],
        ),
        migrations.AddField("addressquery", "followed_at", models.DateTimeField(null=True)),
        migrations.AddField("addressquery", "place", text(80)),
        migrations.AddField("addressquery", "trace", text(32)),
        migrations.AddField("capacityfigure", "area", text(60)),
        migrations.AddField("capacityfigure", "binding_name", text(80)),
        migrations.AddField("capacityfigure", "feeder_name", text(80)),
        migrations.AddField("capacityfigure", "firm_section_name", text(80)),
        migrations.AddField("capacityfigure", "kv", models.FloatField(default=0)),
        migrations.AddField("capacityfigure", "kva", models.FloatField(null=True)),
        migrations.AddField("capacityfigure", "public", models.BooleanField(default=True)),
        migrations.AddField("capacityfigure", "substation", text(80)),
        migrations.AddField("capacityfigure", "x", models.FloatField(null=True)),
        migrations.AddField("capacityfigure", "y", models.FloatField(null=True)),
        migrations.AddIndex(
            "addressquery",
            models.Index(
                condition=models.Q(("trace", ""), _negated=True), fields=["trace"], name="address_query_trace"
            ),
        ),
        migrations.AddIndex("addressquery", models.Index(fields=["unit", "-at"], name="address_query_unit")),
    ]
