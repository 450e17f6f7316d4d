"""接口密钥: made by command, shown once, kept as a digest; whoever may not have one is told why."""

from argparse import ArgumentParser
from hashlib import sha256

import pytest

from tests.operations.people import AT, clerk, company
from yekuo.interfaces.cli import registry
from yekuo.operations.api_keys import holder_of
from yekuo.records.models import ApiKey, Staff
from yekuo.rules.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> Actor:
    monkeypatch.setattr("yekuo.interfaces.look.clock.now", lambda request=None: AT)
    return clerk(company()["county"], "clerk")


def login_of(who: Actor) -> str:
    return Staff.objects.get(pk=who.person).username


def run(*words: str) -> int:
    command = next(one for one in registry.commands() if one.name == "api-key")
    parser = ArgumentParser()
    command.arguments(parser)
    return command.run(parser.parse_args(words))


def test_a_key_is_shown_once_and_kept_as_its_digest(somebody: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--login", login_of(somebody), "--label", "政务平台", "--days", "7") == 0
    token = capsys.readouterr().out.splitlines()[1]
    assert holder_of(token, at=AT) == somebody
    assert bytes(ApiKey.objects.get().digest) == sha256(token.encode()).digest()
    assert run("--list") == 0
    listed = capsys.readouterr().out
    assert "政务平台" in listed
    assert "2026-11-30" in listed
    assert token not in listed
    key = str(ApiKey.objects.get().pk)
    assert run("--revoke", key) == 0
    assert holder_of(token, at=AT) is None
    assert run("--revoke", key) == 1
    assert "没有编号" in capsys.readouterr().err
    assert run("--list") == 0
    assert "已作废" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "why"),
    [(("--login", "nobody", "--label", "x"), "没有账号"), (("--login", "{}"), "用途说明"),
     (("--login", "{}", "--label", "x", "--days", "0"), "有效天数"), (("--login", "{}", "--label", "x" * 61), "用途说明")],
)  # fmt: skip
def test_a_key_that_cannot_be_made_says_why(
    somebody: Actor, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    assert run(*(word.format(login_of(somebody)) for word in words)) == 1
    assert why in capsys.readouterr().err
    assert not ApiKey.objects.exists()


def test_nobody_without_a_role_gets_a_key(somebody: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    Staff.objects.create_user(username="new")
    assert run("--login", "new", "--label", "x") == 1
    assert "岗位" in capsys.readouterr().err
