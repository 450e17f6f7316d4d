"""与 OpenDSS 对比: the same network as an OpenDSS circuit, the same loads added one after the other: equal voltages, and how much faster.

OpenDSS (dss-python) is put into an environment of its own in a temporary folder, or the one whose interpreter OPENDSS_PYTHON names.
Both solve the whole network from a standing model and give every voltage; ours many states at a time on all cores and on one, as used.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tests.grid.networks import ours

from yekuo.grid.model import GridModel
from yekuo.grid.solve import ONE_AFTER_ANOTHER, Solver
from yekuo.grid.topology import Wiring

HERE = Path(__file__).resolve().parent
PEER = ["dss-python==0.15.7", "numpy"]
NETWORKS = ("oberrhein", "1-MV-urban--0-sw", "1-MVLV-urban-all-0-sw")
STATES, REPEATS, KW, TANGENT = 180, 3, 100.0, 0.3287
GOAL_PU = 5e-4


def opendss() -> None:
    with tempfile.TemporaryDirectory(prefix="yekuo-benchmark-") as folder:
        python = _peer(Path(folder))
        if python is None:
            print(
                "OpenDSS cannot be installed here: pip install dss-python, then name that interpreter in OPENDSS_PYTHON"
            )
            return
        for name in NETWORKS:
            _compare(name, python, Path(folder))


def _peer(folder: Path) -> Path | None:
    if named := os.environ.get("OPENDSS_PYTHON"):
        return Path(named)
    python = folder / "peer" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(folder / "peer")], check=True)
    uv = shutil.which("uv")
    command = [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
    done = subprocess.run([*command, "--quiet", *PEER], check=False, stderr=subprocess.DEVNULL)
    return python if done.returncode == 0 else None


def _compare(name: str, python: Path, folder: Path) -> None:
    grid = ours(name)
    solver = Solver(grid)
    live = np.flatnonzero(np.isfinite(solver.flow().u_pu))
    bus = np.unique(solver.bus[live])
    bus = bus[np.linspace(0, len(bus) - 1, min(STATES, len(bus))).astype(int)]
    kw = np.full(len(bus), min(KW, 0.02 * float(np.abs(grid.loads.p_kw).sum())))
    kv = np.ones(solver.wires.buses)
    kv[solver.bus] = grid.nodes.kv
    (folder / "circuit.dss").write_text("\n".join(_circuit(grid, solver.wires, kv, bus)), encoding="utf-8")
    added = [[int(each), float(p), float(p * TANGENT)] for each, p in zip(bus, kw, strict=True)]
    order = {"buses": len(kv), "volts": (kv * 1000 / np.sqrt(3)).tolist(), "added": added, "repeats": REPEATS}
    (folder / "scenarios.json").write_text(json.dumps(order))
    done = subprocess.run(
        [str(python), str(HERE / "grid_opendss_peer.py"), str(folder)], check=True, capture_output=True, text=True
    )
    answer = np.load(folder / "answer.npz")
    seconds, parts = {}, []
    for threads in (0, ONE_AFTER_ANOTHER):
        own, seconds[threads] = Solver(grid, threads=threads), np.inf
        for _ in range(REPEATS):
            start = time.perf_counter()
            parts = list(own.added(bus, kw, kw * TANGENT, quick=True))
            seconds[threads] = min(seconds[threads], time.perf_counter() - start)
    u_pu = np.concatenate([part.u_pu for part in parts])
    known = (answer["base"] > 0) & (u_pu > 0).all(axis=0)
    apart = float(np.abs(u_pu - answer["added"])[:, known].max())
    theirs = float(answer["seconds"])
    print(
        f"  {name:24} {len(grid.nodes):6} nodes, {len(bus)} states, {int(known.sum())} buses: max |dU| {apart:.1e} pu",
        end="",
    )
    print(f" (needed {GOAL_PU:.0e}){'' if answer['converged'] else ', OpenDSS did not converge everywhere'}")
    print(f"    OpenDSS {theirs / len(bus) * 1e3:.2f} ms a state; ours {_each(seconds[0], bus)}, on one core ", end="")
    print(f"{_each(seconds[ONE_AFTER_ANOTHER], bus)}: ", end="")
    print(f"ratio {theirs / seconds[0]:.1f}x, on one core {theirs / seconds[ONE_AFTER_ANOTHER]:.1f}x")
    print(f"    {json.loads(done.stdout.splitlines()[-1])['version'][:34]}")


def _each(seconds: float, states: np.ndarray) -> str:
    return f"{seconds / len(states) * 1e3:.2f} ms"


def _circuit(grid: GridModel, wires: Wiring, kv: np.ndarray, probed: np.ndarray) -> Iterator[str]:
    """The circuit in OpenDSS's own words: balanced, so every sequence has the impedance of the positive one."""
    bus = wires.bus
    yield "clear"
    yield f"set defaultbasefrequency={grid.f_hz:g}"
    yield from _sources(grid, bus, kv)
    yield from _lines(grid, wires)
    yield from _transformers(grid, wires)
    loads, shunts = grid.loads, grid.shunts
    for row in np.flatnonzero(loads.in_service & wires.live[loads.node]).tolist():
        yield _load(f"l{row}", int(bus[loads.node[row]]), kv, loads.p_kw[row], loads.q_kvar[row], 1)
    for row in np.flatnonzero(shunts.in_service & wires.live[shunts.node]).tolist():
        yield _load(f"s{row}", int(bus[shunts.node[row]]), kv, shunts.p_kw[row], shunts.q_kvar[row], 2)
    for each in probed.tolist():
        yield _load(f"probe{each}", each, kv, 0.0, 0.0, 1)
    yield "set mode=snapshot controlmode=off maxiterations=100"
    yield "solve"


def _load(name: str, bus: int, kv: np.ndarray, kw: float, kvar: float, model: int) -> str:
    return f"new load.{name} bus1=b{bus} phases=3 kv={float(kv[bus])!r} kw={float(kw)!r} kvar={float(kvar)!r} model={model} vminpu=0.1 vmaxpu=2"


def _sources(grid: GridModel, bus: np.ndarray, kv: np.ndarray) -> Iterator[str]:
    sources = grid.sources
    for count, row in enumerate(np.flatnonzero(sources.in_service).tolist()):
        at = int(bus[sources.node[row]])
        kind = "circuit.c" if count == 0 else f"vsource.v{row}"
        held = f"pu={float(sources.u_pu[row])!r} angle={float(sources.angle_deg[row])!r} basefreq={grid.f_hz:g}"
        yield f"new {kind} bus1=b{at} basekv={float(kv[at])!r} {held} phases=3 r1=1e-6 x1=1e-4 r0=1e-6 x0=1e-4"


def _ends(one: int, other: int, here: bool, there: bool, name: str) -> tuple[str, str]:
    """An end that is open hangs on a bus of its own."""
    return (f"b{one}" if here else f"{name}x"), (f"b{other}" if there else f"{name}y")


def _lines(grid: GridModel, wires: Wiring) -> Iterator[str]:
    lines, bus = grid.lines, wires.bus
    for row in np.flatnonzero(wires.line_from | wires.line_to).tolist():
        one, other = int(bus[lines.from_node[row]]), int(bus[lines.to_node[row]])
        if one == other:
            continue
        ends = _ends(one, other, bool(wires.line_from[row]), bool(wires.line_to[row]), f"line{row}")
        r, x, c = float(lines.r_ohm[row]), max(float(lines.x_ohm[row]), 1e-6), float(lines.c_nf[row])
        yield (
            f"new line.{row} bus1={ends[0]} bus2={ends[1]} phases=3 length=1 units=none r1={r!r} x1={x!r} r0={r!r} x0={x!r}"
            f" c1={c!r} c0={c!r} basefreq={grid.f_hz:g}"
        )


def _transformers(grid: GridModel, wires: Wiring) -> Iterator[str]:
    table, bus = grid.transformers, wires.bus
    for row in np.flatnonzero(wires.trafo_hv | wires.trafo_lv).tolist():
        one, other = int(bus[table.hv_node[row]]), int(bus[table.lv_node[row]])
        ends = _ends(one, other, bool(wires.trafo_hv[row]), bool(wires.trafo_lv[row]), f"trafo{row}")
        kva, loss = float(table.kva[row]), float(table.pk_kw[row] / table.kva[row] * 100)
        x = float(np.sqrt(max(table.uk_pct[row] ** 2 - loss**2, 0.0)))
        tap = 1 + float(table.tap_step_pct[row] / 100 * (table.tap_pos[row] - table.tap_neutral[row]))
        taps = f"[1 {tap!r}]" if table.tap_on_lv[row] else f"[{tap!r} 1]"
        idle, p0 = float(table.i0_pct[row]), float(table.p0_kw[row] / kva * 100)
        yield (
            f"new transformer.{row} phases=3 windings=2 buses=[{ends[0]} {ends[1]}] conns=[wye wye]"
            f" kvs=[{float(table.hv_kv[row])!r} {float(table.lv_kv[row])!r}] kvas=[{kva!r} {kva!r}] %rs=[{float(loss / 2)!r} {float(loss / 2)!r}]"
            f" xhl={x!r} %noloadloss={p0!r} %imag={float(np.sqrt(max(idle**2 - p0**2, 0.0)))!r} ppm_antifloat=0 taps={taps}"
        )
