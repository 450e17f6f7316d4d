"""投影: the columns, tasks and clocks of a case as they follow from its state; made with the deed, or again by a rebuild."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yekuo.records import codec
from yekuo.rules.calendar import Calendar
from yekuo.rules.clocks import Clock, RankDue, read_clocks
from yekuo.rules.engine.tasks import Task, open_tasks, waiting_for
from yekuo.rules.limits import LimitBook
from yekuo.rules.state import CaseState, Party, Status

STAGE_CLOCKS = ("stage", "pre_acceptance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """到期: the earliest binding deadline of a case, that of its stage, and the next moment a clock changes colour."""

    at: datetime | None
    stage_at: datetime | None
    next_at: datetime | None
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """投影: what is written beside a log row, in plain values by column name: only tasks and clocks that can have changed.

    `closed` names the tasks that are over; None closes every open one that is not among `tasks`.
    """

    state: CaseState
    flat: dict[str, Any]
    tasks: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    closed: list[str] | None = None


def clocks_of(state: CaseState, *, limits: LimitBook, calendar: Calendar) -> tuple[Clock, ...]:
    """This function will read the clocks of a case; before an application there are none."""
    if state.facts is None:
        return ()
    return read_clocks(state.timeline, state.facts, state.place, limits, calendar)


def project(
    state: CaseState,
    *,
    before: CaseState | None,
    stands: Due | None = None,
    unit: int,
    at: datetime,
    limits: LimitBook,
    calendar: Calendar,
) -> Projection:
    """This function will make the projection of a state; `before` and what `stands` spare what cannot have changed."""
    clocks: tuple[Clock, ...] = ()
    if before is not None and stands is not None and _still(before, state, stands, at):
        due = stands
    else:
        clocks = clocks_of(state, limits=limits, calendar=calendar)
        due = due_of(clocks, after=at)
    tasks = task_rows(state, due, unit=unit, calendar=calendar)
    was = task_rows(before, stands, unit=unit, calendar=calendar) if before is not None and stands is not None else None
    versions = {"limits_version": limits.version, "calendar_version": calendar.version}
    return Projection(
        state=state,
        flat=flat(state, due),
        tasks=tasks if was is None else [row for row in tasks if row not in was],
        closed=None if was is None else _gone(was, tasks),
        clocks=[clock_row(clock) | versions for clock in clocks if _touched(clock, state, before, at)],
    )


def _gone(was: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[str]:
    left = {row["key"] for row in now}
    return [row["key"] for row in was if row["key"] not in left]


def _still(before: CaseState, state: CaseState, stands: Due, at: datetime) -> bool:
    """Where neither facts nor timeline have changed no clock has, and its next moment is the one written before."""
    if state.timeline != before.timeline or state.facts != before.facts:
        return False
    return stands.next_at is None or stands.next_at > at


def _touched(clock: Clock, state: CaseState, before: CaseState | None, at: datetime) -> bool:
    """A clock that stopped before this deed stays as the books then in force read it, unless the facts are other ones."""
    return before is None or clock.stopped_at is None or clock.stopped_at >= at or before.facts != state.facts


def due_of(clocks: Iterable[Clock], *, after: datetime) -> Due:
    """This function will gather the deadlines of the clocks not stopped; the next moment is the first after `after`."""
    running = [clock for clock in clocks if clock.stopped_at is None]
    case = min(((clock.due_at, clock.provisional) for clock in running if clock.due_at), default=(None, False))
    stage = min((clock.due_at for clock in running if clock.kind in STAGE_CLOCKS and clock.due_at), default=None)
    moments = (moment for clock in running for moment in _moments(clock) if moment is not None and moment > after)
    return Due(at=case[0], stage_at=stage, next_at=min(moments, default=None), provisional=case[1])


def _moments(clock: Clock) -> tuple[datetime | None, ...]:
    return (clock.warn_at, clock.urgent_at, clock.due_at, clock.target_at, *(one.due_at for one in clock.ranks))


def flat(state: CaseState, due: Due) -> dict[str, Any]:
    """This function will give the list columns of a case by name."""
    facts, line = state.facts, state.timeline
    is_open = state.status is Status.OPEN
    return {
        "snapshot": codec.encode(state).decode(),
        "process": state.process,
        "process_version": state.version,
        "status": state.status.value,
        "stage": state.stage,
        "visit": state.visit,
        "entered_at": state.entered_at,
        "last_at": state.last_at,
        "party": (waiting_for(state) if is_open else Party.NOBODY).value,
        "owner": state.owner,
        "customer_class": facts.customer_class.value if facts else "",
        "business": facts.business.value if facts else "",
        "voltage": int(facts.voltage) if facts else None,
        "capacity": facts.capacity_kva if facts else None,
        "importance": facts.importance.value if facts else "",
        "applicant": state.applicant or None,
        "site": state.site or None,
        "manager": state.people.get("manager") or None,
        "filed_at": state.filed_at,
        "accepted_at": line.accepted_at,
        "energised_at": line.energised_at,
        "closed_at": None if is_open else state.ended_at or state.last_at,
        "due_at": due.at if is_open else None,
        "stage_due_at": due.stage_at if is_open else None,
        "next_due_at": due.next_at if is_open else None,
        "provisional": due.provisional and is_open,
        "paused": state.pause.cause.value if state.pause else "",
        "urged": state.urged,
        "replied_version": state.replied_version,
    }


def as_text(value: Any) -> str | None:
    """This function will write a column's value as text from which PostgreSQL reads its type."""
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)


def task_rows(state: CaseState, due: Due, *, unit: int, calendar: Calendar) -> list[dict[str, Any]]:
    """This function will give the open tasks of a case as rows; a customer's task carries no deadline of ours."""
    return [
        {
            "key": task.key, "stage": task.stage, "role": task.role, "person": task.person, "unit": unit,
            "party": task.party.value, "opened_at": task.opened_at,
            "due_at": _task_due(task, state, due, calendar),
        }
        for task in open_tasks(state)
    ]  # fmt: skip


def _task_due(task: Task, state: CaseState, due: Due, calendar: Calendar) -> datetime | None:
    """A seat has its own days; a stage has its clock; where neither runs, the case's earliest deadline presses."""
    if task.party is not Party.UTILITY:
        return None
    own = calendar.due(task.opened_at, task.days).at if task.days and not state.pause else None
    return min((moment for moment in (own, due.stage_at or due.at) if moment), default=None)


def clock_row(clock: Clock) -> dict[str, Any]:
    """This function will give one clock as a row of the clock table, in plain types, but for the books' versions."""
    rank = next((one.rank.value for one in clock.ranks if one.limit_id == clock.limit_id), "")
    late = bool(clock.stopped_at and clock.due_at and clock.stopped_at > clock.due_at)
    return {
        "key": clock.key, "kind": clock.kind.value, "stage": clock.stage, "visit": clock.visit,
        "started_at": clock.started_at, "stopped_at": clock.stopped_at, "cut_off": clock.cut_off,
        "running": clock.running, "budget": clock.budget, "unit": clock.unit.value, "used": clock.used_closed,
        "left_days": clock.left_days, "due_at": clock.due_at, "warn_at": clock.warn_at,
        "urgent_at": clock.urgent_at, "target_at": clock.target_at, "provisional": clock.provisional,
        "paused_by": list(clock.paused_by), "limit": clock.limit_id, "rank": rank,
        "ranks": [_rank_row(one) for one in clock.ranks], "breached_at": clock.due_at if late else None,
    }  # fmt: skip


def _rank_row(one: RankDue) -> dict[str, Any]:
    due = one.due_at.isoformat() if one.due_at else None
    return {"rank": one.rank.value, "limit": one.limit_id, "due_at": due, "provisional": one.provisional}
