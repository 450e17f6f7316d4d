"""负荷曲线: what there is at every hour, and within the hours of a tariff block."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0025_import")]

    operations: ClassVar = [
        migrations.AddField("capacityfigure", "stable_kw", models.FloatField(null=True)),
        migrations.AddField(
            "capacityfigure",
            "stable_when",
            models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField("capacityfigure", "peak_kw", models.FloatField(null=True)),
        migrations.AddField("capacityfigure", "flat_kw", models.FloatField(null=True)),
        migrations.AddField("capacityfigure", "valley_kw", models.FloatField(null=True)),
    ]
