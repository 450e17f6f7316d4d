"""后台进程: runs the rounds and whatever else is in the queue, in one process, for as long as it is not asked to stop.

The database may go away and come back: the worker waits for it and goes on, and takes up what a killed worker left.
"""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Iterator

import psycopg
from django.db import InterfaceError, OperationalError
from procrastinate import App, PsycopgConnector, exceptions
from procrastinate.contrib.django import DjangoApp
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Status

from yekuo.interfaces.jobs.rounds import ROUNDS, Round

STALLED_AFTER = 30.0
KEPT_HOURS = 24 * 14
QUIET_SECONDS = 2.0
BEHIND = 5
"""People at a screen go first where there is work for every core."""

AT_ONCE = 3
"""An examination and a calculation of capacity may take a minute each; what is due goes on beside them."""

GONE = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    exceptions.ConnectorException,
)
"""What a database that went away raises, through Django, through the queue or past both."""

logger = logging.getLogger(__name__)


def run() -> int:
    """This function will work until it is asked to stop, and return the exit status."""
    os.nice(BEHIND)
    asyncio.run(_forever())
    return 0


async def _forever() -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wish in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wish, asked.set)
    while not asked.is_set():
        working = asyncio.create_task(work())
        wanted = asyncio.create_task(asked.wait())
        await asyncio.wait({working, wanted}, return_when=asyncio.FIRST_COMPLETED)
        working.cancel()
        try:
            await working
        except asyncio.CancelledError:
            pass
        except (exceptions.ConnectorException, psycopg.Error, OSError) as error:
            logger.warning("后台任务与数据库的连接断开，稍后重试：%s", error)
        if not asked.is_set():
            await asyncio.wait({wanted}, timeout=QUIET_SECONDS)
        wanted.cancel()


async def work(*, wait: bool = True) -> None:
    """This function will work on one connection pool until cancelled or cut off; without `wait` until nothing is left.

    Raises ConnectorException or psycopg.Error when the database is gone.
    """
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4, timeout=10.0)
    app = app_with(connector)
    async with app.open_async():
        await retry_stalled(app)
        await app.run_worker_async(
            wait=wait,
            concurrency=AT_ONCE,
            install_signal_handlers=False,
            listen_notify=wait,
            delete_jobs="successful",
            shutdown_graceful_timeout=5.0,
            stalled_worker_timeout=STALLED_AFTER,
        )


def app_with(connector: PsycopgConnector) -> App:
    """This function will make the app that knows every round, on a connector."""
    app = DjangoApp(connector=connector)
    for one in ROUNDS:
        task = app.task(name=one.name, queueing_lock=one.name, lock=one.lock or None)(_job(one))
        app.periodic(cron=one.cron)(task)
    keep_house = app.task(name="keep_house", queueing_lock="keep_house")(_housekeeper(app))
    app.periodic(cron="* * * * *")(keep_house)
    return app


def _job(one: Round) -> Callable[..., None]:
    """The moment it was planned for is not asked: a round does what is due when it runs, so one cut off is no failure.

    Whoever puts a round into the queue by its name has no moment to give.
    """

    def job(timestamp: int = 0) -> None:
        with _cut_off_is_no_failure(one.name):
            one.run()

    return job


@contextlib.contextmanager
def _cut_off_is_no_failure(name: str) -> Iterator[None]:
    try:
        yield
    except GONE as error:
        logger.warning("任务 %s 因数据库断开而中断，下一轮再做：%s", name, error)


def _housekeeper(app: App) -> Callable[[int], object]:
    async def keep_house(timestamp: int) -> None:
        with _cut_off_is_no_failure("keep_house"):
            await retry_stalled(app)
            await app.job_manager.delete_old_jobs(
                nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
            )

    return keep_house


async def retry_stalled(app: App) -> int:
    """This function will put back the jobs whose worker died over them, and return how many.

    Where the same round is waiting already the dead one is closed instead: one of a kind is enough.
    """
    found = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER))
    for job in found:
        logger.warning("任务 %s（%s）没有做完，重新排队", job.task_name, job.id)
        try:
            await app.job_manager.retry_job(job)
        except exceptions.UniqueViolation:
            await app.job_manager.finish_job(job=job, status=Status.FAILED, delete_job=True)
    return len(found)
