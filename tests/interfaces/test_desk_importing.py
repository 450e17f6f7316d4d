"""受理台页面: capacity worked out, accounts looked up and increased with their holder, tables previewed and confirmed."""

import re
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.interfaces.desk_stage import Stage
from tests.interfaces.test_desk_deeds import sit
from tests.operations.test_importing import home, old, sheet
from yekuo.interfaces.desk import reader
from yekuo.operations.account_rows import take_over
from yekuo.operations.rehearsal.plan import credit_code, identity
from yekuo.records.cases import state_of
from yekuo.records.models import Account, Case, ImportSheet, Person
from yekuo.rules.calendar import BEIJING
from yekuo.rules.taking_over import read_account

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)
OLD = {
    "kind": "非居民", "name": "恒远食品有限公司", "id_number": credit_code(3), "phone": "13905710003", "contact": "陈先生",
    "area": "西湖区", "address": "工业路 18 号", "voltage": "10 千伏", "capacity": "315", "energised_on": "2019-05-20",
}  # fmt: skip


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(reader, "now", lambda request: AT)
    return Stage(AT)


@pytest.fixture
def desk(stage: Stage) -> Client:
    return sit(stage, "clerk")


@pytest.fixture
def account(stage: Stage) -> Account:
    return take_over([read_account(OLD, on=AT.date())], unit=stage.county.pk, at=AT)[0]


def test_a_capacity_is_worked_out_and_goes_into_the_form(desk: Client) -> None:
    page = desk.get("/desk/capacity/", {"use": "shop"}).content.decode()
    assert 'name="n_cook_shop"' in page
    counted = {"use": "shop", "n_cook_shop": "2", "n_light_shop": "2", "work": "1"}
    html = desk.get("/desk/capacity/", counted).content.decode()
    assert "低压三相，380 伏，申请 23 千瓦" in html
    assert "同时系数 0.8" in html
    assert "待本单位确认" in html
    link = re.findall(r'href="(/desk/new/\?[^"]+)"', html)[0].replace("&amp;", "&")
    form = desk.get(link).content.decode()
    assert 'name="load_kw" value="23"' in form
    assert '<option value="shop" selected>' in form


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"n_cook_shop": "两台"}, "台数请填"), ({}, "至少填写一种"), ({"own_name_1": "炉"}, "单台功率"),
        ({"n_cook_shop": "1", "existing": "很多"}, "原有容量填得不对"), ({"use": "x", "n_cook_shop": "1"}, "用电用途"),
        ({"own_kw_1": "1e999"}, "功率填得不对"),
    ],
)  # fmt: skip
def test_what_cannot_be_worked_out_is_told_and_stays(desk: Client, sent: dict[str, str], told: str) -> None:
    page = desk.get("/desk/capacity/", {"use": "shop", "work": "1", **sent})
    assert page.status_code == 200
    assert told in page.content.decode()
    if "n_cook_shop" in sent and sent.get("use") != "x":
        assert f'value="{sent["n_cook_shop"]}"' in page.content.decode()


def test_somebody_is_looked_up_masked_and_only_within_reach(stage: Stage, desk: Client, account: Account) -> None:
    for text in (account.number, "13905710003", credit_code(3), "恒远食品有限公司", "西湖区工业路18号"):
        page = desk.get("/desk/found/", {"who": text}).content.decode()
        assert account.number in page
        assert "10 千伏 315 千伏安" in page
        assert text == credit_code(3) or credit_code(3) not in page
        foreign = sit(stage, "foreigner").get("/desk/found/", {"who": text}).content.decode()
        assert "10 千伏 315 千伏安" not in foreign
        assert "没有找到" in foreign


def test_an_increase_takes_over_its_holder_once_the_papers_were_looked_at(
    stage: Stage, desk: Client, account: Account
) -> None:
    page = desk.get("/desk/new/", {"account": account.number}).content.decode()
    assert 'name="existing" value="315"' in page
    assert "没有填的用电人和地址栏沿用档案" in page
    assert "13905710003" not in page
    key = re.findall(r'name="key" value="(\w{32})"', page)[0]
    sent = {
        "channel": "counter", "unit": str(stage.county.pk), "key": key, "wish": "file", "business": "increase",
        "kind": "resident", "id_type": "resident_id", "sources": "1", "importance": "ordinary", "load_kw": "600",
        "voltage": "10000", "transformers_kva": "685", "account_number": account.number, "holder_tail": "0000",
    }  # fmt: skip
    wrong = desk.post("/desk/new/", sent).content.decode()
    assert "证件后四位不符" in wrong
    assert Case.objects.count() == 0
    tail = credit_code(3)[-4:]
    other = sit(stage, "foreigner").post("/desk/new/", {**sent, "unit": str(stage.other.pk), "holder_tail": tail})
    assert "没有这个户号" in other.content.decode()
    answer = desk.post("/desk/new/", {**sent, "holder_tail": tail})
    assert answer.status_code == 302
    case = Case.objects.get()
    assert (case.business, case.applicant) == ("increase", account.person)
    facts = state_of(case).facts
    assert facts is not None
    assert facts.original_kva == 315
    assert facts.capacity_kva == 685
    assert Person.objects.count() == 1


def upload(desk: Client, stage: Stage, kind: str, content: bytes) -> str:
    sent = {"unit": str(stage.county.pk), "file": SimpleUploadedFile("表.xlsx", content)}
    return str(desk.post(f"/desk/import/{kind}/", sent).headers["Location"])


def test_residents_are_previewed_and_exactly_the_ticked_rows_filed(stage: Stage, desk: Client) -> None:
    place = upload(desk, stage, "residents", sheet(home(1), home(2), home(3, 联系电话="1")))
    page = desk.get(place).content.decode()
    assert "可导入 2 行" in page
    assert "有错误 1 行" in page
    assert identity(1) not in page
    assert re.findall(r'name="line" value="(\d)"[^>]* checked', page) == ["2", "3"]
    refused = desk.post(place, {"wish": "confirm", "line": ["2", "4"]})
    assert refused.status_code == 422
    assert "没有导入任何一行" in refused.content.decode()
    assert re.findall(r'name="line" value="(\d)"[^>]* checked', refused.content.decode()) == ["2"]
    assert Case.objects.count() == 0
    for _ in range(2):
        assert desk.post(place, {"wish": "confirm", "line": ["3"]}).status_code == 302
    number = Case.objects.get().number
    assert number in desk.get(place).content.decode()
    assert sit(stage, "manager").get(place).status_code == 404


def test_accounts_are_the_chiefs_to_import(stage: Stage, desk: Client) -> None:
    assert desk.get("/desk/import/accounts/").status_code == 403
    chief = sit(stage, "chief")
    assert chief.get("/desk/import/accounts/template/").content.startswith(b"PK")
    place = upload(chief, stage, "accounts", sheet(old(1), old(2)))
    assert chief.post(place, {"wish": "confirm", "line": ["2", "3"]}).status_code == 302
    assert Account.objects.count() == 2


def test_a_table_that_is_none_is_told_and_a_dropped_one_is_gone(stage: Stage, desk: Client) -> None:
    told = desk.post(
        "/desk/import/residents/", {"unit": str(stage.county.pk), "file": SimpleUploadedFile("x.xlsx", b"\x00\x01")}
    )
    assert told.status_code == 422
    assert "不是表格" in told.content.decode()
    for sent in ({}, {"unit": "x"}, {"unit": str(stage.other.pk), "file": SimpleUploadedFile("x.csv", b"a")}):
        assert desk.post("/desk/import/residents/", sent).status_code == 422
    place = upload(desk, stage, "residents", sheet(home(1)))
    assert desk.post(place, {"wish": "drop"}).status_code == 302
    assert not ImportSheet.objects.exists()
    assert desk.get("/desk/import/nothing/").status_code == 404
