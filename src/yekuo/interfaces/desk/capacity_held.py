"""容量占用与配套工程的显示: what the sources of a case hold, what happened to it, and the works it needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from yekuo.interfaces.desk.reader import Reader
from yekuo.operations.casefile import CaseFile
from yekuo.operations.grids.generation import position
from yekuo.records import capacity, figure_lists, queueing, staff
from yekuo.records import needs as register
from yekuo.rules.needs import NEED_NAMES, NeedState
from yekuo.rules.queueing import QUEUE_NAMES, QueueState
from yekuo.rules.reservation import ENTRY_NAMES, STATE_NAMES, EntryKind, HoldState

TONES = {
    HoldState.RESERVED: "info", HoldState.LAPSED: "bad", HoldState.COMMITTED: "ok", HoldState.CONTRACTED: "ok",
    HoldState.MEASURED: "",
    HoldState.WORKS: "warn", HoldState.UNPLACED: "bad", HoldState.RELEASED: "",
}  # fmt: skip
COUNTS = {
    HoldState.RESERVED: "占用，到答复有效期", HoldState.LAPSED: "占用，等人决定", HoldState.COMMITTED: "占用，到送电",
    HoldState.CONTRACTED: "占用，到实测负荷里有它", HoldState.MEASURED: "不另占，实测负荷里已有",
    HoldState.WORKS: "不占，等配套工程", HoldState.UNPLACED: "不占，不知道接在哪里", HoldState.RELEASED: "不占",
}  # fmt: skip
NEED_TONES = {NeedState.OPEN: "warn", NeedState.PLANNED: "info", NeedState.DONE: "ok", NeedState.DROPPED: ""}
QUEUE_TONES = {
    QueueState.WAITING: "warn", QueueState.OFFERED: "info", QueueState.HELD: "ok", QueueState.MISSED: "bad",
    QueueState.LEFT: "",
}  # fmt: skip
AREAS = {"transformer": "台区", "feeder": "馈线", "busbar": "母线"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldShown:
    """占用一行: one source, its state in words, what the path carries, where."""

    source: int
    name: str
    state: str
    tone: str
    kw: float
    place: str
    path: str
    until: date | None
    note: str
    warning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateShown:
    """台账一行: how many sources are in a state, their kW, whether they count."""

    name: str
    tone: str
    count: int
    kw: float
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown:
    """分录一行: when, what, who, why."""

    at: datetime
    what: str
    name: str
    kw: float
    who: str
    note: str
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedShown:
    """需求一行: what binds, the works with yuan and days, who pays, where it stands, by whom."""

    source: int
    kw: float
    binding: str
    remedy: dict[str, Any]
    connect_first: bool
    investor: str
    state: str
    tone: str
    live: bool
    planned: date | None
    note: str
    at: datetime
    changed_at: datetime | None
    by: str
    changed_by: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueShown:
    """排队一行: what is fed in, the state, the place in line (0: not in line), at what, until when an offer is kept."""

    kw: float
    state: str
    tone: str
    position: int
    element: str
    applied_at: datetime
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityShown:
    """容量卡片: empty where the unit has no network."""

    holds: tuple[HoldShown, ...]
    entries: tuple[EntryShown, ...]
    needs: tuple[NeedShown, ...]
    queue: QueueShown | None


def of_case(reader: Reader, file: CaseFile) -> CapacityShown:
    """This function will gather what a case holds and needs; the works only for whoever may see them."""
    holds, facts = capacity.of_case(file.id), file.state.facts
    queue = _queue(queueing.of_case(file.id)) if facts is not None and facts.generation_kw else None
    if not holds:
        return CapacityShown(holds=(), entries=(), needs=(), queue=queue)
    rows = list(capacity.entries(case=file.id))
    names = staff.names_of({row.by for row in rows})
    why = {row.source: row.note for row in rows}
    warned = {row.source: row.warning for row in rows if row.kind in (EntryKind.RESERVE, EntryKind.RELEASE)}
    return CapacityShown(
        holds=tuple(_hold(one, why.get(one.source, ""), warned.get(one.source, "")) for one in holds),
        entries=tuple(
            EntryShown(
                at=row.at, what=ENTRY_NAMES[EntryKind(row.kind)], kw=row.kw,
                name=f"电源 {row.source}" if row.source else "并网发电",
                who=names.get(row.by, "系统"), note=row.note, revision=row.revision[:8],
            )
            for row in reversed(rows)
        ),
        needs=needs_shown(register.of_case(file.id)) if reader.may("see_needs") else (),
        queue=queue,
    )  # fmt: skip


def of_grid(grid: int) -> tuple[StateShown, ...]:
    """This function will say what the loads on a network hold, state by state."""
    found = capacity.totals(grid)
    return tuple(
        StateShown(name=STATE_NAMES[each], tone=TONES[each], count=found[each][0], kw=found[each][1], said=COUNTS[each])
        for each in HoldState
        if each in found
    )


def _queue(row: Any) -> QueueShown | None:
    if row is None:
        return None
    state, (kind, _, key) = QueueState(row.state), row.element.partition("/")
    return QueueShown(
        kw=row.kw, state=QUEUE_NAMES[state], tone=QUEUE_TONES[state], position=position(row),
        element=_called(row.grid_id, kind, key) if key else "勘查后确定",
        applied_at=row.applied_at,
        until=row.offered_until if state is QueueState.OFFERED else None,
    )  # fmt: skip


def _called(grid: int, kind: str, key: str) -> str:
    return f"{AREAS.get(kind, '')} {figure_lists.called(grid, kind, key) or key}".strip()


def _hold(row: Any, note: str, warning: str) -> HoldShown:
    state = HoldState(row.state)
    return HoldShown(
        source=row.source, name=f"电源 {row.source}" if row.source else "并网发电", state=STATE_NAMES[state], tone=TONES[state], kw=row.kw,
        place=str(row.place.get("name", "")), path=path_words(row.path), until=row.until, note=note,
        warning=warning,
    )  # fmt: skip


def path_words(path: Sequence[str]) -> str:
    """This function will say how many elements a path has, with the ids of the first and the last."""
    if not path:
        return ""
    ends = dict.fromkeys(one.partition("/")[2] for one in (path[0], path[-1]))
    return f"到变电站共 {len(path)} 个元件（{' … '.join(ends)}）"


def needs_shown(rows: Iterable[Any]) -> tuple[NeedShown, ...]:
    """This function will put needs into words, with one query for the names."""
    rows = list(rows)
    names = staff.names_of({row.by for row in rows} | {row.changed_by or 0 for row in rows})
    return tuple(_need(row, names) for row in rows)


def _need(row: Any, names: dict[int, str]) -> NeedShown:
    state = NeedState(row.state)
    return NeedShown(
        source=row.source, kw=row.kw, binding=row.binding, remedy=row.remedy, connect_first=row.connect_first,
        investor=row.investor, state=NEED_NAMES[state], tone=NEED_TONES[state],
        live=row.state in register.LIVE, planned=row.planned, note=row.note, at=row.at, changed_at=row.changed_at,
        by=names.get(row.by, "系统"), changed_by=names.get(row.changed_by or 0, "系统") if row.changed_at else "",
        url=reverse("desk:need", args=[row.pk]),
    )  # fmt: skip
