"""数据库集群: our own PostgreSQL: made once, started as a child, reached by a private socket with passwords.

Everything is kept in one data folder: `pg/` (the cluster), `run/` (its socket), `log/`, `postgres.json` (who may enter).
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from yekuo.project import binaries, processes, standing
from yekuo.project.binaries import Binaries, NoDatabase
from yekuo.project.places import private_folder, socket_folder, write_private
from yekuo.project.standing import Standing

FILE = "postgres.json"
PORT = 5432
DATABASE = "yekuo"
ADMIN = "yekuo_admin"
OWNER = "yekuo_owner"
APP = "yekuo_app"
PATIENCE = 60.0
TUNING = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "lc_messages": "C",
    "idle_in_transaction_session_timeout": "10min",
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "256MB"}
"""For tests only: a killed machine may lose the cluster, which the next run makes anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """入口凭据: how to reach a cluster of ours; kept in a file only its owner may read."""

    host: str
    folder: str
    standing: str
    admin_password: str
    owner_password: str
    app_password: str
    port: int = PORT
    name: str = DATABASE

    def login(self, user: str) -> str:
        """This function will return the password of one of our three roles."""
        return {ADMIN: self.admin_password, OWNER: self.owner_password, APP: self.app_password}[user]

    def connect(self, user: str, name: str = "") -> "psycopg.Connection[tuple[object, ...]]":
        """This function will connect one of our roles, to our database or the named one; autocommit."""
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=user,
            password=self.login(user),
            dbname=name or self.name,
            autocommit=True,
            connect_timeout=5,
        )


def read_entry(data: Path) -> Entry | None:
    """This function will read how the cluster of a data folder is reached, or None if it has none yet."""
    path = data / FILE
    return Entry(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


class Cluster:
    """One PostgreSQL of ours; `durable` is for everything but tests. Use from one process at a time."""

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        """This function will only remember where; nothing is made or started yet."""
        self.data = data
        self.durable = durable
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> Entry:
        """This function will make the cluster if there is none, start it and wait until it answers. Raises NoDatabase."""
        try:
            return self._start()
        except OSError as reason:
            raise NoDatabase(f"数据库未能启动：{reason}") from reason

    def _start(self) -> Entry:
        private_folder(self.data)
        private_folder(self.data / "log")
        entry = self._existing()
        programs = binaries.find(major=_version(Path(entry.folder)) if entry else None)
        way = standing.choose(self.data, programs.folder / "postgres", kept=entry.standing if entry else "")
        if entry is None:
            entry = self._make(programs, way)
        elif way.far != _is_far(Path(entry.folder)):
            raise NoDatabase(
                f"{self.data} 中的数据库是换了权限的用户建立的，现在打不开；请换回原来的用户运行，或用 --fresh 重新开始。"
            )
        self._prepare_sockets(Path(entry.host), way)
        standing.give(Path(entry.folder), way)
        self._run(programs, way, entry)
        self._equip(entry)
        return entry

    def _existing(self) -> Entry | None:
        """A cluster counts only when its making was finished: the folder gets its name last."""
        entry = read_entry(self.data)
        return entry if entry and (Path(entry.folder) / "PG_VERSION").exists() else None

    def stop(self) -> None:
        """This function will stop the cluster quickly and cleanly, if it is ours and runs."""
        if self.child is not None:
            processes.stop(self.child, how=signal.SIGINT, patience=20.0)
            self.child = None

    def _make(self, programs: Binaries, way: Standing) -> Entry:
        """A far folder of a try that failed is not left behind; one below our own data is overwritten by the next try."""
        home = standing.far_folder() if way.far else self.data
        try:
            return self._make_in(home, programs, way)
        except BaseException:
            if way.far:
                shutil.rmtree(home, ignore_errors=True)
            raise

    def _make_in(self, home: Path, programs: Binaries, way: Standing) -> Entry:
        folder = home / "pg"
        if folder.exists():  # half made by a start that was killed
            shutil.rmtree(folder)
        host = home / "run" if way.far else socket_folder(self.data)
        entry = Entry(
            host=str(host),
            folder=str(folder),
            standing=way.name,
            admin_password=secrets.token_urlsafe(24),
            owner_password=secrets.token_urlsafe(24),
            app_password=secrets.token_urlsafe(24),
        )
        self._initdb(programs, way, folder, entry.admin_password)
        write_private(self.data / FILE, json.dumps(asdict(entry), indent=1, ensure_ascii=False) + "\n")
        return entry

    def _initdb(self, programs: Binaries, way: Standing, folder: Path, password: str) -> None:
        half = folder.with_name("pg.half")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        word = half.with_name("pg.word")
        write_private(word, password + "\n")
        standing.give(half, way)
        standing.give(word, way)
        program = standing.reachable(programs.folder, way, from_wheel=programs.from_wheel) / "initdb"
        command = [
            *way.prefix, str(program), "-D", str(half), "-U", ADMIN, f"--pwfile={word}", "--auth=scram-sha-256",
            "--encoding=UTF8", *([] if self.durable else ["--no-sync"]),
        ]  # fmt: skip
        try:
            for locale in ("C.UTF-8", "C"):
                answer = subprocess.run(
                    [*command, f"--locale={locale}"],
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    errors="replace",
                    check=False,
                    cwd="/",
                    env=_environment(),
                    user=way.user,
                    group=way.user,
                    extra_groups=None if way.user is None else [],
                )
                if answer.returncode == 0:
                    break
            else:
                raise NoDatabase(f"建立数据库失败：{answer.stderr.strip()[-800:]}")
        finally:
            word.unlink()
        half.rename(folder)

    def _prepare_sockets(self, host: Path, way: Standing) -> None:
        private_folder(host)
        standing.give(host, way)

    def _run(self, programs: Binaries, way: Standing, entry: Entry) -> None:
        folder = Path(entry.folder)
        end = time.monotonic() + PATIENCE
        while True:
            _clear_stale(folder, Path(entry.host))
            self.child = self._spawn(programs, way, entry)
            if self._answers(entry, end):
                return
            self.stop()
            if time.monotonic() > end or not _wants_patience(self._log()):
                raise NoDatabase(f"数据库未能启动：{_tail(self._log())}")
            time.sleep(0.3)  # after a kill -9 the old server's children take a moment to notice

    def _spawn(self, programs: Binaries, way: Standing, entry: Entry) -> subprocess.Popen[bytes]:
        program = standing.reachable(programs.folder, way, from_wheel=programs.from_wheel) / "postgres"
        tuning = {**TUNING, **({} if self.durable else CARELESS), "unix_socket_directories": entry.host}
        options = [part for name, value in tuning.items() for part in ("-c", f"{name}={value}")]
        self._log().write_bytes(b"")
        return processes.start_child(
            [*way.prefix, program, "-D", entry.folder, *options],
            environment=_environment(),
            mark=str(self.data),
            log=self._log(),
            end_with=signal.SIGINT,
            user=way.user,
            folder=Path("/"),
        )

    def _log(self) -> Path:
        return self.data / "log" / "postgres.log"

    def _answers(self, entry: Entry, end: float) -> bool:
        while time.monotonic() < end:
            if self.child is None or self.child.poll() is not None:
                return False
            with contextlib.suppress(psycopg.OperationalError), entry.connect(ADMIN, "postgres"):
                return True
            time.sleep(0.03)
        return False

    def _equip(self, entry: Entry) -> None:
        """Make roles and database where they are missing; a start killed half way is completed by the next."""
        with entry.connect(ADMIN, "postgres") as connection:
            for role, powers in ((OWNER, "CREATEDB"), (APP, "")):
                known = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
                verb = sql.SQL("ALTER" if known else "CREATE")
                connection.execute(
                    sql.SQL("{} ROLE {} LOGIN NOSUPERUSER {} PASSWORD {}").format(
                        verb, sql.Identifier(role), sql.SQL(powers), sql.Literal(entry.login(role))
                    )
                )
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP), sql.Identifier(OWNER)))
            if not connection.execute("select 1 from pg_database where datname = %s", [entry.name]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(entry.name), sql.Identifier(OWNER))
                )


def remove(data: Path) -> None:
    """This function will delete a stopped cluster and its files, wherever they live."""
    entry = read_entry(data)
    if entry is not None:
        shutil.rmtree(entry.folder, ignore_errors=True)
        if Path(entry.host).parent in (Path(tempfile.gettempdir()), Path(entry.folder).parent):
            shutil.rmtree(entry.host, ignore_errors=True)
        if _is_far(Path(entry.folder)):
            shutil.rmtree(Path(entry.folder).parent, ignore_errors=True)
        (data / FILE).unlink(missing_ok=True)


def _is_far(folder: Path) -> bool:
    return standing.FAR in folder.parents


def _version(folder: Path) -> int:
    return int((folder / "PG_VERSION").read_text(encoding="ascii").strip())


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def _clear_stale(folder: Path, host: Path) -> None:
    """Remove the lock files of a server that is dead (a zombie is dead); stop one that lives without its parent."""
    lock = folder / "postmaster.pid"
    if not lock.exists():
        return
    first = lock.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0].strip()
    if first.isdigit() and processes.alive(int(first)) and _is_postgres(int(first)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(int(first), signal.SIGINT)
        return
    lock.unlink(missing_ok=True)
    for left in host.glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)


def _is_postgres(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return not Path("/proc").exists()


def _wants_patience(log: Path) -> bool:
    text = log.read_text(encoding="utf-8", errors="replace")
    return "already exists" in text or "still in use" in text


def _tail(log: Path) -> str:
    return " ".join(log.read_text(encoding="utf-8", errors="replace").split("\n")[-6:])[-600:].strip() or "没有更多信息"
