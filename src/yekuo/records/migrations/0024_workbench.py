"""方案工作台: columns of session four."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0023_grid_import")]

    operations: ClassVar = []
