"""跟进: days on which somebody has to look after a case though no clock of ours runs; read from its state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from yekuo.rules.calendar import BEIJING
from yekuo.rules.reservation import replied_scheme, valid_until
from yekuo.rules.state import CaseState, Status

MORNING = time(8, 30)


class FollowUpKind(StrEnum):
    """跟进事项: a call that was promised, works due to begin or to end, defects due to be put right, a silent customer."""

    CALL = "call"
    WORKS_START = "works_start"
    WORKS_FINISH = "works_finish"
    RECTIFY = "rectify"
    UNREACHED = "unreached"
    VALIDITY = "validity"


FOLLOW_UP_NAMES: Mapping[FollowUpKind, str] = {
    FollowUpKind.CALL: "答应回电",
    FollowUpKind.WORKS_START: "计划开工",
    FollowUpKind.WORKS_FINISH: "计划完工",
    FollowUpKind.RECTIFY: "整改到期",
    FollowUpKind.UNREACHED: "多次联系不上",
    FollowUpKind.VALIDITY: "方案到期",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """跟进: what to look after and from when on."""

    kind: FollowUpKind
    due_at: datetime


def follow_ups(state: CaseState, *, attempts: int) -> tuple[FollowUp, ...]:
    """This function will list what has to be looked after in a case; `attempts` without an answer tell the chief."""
    if state.status is not Status.OPEN:
        return ()
    found = {
        FollowUpKind.CALL: _morning(state.promised_call),
        FollowUpKind.WORKS_START: _morning(_works_start(state)),
        FollowUpKind.WORKS_FINISH: _morning(_works_finish(state)),
        FollowUpKind.RECTIFY: _morning(_rectify(state)),
        FollowUpKind.UNREACHED: state.last_contact_at if state.unreached >= attempts else None,
        FollowUpKind.VALIDITY: _morning(_lapsed(state)),
    }
    return tuple(FollowUp(kind=kind, due_at=due) for kind, due in found.items() if due is not None)


def _morning(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, MORNING, tzinfo=BEIJING)


def _building(state: CaseState) -> bool:
    return state.plan is not None and not state.works_finished


def _works_start(state: CaseState) -> date | None:
    begun = bool(state.works_percent or state.hidden_works)
    return state.plan.start_on if state.plan and _building(state) and not begun else None


def _works_finish(state: CaseState) -> date | None:
    return state.plan.finish_on if state.plan and _building(state) else None


def _lapsed(state: CaseState) -> date | None:
    """The day after the last on which works may begin under the reply (RULEBASE 8.13)."""
    scheme = replied_scheme(state)
    if scheme is None or scheme.valid_until is None:
        return None
    day = scheme.valid_until + timedelta(days=1)
    return day if valid_until(state, day) else None


def _rectify(state: CaseState) -> date | None:
    waiting = state.stage in ("rectify", "mid_rectify")
    return min((one.deadline for one in state.defects), default=None) if waiting else None


# --- how the works stand against their plan -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksBar:
    """工程进度条: planned and actual against the days of the plan, as numbers from 0 to 1000 of its width.

    `late` counts the days the works lie behind their planned end, 0 when they do not.
    """

    start_on: date
    finish_on: date
    percent: int
    finished: bool
    elapsed: int
    done: int
    expected: int
    late: int


def works_bar(state: CaseState, today: date) -> WorksBar | None:
    """This function will set the customer's works beside their plan on a day; None without a plan."""
    plan = state.plan
    if plan is None:
        return None
    length = max((plan.finish_on - plan.start_on).days, 1)
    passed = min(max((today - plan.start_on).days, 0), length)
    percent = 100 if state.works_finished else state.works_percent
    late = 0 if state.works_finished else max((today - plan.finish_on).days, 0)
    return WorksBar(
        start_on=plan.start_on, finish_on=plan.finish_on, percent=percent, finished=state.works_finished,
        elapsed=passed * 1000 // length, done=percent * 10, expected=passed * 100 // length, late=late,
    )  # fmt: skip
