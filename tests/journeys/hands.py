"""双手: signs in as staff or customer and does deeds through the screens, the way a person would."""

import re
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, StorageState, ViewportSize

from yekuo.operations.rehearsal.company import PASSWORD
from yekuo.operations.rehearsal.teller import picture

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
Values = Mapping[str, str | bool]
SIGNED_IN: dict[tuple[str, str], StorageState] = {}
"""Whoever signed in at a product is so in the journeys that follow."""


class Hands:
    """双手: one browser, a context per person; every console error and stranger is remembered."""

    def __init__(self, browser: Browser, home: str, folder: Path) -> None:
        """This function will work at a product's address and keep pictures to upload in a folder."""
        self.browser = browser
        self.home = home.rstrip("/")
        self.pages: dict[str, Page] = {}
        self.errors: list[str] = []
        self.paper = folder / "paper.png"
        self.paper.write_bytes(picture("journey"))

    def _page(self, who: str, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("console", lambda said: self.errors.append(f"{who}: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(f"{who}: {error}"))
        page.on("request", lambda asked: self._meet(who, asked.url))
        self.pages[who] = page
        return page

    def _meet(self, who: str, url: str) -> None:
        if not url.startswith((self.home, "data:", "blob:")):
            self.errors.append(f"{who} called a stranger: {url}")

    def visitor(self) -> Page:
        """This function will give a page of nobody yet."""
        return self._page("", self.browser.new_context(viewport=DESK, locale="zh-CN"))

    def staff(self, login: str) -> Page:
        """This function will give the page of a member of staff: the first signs in by the screen, the others by its form."""
        if login in self.pages:
            return self.pages[login]
        kept = SIGNED_IN.get((self.home, login))
        page = self._page(login, self.browser.new_context(viewport=DESK, locale="zh-CN", storage_state=kept))
        if kept is None:
            if SIGNED_IN:
                self._by_form(page.context, login)
            else:
                self._by_screen(page, login)
            SIGNED_IN[self.home, login] = page.context.storage_state()
        return page

    def context(self, login: str) -> BrowserContext:
        """This function will give a context of its own of a member of staff, signed in without a page being drawn."""
        context = self.browser.new_context(viewport=DESK, locale="zh-CN")
        self._by_form(context, login)
        return context

    def _by_screen(self, page: Page, login: str) -> None:
        page.goto(f"{self.home}/accounts/login/?next=/desk/")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", PASSWORD)
        page.click("button.btn.main")
        page.wait_for_url("**/desk/**")

    def _by_form(self, context: BrowserContext, login: str) -> None:
        address = f"{self.home}/accounts/login/?next=/desk/"
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', context.request.get(address).text())[0]
        filled: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, "login": login, "password": PASSWORD}
        answer = context.request.post(address, form=filled, headers={"Referer": address})
        assert answer.ok
        assert answer.url == f"{self.home}/desk/"

    def customer(self, phone: str) -> Page:
        """This function will give the page of a customer on a phone, signed in by the code that was sent."""
        if phone in self.pages:
            return self.pages[phone]
        context = self.browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN")
        page = self._page(phone, context)
        page.goto(f"{self.home}/signin/")
        page.fill("input[name=phone]", phone)
        page.click("form button.btn.main")
        inbox = context.new_page()
        inbox.goto(self.home + str(page.get_attribute("a:has-text('在这里看')", "href")))
        code = re.findall(r"\b(\d{6})\b", inbox.inner_text("main"))[0]
        inbox.close()
        page.fill("input[name=code]", code)
        page.click("form button.btn.main")
        page.wait_for_url(lambda url: "/signin/" not in url)
        return page

    def fill(self, page: Page, values: Values) -> None:
        """This function will fill in fields by name: text, choice, radio, tick, or the picture for a file."""
        for name, value in values.items():
            control = page.locator(f"[name='{name}']").first
            control.evaluate("one => { const folded = one.closest('details'); if (folded) folded.open = true; }")
            kind = control.evaluate("one => one.type || one.tagName.toLowerCase()")
            if kind == "radio":
                page.locator(f"[name='{name}'][value='{value}']").first.check(force=True)
            elif kind == "checkbox":
                page.locator(f"[name='{name}']" + (f"[value='{value}']" if isinstance(value, str) else "")).first.check(
                    force=True
                )
            elif kind == "file":
                control.set_input_files(str(self.paper))
            elif kind.startswith("select"):
                self._choose(control, str(value))
            else:
                control.fill(str(value))

    def _choose(self, control: Locator, wanted: str) -> None:
        """By value, or else the first whose words hold what is wanted."""
        offered = control.evaluate("one => [...one.options].map(each => [each.value, each.text])")
        by_value = [value for value, _ in offered if value == wanted]
        control.select_option((by_value or [value for value, text in offered if wanted in text])[0])

    def deed(self, login: str, number: str, deed: str, values: Values | None = None) -> Page:
        """This function will do one deed at the desk: open its form, fill in what is not there yet, submit."""
        page = self.staff(login)
        page.goto(f"{self.home}/desk/case/{number}/do/{deed}/")
        self.fill(page, values or {})
        return self.submit(page, deed)

    def submit(self, page: Page, deed: str) -> Page:
        """This function will press the form's own button and see that the deed was taken."""
        page.locator("main form:not(.filters) button.btn.main, main form button.btn.danger").last.click()
        page.wait_for_load_state()
        assert f"/do/{deed}/" not in page.url, f"{deed}: {page.inner_text('main')[:600]}"
        return page
