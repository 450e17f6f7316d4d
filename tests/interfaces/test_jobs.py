"""后台任务: the worker does its rounds on a real queue, takes up what a dead one left, and outlives its database."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection
from procrastinate import PsycopgConnector, exceptions
from procrastinate.contrib.django.utils import connector_params
from pytest_django import Settings

from tests.product import Product, running
from yekuo.interfaces.jobs import rounds, worker
from yekuo.interfaces.jobs.rounds import Round
from yekuo.interfaces.look import clock
from yekuo.project import cluster
from yekuo.project.cluster import APP, read_entry
from yekuo.records import seals
from yekuo.rules.calendar import BEIJING

on_queue = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 9, 18, 9, 0, tzinfo=BEIJING)


@pytest.fixture(autouse=True)
def _empty_queue(request: pytest.FixtureRequest) -> Iterator[None]:
    """Procrastinate's tables are not Django's to empty between tests."""
    yield
    if request.node.get_closest_marker("django_db"):
        with connection.cursor() as sql:
            sql.execute("delete from procrastinate_periodic_defers")
            sql.execute("delete from procrastinate_jobs")
            sql.execute("delete from procrastinate_workers")


def noting(names: list[str], name: str, cron: str = "* * * * * */1") -> Round:
    return Round(name=name, cron=cron, run=lambda: names.append(name))


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two rounds in place of ours, which note that they ran."""
    names: list[str] = []
    monkeypatch.setattr(worker, "ROUNDS", (noting(names, "first"), noting(names, "second")))
    return names


def jobs(
    sql: str = "select task_name, status::text, attempts from procrastinate_jobs order by id",
) -> list[tuple[object, ...]]:
    with connection.cursor() as opened:
        opened.execute(sql)
        return list(opened.fetchall())


def work_for(seconds: float) -> None:
    async def working() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(worker.work(), seconds)

    asyncio.run(working())


@on_queue
def test_rounds_run_again_and_again_and_leave_nothing_behind(done: list[str]) -> None:
    work_for(3.5)
    assert done.count("first") >= 2
    assert done.count("second") >= 2
    assert [row for row in jobs() if row[1] not in ("todo", "doing")] == []


@on_queue
def test_a_round_that_fails_is_kept_to_be_seen_and_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, done: list[str]
) -> None:
    def fail() -> None:
        raise ValueError("演练失败")

    failing = Round(name="failing", cron="* * * * * */1", run=fail)
    monkeypatch.setattr(worker, "ROUNDS", (failing, noting(done, "second")))
    work_for(2.5)
    assert "second" in done
    assert ("failing", "failed") in {row[:2] for row in jobs()}


def dead_job(name: str, *, waiting: bool = False) -> None:
    """What a worker leaves that was killed over a job: `doing`, with a heartbeat that stopped."""
    with connection.cursor() as sql:
        sql.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour') returning id"
        )
        [dead] = sql.fetchone()
        sql.execute(
            "insert into procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args, status, attempts,"
            " worker_id) values ('default', %s, 0, %s, '{\"timestamp\": 0}', 'todo', 0, null)",
            [name, name],
        )
        sql.execute("update procrastinate_jobs set status = 'doing', worker_id = %s", [dead])
        if waiting:
            sql.execute(
                "insert into procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args, status, attempts)"
                " values ('default', %s, 0, %s, '{\"timestamp\": 0}', 'todo', 0)",
                [name, name],
            )


@on_queue
@pytest.mark.parametrize("waiting", [False, True])
def test_a_job_a_killed_worker_left_is_done_by_the_next(
    monkeypatch: pytest.MonkeyPatch, done: list[str], waiting: bool
) -> None:
    monkeypatch.setattr(worker, "ROUNDS", (noting(done, "first", cron="0 0 1 1 *"),))
    dead_job("first", waiting=waiting)
    work_for(1.5)
    assert done == ["first"]
    assert [row for row in jobs() if row[0] == "first"] == []


@on_queue
def test_every_round_of_ours_runs_on_an_empty_product(settings: Settings, tmp_path: Path) -> None:
    settings.REHEARSAL, settings.DATA = True, tmp_path
    for one in rounds.ROUNDS:
        one.run()
    assert seals.last() is not None


@on_queue
def test_a_day_is_sealed_once(settings: Settings, tmp_path: Path) -> None:
    settings.REHEARSAL, settings.DATA = True, tmp_path
    clock.set_to(AT)
    assert rounds.seal_day()
    assert not rounds.seal_day()
    clock.set_to(AT.replace(hour=23, minute=58))
    assert not rounds.seal_day()
    clock.set_to(AT.replace(hour=0, minute=1) + timedelta(days=1))
    assert rounds.seal_day()
    assert [one.day.isoformat() for one in seals.in_order()] == ["2026-09-18", "2026-09-19"]


def test_a_link_is_made_where_the_product_is_reached(settings: Settings, tmp_path: Path) -> None:
    settings.PUBLIC_ADDRESS = "https://yekuo.example.cn/"
    assert rounds.progress_address("abc").startswith("https://yekuo.example.cn/")
    assert rounds.progress_address("abc").count("//") == 1
    settings.PUBLIC_ADDRESS, settings.REHEARSAL, settings.DATA = "", True, tmp_path
    assert rounds.progress_address("abc") == ""
    (tmp_path / "address.txt").write_text("http://127.0.0.1:8000/")
    assert rounds.progress_address("abc").startswith("http://127.0.0.1:8000/")
    settings.REHEARSAL = False
    assert rounds.progress_address("abc") == ""


@on_queue
@pytest.mark.parametrize("error", [psycopg.OperationalError, OperationalError, exceptions.ConnectorException])
def test_a_database_that_goes_away_is_no_failure_of_the_round_nor_of_the_housekeeping(
    monkeypatch: pytest.MonkeyPatch, done: list[str], error: type[Exception]
) -> None:
    def gone() -> None:
        raise error("server closed the connection")

    async def gone_too(app: object) -> int:
        done.append("keep_house")
        raise error("server closed the connection")

    cut_off = Round(name="cut_off", cron="* * * * * */1", run=gone)
    monkeypatch.setattr(worker, "ROUNDS", (cut_off, noting(done, "second")))

    async def housekeeping() -> None:
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4)
        app = worker.app_with(connector)
        async with app.open_async():
            monkeypatch.setattr(worker, "retry_stalled", gone_too)
            await app.tasks["keep_house"].defer_async(timestamp=0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(
                    app.run_worker_async(install_signal_handlers=False, delete_jobs="successful"), 2.5
                )

    asyncio.run(housekeeping())
    assert {"second", "keep_house"} <= set(done)
    assert [row for row in jobs() if row[1] not in ("todo", "doing")] == []


# --- in the running product


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    data = tmp_path_factory.mktemp("jobs") / "data"
    with running(data, seeded=False) as one:
        yield one
    cluster.remove(data)


def the_worker(product: Product) -> int:
    found = [pid for pid in product.processes() if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
    if len(found) != 1:
        raise FileNotFoundError(found)
    return found[0]


def asked(product: Product, sql: str) -> list[tuple[object, ...]]:
    entry = read_entry(product.data)
    assert entry is not None
    with psycopg.connect(
        host=entry.host, port=entry.port, dbname=entry.name, user=APP, password=entry.login(APP), autocommit=True
    ) as opened:
        return opened.execute(sql.encode()).fetchall()


def until(true: Callable[[], bool], patience: float = 180.0) -> bool:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with contextlib.suppress(psycopg.OperationalError, FileNotFoundError):
            if true():
                return True
        time.sleep(0.2)
    return False


def failed(product: Product) -> list[tuple[object, ...]]:
    """What the queue calls failed, with what the worker said when it did."""
    jobs = asked(product, "select id, task_name, attempts from procrastinate_jobs where status = 'failed'")
    return [*jobs, (product.log("worker")[-20_000:],)] if jobs else []


def last_round(product: Product) -> int:
    [[at]] = asked(product, "select coalesce(max(defer_timestamp), 0) from procrastinate_periodic_defers")
    return int(str(at))


def test_the_demo_has_a_worker_that_seals_its_first_day(product: Product) -> None:
    assert until(lambda: bool(asked(product, "select 1 from records_seal")))
    pages = Path(f"/proc/{the_worker(product)}/statm").read_text().split()[1]
    assert int(pages) * os.sysconf("SC_PAGE_SIZE") < 160 * 1024 * 1024


def test_the_worker_goes_on_when_its_database_was_killed(product: Product) -> None:
    assert until(lambda: last_round(product) > 0)
    before, pid = last_round(product), the_worker(product)
    postmaster = int((product.data / "pg" / "postmaster.pid").read_text().split("\n")[0])
    os.kill(postmaster, signal.SIGKILL)
    assert until(lambda: last_round(product) > before + 10)
    assert the_worker(product) == pid
    assert failed(product) == []


def test_a_killed_worker_comes_back_and_works(product: Product) -> None:
    assert until(lambda: last_round(product) > 0)
    before, pid = last_round(product), the_worker(product)
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: last_round(product) > before + 10)
    assert the_worker(product) != pid


def test_asked_to_stop_the_worker_ends_by_itself(product: Product) -> None:
    assert until(lambda: last_round(product) > 0)
    pid, said = the_worker(product), len(product.log("worker"))
    os.kill(pid, signal.SIGTERM)
    assert until(lambda: the_worker(product) != pid)
    assert "Traceback" not in product.log("worker")[said:]
