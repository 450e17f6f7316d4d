"""运行: one owner per data folder: who holds its lock runs the cluster; others use the one that runs."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from yekuo.project import database, keys, processes
from yekuo.project.binaries import NoDatabase
from yekuo.project.cluster import APP, Cluster, read_entry
from yekuo.project.places import private_folder

LOCK = "lock"
USERS = "users"


class Taken(Exception):  # noqa: N818 - said to the user as it is
    """Raised when another process already runs this data folder."""


@contextlib.contextmanager
def sole_owner(data: Path) -> Iterator[None]:
    """This function will hold the data folder for us alone, clear what a killed owner left, and raise Taken if it is held."""
    private_folder(data)
    with open(data / LOCK, "a", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Taken(f"数据文件夹 {data} 正被另一个 yekuo 进程使用。") from None
        processes.clear_left_behind(str(data))
        yield


@contextlib.contextmanager
def database_running(data: Path) -> Iterator[None]:
    """This function will see that the database runs during the block: somebody else's, one that runs, or our own.

    Whoever started it for a command lets every other command finish before it stops it. Raises NoDatabase.
    """
    keys.make(data)
    if database.external():
        yield
        return
    private_folder(data)
    with open(data / USERS, "a", encoding="ascii") as users, contextlib.ExitStack() as stack:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            stack.enter_context(sole_owner(data))
        except Taken:
            _wait_for(data)
        else:
            cluster = Cluster(data)
            stack.callback(cluster.stop)
            stack.callback(fcntl.flock, users, fcntl.LOCK_EX)
            cluster.start()
        yield


def _wait_for(data: Path, patience: float = 60.0) -> None:
    """The owner may only just be starting it."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        entry = read_entry(data)
        with contextlib.suppress(psycopg.OperationalError):
            if entry is not None:
                entry.connect(APP).close()
                return
        time.sleep(0.1)
    raise NoDatabase(f"数据文件夹 {data} 正被另一个 yekuo 进程使用，但它的数据库没有应答。")


def environment(data: Path, *, mode: str, owner: bool = False) -> dict[str, str]:
    """This function will return the environment our own child processes run in."""
    return {
        **os.environ,
        "YEKUO_DATA": str(data),
        "YEKUO_MODE": mode,
        "DJANGO_SETTINGS_MODULE": "yekuo.project.settings",
        "PYTHONUNBUFFERED": "1",
        **({database.ROLE: "owner"} if owner else {}),
    }
