"""预约登记: nobody is in two places at once, a crew takes no more than it can, the register follows the log."""

from datetime import date, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.interfaces.desk_stage import Stage
from yekuo.operations import appointments as visits
from yekuo.operations.perform import perform
from yekuo.records import appointments
from yekuo.records.models import Appointment, Outbox
from yekuo.records.scope import EVERYTHING
from yekuo.rules.appointments import Part, Standing, Visit
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.appointments import CancelAppointment, MakeAppointment, MoveAppointment
from yekuo.rules.deeds.course import HandOver
from yekuo.rules.deeds.scheme import AssignPerson
from yekuo.rules.refusal import Refused

DAY = date(2026, 3, 6)


def make(stage: Stage, part: Part, *, person: str = "surveyor", day: date = DAY) -> MakeAppointment:
    return MakeAppointment(visit=Visit.SURVEY, person=stage.people[person].pk, day=day, part=part)


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


def test_two_mornings_fit_one_person_a_third_does_not(stage: Stage) -> None:
    for _ in range(2):
        stage.case().filed().to("survey").do(make(stage, Part.MORNING))
    third = stage.case().filed().to("survey")
    before = third.kinds
    with pytest.raises(Refused, match="孙勘查3 月 6 日\\(周五\\)上午已有别的预约"):
        third.do(make(stage, Part.MORNING))
    assert third.kinds == before
    third.do(make(stage, Part.AFTERNOON))
    assert sorted(Appointment.objects.values_list("cell", flat=True)) == ["c1", "c2", "c4"]


def test_a_dispatch_with_a_time_takes_the_same_hours(stage: Stage) -> None:
    case = stage.case().filed().to("survey")
    at = datetime(2026, 3, 6, 9, 0, tzinfo=BEIJING)
    case.do(AssignPerson(role="surveyor", person=stage.people["surveyor"].pk, appointment=at))
    other = stage.case().filed().to("survey")
    with pytest.raises(Refused, match="已有别的预约"):
        other.do(make(stage, Part.FIRST))
    other.do(make(stage, Part.MORNING))
    assert [one.words for one in visits.of_case(case.state)] == ["3 月 6 日(周五) 09:00，孙勘查"]


def test_moving_and_calling_off_free_the_hours(stage: Stage) -> None:
    case = stage.case().filed().to("survey")
    case.do(make(stage, Part.FIRST))
    who = stage.people["surveyor"].pk
    case.do(
        MoveAppointment(visit=Visit.SURVEY, person=who, day=DAY, part=Part.SECOND, by_customer=False, reason="车辆检修")
    )
    stage.case().filed().to("survey").do(make(stage, Part.FIRST))
    case.do(CancelAppointment(visit=Visit.SURVEY, reason="客户暂缓"))
    stage.case().filed().to("survey").do(make(stage, Part.SECOND))
    assert appointments.busy([who], DAY, DAY) == {(who, DAY): {Part.FIRST, Part.SECOND}}
    assert [one.standing for one in visits.of_case(case.state)] == ["moved", "cancelled"]


def test_handing_over_to_somebody_busy_is_refused_whole(stage: Stage) -> None:
    stage.case().filed().to("survey").do(make(stage, Part.FIRST, person="all"))
    case = stage.case().filed().to("survey")
    case.do(make(stage, Part.FIRST))
    with pytest.raises(Refused, match="全能3 月 6 日"):
        case.do(HandOver(role="surveyor", person=stage.people["all"].pk, reason="休假"))
    assert case.state.people["surveyor"] == stage.people["surveyor"].pk


def test_a_crew_takes_no_more_than_was_said_for_the_day(stage: Stage) -> None:
    unit = stage.county.pk
    for day, most in ((None, 5), (DAY, 1)):
        appointments.set_capacity(unit=unit, role="surveyor", day=day, visits=most, reason="培训", by=1, at=stage.at)
    stage.case().filed().to("survey").do(make(stage, Part.FIRST))
    case = stage.case().filed().to("survey")
    with pytest.raises(Refused, match="已约满 1 户"):
        case.do(make(stage, Part.FIRST, person="all"))
    case.do(make(stage, Part.FIRST, person="all", day=date(2026, 3, 9)))


def test_the_customer_is_told_and_the_survey_keeps_the_promise(stage: Stage) -> None:
    case = stage.case().filed().to("survey")
    case.do(make(stage, Part.MORNING))
    row = Outbox.objects.get(case_id=case.id, topic="customer.appointment_made")
    assert appointments.words_of(case=case.id, seq=row.seq) == "现场勘查上门时间约在 3 月 6 日(周五) 上午"
    case.to("scheme")
    kept = Appointment.objects.get(case_id=case.id)
    assert kept.standing == Standing.KEPT.value
    found = appointments.of_days(EVERYTHING, DAY, DAY)
    assert [(one.number, one.standing) for one in found] == [(case.number, Standing.KEPT)]


def test_the_register_is_made_anew_from_the_log(stage: Stage) -> None:
    case = stage.case().filed().to("survey")
    case.do(make(stage, Part.MORNING))
    rows = list(Appointment.objects.values_list("number", "person", "day", "cell", "standing"))
    Appointment.objects.all().delete()
    visits.rewrite(case.id, stage.county.pk, case.state)
    assert list(Appointment.objects.values_list("number", "person", "day", "cell", "standing")) == rows


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_gets_the_hour() -> None:
    stage = Stage()
    cases = [stage.case().filed().to("survey") for _ in range(2)]
    start, told = Barrier(2), []

    def one(number: int) -> None:
        start.wait()
        case = cases[number]
        try:
            perform(case=case.id, deed=make(stage, Part.THIRD), by=case.hand, at=case.at)
            told.append("made")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=one, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["made", "slot_taken"]
