"""规则维护: import a year's notice, add a province's days, confirm or amend a limit; told before, recomputed after.

Open cases are read anew and whoever works on one is told when its deadline comes earlier; stopped clocks never change.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from django.db import transaction

from yekuo.operations.books import Shelf, open_shelf
from yekuo.records import cases, clock_rows, log, rule_changes
from yekuo.records.log import Held
from yekuo.records.models import Case
from yekuo.records.projections import clocks_of, project
from yekuo.records.rule_changes import Change, Word
from yekuo.rules import powers
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING, Calendar
from yekuo.rules.engine.tasks import open_tasks
from yekuo.rules.levels import Move
from yekuo.rules.limits import Limit, LimitBook
from yekuo.rules.notices import LocalDays, Notice
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import CaseState

PREVIEWED = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """影响: one open deadline that a change moves."""

    number: str
    clock: str
    move: Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """预览: what is worth a second look, and every open deadline the change would move; `cut` after PREVIEWED cases."""

    warnings: tuple[Problem, ...]
    effects: tuple[Effect, ...]
    cut: bool = False


def preview_notice(notice: Notice) -> Preview:
    """This function will say what importing a notice would move; raises Refused when it cannot be taken in."""
    shelf = open_shelf()
    national = shelf.calendar("")
    changed = _with_notice(shelf, notice)
    changed("")
    return _preview(shelf, changed, provisional_only=True, warnings=national.warnings(notice))


def preview_local_days(days: LocalDays) -> Preview:
    """This function will say what a province's own days would move; raises Refused when they cannot be taken in."""
    shelf = open_shelf()
    changed = shelf.calendar(days.region).with_local(days)
    return _preview(shelf, lambda province: changed if province == days.region else shelf.calendar(province))


def preview_limits(change: Callable[[LimitBook], LimitBook]) -> Preview:
    """This function will say what a change of the limits would move; raises Refused when it makes no sound book."""
    shelf = open_shelf()
    return _preview(replace(shelf, limits=change(shelf.limits)), shelf.calendar)


def import_notice(*, notice: Notice, by: Actor, at: datetime, reason: str) -> Preview:
    """This function will take in a year's notice and recompute the open provisional deadlines."""
    _check(by, "import_notice", reason)
    with transaction.atomic():
        shelf = open_shelf()
        preview = Preview(warnings=shelf.calendar("").warnings(notice), effects=())
        _with_notice(shelf, notice)("")
        rule_changes.keep_notice(notice, change=Change(by=by.person, at=at, reason=reason))
        return replace(preview, effects=_recompute(at=at, reason=reason, provisional_only=True))


def add_local_days(*, days: LocalDays, by: Actor, at: datetime, reason: str) -> Preview:
    """This function will take in a province's own days and recompute every open deadline there."""
    _check(by, "import_notice", reason)
    with transaction.atomic():
        open_shelf().calendar(days.region).with_local(days)
        rule_changes.keep_local(days, change=Change(by=by.person, at=at, reason=reason))
        return Preview(warnings=(), effects=_recompute(at=at, reason=reason, provisional_only=False))


def confirm_limit(*, limit_id: str, since: date | None, by: Actor, at: datetime, reason: str) -> Preview:
    """This function will confirm a limit, dated if it was not, and recompute every open deadline."""
    return _change_limits(lambda book: book.confirmed(limit_id, since=since).limit(limit_id), by, at, reason)


def amend_limit(*, limit: Limit, by: Actor, at: datetime, reason: str) -> Preview:
    """This function will add a limit, or put it in place of the one of the same id, and recompute open deadlines."""
    return _change_limits(lambda book: book.with_limit(limit).limit(limit.id), by, at, reason)


def drop_limit(*, limit_id: str, by: Actor, at: datetime, reason: str) -> Preview:
    """This function will take a limit out and recompute every open deadline."""
    _check(by, "amend_limit", reason)
    with transaction.atomic():
        open_shelf().limits.without(limit_id)
        rule_changes.drop_limit(limit_id, change=Change(by=by.person, at=at, reason=reason))
        return Preview(warnings=(), effects=_recompute(at=at, reason=reason, provisional_only=False))


def _change_limits(change: Callable[[LimitBook], Limit], by: Actor, at: datetime, reason: str) -> Preview:
    _check(by, "amend_limit", reason)
    with transaction.atomic():
        limit = change(open_shelf().limits)
        rule_changes.keep_limit(limit, change=Change(by=by.person, at=at, reason=reason))
        return Preview(warnings=(), effects=_recompute(at=at, reason=reason, provisional_only=False))


def _check(by: Actor, deed: str, reason: str) -> None:
    if not powers.may(by.roles, deed, None, table=open_shelf().powers):
        raise Refused("您的岗位没有维护规则的权限", code="forbidden")
    if not reason.strip():
        raise Refused("请写明依据（文号或原因）", problems=(Problem("reason", "请写明依据（文号或原因）"),))


def _with_notice(shelf: Shelf, notice: Notice) -> Callable[[str], Calendar]:
    return lambda province: shelf.calendar(province).with_notice(notice)


def _preview(
    shelf: Shelf,
    changed: Callable[[str], Calendar],
    *,
    provisional_only: bool = False,
    warnings: tuple[Problem, ...] = (),
) -> Preview:
    """Read without writing or holding: what the open cases' clocks would become."""
    keys = list(islice(clock_rows.open_case_keys(provisional_only=provisional_only), PREVIEWED + 1))
    found: list[Effect] = []
    for row in Case.objects.filter(pk__in=keys[:PREVIEWED]).order_by("pk").only("number", "snapshot").iterator(200):
        state = cases.state_of(row)
        found += _moves(row.pk, row.number, state, shelf, changed(state.place.province))
    return Preview(warnings=warnings, effects=tuple(found), cut=len(keys) > PREVIEWED)


def _moves(case: int, number: str, state: CaseState, shelf: Shelf, calendar: Calendar) -> Iterator[Effect]:
    before = clock_rows.open_dues(case)
    for clock in clocks_of(state, limits=shelf.limits, calendar=calendar):
        was = before.get(clock.key)
        if was is None or clock.due_at is None or clock.stopped_at is not None or was[0] == clock.due_at:
            continue
        move = Move(
            key=clock.key, before=was[0].astimezone(BEIJING), after=clock.due_at, was_provisional=was[1],
            still_provisional=clock.provisional,
        )  # fmt: skip
        yield Effect(number=number, clock=clock_name(clock.kind.label, shelf.limits.stage_name(clock.stage)), move=move)


def clock_name(kind: str, stage: str) -> str:
    """This function will name a clock for people: its kind, and the stage where it has one."""
    return f"{kind}：{stage}" if stage else kind


def _recompute(*, at: datetime, reason: str, provisional_only: bool) -> tuple[Effect, ...]:
    shelf = open_shelf()
    found: list[Effect] = []
    for key in list(clock_rows.open_case_keys(provisional_only=provisional_only)):
        held = log.hold(key)
        if held is None:
            continue
        calendar = shelf.calendar(held.state.place.province)
        moves = tuple(_moves(held.id, held.number, held.state, shelf, calendar))
        made = project(held.state, before=held.state, unit=held.unit, at=at, limits=shelf.limits, calendar=calendar)
        log.refresh(key, made, recorded=at)
        rule_changes.tell(_words(held, moves, reason), at=at)
        found += moves
    return tuple(found)


def _words(held: Held, moves: tuple[Effect, ...], reason: str) -> Iterator[Word]:
    """Whoever has the ball is told of a deadline that came earlier; a later one harms nobody."""
    earlier = [one for one in moves if one.move.earlier]
    if not earlier:
        return
    told = "；".join(
        f"{one.clock}由 {one.move.before:%m月%d日} 提前到 {one.move.after:%m月%d日 %H:%M}" for one in earlier
    )
    owners = {(task.role, task.person) for task in open_tasks(held.state)}
    owners.add(("manager", held.state.people.get("manager", 0)))
    for role, person in sorted(owners):
        yield Word(
            person=person, role=role, unit=held.unit, case_number=held.number,
            text=f"期限提前（{reason}）：{told}", kind="rule",
        )  # fmt: skip
