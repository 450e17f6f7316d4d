"""分布式电源排队: who feeds in stands in line by the moment of application; what is freed goes to the first, and nobody overtakes."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.grid.town import town as small
from tests.operations.ledger_stage import DAY, reply, town
from tests.operations.test_ledger import even
from tests.operations.told import CLASSES, MONDAY, Told
from tests.rules.cases import cast
from yekuo.operations.grids import generation
from yekuo.records import capacity, queueing
from yekuo.records.models import CapacityHold, GenerationPlace, StaffMessage
from yekuo.rules.deeds.course import WithdrawApplication
from yekuo.rules.deeds.scheme import DraftScheme
from yekuo.rules.queueing import QueueState
from yekuo.rules.rehearsal import rehearse

pytestmark = pytest.mark.django_db


def net() -> None:
    """The town with the place of D1 given so that its street is known."""
    town(sheets=small())


def sunny(kw: int, *, at: datetime = MONDAY, area: str = "D1") -> Told:
    """A resident with so many kW on the roof, replied with the transformer D1 as the place."""
    told = Told(at).file(replace(CLASSES["resident"], generation_kw=Decimal(kw))).to("scheme")
    draft = rehearse(cast(), "draft_scheme", told.state, told.at)
    assert isinstance(draft, DraftScheme)
    sources = tuple(replace(one, supply_area=area) for one in draft.scheme.sources)
    told.do(DraftScheme(scheme=replace(draft.scheme, sources=sources)))
    return reply(told.to("reply"))


def state(told: Told) -> str:
    return GenerationPlace.objects.get(case=told.id).state


def place(told: Told) -> int:
    row = queueing.of_case(told.id)
    assert row is not None
    return generation.position(row)


def test_what_fits_is_held_and_what_does_not_stands_in_line() -> None:
    net()
    first, second = sunny(200), sunny(200)
    third = sunny(60)
    assert [state(one) for one in (first, second, third)] == ["held", "waiting", "waiting"]
    assert [place(one) for one in (first, second, third)] == [0, 1, 2]
    row = queueing.of_case(second.id)
    assert row is not None
    assert row.element == "transformer/D1"
    assert second.state.replied_version == 1
    assert StaffMessage.objects.filter(case_number=third.row.number, text__contains="前面还有 1 位").exists()
    hold = CapacityHold.objects.get(case=first.id, source=0)
    assert (hold.direction, hold.state, hold.path) == ("generation", "reserved", [])
    even()


def test_freed_capacity_is_offered_in_order_of_application_and_nobody_overtakes() -> None:
    net()
    holder = sunny(200)
    late = sunny(150, at=MONDAY + DAY)
    early = sunny(200, at=MONDAY + timedelta(hours=1))
    assert [place(one) for one in (early, late)] == [1, 2]
    holder.do(WithdrawApplication(reason="不装了"), after=DAY * 9)
    assert [state(one) for one in (holder, early, late)] == ["left", "offered", "waiting"]
    row = GenerationPlace.objects.get(case=early.id)
    assert row.offered_until == holder.at.date() + DAY * 15
    assert StaffMessage.objects.filter(case_number=early.row.number, text__contains="排到了").exists()
    assert capacity.counting(row.grid_id) != ()
    even()


def test_the_first_that_does_not_fit_keeps_those_behind_waiting() -> None:
    net()
    holder, other = sunny(150), sunny(100)
    big, small_one = sunny(300), sunny(20)
    assert [state(one) for one in (holder, other, big, small_one)] == ["held", "held", "waiting", "waiting"]
    other.do(WithdrawApplication(reason="不装了"), after=DAY)
    assert [state(one) for one in (big, small_one)] == ["waiting", "waiting"]
    big.do(WithdrawApplication(reason="不装了"), after=DAY * 2)
    assert state(small_one) == "offered"


def test_an_offer_is_taken_by_a_reply_and_passes_on_when_its_day_is_over() -> None:
    from yekuo.rules.deeds.course import ReturnStage

    net()
    holder, first, second = sunny(200), sunny(200), sunny(180)
    holder.do(WithdrawApplication(reason="不装了"), after=DAY)
    assert [state(one) for one in (first, second)] == ["offered", "waiting"]
    assert generation.sweep(at=holder.at + DAY * 15) == 0
    assert generation.sweep(at=holder.at + DAY * 17) == 2
    assert [state(one) for one in (first, second)] == ["missed", "offered"]
    second.do(ReturnStage(to="reply", reason="有容量了"), after=DAY * 18)
    reply(second)
    assert state(second) == QueueState.HELD
    assert CapacityHold.objects.get(case=second.id, source=0).kw == 180
    first.do(ReturnStage(to="reply", reason="还想装"), after=DAY * 20)
    reply(first)
    assert state(first) == QueueState.WAITING
    even()


def test_facts_without_generation_stand_in_no_line() -> None:
    net()
    Told().file(CLASSES["resident"]).to("external_works")
    assert not GenerationPlace.objects.exists()
