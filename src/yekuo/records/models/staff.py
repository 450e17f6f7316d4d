"""人员: who works here and signs in at a desk, in which unit and with which roles."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from yekuo.records.models.unit import Unit
from yekuo.records.sealed import Sealed, SealedField
from yekuo.rules.people import mask_phone


class Staff(Sealed, AbstractUser):
    """员工: one person of the company; without a unit they see no case."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="staff")
    phone = SealedField(mask=mask_phone)
    phone_index = models.BinaryField(null=True, db_index=True)

    def get_full_name(self) -> str:
        """This function will give the name on the door, else the name of the login."""
        return self.name or self.username

    def get_short_name(self) -> str:
        """This function will give the same name."""
        return self.get_full_name()

    def __str__(self) -> str:
        """This function will give the person's name."""
        return self.get_full_name()


class StaffRole(models.Model):
    """岗位: one role of one person, by its key in the 权限清单, and who gave it when."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="held_roles")
    role = models.CharField(max_length=20)
    given_by = models.BigIntegerField(default=0)
    given_at = models.DateTimeField()

    class Meta:
        """A role is held once."""

        constraints = (models.UniqueConstraint(fields=("staff", "role"), name="staff_role_once"),)

    def __str__(self) -> str:
        """This function will give the role's key."""
        return self.role
