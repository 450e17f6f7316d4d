"""两条路: a resident and a hospital with two sources, each from the phone to the archive, by hand in a browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.hands import Hands, Values
from tests.product import Product
from yekuo.operations.rehearsal.plan import credit_code, identity

REVISITED = {
    "reached": "yes", "told_once": "yes", "repeated_trip": "no", "named_builder": "no", "extra_fee": "no", "grade": "5",
}  # fmt: skip


@pytest.fixture
def hands(product: Product, browser: Browser, tmp_path: Path) -> Iterator[Hands]:
    used = Hands(browser, product.address, tmp_path)
    yield used
    assert used.errors == []
    for page in used.pages.values():
        page.context.close()


def onward(page: Page) -> None:
    """Press the main button of a customer's page and see that nothing is complained of."""
    page.locator("button.btn.main").last.click()
    page.wait_for_load_state()
    assert page.locator("main .problems").count() == 0, page.inner_text("main")[:600]


def hand_in(page: Page, hands: Hands) -> None:
    """Hand in a picture for every paper asked for."""
    names = page.locator("input[type=file]").evaluate_all("all => [...new Set(all.map(one => one.name))]")
    for name in names:
        page.locator(f"input[type=file][name='{name}']").last.set_input_files(str(hands.paper))


def apply(hands: Hands, phone: str, pages: list[Values]) -> str:
    """Apply on the phone and return the number of the case."""
    page = hands.customer(phone)
    page.goto(f"{hands.home}/apply/who/")
    for values in pages:
        hands.fill(page, values)
        onward(page)
    hand_in(page, hands)
    onward(page)
    for tick in page.locator("main input[type=checkbox]").all():
        tick.check(force=True)
    onward(page)
    return str(re.findall(r"YK\d{13}", page.inner_text("main"))[0])


def own_part(hands: Hands, phone: str, number: str, deed: str, values: Values) -> None:
    """Do the customer's own part from the progress page."""
    page = hands.customer(phone)
    page.goto(f"{hands.home}/p/{number}/")
    page.locator(f"main a[href*='/{deed}/']").first.click()
    page.wait_for_load_state()
    hands.fill(page, values)
    if page.locator("input[type=file]").count():
        hand_in(page, hands)
    onward(page)


def meters(count: int, *, ratio: bool, lot: str) -> dict[str, str | bool]:
    """Fill in what hangs on the wall."""
    filled: dict[str, str | bool] = {}
    for point in range(1, count + 1):
        filled |= {
            f"meters.{point}.meter_asset": f"DB{lot}{point}", f"meters.{point}.seals": f"FY{lot}{point}",
            f"meters.{point}.terminal_asset": f"ZD{lot}{point}", f"meters.{point}.terminal_tested": True,
        }  # fmt: skip
        if ratio:
            filled |= {f"meters.{point}.ct_assets": f"CT{lot}{point}", f"meters.{point}.vt_assets": f"PT{lot}{point}"}
    return filled


def test_resident_from_phone_to_archive(hands: Hands) -> None:
    phone = "13911110001"
    number = apply(
        hands,
        phone,
        [
            {"kind": "resident", "name": "王小明", "id_number": identity(301), "acting": "self"},
            {"unit": "城关", "address": "城关县工业路 301 号 2 单元 502", "ownership": "own"},
            {"business": "new", "load_kw": "8", "use": "日常生活"},
        ],
    )
    hands.deed("limin", number, "accept_application", {"manager": "赵敏"})
    hands.deed("zhaomin", number, "assign_person", {"role": "surveyor", "person": "陈刚"})
    found = {"external_works": "no", "customer_works": "no", "supply_point": "东街 3 号公变"}
    hands.deed("chengang", number, "submit_survey", found)
    hands.deed("zhaomin", number, "draft_scheme")
    hands.deed("zhaomin", number, "deliver_reply")
    hands.deed("linfeng", number, "install_meter", meters(1, ratio=False, lot="81"))
    hands.deed("wudi", number, "confirm_safety", {"measures": True})
    hands.deed("wudi", number, "energise")
    hands.deed("limin", number, "archive_case", {"shelf": "一柜三层"})
    hands.deed("wangfang", number, "revisit_customer", REVISITED)
    page = hands.customer(phone)
    page.goto(f"{hands.home}/p/{number}/")
    assert "送电" in page.inner_text("main")


def test_hospital_with_two_sources_from_phone_to_archive(hands: Hands) -> None:
    phone = "13911110002"
    number = apply(
        hands,
        phone,
        [
            {
                "kind": "nonresident", "private_business": "no", "name": "江州市第三人民医院", "id_type": "credit_code",
                "id_number": credit_code(901), "contact": "钟院长", "acting": "self",
            },
            {"unit": "城关", "address": "城关县人民路 901 号", "ownership": "own"},
            {
                "business": "new", "load_kw": "1600", "use": "医院", "high_voltage": "yes", "transformers_kva": "2000",
                "sources": "2", "importance": "second", "special_load": "no",
            },
        ],
    )  # fmt: skip
    hands.deed("limin", number, "accept_application", {"manager": "赵敏"})
    found = {"external_works": "yes", "customer_works": "yes", "supply_point": "城东变 东郊 12 线"}
    hands.deed("chengang", number, "submit_survey", found)
    hands.deed("zhaomin", number, "draft_scheme", two_sources())
    for login in ("sunli", "wudi", "fengjie", "linfeng", "xuqiang"):
        hands.deed(login, number, "give_opinion", {"agree": "yes"})
    hands.deed("zhaomin", number, "deliver_reply")
    own_part(hands, phone, number, "answer_scheme", {"agree": "yes"})
    own_part(hands, phone, number, "submit_design", {"designer": "华东电力设计院", "licence": "A133001"})
    hands.deed("xuqiang", number, "review_design", {"passed": "yes"})
    own_part(hands, phone, number, "request_mid_inspection", {"content": "电缆沟与接地网"})
    hands.deed("xuqiang", number, "start_mid_inspection")
    inspect(hands, number, "conclude_mid_inspection")
    own_part(hands, phone, number, "finish_works", {})
    own_part(hands, phone, number, "request_completion", {})
    hands.deed("xuqiang", number, "start_completion_inspection")
    inspect(hands, number, "conclude_completion_inspection", failed="H01")
    own_part(hands, phone, number, "report_rectified", {"answer_0": "已独立设置"})
    own_part(hands, phone, number, "request_completion", {})
    hands.deed("xuqiang", number, "start_completion_inspection")
    inspect(hands, number, "conclude_completion_inspection")
    hands.deed("zhaomin", number, "draft_contract")
    hands.deed("zhaomin", number, "sign_contract")
    own_part(hands, phone, number, "sign_contract", {"agree": True, "signature": "江州市第三人民医院"})
    hands.deed("fengjie", number, "sign_dispatch_agreement", {"number": "DD-2026-77"})
    hands.deed("hejing", number, "settle_fee", {"receipt": "SJ-2026-77"})
    hands.deed("zhengkai", number, "accept_external_works", {"content": "10 千伏电缆两回，验收合格"})
    hands.deed("linfeng", number, "install_meter", meters(2, ratio=True, lot="82"))
    hands.deed("fengjie", number, "confirm_safety", {"measures": True, "electricians": "DG330106001"})
    owed = ("operating_rules", "duty_certificate", "tool_test")
    hands.deed("limin", number, "supply_papers", {f"papers.{one}": True for one in owed})
    hands.deed("wudi", number, "energise")
    hands.deed("limin", number, "archive_case", {"shelf": "二柜一层"})
    hands.deed("wangfang", number, "revisit_customer", REVISITED)


def inspect(hands: Hands, number: str, deed: str, *, failed: str = "") -> None:
    """Go through the whole checklist; one item fails, or none."""
    page = hands.staff("xuqiang")
    page.goto(f"{hands.home}/desk/case/{number}/do/{deed}/")
    if failed:
        hands.fill(page, {f"items.{failed}.result": "failed"})
    page.locator("button[name=rework][value=pass]").click()
    page.locator("main input[type=radio][name^='items.'][value=ok]:checked").first.wait_for(state="attached")
    if failed:
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.locator("button[name=rework][value=defects]").click()
        page.wait_for_load_state("networkidle")
        page.locator("[name^='defects.'][name$='.text']").fill("计量柜应独立设置")
        page.locator("input[type=file][name^='defects.']").first.set_input_files(str(hands.paper))
    hands.fill(page, {"passed": "no" if failed else "yes"})
    hands.submit(page, deed)


def two_sources() -> dict[str, str | bool]:
    """Where the two circuits of the hospital come from."""
    return {
        "sources.1.substation": "城东 110 千伏变电站", "sources.1.bus": "10 千伏 I 段", "sources.1.feeder": "东郊 12 线",
        "sources.1.switch": "112", "sources.2.substation": "城西 110 千伏变电站", "sources.2.bus": "10 千伏 II 段",
        "sources.2.feeder": "西环 21 线", "sources.2.switch": "221", "security_load_kva": "100", "emergency_kva": "150",
    }  # fmt: skip
