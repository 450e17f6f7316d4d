"""受理台: an application taken at the counter: nothing typed is lost, what is missing is told at once, twice is once."""

import re
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.interfaces.desk_stage import Stage
from tests.interfaces.test_desk_deeds import photo, sit
from yekuo.interfaces.desk import reader
from yekuo.operations.rehearsal.plan import credit_code, identity
from yekuo.records.models import Case, Draft
from yekuo.rules.calendar import BEIJING

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)
HOME: dict[str, Any] = {
    "channel": "counter", "kind": "resident", "name": "郑小明", "id_type": "resident_id", "id_number": identity(7),
    "phone": "13900001234", "address": "文三路 500 号 2 幢 301", "business": "new", "load_kw": "8", "sources": "1",
    "importance": "ordinary",
}  # fmt: skip
SHOP = {
    **HOME, "kind": "nonresident", "name": "绿源食品有限公司", "id_type": "credit_code", "id_number": credit_code(7),
    "contact": "陈先生", "load_kw": "60",
}  # fmt: skip


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(reader, "now", lambda request: AT)
    return Stage(AT)


@pytest.fixture
def desk(stage: Stage) -> Client:
    HOME["unit"] = SHOP["unit"] = str(stage.county.pk)
    return sit(stage, "clerk")


def key_of(html: str) -> str:
    return str(re.findall(r'name="key" value="(\w{32})"', html)[0])


def fresh(desk: Client) -> str:
    return key_of(desk.get("/desk/new/").content.decode())


def names(html: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'<input type="file" name="(paper_\w+)"', html)))


def test_a_check_lists_every_paper_and_keeps_everything_for_later(stage: Stage, desk: Client) -> None:
    sent = {**HOME, "key": fresh(desk), "wish": "check"}
    page = desk.post("/desk/new/", sent).content.decode()
    assert names(page) == ["paper_identity", "paper_property"]
    assert "还缺：" in page
    first = names(page)[0]
    page = desk.post("/desk/new/", {**sent, first: photo("身份证.jpg")}).content.decode()
    assert "身份证.jpg" in page
    assert Case.objects.count() == 0
    later = desk.get("/desk/new/").content.decode()
    assert "已恢复" in later
    assert "郑小明" in later
    assert "身份证.jpg" in later
    assert key_of(later) == sent["key"]
    assert "郑小明" not in sit(stage, "manager").get("/desk/new/").content.decode()
    desk.post("/desk/new/", {"wish": "forget"})
    assert "郑小明" not in desk.get("/desk/new/").content.decode()


def printed(answer: Any) -> str:
    """The text of a PDF, without the spaces a page of text has."""
    assert answer["Content-Type"] == "application/pdf"
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.content)).pages)


def test_a_complete_application_goes_on_to_acceptance_and_prints_its_receipt(stage: Stage, desk: Client) -> None:
    sent = {**HOME, "key": fresh(desk)}
    files = names(desk.post("/desk/new/", {**sent, "wish": "check"}).content.decode())
    papers = {name: photo(f"{name}.jpg") for name in files}
    answer = desk.post("/desk/new/", {**sent, **papers, "wish": "file"})
    case = Case.objects.get()
    assert answer.headers["Location"] == f"/desk/case/{case.number}/do/accept_application/"
    assert (case.stage, case.unit, case.filed_at) == ("accept", stage.county.pk, AT)
    assert Draft.objects.count() == 0
    assert desk.get(f"/desk/case/{case.number}/print/receipt/").status_code == 404
    form = desk.get(answer.headers["Location"]).content.decode()
    hidden = dict(re.findall(r'name="(key|expected)" value="([^"]*)"', form))
    taken = desk.post(answer.headers["Location"], {**hidden, "manager": stage.people["manager"].pk})
    assert taken.status_code == 302
    receipt = desk.get(f"/desk/case/{case.number}/print/receipt/")
    assert receipt["Content-Type"] == "application/pdf"
    assert b"".join(receipt).startswith(b"%PDF")


def test_an_incomplete_one_goes_on_to_the_one_notice(stage: Stage, desk: Client) -> None:
    answer = desk.post("/desk/new/", {**SHOP, "key": fresh(desk), "wish": "file"})
    case = Case.objects.get()
    assert answer.headers["Location"] == f"/desk/case/{case.number}/do/issue_notice/"
    form = desk.get(answer.headers["Location"])
    hidden = dict(re.findall(r'name="(key|expected)" value="([^"]*)"', form.content.decode()))
    ticked = re.findall(r'name="missing" value="(\w+)"', form.content.decode())
    assert desk.post(answer.headers["Location"], {**hidden, "missing": ticked}).status_code == 302
    notice = desk.get(f"/desk/case/{case.number}/print/notice/")
    assert notice["Content-Type"] == "application/pdf"
    assert b"".join(notice).startswith(b"%PDF")
    assert f"/desk/case/{case.number}/print/notice/" in desk.get(f"/desk/case/{case.number}/").content.decode()


def test_every_mistake_is_named_at_its_field_and_nothing_is_lost(desk: Client) -> None:
    wrong = {
        **HOME,
        "id_number": "330106198001010010",
        "phone": "123",
        "load_kw": "很多",
        "address": "这",
        "unit": "999",
    }
    page = desk.post("/desk/new/", {**wrong, "key": fresh(desk), "wish": "file"})
    html = page.content.decode()
    assert page.status_code == 200
    assert Case.objects.count() == 0
    assert "申请负荷填得不对" in html
    for typed in ("330106198001010010", "很多", "郑小明"):
        assert typed in html
    html = desk.post("/desk/new/", {**wrong, "load_kw": "8", "key": fresh(desk), "wish": "file"}).content.decode()
    for told in ("校验位不对", "手机号", "写到门牌号", "请选择受理单位"):
        assert told in html


def test_sent_twice_it_is_filed_once(desk: Client) -> None:
    sent = {**HOME, "key": fresh(desk), "wish": "file"}
    places = {desk.post("/desk/new/", sent).headers["Location"] for _ in range(3)}
    assert len(places) == 1
    assert Case.objects.count() == 1


def test_the_same_applicant_or_address_is_warned_of_within_reach(stage: Stage, desk: Client) -> None:
    desk.post("/desk/new/", {**HOME, "key": fresh(desk), "wish": "file"})
    number = Case.objects.get().number
    page = desk.post("/desk/new/", {**HOME, "name": "别人", "id_number": identity(9), "key": "0" * 32, "wish": "check"})
    assert f"/desk/case/{number}/" in page.content.decode()
    far = {**HOME, "unit": str(stage.other.pk), "key": "1" * 32, "wish": "check"}
    assert number not in sit(stage, "foreigner").post("/desk/new/", far).content.decode()


def test_whoever_may_not_file_is_told_who_may(stage: Stage) -> None:
    answer = sit(stage, "metering").get("/desk/new/")
    assert answer.status_code == 403
    assert "可由受理员、客户经理" in answer.content.decode()


def test_rubbish_is_no_error(desk: Client) -> None:
    for sent in (
        {}, {"wish": "file"}, {"wish": "check", "kind": "nonsense", "voltage": "x", "sources": "-1"},
        {"wish": "file", **HOME, "load_kw": "1e999", "households": "九", "wanted_on": "2026-13-45"},
        {"wish": "check", "paper_id_card.kept": "made-up", **HOME}, {"wish": "remove", "remove": "x"},
        {"wish": "file", **HOME, "name": "\x00" * 5}, {"wish": "check", "remark": "长" * 5000},
    ):  # fmt: skip
        assert desk.post("/desk/new/", {"key": "z" * 500, **sent}).status_code == 200
    assert Case.objects.count() == 0
