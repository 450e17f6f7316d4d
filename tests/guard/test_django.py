"""Django 设置: checks pass, no migration is missing, nothing opens without a sign-in by accident, headers are strict."""

import os
import secrets
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.test import Client


def test_system_checks_pass() -> None:
    call_command("check", fail_level="WARNING")


def test_a_production_passes_the_checks_for_one() -> None:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}  # journeys set one
    mine["DJANGO_SETTINGS_MODULE"] = "yekuo.project.settings"
    environment = {**mine, "YEKUO_MODE": "production", "YEKUO_SECRET_KEY": secrets.token_urlsafe(60)}
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_production_is_never_a_rehearsal() -> None:
    environment = {**os.environ, "YEKUO_MODE": "production", "YEKUO_REHEARSAL": "1", "YEKUO_SECRET_KEY": "x" * 60}
    command = [sys.executable, "-c", "import yekuo.project.settings"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "不能用于生产" in done.stderr


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_health_needs_no_sign_in(db: None, client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_a_page_asks_for_a_sign_in(db: None, client: Client) -> None:
    answer = client.get("/accounts/password/change/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("Content-Security-Policy", "default-src 'self'"),
        ("Content-Security-Policy", "frame-ancestors 'none'"),
        ("Content-Security-Policy", "form-action 'self'"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_every_answer_carries_strict_headers(db: None, client: Client, header: str, part: str) -> None:
    answer = client.get("/healthz")
    assert part in answer[header]
    assert "unsafe" not in answer[header]
