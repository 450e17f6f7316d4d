"""清单: tables of this room."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """This migration will make them."""

    dependencies: ClassVar = [("records", "0015_customer_links")]
    operations: ClassVar = []
