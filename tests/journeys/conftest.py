"""旅程: a real browser on the live product; every page is watched for errors, strangers and breadth."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page, expect

from tests.product import Product, running
from yekuo.project import browser as browser_program
from yekuo.project import cluster

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=30_000)  # on a busy machine a page may take its time
WHAT_FAILS = {"resultTypes": ["violations"]}
"""Every rule is asked; the places where one holds are not listed, which halves the time."""
FAULTS = """asked => axe.run(asked).then(found => found.violations
    .filter(one => one.impact === "serious" || one.impact === "critical")
    .map(one => [one.id, one.nodes[0].html.slice(0, 200)]))"""
"""What matters is picked out in the page: everything axe says of a page takes as long to bring over as to find."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys on the seeded product share one core, so that it is seeded once; without a browser all are skipped."""
    for item in items:
        if "product" in getattr(item, "fixturenames", ()) and "journeys" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("product"))
    missing = os.environ.get(browser_program.MISSING)
    if browser_program.find() is not None and not missing:
        return
    reason = missing or "没有浏览器 Chromium；请安装它，或用 YEKUO_BROWSER 指定。"
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session", autouse=True)
def _browser_and_database_share_a_thread() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def base_url() -> None:
    """Stand in for the plugin's fixture of that name, which pytest 9 warns about; journeys write whole addresses."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the machine's own browser, quietly."""
    arguments = list(browser_program.ARGUMENTS)
    return {**browser_type_launch_args, "args": arguments, "executable_path": browser_program.find()}


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Run the seeded product as a user would, once for all journeys; each makes its own case and leaves the others alone."""
    data = tmp_path_factory.mktemp("product") / "data"
    with running(data, seeded=True, YEKUO_DEMO="stories") as one:
        yield one
    cluster.remove(data)


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": DESK}


@dataclass
class Watch:
    """What a page said that it should not have said."""

    home: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda asked: self._meet(asked.url))

    def _meet(self, url: str) -> None:
        if not url.startswith((self.home, "data:", "blob:")):
            self.strangers.append(url)


@pytest.fixture
def watch(live_server: Any, context: BrowserContext) -> Iterator[Watch]:
    """Watch every page of a journey; it fails at its end if one had an error or called a stranger."""
    seen = Watch(home=live_server.url)
    context.on("page", seen.over)
    yield seen
    assert seen.errors == []
    assert seen.strangers == []


def check_page(page: Page, shot: str = "", *, contrast: bool = True) -> None:
    """See that a page is free of serious accessibility faults and no wider than its screen."""
    rules = {} if contrast else {"rules": {"color-contrast": {"enabled": False}}}
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    assert page.evaluate(FAULTS, {**WHAT_FAILS, **rules}) == []
    check_breadth(page)
    folder = os.environ.get("YEKUO_SHOTS")
    if shot and folder:
        page.screenshot(path=Path(folder) / f"{shot}.png", full_page=True)


def check_breadth(page: Page) -> None:
    """See that a page is no wider than its screen."""
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
