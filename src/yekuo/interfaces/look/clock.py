"""时钟: the one place that reads the time; an interface asks once per request or command and passes `at` down.

In a demo or a training room the clock may be set to another day (演练时钟); production never allows it.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

from yekuo.rules.refusal import Refused


def now(request: HttpRequest | None = None) -> datetime:
    """This function will return the moment it is, in UTC; the same one throughout a request."""
    if request is None:
        return datetime.now(UTC) + offset()
    kept: datetime | None = getattr(request, "_yekuo_at", None)
    if kept is None:
        kept = datetime.now(UTC) + offset()
        request._yekuo_at = kept  # type: ignore[attr-defined]  # noqa: SLF001 - ours, on Django's object
    return kept


def offset() -> timedelta:
    """This function will return how far the rehearsal clock is from the real one; zero in production."""
    if not settings.REHEARSAL:
        return timedelta()
    try:
        found = _file().stat()
    except FileNotFoundError:
        return timedelta()
    return _read(_file(), (found.st_ino, found.st_mtime_ns))


def set_to(moment: datetime) -> None:
    """This function will let the rehearsal clock show `moment` now and run on from there. Raises Refused in production."""
    if not settings.REHEARSAL:
        raise Refused("正式环境不能调整时钟。", code="no_rehearsal")
    if moment.tzinfo is None:
        raise ValueError("moment needs a time zone")
    ahead = (moment - datetime.now(UTC)) // timedelta(microseconds=1)
    part = _file().with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps({"ahead_microseconds": ahead}), encoding="ascii")
    part.replace(_file())


def reset() -> None:
    """This function will let the rehearsal clock show the real time again."""
    _file().unlink(missing_ok=True)


def _file() -> Path:
    return Path(settings.DATA) / "clock.json"


@lru_cache(maxsize=4)
def _read(path: Path, version: tuple[int, int]) -> timedelta:
    return timedelta(microseconds=json.loads(path.read_text(encoding="ascii"))["ahead_microseconds"])
