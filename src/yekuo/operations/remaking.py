"""重算: what the projections of a case must be by its log, where the stored ones differ, and writing them anew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from yekuo.operations import appointments, followups
from yekuo.operations.books import Shelf, shelf_of
from yekuo.operations.chain import Finding, found
from yekuo.records import codec, log
from yekuo.records.log import Entry
from yekuo.records.models import Case, Clock, Task
from yekuo.records.projections import Projection, clock_row, clocks_of, project
from yekuo.rules.engine.tasks import open_tasks
from yekuo.rules.state import CaseState
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
        kept = tasks.setdefault(
            key, {"stage": task.stage, "role": task.role, "unit": unit, "opened_at": task.opened_at}
        )
        kept |= {"person": task.person, "party": task.party.value, "closed_at": None}


def differences(case: Case, made: Remade, shelf: Shelf) -> list[Finding]:
    """This function will name every stored column, task and clock that is not what the log says.

    A clock may have been written under older books: it is right when it is what those say. While a running one waits to
    be read anew, the deadlines of case and tasks that follow from it are not judged.
    """
    clocks = {clock.key: clock for clock in Clock.objects.filter(case_id=case.pk)}
    wanted = {row["key"]: row for row in made.projection.clocks}
    dated = all(
        clock.stopped_at or key not in wanted or _same_books(clock, wanted[key]) for key, clock in clocks.items()
    )
    return [
        *_columns(case, made.projection, () if dated else BY_CALENDAR),
        *_tasks(case, made, dated=dated),
        *_clocks(case, clocks, wanted, Older(made.projection.state, shelf)),
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


class Older:
    """旧版读数: the clocks of a case under the books a stored row names, each edition read once."""

    def __init__(self, state: CaseState, shelf: Shelf) -> None:
        """This function will only remember what to read."""
        self.state, self.shelf = state, shelf
        self._read: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}

    def row(self, clock: Clock) -> dict[str, Any]:
        """This function will give the row of a clock under its own books; those now in force when they are unknown."""
        versions = clock.limits_version, clock.calendar_version
        if versions not in self._read:
            self._read[versions] = self._rows(*versions)
        return self._read[versions].get(clock.key, {})

    def _rows(self, limits: str, calendar: str) -> dict[str, dict[str, Any]]:
        province = self.state.place.province
        old = shelf_of(limits=limits, calendar=calendar, province=province, newest=self.shelf)
        read = clocks_of(self.state, limits=old.limits, calendar=old.calendar(province))
        versions = {"limits_version": old.limits.version, "calendar_version": old.calendar(province).version}
        return {clock.key: clock_row(clock) | versions for clock in read}


def _clocks(case: Case, stored: dict[str, Clock], wanted: dict[str, dict[str, Any]], older: Older) -> Iterator[Finding]:
    for key in sorted(stored.keys() | wanted.keys()):
        if key not in stored:
            yield found(case, 0, "clock", f"缺时钟 {key}")
        elif key not in wanted:
            yield found(case, 0, "clock", f"多出时钟 {key}")
        else:
            wrong = _wrong(stored[key], wanted[key])
            if wrong and not _same_books(stored[key], wanted[key]):
                wrong = _wrong(stored[key], older.row(stored[key]))
            if wrong:
                yield found(case, 0, "clock", f"时钟 {key} 的 {'、'.join(wrong)} 与日志不符")


def _wrong(clock: Clock, wanted: dict[str, Any]) -> list[str]:
    return [name for name, value in wanted.items() if name not in VERSIONS and getattr(clock, name) != value]


def _same_books(clock: Clock, wanted: dict[str, Any]) -> bool:
    return all(getattr(clock, name) == wanted[name] for name in VERSIONS)


def write(case: Case, made: Remade, shelf: Shelf) -> None:
    """This function will write the projections of a held case as the log says, tasks of the past included.

    A clock that has stopped is written as the books it stopped under read it.
    """
    wanted = {row["key"]: row for row in made.projection.clocks}
    older = Older(made.projection.state, shelf)
    Clock.objects.filter(case_id=case.pk).exclude(key__in=wanted).delete()
    Task.objects.filter(case_id=case.pk).exclude(key__in=made.tasks).delete()
    for clock in Clock.objects.filter(case_id=case.pk, stopped_at__isnull=False):
        if not _same_books(clock, wanted[clock.key]):
            wanted[clock.key] = older.row(clock)
    for key, columns in made.tasks.items():
        Task.objects.update_or_create(case_id=case.pk, key=key, defaults=columns)
    appointments.rewrite(case.pk, case.unit, made.projection.state)
    followups.rewrite(case.pk, case.unit, made.projection.state)
    log.refresh(case.pk, replace(made.projection, clocks=list(wanted.values())), recorded=made.recorded)
