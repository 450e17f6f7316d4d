"""营业厅: a number goes to one window, twenty minutes run from its first call, and nothing is served twice."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection, connections

from tests.operations.people import clerk, company
from yekuo.operations import hall
from yekuo.records.hall import ahead
from yekuo.records.models import Hall, Ticket, TicketStep, Unit, Window
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING
from yekuo.rules.hall import Grade, Purpose, Serves
from yekuo.rules.refusal import Refused

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=BEIJING)
SATURDAY = datetime(2026, 11, 21, 10, 0, tzinfo=BEIJING)


def later(minutes: float, after: datetime = FRIDAY) -> datetime:
    return after + timedelta(minutes=minutes)


@pytest.fixture
def places(db: None) -> dict[str, Unit]:
    return company()


@pytest.fixture
def place(places: dict[str, Unit]) -> Hall:
    return hall.open_hall(unit=places["county"].pk, code="xihu", name="西湖营业厅", grade=Grade.A)


@pytest.fixture
def desk(place: Hall, places: dict[str, Unit]) -> Actor:
    by = clerk(places["county"])
    seat(place, 1, by)
    return by


def seat(place: Hall, number: int, by: Actor) -> Window:
    return hall.sit_down(window=Window.objects.get(hall=place, number=number).pk, by=by, at=FRIDAY)


def take(
    place: Hall, by: Actor, key: str, *, serves: Serves = Serves.RESIDENT, purpose: Purpose = Purpose.APPLY,
    at: datetime = FRIDAY, first: bool = False,
) -> Ticket:  # fmt: skip
    return hall.take_number(
        hall=place.pk, purpose=purpose, serves=serves, by=by, at=at, key=f"key-{key:>06}", first=first
    )


def test_a_hall_opens_with_the_windows_of_its_grade(place: Hall) -> None:
    kinds = list(Window.objects.filter(hall=place).values_list("serves", flat=True))
    assert kinds == ["general", "general", "resident", "resident", "business", "business"]
    assert (place.opens_at.hour, place.off_closes_at and place.off_closes_at.hour) == (8, 16)


def test_numbers_are_given_one_by_one_per_kind_and_day(place: Hall, desk: Actor) -> None:
    names = [
        str(take(place, desk, str(n), serves=kind))
        for n, kind in enumerate((Serves.RESIDENT,) * 2 + (Serves.BUSINESS,))
    ]
    assert names == ["J001", "J002", "Q001"]
    assert str(take(place, desk, "9", at=later(24 * 60))) == "J001"


def test_the_same_key_gives_the_same_number(place: Hall, desk: Actor) -> None:
    assert take(place, desk, "a").pk == take(place, desk, "a").pk
    assert Ticket.objects.count() == 1


def test_a_resident_has_twenty_minutes_from_the_first_call(place: Hall, desk: Actor) -> None:
    take(place, desk, "a")
    called = hall.call_next(by=desk, at=later(10))
    assert called is not None
    assert (called.first_called_at, called.limit_minutes) == (later(10), 20)
    hall.call_again(by=desk, at=later(13))
    hall.start_serving(by=desk, at=later(14))
    with pytest.raises(Refused) as caught:
        hall.finish(ticket=called.pk, by=desk, at=later(30.1))
    assert caught.value.problems[0].field == "reason"
    done = hall.finish(ticket=called.pk, by=desk, at=later(30.1), reason="客户要同时办三套房")
    assert (done.status, done.overrun_reason) == ("done", "客户要同时办三套房")


def test_within_the_minutes_no_reason_is_kept_and_a_company_has_no_limit(place: Hall, desk: Actor) -> None:
    take(place, desk, "a")
    take(place, desk, "b", serves=Serves.BUSINESS)
    take(place, desk, "c", purpose=Purpose.ASK)
    first = hall.call_next(by=desk, at=FRIDAY)
    assert first is not None
    assert hall.finish(ticket=first.pk, by=desk, at=later(20), reason="不用写").overrun_reason == ""
    for _ in range(2):
        other = hall.call_next(by=desk, at=later(20))
        assert other is not None
        assert other.limit_minutes is None
        hall.finish(ticket=other.pk, by=desk, at=later(200))


def test_calling_again_before_finishing_gives_the_one_in_hand(place: Hall, desk: Actor) -> None:
    take(place, desk, "a")
    take(place, desk, "b")
    first, again = hall.call_next(by=desk, at=FRIDAY), hall.call_next(by=desk, at=later(1))
    assert first is not None
    assert again is not None
    assert first.pk == again.pk
    assert Ticket.objects.filter(status="waiting").count() == 1


def test_a_window_calls_whom_it_serves_and_a_general_one_everybody(
    place: Hall, desk: Actor, places: dict[str, Unit]
) -> None:
    business = clerk(places["county"], "clerk", name="企业窗口")
    seat(place, 5, business)
    take(place, desk, "a")
    assert hall.call_next(by=business, at=FRIDAY) is None
    take(place, desk, "b", serves=Serves.BUSINESS, at=later(1))
    assert str(hall.call_next(by=business, at=later(2))) == "Q001"
    assert str(hall.call_next(by=desk, at=later(2))) == "J001"


def test_precedence_goes_first_and_ahead_counts_it(place: Hall, desk: Actor) -> None:
    ordinary = take(place, desk, "a")
    late = take(place, desk, "b", at=later(1))
    elder = take(place, desk, "c", at=later(2), first=True)
    assert [ahead(one) for one in (ordinary, late, elder)] == [1, 2, 0]
    assert hall.call_next(by=desk, at=later(3)) == elder


def test_a_transfer_keeps_the_first_call_and_comes_next_there(
    place: Hall, desk: Actor, places: dict[str, Unit]
) -> None:
    other = clerk(places["county"], "clerk", name="乙")
    take(place, desk, "a")
    take(place, desk, "b")
    called = hall.call_next(by=desk, at=FRIDAY)
    with pytest.raises(Refused, match="没有人值守"):
        hall.transfer(window=5, by=desk, at=later(5))
    with pytest.raises(Refused, match="哪个窗口"):
        hall.transfer(window=1, by=desk, at=later(5))
    seat(place, 5, other)
    hall.transfer(window=5, by=desk, at=later(5), reason="要办企业用电")
    found = hall.call_next(by=other, at=later(6))
    assert found == called
    assert found is not None
    assert found.first_called_at == FRIDAY


def test_a_number_lapses_after_three_calls_and_may_come_back(place: Hall, desk: Actor) -> None:
    take(place, desk, "a")
    called = hall.call_next(by=desk, at=FRIDAY)
    assert called is not None
    for minute in (1, 2):
        with pytest.raises(Refused, match="叫满 3 次"):
            hall.pass_over(by=desk, at=later(minute))
        hall.call_again(by=desk, at=later(minute))
    assert hall.pass_over(by=desk, at=later(3)).status == "no_show"
    back = hall.take_back(ticket=called.pk, by=desk, at=later(9))
    assert (back.status, back.first_called_at) == ("waiting", None)
    again = hall.call_next(by=desk, at=later(10))
    assert again is not None
    assert again.first_called_at == later(10)
    kinds = list(TicketStep.objects.filter(ticket=called).order_by("pk").values_list("what", flat=True))
    assert kinds == ["taken", "called", "called", "called", "no_show", "back", "called"]


def test_a_window_is_one_persons_and_is_left_only_with_nobody_in_hand(
    place: Hall, desk: Actor, places: dict[str, Unit]
) -> None:
    other = clerk(places["county"], "clerk", name="乙")
    with pytest.raises(Refused, match="已有人值守"):
        seat(place, 1, other)
    take(place, desk, "a")
    hall.call_next(by=desk, at=FRIDAY)
    for leave in (lambda: hall.stand_up(by=desk), lambda: seat(place, 2, desk)):
        with pytest.raises(Refused, match="还没有办完"):
            leave()
    hall.finish(ticket=Ticket.objects.get().pk, by=desk, at=later(1))
    seat(place, 2, desk)
    seat(place, 1, other)
    hall.stand_up(by=desk)
    assert Window.objects.exclude(staff=None).count() == 1


def test_who_sits_nowhere_or_sits_elsewhere_calls_nobody(place: Hall, places: dict[str, Unit]) -> None:
    with pytest.raises(Refused, match="选一个窗口"):
        hall.call_next(by=clerk(places["county"]), at=FRIDAY)
    with pytest.raises(Refused, match="岗位不能"):
        hall.call_next(by=clerk(places["county"], "metering"), at=FRIDAY)
    foreigner = clerk(places["other"])
    for deed in (lambda: take(place, foreigner, "a"), lambda: seat(place, 1, foreigner)):
        with pytest.raises(Refused) as caught:
            deed()
        assert caught.value.code == "not_found"


def test_somebody_elses_number_is_not_finished(place: Hall, desk: Actor, places: dict[str, Unit]) -> None:
    other = clerk(places["county"], "clerk", name="乙")
    seat(place, 2, other)
    take(place, desk, "a")
    mine = hall.call_next(by=desk, at=FRIDAY)
    assert mine is not None
    with pytest.raises(Refused, match="不在您的窗口"):
        hall.finish(ticket=mine.pk, by=other, at=later(1))
    with pytest.raises(Refused, match="已叫到窗口"):
        hall.give_up(ticket=mine.pk, by=other, at=later(1))


def test_saturdays_hours_make_no_working_day(place: Hall) -> None:
    found = hall.today(place, at=SATURDAY)
    assert not found.working
    assert found.opens is not None
    assert (found.opens.hour, found.day) == (9, SATURDAY.date())
    assert hall.today(place, at=FRIDAY).working


@pytest.mark.django_db(transaction=True)
def test_many_windows_calling_at_once_never_share_a_number() -> None:
    places = company()
    place = hall.open_hall(unit=places["county"].pk, code="xihu", name="西湖营业厅", grade=Grade.A)
    clerks = [clerk(places["county"], "clerk", name=f"{n}号") for n in range(6)]
    for number, by in enumerate(clerks, 1):
        Window.objects.filter(hall=place, number=number).update(serves="general", staff=by.person)
    for n in range(4):
        take(place, clerks[0], f"n{n}")
    calls = [partial(hall.call_next, by=by, at=later(1)) for by in clerks for _ in range(2)]
    answers = _together(calls)
    called = [one for one in answers if isinstance(one, Ticket)]
    assert {one.pk for one in called} == set(Ticket.objects.values_list("pk", flat=True))
    by_window = {one.window_id for one in Ticket.objects.all()}
    assert len(by_window) == 4
    assert Ticket.objects.filter(status="called").count() == 4
    assert TicketStep.objects.filter(what="called").count() == 4


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_once_have_no_gap_and_no_repetition() -> None:
    places = company()
    place = hall.open_hall(unit=places["county"].pk, code="xihu", name="西湖营业厅", grade=Grade.C)
    by = clerk(places["county"])
    _together([partial(take, place, by, f"k{n // 2}") for n in range(24)])
    assert sorted(Ticket.objects.values_list("number", flat=True)) == list(range(1, 13))


def _together(deeds: Sequence[Callable[[], object]]) -> list[object]:
    import threading

    barrier = threading.Barrier(len(deeds))
    answers: list[object] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=300)
            answers[place] = deed()
        except BaseException as error:  # noqa: BLE001 - looked at in the thread that waits
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Refused):
            raise answer
    return answers
