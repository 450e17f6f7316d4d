"""督办与投诉: the supervisor's numbered sheet and the customer's complaint, each step a deed of the case it is about.

They may be done on a case that has ended: what went wrong is often known only then. `sheet` and `complaint` are the numbers of
the registers; the number itself is given when the first step is written.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from yekuo.rules.deeds.base import Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSheet(Deed):
    """发督办单: to whoever holds `role` in the unit, or to one person of them; `reason` is a kind of exception or 'other'."""

    deed: ClassVar[str] = "issue_sheet"
    event: ClassVar[str] = "sheet_issued"
    title: ClassVar[str] = "发督办单"
    reason: str
    text: str
    role: str
    reply_by: datetime
    person: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeSheet(Deed):
    """签收督办单: by whom it was sent to."""

    deed: ClassVar[str] = "acknowledge_sheet"
    event: ClassVar[str] = "sheet_acknowledged"
    title: ClassVar[str] = "签收督办单"
    sheet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySheet(Deed):
    """答复督办单: why it came to that, what is being done, and by when."""

    deed: ClassVar[str] = "reply_sheet"
    event: ClassVar[str] = "sheet_replied"
    title: ClassVar[str] = "答复督办单"
    sheet: str
    cause: str
    measures: str
    done_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSheet(Deed):
    """复核督办单: closed, or sent back with what is lacking and a new deadline; never by whoever replied."""

    deed: ClassVar[str] = "check_sheet"
    event: ClassVar[str] = "sheet_checked"
    title: ClassVar[str] = "复核督办单"
    sheet: str
    closed: bool
    note: str
    reply_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateSheet(Deed):
    """升级督办单: the second level takes it over, because the reply is late or the first level asks for it."""

    deed: ClassVar[str] = "escalate_sheet"
    event: ClassVar[str] = "sheet_escalated"
    title: ClassVar[str] = "升级督办单"
    sheet: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileComplaint(Deed):
    """登记投诉: in the customer's words; `called_at` is when it was said where that was before it was taken down."""

    deed: ClassVar[str] = "file_complaint"
    event: ClassVar[str] = "complaint_filed"
    title: ClassVar[str] = "登记投诉"
    source: str
    topic: str
    text: str
    called_at: datetime | None = None
    source_number: str = ""
    about: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactComplainant(Deed):
    """联系投诉人: one attempt, reached or not."""

    deed: ClassVar[str] = "contact_complainant"
    event: ClassVar[str] = "complainant_contacted"
    title: ClassVar[str] = "联系投诉人"
    complaint: str
    way: str
    reached: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerComplaint(Deed):
    """答复投诉: what was found (for us) and what the customer is told."""

    deed: ClassVar[str] = "answer_complaint"
    event: ClassVar[str] = "complaint_answered"
    title: ClassVar[str] = "答复投诉"
    complaint: str
    justified: bool
    findings: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeComplaint(Deed):
    """投诉评价: the customer is content, which closes it, or not, which opens it again."""

    deed: ClassVar[str] = "judge_complaint"
    event: ClassVar[str] = "complaint_judged"
    title: ClassVar[str] = "客户评价投诉处理"
    complaint: str
    satisfied: bool
    text: str = ""
