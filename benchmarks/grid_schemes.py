"""方案计算的尺子: 200 random applications on networks of others: how long a whole study takes, and whether full AC refuses the best option."""

import time
from collections.abc import Iterator
from importlib.resources import files

import numpy as np
from tests.grid.networks import ours

from yekuo.grid.atlas import Atlas
from yekuo.grid.attach import connected
from yekuo.grid.candidates import Application
from yekuo.grid.conductors import parse_conductors
from yekuo.grid.equipment import parse_equipment
from yekuo.grid.evaluate import refused_by_ac
from yekuo.grid.model import HV_FROM, MV_FROM, GridModel, Limits
from yekuo.grid.study import Study, study
from yekuo.rules.facts import Importance
from yekuo.rules.scheme import parse_schemes

NETWORKS = ("oberrhein", "1-MV-urban--0-sw", "1-MVLV-urban-all-0-sw")
COUNT = 200
SIZES = {"0.4 kV": (10, 150), "MV": (300, 4000), "MV, large": (4000, 9000)}
"""kW"""


def _table(package: str, name: str) -> str:
    return files(package).joinpath(name).read_text(encoding="utf-8")


def applications(grid: GridModel, what: str) -> Iterator[Application]:
    """Random customers near nodes, the same in every run."""
    chance = np.random.default_rng(20261122)
    medium = (grid.nodes.kv >= MV_FROM) & (grid.nodes.kv < HV_FROM)
    kv = float(np.median(grid.nodes.kv[medium])) if what.startswith("MV") else 0.4
    near = grid.xy[np.isfinite(grid.xy).all(axis=1) & (grid.nodes.kv < HV_FROM)]
    for _ in range(COUNT):
        x, y = near[chance.integers(len(near))] + chance.normal(0, 0.001, 2)
        kw = float(chance.uniform(*SIZES[what]))
        yield Application(x=float(x), y=float(y), kw=kw, kva=kw / 0.8, kv=kv)


def schemes() -> None:
    """This function will print p50 and p95 of a whole study: options, dual pairs, remedies, cost; and what full AC says of the best."""
    for name in NETWORKS:
        atlas = Atlas(ours(name))
        for what in SIZES:
            if what.startswith("MV") or (atlas.grid.nodes.kv < MV_FROM).any():
                _measured(name, atlas, what)


def _measured(name: str, atlas: Atlas, what: str) -> None:
    walls, cpus, refused = [], [], 0
    made: list[Study] = []
    library = parse_conductors(_table("yekuo.grid", "conductors.toml"))
    equipment = parse_equipment(_table("yekuo.grid", "equipment.toml"))
    table = parse_schemes(_table("yekuo.rules", "tables/scheme.toml"))
    for app in applications(atlas.grid, what):
        wall, cpu = time.perf_counter(), time.process_time()
        one = study(atlas, app, library=library, equipment=equipment, table=table, grade=Importance.SECOND)
        walls.append((time.perf_counter() - wall) * 1e3)
        cpus.append((time.process_time() - cpu) * 1e3)
        made.append(one)
        best = next((each.verdict.candidate for each in one.options if each.verdict.feasible), None)
        if best is not None:
            refused += bool(refused_by_ac(connected(atlas.grid, best, app, case="尺子"), atlas.grid, Limits()))
    options, works = sum(len(one.options) for one in made) / COUNT, sum(bool(one.packages) for one in made)
    print(
        f"  {name:22} {what:10} p50 {np.median(walls):4.0f} ms, p95 {np.percentile(walls, 95):4.0f} ms"
        f" (cpu {np.percentile(cpus, 95):.0f} ms); {options:.1f} options, {sum(bool(one.pairs) for one in made)} with pairs,"
        f" {works} with remedies; best refused by full AC: {refused}"
    )
