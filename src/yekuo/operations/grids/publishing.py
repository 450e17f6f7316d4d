"""可开放容量公布: every figure of a network calculated with all that is promised, brought up to date after each entry of the ledger."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.metadata import version
from multiprocessing import get_context
from typing import Any

import numpy as np

from yekuo.grid import published as made
from yekuo.grid.columns import Columns, Ints
from yekuo.grid.figures import Figure
from yekuo.grid.geojson import features
from yekuo.grid.model import Inflight
from yekuo.grid.published import ByHours, Published, by_hours, published_figures
from yekuo.grid.solve import NoSolutionError, Solver
from yekuo.grid.storing import UnreadableError
from yekuo.operations.grids import standing
from yekuo.operations.grids.inflight import counted, drawn_at
from yekuo.operations.grids.standing import Network
from yekuo.records import capacity, figures, grids
from yekuo.records.figures import Line

APART_FROM = 5_000
CALM = timedelta(minutes=2)
"""Certificate and N-1 cost a hundred times what the figures cost; they wait until no approval came for so long."""
WORKERS, BROKEN = 2, -2
OVERTAKEN_AT_MOST, LOOK_EVERY = 5, 0.25
PLACE = get_context("spawn")
PROMISED = ("case", "node", "p_kw", "q_kvar")
_KEPT: dict[int, tuple[int, datetime, Published]] = {}
STATES = ("found", "existing", "dead", "free")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """公布结果: how many figures stand, how many changed, how many nodes were searched; `failure` why there are none.

    `overtaken`: another entry came before they were certain.
    """

    grid: int
    figures: int = 0
    changed: int = 0
    searched: int = 0
    entry: int = 0
    whole: bool = False
    failure: str = ""
    overtaken: bool = False


def solver() -> str:
    """This function will name the solver with its version."""
    return f"power-grid-model {version('power-grid-model')}"


def publish(*, grid: int, at: datetime, apart: bool | None = None) -> Outcome:
    """This function will calculate and certify all figures of a network, with N-1, and put them in force.

    A large network is calculated in a process of its own, whose memory goes with it; `apart` says otherwise. A network without
    solution has no figures, and the page says why.
    """
    network, entry = _opened(grid)
    inflight = counted(network)
    large = len(network.grid.nodes) >= APART_FROM
    try:
        found = _apart(network, inflight) if apart or (apart is None and large) else _here(network, inflight)
    except NoSolutionError as failure:
        return _without(network, inflight, failure, entry, at=at)
    return _put(network, found, entry, at=at, searched=len(network.grid.nodes), whole=True)


def republish(
    *, grid: int, at: datetime, moment: Callable[[], datetime] | None = None, patient: bool = False
) -> Outcome:
    """This function will bring the figures up to date with the ledger: at once what changed, then its certificate and N-1.

    An entry that comes meanwhile is published first; `patient` leaves certificate and N-1 until nothing was entered for a while.
    Whole where there is no map of this revision to go on from. `moment` reads the time of the later writings.
    """
    changed, when = 0, at
    for left in reversed(range(OVERTAKEN_AT_MOST + 1)):
        network, entry = _opened(grid)
        before, now = _standing(network), figures.publication(network.standing.revision)
        if before is None or now is None:
            return publish(grid=grid, at=when)
        if now.counted == entry and (now.assured_at is not None or (patient and when - now.at < CALM)):
            return Outcome(grid=grid, figures=now.figures, changed=changed, entry=entry)
        later = patient and now.counted != entry
        done = _brought(network, entry, before, (when, moment or (lambda: at)), wait=not left, later=later)
        changed = max(changed, done.changed)
        if done.changed < 0 or done.failure or not done.overtaken:
            break
        when = moment() if moment else at
    return replace(done, changed=changed if done.changed >= 0 else done.changed)


def _brought(
    network: Network,
    entry: int,
    before: Published,
    moments: tuple[datetime, Callable[[], datetime]],
    *,
    wait: bool,
    later: bool,
) -> Outcome:
    """What changed is written, then what is certain, unless that is for `later`.

    `overtaken` when another entry came in between (unless it shall wait).
    """
    inflight = counted(network)
    try:
        found, again = made.refreshed(before, inflight)
        quick = _put(network, found, entry, at=moments[0], searched=len(again), since=before, again=again)
        if later or quick.changed < 0:
            return quick
        sure = _sure(network, found, None if wait else entry)
    except NoSolutionError as failure:
        return _without(network, inflight, failure, entry, at=moments[0])
    if sure is None:
        return replace(quick, overtaken=True)
    last = _put(network, sure, entry, at=moments[1](), searched=len(again))
    return replace(last, changed=max(quick.changed, last.changed) if last.changed >= 0 else last.changed)


def _sure(network: Network, found: Published, entry: int | None) -> Published | None:
    """The publication made certain, None when the ledger went past `entry` meanwhile; a large network in a process of its own."""
    grid = network.standing.grid

    def still() -> bool:
        return entry is None or figures.last_entry(grid) == entry

    if len(network.grid.nodes) >= APART_FROM:
        return _sure_apart(network, found, still)
    try:
        return made.assured(found, still=still)
    except made.OvertakenError:
        return None


def _sure_apart(network: Network, found: Published, still: Callable[[], bool]) -> Published | None:
    inflight = found.found.inflight
    answer, tell = PLACE.Pipe(duplex=False)
    child = PLACE.Process(
        target=made.send_assured,
        args=(tell.send, grids.tables(network.standing.revision), made.kept(found), inflight),
        daemon=True,
    )
    child.start()
    tell.close()
    try:
        while not answer.poll(LOOK_EVERY):
            if not still():
                return None
        told = answer.recv()
    except EOFError as failure:
        raise RuntimeError("the process that makes figures certain ended without an answer") from failure
    finally:
        child.terminate()
        child.join()
        answer.close()
    if isinstance(told, NoSolutionError):
        raise told
    return made.opened(told, network.grid, inflight)


def _without(
    network: Network, inflight: Sequence[Inflight], failure: NoSolutionError, entry: int, *, at: datetime
) -> Outcome:
    """There are no figures; said is whether the network as it stands or what was promised on it cannot be supplied."""
    why = str(failure)
    if inflight:
        try:
            Solver(network.grid).flow()
        except NoSolutionError:
            why = f"不算在途也带不动现有负荷；{why}"
        else:
            kw = sum(one.p_kw for one in inflight)
            why = f"现有负荷带得动，加上 {len(inflight)} 笔在途（{kw:,.0f} kW）全部同时用上就带不动；{why}"
    figures.could_not(revision=network.standing.revision, why=why, counted=entry, at=at)
    return Outcome(grid=network.standing.grid, failure=why, entry=entry)


def publish_all(*, at: datetime, workers: int = WORKERS) -> tuple[Outcome, ...]:
    """This function will calculate every network in force anew; several at once in processes of their own, a core each.

    A network whose process dies is calculated again alone, in another one.
    """
    keys = figures.every_grid()
    if len(keys) < 2 or workers < 2:
        return tuple(publish(grid=grid, at=at) for grid in keys)
    with ProcessPoolExecutor(max_workers=workers, mp_context=PLACE, max_tasks_per_child=1) as pool:
        waiting, running, done = deque(keys), deque[_Begun | Outcome](), list[Outcome]()
        while waiting or running:
            while waiting and len(running) < workers:
                running.append(_begun(pool, waiting.popleft()))
            done.append(_ended(running.popleft(), at=at))
    return tuple(publish(grid=one.grid, at=at, apart=True) if one.changed == BROKEN else one for one in done)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A network that is being calculated elsewhere: what it was, what was in flight."""

    grid: int
    revision: int
    entry: int
    inflight: tuple[Inflight, ...]
    answer: "Future[bytes]"


def _begun(pool: ProcessPoolExecutor, grid: int) -> "_Begun | Outcome":
    network, entry = _opened(grid)
    inflight = counted(network)
    revision = network.standing.revision
    try:
        answer = pool.submit(made.calculated_apart, grids.tables(revision), inflight, threads=1)
    except BrokenProcessPool:
        return Outcome(grid=grid, changed=BROKEN)
    return _Begun(grid=grid, revision=revision, entry=entry, inflight=inflight, answer=answer)


def _ended(one: "_Begun | Outcome", *, at: datetime) -> Outcome:
    """What came back is written, unless another revision is in force by now: its own round follows."""
    if isinstance(one, Outcome):
        return one
    network, _ = _opened(one.grid)
    if network.standing.revision != one.revision:
        one.answer.cancel()
        return Outcome(grid=one.grid, entry=one.entry, changed=-1)
    try:
        found = made.opened(one.answer.result(), network.grid, one.inflight)
    except BrokenProcessPool:
        return Outcome(grid=one.grid, changed=BROKEN)
    except NoSolutionError as failure:
        return _without(network, one.inflight, failure, one.entry, at=at)
    return _put(network, found, one.entry, at=at, searched=len(network.grid.nodes), whole=True)


def catch_up(
    *, at: datetime, moment: Callable[[], datetime] | None = None, patient: bool = False
) -> tuple[Outcome, ...]:
    """This function will bring up to date every network whose figures are behind its ledger or its revision; `patient` as there."""
    return tuple(republish(grid=grid, at=at, moment=moment, patient=patient) for grid in figures.behind())


def _opened(grid: int) -> tuple[Network, int]:
    """The number of the last entry is read first: what is entered meanwhile is counted again by the next run."""
    entry = figures.last_entry(grid)
    network = standing.network(grid)
    if network is None:
        raise LookupError(f"network {grid} has no revision in force")
    return network, entry


def _standing(network: Network) -> Published | None:
    """The map that stands for this revision, None where there is none that can be gone on from."""
    revision = network.standing.revision
    last = figures.publication(revision)
    if last is None or last.failure or last.solver != solver():
        return None
    kept = _KEPT.get(revision)
    if kept is not None and kept[:2] == (last.counted, last.at):
        return kept[2]
    inflight = tuple(Inflight(**{name: one[name] for name in PROMISED}) for one in last.promised)
    try:
        stored = figures.kept_map(revision)
        return made.opened(stored, network.grid, inflight) if stored else None
    except UnreadableError:
        return None


def _keep(revision: int, counted: int, at: datetime, found: Published) -> None:
    """The last maps of this process, to go on from without reading them again."""
    _KEPT.pop(revision, None)
    _KEPT[revision] = (counted, at, found)
    while len(_KEPT) > standing.KEPT:
        _KEPT.pop(next(iter(_KEPT)))


def _here(network: Network, inflight: Sequence[Inflight]) -> Published:
    return made.calculated(network.grid, inflight)


def _apart(network: Network, inflight: Sequence[Inflight]) -> Published:
    """A process started anew takes bytes and gives bytes, and its memory back; it knows nothing but the grid floor."""
    stored = grids.tables(network.standing.revision)
    with ProcessPoolExecutor(max_workers=1, mp_context=PLACE) as pool:
        answer = pool.submit(made.calculated_apart, stored, tuple(inflight)).result()
    return made.opened(answer, network.grid, inflight)


def _put(
    network: Network, found: Published, entry: int, *, at: datetime, searched: int, whole: bool = False,
    since: Published | None = None, again: Ints = made.EMPTY,
) -> Outcome:  # fmt: skip
    """Everything, or with the publication before (`since`) and the rows searched again what may have changed."""
    revision = network.standing.revision
    lines = tuple(
        _line(network, one, by_hours(found, one)) for one in published_figures(found, since=since, again=again)
    )
    told: dict[str, object] = {
        "promised": [
            {"case": one.case, "node": one.node, "p_kw": one.p_kw, "q_kvar": one.q_kvar,
             "feeder": network.atlas.feeder(network.grid.nodes.row[one.node])}
            for one in found.found.inflight
        ],
        "missing": [
            row.case for row in capacity.counting(network.standing.grid) if not drawn_at(network, row.place)
        ],
        "assured_at": at if found.firm is not None else None,
        "checked": found.figures, "held": found.held, "mended": found.mended,
    }  # fmt: skip
    if whole:
        told["whole_at"] = at
    changed = figures.put(
        grid=network.standing.grid, revision=revision, lines=lines, counted=entry, solver=solver(), at=at, told=told,
        packed=made.kept(found), drawn=_drawing(network) if whole else None, some=since is not None,
    )  # fmt: skip
    if changed >= 0:
        _keep(revision, entry, at, found)
    return Outcome(
        grid=network.standing.grid, figures=len(lines), changed=changed, searched=searched, entry=entry, whole=whole
    )


def _drawing(network: Network) -> dict[str, object]:
    drawn = features(network.atlas)
    return {**drawn, "features": [one for one in drawn["features"] if one["properties"]["kind"] != "transformer"]}


def _line(network: Network, one: Figure, hours: ByHours | None) -> Line:
    atlas, grid = network.atlas, network.grid
    table: Columns = grid.feeders if one.kind == "feeder" else grid.nodes if one.kind == "node" else grid.transformers
    row = table.row.get(one.id, -1)
    node = _place(network, one.kind, row)
    feeder = one.id if one.kind == "feeder" else atlas.feeder(node) if node >= 0 else ""
    kva = float(grid.transformers.kva[row]) if table is grid.transformers else None
    public = bool(getattr(table, "public")[row]) if one.kind in ("node", "dt") else True  # noqa: B009 - both tables have it
    x, y = grid.xy[node].tolist() if node >= 0 else (np.nan, np.nan)
    drawn = one.kind != "feeder" and bool(np.isfinite([x, y]).all())
    return Line(
        kind=one.kind, element=one.id, name=_name(table, row, one.id)[:80], feeder=feeder,
        feeder_name=atlas.feeder_name(feeder)[:80],
        substation=atlas.station_name(atlas.substation(node))[:80] if node >= 0 else "",
        area=str(grid.nodes.area[node]) if node >= 0 else "", public=public,
        kv=float(grid.nodes.kv[node]) if node >= 0 else 0.0, kva=kva, x=x if drawn else None, y=y if drawn else None,
        kw=one.kw, firm_kw=one.firm_kw, **_hourly(hours), state=STATES[one.state], binding_kind=one.binding_kind, binding=one.binding,
        binding_name=_named(network, one.binding_kind, one.binding)[:80], firm_section=one.firm_section,
        firm_section_name=_named(network, "line", one.firm_section)[:80], level=int(one.level), method=one.method.value,
    )  # fmt: skip


def _hourly(hours: ByHours | None) -> dict[str, Any]:
    if hours is None:
        return {"stable_kw": None, "stable_when": "", "peak_kw": None, "flat_kw": None, "valley_kw": None}
    each = zip(("peak_kw", "flat_kw", "valley_kw"), hours.block_kw, strict=True)
    return {"stable_kw": hours.stable_kw, "stable_when": hours.when, **dict(each)}


def _place(network: Network, kind: str, row: int) -> int:
    """The node where a figure stands: itself, the low side of a transformer, the busbar of a feeder; -1 for none."""
    grid = network.grid
    if row < 0:
        return -1
    if kind == "feeder":
        return int(grid.feeders.busbar[row])
    return row if kind == "node" else int(grid.transformers.lv_node[row])


def _name(table: Columns, row: int, key: str) -> str:
    return (str(table.name[row]) if row >= 0 else "") or key  # type: ignore[attr-defined] # all three have names


def _named(network: Network, kind: str, key: str) -> str:
    """An element in words; a feeder of which only ratings are known stands for its line."""
    grid = network.grid
    if not key:
        return ""
    if kind == "line" and key in grid.feeders.row and key not in grid.lines.row:
        return network.atlas.feeder_name(key)
    return network.atlas.names.element(kind, key)
