"""待办清单查询: the open tasks that are somebody's to do now, with their counters."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from yekuo.records.finding import NOTHING, meant
from yekuo.records.log import cursor
from yekuo.records.models import Case
from yekuo.records.scope import Scope
from yekuo.records.worklist import HEAVY, Bucket, Filters, Holder, Line, Listing, Steps, line_of
from yekuo.rules.actor import Actor

ROLES_OF_CUSTOMERS = ("customer", "agent")

# One branch per way a task becomes somebody's, so that each is found by its own index.
MINE = """
with own as (
  select t.id from records_task t where t.closed_at is null and t.person > 0 and t.person = %(person)s
  union
  select t.id from records_task t where t.closed_at is null and t.person = 0 and t.role = any(%(roles)s::text[])
    and t.unit = any(case when %(everything)s then array(select u.id from records_unit u) else %(units)s::bigint[] end)
  union
  select t.id from records_task t join unnest(%(deputy_cases)s::bigint[], %(deputy_roles)s::text[]) d(case_id, role)
    on t.case_id = d.case_id and t.role = d.role where t.closed_at is null
), mine as (
  select t.id, t.key, t.role, t.person, t.stage, t.opened_at, t.case_id, least(t.due_at, c.due_at) as due_at,
    case when least(t.due_at, c.due_at) <= %(at)s then 'overdue' when c.paused <> '' then 'paused'
      when least(t.due_at, c.due_at) <= %(red)s then 'red' when least(t.due_at, c.due_at) <= %(yellow)s then 'yellow'
      else 'normal' end as bucket
  from own join records_task t on t.id = own.id join records_case c on c.id = t.case_id
  where c.status = 'open' and t.role <> all(%(outside)s::text[])
    and (%(everything)s or c.unit = any(%(units)s::bigint[]) or c.manager = %(manager)s)
"""
NARROWED = """
    and (%(stage)s = '' or c.stage = %(stage)s) and (%(business)s = '' or c.business = %(business)s)
    and (%(party)s = '' or c.party = %(party)s) and (%(led)s = 0 or c.manager = %(led)s)
    and (%(text)s = '' or c.id = any(%(cases)s::bigint[]) or c.applicant = any(%(applicants)s::bigint[])
      or c.site = any(%(sites)s::bigint[]))
"""
COUNTS = "select bucket, count(*) from mine group by 1"
PAGE = """
select key, role, person, stage, opened_at, due_at, case_id from mine
where %(bucket)s = '' or bucket = %(bucket)s
order by due_at nulls last, opened_at, id offset %(first)s limit %(size)s
"""


def inbox(by: Actor, scope: Scope, filters: Filters, steps: Steps, *, first: int, size: int) -> Listing:
    """This function will list the open tasks that are somebody's to do now, deadline first.

    Theirs are those given to them, those of one of their roles given to nobody, and those delegated to them. A task is
    due when its own deadline or its case's earliest one is: whichever comes first presses.
    """
    asked = _asked(by, scope, filters, steps)
    counts = _counts(f"{MINE}{NARROWED}) {COUNTS}", asked)
    with cursor() as sql:
        rows = sql.execute(f"{MINE}{NARROWED}) {PAGE}", {**asked, "first": first, "size": size}).fetchall()
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
    return _counts(f"{MINE}) {COUNTS}", _asked(by, scope, Filters(), steps))


def _asked(by: Actor, scope: Scope, filters: Filters, steps: Steps) -> dict[str, Any]:
    text = filters.text.strip()
    lent = deputies(by.person, at=steps.at)
    found = meant(text, scope) if text else NOTHING
    return {
        "person": by.person, "roles": list(by.roles), "outside": list(ROLES_OF_CUSTOMERS),
        "everything": scope.everything, "units": list(scope.units), "manager": scope.manager,
        "deputy_cases": [case for case, _ in lent], "deputy_roles": [role for _, role in lent],
        "stage": filters.stage, "business": filters.business, "party": filters.party, "led": filters.manager,
        "text": text, "cases": list(found.cases), "applicants": list(found.applicants), "sites": list(found.sites),
        "bucket": filters.bucket.value if filters.bucket else "",
        "at": steps.at, "red": steps.red, "yellow": steps.yellow,
    }  # fmt: skip


def _counts(statement: str, asked: dict[str, Any]) -> dict[Bucket, int]:
    with cursor() as sql:
        found = dict(sql.execute(statement, asked).fetchall())
    return {bucket: int(found.get(bucket.value, 0)) for bucket in Bucket}


def _task_line(row: tuple[Any, ...], case: Case) -> Line:
    key, role, person, stage, opened_at, due_at, _ = row
    return replace(
        line_of(case), task=key, due_at=due_at, since=opened_at, stage=stage,
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
