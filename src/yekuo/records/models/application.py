"""用电申请: the application form as it was filed, beside the facts that the log holds."""

from django.db import models

from yekuo.records.models.person import Person
from yekuo.records.models.site import Site
from yekuo.records.sealed import Sealed, SealedField


class Application(Sealed):
    """申请单: one filing; `form` holds what is not personal, `invoice` and `remark` may be and are sealed.

    `filed_key` is the key the filing was sent under: the same key again finds this row.
    """

    case = models.BigIntegerField(db_index=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="applications")
    site = models.ForeignKey(Site, models.PROTECT, related_name="applications")
    unit = models.BigIntegerField()
    form = models.JSONField(default=dict)
    invoice = SealedField()
    remark = SealedField()
    channel = models.CharField(max_length=20)
    by_kind = models.CharField(max_length=8)
    by = models.BigIntegerField()
    at = models.DateTimeField()
    filed_key = models.CharField(max_length=80, unique=True)

    class Meta:
        """Looked up by who filed."""

        indexes = (models.Index(fields=("by_kind", "by"), name="application_by"),)


class Kinship(models.Model):
    """关联工单: two cases of the same applicant or site near each other in time (RULEBASE 8.6)."""

    case = models.BigIntegerField(db_index=True)
    other = models.BigIntegerField(db_index=True)
    why = models.CharField(max_length=10, choices=(("applicant", "同一用电人"), ("site", "同一地址")))
    at = models.DateTimeField()

    class Meta:
        """Said once per pair and reason."""

        constraints = (models.UniqueConstraint(fields=("case", "other", "why"), name="kinship_once"),)

    def __str__(self) -> str:
        """This function will name the pair."""
        return f"{self.case} – {self.other}"
