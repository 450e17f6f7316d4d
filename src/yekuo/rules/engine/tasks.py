"""待办: what is to be done by whom now, read from the state."""

from dataclasses import dataclass
from datetime import datetime

from yekuo.rules.deeds.base import REGISTRY
from yekuo.rules.engine.definition import Stage
from yekuo.rules.state import CaseState, Party, Status
from yekuo.rules.timeline import Cause

PAUSED_FOR = {
    Cause.CUSTOMER_POSTPONED: Party.CUSTOMER,
    Cause.CUSTOMER_PAPERS: Party.CUSTOMER,
    Cause.CUSTOMER_SITE: Party.CUSTOMER,
    Cause.GOVERNMENT_PERMIT: Party.GOVERNMENT,
    Cause.ACCESS_STUDY: Party.THIRD,
    Cause.OUTAGE_WINDOW: Party.THIRD,
    Cause.FORCE_MAJEURE: Party.THIRD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """待办: `key` is unique in the case for ever; `person` 0 means anybody of the role in the unit."""

    key: str
    stage: str
    role: str
    person: int
    party: Party
    opened_at: datetime
    days: int = 0


def waiting_for(state: CaseState) -> Party:
    """This function will name the side that has the ball: the cause of a pause in effect, else the stage's side."""
    return PAUSED_FOR[state.pause.cause] if state.pause else state.party


def open_tasks(state: CaseState) -> tuple[Task, ...]:
    """This function will list every open task; a closed case has none."""
    if state.status is not Status.OPEN:
        return ()
    return (*_approval(state), *(_seats(state) if state.owner == "member" else _stage(state)))


def _approval(state: CaseState) -> tuple[Task, ...]:
    wanted = state.pause_requested
    if wanted is None:
        return ()
    return (
        Task(
            key=f"approve_pause#{wanted.number}", stage=state.stage, role="chief", person=0,
            party=Party.UTILITY, opened_at=wanted.requested_at,
        ),
    )  # fmt: skip


def _stage(state: CaseState) -> tuple[Task, ...]:
    return (
        Task(
            key=f"{state.stage}#{state.visit}", stage=state.stage, role=state.owner,
            person=state.people.get(state.owner, 0), party=waiting_for(state), opened_at=state.entered_at,
        ),
    )  # fmt: skip


def _seats(state: CaseState) -> tuple[Task, ...]:
    pending = state.review.pending if state.review else ()
    return tuple(
        Task(
            key=f"{state.stage}#{state.visit}@{seat.member}", stage=state.stage, role=_role(seat.member),
            person=_person(seat.member) or state.people.get(seat.member, 0), party=waiting_for(state),
            opened_at=state.entered_at, days=seat.days,
        )
        for seat in pending
    )  # fmt: skip


def _role(member: str) -> str:
    return "member" if member.startswith("staff:") else member


def _person(member: str) -> int:
    return int(member.removeprefix("staff:")) if member.startswith("staff:") else 0


def leading_deeds(stage: Stage) -> tuple[str, ...]:
    """This function will name the deeds of a stage that may lead on from it, in the stage's order."""
    onward = {rule.on for rule in stage.next}
    return tuple(deed for deed in stage.deeds if REGISTRY[deed].event in onward)
