"""电网资料导出台账: appended when a table or drawing of a network is taken out, never changed."""

from datetime import datetime

from yekuo.records.models import GridExport


def note(*, grid: int, what: str, area: str, rows: int, reason: str, by: int, unit: int, at: datetime) -> None:
    """This function will append an export."""
    GridExport.objects.create(
        grid_id=grid, what=what[:40], area=area[:80], rows=rows, reason=reason[:200], by=by, unit=unit, at=at
    )


def areas(*, grid: int, unit: int, since: datetime) -> set[str]:
    """This function will list the parts of a network a unit took out since a moment."""
    rows = GridExport.objects.filter(grid=grid, unit=unit, at__gte=since)
    return set(rows.values_list("area", flat=True))
