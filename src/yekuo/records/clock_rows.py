"""时钟台账: the stored clocks: by which books a stopped one was read, and which open ones a change may move."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from yekuo.records.models import Case, Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """版本: the limits and the calendar a clock was last written under."""

    limits: str
    calendar: str


def stopped_under(case: int) -> dict[str, Versions]:
    """This function will give, by clock key, the versions each stopped clock of a case was written under."""
    rows = Clock.objects.filter(case_id=case, stopped_at__isnull=False)
    return {one.key: Versions(limits=one.limits_version, calendar=one.calendar_version) for one in rows}


def open_dues(case: int) -> dict[str, tuple[datetime, bool]]:
    """This function will give, by clock key, the due moment of each open clock and whether it is provisional."""
    rows = Clock.objects.filter(case_id=case, stopped_at__isnull=True, due_at__isnull=False)
    return {one.key: (one.due_at, one.provisional) for one in rows if one.due_at}


def open_case_keys(*, provisional_only: bool) -> Iterator[int]:
    """This function will walk the open cases with a running clock, or only those with a provisional deadline."""
    rows = Clock.objects.filter(stopped_at__isnull=True)
    if provisional_only:
        rows = rows.filter(provisional=True)
    wanted = rows.order_by().values("case_id")
    yield from (
        Case.objects.filter(status="open", pk__in=wanted).order_by("pk").values_list("pk", flat=True).iterator(500)
    )
