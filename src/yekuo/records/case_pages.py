"""工单分页: cases of a scope page by page, the deadline first; a page begins after the last line of the one before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from yekuo.records import cases
from yekuo.records.codec import EPOCH, microseconds
from yekuo.records.models import Case
from yekuo.records.scope import Scope

HEAVY = ("snapshot", "opening", "head")


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """页首: the deadline and key of the line a page begins after; without a deadline the lines that have none go on."""

    due_at: datetime | None
    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """工单行: the flat columns of a case that a list shows."""

    number: str
    status: str
    process_version: str
    stage: str
    party: str
    customer_class: str
    business: str
    voltage: int | None
    capacity: Decimal | None
    applicant: int
    unit: int
    due_at: datetime | None
    provisional: bool
    paused: str
    urged: int
    entered_at: datetime
    accepted_at: datetime | None


def page(
    scope: Scope,
    *,
    status: str,
    stage: str = "",
    party: str = "",
    before: datetime | None = None,
    after: After | None = None,
    size: int,
) -> tuple[tuple[CaseLine, ...], After | None]:
    """This function will give one page and where the next one begins, None at the end; '' narrows nothing."""
    found = cases.visible_to(scope).filter(status=status)
    if stage:
        found = found.filter(stage=stage)
    if party:
        found = found.filter(party=party)
    if before is not None:
        found = found.filter(due_at__lt=before)
    rows: list[Case] = []
    if after is None or after.due_at is not None:
        rows += _dated(found, after).order_by("due_at", "pk").defer(*HEAVY)[: size + 1]
    if len(rows) <= size and before is None:
        undated = found.filter(due_at=None, pk__gt=after.case if after and after.due_at is None else 0)
        rows += undated.order_by("pk").defer(*HEAVY)[: size + 1 - len(rows)]
    last = rows[size - 1] if len(rows) > size else None
    return tuple(map(_line, rows[:size])), After(due_at=last.due_at, case=last.pk) if last else None


def _dated(found: QuerySet[Case], after: After | None) -> QuerySet[Case]:
    """The first condition lets the index begin where the page does; the second leaves out the lines shown before."""
    if after is None or after.due_at is None:
        return found.filter(due_at__isnull=False)
    return found.filter(Q(due_at__gt=after.due_at) | Q(pk__gt=after.case), due_at__gte=after.due_at)


def _line(row: Case) -> CaseLine:
    return CaseLine(
        number=row.number, status=row.status, process_version=row.process_version, stage=row.stage, party=row.party,
        customer_class=row.customer_class, business=row.business, voltage=row.voltage, capacity=row.capacity,
        applicant=row.applicant or 0, unit=row.unit, due_at=row.due_at, provisional=row.provisional,
        paused=row.paused, urged=row.urged, entered_at=row.entered_at, accepted_at=row.accepted_at,
    )  # fmt: skip


def as_mark(after: After | None) -> str:
    """This function will write where a page begins as a word for an address; '' for none."""
    if after is None:
        return ""
    return f"{'' if after.due_at is None else microseconds(after.due_at)}-{after.case}"


def read_mark(mark: str) -> After | None:
    """This function will read such a word. Raises ValueError when it is none."""
    if not mark:
        return None
    due, dash, case = mark.partition("-")
    if not dash or not (due + case).isascii() or not case.isdigit() or not (due or "0").isdigit() or len(mark) > 36:
        raise ValueError(mark)
    try:
        moment = EPOCH + timedelta(microseconds=int(due)) if due else None
    except OverflowError:
        raise ValueError(mark) from None
    return After(due_at=moment, case=min(int(case), 2**63 - 1))
