"""重算: what the projections of a case must be by its log, where the stored ones differ, and writing them anew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from yekuo.operations.books import Shelf, open_shelf
from yekuo.operations.chain import Finding, found
from yekuo.records import codec, log
from yekuo.records.log import Entry
from yekuo.records.models import Case, Clock, Task
from yekuo.records.projections import Projection, project
from yekuo.rules.engine.tasks import open_tasks
from yekuo.rules.refusal import Refused
from yekuo.rules.state import CaseState, Status
from yekuo.rules.story import evolve

TASK_COLUMNS = ("stage", "role", "person", "unit", "party", "opened_at", "closed_at")
VERSIONS = ("limits_version", "calendar_version")
LATER_BY_SWEEP = "next_due_at"
BY_CALENDAR = ("due_at", "stage_due_at", "provisional")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """重算结果: the projection by the log, and every task that ever was by key."""

    projection: Projection
    tasks: dict[str, dict[str, Any]]
    recorded: datetime


def remake(case: Case, entries: Sequence[Entry], shelf: Shelf) -> Remade:
    """This function will fold the log of a case and make its projections under the books now in force.

    Raises codec.Unreadable when the opening or a row cannot be read.
    """
    state = codec.read_opening(case.opening).state()
    tasks: dict[str, dict[str, Any]] = {}
    for entry in entries:
        state = evolve(state, entry.event)
        _note_tasks(tasks, state, case.unit, entry.row.recorded_at)
    calendar = shelf.calendar(state.place.province)
    last = entries[-1]
    made = project(state, before=None, unit=case.unit, at=last.event.at, limits=shelf.limits, calendar=calendar)
    return Remade(projection=made, tasks=tasks, recorded=last.row.recorded_at)


def _note_tasks(tasks: dict[str, dict[str, Any]], state: CaseState, unit: int, recorded: datetime) -> None:
    now = {task.key: task for task in open_tasks(state)}
    for key, kept in tasks.items():
        if key not in now and kept["closed_at"] is None:
            kept["closed_at"] = recorded
    for key, task in now.items():
        kept = tasks.setdefault(key, {"stage": task.stage, "role": task.role, "unit": unit, "opened_at": task.opened_at})
        kept |= {"person": task.person, "party": task.party.value, "closed_at": None}


def differences(case: Case, made: Remade) -> list[Finding]:
    """This function will name every stored column, task and clock that is not what the log says.

    What was read under other books than those now in force is left out: it is not wrong, only not yet read anew.
    """
    clocks = {clock.key: clock for clock in Clock.objects.filter(case_id=case.pk)}
    wanted = {row["key"]: row for row in made.projection.clocks}
    dated = all(clock.stopped_at or key not in wanted or _same_books(clock, wanted[key]) for key, clock in clocks.items())
    return [
        *_columns(case, made.projection, () if dated else BY_CALENDAR),
        *_tasks(case, made, dated=dated),
        *_clocks(case, clocks, wanted),
    ]


def _columns(case: Case, made: Projection, undecided: Sequence[str]) -> Iterator[Finding]:
    for name, value in made.flat.items():
        if name == "snapshot":
            if not _same_state(case.snapshot, made.state):
                yield found(case, 0, "snapshot", "快照与日志重放的结果不符")
        elif name not in (LATER_BY_SWEEP, *undecided) and getattr(case, name) != value:
            yield found(case, 0, "column", f"列 {name} 为 {getattr(case, name)}，按日志应为 {value}")


def _same_state(snapshot: str, state: CaseState) -> bool:
    try:
        return codec.read_state(snapshot) == state
    except codec.Unreadable:
        return False


def _tasks(case: Case, made: Remade, *, dated: bool) -> Iterator[Finding]:
    stored = {task.key: task for task in Task.objects.filter(case_id=case.pk)}
    due = {row["key"]: row["due_at"] for row in made.projection.tasks}
    for key in sorted(stored.keys() | made.tasks.keys()):
        if key not in stored:
            yield found(case, 0, "task", f"缺待办 {key}")
        elif key not in made.tasks:
            yield found(case, 0, "task", f"多出待办 {key}")
        else:
            task, wanted = stored[key], made.tasks[key]
            wrong = [name for name in TASK_COLUMNS if getattr(task, name) != wanted[name]]
            if dated and key in due and task.due_at != due[key]:
                wrong.append("due_at")
            if wrong:
                yield found(case, 0, "task", f"待办 {key} 的 {'、'.join(wrong)} 与日志不符")


def _clocks(case: Case, stored: dict[str, Clock], wanted: dict[str, dict[str, Any]]) -> Iterator[Finding]:
    for key in sorted(stored.keys() | wanted.keys()):
        if key not in stored:
            yield found(case, 0, "clock", f"缺时钟 {key}")
        elif key not in wanted:
            yield found(case, 0, "clock", f"多出时钟 {key}")
        elif _same_books(stored[key], wanted[key]):
            wrong = [name for name, value in wanted[key].items() if getattr(stored[key], name) != value]
            if wrong:
                yield found(case, 0, "clock", f"时钟 {key} 的 {'、'.join(wrong)} 与日志不符")


def _same_books(clock: Clock, wanted: dict[str, Any]) -> bool:
    return all(getattr(clock, name) == wanted[name] for name in VERSIONS)


def write(case: Case, made: Remade) -> None:
    """This function will write the projections of a held case as the log says, tasks of the past included."""
    wanted = {row["key"]: row for row in made.projection.clocks}
    Clock.objects.filter(case_id=case.pk).exclude(key__in=wanted).delete()
    for clock in Clock.objects.filter(case_id=case.pk, stopped_at__isnull=False):
        if not _same_books(clock, wanted[clock.key]):
            del wanted[clock.key]
    Task.objects.filter(case_id=case.pk).exclude(key__in=made.tasks).delete()
    for key, columns in made.tasks.items():
        Task.objects.update_or_create(case_id=case.pk, key=key, defaults=columns)
    log.refresh(case.pk, replace(made.projection, clocks=list(wanted.values())), recorded=made.recorded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """重读结果: the earliest binding deadline before and after the books changed."""

    number: str
    before: datetime | None
    after: datetime | None

    @property
    def earlier(self) -> bool:
        """This function will say whether the deadline came nearer, of which people have to be told."""
        return self.after is not None and (self.before is None or self.after < self.before)


def reread(*, case: int) -> Reread:
    """This function will read the clocks of an open case anew under the books now in force, in a transaction of its own.

    Clocks that have stopped keep their reading. Raises Refused when there is no such case.
    """
    with transaction.atomic():
        held = log.hold(case)
        if held is None:
            raise Refused("没有这个工单", code="not_found")
        row = Case.objects.only("due_at", "last_at").get(pk=case)
        if held.state.status is not Status.OPEN:
            return Reread(number=held.number, before=row.due_at, after=row.due_at)
        shelf = open_shelf(held.edition)
        calendar = shelf.calendar(held.state.place.province)
        made = project(
            held.state, before=held.state, unit=held.unit, at=row.last_at, limits=shelf.limits, calendar=calendar
        )
        log.refresh(case, made, recorded=row.last_at)
    return Reread(number=held.number, before=row.due_at, after=made.flat["due_at"])
