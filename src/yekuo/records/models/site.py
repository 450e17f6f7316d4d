"""用电地址: where power is wanted."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from yekuo.records.sealed import Sealed, SealedField
from yekuo.rules.people import mask_address


class Site(Sealed):
    """用电地址: kept once per content; `point` is 'longitude,latitude' in WGS-84 or empty.

    `area` is the district or township in the open, for lists and maps of many; `grams` are keyed marks of each two
    neighbouring characters of the address, by which a part of it is found.
    """

    area = models.CharField(max_length=60, blank=True)
    address = SealedField(mask=mask_address)
    point = SealedField()
    address_index = models.BinaryField(null=True, db_index=True)
    grams: "ArrayField[list[int], list[int]]" = ArrayField(models.IntegerField(), default=list)
    digest = models.CharField(max_length=64, unique=True)
    kept_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        """A part of an address is found by all its grams."""

        indexes: ClassVar = [GinIndex(fields=["grams"], name="site_grams", fastupdate=False)]
