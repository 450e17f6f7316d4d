"""修补: columns of session four."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0026_profiles")]

    operations: list[migrations.operations.base.Operation] = []
