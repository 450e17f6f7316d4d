"""案卷查询: one case and its log, read for a reader who may see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from yekuo.records import codec
from yekuo.records.models import Case
from yekuo.records.scope import Scope
from yekuo.rules.state import CaseState, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """工单: as stored, with its state."""

    id: int
    number: str
    unit: int
    seq: int
    linked_case: int | None
    state: CaseState


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """日志行: an event with its place in the log; `stage` is where the case stood."""

    seq: int
    stage: str
    recorded_at: datetime
    event: Event


def case_by_number(number: str, *, scope: Scope) -> CaseRow | None:
    """This function will read a case by its number, None when there is none within the scope."""
    found = Case.objects.filter(scope.cases(), number=number).first()
    if found is None:
        return None
    return CaseRow(
        id=found.pk, number=found.number, unit=found.unit, seq=found.seq, linked_case=found.linked_case,
        state=codec.read_state(found.snapshot),
    )  # fmt: skip


LOGGED = """
select seq, stage, recorded_at, kind, happened_at, actor_kind, actor, actor_unit, actor_roles::text, body::text, move::text
from records_event where case_id = %s order by seq
"""


def logged(case: int) -> tuple[Logged, ...]:
    """This function will read the log of a case, oldest first."""
    with connection.cursor() as sql:
        sql.execute(LOGGED, (case,))
        rows = sql.fetchall()
    return tuple(_logged(row) for row in rows)


def _logged(row: tuple[Any, ...]) -> Logged:
    seq, stage, recorded_at, kind, happened_at, actor_kind, actor, unit, roles, body, move = row
    by = codec.read_actor(kind=actor_kind, person=actor, unit=unit, roles=codec.plain(roles))
    event = codec.read_event(kind=kind, at=happened_at, by=by, body=body, move=move)
    return Logged(seq=seq, stage=stage, recorded_at=recorded_at, event=event)
