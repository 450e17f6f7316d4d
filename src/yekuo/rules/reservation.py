"""容量占用: what a promise of capacity goes through from the reply to the contract, and when it ends (RULEBASE 8.13)."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal
from enum import StrEnum
from typing import Any

from yekuo.rules.facts import CustomerClass, Facts, Importance
from yekuo.rules.scheme import Scheme, Source
from yekuo.rules.state import CaseState, Status
from yekuo.rules.when import in_force

CENT = Decimal("0.01")
ONLY_PAPERS = frozenset({"survey", "scheme", "review", "reply", "answer"})
"""Stages in which no works can have begun, whatever a plan says."""


class Direction(StrEnum):
    """方向: 用电, 发电."""

    LOAD = "load"
    GENERATION = "generation"


class HoldState(StrEnum):
    """占用状态: what a source of a case holds now."""

    RESERVED = "reserved"
    LAPSED = "lapsed"
    COMMITTED = "committed"
    CONTRACTED = "contracted"
    MEASURED = "measured"
    WORKS = "works"
    UNPLACED = "unplaced"
    RELEASED = "released"


STATE_NAMES: Mapping[HoldState, str] = {
    HoldState.RESERVED: "已预留",
    HoldState.LAPSED: "预留到期待处理",
    HoldState.COMMITTED: "已开工占用",
    HoldState.CONTRACTED: "合同容量",
    HoldState.MEASURED: "已计入实测",
    HoldState.WORKS: "待配套工程",
    HoldState.UNPLACED: "未能定位",
    HoldState.RELEASED: "已释放",
}
HELD = (HoldState.RESERVED, HoldState.LAPSED, HoldState.COMMITTED, HoldState.CONTRACTED)
"""What counts: a reservation past its day counts until a person lets go of it."""


class EntryKind(StrEnum):
    """台账分录: what one row of the ledger says happened."""

    RESERVE = "reserve"
    WORKS = "works"
    UNPLACED = "unplaced"
    COMMIT = "commit"
    CONTRACT = "contract"
    MEASURE = "measure"
    LAPSE = "lapse"
    RELEASE = "release"


ENTRY_NAMES: Mapping[EntryKind, str] = {
    EntryKind.RESERVE: "预留",
    EntryKind.WORKS: "转配套工程",
    EntryKind.UNPLACED: "未能定位",
    EntryKind.COMMIT: "开工占用",
    EntryKind.CONTRACT: "送电转合同容量",
    EntryKind.MEASURE: "计入实测负荷",
    EntryKind.LAPSE: "到期",
    EntryKind.RELEASE: "释放",
}
BECOMES: Mapping[EntryKind, HoldState] = {
    EntryKind.RESERVE: HoldState.RESERVED,
    EntryKind.WORKS: HoldState.WORKS,
    EntryKind.UNPLACED: HoldState.UNPLACED,
    EntryKind.COMMIT: HoldState.COMMITTED,
    EntryKind.CONTRACT: HoldState.CONTRACTED,
    EntryKind.MEASURE: HoldState.MEASURED,
    EntryKind.LAPSE: HoldState.LAPSED,
    EntryKind.RELEASE: HoldState.RELEASED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """分录: one row of the ledger as the fold reads it; `kva` is what the path carries."""

    case: int
    source: int
    version: int
    direction: Direction
    kind: EntryKind
    kw: float
    kva: Decimal
    place: Mapping[str, Any]
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """占用: what the entries of one source come to."""

    version: int
    direction: Direction
    state: HoldState
    kw: float
    kva: Decimal
    place: Mapping[str, Any]
    until: date | None

    @property
    def counts(self) -> bool:
        """This function will say whether capacity is kept for it."""
        return self.state in HELD


def fold(entries: Iterable[Entry]) -> dict[tuple[int, int], Hold]:
    """This function will give what every (case, source) holds after the entries of a network, in order."""
    found: dict[tuple[int, int], Hold] = {}
    for one in entries:
        found[one.case, one.source] = Hold(
            version=one.version, direction=one.direction, state=BECOMES[one.kind], kw=one.kw, kva=one.kva,
            place=one.place, until=one.until,
        )  # fmt: skip
    return found


# --- how much, and how far the case is


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """需用容量: what one source of a scheme adds to the network, in kW and kVA."""

    source: int
    kw: float
    kva: Decimal


def demands(
    scheme: Scheme, facts: Facts, *, power_factor: Decimal, studied_kw: float = 0.0
) -> tuple[Demand, ...]:  # fmt: skip
    """This function will say what each source of a scheme adds; a source that adds nothing is left out.

    Each source is to carry the load alone (that of the study where there was one, else the calculated one), but never more
    than its own capacity (kVA, at low voltage kW). What a source supplied before is in the measured loads already.
    """
    most = Decimal(repr(studied_kw)) if studied_kw else scheme.calculated_load_kw
    return tuple(one for each in scheme.sources if (one := _demand(each, facts, power_factor, most)) is not None)


def _demand(source: Source, facts: Facts, power_factor: Decimal, most: Decimal | None) -> Demand | None:
    added = source.capacity_kva - source.existing_kva
    if added <= 0:
        return None
    kw = added * power_factor if facts.high_voltage else added
    if most is not None and most > 0:
        kw = min(kw, most)
    kva = (kw / power_factor).quantize(CENT, rounding=ROUND_UP)
    return Demand(source=source.number, kw=float(kw), kva=kva)


def replied_scheme(state: CaseState) -> Scheme | None:
    """This function will give the scheme the last reply was about."""
    return next((one for one in state.schemes if one.version == state.replied_version), None)


def begun(state: CaseState, on: date) -> bool:
    """This function will say whether works began, on a day: the validity of the reply has ended and capacity is committed.

    The customer's works begin with the first progress, or on the planned day; where the customer builds nothing, with the
    contract signed by both or the external works done.
    """
    if state.replied_version == 0 or state.stage in ONLY_PAPERS:
        return False
    if state.works_percent or state.hidden_works or state.works_finished or state.external_accepted or state.meters:
        return True
    if state.plan is not None:
        return state.plan.start_on <= on
    return not _builds(state) and state.contract is not None and state.contract.signed


def _builds(state: CaseState) -> bool:
    facts = state.facts
    if facts is None or facts.customer_works is None:
        return facts is not None and facts.high_voltage
    return facts.customer_works


def in_peaks(energised: date, measured_until: date, *, growth_days: int) -> bool:
    """This function will say whether peaks measured until a day hold the whole load of a customer energised on another.

    He has had power for `growth_days` by then; before that what he promised to draw is counted, not what he draws so far.
    """
    return energised + timedelta(days=growth_days) <= measured_until


def over(state: CaseState) -> bool:
    """This function will say whether a case ended without power: nothing may be held for it."""
    return state.status in (Status.WITHDRAWN, Status.TERMINATED)


def valid_until(state: CaseState, on: date) -> date | None:
    """This function will name the last day of a reply whose works have not begun; None when no day runs."""
    scheme = replied_scheme(state)
    running = state.status is Status.OPEN and not state.energised and state.released_on is None
    return scheme.valid_until if scheme is not None and running and not begun(state, on) else None


# --- the table


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectFirst:
    """先接入后改造: for these classes supply comes before the reinforcement, in force from `since` on, not from `until` on."""

    classes: tuple[CustomerClass, ...]
    source: str
    confirmed: bool
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRule:
    """排队规则: for how many days freed capacity is kept for the next in turn."""

    offer_days: int
    source: str
    confirmed: bool
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationTable:
    """占用规则: the power factor promises are reckoned with, who is connected first, how offers run.

    For the grades `restoring_for` people are told which outage is no longer restorable beside the promise (N-1). Peaks measured
    `growth_days` after a customer was energised hold his load.
    """

    power_factor: Decimal
    growth_days: int
    restoring_for: frozenset[Importance]
    connect_first: tuple[ConnectFirst, ...]
    queue: tuple[QueueRule, ...]


def parse_reservations(text: str) -> ReservationTable:
    """This function will read the table from TOML; ValueError on an unknown class, TypeError on an unknown field."""
    data = tomllib.loads(text, parse_float=Decimal)
    first = (
        ConnectFirst(**row | {"classes": tuple(CustomerClass(one) for one in row["classes"])})
        for row in data["connect_first"]
    )
    return ReservationTable(
        power_factor=Decimal(data["power_factor"]), growth_days=int(data["growth_days"]),
        restoring_for=frozenset(Importance(one) for one in data["restoring_for"]), connect_first=tuple(first),
        queue=tuple(QueueRule(**row) for row in data["queue"]),
    )  # fmt: skip


def connect_first(facts: Facts, on: date, *, table: ReservationTable) -> ConnectFirst | None:
    """This function will give the rule by which a customer is connected before the reinforcement, None where he waits for it."""
    rows = (one for one in table.connect_first if facts.customer_class in one.classes)
    return next((one for one in rows if in_force(on, one.since, one.until)), None)


def queue_rule(on: date, *, table: ReservationTable) -> QueueRule:
    """This function will give the rule of the queue in force on a day; LookupError when the table has none."""
    found = next((one for one in table.queue if in_force(on, one.since, one.until)), None)
    if found is None:
        raise LookupError(f"{on} 没有有效的排队规则")
    return found
