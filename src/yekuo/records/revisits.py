"""回访查询: whom to call back and by when, what was tried; and what customers said, by question, with the low grades."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from yekuo.records.log import cursor
from yekuo.records.models import Case
from yekuo.records.scope import Scope
from yekuo.records.worklist import HEAVY
from yekuo.rules.calendar import BEIJING

CaseRecord = Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """尝试: how often a customer was called without answer since the revisit began, and when last."""

    attempts: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """回访汇总: how many were asked, grades by value, and how often each question was answered badly."""

    asked: int
    grades: dict[int, int]
    told_once_no: int
    repeated_trip: int
    named_builder: int
    extra_fee: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """一次评价: what one customer said, asked in a revisit or (`own`) without being asked."""

    case: int
    number: str
    unit: int
    applicant: int
    manager: int
    at: datetime
    grade: int
    told_once: bool
    repeated_trip: bool
    named_builder: bool
    extra_fee: bool
    note: str
    own: bool


def waiting(scope: Scope) -> QuerySet[Case]:
    """This function will give the cases that wait for their revisit, those longest waiting first."""
    return Case.objects.filter(scope.cases(), status="open", stage="revisit").order_by("entered_at", "pk").defer(*HEAVY)


TRIED = """
select e.case_id, count(*), max(e.happened_at) from records_event e join records_case c on c.id = e.case_id
where e.case_id = any(%s) and e.kind = 'customer_contacted' and e.stage = 'revisit' and e.body->>'reached' = 'false'
group by 1
"""


def tried(cases: Iterable[int]) -> dict[int, Tried]:
    """This function will count the calls nobody answered, per case, in one query."""
    with cursor() as sql:
        rows = sql.execute(TRIED, (list(cases),)).fetchall()
    return {case: Tried(attempts=many, last_at=last.astimezone(BEIJING)) for case, many, last in rows}


WITHIN = "(%(everything)s or c.unit = any(%(units)s))"
ANSWERS = f"""
select (e.body->>'grade')::int, count(*), count(*) filter (where e.body->>'told_once' = 'false'),
  count(*) filter (where e.body->>'repeated_trip' = 'true'), count(*) filter (where e.body->>'named_builder' = 'true'),
  count(*) filter (where e.body->>'extra_fee' = 'true')
from records_event e join records_case c on c.id = e.case_id
where e.kind in ('customer_revisited', 'service_rated') and e.recorded_at >= %(since)s and e.recorded_at < %(until)s and {WITHIN} group by 1
"""
BAD = f"""
select e.case_id, c.number, c.unit, coalesce(c.applicant, 0), coalesce(c.manager, 0), e.recorded_at,
  (e.body->>'grade')::int, e.body->>'told_once' = 'true', e.body->>'repeated_trip' = 'true',
  e.body->>'named_builder' = 'true', e.body->>'extra_fee' = 'true', e.body->>'note', e.kind = 'service_rated'
from records_event e join records_case c on c.id = e.case_id
where e.kind in ('customer_revisited', 'service_rated') and e.recorded_at >= %(since)s and e.recorded_at < %(until)s and {WITHIN}
  and ((e.body->>'grade')::int <= %(low)s or e.body->>'told_once' = 'false' or e.body->>'repeated_trip' = 'true'
    or e.body->>'named_builder' = 'true' or e.body->>'extra_fee' = 'true')
order by (e.body->>'grade')::int, e.recorded_at desc limit %(most)s
"""


def answers(scope: Scope, *, since: datetime, until: datetime) -> Answers:
    """This function will sum up what customers said in a period."""
    values = {"everything": scope.everything, "units": list(scope.units), "since": since, "until": until}
    with cursor() as sql:
        rows = sql.execute(ANSWERS, values).fetchall()
    told, trips, named, fees = (sum(row[at] for row in rows) for at in (2, 3, 4, 5))
    return Answers(
        asked=sum(row[1] for row in rows), grades={row[0]: row[1] for row in rows}, told_once_no=told,
        repeated_trip=trips, named_builder=named, extra_fee=fees,
    )  # fmt: skip


def bad_answers(scope: Scope, *, since: datetime, until: datetime, low: int, most: int) -> tuple[Said, ...]:
    """This function will list the revisits with a low grade or a bad answer, the worst first."""
    values = {
        "everything": scope.everything, "units": list(scope.units), "since": since, "until": until, "low": low,
        "most": most,
    }  # fmt: skip
    with cursor() as sql:
        rows = sql.execute(BAD, values).fetchall()
    return tuple(
        Said(
            case=row[0], number=row[1], unit=row[2], applicant=row[3], manager=row[4], at=row[5].astimezone(BEIJING),
            grade=row[6], told_once=row[7], repeated_trip=row[8], named_builder=row[9], extra_fee=row[10],
            note=row[11] or "", own=row[12],
        )
        for row in rows
    )  # fmt: skip
