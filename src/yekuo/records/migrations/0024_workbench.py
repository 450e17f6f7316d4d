"""方案工作台: columns of session four."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0023_grid_import")]

    operations: list[migrations.operations.base.Operation] = []
