"""整机: the product as a child process, as a user starts it, for the tests that kill it and for the journeys."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from yekuo.project import processes

PATIENCE = 240.0


class Product:
    """A running product: its address, what it said, and its processes."""

    def __init__(self, data: Path, *arguments: str, seeded: bool, **more: str) -> None:
        """This function will start it, with `more` in its environment, and wait until it says that it is ready."""
        self.data = data
        self.said_in = data.with_name(f"{data.name}.said")
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("YEKUO_", "DJANGO_", "PYTEST"))
        }
        command = [sys.executable, "-m", "yekuo", "demo" if seeded else "serve", *arguments]
        with open(self.said_in, "wb") as sink:
            self.child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
                preexec_fn=processes.die_with_parent,  # a test run that is killed leaves nothing running
                env={**kept, "YEKUO_DATA": str(data), "YEKUO_MODE": "demo", **more},
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self._greeted():
            if self.child.poll() is not None or time.monotonic() > end:
                self.stop()
                raise AssertionError(f"the product did not start:\n{self.said}{self.log('web')}")
            time.sleep(0.05)

    def _greeted(self) -> bool:
        return "按 Ctrl-C 停止" in self.said

    @property
    def said(self) -> str:
        """This function will return everything it wrote to its terminal."""
        return self.said_in.read_text(encoding="utf-8", errors="replace")

    @property
    def address(self) -> str:
        """This function will return where it answers, with a slash at the end."""
        return (self.data / "address.txt").read_text(encoding="ascii").strip()

    def log(self, name: str) -> str:
        """This function will return one of its logs: web, worker or postgres."""
        path = self.data / "log" / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def answers(self, path: str = "healthz", patience: float = 90.0) -> bool:
        """This function will ask until the answer is 200 or patience ends."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        end = time.monotonic() + patience
        while time.monotonic() < end:
            with contextlib.suppress(OSError), opener.open(self.address + path, timeout=15) as answer:
                return bool(answer.status == 200)
            time.sleep(0.1)
        return False

    def processes(self) -> set[int]:
        """This function will return the living processes it started."""
        return set(processes.left_behind(str(self.data)))

    def stop(self, how: int = signal.SIGTERM) -> int:
        """This function will stop it and return its exit status."""
        if self.child.poll() is None:
            self.child.send_signal(how)
        return self.child.wait(120)


@contextlib.contextmanager
def running(data: Path, *arguments: str, seeded: bool, **more: str) -> Iterator[Product]:
    """This function will run the product during the block."""
    product = Product(data, *arguments, seeded=seeded, **more)
    try:
        yield product
    finally:
        product.stop()
