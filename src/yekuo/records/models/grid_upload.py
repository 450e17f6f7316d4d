"""电网文件上传: every file of a network that was sent in, what was found in it, and whether it was put in force."""

from typing import ClassVar

from django.db import models

from yekuo.records.models.grid import Grid, GridRevision


class GridUpload(models.Model):
    """电网上传: kept also when wrong: who sent what, its SHA-256 and what was found; the packed network only until it is decided.

    `against` is the revision it was compared with and `counted` the number of ledger entries then; `taken` the revision it became.
    """

    unit = models.BigIntegerField()
    grid = models.ForeignKey(Grid, models.PROTECT, null=True)
    name = models.CharField(max_length=160)
    file_digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    by = models.BigIntegerField()
    at = models.DateTimeField()
    found = models.JSONField(default=dict)
    tables = models.BinaryField(null=True)
    against = models.ForeignKey(GridRevision, models.PROTECT, null=True, related_name="+")
    counted = models.BigIntegerField(default=0)
    taken = models.ForeignKey(GridRevision, models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        """The latest of a unit."""

        indexes: ClassVar = [models.Index(fields=["unit", "at"], name="grid_upload_unit")]
