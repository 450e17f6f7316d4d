"""清单: parts of addresses are found by keyed marks; what one did and opened is listed by index; the case table is kept tidy."""

from typing import Any, ClassVar

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from yekuo.records.sites import grams


def mark_addresses(apps: Any, editor: Any) -> None:
    """Sites kept before are marked once."""
    for site in apps.get_model("records", "Site").objects.filter(erased_at=None).iterator(500):
        site.grams = grams(site.area + site.address.open())
        site.save(update_fields=["grams"])


class Migration(migrations.Migration):
    """This migration will make them."""

    dependencies: ClassVar = [("records", "0015_customer_links")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="site",
            name="grams",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.IntegerField(), default=list, size=None
            ),
        ),
        migrations.RunPython(mark_addresses, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="site",
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["grams"], name="site_grams"),
        ),
    ]
