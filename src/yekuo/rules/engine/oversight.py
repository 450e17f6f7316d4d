"""督办与投诉的办理条件: what must be true of a step's own content; where the sheet or complaint stands is asked of its register."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from yekuo.rules import complaints, sheets
from yekuo.rules.actor import Actor
from yekuo.rules.deeds import oversight
from yekuo.rules.deeds.base import Deed
from yekuo.rules.engine.books import Books
from yekuo.rules.refusal import Problem
from yekuo.rules.state import CaseState

ABOUT_SHEETS = (
    oversight.IssueSheet, oversight.AcknowledgeSheet, oversight.ReplySheet, oversight.CheckSheet,
    oversight.EscalateSheet,
)  # fmt: skip
ABOUT_COMPLAINTS = (
    oversight.FileComplaint, oversight.ContactComplainant, oversight.AnswerComplaint, oversight.JudgeComplaint,
)  # fmt: skip
AFTERWARDS = frozenset(kind.deed for kind in (*ABOUT_SHEETS, *ABOUT_COMPLAINTS))
"""Deeds that may be done on a case that has ended, and while it is paused."""


def content_problems(deed: Deed, *, at: datetime) -> tuple[Problem, ...]:
    """This function will list what is wrong with the content of a step."""
    if isinstance(deed, ABOUT_SHEETS):
        return sheets.content_problems(deed, at=at)
    return complaints.content_problems(deed, at=at)


def _check(books: Books, state: CaseState, deed: Any, by: Actor, at: datetime) -> tuple[Problem, ...]:
    return content_problems(deed, at=at)


CHECKERS: dict[str, Callable[[Books, CaseState, Any, Actor, datetime], tuple[Problem, ...]]] = dict.fromkeys(
    sorted(AFTERWARDS), _check
)
