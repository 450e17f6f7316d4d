"""打印页面: buttons where a form is possible, PDFs with the right headers, batches that name what they print, the page behind a code."""

import re
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.interfaces.desk_stage import RealCase, Stage
from tests.interfaces.test_desk_deeds import sit
from yekuo.interfaces.customer.session import SEEN, SESSION
from yekuo.interfaces.look import clock
from yekuo.operations.signin import customer_by_phone
from yekuo.records.models import Disclosure, Print, Printing
from yekuo.rules.deeds.course import WithdrawApplication

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


@pytest.fixture
def desk(stage: Stage) -> Client:
    return sit(stage, "clerk")


def text_of(content: bytes) -> str:
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def test_the_case_page_offers_exactly_what_can_be_printed(stage: Stage, desk: Client) -> None:
    case = stage.case("lv_other").filed()
    page = desk.get(f"/desk/case/{case.number}/").content.decode()
    assert re.findall(rf'href="/desk/case/{case.number}/print/(\w+)/"', page) == ["application"]
    case.to("survey")
    page = desk.get(f"/desk/case/{case.number}/").content.decode()
    assert re.findall(rf'href="/desk/case/{case.number}/print/(\w+)/"', page) == ["application", "receipt"]
    assert f"/desk/case/{case.number}/print/receipt/whole/" in page
    assert Printing.objects.count() == 0, "looking at the page prints nothing"


def test_a_form_is_shown_inline_and_kept_nowhere_on_the_way(stage: Stage, desk: Client) -> None:
    case = stage.case().filed()
    answer = desk.get(f"/desk/case/{case.number}/print/application/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert case.name not in text_of(answer.content)
    for form in ("receipt", "nothing", "energise"):
        assert desk.get(f"/desk/case/{case.number}/print/{form}/").status_code == 404
        assert desk.get(f"/desk/case/{case.number}/print/{form}/whole/").status_code == 404
    assert desk.post(f"/desk/case/{case.number}/print/application/").status_code == 405


def test_a_whole_copy_is_asked_for_with_a_reason(stage: Stage, desk: Client) -> None:
    case = stage.case().filed()
    address = f"/desk/case/{case.number}/print/application/whole/"
    asked = desk.get(address)
    assert "户名、证件号码、联系电话" in asked.content.decode()
    assert Printing.objects.count() == 0
    refused = desk.post(address, {"reason": "x"})
    assert refused.status_code == 422
    assert 'value="x"' in refused.content.decode()
    done = desk.post(address, {"reason": "交客户签字"})
    assert done["Content-Type"] == "application/pdf"
    assert case.name in text_of(done.content)
    assert Disclosure.objects.filter(kind="printed", case=case.id).count() == 2
    assert sit(stage, "analyst").post(address, {"reason": "交客户签字"}).status_code == 403
    assert sit(stage, "foreigner").post(address, {"reason": "交客户签字"}).status_code == 404


def test_a_batch_names_what_it_prints_and_prints_no_more(stage: Stage, desk: Client) -> None:
    cases = [stage.case("lv_other").filed() for _ in range(3)]
    cases[0].to("survey")
    numbers = [one.number for one in cases[:2]]
    assert "申请编号" in desk.get("/desk/print/batch/").content.decode()
    ticks = desk.post("/desk/print/batch/", {"number": numbers}).content.decode()
    assert re.findall(r'name="print" value="([^"]+)"', ticks) == [
        f"{numbers[0]}:application", f"{numbers[0]}:receipt", f"{numbers[1]}:application",
    ]  # fmt: skip
    assert "checked" not in ticks
    listed = sit(stage, "chief").get("/desk/cases/").content.decode()
    assert 'formaction="/desk/print/batch/"' in listed
    keys = [one.id for one in cases[:2]]
    assert desk.post("/desk/print/batch/", {"case": keys, "wish": "tick"}).content.decode().count('name="number"') == 2
    assert desk.post("/desk/print/batch/", {"case": [*keys, "77777"], "wish": "tick"}).status_code == 422
    assert desk.post("/desk/print/batch/", {"case": ["1e3", *keys], "wish": "tick"}).status_code == 422
    same = desk.post("/desk/print/batch/", {"number": numbers, "wish": "same", "same": "application"}).content.decode()
    assert same.count("checked") == 2
    wanted = [f"{numbers[0]}:receipt", f"{numbers[1]}:application"]
    sent = {"number": numbers, "print": wanted}
    confirm = desk.post("/desk/print/batch/", {**sent, "wish": "confirm"}).content.decode()
    assert "将打印 2 个工单的 2 份表单" in confirm
    assert re.findall(r'name="print" value="([^"]+)"', confirm) == wanted
    assert Printing.objects.count() == 0
    done = desk.post("/desk/print/batch/", {**sent, "wish": "print", "copy": "masked"})
    assert done["Content-Type"] == "application/pdf"
    said = text_of(done.content)
    assert f"{numbers[0]}-HZ1" in said
    assert f"{numbers[1]}-SQ1" in said
    assert cases[2].number not in said
    assert sorted(Print.objects.values_list("number", flat=True)) == [f"{numbers[0]}-HZ1", f"{numbers[1]}-SQ1"]


def test_a_batch_with_a_foreign_or_impossible_wish_is_refused_with_all_that_was_chosen(
    stage: Stage, desk: Client
) -> None:
    case = stage.case().filed()
    foreign = stage.case(unit=stage.other).filed()
    refused = desk.post("/desk/print/batch/", {"numbers": f"{case.number}，{foreign.number}"})
    assert refused.status_code == 422
    assert f"没有这些工单，或不在您的单位范围内：{foreign.number}" in refused.content.decode()
    assert case.number in refused.content.decode()
    sent = {"number": case.number, "print": [f"{case.number}:application", f"{case.number}:energise"], "wish": "print"}
    wrong = desk.post("/desk/print/batch/", sent)
    assert wrong.status_code == 422
    assert "这些表单现在不能打印" in wrong.content.decode()
    assert wrong.content.decode().count("checked") == 1
    none = desk.post("/desk/print/batch/", {"number": case.number, "wish": "confirm"})
    assert "还没有勾选要打印的表单" in none.content.decode()
    whole = {"number": case.number, "print": f"{case.number}:application", "wish": "print", "copy": "whole"}
    assert desk.post("/desk/print/batch/", whole).status_code == 422
    assert sit(stage, "analyst").post("/desk/print/batch/", {**whole, "reason": "交客户签字"}).status_code == 403
    assert Printing.objects.count() == 0
    done = desk.post("/desk/print/batch/", {**whole, "reason": "交客户签字"})
    assert case.name in text_of(done.content)


# --- customers and everybody --------------------------------------------------------------------------------------


def signed_in(case: RealCase) -> Client:
    client = Client()
    session = client.session
    session[SESSION] = customer_by_phone(case.phone, at=case.at).person
    session[SEEN] = clock.now().isoformat()
    session.save()
    return client


def test_a_customer_fetches_their_own_paper(stage: Stage) -> None:
    case, other = (stage.case("lv_other").filed().to("survey") for _ in range(2))
    client = signed_in(case)
    assert f'href="/p/{case.number}/print/receipt/"' in client.get(f"/p/{case.number}/").content.decode()
    answer = client.get(f"/p/{case.number}/print/receipt/")
    assert answer["Content-Type"] == "application/pdf"
    assert case.number in text_of(answer.content)
    for address in (
        f"/p/{other.number}/print/receipt/",
        f"/p/{case.number}/print/survey/",
        f"/p/{case.number}/print/xyz/",
    ):
        assert client.get(address).status_code == 404
    assert Client().get(f"/p/{case.number}/print/receipt/").status_code == 302


def test_the_page_behind_a_code_vouches_without_telling_anything_private(stage: Stage, desk: Client) -> None:
    case = stage.case().filed()
    desk.get(f"/desk/case/{case.number}/print/application/")
    paper = Print.objects.get()
    anybody = Client()
    page = anybody.get(f"/v/{paper.token}/").content.decode()
    for words in ("这份表单是真的", "用电申请单", paper.number, case.number, "现行版本", Printing.objects.get().sha256):
        assert words in page
    for private in (case.name, case.phone, "文三路 "):
        assert private not in page
    assert "<script" not in page
    typed = anybody.get("/v/", {"code": f" {paper.token.lower()[:4]}-{paper.token[4:]}"})
    assert typed["Location"] == f"/v/{paper.token}/"
    assert anybody.get("/v/", {"code": "ABC"}).status_code == 422
    assert anybody.get("/v/").status_code == 200


def test_every_wrong_code_gets_the_same_answer(stage: Stage, desk: Client) -> None:
    case = stage.case().filed()
    desk.get(f"/desk/case/{case.number}/print/application/")
    token = Print.objects.get().token
    anybody = Client()
    wrong = [anybody.get(f"/v/{one}/") for one in ("2" * 20, token[:-1], token[::-1], "x", "%E4%B8%80", "%00")]
    assert {one.status_code for one in wrong} == {404}
    assert all("没有这个验真码" in one.content.decode() for one in wrong)
    assert all(case.number not in one.content.decode() for one in wrong)


def test_finished_cases_are_ticked_in_their_list_and_printed_together(stage: Stage, desk: Client) -> None:
    case = stage.case().filed()
    case.do(WithdrawApplication(reason="客户不办了"), by=stage.actor("clerk"))
    page = desk.get("/desk/closed/").content.decode()
    key = re.search(r'name="case" value="(\d+)"', page)
    assert key is not None
    assert "打印所选" in page
    assert "改派所选" not in page
    assert case.number in desk.post("/desk/print/batch/", {"case": [key[1]], "wish": "tick"}).content.decode()
