"""接口读工单: one case with its clocks and tasks, its log, and lists with the deadline first."""

import re
from datetime import datetime
from typing import Any

from yekuo.interfaces.api.entrance import Caller
from yekuo.interfaces.api.shown import (
    Applicant,
    CaseShown,
    Clock,
    Doer,
    Line,
    LogPage,
    LogRow,
    Missing,
    Named,
    Offer,
    Page,
    RankDue,
    Task,
)
from yekuo.interfaces.look.names import CLASS_NAMES, PARTY_NAMES, STATUS_NAMES, name_of, role_name
from yekuo.operations.casefile import CaseFile, NotFound, TimedClock, deed_title, read_case
from yekuo.records import cases, codec, log, persons, staff
from yekuo.records.case_pages import CaseLine, as_mark, page, read_mark
from yekuo.records.log import Entry
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.clocks import RankDue as RankOfClock
from yekuo.rules.derivations import explain
from yekuo.rules.engine.definition import Definition
from yekuo.rules.engine.tasks import Task as OpenTask
from yekuo.rules.facts import CustomerClass
from yekuo.rules.people import identity_check_digit, mask_identity, mask_phone
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import Party, Status

NUMBER = re.compile(r"[A-Za-z0-9]{1,20}")
SIZE, SIZE_AT_MOST = 50, 200
WHO = {
    ActorKind.CUSTOMER: "客户", ActorKind.AGENT: "代办人", ActorKind.MANDATE: "客户委托的单位", ActorKind.SYSTEM: "系统",
}  # fmt: skip
PHONES = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
IDENTITIES = re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])")


def known(number: str) -> str:
    """This function will return a number that may be a case's. Raises NotFound for what can be none."""
    if not NUMBER.fullmatch(number):
        raise NotFound(number)
    return number


def case_key(caller: Caller, number: str) -> int:
    """This function will find a case by its number. Raises Refused, alike for a foreign and for no case."""
    return cases.by_number(known(number), scope=caller.scope).pk


# --- one case -------------------------------------------------------------------------------------------------


def show_case(caller: Caller, number: str) -> CaseShown:
    """This function will show a case as it stands: facts, clocks with their derivation, tasks, and what may be done."""
    return _case(read_case(number=known(number), by=caller.actor, at=caller.at))


def _case(file: CaseFile) -> CaseShown:
    state, due, here = file.state, file.due, f"/api/v1/cases/{file.number}"
    return CaseShown(
        number=file.number, status=Named(key=state.status, name=STATUS_NAMES[state.status]), process=state.process,
        process_version=state.version, stage=stage_of(file.definition, state.stage), visit=state.visit,
        expected=file.expected, seq=file.seq, entered_at=state.entered_at, last_at=state.last_at,
        unit=Named(key=str(file.unit), name=file.unit_name),
        place={"company": state.place.company, "province": state.place.province, "city": state.place.city},
        waiting=Named(key=file.waiting, name=PARTY_NAMES[file.waiting]), facts=plain(state.facts),
        customer_class=_class(state.facts.customer_class) if state.facts else None, applicant=_applicant(file),
        address=file.site.public_address if file.site else "", filed_at=state.filed_at,
        accepted_at=state.timeline.accepted_at, energised_at=state.timeline.energised_at,
        ended_at=state.timeline.ended_at, due_at=due.clock.due_at if due else None,
        provisional=bool(due and due.clock.provisional), clocks=[_clock(file, one) for one in file.clocks],
        tasks=[_task(file, one) for one in file.tasks],
        offers=[Offer(deed=one.deed, title=one.title, address=f"{here}/deeds/{one.deed}") for one in file.offers],
        people=dict(state.people),
        missing=[Missing(code=one.code, wording=one.wording, may_promise=one.may_promise) for one in file.missing()],
        scheme=plain(state.schemes[-1]) if state.schemes else None, replied_version=state.replied_version,
        agreed_version=state.agreed_version, contract=plain(state.contract),
        defects=[plain(one) or {} for one in state.defects],
        pauses=[plain(one) or {} for one in state.timeline.pauses],
    )  # fmt: skip


def plain(value: object) -> dict[str, Any] | None:
    """This function will give a value of the rules as JSON types; None stays None."""
    found: dict[str, Any] | None = codec.plain(codec.encode(value))
    return found


def stage_of(definition: Definition | None, key: str) -> Named:
    """This function will name a stage of a process."""
    stage = definition.stages.get(key) if definition else None
    return Named(key=key, name=stage.name if stage else "办结" if key == "completed" else key)


def _class(kind: CustomerClass) -> Named:
    return Named(key=kind, name=CLASS_NAMES[kind])


def _applicant(file: CaseFile) -> Applicant | None:
    one = file.applicant
    if one is None:
        return None
    return Applicant(name=one.name, id_type=one.id_type, id_number=one.id_number, phone=one.phone)


def _clock(file: CaseFile, timed: TimedClock) -> Clock:
    clock = timed.clock
    stage = Named(key=clock.stage, name=file.shelf.limits.stage_name(clock.stage)) if clock.stage else None
    return Clock(
        key=clock.key, kind=Named(key=clock.kind, name=name_of(clock.kind)), stage=stage, visit=clock.visit,
        level=Named(key=timed.level, name=timed.level.label), running=clock.running, started_at=clock.started_at,
        stopped_at=clock.stopped_at, budget=clock.budget, unit=clock.unit, used=timed.used, left=timed.left,
        due_at=clock.due_at, provisional=clock.provisional, paused_by=list(clock.paused_by), limit=clock.limit_id,
        ranks=list(map(_rank, clock.ranks)), derivation=list(explain(clock.derivation)),
    )  # fmt: skip


def _rank(one: RankOfClock) -> RankDue:
    return RankDue(rank=Named(key=one.rank, name=name_of(one.rank)), due_at=one.due_at, provisional=one.provisional)


def _task(file: CaseFile, task: OpenTask) -> Task:
    return Task(
        key=task.key, stage=stage_of(file.definition, task.stage),
        role=Named(key=task.role, name=role_name(task.role)), person=task.person,
        person_name=file.names.get(task.person, ""), waiting=Named(key=task.party, name=PARTY_NAMES[task.party]),
        opened_at=task.opened_at, days=task.days,
    )  # fmt: skip


# --- its log --------------------------------------------------------------------------------------------------


def show_log(caller: Caller, number: str, *, after: int, size: int) -> LogPage:
    """This function will show rows of a case's log in order, beginning after a number."""
    case = cases.by_number(known(number), scope=caller.scope)
    entries = [one for one in log.entries(case.pk) if one.row.seq > after]
    names = staff.names_of(one.event.by.person for one in entries[:size] if one.event.by.staff)
    definition = caller.shelf.books.definitions.get(case.process_version)
    rows = [_row(one, definition, names) for one in entries[:size]]
    return LogPage(rows=rows, next=rows[-1].seq if len(entries) > size else 0)


def _row(one: Entry, definition: Definition | None, names: dict[int, str]) -> LogRow:
    row, event = one.row, one.event
    return LogRow(
        seq=row.seq, kind=event.kind, title=deed_title(event.body.deed), happened_at=event.at,
        recorded_at=row.recorded_at, by=_doer(event.by, names), stage=stage_of(definition, row.stage),
        moved_to=stage_of(definition, event.move.stage) if event.move else None, detail=masked(plain(event.body)),
        process_version=row.process_version, limits_version=row.limits_version,
        calendar_version=row.calendar_version, hash=one.hash.hex(), prev_hash=one.prev_hash.hex(),
    )  # fmt: skip


def _doer(by: Actor, names: dict[int, str]) -> Doer:
    name = WHO.get(by.kind) or names.get(by.person, "员工")
    return Doer(kind=by.kind, person=by.person if by.staff else 0, name=name, roles=list(by.roles))


def masked(value: Any) -> Any:
    """This function will hide phone and identity numbers that somebody typed into a free text."""
    if isinstance(value, str):
        hidden = IDENTITIES.sub(lambda found: _identity(found[0]), value)
        return PHONES.sub(lambda found: mask_phone(found[0]), hidden)
    if isinstance(value, dict):
        return {key: masked(one) for key, one in value.items()}
    return [masked(one) for one in value] if isinstance(value, list) else value


def _identity(number: str) -> str:
    """Numbers of meters and contracts are as long; only a resident's carries this check digit."""
    personal = identity_check_digit(number[:17]) == number[17].upper()
    return mask_identity(number) if personal else number


# --- lists ----------------------------------------------------------------------------------------------------


def list_cases(
    caller: Caller, *, status: Status, stage: str, party: Party | None, before: datetime | None, after: str, size: int
) -> Page:
    """This function will list cases of the caller's reach, the deadline first, cases without one last."""
    try:
        begins = read_mark(after)
    except ValueError:
        wrong = Problem("after", "分页位置有误，应为上一页返回的 next")
        raise Refused(wrong.message, problems=(wrong,), code="invalid") from None
    rows, following = page(
        caller.scope, status=status.value, stage=stage, party=party.value if party else "", before=before,
        after=begins, size=size,
    )  # fmt: skip
    people = persons.shown(one.applicant for one in rows)
    return Page(cases=[_line(caller, one, people) for one in rows], next=as_mark(following))


def _line(caller: Caller, one: CaseLine, people: dict[int, persons.Shown]) -> Line:
    applicant = people.get(one.applicant)
    definition = caller.shelf.books.definitions.get(one.process_version)
    return Line(
        number=one.number, status=Named(key=one.status, name=STATUS_NAMES[Status(one.status)]),
        stage=stage_of(definition, one.stage), waiting=Named(key=one.party, name=PARTY_NAMES[Party(one.party)]),
        customer_class=one.customer_class, business=one.business, voltage=one.voltage, capacity=one.capacity,
        applicant=applicant.name if applicant else "", unit=one.unit, due_at=one.due_at, provisional=one.provisional,
        paused=one.paused, urged=one.urged, entered_at=one.entered_at, accepted_at=one.accepted_at,
    )  # fmt: skip
