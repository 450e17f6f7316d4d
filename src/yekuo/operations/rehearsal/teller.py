"""演练讲述: takes one case forward by the real operations, each deed by somebody who may, in working hours."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from yekuo.operations.archive import old_meters
from yekuo.operations.books import Shelf, open_shelf
from yekuo.operations.intake import Application, file_application
from yekuo.operations.papers import keep_checked
from yekuo.operations.perform import Receipt, perform
from yekuo.operations.rehearsal import turns
from yekuo.operations.rehearsal.company import Company, customer_of
from yekuo.operations.rehearsal.engine import scheme_for
from yekuo.operations.rehearsal.pictures import checked, picture
from yekuo.operations.rehearsal.town import position_of
from yekuo.operations.signin import acting_in
from yekuo.records import log, tables
from yekuo.rules import powers
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING, day_of
from yekuo.rules.deeds.base import Deed, Paper
from yekuo.rules.deeds.closing import SignContract
from yekuo.rules.deeds.scheme import GiveOpinion
from yekuo.rules.proposal import Desk
from yekuo.rules.rehearsal import Rehearsal, next_step, rehearse
from yekuo.rules.scheme import Scheme
from yekuo.rules.state import CaseState

AT_A_DESK = frozenset({"counter", "phone", "95598", "visit"})
__all__ = ["Teller", "picture"]

OPENS, CLOSES = time(8, 30), time(17, 30)
WAKES, SLEEPS = time(7, 40), time(22, 30)
A_MOMENT = timedelta(seconds=7)


class Over(Exception):  # noqa: N818 - the telling's word: the story's today has come
    """Raised when the next deed would come after the moment a telling may go to."""


class Teller:
    """讲述人: one case of the demo company; `at` is the moment of its latest deed."""

    def __init__(
        self,
        company: Company,
        *,
        unit: str,
        phone: str,
        manager: str,
        serial: str,
        crew: Mapping[str, str] | None = None,
        **manner: object,
    ) -> None:
        """This function will prepare to tell a case of a unit, applied for by whoever has the phone.

        `crew` names the login that acts for a role; `manner` are terms of the rehearsal that hold throughout.
        """
        self.company = company
        self.unit = unit
        self.phone = phone
        self.serial = serial
        self.manager = company.actors[manager]
        self.shelf: Shelf = open_shelf()
        self.receipt: Receipt | None = None
        self.at = datetime(2026, 1, 1, tzinfo=BEIJING)
        self.crew = dict(crew or {})
        self.manner = dict(manner)
        self.until: datetime | None = None
        self.full = False
        self._state: CaseState | None = None
        self._customer: Actor | None = None

    @property
    def case(self) -> int:
        """This function will give the key of the case told."""
        if self.receipt is None:
            raise LookupError("还没有工单")
        return self.receipt.case

    @property
    def seq(self) -> int:
        """This function will give the row of the latest deed."""
        return self.receipt.seq if self.receipt else 0

    @property
    def number(self) -> str:
        """This function will give the number of the case told, '' before it is filed."""
        return self.receipt.number if self.receipt else ""

    @property
    def state(self) -> CaseState:
        """This function will read where the case stands, once after each deed."""
        if self._state is None:
            held = log.hold(self.case)
            if held is None:
                raise LookupError(self.case)
            self._state = held.state
        return self._state

    def file(self, application: Application, *papers: str, at: datetime, channel: str = "web") -> "Teller":
        """This function will file the application, by the customer online or by a clerk at the counter."""
        turns.wait(at)
        self.at = at
        self.manner |= {"position": position_of(self.unit, application.address)}
        clerk = self.company.actors[self.crew["clerk"]] if "clerk" in self.crew else self.company.of(self.unit, "clerk")
        by = clerk if channel in AT_A_DESK and clerk else customer_of(self.phone, at=at)
        kept = tuple(self._store(code, by, None) for code in papers)
        self._state = None
        self.receipt = file_application(
            application=application, papers=kept, channel=channel, by=by, at=at, key=f"demo-{self.serial}-file",
            unit=self.company.units[self.unit].pk,
        )  # fmt: skip
        return self

    def step(self, *, hours: float = 3, **changes: object) -> Receipt:
        """This function will do whatever takes the case forward, some working hours later."""
        self._go(self.later(hours) if hours else self.at)
        state = self.state
        cast = self.cast(state, **changes)
        return self.do(rehearse(cast, next_step(cast, state, self.at), state, self.at), hours=0)

    def to(self, stage: str, *, hours: float = 3, **changes: object) -> "Teller":
        """This function will go on until the case stands in a stage."""
        for _ in range(60):
            if self.state.stage == stage:
                return self
            self.step(hours=hours, **changes)
        raise LookupError(f"演练没有走到 {stage}")

    def do(self, deed: Deed, *, by: Actor | None = None, hours: float = 1, at: datetime | None = None) -> Receipt:
        """This function will do one deed, by the right person unless somebody is named."""
        self._go(at or (self.later(hours) if hours else self.at + A_MOMENT))
        state = self.state
        doer = by or self.doer(deed, state)
        self._state = None
        self.receipt = perform(
            case=self.case, deed=deed, by=doer, at=self.at, key=f"demo-{self.serial}-{self.at:%m%d%H%M%S}"
        )
        return self.receipt

    def _go(self, at: datetime) -> None:
        if self.until is not None and at > self.until:
            raise Over
        turns.wait(at)
        self.at = at

    def idle(self, hours: float) -> "Teller":
        """This function will let hours of the clock pass for somebody who also acts in the evening, but not at night."""
        at = (self.at + timedelta(hours=hours)).astimezone(BEIJING)
        if not WAKES <= at.time() <= SLEEPS:
            at = datetime.combine(at.date() + timedelta(days=at.time() > SLEEPS), WAKES, tzinfo=BEIJING)
        self._go(max(at, self.at) + A_MOMENT)
        return self

    def person(self, role: str) -> Actor:
        """This function will give who holds a role in this case. Raises LookupError when nobody does."""
        found = self._holder(role, self.state)
        if found is None:
            raise LookupError(role)
        return found

    def customer(self) -> Actor:
        """This function will give the customer, or the agent who applied for them."""
        if self._customer is None:
            self._customer = acting_in(customer_of(self.phone, at=self.at), applicant=self.state.applicant)
        return self._customer

    def wait_until(self, at: datetime) -> "Teller":
        """This function will let time pass."""
        self.at = max(self.at, at)
        return self

    def cast(self, state: CaseState, **changes: object) -> Rehearsal:
        """This function will set the rehearsal of the next deed."""
        desk = Desk(
            metering=tables.metering(), fees=tables.fees(), schemes=tables.schemes(), province=state.place.province
        )

        def engine(state: CaseState, at: datetime) -> Scheme | None:
            by = self._holder(state.owner, state) or self.manager
            return scheme_for(
                case=self.case, unit=self.company.units[self.unit].pk, state=state, by=by, at=at, desk=desk, full=self.full,
            )  # fmt: skip

        return Rehearsal(
            engine=engine, books=self.shelf.books, desk=desk, paper=self.paper, manager=self.manager.person, serial=self.serial,
            hanging=old_meters(self.case, state) if state.stage == "metering" else (),
            **{**self.manner, **changes},  # type: ignore[arg-type]
        )  # fmt: skip

    def paper(self, code: str) -> Paper:
        """This function will hand in a paper for the case."""
        return self._store(code, self.manager, self.case)

    def doer(self, deed: Deed, state: CaseState) -> Actor:
        """This function will find who does a deed: the customer at the customer's turn, else the stage's own person."""
        allowed = [role.value for role in powers.who_may(deed.deed, state.facts, table=self.shelf.powers)]
        if isinstance(deed, SignContract):
            allowed = ["customer"] if deed.side == "customer" else ["manager"]
        if state.owner == "customer" and "customer" in allowed:
            return self.customer()
        wanted = [deed.member] if isinstance(deed, GiveOpinion) else [state.owner, *allowed]
        for role in wanted:
            if role in allowed and (found := self._holder(role, state)):
                return found
        if "customer" in allowed:
            return self.customer()
        raise LookupError(f"没有人可以办理 {deed.deed}")

    def _holder(self, role: str, state: CaseState) -> Actor | None:
        person = state.people.get(role)
        named = next((one for one in self.company.actors.values() if one.person == person), None)
        if named is None and role in self.crew:
            return self.company.actors[self.crew[role]]
        return named or self.company.of(self.unit, role)

    def _store(self, code: str, by: Actor, case: int | None) -> Paper:
        return keep_checked(checked(code), name=f"{code}.png", code=code, by=by, at=self.at, case=case)

    def later(self, hours: float) -> datetime:
        """This function will add working hours, staying within business hours of working days."""
        calendar = self.shelf.calendar("浙江")
        moment, left = self.at, timedelta(hours=hours)
        while True:
            day = calendar.working_day_from(day_of(moment))
            opens, closes = (datetime.combine(day, one, tzinfo=BEIJING) for one in (OPENS, CLOSES))
            moment = max(moment.astimezone(BEIJING), opens)
            if moment + left <= closes and moment < closes:
                return moment + left + A_MOMENT
            left -= max(closes - moment, timedelta())
            moment = datetime.combine(day + timedelta(days=1), OPENS, tzinfo=BEIJING)
