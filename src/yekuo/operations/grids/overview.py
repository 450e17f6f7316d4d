"""电网概览: what a network in force consists of, feeder by feeder, with the quality of its data."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yekuo.grid.model import MV_FROM
from yekuo.operations.grids.standing import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederLine:
    """馈线一行: its name, where it begins, how much hangs on it and how good the data are; None: not known."""

    id: str
    name: str
    substation: str
    busbar: str
    level: int
    nodes: int
    mv_km: float
    lv_km: float
    transformers: int
    kva: float
    drawn_kw: float
    rated_a: float | None
    peak_a: float | None
    users: int | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """概览: the whole counted, and its feeders."""

    substations: int
    mains: int
    mains_kva: float
    transformers: int
    kva: float
    nodes: int
    km: float
    feeders: tuple[FeederLine, ...]


def overview(network: Network) -> Overview:
    """This function will count a network."""
    grid = network.grid
    main, kva = grid.is_main, grid.transformers.kva
    stations = set(grid.nodes.substation.tolist()) - {""}
    return Overview(
        substations=len(stations) or len(grid.sources), mains=int(main.sum()), mains_kva=float(kva[main].sum()),
        transformers=int((~main).sum()), kva=float(kva[~main].sum()), nodes=len(grid.nodes),
        km=float(np.nansum(grid.lines.length_m)) / 1000, feeders=tuple(_feeders(network)),
    )  # fmt: skip


def _feeders(network: Network) -> Sequence[FeederLine]:
    grid, atlas = network.grid, network.atlas
    nodes, lines, trafos, loads, table = grid.nodes, grid.lines, grid.transformers, grid.loads, grid.feeders
    ends = np.where(nodes.feeder[lines.to_node] != "", nodes.feeder[lines.to_node], nodes.feeder[lines.from_node])
    medium = nodes.kv[lines.from_node] >= MV_FROM
    metres = np.nan_to_num(lines.length_m)
    own = nodes.feeder[trafos.hv_node]
    drawn = nodes.feeder[loads.node]
    found = []
    for row, key in enumerate(table.id.tolist()):
        mine, hung = ends == key, (own == key) & ~grid.is_main
        bar = int(table.busbar[row])
        found.append(
            FeederLine(
                id=key,
                name=str(table.name[row]) or key,
                substation=atlas.station_name(atlas.substation(bar)),
                busbar=str(nodes.name[bar]) or str(nodes.id[bar]),
                level=int(table.level[row]),
                nodes=int((nodes.feeder == key).sum()),
                mv_km=float(metres[mine & medium].sum()) / 1000,
                lv_km=float(metres[mine & ~medium].sum()) / 1000,
                transformers=int(hung.sum()),
                kva=float(trafos.kva[hung].sum()),
                drawn_kw=float(loads.p_kw[drawn == key].sum()),
                rated_a=_known(table.rated_a[row]),
                peak_a=_known(table.peak_a[row]),
                users=int(table.users[row]) if table.users[row] >= 0 else None,
                unit=str(table.unit[row]),
            )
        )
    return found


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
