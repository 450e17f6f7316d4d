"""人员命令: the first unit and administrator of an installation, and upkeep, each said in Chinese."""

import io
from argparse import ArgumentParser, Namespace

import pytest

from tests.operations.people import AT
from yekuo.interfaces.cli import people as commands
from yekuo.interfaces.cli.registry import commands as every_command
from yekuo.records import staff
from yekuo.records.models import Person, Staff, Unit

pytestmark = pytest.mark.django_db
PASSWORD = "yunfeng-2026-kaitong"


def run(name: str, *words: str) -> int:
    command = next(one for one in commands.COMMANDS if one.name == name)
    parser = ArgumentParser()
    command.arguments(parser)
    arguments: Namespace = parser.parse_args(words)
    return command.run(arguments)


def first_unit() -> int:
    return run("add-unit", "33", "浙江公司", "--company", "SGCC", "--province", "浙江")


def test_an_installation_gets_its_first_unit_and_administrator(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert first_unit() == 0
    assert run("add-unit", "3301", "杭州公司", "--kind", "city", "--parent", "33", "--city", "杭州") == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert run("add-staff", "admin", "赵管理", "3301", "administrator", "clerk") == 0
    made = Staff.objects.get(username="admin")
    actor = staff.actor_by_key(made.pk)
    assert made.check_password(PASSWORD)
    assert actor is not None
    assert actor.roles == ("administrator", "clerk")
    assert Unit.objects.get(code="3301").province == "浙江"
    assert "赵管理" in capsys.readouterr().out


def test_mistakes_are_said_and_nothing_is_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first_unit()
    assert first_unit() == 1
    assert run("add-unit", "3301", "杭州公司", "--parent", "99") == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("123\n"))
    assert run("add-staff", "admin", "赵管理", "33", "king") == 1
    told = capsys.readouterr().err
    for words in ("已经用过", "没有代码为 99 的单位", "没有这个岗位：king", "密码太短"):
        assert words in told
    assert not Staff.objects.exists()


def test_letters_go_where_it_was_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    first_unit()
    assert run("add-staff", "admin", "赵管理", "33", "administrator") == 0
    assert run("set-mail", "admin", "zhao") == 1
    assert "邮箱" in capsys.readouterr().err
    assert run("set-mail", "nobody", "zhao@example.cn") == 1
    assert run("set-mail", "admin", "zhao@example.cn") == 0
    assert Staff.objects.get().email == "zhao@example.cn"
    assert run("set-mail", "admin") == 0
    assert Staff.objects.get().email == ""


def test_every_command_is_on_the_command_line() -> None:
    assert {one.name for one in commands.COMMANDS} <= {one.name for one in every_command()}


def test_upkeep_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    Person.objects.create(id_type="resident_id", name="张三", digest="d", kept_at=AT)
    assert run("reseal") == 0
    assert run("sweep-files") == 0
    told = capsys.readouterr().out
    assert "重新加密 0 项" in told
    assert "清理 0 个" in told


def test_a_lost_key_is_said(settings: object, capsys: pytest.CaptureFixture[str]) -> None:
    Person.objects.create(id_type="resident_id", name="张三", digest="d", kept_at=AT)
    settings.FIELD_KEYS = {"k2": b"2" * 32}  # type: ignore[attr-defined]
    assert run("reseal") == 1
    assert "字段密钥" in capsys.readouterr().err
