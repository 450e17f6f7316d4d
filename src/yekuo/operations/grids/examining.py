"""电网文件审查: an uploaded network read, built, solved and compared in a process of its own, so that a web worker stays small.

Run as a module it is that process: it is given a folder with order.json (files, what is promised, limits of its own memory and time)
and, when there is one, the network in force; it leaves result.json and, if nothing is wrong, the packed network beside it. It knows no
database.
"""

import contextlib
import gc
import json
import logging
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yekuo
from yekuo.grid.sheets import Issue, Severity
from yekuo.rules.refusal import Refused
from yekuo.rules.reservation import in_peaks

PATIENCE, MEMORY, TICK = 90, 2 * 1024**3, 0.1
MOST_ISSUES, MOST_IDS, MOST_CHANGES, MOST_WORDS = 3000, 300, 600, 20
ORDER, RESULT, BEFORE, AFTER, STEP, TROUBLE = (
    "order.json", "result.json", "before.npz", "after.npz", "step", "trouble.txt",
)  # fmt: skip
STEPS = {"read": "读取文件", "check": "核对单元格和接线", "solve": "计算潮流", "compare": "比较版本、校核在途方案"}
COLUMNS = {
    "kv": "电压等级", "name": "名称", "kind": "类型", "feeder": "馈线", "area": "台区", "substation": "变电站", "x": "经度",
    "y": "纬度", "spare_bays": "备用间隔", "public": "公用", "level": "数据等级", "in_service": "投运", "from_node": "起点",
    "to_node": "终点", "length_m": "长度", "r_ohm": "电阻", "x_ohm": "电抗", "rated_a": "额定电流", "c_nf": "电容", "g_us": "电导",
    "model": "型号", "laying": "敷设", "wkt": "走向", "hv_node": "高压侧", "lv_node": "低压侧", "hv_kv": "高压侧电压",
    "lv_kv": "低压侧电压", "kva": "容量", "uk_pct": "短路阻抗", "pk_kw": "负载损耗", "p0_kw": "空载损耗", "i0_pct": "空载电流",
    "clock": "联结组别", "tap_pos": "分接档位", "tap_step_pct": "每档百分比", "node": "所在节点", "p_kw": "有功", "q_kvar": "无功",
    "u_pu": "运行电压", "closed": "合闸", "element": "所在设备", "at": "所在端", "busbar": "母线", "peak_a": "最大电流",
    "loss_pct": "线损率", "users": "用户数", "unit": "运维单位", "day": "日类型", "points": "逐时值", "kilowatts": "按千瓦",
}  # fmt: skip
Result = dict[str, Any]
Sent = tuple[str, bytes | Iterable[bytes]]
"""A file's name, and its bytes or pieces of them."""
Told = Callable[[str], object]
"""Is called with each step of STEPS as it begins."""

logger = logging.getLogger(__name__)


def _nobody(step: str) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Peaks:
    """实测范围: until when the peaks of a network were measured, and how long before it a load must have had power to be in them.

    `until` None: as the file says, if that is not after `today`.
    """

    until: date | None = None
    today: date | None = None
    growth_days: int = 0


MEASURED = Peaks()


def _order(names: Sequence[str], promises: Sequence[Mapping[str, object]], peaks: Peaks) -> dict[str, object]:
    until, today = (one.isoformat() if one else "" for one in (peaks.until, peaks.today))
    return {
        "names": names, "promises": list(promises), "measured_until": until, "today": today,
        "growth_days": peaks.growth_days,
    }  # fmt: skip


def examine(
    files: Iterable[Sent], *, before: bytes | None, promises: Sequence[Mapping[str, object]], peaks: Peaks = MEASURED,
    told: Told = _nobody,
) -> tuple[Result, bytes | None]:  # fmt: skip
    """This function will examine files in a process of their own and give what was found and the packed network.

    `before` is the network in force, packed; `promises` as effects.Promise, each with the day power flowed since, if it does
    (`energised`, ISO): what the peaks hold is not tried beside them. No network when anything is wrong. Raises Refused when
    the process does not come back in time or breaks its bounds.
    """
    with TemporaryDirectory(prefix="yekuo-grid-") as folder:
        here = Path(folder)
        names = []
        for number, (name, content) in enumerate(files):
            with (here / f"file{number}").open("wb") as out:
                out.writelines([content] if isinstance(content, bytes) else content)
            names.append(name)
        return _away(here, _order(names, promises, peaks), before, told)


def compare(
    after: bytes, *, before: bytes | None, promises: Sequence[Mapping[str, object]], peaks: Peaks = MEASURED, told: Told = _nobody
) -> tuple[Result, bytes | None]:  # fmt: skip
    """This function will compare a stored network with the one in force and try what is promised on it, in a process of its own."""
    with TemporaryDirectory(prefix="yekuo-grid-") as folder:
        (Path(folder) / AFTER).write_bytes(after)
        return _away(Path(folder), _order([], promises, peaks), before, told)


def differ(before: bytes, after: bytes) -> Result:
    """This function will say what changed between two stored networks, in a process of its own."""
    with TemporaryDirectory(prefix="yekuo-grid-") as folder:
        (Path(folder) / AFTER).write_bytes(after)
        result, _ = _away(Path(folder), {"names": [], "promises": [], "only_difference": True}, before, _nobody)
        difference: Result = result["difference"]
        return difference


def _away(here: Path, order: Mapping[str, object], before: bytes | None, told: Told) -> tuple[Result, bytes | None]:
    (here / ORDER).write_text(json.dumps(order, ensure_ascii=False), encoding="utf-8")
    if before is not None:
        (here / BEFORE).write_bytes(before)
    env = {"PYTHONPATH": str(Path(yekuo.__file__).parents[1]), "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}
    with (here / TROUBLE).open("wb") as trouble, subprocess.Popen(
        [sys.executable, "-m", "yekuo.operations.grids.examining", str(here)],
        env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=trouble,
    ) as child:  # fmt: skip
        try:
            _wait(child, here, told)
        finally:
            child.kill()
    if child.returncode or not (here / RESULT).exists():
        logger.warning("电网审查进程退出 %s：%s", child.returncode, _last_line(here / TROUBLE))
        raise Refused("文件读不出来（内容超出允许的内存，或文件已损坏），没有导入任何内容", code="unreadable")
    result: Result = json.loads((here / RESULT).read_text(encoding="utf-8"))
    return result, (here / AFTER).read_bytes() if (here / AFTER).exists() else None


def _wait(child: subprocess.Popen[bytes], here: Path, told: Told) -> None:
    end, said = time.monotonic() + PATIENCE, ""
    while child.poll() is None:
        step = (here / STEP).read_text(encoding="ascii") if (here / STEP).exists() else ""
        if step != said:
            told(step)
            said = step
        if time.monotonic() > end:
            raise Refused(f"文件太大，{PATIENCE} 秒内没有读完，请分片或联系管理员", code="too_large")
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=TICK)


def _last_line(trouble: Path) -> str:
    lines = trouble.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else ""


# --- the process


def work(here: Path) -> None:
    """This function will be the process: read the order, leave the result."""
    order = json.loads((here / ORDER).read_text(encoding="utf-8"))
    if order.get("only_difference"):
        result = _compared(here)
    else:
        named = [(name, (here / f"file{number}").read_bytes()) for number, name in enumerate(order["names"])]
        result = _stored(here) if (here / AFTER).exists() else _imported(here, named)
        if result.pop("whole"):
            _tried(here, result, _left(result, order))
    (here / RESULT).write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


def _left(result: Result, order: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is promised beside the peaks; the keys of what the peaks hold are noted."""
    said = result.get("measured_until", "")
    until = order["measured_until"] or (said if not order["today"] or said <= order["today"] else "")
    left, inside = [], []
    for one in order["promises"]:
        energised = one.pop("energised", "")
        if until and energised and _in_peaks(energised, until, order["growth_days"]):
            inside.append(one["key"])
        else:
            left.append(one)
    result["measured_until"], result["in_peaks"] = until, inside
    return left


def _in_peaks(energised: str, until: str, days: int) -> bool:
    return in_peaks(date.fromisoformat(energised), date.fromisoformat(until), growth_days=days)


def _at(here: Path, step: str) -> None:
    """Where it is now, for whoever waits; seen whole or not at all."""
    (here / f"{STEP}.part").write_text(step, encoding="ascii")
    (here / f"{STEP}.part").replace(here / STEP)


def _compared(here: Path) -> Result:
    from yekuo.grid.storing import unpacked

    return {"difference": _difference(unpacked((here / BEFORE).read_bytes()), unpacked((here / AFTER).read_bytes()))}


def _stored(here: Path) -> Result:
    from yekuo.grid.storing import unpacked

    grid = unpacked((here / AFTER).read_bytes())
    return {"issues": [], "digest": grid.revision, "whole": True}


def _imported(here: Path, named: Sequence[tuple[str, bytes]]) -> Result:
    from yekuo.grid.conductors import parse_conductors
    from yekuo.grid.equipment import parse_equipment
    from yekuo.grid.storing import packed
    from yekuo.grid.tables import ImportReport, import_tables
    from yekuo.integrations.grid_files import read_files

    _at(here, "read")
    read = read_files(named)
    _at(here, "check")
    ours = files("yekuo.grid")
    if read.network is not None:
        report = ImportReport(
            grid=read.network.grid if not read.issues else None,
            issues=tuple(
                Issue(sheet="CGMES" if read.profiles else "JSON", message=one, severity=Severity.WARNING)
                for one in read.network.notes
            ),
            rows={name: len(table.id) for name, table in read.network.grid.tables.items() if len(table.id)},
        )
    elif read.issues and not read.sheets:
        report = ImportReport(grid=None)
    else:
        report = import_tables(
            read.sheets,
            library=parse_conductors(ours.joinpath("conductors.toml").read_text(encoding="utf-8")),
            equipment=parse_equipment(ours.joinpath("equipment.toml").read_text(encoding="utf-8")),
        )
    issues = [*read.issues, *report.issues]
    wrong = [one for one in issues if one.severity is Severity.ERROR]
    whole = report.grid is not None and not wrong
    if report.grid is not None and whole:
        (here / AFTER).write_bytes(packed(report.grid))
    return {
        "issues": [
            asdict(one) for one in sorted(issues, key=lambda one: one.severity is Severity.WARNING)[:MOST_ISSUES]
        ],
        "errors": len(wrong),
        "warnings": len(issues) - len(wrong),
        "counts": dict(report.rows),
        "levels": {feeder: int(level) for feeder, level in report.level_by_feeder.items()},
        "promised": [asdict(one) for one in report.inflight],
        "prices": [asdict(one) for one in report.prices],
        "measured_until": report.measured_until.isoformat() if report.measured_until else "",
        "digest": report.grid.revision if report.grid is not None and whole else "",
        "whole": whole,
    }


def _tried(here: Path, result: Result, promises: Sequence[Mapping[str, Any]]) -> None:
    """What is beyond its limits, what changes, and whom that hits; a network without solution is an error."""
    from yekuo.grid.atlas import Atlas
    from yekuo.grid.effects import Promise, base_violations, effects
    from yekuo.grid.solve import NoSolutionError
    from yekuo.grid.storing import unpacked

    _at(here, "solve")
    grid = unpacked((here / AFTER).read_bytes())
    wanted = [Promise(**one) for one in promises]
    try:
        broken = base_violations(grid)
        _at(here, "compare")
        affected = effects(Atlas(grid), wanted)
    except NoSolutionError as failure:
        words = f"潮流计算没有解（{failure}），请检查负荷、阻抗和电源"
        result["issues"].insert(0, asdict(Issue(sheet="全网", message=words)))
        result["errors"] = result.get("errors", 0) + 1
        (here / AFTER).unlink()
        return
    result["broken"] = {"count": len(broken), "first": list(broken[:MOST_WORDS])}
    old = unpacked((here / BEFORE).read_bytes()) if (here / BEFORE).exists() else None
    already = _already(Atlas(old), wanted) if old is not None and affected else set()
    result["tried"] = len(wanted)
    result["effects"] = [{**asdict(one), "before": one.key in already} for one in affected]
    result["difference"] = _difference(old, grid) if old is not None else None


def _already(atlas: Any, wanted: Sequence[Any]) -> set[str]:
    from yekuo.grid.effects import effects
    from yekuo.grid.solve import NoSolutionError

    try:
        return {one.key for one in effects(atlas, wanted)}
    except NoSolutionError:
        return set()


def _difference(old: Any, new: Any) -> Result:
    from yekuo.grid.revisions import differences

    names = {
        str(key): str(name)
        for grid in (old, new)
        for key, name in zip(grid.feeders.id, grid.feeders.name, strict=True)
        if name
    }
    return _plain(differences(old, new), names)


def _plain(found: Any, names: Mapping[str, str]) -> Result:
    """A revisions.Difference with the first of long lists and their whole counts."""
    return {
        "before": found.before,
        "after": found.after,
        "feeders": [names.get(each, each) for each in found.feeders[:MOST_IDS]],
        "feeder_count": len(found.feeders),
        "tables": [
            {
                "title": one.title,
                "added": list(one.added[:MOST_IDS]),
                "added_count": len(one.added),
                "removed": list(one.removed[:MOST_IDS]),
                "removed_count": len(one.removed),
                "changed": [
                    {**asdict(each), "title": COLUMNS.get(each.column, each.column)}
                    for each in one.changed[:MOST_CHANGES]
                ],
                "changed_count": len(one.changed),
            }
            for one in found.tables
        ],
    }


def _end_with_parent() -> None:
    """Whoever waits holds the other end of our input: when it closes nobody waits any more."""

    def listen() -> None:
        os.read(0, 1)
        os._exit(3)

    threading.Thread(target=listen, daemon=True).start()


if __name__ == "__main__":
    _end_with_parent()
    with contextlib.suppress(ValueError, OSError):  # a house may allow less already
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
    gc.disable()  # it lives for one file and its memory has a bound
    work(Path(sys.argv[1]))
