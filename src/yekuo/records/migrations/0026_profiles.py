"""负荷曲线: columns of session four."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0025_import")]

    operations: list[migrations.operations.base.Operation] = []
