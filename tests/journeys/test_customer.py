"""客户旅程: a shop on a phone from looking to following; a designer by a link; every page within its screen and accessible."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import check_page
from tests.journeys.hands import PHONE, Hands
from tests.product import Product
from yekuo.operations.rehearsal.plan import credit_code

MOST_BYTES = 50 * 1024


@pytest.fixture
def hands(product: Product, browser: Browser, tmp_path: Path) -> Iterator[Hands]:
    used = Hands(browser, product.address, tmp_path)
    yield used
    assert used.errors == []
    for page in used.pages.values():
        page.context.close()


def onward(page: Page) -> None:
    """Press the main button and see that nothing is complained of."""
    page.locator("button.btn.main").last.click()
    page.wait_for_load_state()
    assert page.locator("main .problems").count() == 0, page.inner_text("main")[:600]


def test_a_shop_looks_applies_follows_and_gives_a_link(hands: Hands, browser: Browser) -> None:
    phone = "13911110021"
    page = hands.customer(phone)
    page.goto(f"{hands.home}/needs/")
    hands.fill(page, {"kind": "nonresident", "use": "shop"})
    page.locator("#needs button.btn.main").click()
    page.wait_for_load_state()
    assert "低压民营（零投资）" in page.inner_text("main")
    check_page(page, "customer-needs")
    page.locator("summary:has-text('数一数电器')").click()
    page.locator("#needs input[name^='n_']").first.fill("2")
    page.locator("#needs button.btn.main").click()
    page.wait_for_load_state()
    assert "算下来要" in page.inner_text("main")
    hands.fill(page, {"load_kw": "15"})
    page.locator("#needs button.btn.main").click()
    page.wait_for_load_state()
    page.locator("button[form=start]").click()
    page.wait_for_url("**/apply/who/")
    who = {"name": "江州好味餐饮店", "id_type": "credit_code", "id_number": credit_code(921), "contact": "周敏"}
    hands.fill(page, {**who, "acting": "self", "private_business": "yes"})
    check_page(page, "customer-who")
    onward(page)
    hands.fill(page, {"unit": "城关", "address": "城关县和平路 921 号", "ownership": "own"})
    onward(page)
    assert page.locator("[name=load_kw]").input_value() == "15"
    check_page(page, "customer-what")
    hands.fill(page, {"business": "new", "use": "shop"})
    onward(page)
    page.locator("summary:has-text('看样子')").first.click()
    check_page(page, "customer-papers")
    for name in page.locator("input[type=file]").evaluate_all("all => [...new Set(all.map(one => one.name))]"):
        page.locator(f"input[type=file][name='{name}']").last.set_input_files(str(hands.paper))
        page.wait_for_load_state()
    onward(page)
    for tick in page.locator("main input[type=checkbox]").all():
        tick.check(force=True)
    onward(page)
    number = str(re.findall(r"YK\d{13}", page.inner_text("main"))[0])
    answer = page.goto(f"{hands.home}/p/{number}/")
    assert answer is not None
    assert len(answer.body()) <= MOST_BYTES
    assert page.locator("script").count() == 0
    check_page(page, "customer-progress")
    page.goto(f"{hands.home}/p/{number}/complain/")
    check_page(page, "customer-complain")
    page.goto(f"{hands.home}/p/{number}/links/")
    hands.fill(page, {"purpose": "papers", "holder": "代办的小王"})
    check_page(page, "customer-links")
    onward(page)
    link = page.locator("a[href*='/w/']").first.get_attribute("href")
    stranger = browser.new_context(viewport=PHONE, is_mobile=True, java_script_enabled=False, locale="zh-CN").new_page()
    stranger.goto(str(link))
    assert "补交资料" in stranger.inner_text("main")
    assert "周敏" not in stranger.content()
    stranger.context.close()


def test_large_print_reaches_every_page_of_the_customer(hands: Hands) -> None:
    page = hands.customer("13911110022")
    for address in ("/", "/needs/", "/mine/", "/apply/who/"):
        page.goto(hands.home + address)
        small = page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)")
        page.locator("header form button, header a", has_text="大字版").first.click()
        page.wait_for_load_state()
        page.goto(hands.home + address)
        large = page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)")
        assert large >= small * 1.2, address
        check_page(page)
        page.locator("header form button, header a", has_text="标准").first.click()
        page.wait_for_load_state()
