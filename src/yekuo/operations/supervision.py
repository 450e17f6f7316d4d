"""督办办理: a sheet is sent, acknowledged, replied and checked; the second level takes over what is not answered in time.

A sheet about a case is a deed of that case and stands in its log; one about a unit's work as a whole stands in the register alone.
"""

import logging
from datetime import date, datetime

from django.db import transaction

from yekuo.operations import registering
from yekuo.operations.books import open_shelf
from yekuo.records import oversight, tables, units
from yekuo.records.models import SupervisionSheet
from yekuo.rules.actor import SYSTEM, Actor
from yekuo.rules.deeds.base import Deed
from yekuo.rules.deeds.oversight import AcknowledgeSheet, CheckSheet, EscalateSheet, IssueSheet, ReplySheet
from yekuo.rules.refusal import Refused

LATE = "答复期限已过，仍没有答复"
BATCH = 50

logger = logging.getLogger(__name__)


def reply_deadline(*, unit: int, at: datetime) -> datetime:
    """This function will propose by when a sheet sent now is replied, by the calendar of the unit."""
    calendar = open_shelf().calendar(units.place_of(units.unit(unit)).province)
    return calendar.due(at, tables.supervision().sheet.reply_days).at


def issue_sheet(
    *,
    reason: str,
    text: str,
    role: str,
    reply_by: datetime,
    by: Actor,
    at: datetime,
    case: int = 0,
    unit: int = 0,
    person: int = 0,
    key: str = "",
) -> str:
    """This function will send a supervision sheet and return its number; the same key again returns the first.

    `case` is the key of the case it is about; without one `unit` says whose work. Raises Refused and then has sent nothing.
    """
    deed = IssueSheet(reason=reason, text=text.strip(), role=role, reply_by=reply_by, person=person)
    return registering.enter(deed=deed, case=case, unit=unit, by=by, at=at, key=key)


def acknowledge_sheet(*, number: str, by: Actor, at: datetime, key: str = "") -> None:
    """This function will record that a sheet was received by whom it was sent to. Raises Refused."""
    _step(AcknowledgeSheet(sheet=number), by=by, at=at, key=key)


def reply_sheet(
    *, number: str, cause: str, measures: str, done_by: date | None, by: Actor, at: datetime, key: str = ""
) -> None:
    """This function will reply to a sheet: why it came to that, what is done, by when. Raises Refused."""
    _step(ReplySheet(sheet=number, cause=cause, measures=measures, done_by=done_by), by=by, at=at, key=key)


def check_sheet(
    *, number: str, closed: bool, note: str, reply_by: datetime | None, by: Actor, at: datetime, key: str = ""
) -> None:
    """This function will close a replied sheet, or send it back with a new deadline. Raises Refused."""
    _step(CheckSheet(sheet=number, closed=closed, note=note, reply_by=reply_by), by=by, at=at, key=key)


def escalate_sheet(*, number: str, reason: str, by: Actor, at: datetime, key: str = "") -> None:
    """This function will hand a sheet to the second level of supervision. Raises Refused."""
    _step(EscalateSheet(sheet=number, reason=reason), by=by, at=at, key=key)


def escalate_late(*, at: datetime, limit: int = BATCH) -> int:
    """This function will hand up to `limit` first-level sheets whose reply is late to the second level; returns how many.

    One that cannot be handed over is named in the log and does not stop the others.
    """
    done = 0
    for number in oversight.late_sheets(at=at, limit=limit):
        try:
            escalate_sheet(number=number, reason=LATE, by=SYSTEM, at=at)
            done += 1
        except Refused:
            logger.exception("督办单 %s 没有能自动升级", number)
    return done


def _step(deed: Deed, *, by: Actor, at: datetime, key: str) -> None:
    with transaction.atomic():
        row = SupervisionSheet.objects.filter(number=getattr(deed, "sheet", "")).first()
        if row is None:
            raise Refused("没有这张督办单", code="not_found")
        registering.step(deed=deed, case=row.case or 0, unit=row.unit, by=by, at=at, key=key)
