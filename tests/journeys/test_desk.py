"""柜台旅程: lists by keyboard, a number revealed, an opinion seen live."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from tests.interfaces.desk_stage import Stage
from tests.journeys.conftest import Watch
from yekuo.interfaces.look import clock
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds import scheme

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
Open = Callable[[str, str], Page]


@pytest.fixture
def stage(settings: Settings, tmp_path: Path) -> Stage:
    settings.REHEARSAL, settings.DATA = True, tmp_path
    clock.set_to((AT + timedelta(days=20)).astimezone(UTC))
    return Stage(AT)


@pytest.fixture
def open_as(live_server: Any, context: BrowserContext, stage: Stage, watch: Watch) -> Iterator[Open]:
    pages: dict[str, Page] = {}

    def opened(part: str, address: str) -> Page:
        client = Client()
        client.force_login(stage.people[part])
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context.clear_cookies()
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = pages.setdefault(part, context.new_page())
        page.goto(live_server.url + address)
        return page

    yield opened
    for page in pages.values():
        page.close()


def test_a_list_is_walked_by_keyboard(stage: Stage, open_as: Open) -> None:
    for _ in range(3):
        last = stage.case(at=AT).filed()
    page = open_as("clerk", "/desk/")
    rows = page.locator("a.row")
    expect(rows).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/case/{last.number}/")
    page.keyboard.press("/")
    expect(page.locator(".find input")).to_be_focused()


def test_a_number_is_revealed_in_a_dialog_and_gone_when_it_closes(stage: Stage, open_as: Open) -> None:
    case = stage.case(at=AT).filed()
    page = open_as("clerk", f"/desk/case/{case.number}/")
    page.get_by_role("link", name=re.compile("查看 ?联系电话")).click()
    page.locator("#id_reason").fill("看")
    page.locator("#revealed button").click()
    expect(page.locator("#revealed .problems")).to_contain_text("请写明理由")
    page.locator("#id_reason").fill("电话联系客户约时间")
    page.locator("#revealed button").click()
    expect(page.locator(".whole")).to_have_text(case.phone)
    page.locator("#whole form[method=dialog] button").click()
    expect(page.locator("#whole")).to_be_hidden()
    expect(page.locator(".whole")).to_have_count(0)  # it is taken out by an event that comes after
    assert case.phone not in page.content()


def test_an_opinion_given_elsewhere_appears_by_itself(stage: Stage, open_as: Open) -> None:
    case = stage.case("hv_multi", at=AT).filed().to("review")
    page = open_as("manager", f"/desk/case/{case.number}/")
    expect(page.locator("#review")).not_to_contain_text("同意接入")
    case.do(scheme.GiveOpinion(member="planner", agree=True, text="同意接入"), by=stage.actor("planner"))
    expect(page.locator("#review")).to_contain_text("同意接入")


def test_a_form_keeps_its_uploads_through_rows_added_and_files_dropped(
    stage: Stage, open_as: Open, tmp_path: Path
) -> None:
    from tests.interfaces.test_desk_deeds import photo

    case = stage.case("hv_single", at=AT).filed().to("survey")
    page = open_as("surveyor", f"/desk/case/{case.number}/do/request_pause/")
    (tmp_path / "one.jpg").write_bytes(photo().read())
    page.locator("input[type=file]").first.set_input_files(str(tmp_path / "one.jpg"))
    page.locator("#deed-form button.main").click()
    expect(page.locator(".kept")).to_contain_text("one.jpg")
    expect(page.locator(".problems")).to_contain_text("请填写具体情况")
    page.get_by_role("button", name=re.compile("删除 ?one")).click()
    expect(page.locator(".kept")).to_have_count(0)


def test_signed_out_meanwhile_nothing_typed_is_lost(
    stage: Stage, open_as: Open, context: BrowserContext, watch: Watch
) -> None:
    case = stage.case("hv_single", at=AT).filed().to("scheme")
    form = f"/desk/case/{case.number}/do/draft_scheme/"
    page = open_as("manager", form)
    typed = "[name='sources.1.feeder']"
    page.locator(typed).fill("北侧 17 线")
    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="重新计算业务费").click()
    note = page.locator(".note[data-lost]")
    expect(note).to_contain_text("登录已过期")
    expect(page.locator(typed)).to_have_value("北侧 17 线")
    note.get_by_role("button", name="重新登录后继续").click()
    page.wait_for_url(f"**/accounts/login/?next={form}")
    assert all("401" in one for one in watch.errors)
    watch.errors.clear()
    expect(open_as("manager", form).locator(typed)).to_have_value("北侧 17 线")
