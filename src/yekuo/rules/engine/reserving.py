"""容量占用的办理条件: when promised capacity may be given back, in every process alike; what is held is asked of the ledger."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from yekuo.rules.actor import Actor
from yekuo.rules.deeds import capacity
from yekuo.rules.engine.books import Books
from yekuo.rules.refusal import Problem
from yekuo.rules.state import CaseState

Problems = tuple[Problem, ...]
AFTERWARDS = frozenset({"release_capacity"})
"""Deeds that may be done on a case that has ended: a customer who left, a load that is measured by now."""
WHILE_PAUSED = AFTERWARDS
REASON_AT_MOST = 200


def _release(books: Books, state: CaseState, deed: capacity.ReleaseCapacity, by: Actor, at: datetime) -> Problems:
    found = []
    if state.replied_version == 0:
        found.append(Problem("", "还没有答复供电方案，没有占用容量"))
    if not deed.reason.strip():
        found.append(Problem("reason", "请写明释放容量的原因"))
    if len(deed.reason) > REASON_AT_MOST:
        found.append(Problem("reason", f"太长，请写在 {REASON_AT_MOST} 字以内"))
    return tuple(found)


def possible(state: CaseState, *, staff: bool) -> dict[str, bool]:
    """This function will say which of these deeds could be meant now."""
    return {"release_capacity": staff and state.replied_version > 0 and state.released_on is None}


CHECKERS: dict[str, Callable[[Books, CaseState, Any, Actor, datetime], Problems]] = {"release_capacity": _release}
