"""用电地址: where power is wanted."""

from django.db import models

from yekuo.records.sealed import Sealed, SealedField
from yekuo.rules.people import mask_address


class Site(Sealed):
    """用电地址: kept once per content; `point` is 'longitude,latitude' in WGS-84 or empty.

    `area` is the district or township in the open, for lists and maps of many.
    """

    area = models.CharField(max_length=60, blank=True)
    address = SealedField(mask=mask_address)
    point = SealedField()
    address_index = models.BinaryField(null=True, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    kept_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
