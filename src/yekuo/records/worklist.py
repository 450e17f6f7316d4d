"""清单查询: the rows of inbox and case lists, with their counters; the number of queries does not grow with the rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least

from yekuo.records import persons, tasks
from yekuo.records.log import cursor
from yekuo.records.models import Case, Task
from yekuo.records.scope import Scope
from yekuo.rules.actor import Actor

ROLES_OF_CUSTOMERS = ("customer", "agent")


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

    def condition(self, bucket: Bucket, kind: "Kind") -> Q:
        """This function will give the same as a condition on the rows of a list."""
        over, red, yellow = (kind.upto(moment) for moment in (self.at, self.red, self.yellow))
        return {
            Bucket.OVERDUE: over,
            Bucket.PAUSED: kind.paused & ~over,
            Bucket.RED: red & ~over & ~kind.paused,
            Bucket.YELLOW: yellow & ~red & ~kind.paused,
            Bucket.NORMAL: ~yellow & ~kind.paused,
        }[bucket]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """清单种类: how the rows of a list tell that they are paused, and that they are due up to a moment."""

    paused: Q
    upto: Callable[[datetime], Q]


def _due_upto(moment: datetime) -> Q:
    return Q(due_at__isnull=False, due_at__lte=moment)


CASES = Kind(paused=~Q(paused=""), upto=_due_upto)


def _tasks_kind() -> Kind:
    """A task is due when its own deadline or its case's earliest one is: whichever comes first presses."""
    own = Case.objects.filter(status="open")
    return Kind(
        paused=Q(case_id__in=own.filter(CASES.paused).values("pk")),
        upto=lambda moment: _due_upto(moment) | Q(case_id__in=own.filter(_due_upto(moment)).values("pk")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """筛选: what a list is narrowed to; '' means all. `text` is a number, a name, or a phone or its last four digits."""

    stage: str = ""
    business: str = ""
    party: str = ""
    text: str = ""
    bucket: Bucket | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """承办: who has an open task of a case; person 0 is anybody of the role."""

    role: str
    person: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """清单行: the flat columns of a case; in an inbox `task` and `since` are the task's own, `due_at` what comes first."""

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
    closed_at: datetime | None
    task: str = ""
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """清单: one page of lines, how many there are in each bucket, and how many in the bucket chosen."""

    lines: tuple[Line, ...]
    counts: dict[Bucket, int] = field(default_factory=dict)
    total: int
    found: int


def _narrowed(cases: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    for column in ("stage", "business", "party"):
        wanted = getattr(filters, column)
        if wanted:
            cases = cases.filter(**{column: wanted})
    text = filters.text.strip()
    if not text:
        return cases
    found = Q(applicant__in=persons.keys_found(text))
    if text.isascii() and text.isalnum() and len(text) >= 3:
        found |= Q(number__contains=text.upper())
    return cases.filter(found)


def _counts(rows: "QuerySet[Case] | QuerySet[Task]", steps: Steps, kind: Kind) -> dict[Bucket, int]:
    each = {bucket.value: Count("pk", filter=steps.condition(bucket, kind)) for bucket in Bucket}
    counted = rows.aggregate(**each)
    return {bucket: counted[bucket.value] for bucket in Bucket}


# --- lists of cases -------------------------------------------------------------------------------------------


def open_cases(scope: Scope, filters: Filters, steps: Steps, *, first: int, size: int, manager: int = 0) -> Listing:
    """This function will list the open cases of a scope, deadline first; `manager` keeps one person's own."""
    cases = _narrowed(Case.objects.filter(scope.cases(), status="open"), filters)
    if manager:
        cases = cases.filter(manager=manager)
    return _listing(cases, steps, filters.bucket, first=first, size=size)


def suspended(scope: Scope, filters: Filters, steps: Steps, *, first: int, size: int) -> Listing:
    """This function will list the open cases that are paused or whose pause waits for approval; the latter first."""
    asked = Task.objects.filter(case_id=OuterRef("pk"), closed_at=None, key__startswith="approve_pause#")
    cases = _narrowed(Case.objects.filter(scope.cases(), status="open"), filters).annotate(asked=Exists(asked))
    cases = cases.filter(Q(asked=True) | ~Q(paused=""))
    return _listing(cases, steps, filters.bucket, first=first, size=size, order=("-asked",))


def closed_cases(scope: Scope, filters: Filters, *, first: int, size: int) -> Listing:
    """This function will list the cases that ended, newest end first."""
    cases = _narrowed(Case.objects.filter(scope.cases()).exclude(status="open"), filters)
    total = cases.count()
    rows = cases.order_by(F("closed_at").desc(nulls_last=True), "-pk")[first : first + size]
    return Listing(lines=tuple(_line(row) for row in rows.defer(*HEAVY)), total=total, found=total)


def found(scope: Scope, text: str, *, most: int) -> tuple[Line, ...]:
    """This function will find cases, open or ended, by number or customer; open ones first, then the newest."""
    cases = _narrowed(Case.objects.filter(scope.cases()), Filters(text=text))
    rows = cases.annotate(ended=~Q(status="open")).order_by("ended", "-opened_at", "-pk")[:most]
    lines = [_line(row) for row in rows.defer(*HEAVY)]
    held = _holders(line.case for line in lines)
    return tuple(replace(line, holders=held.get(line.case, ())) for line in lines)


def by_keys(scope: Scope, keys: Iterable[int]) -> tuple[Line, ...]:
    """This function will give the cases of these keys that lie within a scope, oldest first."""
    rows = Case.objects.filter(scope.cases(), pk__in=tuple(keys)).order_by("pk").defer(*HEAVY)
    return tuple(_line(row) for row in rows)


HEAVY = ("snapshot", "opening", "head")


def _listing(
    cases: QuerySet[Case], steps: Steps, bucket: Bucket | None, *, first: int, size: int, order: tuple[str, ...] = ()
) -> Listing:
    counts = _counts(cases, steps, CASES)
    chosen = cases.filter(steps.condition(bucket, CASES)) if bucket else cases
    rows = chosen.order_by(*order, F("due_at").asc(nulls_last=True), "pk")[first : first + size]
    lines = [_line(row) for row in rows.defer(*HEAVY)]
    held = _holders(line.case for line in lines)
    total = sum(counts.values())
    return Listing(
        lines=tuple(replace(line, holders=held.get(line.case, ())) for line in lines),
        counts=counts,
        total=total,
        found=counts[bucket] if bucket else total,
    )


def _line(row: Case) -> Line:
    return Line(
        case=row.pk, number=row.number, unit=row.unit, province=row.province, process_version=row.process_version,
        status=row.status, stage=row.stage, visit=row.visit, party=row.party, business=row.business,
        voltage=row.voltage, capacity=row.capacity, customer_class=row.customer_class, applicant=row.applicant, manager=row.manager or 0,
        due_at=row.due_at, provisional=row.provisional, paused=row.paused, urged=row.urged, since=row.entered_at,
        closed_at=row.closed_at,
    )  # fmt: skip


def _holders(cases: Iterable[int]) -> dict[int, tuple[Holder, ...]]:
    found: dict[int, tuple[Holder, ...]] = {}
    for key, held in tasks.of_cases(cases).items():
        doing = (task for task in held if not task.key.startswith("approve_pause#"))
        found[key] = tuple(Holder(role=task.role, person=task.person) for task in doing)
    return found


# --- the inbox ------------------------------------------------------------------------------------------------


def inbox(by: Actor, scope: Scope, filters: Filters, steps: Steps, *, first: int, size: int) -> Listing:
    """This function will list the open tasks that are somebody's to do now, deadline first.

    Theirs are those given to them, those of one of their roles given to nobody, and those delegated to them.
    """
    wanted = _mine(by, scope, at=steps.at).filter(case_id__in=_keys(scope, filters))
    kind = _tasks_kind()
    counts = _counts(wanted, steps, kind)
    chosen = wanted.filter(steps.condition(filters.bucket, kind)) if filters.bucket else wanted
    pressing = Least("due_at", Subquery(Case.objects.filter(pk=OuterRef("case_id")).values("due_at")[:1]))
    rows = list(chosen.order_by(pressing.asc(nulls_last=True), "opened_at", "pk")[first : first + size])
    cases = {one.pk: one for one in Case.objects.filter(pk__in=[row.case_id for row in rows]).defer(*HEAVY)}
    total = sum(counts.values())
    return Listing(
        lines=tuple(_task_line(row, cases[row.case_id]) for row in rows if row.case_id in cases),
        counts=counts,
        total=total,
        found=counts[filters.bucket] if filters.bucket else total,
    )


def inbox_counts(by: Actor, scope: Scope, steps: Steps) -> dict[Bucket, int]:
    """This function will count somebody's open tasks by bucket, for the menu."""
    wanted = _mine(by, scope, at=steps.at).filter(case_id__in=_keys(scope, Filters()))
    return _counts(wanted, steps, _tasks_kind())


def _keys(scope: Scope, filters: Filters) -> "QuerySet[Case, int]":
    return _narrowed(Case.objects.filter(scope.cases(), status="open"), filters).values_list("pk", flat=True)


def _mine(by: Actor, scope: Scope, *, at: datetime) -> QuerySet[Task]:
    mine = Q(pk__in=tasks.mine(by, scope=scope).values("pk"))
    for case, role in deputies(by.person, at=at):
        mine |= Q(case_id=case, role=role)
    return Task.objects.filter(mine, closed_at=None).exclude(role__in=ROLES_OF_CUSTOMERS)


def _task_line(task: Task, case: Case) -> Line:
    due_at = min((moment for moment in (task.due_at, case.due_at) if moment), default=None)
    return replace(
        _line(case), task=task.key, due_at=due_at, since=task.opened_at, stage=task.stage,
        provisional=case.provisional and due_at == case.due_at,
        holders=(Holder(role=task.role, person=task.person),),
    )  # fmt: skip


DEPUTIES = """
select d.case_id, d.body->>'role' from records_event d
where d.kind = 'task_delegated' and d.body->>'person' = %s and (d.body->>'until')::timestamptz > %s
  and not exists (select 1 from records_event h where h.case_id = d.case_id and h.seq > d.seq
    and h.kind = 'handed_over' and h.body->>'role' = d.body->>'role')
"""


def deputies(person: int, *, at: datetime) -> tuple[tuple[int, str], ...]:
    """This function will list (case, role) where a person may act for somebody else now (委托代办)."""
    with cursor() as sql:
        return tuple(sql.execute(DEPUTIES, (str(person), at.isoformat())).fetchall())
