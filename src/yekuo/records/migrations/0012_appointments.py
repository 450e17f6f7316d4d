"""预约: tables of this room."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """This migration will make the register of visits promised, of crews' days and of days to follow up on."""

    dependencies: ClassVar = [("records", "0011_counter")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_id", models.BigIntegerField()),
                ("number", models.IntegerField()),
                ("visit", models.CharField(max_length=12)),
                ("role", models.CharField(max_length=20)),
                ("person", models.BigIntegerField()),
                ("unit", models.BigIntegerField()),
                ("day", models.DateField()),
                ("part", models.CharField(max_length=2)),
                ("cell", models.CharField(max_length=2)),
                ("at", models.DateTimeField()),
                ("standing", models.CharField(max_length=12)),
                ("moved", models.IntegerField(default=0)),
                ("by_customer", models.BooleanField(default=False)),
                ("fault", models.CharField(blank=True, max_length=10)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "day"], name="appointment_day"),
                    models.Index(fields=["person", "day"], name="appointment_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case_id", "number"), name="appointment_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("standing", "planned")),
                        fields=("person", "day", "cell"),
                        name="appointment_free",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CrewDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.BigIntegerField()),
                ("role", models.CharField(max_length=20)),
                ("day", models.DateField(null=True)),
                ("visits", models.IntegerField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("set_by", models.BigIntegerField()),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "role", "day"), name="crew_day_once", nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(("visits__gte", 0)), name="crew_day_visits"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=16)),
                ("due_at", models.DateTimeField()),
                ("unit", models.BigIntegerField()),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("told_at__isnull", True)), fields=["due_at"], name="follow_up_due")
                ],
                "constraints": [models.UniqueConstraint(fields=("case_id", "kind"), name="follow_up_once")],
            },
        ),
    ]
