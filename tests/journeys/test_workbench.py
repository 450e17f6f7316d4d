"""工作台旅程: a place clicked on the map, studied, chosen, edited and checked at once, drafted, and seen by the reviewers."""

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
from tests.operations.grid_stage import town_of
from yekuo.interfaces.look import clock
from yekuo.rules.calendar import BEIJING

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
Open = Callable[[str, str], Page]


@pytest.fixture
def stage(settings: Settings, tmp_path: Path) -> Stage:
    settings.REHEARSAL, settings.DATA = True, tmp_path
    clock.set_to((AT + timedelta(days=3)).astimezone(UTC))
    found = Stage(AT)
    town_of(found.city.pk, at=AT)
    return found


@pytest.fixture
def open_as(live_server: Any, context: BrowserContext, stage: Stage, watch: Watch) -> Iterator[Open]:
    pages: list[Page] = []

    def opened(part: str, address: str) -> Page:
        client = Client()
        client.force_login(stage.people[part])
        context.clear_cookies()
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        pages.append(context.new_page())
        pages[-1].goto(live_server.url + address)
        return pages[-1]

    yield opened
    for page in pages:
        page.close()


def test_from_the_map_to_the_review(stage: Stage, open_as: Open) -> None:
    case = stage.case("hv_single", at=AT).filed().to("scheme")
    page = open_as("manager", f"/desk/case/{case.number}/")
    page.get_by_role("link", name="方案工作台").first.click()
    drawn = page.locator(".gridmap[data-ready]")
    expect(drawn).to_be_visible()
    drawn.click(position={"x": 180, "y": 150})
    expect(page.locator("#id_position")).not_to_have_value("30.28,120.15")
    page.fill("#id_position", "31.001,113.0195")
    page.get_by_role("button", name="测算", exact=True).click()
    page.wait_for_url("**/scheme/?study=1")
    expect(page.get_by_text("为什么第一")).to_be_visible()
    expect(page.locator(".gridmap[data-ready]")).to_be_visible()
    feeder = page.locator("tbody[data-ref=o1] th div.small").inner_text()
    for box in (0, 1):
        page.locator("input[name=compare]").nth(box).check()
    page.get_by_role("button", name="并排比较所选").click()
    expect(page.get_by_role("heading", name="并排比较")).to_be_visible()
    page.get_by_role("button", name="选用", exact=True).first.click()
    page.wait_for_url("**/do/draft_scheme/?study=1")
    checked = page.locator("#scheme-check")
    expect(checked).to_contain_text("校核通过")
    line = page.locator("[name='sources.1.feeder']").input_value()
    assert line
    assert line in feeder
    capacity = page.locator("[name='sources.1.capacity_kva']")
    right = capacity.input_value()
    capacity.fill("60000")
    capacity.press("Tab")
    expect(checked).to_contain_text("校核不通过")
    capacity.fill(right)
    capacity.press("Tab")
    expect(checked).to_contain_text("校核通过")
    page.get_by_role("button", name="提交方案").last.click()
    page.wait_for_url(f"**/desk/case/{case.number}/")
    board = open_as("planner", f"/desk/case/{case.number}/board/")
    expect(board.get_by_role("heading", name="测算依据")).to_be_visible()
    expect(board.locator("svg.oneline")).to_be_visible()
