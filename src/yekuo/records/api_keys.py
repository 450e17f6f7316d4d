"""接口密钥查询: keys by their digest and by their holder."""

from datetime import datetime

from django.db.models import Q, QuerySet

from yekuo.records.models import ApiKey, Staff


def add(*, digest: bytes, holder: Staff, label: str, at: datetime, until: datetime) -> ApiKey:
    """This function will write the row of a new key."""
    return ApiKey.objects.create(digest=digest, staff=holder, label=label, created_at=at, expires_at=until)


def valid(digest: bytes, *, at: datetime) -> ApiKey | None:
    """This function will find a key that was neither revoked nor has expired at a moment."""
    alive = Q(revoked_at=None) | Q(revoked_at__gt=at)
    return ApiKey.objects.filter(alive, digest=digest, expires_at__gt=at).first()


def everyone() -> QuerySet[ApiKey]:
    """This function will list all keys with their holders, newest first."""
    return ApiKey.objects.select_related("staff")


def revoke(key: int, *, at: datetime) -> bool:
    """This function will end a key; False when there is none or it has ended before."""
    return ApiKey.objects.filter(pk=key, revoked_at=None).update(revoked_at=at) == 1
