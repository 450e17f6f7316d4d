"""样张与守护: every part is accessible and fits a phone; typing is safe from pinyin, double clicks and lost pages."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from tests.journeys import trial_pages
from tests.journeys.conftest import DESK, PHONE, Watch, check_page

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PAGES = ("parts", "list", "case", "track", "apply", "print")


@pytest.fixture(autouse=True)
def _in_rehearsal(settings: Settings) -> None:
    settings.REHEARSAL = True


@pytest.fixture
def trial(settings: Settings, live_server: Any) -> str:
    settings.ROOT_URLCONF = "tests.journeys.trial_pages"
    trial_pages.posts.clear()
    trial_pages.asked.clear()
    return f"{live_server.url}/trial"


@pytest.mark.parametrize("width", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_every_part_is_accessible_and_fits(
    live_server: Any, page: Page, watch: Watch, name: str, width: dict[str, Any]
) -> None:
    page.set_viewport_size(width)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/styleguide/{name}")
    check_page(page, shot=f"{name}-{width['width']}")


@pytest.mark.parametrize("name", ["list", "case", "apply"])
def test_large_print_still_fits_a_phone(live_server: Any, page: Page, watch: Watch, name: str) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.context.add_cookies([{"name": "look", "value": "large", "url": live_server.url}])
    page.goto(f"{live_server.url}/styleguide/{name}")
    expect(page.locator("html")).to_have_class(re.compile("large"))
    check_page(page, shot=f"{name}-large")


def test_controls_are_big_enough_for_a_thumb(live_server: Any, page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/styleguide/apply")
    heights = page.evaluate(
        "() => [...document.querySelectorAll('main .btn, main input:not([type=checkbox],[type=radio],[type=file]),"
        " main select, main .choices label')].filter(e => e.offsetHeight).map(e => e.offsetHeight)"
    )
    assert len(heights) > 8
    assert min(heights) >= 44


def test_the_guide_is_not_for_strangers(live_server: Any, page: Page, settings: Settings) -> None:
    settings.REHEARSAL = False
    answer = page.goto(f"{live_server.url}/styleguide")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="没有找到这个页面")).to_be_visible()


def test_large_print_is_switched_and_stays(live_server: Any, page: Page, watch: Watch) -> None:
    page.goto(f"{live_server.url}/styleguide/track")
    page.get_by_role("button", name="大字版").click()
    expect(page).to_have_url(f"{live_server.url}/styleguide/track")
    expect(page.locator("html")).to_have_class(re.compile("large"))
    page.get_by_role("button", name="标准字号").click()
    expect(page.locator("html")).not_to_have_class(re.compile("large"))


def test_without_javascript_menu_and_derivation_open(live_server: Any, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{live_server.url}/styleguide/case")
    expect(page.get_by_role("link", name="配套工程")).not_to_be_visible()
    page.get_by_text("菜单", exact=True).click()
    expect(page.get_by_role("link", name="配套工程")).to_be_visible()
    page.get_by_text("这个期限怎么算的").first.click()
    expect(page.get_by_text("2026-09-18(周五)受理，当日不计").first).to_be_visible()
    context.close()


def test_the_list_is_walked_by_keys(live_server: Any, page: Page, watch: Watch) -> None:
    page.goto(f"{live_server.url}/styleguide/list")
    page.keyboard.press("/")
    expect(page.locator(".find input")).to_be_focused()
    page.keyboard.type("jk/")
    expect(page.locator(".find input")).to_have_value("jk/")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect(page.locator("a.row").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/styleguide/case")


def test_half_typed_pinyin_asks_nothing(trial: str, page: Page, watch: Watch) -> None:
    page.goto(trial)
    field = page.locator("#ask")
    field.focus()
    keyboard = page.context.new_cdp_session(page)
    for typed in ("w", "wu", "wu l", "wu li", "wu liu"):
        keyboard.send(
            "Input.imeSetComposition", {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)}
        )
        page.wait_for_timeout(50)
    keyboard.send("Input.insertText", {"text": "物流"})
    expect(page.locator("#answer")).to_have_text("找到 1")
    page.wait_for_timeout(200)
    assert trial_pages.asked == ["物流"]


def test_enter_that_chooses_a_word_submits_nothing(trial: str, page: Page, watch: Watch) -> None:
    page.goto(trial)
    page.get_by_label("户名").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "liu", "selectionStart": 3, "selectionEnd": 3})
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229, "text": "\r"}
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", **key})
    keyboard.send("Input.insertText", {"text": "刘"})
    page.wait_for_timeout(300)
    assert trial_pages.posts == []
    expect(page.get_by_label("户名")).to_have_value("刘")


def fill(page: Page) -> None:
    page.get_by_label("户名").fill("刘芳")
    page.get_by_label("二级").check()
    page.get_by_label("环节").select_option("b")
    page.get_by_label("加急").check()
    page.get_by_label("电话").fill("13800001234")
    page.get_by_label("说明").fill("院内有两台变压器")


def test_a_draft_survives_a_lost_page_and_goes_when_taken(trial: str, page: Page, watch: Watch) -> None:
    page.goto(trial)
    fill(page)
    page.goto("about:blank")
    page.goto(trial)
    expect(page.get_by_text("填写但未提交的内容")).to_be_visible()
    expect(page.get_by_label("户名")).to_have_value("刘芳")
    expect(page.get_by_label("二级")).to_be_checked()
    expect(page.get_by_label("环节")).to_have_value("b")
    expect(page.get_by_label("加急")).to_be_checked()
    expect(page.get_by_label("说明")).to_have_value("院内有两台变压器")
    expect(page.get_by_label("电话")).to_have_value("")
    assert "13800001234" not in page.evaluate("() => JSON.stringify(localStorage)")
    check_page(page)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已提交")).to_be_visible()
    page.goto(trial)
    expect(page.get_by_text("填写但未提交的内容")).to_have_count(0)
    expect(page.get_by_label("户名")).to_have_value("")
    assert page.evaluate("() => localStorage.length") == 0


def test_a_draft_can_be_thrown_away(trial: str, page: Page, watch: Watch) -> None:
    page.goto(trial)
    page.get_by_label("户名").fill("刘芳")
    page.reload()
    page.get_by_role("button", name="不要草稿").click()
    expect(page.get_by_label("户名")).to_have_value("")
    page.reload()
    expect(page.get_by_label("户名")).to_have_value("")


def test_a_refused_submit_keeps_what_was_typed_and_leads_to_the_fault(trial: str, page: Page) -> None:
    page.goto(trial)
    page.get_by_label("说明").fill("院内有两台变压器")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".problems")).to_be_focused()
    page.get_by_role("link", name=re.compile("户名")).click()
    expect(page.get_by_label("户名")).to_be_focused()
    expect(page.get_by_label("说明")).to_have_value("院内有两台变压器")
    check_page(page)
    page.get_by_label("户名").fill("刘芳")
    page.goto("about:blank")
    page.goto(trial)
    expect(page.get_by_label("说明")).to_have_value("院内有两台变压器")
    expect(page.get_by_label("户名")).to_have_value("刘芳")


def test_a_second_click_while_waiting_sends_nothing(trial: str, page: Page, watch: Watch) -> None:
    page.goto(trial)
    fill(page)
    box = page.get_by_role("button", name="提交").bounding_box()
    assert box is not None
    for _ in range(2):
        page.mouse.click(box["x"] + 5, box["y"] + 5)
        time.sleep(0.1)
    expect(page.get_by_text("已提交")).to_be_visible()
    assert trial_pages.posts == ["刘芳"]


def test_a_submit_that_was_stopped_can_be_sent_again(trial: str, page: Page) -> None:
    page.goto(trial)
    fill(page)
    page.route("**/trial", lambda route: route.abort("aborted"))
    button = page.get_by_role("button", name="提交")
    button.click(no_wait_after=True)
    expect(page.locator("#trial")).to_have_attribute("aria-busy", "true")
    page.unroute("**/trial")
    page.evaluate("() => { dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })) }")
    button.click()
    expect(page.get_by_text("已提交")).to_be_visible()
    assert trial_pages.posts == ["刘芳"]


def test_a_fragment_that_does_not_come_says_so(trial: str, page: Page) -> None:
    page.goto(trial)
    page.route("**/asked*", lambda route: route.abort())
    page.locator("#ask").fill("甲")
    expect(page.get_by_text("刚才的操作没有送达")).to_be_visible()


@pytest.mark.parametrize("width", [DESK, PHONE], ids=["desk", "phone"])
def test_sign_in_is_ours_and_says_what_is_wrong(live_server: Any, page: Page, width: dict[str, Any]) -> None:
    page.set_viewport_size(width)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/accounts/login/")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("注册|sign up", re.IGNORECASE))).to_have_count(0)
    check_page(page, shot=f"login-{width['width']}")
    page.get_by_label("用户名").fill("nobody")
    page.get_by_label("密码").fill("wrong-password")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("没有登录成功")
    expect(page.get_by_label("用户名")).to_have_value("nobody")
    check_page(page, shot=f"login-wrong-{width['width']}")


def test_nobody_signs_up_by_himself(live_server: Any, page: Page, watch: Watch) -> None:
    page.goto(f"{live_server.url}/accounts/signup/")
    expect(page.get_by_role("heading", name="账号和密码由管理员办理")).to_be_visible()
    expect(page.locator("input[type=password]")).to_have_count(0)
    check_page(page)


def test_a_browser_of_another_language_sees_no_mixture(live_server: Any, browser: Browser) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    expect(page.get_by_label("用户名")).to_be_visible()
    page.goto(f"{live_server.url}/styleguide/parts")
    expect(page.get_by_text("联系电话：这个字段是必填项。")).to_be_visible()
    context.close()
