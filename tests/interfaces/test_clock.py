"""时钟: one reading per request; a rehearsal may move it, production may not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from yekuo.interfaces.look import clock
from yekuo.rules.refusal import Refused

FRIDAY = datetime(2026, 9, 18, 9, 0, tzinfo=UTC)


@pytest.fixture
def rehearsal(settings: Settings, tmp_path: Path) -> Settings:
    settings.REHEARSAL = True
    settings.DATA = tmp_path
    return settings


def test_the_clock_is_the_real_one(rehearsal: Settings) -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)  # noqa: TID251 - compared with the real clock


def test_a_request_has_one_moment() -> None:
    request = RequestFactory().get("/")
    assert clock.now(request) == clock.now(request)


def test_a_rehearsal_moves_the_clock_and_it_runs_on(rehearsal: Settings) -> None:
    clock.set_to(FRIDAY)
    first = clock.now()
    assert timedelta() <= first - FRIDAY < timedelta(seconds=5)
    assert clock.now() > first
    clock.set_to(FRIDAY + timedelta(days=3))
    assert clock.now() - first > timedelta(days=2)
    clock.reset()
    assert clock.now() - FRIDAY > timedelta(days=60)


def test_production_refuses(rehearsal: Settings) -> None:
    clock.set_to(FRIDAY)
    rehearsal.REHEARSAL = False
    assert clock.now() - FRIDAY > timedelta(days=60)
    with pytest.raises(Refused):
        clock.set_to(FRIDAY)
