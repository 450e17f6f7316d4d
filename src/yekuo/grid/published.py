"""可开放容量公布: a whole network calculated, certified and with N-1, brought up to date after a promise, as bytes and back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np

from yekuo.grid.capacity import CapacityMap, State, capacity_map
from yekuo.grid.certify import certified, refresh
from yekuo.grid.columns import Bools, Ints
from yekuo.grid.contingency import Firm, Sections, firm_capacity, with_ties
from yekuo.grid.figures import Figure, feeder_figures, node_figures, transformer_figures
from yekuo.grid.firmness import Firmness, firmness, profiled
from yekuo.grid.model import HV_FROM, MV_FROM, GridModel, Inflight, Level, Limits
from yekuo.grid.solve import Flow, NoSolutionError
from yekuo.grid.storing import UnreadableError, unpacked

FLOW, HOURLY = "base.", "hours."
MAP = ("kw", "kind", "row", "state")
EMPTY = np.array([], dtype=np.int64)


@dataclass(frozen=True, eq=False, kw_only=True)
class Published:
    """一次公布: the map, which of its figures full AC has confirmed, figures that were mended; N-1 and by hours where calculated."""

    found: CapacityMap
    proven: Bools
    firm: Firm | None = None
    hours: Firmness | None = None
    mended: int = 0

    @property
    def sections(self) -> Sections:
        """The lines that N-1 may name."""
        return Sections(grid=with_ties(self.found.loaded()))

    @property
    def figures(self) -> int:
        """How many nodes have a figure that can be confirmed."""
        return int(np.count_nonzero(self.found.state == State.FOUND))

    @property
    def held(self) -> int:
        """How many of them are confirmed."""
        return int(np.count_nonzero(self.proven & (self.found.state == State.FOUND)))


def calculated(grid: GridModel, inflight: Sequence[Inflight], *, threads: int = 0) -> Published:
    """This function will calculate the whole map with everything in flight drawn, and make it certain.

    Raises NoSolutionError when the network as it stands cannot be solved.
    """
    found = capacity_map(grid, inflight=inflight, threads=threads)
    return assured(Published(found=found, proven=np.zeros(len(grid.nodes), dtype=bool)), threads=threads)


def calculated_apart(stored: bytes, inflight: Sequence[Inflight], *, threads: int = 0) -> bytes:
    """This function will do the same from a stored network to a stored publication, for a process that gets and gives bytes."""
    return kept(calculated(unpacked(stored), inflight, threads=threads))


class OvertakenError(Exception):
    """What was being made certain is out of date already."""


def assured(made: Published, *, threads: int = 0, still: Callable[[], bool] = lambda: True) -> Published:
    """This function will confirm what is not confirmed yet by full AC, search again where it fails, and calculate N-1 and by hours.

    Raises OvertakenError when `still`, asked before each part, says that it is not wanted any more.
    """
    open_ = np.flatnonzero(~made.proven)
    found, proof = certified(made.found, open_, threads=threads)
    _wanted(still)
    firm, _ = firm_capacity(found, threads=threads)
    proven = made.proven.copy()
    proven[proof.nodes] = proof.feasible & proof.tight
    _wanted(still)
    hours = _by_hours(found, made.hours, threads)
    mended = int(np.count_nonzero(found.kw != made.found.kw))
    return Published(found=found, proven=proven, firm=firm, hours=hours, mended=mended)


def send_assured(
    tell: Callable[[bytes | NoSolutionError], None], stored: bytes, open_map: bytes, inflight: Sequence[Inflight]
) -> None:
    """This function will do the same from a stored network and publication, and send bytes (or why there is no solution)."""
    try:
        tell(kept(assured(opened(open_map, unpacked(stored), inflight))))
    except NoSolutionError as failure:
        tell(failure)


def _wanted(still: Callable[[], bool]) -> None:
    if not still():
        raise OvertakenError


def _by_hours(found: CapacityMap, before: Firmness | None, threads: int) -> Firmness | None:
    """What there is by hours, calculated where there is none yet."""
    rows = profiled(found.grid)
    if before is None:
        return firmness(found, rows, threads=threads)
    fresh = firmness(found, rows[np.isnan(before.stable_kw[rows])], threads=threads)
    return before if fresh is None else before.filled(fresh)


def refreshed(before: Published, inflight: Sequence[Inflight], *, threads: int = 0) -> tuple[Published, Ints]:
    """This function will bring a map up to date with what is in flight now; it also gives the rows searched again.

    N-1 and what those rows take by hours are left open: `assured` does that.
    """
    feeders, areas = _touched(before.found.grid, before.found.inflight, inflight)
    found, again = refresh(before.found, inflight=inflight, feeders=feeders, areas=areas, threads=threads)
    proven = before.proven.copy()
    proven[again] = False
    hours = before.hours.without(again) if before.hours is not None else None
    return replace(before, found=found, proven=proven, firm=None, hours=hours), again


def _touched(grid: GridModel, old: Sequence[Inflight], new: Sequence[Inflight]) -> tuple[list[str], list[str]]:
    rows = [grid.nodes.row[one.node] for one in set(old) ^ set(new)]
    upper = [row for row in rows if grid.nodes.kv[row] >= MV_FROM]
    low = [row for row in rows if grid.nodes.kv[row] < MV_FROM]
    return sorted({str(grid.nodes.feeder[row]) for row in upper}), sorted({str(grid.nodes.area[row]) for row in low})


def published_figures(made: Published, *, since: Published | None = None, again: Ints = EMPTY) -> tuple[Figure, ...]:
    """This function will list what is published: nodes of medium voltage, transformers, feeders.

    A node below 1 kV has no figure of its own: what an area can take is said at its transformer, a place in it is studied with its case.
    With the publication before and the rows searched `again`, only what may have changed is listed.
    """
    found, firm = made.found, made.firm
    sections = made.sections if firm is not None else None
    wanted = np.ones(len(found.kw), dtype=bool)
    if since is not None:
        wanted = np.any([getattr(found, name) != getattr(since.found, name) for name in MAP], axis=0)
        wanted[again] = True
    upper = (found.grid.nodes.kv >= MV_FROM) & (found.grid.nodes.kv < HV_FROM)
    return (
        *node_figures(found, firm, sections, np.flatnonzero(upper & wanted)),
        *transformer_figures(found, firm, sections, np.flatnonzero(wanted[found.grid.transformers.lv_node])),
        *feeder_figures(found, firm, sections),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHours:
    """分时数字 of one figure: kW at every hour, the hour that decides in words, kW within the hours of 峰, 平, 谷."""

    stable_kw: float
    when: str
    block_kw: tuple[float, ...]


def by_hours(made: Published, one: Figure) -> ByHours | None:
    """This function will give the figure by hours, None where its feeder is not of L3 or it was not calculated."""
    hours = made.hours
    if hours is None or one.level < Level.PROFILES or np.isnan(hours.stable_kw[one.node]):
        return None
    state = int(hours.state[one.node])
    each = tuple(float(value) for value in hours.block_kw[:, one.node])
    return ByHours(
        stable_kw=float(hours.stable_kw[one.node]), when=hours.labels[state] if state >= 0 else "", block_kw=each
    )


def kept(made: Published) -> bytes:
    """This function will turn a publication into bytes; the network and what is in flight are kept elsewhere."""
    found = made.found
    arrays = {FLOW + one.name: getattr(found.base, one.name) for one in fields(Flow)}
    arrays |= {name: getattr(found, name) for name in MAP}
    arrays |= {
        "proven": made.proven,
        "mended": np.int64(made.mended),
        "pf": np.float64(found.pf),
        "flows": np.int64(found.flows),
    }
    if made.firm is not None:
        arrays |= {"firm.kw": made.firm.kw, "firm.section": made.firm.section}
    if made.hours is not None:
        arrays |= {HOURLY + one.name: np.asarray(getattr(made.hours, one.name)) for one in fields(Firmness)}
    sink = BytesIO()
    np.savez_compressed(sink, allow_pickle=False, **arrays)
    return sink.getvalue()


def opened(stored: bytes, grid: GridModel, inflight: Sequence[Inflight]) -> Published:
    """This function will turn the bytes back, for the network and what was in flight when they were made.

    Raises UnreadableError when they cannot be read or belong to another network.
    """
    try:
        with np.load(BytesIO(stored), allow_pickle=False) as arrays:
            return _opened({name: arrays[name] for name in arrays.files}, grid, inflight)
    except (BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        raise UnreadableError(f"能力图存档不能读取: {error}") from error


def _opened(arrays: dict[str, Any], grid: GridModel, inflight: Sequence[Inflight]) -> Published:
    sizes = (len(arrays["kw"]), len(arrays["base.line_loading"]), len(arrays["base.trafo_loading"]))
    if sizes != (len(grid.nodes), len(grid.lines), len(grid.transformers)):
        raise ValueError(f"{sizes}")
    base = {one.name: arrays[FLOW + one.name] for one in fields(Flow)}
    losses = float(base.pop("losses_kw"))
    flow = Flow(losses_kw=losses, **base)
    found = CapacityMap(
        grid=grid, limits=Limits(), pf=float(arrays["pf"]), inflight=tuple(inflight), base=flow,
        flows=int(arrays["flows"]), **{name: arrays[name] for name in MAP},
    )  # fmt: skip
    firm = Firm(kw=arrays["firm.kw"], section=arrays["firm.section"], flows=0) if "firm.kw" in arrays else None
    return Published(
        found=found, proven=arrays["proven"], firm=firm, hours=_hours(arrays), mended=int(arrays["mended"])
    )


def _hours(arrays: dict[str, Any]) -> Firmness | None:
    if HOURLY + "stable_kw" not in arrays:
        return None
    given = {one.name: arrays[HOURLY + one.name] for one in fields(Firmness)}
    for name in ("blocks", "labels"):
        given[name] = tuple(given[name].tolist())
    return Firmness(**{**given, "searched": int(given["searched"])})
