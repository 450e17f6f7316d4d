"""容量台账: what every deed of a case does to the capacity promised to it, in the deed's own transaction.

Units without a network: nothing happens. No room: works are needed, the deed goes through all the same (RULEBASE 8.13).
Whatever calculates is imported when it is needed: a process that never replies never loads a solver.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yekuo.records import capacity, cases, grids
from yekuo.records.capacity import Entering
from yekuo.records.models import CapacityHold, Grid
from yekuo.rules import reservation
from yekuo.rules.actor import SYSTEM
from yekuo.rules.calendar import BEIJING, day_of
from yekuo.rules.deeds.capacity import ReleaseCapacity
from yekuo.rules.deeds.scheme import AnswerScheme
from yekuo.rules.refusal import Refused
from yekuo.rules.reservation import Direction, EntryKind, HoldState

if TYPE_CHECKING:
    from yekuo.operations.consequences import Done

BATCH = 50
REPLIED, CONVERTED, ANSWERED, RELEASED = (
    "scheme_replied", "business_converted", "scheme_answered", "capacity_released",
)  # fmt: skip
ENDED = {"application_withdrawn": "客户撤回申请", "case_terminated": "工单终止"}
FOLLOWED = (
    REPLIED, CONVERTED, ANSWERED, RELEASED, *ENDED, "works_planned", "works_reported", "hidden_works_recorded",
    "works_finished", "external_works_accepted", "contract_signed", "meter_installed", "energised",
)  # fmt: skip
"""The events that may change what is promised."""
RUNNING = (HoldState.RESERVED.value, HoldState.LAPSED.value)
WAITING = (HoldState.WORKS.value, HoldState.RELEASED.value)
GONE = (HoldState.RELEASED.value, HoldState.MEASURED.value)


def follow(done: "Done") -> None:
    """This function will carry a deed into the ledger of its unit's network, if it has one. Raises Refused."""
    kind = done.event.kind
    if kind == REPLIED:
        grid = grids.over(done.unit, at=done.at)
        if grid:
            from yekuo.operations.grids import replying

            replying.reply(done, grid)
        return
    holds = capacity.of_case(done.case)
    why = _given_back(done)
    if why:
        release(done, holds, why)
    elif holds:
        _advance(done, holds)
    elif kind == RELEASED:
        raise Refused("这个工单没有占用容量，不用释放", code="nothing_held")


def _given_back(done: "Done") -> str:
    """Why everything is let go of, '' when it is not."""
    kind, body = done.event.kind, done.event.body
    if kind in ENDED:
        return ENDED[kind]
    if kind == CONVERTED:
        return "业务转换，原方案不再适用"
    if isinstance(body, AnswerScheme) and not body.agree:
        return "客户对方案有异议"
    return body.reason if isinstance(body, ReleaseCapacity) else ""


def release(done: "Done", holds: Sequence[CapacityHold], why: str) -> None:
    """This function will let go of all a case holds, close its needs for works and see whom that lets through."""
    left = [one for one in holds if one.state not in GONE]
    if not left:
        if done.event.kind == RELEASED:
            raise Refused("这个工单没有占用容量，不用释放", code="nothing_held")
        return
    grid = grids.hold(left[0].grid_id)
    left = [one for one in capacity.of_case(done.case) if one.state not in GONE]
    capacity.keep(grid, [entering(one, EntryKind.RELEASE, done, note=why) for one in left], rooms={})
    from yekuo.operations.grids import needs

    needs.close(done.case, by=done.event.by.person, at=done.at, note=why)
    needs.let_through(grid, freed=[one for one in left if one.state in capacity.HELD_STATES], at=done.at)


def _advance(done: "Done", holds: Sequence[CapacityHold]) -> None:
    """What is reserved is committed once works began and contracted once power flows; it never goes back.

    What was released after power flowed a person let go of: later deeds do not take it again.
    """
    on = day_of(done.at)
    moving: tuple[str, ...]
    if done.after.energised:
        wanted, moving = EntryKind.CONTRACT, (*RUNNING, HoldState.COMMITTED.value, *WAITING)
    elif reservation.begun(done.after, on):
        wanted, moving = EntryKind.COMMIT, (*RUNNING, *WAITING)
    else:
        return
    if any(one.state in moving for one in holds):
        grid = grids.hold(holds[0].grid_id)
        held = [one for one in capacity.of_case(done.case) if one.state in moving]
        sure = [entering(one, wanted, done) for one in held if one.state not in WAITING]
        capacity.keep(grid, sure, rooms={})
        replied = done.after.replied_version
        open_ = WAITING[:1] if done.before.energised else WAITING
        waiting = [
            one
            for one in held
            if one.state in open_ and one.version == replied and one.direction == Direction.LOAD.value
        ]
        if waiting:
            from yekuo.operations.grids import replying

            replying.begin(done, grid, waiting, wanted)


def entering(
    hold: CapacityHold,
    kind: EntryKind,
    done: "Done | None",
    *,
    at: datetime | None = None,
    note: str = "",
    warning: str = "",
) -> Entering:
    """This function will make the next entry of a hold: the same capacity on the same path."""
    running = kind in (EntryKind.RESERVE, EntryKind.LAPSE, EntryKind.WORKS)
    moment = done.at if done is not None else at
    if moment is None:
        raise ValueError("an entry has a moment")
    return Entering(
        case=hold.case, source=hold.source, version=hold.version, direction=Direction(hold.direction), kind=kind,
        kw=hold.kw, kva=hold.kva, place=hold.place, path=hold.path, until=hold.until if running else None,
        seq=done.seq if done is not None else 0, by=done.event.by.person if done is not None else SYSTEM.person,
        at=moment.astimezone(BEIJING), note=note, warning=warning,
    )  # fmt: skip


# --- days


def sweep(*, at: datetime, limit: int = BATCH) -> int:
    """This function will look at reservations past their last day: begun ones are committed, others lapse; nothing ends.

    Who looks after the case is told by its follow-ups. Capacity stays held until that person lets go. Sources that wait for works are
    tried once on every revision in force. Returns how many.
    """
    on = day_of(at)
    many = 0
    for one in capacity.lapsed(on=on, limit=limit):
        with transaction.atomic():
            many += _look_at(one, on, at)
    for key in grids.every():
        with transaction.atomic():
            many += _renewed(grids.hold(key), at)
    return many


def _renewed(grid: Grid, at: datetime) -> int:
    from yekuo.operations.grids import needs

    return needs.renewed(grid, at=at)


def _look_at(one: CapacityHold, on: date, at: datetime) -> int:
    grid = grids.hold(one.grid_id)
    now = [each for each in capacity.of_case(one.case) if each.state == HoldState.RESERVED.value]
    now = [each for each in now if each.until is not None and each.until < on]
    state = cases.state_by_key(one.case)
    begun = state is not None and reservation.begun(state, on)
    kind, note = (EntryKind.COMMIT, "已按计划开工") if begun else (EntryKind.LAPSE, "方案有效期已过，未开工")
    capacity.keep(grid, [entering(each, kind, None, at=at, note=note) for each in now], rooms={})
    return len(now)
