"""规则维护旅程: an administrator takes in a notice and publishes a version."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.interfaces.rules_stage import PROSE
from tests.journeys.conftest import DESK, PHONE, Watch, check_page
from tests.operations.people import clerk, company
from tests.operations.told import CLASSES, Told
from yekuo.interfaces.look import clock
from yekuo.operations.books import open_shelf
from yekuo.records.models import Case, Staff, StaffMessage, Unit
from yekuo.rules.calendar import BEIJING

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 12, 14, 9, 0, tzinfo=BEIJING)


@pytest.fixture
def office(settings: Settings, tmp_path: Path) -> dict[str, Unit]:
    settings.REHEARSAL, settings.DATA = True, tmp_path
    clock.set_to(AT.astimezone(UTC))
    units = company()
    for name in ("hv_multi", "hv_single", "resident"):
        one = Told(AT - timedelta(days=4)).file(CLASSES[name]).to("survey")
        Case.objects.filter(pk=one.id).update(unit=units["county"].pk)
        words = f"供电方案答复临近到期，应于 2027-01-06 17:30 前完成（{name}）"
        StaffMessage.objects.create(
            role="administrator", unit=units["county"].pk, text=words, case_number=one.receipt.number, at=AT - timedelta(hours=2)
        )  # fmt: skip
    return units


@pytest.fixture
def desk(live_server: Any, page: Page, office: dict[str, Unit]) -> Page:
    actor = clerk(office["top"], "administrator", name="高管理")
    client = Client()
    client.force_login(Staff.objects.get(pk=actor.person))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return page


@pytest.mark.parametrize("width", [DESK, PHONE], ids=["desk", "phone"])
def test_a_notice_is_pasted_looked_over_and_taken_in(
    live_server: Any, desk: Page, watch: Watch, width: dict[str, Any]
) -> None:
    desk.set_viewport_size(width)  # type: ignore[arg-type]
    desk.goto(f"{live_server.url}{reverse('rules:calendar')}")
    desk.get_by_role("link", name="导入放假通知").click()
    desk.get_by_label("粘贴通知原文").fill(PROSE)
    desk.get_by_role("button", name="读入").click()
    expect(desk.get_by_label("年份")).to_have_value("2027")
    desk.get_by_role("button", name="先看影响").click()
    expect(desk.get_by_role("heading", name="确认后会变动的在途期限")).to_be_visible()
    check_page(desk, shot=f"rules-notice-preview-{width['width']}")
    desk.get_by_role("button", name="确认导入").click()
    expect(desk.get_by_role("link", name="请写明依据")).to_be_visible()
    desk.get_by_label("依据（文号或原因）").fill("国务院办公厅通知")
    desk.get_by_role("button", name="确认导入").click()
    expect(desk.get_by_text("放假通知已导入")).to_be_visible()
    check_page(desk, shot=f"rules-notice-done-{width['width']}")


@pytest.mark.parametrize("width", [DESK, PHONE], ids=["desk", "phone"])
def test_a_version_is_published_and_open_cases_are_taken_over(
    live_server: Any, desk: Page, watch: Watch, width: dict[str, Any]
) -> None:
    desk.set_viewport_size(width)  # type: ignore[arg-type]
    current = open_shelf().books.current["hv"]
    desk.goto(f"{live_server.url}{reverse('rules:process', args=[current.version])}")
    desk.get_by_role("link", name="照此修改").click()
    area = desk.get_by_label("流程定义（TOML）")
    area.fill(current.text.replace('owner = "surveyor"', 'owner = "wizard"'))
    desk.get_by_role("button", name="检查", exact=True).click()
    expect(desk.get_by_text("没有岗位 wizard")).to_be_visible()
    check_page(desk, shot=f"rules-publish-faults-{width['width']}")
    area.fill(
        current.text.replace('do = "按勘查结果拟定供电方案"', 'do = "拟定两个以上方案"').replace(
            "milestone = true\n", "", 1
        )
    )
    desk.get_by_role("button", name="检查", exact=True).click()
    expect(desk.get_by_role("heading", name="改了什么")).to_be_visible()
    desk.get_by_label("发布原因").fill("试点")
    check_page(desk, shot=f"rules-publish-diff-{width['width']}")
    desk.get_by_role("button", name="确认发布").click()
    expect(desk.get_by_text("已发布", exact=False)).to_be_visible()
    desk.get_by_role("link", name="迁移在途工单").click()
    expect(desk.get_by_text("2 件可直接迁移")).to_be_visible()
    check_page(desk, shot=f"rules-migrate-{width['width']}")
    desk.get_by_label("迁移原因").fill("统一版本")
    desk.get_by_role("button", name="迁移 2 件").click()
    expect(desk.get_by_text("已迁移 2 件工单")).to_be_visible()


def test_messages_are_marked_read(live_server: Any, desk: Page, watch: Watch) -> None:
    desk.goto(f"{live_server.url}{reverse('rules:messages')}")
    desk.get_by_role("checkbox").nth(1).check()
    desk.get_by_role("button", name="把勾选的标为已读").click()
    expect(desk.get_by_text("1 条消息已标为已读")).to_be_visible()
    desk.get_by_role("button", name="全部标为已读").click()
    expect(desk.get_by_text("没有未读消息")).to_be_visible()
