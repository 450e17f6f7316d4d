"""grid_import: files of a network that were sent in, and what a revision was made of and hit."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """This migration will make the table of uploads and let a revision say its file and whom it hit."""

    dependencies: ClassVar = [("records", "0022_open_capacity")]
    operations: ClassVar = [
        migrations.AddField("gridrevision", "file_digest", models.CharField(blank=True, max_length=64)),
        migrations.AddField("gridrevision", "affected", models.JSONField(default=list)),
        migrations.CreateModel(
            name="GridUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.BigIntegerField()),
                ("name", models.CharField(max_length=160)),
                ("file_digest", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("found", models.JSONField(default=dict)),
                ("tables", models.BinaryField(null=True)),
                ("counted", models.BigIntegerField(default=0)),
                ("dropped_at", models.DateTimeField(null=True)),
                (
                    "against",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.gridrevision"
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="records.grid"),
                ),
                (
                    "taken",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.gridrevision"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["unit", "at"], name="grid_upload_unit")]},
        ),
    ]
