"""规则文本: reads the packaged rule data once and gives the calendar and the limit book built from it."""

from functools import cache
from importlib.resources import files

from yekuo.rules.calendar import Calendar, parse_calendar
from yekuo.rules.limit_text import parse_limits
from yekuo.rules.limits import LimitBook

_LIMIT_FILES = ("national", "company", "local", "product")


@cache
def shipped_calendar(region: str = "") -> Calendar:
    """This function will give the working-day calendar of this release, for a province or the nation ('')."""
    if region:
        return shipped_calendar().for_region(region)
    return parse_calendar(_text("calendars/china.toml"))


@cache
def shipped_limits() -> LimitBook:
    """This function will give the limit book that comes with this release, before any local confirmation."""
    return parse_limits(*(_text(f"limits/{name}.toml") for name in _LIMIT_FILES))


def _text(name: str) -> str:
    return files("yekuo.rules").joinpath(name).read_text(encoding="utf-8")
