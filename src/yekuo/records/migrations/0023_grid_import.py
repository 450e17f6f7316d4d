"""grid_import: tables of this room."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """This migration will change what the room needs."""

    dependencies: ClassVar = [("records", "0022_open_capacity")]
    operations: ClassVar = []
