"""重试版本: which revision the sources waiting for works were last tried on; empty, so that each is tried once more."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0028_measured")]

    operations: ClassVar = [
        migrations.AddField(model_name="grid", name="tried", field=models.BigIntegerField(null=True)),
    ]
