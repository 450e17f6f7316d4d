"""单位: the tree of company, city companies, county companies and stations."""

from django.db import models


class UnitKind(models.TextChoices):
    """单位层级: from the company down to the station."""

    COMPANY = "company", "公司"
    CITY = "city", "市公司"
    COUNTY = "county", "县（区）公司"
    STATION = "station", "供电所"


class Unit(models.Model):
    """单位: `path` spells the codes from the top ('41/4101/'), so that everything below is one prefix.

    Company, province and city say whose limits and calendar apply; opening hours bound the counter's day.
    """

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=UnitKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, unique=True)
    company = models.CharField(max_length=20)
    province = models.CharField(max_length=20)
    city = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=100, blank=True)
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        """Depth first, as the tree is read."""

        ordering = ("path",)

    def __str__(self) -> str:
        """This function will give the unit's name."""
        return self.name
