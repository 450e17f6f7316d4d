"""断电演练: a thousand deeds while database, server and worker are killed in turn; nothing lost, nothing doubled."""

import contextlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from tests.product import Product

DEEDS = 1000
HANDS = 4
PATIENCE = 120.0
MARKS = {"granian": b"granian", "worker": b"yekuo\0worker"}


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(product: Product) -> None:
    program = Program(product)
    numbers = [case["number"] for case in program.get("/api/v1/cases?status=open&size=50")["cases"]][:8]
    work = [(numbers[turn % len(numbers)], f"演练第 {turn} 次") for turn in range(DEEDS)]
    receipts: list[tuple[str, int]] = []
    faults: list[str] = []
    crews = [
        threading.Thread(target=_work, args=(program, work[hand::HANDS], receipts, faults)) for hand in range(HANDS)
    ]
    killer = Killer(product)
    for one in (*crews, killer):
        one.start()
    for one in crews:
        one.join()
    killer.done.set()
    killer.join()
    assert faults == []
    assert product.answers()
    assert min(killer.killed[name] for name in ("postgres", "granian", "worker")) >= 1, killer.killed
    written = Counter(
        event["detail"]["note"]
        for number in numbers
        for event in program.events(number)
        if event["kind"] == "customer_contacted" and str(event["detail"].get("note", "")).startswith("演练第")
    )
    assert written == Counter({note: 1 for _, note in work})
    assert len(set(receipts)) == DEEDS
    assert _verify(product).splitlines()[-1] == "日志完整，没有发现问题。"


def _work(program: "Program", work: list[tuple[str, str]], receipts: list[tuple[str, int]], faults: list[str]) -> None:
    for number, note in work:
        key, end = str(uuid.uuid4()), time.monotonic() + PATIENCE
        content = {"way": "phone", "reached": True, "note": note}
        while True:
            status, answer = program.post(f"/api/v1/cases/{number}/deeds/contact_customer", content, key)
            if status == 200:
                receipts.append((number, answer["seq"]))
                break
            if time.monotonic() > end or 400 <= status < 500:
                faults.append(f"{note}: {status} {answer}")
                break
            time.sleep(0.1)


class Killer(threading.Thread):
    """断电: kills one process after another, the database's, the server's, the worker's, until told to stop."""

    def __init__(self, product: Product) -> None:
        """This function will prepare to kill the processes of a product."""
        super().__init__(daemon=True)
        self.product = product
        self.done = threading.Event()
        self.killed: Counter[str] = Counter()
        self.chance = random.Random(7)

    def run(self) -> None:
        """This function will kill until done, or until each was killed three times."""
        for name in ("granian", "postgres", "worker") * 3:
            if self.done.wait(0.5 + self.chance.random()):
                return
            for pid in self._processes(name):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.killed[name] += 1
            self.product.answers(patience=30)

    def _processes(self, name: str) -> list[int]:
        if name == "postgres":
            lines = (self.product.data / "pg" / "postmaster.pid").read_text().split("\n")
            return [int(lines[0])] if lines[0] else []
        found = []
        for pid in self.product.processes():
            with contextlib.suppress(OSError):
                if MARKS[name] in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
        return found


class Program:
    """对接程序: a client of the API with a key of its own; a lost answer is status 0."""

    def __init__(self, product: Product) -> None:
        """This function will have a key made for the customer manager."""
        self.host = urllib.parse.urlsplit(product.address).netloc
        said = _command(product, "api-key", "--login", "zhaomin", "--label", "演练")
        self.token = re.findall(r"^\S{20,}$", said, re.MULTILINE)[0]

    def get(self, address: str) -> Any:
        """This function will read something."""
        status, answer = self._ask("GET", address, None, {})
        assert status == 200, answer
        return answer

    def events(self, number: str) -> list[dict[str, Any]]:
        """This function will read the whole story of a case, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["seq"] if found else 0
            page = self.get(f"/api/v1/cases/{number}/events?after={after}")["rows"]
            if not page:
                return found
            found.extend(page)

    def post(self, address: str, content: dict[str, Any], key: str) -> tuple[int, Any]:
        """This function will send a deed once."""
        return self._ask("POST", address, json.dumps(content), {"Idempotency-Key": key})

    def _ask(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> tuple[int, Any]:
        line = http.client.HTTPConnection(self.host, timeout=20)
        every = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        try:
            line.request(method, address, body, every)
            answer = line.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if answer.status < 500 else content
        except (OSError, http.client.HTTPException, ValueError) as error:
            return 0, repr(error)
        finally:
            line.close()


def _command(product: Product, *arguments: str) -> str:
    environment = {**os.environ, "YEKUO_DATA": str(product.data), "YEKUO_MODE": "demo"}
    done = subprocess.run(
        [sys.executable, "-m", "yekuo", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _verify(product: Product) -> str:
    return _command(product, "verify")
