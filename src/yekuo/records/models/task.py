"""待办: who has to do what in which case, with its deadline; a projection of the log."""

from typing import ClassVar

from django.db import models


class Task(models.Model):
    """待办: `key` is unique in the case for ever (`scheme#1`, `review#1@planner`); `person` 0 is anybody of the role."""

    case_id = models.BigIntegerField()
    key = models.CharField(max_length=80)
    stage = models.CharField(max_length=40)
    role = models.CharField(max_length=20)
    person = models.BigIntegerField(default=0)
    unit = models.BigIntegerField()
    party = models.CharField(max_length=12)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """The inbox reads open tasks by unit and role, or by person, deadline first; lists say who is waited for."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["case_id", "key"], name="task_case_key")]
        indexes: ClassVar = [
            models.Index(
                fields=["unit", "role", "due_at"], name="task_open_role", condition=models.Q(closed_at__isnull=True)
            ),
            models.Index(
                fields=["person", "due_at"],
                name="task_open_person",
                condition=models.Q(closed_at__isnull=True, person__gt=0),
            ),
            models.Index(fields=["case_id"], name="task_open_case", condition=models.Q(closed_at__isnull=True)),
            models.Index(
                fields=["unit", "case_id"],
                name="task_approval",
                condition=models.Q(closed_at__isnull=True, key__startswith="approve_pause#"),
            ),
        ]
