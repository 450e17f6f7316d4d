"""清单行: the rows of inbox and case lists ready to be shown: who is waited for, who does it, by when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from yekuo.interfaces.desk.reader import Reader
from yekuo.interfaces.look.names import CAUSE_NAMES, PARTY_NAMES, STATUS_NAMES, role_name
from yekuo.interfaces.look.parts import Clock
from yekuo.records import persons, staff
from yekuo.records.persons import Listed
from yekuo.records.worklist import Bucket, Line, Steps
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.base import BY_EVENT, REGISTRY
from yekuo.rules.engine.tasks import leading_deeds
from yekuo.rules.facts import Business
from yekuo.rules.refusal import Refused
from yekuo.rules.state import Party, Status
from yekuo.rules.timeline import Cause
from yekuo.rules.when import BUSINESS_NAMES

APPROVAL = "approve_pause#"
OUTSIDE = ("customer", "agent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """清单行: one case or task ready to be shown; names and phones are masked already."""

    case: int
    at: datetime
    clock: Clock
    number: str
    url: str
    name: str
    phone: str
    urged: str
    business: str
    voltage: str
    capacity: str
    kva: Decimal | None
    stage: str
    place: str
    place_title: str
    party: str
    party_name: str
    role: str
    person: str
    action: str
    action_url: str
    step: str
    since: datetime
    opened_at: datetime
    did: str
    did_at: datetime | None
    closed_at: datetime | None
    status: str
    tone: str


def rows_of(reader: Reader, lines: Iterable[Line]) -> list[Row]:
    """This function will make the rows of a page: two queries for all names."""
    lines = tuple(lines)
    people = persons.listed(line.applicant or 0 for line in lines)
    names = staff.names_of(
        {holder.person for line in lines for holder in line.holders} | {one.manager for one in lines}
    )
    steps = reader.steps
    return [_row(reader, steps, line, people.get(line.applicant or 0), names) for line in lines]


def _row(reader: Reader, steps: Steps, line: Line, applicant: Listed | None, names: Mapping[int, str]) -> Row:
    url = reverse("desk:case", args=(line.number,))
    stage, place, title = _stage(reader, line)
    role, person = _holders(line, names)
    approval = line.task.startswith(APPROVAL)
    return Row(
        case=line.case,
        at=reader.at,
        clock=_clock(reader, steps, line),
        number=line.number,
        url=url,
        name=applicant.name if applicant else "尚未提交申请",
        phone=applicant.phone if applicant else "",
        urged=f"催{line.urged}" if line.urged else "",
        business=BUSINESS_NAMES[Business(line.business)] if line.business else "—",
        voltage=short_voltage(line.voltage),
        capacity=amount(line.capacity),
        kva=line.capacity,
        stage="挂起待审批" if approval else stage,
        place="" if approval else place,
        place_title=title,
        party=line.party,
        party_name=PARTY_NAMES.get(Party(line.party), line.party) if line.party else "—",
        role=role,
        person=person,
        action="审批" if approval else "办理" if line.task else "查看",
        action_url=reverse("desk:deed", args=(line.number, "approve_pause")) if approval else url,
        step="审批" if approval else _step(reader, line) if line.task else "查看",
        since=line.since,
        opened_at=line.opened_at,
        did=BY_EVENT[line.did].title if line.did in BY_EVENT else line.did,
        did_at=line.did_at,
        closed_at=line.closed_at,
        status=STATUS_NAMES[Status(line.status)],
        tone="ok" if line.status == Status.COMPLETED else "",
    )


def _stage(reader: Reader, line: Line) -> tuple[str, str, str]:
    """The stage's name, which of the customer's steps it belongs to (2/4), and that in words."""
    definition = reader.shelf.books.definitions.get(line.process_version)
    stage = definition.stages.get(line.stage) if definition else None
    if definition is None or stage is None:
        return STATUS_NAMES[Status(line.status)] if line.status != Status.OPEN else line.stage, "", ""
    keys = [link.key for link in definition.links]
    number, link = keys.index(stage.link) + 1, definition.links[keys.index(stage.link)]
    return stage.name, f"{number}/{len(keys)}", f"第 {number} 个客户环节“{link.name}”，共 {len(keys)} 个"


def _step(reader: Reader, line: Line) -> str:
    """The deed that leads on from the stage, where there is one; a stage of several says so at the case."""
    definition = reader.shelf.books.definitions.get(line.process_version)
    stage = definition.stages.get(line.stage) if definition else None
    if stage is None:
        return "办理"
    leading = leading_deeds(stage)
    return REGISTRY[leading[0]].title if len(leading) == 1 else "办理"


def _holders(line: Line, names: Mapping[int, str]) -> tuple[str, str]:
    if not line.holders:
        return "—", ""
    if len(line.holders) > 1:
        return "会审", f"{len(line.holders)} 人待签"
    holder = line.holders[0]
    if holder.role in OUTSIDE:  # the customer has the ball; one of us still answers for it
        return (role_name("manager"), names.get(line.manager, "")) if line.manager else (role_name("clerk"), "")
    return role_name(holder.role), names.get(holder.person, "")


def _clock(reader: Reader, steps: Steps, line: Line) -> Clock:
    """Closed cases show nothing of a deadline; open ones the bucket they are counted in."""
    if line.status != Status.OPEN:
        return Clock(level="waiting")
    bucket = steps.bucket(line.due_at, paused=bool(line.paused))
    reason = CAUSE_NAMES[Cause(line.paused)] if line.paused else ""
    if line.due_at is None:
        return Clock(level="paused", reason=reason) if line.paused else standing(line.party)
    left = days_left(reader, line.province, line.due_at)
    level = "paused" if bucket is Bucket.PAUSED else bucket.value
    return Clock(level=level, due_at=line.due_at, left=left, provisional=line.provisional, reason=reason)


def standing(party: str) -> Clock:
    """This function will show a deadline that stands because somebody else has the ball."""
    word = "" if party in ("", Party.UTILITY, Party.NOBODY) else f"等{PARTY_NAMES[Party(party)]}"
    return Clock(level="waiting", reason=word)


def days_left(reader: Reader, province: str, due_at: datetime) -> int | None:
    """This function will count the working days left until a moment, negative when it lies behind."""
    calendar = reader.shelf.calendar(province)
    today, last = day_of(reader.at), day_of(due_at)
    try:
        return calendar.between(today, last) if last >= today else -calendar.between(last, today)
    except Refused:  # beyond the calendar: the date alone is shown
        return None


def short_voltage(volts: int | None) -> str:
    """This function will write a voltage as on a drawing: 380V, 10kV."""
    if not volts:
        return ""
    return f"{volts // 1000}kV" if volts >= 1000 else f"{volts}V"


def amount(value: Decimal | None) -> str:
    """This function will write a number without needless zeros."""
    return "—" if value is None else f"{value.normalize():f}"
