"""到点提醒: when a clock turns yellow, red or overdue by itself, whoever has the ball is told, once per change.

A batch is looked at as a whole, from the stored clocks and tasks: half past five is when thousands fall due at once.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction

from yekuo.operations.books import Shelf, open_shelf
from yekuo.records import cases, clock_rows, messages, rule_changes, tables, tasks
from yekuo.records.cases import DueCase
from yekuo.records.clock_rows import StoredClock
from yekuo.records.rule_changes import Word
from yekuo.rules import levels
from yekuo.rules.calendar import BEIJING
from yekuo.rules.derivations import clock_title
from yekuo.rules.levels import Level
from yekuo.rules.messages import Rule, overdue_rule, receivers

LOUD = {Level.YELLOW: "临近到期", Level.RED: "即将到期", Level.OVERDUE: "已超期"}
BATCH = 1000
AN_INSTANT = timedelta(microseconds=1)
LATER = timedelta(hours=1)
Seat = tuple[str, int]

logger = logging.getLogger(__name__)


def sweep(*, at: datetime, limit: int = BATCH) -> int:
    """This function will look at up to `limit` cases whose next moment has come, tell of what changed and step on.

    Cases somebody else holds are left to the next sweep. Returns how many were looked at.
    """
    with transaction.atomic():
        due = cases.falling_due(at=at, limit=limit)
        if due:
            _look_at(due, open_shelf(), at)
    return len(due)


def _look_at(due: tuple[DueCase, ...], shelf: Shelf, at: datetime) -> None:
    keys = [one.case for one in due]
    stored, seats = clock_rows.open_rows(keys), tasks.ours(keys)
    words: list[Word] = []
    following: dict[int, datetime | None] = {}
    for one in due:
        try:
            clocks = [clock_rows.read_open(row) for row in stored.get(one.case, ())]
            said = list(_words(one, clocks, seats.get(one.case, set()), at=at, shelf=shelf))
            following[one.case] = levels.next_change(clocks, at)
        except (LookupError, ValueError):
            # A case that cannot be read must not keep the others from being looked at: it is tried again later.
            logger.exception("工单 %s 到点检查失败，一小时后再试", one.number)
            following[one.case] = at + LATER
        else:
            words += said
    known = messages.left_before(words) if words else set()
    rule_changes.tell(
        (word for word in words if (word.case_number, word.person, word.role, word.text) not in known), at=at
    )
    cases.step_on(following)


def _words(
    one: DueCase, clocks: Iterable[StoredClock], seats: set[Seat], *, at: datetime, shelf: Shelf
) -> Iterator[Word]:
    before = one.at - AN_INSTANT
    for clock in clocks:
        level = levels.level(clock, at)
        if level not in LOUD:
            continue
        broken = set(levels.breaches(clock, at)) - set(levels.breaches(clock, before))
        if broken or level is not levels.level(clock, before):
            text, rule = _text(clock, level, at, shelf), _rule(clock, level, at)
            for role, person in receivers(rule, owners=seats, people={"manager": one.manager}):
                yield Word(
                    person=person, role=role, unit=one.unit, case_number=one.number, text=text, kind=rule.kind
                )  # fmt: skip


def _rule(clock: StoredClock, level: Level, at: datetime) -> Rule:
    table = tables.messages()
    return overdue_rule(table, levels.breaches(clock, at)) if level is Level.OVERDUE else table.rules["warning"]


def _text(clock: StoredClock, level: Level, at: datetime, shelf: Shelf) -> str:
    """The words say nothing that moves from one sweep to the next, so that the same change is the same text."""
    name = clock_title(clock.kind, shelf.limits.stage_name(clock.stage), clock.visit)
    due = f"，应于 {clock.due_at.astimezone(BEIJING):%Y-%m-%d %H:%M} 前完成" if clock.due_at else ""
    ranks = "、".join(rank.label for rank in levels.breaches(clock, at)) if level is Level.OVERDUE else ""
    broken = f"（超过{ranks}时限）" if ranks else ""
    return f"{name}{LOUD[level]}{due}{broken}"
