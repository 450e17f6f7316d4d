"""整机测试: the running product loses any of its processes and comes back; nothing outlives it."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.product import Product, running
from yekuo.project import cluster, processes

pytestmark = pytest.mark.xdist_group("project product")
"""One set of data for all of them, on one core: making it takes longer than most of these tests."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("演示 数据") / "data"
    yield folder
    cluster.remove(folder)


@pytest.fixture(scope="class")
def product(data: Path) -> Iterator[Product]:
    with running(data, seeded=False) as one:
        yield one


def _with(product: Product, word: bytes) -> list[int]:
    found = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in product.processes()}
    return sorted(pid for pid, command in found.items() if word in command)


def _nothing_left(product: Product, patience: float = 60.0) -> bool:
    end = time.monotonic() + patience
    while product.processes() and time.monotonic() < end:
        time.sleep(0.05)
    return not product.processes()


class TestOneProduct:
    """What is asked of one running product, which none of this ends."""

    def test_it_comes_back_after_each_of_its_processes_was_killed(self, product: Product) -> None:
        assert product.answers()
        for pid in reversed(_with(product, b"granian")):  # the worker, then its parent
            os.kill(pid, signal.SIGKILL)
            time.sleep(0.3)
            assert product.answers()
        postmaster = int((product.data / "pg" / "postmaster.pid").read_text().split("\n")[0])
        os.kill(postmaster, signal.SIGKILL)
        time.sleep(0.3)
        assert product.answers()
        assert "数据库退出了" in product.said

    def test_a_second_start_on_the_same_data_says_where_the_first_one_is(self, product: Product) -> None:
        environment = {**os.environ, "YEKUO_DATA": str(product.data), "YEKUO_MODE": "demo"}
        second = subprocess.run(
            [sys.executable, "-m", "yekuo", "serve"], env=environment, capture_output=True, text=True, check=False
        )
        assert second.returncode == 1
        assert product.address in second.stdout
        assert product.answers()

    def test_a_command_beside_it_uses_its_database(self, product: Product) -> None:
        environment = {**os.environ, "YEKUO_DATA": str(product.data), "YEKUO_MODE": "demo"}
        done = subprocess.run(
            [sys.executable, "-m", "yekuo", "migrate"], env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert product.answers()

    def test_a_taken_port_is_said_in_one_sentence(self, product: Product, tmp_path: Path) -> None:
        port = product.address.rpartition(":")[2].strip("/")
        environment = {**os.environ, "YEKUO_DATA": str(tmp_path / "other"), "YEKUO_MODE": "demo"}
        done = subprocess.run(
            [sys.executable, "-m", "yekuo", "serve", "--port", port],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert f"端口 {port} 已被占用" in done.stdout
        assert done.stderr == ""


def test_commands_at_the_same_time_take_turns(tmp_path: Path) -> None:
    data = tmp_path / "data"
    environment = {**os.environ, "YEKUO_DATA": str(data), "YEKUO_MODE": "demo"}
    command = [sys.executable, "-m", "yekuo", "migrate"]
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in "ab"]
    assert [(one.communicate()[0], one.returncode) for one in both] == [(b"", 0), (b"", 0)]
    assert list(processes.left_behind(str(data))) == []
    cluster.remove(data)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_stop_it_stops_everything(data: Path, how: signal.Signals) -> None:
    product = Product(data, seeded=False)
    assert product.stop(how) == 0
    assert product.processes() == set()


def test_in_production_it_answers_its_own_names_only_and_asks_for_https(data: Path) -> None:
    with running(data, seeded=False, YEKUO_MODE="production", YEKUO_HOSTS="yekuo.example.cn") as product:
        assert product.answers()
        port = int(product.address.rpartition(":")[2].strip("/"))
        for host, status in (("yekuo.example.cn", 301), ("evil.example", 400)):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("GET", "/accounts/login/", headers={"Host": host})
            answer = asked.getresponse()
            assert answer.status == status
            assert (answer.getheader("Location") or "https://yekuo.example.cn/").startswith("https://yekuo.example.cn/")
            asked.close()


def test_killed_it_leaves_nothing_and_starts_again(data: Path) -> None:
    product = Product(data, seeded=False)
    children = product.processes()
    assert len(children) >= 3
    product.stop(signal.SIGKILL)
    assert _nothing_left(product)
    with running(data, seeded=False) as again:
        assert again.answers()


def test_everything_killed_at_once_starts_again(data: Path) -> None:
    product = Product(data, seeded=False)
    children = product.processes()
    product.child.kill()
    for pid in children:
        if processes.alive(pid):
            os.kill(pid, signal.SIGKILL)
    product.child.wait()
    with running(data, seeded=False) as again:
        assert again.answers()
