"""实测截止日: until when the peaks of a network were measured; what was in force so far counted as measured on its day."""

from typing import ClassVar

from django.db import migrations, models

AS_BEFORE = "update records_gridrevision set measured_until = (at at time zone 'Asia/Shanghai')::date"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0027_mending")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="gridrevision", name="measured_until", field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="gridupload", name="measured_until", field=models.DateField(null=True),
        ),
        migrations.RunSQL(AS_BEFORE, migrations.RunSQL.noop),
    ]
