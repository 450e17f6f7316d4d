"""资料文件查询: rows of uploaded files, and drafts of forms."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from yekuo.records.models import Draft, File
from yekuo.rules.actor import Actor


def add(
    *,
    sha256: str,
    name: str,
    kind: str,
    size: int,
    code: str,
    case: int | None,
    by: Actor,
    at: datetime,
    taken_at: datetime | None,
) -> File:
    """This function will write the row of an uploaded file."""
    return File.objects.create(
        sha256=sha256,
        name=name,
        type=kind,
        size=size,
        code=code,
        case=case,
        by_kind=by.kind.value,
        by=by.person,
        at=at,
        taken_at=taken_at,
    )


def file(key: int) -> File | None:
    """This function will find a file that was not removed."""
    return File.objects.filter(pk=key, removed_at=None).first()


def of_case(case: int) -> QuerySet[File]:
    """This function will list the files of a case, oldest first."""
    return File.objects.filter(case=case, removed_at=None).order_by("pk")


def waiting(by: Actor) -> QuerySet[File]:
    """This function will list what somebody uploaded for an application not filed yet."""
    return File.objects.filter(by_kind=by.kind.value, by=by.person, case=None, removed_at=None).order_by("pk")


def bind(keys: tuple[int, ...], *, case: int) -> None:
    """This function will give files that wait for an application to their case."""
    File.objects.filter(pk__in=keys, case=None).update(case=case)


def remove_of_cases(cases: Iterable[int], *, at: datetime) -> int:
    """This function will take the files of cases away; their bytes go with the next sweep. Returns how many."""
    return File.objects.filter(case__in=tuple(cases), removed_at=None).update(removed_at=at, name=b"")


def remove_waiting_before(moment: datetime, *, at: datetime) -> int:
    """This function will take away what was uploaded before a moment and never filed; returns how many."""
    return File.objects.filter(case=None, removed_at=None, at__lt=moment).update(removed_at=at, name=b"")


def named(digest: str) -> bool:
    """This function will say whether a row that was not removed names these bytes."""
    return File.objects.filter(sha256=digest, removed_at=None).exists()


def keep_draft(*, by: Actor, form: str, content: str, at: datetime) -> None:
    """This function will keep how far somebody got with a form, in place of what was kept before."""
    Draft.objects.bulk_create(
        [Draft(by_kind=by.kind.value, by=by.person, form=form, content=content, kept_at=at)],
        update_conflicts=True,
        unique_fields=["by_kind", "by", "form"],
        update_fields=["row", "content", "kept_at"],
    )


def draft(*, by: Actor, form: str) -> Draft | None:
    """This function will find what was kept of a form."""
    return Draft.objects.filter(by_kind=by.kind.value, by=by.person, form=form).first()


def drop_draft(*, by: Actor, form: str) -> None:
    """This function will let a draft go."""
    Draft.objects.filter(by_kind=by.kind.value, by=by.person, form=form).delete()


def drop_drafts_before(moment: datetime) -> int:
    """This function will let old drafts go; returns how many."""
    return Draft.objects.filter(kept_at__lt=moment).delete()[0]
