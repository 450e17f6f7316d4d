"""清单查询: the rows of inbox and case lists, with their counters; the number of queries does not grow with the rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

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
    found = Q(applicant__in=persons.keys_found(text)) | Q(number=text.upper())
    if _digits(text):
        found |= Q(status="open", number__contains=_digits(text))
    return cases.filter(found)


def _digits(text: str) -> str:
    """A part of a number as it is written; only open cases are looked through for a part."""
    return text.upper() if text.isascii() and text.isalnum() and len(text) >= 3 else ""


def _counts(rows: QuerySet[Case], steps: Steps) -> dict[Bucket, int]:
    counted = rows.aggregate(**{bucket.value: Count("pk", filter=steps.condition(bucket)) for bucket in Bucket})
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


CLOSED_SHOWN = 5000
"""Counting every case that ever ended would take longer than anybody waits."""


def closed_cases(scope: Scope, filters: Filters, *, first: int, size: int) -> Listing:
    """This function will list the cases that ended, newest end first, as far back as CLOSED_SHOWN of them."""
    cases = _narrowed(Case.objects.filter(scope.cases(), closed_at__isnull=False), filters)
    total = cases.order_by()[:CLOSED_SHOWN].count()
    rows = cases.order_by("-closed_at", "-pk")[first : first + size]
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
    counts = _counts(cases, steps)
    chosen = cases.filter(steps.condition(bucket)) if bucket else cases
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

MINE = """
from records_task t join records_case c on c.id = t.case_id and c.status = 'open'
where t.closed_at is null and t.role <> all(%(outside)s)
  and (t.person = %(person)s
    or (t.person = 0 and t.role = any(%(roles)s) and (%(everything)s or t.unit = any(%(units)s)))
    or (t.case_id, t.role) in (select * from unnest(%(deputy_cases)s::bigint[], %(deputy_roles)s::text[])))
  and (%(everything)s or c.unit = any(%(units)s) or c.manager = %(manager)s)
"""
NARROWED = """
  and (%(stage)s = '' or c.stage = %(stage)s) and (%(business)s = '' or c.business = %(business)s)
  and (%(party)s = '' or c.party = %(party)s)
  and (%(text)s = '' or c.applicant = any(%(found)s) or (%(digits)s <> '' and strpos(c.number, %(digits)s) > 0))
"""
BUCKET = """case when least(t.due_at, c.due_at) <= %(at)s then 'overdue' when c.paused <> '' then 'paused'
  when least(t.due_at, c.due_at) <= %(red)s then 'red' when least(t.due_at, c.due_at) <= %(yellow)s then 'yellow'
  else 'normal' end"""
TASK_PAGE = f"""
select t.key, t.role, t.person, t.stage, t.opened_at, least(t.due_at, c.due_at), t.case_id
{MINE}{NARROWED} and (%(bucket)s = '' or {BUCKET} = %(bucket)s)
order by least(t.due_at, c.due_at) nulls last, t.opened_at, t.id offset %(first)s limit %(size)s
"""


def inbox(by: Actor, scope: Scope, filters: Filters, steps: Steps, *, first: int, size: int) -> Listing:
    """This function will list the open tasks that are somebody's to do now, deadline first.

    Theirs are those given to them, those of one of their roles given to nobody, and those delegated to them. A task is
    due when its own deadline or its case's earliest one is: whichever comes first presses.
    """
    asked = _asked(by, scope, filters, steps)
    counts = _task_counts(f"{MINE}{NARROWED}", asked)
    with cursor() as sql:
        rows = sql.execute(TASK_PAGE, {**asked, "first": first, "size": size}).fetchall()
    cases = {one.pk: one for one in Case.objects.filter(pk__in=[row[6] for row in rows]).defer(*HEAVY)}
    total = sum(counts.values())
    return Listing(
        lines=tuple(_task_line(row, cases[row[6]]) for row in rows if row[6] in cases),
        counts=counts,
        total=total,
        found=counts[filters.bucket] if filters.bucket else total,
    )


def inbox_counts(by: Actor, scope: Scope, steps: Steps) -> dict[Bucket, int]:
    """This function will count somebody's open tasks by bucket, for the menu."""
    return _task_counts(MINE, _asked(by, scope, Filters(), steps))


def _asked(by: Actor, scope: Scope, filters: Filters, steps: Steps) -> dict[str, Any]:
    text = filters.text.strip()
    lent = deputies(by.person, at=steps.at)
    return {
        "person": by.person, "roles": list(by.roles), "outside": list(ROLES_OF_CUSTOMERS),
        "everything": scope.everything, "units": list(scope.units), "manager": scope.manager,
        "deputy_cases": [case for case, _ in lent], "deputy_roles": [role for _, role in lent],
        "stage": filters.stage, "business": filters.business, "party": filters.party, "text": text,
        "found": list(persons.keys_found(text)) if text else [], "digits": _digits(text),
        "bucket": filters.bucket.value if filters.bucket else "",
        "at": steps.at, "red": steps.red, "yellow": steps.yellow,
    }  # fmt: skip


def _task_counts(chosen: str, asked: dict[str, Any]) -> dict[Bucket, int]:
    with cursor() as sql:
        rows = sql.execute(f"select {BUCKET}, count(*) {chosen} group by 1", asked).fetchall()
    found = dict(rows)
    return {bucket: int(found.get(bucket.value, 0)) for bucket in Bucket}


def _task_line(row: tuple[Any, ...], case: Case) -> Line:
    key, role, person, stage, opened_at, due_at, _ = row
    return replace(
        _line(case), task=key, due_at=due_at, since=opened_at, stage=stage,
        provisional=case.provisional and due_at == case.due_at, holders=(Holder(role=role, person=person),),
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
