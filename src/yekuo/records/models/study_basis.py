"""测算依据: the tables a scheme was calculated with, kept once by their digest, so that it can be calculated again."""

from django.db import models


class StudyBasis(models.Model):
    """测算依据: conductors, equipment and rules of schemes as texts by name; only ever appended."""

    digest = models.CharField(max_length=64, unique=True)
    tables = models.JSONField()

    def __str__(self) -> str:
        """This function will give the beginning of its digest."""
        return self.digest[:12]
