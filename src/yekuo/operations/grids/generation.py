"""分布式电源排队: who applies to feed in stands in line at an element; what is freed is offered to the first in order of application.

Nobody behind overtakes: while the first does not fit, nothing is offered there.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from yekuo.records import capacity, cases, grids, queueing, rule_changes, tables
from yekuo.records.capacity import Entering
from yekuo.records.models import CapacityHold, GenerationPlace, Grid
from yekuo.records.rule_changes import Word
from yekuo.rules import reservation
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.capacity import ReleaseCapacity
from yekuo.rules.queueing import GENERATION_SOURCE, IN_LINE, QueueState
from yekuo.rules.reservation import Direction, EntryKind
from yekuo.rules.state import CaseState

if TYPE_CHECKING:
    from yekuo.operations.consequences import Done
    from yekuo.operations.grids.standing import Network

FOLLOWED = (
    "application_filed", "survey_submitted", "business_converted", "scheme_replied", "application_withdrawn",
    "case_terminated", "capacity_released", "scheme_answered",
)  # fmt: skip
MOST_OFFERS = 20


def follow(done: "Done") -> None:
    """This function will carry a deed into the queue of its unit's network, if the case feeds anything in."""
    if not (_kw(done.before) or _kw(done.after)):
        return
    key = grids.over(done.unit, at=done.at)
    if not key:
        return
    grid = grids.hold(key)
    if reservation.over(done.after) or not _kw(done.after) or isinstance(done.event.body, ReleaseCapacity):
        _leave(done, grid)
    else:
        _enter(done, grid)


def _kw(state: CaseState) -> float:
    return float(state.facts.generation_kw) if state.facts else 0.0


def _enter(done: "Done", grid: Grid) -> None:
    from yekuo.operations.grids import hosting, standing

    network = standing.network(grid.pk)
    if network is None:
        return
    known = queueing.of_case(done.case)
    place = _place(done, network) or (known.place if known else {})
    element = hosting.element_of(network, place) if place else ""
    kw, applied_at = _kw(done.after), done.after.filed_at or done.at
    if known is not None and known.state == QueueState.HELD.value and done.event.kind != "scheme_replied":
        if not _holding(done.case):  # the ledger gave it back with this deed: in line again, at the old place
            queueing.move(known, QueueState.WAITING)
            offer(grid, at=done.at)
        return
    row = queueing.put(grid=grid.pk, case=done.case, kw=kw, applied_at=applied_at, element=element, place=place)
    if done.event.kind == "scheme_replied":
        _reply(done, grid, network, row)


def _place(done: "Done", network: "Network") -> Mapping[str, Any]:
    """Where it feeds in: as the reply says, before that as the survey names it."""
    from yekuo.operations.grids import placing

    scheme = reservation.replied_scheme(done.after)
    if scheme is not None:
        chosen = capacity.chosen(case=done.case, version=scheme.version)
        found = placing.places(network, scheme=scheme, chosen=chosen.places)
        return next(iter(found.values()), {})
    survey = done.after.survey
    return (placing.by_name(network, survey.supply_point) if survey else None) or {}


def _reply(done: "Done", grid: Grid, network: "Network", row: GenerationPlace) -> None:
    """A reply takes the capacity if it is this one's turn and there is some; else the case waits, and the reply goes through."""
    from yekuo.operations.grids import hosting

    own = row.state in (QueueState.HELD.value, QueueState.OFFERED.value)
    ahead = 0 if own else queueing.before(row)
    fits, why = hosting.hosted(network, row) if not ahead else (False, f"前面还有 {ahead} 位按申请先后排队")
    if not fits:
        if row.state == QueueState.HELD.value:
            _release(done, grid, "重新答复方案，承载力不足")
        queueing.move(row, QueueState.WAITING)
        _tell(
            row,
            done.after,
            done.unit,
            done.number,
            f"并网发电 {row.kw:.0f} 千瓦暂无承载力，已按申请先后排队：{why}",
            done.at,
        )
        return
    scheme = reservation.replied_scheme(done.after)
    made = Entering(
        case=done.case, source=GENERATION_SOURCE, version=done.after.replied_version, kind=EntryKind.RESERVE, kw=row.kw,
        kva=Decimal(repr(row.kw)).quantize(reservation.CENT), by=done.event.by.person, at=done.at,
        direction=Direction.GENERATION, place=row.place, until=scheme.valid_until if scheme else None,
        revision=network.standing.digest, seq=done.seq,
    )  # fmt: skip
    capacity.keep(grid, [made], rooms={})
    queueing.move(row, QueueState.HELD)


def _release(done: "Done", grid: Grid, why: str) -> None:
    """What the ledger did not give back with this deed already."""
    from yekuo.operations.grids.ledger import entering

    held = _holding(done.case)
    capacity.keep(grid, [entering(one, EntryKind.RELEASE, done, note=why) for one in held], rooms={})


def _holding(case: int) -> tuple[CapacityHold, ...]:
    holds = capacity.of_case(case)
    return tuple(one for one in holds if one.source == GENERATION_SOURCE and one.state in capacity.HELD_STATES)


def _leave(done: "Done", grid: Grid) -> None:
    row = queueing.of_case(done.case)
    if row is None or row.state == QueueState.LEFT.value:
        return
    queueing.move(row, QueueState.LEFT)
    _release(done, grid, "退出并网发电")
    offer(grid, at=done.at)


def offer(grid: Grid, *, at: datetime) -> int:
    """This function will offer what is free on a held network to whoever is first in line at each element; how many got one."""
    from yekuo.operations.grids import hosting, standing

    network = standing.network(grid.pk)
    many = 0
    stuck: set[str] = set()
    while network is not None and many < MOST_OFFERS:
        row = next((one for one in queueing.heads(grid.pk) if one.element not in stuck), None)
        if row is None:
            break
        # an offer ahead that does not leave room for this one keeps everybody behind it waiting
        if hosting.hosted(network, row)[0]:
            _offered(row, at)
            many += 1
        else:
            stuck.add(row.element)
    return many


def _offered(row: GenerationPlace, at: datetime) -> None:
    until = day_of(at) + timedelta(days=queueing_days(at))
    queueing.move(row, QueueState.OFFERED, at=at, until=until)
    _tell_case(row, f"并网发电 {row.kw:.0f} 千瓦排到了，容量保留到 {until:%Y-%m-%d}，请联系客户并答复方案", at)


def queueing_days(at: datetime) -> int:
    """This function will say for how many days an offer made now is kept."""
    return reservation.queue_rule(day_of(at), table=tables.reservations()).offer_days


def sweep(*, at: datetime) -> int:
    """This function will end offers whose day has passed and offer what is free; a person decides what becomes of the missed."""
    many = 0
    for one in queueing.expired(day_of(at)):
        with transaction.atomic():
            grid = grids.hold(one.grid_id)
            row = queueing.again(one.pk)
            if row.state == QueueState.OFFERED.value and row.offered_until and row.offered_until < day_of(at):
                queueing.move(row, QueueState.MISSED)
                _tell_case(row, "让给的并网容量已过保留期，没有办理；请联系客户，仍要并网的重新答复方案", at)
                many += 1 + offer(grid, at=at)
    for key in queueing.grids_waiting():
        with transaction.atomic():
            many += offer(grids.hold(key), at=at)
    return many


def position(row: GenerationPlace) -> int:
    """This function will give the place of a case in its queue, 1 for the first; 0 when it does not stand in line."""
    in_line = QueueState(row.state) in IN_LINE and bool(row.element)
    return queueing.before(row) + 1 if in_line else 0


def _tell_case(row: GenerationPlace, text: str, at: datetime) -> None:
    found = cases.heading(row.case)
    if found is not None:
        _tell(row, found.state, found.unit, found.number, text, at)


def _tell(row: GenerationPlace, state: CaseState, unit: int, number: str, text: str, at: datetime) -> None:
    manager = state.people.get("manager", 0)
    rule_changes.tell([Word(person=manager, role="manager", unit=unit, case_number=number, text=text)], at=at)
