"""要办什么: what a situation needs is told from the tables, carried into the application, and only then recorded."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from tests.interfaces.customer.stage import (
    PHONE,
    STRANGER,
    WHO,
    Customer,
    Page,
    Watch,
    home,
    photo,
    sign_in,
    story,
)  # fmt: skip
from yekuo.interfaces.customer.counted import counted
from yekuo.operations.rehearsal.company import Company
from yekuo.records import cases, tables
from yekuo.records.models import Account, Case, Event
from yekuo.rules.boundary import boundary_for, parse_boundaries
from yekuo.rules.facts import Business, CustomerClass, CustomerKind, Facts, Voltage

ON = date(2026, 11, 23)
CLASSES = (
    ({"kind": "resident", "load_kw": "8"}, "低压居民", "220 伏", "电能表箱的用户侧出线处"),
    ({"kind": "nonresident", "private_business": "yes", "load_kw": "60"}, "低压民营（零投资）", "380 伏", "零投资"),
    ({"kind": "nonresident", "private_business": "no", "load_kw": "60"}, "低压非居民", "380 伏", "用地红线"),
    ({"kind": "nonresident", "private_business": "no", "load_kw": "700"}, "高压单电源", "10 千伏", "用地红线"),
    ({"kind": "nonresident", "load_kw": "700", "sources": "2"}, "高压双电源", "10 千伏", "每千伏安"),
)


@pytest.mark.parametrize(("said", "words", "voltage", "more"), CLASSES)
def test_each_class_is_told_its_voltage_papers_days_and_boundary(
    company: Company, client: Client, said: dict[str, str], words: str, voltage: str, more: str
) -> None:
    page = Page(client.get("/needs/", said))
    for part in (words, voltage, more, "申请时要的资料", "个工作日", "谁出钱", "依据："):
        assert part in page.text, part
    assert not Case.objects.exists()
    assert not re.search(r"E\+|个个", page.text)


def test_only_two_sources_are_told_of_a_fee(company: Company, client: Client) -> None:
    assert "每千伏安：" not in Page(client.get("/needs/", {"kind": "nonresident", "load_kw": "700"})).text
    told = Page(client.get("/needs/", {"kind": "nonresident", "load_kw": "700", "sources": "2"})).text
    assert "除容量最大的一路外" in told
    assert "还没有确认" in told


def test_appliances_are_counted_without_a_script(company: Company, client: Client) -> None:
    page = Page(client.get("/needs/", {"kind": "resident", "n_light_home": "1", "n_ac_wall": "3"}))
    assert "算下来要" in page.text
    wrong = Page(client.get("/needs/", {"kind": "resident", "n_ac_wall": "两台"}))
    assert "台数请填整数" in wrong.text
    assert 'value="两台"' in wrong.html


@pytest.mark.parametrize("typed", [{}, {"n_ac_wall": ""}, {"n_ac_wall": "0"}, {"n_ghost": "5"}])
def test_nothing_counted_suggests_nothing(typed: dict[str, str]) -> None:
    assert counted("life", typed, on=ON).suggestion is None


def test_rubbish_in_the_address_is_answered_with_the_usual_case(company: Company, client: Client) -> None:
    rubbish = dict.fromkeys(("kind", "unit", "use", "load_kw", "existing", "sources", "business", "n_x"), "<script>")
    page = Page(client.get("/needs/", rubbish))
    assert page.status == 200
    assert "请从列出的里面选" in page.text
    for load in ("NaN", "1e400", "-3", "9" * 30):
        assert Page(client.get("/needs/", {"load_kw": load})).status == 200


@pytest.mark.parametrize("kind", list(CustomerClass))
def test_every_class_has_a_boundary_today_and_none_before_there_was_one(kind: CustomerClass) -> None:
    table = tables.boundaries()
    rows = [one for one in table if kind in one.classes]
    assert rows
    assert all(one.source for one in rows)
    facts = Facts(
        business=Business.NEW,
        kind=CustomerKind.RESIDENT if kind is CustomerClass.RESIDENT else CustomerKind.NONRESIDENT,
        voltage=Voltage.KV10 if kind in (CustomerClass.HV_SINGLE, CustomerClass.HV_MULTI) else Voltage.V220,
        capacity_kva=Decimal(8),
        sources=2 if kind is CustomerClass.HV_MULTI else 1,
        zero_investment=kind is CustomerClass.THREE_ZERO,
    )
    assert facts.customer_class is kind
    assert boundary_for(facts, ON, table=table) is rows[0]
    assert boundary_for(facts, date(2015, 1, 1), table=table) is None


def test_a_boundary_of_no_class_is_no_boundary() -> None:
    with pytest.raises(ValueError, match="ghost"):
        parse_boundaries('[[boundary]]\nclasses=["ghost"]\nat=""\nours=""\nyours=""\nsource=""\nconfirmed=false')


# --- from looking to applying ---------------------------------------------------------------------------------


def test_what_was_said_before_the_sign_in_begins_the_application(
    company: Company, client: Client, watch: Watch
) -> None:
    said = {"kind": "nonresident", "use": "shop", "load_kw": "15", "ownership": "rent", "acting": "self"}
    away = client.post("/apply/", said)
    assert away["Location"].startswith("/signin/")
    sign_in(client, PHONE, watch.at)
    page = Page(client.get("/apply/", follow=True))
    assert page.path == "/apply/who/"
    assert re.search(r'value="nonresident"[^>]*checked', page.html)
    what = Page(client.get("/apply/what/"))
    assert 'value="15"' in what.html
    assert not Case.objects.exists()


def test_a_begun_application_is_not_written_over(customer: Customer) -> None:
    customer.fill_in()
    page = customer.post("/apply/", kind="nonresident", load_kw="99")
    assert "没填完的申请" in page.text
    assert 'value="8"' in customer.get("/apply/what/").html


def begin(customer: Customer, unit: str = "3301") -> Page:
    customer.post("/apply/who/", go="on", **WHO)
    where = {"unit": str(customer.company.units[unit].pk), "address": "解放路 12 号 3 幢 201", "ownership": "own"}
    return customer.post("/apply/where/", go="on", **where)


def test_whoever_begins_has_made_contact_once_and_the_application_goes_on_in_that_case(customer: Customer) -> None:
    customer.post("/apply/who/", go="on", **WHO)
    assert not Case.objects.exists()
    begin(customer)
    begin(customer)
    case = Case.objects.get()
    assert (case.stage, case.opener_kind) == ("contact", "customer")
    began = Event.objects.get(case_id=case.pk)
    assert "看进度" not in customer.get("/mine/").text
    customer.watch.go(days=1)
    sign_in(customer.client, PHONE, customer.watch.at)
    customer.post("/apply/what/", go="on", business="new", use="life", load_kw="8")
    customer.post("/apply/papers/", go="on", identity=photo())
    check = customer.get("/apply/check/")
    done = customer.post("/apply/check/", key=check.hidden("key"), truthful="on", promises="on")
    assert "申请已提交" in done.text, done.text
    case = Case.objects.get()
    assert case.stage == "accept"
    assert began.happened_at == case.opened_at
    assert [one.kind for one in Event.objects.filter(case_id=case.pk).order_by("seq")] == [
        "contact_made",
        "application_filed",
    ]


def test_another_district_begins_another_case_and_giving_up_ends_it(customer: Customer) -> None:
    begin(customer)
    begin(customer, "3302")
    assert sorted(Case.objects.values_list("status", flat=True)) == ["open", "withdrawn"]
    customer.post("/apply/discard/")
    assert set(Case.objects.values_list("status", flat=True)) == {"withdrawn"}
    assert "还没有申请" in customer.get("/mine/").text


# --- more for what is there -----------------------------------------------------------------------------------


def test_more_power_starts_from_an_account_of_ones_own(customer: Customer, company: Company) -> None:
    teller = story(company, home(), serial="A", at=customer.watch.at, papers=("identity",)).to("revisit")
    own = Account.objects.get(case=teller.case)
    customer.watch.at = teller.at
    sign_in(customer.client, PHONE, customer.watch.at)
    begin(customer)
    page = customer.get("/apply/what/")
    assert f"{own.number}，现有 8 千瓦" in page.text
    page = customer.post("/apply/what/", go="on", business="increase", own=own.number, use="charger", load_kw="7")
    assert page.path == "/apply/papers/", page.text
    customer.post("/apply/papers/", go="on", identity=photo())
    check = customer.get("/apply/check/")
    assert own.number in check.text
    done = customer.post("/apply/check/", key=check.hidden("key"), truthful="on", promises="on")
    assert "申请已提交" in done.text, done.text
    facts = cases.state_of(Case.objects.latest("pk")).facts
    assert facts is not None
    assert (facts.business, facts.original_kva, facts.capacity_kva) == (Business.INCREASE, Decimal(8), Decimal(7))


def test_nobody_is_offered_anothers_account(customer: Customer, company: Company) -> None:
    teller = story(company, home(), serial="A", at=customer.watch.at, papers=("identity",)).to("revisit")
    own = Account.objects.get(case=teller.case)
    customer.watch.at = teller.at
    sign_in(customer.client, STRANGER, customer.watch.at)
    begin(customer)
    assert own.number not in customer.get("/apply/what/").text
    page = customer.post("/apply/what/", go="on", business="increase", own=own.number, use="charger", load_kw="7")
    assert "请填写现在的容量" in page.text


def test_appliances_counted_in_the_application_are_filled_in(customer: Customer) -> None:
    begin(customer)
    page = customer.post("/apply/what/", go="count", business="new", use="life", n_light_home="1", n_ac_wall="2")
    assert page.path == "/apply/what/"
    assert "还差一点" not in page.text
    found = re.search(r'name="load_kw" value="(\d+)"', page.html)
    assert found
    assert int(found[1]) > 0
    assert 'name="n_ac_wall" value="2"' in page.html
