"""接线示意图: from the substation over busbar, feeder and switch to the customer's transformer and meter, one row per source.

What is old and what is new, where the meter hangs and where ownership changes follow the scheme, or its first draft.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yekuo.rules.metering import MeteringMode
from yekuo.rules.scheme import Scheme

ROW, TOP = 150, 34
WIDE = 13
EDGE_HV, EDGE_LV = 634, 704
LOAD = 842
SWITCHES = {
    "spare_bay": "备用间隔",
    "node": "新增分支开关",
    "tee": "T 接点开关",
    "new_feeder": "出线间隔",
    "dt_new": "分支开关",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """一路电源: what is written along one source of the sketch, with where its row lies.

    `own` is the customer's transformer, `public` the public one that feeds him (`built` when it is new); `meter_first` says
    that the meter hangs before his transformer.
    """

    role: str
    station: str
    main: str
    busbar: str
    feeder: str
    head: str
    joint: tuple[str, ...]
    switch: str
    line: str
    metres: str
    public: str
    built: bool
    own: str
    meter_first: bool
    ways: str
    cable: bool
    outgoing: bool
    y: int

    @property
    def station_name(self) -> str:
        """This function will give the short name of the substation."""
        return self.station.partition(" ")[0][:6]

    @property
    def station_kind(self) -> str:
        """This function will give the rest of its name, 变电站 without one."""
        return (self.station.partition(" ")[2].replace(" ", "") or "变电站")[:8]

    @property
    def spoken(self) -> str:
        """This function will say the row in words, for who does not see it."""
        meter = f"{self.ways}电能表"
        behind = [meter, self.own] if self.meter_first else [self.own, meter]
        inside = ["产权分界点", *behind] if self.own else [meter, "产权分界点"]
        parts = (
            self.role, self.station, self.busbar, self.feeder, "" if self.built else self.public, "".join(self.joint), self.switch,
            self.line, self.metres, self.public if self.built else "", *inside, "客户",
        )  # fmt: skip
        return " — ".join(one for one in parts if one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """示意图: its rows and its height, where ownership changes, and what the customer feeds in."""

    rows: tuple[Drawn, ...]
    height: int
    low: bool
    middle: int
    edge: int
    boundary: str
    generation: str


def sketch_of(
    options: Sequence[Mapping[str, Any]],
    roles: Sequence[str],
    plan: Scheme | None = None,
    *,
    generation_kw: float = 0.0,
) -> Sketch | None:
    """This function will draw the places chosen, source 1 first, with the meters and transformers of a plan; None without any."""
    if not options:
        return None
    low = options[0]["candidate"]["kv"] < 1 or options[0]["kind"] == "dt_new"
    rows = tuple(
        _row(one, role, at, plan, low=low, fed=bool(generation_kw))
        for at, (one, role) in enumerate(zip(options, roles, strict=True))
    )
    return Sketch(
        rows=rows, height=TOP + ROW * len(rows) + (34 if generation_kw else 0), low=low,
        middle=TOP + 15 + ROW * (len(rows) - 1) // 2, edge=EDGE_LV if low else EDGE_HV,
        boundary=plan.boundary if plan else "", generation=f"发电 {generation_kw:g} kW" if generation_kw else "",
    )  # fmt: skip


def _row(one: Mapping[str, Any], role: str, at: int, plan: Scheme | None, *, low: bool, fed: bool) -> Drawn:
    built = one["candidate"]
    circuits = f"{built['circuits']} 回 " if built["circuits"] > 1 else ""
    new = built["transformer"]
    public = f"新建公变 {new['kva']:.0f} kVA" if new else one["area_name"] if low else ""
    modes = {point.mode for point in plan.metering if point.source == at + 1} if plan else set()
    return Drawn(
        role=role, station=one["substation_name"], main=_loading(one["main"], "主变"), busbar=one["busbar_name"],
        feeder=one["feeder_name"], head=_loading(one["head"], "首端"), joint=_folded(f"{one['kind_name']} {one['where']}"),
        switch="" if built["kv"] < 1 else SWITCHES.get(one["kind"], ""), line=f"{circuits}{built['conductor']['model']}",
        metres=f"{built['length_m']:,.0f} 米", public=public, built=bool(new), own="" if low else _own(plan),
        meter_first=MeteringMode.HIGH_LOW not in modes, ways="双向" if fed else "",
        cable=built["conductor"]["laying"] == "cable", outgoing=one["kind"] == "new_feeder", y=TOP + at * ROW,
    )  # fmt: skip


def _own(plan: Scheme | None) -> str:
    """The customer's transformers: how many of which size."""
    if plan is None or not plan.transformers:
        return "客户变压器"
    sizes = [one.capacity_kva for one in plan.transformers]
    told = [f"{sizes.count(each)}×{each.normalize():f}" for each in dict.fromkeys(sizes)]
    return f"{'+'.join(told)} kVA"


def _folded(text: str) -> tuple[str, ...]:
    """Two lines at most."""
    return (
        (text,)
        if len(text) <= WIDE
        else (text[:WIDE], text[WIDE : 2 * WIDE - 1] + ("…" if len(text) >= 2 * WIDE else ""))
    )


def _loading(reading: Mapping[str, Any] | None, what: str) -> str:
    return f"{what} {reading['before']:.0%}→{reading['after']:.0%}" if reading else ""
