"""客户经理的一天: today, waiting for customers, the schedule; each shows what the log says and leads to one next deed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.interfaces.desk_stage import RealCase, Stage
from yekuo.operations import followups
from yekuo.operations.delivering import deliver
from yekuo.records.models import Appointment, FollowUp, Outbox, StaffMessage
from yekuo.rules.appointments import Part, Visit
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.appointments import MakeAppointment
from yekuo.rules.deeds.works import ContactCustomer, PlanWorks, ReportWorks

DAY = date(2026, 3, 6)


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moment every page is asked at."""
    at = [datetime(2026, 3, 6, 9, 0, tzinfo=BEIJING)]
    monkeypatch.setattr("yekuo.interfaces.look.clock.now", lambda request=None: at[0])
    monkeypatch.setattr("yekuo.interfaces.desk.reader.now", lambda request=None: at[0])
    return at


def signed_in(stage: Stage, part: str) -> Client:
    found = Client()
    found.force_login(stage.foreigner if part == "foreigner" else stage.people[part])
    return found


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def answering(stage: Stage) -> RealCase:
    """A case whose customer has been asked to agree to the scheme."""
    return stage.case("hv_single").filed().to("answer")


def test_today_shows_visits_calls_works_and_answers_of_ones_own(stage: Stage, clock: list[datetime]) -> None:
    visited = stage.case().filed().to("survey")
    visited.do(MakeAppointment(visit=Visit.SURVEY, person=stage.people["surveyor"].pk, day=DAY, part=Part.MORNING))
    called = answering(stage)
    clock[0] = called.at + timedelta(hours=1)
    called.do(ContactCustomer(way="phone", reached=True, note="周一答复", call_on=clock[0].date()))
    html = page(signed_in(stage, "manager"), "/desk/today/")
    assert "答应回电" in html
    assert f"/desk/case/{called.number}/do/contact_customer/" in html
    clock[0] = datetime(2026, 3, 6, 9, 0, tzinfo=BEIJING)
    html = page(signed_in(stage, "surveyor"), "/desk/today/")
    assert f"/desk/case/{visited.number}/do/submit_survey/" in html
    html = page(signed_in(stage, "manager"), "/desk/today/")
    assert "孙勘查" in html, "the manager sees who goes"
    assert visited.number not in page(signed_in(stage, "foreigner"), "/desk/today/")


def test_today_asks_no_more_questions_for_more_cases(
    stage: Stage, clock: list[datetime], django_assert_max_num_queries: Any
) -> None:
    client = signed_in(stage, "manager")
    answering(stage)
    page(client, "/desk/today/")
    with django_assert_max_num_queries(60) as few:
        page(client, "/desk/today/")
    for _ in range(3):
        answering(stage)
    with django_assert_max_num_queries(len(few)):
        page(client, "/desk/today/")


def test_one_button_reminds_the_customer_and_it_is_a_deed_of_the_case(
    stage: Stage, clock: list[datetime], capsys: pytest.CaptureFixture[str]
) -> None:
    case = answering(stage)
    clock[0] = case.at + timedelta(days=6)
    client = signed_in(stage, "manager")
    html = page(client, "/desk/chase/")
    assert "确认第 1 版供电方案" in html
    assert "该提醒了" in html
    assert case.phone not in html
    text = f"【业扩报装】用电申请 {case.number}：方案等您确认。"
    for _ in range(2):
        answer = client.post(f"/desk/chase/{case.number}/", {"text": text, "key": "k" * 32, "view": "mine"})
        assert answer.status_code == 302
    assert case.kinds.count("customer_contacted") == 1
    assert case.state.unreached == 1
    row = Outbox.objects.get(topic="customer.customer_contacted")
    assert "方案等您确认" not in str(row.payload), "the words stay in the log"
    Outbox.objects.exclude(pk=row.pk).update(next_try_at=None)
    Outbox.objects.filter(pk=row.pk).update(next_try_at=clock[0])
    deliver(at=clock[0], link=lambda token: "")
    assert text in capsys.readouterr().err
    html = page(client, "/desk/chase/?view=mine")
    assert "已发出" in html


def test_an_empty_text_is_refused_and_a_foreigner_finds_nothing(stage: Stage, clock: list[datetime]) -> None:
    case = answering(stage)
    clock[0] = case.at + timedelta(days=1)
    signed_in(stage, "manager").post(f"/desk/chase/{case.number}/", {"text": " ", "key": "k" * 32})
    assert "customer_contacted" not in case.kinds
    foreign = signed_in(stage, "foreigner")
    assert foreign.post(f"/desk/chase/{case.number}/", {"text": "你好", "key": "k" * 32}).status_code == 404
    assert case.number not in page(foreign, "/desk/chase/?view=unit")


def test_after_three_tries_without_an_answer_the_chief_is_told_once(stage: Stage, clock: list[datetime]) -> None:
    case = answering(stage)
    for _ in range(3):
        case.do(ContactCustomer(way="phone", reached=False))
    for _ in range(2):
        followups.remind(at=case.at)
    assert StaffMessage.objects.filter(role="chief", case_number=case.number).count() == 1
    clock[0] = case.at
    assert case.number in page(signed_in(stage, "chief"), "/desk/chase/?view=unreached")
    case.do(ContactCustomer(way="phone", reached=True, note="明天答复"))
    assert case.number not in page(signed_in(stage, "chief"), "/desk/chase/?view=unreached")


def test_works_behind_their_plan_are_told_of_and_drawn(stage: Stage, clock: list[datetime]) -> None:
    case = stage.case("hv_single").filed().to("works")
    start = case.at.date()
    case.do(PlanWorks(builder="宏源", licence="4-1", start_on=start, finish_on=start + timedelta(days=10)))
    assert set(FollowUp.objects.values_list("kind", flat=True)) == {"works_start", "works_finish"}
    case.do(ReportWorks(percent=30))
    later = case.at + timedelta(days=12)
    assert followups.remind(at=later) == 1
    told = StaffMessage.objects.filter(case_number=case.number, text__contains="按计划应已完工")
    assert told.get().person == stage.people["manager"].pk
    clock[0] = later
    html = page(signed_in(stage, "manager"), "/desk/chase/")
    assert "实际 30%，已过计划完工日 2 天" in html
    assert "style=" not in html
    case.do(ReportWorks(percent=60))
    case.step()
    assert not FollowUp.objects.exists()


def test_late_seats_of_a_review_go_to_the_chief_and_decide_nothing(stage: Stage) -> None:
    case = stage.case("hv_multi").filed().to("review")
    late = case.at + timedelta(days=20)
    assert followups.escalate(at=late) > 0
    assert followups.escalate(at=late) == 0
    assert StaffMessage.objects.filter(role="chief", case_number=case.number, text__contains="不签视为未同意").exists()
    assert case.state.stage == "review"


def test_the_schedule_shows_a_crews_day_and_what_has_no_time_yet(stage: Stage, clock: list[datetime]) -> None:
    case = stage.case().filed().to("survey")
    html = page(signed_in(stage, "surveyor"), "/desk/schedule/?day=2026-03-06&role=surveyor")
    assert f"/desk/case/{case.number}/do/make_appointment/" in html
    case.do(MakeAppointment(visit=Visit.SURVEY, person=stage.people["surveyor"].pk, day=DAY, part=Part.MORNING))
    html = page(signed_in(stage, "surveyor"), "/desk/schedule/?day=2026-03-06&role=surveyor")
    assert f"/desk/case/{case.number}/do/make_appointment/" not in html
    assert f"/desk/case/{case.number}/" in html
    assert case.number not in page(signed_in(stage, "foreigner"), "/desk/schedule/?day=2026-03-06")
    for rubbish in ("day=2026-99-99", "role=x", "day=", "day=0001-01-01"):
        page(signed_in(stage, "surveyor"), f"/desk/schedule/?{rubbish}")


def test_only_a_chief_says_how_much_a_crew_takes(stage: Stage, clock: list[datetime]) -> None:
    address = "/desk/schedule/?day=2026-03-06&role=surveyor"
    assert signed_in(stage, "surveyor").post(address, {"visits": "2"}).status_code == 403
    chief = signed_in(stage, "chief")
    chief.post(address, {"visits": "二"})
    assert "能去" not in page(chief, address).split("班组当天")[0]
    chief.post(address, {"visits": "2", "reason": "培训"})
    assert "班组能去 2 户" in page(chief, address)
    assert not Appointment.objects.exists()


def test_rounds_of_inspection_stand_side_by_side_with_their_defects(stage: Stage, clock: list[datetime]) -> None:
    case = stage.case("hv_single").filed().to("completion_inspect")
    case.step(good=False)
    case.to("completion_inspect")
    case.step()
    clock[0] = case.at
    client = signed_in(stage, "inspector")
    html = page(client, f"/desk/case/{case.number}/inspections/")
    assert "2 轮对照" in html
    assert "首次发现于竣工检验" in html
    assert "计量柜应独立设置" in html
    assert "已按要求整改" in html
    assert "已复验" in html
    assert signed_in(stage, "foreigner").get(f"/desk/case/{case.number}/inspections/").status_code == 404


def test_the_review_page_shows_who_is_late_and_what_changed_in_the_scheme(stage: Stage, clock: list[datetime]) -> None:
    case = stage.case("hv_multi").filed().to("review")
    case.step(good=False)
    case.to("review")
    clock[0] = case.at + timedelta(days=20)
    html = page(signed_in(stage, "planner"), f"/desk/case/{case.number}/board/")
    assert "超时未签" in html
    assert "与上一版对照" in html
    assert "线路负载率偏高，请调整供电点" in html
    assert f"/desk/case/{case.number}/do/give_opinion/" in html
    assert f"/desk/case/{case.number}/do/give_opinion/" not in page(
        signed_in(stage, "analyst"), f"/desk/case/{case.number}/board/"
    )
    case.step()
    fragment = page(signed_in(stage, "planner"), f"/desk/case/{case.number}/review/")
    assert "同意" in fragment
    assert "every 10s" in fragment
