"""接口密钥: the digest of a key with which a program acts as one member of staff; the key itself is never kept."""

from typing import ClassVar

from django.db import models

from yekuo.records.models.staff import Staff


class ApiKey(models.Model):
    """接口密钥: valid from its making until it expires or is revoked; `digest` is the SHA-256 of the whole key."""

    digest = models.BinaryField(max_length=32, unique=True)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="api_keys")
    label = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Listed newest first."""

        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        """This function will give the label the key was made under."""
        return self.label
