"""客户舞台: a demo company, a customer with a phone, and the pages as that customer's browser sends them."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yekuo.interfaces.look import clock
from yekuo.operations.intake import Application
from yekuo.operations.rehearsal.company import Company, customer_of
from yekuo.operations.rehearsal.teller import Teller, picture
from yekuo.rules.calendar import BEIJING
from yekuo.rules.facts import Business, CustomerKind, Importance

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING)
PHONE = "13800138000"
STRANGER = "13900139000"
WHO = {
    "kind": "resident", "name": "刘芳", "id_type": "resident_id", "id_number": "11010519491231002X", "phone": PHONE,
    "acting": "self",
}  # fmt: skip
WHAT = {"business": "new", "use": "life", "load_kw": "8"}


class Watch:
    """演练钟: the one moment every page is asked at, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = MONDAY
        monkeypatch.setattr(clock, "now", lambda request=None: self.at)

    def go(self, **later: float) -> datetime:
        self.at += timedelta(**later)
        return self.at


@dataclass
class Customer:
    """客户: a signed-in browser."""

    client: Client
    company: Company
    watch: Watch

    def get(self, address: str, /, **query: str) -> "Page":
        return Page(self.client.get(address, query, follow=True))

    def post(self, address: str, /, **fields: Any) -> "Page":
        return Page(self.client.post(address, fields, follow=True))

    def fill_in(self, *, load_kw: str = "8", **who: str) -> None:
        """Fill in the three pages of words."""
        self.post("/apply/who/", go="on", **{**WHO, **who})
        where = {"unit": str(self.company.units["3301"].pk), "address": "解放路 12 号 3 幢 201", "ownership": "own"}
        self.post("/apply/where/", go="on", **where)
        page = self.post("/apply/what/", go="on", **{**WHAT, "load_kw": load_kw})
        assert page.path == "/apply/papers/", page.text


class Page:
    """页面: an answer, as text a person reads."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.status: int = answer.status_code
        chain = getattr(answer, "redirect_chain", [])
        self.path: str = chain[-1][0].split("?")[0] if chain else answer.request["PATH_INFO"]
        if answer.streaming:
            self.size = len(b"".join(answer.streaming_content))
            for close in answer._resource_closers:  # closing the answer itself would close the test's connection
                close()
        self.html: str = answer.content.decode() if not answer.streaming else ""
        bare = re.sub(r"<template.*?</template>|<head>.*?</head>", " ", self.html, flags=re.DOTALL)
        self.text: str = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", bare))).strip()

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', self.html)
        assert found, f"no {name} on {self.path}"
        return unescape(found[1])

    def forms_value(self, name: str) -> str:
        return self.hidden(name)


def photo(name: str = "身份证.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture("identity"), content_type="image/png")


def sign_in(client: Client, phone: str, at: datetime) -> None:
    """Put the customer's sign-in into the browser, as the one-time code does."""
    session = client.session
    session["customer"] = customer_of(phone, at=at).person
    session["customer_seen"] = at.isoformat()
    session.save()


def home(**changes: Any) -> Application:
    told: dict[str, Any] = {
        "business": Business.NEW, "kind": CustomerKind.RESIDENT, "name": "刘芳", "id_type": "resident_id",
        "id_number": "11010519491231002X", "phone": PHONE, "address": "解放路 12 号 3 幢 201", "load_kw": Decimal(8),
    }  # fmt: skip
    return Application(**{**told, **changes})


def plant(**changes: Any) -> Application:
    told: dict[str, Any] = {
        "business": Business.NEW, "kind": CustomerKind.NONRESIDENT, "name": "星河数据中心有限公司", "id_type": "credit_code",
        "id_number": "91350100M000100Y43", "contact": "王强", "phone": PHONE, "address": "工业园区 5 号",
        "load_kw": Decimal(1500), "sources": 2, "importance": Importance.SECOND,
    }  # fmt: skip
    return Application(**{**told, **changes})


def story(company: Company, application: Application, *, serial: str, at: datetime, papers: tuple[str, ...]) -> Teller:
    """Begin a case that the customer's phone applied for."""
    teller = Teller(company, unit="3301", phone=PHONE, manager="zhaomin", serial=serial)
    return teller.file(application, *papers, at=at)
