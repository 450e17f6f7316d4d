"""电网导入: columns of session four."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0024_workbench")]

    operations: list[migrations.operations.base.Operation] = []
