"""决定: decide(books, state, deed, by, at) -> event, or a refusal that names everything that stands in the way."""

from dataclasses import replace
from datetime import datetime

from yekuo.rules.actor import Actor
from yekuo.rules.deeds import intake, scheme
from yekuo.rules.deeds.base import Deed
from yekuo.rules.engine import course, feedback, reserving, transitions
from yekuo.rules.engine.books import Books
from yekuo.rules.engine.conditions import holds
from yekuo.rules.engine.definition import Definition, Stage
from yekuo.rules.engine.guards import GUARDS, bound
from yekuo.rules.engine.oversight import AFTERWARDS
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import CaseState, Event, Move, Status
from yekuo.rules.story import evolve

STATUS_NAMES = {Status.COMPLETED: "已办结", Status.WITHDRAWN: "已撤回", Status.TERMINATED: "已终止"}


def decide(*, books: Books, state: CaseState, deed: Deed, by: Actor, at: datetime) -> Event:
    """This function will return the one event a deed leaves, with the move it makes.

    `at` is when it happened (aware). Raises Refused with every problem found; nothing is changed by a refusal.
    """
    definition = books.definition(state)
    problems = _wrong_moment(state, deed, at) or _wrong_place(books, definition, state, deed, by, at)
    problems = problems or _wrong_content(books, state, deed, by, at)
    if problems:
        raise Refused("；".join(problem.message for problem in problems), problems=problems)
    event = Event(kind=deed.event, at=at, by=by, body=bound(books, state, deed, at))
    return replace(event, move=_move(books, definition, state, event))


def _wrong_moment(state: CaseState, deed: Deed, at: datetime) -> tuple[Problem, ...]:
    if state.status is not Status.OPEN:
        if deed.deed in AFTERWARDS | feedback.AFTERWARDS | reserving.AFTERWARDS:
            return ()
        return (Problem("", f"工单{STATUS_NAMES[state.status]}，不能再办理"),)
    if at < state.entered_at:
        return (Problem("happened_at", "发生时间不能早于进入本环节的时间"),)
    if state.pause and deed.deed not in course.WHILE_PAUSED:
        return (Problem("", "工单已挂起，请先恢复办理"),)
    return ()


def _wrong_place(
    books: Books, definition: Definition, state: CaseState, deed: Deed, by: Actor, at: datetime
) -> tuple[Problem, ...]:
    if deed.deed in course.CHECKERS:
        return ()
    stage = definition.stage(state.stage)
    if deed.deed in stage.deeds:
        return _not_mine(state, stage, deed, by, at)
    if any(holds(a.when, state, books, at) for a in definition.anytime if a.deed == deed.deed):
        return ()
    return (Problem("", f"当前环节是“{stage.name}”，不能办理“{deed.title}”"),)


def _not_mine(state: CaseState, stage: Stage, deed: Deed, by: Actor, at: datetime) -> tuple[Problem, ...]:
    role = deed.member if isinstance(deed, scheme.GiveOpinion) else stage.owner
    owner = state.people.get(role)
    if owner is None or not by.staff or owner == by.person or role == "customer":
        return ()
    if any(d.role == role and d.person == by.person and at < d.until for d in state.delegations):
        return ()
    return (Problem("", "这项任务已派给别人，如需由您办理请先转办"),)


def _wrong_content(books: Books, state: CaseState, deed: Deed, by: Actor, at: datetime) -> tuple[Problem, ...]:
    check = course.CHECKERS.get(deed.deed) or GUARDS.get(deed.deed)
    return check(books, state, deed, by, at) if check else ()


def _move(books: Books, definition: Definition, state: CaseState, event: Event) -> Move | None:
    if state.status is not Status.OPEN:
        return None
    after = evolve(state, event)
    mover = course.MOVERS.get(event.body.deed)
    if mover:
        return mover(books, after, event.body)
    if isinstance(event.body, (intake.FileApplication, scheme.SubmitSurvey)):
        definition = transitions.definition_for(books, state, event.body.facts)
    return transitions.next_move(books, definition, definition.stage(state.stage), after, event)


def offered(*, books: Books, state: CaseState, at: datetime) -> tuple[str, ...]:
    """This function will list the deeds that fit the stage now, before powers and content are asked."""
    if state.status is not Status.OPEN:
        return ()
    definition = books.definition(state)
    anytime = (a.deed for a in definition.anytime if holds(a.when, state, books, at))
    here = tuple(dict.fromkeys((*definition.stage(state.stage).deeds, *anytime)))
    return tuple(deed for deed in here if not state.pause or deed in course.WHILE_PAUSED)
