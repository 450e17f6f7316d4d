"""电网资料导出登记: who took which table or drawing of a network, when and what for."""

from datetime import datetime

from yekuo.records import grid_exports
from yekuo.rules.actor import Actor


def note_export(*, grid: int, what: str, area: str, rows: int, reason: str, by: Actor, at: datetime) -> None:
    """This function will put an export on record before anything leaves the house."""
    grid_exports.note(grid=grid, what=what, area=area, rows=rows, reason=reason, by=by.person, unit=by.unit, at=at)
