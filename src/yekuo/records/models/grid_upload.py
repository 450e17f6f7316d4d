"""电网文件上传: every file of a network that was sent in, what was found in it, and whether it was put in force."""

from typing import ClassVar

from django.db import models

from yekuo.records.models.grid import Grid, GridRevision


class GridUpload(models.Model):
    """电网上传: kept also when wrong: who sent what, its SHA-256 and what was found; the packed network only until it is decided.

    `against` is the revision it was compared with and `counted` the number of ledger entries then; `taken` the revision it became.
    `state` says whether it waits to be examined, is being examined (`step` says where) or was; `back_to` is the earlier revision
    it is made of instead of files. `measured_until` is the last day its peaks were measured on, as said or as found in it.
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
    state = models.CharField(max_length=8, default="done")
    step = models.CharField(max_length=10, blank=True)
    tries = models.SmallIntegerField(default=0)
    examined_at = models.DateTimeField(null=True)
    back_to = models.ForeignKey(GridRevision, models.PROTECT, null=True, related_name="+")
    measured_until = models.DateField(null=True)

    class Meta:
        """The latest of a unit; those that wait."""

        indexes: ClassVar = [
            models.Index(fields=["unit", "at"], name="grid_upload_unit"),
            models.Index(fields=["id"], name="grid_upload_waiting", condition=~models.Q(state="done")),
        ]


class GridUploadPart(models.Model):
    """上传内容: a piece of a file that waits to be examined; gone once it was."""

    upload = models.ForeignKey(GridUpload, models.CASCADE, related_name="parts")
    file = models.SmallIntegerField()
    part = models.SmallIntegerField()
    name = models.CharField(max_length=255)
    content = models.BinaryField()

    class Meta:
        """In their order."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "file", "part"], name="grid_upload_part_once")
        ]


class SchemeDoubt(models.Model):
    """方案待复核: a source of an open case that a new revision no longer carries, until somebody has checked it again.

    `held` says whether capacity is held for it (else its place was only chosen); `effect` and `words` are what was found last,
    `number` the revision it was found on; `cleared_how` says by what it ended.
    """

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="doubts")
    number = models.IntegerField()
    case = models.BigIntegerField()
    unit = models.BigIntegerField()
    source = models.SmallIntegerField()
    held = models.BooleanField(default=True)
    kw = models.FloatField()
    place = models.CharField(max_length=120, blank=True)
    effect = models.CharField(max_length=8)
    words = models.CharField(max_length=300)
    at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.BigIntegerField(null=True)
    cleared_how = models.CharField(max_length=10, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        """One open doubt per source of a case."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "source"], name="scheme_doubt_open", condition=models.Q(cleared_at__isnull=True)
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit"], name="scheme_doubt_unit", condition=models.Q(cleared_at__isnull=True)),
            models.Index(fields=["case"], name="scheme_doubt_case"),
        ]
