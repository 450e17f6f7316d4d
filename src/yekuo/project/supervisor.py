"""看护: starts database, web server and worker, restarts what falls, stops all of it together."""

import contextlib
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from yekuo.project import database, processes, running
from yekuo.project.binaries import NoDatabase
from yekuo.project.cluster import Cluster
from yekuo.project.logs import MAILS, TEXTS, Echo, roll
from yekuo.project.places import private_folder

TICK = 0.2
CALM = 30.0
WORKER = "yekuo.interfaces.jobs.worker"
WEB_LOG = "web.log"
WORKER_LOG = "worker.log"
FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}
"""Each thread's own arena would keep what one large page once needed."""


class Watched:
    """One child and how to start it again; it waits longer each time it falls soon after a start."""

    def __init__(self, name: str, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        """This function will start the child for the first time."""
        self.name = name
        self._start = start
        self._pause = 0.0
        self._resume_at = 0.0
        self._begin()

    def _begin(self) -> None:
        self.child = self._start()
        self.started_at = time.monotonic()

    def look(self) -> None:
        """This function will start the child again if it fell and its pause is over."""
        if self.child.poll() is None:
            return
        now = time.monotonic()
        if not self._resume_at:
            processes.stop(self.child)
            self._pause = 0.0 if now - self.started_at > CALM else min(self._pause + 0.5, 5.0)
            self._resume_at = now + self._pause
            say(f"{self.name}退出了，正在重新启动。")
        if now >= self._resume_at:
            self._resume_at = 0.0
            self._begin()

    def stop(self) -> None:
        """This function will end the child and everything it started."""
        processes.stop(self.child)


class Supervisor:
    """Everything that runs for one data folder; `run` returns when somebody asked to stop."""

    def __init__(self, data: Path, *, mode: str, host: str, port: int) -> None:
        """This function will only remember what to run."""
        self.data, self.mode, self.host, self.port = data, mode, host, port
        self.cluster = None if database.external() else Cluster(data)
        self.watched: list[Watched] = []
        self.echo: Echo | None = None
        self.asked_to_stop = False

    def listen(self) -> None:
        """This function will take Ctrl-C, a termination and a closed terminal as a wish to stop."""
        for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if wish != signal.SIGHUP or signal.getsignal(wish) is not signal.SIG_IGN:
                signal.signal(wish, self._stop_asked)

    def _stop_asked(self, *_: object) -> None:
        self.asked_to_stop = True

    def start_database(self) -> None:
        """This function will start our own cluster, unless somebody else's database was named."""
        if self.cluster is not None:
            self.cluster.start()

    def start_web(self) -> None:
        """This function will start the web server."""
        folder = self.data / "log"
        private_folder(folder)
        roll(folder)
        if self.mode == "demo":
            self.echo = Echo([folder / WEB_LOG, folder / WORKER_LOG], (TEXTS, MAILS), say)
        self._watch("网页服务", web_command(self.host, self.port), folder / WEB_LOG)

    def start_worker(self) -> None:
        """This function will start the worker, if there are jobs."""
        if find_spec(WORKER):
            self._watch("后台任务", [sys.executable, "-m", "yekuo", "worker"], self.data / "log" / WORKER_LOG)

    def _watch(self, name: str, command: list[str], log: Path) -> None:
        environment = {**FEW_ARENAS, **running.environment(self.data, mode=self.mode)}
        mark = str(self.data)
        start = partial(processes.start_child, command, environment=environment, mark=mark, log=log)
        self.watched.append(Watched(name, start))

    def wait_until_open(self, patience: float = 60.0) -> bool:
        """This function will wait until the web server answers; False if it does not within `patience` seconds."""
        address = f"http://{self.local_host}:{self.port}/healthz"
        end = time.monotonic() + patience
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < end and not self.asked_to_stop:
            with contextlib.suppress(OSError), opener.open(address, timeout=5) as answer:
                return bool(answer.status == 200)
            if self.watched[0].child.poll() is not None:
                return False
            time.sleep(0.05)
        return False

    @property
    def local_host(self) -> str:
        """This function will name the address this machine itself uses."""
        return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound

    def run(self) -> None:
        """This function will watch over everything until somebody asks to stop."""
        while not self.asked_to_stop:
            time.sleep(TICK)
            self._look_at_database()
            if self.echo is not None:
                self.echo.look()
            for watched in self.watched:
                watched.look()

    def _look_at_database(self) -> None:
        if self.cluster is None or self.cluster.child is None or self.cluster.child.poll() is None:
            return
        say("数据库退出了，正在重新启动。")
        try:
            self.cluster.start()
        except NoDatabase as reason:
            say(f"{reason} 5 秒后再试。")
            time.sleep(5)

    def stop(self) -> None:
        """This function will stop doors first, then the database."""
        for watched in reversed(self.watched):
            watched.stop()
        if self.cluster is not None:
            self.cluster.stop()


def web_command(host: str, port: int) -> list[str]:
    """This function will return the web server's command: one process, several threads."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1",
        "--blocking-threads", "4", "--blocking-threads-idle-timeout", "600", "--no-ws", "--log-level", "warning",
        "--respawn-failed-workers", "--workers-kill-timeout", "5", "yekuo.project.wsgi:application",
    ]  # fmt: skip


def say(text: str) -> None:
    """This function will tell the person at the terminal one line, also where it cannot show Chinese."""
    encoding = sys.stdout.encoding or "utf-8"
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        sys.stdout.flush()
