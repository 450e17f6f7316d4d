"""进度与办理: a customer follows two cases to power and does each part of their own; others see nothing of it."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.interfaces.customer.stage import PHONE, STRANGER, Customer, Watch, home, photo, plant, sign_in, story
from yekuo.interfaces.customer.deed_forms import FORMS
from yekuo.operations.rehearsal.company import Company
from yekuo.operations.rehearsal.teller import Teller
from yekuo.operations.signin import progress_link, revoke_links
from yekuo.records.models import Case, Event, File
from yekuo.rules.deeds.course import ApprovePause, RequestPause, ResumeCase
from yekuo.rules.deeds.intake import AcceptApplication, IssueNotice
from yekuo.rules.deeds.scheme import AssignPerson
from yekuo.rules.timeline import Cause

HOME_PAPERS = ("identity",)
PLANT_PAPERS = ("subject", "property", "equipment_list", "project_approval", "importance_list", "security_load")
INTERNAL = ("会审", "席位", "挂起", "派工", "工单", "stage", "scheme_reply", "utility")


@pytest.fixture
def resident(customer: Customer, watch: Watch) -> Teller:
    return story(customer.company, home(), serial="R", at=watch.at, papers=HOME_PAPERS)


@pytest.fixture
def industry(customer: Customer, watch: Watch) -> Teller:
    return story(customer.company, plant(), serial="P", at=watch.at, papers=PLANT_PAPERS)


def number(teller: Teller) -> str:
    return Case.objects.get(pk=teller.case).number


def follow(teller: Teller, customer: Customer, stage: str, **changes: bool) -> None:
    """Let the company work until the case stands at a stage, and the customer's clock with it."""
    teller._state = None
    teller.to(stage, **changes)
    customer.watch.at = max(customer.watch.at, teller.at + timedelta(minutes=5))
    sign_in(customer.client, PHONE, customer.watch.at)


def own(customer: Customer, teller: Teller, deed: str, **fields: object) -> str:
    """Do a part of the customer's own through its page; returns the stage the case stands at."""
    address = f"/p/{number(teller)}/{deed}/"
    page = customer.get(address)
    assert page.status == 200, page.text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.html))
    hidden.pop("next", None)
    done = customer.post(address, **{**hidden, "go": "on", **fields})
    assert done.path == f"/p/{number(teller)}/", done.text
    teller.at = customer.watch.at
    return Case.objects.get(pk=teller.case).stage


def test_a_home_is_followed_to_power(customer: Customer, resident: Teller) -> None:
    page = customer.get(f"/p/{number(resident)}/")
    assert "营业厅正在核对您的申请资料" in page.text
    assert "最迟 11 月 24 日(周二)17:30 前答复您是否受理" in page.text
    follow(resident, customer, "survey")
    page = customer.get(f"/p/{number(resident)}/")
    assert "第 2 步，共 2 步：施工接电" in page.text
    assert "最迟 11 月 26 日(周四)17:30 前答复供电方案" in page.text
    assert "最迟 11 月 30 日(周一)17:30 前送上电" in page.text
    assert "客户经理 赵敏" in page.text
    assert 'href="tel:0570-3301598"' in page.html
    assert "用电地址权属证明" in page.text
    follow(resident, customer, "contract_sign")
    page = customer.get(f"/p/{number(resident)}/")
    assert "这个方案不收任何费用。" in page.text
    assert "需要您做的事" in page.text
    assert "签供用电合同" in page.text


def test_the_page_is_small_has_no_script_and_no_personal_number(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "completion_request")
    page = customer.get(f"/p/{number(industry)}/")
    assert len(page.html.encode()) < 50_000
    assert "<script" not in page.html
    assert "style=" not in page.html
    assert not re.search(r"1[3-9]\d{9}", page.html)
    assert "91350100M000100Y43" not in page.html
    for word in INTERNAL:
        assert word not in page.text.replace("施工单位", ""), word


def test_the_days_of_all_sides_add_up(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "contract_sign")
    page = customer.get(f"/p/{number(industry)}/")
    days = [int(one) for one in re.findall(r'<dd class="nowrap">(\d+) 个工作日</dd>', page.html)]
    shelf = industry.shelf.calendar("浙江")
    filed = Case.objects.get(pk=industry.case).filed_at
    assert filed is not None
    assert sum(days) == shelf.between(filed.astimezone(customer.watch.at.tzinfo).date(), customer.watch.at.date())
    assert len(days) == 2


def test_a_home_with_missing_papers_is_told_once_and_hands_them_in(customer: Customer, watch: Watch) -> None:
    teller = story(customer.company, home(), serial="M", at=watch.at, papers=())
    teller.do(IssueNotice(missing=("identity", "property")))
    watch.at = teller.at + timedelta(minutes=1)
    page = customer.get(f"/p/{number(teller)}/")
    assert "请按一次性告知书补齐资料" in page.text
    assert "还差：用电人身份证明、用电地址权属证明" in page.text
    address = f"/p/{number(teller)}/supply_papers/"
    empty = customer.post(address, stamp="stamp-1", go="on")
    assert "请至少上传一份资料" in empty.text
    kept = customer.post(address, stamp="stamp-1", go="stay", identity=photo("证件.png"))
    assert "证件.png" in kept.text
    assert File.objects.get().case is None
    assert own(customer, teller, "supply_papers", property=photo("房本.png")) == "accept"
    assert set(File.objects.values_list("case", flat=True)) == {teller.case}
    page = customer.get(f"/p/{number(teller)}/")
    assert "您补交了资料" in page.text
    assert "看已交的文件（2 个）" in page.text


def test_an_objection_goes_back_and_an_agreement_goes_on(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "answer")
    page = customer.get(f"/p/{number(industry)}/answer_scheme/")
    assert "高可靠性供电费" in page.text
    assert "主供电源" in page.text
    address = f"/p/{number(industry)}/answer_scheme/"
    silent = customer.post(
        address, stamp=page.hidden("stamp"), version="1", agree="no", expected=page.hidden("expected"), go="on"
    )
    assert "有异议请写明" in silent.text
    assert own(customer, industry, "answer_scheme", agree="no", text="供电点太远") == "scheme"
    follow(industry, customer, "answer")
    stale = customer.post(address, stamp="another-stamp", version="1", agree="yes", expected="answer#2", go="on")
    assert "方案已更新" in stale.text
    assert own(customer, industry, "answer_scheme", agree="yes") == "design"
    page = customer.get(f"/p/{number(industry)}/")
    assert "要交的费用" in page.text
    assert "现在不能在网上直接交" in page.text


def test_an_industry_does_all_its_parts(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "design")
    assert (
        own(customer, industry, "submit_design", designer="华东院", licence="A133", design=photo("图.png"))
        == "design_review"
    )
    follow(industry, customer, "works")
    plan = {"builder": "宏源", "licence": "4-1", "start_on": "2026-12-20", "finish_on": "2027-02-20"}
    wrong = customer.post(
        f"/p/{number(industry)}/plan_works/", **{**plan, "finish_on": "2026-12-01"}, stamp="s-plan", go="on"
    )
    assert "完工日期不能早于开工日期" in wrong.text
    assert 'value="宏源"' in wrong.html
    assert own(customer, industry, "plan_works", **plan) == "works"
    assert own(customer, industry, "record_hidden_works", what="电缆沟", hidden_photo=photo("沟.png")) == "works"
    assert own(customer, industry, "report_works", percent="60", note="基础完成") == "works"
    early = customer.post(f"/p/{number(industry)}/finish_works/", stamp="s-early", finished_on="2026-11-20", go="on")
    assert "中间检查" in early.text
    assert own(customer, industry, "request_mid_inspection", content="电缆沟与接地网") == "mid_wait"
    follow(industry, customer, "mid_rectify", good=False)
    page = customer.get(f"/p/{number(industry)}/report_rectified/")
    assert "计量柜应独立设置" in page.text
    assert own(customer, industry, "report_rectified", answer_0="已分开设置") == "works"
    assert own(customer, industry, "request_mid_inspection", content="电缆沟与接地网") == "mid_wait"
    follow(industry, customer, "works")
    assert own(customer, industry, "finish_works", finished_on=f"{customer.watch.at:%Y-%m-%d}") == "completion_request"
    page = customer.get(f"/p/{number(industry)}/request_completion/")
    codes = re.findall(r'id="row-(\w+)"', page.html)
    assert {"as_built", "test_report", "builder_licence"} <= set(codes)
    lacking = customer.post(
        f"/p/{number(industry)}/request_completion/", stamp="s-c", go="on", as_built=photo("竣工图.png")
    )
    assert "竣工报验缺" in lacking.text
    assert "竣工图.png" in lacking.text
    rest = {code: photo(f"{code}.png") for code in codes if code != "as_built"}
    assert own(customer, industry, "request_completion", **rest) == "completion_wait"
    follow(industry, customer, "contract_sign")
    signed = customer.get(f"/p/{number(industry)}/sign_contract/")
    assert "第七条" in signed.text
    before = customer.post(
        f"/p/{number(industry)}/sign_contract/", stamp="s-s", number=signed.hidden("number"), go="on"
    )
    assert "请先看合同，再勾选同意" in before.text
    other = customer.post(
        f"/p/{number(industry)}/sign_contract/",
        stamp="s-o",
        number=signed.hidden("number"),
        agree="on",
        signature="路人甲",
        go="on",
    )
    assert "要和申请时写的姓名或单位名称一样" in other.text
    own(customer, industry, "sign_contract", agree="on", signature="星河数据中心有限公司")
    assert (
        "您已签" in customer.get(f"/p/{number(industry)}/").text
        or Case.objects.get(pk=industry.case).stage != "contract_sign"
    )


def test_a_double_click_does_one_deed(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "design")
    address = f"/p/{number(industry)}/submit_design/"
    page = customer.get(address)
    fields = {
        "stamp": page.hidden("stamp"),
        "expected": page.hidden("expected"),
        "designer": "华东院",
        "licence": "A1",
        "go": "on",
    }
    customer.post(address, **fields, design=photo("图.png"))
    again = customer.post(address, **fields)
    assert again.path == f"/p/{number(industry)}/"
    assert Event.objects.filter(case_id=industry.case, kind="design_submitted").count() == 1


def test_a_stale_form_keeps_what_was_typed(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "works")
    address = f"/p/{number(industry)}/report_works/"
    page = customer.get(address)
    follow(industry, customer, "completion_request")
    late = customer.post(
        address, stamp=page.hidden("stamp"), expected=page.hidden("expected"), percent="50", note="打好地基", go="on"
    )
    assert late.status == 409
    assert "打好地基" in late.html
    assert customer.get(address).text.count("现在不用办") >= 1


def test_a_pause_is_told_and_may_be_disputed(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "survey")
    paper = industry.paper("pause_evidence")
    industry.do(RequestPause(cause=Cause.CUSTOMER_SITE, reason="现场未平整", evidence=(paper,)))
    customer.watch.at = industry.at
    assert "现场未平整" not in customer.get(f"/p/{number(industry)}/").text
    industry.do(ApprovePause(number=1), by=customer.company.actors["machao"])
    customer.watch.at = industry.at + timedelta(hours=1)
    sign_in(customer.client, PHONE, customer.watch.at)
    page = customer.get(f"/p/{number(industry)}/")
    assert "暂停办理：等您的现场具备条件" in page.text
    assert "时限暂停计算" in page.text
    assert "现场未平整" in page.text
    assert f"/files/{paper.file}/" not in page.html
    assert customer.get(f"/files/{paper.file}/").status == 404
    own(customer, industry, "dispute_pause", text="现场上周就平整好了")
    assert "您的异议：现场上周就平整好了" in customer.get(f"/p/{number(industry)}/").text
    industry.do(ResumeCase(), by=customer.company.actors["zhaomin"])


def test_urging_is_counted_and_heard_once_a_day(customer: Customer, resident: Teller, watch: Watch) -> None:
    address = f"/p/{number(resident)}/urge/"
    assert "已催办" in customer.post(address, stamp="urge-1").text
    again = customer.post(address, stamp="urge-2")
    assert "今天已经催过" in again.text
    assert "今天已催，共 1 次" in again.text
    watch.go(days=1)
    sign_in(customer.client, PHONE, watch.at)
    customer.post(address, stamp="urge-3")
    assert Case.objects.get(pk=resident.case).urged == 2


def test_a_withdrawal_ends_the_case(customer: Customer, resident: Teller) -> None:
    address = f"/p/{number(resident)}/withdraw_application/"
    assert "请写明撤回原因" in customer.post(address, stamp="w", go="on").text
    own(customer, resident, "withdraw_application", reason="房子卖了")
    page = customer.get(f"/p/{number(resident)}/")
    assert "申请已撤回" in page.text
    assert "撤回申请 不想办了" not in page.text
    assert customer.post(address, stamp="w2", reason="再撤", go="on").status in (200, 409)


def test_what_ended_waits_for_no_answer(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "answer")
    assert "供电方案 等您确认" in customer.get(f"/p/{number(industry)}/").text
    own(customer, industry, "withdraw_application", reason="不建了")
    page = customer.get(f"/p/{number(industry)}/")
    assert "等您确认" not in page.text
    assert "供电方案 没有确认" in page.text


def test_the_company_s_own_line_works_are_not_the_customer_s_to_report(customer: Customer, resident: Teller) -> None:
    follow(resident, customer, "external_works")
    page = customer.get(f"/p/{number(resident)}/")
    assert "供电公司正在为您架设线路" in page.text
    assert "报工程进度" not in page.text
    sent = customer.post(f"/p/{number(resident)}/report_works/", stamp="w-1", percent="50", go="on")
    assert "现在不用办" in sent.text
    assert not Event.objects.filter(case_id=resident.case, kind="works_reported").exists()


def test_a_promised_paper_stays_visible_until_it_comes(customer: Customer, resident: Teller) -> None:
    resident.do(AcceptApplication(manager=resident.manager.person, promised=("property",)))
    customer.watch.at = resident.at
    page = customer.get(f"/p/{number(resident)}/")
    assert "还差：用电地址权属证明" in page.text
    own(customer, resident, "supply_papers", property=photo("房本.png"))
    assert "还差：用电地址权属证明" not in customer.get(f"/p/{number(resident)}/").text


def test_an_appointment_is_told(customer: Customer, resident: Teller) -> None:
    follow(resident, customer, "survey")
    surveyor = customer.company.actors["chengang"]
    when = customer.watch.at + timedelta(days=1)
    resident.do(
        AssignPerson(role="surveyor", person=surveyor.person, appointment=when), by=customer.company.actors["machao"]
    )
    assert f"{when.month} 月 {when.day} 日" in customer.get(f"/p/{number(resident)}/").text


# --- others ---------------------------------------------------------------------------------------------------


def test_a_foreigner_finds_nothing(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "design")
    customer.post(f"/p/{number(industry)}/submit_design/", stamp="f", go="stay", design=photo("图.png"))
    files = list(File.objects.values_list("pk", flat=True))
    sign_in(customer.client, STRANGER, customer.watch.at)
    case = number(industry)
    for address in (
        f"/p/{case}/",
        f"/p/{case}/filed/",
        f"/p/{case}/submit_design/",
        *(f"/files/{key}/" for key in files),
    ):
        assert customer.get(address).status == 404, address
    for address in (f"/p/{case}/urge/", f"/p/{case}/withdraw_application/", f"/p/{case}/submit_design/"):
        assert customer.post(address, stamp="x", reason="x", go="on").status == 404, address
    assert case not in customer.get("/mine/").text
    foreign, unknown = customer.get(f"/p/{case}/"), customer.get("/p/YK2026119999999/")
    assert foreign.text == unknown.text
    assert "用当时留的手机号登录" in foreign.text
    assert "tel:" in foreign.html


def test_a_stranger_learns_nothing_about_numbers(
    company: Company, client: Client, customer: Customer, resident: Teller
) -> None:
    client.logout()
    for asked in (number(resident), "YK2026119999999"):
        answer = client.get(f"/p/{asked}/")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/signin/")


def test_a_link_shows_and_urges_and_nothing_else(customer: Customer, resident: Teller) -> None:
    follow(resident, customer, "survey")
    page = customer.get(f"/p/{number(resident)}/")
    assert "刘芳" in page.text, "one's own name and address are read whole"
    assert "解放路 12 号 3 幢 201" in page.text
    assert "解放路 12 号 3 幢 201" in customer.get("/mine/").text
    found = re.search(r"http://testserver(/p/[^/\"]+/)", page.html)
    assert found
    customer.client.logout()
    guest = customer.get(found[1])
    assert guest.status == 200
    assert "勘查人员将与您约定时间上门查看" in guest.text
    assert "您在用链接查看" in guest.text
    assert not re.search(r'href="/p/YK\d+/\w+/"', guest.html)
    assert "/files/" not in guest.html
    assert "刘芳" not in guest.text
    assert "12 号" not in guest.text
    urged = customer.post(found[1] + "urge/", stamp="guest-1")
    assert "已催办" in urged.text
    assert Case.objects.get(pk=resident.case).urged == 1


def test_a_wrong_link_gives_advice(company: Company, client: Client) -> None:
    for token in ("x", "1-", "zz-0000", "1-" + "0" * 32, "%00", "9" * 300, "链接"):
        answer = client.get(f"/p/{token}/")
        assert answer.status_code == 404
        assert "链接打不开" in answer.content.decode(), token
        assert client.post(f"/p/{token}/urge/").status_code == 404


def test_an_expired_or_revoked_link_says_so(customer: Customer, resident: Teller) -> None:
    token = progress_link(case=resident.case, at=customer.watch.at)
    customer.client.logout()
    revoke_links(case=resident.case, by=resident.manager, at=customer.watch.at)
    assert "链接已停用" in customer.get(f"/p/{token}/").text
    token = progress_link(case=resident.case, at=customer.watch.at)
    customer.watch.go(days=200)
    assert "链接已过期" in customer.get(f"/p/{token}/").text


BAD: tuple[dict[str, str], ...] = (
    {"version": "abc", "agree": "maybe"},
    {"version": "9" * 40, "agree": "yes"},
    {"version": "1", "agree": "yes", "stamp": "s" * 500},
    {"version": "1", "agree": "no", "text": "长" * 5000},
    {"version": "1", "agree": "yes", "expected": "x" * 5000},
    {"version": "1", "agree": "yes", "remove": "9" * 50},
    {"version": "-1", "agree": "yes", "remove": "²"},
    {"version": "\x00", "agree": "yes", "text": "\x00"},
    {},
)


def test_bad_input_is_answered_in_words(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "answer")
    for fields in BAD:
        page = customer.post(f"/p/{number(industry)}/answer_scheme/", **{"stamp": "bad-input", "go": "on", **fields})
        assert page.status in (200, 409), fields
        assert "没有提交成功" in page.text or "还差一点" in page.text or "remove" in fields, fields
        assert Case.objects.get(pk=industry.case).stage == "answer", fields


def test_a_bad_file_leaves_the_rest(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "design")
    page = customer.post(
        f"/p/{number(industry)}/submit_design/", stamp="bf", designer="华东院", licence="A1", go="on",
        design=SimpleUploadedFile("图.dwg", b"AC1027" + b"\0" * 200),
    )  # fmt: skip
    assert "不是照片也不是 PDF" in page.text
    assert 'value="华东院"' in page.html
    assert Case.objects.get(pk=industry.case).stage == "design"


def test_every_form_has_a_button_a_lead_and_a_way_back(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "works")
    for deed in ("plan_works", "record_hidden_works", "report_works", "finish_works", "request_mid_inspection"):
        page = customer.get(f"/p/{number(industry)}/{deed}/")
        assert FORMS[deed].lead in page.text
        assert FORMS[deed].button in page.text
        assert "tel:" in page.html


def test_fees_are_asked_with_their_basis_and_paid_to_the_company(customer: Customer, industry: Teller) -> None:
    follow(industry, customer, "fees")
    page = customer.get(f"/p/{number(industry)}/")
    assert "请缴清方案中列明的费用" in page.text
    assert "收费依据" in page.text
    assert "请客户经理出示本省的收费文件" in page.text
    assert "现在没有" not in page.text
    industry.step()
    customer.watch.at = industry.at
    sign_in(customer.client, PHONE, industry.at)
    assert "要交的费用 高可靠性供电费" not in customer.get(f"/p/{number(industry)}/").text
    assert "已收到" in customer.get(f"/p/{number(industry)}/").text
