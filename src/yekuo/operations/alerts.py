"""到点提醒: when a clock turns yellow, red or overdue by itself, whoever has the ball is told, once per change."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction

from yekuo.operations.books import Shelf, open_shelf
from yekuo.records import cases, codec, log, messages, rule_changes
from yekuo.records.cases import DueCase
from yekuo.records.log import Held
from yekuo.records.models import Case
from yekuo.records.projections import clocks_of
from yekuo.records.rule_changes import Word
from yekuo.rules import levels
from yekuo.rules.calendar import BEIJING
from yekuo.rules.clocks import Clock
from yekuo.rules.derivations import clock_title
from yekuo.rules.engine.tasks import open_tasks
from yekuo.rules.levels import Level
from yekuo.rules.refusal import Refused
from yekuo.rules.state import Party

LOUD = {Level.YELLOW: "临近到期", Level.RED: "即将到期", Level.OVERDUE: "已超期"}
BATCH = 50
AN_INSTANT = timedelta(microseconds=1)
LATER = timedelta(hours=1)

logger = logging.getLogger(__name__)


def sweep(*, at: datetime, limit: int = BATCH) -> int:
    """This function will look at up to `limit` cases whose next moment has come, tell of what changed and step on.

    Cases somebody else holds are left to the next sweep. Returns how many were looked at.
    """
    with transaction.atomic():
        shelf = open_shelf()
        due = cases.falling_due(at=at, limit=limit)
        for one in due:
            _look_at(one, shelf, at)
    return len(due)


def _look_at(one: DueCase, shelf: Shelf, at: datetime) -> None:
    """A case that cannot be read must not keep the others from being looked at: it is tried again later."""
    try:
        with transaction.atomic():
            following = _told(one, shelf, at)
    except (Refused, codec.Unreadable, LookupError, ValueError):
        logger.exception("工单 %s 到点检查失败，一小时后再试", one.number)
        following = at + LATER
    Case.objects.filter(pk=one.case).update(next_due_at=following)


def _told(one: DueCase, shelf: Shelf, at: datetime) -> datetime | None:
    held = log.hold(one.case)
    if held is None:
        return None
    calendar = shelf.calendar(held.state.place.province)
    clocks = clocks_of(held.state, limits=shelf.limits, calendar=calendar)
    before = one.at.astimezone(BEIJING) - AN_INSTANT
    words = tuple(_words(held, clocks, before=before, at=at.astimezone(BEIJING), shelf=shelf))
    known = messages.told_before(held.number, {word.text for word in words}) if words else set()
    rule_changes.tell((word for word in words if (word.person, word.role, word.text) not in known), at=at)
    return levels.next_change(clocks, at)


def _words(held: Held, clocks: Iterable[Clock], *, before: datetime, at: datetime, shelf: Shelf) -> Iterator[Word]:
    for clock in clocks:
        if clock.stopped_at is not None:
            continue
        level = levels.level(clock, at)
        broken = set(levels.breaches(clock, at)) - set(levels.breaches(clock, before))
        if level in LOUD and (level is not levels.level(clock, before) or broken):
            text = _text(clock, level, at, shelf)
            for role, person in _owners(held, level):
                yield Word(person=person, role=role, unit=held.unit, case_number=held.number, text=text, kind="deadline")


def _text(clock: Clock, level: Level, at: datetime, shelf: Shelf) -> str:
    """The words say nothing that moves from one sweep to the next, so that the same change is the same text."""
    name = clock_title(clock.kind, shelf.limits.stage_name(clock.stage), clock.visit)
    due = f"，应于 {clock.due_at.astimezone(BEIJING):%Y-%m-%d %H:%M} 前完成" if clock.due_at else ""
    ranks = "、".join(rank.label for rank in levels.breaches(clock, at)) if level is Level.OVERDUE else ""
    broken = f"（超过{ranks}时限）" if ranks else ""
    return f"{name}{LOUD[level]}{due}{broken}"


def _owners(held: Held, level: Level) -> list[tuple[str, int]]:
    """Who of ours has the ball; the manager when it is not ours to play; the chief as well once it is late."""
    state = held.state
    found = {(task.role, task.person) for task in open_tasks(state) if task.party is Party.UTILITY}
    if not found or level is Level.OVERDUE:
        found.add(("manager", state.people.get("manager", 0)))
    if level is Level.OVERDUE:
        found.add(("chief", 0))
    return sorted(found)
