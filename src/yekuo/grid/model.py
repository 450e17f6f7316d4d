"""电网模型: the network as columns: nodes, lines, transformers, loads, sources, switches; one value with a revision."""
# ruff: noqa: RUF009, FBT003 - a column is declared by a call

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from functools import cached_property
from hashlib import sha256

import numpy as np

from yekuo.grid.columns import Bools, Columns, Floats, Ints, Texts, column

MV_FROM, HV_FROM = 1.0, 35.0


class NodeKind(StrEnum):
    """节点: 变电站母线, 开闭所, 环网柜, 杆塔, 配变, 分支箱, 其他."""

    BUSBAR = "busbar"
    SWITCH_STATION = "switch_station"
    RMU = "rmu"
    POLE = "pole"
    DT = "dt"
    BOX = "box"
    POINT = "point"


class SwitchAt(IntEnum):
    """开关的另一端: a node, the end of a line at the switch's node, or the side of a transformer at it."""

    NODE = 0
    LINE = 1
    TRANSFORMER = 2


class Level(IntEnum):
    """数据质量: L0 ratings and peaks, L1 with topology, L2 with model, length and coordinates (AC), L3 with profiles."""

    RATINGS = 0
    TOPOLOGY = 1
    IMPEDANCE = 2
    PROFILES = 3


@dataclass(frozen=True, eq=False, kw_only=True)
class Nodes(Columns):
    """节点: `kv` rated, line to line; `x`, `y` degrees WGS84 (NaN: unknown); `feeder`, `area`, `substation` are ids ("": none).

    `area` is the id of the low-voltage area (its first distribution transformer), "" at 1 kV and above. `spare_bays` -1: unknown.
    """

    kv: Floats = column(np.float64)
    name: Texts = column(np.str_, "")
    kind: Texts = column(np.str_, NodeKind.POINT.value)
    feeder: Texts = column(np.str_, "")
    area: Texts = column(np.str_, "")
    substation: Texts = column(np.str_, "")
    x: Floats = column(np.float64, np.nan)
    y: Floats = column(np.float64, np.nan)
    spare_bays: Ints = column(np.int64, -1)
    public: Bools = column(np.bool_, True)
    level: Ints = column(np.int64, Level.IMPEDANCE.value)
    in_service: Bools = column(np.bool_, True)


@dataclass(frozen=True, eq=False, kw_only=True)
class Lines(Columns):
    """线路段: `r_ohm`, `x_ohm`, `c_nf`, `g_us` of the whole section; `rated_a` of it; the ends are rows of nodes."""

    from_node: Ints = column(np.int64, refers="nodes")
    to_node: Ints = column(np.int64, refers="nodes")
    length_m: Floats = column(np.float64)
    r_ohm: Floats = column(np.float64)
    x_ohm: Floats = column(np.float64)
    rated_a: Floats = column(np.float64)
    c_nf: Floats = column(np.float64, 0.0)
    g_us: Floats = column(np.float64, 0.0)
    name: Texts = column(np.str_, "")
    model: Texts = column(np.str_, "")
    laying: Texts = column(np.str_, "")
    wkt: Texts = column(np.str_, "")
    in_service: Bools = column(np.bool_, True)


@dataclass(frozen=True, eq=False, kw_only=True)
class Transformers(Columns):
    """变压器: kVA, %, kW; `clock` of the vector group (Dyn11: 11); `tap_on_lv` and steps of `tap_step_pct` of that side's voltage."""

    hv_node: Ints = column(np.int64, refers="nodes")
    lv_node: Ints = column(np.int64, refers="nodes")
    hv_kv: Floats = column(np.float64)
    lv_kv: Floats = column(np.float64)
    kva: Floats = column(np.float64)
    uk_pct: Floats = column(np.float64)
    pk_kw: Floats = column(np.float64)
    p0_kw: Floats = column(np.float64, 0.0)
    i0_pct: Floats = column(np.float64, 0.0)
    clock: Ints = column(np.int64, 11)
    tap_on_lv: Bools = column(np.bool_, False)
    tap_pos: Ints = column(np.int64, 0)
    tap_neutral: Ints = column(np.int64, 0)
    tap_min: Ints = column(np.int64, 0)
    tap_max: Ints = column(np.int64, 0)
    tap_step_pct: Floats = column(np.float64, 0.0)
    name: Texts = column(np.str_, "")
    public: Bools = column(np.bool_, True)
    in_service: Bools = column(np.bool_, True)


@dataclass(frozen=True, eq=False, kw_only=True)
class Loads(Columns):
    """负荷: `p_kw`, `q_kvar` drawn at constant power; generation is a row with negative `p_kw` and `generator`."""

    node: Ints = column(np.int64, refers="nodes")
    p_kw: Floats = column(np.float64)
    q_kvar: Floats = column(np.float64, 0.0)
    generator: Bools = column(np.bool_, False)
    in_service: Bools = column(np.bool_, True)


@dataclass(frozen=True, eq=False, kw_only=True)
class Shunts(Columns):
    """并联补偿: drawn at rated voltage; a capacitor has negative `q_kvar`."""

    node: Ints = column(np.int64, refers="nodes")
    q_kvar: Floats = column(np.float64)
    p_kw: Floats = column(np.float64, 0.0)
    in_service: Bools = column(np.bool_, True)


@dataclass(frozen=True, eq=False, kw_only=True)
class Sources(Columns):
    """电源: the voltage held at the node; `sk_mva` counts for short circuits only."""

    node: Ints = column(np.int64, refers="nodes")
    u_pu: Floats = column(np.float64, 1.0)
    angle_deg: Floats = column(np.float64, 0.0)
    sk_mva: Floats = column(np.float64, np.nan)
    rx: Floats = column(np.float64, 0.1)
    in_service: Bools = column(np.bool_, True)


@dataclass(frozen=True, eq=False, kw_only=True)
class Switches(Columns):
    """开关: between `node` and, by `at` (SwitchAt), row `element` of nodes, or the end of that line or transformer at `node`."""

    node: Ints = column(np.int64, refers="nodes")
    element: Ints = column(np.int64, refers="by kind")
    at: Ints = column(np.int64, SwitchAt.NODE.value)
    closed: Bools = column(np.bool_, True)
    kind: Texts = column(np.str_, "")


@dataclass(frozen=True, eq=False, kw_only=True)
class Feeders(Columns):
    """馈线: where it begins, and what is known of it; NaN, -1 or "": unknown. `unit` runs it: its code or name."""

    busbar: Ints = column(np.int64, refers="nodes")
    name: Texts = column(np.str_, "")
    rated_a: Floats = column(np.float64, np.nan)
    peak_a: Floats = column(np.float64, np.nan)
    loss_pct: Floats = column(np.float64, np.nan)
    users: Ints = column(np.int64, -1)
    unit: Texts = column(np.str_, "")
    level: Ints = column(np.int64, Level.IMPEDANCE.value)


HOURS = 24


@dataclass(frozen=True, eq=False, kw_only=True)
class Profiles(Columns):
    """负荷曲线: what a load, a transformer's area or a feeder (`kind`, `element`) draws on a kind of day, hour by hour.

    `points` are 24 numbers in one text: kW where `kilowatts`, else shares of the peak. `feeder` is the one it belongs to.
    """

    kind: Texts = column(np.str_)
    element: Texts = column(np.str_)
    day: Texts = column(np.str_)
    points: Texts = column(np.str_)
    kilowatts: Bools = column(np.bool_, False)
    feeder: Texts = column(np.str_, "")

    def hours(self) -> Floats:
        """This function will give the numbers: a row per profile, a column per hour."""
        return np.array([each.split(" ") for each in self.points.tolist()], dtype=np.float64).reshape(-1, HOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """限值: loading as a share of the rating, voltage as a share of rated voltage; GB/T 12325 for supply voltages."""

    line: float = 1.0
    trafo: float = 1.0
    line_n1: float = 1.0
    trafo_n1: float = 1.0
    u_hv: tuple[float, float] = (0.90, 1.10)
    u_mv: tuple[float, float] = (0.93, 1.07)
    u_lv: tuple[float, float] = (0.90, 1.07)

    def voltages(self, kv: Floats) -> tuple[Floats, Floats]:
        """This function will give the lowest and highest voltage allowed (pu) at nodes of these rated voltages (kV)."""
        band = np.digitize(kv, (MV_FROM, HV_FROM))
        table = np.array([self.u_lv, self.u_mv, self.u_hv])[band]
        return table[..., 0], table[..., 1]

    def tightened(self, *, loading: float, u_pu: float) -> "Limits":
        """This function will give limits that are stricter by a share of the rating and by a voltage."""
        hv, mv, lv = ((low + u_pu, high - u_pu) for low, high in (self.u_hv, self.u_mv, self.u_lv))
        return replace(self, line=self.line - loading, trafo=self.trafo - loading, u_hv=hv, u_mv=mv, u_lv=lv)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflight:
    """在途容量: load promised and not yet seen in the loads: kW and kvar drawn at a node (id), for one case (id)."""

    case: str
    node: str
    p_kw: float
    q_kvar: float = 0.0


@dataclass(frozen=True, eq=False, kw_only=True)
class GridModel:
    """电网: all tables. Rows refer to rows; ids are stable strings; edits make a new model (`dataclasses.replace`)."""

    nodes: Nodes
    lines: Lines = field(default_factory=Lines.of)
    transformers: Transformers = field(default_factory=Transformers.of)
    loads: Loads = field(default_factory=Loads.of)
    sources: Sources = field(default_factory=Sources.of)
    switches: Switches = field(default_factory=Switches.of)
    shunts: Shunts = field(default_factory=Shunts.of)
    feeders: Feeders = field(default_factory=Feeders.of)
    profiles: Profiles = field(default_factory=Profiles.of)
    f_hz: float = 50.0

    @property
    def tables(self) -> dict[str, Columns]:
        """The tables by name, in the order they are hashed."""
        names = ("nodes", "lines", "transformers", "loads", "sources", "switches", "shunts", "feeders", "profiles")
        return {name: getattr(self, name) for name in names}

    @cached_property
    def revision(self) -> str:
        """sha256 (hex) over all columns in canonical form: the order of rows does not matter, every value does.

        A network without profiles has the revision it had before there were any.
        """
        return self.hashed()

    def hashed(self, only: Mapping[str, Collection[str]] | None = None) -> str:
        """This function will make the revision; from some columns `only` (by table) as when there were no others."""
        ids = {"nodes": self.nodes.id}
        hashed = sha256(f"yekuo-grid-1|{self.f_hz!r}".encode())
        for name, table in self.tables.items():
            if (name != "profiles" or len(table)) and (only is None or name in only):
                hashed.update(table.digest(ids, only=None if only is None else only[name]))
        hashed.update(self._switch_targets())
        return hashed.hexdigest()

    def _switch_targets(self) -> bytes:
        by_kind = (self.nodes.id, self.lines.id, self.transformers.id)
        order = np.argsort(self.switches.id, kind="stable")
        at, element = self.switches.at[order].tolist(), self.switches.element[order].tolist()
        return "\x1f".join(str(by_kind[kind][row]) for kind, row in zip(at, element, strict=True)).encode()

    @property
    def xy(self) -> Floats:
        """Longitude and latitude of every node, NaN where unknown."""
        return np.column_stack([self.nodes.x, self.nodes.y])

    @property
    def kv(self) -> Floats:
        """Rated voltage of every node, kV."""
        return self.nodes.kv

    @property
    def feeder_of(self) -> Texts:
        """The feeder's id of every node, "" for none."""
        return self.nodes.feeder

    @property
    def area_of(self) -> Texts:
        """The low-voltage area's id of every node, "" at 1 kV and above."""
        return self.nodes.area

    @property
    def is_main(self) -> Bools:
        """主变: which transformers feed medium voltage (their low side is 1 kV or more)."""
        return self.nodes.kv[self.transformers.lv_node] >= MV_FROM
