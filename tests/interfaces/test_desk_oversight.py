"""督办、投诉、回访、消息、早报的页面: each number opens what it counts, each step is done once, nobody sees what is not theirs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.interfaces.desk_stage import RealCase, Stage
from yekuo.interfaces.desk import reader
from yekuo.operations import supervision
from yekuo.operations.complaints import file_complaint
from yekuo.records import messages
from yekuo.records.models import Complaint, StaffMessage, SupervisionSheet
from yekuo.rules.deeds.closing import RevisitCustomer
from yekuo.rules.deeds.course import ReturnStage, UrgeCase

LATE = timedelta(days=65)


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


@pytest.fixture
def late(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> RealCase:
    case = stage.case("hv_multi").filed().to("survey")
    at = case.at + LATE
    monkeypatch.setattr(reader, "now", lambda request: at)
    return case


def desk(stage: Stage, part: str) -> Client:
    client = Client()
    client.force_login(stage.people[part] if part != "foreigner" else stage.foreigner)
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def counted(page: str) -> dict[str, int]:
    """The counters of a page by their label."""
    found = re.findall(r'<a[^>]*href="([^"]*)"[^>]*>\s*<b[^>]*>(\d+)</b>\s*(?:<span>)?([^<]+)', page)
    return {label.strip(): int(number) for _, number, label in found}


def test_the_board_names_what_is_wrong_with_evidence_and_counters_narrow_it(stage: Stage, late: RealCase) -> None:
    supervisor = desk(stage, "supervisor")
    page = text(supervisor.get(reverse("desk:supervision")))
    assert late.number in page
    assert "已超期" in page
    assert "前完成" in page
    assert late.number in text(supervisor.get(reverse("desk:supervision"), {"kind": "overdue"}))
    assert late.number not in text(supervisor.get(reverse("desk:supervision"), {"kind": "rework"}))
    assert late.number not in text(desk(stage, "foreigner").get(reverse("desk:supervision")))
    assert desk(stage, "clerk").get(reverse("desk:supervision")).status_code == 403


def test_a_sheet_is_sent_replied_and_closed_through_the_pages(stage: Stage, late: RealCase) -> None:
    supervisor, chief = desk(stage, "supervisor"), desk(stage, "chief")
    address = f"{reverse('desk:sheet_new')}?case={late.number}&reason=overdue"
    page = text(supervisor.get(address))
    key = re.search(r'name="key" value="(\w{32})"', page)
    assert key is not None
    assert "应于" in page
    sent = {
        "key": key[1], "case": late.number, "reason": "overdue", "to": "chief", "text": "",
        "reply_by": f"{late.at + LATE + timedelta(days=3):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    refused = text(supervisor.post(reverse("desk:sheet_new"), sent))
    assert "请填写督办事项和要求" in refused
    for _ in range(2):
        answer = supervisor.post(reverse("desk:sheet_new"), sent | {"text": "请说明原因"})
        assert answer.status_code == 302
    sheet = SupervisionSheet.objects.get()
    assert sheet.number in text(chief.get(reverse("desk:sheets")))
    here = reverse("desk:sheet", args=[sheet.number])
    assert "请签收" in text(chief.get(here))
    assert chief.post(here, {"step": "acknowledge"}).status_code == 302
    empty = text(chief.post(here, {"step": "reply", "cause": "人手不足", "measures": ""}))
    assert "请填写整改措施" in empty
    assert "人手不足" in empty
    assert chief.post(here, {"step": "reply", "cause": "人手不足", "measures": "增派"}).status_code == 302
    again = text(chief.post(here, {"step": "reply", "cause": "人手不足", "measures": "增派"}))
    assert "不用再答复" in again
    assert sheet.number in text(supervisor.get(reverse("desk:sheets")))
    back = text(supervisor.post(here, {"step": "check", "closed": "no", "note": "不具体"}))
    assert "新的答复期限" in back
    assert supervisor.post(here, {"step": "check", "closed": "yes", "note": "同意"}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.status == "closed"
    case_page = text(supervisor.get(reverse("desk:case", args=[late.number])))
    assert sheet.number in case_page
    assert "复核督办单" in case_page
    assert desk(stage, "foreigner").get(here).status_code == 404


def test_a_complaint_is_taken_down_worked_on_and_hidden_from_whom_it_is_about(stage: Stage, late: RealCase) -> None:
    clerk, chief = desk(stage, "clerk"), desk(stage, "chief")
    page = text(clerk.get(reverse("desk:complaint_new"), {"case": late.number}))
    assert late.number in page
    sent = {
        "key": "a" * 32, "source": "95598", "source_number": "", "called_at": f"{late.at + LATE:%Y-%m-%dT%H:%M}",
        "topic": "attitude", "case": late.number, "text": "说话难听", "about": str(stage.people["manager"].pk),
    }  # fmt: skip
    assert "95598 的工单编号" in text(clerk.post(reverse("desk:complaint_new"), sent))
    assert clerk.post(reverse("desk:complaint_new"), sent | {"source_number": "95598-1"}).status_code == 302
    kept = Complaint.objects.get()
    here = reverse("desk:complaint", args=[kept.number])
    assert desk(stage, "manager").get(here).status_code == 404
    story = reverse("desk:case", args=[late.number])
    assert "说话难听" not in text(desk(stage, "manager").get(story))
    assert "说话难听" in text(chief.get(story))
    assert kept.number in text(chief.get(reverse("desk:complaints")))
    for step in (
        {"step": "contact", "way": "phone", "reached": "yes", "note": "已道歉"},
        {"step": "answer", "justified": "yes", "findings": "属实", "answer": "已批评教育"},
    ):
        assert chief.post(here, step).status_code == 302
    assert "须由另一人登记" in text(chief.post(here, {"step": "judge", "satisfied": "yes"}))
    assert desk(stage, "supervisor").post(here, {"step": "judge", "satisfied": "yes"}).status_code == 302
    kept.refresh_from_db()
    assert kept.status == "closed"


def test_without_a_case_the_phone_is_asked_for_and_shown_masked(stage: Stage, late: RealCase) -> None:
    sent = {
        "key": "b" * 32, "source": "counter", "called_at": f"{late.at + LATE:%Y-%m-%dT%H:%M}", "topic": "fee",
        "text": "多收钱", "name": "欧阳雪梅",
    }  # fmt: skip
    chief = desk(stage, "chief")
    assert "留下联系电话" in text(chief.post(reverse("desk:complaint_new"), sent))
    assert chief.post(reverse("desk:complaint_new"), sent | {"phone": "13812344483"}).status_code == 302
    page = text(chief.get(reverse("desk:complaint", args=[Complaint.objects.get().number])))
    assert "138****4483" in page
    assert "13812344483" not in page
    assert "欧阳雪梅" not in page


def test_every_number_of_the_morning_opens_as_many_cases(stage: Stage, late: RealCase) -> None:
    chief = desk(stage, "chief")
    page = text(chief.get(reverse("desk:morning")))
    links = re.findall(r'href="(/desk/morning/\?list=[\w-]+)#list"[^>]*>\s*<\w+[^>]*>(\d+)<', page)
    assert len(links) >= 6
    for address, number in links:
        opened = text(chief.get(address))
        assert opened.count('class="row"') == int(number), address
    assert ("/desk/morning/?list=late", "1") in links
    assert late.number not in text(desk(stage, "foreigner").get(reverse("desk:morning"), {"list": "late"}))
    assert desk(stage, "clerk").get(reverse("desk:morning")).status_code == 403
    assert chief.get(reverse("desk:morning"), {"list": "held-x-99999999999999999999"}).status_code == 200


def test_whoever_oversees_several_units_sees_which_one_is_late(stage: Stage, late: RealCase) -> None:
    stage.people["city"] = stage.hire("city", "罗总", ("supervisor2",), stage.city)
    supervisor = desk(stage, "city")
    page = text(supervisor.get(reverse("desk:morning")))
    (address,) = re.findall(r'href="(/desk/morning/\?list=late&(?:amp;)?unit=\d+)#list"', page)
    opened = text(supervisor.get(address.replace("&amp;", "&")))
    assert late.number in opened
    assert f"{stage.county.name} 全部超期" in opened
    for unit in ("0", "99999999999999999999", "x\x00"):
        assert late.number not in text(supervisor.get(reverse("desk:morning"), {"list": "ended", "unit": unit}))


def test_the_queries_of_the_pages_do_not_grow_with_the_rows(
    stage: Stage, late: RealCase, django_assert_max_num_queries: Any
) -> None:
    supervisor = desk(stage, "supervisor")
    names = ("supervision", "sheets", "complaints", "revisits", "messages", "morning", "satisfaction")

    def asked() -> list[int]:
        made = []
        for name in names:
            address = reverse(f"desk:{name}") + ("?list=late" if name == "morning" else "?all=1&view=all")
            supervisor.get(address)
            with django_assert_max_num_queries(60) as seen:
                text(supervisor.get(address))
            made.append(len(seen))
        return made

    supervision.issue_sheet(
        reason="other", text="慢", role="chief", reply_by=late.at + LATE, by=stage.actor("supervisor"), at=late.at,
        case=late.id,
    )  # fmt: skip
    file_complaint(text="慢", topic="deadline", by=stage.actor("clerk"), at=late.at, case=late.id)
    few = asked()
    for _ in range(3):
        other = stage.case("hv_multi").filed().to("survey")
        clerk = stage.actor("clerk")
        for number in range(2):
            file_complaint(text=f"慢{number}", topic="deadline", by=clerk, at=other.at, case=other.id)
        other.do(UrgeCase(text="请快"), by=other.hand)
    assert asked() == few


def test_messages_are_read_by_kind_and_only_ones_own(stage: Stage, late: RealCase) -> None:
    chief = desk(stage, "chief")
    file_complaint(text="慢", topic="deadline", by=stage.actor("clerk"), at=late.at, case=late.id)
    StaffMessage.objects.create(role="chief", unit=stage.county.pk, text="规则变了", kind="rule", at=late.at)
    StaffMessage.objects.create(role="chief", unit=stage.other.pk, text="外县的话", kind="rule", at=late.at)
    page = text(chief.get(reverse("desk:messages")))
    assert "收到投诉" in page
    assert "外县的话" not in page
    only = text(chief.get(reverse("desk:messages"), {"kind": "complaint"}))
    assert "收到投诉" in only
    assert "规则变了" not in only
    assert chief.post(reverse("desk:messages_read"), {"all": "1"}).status_code == 302
    assert messages.unread(stage.actor("chief")) == 0
    assert StaffMessage.objects.get(text="外县的话").read_at is None
    assert "没有未读消息" in text(chief.get(reverse("desk:messages")))


def test_what_the_database_counts_is_what_the_rule_finds(stage: Stage, late: RealCase) -> None:
    """Each case on the page of a kind has a finding of that kind, and one with a finding is on the page."""
    again = stage.case("hv_multi").filed().to("reply")
    for _ in range(2):
        again.do(ReturnStage(to="survey", reason="现场有变"), by=again.hand)
        again.to("reply")
    for _ in range(3):
        again.do(UrgeCase(text="请快"), by=again.hand)
    supervisor = desk(stage, "supervisor")
    for kind, words in (("rework", "退回、返工 2 次"), ("urged", "被催办 3 次"), ("overdue", "前完成")):
        page = text(supervisor.get(reverse("desk:supervision"), {"kind": kind}))
        assert again.number in page
        assert words in page


def test_low_grades_of_revisits_and_of_customers_themselves_are_counted_and_shown(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = stage.case("hv_multi").filed().to("revisit")
    chief = stage.actor("chief")
    case.do(RevisitCustomer(reached=True, grade=2, repeated_trip=True, note="跑了三趟"), by=chief)
    at = case.at + timedelta(hours=1)
    monkeypatch.setattr(reader, "now", lambda request: at)
    supervisor = desk(stage, "supervisor")
    page = text(supervisor.get(reverse("desk:satisfaction")))
    assert "共 1 份" in page
    assert "跑了三趟" in page
    board = text(supervisor.get(reverse("desk:supervision"), {"kind": "discontent"}))
    assert case.number in board
    assert "回访评价 2 分" in board
    answer = desk(stage, "foreigner").get(reverse("desk:satisfaction"))
    assert "共 0 份" in text(answer)


def test_a_character_no_text_can_hold_in_an_address_is_nothing_found(stage: Stage, late: RealCase) -> None:
    supervisor = desk(stage, "supervisor")
    assert supervisor.get(reverse("desk:sheet_new"), {"case": f"\x00{late.number}"}).status_code == 200
    assert "手上超期和今天到期的" not in text(supervisor.get(reverse("desk:morning"), {"list": "held-\x00-1"}))
