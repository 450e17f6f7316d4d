"""导览旅程: a stranger walks the five stories from the demo's start page, on a desk and on a phone, and presses the buttons that refuse."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.conftest import check_breadth, check_page
from tests.journeys.hands import DESK, PHONE
from tests.product import Product
from yekuo.interfaces.customer.rehearsal_stories import STORIES

pytestmark = pytest.mark.journey


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def visitor(request: pytest.FixtureRequest, browser: Browser, product: Product) -> Iterator[Page]:
    size: ViewportSize = request.param
    context = browser.new_context(viewport=size, locale="zh-CN")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


def start(page: Page, product: Product) -> None:
    page.goto(f"{product.address}rehearsal/")


def press(page: Page, product: Product, story: str, place: int) -> None:
    start(page, product)
    page.locator(f"#{story} .tour-steps li").nth(place).locator("button").click()


def test_the_printed_address_is_the_start_page_and_every_step_opens(visitor: Page, product: Product) -> None:
    assert f"{product.address}rehearsal/" in product.said
    start(visitor, product)
    check_page(visitor, "rehearsal")
    for story in STORIES:
        for place, step in enumerate(story.steps):
            press(visitor, product, story.key, place)
            expect(visitor.locator("h1").first).to_be_visible()
            check_breadth(visitor)  # how accessible each page is, the crawl sees
            if step.attempt:
                expect(visitor.locator(".note.bad")).to_contain_text("没有成功")
                visitor.get_by_role("link", name="回到").last.click()
            else:
                visitor.get_by_role("link", name="回到导览").click()
            expect(visitor.get_by_role("heading", name="十分钟看懂业扩通")).to_be_visible()


def test_the_hospital_is_not_energised_without_its_contract(visitor: Page, product: Product) -> None:
    press(visitor, product, "hospital", 2)
    visitor.locator("form .btn.main").click()
    expect(visitor.locator(".problems")).to_contain_text("客户还没有签订供用电合同")
    visitor.get_by_role("link", name="返回工单").click()
    expect(visitor.locator("#now")).to_contain_text("送电")


def test_the_old_meter_is_not_forgotten(visitor: Page, product: Product) -> None:
    press(visitor, product, "factory", 1)
    for label, value in (
        ("电能表资产号", "DB2026112001"), ("电流互感器资产号", "CT1"), ("电压互感器资产号", "PT1"), ("采集终端资产号", "ZD1"),
    ):  # fmt: skip
        visitor.get_by_label(label).fill(value)
    visitor.get_by_label("封印号").first.fill("F1")
    for tick in ("采集终端调试通过", "客户已在装接单上签字"):
        visitor.get_by_label(tick).check()
    visitor.locator("form .btn.main").click()
    expect(visitor.locator(".problems")).to_contain_text("原电能表 DB330100203 还没有拆表记录")
