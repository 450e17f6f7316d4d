"""后果: what else must happen in the same transaction as a deed; an explicit table, no signals.

A room adds its function under the event kind. It is called after the log row and its projections are written, and may
raise Refused, which undoes the deed as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from yekuo.operations import appointments, archive, exceptions, followups, oversight, sources
from yekuo.operations.grids import chosen, doubts, generation, ledger
from yekuo.rules.deeds import BY_EVENT
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
_PROMISES = (appointments.register,)
CONSEQUENCES: dict[str, tuple[Consequence, ...]] = {
    "person_assigned": _PROMISES,
    "handed_over": _PROMISES,
    "appointment_made": _PROMISES,
    "appointment_moved": _PROMISES,
    "appointment_missed": _PROMISES,
    "appointment_cancelled": _PROMISES,
    "survey_submitted": _PROMISES,
    "mid_inspection_started": _PROMISES,
    "completion_inspection_started": _PROMISES,
    "application_withdrawn": _PROMISES,
    "case_terminated": _PROMISES,
    "meter_installed": (archive.check_meters, *_PROMISES),
    "case_archived": (archive.open_account,),
    "contact_made": (sources.keep,),
    "scheme_drafted": (chosen.bind,),
    **dict.fromkeys(
        (
            "sheet_issued",
            "sheet_acknowledged",
            "sheet_replied",
            "sheet_checked",
            "sheet_escalated",
            "complaint_filed",
            "complainant_contacted",
            "complaint_answered",
            "complaint_judged",
        ),
        (oversight.follow,),
    ),
}
for _kind in ("pause_disputed", "complaint_filed"):
    CONSEQUENCES[_kind] = (*CONSEQUENCES.get(_kind, ()), exceptions.tell_of)
for _kind in ledger.FOLLOWED:
    CONSEQUENCES[_kind] = (*CONSEQUENCES.get(_kind, ()), ledger.follow)
for _kind in doubts.FOLLOWED:
    CONSEQUENCES[_kind] = (*CONSEQUENCES.get(_kind, ()), doubts.follow)
for _kind in generation.FOLLOWED:
    CONSEQUENCES[_kind] = (*CONSEQUENCES.get(_kind, ()), generation.follow)
for _kind in BY_EVENT:  # any deed may make or end a day on which a case has to be looked after
    CONSEQUENCES[_kind] = (*CONSEQUENCES.get(_kind, ()), followups.register)
