"""规则变更台账: what was changed in calendar and limits after the release, in the order it was changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db.models import QuerySet

from yekuo.records.editions import edition, raise_edition
from yekuo.records.log import cursor
from yekuo.records.models import CalendarChange, LimitChange
from yekuo.rules.calendar import Calendar
from yekuo.rules.limits import Limit, LimitBook
from yekuo.rules.notices import LocalDays, Notice

_notices = msgspec.json.Decoder(Notice)
_local = msgspec.json.Decoder(LocalDays)
_limits = msgspec.json.Decoder(Limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """变更: who changed the rules, when and why."""

    by: int
    at: datetime
    reason: str


def keep_notice(notice: Notice, *, change: Change) -> None:
    """This function will keep a year's notice and raise the edition."""
    _keep_calendar("notice", msgspec.json.encode(notice), change)


def keep_local(days: LocalDays, *, change: Change) -> None:
    """This function will keep a province's own days and raise the edition."""
    _keep_calendar("local", msgspec.json.encode(days), change)


def _keep_calendar(kind: str, content: bytes, change: Change) -> None:
    raise_edition()
    CalendarChange.objects.create(
        kind=kind,
        content=content.decode(),
        edition=edition(),
        reason=change.reason,
        made_by=change.by,
        made_at=change.at,
    )


def keep_limit(limit: Limit, *, change: Change) -> None:
    """This function will keep a limit that is confirmed, added or amended, and raise the edition."""
    raise_edition()
    LimitChange.objects.create(
        action="put", limit_id=limit.id, content=msgspec.json.encode(limit).decode(), edition=edition(),
        reason=change.reason, made_by=change.by, made_at=change.at,
    )  # fmt: skip


def drop_limit(limit_id: str, *, change: Change) -> None:
    """This function will take a limit out and raise the edition."""
    raise_edition()
    LimitChange.objects.create(
        action="drop", limit_id=limit_id, edition=edition(), reason=change.reason, made_by=change.by, made_at=change.at
    )


def calendar_with_changes(shipped: Calendar, *, until: int) -> Calendar:
    """This function will apply the calendar changes up to an edition to a calendar of the release."""
    changed = shipped
    for one in CalendarChange.objects.filter(edition__lte=until):
        notice = one.kind == "notice"
        changed = (
            changed.with_notice(_notices.decode(one.content))
            if notice
            else changed.with_local(_local.decode(one.content))
        )
    return changed


def limits_with_changes(shipped: LimitBook, *, until: int) -> LimitBook:
    """This function will apply the limit changes up to an edition to the book of the release."""
    book = shipped
    for one in LimitChange.objects.filter(edition__lte=until):
        book = book.with_limit(_limits.decode(one.content)) if one.action == "put" else book.without(one.limit_id)
    return book


def calendar_changes() -> QuerySet[CalendarChange]:
    """This function will list the calendar changes, newest first."""
    return CalendarChange.objects.order_by("-id")


def limit_changes() -> QuerySet[LimitChange]:
    """This function will list the limit changes, newest first."""
    return LimitChange.objects.order_by("-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDays:
    """日历变更: a notice or a province's own days as kept, and by whom, when and why."""

    days: Notice | LocalDays
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLimit:
    """时限变更: a limit as it was put, None when it was dropped, and by whom, when and why."""

    limit_id: str
    limit: Limit | None
    change: Change


def calendar_history(*, most: int) -> tuple[KeptDays, ...]:
    """This function will read the newest changes of the calendar."""
    return tuple(
        KeptDays(
            days=(_notices if row.kind == "notice" else _local).decode(row.content),
            change=Change(by=row.made_by, at=row.made_at, reason=row.reason),
        )
        for row in calendar_changes()[:most]
    )


def limit_history(*, limit_id: str = "", most: int) -> tuple[KeptLimit, ...]:
    """This function will read the newest changes of the limits, or of one of them."""
    rows = limit_changes().filter(limit_id=limit_id) if limit_id else limit_changes()
    return tuple(
        KeptLimit(
            limit_id=row.limit_id,
            limit=_limits.decode(row.content) if row.action == "put" else None,
            change=Change(by=row.made_by, at=row.made_at, reason=row.reason),
        )
        for row in rows[:most]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """消息: what is told, to a person or, where `person` is 0, to a role of a unit.

    The same `once` is left to the same receiver only once; `links` are (label, path).
    """

    person: int
    role: str
    unit: int
    case_number: str
    text: str
    kind: str = ""
    once: str = ""
    links: tuple[tuple[str, str], ...] = ()


LEFT = """
insert into records_staffmessage (person, role, unit, case_number, kind, text, once, links, at)
select w.person, w.role, w.unit, w.case_number, w.kind, w.text, w.once, w.links, %s
from json_to_recordset(%s) w(person bigint, role text, unit bigint, case_number text, kind text, text text, once text,
  links jsonb)
on conflict do nothing
"""


def tell(words: Iterable[Word], *, at: datetime) -> int:
    """This function will leave messages for staff, however many in one statement, and return how many were new."""
    told = msgspec.json.encode(list(words)).decode()
    with cursor() as sql:
        return int(sql.execute(LEFT, (at, told)).rowcount) if told != "[]" else 0
