"""查阅资料: opening a customer's paper is a disclosure of its own."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """This migration will name it."""

    dependencies: ClassVar = [("records", "0017_shipped_processes")]
    operations: ClassVar = [
        migrations.AlterField(
            model_name="disclosure",
            name="kind",
            field=models.CharField(
                choices=[
                    ("revealed", "查看"),
                    ("erased", "删除"),
                    ("exported", "导出"),
                    ("printed", "打印"),
                    ("opened", "查阅资料"),
                ],
                max_length=8,
            ),
        ),
    ]
