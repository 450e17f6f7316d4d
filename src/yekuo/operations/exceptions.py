"""例外告知: what goes past whoever has the ball to those who lead and supervise, and nothing else does, day by day."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from yekuo.records import oversight, rule_changes, tables
from yekuo.records.models import Complaint, SupervisionSheet
from yekuo.records.rule_changes import Word
from yekuo.rules.calendar import BEIJING
from yekuo.rules.complaints import TOPICS
from yekuo.rules.deeds.oversight import FileComplaint
from yekuo.rules.messages import Receiver, receivers

if TYPE_CHECKING:
    from yekuo.operations.consequences import Done

RECENT = timedelta(days=7)
"""What has been late for longer was told when it became late, or stands in every digest since."""


def tell_of(done: "Done") -> None:
    """This function will tell of a deed that is an exception, in the deed's own transaction."""
    body, rule = done.event.body, tables.messages().rules[done.event.kind]
    text = "客户对挂起提出异议，请核实挂起的理由和证据"
    if isinstance(body, FileComplaint):
        text = f"本工单的客户投诉（{TOPICS[body.topic]}），承办人另有通知"
    words = (
        Word(person=person, role=role, unit=done.unit, case_number=done.number, text=text, kind=rule.kind)
        for role, person in receivers(rule, owners=(), people=done.after.people)
    )
    rule_changes.tell(words, at=done.at)


def tell_late(*, at: datetime) -> int:
    """This function will tell of complaints and second-level sheets that became late, once each; returns how many words."""
    return rule_changes.tell([*_late_complaints(at), *_late_sheets(at)], at=at)


def _late_complaints(at: datetime) -> Iterator[Word]:
    late = oversight.late_complaints(Complaint.objects.filter(closed_at=None, reply_by__gte=at - RECENT), at=at)
    for one in late.order_by("reply_by", "pk"):
        due, what = (one.reply_by, "答复") if one.contacted_at or one.rounds > 1 else (one.contact_by, "联系客户")
        text = f"投诉 {one.number} 应于 {_said(due)} 前{what}，已经逾期"
        yield from _words(one, "complaint_late", text, due, [(one.owner_role, one.owner)])


def _late_sheets(at: datetime) -> Iterator[Word]:
    """Those of the first level are escalated by themselves, which is told of."""
    second = SupervisionSheet.objects.filter(closed_at=None, level=2, reply_by__gte=at - RECENT)
    for one in oversight.unanswered(second, at=at).order_by("reply_by", "pk"):
        text = f"二级督办单 {one.number} 应于 {_said(one.reply_by)} 前答复，已经逾期"
        yield from _words(one, "sheet_late", text, one.reply_by, [(one.role, one.person)])


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _words(
    one: Complaint | SupervisionSheet, what: str, text: str, due: datetime, owners: Collection[Receiver]
) -> Iterator[Word]:
    rule = tables.messages().rules[what]
    for role, person in receivers(rule, owners=owners, people={}):
        yield Word(
            person=person, role=role, unit=one.unit, case_number=one.case_number, text=text, kind=rule.kind,
            once=f"late:{one.number}:{due.astimezone(BEIJING):%Y%m%d%H%M}",
        )  # fmt: skip
