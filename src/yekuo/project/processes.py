"""进程: children that never outlive their parent, and what a killed parent left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
MARK = "YEKUO_SUPERVISED"


def die_with_parent(how: int = signal.SIGTERM) -> None:
    """This function will have the system end this process when its parent dies (Linux; elsewhere it does nothing)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)


def start_child(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    mark: str,
    log: Path | None = None,
    end_with: int = signal.SIGTERM,
    user: int | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """This function will start a child in a session of its own that ends when we end.

    `mark` stands in the child's environment, so that a later start can find what was left behind.
    """
    parent = os.getpid()
    sink = open(log, "ab") if log else None  # noqa: SIM115 - handed to the child and closed below
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            env={**environment, MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            preexec_fn=_end_with(parent, end_with),
            cwd=folder,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    finally:
        if sink:
            sink.close()


def _end_with(parent: int, how: int) -> Callable[[], None]:
    def prepare() -> None:
        die_with_parent(how)
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)

    return prepare


def stop(child: subprocess.Popen[bytes], *, how: int = signal.SIGTERM, patience: float = 8.0) -> None:
    """This function will ask a child to end, wait `patience` seconds, then end its whole group."""
    if child.poll() is None:
        child.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def alive(pid: int) -> bool:
    """This function will say whether a process runs; a zombie is dead."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) not in ("Z", "X")


def _state(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    return ""


def left_behind(mark: str) -> Iterator[int]:
    """This function will find living processes with our mark that are not below this process (needs /proc)."""
    wanted = os.fsencode(f"{MARK}={mark}")
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            pid = int(place.name)
            if pid != os.getpid() and wanted in (place / "environ").read_bytes().split(b"\0") and alive(pid):
                yield pid


def clear_left_behind(mark: str, *, patience: float = 10.0) -> int:
    """This function will end what a killed supervisor left behind and return how many processes that were."""
    found = set(left_behind(mark))
    count = len(found)
    for how, until in ((signal.SIGINT, patience), (signal.SIGKILL, 2.0)):
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, how)
        end = time.monotonic() + until
        while found and time.monotonic() < end:
            time.sleep(0.05)
            found = {pid for pid in found if alive(pid)}
    return count
