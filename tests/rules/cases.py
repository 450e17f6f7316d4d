"""测试案件: books, actors and a walker that takes a case of any class from contact to the end."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from yekuo.records import processes, tables
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds import Deed, Paper
from yekuo.rules.deeds.intake import FileApplication
from yekuo.rules.engine.books import Books
from yekuo.rules.engine.decide import decide
from yekuo.rules.facts import Business, CustomerKind, Facts, Importance, Place, Voltage
from yekuo.rules.materials import ApplicantSituation
from yekuo.rules.powers import Role
from yekuo.rules.proposal import Desk
from yekuo.rules.rehearsal import Rehearsal, next_step, rehearse
from yekuo.rules.state import CaseState, Event, Move, Status
from yekuo.rules.story import evolve, opened

PLACE = Place(company="SGCC", province="浙江", city="")
EVERYBODY = Actor(kind=ActorKind.STAFF, person=7, unit=1, roles=tuple(role.value for role in Role))
SECOND = replace(EVERYBODY, person=8)
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)


def shelf() -> Books:
    """This function will open the books of this release."""
    shipped = processes.shipped_definitions()
    return Books(
        definitions={one.version: one for one in shipped.values()},
        current=shipped,
        materials=tables.materials(),
        reviews=tables.reviews(),
        checklists=tables.checklists(),
        fees=tables.fees(),
        schemes=tables.schemes(),
        contracts=tables.contracts(),
        metering=tables.metering(),
    )


BOOKS = shelf()
DESK = Desk(metering=tables.metering(), fees=tables.fees(), schemes=tables.schemes(), province=PLACE.province)


def facts(**changes: Any) -> Facts:
    """This function will make facts of a resident, changed as wanted."""
    base = Facts(
        business=Business.NEW, kind=CustomerKind.RESIDENT, voltage=Voltage.V220, capacity_kva=Decimal(8)
    )  # fmt: skip
    return replace(base, **changes)


NONRESIDENT = {"kind": CustomerKind.NONRESIDENT, "voltage": Voltage.V380, "capacity_kva": Decimal(60)}
CLASSES: dict[str, Facts] = {
    "resident": facts(),
    "three_zero": facts(**NONRESIDENT, zero_investment=True),
    "lv_other": facts(**NONRESIDENT),
    "hv_single": facts(kind=CustomerKind.NONRESIDENT, voltage=Voltage.KV10, capacity_kva=Decimal(800)),
    "hv_multi": facts(
        kind=CustomerKind.NONRESIDENT, voltage=Voltage.KV10, capacity_kva=Decimal(2000), sources=2,
        importance=Importance.SECOND,
    ),
}  # fmt: skip


def paper(code: str) -> Paper:
    """This function will hand in a paper under a code."""
    return Paper(code=code, file=1, digest="0" * 64)


def cast(**changes: Any) -> Rehearsal:
    """This function will set the rehearsal, changed as wanted."""
    return replace(Rehearsal(books=BOOKS, desk=DESK, paper=paper, manager=7), **changes)


def begin(at: datetime = MONDAY) -> CaseState:
    """This function will open a case at its first contact."""
    definition = BOOKS.current["lv_two_links"]
    return opened(
        process=definition.key, version=definition.version, move=move_of(definition.start), place=PLACE, at=at
    )


def move_of(stage: str) -> Move:
    """This function will make the move into a stage of the two-link process."""
    definition = BOOKS.current["lv_two_links"]
    return Move(stage=stage, party=definition.stage(stage).party, owner=definition.stage(stage).owner)


def filing(wanted: Facts, *papers: str) -> FileApplication:
    """This function will file an application with papers under these codes."""
    return FileApplication(
        channel="web", facts=wanted, applicant=1, applicant_digest="a", site=1, site_digest="s",
        situation=ApplicantSituation(), papers=tuple(paper(code) for code in papers), signs_standard_contract=True,
    )  # fmt: skip


FIRST_PAPERS = ("id_card", "business_licence", "property_certificate")


class Walk:
    """一件案件: the state, its log and a hand that moves it on."""

    def __init__(self, at: datetime = MONDAY) -> None:
        """This function will start with an empty log at a moment."""
        self.start = begin(at)
        self.state = self.start
        self.events: list[Event] = []
        self.at = at

    def do(self, deed: Deed, *, by: Actor = EVERYBODY, at: datetime | None = None) -> Event:
        """This function will decide a deed and evolve the state."""
        self.at = at or self.at + timedelta(minutes=10)
        event = decide(books=BOOKS, state=self.state, deed=deed, by=by, at=self.at)
        self.state = evolve(self.state, event)
        self.events.append(event)
        return event

    def file(self, wanted: Facts, *papers: str) -> "Walk":
        """This function will file an application with the usual papers."""
        self.do(filing(wanted, *(papers or FIRST_PAPERS)))
        return self

    def step(self, rehearsal: Rehearsal | None = None, **changes: Any) -> Event:
        """This function will do whatever takes the case forward."""
        told = rehearsal or cast(**changes)
        name = next_step(told, self.state, self.at)
        return self.do(rehearse(told, name, self.state, self.at + timedelta(minutes=10)))

    def to(self, stage: str, **changes: Any) -> "Walk":
        """This function will go on until the case reaches a stage."""
        for _ in range(80):
            if self.state.stage == stage:
                return self
            self.step(**changes)
        raise AssertionError(f"从未到达 {stage}，停在 {self.state.stage}")

    def finish(self, **changes: Any) -> "Walk":
        """This function will go on until the case is completed."""
        self.to("completed", **changes)
        assert self.state.status is Status.COMPLETED
        return self
