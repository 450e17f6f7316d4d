"""清单查询: the rows of case lists, with their counters; the number of queries does not grow with the rows."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.db.models import Case as CaseWhen
from django.db.models import Count, F, Q, QuerySet, Value, When

from yekuo.records import hands, tasks
from yekuo.records.finding import meant
from yekuo.records.models import Case, Task
from yekuo.records.scope import Scope
from yekuo.rules.actor import ActorKind


class Bucket(StrEnum):
    """时限分档: every open case lies in exactly one."""

    OVERDUE = "overdue"
    RED = "red"
    YELLOW = "yellow"
    NORMAL = "normal"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """分档界限: a deadline passed at `at` is overdue, one up to `red` or `yellow` is near."""

    at: datetime
    red: datetime
    yellow: datetime

    def bucket(self, due_at: datetime | None, *, paused: bool) -> Bucket:
        """This function will place one deadline."""
        if due_at is not None and due_at <= self.at:
            return Bucket.OVERDUE
        if paused:
            return Bucket.PAUSED
        if due_at is None or due_at > self.yellow:
            return Bucket.NORMAL
        return Bucket.RED if due_at <= self.red else Bucket.YELLOW

    def placed(self) -> CaseWhen:
        """This function will give the bucket of a case as an expression on its columns, to count all of them at once."""
        return CaseWhen(
            When(due_at__lte=self.at, then=Value(Bucket.OVERDUE.value)),
            When(~Q(paused=""), then=Value(Bucket.PAUSED.value)),
            When(due_at__lte=self.red, then=Value(Bucket.RED.value)),
            When(due_at__lte=self.yellow, then=Value(Bucket.YELLOW.value)),
            default=Value(Bucket.NORMAL.value),
        )

    def condition(self, bucket: Bucket) -> Q:
        """This function will give the same as a condition on the columns of a case."""
        over, red, yellow = (Q(due_at__isnull=False, due_at__lte=at) for at in (self.at, self.red, self.yellow))
        paused = ~Q(paused="")
        return {
            Bucket.OVERDUE: over,
            Bucket.PAUSED: paused & ~over,
            Bucket.RED: red & ~over & ~paused,
            Bucket.YELLOW: yellow & ~red & ~paused,
            Bucket.NORMAL: ~yellow & ~paused,
        }[bucket]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """筛选: what a list is narrowed to; '' and 0 mean all.

    `text` is a number or its end, a name, a phone or its last four digits, or part of an address; `manager` a person.
    """

    stage: str = ""
    business: str = ""
    party: str = ""
    text: str = ""
    manager: int = 0
    bucket: Bucket | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """承办: who has an open task of a case; person 0 is anybody of the role."""

    role: str
    person: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """清单行: the flat columns of a case; in an inbox `task` and `since` are the task's own, `due_at` what comes first.

    `did` and `did_at` are what the reader did there last, in the list of that.
    """

    case: int
    number: str
    unit: int
    province: str
    process_version: str
    status: str
    stage: str
    visit: int
    party: str
    business: str
    voltage: int | None
    capacity: Decimal | None
    customer_class: str
    applicant: int | None
    manager: int
    due_at: datetime | None
    provisional: bool
    paused: str
    urged: int
    since: datetime
    opened_at: datetime
    closed_at: datetime | None
    task: str = ""
    did: str = ""
    did_at: datetime | None = None
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """清单: one page of lines, how many there are in each bucket, and how many in the bucket chosen."""

    lines: tuple[Line, ...]
    counts: dict[Bucket, int] = field(default_factory=dict)
    total: int
    found: int


def _narrowed(cases: QuerySet[Case], filters: Filters, scope: Scope) -> QuerySet[Case]:
    for column in ("stage", "business", "party", "manager"):
        wanted = getattr(filters, column)
        if wanted:
            cases = cases.filter(**{column: wanted})
    return cases.filter(meant(filters.text, scope).condition) if filters.text.strip() else cases


def _counts(rows: QuerySet[Case], steps: Steps) -> dict[Bucket, int]:
    counted = dict(rows.order_by().values_list(steps.placed()).annotate(many=Count("pk")))
    return {bucket: counted.get(bucket.value, 0) for bucket in Bucket}


# --- lists of cases -------------------------------------------------------------------------------------------


def open_cases(scope: Scope, filters: Filters, steps: Steps, *, first: int, size: int, manager: int = 0) -> Listing:
    """This function will list the open cases of a scope, deadline first; `manager` keeps one person's own."""
    cases = _narrowed(Case.objects.filter(scope.cases(), status="open"), filters, scope)
    if manager:
        cases = cases.filter(manager=manager)
    about = ("open", scope, replace(filters, bucket=None), manager)
    return _listing((cases,), steps, filters.bucket, about, first=first, size=size)


def suspended(scope: Scope, filters: Filters, steps: Steps, *, first: int, size: int) -> Listing:
    """This function will list the open cases that are paused or whose pause waits for approval; the latter first."""
    approvals = Task.objects.filter(closed_at=None, key__startswith="approve_pause#")
    asked = Q(pk__in=(approvals if scope.everything else _in_scope(approvals, scope)).values("case_id"))
    cases = _narrowed(Case.objects.filter(scope.cases(), status="open"), filters, scope)
    parts = (cases.filter(asked), cases.exclude(paused="").exclude(asked))
    about = ("suspended", scope, replace(filters, bucket=None))
    return _listing(parts, steps, filters.bucket, about, first=first, size=size)


def _in_scope(approvals: QuerySet[Task], scope: Scope) -> QuerySet[Task]:
    """Those of another unit belong to the few cases somebody leads there."""
    own = Q(unit__in=scope.units)
    if scope.manager:
        own |= Q(case_id__in=Case.objects.filter(status="open", manager=scope.manager).values("pk"))
    return approvals.filter(own)


SHOWN_AT_MOST = 5000
"""Counting every case that ever ended would take longer than anybody waits."""


def closed_cases(scope: Scope, filters: Filters, *, first: int, size: int) -> Listing:
    """This function will list the cases that ended, newest end first, as far back as SHOWN_AT_MOST of them."""
    cases = _narrowed(Case.objects.filter(scope.cases(), closed_at__isnull=False), filters, scope)
    return _newest(cases, "-closed_at", first=first, size=size)


def opened_by(person: int, scope: Scope, filters: Filters, *, first: int, size: int) -> Listing:
    """This function will list the cases a member of staff opened, newest first, as far back as SHOWN_AT_MOST of them."""
    own = Case.objects.filter(scope.cases(), opener_kind=ActorKind.STAFF.value, opener=person)
    return _newest(_narrowed(own, filters, scope), first=first, size=size)


def _newest(cases: QuerySet[Case], *order: str, first: int, size: int) -> Listing:
    total = cases.order_by()[:SHOWN_AT_MOST].count()
    rows = cases.order_by(*order, "-pk")[first : min(first + size, SHOWN_AT_MOST)]
    return Listing(lines=_held(line_of(row) for row in rows.defer(*HEAVY)), total=total, found=total)


def done_by(person: int, scope: Scope, filters: Filters, *, first: int, size: int) -> Listing:
    """This function will list the cases in which a member of staff did something, the latest first.

    It looks back over their latest hands.LOOKED_BACK deeds.
    """
    did = hands.last_deeds(person)
    cases = _narrowed(Case.objects.filter(scope.cases(), pk__in=did), filters, scope)
    there = set(cases.values_list("pk", flat=True))
    keys = [key for key in did if key in there]
    rows = {row.pk: row for row in Case.objects.filter(pk__in=keys[first : first + size]).defer(*HEAVY)}
    lines = (
        replace(line_of(rows[key]), did=did[key].kind, did_at=did[key].at) for key in keys[first : first + size]
    )  # fmt: skip
    return Listing(lines=_held(lines), total=len(keys), found=len(keys))


def found(scope: Scope, text: str, *, most: int) -> tuple[Line, ...]:
    """This function will find cases, open or ended, by number or customer; open ones first, then the newest."""
    cases = _narrowed(Case.objects.filter(scope.cases()), Filters(text=text), scope)
    rows = cases.annotate(ended=~Q(status="open")).order_by("ended", "-opened_at", "-pk")[:most]
    return _held(line_of(row) for row in rows.defer(*HEAVY))


def by_keys(scope: Scope, keys: Iterable[int]) -> tuple[Line, ...]:
    """This function will give the cases of these keys that lie within a scope, oldest first."""
    rows = Case.objects.filter(scope.cases(), pk__in=tuple(keys)).order_by("pk").defer(*HEAVY)
    return tuple(line_of(row) for row in rows)


HEAVY = ("snapshot", "opening", "head")


def _listing(
    parts: Sequence[QuerySet[Case]], steps: Steps, bucket: Bucket | None, about: Hashable, *, first: int, size: int
) -> Listing:
    """One part after the other, each by its deadlines; keys are found by index alone, only the page's rows are fetched."""
    counted = _counted(parts, steps, about)
    counts = {one: sum(each[one] for each in counted) for one in Bucket}
    total = sum(counts.values())
    return Listing(
        lines=_lines(_keys(parts, counted, steps, bucket, first=first, size=size)),
        counts=counts,
        total=total,
        found=counts[bucket] if bucket else total,
    )


MANY = 20_000
KEPT = timedelta(seconds=15)
LATELY_AT_MOST = 200
_lately: dict[Hashable, tuple[datetime, list[dict[Bucket, int]]]] = {}


def _counted(parts: Sequence[QuerySet[Case]], steps: Steps, about: Hashable) -> list[dict[Bucket, int]]:
    """A count of more than MANY cases is good for KEPT: nobody sees one among twenty thousand, and it costs a tenth of a second."""
    before = _lately.get(about)
    if before is not None and before[0] <= steps.at < before[0] + KEPT:
        return before[1]
    counted = [_counts(part, steps) for part in parts]
    if sum(sum(each.values()) for each in counted) > MANY:
        if len(_lately) >= LATELY_AT_MOST:
            _lately.clear()
        _lately[about] = (steps.at, counted)
    return counted


def _keys(
    parts: Sequence[QuerySet[Case]],
    counted: Sequence[dict[Bucket, int]],
    steps: Steps,
    bucket: Bucket | None,
    *,
    first: int,
    size: int,
) -> list[int]:
    keys: list[int] = []
    for part, counts in zip(parts, counted, strict=True):
        many = counts[bucket] if bucket else sum(counts.values())
        if first < many and size:
            chosen = part.filter(steps.condition(bucket)) if bucket else part
            order = chosen.order_by(F("due_at").asc(nulls_last=True), "pk")
            found = list(order.values_list("pk", flat=True)[first : first + size])
            keys, size = keys + found, size - len(found)
        first = max(0, first - many)
    return keys


def _lines(keys: Sequence[int]) -> tuple[Line, ...]:
    rows = {row.pk: row for row in Case.objects.filter(pk__in=keys).defer(*HEAVY)}
    return _held(line_of(rows[key]) for key in keys if key in rows)


def line_of(row: Case) -> Line:
    """This function will make the line of a case."""
    return Line(
        case=row.pk, number=row.number, unit=row.unit, province=row.province, process_version=row.process_version,
        status=row.status, stage=row.stage, visit=row.visit, party=row.party, business=row.business,
        voltage=row.voltage, capacity=row.capacity, customer_class=row.customer_class, applicant=row.applicant, manager=row.manager or 0,
        due_at=row.due_at, provisional=row.provisional, paused=row.paused, urged=row.urged, since=row.entered_at,
        opened_at=row.opened_at, closed_at=row.closed_at,
    )  # fmt: skip


def _held(found: Iterable[Line]) -> tuple[Line, ...]:
    lines = tuple(found)
    held = _holders(line.case for line in lines)
    return tuple(replace(line, holders=held.get(line.case, ())) for line in lines)


def _holders(cases: Iterable[int]) -> dict[int, tuple[Holder, ...]]:
    found: dict[int, tuple[Holder, ...]] = {}
    for key, held in tasks.of_cases(cases).items():
        doing = (task for task in held if not task.key.startswith("approve_pause#"))
        found[key] = tuple(Holder(role=task.role, person=task.person) for task in doing)
    return found
