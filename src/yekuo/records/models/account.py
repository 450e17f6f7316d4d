"""户号: what a finished case leaves behind: account, metering points, meters, contract."""

from django.db import models


class Account(models.Model):
    """用电户: capacity in kVA (kW at low voltage); `case` opened it, `person` and `site` are kept beside the log.

    An account taken over from an older system has no case; `sheet` is the imported table it came with.
    """

    number = models.CharField(max_length=13, unique=True)
    case = models.BigIntegerField(unique=True, null=True)
    sheet = models.BigIntegerField(null=True, db_index=True)
    unit = models.BigIntegerField(db_index=True)
    person = models.BigIntegerField(db_index=True)
    site = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=12)
    voltage = models.IntegerField()
    capacity = models.DecimalField(max_digits=12, decimal_places=2)
    importance = models.CharField(max_length=10)
    tariff = models.CharField(max_length=20, blank=True)
    energised_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    archive_number = models.CharField(max_length=40)
    shelf = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        """This function will give the account's number."""
        return self.number


class CapacityChange(models.Model):
    """容量变更: what a later case of the same account made of its capacity and voltage."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="changes")
    case = models.BigIntegerField(unique=True)
    before = models.DecimalField(max_digits=12, decimal_places=2)
    after = models.DecimalField(max_digits=12, decimal_places=2)
    voltage = models.IntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        """This function will give the step."""
        return f"{self.before} → {self.after}"


class MeteringPoint(models.Model):
    """计量点: of an account, by its number in the scheme of the case that made it."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="points")
    case = models.BigIntegerField(db_index=True, null=True)
    number = models.SmallIntegerField()
    source = models.SmallIntegerField()
    mode = models.CharField(max_length=10)
    wiring = models.CharField(max_length=12)
    grade = models.CharField(max_length=3)
    edition = models.CharField(max_length=4)
    ct_ratio = models.CharField(max_length=20, blank=True)
    vt_ratio = models.CharField(max_length=20, blank=True)
    location = models.CharField(max_length=100, blank=True)

    class Meta:
        """Numbered once per case."""

        constraints = (models.UniqueConstraint(fields=("case", "number"), name="point_once"),)

    def __str__(self) -> str:
        """This function will name the point."""
        return f"计量点 {self.number}"


class Meter(models.Model):
    """电能表: on the wall from `installed_on` to `removed_on`; one asset hangs in one place at a time.

    `removed_readings` are those it was taken down with, `removed_case` the case it was taken down for.
    """

    point = models.ForeignKey(MeteringPoint, models.PROTECT, related_name="meters")
    asset = models.CharField(max_length=40, db_index=True)
    ct_assets = models.JSONField(default=list)
    vt_assets = models.JSONField(default=list)
    seals = models.JSONField(default=list)
    readings = models.JSONField(default=dict)
    terminal = models.CharField(max_length=40)
    installer = models.CharField(max_length=40, blank=True)
    installed_on = models.DateField()
    removed_on = models.DateField(null=True)
    removed_readings = models.JSONField(default=dict)
    removed_case = models.BigIntegerField(null=True)

    class Meta:
        """A meter hangs once."""

        constraints = (
            models.UniqueConstraint(
                fields=("asset",), condition=models.Q(removed_on__isnull=True), name="meter_hangs_once"
            ),
        )

    def __str__(self) -> str:
        """This function will give the asset number."""
        return self.asset


class Contract(models.Model):
    """供用电合同: in force from the case that made it."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="contracts")
    case = models.BigIntegerField(unique=True, null=True)
    number = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    scheme_version = models.SmallIntegerField()
    since = models.DateField()
    until = models.DateField(null=True)
    dispatch_agreement = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        """This function will give the contract's number."""
        return self.number
