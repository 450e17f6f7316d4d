"""接口舞台: a company, somebody with a key, and a client that speaks JSON as a program would."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.operations.people import AT, HOME, SHOP, company
from yekuo.operations.api_keys import issue_key
from yekuo.operations.people import OUTSIDE
from yekuo.records import codec, staff
from yekuo.records.models import Staff, Unit
from yekuo.rules.actor import Actor
from yekuo.rules.deeds import Deed, Paper
from yekuo.rules.powers import Role

PDF = (Path(__file__).parents[1] / "operations" / "one_page.pdf").read_bytes()
EVERY_ROLE = tuple(role.value for role in Role if role not in OUTSIDE)
HOUSE, FIRM = HOME | {"load_kw": "8"}, SHOP | {"private_business": True}
__all__ = ["AT", "EVERY_ROLE", "FIRM", "HOUSE", "PDF", "Answer", "Stage"]


class Answer:
    """答复: the status and the JSON of one call."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers = response.headers
        self.text: str = response.content.decode()
        self.json: Any = json.loads(self.text)

    @property
    def fields(self) -> set[str]:
        return {one["field"] for one in self.json["problems"]}


class Stage:
    """舞台: `at` is the time of the next call; every write has a key of its own unless it is given one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *roles: str) -> None:
        self.at = AT
        monkeypatch.setattr("yekuo.interfaces.api.entrance.now", lambda request=None: self.at)
        self.units: dict[str, Unit] = company()
        self.client = Client(raise_request_exception=False)
        self.keys = (f"test-key-{number:04d}" for number in itertools.count(1))
        self.me = self.person(self.units["county"], *(roles or EVERY_ROLE))
        self.token = self.key_of(self.me)

    def person(self, unit: Unit, *roles: str, name: str = "李受理") -> Actor:
        member = Staff.objects.create_user(username=f"{unit.code}-{name}", name=name, unit=unit)
        staff.set_roles(member, roles, by=0, at=self.at)
        found = staff.actor_by_key(member.pk)
        assert found is not None
        return found

    def key_of(self, who: Actor, *, days: int = 30) -> str:
        login = Staff.objects.get(pk=who.person).username
        return issue_key(login=login, label="测试", days=days, at=self.at).token

    @contextmanager
    def acting(self, who: Actor) -> Iterator[None]:
        mine, self.token = self.token, self.key_of(who)
        yield
        self.token = mine

    def get(self, address: str, **query: Any) -> Answer:
        return Answer(self.client.get(f"/api/v1{address}", query, headers=self._headers()))

    def post(self, address: str, content: Any, *, key: str | None = None) -> Answer:
        body = content if isinstance(content, bytes | str) else json.dumps(content)
        return self.send(address, body, headers={"Idempotency-Key": next(self.keys) if key is None else key})

    def send(self, address: str, body: bytes | str, *, headers: dict[str, str] | None = None) -> Answer:
        sent = self._headers() | (headers or {})
        return Answer(self.client.post(f"/api/v1{address}", body, content_type="application/json", headers=sent))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def upload(self, code: str, *, case: str = "", content: bytes = PDF, name: str = "一页.pdf") -> Answer:
        file = SimpleUploadedFile(name, content)
        return Answer(
            self.client.post("/api/v1/files", {"file": file, "code": code, "case": case}, headers=self._headers())
        )

    def paper(self, code: str, *, case: str = "") -> Paper:
        kept = self.upload(code, case=case)
        assert kept.status == 200, kept.text
        return Paper(**kept.json)

    def file(self, *codes: str, **changes: Any) -> str:
        """File an application with papers under these codes and give the number of its case."""
        papers = [self.upload(code).json for code in codes]
        filed = self.post("/cases", HOUSE | {"papers": papers} | changes)
        assert filed.status == 200, filed.text
        return str(filed.json["number"])

    def do(self, number: str, deed: Deed, *, after: timedelta = timedelta(minutes=10), **more: Any) -> Answer:
        self.at += after
        return self.post(f"/cases/{number}/deeds/{deed.deed}", codec.plain(codec.encode(deed)) | more)

    def later(self, **spans: float) -> datetime:
        self.at += timedelta(**spans)
        return self.at
