"""数据库集群: starts from nothing, survives kill -9 and what it leaves behind, keeps its data, lets nobody in by trust."""

import dataclasses
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from yekuo.project import binaries, cluster, processes, standing
from yekuo.project.binaries import NoDatabase
from yekuo.project.cluster import ADMIN, APP, OWNER, Cluster, Entry

WHEEL = "YEKUO_PG_BINARIES"
STANDING = "YEKUO_PG_STANDING"


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("数据 文件夹")
    folder.chmod(0o700)
    yield folder
    cluster.remove(folder)


def _write(entry: Entry) -> None:
    with entry.connect(OWNER) as connection:
        connection.execute("create table kept (id int)")
        connection.execute("insert into kept values (1)")


def _kept(entry: Entry) -> int:
    with entry.connect(OWNER) as connection:
        return len(connection.execute("select id from kept").fetchall())


def _postmaster(entry: Entry) -> int:
    return int((Path(entry.folder) / "postmaster.pid").read_text().split("\n")[0])


def test_it_starts_keeps_its_data_and_survives_a_kill(data: Path) -> None:
    one = Cluster(data)
    entry = one.start()
    try:
        _write(entry)
        os.kill(_postmaster(entry), signal.SIGKILL)
        assert one.child is not None
        one.child.wait(10)
        assert one.start() == entry
        assert _kept(entry) == 1
    finally:
        one.stop()
    with pytest.raises(psycopg.OperationalError):
        entry.connect(APP)
    assert stat.S_IMODE((data / cluster.FILE).stat().st_mode) == 0o600
    again = Cluster(data)
    try:
        assert _kept(again.start()) == 1
    finally:
        again.stop()


def test_it_asks_for_the_password_and_listens_nowhere_else(data: Path) -> None:
    one = Cluster(data, durable=False)
    entry = one.start()
    try:
        with pytest.raises(psycopg.OperationalError, match="password"):
            dataclasses.replace(entry, app_password="wrong").connect(APP)
        with entry.connect(APP) as connection:
            assert connection.execute("show listen_addresses").fetchone() == ("",)
            assert connection.execute("show fsync").fetchone() == ("off",)
            assert connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (
                False,
            )
    finally:
        one.stop()


def test_somebody_elses_database_is_used_by_its_addresses(data: Path, tmp_path: Path) -> None:
    one = Cluster(data, durable=False)
    entry = one.start()
    try:
        with entry.connect(ADMIN) as connection:
            connection.execute("create role worker login password 'w p'")
        place = f"/{entry.name}?host={quote(entry.host)}"
        environment = {
            **os.environ,
            "YEKUO_DATA": str(tmp_path / "elsewhere"),
            "YEKUO_DATABASE_URL": f"postgresql://worker:w%20p@{place}",
            "YEKUO_OWNER_DATABASE_URL": f"postgresql://{OWNER}:{quote(entry.owner_password)}@{place}",
        }
        command = [sys.executable, "-m", "yekuo", "migrate"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")
        with entry.connect(ADMIN) as connection:
            may = "select has_table_privilege('worker', 'records_event', 'INSERT'), has_table_privilege('worker', 'records_event', 'UPDATE')"
            assert connection.execute(may).fetchone() == (True, False)
        assert not (tmp_path / "elsewhere" / "pg").exists()
    finally:
        one.stop()


def test_a_stale_lock_of_a_dead_or_foreign_process_does_not_stop_it(data: Path) -> None:
    one = Cluster(data, durable=False)
    entry = one.start()
    one.stop()
    dead = subprocess.Popen(["true"])  # never waited for: a zombie until the test ends
    time.sleep(0.1)
    for pid in (dead.pid, os.getpid()):
        (Path(entry.folder) / "postmaster.pid").write_text(f"{pid}\n{entry.folder}\n0\n5432\n{entry.host}\n")
        (Path(entry.host) / ".s.PGSQL.5432.lock").write_text(f"{pid}\n")
        one.start()
        one.stop()
    dead.wait()


def test_a_half_made_cluster_is_made_anew(data: Path) -> None:
    (data / "pg.half").mkdir()
    (data / "pg.half" / "PG_VERSION").write_text("15\n")
    (data / "pg").mkdir()
    one = Cluster(data, durable=False)
    entry = one.start()
    try:
        _write(entry)
    finally:
        one.stop()


def test_it_dies_with_its_parent(data: Path) -> None:
    program = (
        "import sys, time, pathlib; from yekuo.project.cluster import Cluster\n"
        "Cluster(pathlib.Path(sys.argv[1]), durable=False).start(); print('up', flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(data)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"up\n"
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 10
    while list(processes.left_behind(str(data))) and time.monotonic() < end:
        time.sleep(0.05)
    assert list(processes.left_behind(str(data))) == []


@pytest.mark.parametrize("way", ["plain", "namespace", "capable", "far"])
@pytest.mark.parametrize("programs", ["system", "wheel"])
def test_every_standing_works_with_every_program(
    data: Path, monkeypatch: pytest.MonkeyPatch, programs: str, way: str
) -> None:
    if (way == "plain") == (os.geteuid() == 0):
        pytest.skip("另一种用户才有的启动方式")
    monkeypatch.setenv(WHEEL, programs)
    monkeypatch.setenv(STANDING, way)
    try:
        found = binaries.find()
    except NoDatabase:
        pytest.skip("这台机器没有自己的 PostgreSQL")
    chosen = standing.choose(data, found.folder / "postgres")
    if chosen.name != way:
        pytest.skip(f"这台机器不允许 {way}")
    one = Cluster(data, durable=False)
    entry = one.start()
    try:
        assert entry.standing == way
        _write(entry)
    finally:
        one.stop()
    again = Cluster(data, durable=False)
    try:
        assert _kept(again.start()) == 1
    finally:
        again.stop()


def test_data_of_another_version_is_refused_in_plain_words(data: Path) -> None:
    one = Cluster(data, durable=False)
    entry = one.start()
    one.stop()
    (Path(entry.folder) / "PG_VERSION").write_text("99\n")
    with pytest.raises(NoDatabase, match="PostgreSQL 99"):
        Cluster(data, durable=False).start()


def test_no_programs_are_named_in_plain_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(WHEEL, str(tmp_path))
    with pytest.raises(NoDatabase, match="postgresql"):
        binaries.find()
