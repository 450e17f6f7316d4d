"""台账导入: the network from tables of rows: every wrong cell named, nothing half-imported, data quality graded per feeder."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from yekuo.grid.assembly import Assembly
from yekuo.grid.conductors import Conductor, Library
from yekuo.grid.curves import graded, read_curves
from yekuo.grid.equipment import Equipment
from yekuo.grid.layouts import LAYOUTS
from yekuo.grid.model import GridModel, Inflight, Level
from yekuo.grid.radial import Closing, Shape, inherited, named, shape_of
from yekuo.grid.sheets import Findings, Issue, Parsed, Severity, Sheet, ids_of, plain, read_sheet

Rows = Sequence[Mapping[str, object]]
SAME_KV = 1e-6
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """价目行: yuan per unit."""

    item: str
    unit: str
    cny: float


@dataclass(frozen=True, eq=False, kw_only=True)
class ImportReport:
    """导入报告: `grid` is None when anything is wrong; issues list errors before warnings; rows counts what was read per sheet.

    `measured_until` is the earliest day a feeder had its peak on: what was added to the network later is not in every peak. None where
    a feeder with a peak has no day.
    """

    grid: GridModel | None
    level_by_feeder: Mapping[str, Level] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    inflight: tuple[Inflight, ...] = ()
    prices: tuple[Price, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    measured_until: date | None = None

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that stop the import."""
        return tuple(one for one in self.issues if one.severity is Severity.ERROR)


def import_tables(
    sheets: Mapping[str, Rows], *, library: Library, equipment: Equipment, radial: bool = True
) -> ImportReport:
    """This function will build the network from rows by heading, per sheet (its English or Chinese name).

    `radial` asserts that the network is run without loops: then a loop or two sources on one feeder is an error.
    """
    findings = Findings()
    parsed = _read(sheets, findings)
    rows = {one.title: len(one) for one in parsed.values() if len(one)}
    indexes = {name: ids_of(one, findings) for name, one in parsed.items() if "id" in one.values}
    _across(parsed, indexes, findings)
    _references(parsed, indexes, findings)
    curves = read_curves(parsed, indexes, findings)
    if findings.failed:
        return ImportReport(grid=None, issues=findings.listed(), rows=rows)
    built = Assembly(parsed, indexes, _library(parsed["conductor_library"], library), equipment)
    shape = _check_shape(built, parsed, findings, radial=radial)
    if findings.failed:
        return ImportReport(grid=None, issues=findings.listed(), rows=rows)
    feeder = inherited(shape, built.feeder_of_line, first=True)
    area = inherited(shape, built.areas(), first=False)
    _other_feeders(built, feeder, parsed, findings)
    grid, levels = built.finish(feeder, area, findings)
    grid, levels = graded(grid, levels, curves, findings, parsed["profile"].title)
    return ImportReport(
        grid=grid,
        level_by_feeder=levels,
        issues=findings.listed(),
        inflight=built.inflight(),
        prices=_prices(parsed["price"]),
        rows=rows,
        measured_until=_measured_until(parsed["feeder"]),
    )


def _measured_until(feeders: Parsed) -> date | None:
    peaks = ~np.isnan(feeders.numbers("max_a_12m"))
    days = [_day(each) for each, peak in zip(feeders.texts("max_a_date"), peaks.tolist(), strict=True) if peak]
    known = [one for one in days if one is not None]
    return min(known) if known and len(known) == len(days) else None


def _day(text: str) -> date | None:
    found = DAY.search(text)
    try:
        return date(*(int(each) for each in found.groups())) if found else None
    except ValueError:
        return None


def _read(sheets: Mapping[str, Rows], findings: Findings) -> dict[str, Parsed]:
    known = {plain(word): one for one in LAYOUTS for word in (one.name, *one.titles)}
    words: dict[str, str] = {}
    given: dict[str, Rows] = {}
    for title, rows in sheets.items():
        sheet = known.get(plain(title))
        if sheet is None:
            findings.add(str(title)[:30], "不认识的工作表，已忽略", severity=Severity.WARNING)
        elif sheet.name in given:
            findings.add(str(title)[:30], f"“{sheet.title}”出现了两次")
        else:
            given[sheet.name], words[sheet.name] = rows, str(title)
    for one in LAYOUTS:
        _needed(one, given, findings)
    return {
        one.name: read_sheet(one, given.get(one.name, ()), findings, title=words.get(one.name, one.title))
        for one in LAYOUTS
    }


def _needed(sheet: Sheet, given: Mapping[str, Rows], findings: Findings) -> None:
    if sheet.must and not given.get(sheet.name):
        word = "是空的" if sheet.name in given else f"缺少（{sheet.name}）"
        findings.add(sheet.title, f"工作表“{sheet.title}”{word}")


def _across(parsed: Mapping[str, Parsed], indexes: Mapping[str, Mapping[str, int]], findings: Findings) -> None:
    """A busbar and a node may not have one id: both are nodes of the network."""
    for each in indexes["node"].keys() & indexes["busbar"].keys():
        findings.at(parsed["node"], indexes["node"][each], "id", f"编号“{each}”已是一条母线的编号")


def _references(parsed: Mapping[str, Parsed], indexes: Mapping[str, Mapping[str, int]], findings: Findings) -> None:
    for one in parsed.values():
        for column in one.sheet.columns:
            if not any(len(parsed[each]) for each in column.refers):
                continue  # a sheet that is not there at all was said once
            names = "、".join(parsed[each].title for each in column.refers)
            allowed = {""}.union(*(indexes[each] for each in column.refers))
            wrong = [(index, cell) for index, cell in enumerate(one.texts(column.field)) if cell not in allowed]
            alike = {_bare(each): each for each in allowed} if wrong else {}
            for index, cell in wrong:
                near = alike.get(_bare(cell), "")
                hint = f"；与“{near}”只差大小写、全半角或空格" if near else ""
                findings.at(one, index, column.field, f"引用了不存在的编号“{cell[:40]}”（应在{names}表中{hint}）")


def _bare(name: str) -> str:
    """An id without what the eye does not see."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


def _library(parsed: Parsed, library: Library) -> Library:
    r, x, c, current = (parsed.numbers(name) for name in ("r", "x", "c", "i_a"))
    more = [
        Conductor(
            model=model,
            laying=laying or "cable",
            r=float(r[row]),
            x=float(x[row]),
            c=float(np.nan_to_num(c[row])),
            i_a=float(current[row]),
        )
        for row, (model, laying) in enumerate(zip(parsed.texts("model"), parsed.texts("laying"), strict=True))
    ]
    return library.with_more(more) if more else library


def _check_shape(built: Assembly, parsed: Mapping[str, Parsed], findings: Findings, *, radial: bool) -> Shape:
    segments = parsed["segment"]
    shape = shape_of(len(built.node_ids), built.closed_edges(), built.roots)
    for one in shape.closings if radial else ():
        sheet, row = built.place_of_edge(one.edge)
        findings.at(parsed[sheet], row, "id", _closing_words(one, built))
    _islands(built, shape, parsed, findings)
    for edge, a, b in built.edges:
        if abs(built.kv[a] - built.kv[b]) > SAME_KV:
            words = f"线路段两端电压不同：{built.kv[a]:g} 千伏和 {built.kv[b]:g} 千伏"
            findings.at(segments, edge, "to", words)
    return shape


def _closing_words(one: Closing, built: Assembly) -> str:
    name = built.edge_name(one.edge)
    if one.roots is not None and {*one.roots} <= set(built.roots):
        pair = "和".join(f"“{built.node_ids[each]}”" for each in one.roots)
        return f"{name}把两个电源（母线{pair}）合在一起，联络处没有常开开关"
    if not one.told:
        return f"{name}合成了环，环上没有常开开关"
    if not one.around:
        return f"{name}的两端是同一个节点"
    return f"{name}合成了环，环上没有常开开关；环上还有：{named(built.edge_name(each) for each in one.around)}"


def _islands(built: Assembly, shape: Shape, parsed: Mapping[str, Parsed], findings: Findings) -> None:
    wired = {end for _, a, b in built.edges for end in (a, b)}
    lonely = [node for node in range(len(shape.root)) if shape.root[node] < 0 and not built.outside[node]]
    heads = _heads(lonely, shape)
    for head, count in heads.items():
        sheet, row = built.origin[head]
        words = "没有接到任何线路段" if head not in wired else "与任何母线都不连通（孤岛）"
        size = f"，连同共 {count} 个节点" if count > 1 else ""
        findings.at(parsed[sheet], row, "id", f"“{built.node_ids[head]}”{words}{size}")


def _heads(nodes: Sequence[int], shape: Shape) -> Counter[int]:
    """How many of the nodes hang below each head of an island; every step up is taken once."""
    head: dict[int, int] = {}
    found: Counter[int] = Counter()
    for node in nodes:
        here, path = node, []
        while here not in head and shape.parent[here] >= 0:
            path.append(here)
            here = shape.parent[here]
        top = head.get(here, here)
        head.update(dict.fromkeys((*path, here), top))
        found[top] += 1
    return found


def _other_feeders(built: Assembly, derived: list[str], parsed: Mapping[str, Parsed], findings: Findings) -> None:
    nodes = parsed["node"]
    for row, stated in enumerate(nodes.texts("feeder_id")):
        fed = derived[built.row_of_node(row)]
        if stated and fed and stated != fed:
            message = f"“{nodes.texts('id')[row]}”写在馈线“{stated}”，按接线由“{fed}”供电，按接线计算"
            findings.at(nodes, row, "feeder_id", message, Severity.WARNING)


def _prices(parsed: Parsed) -> tuple[Price, ...]:
    cny = parsed.numbers("cny")
    return tuple(
        Price(item=item, unit=unit, cny=float(cny[row]))
        for row, (item, unit) in enumerate(zip(parsed.texts("item"), parsed.texts("unit"), strict=True))
    )
