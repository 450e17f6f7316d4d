"""测试库: the pytest plugin that gives each test run its own PostgreSQL, started only when a test asks for it."""

import fcntl
import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import IO

import pytest

from yekuo.project import keys
from yekuo.project.cluster import Cluster, remove
from yekuo.project.places import private_folder

HOME = "YEKUO_TEST_HOME"
_opened: list[IO[str]] = []


def _home() -> Path:
    """Each run has a folder of its own, so that several runs in one clone do not meet; dead runs' folders are removed."""
    if HOME in os.environ:  # a worker of a run that spreads over the cores
        return Path(os.environ[HOME])
    place = private_folder(Path(tempfile.gettempdir()) / f"yekuo-test-{os.geteuid()}")
    _sweep(place)
    folder = private_folder(place / secrets.token_hex(4))
    _opened.append(_locked(folder))
    os.environ[HOME] = str(folder)
    return folder


def _locked(folder: Path) -> IO[str]:
    lock = open(folder / "alive", "w", encoding="ascii")  # noqa: SIM115 - held as long as this process lives
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise
    return lock


def _sweep(place: Path) -> None:
    for folder in place.iterdir():
        try:
            _locked(folder).close()
        except OSError:
            continue
        remove(folder)
        shutil.rmtree(folder, ignore_errors=True)


_data = _home()
for _name in ("YEKUO_ROLE", "YEKUO_DATABASE_URL", "YEKUO_OWNER_DATABASE_URL"):
    os.environ.pop(_name, None)
os.environ.update(YEKUO_MODE="test", YEKUO_DATA=str(_data))
keys.make(_data)
_cluster: Cluster | None = None


def pytest_configure(config: pytest.Config) -> None:
    """This function will start the database before the run spreads over several processes."""
    if getattr(config.option, "numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ:
        start()


def pytest_unconfigure() -> None:
    """This function will stop what was started and leave nothing behind."""
    if _cluster is not None:
        _cluster.stop()
    if _opened:
        remove(_data)
        shutil.rmtree(_data, ignore_errors=True)
        _opened.pop().close()


def start() -> None:
    """This function will start this run's cluster, if no test asked for it before."""
    global _cluster  # noqa: PLW0603 - one per run
    if _cluster is None and not (_data / "postgres.json").exists():
        _cluster = Cluster(_data, durable=False)
        _cluster.start()
