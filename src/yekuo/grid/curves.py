"""负荷曲线导入: the rows of the sheet of profiles checked, put to the network, and the feeders graded L3 whose loads all have one."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from yekuo.grid.columns import Bools, Floats
from yekuo.grid.daily import LUMPED, WORDS, daily
from yekuo.grid.layouts import QUARTERS
from yekuo.grid.model import HOURS, GridModel, Level, Profiles
from yekuo.grid.sheets import Findings, Parsed, Severity, texts_array

SHEETS = {"load": "load_point", "transformer": "dist_transformer", "feeder": "feeder"}
BEYOND = 1.001
MOST_NAMED = 3


def read_curves(parsed: Mapping[str, Parsed], indexes: Mapping[str, Mapping[str, int]], findings: Findings) -> Profiles:
    """This function will check the sheet of profiles and give them; of 96 points the largest in each hour counts."""
    rows = parsed["profile"]
    if not len(rows):
        return Profiles.of()
    given = np.column_stack([rows.numbers(f"p{quarter}") for quarter in range(QUARTERS)])
    fine: Bools = np.any(np.isfinite(np.delete(given, np.s_[::4], axis=1)), axis=1)
    _complete(rows, given, fine, findings)
    hours = np.where(fine[:, None], given.reshape(-1, HOURS, 4).max(axis=2), given[:, ::4])
    units, kinds = rows.texts("unit"), _kinds(rows, indexes, findings)
    hours[[unit == "pct" for unit in units]] /= 100
    _sensible(rows, hours, units, kinds, parsed, indexes, findings)
    names = [f"{kind}/{name}/{day}" for kind, name, day in zip(kinds, rows.texts("of"), rows.texts("day"), strict=True)]
    seen: dict[str, int] = {}
    for row, name in enumerate(names):
        if seen.setdefault(name, row) != row:
            findings.at(rows, row, "of", f"“{rows.texts('of')[row]}”这一日类型与第 {rows.lines[seen[name]]} 行重复")
    points = [" ".join(f"{value:.6g}" for value in each) for each in np.nan_to_num(hours).tolist()]
    return Profiles.of(
        id=texts_array(names), kind=texts_array(kinds), element=texts_array(rows.texts("of")),
        day=texts_array(rows.texts("day")), points=texts_array(points),
        kilowatts=np.array([unit == "kw" for unit in units], dtype=bool),
    )  # fmt: skip


def _complete(rows: Parsed, given: Floats, fine: Bools, findings: Findings) -> None:
    """24 numbers on the hours, or all 96."""
    for row in range(len(rows)):
        step = 1 if fine[row] else 4
        missing = np.flatnonzero(np.isnan(given[row, ::step])) * step
        if len(missing):
            named = "、".join(f"{quarter // 4}:{quarter % 4 * 15:02d}" for quarter in missing[:MOST_NAMED].tolist())
            words = f"应写满 {QUARTERS // step} 个点，缺 {len(missing)} 个（{named}{' 等' if len(missing) > MOST_NAMED else ''}）"
            findings.at(rows, row, f"p{missing[0]}", words)


def _kinds(rows: Parsed, indexes: Mapping[str, Mapping[str, int]], findings: Findings) -> list[str]:
    """What each row speaks of: what it says, else where its id stands."""
    found = []
    for row, (stated, name) in enumerate(zip(rows.texts("kind"), rows.texts("of"), strict=True)):
        held = [kind for kind, sheet in SHEETS.items() if name in indexes[sheet]]
        if stated and name and held and stated not in held:
            findings.at(rows, row, "kind", f"“{name}”不是这一类对象的编号")
        found.append(stated or (held[0] if held else "load"))
    return found


def _sensible(
    rows: Parsed, hours: Floats, units: list[str], kinds: list[str], parsed: Mapping[str, Parsed],
    indexes: Mapping[str, Mapping[str, int]], findings: Findings,
) -> None:  # fmt: skip
    points = parsed["load_point"].numbers("kw_max")
    for row, name in enumerate(rows.texts("of")):
        own = (
            float(points[indexes["load_point"][name]])
            if kinds[row] == "load" and name in indexes["load_point"]
            else np.nan
        )
        least, most = float(hours[row].min()), float(hours[row].max())
        if least < 0 and not (units[row] == "kw" and own < 0):
            findings.at(rows, row, f"p{int(hours[row].argmin()) * 4}", "负荷曲线不能为负（发电按负荷点的负值写）")
        if units[row] != "kw" and most > BEYOND:
            words = f"最大 {most:.3g}，超过最大负荷（1）：请核对最大负荷；按写的计算"
            findings.at(rows, row, "unit", words, Severity.WARNING)
        elif units[row] == "kw" and most > own * BEYOND > 0:
            words = f"曲线最大 {most:,.0f} kW，超过负荷点的最大负荷 {own:,.0f} kW；按曲线计算"
            findings.at(rows, row, "of", words, Severity.WARNING)


def graded(
    grid: GridModel, levels: Mapping[str, Level], profiles: Profiles, findings: Findings, title: str
) -> tuple[GridModel, dict[str, Level]]:
    """This function will put the profiles to a network; a feeder of L2 is L3 when each of its loads has one on every day told of.

    What keeps a feeder with profiles from L3 is told.
    """
    if not len(profiles):
        return grid, dict(levels)
    grid = replace(grid, profiles=replace(profiles, feeder=_feeders(grid, profiles)))
    states = daily(grid)
    feeder = grid.nodes.feeder[grid.loads.node]
    speaks = set(grid.profiles.feeder.tolist()) - {""}
    new = dict(levels)
    for name in sorted(speaks & levels.keys()):
        own = (feeder == name) & (grid.loads.p_kw > 0)
        without = int(np.count_nonzero(own & ~states.known))
        if without:
            days = "、".join(WORDS[day] for day in states.days)
            words = f"馈线“{name}”有 {without} 处负荷在这些日子没有曲线（{days}），按全天最大负荷计，不算 L3"
            findings.add(title, words, severity=Severity.WARNING)
        elif levels[name] is Level.IMPEDANCE and own.any():
            new[name] = Level.PROFILES
    raised = [name for name, level in new.items() if level is Level.PROFILES]
    at = np.flatnonzero(np.isin(grid.nodes.feeder, raised))
    heads = np.flatnonzero(np.isin(grid.feeders.id, raised))
    third = Level.PROFILES.value
    return replace(
        grid, nodes=grid.nodes.changed(at, level=third), feeders=grid.feeders.changed(heads, level=third)
    ), new


def _feeders(grid: GridModel, profiles: Profiles) -> np.ndarray:
    """The feeder each profile belongs to."""
    loads, trafos, feeder = grid.loads, grid.transformers, grid.nodes.feeder
    found = []
    for kind, name in zip(profiles.kind.tolist(), profiles.element.tolist(), strict=True):
        if kind == "feeder":
            found.append(name)
        elif kind == "load":
            found.append(str(feeder[loads.node[loads.row[name]]]) if name in loads.row else "")
        else:
            found.append(str(feeder[trafos.lv_node[trafos.row[name]]]) if name in trafos.row else "")
    return texts_array([each.removesuffix(LUMPED) for each in found])
