"""演练小城电网: the demo town's tables, made once from two public networks of pandapower; never needed at run time.

Medium voltage is `mv_oberrhein`, low voltage `lv_schutterwald` (pandapower, BSD licence, coordinates included). What is
theirs and what is not, so that nobody takes the town for measured data:

- Kept: every node, line, course and length in metres, every transformer's size, switches and open points, the houses
  and their kW. Twelve of the fourteen low-voltage stations stand within 20 m of a medium-voltage bus and take its
  place, one takes the bus 29 m away, the last is joined by 356 m of new cable to the nearest one.
- Moved to 120.30 E, 30.10 N, where no such town is; east-west degrees are stretched so that metres stay.
- Rescaled from 20 kV to 10 kV, because the demo company's customers are at 10 kV. With half the power at half the voltage
  the currents stay; aluminium 185 and 240 mm² became copper 240 and 300 mm² so that the voltage drop stays too (twice the
  drop per ohm, half the ohms). Each 25 MVA 110/20 became two of 20 MVA 110/10 on two busbar sections, one feeder
  on each, as usual here, so that supply over two sections can be shown. Low voltage stays 0.4 kV.
- Loads of stations without drawn low voltage: 19 % of their kVA on average, spread from 9 % to 33 %, in one county (`LIGHTER`) about half of it,
  in place of the original's equal share; a few (`HEAVY`) are put beyond their rating so that the demo has something honestly overloaded.
  Two feeders and the customers' transformers on them have made-up profiles of the day (`PROFILED`), so that there is something at L3.
  One low-voltage street has an old overhead line (`OLD_AREA`). The original's photovoltaic plants are left out: they are
  scaled to zero there.
- The one loop of the low-voltage data is opened at one line. Names of substations, feeders, streets and stations are made up.

    python scripts/convert_town.py

writes src/yekuo/operations/rehearsal/town.zip: CSV files in the format of `grid/layouts.py`, and streets.csv (which
street of which county runs where), read by `operations/rehearsal/town.py`.
"""

import csv
import io
import itertools
import json
import warnings
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.resources import files
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

import networkx as nx  # type: ignore[import-untyped] # development only
import shapely

warnings.simplefilter("ignore")
from pandapower import networks  # noqa: E402 - its import warns

from yekuo.grid.conductors import parse_conductors  # noqa: E402
from yekuo.grid.equipment import parse_equipment  # noqa: E402
from yekuo.grid.solve import Solver  # noqa: E402
from yekuo.grid.tables import import_tables  # noqa: E402
from yekuo.operations.rehearsal.staffing import COUNTIES  # noqa: E402
from yekuo.operations.rehearsal.words import AREAS, ESTATES, STREETS  # noqa: E402

TO = Path(__file__).parents[1] / "src/yekuo/operations/rehearsal/town.zip"
FROM, HERE = (7.8413, 48.4017), (120.30, 30.10)
STRETCH = cos(radians(FROM[1])) / cos(radians(HERE[1]))
MV_MODELS = {
    "NA2XS2Y 1x185 RM/25 12/20 kV": ("YJV22-8.7/15-3×240", "电缆"),
    "NA2XS2Y 1x240 RM/25 12/20 kV": ("YJV22-8.7/15-3×300", "电缆"),
    "243-AL1/39-ST1A 20.0": ("LGJ-240", "架空"),
}
LV_MODELS = {"NAYY 4x150 SE": ("YJV22-0.6/1-4×150", "电缆"), "NAYY 4x50 SE": ("YJV22-0.6/1-4×50", "电缆")}
STATIONS = {39: ("S1", "城东 110 千伏变电站", 114), 319: ("S2", "城西 110 千伏变电站", 142)}
FEEDERS = {
    165: ("F12", "东郊 12 线", "S1-10-1", "3301"),
    162: ("F15", "学院 15 线", "S1-10-2", "3301"),
    193: ("F21", "西环 21 线", "S2-10-1", "3303"),
    62: ("F22", "滨江 22 线", "S2-10-2", "3302"),
}
BY_HOUSES = ("新华巷", "东街", "解放路", "人民路", "学院路", "和平路", "西街", "南苑路")
HEAVY = {"D132": 1.12, "D316": 1.06, "D103": 0.93}
LIGHTER = {"3302": 0.55}
PROFILED = ("F15", "F22")
HOMES = (
    0.42, 0.37, 0.34, 0.33, 0.33, 0.36, 0.44, 0.52, 0.52, 0.50, 0.52, 0.57, 0.62, 0.60, 0.57, 0.56, 0.58, 0.66, 0.80, 0.94,
    1.00, 0.94, 0.78, 0.56,
)  # fmt: skip
WORKS = (
    0.30, 0.29, 0.29, 0.29, 0.30, 0.33, 0.45, 0.72, 0.93, 1.00, 1.00, 0.90, 0.74, 0.92, 0.99, 0.98, 0.92, 0.74, 0.52, 0.44,
    0.40, 0.36, 0.33, 0.31,
)  # fmt: skip
DAYS_OF = {
    "夏季工作日": (0.96, 1.00), "夏季休息日": (1.00, 0.42), "冬季工作日": (0.78, 0.93), "冬季休息日": (0.82, 0.38),
    "春秋季工作日": (0.55, 0.86), "春秋季休息日": (0.58, 0.34),
}  # fmt: skip
"""Shape of a feeder of homes and of a works, and how high each goes on each kind of day: plausible, not measured."""
RAISED = ("和平路", "学院路", "南苑路")
"""Long streets, whose transformers stand a step higher."""
OLD_AREA, OLD_MODEL = "T_idx_43", ("JKLYJ-1/120", "架空")
NEW_SERVICE_M, HOUSE = 60.0, "HH"

Row = dict[str, object]
Point = tuple[float, float]


def dice(word: str) -> float:
    """This function will give a number from 0 to 1 that depends on the word only."""
    return int.from_bytes(sha256(word.encode()).digest()[:4], "big") / 2**32


def moved(lon: float, lat: float) -> Point:
    """This function will move a place to the made-up town, metres kept."""
    return HERE[0] + (lon - FROM[0]) * STRETCH, HERE[1] + lat - FROM[1]


def course(geo: str) -> list[Point]:
    """This function will read a line's or a point's GeoJSON at its new place."""
    found = json.loads(geo)["coordinates"]
    return [moved(*one) for one in (found if isinstance(found[0], list) else [found])]


def wkt(points: Iterable[Point]) -> str:
    """This function will write a course as WKT."""
    return f"LINESTRING ({', '.join(f'{x:.6f} {y:.6f}' for x, y in points)})"


def metres(one: Point, other: Point) -> float:
    """This function will give the distance of two places."""
    return hypot((one[0] - other[0]) * cos(radians(HERE[1])), one[1] - other[1]) * 111_320


class Town:
    """小城: both networks as rows of our sheets."""

    def __init__(self) -> None:
        """This function will take the two networks."""
        self.mv = networks.mv_oberrhein()
        self.lv = networks.lv_schutterwald(separation_by_sub=False)
        self.sheets: dict[str, list[Row]] = defaultdict(list)
        self.at = {row: course(one.geo)[0] for row, one in self.mv.bus.iterrows()}
        self.lv_at = {row: course(one.geo)[0] for row, one in self.lv.bus.iterrows()}
        self.graph = wires(self.mv)
        self.feeder_of = self._walk()
        self.lv_graph = wires(self.lv)
        self.areas = self._areas()
        self.host = self._hosts()
        self.places = self._places()
        self.counts: dict[str, int] = defaultdict(int)

    def _walk(self) -> dict[int, int]:
        """The feeder (line out of the busbar) of every medium-voltage bus."""
        found: dict[int, int] = {}
        for busbar in STATIONS:
            rest = self.graph.copy()
            rest.remove_node(busbar)
            for first in self.graph[busbar]:
                for bus in nx.node_connected_component(rest, first):
                    found[bus] = self.graph[busbar][first]["line"]
        return found

    def _areas(self) -> dict[int, set[int]]:
        return {
            row: set(nx.node_connected_component(self.lv_graph, one.lv_bus)) for row, one in self.lv.trafo.iterrows()
        }

    def _hosts(self) -> dict[int, int]:
        """The medium-voltage bus a low-voltage station takes the place of."""
        return {
            row: min(self.feeder_of, key=lambda bus: metres(self.at[bus], self.lv_at[one.hv_bus]))
            for row, one in self.lv.trafo.iterrows()
        }

    # streets

    def _places(self) -> dict[str, dict[str, list[Point]]]:
        """Streets and estates by county: along a low-voltage street, else along a stretch of the feeder."""
        found: dict[str, dict[str, list[Point]]] = {code: {} for code in STREETS}
        by_size = sorted(self.areas, key=lambda row: (-len(self.areas[row]), row))
        self.area_name = dict(zip(by_size, (*BY_HOUSES, *ESTATES), strict=False))
        for row, name in self.area_name.items():
            part = self.lv_graph.subgraph(self.areas[row])
            found["3301"][name] = self._along(part, self.lv, self.lv_at)
        for code, streets in STREETS.items():
            left = [one for one in (*streets, *ESTATES) if one not in found[code]]
            for name, buses in zip(left, self._stretches(code, len(left)), strict=True):
                found[code][name] = self._along(self.graph.subgraph(buses), self.mv, self.at)
        return found

    def _stretches(self, code: str, count: int) -> list[list[int]]:
        """The buses of a county's feeders in order of the walk from the busbar, cut into pieces."""
        buses: list[int] = []
        for line, (_, _, busbar, county) in FEEDERS.items():
            if county == code:
                root = next(one for one, station in STATIONS.items() if busbar.startswith(station[0]))
                walk = nx.dfs_preorder_nodes(self.graph, root)
                buses += [one for one in walk if self.feeder_of.get(one) == line and one not in self.host.values()]
        size = len(buses) / count
        return [buses[round(one * size) : round((one + 1) * size)] for one in range(count)]

    def _along(self, part: Any, net: Any, at: Mapping[int, Point]) -> list[Point]:
        """The longest way through a part of the network, by the courses of its lines."""
        part = part.subgraph(max(nx.connected_components(part), key=lambda one: (len(one), min(one))))
        start = min(part)
        end = max(
            ends := nx.single_source_dijkstra_path_length(part, start, weight="km"), key=lambda one: (ends[one], one)
        )
        far, ways = nx.single_source_dijkstra(part, end, weight="km")
        way = ways[max(far, key=lambda one: (far[one], one))]
        if len(way) < 2:
            x, y = at[way[0]]
            return [(x - 0.001, y), (x + 0.001, y)]
        points = [at[way[0]]]
        for a, b in itertools.pairwise(way):
            line = net.line.loc[part[a][b]["line"]]
            step = course(line.geo)
            points += step if line.from_bus == a else step[::-1]
        return list(shapely.LineString(points).simplify(0.00002).coords)

    def named(self, point: Point, county: str, what: str, *, street: str = "") -> str:
        """This function will name something after the street it stands at, with a number of its own."""
        here = shapely.Point(point)
        places = self.places[county]
        street = street or min(places, key=lambda one: shapely.LineString(places[one]).distance(here))
        if street in ESTATES and county != "3301":
            street = f"{AREAS[county][:2]}{street}"  # every county has estates of these names
        self.counts[f"{street}{what}"] += 1
        return f"{street}{self.counts[f'{street}{what}']}号{what}"

    # rows

    def build(self) -> dict[str, list[Row]]:
        """This function will write every sheet."""
        self._stations()
        loads = {int(one.bus): one for _, one in self.mv.load.iterrows()}
        for bus in sorted(self.feeder_of):
            self._mv_node(bus, loads.get(bus))
        for row, one in self.mv.line.iterrows():
            self._line(f"L{row}", one, self._mv_id, MV_MODELS, FEEDERS[self._feeder_of_line(one)][0])
        self._switches(self.mv, "L", "负荷开关")
        for row, one in self.lv.trafo.iterrows():
            self._lv_area(int(row), one)
        self._lv_lines()
        return dict(self.sheets)

    def _stations(self) -> None:
        for key, name, row in STATIONS.values():
            x, y = self.at[int(self.mv.trafo.lv_bus[row])]
            self.sheets["substation"].append(
                {"编号": key, "名称": name, "经度": f"{x:.6f}", "纬度": f"{y:.6f}", "运行电压": 1.015}
            )
            for section, word in ((1, "I"), (2, "II")):
                bus = f"{key}-10-{section}"
                self.sheets["busbar"].append(
                    {"编号": bus, "名称": f"10 千伏 {word} 段", "变电站编号": key, "电压等级": 10, "备用间隔": 2}
                )
                self.sheets["main_transformer"].append(
                    {
                        "编号": f"{key}-T{section}", "名称": f"{section} 号主变", "变电站编号": key, "高压侧电压": 110,
                        "低压侧母线": bus, "额定容量": 20, "短路阻抗": 10.5, "负载损耗": 50, "空载损耗": 10,
                        "当前档位": -4, "每档百分比": 1.25,
                    }
                )  # fmt: skip
        for key, name, busbar, _ in FEEDERS.values():
            self.sheets["feeder"].append({"编号": key, "名称": name, "母线编号": busbar})

    def _mv_id(self, bus: int, line: Any = None) -> str:
        if bus not in STATIONS:
            return f"N{bus}"
        return FEEDERS[int(line.name)][2]

    def _feeder_of_line(self, line: Any) -> int:
        own = self.feeder_of.get(int(line.from_bus), self.feeder_of.get(int(line.to_bus), 0))
        other = self.feeder_of.get(int(line.to_bus), own)
        return own if self.graph.has_edge(int(line.from_bus), int(line.to_bus)) else min(own, other)

    def _mv_node(self, bus: int, load: Any) -> None:
        feeder, _, _, county = FEEDERS[self.feeder_of[bus]]
        area = next((row for row, host in self.host.items() if host == bus and self._stands_in(row)), None)
        overhead = all(self.mv.line.std_type[each["line"]].startswith("243") for each in self.graph[bus].values())
        ring = not overhead and area is None and (self.graph.degree(bus) > 2 or load is None or bus % 4 == 0)
        kind = "杆塔" if overhead and load is None and area is None else "环网柜" if ring else "配变"
        word = {"杆塔": "杆", "环网柜": "环网柜", "配变": "配电室"}[kind]
        street = self.area_name[area] if area is not None else ""
        x, y = self.at[bus]
        private = load is not None and load["type"] == "MV Load"
        self.sheets["node"].append(
            {
                "编号": f"N{bus}", "名称": self.named((x, y), county, word, street=street), "类型": kind,
                "馈线编号": feeder, "经度": f"{x:.6f}", "纬度": f"{y:.6f}",
                "备用间隔": bus % 3 if ring else "", "产权": "客户" if private else "公用", "电压等级": 10,
            }
        )  # fmt: skip
        if load is not None and area is None:
            self._lumped(bus, load, county, private=private)

    def _lumped(self, bus: int, load: Any, county: str, *, private: bool) -> None:
        """A station whose low voltage nobody drew: its peak stands at the transformer."""
        key, kva = f"D{bus}", 800 if private else round(load.p_mw * 1000)
        usual = 0.09 + 0.16 * dice(key) + (0.08 if dice(f"{key}+") > 0.8 else 0)
        share = HEAVY.get(key, usual * LIGHTER.get(county, 1.0))
        self.sheets["dist_transformer"].append(
            {
                "编号": key, "名称": self.named(self.at[bus], county, "专变" if private else "公变"),
                "节点编号": f"N{bus}", "容量": kva, "最大负荷": round(kva * 0.95 * share, 1),
                "公专变": "专变" if private else "公变", "短路阻抗": 4.5 if kva > 500 else 4, "钟点数": 11,
            }
        )  # fmt: skip

    def _stands_in(self, row: int) -> bool:
        """Whether a low-voltage station takes its host's place rather than a place of its own near it."""
        return metres(self.at[self.host[row]], self.lv_at[int(self.lv.trafo.hv_bus[row])]) < NEW_SERVICE_M

    def _lv_area(self, row: int, trafo: Any) -> None:
        host, street = self.host[row], self.area_name[row]
        feeder = FEEDERS[self.feeder_of[host]][0]
        node, key = f"N{host}", f"D{host}"
        if not self._stands_in(row):
            here = self.lv_at[int(trafo.hv_bus)]
            node, key = f"N{host}-1", f"D{host}-1"
            self.sheets["node"].append(
                {
                    "编号": node, "名称": self.named(here, "3301", "配电室", street=street), "类型": "配变", "馈线编号": feeder,
                    "经度": f"{here[0]:.6f}", "纬度": f"{here[1]:.6f}", "产权": "公用", "电压等级": 10,
                }
            )  # fmt: skip
            self.sheets["segment"].append(
                {
                    "编号": f"L{host}-1", "名称": f"{street}支线", "起点": f"N{host}", "终点": node, "馈线编号": feeder,
                    "型号": "YJV22-8.7/15-3×120", "长度": round(metres(self.at[host], here), 1), "敷设方式": "电缆",
                    "走向": wkt((self.at[host], here)),
                }
            )  # fmt: skip
        self.sheets["dist_transformer"].append(
            {
                "编号": key, "名称": f"{street}公变", "节点编号": node, "容量": round(trafo.sn_mva * 1000), "公专变": "公变",
                "短路阻抗": 4.5 if trafo.sn_mva > 0.5 else 4, "钟点数": 11, "当前档位": -1 if street in RAISED else 0, "每档百分比": 2.5,
            }
        )  # fmt: skip
        self.lv_ids = getattr(self, "lv_ids", {}) | {int(trafo.lv_bus): key}
        self._lv_nodes(row, int(trafo.lv_bus), street, feeder)

    def _lv_nodes(self, row: int, low_side: int, street: str, feeder: str) -> None:
        loads = {int(one.bus): one for _, one in self.lv.load[self.lv.load.bus.isin(self.areas[row])].iterrows()}
        for bus in sorted(self.areas[row] - {low_side}):
            x, y = self.lv_at[bus]
            branch = self.lv_graph.degree(bus) > 2 or self.lv.bus.type[bus] == "b"
            word = "表箱" if bus in loads else "分支箱" if branch else "接点"
            self.lv_ids[bus] = f"V{bus}"
            self.sheets["node"].append(
                {
                    "编号": f"V{bus}", "名称": self.named((x, y), "3301", word, street=street),
                    "类型": "节点" if word == "接点" else word, "馈线编号": feeder, "经度": f"{x:.6f}", "纬度": f"{y:.6f}",
                    "产权": "公用", "电压等级": 0.4,
                }
            )  # fmt: skip
            if bus in loads:
                self.sheets["load_point"].append(
                    {
                        "编号": f"H{bus}",
                        "节点编号": f"V{bus}",
                        "最大负荷": round(loads[bus].p_mw * 1000, 2),
                        "功率因数": 0.95,
                    }
                )

    def _lv_lines(self) -> None:
        area_of = {bus: row for row, buses in self.areas.items() for bus in buses}
        old = self._old_line(area_of)
        for row, one in self.lv.line.iterrows():
            area = area_of[int(one.from_bus)]
            feeder = FEEDERS[self.feeder_of[self.host[area]]][0]
            models = {one.std_type: OLD_MODEL} if row in old else LV_MODELS
            self._line(f"P{row}", one, lambda bus, _=None: self.lv_ids[bus], models, feeder)
        self._switches(self.lv, "P", "断路器")
        for row in looping(self.lv):
            self.sheets["switch"].append(
                {"编号": f"PK{row}", "线路段编号": f"P{row}", "所在端": "终点", "类型": "断路器", "常开": "是"}
            )

    def _old_line(self, area_of: Mapping[int, int]) -> set[int]:
        area = next(row for row, one in self.lv.trafo.iterrows() if one["name"] == OLD_AREA)
        mains = self.lv.line[self.lv.line.std_type == "NAYY 4x150 SE"]
        return {int(row) for row, one in mains.iterrows() if area_of[int(one.from_bus)] == area}

    def _line(self, key: str, one: Any, name_of: Any, models: Mapping[str, tuple[str, str]], feeder: str) -> None:
        model, laying = models[one.std_type]
        self.sheets["segment"].append(
            {
                "编号": key, "起点": name_of(int(one.from_bus), one), "终点": name_of(int(one.to_bus), one), "馈线编号": feeder,
                "型号": model, "长度": round(one.length_km * 1000, 1), "敷设方式": laying, "走向": wkt(course(one.geo)),
            }
        )  # fmt: skip

    def _switches(self, net: Any, prefix: str, kind: str) -> None:
        for row, one in net.switch.iterrows():
            line = net.line.loc[one.element]
            self.sheets["switch"].append(
                {
                    "编号": f"{prefix}K{row}", "线路段编号": f"{prefix}{one.element}",
                    "所在端": "起点" if one.bus == line.from_bus else "终点", "类型": kind, "常开": "否" if one.closed else "是",
                }
            )  # fmt: skip


def looping(net: Any) -> list[int]:
    """This function will list one line of every loop of the network as it is run: opened, it is radial."""
    graph = wires(net)
    found = []
    for loop in nx.cycle_basis(graph):
        pairs = zip(loop, [*loop[1:], loop[0]], strict=True)
        found.append(max(graph[a][b]["line"] for a, b in pairs))
    return found


def wires(net: Any) -> Any:
    """This function will give the network as it is run: buses joined by lines whose switches are closed."""
    opened = set(net.switch.element[(~net.switch.closed) & (net.switch.et == "l")])
    found = nx.Graph()
    for row, one in net.line.iterrows():
        if row not in opened:
            found.add_edge(int(one.from_bus), int(one.to_bus), line=int(row), km=float(one.length_km))
    return found


def written(rows: list[Row]) -> bytes:
    """This function will write rows as CSV."""
    headings = list(dict.fromkeys(key for row in rows for key in row))
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, headings, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue().encode("utf-8")


def measured(sheets: dict[str, list[Row]]) -> None:
    """This function will write what each feeder's head carries in the base case beside what its line may carry."""
    ours = files("yekuo.grid")
    report = import_tables(
        sheets, library=parse_conductors(ours.joinpath("conductors.toml").read_text(encoding="utf-8")),
        equipment=parse_equipment(ours.joinpath("equipment.toml").read_text(encoding="utf-8")),
    )  # fmt: skip
    if report.grid is None:
        raise SystemExit("\n".join(str(one) for one in report.issues))
    flow, users = Solver(report.grid).flow(), Counter[str]()
    for node in report.grid.loads.node:
        users[str(report.grid.nodes.feeder[node])] += 1
    for line, row in zip(FEEDERS, sheets["feeder"], strict=True):
        at = report.grid.lines.row[f"L{line}"]
        row |= {
            "额定电流": float(report.grid.lines.rated_a[at]), "近12月最大电流": round(float(flow.line_a[at]), 1),
            "最大电流日期": "2026-08-27", "用户数": users[str(row["编号"])],
            "运维单位": dict(COUNTIES)[FEEDERS[line][3]],
        }  # fmt: skip


def curves(sheets: dict[str, list[Row]]) -> None:
    """This function will write a profile for the feeders named, and one for each customer's own transformer on them."""
    feeder = {one["编号"]: one["馈线编号"] for one in sheets["node"]}
    works = [
        one["编号"]
        for one in sheets["dist_transformer"]
        if one["公专变"] == "专变" and feeder[one["节点编号"]] in PROFILED
    ]
    sheets["profile"] = []
    own = [(name, "馈线", HOMES, 0) for name in PROFILED] + [(str(name), "配变", WORKS, 1) for name in works]
    for name, kind, shape, which in own:
        for day, heights in DAYS_OF.items():
            height = heights[which]
            points = [height * one * (0.97 + 0.06 * dice(f"{name}{day}{at}")) for at, one in enumerate(shape)]
            sheets["profile"].append(
                {"编号": name, "对象": kind, "日类型": day, "单位": "标幺"}
                | {f"{hour}时": f"{min(one, 1.0):.3f}" for hour, one in enumerate(points)}
            )


def main() -> None:
    """This function will write the file."""
    town = Town()
    sheets = town.build()
    measured(sheets)
    curves(sheets)
    streets: list[Row] = [
        {"县": code, "街道": name, "走向": wkt(points)}
        for code, places in town.places.items()
        for name, points in places.items()
    ]
    with zipfile.ZipFile(TO, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, rows in {**sheets, "streets": streets}.items():
            packed.writestr(
                zipfile.ZipInfo(f"{name}.csv", (2026, 1, 1, 0, 0, 0)), written(rows), zipfile.ZIP_DEFLATED, 9
            )
    print({name: len(rows) for name, rows in sheets.items()}, TO.stat().st_size)


if __name__ == "__main__":
    main()
