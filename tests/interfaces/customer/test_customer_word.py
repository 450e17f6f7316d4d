"""客户的话: papers sent back, visits chosen, complaints judged, the service rated, and one date for one promise."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.interfaces.customer.stage import (
    PHONE,
    STRANGER,
    Customer,
    Watch,
    home,
    photo,
    plant,
    sign_in,
    story,
)  # fmt: skip
from tests.interfaces.customer.test_customer_progress import HOME_PAPERS, PLANT_PAPERS, follow, number, own
from yekuo.operations.complaints import answer_complaint, contact_complainant
from yekuo.operations.rehearsal.teller import Teller
from yekuo.records import cases
from yekuo.records.models import Case, Complaint, Event
from yekuo.rules.appointments import Part, Slot, Visit
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.appointments import ProposeAppointment
from yekuo.rules.deeds.feedback import ReturnPaper
from yekuo.rules.deeds.intake import IssueNotice
from yekuo.rules.deeds.works import ReportWorks
from yekuo.rules.refusal import Refused


@pytest.fixture
def resident(customer: Customer, watch: Watch) -> Teller:
    return story(customer.company, home(), serial="W", at=watch.at, papers=HOME_PAPERS)


def now(customer: Customer, teller: Teller) -> None:
    """Let the customer's clock catch up with the company's."""
    customer.watch.at = max(customer.watch.at, teller.at + timedelta(minutes=5))
    sign_in(customer.client, PHONE, customer.watch.at)


def badge(page_html: str, name: str) -> str:
    found = re.search(rf"<li><div>{name}.*?<span class=\"badge[^>]*>(.*?)</span>", page_html, re.DOTALL)
    assert found, name
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def test_a_paper_goes_through_its_four_states(customer: Customer, resident: Teller) -> None:
    address = f"/p/{number(resident)}/"
    page = customer.get(address)
    assert "待上传" in page.text
    assert "已上传待审" in page.text
    follow(resident, customer, "survey")
    assert "已通过" in customer.get(address).text
    resident.do(ReturnPaper(codes=("identity",), reason="照片反光，请重拍"))
    now(customer, resident)
    page = customer.get(address)
    assert "退回原因：照片反光，请重拍" in page.text
    assert "有一份资料要重交" in page.text
    form = customer.get(f"{address}supply_papers/")
    assert "被退回：照片反光，请重拍" in form.text
    own(customer, resident, "supply_papers", identity=photo())
    page = customer.get(address)
    assert "退回原因" not in page.text
    assert "已上传待审" in page.text


def test_what_was_not_handed_in_cannot_be_sent_back(customer: Customer, resident: Teller) -> None:
    for codes, reason in (((), "x"), (("ghost",), "x"), (("property",), "x"), (("identity",), " ")):
        with pytest.raises(Refused):
            resident.do(ReturnPaper(codes=codes, reason=reason))


def test_what_a_notice_asks_for_may_come_in_parts(customer: Customer) -> None:
    teller = story(customer.company, home(), serial="N", at=customer.watch.at, papers=())
    teller.do(IssueNotice(missing=("identity", "property")))
    now(customer, teller)
    first = own(customer, teller, "supply_papers", property=photo("房本.png"))
    assert first == "supplement"
    customer.watch.go(minutes=5)
    assert "还差：用电人身份证明" in customer.get(f"/p/{number(teller)}/").text
    assert own(customer, teller, "supply_papers", identity=photo()) == "accept"


def test_a_customer_chooses_one_of_the_times_offered(customer: Customer, resident: Teller) -> None:
    follow(resident, customer, "survey")
    surveyor = customer.company.actors["chengang"]
    day = day_of(customer.watch.at) + timedelta(days=2)
    slots = tuple(Slot(day=day, part=part, person=surveyor.person) for part in (Part.MORNING, Part.AFTERNOON))
    resident.do(ProposeAppointment(visit=Visit.SURVEY, slots=slots), by=customer.company.actors["zhaomin"])
    now(customer, resident)
    page = customer.get(f"/p/{number(resident)}/")
    assert "选上门时间" in page.text
    form = customer.get(f"/p/{number(resident)}/make_appointment/")
    assert "陈刚" in form.text
    wrong = customer.post(form.path, stamp="wrong-slot-1", go="on", slot=f"survey {day} c1 {surveyor.person}")
    assert "刚刚不能选了" in wrong.text
    own(customer, resident, "make_appointment", slot=f"survey {day.isoformat()} pm {surveyor.person}")
    page = customer.get(f"/p/{number(resident)}/")
    assert "约好上门" in page.text
    assert "下午，陈刚" in page.text


def test_a_customer_says_when_it_suits(customer: Customer, resident: Teller) -> None:
    follow(resident, customer, "survey")
    day = day_of(customer.watch.at) + timedelta(days=2)
    address = f"/p/{number(resident)}/propose_appointment/"
    assert "请至少填一天" in customer.post(address, stamp="no-day-at-all", go="on", visit="survey").text
    own(customer, resident, "propose_appointment", visit="survey", day_1=day.isoformat(), part_1="am", note="家里有狗")
    proposal = cases.state_of(Case.objects.get(pk=resident.case)).proposals[0]
    assert (proposal.by_customer, proposal.slots[0].day, proposal.note) == (True, day, "家里有狗")
    gone = customer.post(address, stamp="past-day-1", go="on", visit="survey", day_1="2020-01-01", part_1="am")
    assert "已经过去" in gone.text


def test_a_complaint_is_answered_on_the_page_and_judged_there(customer: Customer, resident: Teller) -> None:
    address = f"/p/{number(resident)}/"
    form = customer.get(f"{address}complain/")
    blank = customer.post(f"{address}complain/", stamp=form.hidden("stamp"))
    assert "请写明投诉的内容" in blank.text
    sent = {"topic": "fee", "text": "有人向我收勘查费", "stamp": form.hidden("stamp")}
    done = customer.post(f"{address}complain/", **sent)
    assert "投诉已收到" in done.text
    customer.post(f"{address}complain/", **sent)
    row = Complaint.objects.get()
    customer.watch.go(minutes=5)
    assert "有人向我收勘查费" in customer.get(address).text
    early = customer.post(f"{address}judge/", complaint=row.number, satisfied="yes", stamp="early-judge-1")
    assert "不用评价" in early.text
    chief = next(one for name, one in customer.company.actors.items() if "chief" in one.roles)
    customer.watch.go(minutes=5)
    contact_complainant(number=row.number, way="phone", reached=True, note="已联系", by=chief, at=customer.watch.at)
    answer_complaint(
        number=row.number,
        justified=True,
        findings="已核实",
        answer="已退还并批评当事人",
        by=chief,
        at=customer.watch.at,
    )
    customer.watch.go(minutes=5)
    assert "已退还并批评当事人" in customer.get(address).text
    foreign = Client()
    sign_in(foreign, "13900139000", customer.watch.at)
    assert foreign.post(f"{address}judge/", {"complaint": row.number, "satisfied": "yes"}).status_code == 404
    unsaid = customer.post(f"{address}judge/", complaint=row.number, stamp="judge-unsaid")
    assert "请先选“满意”或“不满意”" in unsaid.text
    assert (
        "您的意见已记下"
        in customer.post(f"{address}judge/", complaint=row.number, satisfied="yes", stamp="judge-it-now").text
    )
    assert Complaint.objects.get().status == "closed"


def test_the_service_is_rated_once_also_after_the_case_is_closed(customer: Customer, resident: Teller) -> None:
    early = customer.get(f"/p/{number(resident)}/rate_service/")
    assert "现在不用办" in early.text
    follow(resident, customer, "completed")
    page = customer.get(f"/p/{number(resident)}/")
    assert "评价这次服务" in page.text
    assert " checked" not in customer.get(f"/p/{number(resident)}/rate_service/").html
    blank = customer.post(f"/p/{number(resident)}/rate_service/", stamp="rate-blank-1", go="on")
    assert "请选一项" in blank.text
    own(customer, resident, "rate_service", grade="4", told_once="yes", on_time="no", repeated_trip="no",
        named_builder="no", extra_fee="yes", note="多跑了一趟")  # fmt: skip
    rating = cases.state_of(Case.objects.get(pk=resident.case)).rating
    assert rating is not None
    assert (rating.grade, rating.on_time, rating.extra_fee, rating.note) == (4, False, True, "多跑了一趟")
    assert "现在不用办" in customer.get(f"/p/{number(resident)}/rate_service/").text
    assert Event.objects.filter(kind="service_rated").count() == 1


def test_the_list_and_the_page_name_the_same_date(customer: Customer, resident: Teller) -> None:
    for stage in ("accept", "survey", "metering"):
        follow(resident, customer, stage)
        told = re.search(r"最迟 <strong>(.*?)</strong>", customer.get(f"/p/{number(resident)}/").html)
        listed = re.search(r"<p>最迟 (.*?)</p>", customer.get("/mine/").html)
        assert told, stage
        assert listed, stage
        assert told[1] == listed[1].split(" 前")[0].replace("（暂定）", "").strip(), stage


def test_a_customer_does_not_report_the_companys_own_works(customer: Customer, resident: Teller) -> None:
    follow(resident, customer, "survey")
    with pytest.raises(Refused):
        resident.do(ReportWorks(percent=50), by=customer.company.actors["zhaomin"])
    teller = story(customer.company, home(), serial="X", at=customer.watch.at, papers=HOME_PAPERS)
    teller.to("external_works", works=True)
    now(customer, teller)
    page = customer.post(f"/p/{number(teller)}/report_works/", stamp="report-ours-1", go="on", percent="50")
    assert "现在不用办" in page.text or "由供电公司登记进度" in page.text
    assert not Event.objects.filter(kind="works_reported").exists()


def test_an_agent_answers_in_the_customers_place_and_the_log_says_so(customer: Customer) -> None:
    firm = plant(agent_name="李明", agent_number="11010519491231002X", agent_phone=STRANGER)
    papers = (*PLANT_PAPERS, "authorisation", "agent_id")
    teller = story(customer.company, firm, serial="G", at=customer.watch.at, papers=papers)
    follow(teller, customer, "answer")
    sign_in(customer.client, STRANGER, customer.watch.at)
    assert own(customer, teller, "answer_scheme", agree="yes") == "design"
    row = Event.objects.get(case_id=teller.case, kind="scheme_answered")
    assert (row.actor_kind, row.actor_roles) == ("agent", ["agent"])
