"""督办与投诉的说法: sheets and complaints with their steps as pages show them; names are looked up once per page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from yekuo.interfaces.look.names import CONTACT_WAY_NAMES, role_name
from yekuo.interfaces.look.parts import FeedItem
from yekuo.records import oversight, staff
from yekuo.records.oversight import ComplaintRecord, SheetRecord, Step
from yekuo.rules import complaints, sheets
from yekuo.rules.calendar import BEIJING
from yekuo.rules.complaints import ComplaintStatus
from yekuo.rules.deeds.base import Deed
from yekuo.rules.deeds.oversight import (
    AnswerComplaint,
    CheckSheet,
    ContactComplainant,
    EscalateSheet,
    JudgeComplaint,
    ReplySheet,
)
from yekuo.rules.sheets import SheetStatus
from yekuo.rules.supervision import KIND_NAMES, Kind

LEVELS = {1: "一级督办", 2: "二级督办"}
WHO = {"customer": "客户", "agent": "客户代办人", "system": "系统"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """督办单行: one sheet ready to be shown; `level` and `due_at` say how its deadline stands."""

    number: str
    url: str
    case_number: str
    unit: str
    grade: str
    reason: str
    text: str
    receiver: str
    issuer: str
    issued_at: datetime
    reply_by: datetime
    status: str
    tone: str
    level: str
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintRow:
    """投诉行: one complaint ready to be shown; name and phone are masked."""

    number: str
    url: str
    case_number: str
    unit: str
    source: str
    topic: str
    text: str
    owner: str
    name: str
    phone: str
    called_at: datetime
    contact_by: datetime
    reply_by: datetime
    due_at: datetime | None
    status: str
    tone: str
    level: str
    party: str


def reason_name(key: str) -> str:
    """This function will name the reason of a sheet."""
    return KIND_NAMES[Kind(key)] if key in set(Kind) else "其他"


def level_at(due_at: datetime | None, at: datetime, red: datetime) -> str:
    """This function will say how a deadline of ours stands: overdue, red within a working day, normal, or met."""
    if due_at is None:
        return "met"
    return "overdue" if due_at < at else "red" if due_at <= red else "normal"


def sheet_rows(rows: Iterable[SheetRecord], *, at: datetime, red: datetime) -> list[SheetRow]:
    """This function will make the rows of sheets: two queries for all names."""
    found = list(rows)
    names = staff.names_of(key for row in found for key in (row.person, row.issued_by))
    units = oversight.unit_names(row.unit for row in found)
    return [_sheet(row, at, red, names, units) for row in found]


def _sheet(
    row: SheetRecord, at: datetime, red: datetime, names: Mapping[int, str], units: Mapping[int, str]
) -> SheetRow:
    held = oversight.sheet_of(row)
    tone = {SheetStatus.CLOSED: "ok", SheetStatus.REPLIED: "info", SheetStatus.RETURNED: "bad"}.get(held.status, "warn")
    return SheetRow(
        number=row.number, url=reverse("desk:sheet", args=(row.number,)), case_number=row.case_number,
        unit=units.get(row.unit, ""), grade=LEVELS[row.level], reason=reason_name(row.reason), text=row.text,
        receiver=names.get(row.person) or role_name(row.role), issuer=names.get(row.issued_by, "—"),
        issued_at=held.issued_at, reply_by=held.reply_by, status=sheets.STATUS_NAMES[held.status], tone=tone,
        level=level_at(held.reply_by if held.waits_for_receiver else None, at, red), rounds=row.rounds,
    )  # fmt: skip


def complaint_rows(rows: Iterable[ComplaintRecord], *, at: datetime, red: datetime) -> list[ComplaintRow]:
    """This function will make the rows of complaints: two queries for all names."""
    found = list(rows)
    names = staff.names_of(row.owner for row in found)
    units = oversight.unit_names(row.unit for row in found)
    return [_complaint(row, at, red, names, units) for row in found]


def _complaint(
    row: ComplaintRecord, at: datetime, red: datetime, names: Mapping[int, str], units: Mapping[int, str]
) -> ComplaintRow:
    held = oversight.complaint_of(row)
    tones = {ComplaintStatus.CLOSED: "ok", ComplaintStatus.ANSWERED: "info", ComplaintStatus.REOPENED: "bad"}
    waiting = held.status in complaints.OURS
    return ComplaintRow(
        number=row.number, url=reverse("desk:complaint", args=(row.number,)), case_number=row.case_number,
        unit=units.get(row.unit, ""), source=complaints.SOURCES.get(row.source, row.source),
        topic=complaints.TOPICS.get(row.topic, row.topic), text=row.text,
        owner=names.get(row.owner) or role_name(row.owner_role), name=str(row.name), phone=str(row.phone),
        called_at=held.called_at, contact_by=held.contact_by, reply_by=held.reply_by, due_at=held.due_at,
        status=complaints.STATUS_NAMES[held.status], tone=tones.get(held.status, "warn"),
        level=level_at(held.due_at, at, red),
        party="utility" if waiting else "nobody" if held.status is ComplaintStatus.CLOSED else "customer",
    )  # fmt: skip


def feed_of(steps: Iterable[Step]) -> list[FeedItem]:
    """This function will tell the steps of a sheet or complaint, newest first."""
    told = list(steps)
    names = staff.names_of(one.actor for one in told if one.actor_kind == "staff")
    return [
        FeedItem(
            text=type(one.deed).title + _outcome(one.deed), at=one.at, detail=_detail(one.deed),
            who=WHO.get(one.actor_kind) or names.get(one.actor, "员工"), level=_level(one.deed),
        )
        for one in reversed(told)
    ]  # fmt: skip


def _outcome(deed: Deed) -> str:
    if isinstance(deed, CheckSheet):
        return "：办结" if deed.closed else "：退回重新答复"
    if isinstance(deed, ContactComplainant):
        way = CONTACT_WAY_NAMES.get(deed.way, deed.way)
        return f"：{way}，{'已联系上' if deed.reached else '没有联系上'}"
    if isinstance(deed, AnswerComplaint):
        return f"：{'属实' if deed.justified else '不属实'}"
    if isinstance(deed, JudgeComplaint):
        return f"：{'满意' if deed.satisfied else '不满意，重新办理'}"
    return ""


def _detail(deed: Deed) -> list[str]:
    """What was written, one line per answer."""
    return [line for line in _lines(deed) if line]


def _lines(deed: Deed) -> list[str]:
    if isinstance(deed, ReplySheet):
        until = f"{deed.done_by:%Y-%m-%d} 前完成" if deed.done_by else ""
        return [f"原因：{deed.cause}", f"措施：{deed.measures}", until]
    if isinstance(deed, CheckSheet):
        due = deed.reply_by.astimezone(BEIJING) if deed.reply_by else None
        return [deed.note, f"{due:%Y-%m-%d %H:%M} 前重新答复" if due else ""]
    if isinstance(deed, AnswerComplaint):
        return [f"调查：{deed.findings}", f"答复客户：{deed.answer}"]
    if isinstance(deed, EscalateSheet):
        return [deed.reason]
    if isinstance(deed, ContactComplainant):
        return [deed.note]
    return [deed.text] if isinstance(deed, JudgeComplaint) else []


def _level(deed: Deed) -> str:
    sent_back = isinstance(deed, CheckSheet) and not deed.closed
    angry = isinstance(deed, JudgeComplaint) and not deed.satisfied
    return "bad" if sent_back or angry else "warn" if isinstance(deed, EscalateSheet) else ""
