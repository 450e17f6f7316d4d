"""客户: tables of this room."""

import uuid
from typing import ClassVar

from django.db import migrations, models

import yekuo.records.sealed


class Migration(migrations.Migration):
    """This migration will make the links a customer gives to designer, builder and agent."""

    dependencies: ClassVar = [("records", "0014_messages")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("case", models.BigIntegerField(db_column="case_id", db_index=True)),
                ("purpose", models.CharField(max_length=10)),
                ("holder", yekuo.records.sealed.SealedField(blank=True, default=b"")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_by", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={"abstract": False},
        ),
    ]
