"""办理: one deed, one row, one transaction; who may, when, and what a repeated or late submit is told."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.operations.told import CLASSES, DESK, MONDAY, OTHER, UNIT, Told
from tests.rules.cases import PLACE, cast, filing, paper
from yekuo.operations.consequences import CONSEQUENCES, Done
from yekuo.operations.opening import open_case
from yekuo.operations.perform import perform
from yekuo.records import log
from yekuo.records.models import Case, Clock, Event, Receipt, Task
from yekuo.rules.actor import SYSTEM, Actor, ActorKind
from yekuo.rules.deeds import course
from yekuo.rules.deeds.closing import RevisitCustomer, SignContract
from yekuo.rules.deeds.intake import AcceptApplication, MakeContact
from yekuo.rules.deeds.scheme import AddReviewer, AnswerScheme, AssignPerson
from yekuo.rules.deeds.works import ContactCustomer
from yekuo.rules.refusal import Refused
from yekuo.rules.rehearsal import rehearse
from yekuo.rules.timeline import Cause

pytestmark = pytest.mark.django_db
CALL = ContactCustomer(way="phone", reached=True, note="已约定")


@pytest.fixture
def surveyed() -> Told:
    return Told().file(CLASSES["resident"]).to("survey")


def refusal(told: Told, deed: Any, **more: Any) -> Refused:
    rows = Event.objects.filter(case_id=told.id).count()
    with pytest.raises(Refused) as caught:
        told.do(deed, **more)
    assert Event.objects.filter(case_id=told.id).count() == rows == told.row.seq
    return caught.value


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_goes_from_contact_to_the_end(name: str) -> None:
    told = Told().file(CLASSES[name]).to("completed")
    assert told.row.status == "completed"
    assert told.row.seq == len(told.kinds)
    assert told.row.closed_at == told.at
    assert (told.row.due_at, told.row.next_due_at) == (None, None)


def test_a_case_opens_with_its_first_contact_in_its_place() -> None:
    told = Told()
    row = told.row
    assert (row.unit, row.company, row.province, row.stage, row.party) == (UNIT, "SGCC", "浙江", "contact", "customer")
    assert told.kinds == ["contact_made"]
    assert [(task.key, task.role) for task in Task.objects.all()] == [("contact#1", "customer")]


def test_after_acceptance_the_row_carries_what_lists_need(surveyed: Told) -> None:
    row = surveyed.row
    assert (row.customer_class, row.business, row.voltage, row.stage) == ("resident_lv", "new", 220, "survey")
    assert (row.applicant, row.site, row.manager) == (1, 1, 7)
    assert row.accepted_at == surveyed.at
    running = Clock.objects.filter(case_id=surveyed.id, stopped_at=None, due_at__isnull=False)
    assert row.due_at == min(clock.due_at for clock in running if clock.due_at)
    assert row.next_due_at is not None
    assert surveyed.at < row.next_due_at <= row.due_at


def test_the_task_of_a_stage_carries_the_deadline_of_its_clock(surveyed: Told) -> None:
    task = Task.objects.get(case_id=surveyed.id, closed_at=None)
    clock = Clock.objects.get(case_id=surveyed.id, key="stage.scheme_reply.1")
    assert (task.key, task.role, task.party, task.due_at) == ("survey#1", "surveyor", "utility", clock.due_at)


# --- the same again


def test_the_same_key_twice_writes_one_row_and_gives_the_same_receipt(surveyed: Told) -> None:
    first = surveyed.do(CALL, key="k1")
    again = surveyed.do(CALL, key="k1")
    assert again == replace(first, replayed=True)
    assert surveyed.row.seq == first.seq
    assert Receipt.objects.count() == 1


def test_the_same_key_is_answered_even_when_the_case_has_moved_on(surveyed: Told) -> None:
    deed = rehearse(cast(), "submit_survey", surveyed.state, surveyed.at + timedelta(hours=1))
    first = surveyed.do(deed, key="k1", expected="survey#1")
    surveyed.to("completed")
    assert surveyed.do(deed, key="k1", expected="survey#1") == replace(first, replayed=True)


@pytest.mark.parametrize("change", [{"note": "别的"}, {"reached": False}])
def test_the_same_key_for_another_content_is_refused(surveyed: Told, change: dict[str, Any]) -> None:
    surveyed.do(CALL, key="k1")
    assert refusal(surveyed, replace(CALL, **change), key="k1").code == "key_reused"


def test_the_same_key_for_another_case_is_refused(surveyed: Told) -> None:
    surveyed.do(CALL, key="k1")
    other = Told().file(CLASSES["resident"])
    assert refusal(other, CALL, key="k1").code == "key_reused"


def test_keys_of_two_people_do_not_meet(surveyed: Told) -> None:
    surveyed.do(CALL, key="k1")
    assert not surveyed.do(CALL, key="k1", by=OTHER).replayed


def test_a_foreigner_learns_nothing_from_a_key(surveyed: Told) -> None:
    surveyed.do(CALL, key="k1")
    assert refusal(surveyed, CALL, key="k1", by=replace(DESK, unit=99)).code == "not_found"


def test_the_same_opening_twice_opens_one_case_and_another_content_is_refused() -> None:
    def opening(channel: str) -> Any:
        return open_case(unit=UNIT, place=PLACE, deed=MakeContact(channel=channel), by=DESK, at=MONDAY, key="k")

    assert opening("web") == replace(opening("web"), replayed=False)
    with pytest.raises(Refused) as caught:
        opening("phone")
    assert caught.value.code == "key_reused"
    assert Case.objects.count() == 1


# --- forms that have grown old


def test_a_form_of_a_stage_left_behind_is_told_who_did_what(surveyed: Told) -> None:
    surveyed.step()
    error = refusal(surveyed, CALL, expected="survey#1")
    assert error.code == "stale"
    assert "“提交勘查结果”" in error.message
    assert "仍保留" in error.message


def test_a_form_of_the_stage_as_it_stands_is_taken(surveyed: Told) -> None:
    assert surveyed.do(CALL, expected="survey#1").stage == "survey"


def test_a_second_visit_to_the_stage_is_not_the_first(surveyed: Told) -> None:
    surveyed.to("reply")
    surveyed.do(course.ReturnStage(to="survey", reason="现场有变"))
    assert refusal(surveyed, CALL, expected="survey#1").code == "stale"
    assert surveyed.do(CALL, expected="survey#2").stage == "survey"


# --- who may


def test_a_role_without_power_is_refused_and_told_who_has_it(surveyed: Told) -> None:
    deed = rehearse(cast(), "submit_survey", surveyed.state, surveyed.at)
    error = refusal(surveyed, deed, by=replace(DESK, roles=("finance",)))
    assert error.code == "forbidden"
    assert "勘查员" in error.message


@pytest.mark.parametrize(
    "by", [replace(DESK, unit=99), replace(DESK, roles=()), Actor(kind=ActorKind.CUSTOMER, person=5)]
)
def test_outside_ones_reach_a_case_is_as_if_it_were_not_there(surveyed: Told, by: Actor) -> None:
    assert refusal(surveyed, CALL, by=by).code in ("not_found", "forbidden")


def test_a_case_that_is_not_there_is_said_not_to_be_there() -> None:
    with pytest.raises(Refused, match="没有这个工单"):
        perform(case=999_999, deed=CALL, by=DESK, at=MONDAY)


def test_the_system_does_only_what_the_table_lets_it(surveyed: Told) -> None:
    assert refusal(surveyed, CALL, by=SYSTEM).code == "forbidden"
    opened = open_case(unit=UNIT, place=PLACE, deed=MakeContact(channel="95598"), by=SYSTEM, at=MONDAY)
    assert opened.seq == 1


def test_one_person_does_not_both_ask_for_a_pause_and_approve_it(surveyed: Told) -> None:
    surveyed.do(
        course.RequestPause(cause=Cause.CUSTOMER_PAPERS, reason="缺产权证明", evidence=(paper("pause_evidence"),))
    )
    assert refusal(surveyed, course.ApprovePause(number=1)).code == "same_person"
    surveyed.do(course.ApprovePause(number=1), by=OTHER)
    assert surveyed.row.paused == "customer_papers"
    assert surveyed.row.party == "customer"


def test_whoever_replied_to_the_customer_does_not_do_the_revisit(surveyed: Told) -> None:
    surveyed.to("revisit")
    assert refusal(surveyed, RevisitCustomer(reached=True, grade=5)).code == "same_person"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_deed_that_asks_for_a_reason_gets_one(surveyed: Told, reason: str) -> None:
    error = refusal(surveyed, course.HandOver(role="surveyor", person=9, reason=reason))
    assert [problem.field for problem in error.problems] == ["reason"]


# --- when


def survey_of(told: Told) -> Any:
    return rehearse(cast(), "submit_survey", told.state, told.at)


def test_field_work_is_recorded_later_with_the_time_it_happened(surveyed: Told) -> None:
    entered = surveyed.at
    happened = entered + timedelta(hours=3)
    surveyed.do(survey_of(surveyed), after=timedelta(days=2), happened_at=happened)
    row = Event.objects.get(case_id=surveyed.id, kind="survey_submitted")
    assert (row.happened_at, row.recorded_at) == (happened, surveyed.at)
    assert surveyed.state.entered_at == happened


@pytest.mark.parametrize(
    ("later", "back"),
    [(timedelta(days=4), timedelta(days=3, minutes=1)), (timedelta(hours=1), timedelta(hours=2)),
     (timedelta(hours=1), -timedelta(minutes=5))],
    ids=["more_than_three_days", "before_the_stage", "in_the_future"],
)  # fmt: skip
def test_a_moment_out_of_bounds_is_refused_at_its_field(surveyed: Told, later: timedelta, back: timedelta) -> None:
    error = refusal(surveyed, survey_of(surveyed), after=later, happened_at=surveyed.at + later - back)
    assert [problem.field for problem in error.problems] == ["happened_at"]


def test_a_deed_at_a_desk_is_not_backdated(surveyed: Told) -> None:
    error = refusal(surveyed, CALL, after=timedelta(hours=5), happened_at=surveyed.at + timedelta(hours=1))
    assert error.code == "bad_moment"


def test_a_clock_a_little_behind_is_forgiven_one_far_behind_is_not(surveyed: Told) -> None:
    last = surveyed.at
    receipt = surveyed.do(CALL, after=-timedelta(seconds=30))
    assert receipt.at == last
    assert refusal(surveyed, CALL, after=-timedelta(hours=1)).code == "clock_behind"


def test_a_moment_without_a_zone_is_a_fault_of_the_program(surveyed: Told) -> None:
    with pytest.raises(ValueError, match="time zone"):
        perform(case=surveyed.id, deed=CALL, by=DESK, at=datetime(2026, 3, 3))  # noqa: DTZ001


# --- bad content


@pytest.mark.parametrize(
    "deed",
    [
        AcceptApplication(manager="七"),  # type: ignore[arg-type]
        AssignPerson(role="surveyor", person=None),  # type: ignore[arg-type]
        AnswerScheme(version=1.5, agree=True),  # type: ignore[arg-type]
        ContactCustomer(way=["phone"], reached="yes"),  # type: ignore[arg-type]
        AcceptApplication(manager=2**70),
    ],
)
def test_content_of_a_wrong_type_is_refused_and_never_stored(surveyed: Told, deed: Any) -> None:
    assert refusal(surveyed, deed).code in ("bad_content", "refused")


@pytest.mark.parametrize("amount", ["1e15", "NaN", "Infinity", "-Infinity"])
def test_a_number_no_column_holds_is_refused(amount: str) -> None:
    told = Told()
    facts = replace(CLASSES["resident"], capacity_kva=Decimal(amount))
    assert refusal(told, filing(facts, "id_card")).code in ("bad_content", "refused")


@pytest.mark.parametrize(
    "member", ["", "  ", "staff:", "staff:abc", "staff:0", 'x"}', "planner\n", "staff:" + "9" * 30, "局长"]
)
def test_a_reviewer_nobody_can_be_is_refused(member: str) -> None:
    told = Told().file(CLASSES["hv_multi"]).to("review")
    error = refusal(told, AddReviewer(member=member, reason="扩大会审"))
    assert [problem.field for problem in error.problems] == ["member"]


def test_a_list_where_a_tuple_belongs_is_stored_as_it_is_read_back(surveyed: Told) -> None:
    told = Told()
    told.do(replace(filing(CLASSES["resident"]), papers=[paper("id_card")]))  # type: ignore[arg-type]
    assert isinstance(told.state.papers, tuple)


def test_a_key_too_long_is_refused(surveyed: Told) -> None:
    assert refusal(surveyed, CALL, key="k" * 81).code == "bad_key"


# --- what follows in the same transaction


def test_a_consequence_sees_the_deed_and_its_refusal_undoes_it(surveyed: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Done] = []
    monkeypatch.setitem(CONSEQUENCES, "customer_contacted", (seen.append,))
    surveyed.do(CALL)
    assert [(done.case, done.seq, done.after.contacts) for done in seen] == [(surveyed.id, surveyed.row.seq, 1)]

    def refuse(done: Done) -> None:
        raise Refused("台账不收")

    monkeypatch.setitem(CONSEQUENCES, "customer_contacted", (refuse,))
    assert refusal(surveyed, CALL, key="k9").message == "台账不收"
    assert not Receipt.objects.filter(key="k9").exists()


@pytest.mark.django_db
def test_the_name_under_a_contract_is_not_kept_in_the_log() -> None:
    told = Told().file(CLASSES["lv_other"]).to("contract_sign", customer_works=False, works=False)
    held = told.state.contract
    assert held is not None
    told.do(SignContract(side="customer", number=held.number, signature="欧阳小明"))
    kept = list(log.entries(told.id))[-1].event.body
    assert isinstance(kept, SignContract)
    assert kept.signature == "欧阳**"
