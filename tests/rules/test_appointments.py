"""预约: promises of a case as its log tells them, and what a slot must be."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.cases import BOOKS, CLASSES, EVERYBODY, Walk, cast
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.appointments import (
    CELLS,
    HALVES,
    Booking,
    Fault,
    Part,
    Slot,
    Standing,
    Visit,
    cells_of,
    free_cell,
    live,
    part_at,
    slot_words,
    starts,
    times_moved,
    visit_for,
)
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.appointments import (
    CancelAppointment,
    MakeAppointment,
    MissAppointment,
    MoveAppointment,
    ProposeAppointment,
)
from yekuo.rules.deeds.course import HandOver, WithdrawApplication
from yekuo.rules.deeds.scheme import AssignPerson
from yekuo.rules.engine.decide import decide
from yekuo.rules.refusal import Refused
from yekuo.rules.rehearsal import rehearse

DAY = date(2026, 3, 5)
CUSTOMER = Actor(kind=ActorKind.CUSTOMER, person=1, roles=("customer",))


def surveying() -> Walk:
    return Walk().file(CLASSES["hv_single"]).to("survey")


def agreed(walk: Walk, part: Part = Part.MORNING, day: date = DAY, person: int = 7) -> Booking:
    walk.do(MakeAppointment(visit=Visit.SURVEY, person=person, day=day, part=part))
    found = live(walk.state.bookings, Visit.SURVEY)
    assert found is not None
    return found


def test_a_promise_names_day_part_and_person_and_gives_the_work_to_that_person() -> None:
    walk = surveying()
    found = agreed(walk)
    assert slot_words(found) == "3 月 5 日(周四) 上午"
    assert walk.state.people["surveyor"] == 7
    assert walk.state.appointments == {"surveyor": datetime(2026, 3, 5, 8, 30, tzinfo=BEIJING)}


def test_the_appointment_of_a_dispatch_is_the_same_promise() -> None:
    walk = surveying()
    at = datetime(2026, 3, 5, 14, 0, tzinfo=BEIJING)
    walk.do(AssignPerson(role="surveyor", person=7, appointment=at))
    found = live(walk.state.bookings, Visit.SURVEY)
    assert found is not None
    assert (found.part, found.at, slot_words(found)) == (Part.THIRD, at, "3 月 5 日(周四) 14:00")
    with pytest.raises(Refused, match="请用“改约”"):
        agreed(walk)


def test_moving_is_counted_and_keeps_what_was_promised_before() -> None:
    walk = surveying()
    agreed(walk)
    for number, part in enumerate((Part.AFTERNOON, Part.SECOND), 1):
        walk.do(MoveAppointment(visit=Visit.SURVEY, person=7, day=DAY, part=part, by_customer=True, reason="客户有事"))
        found = live(walk.state.bookings, Visit.SURVEY)
        assert found is not None
        assert found.moved == number
    assert [one.standing for one in walk.state.bookings] == [Standing.MOVED, Standing.MOVED, Standing.PLANNED]
    assert walk.state.bookings[0].note == "客户有事"


def test_a_missed_visit_says_whose_fault_and_counts_as_put_off() -> None:
    walk = surveying()
    agreed(walk)
    with pytest.raises(Refused, match="还没有到"):
        walk.do(MissAppointment(visit=Visit.SURVEY, fault=Fault.UTILITY, reason="车辆故障"))
    walk.at = datetime(2026, 3, 5, 17, 0, tzinfo=BEIJING)
    walk.do(MissAppointment(visit=Visit.SURVEY, fault=Fault.UTILITY, reason="车辆故障"))
    assert walk.state.bookings[-1].standing is Standing.MISSED
    assert walk.state.bookings[-1].fault is Fault.UTILITY
    assert agreed(walk, day=DAY + timedelta(days=1)).moved == 1


def test_the_visit_itself_keeps_the_promise() -> None:
    walk = surveying()
    agreed(walk)
    walk.do(rehearse(cast(), "supply_papers", walk.state, walk.at))
    walk.do(rehearse(cast(), "submit_survey", walk.state, walk.at))
    assert [one.standing for one in walk.state.bookings] == [Standing.KEPT]
    assert walk.state.appointments == {}
    assert times_moved(walk.state.bookings, Visit.SURVEY) == 0


def test_a_customer_takes_only_what_we_put_forward() -> None:
    walk = surveying()
    slot = Slot(day=DAY, part=Part.AFTERNOON, person=7)
    walk.do(ProposeAppointment(visit=Visit.SURVEY, slots=(slot,)))
    wrong = MakeAppointment(visit=Visit.SURVEY, person=7, day=DAY, part=Part.MORNING)
    with pytest.raises(Refused, match="请从我们提供的时段中选一个"):
        decide(books=BOOKS, state=walk.state, deed=wrong, by=CUSTOMER, at=walk.at)
    walk.do(MakeAppointment(visit=Visit.SURVEY, person=7, day=DAY, part=Part.AFTERNOON), by=CUSTOMER)
    assert walk.state.bookings[-1].by_customer
    assert walk.state.proposals == ()


def test_what_a_customer_proposes_waits_for_us() -> None:
    walk = surveying()
    walk.do(ProposeAppointment(visit=Visit.SURVEY, slots=(Slot(day=DAY, part=Part.MORNING),)), by=CUSTOMER)
    assert walk.state.proposals[0].by_customer
    assert walk.state.bookings == ()
    with pytest.raises(Refused, match="选定上门人员"):
        decide(
            books=BOOKS, state=walk.state, by=EVERYBODY, at=walk.at,
            deed=ProposeAppointment(visit=Visit.SURVEY, slots=(Slot(day=DAY, part=Part.MORNING),)),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("slot", "said"),
    [
        (Slot(day=date(2026, 3, 1), part=Part.MORNING, person=7), "已经过去"),
        (Slot(day=date(2026, 7, 1), part=Part.MORNING, person=7), "最远只能约到"),
    ],
)
def test_a_slot_lies_ahead_but_not_far(slot: Slot, said: str) -> None:
    walk = surveying()
    with pytest.raises(Refused, match=said):
        walk.do(MakeAppointment(visit=Visit.SURVEY, person=7, day=slot.day, part=slot.part))


def test_a_visit_out_of_turn_is_refused() -> None:
    walk = surveying()
    with pytest.raises(Refused, match="还不能约装表"):
        walk.do(MakeAppointment(visit=Visit.METER, person=7, day=DAY, part=Part.MORNING))


def test_who_takes_the_work_over_takes_the_promise_over() -> None:
    walk = surveying()
    agreed(walk)
    walk.do(HandOver(role="surveyor", person=9, reason="休假"))
    assert live(walk.state.bookings, Visit.SURVEY).person == 9  # type: ignore[union-attr]


def test_the_end_of_a_case_calls_its_visits_off() -> None:
    walk = surveying()
    agreed(walk)
    walk.do(WithdrawApplication(reason="不办了"))
    assert [one.standing for one in walk.state.bookings] == [Standing.CANCELLED]


def test_a_cancelled_visit_can_be_agreed_anew() -> None:
    walk = surveying()
    agreed(walk)
    walk.do(CancelAppointment(visit=Visit.SURVEY, reason="客户暂缓"))
    assert agreed(walk, Part.FOURTH).number == 2


@given(st.sets(st.sampled_from(CELLS)), st.sampled_from(list(Part)))
def test_a_promise_takes_a_free_cell_of_its_part_if_there_is_one(taken: set[Part], part: Part) -> None:
    found = free_cell(part, taken)
    assert (found is None) == (set(cells_of(part)) <= taken)
    assert found is None or (found in cells_of(part) and found not in taken)


@given(st.integers(0, 24 * 60 - 1))
def test_every_minute_of_a_day_belongs_to_a_cell(minute: int) -> None:
    at = starts(DAY, Part.MORNING).replace(hour=0, minute=0) + timedelta(minutes=minute)
    assert part_at(at) in CELLS


def test_two_halves_hold_four_cells_and_a_role_goes_where_the_case_stands() -> None:
    assert tuple(cell for half in HALVES.values() for cell in half) == CELLS
    assert visit_for("inspector", "mid_wait") is Visit.MID
    assert visit_for("inspector", "completion_wait") is Visit.COMPLETION
    assert visit_for("clerk", "accept") is Visit.OTHER
