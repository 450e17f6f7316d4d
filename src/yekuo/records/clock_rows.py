"""时钟台账: the stored clocks: by which books a stopped one was read, and which open ones a change may move."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from yekuo.records.log import cursor
from yekuo.records.models import Case, Clock
from yekuo.rules.limits import ClockKind, Rank


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


@dataclass(frozen=True, slots=True)
class StoredRank:
    """分级到期: the due moment of one rank as stored."""

    rank: Rank
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredClock:
    """存储的时钟: an open clock as the last deed or recomputation left it; enough to say how it stands at any moment."""

    kind: ClockKind
    stage: str
    visit: int
    started_at: datetime
    running: bool
    paused_by: Sequence[int]
    due_at: datetime | None
    warn_at: datetime | None
    urgent_at: datetime | None
    target_at: datetime | None
    ranks: Sequence[StoredRank]
    stopped_at: datetime | None = None


OPEN_CLOCKS = """
select case_id, kind, stage, visit, running, paused_by::text, ranks::text, started_at::text, due_at::text, warn_at::text,
  urgent_at::text, target_at::text
from records_clock where case_id = any(%s::bigint[]) and stopped_at is null order by case_id, key
"""


def open_rows(cases: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    """This function will fetch the open clocks of many cases at once, not yet read; moments as text, which reads fastest."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    with cursor() as sql:
        for case, *row in sql.execute(OPEN_CLOCKS, (list(cases),)):
            found.setdefault(case, []).append(tuple(row))
    return found


def read_open(row: tuple[Any, ...]) -> StoredClock:
    """This function will read one open clock. Raises ValueError where it was damaged."""
    kind, stage, visit, running, paused_by, ranks, started_at, *moments = row
    due_at, warn_at, urgent_at, target_at = (datetime.fromisoformat(one) if one else None for one in moments)
    return StoredClock(
        kind=ClockKind(kind), stage=stage, visit=visit, running=running, paused_by=_pauses.decode(paused_by),
        ranks=_ranks.decode(ranks), started_at=datetime.fromisoformat(started_at), due_at=due_at, warn_at=warn_at,
        urgent_at=urgent_at, target_at=target_at,
    )  # fmt: skip


_pauses = msgspec.json.Decoder(list[int])
_ranks = msgspec.json.Decoder(list[StoredRank])
