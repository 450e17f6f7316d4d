"""方案测算: the tables a scheme was calculated with, kept once by their digest."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """This migration will make the table of what studies rest on."""

    dependencies: ClassVar = [("records", "0020_ledger")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="StudyBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("tables", models.JSONField()),
            ],
        ),
    ]
