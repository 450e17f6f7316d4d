"""工单查询: the state and story of one case, lists within a scope, and what falls due next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from yekuo.records import codec, log, staff
from yekuo.records.log import Entry, cursor
from yekuo.records.models import Case
from yekuo.records.scope import Scope
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.refusal import Refused
from yekuo.rules.state import CaseState

SIDES = {
    ActorKind.CUSTOMER.value: "客户",
    ActorKind.AGENT.value: "客户代办人",
    ActorKind.MANDATE.value: "客户委托的单位",
    ActorKind.SYSTEM.value: "系统",
}


def visible_to(scope: Scope) -> QuerySet[Case]:
    """This function will give the cases of a scope; every list starts here."""
    return Case.objects.filter(scope.cases())


def case(key: int, *, scope: Scope) -> Case:
    """This function will find a case within a scope. Raises Refused, alike for a foreign and for no case."""
    found = visible_to(scope).filter(pk=key).first()
    if found is None:
        raise Refused("没有这个工单", code="not_found")
    return found


def by_number(number: str, *, scope: Scope) -> Case:
    """This function will find a case by its number within a scope. Raises Refused."""
    found = visible_to(scope).filter(number=number.strip().upper()).first()
    if found is None:
        raise Refused("没有这个工单", code="not_found")
    return found


REACH_OF_STAFF = """
select 1 from records_unit top, records_case c left join records_unit low on low.id = c.unit
where top.id = %s and c.id = %s
  and (starts_with(low.path, top.path) or c.manager = %s or (top.parent_id is null and not exists
    (select 1 from records_unit o where o.parent_id is null and o.id <> top.id)))
"""
REACH_OF_CUSTOMERS = """
select 1 from records_customeraccount a, records_case c
where a.id = %s and c.id = %s and not a.blocked
  and ((c.opener = a.id and c.opener_kind in ('customer', 'agent')) or exists (select 1 from records_person p
    where p.id = c.applicant and (p.phone_index = a.phone_index or p.agent_phone_index = a.phone_index)))
"""


REACH_OF_MANDATES = "select 1 from records_mandate where id = %s and case_id = %s and revoked_at is null"


def within_reach(by: Actor, key: int) -> bool:
    """This function will say whether the case lies in what the actor may see: what scope_of says, in one query."""
    if by.kind is ActorKind.SYSTEM:
        return Case.objects.filter(pk=key).exists()
    with cursor() as sql:
        if by.kind is ActorKind.MANDATE:
            return sql.execute(REACH_OF_MANDATES, (str(by.person), str(key))).fetchone() is not None
        if by.kind is not ActorKind.STAFF:
            return sql.execute(REACH_OF_CUSTOMERS, (str(by.person), str(key))).fetchone() is not None
        if not by.roles:
            return False
        return sql.execute(REACH_OF_STAFF, (str(by.unit), str(key), str(by.person))).fetchone() is not None


def state_of(found: Case) -> CaseState:
    """This function will read the state of a case from its snapshot."""
    return codec.read_state(found.snapshot)


def state_by_key(case: int) -> CaseState | None:
    """This function will read the state of a case, None when there is none."""
    snapshot = Case.objects.filter(pk=case).values_list("snapshot", flat=True).first()
    return codec.read_state(snapshot) if snapshot is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """工单抬头: number, unit and state of a case."""

    number: str
    unit: int
    state: CaseState


def heading(case: int) -> Heading | None:
    """This function will read number, unit and state of a case, None when there is none."""
    row = Case.objects.filter(pk=case).values_list("number", "unit", "snapshot").first()
    return Heading(number=row[0], unit=row[1], state=codec.read_state(row[2])) if row is not None else None


def history(found: Case) -> tuple[Entry, ...]:
    """This function will list what happened to a case, oldest first."""
    return tuple(log.entries(found.pk))


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMove:
    """最近流转: the deed that took the case where it is, who did it and when it was recorded."""

    kind: str
    who: str
    at: datetime


def last_move(key: int) -> LastMove | None:
    """This function will name the deed that last moved a case to another stage."""
    with cursor() as sql:
        found = sql.execute(
            "select kind, actor_kind, actor, recorded_at from records_event"
            " where case_id = %s and move is not null order by seq desc limit 1",
            (str(key),),
        ).fetchone()
    if found is None:
        return None
    kind, actor_kind, actor, at = found
    return LastMove(kind=kind, who=name_of(actor_kind, actor), at=at)


def name_of(actor_kind: str, actor: int) -> str:
    """This function will give the name under which an actor appears to others: staff by name, a customer as 客户."""
    if actor_kind in SIDES:
        return SIDES[actor_kind]
    return staff.names_of([actor]).get(actor, f"员工 {actor}")


def last_author(key: int, kind: str) -> int | None:
    """This function will name the member of staff whose deed of that kind is the latest in the case."""
    with cursor() as sql:
        found = sql.execute(
            "select actor from records_event where case_id = %s and kind = %s and actor_kind = 'staff'"
            " order by seq desc limit 1",
            (str(key), kind),
        ).fetchone()
    return None if found is None else int(found[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCase:
    """到点工单: a case something changes in, and the moment it changes; `manager` 0 where nobody leads it yet."""

    case: int
    number: str
    unit: int
    manager: int
    at: datetime


def falling_due(*, at: datetime, limit: int = 200) -> tuple[DueCase, ...]:
    """This function will lock and list the cases whose next moment has come, earliest first; others' are skipped."""
    with cursor() as sql:
        rows = sql.execute(
            "select id, number, unit, coalesce(manager, 0), next_due_at::text from records_case where next_due_at <= %s"
            " order by next_due_at limit %s for update skip locked",
            (at.isoformat(), str(limit)),
        ).fetchall()
    return tuple(
        DueCase(case=case, number=number, unit=unit, manager=manager, at=datetime.fromisoformat(moment))
        for case, number, unit, manager, moment in rows
    )


STEPPED = """
update records_case c set next_due_at = n.at from json_to_recordset(%s) n(id bigint, at timestamptz) where c.id = n.id
"""


def step_on(following: Mapping[int, datetime | None]) -> None:
    """This function will set the next moment of many cases at once."""
    with cursor() as sql:
        rows = [{"id": case, "at": at} for case, at in following.items()]
        sql.execute(STEPPED, (codec.encode(rows).decode(),))


def keys_in_order(*, after: int = 0, step: int = 500) -> Iterator[int]:
    """This function will walk the keys of all cases."""
    while True:
        found = list(Case.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:step])
        if not found:
            return
        yield from found
        after = found[-1]
