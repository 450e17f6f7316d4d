"""小镇电网布景: the small town's network in force for a company, for tests of everything that calculates."""

from datetime import date, datetime

from tests.grid.town import Sheets, imported
from yekuo.operations.grids import standing
from yekuo.operations.grids.standing import Network


def town_of(
    unit: int, *, at: datetime, by: int = 0, sheets: Sheets | None = None, measured_until: date | None = None
) -> Network:
    """This function will put the town (or the sheets given) in force for a unit and everything below it."""
    report = imported(sheets)
    assert not report.errors, report.errors
    return standing.keep(
        unit=unit,
        name="测试小镇",
        report=report,
        source="测试",
        reason="测试",
        by=by,
        at=at,
        measured_until=measured_until,
    )
