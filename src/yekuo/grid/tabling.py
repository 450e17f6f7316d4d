"""电网成表: a network written back as the tables of an import, so that what is in force can be taken out, changed and sent in again."""

from collections.abc import Collection, Iterator

import numpy as np

from yekuo.grid.atlas import Atlas
from yekuo.grid.daily import WORDS as DAY_WORDS
from yekuo.grid.layouts import NODE_KINDS
from yekuo.grid.model import MV_FROM, GridModel, NodeKind, SwitchAt

Row = dict[str, object]
Sheets = dict[str, list[Row]]
KIND_WORDS = {value: word for word, value in reversed(list(NODE_KINDS.items())) if not word.isascii()}
CURVE_WORDS = {"load": "负荷点", "transformer": "配变", "feeder": "馈线"}
LAYING_WORDS = {"cable": "电缆", "overhead": "架空", "mixed": "混合"}


def as_tables(atlas: Atlas, *, feeders: Collection[str] | None = None) -> Sheets:
    """This function will write sheets by their Chinese names, of everything or of the feeders named and their substations.

    Impedances are written per section, so that no conductor library is needed to read them. Shunts, switches that are not at a
    section's end, and nodes without a section have no place in these tables and are left out.
    """
    return _Tables(atlas, feeders).sheets()


class _Tables:
    """The rows of each sheet for the feeders wanted."""

    def __init__(self, atlas: Atlas, feeders: Collection[str] | None) -> None:
        self.atlas, self.grid, self.feeders = atlas, atlas.grid, feeders
        grid = atlas.grid
        nodes, trafos = grid.nodes, grid.transformers
        self.main = grid.is_main
        self.low = dict(zip(trafos.lv_node[~self.main].tolist(), trafos.id[~self.main].tolist(), strict=True))
        self.high = set(trafos.hv_node[self.main].tolist())
        self.bars = {
            row for row in np.flatnonzero(nodes.kind == NodeKind.BUSBAR.value).tolist() if row not in self.high
        }
        self.heads = {
            int(row) for row, name in zip(grid.feeders.busbar, grid.feeders.id, strict=True) if self._of(str(name))
        }

    def _of(self, feeder: str) -> bool:
        return self.feeders is None or feeder in self.feeders

    def _node(self, row: int) -> bool:
        return self._of(str(self.grid.nodes.feeder[row])) if row not in self.bars else self._bar(row)

    def _bar(self, row: int) -> bool:
        return self.feeders is None or row in self.heads

    def _name(self, row: int) -> str:
        """A low side is named by its transformer, which makes it when it is read."""
        return str(self.low.get(row, self.grid.nodes.id[row]))

    def sheets(self) -> Sheets:
        """This function will write every sheet."""
        written = {
            "变电站": self._substations(), "母线": self._busbars(), "主变压器": self._mains(), "馈线": self._feeders(),
            "节点": self._nodes(), "线路段": self._sections(), "开关": self._switches(),
            "配电变压器": self._transformers(), "负荷点": self._loads(), "负荷曲线": self._curves(),
        }  # fmt: skip
        return {title: list(rows) for title, rows in written.items()}

    def _substations(self) -> Iterator[Row]:
        nodes, seen = self.grid.nodes, set()
        held = dict(zip(self.grid.sources.node.tolist(), self.grid.sources.u_pu.tolist(), strict=True))
        by_station = {str(nodes.substation[row]): u for row, u in held.items()}
        for row in sorted(self.bars):
            station = str(nodes.substation[row])
            if self._bar(row) and station not in seen:
                seen.add(station)
                yield {
                    "编号": station, "名称": self.atlas.station_name(station), "经度": _degree(nodes.x[row]),
                    "纬度": _degree(nodes.y[row]), "运行电压": by_station.get(station, 1.0),
                }  # fmt: skip

    def _busbars(self) -> Iterator[Row]:
        nodes = self.grid.nodes
        for row in sorted(self.bars):
            if self._bar(row):
                yield {
                    "编号": str(nodes.id[row]), "名称": str(nodes.name[row]), "变电站编号": str(nodes.substation[row]),
                    "电压等级": float(nodes.kv[row]), "备用间隔": _whole(nodes.spare_bays[row]),
                }  # fmt: skip

    def _rated(self, row: int) -> Row:
        one = self.grid.transformers
        return {
            "短路阻抗": float(one.uk_pct[row]), "负载损耗": float(one.pk_kw[row]), "空载损耗": float(one.p0_kw[row]),
            "空载电流": float(one.i0_pct[row]), "当前档位": int(one.tap_pos[row]), "每档百分比": float(one.tap_step_pct[row]),
            "钟点数": int(one.clock[row]),
        }  # fmt: skip

    def _mains(self) -> Iterator[Row]:
        one, nodes = self.grid.transformers, self.grid.nodes
        for row in np.flatnonzero(self.main).tolist():
            if self._bar(int(one.lv_node[row])):
                yield {
                    "编号": str(one.id[row]), "名称": str(one.name[row]),
                    "变电站编号": str(nodes.substation[one.lv_node[row]]), "高压侧电压": float(one.hv_kv[row]),
                    "低压侧母线": str(nodes.id[one.lv_node[row]]), "额定容量": float(one.kva[row]) / 1000, **self._rated(row),
                }  # fmt: skip

    def _feeders(self) -> Iterator[Row]:
        one = self.grid.feeders
        for row, name in enumerate(one.id.tolist()):
            if self._of(name):
                yield {
                    "编号": name, "名称": str(one.name[row]), "母线编号": str(self.grid.nodes.id[one.busbar[row]]),
                    "额定电流": _known(one.rated_a[row]), "近12月最大电流": _known(one.peak_a[row]),
                    "线损率": _known(one.loss_pct[row]), "用户数": _whole(one.users[row]),
                    "运维单位": str(one.unit[row]),
                }  # fmt: skip

    def _nodes(self) -> Iterator[Row]:
        nodes = self.grid.nodes
        made = {*self.low, *self.high, *self.bars}
        for row, name in enumerate(nodes.id.tolist()):
            if row not in made and self._node(row):
                yield {
                    "编号": name, "名称": str(nodes.name[row]), "类型": KIND_WORDS.get(str(nodes.kind[row]), "节点"),
                    "馈线编号": str(nodes.feeder[row]), "经度": _degree(nodes.x[row]), "纬度": _degree(nodes.y[row]),
                    "备用间隔": _whole(nodes.spare_bays[row]), "产权": "公用" if nodes.public[row] else "客户",
                    "电压等级": float(nodes.kv[row]),
                }  # fmt: skip

    def _kept(self, row: int) -> bool:
        """A section belongs to the feeder of its end farther from the busbar; both ends must be written."""
        lines = self.grid.lines
        return self._node(int(lines.from_node[row])) and self._node(int(lines.to_node[row]))

    def _sections(self) -> Iterator[Row]:
        lines, nodes = self.grid.lines, self.grid.nodes
        for row, name in enumerate(lines.id.tolist()):
            if self._kept(row):
                a, b = int(lines.from_node[row]), int(lines.to_node[row])
                yield {
                    "编号": name, "名称": str(lines.name[row]), "起点": self._name(a), "终点": self._name(b),
                    "馈线编号": str(nodes.feeder[b]) or str(nodes.feeder[a]), "型号": str(lines.model[row]),
                    "长度": _known(lines.length_m[row]), "敷设方式": LAYING_WORDS.get(str(lines.laying[row]), ""),
                    "额定电流": _known(lines.rated_a[row]), "电阻": float(lines.r_ohm[row]), "电抗": float(lines.x_ohm[row]),
                    "电容": float(lines.c_nf[row]), "走向": str(lines.wkt[row]),
                }  # fmt: skip

    def _switches(self) -> Iterator[Row]:
        one, lines = self.grid.switches, self.grid.lines
        for row, name in enumerate(one.id.tolist()):
            line = int(one.element[row])
            if one.at[row] == SwitchAt.LINE.value and self._kept(line):
                yield {
                    "编号": name, "线路段编号": str(lines.id[line]), "类型": str(one.kind[row]),
                    "所在端": "终点" if one.node[row] == lines.to_node[line] else "起点",
                    "常开": "否" if one.closed[row] else "是",
                }  # fmt: skip

    def _transformers(self) -> Iterator[Row]:
        one = self.grid.transformers
        for row in np.flatnonzero(~self.main).tolist():
            if self._node(int(one.hv_node[row])):
                yield {
                    "编号": str(one.id[row]), "名称": str(one.name[row]), "节点编号": str(self.grid.nodes.id[one.hv_node[row]]),
                    "额定容量": float(one.kva[row]), "低压侧电压": float(one.lv_kv[row]),
                    "公用": "是" if one.public[row] else "否", **self._rated(row),
                }  # fmt: skip

    def _loads(self) -> Iterator[Row]:
        """What stands for a feeder without sections is made again from its measured peak."""
        one, feeders = self.grid.loads, self.grid.feeders
        again = {
            f"{name}/馈线负荷" for name, peak in zip(feeders.id, feeders.peak_a, strict=True) if not np.isnan(peak)
        }
        for row, name in enumerate(one.id.tolist()):
            node, p, q = int(one.node[row]), float(one.p_kw[row]), float(one.q_kvar[row])
            if self._node(node) and name not in again:
                pf = abs(p) / float(np.hypot(p, q)) if p > 0 else ""
                yield {"编号": name, "节点编号": self._name(node), "最大负荷": p, "功率因数": pf}

    def _curves(self) -> Iterator[Row]:
        one = self.grid.profiles
        for row, points in enumerate(one.points.tolist()):
            if self._of(str(one.feeder[row])):
                yield {
                    "编号": str(one.element[row]), "对象": CURVE_WORDS[str(one.kind[row])], "日类型": DAY_WORDS[str(one.day[row])],
                    "单位": "kW" if one.kilowatts[row] else "标幺",
                    **{f"{hour}时": float(value) for hour, value in enumerate(points.split(" "))},
                }  # fmt: skip


def _degree(value: float) -> object:
    return _known(round(float(value), 7))


def _known(value: float) -> object:
    return "" if np.isnan(value) else float(value)


def _whole(value: int) -> object:
    return "" if value < 0 else int(value)


def is_tabular(grid: GridModel) -> bool:
    """This function will say whether a network has the feeders and substations these tables are built around."""
    return (
        bool(len(grid.feeders)) and bool(np.any(grid.nodes.substation != "")) and bool(np.any(grid.nodes.kv >= MV_FROM))
    )
