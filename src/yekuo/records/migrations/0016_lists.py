"""清单: parts of addresses are found by keyed marks; what one did and opened is listed by index; the case table is kept tidy."""

from typing import Any, ClassVar

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.fields.json
import django.db.models.functions
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
        migrations.RemoveIndex(model_name="case", name="case_open_due"),
        migrations.RemoveIndex(model_name="case", name="case_due"),
        migrations.RemoveIndex(model_name="case", name="case_manager"),
        migrations.RemoveIndex(model_name="case", name="case_opener"),
        migrations.RemoveIndex(model_name="event", name="event_delegated"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["unit", "due_at", "id"],
                include=("manager", "paused", "stage", "business", "party"),
                name="case_open_due",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["due_at", "id"],
                include=("unit", "manager", "paused", "stage", "business", "party"),
                name="case_due",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["manager", "due_at", "id"],
                include=("unit", "paused", "stage", "business", "party"),
                name="case_manager",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                django.db.models.functions.Collate(django.db.models.functions.Reverse("number"), "C"),
                name="case_number_tail",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["opener_kind", "opener", "-id"], name="case_opener"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("actor_kind", "staff")),
                fields=["actor", "-recorded_at", "-id"],
                name="event_by_staff",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                django.db.models.fields.json.KeyTextTransform("person", "body"),
                condition=models.Q(("kind", "task_delegated")),
                name="event_delegated",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("status", "open"), models.Q(("paused", ""), _negated=True)),
                fields=["due_at", "id"],
                include=("unit", "manager", "paused", "stage", "business", "party"),
                name="case_paused_due",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("manager__isnull", False)), fields=["manager", "unit"], name="case_led"
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["case_id"], name="task_open_case"
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True), ("key__startswith", "approve_pause#")),
                fields=["unit", "case_id"],
                name="task_approval",
            ),
        ),
        # A count reads indexes alone only while most pages are known to be visible to all.
        migrations.RunSQL(
            "alter table records_case set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)",
            "alter table records_case reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)",
        ),
    ]
