"""跟进: days kept with the deed that makes them, and the words left when they come: to the manager, and to the chief."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yekuo.records import followups, messages, rule_changes, tables
from yekuo.records.followups import DueFollowUp, LateSeat
from yekuo.records.rule_changes import Word
from yekuo.rules.calendar import BEIJING
from yekuo.rules.followup import FollowUpKind, follow_ups
from yekuo.rules.names import role_name
from yekuo.rules.state import CaseState

if TYPE_CHECKING:
    from yekuo.operations.consequences import Done

BATCH = 50
WORDS = {
    FollowUpKind.CALL: "答应今天给客户回电",
    FollowUpKind.WORKS_START: "客户工程按计划应已开工，还没有进度，请联系客户",
    FollowUpKind.WORKS_FINISH: "客户工程按计划应已完工，请联系客户核实进度或更新计划",
    FollowUpKind.RECTIFY: "整改期限到了，请联系客户",
    FollowUpKind.VALIDITY: "供电方案有效期已过，客户还没有开工：请联系客户，重新答复以延期，或释放预留容量；工单不会自动终止",
    FollowUpKind.UNREACHED: "多次联系不上客户，请班长过问：换人、换时间或上门",
}


def register(done: "Done") -> None:
    """This function will keep the days that follow from a deed."""
    attempts = tables.chase().attempts
    wanted = follow_ups(done.after, attempts=attempts)
    if wanted != follow_ups(done.before, attempts=attempts):
        followups.put(done.case, done.unit, wanted)


def rewrite(case: int, unit: int, state: CaseState) -> None:
    """This function will make the days of a case anew from its state, after a rebuild."""
    followups.put(case, unit, follow_ups(state, attempts=tables.chase().attempts))


def remind(*, at: datetime, limit: int = BATCH) -> int:
    """This function will leave a word for every day that has come, once, and return how many were taken up."""
    with transaction.atomic():
        due = followups.take_due(at=at, limit=limit)
        rule_changes.tell((_word(one) for one in due), at=at)
    return len(due)


def _word(one: DueFollowUp) -> Word:
    kind = FollowUpKind(one.kind)
    chief = kind is FollowUpKind.UNREACHED
    return Word(
        person=0 if chief else one.manager, role="chief" if chief else "manager", unit=one.unit,
        case_number=one.number, text=WORDS[kind], kind="contact",
    )  # fmt: skip


def escalate(*, at: datetime, limit: int = BATCH) -> int:
    """This function will tell the chief, and the member itself, of seats of a review that are late; once each.

    Silence is never consent: nothing is decided by it (RULEBASE 8.12). Returns how many words were left.
    """
    words = [word for seat in followups.late_seats(at=at, limit=limit) for word in _late(seat)]
    known = messages.left_before(words) if words else set()
    fresh = [word for word in words if (word.case_number, word.person, word.role, word.text) not in known]
    rule_changes.tell(fresh, at=at)
    return len(fresh)


def _late(seat: LateSeat) -> Iterator[Word]:
    due = f"{seat.due_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    name = role_name(seat.role) if seat.role != "member" else "会审成员"
    yield Word(
        person=seat.person, role=seat.role, unit=seat.unit, case_number=seat.number,
        text=f"会审意见应于 {due} 前签署，已经超时；不签视为未同意", kind="deadline",
    )  # fmt: skip
    yield Word(
        person=0, role="chief", unit=seat.unit, case_number=seat.number,
        text=f"会审超时：{name}应于 {due} 前签署，不签视为未同意，请督促或改派", kind="deadline",
    )  # fmt: skip
