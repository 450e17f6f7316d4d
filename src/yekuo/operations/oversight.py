"""督办与投诉的后果: what a step does to its register, in the same transaction as the deed; asked here is whose turn it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from yekuo.operations.books import open_shelf
from yekuo.records import crew, oversight, rule_changes, tables, units
from yekuo.records.models import Complaint as ComplaintRow
from yekuo.records.models import SupervisionSheet
from yekuo.records.oversight import About, Order
from yekuo.records.rule_changes import Word
from yekuo.rules import complaints, sheets
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING, Calendar
from yekuo.rules.complaints import ComplaintStatus
from yekuo.rules.deeds.base import Deed
from yekuo.rules.deeds.oversight import (
    AcknowledgeSheet,
    AnswerComplaint,
    CheckSheet,
    ContactComplainant,
    EscalateSheet,
    FileComplaint,
    IssueSheet,
    JudgeComplaint,
    ReplySheet,
)
from yekuo.rules.refusal import Problem, Refused

if TYPE_CHECKING:
    from yekuo.operations.consequences import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """一步: a deed on a register as it is taken: by whom, when, about what, under which key."""

    deed: Deed
    by: Actor
    at: datetime
    about: About
    key: str = ""
    name: str = ""
    phone: str = ""


def follow(done: "Done") -> None:
    """This function will carry a deed of a case into the register of sheets or complaints. Raises Refused."""
    about = About(unit=done.unit, case=done.case, case_number=done.number, seq=done.seq)
    take(Taken(deed=done.event.body, by=done.event.by, at=done.at.astimezone(BEIJING), about=about))


def take(taken: Taken) -> str:
    """This function will take a step and return the number of its sheet or complaint; inside a transaction.

    Raises Refused when it is not the step's turn, not this person's, or of another case.
    """
    deed = taken.deed
    if isinstance(deed, IssueSheet):
        return _issue(taken, deed)
    if isinstance(deed, FileComplaint):
        return _file(taken, deed)
    if isinstance(deed, (AcknowledgeSheet, ReplySheet, CheckSheet, EscalateSheet)):
        return _sheet_step(taken, deed)
    if isinstance(deed, (ContactComplainant, AnswerComplaint, JudgeComplaint)):
        return _complaint_step(taken, deed)
    raise TypeError(type(deed).__name__)


def _calendar(unit: int) -> Calendar:
    return open_shelf().calendar(units.place_of(units.unit(unit)).province)


# --- sheets -----------------------------------------------------------------------------------------------------


def _issue(taken: Taken, deed: IssueSheet) -> str:
    unit = taken.about.unit
    _check_receiver(deed, unit)
    level = sheets.level_of(taken.by)
    number = oversight.enter_sheet(taken.about, deed, level=level, by=taken.by, at=taken.at, key=taken.key)
    due = deed.reply_by.astimezone(BEIJING)
    _tell(
        taken, [(deed.role, deed.person)], unit, "sheet",
        f"{'二级' if level == 2 else '一级'}督导发来督办单 {number}，请签收并在 {due:%Y-%m-%d %H:%M} 前答复",
    )  # fmt: skip
    return number


def _check_receiver(deed: IssueSheet, unit: int) -> None:
    if not deed.person:
        return
    held = {person: roles for person, _, roles in crew.crew_of(unit)}
    if deed.role not in held.get(deed.person, ()):
        message = "这名人员不在本单位，或没有这个岗位，请重新选择"
        raise Refused(message, problems=(Problem("person", message),))


def _sheet_step(taken: Taken, deed: AcknowledgeSheet | ReplySheet | CheckSheet | EscalateSheet) -> str:
    row = oversight.locked_sheet(deed.sheet)
    if row is None or (row.case or 0) != taken.about.case:
        raise Refused("没有这张督办单", problems=(Problem("sheet", "没有这张督办单"),), code="not_found")
    before = oversight.sheet_of(row)
    now = sheets.advance(before, deed, by=taken.by, at=taken.at)
    oversight.save_sheet(row, now)
    oversight.add_step(row.number, deed, by=taken.by, at=taken.at, seq=taken.about.seq, key=taken.key)
    who, words = _told_of_sheet(row, deed)
    if who:
        _tell(taken, who, row.unit, "sheet", words)
    return row.number


def _told_of_sheet(row: SupervisionSheet, deed: Deed) -> tuple[list[tuple[str, int]], str]:
    checker = sheets.SUPERVISORS[row.level]
    if isinstance(deed, ReplySheet):
        return [(checker, row.issued_by if not row.escalated_at else 0)], f"督办单 {row.number} 已答复，请复核"
    if isinstance(deed, CheckSheet):
        due = f"，请在 {deed.reply_by.astimezone(BEIJING):%Y-%m-%d %H:%M} 前重新答复" if deed.reply_by else ""
        return [(row.role, row.person)], f"督办单 {row.number} {'已复核办结' if deed.closed else f'被退回{due}'}"
    if isinstance(deed, EscalateSheet):
        return (
            [(sheets.SUPERVISORS[2], 0), ("chief", 0)],
            f"督办单 {row.number} 已升级到二级督导：{deed.reason.rstrip('。')}",
        )
    return [], ""


# --- complaints -------------------------------------------------------------------------------------------------


def _file(taken: Taken, deed: FileComplaint) -> str:
    unit = taken.about.unit
    called = (deed.called_at or taken.at).astimezone(BEIJING)
    role, person = complaints.owner_of(oversight.candidates(unit), about=deed.about)
    contact, reply = complaints.deadlines(called, calendar=_calendar(unit), limits=tables.supervision().complaint)
    order = Order(role=role, person=person, contact_by=contact, reply_by=reply, called_at=called)
    number = oversight.enter_complaint(
        taken.about, deed, order, by=taken.by, at=taken.at, key=taken.key, name=taken.name, phone=taken.phone
    )
    _tell(
        taken, [(role, person)], unit, "complaint",
        f"收到投诉 {number}（{complaints.TOPICS[deed.topic]}），请在 {contact:%Y-%m-%d %H:%M} 前联系客户",
    )  # fmt: skip
    return number


def _complaint_step(taken: Taken, deed: ContactComplainant | AnswerComplaint | JudgeComplaint) -> str:
    row = oversight.locked_complaint(deed.complaint)
    if row is None or (row.case or 0) != taken.about.case:
        raise Refused("没有这件投诉", problems=(Problem("complaint", "没有这件投诉"),), code="not_found")
    limits = tables.supervision().complaint
    before = oversight.complaint_of(row)
    now = complaints.advance(before, deed, by=taken.by, at=taken.at, calendar=_calendar(row.unit), limits=limits)
    oversight.save_complaint(row, now)
    oversight.add_step(row.number, deed, by=taken.by, at=taken.at, seq=taken.about.seq, key=taken.key)
    _tell_of_complaint(taken, row, now.status)
    return row.number


def _tell_of_complaint(taken: Taken, row: ComplaintRow, status: ComplaintStatus) -> None:
    if status is ComplaintStatus.REOPENED and isinstance(taken.deed, JudgeComplaint):
        told = [(row.owner_role, row.owner), ("supervisor1", 0)]
        due = row.reply_by.astimezone(BEIJING)
        words = f"投诉 {row.number} 客户不满意，已重新打开，请在 {due:%Y-%m-%d %H:%M} 前再次答复"
        _tell(taken, told, row.unit, "complaint", words)
    elif status is ComplaintStatus.CLOSED:
        _tell(taken, [(row.owner_role, row.owner)], row.unit, "complaint", f"投诉 {row.number} 客户满意，已办结")


def _tell(taken: Taken, to: Iterable[tuple[str, int]], unit: int, kind: str, text: str) -> None:
    number = taken.about.case_number
    words = [Word(person=person, role=role, unit=unit, case_number=number, text=text, kind=kind) for role, person in to]
    rule_changes.tell(words, at=taken.at)
