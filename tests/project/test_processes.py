"""进程与端口: children end with their parent, what is left behind is found, a port stays ours."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from yekuo.project import keys, places, processes, running
from yekuo.project.database import from_url
from yekuo.project.ports import PortTaken, Reservation

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def _until(condition: object, patience: float = 60.0) -> bool:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if callable(condition) and condition():
            return True
        time.sleep(0.02)
    return False


def test_what_a_killed_parent_left_is_found_and_ended() -> None:
    mark = f"test-{os.getpid()}"
    child = subprocess.Popen(SLEEP, env={**os.environ, processes.MARK: mark}, start_new_session=True)
    assert _until(lambda: list(processes.left_behind(mark)) == [child.pid])
    assert list(processes.left_behind(mark + "0")) == []
    assert processes.clear_left_behind(mark, patience=0.5) == 1
    assert not processes.alive(child.pid)  # a zombie is dead, although nobody waited for it
    child.wait()


def test_a_child_ends_when_its_parent_is_killed() -> None:
    program = (
        "import os, sys, time; from yekuo.project.processes import start_child\n"
        f"child = start_child({SLEEP!r}, environment=os.environ, mark='m'); print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert processes.alive(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert _until(lambda: not processes.alive(pid))


def test_stopping_ends_the_whole_group() -> None:
    grandchild = f"import subprocess, time; print(subprocess.Popen({SLEEP!r}).pid, flush=True); time.sleep(60)"
    child = subprocess.Popen(
        [sys.executable, "-c", grandchild], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert child.stdout is not None
    pid = int(child.stdout.readline())
    processes.stop(child)  # type: ignore[arg-type]
    child.stdout.close()
    assert child.returncode == -signal.SIGTERM
    assert _until(lambda: not processes.alive(pid))


def test_a_reserved_port_is_closed_to_others_and_open_to_our_server() -> None:
    with Reservation("127.0.0.1") as ours:
        with pytest.raises(PortTaken, match=str(ours.port)):
            Reservation("127.0.0.1", wanted=ours.port)
        with Reservation("127.0.0.1", last=ours.port) as next_one:
            assert next_one.port != ours.port
        with socket.socket() as server:  # as our web server binds
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            server.bind(("127.0.0.1", ours.port))
            server.listen()
            with socket.create_connection(("127.0.0.1", ours.port), timeout=5):
                pass


def test_a_port_somebody_listens_on_is_refused() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortTaken):
            Reservation("127.0.0.1", wanted=other.getsockname()[1])


def test_one_owner_per_data_folder(tmp_path: Path) -> None:
    with running.sole_owner(tmp_path), pytest.raises(running.Taken), running.sole_owner(tmp_path):
        pass
    with running.sole_owner(tmp_path):
        pass


def test_keys_are_made_once_and_stay_private(tmp_path: Path) -> None:
    keys.make(tmp_path)
    first = keys.read(tmp_path)
    keys.make(tmp_path)
    assert keys.read(tmp_path) == first
    assert (tmp_path / keys.FILE).stat().st_mode & 0o077 == 0
    assert [len(key) for key in (*first.field_keys.values(), first.index_key, first.seal_key)] == [32, 32, 32]


def test_keys_from_the_environment_win_and_keep_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.make(tmp_path)
    monkeypatch.setenv("YEKUO_FIELD_KEYS", f"k2:{'ab' * 32},k1:{'cd' * 32}")
    assert list(keys.read(tmp_path).field_keys) == ["k2", "k1"]


def test_without_keys_nothing_is_invented(tmp_path: Path) -> None:
    assert keys.read(tmp_path) == keys.Keys()


@pytest.mark.parametrize("length", [10, 300])
def test_a_socket_path_is_always_short_enough(length: int) -> None:
    folder = places.socket_folder(Path("/tmp") / ("业" * (length // 3)))
    assert len(os.fsencode(folder / places.SOCKET_NAME)) <= places.SOCKET_LIMIT


def test_a_path_with_a_comma_gets_another_socket_folder() -> None:
    assert "," not in str(places.socket_folder(Path("/tmp/a,b")))


def test_a_database_url_is_taken_apart() -> None:
    found = from_url("postgresql://me:p%40ss@db:5433/%E4%B8%9A%E6%89%A9?sslmode=require")
    assert found == {
        "NAME": "业扩", "HOST": "db", "PORT": "5433", "USER": "me", "PASSWORD": "p@ss", "OPTIONS": {"sslmode": "require"},
    }  # fmt: skip
    assert from_url("postgresql:///x?host=/var/run/postgresql")["HOST"] == "/var/run/postgresql"
    with pytest.raises(ValueError, match="postgresql"):
        from_url("mysql://x/y")
