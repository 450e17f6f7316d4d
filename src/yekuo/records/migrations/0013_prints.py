"""打印: papers that were made and every time one was handed out; a printed paper counts as a disclosure."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """This migration will make them."""

    dependencies: ClassVar = [("records", "0012_appointments")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Print",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", models.BigIntegerField()),
                ("form", models.CharField(max_length=20)),
                ("copy", models.CharField(choices=[("masked", "隐去个人信息"), ("whole", "完整")], max_length=6)),
                ("version", models.IntegerField()),
                ("number", models.CharField(max_length=40)),
                ("edition", models.CharField(max_length=60)),
                ("seq", models.IntegerField()),
                ("content", models.CharField(max_length=64)),
                ("token", models.CharField(max_length=24, unique=True)),
                ("address", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("made_by_kind", models.CharField(max_length=10)),
                ("made_by", models.BigIntegerField()),
                ("made_by_name", models.CharField(max_length=80)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "form", "copy", "version", "edition"), name="print_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Printing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="printings", to="records.print"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by_kind", models.CharField(max_length=10)),
                ("by", models.BigIntegerField()),
                ("unit", models.BigIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("batch", models.CharField(blank=True, db_index=True, max_length=32)),
                ("sha256", models.CharField(max_length=64)),
                ("pages", models.IntegerField(default=0)),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["by_kind", "by", "at"], name="printing_by")],
            },
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="kind",
            field=models.CharField(
                choices=[
                    ("revealed", "查看"),
                    ("erased", "删除"),
                    ("exported", "导出"),
                    ("printed", "打印"),
                ],
                max_length=8,
            ),
        ),
    ]
