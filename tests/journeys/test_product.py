"""整机旅程: what a person meets who starts the product with one command and opens its address."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Watch, check_page
from tests.product import Product

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_door_of_the_running_product_is_clean(product: Product, page: Page, size: dict[str, int]) -> None:
    seen = Watch(home=product.address)
    seen.over(page)
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"{product.address}accounts/login/")
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    check_page(page)
    assert seen.errors == []
    assert seen.strangers == []
