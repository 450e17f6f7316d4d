"""预约: what the customer was promised, the register that keeps anybody from being in two places at once, and what is free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from yekuo.records import appointments, staff
from yekuo.rules.appointments import (
    PART_NAMES,
    STANDING_NAMES,
    VISIT_NAMES,
    Booking,
    Proposal,
    Standing,
    Visit,
    day_words,
    slot_words,
)
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import CaseState

if TYPE_CHECKING:
    from yekuo.operations.consequences import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """约定: a visit as the customer and the desk are told of it; `words` is "11 月 23 日(周一) 上午，陈刚".

    `standing` is planned, kept, moved, missed or cancelled; `moved` counts how often it had been put off before.
    """

    visit: Visit
    title: str
    words: str
    day: date
    part: str
    at: datetime
    person: str
    standing: str
    standing_words: str
    moved: int
    by_customer: bool
    fault: str
    note: str

    @property
    def live(self) -> bool:
        """This function will say whether somebody is still to come."""
        return self.standing == Standing.PLANNED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOffer:
    """待选时段: what one side put forward; `slots` are (day, part code, person key, words)."""

    visit: Visit
    title: str
    by_customer: bool
    note: str
    slots: tuple[tuple[date, str, int, str], ...]


def of_case(state: CaseState, *, names: dict[int, str] | None = None) -> tuple[Promise, ...]:
    """This function will list every promise of a case, oldest first; the live ones are those still to come.

    `names` are staff by key; without them, or where one is not among them, they are asked for in one query.
    """
    known = _names(state.bookings, names)
    return tuple(_promise(one, known) for one in state.bookings)


def offers_of(state: CaseState, *, names: dict[int, str] | None = None) -> tuple[OpenOffer, ...]:
    """This function will list the slots put forward and not yet answered, by the customer or by us."""
    people = {slot.person for one in state.proposals for slot in one.slots}
    known = {**staff.names_of(people - set(names or {})), **(names or {})}
    return tuple(_offer(one, known) for one in state.proposals)


def _names(bookings: Iterable[Booking], names: dict[int, str] | None) -> dict[int, str]:
    wanted = {one.person for one in bookings} - set(names or {})
    return {**(staff.names_of(wanted) if wanted else {}), **(names or {})}


def _promise(one: Booking, names: dict[int, str]) -> Promise:
    person = names.get(one.person, "")
    return Promise(
        visit=one.visit, title=VISIT_NAMES[one.visit], words=f"{slot_words(one)}{'，' + person if person else ''}",
        day=one.day, part=PART_NAMES[one.part], at=one.at, person=person, standing=one.standing.value,
        standing_words=STANDING_NAMES[one.standing], moved=one.moved, by_customer=one.by_customer,
        fault=one.fault.value if one.fault else "", note=one.note,
    )  # fmt: skip


def _offer(one: Proposal, names: dict[int, str]) -> OpenOffer:
    slots = tuple(
        (
            slot.day, slot.part.value, slot.person,
            f"{day_words(slot.day)} {PART_NAMES[slot.part]}"
            + (f"，{names[slot.person]}" if slot.person in names else ""),
        )
        for slot in one.slots
    )  # fmt: skip
    return OpenOffer(
        visit=one.visit, title=VISIT_NAMES[one.visit], by_customer=one.by_customer, note=one.note, slots=slots
    )


# --- the register, in the deed's own transaction -----------------------------------------------------------------


def register(done: "Done") -> None:
    """This function will write what a deed did to the promises of a case. Raises Refused where somebody is not free."""
    before = {one.number: one for one in done.before.bookings}
    changed = [one for one in done.after.bookings if before.get(one.number) != one]
    for one in changed:
        if not one.live:
            appointments.close(done.case, one)
    for one in changed:
        if one.live:
            _enter(done, one, fresh=one.number not in before)


def _enter(done: "Done", one: Booking, *, fresh: bool) -> None:
    appointments.hold_crew_day(done.unit, one.role, one.day)
    most = appointments.capacity([done.unit], one.role, [one.day]).get((done.unit, one.day))
    if fresh and most is not None and appointments.promised(done.unit, one.role, one.day) >= most:
        raise _refused("day", f"{day_words(one.day)}该班组已约满 {most} 户，请另选一天，或请班长调整当日能力")
    try:
        appointments.put(done.case, done.unit, one)
    except appointments.Taken:
        name = staff.names_of([one.person]).get(one.person, "这名人员")
        raise _refused(
            "part", f"{name}{day_words(one.day)}{PART_NAMES[one.part]}已有别的预约，请另选时段或人员"
        ) from None


def _refused(field: str, message: str) -> Refused:
    return Refused(message, problems=(Problem(field, message),), code="slot_taken")


def rewrite(case: int, unit: int, state: CaseState) -> None:
    """This function will make the register of a case anew from its state, after a rebuild."""
    appointments.rewrite(case, unit, state.bookings)
