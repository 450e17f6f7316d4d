"""电网上传审查: an upload is stored at once and examined by the worker; nothing of it is lost, whatever falls over meanwhile."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test import Client

from tests.grid.town import town
from tests.interfaces.desk_stage import Stage
from tests.interfaces.test_network_import import HERE, changed, leave, send, sit, take, told
from tests.operations.test_grid_files import book, tables
from yekuo.interfaces.desk import reader
from yekuo.interfaces.jobs import rounds
from yekuo.operations.grids import examining, uploads
from yekuo.records import grid_uploads
from yekuo.records.models import GridRevision, GridUpload, GridUploadPart

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage()
    monkeypatch.setattr(reader, "now", lambda request: made.at + timedelta(days=3))
    yield made
    with connection.cursor() as sql:
        sql.execute("delete from procrastinate_jobs")
        sql.execute("delete from procrastinate_workers")


def beat(seconds_ago: int) -> None:
    with connection.cursor() as sql:
        sql.execute("delete from procrastinate_workers")
        sql.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def queued() -> list[str]:
    with connection.cursor() as sql:
        sql.execute("select task_name from procrastinate_jobs where status = 'todo'")
        return [str(row[0]) for row in sql.fetchall()]


def test_an_upload_is_stored_at_once_and_wakes_the_worker(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "_away", lambda *_: pytest.fail("a web request examines nothing"))
    planner = sit(stage)
    content = book(town())
    address = leave(planner, ("小镇.xlsx", content))
    one = GridUpload.objects.get()
    assert (one.state, one.size, one.file_digest) == ("waiting", len(content), sha256(content).hexdigest())
    assert queued() == [uploads.ROUND]
    leave(planner, *tables(town()))
    assert queued() == [uploads.ROUND], "one job for all that waits"
    page = told(planner, address)
    assert "启用为新版本" not in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "检查中" in told(planner, f"{HERE}import/")


def test_a_worker_that_is_down_is_said_and_one_that_runs_is_not(stage: Stage) -> None:
    planner = sit(stage)
    address = leave(planner, ("小镇.xlsx", book(town())))
    beat(3600)
    assert "后台任务现在没有运行" in told(planner, address)
    beat(2)
    page = told(planner, address)
    assert "后台任务现在没有运行" not in page
    assert "正在准备检查" in page


def test_two_uploads_are_both_examined_in_their_order(stage: Stage) -> None:
    planner = sit(stage)
    beat(1)
    first = leave(planner, ("一.xlsx", book(town())))
    wrong = town()
    wrong["线路段"][2]["长度(m)"] = -5
    second = leave(planner, ("二.xlsx", book(wrong)))
    assert "前面还有 1 个文件" in told(planner, second)
    assert rounds.examine_uploads() == 2
    assert "没有错误" in told(planner, first)
    assert "长度不能为负" in told(planner, second)
    assert GridUploadPart.objects.count() == 0, "the files go once they were read"


def test_one_that_was_cut_off_is_taken_up_again_and_one_that_kills_is_given_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = sit(stage)
    address = leave(planner, ("一.xlsx", book(town())))

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(examining, "_away", die)
        with pytest.raises(SystemExit):
            rounds.examine_uploads()
        assert "上次检查中断" not in told(planner, address)
        with pytest.raises(SystemExit):
            rounds.examine_uploads()
    beat(1)
    assert "这是第 2 次" in told(planner, address)
    rounds.examine_uploads()
    assert "没有错误" in told(planner, address)
    killer = leave(planner, ("二.xlsx", book(changed())))
    with monkeypatch.context() as broken:
        broken.setattr(examining, "_away", die)
        for _ in range(uploads.MOST_TRIES):
            with pytest.raises(SystemExit):
                rounds.examine_uploads()
    rounds.examine_uploads()
    assert "审查进程中断了 3 次" in told(planner, killer)
    assert rounds.examine_uploads() == 0


def test_every_step_is_shown_as_it_begins(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    planner = sit(stage)
    beat(1)
    address = leave(planner, ("一.xlsx", book(town())))
    seen: list[str] = []
    kept = grid_uploads.at_step

    def look(key: int, step: str) -> None:
        kept(key, step)
        seen.append(step)
        page = told(planner, address)
        assert f'aria-current="step"><i>{list(examining.STEPS).index(step) + 1}</i>{examining.STEPS[step]}' in page

    monkeypatch.setattr(grid_uploads, "at_step", look)
    monkeypatch.setattr(examining, "TICK", 0.01)
    rounds.examine_uploads()
    assert seen
    assert seen == [one for one in examining.STEPS if one in seen]


def test_the_part_of_the_page_that_waits_asks_for_the_whole_once_it_is_done(stage: Stage) -> None:
    planner = sit(stage)
    address = leave(planner, ("一.xlsx", book(town())))
    asking = {"HTTP_HX_REQUEST": "true"}
    assert "HX-Refresh" not in planner.get(address, **asking).headers  # type: ignore[arg-type]
    rounds.examine_uploads()
    assert planner.get(address, **asking).headers["HX-Refresh"] == "true"  # type: ignore[arg-type]


def test_what_was_given_up_while_it_waited_is_not_examined(stage: Stage) -> None:
    planner = sit(stage)
    address = leave(planner, ("一.xlsx", book(town())))
    planner.post(address, {"wish": "drop"})
    assert rounds.examine_uploads() == 0
    assert "已放弃" in told(planner, address)
    assert GridUploadPart.objects.count() == 0


def test_what_was_given_up_while_it_was_examined_stays_given_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    planner = sit(stage)
    address = leave(planner, ("一.xlsx", book(town())))
    whole = examining._away

    def drop_meanwhile(*given: object) -> object:
        planner.post(address, {"wish": "drop"})
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(examining, "_away", drop_meanwhile)
    rounds.examine_uploads()
    one = GridUpload.objects.get()
    assert one.dropped_at
    assert (one.tables, one.found) == (None, {})


def test_nothing_is_in_force_before_it_was_examined(stage: Stage) -> None:
    planner = sit(stage)
    address = leave(planner, ("一.xlsx", book(town())))
    assert "还在检查" in take(planner, address)
    assert GridRevision.objects.count() == 0


def test_a_whole_file_of_many_pieces_is_the_same_file(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from yekuo.interfaces.desk import network_import

    monkeypatch.setattr(network_import, "PIECE", 1000)
    planner = sit(stage)
    assert "没有错误" in told(planner, send(planner, ("一.xlsx", book(town()))))


def test_no_child_outlives_who_waits_for_it(tmp_path: object) -> None:
    """The child ends when its input closes, as it does when the parent dies."""
    import subprocess
    import sys

    child = subprocess.Popen(
        [sys.executable, "-c", "from yekuo.operations.grids.examining import _end_with_parent as end; end(); input and __import__('time').sleep(60)"],
        stdin=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(timeout=50) == 3


def test_somebody_elses_upload_is_not_there(stage: Stage) -> None:
    planner = sit(stage)
    address = leave(planner, ("一.xlsx", book(town())))
    other: Client = sit(stage, "foreigner")
    assert other.get(address).status_code in (403, 404)
