"""启动: `demo` and `serve`: from an empty folder, or from last time's data, to an address that answers."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

from yekuo.project import cluster, keys, running
from yekuo.project.ports import Reservation
from yekuo.project.supervisor import Supervisor, say

LOGINS = "logins.txt"
SEEDING = "seeding"
ADDRESS = "address.txt"
TABLES = "tables.txt"
TOUR = "rehearsal/"
MADE_BY_US = ("files", "mail", "log", "run")


def launch(data: Path, *, mode: str, host: str, port: int | None, fresh: bool = False, seed: bool = False) -> int:
    """This function will run the product on one data folder until it is stopped, and return the exit status."""
    os.umask(0o077)
    try:
        with running.sole_owner(data):
            return _launch(data, mode=mode, host=host, port=port, fresh=fresh, seed=seed)
    except running.Taken as reason:
        address = _read(data / ADDRESS)
        say(f"{reason}" + (f" 它的地址是 {address}" if address else ""))
        return 1


def _launch(data: Path, *, mode: str, host: str, port: int | None, fresh: bool, seed: bool) -> int:
    begun = time.monotonic()
    last = _read(data / ADDRESS).rpartition(":")[2].strip("/")
    if fresh or (seed and (data / SEEDING).exists()):
        start_over(data)
    keys.make(data)
    with Reservation(host, wanted=port, last=int(last) if last.isdigit() else None) as held:
        supervisor = Supervisor(data, mode=mode, host=host, port=held.port)
        supervisor.listen()
        try:
            if not _open(supervisor, seed=seed):
                return 0 if supervisor.asked_to_stop else 1
            address = f"http://{supervisor.local_host}:{held.port}/"
            (data / ADDRESS).write_text(address, encoding="ascii")
            _greet(data, f"{address}{TOUR}" if seed else address, time.monotonic() - begun)
            supervisor.run()
        finally:
            say("正在停止……")
            supervisor.stop()
    say("已全部停止，数据已保留。")
    return 0


def _open(supervisor: Supervisor, *, seed: bool) -> bool:
    """The web server takes longer to load than the database to start: where nothing has to be made they start together."""
    if _as_last_time(supervisor, seed=seed):
        supervisor.start_web()
        supervisor.start_database()
    else:
        say("正在启动数据库……")
        supervisor.start_database()
        if not (_make_tables(supervisor) and (not seed or _sow(supervisor))) or supervisor.asked_to_stop:
            return False
        say("正在启动网页服务……")
        supervisor.start_web()
    if supervisor.wait_until_open():
        supervisor.start_worker()
        return True
    if not supervisor.asked_to_stop:
        say(f"网页服务没有启动成功，原因见 {supervisor.data / 'log' / 'web.log'}")
    return False


def _as_last_time(supervisor: Supervisor, *, seed: bool) -> bool:
    """Our own cluster is not asked for its tables while nothing that makes them has changed."""
    data = supervisor.data
    entry = cluster.read_entry(data) if supervisor.cluster is not None else None
    if entry is None or not Path(entry.folder).exists() or (seed and not (data / LOGINS).exists()):
        return False
    return _read(data / TABLES) == _tables_fingerprint(data)


def _make_tables(supervisor: Supervisor) -> bool:
    say("正在检查数据表……")
    if not _step(supervisor, "migrate", owner=True):
        return False
    if supervisor.cluster is not None:
        (supervisor.data / TABLES).write_text(_tables_fingerprint(supervisor.data), encoding="ascii")
    return True


def _sow(supervisor: Supervisor) -> bool:
    """A mark stands while sample data is written; the next start begins anew where it finds one."""
    data = supervisor.data
    if (data / LOGINS).exists():
        return True
    (data / SEEDING).touch()
    if not _step(supervisor, "seed"):
        return False
    (data / SEEDING).unlink()
    return True


def _tables_fingerprint(data: Path) -> str:
    """Everything that makes tables, and which cluster they were made in."""
    package = Path(__file__).resolve().parents[1]
    makers = [*package.rglob("migrations/*.py"), package / "records" / "__init__.py", package / "project" / "grants.py"]
    versions = " ".join(version(name) for name in ("django", "procrastinate", "django-allauth")).encode()
    parts = [versions, (data / cluster.FILE).read_bytes(), *(path.read_bytes() for path in sorted(makers))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _step(supervisor: Supervisor, command: str, *, owner: bool = False) -> bool:
    environment = running.environment(supervisor.data, mode=supervisor.mode, owner=owner)
    child = subprocess.Popen(
        [sys.executable, "-m", "yekuo", command, "--running"], env=environment, stdin=subprocess.DEVNULL
    )
    while child.poll() is None:
        if supervisor.asked_to_stop:
            child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.1)
    if child.returncode and not supervisor.asked_to_stop:
        say(f"步骤 {command} 失败，详情见上。")
    return child.returncode == 0


def start_over(data: Path) -> None:
    """This function will delete the cluster, files and secrets of a data folder we hold, and nothing else in it."""
    cluster.remove(data)
    for name in MADE_BY_US:
        shutil.rmtree(data / name, ignore_errors=True)
    for name in (LOGINS, SEEDING, TABLES, keys.FILE, "clock.json"):
        (data / name).unlink(missing_ok=True)


def _greet(data: Path, address: str, seconds: float) -> None:
    say(f"\n业扩平台已就绪（{seconds:.1f} 秒）：{address}")
    logins = _read(data / LOGINS)
    if logins:
        say(logins)
    say("按 Ctrl-C 停止。\n")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""
