"""早报查询: what went wrong since yesterday, what falls due today, and in whose hands it lies; every number is a list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from yekuo.records.log import cursor
from yekuo.records.models import Case, Task
from yekuo.records.scope import Scope
from yekuo.records.supervision import RETURNED
from yekuo.records.worklist import HEAVY

RETURNED_SINCE = f"select distinct e.case_id from records_event e where {RETURNED} and e.recorded_at > %s"
CaseRecord = Case
TaskRecord = Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """时段: since the opening of the last working day, now, and the end of today."""

    since: datetime
    at: datetime
    tonight: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """在谁手上: how many late cases and cases due today wait for one person, or for a role (person 0)."""

    role: str
    person: int
    late: int
    today: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCounts:
    """一家单位: how many open cases are newly late, late, and due today there."""

    unit: int
    newly_late: int
    late: int
    today: int


def _open(scope: Scope) -> QuerySet[Case]:
    return Case.objects.filter(scope.cases(), status="open")


def _newly_late(scope: Scope, span: Span) -> QuerySet[Case]:
    return _open(scope).filter(due_at__gt=span.since, due_at__lte=span.at)


def _late(scope: Scope, span: Span) -> QuerySet[Case]:
    return _open(scope).filter(due_at__lte=span.at)


def _today(scope: Scope, span: Span) -> QuerySet[Case]:
    return _open(scope).filter(due_at__gt=span.at, due_at__lte=span.tonight, paused="")


def _returned(scope: Scope, span: Span) -> QuerySet[Case]:
    with cursor() as sql:
        rows = sql.execute(RETURNED_SINCE, (span.since,)).fetchall()
    return Case.objects.filter(scope.cases(), pk__in=[row[0] for row in rows])


def _ended(scope: Scope, span: Span) -> QuerySet[Case]:
    return Case.objects.filter(scope.cases(), closed_at__gt=span.since, status__in=("terminated", "withdrawn"))


def _approvals(scope: Scope, span: Span) -> QuerySet[Case]:
    asked = Task.objects.filter(case_id=OuterRef("pk"), closed_at=None, key__startswith="approve_pause#")
    return _open(scope).filter(Exists(asked))


LISTS: dict[str, Callable[[Scope, Span], QuerySet[Case]]] = {
    "newly_late": _newly_late, "late": _late, "today": _today, "returned": _returned, "ended": _ended,
    "approvals": _approvals,
}  # fmt: skip


def cases_of(key: str, scope: Scope, span: Span) -> QuerySet[Case]:
    """This function will give the cases behind one number, the earliest deadline first; KeyError for no such number."""
    return LISTS[key](scope, span).order_by(F("due_at").asc(nulls_last=True), "pk").defer(*HEAVY)


def counts(scope: Scope, span: Span) -> dict[str, int]:
    """This function will count the cases behind every number."""
    return {key: find(scope, span).count() for key, find in LISTS.items()}


def by_unit(scope: Scope, span: Span) -> tuple[UnitCounts, ...]:
    """This function will count the same per unit, the one with most late cases first."""
    late = Q(due_at__lte=span.at)
    rows: Any = (
        _open(scope)
        .filter(Q(due_at__lte=span.tonight))
        .values("unit")
        .annotate(
            newly=Count("pk", filter=late & Q(due_at__gt=span.since)),
            late=Count("pk", filter=late),
            today=Count("pk", filter=~late & Q(paused="")),
        )
        .order_by("-late", "-today", "unit")
    )
    return tuple(
        UnitCounts(unit=row["unit"], newly_late=row["newly"], late=row["late"], today=row["today"]) for row in rows
    )


def held_by(scope: Scope, span: Span, *, most: int) -> tuple[Held, ...]:
    """This function will say in whose hands lies what is late or due today, who has most of it first."""
    due: Q = Q(due_at__lte=span.at) | Q(due_at__lte=span.tonight, paused="")
    rows: Any = list(
        Task.objects.filter(closed_at=None, party="utility", case_id__in=_open(scope).filter(due).values("pk"))
        .exclude(key__startswith="approve_pause#")
        .annotate(late_case=Exists(Case.objects.filter(pk=OuterRef("case_id"), due_at__lte=span.at)))
        .values("role", "person")
        .annotate(late=Count("case_id", filter=Q(late_case=True)), every=Count("case_id"))
        .order_by("-late", "-every", "role", "person")[:most]
    )
    return tuple(
        Held(role=row["role"], person=row["person"], late=row["late"], today=row["every"] - row["late"]) for row in rows
    )


def held(scope: Scope, span: Span, *, role: str, person: int) -> QuerySet[Case]:
    """This function will give the late cases and those due today in one person's hands."""
    due: Q = Q(due_at__lte=span.at) | Q(due_at__lte=span.tonight, paused="")
    task = Task.objects.filter(case_id=OuterRef("pk"), closed_at=None, party="utility", role=role, person=person)
    cases = _open(scope).filter(due).filter(Exists(task.exclude(key__startswith="approve_pause#")))
    return cases.order_by(F("due_at").asc(nulls_last=True), "pk").defer(*HEAVY)
