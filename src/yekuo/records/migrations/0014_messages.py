"""消息: tables of this room."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """This migration will make the mails of staff, and words that are told once, have links and are spread by mail.

    Words left before are not mailed: `spread` begins as true for them.
    """

    dependencies: ClassVar = [("records", "0013_prints")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message", models.BigIntegerField()),
                ("staff", models.BigIntegerField()),
                ("kind", models.CharField(blank=True, max_length=12)),
                ("message_id", models.CharField(max_length=120, unique=True)),
                ("created_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("tries", models.IntegerField(default=0)),
                ("failed", models.BooleanField(default=False)),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)), fields=["next_try_at"], name="mail_waiting"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("message", "staff"), name="mail_once")],
            },
        ),
        migrations.AddField(
            model_name="staffmessage",
            name="links",
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="staffmessage", name="once", field=models.CharField(blank=True, db_default="", max_length=80)
        ),
        migrations.AddField(
            model_name="staffmessage", name="spread", field=models.BooleanField(db_default=True, default=True)
        ),
        migrations.AlterField(
            model_name="staffmessage", name="spread", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddIndex(
            model_name="staffmessage",
            index=models.Index(condition=models.Q(("spread", False)), fields=["id"], name="message_to_spread"),
        ),
        migrations.AddConstraint(
            model_name="staffmessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("once", ""), _negated=True), fields=("once", "person", "role", "unit"),
                name="message_once",
            ),
        ),
    ]
