"""配套工程需求: what grid planning has to build for cases that found no room; from open to planned to done or dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from yekuo.operations.grids.ledger import entering
from yekuo.records import capacity, cases, grids, rule_changes, tables
from yekuo.records import needs as register
from yekuo.records.models import CapacityHold, Grid, GridNeed
from yekuo.records.rule_changes import Word
from yekuo.records.scope import scope_of
from yekuo.rules import reservation
from yekuo.rules.actor import Actor
from yekuo.rules.boundary import boundary_for
from yekuo.rules.calendar import day_of
from yekuo.rules.facts import Facts
from yekuo.rules.needs import NeedState
from yekuo.rules.powers import may
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.reservation import Demand, EntryKind, HoldState

if TYPE_CHECKING:
    from yekuo.operations.consequences import Done
    from yekuo.operations.grids.weighing import Scales

MOST_AT_ONCE = 10
NOTE_AT_MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """缺口: a source that found no room, where, and what binds."""

    demand: Demand
    place: Mapping[str, Any]
    binding: str


def open_need(done: "Done", grid: Grid, lack: Lack, remedy: Mapping[str, Any], facts: Facts) -> None:
    """This function will hand a gap to grid planning, with its remedy and who pays up to where, and tell planner and manager."""
    on = day_of(done.at)
    first = reservation.connect_first(facts, on, table=tables.reservations()) is not None
    register.put(
        GridNeed(
            grid=grid, case=done.case, unit=done.unit, source=lack.demand.source, kw=lack.demand.kw,
            binding=lack.binding[:200], remedy=dict(remedy), connect_first=first, investor=investor(facts, on)[:200],
            by=done.event.by.person, at=done.at,
        )
    )  # fmt: skip
    how = "先接入、后改造" if first else "工程完成后送电"
    text = f"需要配套工程：{lack.demand.kw:.0f} 千瓦，{lack.binding}；{how}"
    rule_changes.tell(
        [
            Word(person=0, role="planner", unit=done.unit, case_number=done.number, text=text),
            Word(
                person=done.after.people.get("manager", 0), role="manager", unit=done.unit, case_number=done.number,
                text=f"{text}。方案照常答复，不计入客户时间",
            ),
        ],
        at=done.at,
    )  # fmt: skip


def investor(facts: Facts, on: date) -> str:
    """This function will say who pays up to where, '' where the table does not know."""
    found = boundary_for(facts, on, table=tables.boundaries())
    return f"供电公司出资：{found.ours}；分界点在{found.at}" if found is not None else ""


def close(case: int, *, by: int, at: datetime, note: str, source: int = 0, to: NeedState = NeedState.DROPPED) -> None:
    """This function will close the open needs of a case, or of one of its sources."""
    register.close(case, by=by, at=at, note=note[:NOTE_AT_MOST], source=source, to=to)


# --- what freed capacity, or finished works, let through


def let_through(grid: Grid, *, freed: Sequence[CapacityHold], at: datetime) -> int:
    """This function will try the sources that wait for works beside what was freed, in order; those that fit now are reserved."""
    elements = {each for one in freed for each in one.path}
    waiting = [one for one in capacity.waiting(grid.pk) if elements.intersection(one.path)][:MOST_AT_ONCE]
    if not waiting:
        return 0
    return _try_again(grid, _opened(grid), waiting, at=at, note="有容量释放，不再需要配套工程")


def renewed(grid: Grid, *, at: datetime) -> int:
    """This function will try every source that waits for works on a held network, once on every revision in force.

    Whoever replies or gives capacity back before leads the holds along the new revision, but tries none or only some of them. A
    revision without solution is tried again.
    """
    now = grids.standing(grid.pk)
    if now is None or grid.tried == now.revision:
        return 0
    waiting = capacity.waiting(grid.pk)
    opened = _opened(grid) if waiting else None
    if waiting and opened is None:
        return 0
    note = f"第 {now.number} 版电网数据里已有容量"
    many = _try_again(grid, opened, waiting, at=at, note=note, to=NeedState.DONE)
    grids.tried(grid, now.revision)
    return many


def _opened(grid: Grid) -> "Scales | None":
    from yekuo.grid.solve import NoSolutionError
    from yekuo.operations.grids.weighing import scales

    try:
        return scales(grid)
    except NoSolutionError:
        return None


def _try_again(
    grid: Grid, opened: "Scales | None", waiting: Sequence[CapacityHold], *, at: datetime, note: str, by: int = 0,
    to: NeedState = NeedState.DROPPED,
) -> int:  # fmt: skip
    if opened is None:
        return 0
    return sum(_reserved(grid, opened, one, at=at, note=note, by=by, to=to) for one in waiting)


def _reserved(
    grid: Grid, opened: "Scales", one: CapacityHold, *, at: datetime, note: str, by: int, to: NeedState
) -> bool:
    drawing = opened.draw(one.case, one.place, one.kw, one.kva)
    if drawing is None:
        return False
    others = opened.others()
    weighed = opened.weigh(others, drawing, one.kva, place=one.place, taken=opened.bays(), given_back={})
    if weighed.fits:
        warning = opened.warning(others, drawing)
        made = entering(one, EntryKind.RESERVE, None, at=at, note=note, warning=warning)
        # the hold may have been read before the network in force led it along other paths
        capacity.keep(grid, [replace(made, path=weighed.path)], rooms=weighed.rooms)
        close(one.case, by=by, at=at, note=note, source=one.source, to=to)
    return weighed.fits


# --- what grid planning does


def plan(*, need: int, planned: date, note: str, by: Actor, at: datetime) -> GridNeed:
    """This function will say by when the works are planned to be done. Raises Refused and then has changed nothing."""
    if planned < day_of(at):
        raise _wrong("planned", "计划完成日期不能早于今天")
    return _change(need, NeedState.PLANNED, by=by, at=at, note=note, planned=planned)


def finish(*, need: int, note: str, by: Actor, at: datetime) -> bool:
    """This function will close a need as built, reserve what waited for it, and say whether something did.

    Raises Refused and then has changed nothing, also while the network in force has no room yet: whoever waits stays somebody's task.
    """
    with transaction.atomic():
        grid = _grid_first(need)
        done = _change(need, NeedState.DONE, by=by, at=at, note=note)
        waiting = _waiting(done)
        if grid is None or not waiting:
            return False
        if not _try_again(grid, _opened(grid), waiting, at=at, note="配套工程已完成", by=by.person):
            raise _wrong(
                "note", "在用电网数据里还没有足够容量：请先导入改造后的电网，再登记完成；不再建设的请用“取消需求”"
            )
        return True


def _grid_first(need: int) -> Grid | None:
    """Whoever replies or ends a case holds the network first and the need after it: everybody does, so nobody waits for ever."""
    key = register.grid_of(need)
    return grids.hold(key) if key else None


def _waiting(need: GridNeed) -> list[CapacityHold]:
    rows = capacity.of_case(need.case)
    return [one for one in rows if one.source == need.source and one.state == HoldState.WORKS.value]


def drop(*, need: int, note: str, by: Actor, at: datetime) -> GridNeed:
    """This function will close a need that is not built, with a reason. Raises Refused and then has changed nothing."""
    if not note.strip():
        raise _wrong("note", "请写明不再建设的原因")
    with transaction.atomic():
        dropped = _change(need, NeedState.DROPPED, by=by, at=at, note=note)
        if _waiting(dropped):
            _tell_manager(dropped, note, at)
        return dropped


def _tell_manager(need: GridNeed, note: str, at: datetime) -> None:
    """A source without room and without works is the manager's: he replies anew."""
    found = cases.heading(need.case)
    if found is None:
        return
    text = f"配套工程需求已取消：{note.strip()}。电源 {need.source} 仍没有容量，请重新答复方案或与电网规划商量"
    person = found.state.people.get("manager", 0)
    rule_changes.tell([Word(person=person, role="manager", unit=need.unit, case_number=found.number, text=text)], at=at)


def _change(need: int, to: NeedState, *, by: Actor, at: datetime, note: str, planned: date | None = None) -> GridNeed:
    if not by.staff or not may(by.roles, "plan_needs", None, table=tables.powers()):
        raise Refused("您的岗位不能安排配套工程，请由发展专责或班长/主任办理", code="forbidden")
    if len(note) > NOTE_AT_MOST:
        raise _wrong("note", f"说明最长 {NOTE_AT_MOST} 字")
    with transaction.atomic():
        found = register.hold(need)
        scope = scope_of(by)
        if found is None or not (scope.everything or found.unit in scope.units):
            raise Refused("没有这项需求，或不在您的范围内", code="not_found")
        if NeedState(found.state) not in (NeedState.OPEN, NeedState.PLANNED):
            raise Refused("这项需求已经办结，请刷新页面", code="stale")
        register.change(found, state=to, by=by.person, at=at, note=note.strip(), planned=planned)
        return found


def _wrong(field: str, message: str) -> Refused:
    return Refused(message, problems=(Problem(field, message),))
