"""环节流转: the next stage after a deed, and the move that is recorded with it."""

from datetime import datetime

from yekuo.rules.engine.books import Books
from yekuo.rules.engine.conditions import holds
from yekuo.rules.engine.definition import STAY, Definition, Rule, Stage
from yekuo.rules.facts import Facts
from yekuo.rules.state import CaseState, Event, Move, Party
from yekuo.rules.story import COMPLETED


def next_move(books: Books, definition: Definition, stage: Stage, after: CaseState, event: Event) -> Move | None:
    """This function will return where the event takes the case, None when it stays; `after` is the state it left."""
    rules = tuple(rule for rule in stage.next if rule.on == event.kind)
    target = _first(books, definition, rules, after, event) if rules else STAY
    return None if target == STAY else move_to(books, definition, target, after)


def _first(books: Books, definition: Definition, rules: tuple[Rule, ...], after: CaseState, event: Event) -> str:
    for rule in rules:
        if holds(rule.when, after, books, event.at, event.body):
            choice = definition.choices.get(rule.to)
            return _first(books, definition, choice, after, event) if choice else rule.to
    raise LookupError(f"流程 {definition.key} 在 {after.stage} 没有默认去向")


def move_to(books: Books, definition: Definition, target: str, state: CaseState) -> Move:
    """This function will describe the move to a stage of the definition, with the seats of a joint review."""
    if target == COMPLETED:
        return Move(stage=COMPLETED, party=Party.NOBODY)
    stage = definition.stage(target)
    switched = definition.version != state.version
    return Move(
        stage=target,
        party=stage.party,
        owner=stage.owner,
        clock=stage.clock,
        utility_sum=stage.utility_sum,
        seats=books.review_seats(state) if stage.group else (),
        informed=books.informed(state) if stage.key == "reply" else (),
        process=definition.key if switched else "",
        version=definition.version if switched else "",
    )


def definition_for(books: Books, state: CaseState, facts: Facts) -> Definition:
    """This function will keep the pinned version while it serves the facts, else choose the process that does."""
    pinned = books.definition(state)
    return pinned if facts.customer_class in pinned.serves else books.process_for(facts.customer_class)


def resolve(books: Books, definition: Definition, state: CaseState, at: datetime, target: str) -> str:
    """This function will follow choices to the stage they lead to for this state."""
    for rule in definition.choices.get(target, ()):
        if holds(rule.when, state, books, at):
            return resolve(books, definition, state, at, rule.to)
    return target
