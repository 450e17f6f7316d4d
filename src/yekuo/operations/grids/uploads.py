"""电网上传审查: what was uploaded is examined by the worker, one after another; whoever waits sees how far it is.

An examination that was cut off is begun anew; a file that kills it three times is an error of its own.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from yekuo.integrations import cgmes
from yekuo.operations.grids.examining import Peaks, Result, compare, examine
from yekuo.records import capacity, doubts, grid_uploads, grids, tables
from yekuo.records.models import CapacityHold, GridRevision, GridUpload
from yekuo.rules.calendar import day_of
from yekuo.rules.refusal import Refused
from yekuo.rules.reservation import Direction

ROUND = "examine_uploads"
PLANNED, USUAL_PF = "planned", 0.95
MOST_TRIES = 3
QUIET = timedelta(seconds=30)
ISSUE = {"sheet": "文件", "row": 0, "column": "", "severity": "error"}

logger = logging.getLogger(__name__)


def again(one: GridUpload) -> None:
    """This function will have an upload compared anew with the network and the ledger as they are now."""
    with transaction.atomic():
        grid_uploads.wait_again(one)
        grid_uploads.wake(ROUND)


def worker_runs() -> bool:
    """This function will say whether anybody is there to examine uploads."""
    return grid_uploads.worker_alive(within=QUIET)


def converts_cgmes() -> bool:
    """This function will say whether CGMES files can be converted here; looks, loads nothing."""
    return cgmes.installed()


def examine_waiting(*, moment: Callable[[], datetime], limit: int = 50) -> int:
    """This function will examine what waits, the oldest first, and return how many were examined."""
    many = 0
    while many < limit:
        one = grid_uploads.next_waiting()
        if one is None:
            break
        _examine(one, moment)
        many += 1
    return many


def _examine(one: GridUpload, moment: Callable[[], datetime]) -> None:
    grid = grid_uploads.owned(one.unit)
    now, counted = standing_of(grid)
    found: Result
    packed: bytes | None = None
    try:
        if one.tries > MOST_TRIES:
            raise Refused(f"审查进程中断了 {MOST_TRIES} 次，没有导入任何内容，请联系管理员", code="unreadable")
        found, packed = _found(one, before=packed_of(now), promises=promises(grid), on=day_of(moment()))
    except Refused as refused:
        found = {"issues": [{**ISSUE, "message": refused.message}], "errors": 1, "warnings": 0}
    found["beside"], found["redated"] = _beside(found, now), _redated(found, now)
    with transaction.atomic():
        kept = grid_uploads.examined(
            one, found=found, tables=packed, grid=grid, against=now, counted=counted, at=moment(), until=_day(found)
        )  # fmt: skip
    if not kept:
        logger.info("上传 %s 已放弃，审查结果不再需要", one.pk)


def _day(found: Mapping[str, Any]) -> date | None:
    said = str(found.get("measured_until") or "")
    return date.fromisoformat(said) if said else None


def _found(
    one: GridUpload, *, before: bytes | None, promises: list[dict[str, object]], on: date
) -> tuple[Result, bytes | None]:
    def told(step: str) -> None:
        grid_uploads.at_step(one.pk, step)

    stored = grid_uploads.tables(one.pk)
    peaks = Peaks(until=one.measured_until, today=on, growth_days=tables.reservations().growth_days)
    if stored is None and one.back_to is not None:
        result, packed = compare(grids.tables(one.back_to.pk), before=before, promises=promises, peaks=peaks, told=told)
        return {**result, **_of_revision(one.back_to)}, packed
    if stored is None:
        files = grid_uploads.files_of(one.pk)
        return examine(files, before=before, promises=promises, peaks=peaks, told=told)
    fresh, packed = compare(stored, before=before, promises=promises, peaks=peaks, told=told)
    kept = {name: fresh[name] for name in ("tried", "effects", "difference", "broken", "measured_until", "in_peaks")}
    return {**one.found, **kept}, packed


def _of_revision(old: GridRevision) -> Result:
    return {
        "issues": old.remarks, "errors": 0, "warnings": len(old.remarks), "counts": old.counts, "levels": old.levels,
        "promised": old.promised, "prices": old.prices, "back_to": old.number,
    }  # fmt: skip


def _beside(found: Mapping[str, Any], now: int | None) -> list[str]:
    """What changes beside the network itself: the file's own list of what is in flight, its prices."""
    if now is None:
        return []
    before = {"promised": grids.promised(now), "prices": grids.prices(now)}
    words = {"promised": "在途", "prices": "价格"}
    return [words[name] for name, rows in before.items() if _rounded(rows) != _rounded(found.get(name, []))]


def _redated(found: Mapping[str, Any], now: int | None) -> bool:
    """Whether its peaks are of another day than those in force."""
    until = _day(found)
    return now is not None and until is not None and until != grids.measured_until(now)


def _rounded(rows: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """A number that went through a workbook is the same number."""
    return [{name: round(each, 6) if isinstance(each, float) else each for name, each in one.items()} for one in rows]


def standing_of(grid: int) -> tuple[int | None, int]:
    """This function will give the revision in force of a network and how many entries its ledger has."""
    now = grids.standing(grid) if grid else None
    return (now.revision if now else None), grid_uploads.entries(grid)


def packed_of(revision: int | None) -> bytes | None:
    """This function will fetch the tables of a revision, None of none."""
    return grids.tables(revision) if revision is not None else None


def promises(grid: int) -> list[dict[str, object]]:
    """This function will list what is promised on a network, what was promised first first, as effects.Promise.

    With it what its peaks hold by now: with older peaks it counts again. Behind it what was chosen for open cases that hold nothing yet.
    """
    since = {one.pk: day for one, day in capacity.powered(grid)} if grid else {}
    held = [_promise(one, since.get(one.pk)) for one in grid_uploads.promised(grid)]
    chosen = [
        _planned(f"{one.case}/{source}/{PLANNED}", place)
        for one in doubts.chosen_on(grid)
        for source, place in enumerate(one.places, 1)
    ]
    return [*held, *chosen]


def _planned(key: str, place: Mapping[str, Any]) -> dict[str, object]:
    kw = float(place["kw"])
    kvar = max(float(apparent(kw)) ** 2 - kw**2, 0.0) ** 0.5 if kw > 0 else 0.0
    return {"key": key, "node": str(place.get("node") or place.get("busbar") or ""), "p_kw": kw, "q_kvar": kvar}


def apparent(kw: float) -> Decimal:
    """This function will give the kVA of a load that is only planned, at the usual power factor."""
    return Decimal(repr(abs(kw) / USUAL_PF)).quantize(Decimal("0.01"))


def _promise(one: CapacityHold, energised: date | None) -> dict[str, object]:
    fed = one.direction == Direction.GENERATION.value
    kvar = max(float(one.kva) ** 2 - one.kw**2, 0.0) ** 0.5
    return {
        "key": f"{one.case}/{one.source}", "node": str(one.place.get("node") or one.place.get("busbar") or ""),
        "p_kw": -one.kw if fed else one.kw, "q_kvar": 0.0 if fed else kvar,
        "energised": energised.isoformat() if energised else "",
    }  # fmt: skip
