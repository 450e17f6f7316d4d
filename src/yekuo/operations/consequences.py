"""后果: what else must happen in the same transaction as a deed; an explicit table, no signals.

A room adds its function under the event kind. It is called after the log row and its projections are written, and may
raise Refused, which undoes the deed as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from yekuo.operations import archive, oversight
from yekuo.rules.state import CaseState, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """已办: a deed that was just written: the case before and after, the event, its place in the log."""

    case: int
    number: str
    unit: int
    seq: int
    before: CaseState
    after: CaseState
    event: Event
    at: datetime


Consequence = Callable[[Done], None]
CONSEQUENCES: dict[str, tuple[Consequence, ...]] = {
    "meter_installed": (archive.check_meters,),
    "case_archived": (archive.open_account,),
    **dict.fromkeys(
        (
            "sheet_issued", "sheet_acknowledged", "sheet_replied", "sheet_checked", "sheet_escalated",
            "complaint_filed", "complainant_contacted", "complaint_answered", "complaint_judged",
        ),
        (oversight.follow,),
    ),
}
