"""电网交换: power-grid-model's own JSON from bytes, row form or compact."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from power_grid_model import initialize_array
from power_grid_model.utils import json_deserialize  # type: ignore[attr-defined]

from yekuo.grid.columns import Floats, Ints, Texts
from yekuo.grid.interchange import Imported, UnreadableNetworkError
from yekuo.grid.model import GridModel, Lines, Loads, Nodes, Shunts, Sources, Switches, Transformers
from yekuo.grid.topology import with_topology

KNOWN = ("node", "line", "transformer", "source", "sym_load", "sym_gen", "shunt", "link")


def from_pgm(data: bytes, *, f_hz: float = 50.0) -> Imported:
    """This function will read a network in power-grid-model's JSON; ids are the letter of the table and the id there.

    Raises UnreadableNetworkError when the bytes are no such file, are a batch, or point to nodes that are not there.
    """
    try:
        tables: dict[str, Any] = {
            str(getattr(name, "value", name)): rows for name, rows in json_deserialize(data.decode()).items()
        }
        return _network(tables, f_hz)
    except (ValueError, KeyError, TypeError, IndexError, RuntimeError) as failure:
        raise UnreadableNetworkError(f"不是可读的 power-grid-model JSON: {str(failure).splitlines()[0]}") from failure


def _network(tables: dict[str, Any], f_hz: float) -> Imported:
    notes = [f"{name}: {len(rows)} 个未导入" for name, rows in tables.items() if name not in KNOWN and len(rows)]
    node, line, trafo, source, load, gen, shunt, link = (
        tables.get(name, initialize_array("input", name, 0)) for name in KNOWN
    )
    if node.ndim != 1:
        raise ValueError("是批量数据, 不是电网")
    at = {each: row for row, each in enumerate(node["id"].tolist())}
    if np.any(load["type"] > 0) or np.any(gen["type"] > 0):
        notes.append("sym_load: 恒阻抗、恒电流负荷按恒功率处理")
    if any(np.any(each["from_status"] != each["to_status"]) for each in (line, trafo)):
        notes.append("一端断开的线路、变压器按两端断开处理")
    kv = node["u_rated"] / 1000
    shunt_node = _rows(shunt["node"], at)
    grid = GridModel(
        nodes=Nodes.of(id=_ids("n", node), kv=kv),
        lines=_lines(line, at, f_hz),
        transformers=_transformers(trafo, at),
        loads=_loads(load, at, "d", 1.0).append(_loads(gen, at, "g", -1.0)),
        sources=_sources(source, at),
        switches=Switches.of(
            id=_ids("k", link),
            node=_rows(link["from_node"], at),
            element=_rows(link["to_node"], at),
            closed=(link["from_status"] == 1) & (link["to_status"] == 1),
        ),
        shunts=Shunts.of(
            id=_ids("c", shunt),
            node=shunt_node,
            q_kvar=-shunt["b1"] * kv[shunt_node] ** 2 * 1000,
            p_kw=shunt["g1"] * kv[shunt_node] ** 2 * 1000,
            in_service=shunt["status"] == 1,
        ),
        f_hz=f_hz,
    )
    return Imported(grid=with_topology(grid), notes=tuple(notes))


def _ids(letter: str, rows: NDArray[Any]) -> Texts:
    return np.array([f"{letter}{each}" for each in rows["id"].tolist()], dtype=np.str_)


def _rows(ids: NDArray[Any], at: dict[int, int]) -> Ints:
    return np.array([at[each] for each in ids.tolist()], dtype=np.int64)


def _filled(values: NDArray[Any], default: float) -> Floats:
    return np.where(np.isnan(values), default, values)


def _lines(line: NDArray[Any], at: dict[int, int], f_hz: float) -> Lines:
    c = _filled(line["c1"], 0.0)
    return Lines.of(
        id=_ids("l", line),
        from_node=_rows(line["from_node"], at),
        to_node=_rows(line["to_node"], at),
        length_m=np.full(len(line), np.nan),
        r_ohm=line["r1"],
        x_ohm=line["x1"],
        c_nf=c * 1e9,
        g_us=_filled(line["tan1"], 0.0) * c * 2 * np.pi * f_hz * 1e6,
        rated_a=line["i_n"],
        in_service=(line["from_status"] == 1) & (line["to_status"] == 1),
    )


def _transformers(trafo: NDArray[Any], at: dict[int, int]) -> Transformers:
    """The side with the higher voltage is written first; a unit given the other way round is refused."""
    if np.any(trafo["u1"] < trafo["u2"]):
        raise ValueError("变压器的 from 侧应为高压侧")
    nominal = np.where(trafo["tap_nom"] == -128, 0, trafo["tap_nom"]).astype(np.int64)
    return Transformers.of(
        id=_ids("t", trafo),
        hv_node=_rows(trafo["from_node"], at),
        lv_node=_rows(trafo["to_node"], at),
        hv_kv=trafo["u1"] / 1000,
        lv_kv=trafo["u2"] / 1000,
        kva=trafo["sn"] / 1000,
        uk_pct=trafo["uk"] * 100,
        pk_kw=trafo["pk"] / 1000,
        p0_kw=trafo["p0"] / 1000,
        i0_pct=trafo["i0"] * 100,
        clock=trafo["clock"],
        tap_on_lv=trafo["tap_side"] == 1,
        tap_pos=np.where(trafo["tap_pos"] == -128, nominal, trafo["tap_pos"]),
        tap_neutral=nominal,
        tap_min=trafo["tap_min"],
        tap_max=trafo["tap_max"],
        tap_step_pct=trafo["tap_size"] / np.where(trafo["tap_side"] == 1, trafo["u2"], trafo["u1"]) * 100,
        in_service=(trafo["from_status"] == 1) & (trafo["to_status"] == 1),
    )


def _loads(rows: NDArray[Any], at: dict[int, int], letter: str, sign: float) -> Loads:
    return Loads.of(
        id=_ids(letter, rows),
        node=_rows(rows["node"], at),
        p_kw=rows["p_specified"] * sign / 1000,
        q_kvar=rows["q_specified"] * sign / 1000,
        generator=np.full(len(rows), sign < 0),
        in_service=rows["status"] == 1,
    )


def _sources(source: NDArray[Any], at: dict[int, int]) -> Sources:
    return Sources.of(
        id=_ids("s", source),
        node=_rows(source["node"], at),
        u_pu=source["u_ref"],
        angle_deg=np.degrees(_filled(source["u_ref_angle"], 0.0)),
        sk_mva=source["sk"] / 1e6,
        rx=_filled(source["rx_ratio"], 0.1),
        in_service=source["status"] == 1,
    )
