"""人员: who works here and signs in at a desk."""

from django.contrib.auth.models import AbstractUser


class Staff(AbstractUser):
    """员工: one person of the company; organisation and roles are kept beside it."""
