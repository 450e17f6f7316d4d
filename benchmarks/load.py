"""压力演练: 50 staff and 500 customers at once on a running product, then four times the intake; errors, p50 and p95.

    python -m benchmarks.load                        # five minutes and a minute of surge, on a demo of its own
    python -m benchmarks.load --seconds 30 --surge 20
    python -m benchmarks.load --data <folder>        # on a demo that runs already

Everybody looks, thinks and goes on: staff about every 6 seconds, customers every 30. Whoever applies fills in the five
pages with a picture, one page every 6 seconds. A request that answers 5xx, not at all, or with what was not asked is an error.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.meter import TICK, database_seconds, stat_of

GOAL_MS = 800.0
STAFF_THINKS, CUSTOMER_THINKS, PAGE_THINKS = 6.0, 30.0, 6.0
APPLYING = 0.1
"""Of the customers without a case, the part that applies when the minute is an ordinary one."""
PATIENCE = 30.0
WEIGHTS = (2, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


class Line:
    """连接: one browser: keeps its connection and its cookies."""

    def __init__(self, host: str, port: int, session: str, notes: "Notes") -> None:
        self.host, self.port, self.notes = host, port, notes
        self.cookies = {"sessionid": session} if session else {}
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, kind: str, path: str) -> str:
        status, _, body = await self.ask(kind, "GET", path)
        if status != 200:
            self.notes.wrong(kind, f"{path}: {status}")
        return body

    async def post(self, kind: str, path: str, fields: dict[str, str], files: dict[str, bytes] | None = None) -> str:
        """Send a form and follow where it leads; returns the place."""
        mark = uuid.uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {**fields, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}.items()
        ]
        for name, content in (files or {}).items():
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="a.png"\r\nContent-Type: image/png'
            parts.append(f"{head}\r\n\r\n".encode() + content + b"\r\n")
        body = b"".join([*parts, f"--{mark}--\r\n".encode()])
        status, headers, text = await self.ask(kind, "POST", path, body, f"multipart/form-data; boundary={mark}")
        if status not in (302, 303):
            self.notes.wrong(kind, f"{path}: {status} {_complaint(text)}")
            return ""
        return headers["location"]

    async def api(self, kind: str, path: str, content: dict[str, object]) -> None:
        status, _, text = await self.ask(kind, "POST", path, json.dumps(content).encode(), "application/json")
        if status != 200:
            self.notes.wrong(kind, f"{path}: {status} {text[:120]}")

    async def ask(
        self, kind: str, method: str, path: str, body: bytes = b"", content_type: str = ""
    ) -> tuple[int, dict[str, str], str]:
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                try:
                    return await self._exchange(method, path, body, content_type)
                except (ConnectionError, asyncio.IncompleteReadError):
                    self.streams = None  # a kept connection the server let go of; a new one is what a browser opens
                    return await self._exchange(method, path, body, content_type)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            self.streams = None
            self.notes.wrong(kind, f"{path}: {type(error).__name__}")
            return 0, {}, ""
        finally:
            self.notes.took(kind, 1000 * (time.perf_counter() - begun))

    async def _exchange(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, dict[str, str], str]:
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.streams
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", f"Cookie: {cookies}"]
        if method == "POST":
            lines += [
                f"Content-Type: {kind}",
                f"Content-Length: {len(body)}",
                f"Idempotency-Key: {uuid.uuid4()}",
                f"X-CSRFToken: {self.cookies.get('csrftoken', '')}",
            ]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()
        status, headers = await self._head(reader)
        return status, headers, (await self._body(reader, headers)).decode("utf-8", "replace")

    async def _head(self, reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in rest:
            name, _, value = line.partition(":")
            headers[name.lower()] = value = value.strip()
            if name.lower() == "set-cookie":
                cookie, _, content = value.split(";", 1)[0].partition("=")
                self.cookies[cookie] = content
        return int(first.split()[1]), headers

    async def _body(self, reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
        if "content-length" in headers:
            return await reader.readexactly(int(headers["content-length"]))
        found = b""
        while "chunked" in headers.get("transfer-encoding", ""):
            size = int(await reader.readline(), 16)
            found += (await reader.readexactly(size + 2))[:-2]
            if not size:
                break
        return found


def _complaint(text: str) -> str:
    at = text.find('class="errorlist')
    return " ".join(text[at : at + 160].split()) if at >= 0 else " ".join(text[:80].split())


class Notes:
    """记录: how long each kind of request took, and what went wrong."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.filed = 0

    def took(self, kind: str, milliseconds: float) -> None:
        self.times[kind].append(milliseconds)

    def wrong(self, kind: str, what: str) -> None:
        self.errors.append(f"{kind} {what}")

    def shown(self, title: str, seconds: float) -> bool:
        every = [one for times in self.times.values() for one in times]
        print(
            f"\n{title}：{seconds:.0f} 秒，{len(every)} 个请求（每秒 {len(every) / seconds:.1f}），新申请 {self.filed} 件"
        )
        print(f"{'':　<12}{'次数':>6}{'p50':>8}{'p95':>8}{'最长':>8}  毫秒")
        for name, times in (*sorted(self.times.items()), ("合计", every)):
            p50, p95 = statistics.median(times), sorted(times)[int(0.95 * len(times))]
            print(f"{name:　<12}{len(times):8}{p50:8.0f}{p95:8.0f}{max(times):8.0f}")
        for one in self.errors[:10]:
            print(f"  ✗ {one}")
        print(f"错误 {len(self.errors)} 个")
        return not self.errors and sorted(every)[int(0.95 * len(every))] <= GOAL_MS


async def _think(seconds: float, end: float) -> bool:
    """Wait about that long; False when the time is over."""
    wait = min(random.expovariate(1 / seconds), 3 * seconds)
    await asyncio.sleep(max(0.0, min(wait, end - time.monotonic())))
    return time.monotonic() < end


async def clerk(line: Line, one: dict[str, Any], end: float) -> None:
    """Lists, cases, a search, and a call noted in one of ten looks."""
    looks = ["/desk/", "/desk/", "/desk/cases/", "/desk/cases/?due=overdue", "/desk/done/", "/desk/messages/"]
    if "manager" in one["roles"]:
        looks += ["/desk/today/", "/desk/chase/"]
    await asyncio.sleep(random.random() * STAFF_THINKS)
    await line.get("员工：清单", "/desk/")
    while await _think(STAFF_THINKS, end):
        choice, seen = random.random(), one["mine"] or one["seen"]
        if seen and choice < 0.4:
            await line.get("员工：工单", f"/desk/case/{random.choice(seen)}/")
        elif one["mine"] and choice < 0.5:
            await line.api(
                "员工：办理",
                f"/api/v1/cases/{random.choice(one['mine'])}/deeds/contact_customer",
                {"way": "phone", "reached": True, "note": "压力演练"},
            )
        elif seen and choice < 0.6:
            await line.get("员工：搜索", f"/desk/search/?q={random.choice(seen)[-6:]}")
        else:
            await line.get("员工：清单", random.choice(looks))


async def applicant(line: Line, one: dict[str, Any], end: float, surge: float) -> None:
    """Looks at the progress page; who has no case asks what is needed, and some apply."""
    while await _think(CUSTOMER_THINKS, end):
        if "token" in one:
            await line.get("客户：进度", f"/p/{one['token']}/" if random.random() < 0.6 else f"/p/{one['number']}/")
        elif not one.get("filed") and random.random() < APPLYING * surge:
            await apply(line, one, end)
        else:
            await line.get("客户：看看", random.choice(["/", "/needs/", "/mine/"]))


async def apply(line: Line, one: dict[str, Any], end: float) -> None:
    """Fill in five pages; whoever is not through when the time is over stops there."""
    one["filed"] = True
    who = {
        "kind": "resident",
        "name": "演练客户",
        "id_type": "resident_id",
        "id_number": identity(one["n"]),
        "phone": one["phone"],
        "acting": "self",
        "go": "on",
    }
    where = {"unit": str(one["unit"]), "address": f"演练路 {one['n']} 号 3 幢 201", "ownership": "own", "go": "on"}
    what = {"business": "new", "use": "life", "load_kw": "8", "go": "on"}
    await line.get("客户：申请", "/apply/who/")
    for page, fields, files in (
        ("who", who, {}),
        ("where", where, {}),
        ("what", what, {}),
        ("papers", {"go": "on"}, {"identity": PICTURE}),
    ):
        if not await _think(PAGE_THINKS, end):
            return
        place = await line.post("客户：申请", f"/apply/{page}/", fields, files)
        if not place or f"/{page}/" in place:
            line.notes.wrong("客户：申请", f"{page} 没有往下走：{place}")
            return
    text = await line.get("客户：申请", "/apply/check/")
    key = text.partition('name="key" value="')[2].partition('"')[0]
    fields = {"key": key, "truthful": "on", "promises": "on", "contract": "on"}
    place = await line.post("客户：提交", "/apply/check/", fields)
    if place.endswith("/filed/"):
        line.notes.filed += 1
    else:
        line.notes.wrong("客户：提交", f"没有提交成功：{place}")


def identity(n: int) -> str:
    """Eighteen digits of nobody, with the right last one."""
    digits = f"330106199001{n % 28 + 1:02d}{n % 1000:03d}"
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(digits))
    return digits + "10X98765432"[total % 11]


async def _everybody(people: dict[str, Any], host: str, port: int, seconds: float, surge: float) -> Notes:
    notes, end = Notes(), time.monotonic() + seconds
    work = [clerk(Line(host, port, one["session"], notes), one, end) for one in people["staff"]]
    for one in people["customers"]:
        one["unit"] = people["unit"]
        work.append(applicant(Line(host, port, one["session"], notes), one, end, surge))
    await asyncio.gather(*work)
    return notes


@contextmanager
def _product(data: Path) -> Iterator[None]:
    child = subprocess.Popen(
        [sys.executable, "-m", "yekuo", "demo"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "YEKUO_DATA": str(data), "YEKUO_MODE": "demo"},
    )
    try:
        for said in child.stdout or ():
            if "按 Ctrl-C 停止" in said:
                break
        yield
    finally:
        child.terminate()
        child.wait(60)


def _people(data: Path, *arguments: str) -> Any:
    environment = {**os.environ, "YEKUO_DATA": str(data), "YEKUO_MODE": "demo"}
    command = [sys.executable, "-m", "benchmarks.load_people", *arguments]
    return json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)


class Spent:
    """CPU 秒: of web server, worker, database and of this driver, up to a moment; says more than times on a shared machine."""

    def __init__(self, data: Path) -> None:
        mark = f"YEKUO_DATA={data}".encode()
        self.queued = 0.0
        self.seconds = {"网页": 0.0, "任务": 0.0, "数据库": 0.0, "演练自身": time.process_time()}
        for place in Path("/proc").iterdir():
            if place.name.isdigit() and (kind := _kind(place, mark)):
                fields = stat_of(place)
                self.seconds[kind] += sum(map(int, fields[11:13])) / TICK if fields else 0.0
                self.queued += _queued(place) if kind == "网页" else 0.0
        lines = (data / "pg" / "postmaster.pid").read_text().split()
        self.seconds["数据库"] = database_seconds(int(lines[0]))

    def shown(self, before: "Spent", requests: int, seconds: float) -> None:
        used = {name: self.seconds[name] - before.seconds[name] for name in self.seconds}
        ours = sum(used.values()) - used["演练自身"]
        told = "，".join(f"{name} {1000 * one / requests:.1f}" for name, one in used.items())
        print(f"CPU 毫秒/请求：{told}；本产品用了 {ours / seconds:.2f} 个核")
        print(f"网页的线程共有 {self.queued - before.queued:.1f} 秒在等别的进程让出处理器")


def _queued(place: Path) -> float:
    """Seconds its threads were ready to run and did not get a core; much of it means the machine is not ours alone."""
    try:
        return sum(int(one.read_text().split()[1]) for one in place.glob("task/*/schedstat")) / 1e9
    except (OSError, IndexError):
        return 0.0


def _kind(place: Path, mark: bytes) -> str:
    try:
        if mark not in (place / "environ").read_bytes().split(b"\0"):
            return ""
        command = (place / "cmdline").read_bytes()
    except OSError:
        return ""
    return "网页" if b"granian" in command else "任务" if b"worker" in command else ""


def _run(data: Path, asked: argparse.Namespace) -> bool:
    host, _, port = (data / "address.txt").read_text().strip().strip("/").rpartition("/")[2].partition(":")
    people = _people(data, str(asked.staff), str(asked.customers))
    print(f"员工 {len(people['staff'])} 人，客户 {len(people['customers'])} 人；{_people(data, 'waiting')}")
    good = True
    for title, seconds, surge in (("平常", asked.seconds, 1.0), ("四倍申请", asked.surge, 4.0)):
        if seconds:
            before = Spent(data)
            notes = asyncio.run(_everybody(people, host, int(port), seconds, surge))
            after = Spent(data)
            good = notes.shown(title, seconds) and good
            after.shown(before, sum(map(len, notes.times.values())), seconds)
            print(_people(data, "waiting"))
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description="压力演练")
    parser.add_argument("--seconds", type=float, default=300, help="平常阶段的秒数")
    parser.add_argument("--surge", type=float, default=60, help="四倍申请阶段的秒数，0 不做")
    parser.add_argument("--staff", type=int, default=50)
    parser.add_argument("--customers", type=int, default=500)
    parser.add_argument("--data", type=Path, help="已在运行的演示的数据文件夹；不给就自己起一个")
    asked = parser.parse_args()
    if asked.data:
        return 0 if _run(asked.data, asked) else 1
    with tempfile.TemporaryDirectory() as folder, _product(Path(folder) / "data"):
        return 0 if _run(Path(folder) / "data", asked) else 1


if __name__ == "__main__":
    sys.exit(main())
