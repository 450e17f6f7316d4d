"""日志测试: a demo shows its text messages once, whole, and nothing else; logs stay small."""

import logging
from pathlib import Path

import pytest

from yekuo.project import logs
from yekuo.project.logs import MAILS, TEXTS, Echo, Masked


def test_only_new_whole_lines_with_the_sign_are_shown(tmp_path: Path) -> None:
    log, later = tmp_path / "web.log", tmp_path / "worker.log"
    log.write_text(f"{TEXTS} 1】old\n", encoding="utf-8")
    shown: list[str] = []
    echo = Echo([log, later], (TEXTS, MAILS), shown.append)
    echo.look()
    assert shown == []
    with open(log, "a", encoding="utf-8") as sink:
        sink.write(f"WARNING something\n{TEXTS} 2】code 123456\n{TEXTS} 3】half")
    later.write_text(f"{MAILS} 9】hello\n", encoding="utf-8")
    echo.look()
    assert shown == [f"{TEXTS} 2】code 123456", f"{MAILS} 9】hello"]
    with open(log, "a", encoding="utf-8") as sink:
        sink.write(" and whole\n")
    echo.look()
    echo.look()
    assert shown[2:] == [f"{TEXTS} 3】half and whole"]


def test_a_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGEST", 10)
    (tmp_path / "web.log").write_text("x" * 11)
    (tmp_path / "worker.log").write_text("x")
    logs.roll(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["web.log.1", "worker.log"]


def test_links_and_telephone_numbers_are_masked_case_numbers_are_not() -> None:
    def written(text: str) -> str:
        return Masked("%(message)s").format(logging.LogRecord("x", logging.WARNING, "", 0, text, None, None))

    assert written("Forbidden: /p/3-d92f5d8616aa/urge/") == "Forbidden: /p/****/urge/"
    assert written("Not Found: /w/Zk3_9-aaaaaaaaaaaaaa/") == "Not Found: /w/****/"
    assert written("Server Error: /p/YK2026110000005/") == "Server Error: /p/YK2026110000005/"
    assert written("13800001234 call") == "138****1234 call"
