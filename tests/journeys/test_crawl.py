"""巡检: every screen that each role can reach by its links: it answers, fits, is accessible and shows no whole number of a person."""

import re
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, StorageState

from tests.journeys.conftest import DESK, PHONE, check_breadth, check_page
from tests.journeys.hands import Hands
from tests.product import Product

STAFF = (
    "limin", "zhaomin", "chengang", "sunli", "wudi", "fengjie", "hejing", "linfeng", "xuqiang", "machao", "shenyue",
    "hanlei", "caoning", "qianjin", "luyan",
)  # fmt: skip
CUSTOMER = "13805710107"
LEAVES = re.compile(r"^/(static|accounts/logout|signout|healthz|files|v/)|\.(xlsx|pdf|png|jpg)$|/paper/\d+/$|/export/")
WHOLE = re.compile(r"(?<![0-9A-Za-z/=-])(1[3-9]\d{9}|[1-9]\d{16}[0-9Xx])(?![0-9A-Za-z])")
NUMBER = re.compile(r"YK\d{13}")
VARIANTS = 6
SAME_FRAME = ("desk:deed:", "desk:print_whole:", "account_", "mfa_", "customer:deed:")
"""Forms in one frame are looked at for accessibility on the phone, where the frame is strictest; their breadth everywhere."""
TYPESET = "desk:print:"
"""Papers are typeset for a quarter of a second each: every form once, and one for every reader, for whom all are the same."""
FOREIGN = ("luyan", "limin")
"""Two clerks of different counties: no case number may be seen by both."""


class Links(HTMLParser):
    """链接: the addresses a page leads to."""

    def __init__(self, html: str) -> None:
        """This function will read them from a page."""
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """This function will keep what a link names."""
        if tag == "a" and "download" not in dict(attrs):
            self.found.append(dict(attrs).get("href") or "")


@dataclass
class Round:
    """一圈: what one reader met: the pages, one sample of each kind of screen, and every fault."""

    home: str
    variants: dict[str, set[str]]
    """The filters of each view that some reader has met: a few samples are enough for all."""

    seen: Counter[str] = field(default_factory=Counter)
    samples: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def walk(self, who: str, context: BrowserContext, start: str) -> None:
        """This function will follow every kind of link from a page, breadth first."""
        waiting = [start]
        while waiting:
            path = waiting.pop(0)
            kind = _kind(path)
            if kind is None or self._enough(kind):
                continue
            answer = context.request.get(self.home + path)
            if answer.status >= 400:
                self.faults.append(f"{who} {path}: {answer.status}")
            if "html" not in answer.headers.get("content-type", ""):
                continue
            html = answer.text()
            self.samples.setdefault(kind, path)
            if path.startswith("/desk/"):
                self.numbers |= dict.fromkeys(NUMBER.findall(html), path)
            whole = [one for one in WHOLE.findall(html) if one != who]  # a customer may read his own
            if whole:
                self.faults.append(f"{who} {path} shows {whole[:3]}")
            base = urllib.parse.urlsplit(answer.url).path
            waiting.extend(_inside(base, link) for link in Links(html).found)

    def _enough(self, kind: str) -> bool:
        """One of a view for every reader, and a few of its filters for the first who meets them: the rest look alike."""
        view, _, filters = kind.partition("?")
        if view.startswith(TYPESET):
            made = self.variants.setdefault(TYPESET, set())
            enough = view in made and self.seen[TYPESET] > 0
            made.add(view)
            self.seen[TYPESET] += 1
            return enough
        if filters:
            met = self.variants.setdefault(view, set())
            enough = filters in met or len(met) >= VARIANTS
            met.add(filters)
            return enough
        self.seen[view] += 1
        return self.seen[view] > 1


def _inside(base: str, link: str) -> str:
    parts = urllib.parse.urlsplit(urllib.parse.urljoin(base, link))
    return urllib.parse.urlunsplit(("", "", parts.path, parts.query, "")) if not parts.netloc else ""


@cache
def _kind(path: str) -> str | None:
    """What kind of screen an address is: its route, with the deed it is for and the filters it names."""
    parts = urllib.parse.urlsplit(path)
    if not parts.path.startswith("/") or LEAVES.search(parts.path):
        return None
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    filters = ",".join(sorted(urllib.parse.parse_qs(parts.query)))
    about = found.kwargs.get("deed", found.kwargs.get("page", found.kwargs.get("form", "")))
    return f"{found.view_name}:{about}?{filters}"


@pytest.fixture
def hands(product: Product, browser: Browser, tmp_path: Path) -> Iterator[Hands]:
    used = Hands(browser, product.address, tmp_path)
    yield used
    for page in used.pages.values():
        page.context.close()


def test_every_screen_of_every_role(hands: Hands) -> None:
    met: dict[str, tuple[str, str]] = {}
    numbers: dict[str, dict[str, str]] = {}
    faults: list[str] = []
    variants: dict[str, set[str]] = {}
    states: dict[str, StorageState] = {}
    for who in (*STAFF, CUSTOMER):
        context = hands.customer(who).context if who == CUSTOMER else hands.context(who)
        walked = Round(hands.home, variants)
        walked.walk(who, context, "/mine/" if who == CUSTOMER else "/desk/")
        walked.walk(who, context, "/")
        states[who] = context.storage_state()
        faults += walked.faults
        numbers[who] = walked.numbers
        for kind, path in walked.samples.items():
            met.setdefault(kind.partition("?")[0], (who, path))
        if who != CUSTOMER:
            context.close()
    assert not faults, "\n".join(faults)
    one, other = (numbers[who] for who in FOREIGN)
    assert {number: (one[number], other[number]) for number in one.keys() & other.keys()} == {}
    assert len(met) > 60, sorted(met)
    _look(hands, met, states)


def _look(hands: Hands, met: dict[str, tuple[str, str]], states: dict[str, StorageState]) -> None:
    """Look at one page of each kind in the browser, at both widths: the customer's on the phone, the staff's one after the other's in one page."""
    faults = []
    desk = hands.visitor()
    for kind, (who, path) in sorted(met.items()):
        page = hands.pages.get(who, desk)
        hands.errors.clear()
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        page.context.clear_cookies()
        page.context.add_cookies(states[who]["cookies"])  # type: ignore[arg-type]
        page.goto(hands.home + path)
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        for size in (DESK, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            try:
                if size is DESK and kind.startswith(SAME_FRAME):
                    check_breadth(page)
                else:  # the colours of a page are the same at both widths
                    shot = f"crawl-{re.sub(r'[^a-z_]+', '-', kind)}-{size['width']}"
                    check_page(page, shot, contrast=size is DESK or kind.startswith(SAME_FRAME))
            except AssertionError as fault:
                faults.append(f"{who} {path} at {size['width']}: {str(fault)[:400]}")
        faults += [f"{who} {path}: {one}" for one in hands.errors]
    assert not faults, "\n".join(faults)
