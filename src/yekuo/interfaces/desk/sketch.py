"""接线示意图: from the substation over busbar and line to the customer, one row per source, drawn from figures of a study."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROW, TOP, WIDTH = 132, 26, 760
STATION, JOINT, EDGE, CUSTOMER = 96, 356, 566, 640


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """一路电源: what is written along one source of the sketch, with where its row lies."""

    role: str
    station: str
    main: str
    busbar: str
    feeder: str
    head: str
    joint: str
    line: str
    metres: str
    transformer: str
    cable: bool
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
        parts = (
            self.role,
            self.station,
            self.busbar,
            self.feeder,
            self.joint,
            self.line,
            self.metres,
            "产权分界点",
            "客户",
        )
        return " — ".join(one for one in parts if one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """示意图: its rows and its height."""

    rows: tuple[Drawn, ...]
    height: int
    low: bool
    middle: int


def sketch_of(options: Sequence[Mapping[str, Any]], roles: Sequence[str]) -> Sketch | None:
    """This function will draw the places chosen, source 1 first; None without any."""
    if not options:
        return None
    rows = tuple(_row(one, role, TOP + at * ROW) for at, (one, role) in enumerate(zip(options, roles, strict=True)))
    height = TOP + ROW * len(rows)
    return Sketch(
        rows=rows, height=height, low=options[0]["candidate"]["kv"] < 1, middle=TOP + 15 + ROW * (len(rows) - 1) // 2
    )


def _row(one: Mapping[str, Any], role: str, y: int) -> Drawn:
    built = one["candidate"]
    circuits = f"{built['circuits']} 回 " if built["circuits"] > 1 else ""
    transformer = built["transformer"]
    return Drawn(
        role=role, station=one["substation_name"], main=_loading(one["main"]), busbar=one["busbar_name"],
        feeder=one["feeder_name"], head=_loading(one["head"]), joint=f"{one['kind_name']} {one['where']}",
        line=f"{circuits}{built['conductor']['model']}", metres=f"{built['length_m']:,.0f} 米",
        transformer=f"新建公变 {transformer['kva']:.0f} kVA" if transformer else "",
        cable=built["conductor"]["laying"] == "cable", y=y,
    )  # fmt: skip


def _loading(reading: Mapping[str, Any] | None) -> str:
    return f"{reading['name']} {reading['before']:.0%}→{reading['after']:.0%}" if reading else ""
