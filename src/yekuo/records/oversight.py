"""督办与投诉台账查询: the registers of sheets and complaints: entered, locked, moved on, listed within what a reader may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from yekuo.records import codec, numbering, units
from yekuo.records.models import Case, OversightStep, StaffRole, SupervisionSheet, Unit
from yekuo.records.models import Complaint as _Complaint
from yekuo.records.scope import Scope
from yekuo.records.sealed import normal_phone, phone_index
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING
from yekuo.rules.complaints import ROLES_IN_ORDER, Candidate, Complaint, ComplaintStatus
from yekuo.rules.deeds.base import Deed
from yekuo.rules.deeds.oversight import FileComplaint, IssueSheet
from yekuo.rules.sheets import Sheet, SheetStatus

SheetRecord = SupervisionSheet
ComplaintRecord = _Complaint
SHEETS, COMPLAINTS = "DB", "TS"
DIGITS = 4
OVERSEERS = ("chief", "supervisor1", "supervisor2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """一步: what was done on a sheet or complaint, by whom, when."""

    n: int
    at: datetime
    actor_kind: str
    actor: int
    deed: Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """所涉: the unit and the case (0 for none) a sheet or complaint is about."""

    unit: int
    case: int = 0
    case_number: str = ""
    seq: int = 0


# --- entering -------------------------------------------------------------------------------------------------


def enter_sheet(about: About, deed: IssueSheet, *, level: int, by: Actor, at: datetime, key: str = "") -> str:
    """This function will enter a new sheet with its first step and return its number."""
    number = numbering.next_of(SHEETS, at, digits=DIGITS)
    SupervisionSheet.objects.create(
        number=number, unit=about.unit, level=level, case=about.case or None, case_number=about.case_number,
        reason=deed.reason, text=deed.text, role=deed.role, person=deed.person, issued_by=by.person, issued_at=at,
        reply_by=deed.reply_by, status=SheetStatus.ISSUED.value, last_at=at,
    )  # fmt: skip
    add_step(number, deed, by=by, at=at, seq=about.seq, key=key)
    return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """投诉办理: who answers for a complaint and by when."""

    role: str
    person: int
    contact_by: datetime
    reply_by: datetime
    called_at: datetime


def enter_complaint(
    about: About, deed: FileComplaint, order: Order, *, by: Actor, at: datetime, key: str = "", name: str = "",
    phone: str = "",
) -> str:  # fmt: skip
    """This function will enter a new complaint with its first step and return its number."""
    number = numbering.next_of(COMPLAINTS, at, digits=DIGITS)
    ComplaintRecord.objects.create(
        number=number, unit=about.unit, case=about.case or None, case_number=about.case_number, source=deed.source,
        source_number=deed.source_number, topic=deed.topic, text=deed.text, name=name, phone=phone,
        phone_index=phone_index(phone) if phone else None, account=0 if by.staff else by.person, about=deed.about,
        owner=order.person, owner_role=order.role, called_at=order.called_at, filed_at=at,
        contact_by=order.contact_by, reply_by=order.reply_by, status=ComplaintStatus.FILED.value, last_at=at,
    )  # fmt: skip
    add_step(number, deed, by=by, at=at, seq=about.seq, key=key)
    return number


def add_step(number: str, deed: Deed, *, by: Actor, at: datetime, seq: int = 0, key: str = "") -> None:
    """This function will write the next step of a sheet or complaint; its row is locked by the caller."""
    last = OversightStep.objects.filter(number=number).aggregate(last=Max("n"))["last"] or 0
    OversightStep.objects.create(
        number=number, n=last + 1, kind=deed.event, actor_kind=by.kind.value, actor=by.person, at=at,
        body=codec.plain(codec.encode(deed)), seq=seq, key=key,
    )  # fmt: skip


def step_by_key(by: Actor, key: str) -> str:
    """This function will give the number of the sheet or complaint a key was used on by this actor, '' for none."""
    found = OversightStep.objects.filter(actor_kind=by.kind.value, actor=by.person, key=key).first() if key else None
    return found.number if found else ""


def entered_at(case: int, seq: int) -> str:
    """This function will give the number of what was entered by a row of a case's log."""
    for table in (SupervisionSheet, ComplaintRecord):
        numbers = table.objects.filter(case=case).values("number")
        found = OversightStep.objects.filter(number__in=numbers, n=1, seq=seq).first()
        if found:
            return found.number
    raise LookupError(f"{case}#{seq}")


def candidates(unit: int) -> tuple[Candidate, ...]:
    """This function will list who could answer for a complaint in a unit: chiefs and supervisors of it and of those above."""
    own = units.unit(unit)
    above = list(units.ancestors(own).order_by("-path").values_list("pk", flat=True))
    held = StaffRole.objects.filter(role__in=ROLES_IN_ORDER, staff__unit__in=above, staff__is_active=True)
    rows = held.order_by("staff_id").values_list("staff_id", "role", "staff__unit")
    return tuple(Candidate(person=person, role=role, distance=above.index(where)) for person, role, where in rows)


# --- one --------------------------------------------------------------------------------------------------------


def locked_sheet(number: str) -> SupervisionSheet | None:
    """This function will lock a sheet until the end of the transaction."""
    return SupervisionSheet.objects.select_for_update().filter(number=number).first()


def locked_complaint(number: str) -> ComplaintRecord | None:
    """This function will lock a complaint until the end of the transaction."""
    return ComplaintRecord.objects.select_for_update().filter(number=number).first()


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(BEIJING) if moment else None


def sheet_of(row: SupervisionSheet) -> Sheet:
    """This function will give a sheet as the rules know it."""
    return Sheet(
        number=row.number, unit=row.unit, level=row.level, role=row.role, person=row.person, issued_by=row.issued_by,
        issued_at=row.issued_at.astimezone(BEIJING), reply_by=row.reply_by.astimezone(BEIJING),
        status=SheetStatus(row.status), rounds=row.rounds, replied_by=row.replied_by,
        replied_at=_local(row.replied_at), escalated_at=_local(row.escalated_at), closed_at=_local(row.closed_at),
        last_at=_local(row.last_at),
    )  # fmt: skip


def complaint_of(row: ComplaintRecord) -> Complaint:
    """This function will give a complaint as the rules know it."""
    return Complaint(
        number=row.number, unit=row.unit, status=ComplaintStatus(row.status),
        called_at=row.called_at.astimezone(BEIJING), contact_by=row.contact_by.astimezone(BEIJING),
        reply_by=row.reply_by.astimezone(BEIJING), about=row.about, owner=row.owner, owner_role=row.owner_role,
        rounds=row.rounds, contacted_at=_local(row.contacted_at), answered_at=_local(row.answered_at),
        answered_by=row.answered_by, closed_at=_local(row.closed_at), last_at=_local(row.last_at),
    )  # fmt: skip


SHEET_COLUMNS = ("level", "reply_by", "rounds", "replied_by", "replied_at", "escalated_at", "closed_at", "last_at")
COMPLAINT_COLUMNS = ("reply_by", "rounds", "contacted_at", "answered_at", "answered_by", "closed_at", "last_at")


def save_sheet(row: SupervisionSheet, now: Sheet) -> None:
    """This function will write down where a sheet stands."""
    _save(row, now, SHEET_COLUMNS)


def save_complaint(row: ComplaintRecord, now: Complaint) -> None:
    """This function will write down where a complaint stands."""
    _save(row, now, COMPLAINT_COLUMNS)


def _save(row: Any, now: Any, columns: tuple[str, ...]) -> None:
    row.status = now.status.value
    for column in columns:
        setattr(row, column, getattr(now, column))
    row.save(update_fields=["status", *columns])


def steps_of(numbers: Iterable[str]) -> dict[str, tuple[Step, ...]]:
    """This function will list the steps of sheets or complaints, first to last, in one query."""
    found: dict[str, tuple[Step, ...]] = {}
    for row in OversightStep.objects.filter(number__in=list(numbers)).order_by("number", "n"):
        deed = codec.read_body(row.kind, codec.encode(row.body))
        step = Step(n=row.n, at=row.at.astimezone(BEIJING), actor_kind=row.actor_kind, actor=row.actor, deed=deed)
        found[row.number] = (*found.get(row.number, ()), step)
    return found


# --- who may see what -------------------------------------------------------------------------------------------


def _within(scope: Scope) -> Q:
    """An empty condition would vanish beside another one, so that everything is said in so many words."""
    return Q(pk__isnull=False) if scope.everything else Q(unit__in=scope.units)


def sheets_visible_to(by: Actor, scope: Scope) -> QuerySet[SupervisionSheet]:
    """This function will give the sheets somebody may see: overseers those of their units, others those sent to them."""
    if not by.staff or not by.roles:
        return SupervisionSheet.objects.none()
    own = Q(person=by.person) | Q(issued_by=by.person) | (_within(scope) & Q(person=0, role__in=by.roles))
    if not set(OVERSEERS).isdisjoint(by.roles):
        own |= _within(scope)
    return SupervisionSheet.objects.filter(own)


def complaints_visible_to(by: Actor, scope: Scope) -> QuerySet[ComplaintRecord]:
    """This function will give the complaints somebody on the staff may see, never one about themselves.

    Overseers see those of their units, others those they answer for.
    """
    if not by.staff or not by.roles:
        return ComplaintRecord.objects.none()
    own = Q(owner=by.person)
    if not set(OVERSEERS).isdisjoint(by.roles):
        own |= _within(scope)
    return ComplaintRecord.objects.filter(own).exclude(about=by.person)


def sheets_for(by: Actor, scope: Scope) -> QuerySet[SupervisionSheet]:
    """This function will give the open sheets whose reply waits for this person."""
    waiting = [SheetStatus.ISSUED.value, SheetStatus.ACKNOWLEDGED.value, SheetStatus.RETURNED.value]
    mine = Q(person=by.person) | (_within(scope) & Q(person=0, role__in=by.roles))
    return SupervisionSheet.objects.filter(mine, status__in=waiting)


def sheets_to_check(by: Actor, scope: Scope) -> QuerySet[SupervisionSheet]:
    """This function will give the replied sheets this supervisor has to check."""
    levels = [level for level, role in ((1, "supervisor1"), (2, "supervisor2")) if role in by.roles]
    return SupervisionSheet.objects.filter(_within(scope), status=SheetStatus.REPLIED.value, level__in=levels)


def late_sheets(*, at: datetime, limit: int) -> tuple[str, ...]:
    """This function will list first-level sheets whose reply is late, the latest first."""
    waiting = [SheetStatus.ISSUED.value, SheetStatus.ACKNOWLEDGED.value, SheetStatus.RETURNED.value]
    found = SupervisionSheet.objects.filter(closed_at=None, level=1, status__in=waiting, reply_by__lt=at)
    return tuple(found.order_by("reply_by").values_list("number", flat=True)[:limit])


def complaints_for(by: Actor, scope: Scope) -> QuerySet[ComplaintRecord]:
    """This function will give the complaints that wait for this person to act."""
    ours = [ComplaintStatus.FILED.value, ComplaintStatus.CONTACTED.value, ComplaintStatus.REOPENED.value]
    mine = Q(owner=by.person) | (_within(scope) & Q(owner=0, owner_role__in=by.roles))
    return ComplaintRecord.objects.filter(mine, status__in=ours).exclude(about=by.person)


def sheets_of_case(case: int) -> tuple[SupervisionSheet, ...]:
    """This function will list the sheets about a case, newest first; the caller has checked its reach."""
    return tuple(SupervisionSheet.objects.filter(case=case).order_by("-pk"))


def complaints_of_case(case: int) -> tuple[ComplaintRecord, ...]:
    """This function will list the complaints about a case, newest first; the caller has checked its reach."""
    return tuple(ComplaintRecord.objects.filter(case=case).order_by("-pk"))


def complaints_of_phone(phone: str) -> tuple[ComplaintRecord, ...]:
    """This function will list the complaints somebody with this phone made about no case, newest first."""
    index = phone_index(normal_phone(phone))
    return tuple(ComplaintRecord.objects.filter(phone_index=index).order_by("-pk")) if index else ()


def unit_names(keys: Iterable[int]) -> dict[int, str]:
    """This function will name units by key, in one query."""
    return dict(Unit.objects.filter(pk__in=set(keys)).values_list("pk", "name"))


def units_within(scope: Scope) -> dict[int, str]:
    """This function will name the active units of a scope, depth first."""
    found = Unit.objects.filter(active=True)
    rows = found if scope.everything else found.filter(pk__in=scope.units)
    return dict(rows.order_by("path").values_list("pk", "name"))


def late_complaints(seen: QuerySet[ComplaintRecord], *, at: datetime) -> QuerySet[ComplaintRecord]:
    """This function will keep the complaints whose contact or answer is late."""
    filed = Q(status=ComplaintStatus.FILED.value, contact_by__lt=at)
    working = [ComplaintStatus.CONTACTED.value, ComplaintStatus.REOPENED.value]
    return seen.filter(filed | Q(status__in=working, reply_by__lt=at))


def unanswered(seen: QuerySet[SupervisionSheet], *, at: datetime) -> QuerySet[SupervisionSheet]:
    """This function will keep the sheets whose reply is late."""
    waiting = [SheetStatus.ISSUED.value, SheetStatus.ACKNOWLEDGED.value, SheetStatus.RETURNED.value]
    return seen.filter(status__in=waiting, reply_by__lt=at)


def applicant_of(row: ComplaintRecord) -> int:
    """This function will give the applicant of the case a complaint is about, 0 for none."""
    if row.case is None:
        return 0
    return Case.objects.filter(pk=row.case).values_list("applicant", flat=True).first() or 0
