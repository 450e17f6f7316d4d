"""消息断电演练: gateway and mail server out, the worker killed again and again; every message arrives, each under one reference.

`YEKUO_KILLS=10` kills ten times (docs/jobs.md); three are enough to see that nothing is forgotten.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller

from tests.product import Product, running
from yekuo.interfaces.look import clock
from yekuo.project import cluster
from yekuo.project import running as running_of_product
from yekuo.project.cluster import APP, read_entry
from yekuo.rules.calendar import BEIJING

KILLS = int(os.environ.get("YEKUO_KILLS", "3"))
MANY = 20 * KILLS
PATIENCE = 240.0


class Outside:
    """外面: a gateway for texts and a mail server; out while told so, slow enough to be killed over, and counting."""

    def __init__(self) -> None:
        self.out = True
        self.letters: Counter[str] = Counter()
        self.words: dict[str, set[str]] = defaultdict(set)

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.out:
            return "421 closing"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        text = envelope.content.decode()
        await asyncio.sleep(0.05)
        reference = next(line for line in text.splitlines() if line.lower().startswith("message-id:"))
        self.letters[reference] += 1
        self.words[reference].add(text)
        return "250 OK"


@contextlib.contextmanager
def mail_server(outside: Outside) -> Iterator[int]:
    controller = Controller(outside, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def _free_port() -> int:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as found:
        return int(found.server_address[1])


@contextlib.contextmanager
def gateway(taken: Counter[str], outside: Outside) -> Iterator[str]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not outside.out:
                time.sleep(0.05)
                taken[body["reference"]] += 1
            self.send_response(503 if outside.out else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()


@contextlib.contextmanager
def connected(product: Product) -> Iterator[psycopg.Connection]:
    entry = read_entry(product.data)
    assert entry is not None
    with psycopg.connect(
        host=entry.host, port=entry.port, dbname=entry.name, user=APP, password=entry.login(APP), autocommit=True
    ) as opened:
        yield opened


def now_is(product: Product, moment: datetime) -> None:
    ahead = (moment - clock.now()) // timedelta(microseconds=1)
    part = product.data / "clock.part"
    part.write_text(json.dumps({"ahead_microseconds": ahead}))
    part.replace(product.data / "clock.json")


def the_worker(product: Product) -> int:
    for pid in product.processes():
        with contextlib.suppress(OSError):
            if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                return pid
    return 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nothing_is_forgotten_and_nothing_changes_its_reference(tmp_path: Path) -> None:
    outside, texts = Outside(), Counter[str]()
    morning = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)
    with mail_server(outside) as port, gateway(texts, outside) as url, running(
        tmp_path / "data", seeded=False, YEKUO_SMTP_HOST="127.0.0.1", YEKUO_SMTP_PORT=str(port), YEKUO_SMTP_TLS="none",
        YEKUO_SMTP_FROM="yekuo@example.cn", YEKUO_SMS_URL=url,
    ) as product:  # fmt: skip
        now_is(product, morning)
        wanted = leave(product, morning)
        wait(lambda: tried(product) >= 2)
        outside.out = False
        now_is(product, morning + timedelta(minutes=10))
        for turn in range(KILLS):
            before = sum(outside.letters.values()) + sum(texts.values())
            wait(lambda before=before: sum(outside.letters.values()) + sum(texts.values()) > before or done(product))
            with contextlib.suppress(ProcessLookupError):
                if pid := the_worker(product):
                    os.kill(pid, signal.SIGKILL)
            wait(lambda: the_worker(product) != 0)
            now_is(product, morning + timedelta(hours=1, minutes=5 * turn))
        wait(lambda: done(product))
        with connected(product) as opened:
            kept = {row[0] for row in opened.execute("select message_id from records_mail").fetchall()}
            many = opened.execute(
                "select count(*) filter (where failed), count(*) filter (where kind = 'overdue' and sent_at is not null)"
                " from records_mail"
            ).fetchone()
    assert many == (0, MANY)
    assert {one.partition(":")[2].strip() for one in outside.letters} == kept
    assert all(len(words) == 1 for words in outside.words.values()), "a letter that goes again is the same letter"
    assert set(texts) == wanted
    cluster.remove(tmp_path / "data")


MAKE = """
import django
django.setup()
from datetime import datetime
from yekuo.records import persons, rule_changes, staff, units
from yekuo.records.models import Case, Outbox, Staff
from yekuo.records.persons import PersonContent
at = datetime.fromisoformat(%r)
unit = units.add_unit(code="91", name="演练供电所", kind="county", company="SGCC", province="浙江")
chief = Staff.objects.create(username="chief", name="班长", unit=unit, email="chief@example.cn")
staff.set_roles(chief, ["chief"], by=0, at=at)
person = persons.keep(
    PersonContent(id_type="resident_id", name="刘芳", id_number="110101199003070011", phone="13800001234"), at=at
)
case = Case.objects.create(
    number="YK2026110099999", unit=unit.pk, company="SGCC", province="浙江", city="", opening="{}", opened_at=at,
    opener_kind="staff", opener=chief.pk, process="x", process_version="x", snapshot="{}", seq=1, head=b"x",
    status="open", stage="x", visit=1, entered_at=at, last_at=at, party="utility", owner="", applicant=person.pk,
)
rule_changes.tell(
    (
        rule_changes.Word(person=chief.pk, role="chief", unit=unit.pk, case_number="", text=f"演练 {n}", kind="overdue")
        for n in range(%d)
    ),
    at=at,
)
rows = [
    Outbox(
        case_id=case.pk, seq=n, topic="customer.energised", payload={"event": "energised", "applicant": person.pk},
        created_at=at, next_try_at=at,
    )
    for n in range(%d)
]
print(*(f"o{one.pk}" for one in Outbox.objects.bulk_create(rows)))
"""


def leave(product: Product, at: datetime) -> set[str]:
    """Leave words for a chief who has an address, and texts for a customer; give the references of the texts."""
    environment = running_of_product.environment(product.data, mode="demo")
    asked = subprocess.run(
        [sys.executable, "-c", MAKE % (at.isoformat(), MANY, MANY)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    return set(asked.stdout.split())


def tried(product: Product) -> int:
    with connected(product) as opened:
        rows = opened.execute(
            "select (select count(*) from records_mail where error <> ''), (select count(*) from records_outbox"
            " where error <> '' and next_try_at is not null)"
        ).fetchone()
    assert rows is not None
    return min(int(rows[0]), 1) + min(int(rows[1]), 1)


def done(product: Product) -> bool:
    with connected(product) as opened:
        rows = opened.execute(
            "select (select count(*) from records_mail where next_try_at is not null) + (select count(*) from"
            " records_outbox where next_try_at is not null) + (select count(*) from records_staffmessage where not spread)"
        ).fetchone()
    return rows == (0,)


def wait(true: Any) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(psycopg.OperationalError):
            if true():
                return
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")
