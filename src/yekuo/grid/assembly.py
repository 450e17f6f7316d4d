"""台账组网: parsed tables put together into one network: nodes, sections, transformers, loads, switches, graded feeders."""

from collections.abc import Mapping

import numpy as np

from yekuo.grid.columns import Bools, Floats
from yekuo.grid.conductors import Conductor, Library
from yekuo.grid.equipment import Equipment
from yekuo.grid.loading import Loading
from yekuo.grid.model import (
    Feeders,
    GridModel,
    Inflight,
    Level,
    Lines,
    NodeKind,
    Nodes,
    Sources,
    SwitchAt,
    Switches,
    Transformers,
)
from yekuo.grid.sheets import Findings, Parsed, Severity, texts_array

LV_KV = 0.4
USUAL_PF = 0.95
GUESSED_M = 100.0
METRES_OF_DEGREE = 111_320.0


class Assembly:
    """组网: the network's parts by row of the sender's tables; `finish` makes the model once nothing is wrong.

    Nodes are numbered busbars, nodes, high sides of substations, low sides of distribution transformers; edges are
    numbered as the sections, distribution transformers behind.
    """

    def __init__(
        self,
        parsed: Mapping[str, Parsed],
        indexes: Mapping[str, Mapping[str, int]],
        library: Library,
        equipment: Equipment,
    ) -> None:
        """This function will number nodes and edges; ids are known to be unique and references to be right."""
        self.parsed, self.indexes, self.library, self.equipment = parsed, indexes, library, equipment
        self._number_nodes()
        self.kv = self._voltages()
        self._wire()

    # nodes

    def _number_nodes(self) -> None:
        busbars, nodes = self.parsed["busbar"], self.parsed["node"]
        self.node_ids = [*busbars.texts("id"), *nodes.texts("id")]
        self.origin = [("busbar", row) for row in range(len(busbars))] + [("node", row) for row in range(len(nodes))]
        self.node_row = {each: row for row, each in enumerate(self.node_ids)}
        self._high_sides()
        self.lv_row: dict[str, int] = {}
        for row, each in enumerate(self.parsed["dist_transformer"].texts("id")):
            self.lv_row[each] = len(self.node_ids)
            self.node_ids.append(f"{each}/低压" if each in self.node_row else each)
            self.origin.append(("dist_transformer", row))

    def _high_sides(self) -> None:
        """Where a main transformer's high side has no busbar of its own in the tables, one is made."""
        mains, busbars = self.parsed["main_transformer"], self.parsed["busbar"]
        substation_of, kv_of = busbars.texts("substation_id"), busbars.numbers("kv")
        known = {(substation_of[row], float(kv_of[row])): row for row in range(len(busbars))}
        self.high_row: list[int] = []
        for row, substation in enumerate(mains.texts("substation_id")):
            key = (substation, float(mains.numbers("hv_kv")[row]))
            if key not in known:
                known[key] = len(self.node_ids)
                self.node_ids.append(f"{substation}/{key[1]:g}kV")
                self.origin.append(("main_transformer", row))
            self.high_row.append(known[key])

    def row_of_node(self, row: int) -> int:
        """This function will give the number of a row of the sheet of nodes."""
        return len(self.parsed["busbar"]) + row

    def place(self, name: str) -> int:
        """This function will give the node meant by an id: a node or busbar, else the low side of a transformer."""
        return self.node_row[name] if name in self.node_row else self.lv_row[name]

    def drawn_at(self, name: str) -> int:
        """This function will give the node where load is drawn: at a node with transformers it is the first one's low side."""
        return self.lv_row[name] if name in self.lv_row else self._low_side.get(name, self.node_row.get(name, -1))

    def _voltages(self) -> Floats:
        kv = np.full(len(self.node_ids), np.nan)
        busbars, nodes, feeders = self.parsed["busbar"], self.parsed["node"], self.parsed["feeder"]
        kv[: len(busbars)] = busbars.numbers("kv")
        for row, high in enumerate(self.high_row):
            kv[high] = self.parsed["main_transformer"].numbers("hv_kv")[row]
        head = dict(zip(feeders.texts("id"), feeders.texts("busbar_id"), strict=True))
        stated, kinds = nodes.numbers("kv"), nodes.texts("kind")
        for row, feeder in enumerate(nodes.texts("feeder_id")):
            low = kinds[row] == NodeKind.BOX.value
            usual = LV_KV if low else kv[self.node_row[head[feeder]]] if feeder in head else np.nan
            kv[self.row_of_node(row)] = usual if np.isnan(stated[row]) else stated[row]
        low_kv = self.parsed["dist_transformer"].numbers("lv_kv")
        for row, at in enumerate(self.lv_row.values()):
            kv[at] = LV_KV if np.isnan(low_kv[row]) else low_kv[row]
        return kv

    # edges

    def _wire(self) -> None:
        segments, trafos = self.parsed["segment"], self.parsed["dist_transformer"]
        self.edges = [
            (row, self.place(a), self.place(b))
            for row, (a, b) in enumerate(zip(segments.texts("from"), segments.texts("to"), strict=True))
        ]
        self.windings = [
            (len(segments) + row, self.node_row[node], self.lv_row[each])
            for row, (each, node) in enumerate(zip(trafos.texts("id"), trafos.texts("node_id"), strict=True))
        ]
        self._low_side: dict[str, int] = {}
        for each, node in zip(trafos.texts("id"), trafos.texts("node_id"), strict=True):
            self._low_side.setdefault(node, self.lv_row[each])
        self.feeder_of_line = {row: feeder for row, feeder in enumerate(segments.texts("feeder_id")) if feeder}
        switches = self.parsed["switch"]
        is_open = switches.flags("normally_open", default=False)
        self.opened = {
            self.indexes["segment"][each] for row, each in enumerate(switches.texts("segment_id")) if is_open[row]
        }
        self._spread_voltages()
        self.roots = self._roots()
        self.outside = self._outside()

    def _spread_voltages(self) -> None:
        """A node that says nothing of its voltage has that of the section it hangs on."""
        unknown = np.isnan(self.kv)
        if not unknown.any():
            return
        near: dict[int, list[int]] = {}
        for _, a, b in self.edges:
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
        ring = [node for node in near if not unknown[node]]
        for node in ring:
            for other in near[node]:
                if unknown[other]:
                    self.kv[other], unknown[other] = self.kv[node], False
                    ring.append(other)

    def closed_edges(self) -> list[tuple[int, int, int]]:
        """This function will list the edges power flows over: sections without an open switch, transformers."""
        return [*(one for one in self.edges if one[0] not in self.opened), *self.windings]

    def areas(self) -> dict[int, str]:
        """This function will name the low-voltage area behind every distribution transformer's edge."""
        ids = self.parsed["dist_transformer"].texts("id")
        return {edge: ids[row] for row, (edge, _, _) in enumerate(self.windings)}

    def place_of_edge(self, edge: int) -> tuple[str, int]:
        """This function will say in which sheet and row an edge stands."""
        sections = len(self.edges)
        return ("segment", edge) if edge < sections else ("dist_transformer", edge - sections)

    def edge_name(self, edge: int) -> str:
        """This function will name an edge for its sender."""
        sheet, row = self.place_of_edge(edge)
        word = "线路段" if sheet == "segment" else "配变"
        return f"{word}“{self.parsed[sheet].texts('id')[row]}”"

    def _roots(self) -> list[int]:
        """Busbars that a main transformer feeds, or all of a substation without one; high sides too."""
        mains, busbars = self.parsed["main_transformer"], self.parsed["busbar"]
        with_mains = set(mains.texts("substation_id"))
        self.bare = [row for row, each in enumerate(busbars.texts("substation_id")) if each not in with_mains]
        fed = {self.node_row[each] for each in mains.texts("lv_bus_id")}
        return sorted({*fed, *self.bare, *self.high_row})

    def _outside(self) -> Bools:
        """Nodes of feeders without a single section are not part of the network that can be calculated."""
        wired = {end for _, a, b in self.edges for end in (a, b)}
        derived = set(self.feeder_of_line.values())
        outside = np.zeros(len(self.node_ids), dtype=bool)
        for row, feeder in enumerate(self.parsed["node"].texts("feeder_id")):
            at = self.row_of_node(row)
            outside[at] = bool(feeder) and feeder not in derived and at not in wired
        for _, high, low in self.windings:
            outside[low] = outside[high]
        return outside

    # the model

    def finish(self, feeder: list[str], area: list[str], findings: Findings) -> tuple[GridModel, dict[str, Level]]:
        """This function will make the model from the feeder and the low-voltage area of every node."""
        levels = self._levels(findings)
        kept = np.flatnonzero(~self.outside)
        place = np.full(len(self.node_ids), -1)
        place[kept] = np.arange(len(kept))
        self._place = place
        loading = Loading(self, feeder, area, findings)
        grid = GridModel(
            nodes=self._nodes(feeder, area, levels).take(kept),
            lines=self._lines(place, findings),
            transformers=self._transformers(place, findings),
            loads=loading.loads(place),
            sources=self._sources(place),
            switches=self._switches(place),
            feeders=self._feeders(place, levels),
        )
        return grid, levels

    def _nodes(self, feeder: list[str], area: list[str], levels: Mapping[str, Level]) -> Nodes:
        count = len(self.node_ids)
        names, kinds = [""] * count, [NodeKind.POINT.value] * count
        stations, owners = [""] * count, [True] * count
        x, y, spare = np.full(count, np.nan), np.full(count, np.nan), np.full(count, -1.0)
        own = self.parsed["substation"]
        station_row = self.indexes["substation"]
        for at, (sheet, row) in enumerate(self.origin):
            source = self.parsed[sheet]
            names[at] = source.texts("name")[row]
            if sheet in ("busbar", "main_transformer"):
                stations[at] = source.texts("substation_id")[row]
                x[at], y[at] = (own.numbers(each)[station_row[stations[at]]] for each in ("lon", "lat"))
                if sheet == "main_transformer":
                    names[at] = own.texts("name")[station_row[stations[at]]]
                kinds[at] = NodeKind.BUSBAR.value
            elif sheet == "node":
                x[at], y[at] = source.numbers("lon")[row], source.numbers("lat")[row]
                kinds[at] = source.texts("kind")[row] or NodeKind.POINT.value
                owners[at] = source.texts("owner")[row] != "private"
            else:
                host = self.node_row[source.texts("node_id")[row]]
                x[at], y[at], kinds[at] = x[host], y[host], NodeKind.DT.value
            if "spare_bays" in source.values:
                spare[at] = source.numbers("spare_bays")[row]
        self._feeder_bays(spare)
        level = np.array([int(levels.get(each, Level.IMPEDANCE)) for each in feeder])
        return Nodes.of(
            id=texts_array(self.node_ids),
            kv=self.kv,
            name=texts_array(names),
            kind=texts_array(kinds),
            feeder=texts_array(feeder),
            area=texts_array(area),
            substation=texts_array(stations),
            x=x,
            y=y,
            spare_bays=np.where(np.isnan(spare), -1, spare).astype(np.int64),
            public=np.array(owners),
            level=level,
        )

    def _feeder_bays(self, spare: Floats) -> None:
        """Bays given with a feeder are outgoing bays of its busbar."""
        feeders = self.parsed["feeder"]
        for row, bays in enumerate(feeders.numbers("spare_bays").tolist()):
            at = self.node_row[feeders.texts("busbar_id")[row]]
            spare[at] = np.fmax(spare[at], bays)

    def _lines(self, place: np.ndarray, findings: Findings) -> Lines:
        segments = self.parsed["segment"]
        if not len(segments):
            return Lines.of()
        ends = np.array([(a, b) for _, a, b in self.edges])
        length = self.lengths()
        km = length / 1000
        found = [self.library.find(model) if model else None for model in segments.texts("model")]
        layings = segments.texts("laying")
        used = [one or self._usual(row, layings[row]) for row, one in enumerate(found)]
        stated = {name: segments.numbers(name) for name in ("r", "x", "c_nf", "rated_a")}
        per_km = {
            "r": np.array([one.r for one in used]) * km,
            "x": np.array([one.x for one in used]) * km,
            "c_nf": np.array([one.c for one in used]) * km,
            "rated_a": np.array([one.i_a for one in used]),
        }
        value = {name: np.where(np.isnan(stated[name]), per_km[name], stated[name]) for name in stated}
        return Lines.of(
            id=texts_array(segments.texts("id")),
            from_node=place[ends[:, 0]],
            to_node=place[ends[:, 1]],
            length_m=length,
            r_ohm=value["r"],
            x_ohm=value["x"],
            c_nf=value["c_nf"],
            rated_a=value["rated_a"],
            name=texts_array(segments.texts("name")),
            model=texts_array(segments.texts("model")),
            laying=texts_array([layings[row] or one.laying for row, one in enumerate(used)]),
            wkt=texts_array(segments.texts("geom_wkt")),
        )

    def _usual(self, row: int, laying: str) -> Conductor:
        """The middle one of what is usually built stands in for an unknown model; the feeder is then graded L1."""
        low = bool(self.kv[self.edges[row][1]] < 1)
        usual = self.library.usual(low_voltage=low, laying=laying or "cable") or self.library.usual(low_voltage=low)
        return usual[len(usual) // 2]

    def lengths(self) -> Floats:
        """This function will give the sections' lengths in metres: stated, else straight between the ends, else a guess."""
        stated = self.parsed["segment"].numbers("length_m")
        found = stated.copy()
        xy = self.coordinates()
        for row in np.flatnonzero(np.isnan(stated)).tolist():
            _, a, b = self.edges[row]
            step = xy[b] - xy[a]
            metres = float(np.hypot(step[0] * np.cos(np.radians(xy[a][1])), step[1]) * METRES_OF_DEGREE)
            found[row] = GUESSED_M if np.isnan(metres) else metres
        return found

    def coordinates(self) -> Floats:
        """This function will give longitude and latitude per node, NaN where unknown."""
        xy = np.full((len(self.node_ids), 2), np.nan)
        nodes = self.parsed["node"]
        first = len(self.parsed["busbar"])
        xy[first : first + len(nodes)] = np.column_stack([nodes.numbers("lon"), nodes.numbers("lat")])
        own, rows = self.parsed["substation"], self.indexes["substation"]
        for row, each in enumerate(self.parsed["busbar"].texts("substation_id")):
            xy[row] = own.numbers("lon")[rows[each]], own.numbers("lat")[rows[each]]
        for _, high, low in self.windings:
            xy[low] = xy[high]
        return xy

    def _transformers(self, place: np.ndarray, findings: Findings) -> Transformers:
        mains, trafos = self.parsed["main_transformer"], self.parsed["dist_transformer"]
        low = [self.node_row[each] for each in mains.texts("lv_bus_id")]
        first = self._rated(mains, self.high_row, low, mains.numbers("mva") * 1000, place)
        inside = [row for row, (_, high, _) in enumerate(self.windings) if not self.outside[high]]
        second = self._rated(
            trafos,
            [one[1] for one in self.windings],
            [one[2] for one in self.windings],
            trafos.numbers("kva"),
            place,
        ).take(np.array(inside, dtype=np.int64))
        missing = int(np.isnan(trafos.numbers("uk_pct")).sum())
        if missing:
            words = f"{missing} 台配变没有短路阻抗，按典型值计算"
            findings.add(trafos.title, words, column=trafos.heading("uk_pct"), severity=Severity.WARNING)
        return first.append(second)

    def _rated(self, rows: Parsed, high: list[int], low: list[int], kva: Floats, place: np.ndarray) -> Transformers:
        if not len(rows):
            return Transformers.of()
        sizes = {each: self.equipment.typical(each) for each in set(kva.tolist())}
        typical = [sizes[each] for each in kva.tolist()]
        main = rows.sheet.name == "main_transformer"

        def value(name: str, usual: list[float]) -> Floats:
            stated = rows.numbers(name)
            return np.where(np.isnan(stated), np.array(usual), stated)

        zero = [0.0] * len(rows)
        public = np.ones(len(rows), dtype=bool) if main else rows.flags("public", default=True)
        step = value("tap_step_pct", zero)
        position = value("tap_pos", zero).round().astype(np.int64)
        return Transformers.of(
            id=texts_array(rows.texts("id")),
            hv_node=place[high],
            lv_node=place[low],
            hv_kv=self.kv[high],
            lv_kv=self.kv[low],
            kva=kva,
            uk_pct=value("uk_pct", [10.5 if main else one.uk_pct for one in typical]),
            pk_kw=value("pk_kw", [one.pk_kw for one in typical]),
            p0_kw=value("p0_kw", [one.p0_kw for one in typical]),
            i0_pct=value("i0_pct", zero),
            clock=value("clock", [11.0] * len(rows)).astype(np.int64),
            tap_pos=position,
            tap_min=np.minimum(position, 0),
            tap_max=np.maximum(position, 0),
            tap_step_pct=step,
            name=texts_array(rows.texts("name")),
            public=public,
        )

    def _sources(self, place: np.ndarray) -> Sources:
        at = sorted({*self.high_row, *self.bare})
        rows, stated = self.indexes["substation"], self.parsed["substation"].numbers("u_pu")
        stations = [self.parsed[self.origin[one][0]].texts("substation_id")[self.origin[one][1]] for one in at]
        u_pu = np.array([stated[rows[each]] for each in stations])
        return Sources.of(
            id=texts_array([f"{self.node_ids[one]}/电源" for one in at]),
            node=place[at],
            u_pu=np.where(np.isnan(u_pu), 1.0, u_pu),
        )

    def _switches(self, place: np.ndarray) -> Switches:
        switches = self.parsed["switch"]
        if not len(switches):
            return Switches.of()
        element = [self.indexes["segment"][each] for each in switches.texts("segment_id")]
        ends = [
            self.edges[row][2 if end == "to" else 1] for row, end in zip(element, switches.texts("end"), strict=True)
        ]
        return Switches.of(
            id=texts_array(switches.texts("id")),
            node=place[ends],
            element=np.array(element),
            at=np.full(len(switches), SwitchAt.LINE.value),
            closed=~switches.flags("normally_open", default=False),
            kind=texts_array(switches.texts("kind")),
        )

    # feeders

    def _feeders(self, place: np.ndarray, levels: Mapping[str, Level]) -> Feeders:
        feeders = self.parsed["feeder"]
        ids = feeders.texts("id")
        users = feeders.numbers("users")
        return Feeders.of(
            id=texts_array(ids),
            busbar=place[[self.node_row[each] for each in feeders.texts("busbar_id")]],
            name=texts_array(feeders.texts("name")),
            rated_a=feeders.numbers("rated_a"),
            peak_a=feeders.numbers("max_a_12m"),
            loss_pct=feeders.numbers("loss_pct"),
            users=np.where(np.isnan(users), -1, users).astype(np.int64),
            unit=texts_array(feeders.texts("unit")),
            level=np.array([int(levels[each]) for each in ids]),
        )

    def _levels(self, findings: Findings) -> dict[str, Level]:
        """L0 without a section, L1 when a model, length or place is missing somewhere, else L2; the gaps are told."""
        feeders, segments = self.parsed["feeder"], self.parsed["segment"]
        gaps = self._gaps()
        count: dict[str, dict[str, int]] = {}
        for row in range(len(segments)):
            mine = count.setdefault(self.feeder_of_line.get(row, ""), {})
            for gap in gaps[row]:
                mine[gap] = mine.get(gap, 0) + 1
        levels = {}
        for row, each in enumerate(feeders.texts("id")):
            if each not in count:
                levels[each] = Level.RATINGS
                words = f"馈线“{each}”没有线路段，只能按额定值估算（L0）"
                findings.at(feeders, row, "id", words, Severity.WARNING)
            elif count[each]:
                levels[each] = Level.TOPOLOGY
                told = "、".join(f"{number} 段缺{gap}" for gap, number in sorted(count[each].items()))
                findings.at(feeders, row, "id", f"馈线“{each}”{told}，只能按路径估算（L1）", Severity.WARNING)
            else:
                levels[each] = Level.IMPEDANCE
        return levels

    def _gaps(self) -> list[list[str]]:
        segments, xy = self.parsed["segment"], self.coordinates()
        nowhere: Bools = np.any(np.isnan(xy), axis=1)
        length = segments.numbers("length_m")
        impedance = ~np.isnan(segments.numbers("r")) & ~np.isnan(segments.numbers("x"))
        rated = ~np.isnan(segments.numbers("rated_a"))
        found = []
        for row, model in enumerate(segments.texts("model")):
            _, a, b = self.edges[row]
            in_library = bool(model) and self.library.find(model) is not None
            missing = [
                "型号或阻抗" if not in_library and not impedance[row] else "",
                "载流量" if not in_library and not rated[row] else "",
                "长度" if np.isnan(length[row]) and not impedance[row] else "",
                "坐标" if nowhere[a] or nowhere[b] else "",
            ]
            found.append([one for one in missing if one])
        return found

    def inflight(self) -> tuple[Inflight, ...]:
        """This function will give what is promised and not yet seen, at the node where it will be drawn."""
        rows = self.parsed["inflight"]
        kd = rows.numbers("kd")
        kva = rows.numbers("kva") * np.where(np.isnan(kd), 1.0, kd)
        found = []
        for row, case in enumerate(rows.texts("case_id")):
            name = rows.texts("dt_id")[row] or rows.texts("node_id")[row]
            if name:
                at = self._inside(self.drawn_at(name))
                p = float(kva[row]) * USUAL_PF
                q = float(kva[row]) * float(np.sqrt(1 - USUAL_PF**2))
                found.append(Inflight(case=case, node=self.node_ids[at], p_kw=p, q_kvar=q))
        return tuple(found)

    def _inside(self, at: int) -> int:
        """A node that cannot be calculated stands for its feeder's busbar."""
        if not self.outside[at]:
            return at
        sheet, row = self.origin[at]
        host = self.parsed[sheet].texts("node_id")[row] if sheet == "dist_transformer" else self.node_ids[at]
        feeder = self.parsed["node"].texts("feeder_id")[self.indexes["node"][host]]
        return self.node_row[self.parsed["feeder"].texts("busbar_id")[self.indexes["feeder"][feeder]]]
