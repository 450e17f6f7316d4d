"""修补: columns of session four."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0026_profiles")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="capacityentry", name="warning", field=models.CharField(blank=True, max_length=300)
        ),
    ]
