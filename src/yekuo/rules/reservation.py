"""容量占用: what a promise of capacity goes through from the reply to the contract, and when it ends (RULEBASE 8.13)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


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
    WORKS = "works"
    UNPLACED = "unplaced"
    RELEASED = "released"


STATE_NAMES: Mapping[HoldState, str] = {
    HoldState.RESERVED: "已预留",
    HoldState.LAPSED: "预留到期待处理",
    HoldState.COMMITTED: "已开工占用",
    HoldState.CONTRACTED: "合同容量",
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
    LAPSE = "lapse"
    RELEASE = "release"


ENTRY_NAMES: Mapping[EntryKind, str] = {
    EntryKind.RESERVE: "预留",
    EntryKind.WORKS: "转配套工程",
    EntryKind.UNPLACED: "未能定位",
    EntryKind.COMMIT: "开工占用",
    EntryKind.CONTRACT: "送电转合同容量",
    EntryKind.LAPSE: "到期",
    EntryKind.RELEASE: "释放",
}
BECOMES: Mapping[EntryKind, HoldState] = {
    EntryKind.RESERVE: HoldState.RESERVED,
    EntryKind.WORKS: HoldState.WORKS,
    EntryKind.UNPLACED: HoldState.UNPLACED,
    EntryKind.COMMIT: HoldState.COMMITTED,
    EntryKind.CONTRACT: HoldState.CONTRACTED,
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
