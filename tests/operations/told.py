"""真案: a case walked through the one function, on the real database; every deed as the desks would send it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.rules.cases import BOOKS, CLASSES, FIRST_PAPERS, MONDAY, PLACE, cast, filing
from yekuo.operations.opening import open_case
from yekuo.operations.perform import Receipt, perform
from yekuo.records import cases, log
from yekuo.records.models import Case
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.deeds import Deed
from yekuo.rules.deeds.intake import MakeContact
from yekuo.rules.facts import Facts
from yekuo.rules.powers import Role
from yekuo.rules.rehearsal import next_step, rehearse
from yekuo.rules.state import CaseState

UNIT = 1
DESK = Actor(
    kind=ActorKind.STAFF, person=7, unit=UNIT, roles=tuple(role.value for role in Role if role is not Role.SYSTEM)
)
OTHER = replace(DESK, person=8)
__all__ = ["BOOKS", "CLASSES", "DESK", "MONDAY", "OTHER", "UNIT", "Told"]


class Told:
    """一件真案: opens with its first contact and goes on deed by deed."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at
        self.receipt = open_case(unit=UNIT, place=PLACE, deed=MakeContact(channel="web"), by=DESK, at=at)
        self.id = self.receipt.case

    @property
    def row(self) -> Case:
        return Case.objects.get(pk=self.id)

    @property
    def state(self) -> CaseState:
        return cases.state_of(self.row)

    def do(self, deed: Deed, *, by: Actor = DESK, after: timedelta = timedelta(minutes=10), **more: Any) -> Receipt:
        self.at += after
        self.receipt = perform(case=self.id, deed=deed, by=by, at=self.at, **more)
        return self.receipt

    def file(self, wanted: Facts, papers: Iterable[str] = FIRST_PAPERS) -> "Told":
        self.do(filing(wanted, *papers))
        return self

    def step(self, *, after: timedelta = timedelta(hours=5), **changes: Any) -> Receipt:
        told, state, at = cast(**changes), self.state, self.at + after
        name = next_step(told, state, at)
        by = OTHER if name == "revisit_customer" else DESK
        return self.do(rehearse(told, name, state, at), by=by, after=after)

    def to(self, stage: str, **changes: Any) -> "Told":
        for _ in range(80):
            if self.state.stage == stage:
                return self
            self.step(**changes)
        raise AssertionError(f"从未到达 {stage}，停在 {self.state.stage}")

    @property
    def kinds(self) -> list[str]:
        return [entry.row.kind for entry in log.entries(self.id)]
