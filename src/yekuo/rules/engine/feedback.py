"""客户服务的办理条件: when a paper may be sent back and when a customer may rate, in every process alike."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from yekuo.rules.actor import Actor
from yekuo.rules.deeds import feedback
from yekuo.rules.engine.books import Books
from yekuo.rules.refusal import Problem
from yekuo.rules.state import CaseState

Problems = tuple[Problem, ...]
AFTERWARDS = frozenset({"rate_service"})
"""Deeds that may be done on a case that has ended."""
WHILE_PAUSED = AFTERWARDS | {"return_paper"}
NOTE_AT_MOST = 500


def _when(wrong: bool, field: str, message: str) -> Problems:
    return (Problem(field, message),) if wrong else ()


def _return(books: Books, state: CaseState, deed: feedback.ReturnPaper, by: Actor, at: datetime) -> Problems:
    handed = {paper.code for paper in state.papers}
    asked = {code for one in books.papers_needed(state) for code in one.codes}
    strange = not deed.codes or not set(deed.codes) <= handed & asked
    return (
        _when(state.energised, "", "已经送电，资料不再退回")
        + _when(strange, "codes", "请选择客户已经交来的资料")
        + _when(not deed.reason.strip(), "reason", "请写明退回原因，客户照着重交")
    )


def _rate(books: Books, state: CaseState, deed: feedback.RateService, by: Actor, at: datetime) -> Problems:
    return (
        _when(not state.energised, "", "送电以后再评价")
        + _when(state.rating is not None, "", "已经评价过了，谢谢您")
        + _when(not 1 <= deed.grade <= 5, "grade", "请选择评价")
        + _when(len(deed.note) > NOTE_AT_MOST, "note", f"太长，请写在 {NOTE_AT_MOST} 字以内")
    )


def possible(state: CaseState, *, staff: bool) -> dict[str, bool]:
    """This function will say which of these deeds could be meant now."""
    return {
        "return_paper": staff and bool(state.papers) and not state.energised,
        "rate_service": not staff and state.energised and state.rating is None,
    }


CHECKERS: dict[str, Callable[[Books, CaseState, Any, Actor, datetime], Problems]] = {
    "return_paper": _return,
    "rate_service": _rate,
}
