"""催办客户: the cases whose customer has the ball, what is asked, the words drafted, and how earlier tries went."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from yekuo.operations.books import Shelf
from yekuo.records import followups, persons, staff, tables, units
from yekuo.records.followups import Try, Waiting
from yekuo.records.persons import Shown
from yekuo.records.scope import Scope
from yekuo.rules import chase, materials
from yekuo.rules.calendar import day_of
from yekuo.rules.chase import ChaseTable, Drafted
from yekuo.rules.followup import WorksBar, works_bar
from yekuo.rules.materials import Due
from yekuo.rules.refusal import Refused
from yekuo.rules.state import CaseState


@dataclass(frozen=True, slots=True, kw_only=True)
class Chased:
    """在等客户: one case; `silent` counts working days since the ball or the last answer, `remind_on` is the next reminder."""

    case: int
    number: str
    stage: str
    applicant: Shown | None
    manager: str
    since: datetime
    silent: int
    remind_on: date
    due: bool
    draft: Drafted
    tries: tuple[Try, ...]
    unreached: int
    works: WorksBar | None
    callers: dict[int, str]


def chased(
    *, scope: Scope, shelf: Shelf, at: datetime, manager: int = 0, unreached: bool = False, first: int, size: int
) -> tuple[Chased, ...]:  # fmt: skip
    """This function will list the cases that wait for their customer, the longest wait first; its queries do not grow."""
    rows = followups.waiting(scope, manager=manager, unreached=unreached, first=first, size=size)
    tried = followups.tries([row.case for row in rows])
    people = persons.shown(row.applicant or 0 for row in rows)
    callers = {one.by for each in tried.values() for one in each}
    names = staff.names_of({row.manager for row in rows} | callers)
    phones = units.phones(row.unit for row in rows)
    return tuple(
        _one(row, shelf, at, tried.get(row.case, ()), people.get(row.applicant or 0), names, phones.get(row.unit, ""))
        for row in rows
    )


def draft_for(*, state: CaseState, number: str, unit: int, shelf: Shelf, at: datetime) -> Drafted:
    """This function will draft the words for one case."""
    phone = units.phones([unit]).get(unit, "")
    return _draft(state, number, shelf, _silent(state, shelf, at), phone, tables.chase())


def _one(
    row: Waiting, shelf: Shelf, at: datetime, tries: tuple[Try, ...], applicant: Shown | None, names: dict[int, str],
    phone: str,
) -> Chased:  # fmt: skip
    state, table = row.state, tables.chase()
    silent = _silent(state, shelf, at)
    remind_on = chase.next_reminder(state, shelf.calendar(row.province), table)
    stage = shelf.books.definition(state).stages.get(state.stage)
    return Chased(
        case=row.case, number=row.number, stage=stage.name if stage else state.stage, applicant=applicant,
        manager=names.get(row.manager, ""), since=row.since, silent=silent, remind_on=remind_on,
        due=remind_on <= day_of(at), draft=_draft(state, row.number, shelf, silent, phone, table), tries=tries,
        unreached=state.unreached, works=works_bar(state, day_of(at)) if state.stage == "works" else None,
        callers=names,
    )  # fmt: skip


def _silent(state: CaseState, shelf: Shelf, at: datetime) -> int:
    since, today = chase.silent_since(state), day_of(at)
    try:
        return shelf.calendar(state.place.province).between(since, today) if since < today else 0
    except Refused:  # beyond the calendar
        return (today - since).days


def _draft(state: CaseState, number: str, shelf: Shelf, silent: int, phone: str, table: ChaseTable) -> Drafted:
    return chase.drafted(
        state, number=number, papers=_papers(state, shelf), days=silent, phone=phone, table=table
    )  # fmt: skip


def _papers(state: CaseState, shelf: Shelf) -> tuple[str, ...]:
    """The names of what is still to come: those of the one-time notice, else those due with the completion report."""
    if state.facts is None:
        return ()
    needed = shelf.books.papers_needed(state)
    if state.stage == "supplement":
        wanted: Collection[str] = set(state.missing)
        return tuple(one.name for one in needed if one.code in wanted)
    if state.stage != "completion_request":
        return ()
    handed = tuple(paper.code for paper in state.papers)
    due = tuple(one for one in needed if one.due is Due.COMPLETION)
    return tuple(one.name for one in materials.missing(due, handed, by=Due.COMPLETION))
