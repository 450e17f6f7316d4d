"""督办查询: which cases may be exceptions, found by index, with counters by kind; and the facts of some of them for the rules.

Candidates are what the rule will find, said in SQL; the rule says reason and evidence of those on the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yekuo.records.log import cursor
from yekuo.records.models import Case, SupervisionSheet
from yekuo.records.scope import Scope
from yekuo.records.worklist import HEAVY, Line, line_of
from yekuo.rules.calendar import BEIJING
from yekuo.rules.sheets import SheetStatus
from yekuo.rules.supervision import Before, CaseFacts, ExceptionLimits, Kind, Mark

SCOPE = "(%(everything)s or c.unit = any(%(units)s))"
RECENT = "(c.status = 'open' or c.closed_at > %(recent)s)"
LOCAL_HOUR = "extract(hour from {}.recorded_at at time zone interval '08:00')"
NIGHT = (
    "e.move is not null and e.actor_kind = 'staff'"
    f" and {LOCAL_HOUR.format('e')} not between 8 and 19"
    f" and ({LOCAL_HOUR.format('e')} >= %(night_from)s or {LOCAL_HOUR.format('e')} < %(night_to)s)"
)
RETURNED = (
    "(e.kind = 'stage_returned' or (e.kind in ('design_reviewed', 'mid_inspection_concluded',"
    " 'completion_inspection_concluded') and e.body->>'passed' = 'false')"
    " or (e.kind = 'scheme_answered' and e.body->>'agree' = 'false'))"
)


def _touched(events: str, narrowed: str) -> str:
    """Cases with certain rows in the log: rows first (few, by a partial index), then their cases by key.

    As an array, because the planner knows nothing of how few they are and would read every case beside them.
    """
    return f"select c.id from unnest(array({events})) e(id) join records_case c on c.id = e.id where {SCOPE} and {narrowed}"


OPEN = "c.status = 'open'"
LATE = (
    "select e.case_id from records_event e"
    " where e.recorded_at - e.happened_at > interval '12 hours' and e.recorded_at - e.happened_at > %(late)s"
)
AT_NIGHT = (
    "select n.case_id from (select e.case_id, e.actor, e.recorded_at, lag(e.actor) over w as before,"
    f" lag(e.recorded_at) over w as last from records_event e where {NIGHT}"
    " window w as (partition by e.case_id order by e.seq)) n"
    " where n.before = n.actor and n.recorded_at - n.last <= %(apart)s"
)
CANDIDATES: dict[Kind, str] = {
    Kind.OVERDUE: f"select c.id from records_case c where {OPEN} and {SCOPE} and c.due_at <= %(at)s",
    Kind.NEAR: (
        f"select c.id from records_case c where {OPEN} and {SCOPE} and c.due_at > %(at)s"
        " and c.due_at <= %(near)s and c.paused = ''"
    ),
    Kind.ODD_TIME: _touched(f"{LATE} union {AT_NIGHT}", RECENT),
    Kind.RESTARTED: (
        "select c.id from records_case c join records_case b on b.id = c.linked_case where c.linked_case is not null"
        f" and {OPEN} and {SCOPE} and b.status in ('terminated', 'withdrawn')"
        " and c.opened_at - b.closed_at between interval '0' and %(restart)s"
    ),
    Kind.DISPUTED: _touched("select distinct e.case_id from records_event e where e.kind = 'pause_disputed'", OPEN),
    Kind.LONG_PAUSE: (
        f"select c.id from records_case c where {OPEN} and c.paused <> '' and {SCOPE} and (select"
        " max(e.happened_at) from records_event e where e.case_id = c.id and e.kind = 'pause_approved') < %(paused)s"
    ),
    Kind.REWORK: _touched(
        f"select e.case_id from records_event e where {RETURNED} group by e.case_id having count(*) >= %(returns)s",
        OPEN,
    ),
    Kind.URGED: (
        f"select c.id from records_case c where {OPEN} and c.urged >= 2 and c.urged >= %(urges)s and {SCOPE}"
        " and (select count(*) from records_event e where e.case_id = c.id and e.kind = 'case_urged' and e.seq >"
        " coalesce((select max(k.seq) from records_event k where k.case_id = c.id"
        " and k.kind = 'customer_contacted'), 0)) >= %(urges)s"
    ),
    Kind.DISCONTENT: _touched(
        "select distinct e.case_id from records_event e where e.kind in ('customer_revisited', 'service_rated')"
        " and e.recorded_at > %(recent)s and (e.body->>'grade')::int between 1 and %(low_grade)s",
        RECENT,
    ),
}
ALL = " union all ".join(
    f"select id, '{kind.value}' as kind from ({text}) {kind.value}" for kind, text in CANDIDATES.items()
)
SHEETED = "exists (select 1 from records_supervisionsheet s where s.case = x.id and s.closed_at is null)"
COUNTS = f"""
with x as ({ALL}) select kind, count(*) from x group by kind
union all select 'all', count(distinct id) from x
union all select 'bare', count(distinct id) from x where not {SHEETED}
"""
PAGE = f"""
with x as ({ALL}) select x.id from (select id from x where %(kind)s in ('', 'bare') or kind = %(kind)s group by id) x
join records_case c on c.id = x.id where %(kind)s <> 'bare' or not {SHEETED}
order by c.status <> 'open', c.due_at nulls last, c.id desc offset %(first)s limit %(size)s
"""
MARKS = f"""
select e.case_id, e.kind, e.seq, e.happened_at, e.recorded_at, e.actor, e.actor_kind = 'staff', e.move is not null,
  coalesce(e.body->>'passed', e.body->>'agree', 'true') = 'false',
  coalesce(e.body->>'reason', e.body->>'text', e.body->>'note', ''), coalesce((e.body->>'grade')::int, 0)
from records_event e where e.case_id = any(%(cases)s) and ({RETURNED} or ({NIGHT})
  or e.kind in ('pause_disputed', 'customer_revisited', 'service_rated') or e.recorded_at - e.happened_at > %(late)s)
order by e.case_id, e.seq
"""
PAUSED = """
select case_id, max(happened_at) from records_event where case_id = any(%(cases)s) and kind = 'pause_approved' group by 1
"""
URGED = """
select u.case_id, count(*) from records_event u where u.case_id = any(%(cases)s) and u.kind = 'case_urged'
  and u.seq > coalesce((select max(k.seq) from records_event k where k.case_id = u.case_id
    and k.kind = 'customer_contacted'), 0) group by 1
"""
RECENTLY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """所问: the moment, from when a deadline is near, before when a pause is long, and the figures of the rule."""

    at: datetime
    near: datetime
    paused: datetime
    limits: ExceptionLimits
    low_grade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """督办对象: a case with the facts its exceptions are read from, and the open sheets about it (number, status)."""

    line: Line
    facts: CaseFacts
    sheets: tuple[tuple[str, SheetStatus], ...] = ()


def _values(scope: Scope, asked: Asked, **more: Any) -> dict[str, Any]:
    limits = asked.limits
    return {
        "everything": scope.everything, "units": list(scope.units), "at": asked.at, "near": asked.near,
        "paused": asked.paused, "recent": asked.at - RECENTLY, "late": timedelta(hours=limits.late_hours),
        "apart": timedelta(minutes=limits.minutes_apart), "night_from": limits.night_from,
        "night_to": limits.night_to, "restart": timedelta(days=limits.restart_days), "returns": limits.returns,
        "urges": limits.urges, "low_grade": asked.low_grade, **more,
    }  # fmt: skip


def counts(scope: Scope, asked: Asked) -> dict[str, int]:
    """This function will count the exceptions of a scope by kind; 'all' counts cases, 'bare' those without an open sheet."""
    with cursor() as sql:
        rows = sql.execute(COUNTS, _values(scope, asked)).fetchall()
    found = dict(rows)
    return {key: int(found.get(key, 0)) for key in ("all", "bare", *(kind.value for kind in Kind))}


def page(scope: Scope, asked: Asked, *, kind: str, first: int, size: int) -> tuple[Suspect, ...]:
    """This function will give one page of the cases with an exception (of one kind, '' for any), earliest deadline first."""
    with cursor() as sql:
        rows = sql.execute(PAGE, _values(scope, asked, kind=kind, first=first, size=size)).fetchall()
    return suspects([row[0] for row in rows], scope, asked)


def suspects(keys: Iterable[int], scope: Scope, asked: Asked) -> tuple[Suspect, ...]:
    """This function will read what the rules need of these cases, as far as they lie in the scope; six queries."""
    order = list(keys)
    cases = {row.pk: row for row in Case.objects.filter(scope.cases(), pk__in=order).defer(*HEAVY)}
    if not cases:
        return ()
    values = _values(scope, asked, cases=list(cases))
    marks: dict[int, list[Mark]] = {}
    with cursor() as sql:
        for row in sql.execute(MARKS, values).fetchall():
            marks.setdefault(row[0], []).append(_mark(row))
        paused = dict(sql.execute(PAUSED, values).fetchall())
        urged = dict(sql.execute(URGED, values).fetchall())
    befores = _befores(cases.values())
    sheets = _sheets(cases)
    return tuple(
        Suspect(
            line=line_of(cases[key]),
            facts=_facts(cases[key], marks.get(key, []), paused.get(key), int(urged.get(key, 0)), befores),
            sheets=sheets.get(key, ()),
        )
        for key in order
        if key in cases
    )


def _mark(row: tuple[Any, ...]) -> Mark:
    _, kind, seq, happened, recorded, actor, staff, moved, failed, text, grade = row
    return Mark(
        kind=kind, seq=seq, happened_at=happened.astimezone(BEIJING), recorded_at=recorded.astimezone(BEIJING),
        actor=actor, staff=staff, moved=moved, failed=failed, text=text, grade=grade,
    )  # fmt: skip


def _facts(case: Case, marks: list[Mark], paused: datetime | None, urges: int, befores: dict[int, Before]) -> CaseFacts:
    return CaseFacts(
        open=case.status == "open", opened_at=case.opened_at, due_at=case.due_at, paused=bool(case.paused),
        paused_since=paused if case.paused else None, urges=urges, marks=tuple(marks),
        before=befores.get(case.linked_case or 0),
    )  # fmt: skip


def _befores(cases: Iterable[Case]) -> dict[int, Before]:
    keys = {case.linked_case for case in cases if case.linked_case}
    rows = Case.objects.filter(pk__in=keys, closed_at__isnull=False).values_list("pk", "number", "status", "closed_at")
    return {
        pk: Before(number=number, status=status, ended_at=ended)
        for pk, number, status, ended in rows
        if ended is not None
    }


def _sheets(cases: Iterable[int]) -> dict[int, tuple[tuple[str, SheetStatus], ...]]:
    found: dict[int, tuple[tuple[str, SheetStatus], ...]] = {}
    rows = SupervisionSheet.objects.filter(case__in=list(cases), closed_at=None).order_by("pk")
    for case, number, status in rows.values_list("case", "number", "status"):
        if case is not None:
            found[case] = (*found.get(case, ()), (number, SheetStatus(status)))
    return found
