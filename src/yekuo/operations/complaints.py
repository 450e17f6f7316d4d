"""投诉办理: a complaint is filed from page, counter or hotline, and goes its way until the customer is content.

One about a case is a deed of that case and stands in its log; one about none stands in the register alone.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yekuo.operations import registering
from yekuo.records import oversight
from yekuo.records.models import Complaint
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING
from yekuo.rules.complaints import SOURCES, STATUS_NAMES, TOPICS, ComplaintStatus
from yekuo.rules.deeds.base import Deed
from yekuo.rules.deeds.oversight import AnswerComplaint, ContactComplainant, FileComplaint, JudgeComplaint
from yekuo.rules.refusal import Problem, Refused

__all__ = ["SOURCES", "TOPICS", "ComplaintShown", "file_complaint", "judge_complaint", "shown_to_customer"]


def file_complaint(
    *,
    text: str,
    topic: str,
    by: Actor,
    at: datetime,
    case: int = 0,
    unit: int = 0,
    source: str = "customer",
    source_number: str = "",
    called_at: datetime | None = None,
    about: int = 0,
    name: str = "",
    phone: str = "",
    key: str = "",
) -> str:
    """This function will file a complaint and return its number; the same key again returns the first number.

    `case` is the key of the case it is about; without one `unit` says who takes it, and `phone` where the customer is
    reached. `topic` and `source` are keys of TOPICS and SOURCES; `called_at` when it was said, if earlier than `at`; `about` a
    member of staff, who will never be given it. Raises Refused and then has kept nothing.
    """
    deed = FileComplaint(
        source=source, topic=topic, text=text.strip(), called_at=called_at, source_number=source_number.strip(), about=about
    )  # fmt: skip
    if not case and not phone.strip():
        message = "没有关联工单的投诉，请留下联系电话"
        raise Refused(message, problems=(Problem("phone", message),))
    return registering.enter(
        deed=deed, case=case, unit=unit, by=by, at=at, key=key, name=name.strip(), phone=phone.strip()
    )


def contact_complainant(
    *, number: str, way: str, reached: bool, note: str, by: Actor, at: datetime, key: str = ""
) -> None:
    """This function will record an attempt to reach who complained. Raises Refused."""
    _step(ContactComplainant(complaint=number, way=way, reached=reached, note=note), by=by, at=at, key=key)


def answer_complaint(
    *, number: str, justified: bool, findings: str, answer: str, by: Actor, at: datetime, key: str = ""
) -> None:
    """This function will answer a complaint: what was found, and what the customer is told. Raises Refused."""
    deed = AnswerComplaint(complaint=number, justified=justified, findings=findings, answer=answer)
    _step(deed, by=by, at=at, key=key)


def judge_complaint(*, number: str, satisfied: bool, text: str, by: Actor, at: datetime, key: str = "") -> None:
    """This function will record whether the customer is content, by themselves or as they told us. Raises Refused."""
    _step(JudgeComplaint(complaint=number, satisfied=satisfied, text=text), by=by, at=at, key=key)


def _step(deed: Deed, *, by: Actor, at: datetime, key: str) -> None:
    with transaction.atomic():
        row = Complaint.objects.filter(number=getattr(deed, "complaint", "")).first()
        if row is None:
            raise Refused("没有这件投诉", code="not_found")
        registering.step(deed=deed, case=row.case or 0, unit=row.unit, by=by, at=at, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintShown:
    """投诉进度: one complaint as its customer sees it; `answer` is what they were told, `judge` whether it is theirs to judge."""

    number: str
    topic: str
    text: str
    filed_at: datetime
    contact_by: datetime
    reply_by: datetime
    status: str
    answer: str
    answered_at: datetime | None
    judge: bool
    closed: bool


def shown_to_customer(*, case: int) -> tuple[ComplaintShown, ...]:
    """This function will list the complaints about a case as its customer sees them, newest first.

    The caller has checked that the case is within the customer's reach; what we found for ourselves is not told.
    """
    rows = oversight.complaints_of_case(case)
    steps = oversight.steps_of(row.number for row in rows)
    return tuple(_shown(row, steps.get(row.number, ())) for row in rows)


def _shown(row: Complaint, steps: tuple[oversight.Step, ...]) -> ComplaintShown:
    status = ComplaintStatus(row.status)
    told = [one.deed.answer for one in steps if isinstance(one.deed, AnswerComplaint)]
    return ComplaintShown(
        number=row.number, topic=TOPICS[row.topic], text=row.text, filed_at=row.filed_at.astimezone(BEIJING),
        contact_by=row.contact_by.astimezone(BEIJING), reply_by=row.reply_by.astimezone(BEIJING),
        status=STATUS_NAMES[status], answer=told[-1] if told else "",
        answered_at=row.answered_at.astimezone(BEIJING) if row.answered_at else None,
        judge=status is ComplaintStatus.ANSWERED, closed=status is ComplaintStatus.CLOSED,
    )  # fmt: skip
