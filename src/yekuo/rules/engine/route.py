"""预计路径: the stages a case will pass from here if nothing goes wrong; a picture for people, decides nothing."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from yekuo.rules.deeds.base import REGISTRY
from yekuo.rules.engine.books import Books
from yekuo.rules.engine.conditions import FEATURES
from yekuo.rules.engine.definition import STAY, Conditions, Definition, Rule, Stage, Value
from yekuo.rules.state import CaseState, Status
from yekuo.rules.story import COMPLETED

Known = dict[str, bool | int | str]

WELL: Known = {"passed": True, "review": "agreed"}
"""What is assumed of outcomes not known yet."""

AFTER: dict[str, Known] = {
    "file_application": {"filed": True},
    "supply_papers": {"papers_complete": True},
    "accept_application": {"accepted": True},
    "deliver_reply": {"replied": True},
    "answer_scheme": {"agreed": True},
    "draft_contract": {"contract_drafted": True},
    "sign_contract": {"contract_signed": True},
    "sign_dispatch_agreement": {"dispatch_signed": True},
    "settle_fee": {"fees_due": False},
    "accept_external_works": {"external_accepted": True},
    "conclude_mid_inspection": {"mid_passed": True},
    "energise": {"energised": True},
}
"""What holds once a stage with this deed lies behind the case."""


def ahead(books: Books, state: CaseState, at: datetime) -> tuple[str, ...]:
    """This function will list the stages after the present one, in order, assuming that everything goes well.

    Until the survey says otherwise a high-voltage customer is expected to have works of its own.
    """
    if state.status is not Status.OPEN:
        return ()
    definition = books.definition(state)
    return tuple(_walk(_Road(books, state, at, definition), state.stage))


class _Road:
    """The features of a case as they stand, overlaid with what each stage passed on the way makes true."""

    def __init__(self, books: Books, state: CaseState, at: datetime, definition: Definition) -> None:
        self.books, self.state, self.at, self.definition = books, state, at, definition
        self.known: Known = dict(WELL)
        if state.facts and state.facts.customer_works is None:
            self.known["customer_works"] = state.facts.high_voltage

    def holds(self, when: Conditions) -> bool:
        """This function will say whether a condition is expected to hold."""
        return all(_fits(wanted, self._feature(name)) for name, wanted in when.items())

    def _feature(self, name: str) -> bool | int | str:
        return self.known[name] if name in self.known else FEATURES[name](self.state, self.books, self.at, None)

    def onward(self, rules: Iterable[Rule]) -> str:
        """This function will follow the first rule that leads on, through choices, to a stage."""
        for rule in rules:
            if rule.to != STAY and self.holds(rule.when):
                choice = self.definition.choices.get(rule.to)
                return self.onward(choice) if choice is not None else rule.to
        return STAY


def _walk(road: _Road, key: str) -> Iterator[str]:
    seen = {key}
    while True:
        stage = road.definition.stage(key)
        for deed in stage.deeds:
            road.known.update(AFTER.get(deed, {}))
        key = road.onward(_forward(stage))
        if key in seen or key in (STAY, COMPLETED):
            return
        seen.add(key)
        yield key


def _forward(stage: Stage) -> tuple[Rule, ...]:
    """The rules of the deed that takes a stage forward: the first named one that has rules, but finishing before asking."""
    finish = [rule for rule in stage.next if rule.on == "works_finished"]
    by_event = {REGISTRY[deed].event: deed for deed in stage.deeds}
    first = next((event for event in by_event if any(rule.on == event for rule in stage.next)), "")
    return tuple(finish or [rule for rule in stage.next if rule.on == first])


def _fits(wanted: Value, found: bool | int | str) -> bool:
    return found in wanted if isinstance(wanted, tuple) else found == wanted
