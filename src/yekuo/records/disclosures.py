"""个人信息查看记录: appended when somebody sees or erases what is masked for everybody else."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from yekuo.records.models import Disclosure
from yekuo.records.models.disclosure import DisclosureKind
from yekuo.rules.actor import Actor


def append(
    *,
    kind: DisclosureKind,
    subject: str,
    keys: Iterable[int],
    field: str = "",
    case: int | None = None,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """This function will append one row per subject."""
    Disclosure.objects.bulk_create(
        Disclosure(
            kind=kind,
            subject=subject,
            subject_id=key,
            field=field,
            case=case,
            reason=reason,
            by_kind=by.kind.value,
            by=by.person,
            unit=by.unit,
            at=at,
        )
        for key in keys
    )


def of(subject: str, keys: Iterable[int]) -> QuerySet[Disclosure]:
    """This function will list what was done with the data of these subjects, newest first."""
    return Disclosure.objects.filter(subject=subject, subject_id__in=tuple(keys))


def of_case(case: int) -> QuerySet[Disclosure]:
    """This function will list what was done with personal data in a case, newest first."""
    return Disclosure.objects.filter(case=case)


def revealed_since(by: Actor, since: datetime) -> int:
    """This function will count what somebody has had revealed since a moment."""
    return Disclosure.objects.filter(
        kind=DisclosureKind.REVEALED, by_kind=by.kind.value, by=by.person, at__gte=since
    ).count()
