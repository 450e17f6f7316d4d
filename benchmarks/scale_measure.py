"""百万量度: asks every page as the people of the store would, times the sweep, and puts DIGIT's query beside it."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yekuo.project.settings")
import django

django.setup()

from benchmarks import scale_people  # noqa: E402
from benchmarks.meter import Cpu  # noqa: E402
from benchmarks.scale_digit import escalation  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from yekuo.interfaces.look import clock  # noqa: E402
from yekuo.operations import alerts, signin  # noqa: E402
from yekuo.project import cluster  # noqa: E402
from yekuo.records.models import Case, Site, Staff, StaffMessage, Unit  # noqa: E402
from yekuo.rules.calendar import BEIJING  # noqa: E402

TODAY = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)
ROUNDS = 40
LISTS_MS, PROGRESS_MS, IDLE_MS, DUE_S = 150.0, 30.0, 50.0, 2.0
DUE_AT_ONCE = 10_000


def measure(cases: int) -> int:
    """This function will print the table of figures; exit status 1 when a goal is missed."""
    there = datetime.now(UTC)
    clock.offset = lambda: TODAY - there  # type: ignore[assignment]
    settings.ALLOWED_HOSTS = ["*"]
    settings.SECURE_SSL_REDIRECT = False
    print(f"\n存有 {Case.objects.count()} 件，在途 {Case.objects.filter(status='open').count()} 件（{cases}）")
    print(f"{'':52}{'p50 ms':>10}{'p95 ms':>10}{'goal':>8}{'CPU app':>10}{'CPU db':>10}")
    good = min([_line(name, ask, LISTS_MS) for name, ask in _pages()])
    good = _line("客户进度页（免登录链接）", _progress(), PROGRESS_MS) and good
    good = _sweeps() and good
    entry = cluster.read_entry(Path(os.environ["YEKUO_DATA"]))
    if entry is not None:
        with entry.connect(cluster.OWNER) as owner:
            escalation(owner)
    return 0 if good else 1


def _line(name: str, ask: Callable[[int], object], goal: float) -> bool:
    for turn in range(3):
        ask(turn)
    took = []
    used = Cpu.now(_postmaster())
    for turn in range(ROUNDS):
        before = time.perf_counter()
        ask(turn)
        took.append(1000 * (time.perf_counter() - before))
    spent = Cpu.now(_postmaster()).since(used)
    p50, p95 = statistics.median(took), sorted(took)[int(0.95 * len(took)) - 1]
    each = [1000 * one / ROUNDS for one in (spent.app, spent.database)]
    print(
        f"{name:　<26}{p50:10.1f}{p95:10.1f}{goal:8.0f}{each[0]:10.1f}{each[1]:10.1f}{'' if p95 <= goal else '  ✗'}",
        flush=True,
    )
    return p95 <= goal


def _postmaster() -> int:
    entry = cluster.read_entry(Path(os.environ["YEKUO_DATA"]))
    if entry is None:
        raise SystemExit("没有数据库")
    return int((Path(entry.folder) / "postmaster.pid").read_text().split()[0])


# --- pages ----------------------------------------------------------------------------------------------------


def _desk(people: list[Staff]) -> Callable[[Callable[[int], str]], Callable[[int], object]]:
    clients = []
    for one in people:
        client = Client()
        client.force_login(one)
        clients.append(client)

    def asking(address: Callable[[int], str]) -> Callable[[int], object]:
        def ask(turn: int) -> object:
            answer = clients[turn % len(clients)].get(address(turn))
            if answer.status_code not in (200, 302):
                raise SystemExit(f"{address(turn)}: {answer.status_code}")
            return answer

        return ask

    return asking


def _of(role: str) -> list[Staff]:
    units = list(Unit.objects.filter(code__startswith="9", kind="county").order_by("code")[:10])
    return [Staff.objects.filter(unit=unit, held_roles__role=role).order_by("pk")[0] for unit in units]


def _pages() -> Iterator[tuple[str, Callable[[int], object]]]:
    clerk, manager, chief = (_desk(_of(role)) for role in ("clerk", "manager", "chief"))
    whole = _desk([Staff.objects.filter(unit__parent=None, held_roles__role="supervisor2")[0]])
    numbers = list(Case.objects.filter(status="open").order_by("?").values_list("number", flat=True)[:ROUNDS])
    sealed = Site.objects.filter(digest__startswith="scale").exclude(address=b"").count()

    def some(turn: int) -> int:
        return turn * 977 % sealed

    yield "待办：受理员", clerk(lambda _: "/desk/")
    yield "待办：客户经理", manager(lambda _: "/desk/")
    yield "待办：班长", chief(lambda _: "/desk/")
    yield "待办：全省督导", whole(lambda _: "/desk/")
    yield "在途：一个县", manager(lambda _: "/desk/cases/")
    yield "在途：一个县，第 5 页", manager(lambda _: "/desk/cases/?page=5")
    yield "在途：全部 20 万", whole(lambda _: "/desk/cases/")
    yield "在途：全部，已超期", whole(lambda _: "/desk/cases/?due=overdue")
    yield "在途：全部，勘查环节", whole(lambda _: "/desk/cases/?stage=survey")
    yield "在途：全部，地址", whole(lambda turn: f"/desk/cases/?text={_street(some(turn))}")
    yield "我负责的", manager(lambda _: "/desk/mine/")
    yield "挂起：一个县", manager(lambda _: "/desk/suspended/")
    yield "挂起：全部", whole(lambda _: "/desk/suspended/")
    yield "已办：受理员", clerk(lambda _: "/desk/done/")
    yield "已办：客户经理", manager(lambda _: "/desk/done/")
    yield "我发起的", clerk(lambda _: "/desk/opened/")
    yield "已办结：一个县", manager(lambda _: "/desk/closed/")
    yield "已办结：全部", whole(lambda _: "/desk/closed/")
    yield "搜索：编号", whole(lambda turn: f"/desk/search/?q={numbers[turn % len(numbers)]}")
    yield "搜索：编号后 6 位", whole(lambda turn: f"/desk/search/?q={numbers[turn % len(numbers)][-6:]}")
    yield "搜索：户名", whole(lambda turn: f"/desk/search/?q={scale_people.name(some(turn))}")
    yield "搜索：电话", whole(lambda turn: f"/desk/search/?q={scale_people.phone(some(turn))}")
    yield "搜索：电话后四位", whole(lambda turn: f"/desk/search/?q={scale_people.phone(some(turn))[-4:]}")
    yield "搜索：地址一段", whole(lambda turn: f"/desk/search/?q={_street(some(turn))}")
    yield "搜索：地址一段，一个县", manager(lambda turn: f"/desk/search/?q={_street(some(turn))}")
    yield "搜索：人人都有的地址", whole(lambda _: "/desk/search/?q=江州市演练")


def _street(n: int) -> str:
    county, text = scale_people.address(n)
    return text.removeprefix("江州市" + county).rpartition(" 幢")[0].rpartition(" 号")[0] + "号"


def _progress() -> Callable[[int], object]:
    keys = list(
        Case.objects.filter(status="open", pk__gte=10_000_000).order_by("?").values_list("pk", flat=True)[:ROUNDS]
    )
    links = [reverse("customer:linked_progress", args=[signin.progress_link(case=key, at=TODAY)]) for key in keys]
    client = Client()

    def ask(turn: int) -> object:
        answer = client.get(links[turn % len(links)])
        if answer.status_code != 200 or len(answer.content) > 60_000:
            raise SystemExit(f"{links[turn % len(links)]}: {answer.status_code}")
        return answer

    return ask


# --- the sweep ------------------------------------------------------------------------------------------------


@contextmanager
def _timed(told: list[float]) -> Iterator[None]:
    before = time.perf_counter()
    yield
    told.append(time.perf_counter() - before)


def _sweeps() -> bool:
    while alerts.sweep(at=TODAY):
        pass
    idle: list[float] = []
    for _ in range(ROUNDS):
        with _timed(idle):
            alerts.sweep(at=TODAY)
    p95 = 1000 * sorted(idle)[int(0.95 * len(idle)) - 1]
    print(f"{'到点检查：无事':　<30}{1000 * statistics.median(idle):10.1f}{p95:10.1f}{IDLE_MS:8.0f}")
    at = TODAY + timedelta(minutes=1)
    asked = _make_due(at)
    done: list[float] = []
    seen, told, used = 0, StaffMessage.objects.count(), Cpu.now(_postmaster())
    with _timed(done):
        while many := alerts.sweep(at=at):
            seen += many
    spent = Cpu.now(_postmaster()).since(used)
    told = StaffMessage.objects.count() - told
    print(
        f"{'到点检查：一万件同时到点':　<30}{done[0]:9.2f}s{'':10}{DUE_S:7.0f}s  看了 {seen} 件，留言 {told} 条，"
        f"CPU {spent.app:.2f} + {spent.database:.2f} s"
    )
    if seen < asked or told < asked:
        raise SystemExit(f"到点检查只看了 {seen} 件，留言 {told} 条，应有 {asked}")
    return p95 <= IDLE_MS and done[0] <= DUE_S


def _make_due(at: datetime) -> int:
    """Let the stage clocks of DUE_AT_ONCE running cases fall due in one moment, as at half past five."""
    entry = cluster.read_entry(Path(os.environ["YEKUO_DATA"]))
    if entry is None:
        raise SystemExit("没有数据库")
    with entry.connect(cluster.OWNER) as owner:
        owner.execute("delete from records_staffmessage")
        chosen = owner.execute(
            "with picked as (select distinct k.case_id from records_clock k join records_case c on c.id = k.case_id"
            " where k.kind = 'stage' and k.running and k.stopped_at is null and k.paused_by = '[]' and c.status = 'open'"
            " and c.paused = '' and c.id >= 10000000 limit %s), clocks as (update records_clock k set due_at = %s from picked"
            " where k.case_id = picked.case_id and k.kind = 'stage' and k.stopped_at is null returning 1)"
            " update records_case c set next_due_at = %s, due_at = %s from picked where c.id = picked.case_id",
            (DUE_AT_ONCE, at, at, at),
        ).rowcount
        for table in ("records_case", "records_staffmessage"):
            owner.execute(f"vacuum analyze {table}")
    return chosen
