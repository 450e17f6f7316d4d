"""随版流程: the texts of the processes each release brought."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """This migration will make their table."""

    dependencies: ClassVar = [("records", "0016_lists")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="ShippedProcess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40)),
                ("version", models.CharField(max_length=64, unique=True)),
                ("text", models.TextField()),
            ],
            options={"ordering": ["id"]},
        ),
    ]
