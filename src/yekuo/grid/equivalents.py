"""等值元件: what pandapower has and our tables have not, as rows of our tables that behave the same in a balanced power flow."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from yekuo.grid.columns import Floats
from yekuo.grid.model import GridModel, Lines, Loads, NodeKind, Nodes, Shunts, Sources, Transformers

if TYPE_CHECKING:
    from yekuo.grid.interchange import Frame

Frames = Mapping[str, "Frame"]
SIDES = ("hv", "mv", "lv")
NO_CHANGE = 1e-12


def with_equivalents(grid: GridModel, frames: Frames, bus: "Frame", notes: list[str]) -> GridModel:
    """This function will add unbalanced loads, motors, wards, generators, impedances and three-winding transformers; notes say how."""
    for add in (_unbalanced, _motors, _wards, _generators, _impedances, _three_windings):
        grid = add(grid, frames, bus, notes)
    return grid


def _of(frames: Frames, name: str) -> "Frame | None":
    found = frames.get(name)
    return found if found is not None and len(found) else None


def _unbalanced(grid: GridModel, frames: Frames, bus: "Frame", notes: list[str]) -> GridModel:
    for name, letter, sign in (("asymmetric_load", "a", 1.0), ("asymmetric_sgen", "u", -1.0)):
        each = _of(frames, name)
        if each is None:
            continue
        notes.append(f"{name}: {len(each)} 个不对称负荷（电源）按三相合计")
        scale = each.floats("scaling", 1.0) * sign * 1000
        more = Loads.of(
            id=each.ids(letter),
            node=each.rows_of("bus", bus),
            p_kw=np.sum([each.floats(f"p_{phase}_mw", 0.0) for phase in "abc"], axis=0) * scale,
            q_kvar=np.sum([each.floats(f"q_{phase}_mvar", 0.0) for phase in "abc"], axis=0) * scale,
            generator=np.full(len(each), sign < 0),
            in_service=each.bools("in_service"),
        )
        grid = replace(grid, loads=grid.loads.append(more))
    return grid


def _motors(grid: GridModel, frames: Frames, bus: "Frame", notes: list[str]) -> GridModel:
    motor = _of(frames, "motor")
    if motor is None:
        return grid
    notes.append(f"motor: {len(motor)} 台电动机按恒功率处理")
    turned = motor.floats("pn_mech_mw") * motor.floats("loading_percent", 100.0) / 100 * motor.floats("scaling", 1.0)
    p_kw = turned / (motor.floats("efficiency_percent", 100.0) / 100) * 1000
    more = Loads.of(
        id=motor.ids("m"),
        node=motor.rows_of("bus", bus),
        p_kw=p_kw,
        q_kvar=p_kw * np.tan(np.arccos(motor.floats("cos_phi", 1.0))),
        in_service=motor.bools("in_service"),
    )
    return replace(grid, loads=grid.loads.append(more))


def _wards(grid: GridModel, frames: Frames, bus: "Frame", notes: list[str]) -> GridModel:
    for name, letter, how in (
        ("ward", "y", "按负荷加并联导纳处理"),
        ("xward", "k", "按负荷加并联导纳处理，其电压源部分未导入"),
    ):
        ward = _of(frames, name)
        if ward is None:
            continue
        notes.append(f"{name}: {len(ward)} 个 {name} 等值{how}")
        node, ids, on = ward.rows_of("bus", bus), ward.ids(letter), ward.bools("in_service")
        loads = Loads.of(
            id=ids, node=node, p_kw=ward.floats("ps_mw") * 1000, q_kvar=ward.floats("qs_mvar") * 1000, in_service=on
        )
        shunts = Shunts.of(
            id=ids, node=node, p_kw=ward.floats("pz_mw") * 1000, q_kvar=ward.floats("qz_mvar") * 1000, in_service=on
        )
        grid = replace(grid, loads=grid.loads.append(loads), shunts=grid.shunts.append(shunts))
    return grid


def _generators(grid: GridModel, frames: Frames, bus: "Frame", notes: list[str]) -> GridModel:
    """One that is the slack holds its voltage; the others feed what they fed when the file was solved, else active power alone."""
    gen = _of(frames, "gen")
    if gen is None:
        return grid
    slack = gen.bools("slack", default=False)
    node, ids, on = gen.rows_of("bus", bus), gen.ids("v"), gen.bools("in_service")
    if slack.any():
        held = Sources.of(
            id=ids[slack],
            node=node[slack],
            u_pu=gen.floats("vm_pu", 1.0)[slack],
            in_service=on[slack],
        )
        grid = replace(grid, sources=grid.sources.append(held))
    fed = ~slack
    if not fed.any():
        return grid
    solved = _of(frames, "res_gen")
    known = solved is not None and solved.index == gen.index
    q_mvar = solved.floats("q_mvar", 0.0) if solved is not None and known else np.zeros(len(gen))
    how = "按文件中的潮流结果定无功" if known else "按无功为零"
    notes.append(f"gen: {int(fed.sum())} 个电压受控电源按恒功率处理，{how}")
    p_mw = gen.floats("p_mw") * gen.floats("scaling", 1.0)
    more = Loads.of(
        id=ids[fed],
        node=node[fed],
        p_kw=-p_mw[fed] * 1000,
        q_kvar=-q_mvar[fed] * 1000,
        generator=np.ones(int(fed.sum())),
        in_service=on[fed],
    )
    return replace(grid, loads=grid.loads.append(more))


def _impedances(grid: GridModel, frames: Frames, bus: "Frame", notes: list[str]) -> GridModel:
    table = _of(frames, "impedance")
    if table is None:
        return grid
    ends = [table.rows_of(f"{side}_bus", bus) for side in ("from", "to")]
    kv = [grid.nodes.kv[rows] for rows in ends]
    same = np.abs(kv[0] - kv[1]) < NO_CHANGE
    for a, b in (("rft_pu", "rtf_pu"), ("xft_pu", "xtf_pu")):
        same &= np.abs(table.floats(a) - table.floats(b)) < NO_CHANGE
    for beside in ("gf_pu", "bf_pu", "gt_pu", "bt_pu"):
        same &= np.abs(table.floats(beside, 0.0)) < NO_CHANGE
    if not same.all():
        notes.append(f"impedance: {int((~same).sum())} 个两端不同或带对地导纳的阻抗支路未导入")
    ohm = kv[0] ** 2 / table.floats("sn_mva", 1.0)
    more = Lines.of(
        id=table.ids("z"),
        from_node=ends[0],
        to_node=ends[1],
        length_m=np.zeros(len(table)),
        r_ohm=table.floats("rft_pu") * ohm,
        x_ohm=table.floats("xft_pu") * ohm,
        rated_a=np.full(len(table), np.nan),
        name=table.texts("name"),
        in_service=table.bools("in_service"),
    )
    return replace(grid, lines=grid.lines.append(more.take(np.flatnonzero(same))))


def _three_windings(grid: GridModel, frames: Frames, bus: "Frame", notes: list[str]) -> GridModel:
    """A star of three transformers around a node of its own, as its short-circuit voltages say."""
    table = _of(frames, "trafo3w")
    if table is None:
        return grid
    moved = table.floats("tap_pos") - table.floats("tap_neutral", 0.0)
    if np.any(np.nan_to_num(moved) != 0):
        notes.append("trafo3w: 三绕组变压器的分接位置未导入")
    notes.append(f"trafo3w: {len(table)} 台三绕组变压器按三台双绕组等值")
    count, first, ids = len(table), len(grid.nodes), table.ids("x")
    ends = {side: table.rows_of(f"{side}_bus", bus) for side in SIDES}
    stars = Nodes.of(
        id=np.char.add(ids, "/星点"), kv=grid.nodes.kv[ends["hv"]], kind=np.full(count, NodeKind.POINT.value)
    )
    star = first + np.arange(count)
    uk, ukr = _star_voltages(table)
    wings = [_wing(table, side, ends[side], star, uk[at], ukr[at]) for at, side in enumerate(SIDES)]
    trafos = grid.transformers
    for wing in wings:
        trafos = trafos.append(wing)
    return replace(grid, nodes=grid.nodes.append(stars), transformers=trafos)


def _wing(table: "Frame", side: str, end: np.ndarray, star: np.ndarray, uk: Floats, ukr: Floats) -> Transformers:
    kva, lossy = table.floats(f"sn_{side}_mva") * 1000, side == "hv"
    shift = np.zeros(len(table)) if lossy else table.floats(f"shift_{side}_degree", 0.0)
    clock = shift % 360 / 30
    if np.any(clock != np.round(clock)):
        raise ValueError("三绕组变压器钟点数 (shift_degree/30) 应为整数")
    return Transformers.of(
        id=np.char.add(table.ids("x"), f"/{side}"),
        hv_node=end if lossy else star,
        lv_node=star if lossy else end,
        hv_kv=table.floats("vn_hv_kv"),
        lv_kv=table.floats(f"vn_{side}_kv"),
        kva=kva,
        uk_pct=uk,
        pk_kw=ukr / 100 * kva,
        p0_kw=table.floats("pfe_kw", 0.0) if lossy else np.zeros(len(table)),
        i0_pct=table.floats("i0_percent", 0.0) if lossy else np.zeros(len(table)),
        clock=clock.astype(np.int64),
        name=table.texts("name"),
        in_service=table.bools("in_service"),
    )


def _star_voltages(table: "Frame") -> tuple[Floats, Floats]:
    """Short-circuit voltage and its resistive part (%) of every wing on its own rating; raises ValueError where one is below zero."""
    sn = np.stack([table.floats(f"sn_{side}_mva") for side in SIDES])
    pair = np.stack([np.minimum(sn[0], sn[1]), np.minimum(sn[1], sn[2]), np.minimum(sn[0], sn[2])])
    whole, resistive = (
        np.stack([table.floats(f"{part}_{side}_percent") for side in SIDES]) * sn[0] / pair for part in ("vk", "vkr")
    )
    parts = []
    for delta in (resistive, np.sqrt(whole**2 - resistive**2)):
        a, b, c = delta
        parts.append(np.stack([a + c - b, b + a - c, c + b - a]) / 2 * sn / sn[0])
    ukr, ukx = parts
    if np.any(ukx <= 0):
        raise ValueError("三绕组变压器的等值短路电抗不为正，无法导入")
    return np.hypot(ukr, ukx), ukr
