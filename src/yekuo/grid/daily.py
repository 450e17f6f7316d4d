"""典型日状态: what every load draws at each hour of each kind of day, from the profiles of loads, areas and feeders."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from yekuo.grid.columns import Bools, Floats, Ints
from yekuo.grid.model import HOURS, GridModel, Profiles

SEASONS = ("summer", "winter", "mild")
DAYS = {
    "summer_work": "夏季工作日", "summer_rest": "夏季休息日", "winter_work": "冬季工作日", "winter_rest": "冬季休息日",
    "mild_work": "春秋季工作日", "mild_rest": "春秋季休息日",
}  # fmt: skip
WORDS = {
    **DAYS,
    "summer": "夏季",
    "winter": "冬季",
    "mild": "春秋季",
    "work": "工作日",
    "rest": "休息日",
    "all": "全年",
}
LUMPED = "/馈线负荷"
KINDS = ("load", "transformer", "feeder")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Daily:
    """典型日: `share` of the peak for every day, hour and load; `known` says which loads have a profile on every day."""

    days: tuple[str, ...]
    share: Floats
    known: Bools

    def label(self, state: int) -> str:
        """This function will name a state, numbered by day and hour."""
        return f"{DAYS[self.days[state // HOURS]]} {state % HOURS} 时"


def names_of(day: str) -> tuple[str, ...]:
    """This function will list under which names a day's profile may stand, the closest first."""
    season, kind = day.split("_")
    return (day, season, kind, "all")


def days_of(profiles: Profiles) -> tuple[str, ...]:
    """This function will list the days that some profile speaks of."""
    given = set(profiles.day.tolist())
    return tuple(day for day in DAYS if given.intersection(names_of(day)))


def daily(grid: GridModel) -> Daily:
    """This function will give what every load draws; a load without a profile draws its peak all the time.

    A load's own profile comes first, then that of its transformer, then that of its feeder. kW of a transformer or feeder less what
    is known below are shared out by peak among the others; generation is never shared out.
    """
    days, loads = days_of(grid.profiles), len(grid.loads)
    share = np.ones((len(days), HOURS, loads))
    known = np.zeros((len(days), loads), dtype=bool)
    members, hours = _members(grid), grid.profiles.hours()
    given: dict[str, dict[str, dict[str, int]]] = {kind: {} for kind in KINDS}
    told = zip(grid.profiles.kind.tolist(), grid.profiles.element.tolist(), grid.profiles.day.tolist(), strict=True)
    for row, (kind, element, day) in enumerate(told):
        given[kind].setdefault(element, {})[day] = row
    for at, day in enumerate(days):
        for kind in KINDS:
            for element, rows in given[kind].items():
                row = next((rows[name] for name in names_of(day) if name in rows), -1)
                own = members[kind].get(element)
                if row >= 0 and own is not None:
                    absolute = bool(grid.profiles.kilowatts[row])
                    _set(grid.loads.p_kw, own, hours[row], share[at], known[at], absolute=absolute)
    every: Bools = np.all(known, axis=0) & bool(days)
    return Daily(days=days, share=share, known=every)


def _set(peak: Floats, own: Ints, hours: Floats, share: Floats, known: Bools, *, absolute: bool) -> None:
    """One profile put on those of its loads that have no closer one."""
    rest = own[~known[own]]
    if not len(rest):
        return
    factor = hours
    if absolute:
        below = own[known[own]]
        left = hours - (share[:, below] * peak[below]).sum(axis=1)
        total = float(peak[rest].sum())
        factor = (left if total < 0 else np.maximum(left, 0.0)) / total if total else np.ones(HOURS)
    share[:, rest] = factor[:, None]
    known[rest] = True


def _members(grid: GridModel) -> Mapping[str, Mapping[str, Ints]]:
    """The rows of loads each element's profile may speak for."""
    loads, nodes, trafos = grid.loads, grid.nodes, grid.transformers
    feeder = np.where(
        np.char.endswith(loads.id, LUMPED), np.char.replace(loads.id, LUMPED, ""), nodes.feeder[loads.node]
    )
    drawn = np.flatnonzero(loads.p_kw > 0)
    by_area = _grouped(nodes.area[loads.node[drawn]].tolist(), drawn)
    area_of = dict(zip(trafos.id.tolist(), nodes.area[trafos.lv_node].tolist(), strict=True))
    none = np.array([], dtype=np.int64)
    return {
        "load": {name: np.array([row]) for name, row in loads.row.items()},
        "transformer": {name: by_area.get(area, none) for name, area in area_of.items() if area},
        "feeder": _grouped(feeder[drawn].tolist(), drawn),
    }


def _grouped(names: list[str], rows: Ints) -> dict[str, Ints]:
    found: dict[str, list[int]] = {}
    for name, row in zip(names, rows.tolist(), strict=True):
        found.setdefault(name, []).append(row)
    return {name: np.array(each) for name, each in found.items() if name}
