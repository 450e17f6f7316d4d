"""电网数据旅程: a hostile file is uploaded, examined, put in force and drawn as words; a weaker one leads a manager to his doubtful scheme."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from tests.grid.town import Sheets, town
from tests.interfaces.desk_stage import Stage
from tests.journeys.conftest import Watch, check_page
from tests.operations.grid_stage import town_of
from tests.operations.test_grid_files import book
from yekuo.interfaces.jobs import rounds
from yekuo.interfaces.look import clock
from yekuo.rules.calendar import BEIJING

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
HOSTILE = "<img src=x onerror=alert(1)>\"'</script><script>alert(2)</script>"
Open = Callable[[str, str], Page]


@pytest.fixture
def stage(settings: Settings, tmp_path: Path) -> Stage:
    settings.REHEARSAL, settings.DATA = True, tmp_path
    clock.set_to((AT + timedelta(days=3)).astimezone(UTC))
    made = Stage(AT)
    made.people["chief"] = made.hire("cityplanner", "市公司规划", ("planner",), made.city)
    return made


@pytest.fixture
def open_as(live_server: Any, context: BrowserContext, stage: Stage, watch: Watch) -> Iterator[Open]:
    pages: list[Page] = []

    def opened(part: str, address: str) -> Page:
        client = Client()
        client.force_login(stage.people[part])
        context.clear_cookies()
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        pages.append(context.new_page())
        pages[-1].on("dialog", lambda dialog: pytest.fail(f"a page asked: {dialog.message}"))
        pages[-1].goto(live_server.url + address)
        return pages[-1]

    yield opened
    for page in pages:
        page.close()


def upload(page: Page, sheets: Sheets) -> None:
    """Leave a file, let the worker look at it, and wait until the page has noticed by itself."""
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.locator("#files").set_input_files(
        {"name": "台账.xlsx", "mimeType": mime, "buffer": io.BytesIO(book(sheets)).getvalue()}
    )
    page.get_by_role("button", name="上传并检查").click()
    expect(page.locator("#progress")).to_contain_text("文件已收下")
    rounds.examine_uploads()
    expect(page.get_by_text("没有错误")).to_be_visible()


def hostile() -> Sheets:
    """The town with names that would be markup, and nothing else wrong."""
    sheets = town()
    for sheet in ("馈线", "变电站", "配变"):
        for row in sheets[sheet]:
            row["名称"] = f"{HOSTILE}{row['编号']}"
    return sheets


def test_names_of_a_hostile_file_stay_words_from_the_preview_to_the_map(stage: Stage, open_as: Open) -> None:
    page = open_as("chief", "/desk/grid/import/")
    upload(page, hostile())
    page.fill("#reason", "台账更新")
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.get_by_text("已启用为第 1 版")).to_be_visible()
    page.get_by_role("link", name="看在用电网").click()
    expect(page.get_by_text(f"{HOSTILE}F1").first).to_be_visible()
    check_page(page)
    case = stage.case("hv_single", at=AT).filed().to("scheme")
    bench = open_as("manager", f"/desk/case/{case.number}/scheme/")
    bench.fill("#id_position", "31.001,113.0195")
    bench.get_by_role("button", name="测算", exact=True).click()
    bench.wait_for_url("**/scheme/?study=1")
    expect(bench.locator(".gridmap[data-ready]")).to_be_visible()
    expect(bench.get_by_text(HOSTILE).first).to_be_visible()
    bench.locator(".gridmap[data-ready]").hover(position={"x": 160, "y": 120})
    assert bench.locator("img[src='x']").count() == 0


def test_a_weaker_network_leads_the_manager_to_his_doubtful_scheme(stage: Stage, open_as: Open) -> None:
    town_of(stage.city.pk, at=AT)
    case = stage.case("hv_single", at=AT).filed().to("scheme")
    bench = open_as("manager", f"/desk/case/{case.number}/scheme/")
    bench.fill("#id_position", "31.001,113.0195")
    bench.get_by_role("button", name="测算", exact=True).click()
    bench.get_by_role("button", name="选用", exact=True).first.click()
    bench.wait_for_url("**/do/draft_scheme/?study=1")
    sheets = town()
    for row in sheets["线路段"]:
        row["载流量"] = 8
    page = open_as("chief", "/desk/grid/import/")
    upload(page, sheets)
    page.fill("#reason", "线路复核")
    page.locator("#seen").check()
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.get_by_text("已启用为第 2 版")).to_be_visible()
    doubt = open_as("manager", "/desk/today/")
    doubt.locator(f"a[href='/desk/case/{case.number}/doubt/']").first.click()
    check_page(doubt)
    doubt.get_by_role("button", name="重新校核").click()
    expect(doubt.get_by_text("复核不通过").first).to_be_visible()
