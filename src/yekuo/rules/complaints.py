"""投诉: who answers for one, by when, and how it goes from filed to contacted, answered and judged by the customer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from yekuo.rules.actor import Actor
from yekuo.rules.calendar import Calendar
from yekuo.rules.deeds import oversight
from yekuo.rules.deeds.base import Deed
from yekuo.rules.refusal import Problem, Refused

SOURCES = {
    "customer": "客户本人（线上）", "counter": "营业厅", "phone": "供电所电话", "95598": "95598 热线", "12345": "12345 热线",
    "12398": "12398 监管热线", "revisit": "回访中提出",
}  # fmt: skip
TOPICS = {
    "deadline": "办理超时、拖延", "informed": "没有一次告知、多跑路", "fee": "收费不明或乱收费",
    "named": "指定设计、施工或供货单位", "attitude": "服务态度", "works": "工程或送电质量", "other": "其他",
}  # fmt: skip
NUMBERED_SOURCES = ("95598", "12345", "12398")
"""Hotlines whose own number is taken down, so that both sides speak of the same ticket."""


class ComplaintStatus(StrEnum):
    """投诉状态: filed, contacted, answered (the customer has the word), reopened, closed."""

    FILED = "filed"
    CONTACTED = "contacted"
    ANSWERED = "answered"
    REOPENED = "reopened"
    CLOSED = "closed"


STATUS_NAMES = {
    ComplaintStatus.FILED: "待联系", ComplaintStatus.CONTACTED: "调查中", ComplaintStatus.ANSWERED: "已答复，待客户评价",
    ComplaintStatus.REOPENED: "客户不满意，重新办理", ComplaintStatus.CLOSED: "已办结",
}  # fmt: skip
OURS = (ComplaintStatus.FILED, ComplaintStatus.CONTACTED, ComplaintStatus.REOPENED)
"""Where it waits for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintLimits:
    """投诉时限: working days from the moment it was said; `confirmed` False means that the company has to confirm them."""

    contact_days: int
    reply_days: int
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """投诉件: one complaint as it stands; `about` is who it is about, `owner` who answers for it (both staff, 0 unknown)."""

    number: str
    unit: int
    status: ComplaintStatus
    called_at: datetime
    contact_by: datetime
    reply_by: datetime
    about: int = 0
    owner: int = 0
    owner_role: str = "chief"
    rounds: int = 1
    contacted_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: int = 0
    closed_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def due_at(self) -> datetime | None:
        """This function will give the deadline that is ours now: of the contact, then of the answer; None when it is not."""
        if self.status not in OURS:
            return None
        return self.contact_by if self.status is ComplaintStatus.FILED else self.reply_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """可承办人: one who could answer for a complaint: person, role, and how near the unit is (0 the unit itself)."""

    person: int
    role: str
    distance: int


ROLES_IN_ORDER = ("chief", "supervisor1", "supervisor2")


def owner_of(candidates: Iterable[Candidate], *, about: int) -> tuple[str, int]:
    """This function will say who answers for a complaint, as (role, person): never who it is about.

    The chief of the unit, else of the unit above, else the supervisor nearest; person 0 means whoever holds the role.
    """
    fit = sorted(
        (ROLES_IN_ORDER.index(one.role), one.distance, one.person)
        for one in candidates
        if one.role in ROLES_IN_ORDER and one.person != about
    )
    if not fit:
        return ("supervisor2", 0)
    rank, distance, person = fit[0]
    alone = sum((one[0], one[1]) == (rank, distance) for one in fit) == 1
    return (ROLES_IN_ORDER[rank], person if alone or about else 0)


def deadlines(called_at: datetime, *, calendar: Calendar, limits: ComplaintLimits) -> tuple[datetime, datetime]:
    """This function will give by when the customer is contacted and answered; the day it was said is not counted."""
    return (calendar.due(called_at, limits.contact_days).at, calendar.due(called_at, limits.reply_days).at)


def content_problems(deed: Deed, *, at: datetime) -> tuple[Problem, ...]:
    """This function will list what is wrong with the content of a step, whatever the complaint's state."""
    found: list[Problem] = []

    def when(wrong: bool, field: str, message: str) -> None:
        if wrong:
            found.append(Problem(field, message))

    if isinstance(deed, oversight.FileComplaint):
        when(deed.source not in SOURCES, "source", "请选择投诉来源")
        when(deed.topic not in TOPICS, "topic", "请选择投诉内容")
        when(not deed.text.strip(), "text", "请写明投诉的内容")
        when(deed.called_at is not None and deed.called_at > at, "called_at", "来电（投诉）时间不能在将来")
        lacking = deed.source in NUMBERED_SOURCES and not deed.source_number.strip()
        when(lacking, "source_number", f"请填写 {deed.source} 的工单编号")
    elif isinstance(deed, oversight.ContactComplainant):
        when(not deed.way.strip(), "way", "请选择联系方式")
    elif isinstance(deed, oversight.AnswerComplaint):
        when(not deed.findings.strip(), "findings", "请写明调查结果")
        when(not deed.answer.strip(), "answer", "请写明给客户的答复")
    elif isinstance(deed, oversight.JudgeComplaint):
        when(not deed.satisfied and not deed.text.strip(), "text", "不满意的，请写明还有什么没有解决")
    return tuple(found)


def advance(
    held: Complaint, deed: Deed, *, by: Actor, at: datetime, calendar: Calendar, limits: ComplaintLimits
) -> Complaint:
    """This function will return the complaint after a step. Raises Refused when it is not the step's turn or not theirs."""
    if isinstance(deed, oversight.ContactComplainant):
        _turn(held, OURS, "现在不用再联系投诉人")
        _not_about(held, by)
        if not deed.reached:
            return replace(held, last_at=at)
        reached = ComplaintStatus.CONTACTED if held.status is ComplaintStatus.FILED else held.status
        return replace(held, status=reached, contacted_at=held.contacted_at or at, last_at=at)
    if isinstance(deed, oversight.AnswerComplaint):
        _turn(held, (ComplaintStatus.CONTACTED, ComplaintStatus.REOPENED), "请先联系上投诉人，再答复")
        _not_about(held, by)
        return replace(held, status=ComplaintStatus.ANSWERED, answered_at=at, answered_by=by.person, last_at=at)
    if isinstance(deed, oversight.JudgeComplaint):
        _turn(held, (ComplaintStatus.ANSWERED,), "投诉还没有答复，或已经评价过")
        if by.staff and by.person == held.answered_by:
            raise Refused("您答复了这件投诉，客户的评价须由另一人登记", code="same_person")
        if deed.satisfied:
            return replace(held, status=ComplaintStatus.CLOSED, closed_at=at, last_at=at)
        again = calendar.due(at, limits.reply_days).at
        return replace(held, status=ComplaintStatus.REOPENED, rounds=held.rounds + 1, reply_by=again, last_at=at)
    raise Refused("投诉没有这一步", code="wrong_step")


def _turn(held: Complaint, wanted: tuple[ComplaintStatus, ...], message: str) -> None:
    if held.status not in wanted:
        raise Refused(f"投诉 {held.number} 现在是“{STATUS_NAMES[held.status]}”：{message}", code="wrong_step")


def _not_about(held: Complaint, by: Actor) -> None:
    if held.about and by.staff and by.person == held.about:
        raise Refused("这件投诉涉及您本人，须由另一人办理", code="same_person")
