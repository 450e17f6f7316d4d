"""ledger: what the ledger of capacity needs beside its tables."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """This migration will let an entry say its direction and a network the revision its balances were made with."""

    dependencies: ClassVar = [("records", "0019_grid")]
    operations: ClassVar = [
        migrations.AddField("grid", "balanced", models.BigIntegerField(null=True)),
        migrations.AddField("capacityentry", "direction", models.CharField(default="load", max_length=10)),
        migrations.AlterField("elementbalance", "element", models.CharField(max_length=80)),
    ]
