"""电网导入: columns of session four."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0024_workbench")]

    operations: ClassVar = []
