"""上门办理: what must be true of promises of visits and of samples taken on site, in every process alike."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from yekuo.rules.actor import Actor
from yekuo.rules.appointments import SLOTS_AT_MOST, STAGES, VISIT_NAMES, Booking, Slot, Visit, live, slot_problems
from yekuo.rules.deeds import appointments as deeds
from yekuo.rules.deeds.inspection import SampleMaterial
from yekuo.rules.engine.books import Books
from yekuo.rules.refusal import Problem
from yekuo.rules.rounds import sample_problems
from yekuo.rules.state import CaseState

SAMPLED_IN = frozenset({
    "works", "mid_wait", "mid_inspect", "mid_rectify", "completion_request", "completion_wait", "completion_inspect",
    "rectify",
})  # fmt: skip
Problems = tuple[Problem, ...]
Checker = Callable[[Books, CaseState, Any, Actor, datetime], Problems]


def _when(wrong: bool, field: str, message: str) -> Problems:
    return (Problem(field, message),) if wrong else ()


def visits_due(state: CaseState) -> tuple[Visit, ...]:
    """This function will list the visits that may be agreed where the case stands, the one waited for first."""
    return tuple(visit for visit, stages in STAGES.items() if state.stage in stages)


def _due(state: CaseState, visit: Visit) -> Problems:
    return _when(visit not in visits_due(state), "visit", f"现在的环节还不能约{VISIT_NAMES[visit]}")


def _propose(
    books: Books, state: CaseState, deed: deeds.ProposeAppointment, by: Actor, at: datetime
) -> Problems:  # fmt: skip
    count = len(deed.slots)
    keys = [(one.day, one.part, one.person) for one in deed.slots]
    wrong = tuple(
        problem for number, slot in enumerate(deed.slots, 1)
        for problem in slot_problems(slot, at=at, field=f"slots.{number}.")
    )  # fmt: skip
    unnamed = by.staff and any(not one.person for one in deed.slots)
    return (
        _due(state, deed.visit)
        + _when(not count, "slots", "请至少提出一个时段")
        + _when(count > SLOTS_AT_MOST, "slots", f"一次最多提出 {SLOTS_AT_MOST} 个时段")
        + _when(len(set(keys)) != count, "slots", "有重复的时段")
        + _when(unnamed, "slots", "请为每个时段选定上门人员，客户选中即约定")
        + _when(live(state.bookings, deed.visit) is not None and by.staff, "visit", "已经约定时间，请用“改约”")
        + wrong
    )


def _make(books: Books, state: CaseState, deed: deeds.MakeAppointment, by: Actor, at: datetime) -> Problems:
    before = live(state.bookings, deed.visit)
    return (
        _due(state, deed.visit)
        + _when(not deed.person, "person", "请选择上门人员")
        + _when(before is not None, "visit", f"{VISIT_NAMES[deed.visit]}已经约定时间，请用“改约”")
        + slot_problems(_slot(deed), at=at)
        + _when(not by.staff and not _offered(state, deed), "part", "请从我们提供的时段中选一个")
    )


def _slot(deed: deeds.MakeAppointment | deeds.MoveAppointment) -> Slot:
    return Slot(day=deed.day, part=deed.part, person=deed.person)


def _offered(state: CaseState, deed: deeds.MakeAppointment) -> bool:
    """A customer takes what we put forward; anything else is for us to confirm."""
    wanted = _slot(deed)
    return any(one.visit is deed.visit and not one.by_customer and wanted in one.slots for one in state.proposals)


def _move(books: Books, state: CaseState, deed: deeds.MoveAppointment, by: Actor, at: datetime) -> Problems:
    before = live(state.bookings, deed.visit)
    same = before is not None and (before.day, before.part, before.person) == (deed.day, deed.part, deed.person)
    return (
        _live(before, deed.visit)
        + _when(not deed.person, "person", "请选择上门人员")
        + _when(same, "part", "与原来的约定相同，没有要改的")
        + _when(not deed.reason.strip(), "reason", "请写明改约原因")
        + slot_problems(_slot(deed), at=at)
    )


def _miss(books: Books, state: CaseState, deed: deeds.MissAppointment, by: Actor, at: datetime) -> Problems:
    before = live(state.bookings, deed.visit)
    early = before is not None and at < before.at
    return (
        _live(before, deed.visit)
        + _when(early, "visit", "约定的时间还没有到，不能登记爽约；要换时间请用“改约”")
        + _when(not deed.reason.strip(), "reason", "请写明经过")
    )


def _cancel(books: Books, state: CaseState, deed: deeds.CancelAppointment, by: Actor, at: datetime) -> Problems:
    return _live(live(state.bookings, deed.visit), deed.visit) + _when(
        not deed.reason.strip(), "reason", "请写明取消原因"
    )


def _live(before: Booking | None, visit: Visit) -> Problems:
    return _when(before is None, "visit", f"{VISIT_NAMES[visit]}没有约定的时间")


def _sample(books: Books, state: CaseState, deed: SampleMaterial, by: Actor, at: datetime) -> Problems:
    return _when(not may_sample(state), "", "客户工程施工到竣工检验之间才抽检材料") + sample_problems(
        item=deed.item, maker=deed.maker, quantity=deed.quantity, result=deed.result, certificate=deed.certificate,
        note=deed.note,
    )  # fmt: skip


def may_sample(state: CaseState) -> bool:
    """This function will say whether materials of the customer's works may be sampled where the case stands."""
    return state.stage in SAMPLED_IN


def possible(state: CaseState, *, staff: bool) -> dict[str, bool]:
    """This function will say which of these deeds could be meant now."""
    due = visits_due(state)
    open_ones = any(one.live for one in state.bookings)
    free = any(live(state.bookings, visit) is None for visit in due) and not state.pause
    offered = any(not one.by_customer for one in state.proposals)
    return {
        "make_appointment": free and (staff or offered),
        "propose_appointment": bool(due) and not state.pause and (free or not staff),
        "move_appointment": open_ones,
        "miss_appointment": open_ones,
        "cancel_appointment": open_ones,
        "sample_material": may_sample(state) and not state.pause,
    }


CHECKERS: dict[str, Checker] = {
    "make_appointment": _make,
    "propose_appointment": _propose,
    "move_appointment": _move,
    "miss_appointment": _miss,
    "cancel_appointment": _cancel,
    "sample_material": _sample,
}
WHILE_PAUSED = frozenset({"move_appointment", "miss_appointment", "cancel_appointment"})
