"""电网版本比较: which rows of which table came, went or changed between two revisions, and which feeders that touches."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from yekuo.grid.columns import Columns, Texts
from yekuo.grid.model import GridModel, SwitchAt

ROUNDING = 1e-12
"""A number that went through a workbook and back is the same number."""
TITLES = {
    "nodes": "节点",
    "lines": "线路段",
    "transformers": "变压器",
    "loads": "负荷",
    "sources": "电源",
    "switches": "开关",
    "shunts": "补偿",
    "feeders": "馈线",
    "profiles": "负荷曲线",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """变更: one row: column and value before and after, as texts; references are shown as ids."""

    id: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChange:
    """表变更: ids that came and went, and what changed in those that stayed."""

    table: str
    title: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """版本差异: only tables with a change are listed; `feeders` are the ids touched."""

    before: str
    after: str
    tables: tuple[TableChange, ...]
    feeders: tuple[str, ...]


def differences(old: GridModel, new: GridModel) -> Difference:
    """This function will compare two networks by id; neither the order of rows nor the last digit of a number matters."""
    tables = []
    if old.revision != new.revision:
        for name, table in new.tables.items():
            one = _table(name, old.tables[name], table, _shown(old), _shown(new))
            if one.added or one.removed or one.changed:
                tables.append(one)
    return Difference(before=old.revision, after=new.revision, tables=tuple(tables), feeders=_feeders(old, new, tables))


def _shown(grid: GridModel) -> Mapping[str, Texts]:
    targets = (grid.nodes.id, grid.lines.id, grid.transformers.id)
    switches = grid.switches
    element = [str(targets[SwitchAt(at)][row]) for at, row in zip(switches.at, switches.element, strict=True)]
    return {"nodes": grid.nodes.id, "by kind": np.array(element, dtype=np.str_)}


def _table(
    name: str, old: Columns, new: Columns, old_ids: Mapping[str, Texts], new_ids: Mapping[str, Texts]
) -> TableChange:
    both = [each for each in new.id.tolist() if each in old.row]
    a = np.array([old.row[each] for each in both], dtype=np.int64)
    b = np.array([new.row[each] for each in both], dtype=np.int64)
    changed = []
    for column in type(new).names()[1:]:
        before = _values(old, column, old_ids)[a]
        after = _values(new, column, new_ids)[b]
        differs = before != after
        if before.dtype.kind == "f":
            differs = ~np.isclose(before, after, rtol=ROUNDING, atol=0.0, equal_nan=True)
        changed += [
            Change(id=both[at], column=column, before=str(before[at]), after=str(after[at]))
            for at in np.flatnonzero(differs).tolist()
        ]
    return TableChange(
        table=name,
        title=TITLES[name],
        added=tuple(each for each in new.id.tolist() if each not in old.row),
        removed=tuple(each for each in old.id.tolist() if each not in new.row),
        changed=tuple(changed),
    )


def _values(table: Columns, column: str, ids: Mapping[str, Texts]) -> np.ndarray:
    field = next(each for each in table.__dataclass_fields__.values() if each.name == column)
    refers = field.metadata["refers"]
    values: np.ndarray = getattr(table, column)
    if refers == "nodes":
        return ids["nodes"][values] if len(values) else np.zeros(0, dtype="<U1")
    return ids["by kind"] if refers == "by kind" else values


def _feeders(old: GridModel, new: GridModel, tables: list[TableChange]) -> tuple[str, ...]:
    found: set[str] = set()
    for one in tables:
        ids = {*one.added, *one.removed, *(each.id for each in one.changed)}
        for grid in (old, new):
            found |= _touched(grid, one.table, ids)
    return tuple(sorted(found - {""}))


def _touched(grid: GridModel, table: str, ids: set[str]) -> set[str]:
    own = grid.tables[table]
    rows = np.array([own.row[each] for each in ids if each in own.row], dtype=np.int64)
    if table == "profiles":
        return {str(each) for each in grid.profiles.feeder[rows]}
    if table == "feeders":
        return {str(each) for each in own.id[rows]}
    columns = [each for each in own.names() if type(own).__dataclass_fields__[each].metadata["refers"] == "nodes"]
    places = [rows] if table == "nodes" else [getattr(own, each)[rows] for each in columns]
    return {str(each) for nodes in places for each in grid.nodes.feeder[nodes]}
