"""可开放容量公布: when the figures of a revision were calculated last, with what in flight, and the map to go on from."""

from django.db import models

from yekuo.records.models.grid import GridRevision


class CapacityPublication(models.Model):
    """能力公布: one per revision; `whole_at` and `assured_at` say when all of it was calculated and certified.

    `counted` is the last entry of the ledger drawn, `promised` what was in flight (case, node, p_kw, q_kvar), `failure` why there
    are no figures, `map` the arrays from which the next change goes on, `drawing` the lines and stations as GeoJSON (gzip).
    """

    revision = models.OneToOneField(GridRevision, models.CASCADE, related_name="publication")
    at = models.DateTimeField()
    whole_at = models.DateTimeField(null=True)
    assured_at = models.DateTimeField(null=True)
    counted = models.BigIntegerField(default=0)
    solver = models.CharField(max_length=40, blank=True)
    figures = models.IntegerField(default=0)
    checked = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    mended = models.IntegerField(default=0)
    promised = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    failure = models.CharField(max_length=200, blank=True)
    map = models.BinaryField(null=True)
    drawing = models.BinaryField(null=True)
