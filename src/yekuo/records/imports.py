"""导入表查询: imported tables of their sender, kept sealed until confirmed."""

from datetime import datetime

from django.db.models import QuerySet

from yekuo.records.models import ImportSheet


def keep(
    *, kind: str, unit: int, name: str, digest: str, rows: int, content: str, by: int, at: datetime
) -> ImportSheet:
    """This function will keep a table as it was read."""
    return ImportSheet.objects.create(
        kind=kind, unit=unit, name=name[:120], digest=digest, rows=rows, content=content, by=by, at=at
    )


def sheet(key: int, *, by: int) -> ImportSheet | None:
    """This function will find a table by its sender; nobody else's."""
    return ImportSheet.objects.filter(pk=key, by=by).first()


def lock(key: int, *, by: int) -> ImportSheet | None:
    """This function will hold a table of its sender, so that it is confirmed once."""
    return ImportSheet.objects.select_for_update().filter(pk=key, by=by).first()


def recent(kind: str, *, by: int) -> QuerySet[ImportSheet]:
    """This function will list somebody's latest tables."""
    return ImportSheet.objects.filter(kind=kind, by=by).defer("content").order_by("-at")[:10]


def confirmed_before(digest: str, *, kind: str, unit: int) -> ImportSheet | None:
    """This function will find a confirmed table of the same content in a unit, whoever sent it."""
    found = ImportSheet.objects.filter(digest=digest, kind=kind, unit=unit, confirmed_at__isnull=False)
    return found.defer("content").order_by("-confirmed_at").first()


def confirm(one: ImportSheet, *, result: list[dict[str, object]], at: datetime) -> None:
    """This function will note what the chosen rows became, and let the rows themselves go."""
    one.result, one.confirmed_at, one.content = result, at, ""
    one.save(update_fields=["result", "confirmed_at", "content"])


def drop(one: ImportSheet) -> None:
    """This function will let a table go that was not confirmed."""
    one.delete()
