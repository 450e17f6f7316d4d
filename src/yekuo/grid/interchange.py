"""电网交换: networks of others from bytes: pandapower JSON (read without pandapower) and power-grid-model JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yekuo.grid.columns import Bools, Floats, Ints, Texts
from yekuo.grid.equivalents import with_equivalents
from yekuo.grid.model import GridModel, Lines, Loads, Nodes, Shunts, Sources, SwitchAt, Switches, Transformers
from yekuo.grid.topology import with_topology

UNSUPPORTED = {
    "dcline": "直流线路",
    "svc": "SVC",
    "tcsc": "TCSC",
    "ssc": "SSC",
}


class UnreadableNetworkError(ValueError):
    """The bytes are no network of this form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """导入结果: the network, and in Chinese what could not be taken over as it stood."""

    grid: GridModel
    notes: tuple[str, ...]


class Frame:
    """A table of pandapower's JSON as columns; missing cells take the default."""

    def __init__(self, content: Mapping[str, Any] | None) -> None:
        table = content if content is not None else {"columns": [], "index": [], "data": []}
        self.index: list[Any] = table["index"]
        cells = list(zip(*table["data"], strict=True)) if table["data"] else [() for _ in table["columns"]]
        self.cells: dict[str, tuple[Any, ...]] = dict(zip(table["columns"], cells, strict=True))

    def __len__(self) -> int:
        return len(self.index)

    def floats(self, name: str, default: float = np.nan) -> Floats:
        """This function will give a column of numbers."""
        given = self.cells.get(name, (None,) * len(self))
        return np.array([default if each is None else float(each) for each in given], dtype=np.float64)

    def bools(self, name: str, *, default: bool = True) -> Bools:
        """This function will give a column of yes and no."""
        given = self.cells.get(name, (None,) * len(self))
        return np.array([default if each is None else bool(each) for each in given], dtype=np.bool_)

    def texts(self, name: str) -> Texts:
        """This function will give a column of texts, "" where missing."""
        given = self.cells.get(name, (None,) * len(self))
        return np.array(["" if each is None else str(each) for each in given], dtype=np.str_)

    def rows_of(self, name: str, other: "Frame") -> Ints:
        """This function will give the rows of another table that a column of its indices means."""
        at = {each: row for row, each in enumerate(other.index)}
        return np.array([at[int(each)] for each in self.cells.get(name, ())], dtype=np.int64)

    def ids(self, letter: str) -> Texts:
        """This function will give ids: those of where the network came from if it says all of them, else the letter and the index."""
        origin = self.texts("origin_id")
        if len(self) and np.all(origin != "") and len(set(origin.tolist())) == len(self):
            return origin
        return np.array([f"{letter}{each}" for each in self.index], dtype=np.str_)


def from_pandapower(data: bytes) -> Imported:
    """This function will read a network saved by pandapower's `to_json`.

    Raises UnreadableNetworkError when the bytes are no such file. Ids are the letter of the table and pandapower's index. A tap
    changer without a type is read as a ratio changer (pandapower 3 would ignore its position).
    """
    try:
        tables = json.loads(data)["_object"]
        frames = {name: Frame(_table(content)) for name, content in tables.items() if _is_table(content)}
        return _pandapower(frames, float(tables.get("f_hz", 50.0)))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as failure:
        raise UnreadableNetworkError(f"不是可读的 pandapower JSON: {failure}") from failure


def _is_table(content: object) -> bool:
    return isinstance(content, dict) and content.get("_class") == "DataFrame"


def _table(content: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = content["_object"]
    table: Mapping[str, Any] = json.loads(inner) if isinstance(inner, str) else inner
    return table


def _pandapower(frames: Mapping[str, Frame], f_hz: float) -> Imported:
    none = Frame(None)
    bus, line, trafo = (frames.get(name, none) for name in ("bus", "line", "trafo"))
    notes = [
        f"{name}: {len(frames[name])} 个{word}未导入"
        for name, word in UNSUPPORTED.items()
        if len(frames.get(name, none))
    ]
    nodes = _nodes(bus)
    grid = GridModel(
        nodes=nodes,
        lines=_lines(line, bus),
        transformers=_transformers(trafo, bus, notes),
        loads=_loads(frames, bus, notes),
        sources=_sources(frames.get("ext_grid", none), bus),
        switches=_switches(frames.get("switch", none), bus, line, trafo, notes),
        shunts=_shunts(frames.get("shunt", none), bus, nodes.kv),
        f_hz=f_hz,
    )
    grid = with_equivalents(grid, frames, bus, notes)
    return Imported(grid=with_topology(grid), notes=tuple(notes))


def _nodes(bus: Frame) -> Nodes:
    spots = [json.loads(each)["coordinates"] if each else (np.nan, np.nan) for each in bus.texts("geo").tolist()]
    xy = np.array([each[:2] for each in spots], dtype=np.float64).reshape(-1, 2)
    return Nodes.of(
        id=bus.ids("b"),
        kv=bus.floats("vn_kv"),
        name=bus.texts("name"),
        x=xy[:, 0],
        y=xy[:, 1],
        in_service=bus.bools("in_service"),
    )


def _lines(line: Frame, bus: Frame) -> Lines:
    km, parallel = line.floats("length_km"), line.floats("parallel", 1.0)
    return Lines.of(
        id=line.ids("l"),
        from_node=line.rows_of("from_bus", bus),
        to_node=line.rows_of("to_bus", bus),
        length_m=km * 1000,
        r_ohm=line.floats("r_ohm_per_km") * km / parallel,
        x_ohm=line.floats("x_ohm_per_km") * km / parallel,
        c_nf=line.floats("c_nf_per_km", 0.0) * km * parallel,
        g_us=line.floats("g_us_per_km", 0.0) * km * parallel,
        rated_a=line.floats("max_i_ka") * 1000 * line.floats("df", 1.0) * parallel,
        name=line.texts("name"),
        model=line.texts("std_type"),
        wkt=np.array([_wkt(each) for each in line.texts("geo").tolist()], dtype=np.str_),
        in_service=line.bools("in_service"),
    )


def _wkt(geo: str) -> str:
    if not geo:
        return ""
    return f"LINESTRING ({', '.join(f'{each[0]!r} {each[1]!r}' for each in json.loads(geo)['coordinates'])})"


def _whole(values: Floats, default: int, what: str) -> NDArray[np.int64]:
    filled = np.where(np.isnan(values), default, values)
    if np.any(filled != np.round(filled)):
        raise ValueError(f"{what} 应为整数")
    return filled.astype(np.int64)


def _transformers(trafo: Frame, bus: Frame, notes: list[str]) -> Transformers:
    parallel = trafo.floats("parallel", 1.0)
    kinds = trafo.texts("tap_changer_type")
    neutral = trafo.floats("tap_neutral", 0.0)
    moved = ~np.isnan(trafo.floats("tap_pos")) & (trafo.floats("tap_pos") != neutral)
    if np.any(moved & ~np.isin(kinds, ["", "Ratio"])):
        notes.append("变压器分接类型不是 Ratio, 按变比调压处理")
    if np.any(moved & (trafo.floats("tap_step_degree", 0.0) != 0)):
        notes.append("变压器分接的相角调节未导入")
    position = np.where(np.isnan(trafo.floats("tap_pos")), neutral, trafo.floats("tap_pos"))
    return Transformers.of(
        id=trafo.ids("t"),
        hv_node=trafo.rows_of("hv_bus", bus),
        lv_node=trafo.rows_of("lv_bus", bus),
        hv_kv=trafo.floats("vn_hv_kv"),
        lv_kv=trafo.floats("vn_lv_kv"),
        kva=trafo.floats("sn_mva") * 1000 * parallel,
        uk_pct=trafo.floats("vk_percent"),
        pk_kw=trafo.floats("vkr_percent") / 100 * trafo.floats("sn_mva") * 1000 * parallel,
        p0_kw=trafo.floats("pfe_kw", 0.0) * parallel,
        i0_pct=trafo.floats("i0_percent", 0.0),
        clock=_whole(trafo.floats("shift_degree", 0.0) % 360 / 30, 0, "变压器钟点数 (shift_degree/30)"),
        tap_on_lv=trafo.texts("tap_side") == "lv",
        tap_pos=_whole(position, 0, "分接位置"),
        tap_neutral=_whole(neutral, 0, "分接中位"),
        tap_min=_whole(np.fmin(trafo.floats("tap_min"), position), 0, "分接下限"),
        tap_max=_whole(np.fmax(trafo.floats("tap_max"), position), 0, "分接上限"),
        tap_step_pct=trafo.floats("tap_step_percent", 0.0),
        name=trafo.texts("name"),
        in_service=trafo.bools("in_service"),
    )


def _loads(frames: Mapping[str, Frame], bus: Frame, notes: list[str]) -> Loads:
    table = Loads.of()
    for name, letter, sign in (("load", "d", 1.0), ("sgen", "g", -1.0), ("storage", "e", 1.0)):
        each = frames.get(name)
        if each is None or not len(each):
            continue
        if name == "load" and any(
            np.any(each.floats(part, 0.0) != 0) for part in each.cells if part.startswith("const_")
        ):
            notes.append("load: 恒阻抗、恒电流部分按恒功率处理")
        scale = each.floats("scaling", 1.0) * sign * 1000
        more = Loads.of(
            id=each.ids(letter),
            node=each.rows_of("bus", bus),
            p_kw=each.floats("p_mw") * scale,
            q_kvar=each.floats("q_mvar", 0.0) * scale,
            generator=np.full(len(each), name == "sgen"),
            in_service=each.bools("in_service"),
        )
        table = table.append(more)
    return table


def _sources(ext: Frame, bus: Frame) -> Sources:
    return Sources.of(
        id=ext.ids("s"),
        node=ext.rows_of("bus", bus),
        u_pu=ext.floats("vm_pu", 1.0),
        angle_deg=ext.floats("va_degree", 0.0),
        sk_mva=ext.floats("s_sc_max_mva"),
        rx=ext.floats("rx_max", 0.1),
        in_service=ext.bools("in_service"),
    )


def _switches(switch: Frame, bus: Frame, line: Frame, trafo: Frame, notes: list[str]) -> Switches:
    kinds = switch.texts("et").tolist()
    known = {"b": (SwitchAt.NODE, bus), "l": (SwitchAt.LINE, line), "t": (SwitchAt.TRANSFORMER, trafo)}
    keep = np.array([kind in known for kind in kinds], dtype=np.bool_)
    if not keep.all():
        notes.append(f"switch: {int((~keep).sum())} 个三绕组变压器侧开关未导入")
    if np.any((switch.floats("z_ohm", 0.0) != 0) & (switch.texts("et") == "b")):
        notes.append("switch: 开关阻抗未导入")
    rows = {id(frame): {index: row for row, index in enumerate(frame.index)} for _, frame in known.values()}
    pairs = [
        (known[kind], int(each))
        for kind, each in zip(kinds, switch.cells.get("element", ()), strict=True)
        if kind in known
    ]
    return Switches.of(
        id=switch.ids("w")[keep],
        node=switch.rows_of("bus", bus)[keep],
        element=[rows[id(frame)][index] for (_, frame), index in pairs],
        at=[int(at) for (at, _), _ in pairs],
        closed=switch.bools("closed")[keep],
        kind=switch.texts("type")[keep],
    )


def _shunts(shunt: Frame, bus: Frame, kv: Floats) -> Shunts:
    node = shunt.rows_of("bus", bus)
    scale = shunt.floats("step", 1.0) * 1000 * (kv[node] / shunt.floats("vn_kv")) ** 2
    return Shunts.of(
        id=shunt.ids("c"),
        node=node,
        q_kvar=shunt.floats("q_mvar") * scale,
        p_kw=shunt.floats("p_mw", 0.0) * scale,
        in_service=shunt.bools("in_service"),
    )
