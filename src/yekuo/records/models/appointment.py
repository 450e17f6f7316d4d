"""预约登记: the promises of all cases by person and day, a projection of the log; how many visits a crew takes in a day."""

from typing import ClassVar

from django.db import models


class Appointment(models.Model):
    """预约: one promise; `cell` is the two-hour part of the day it takes, so that nobody is in two places at once."""

    case_id = models.BigIntegerField()
    number = models.IntegerField()
    visit = models.CharField(max_length=12)
    role = models.CharField(max_length=20)
    person = models.BigIntegerField()
    unit = models.BigIntegerField()
    day = models.DateField()
    part = models.CharField(max_length=2)
    cell = models.CharField(max_length=2)
    at = models.DateTimeField()
    standing = models.CharField(max_length=12)
    moved = models.IntegerField(default=0)
    by_customer = models.BooleanField(default=False)
    fault = models.CharField(max_length=10, blank=True)

    class Meta:
        """A person has a cell of a day once; a day is read by unit, a person's by person."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case_id", "number"], name="appointment_once"),
            models.UniqueConstraint(
                fields=["person", "day", "cell"], name="appointment_free", condition=models.Q(standing="planned")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "day"], name="appointment_day"),
            models.Index(fields=["person", "day"], name="appointment_person"),
        ]


class CrewDay(models.Model):
    """班组能力: how many visits the people of a role in a unit take in a day; `day` empty says it for every day."""

    unit = models.BigIntegerField()
    role = models.CharField(max_length=20)
    day = models.DateField(null=True)
    visits = models.IntegerField()
    reason = models.CharField(max_length=200, blank=True)
    set_by = models.BigIntegerField()
    set_at = models.DateTimeField()

    class Meta:
        """Said once for a day."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "role", "day"], name="crew_day_once", nulls_distinct=False),
            models.CheckConstraint(condition=models.Q(visits__gte=0), name="crew_day_visits"),
        ]


class FollowUp(models.Model):
    """跟进日: a day on which somebody has to look after a case though no clock of ours runs; a projection of the log."""

    case_id = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    due_at = models.DateTimeField()
    unit = models.BigIntegerField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        """One of a kind per case; what is due and not yet told comes first."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["case_id", "kind"], name="follow_up_once")]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="follow_up_due", condition=models.Q(told_at__isnull=True))
        ]
