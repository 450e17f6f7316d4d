"""答复占用: a reply takes capacity for every source on its whole path; what finds no room needs works and goes through all the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from yekuo.grid.model import Inflight
from yekuo.grid.solve import NoSolutionError
from yekuo.grid.study import SOLVER
from yekuo.operations.grids import needs
from yekuo.operations.grids.inflight import bay_of
from yekuo.operations.grids.ledger import entering
from yekuo.operations.grids.placing import Place, places
from yekuo.operations.grids.remedying import remedy
from yekuo.operations.grids.weighing import Scales, Weighed, scales
from yekuo.records import capacity, grids, rule_changes, tables
from yekuo.records.capacity import Entering
from yekuo.records.models import CapacityHold, Grid
from yekuo.records.rule_changes import Word
from yekuo.rules import reservation
from yekuo.rules.reservation import Demand, Direction, EntryKind, HoldState
from yekuo.rules.scheme import Scheme

if TYPE_CHECKING:
    from yekuo.operations.consequences import Done

LV_KV = 0.4
NOT_FOUND = "方案里的变电站、馈线或台区在电网数据中找不到，请到方案工作台选择接入点后重新答复"


@dataclass(kw_only=True)
class Promise:
    """在记承诺: what a reply puts into the ledger, source after source; only here is anything collected."""

    done: "Done"
    scheme: Scheme
    scales: Scales
    drawn: list[Inflight]
    taken: dict[str, int]
    given_back: dict[str, Decimal]
    made: list[Entering] = field(default_factory=list)
    rooms: dict[str, Decimal] = field(default_factory=dict)
    lacking: list[needs.Lack] = field(default_factory=list)

    def take(self, demand: Demand, place: Place) -> None:
        """This function will reserve one source, or note that it needs works."""
        drawing = self.scales.draw(self.done.case, place, demand.kw, demand.kva)
        if drawing is None:
            self.unplaced(demand)
            return
        weighed = self.scales.weigh(
            self.drawn, drawing, demand.kva, place=place, taken=self.taken, given_back=self.given_back
        )
        if weighed.fits:
            warning = self.scales.warning(self.drawn, drawing)
            self.made.append(self._entry(demand, EntryKind.RESERVE, place, weighed.path, "", warning=warning))
            self.drawn.append(drawing)
            bay = bay_of(self.scales.network, place)
            self.taken |= {bay: self.taken.get(bay, 0) + 1} if bay else {}
            self.rooms.update(weighed.rooms)
            for each in weighed.path:
                self.given_back[each] = self.given_back.get(each, Decimal(0)) - demand.kva
        else:
            self.made.append(self._entry(demand, EntryKind.WORKS, place, weighed.path, weighed.words))
            self.lacking.append(needs.Lack(demand=demand, place=place, binding=weighed.words))

    def unplaced(self, demand: Demand, why: str = NOT_FOUND) -> None:
        """This function will note that nobody knows where a source draws; a person is told."""
        self.made.append(self._entry(demand, EntryKind.UNPLACED, {}, (), why))

    def _entry(
        self, demand: Demand, kind: EntryKind, place: Place, path: Sequence[str], note: str, *, warning: str = ""
    ) -> Entering:
        done = self.done
        return Entering(
            case=done.case, source=demand.source, version=self.scheme.version, kind=kind, kw=demand.kw, kva=demand.kva,
            by=done.event.by.person, at=done.at, place=place, path=path, until=self.scheme.valid_until,
            revision=self.scales.network.standing.digest, solver=SOLVER, seq=done.seq, note=note,
            warning=warning,
        )  # fmt: skip


def reply(done: "Done", key: int) -> None:
    """This function will enter a reply: what the case held before is let go of, each source of the new version takes its place."""
    scheme, facts = reservation.replied_scheme(done.after), done.after.facts
    if scheme is None or facts is None:
        return
    chosen = capacity.chosen(case=done.case, version=scheme.version)
    factor = tables.reservations().power_factor
    wanted = reservation.demands(scheme, facts, power_factor=factor, studied_kw=chosen.kw)
    grid = grids.hold(key)
    try:
        opened = scales(grid)
    except NoSolutionError:
        _unsolved(done, grid)
        return
    if opened is None:
        return
    # read when the network in force has led them along its own paths
    before = [
        one
        for one in capacity.of_case(done.case)
        if one.state != HoldState.RELEASED.value and one.direction == Direction.LOAD.value
    ]
    needs.close(done.case, by=done.event.by.person, at=done.at, note="重新答复方案")
    promise = Promise(
        done=done, scheme=scheme, scales=opened, drawn=opened.others(without=done.case),
        taken=opened.bays(without=done.case), given_back=_held(before),
    )  # fmt: skip
    promise.made = [entering(one, EntryKind.RELEASE, done, note="重新答复方案") for one in before]
    found = places(opened.network, scheme=scheme, chosen=chosen.places)
    for demand in wanted:
        if demand.source in found:
            promise.take(demand, found[demand.source])
        else:
            promise.unplaced(demand)
    capacity.keep(grid, promise.made, rooms=promise.rooms)
    _tell(done, promise)
    _open_needs(done, grid, promise)


def _held(holds: Sequence[CapacityHold]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in holds:
        if one.state in capacity.HELD_STATES:
            for each in one.path:
                found[each] = found.get(each, Decimal(0)) + one.kva
    return found


def _tell(done: "Done", promise: Promise) -> None:
    facts = done.after.facts
    if facts is not None and facts.importance in tables.reservations().restoring_for:
        for one in promise.made:
            if one.warning:
                _word(done, f"重要客户电源 {one.source}：{one.warning}。方案照常答复", role="planner")
                _word(done, f"重要客户电源 {one.source}：{one.warning}。方案照常答复")
    if any(one.kind is EntryKind.UNPLACED for one in promise.made):
        _word(done, "供电方案已答复，但没有占用电网容量：" + NOT_FOUND)


def _unsolved(done: "Done", grid: Grid) -> None:
    _word(done, f"供电方案已答复，但{grid.name}的电网数据潮流不收敛，无法占用容量；请电网数据管理员检查后重新答复")


def _word(done: "Done", text: str, *, role: str = "manager") -> None:
    person = done.after.people.get(role, 0)
    word = Word(person=person, role=role, unit=done.unit, case_number=done.number, text=text, kind="deadline")
    rule_changes.tell([word], at=done.at)


def _open_needs(done: "Done", grid: Grid, promise: Promise) -> None:
    """Works are looked for beside everything that was promised, this case's other sources too."""
    facts = done.after.facts
    if facts is None:
        return
    for lack in promise.lacking:
        works = remedy(
            promise.scales.network, lack.place, kw=lack.demand.kw, kva=lack.demand.kva, kv=facts.voltage / 1000 if facts.high_voltage else LV_KV,
            drawn=(*promise.scales.stated, *promise.drawn), taken=promise.taken,
        )  # fmt: skip
        needs.open_need(done, grid, lack, works, facts)


def begin(done: "Done", grid: Grid, waiting: Sequence[CapacityHold], wanted: EntryKind) -> None:
    """This function will try again for sources that had no room when works begin; connected ones count whether there is room or not."""
    opened = scales(grid)
    if opened is None:
        return
    for one in waiting:
        _begin_one(done, grid, opened, one, wanted)


def _begin_one(done: "Done", grid: Grid, opened: Scales, one: CapacityHold, wanted: EntryKind) -> None:
    drawing = opened.draw(one.case, one.place, one.kw, one.kva)
    if drawing is None:
        return
    weighed = opened.weigh(opened.others(), drawing, one.kva, place=one.place, taken=opened.bays(), given_back={})
    rooms: Mapping[str, Decimal] = weighed.rooms
    note = ""
    if not weighed.fits:
        if wanted is not EntryKind.CONTRACT:
            return
        note, rooms = "先接入、后改造：已送电，配套工程继续", _forced(grid, one, weighed)
    made = replace(entering(one, wanted, done, note=note), path=weighed.path)
    capacity.keep(grid, [made], rooms=rooms)
    if weighed.fits:
        needs.close(one.case, by=done.event.by.person, at=done.at, note="已有可用容量", source=one.source)


def _forced(grid: Grid, one: CapacityHold, weighed: Weighed) -> dict[str, Decimal]:
    """Load that is really there is counted, whatever the balance says; nothing more is promised beside it."""
    held = capacity.balances(grid.pk, weighed.path)
    return {
        each: max(weighed.rooms.get(each, Decimal(0)), (held[each].held_kva if each in held else Decimal(0)) + one.kva)
        for each in weighed.path
    }
