"""运行: one owner per data folder: who holds its lock runs the cluster; others use the one that runs."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from yekuo.project import database, keys, processes
from yekuo.project.cluster import Cluster
from yekuo.project.places import private_folder

LOCK = "lock"


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
    """This function will see that the database runs during the block: somebody else's, one that runs, or our own."""
    keys.make(data)
    if database.external():
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(sole_owner(data))
        except Taken:
            yield
            return
        cluster = Cluster(data)
        stack.callback(cluster.stop)
        cluster.start()
        yield


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
