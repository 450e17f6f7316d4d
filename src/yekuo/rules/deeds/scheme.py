"""勘查与供电方案: dispatch, survey, draft, joint review, reply and the customer's answer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from yekuo.rules.deeds.base import Deed, Paper
from yekuo.rules.facts import Facts
from yekuo.rules.scheme import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignPerson(Deed):
    """派工: names the person who acts for a role in this case, with an appointment where one was made."""

    deed: ClassVar[str] = "assign_person"
    event: ClassVar[str] = "person_assigned"
    title: ClassVar[str] = "派工"
    role: str
    person: int
    appointment: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSurvey(Deed):
    """现场勘查: the facts as found on site replace the declared ones and all clocks are read anew (RULEBASE 8.6)."""

    deed: ClassVar[str] = "submit_survey"
    event: ClassVar[str] = "survey_submitted"
    title: ClassVar[str] = "提交勘查结果"
    facts: Facts
    ready: bool = True
    obstacle: str = ""
    supply_point: str = ""
    receiving_point: str = ""
    metering_point: str = ""
    opinion: str = ""
    photos: tuple[Paper, ...] = ()
    position: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftScheme(Deed):
    """拟定供电方案: one version of the scheme, with 1..n sources."""

    deed: ClassVar[str] = "draft_scheme"
    event: ClassVar[str] = "scheme_drafted"
    title: ClassVar[str] = "拟定供电方案"
    scheme: Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveOpinion(Deed):
    """会审意见: one member's opinion on one version; silence is never consent, one objection returns the scheme."""

    deed: ClassVar[str] = "give_opinion"
    event: ClassVar[str] = "opinion_given"
    title: ClassVar[str] = "签署会审意见"
    member: str
    agree: bool
    text: str = ""
    evidence: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReviewer(Deed):
    """增加会审成员: a role key, or `staff:<key>` for a named person, while the review is open."""

    deed: ClassVar[str] = "add_reviewer"
    event: ClassVar[str] = "reviewer_added"
    title: ClassVar[str] = "增加会审成员"
    member: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveReviewer(Deed):
    """减少会审成员: only one who has not yet given an opinion, and never the last."""

    deed: ClassVar[str] = "remove_reviewer"
    event: ClassVar[str] = "reviewer_removed"
    title: ClassVar[str] = "减少会审成员"
    member: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverReply(Deed):
    """答复供电方案: the reply binds to one version; the scheme clock stops when it reaches the customer (8.3).

    `valid_until` follows from the day of the reply; a reply that names it must name that day.
    """

    deed: ClassVar[str] = "deliver_reply"
    event: ClassVar[str] = "scheme_replied"
    title: ClassVar[str] = "答复供电方案"
    version: int
    way: str
    remark: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerScheme(Deed):
    """客户确认方案: the customer agrees to, or objects to, the version replied."""

    deed: ClassVar[str] = "answer_scheme"
    event: ClassVar[str] = "scheme_answered"
    title: ClassVar[str] = "确认供电方案"
    version: int
    agree: bool
    text: str = ""
