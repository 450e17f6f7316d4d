"""潮流计算: the network handed to power-grid-model, one AC power flow, and batches of added loads or switched lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from power_grid_model import CalculationMethod, ComponentType, PowerGridModel, initialize_array
from power_grid_model.errors import PowerGridError  # type: ignore[attr-defined]

from yekuo.grid.columns import Bools, Floats, Ints
from yekuo.grid.model import GridModel
from yekuo.grid.topology import Wiring, wiring

STIFF = 1e20
UNLIMITED_A = 1e9
LEAST_OHM = 1e-6
CELLS = 4_000_000
WORTH_THREADS, ONE_AFTER_ANOTHER = 20_000, -1
NODE, LINE, TRAFO, LOAD = ComponentType.node, ComponentType.line, ComponentType.transformer, ComponentType.sym_load
SOURCE = ComponentType.source
Drawn = tuple[Ints, Floats, Floats]
QUICK_FIRST = ((CalculationMethod.iterative_current, 60), (CalculationMethod.newton_raphson, 20))
WANTED: dict[ComponentType, Any] = {NODE: ["u_pu"], LINE: ["loading"], TRAFO: ["loading"]}


class NoSolutionError(ArithmeticError):
    """The power flow of this network has no solution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """潮流结果: per row of the tables; voltages in pu and degrees (NaN: dead), loading as a share of the rating, kW, kvar, A."""

    u_pu: Floats
    angle_deg: Floats
    line_loading: Floats
    trafo_loading: Floats
    line_a: Floats
    line_p_kw: Floats
    line_q_kvar: Floats
    line_to_p_kw: Floats
    line_to_q_kvar: Floats
    trafo_p_kw: Floats
    trafo_q_kvar: Floats
    trafo_to_p_kw: Floats
    trafo_to_q_kvar: Floats
    trafo_s_kva: Floats
    losses_kw: float


@dataclass(frozen=True, slots=True)
class Part:
    """一批结果: scenarios `first`.. as rows; voltage per bus, loading per line and transformer; `ok`: it has a solution, else NaN."""

    first: int
    u_pu: Floats
    line: Floats
    trafo: Floats
    ok: Bools


class Sagged(NamedTuple):
    """电源降压后的状态: voltage per node (NaN: dead, or no solution at all), loading per line and transformer."""

    u_pu: Floats
    line_loading: Floats
    trafo_loading: Floats


class Solver:
    """潮流求解器: a network prepared once; solves it, and solves it with loads added or branches switched, many at a time."""

    def __init__(self, grid: GridModel, *, wires: Wiring | None = None, threads: int = 0) -> None:
        self.grid, self.wires, self.threads = grid, wires or wiring(grid), threads
        bus, buses = self.wires.bus, self.wires.buses
        self.bus = bus
        self.lines = np.flatnonzero(bus[grid.lines.from_node] != bus[grid.lines.to_node])
        self.trafos = np.flatnonzero(bus[grid.transformers.hv_node] != bus[grid.transformers.lv_node])
        self._line_id = buses + np.arange(len(self.lines))
        self._trafo_id = buses + len(self.lines) + np.arange(len(self.trafos))
        self._next = buses + len(self.lines) + len(self.trafos)
        if not np.any(grid.sources.in_service):
            raise NoSolutionError("电网没有投运的电源")
        self.probe = self._ids(buses)
        self._data = self._dataset()

    @cached_property
    def _probed(self) -> PowerGridModel:
        return PowerGridModel(self._data, system_frequency=self.grid.f_hz)

    @cached_property
    def _plain(self) -> PowerGridModel:
        """The model without probes, a third quicker made, where nothing was added yet."""
        if "_probed" in vars(self):
            return self._probed
        loads = {"sym_load": self._data["sym_load"][self.wires.buses :]}
        return PowerGridModel(self._data | loads, system_frequency=self.grid.f_hz)

    def _ids(self, count: int) -> Ints:
        ids = np.arange(self._next, self._next + count)
        self._next += count
        return ids

    def _dataset(self) -> dict[str, NDArray[Any]]:
        grid, bus = self.grid, self.bus
        nodes = initialize_array("input", "node", self.wires.buses)
        nodes["id"] = np.arange(self.wires.buses)
        nodes["u_rated"][bus] = grid.nodes.kv * 1000
        shunts, live = grid.shunts, grid.shunts.in_service & self.wires.live[grid.shunts.node]
        shunt = initialize_array("input", "shunt", len(shunts))
        shunt["id"], shunt["node"], shunt["status"] = self._ids(len(shunts)), bus[shunts.node], live
        kv2 = grid.nodes.kv[shunts.node] ** 2 * 1000
        shunt["g1"], shunt["b1"] = shunts.p_kw / kv2, -shunts.q_kvar / kv2
        data = {
            "node": nodes,
            "line": self._line_rows(),
            "transformer": self._trafo_rows(),
            "source": self._source_rows(),
        }
        return data | {"sym_load": self._load_rows(), "shunt": shunt}

    def _line_rows(self) -> NDArray[Any]:
        lines, rows = self.grid.lines, self.lines
        line = initialize_array("input", "line", len(rows))
        line["id"] = self._line_id
        line["from_node"], line["to_node"] = self.bus[lines.from_node[rows]], self.bus[lines.to_node[rows]]
        line["from_status"], line["to_status"] = self.wires.line_from[rows], self.wires.line_to[rows]
        r, x = np.nan_to_num(lines.r_ohm[rows]), np.nan_to_num(lines.x_ohm[rows])
        line["r1"], line["x1"] = r, np.where(np.hypot(r, x) < LEAST_OHM, LEAST_OHM, x)
        c = np.maximum(lines.c_nf[rows], 1e-9) * 1e-9
        line["c1"], line["tan1"] = c, lines.g_us[rows] * 1e-6 / (2 * np.pi * self.grid.f_hz * c)
        rated = lines.rated_a[rows]
        line["i_n"] = np.where(rated > 0, rated, UNLIMITED_A)
        return line

    def _trafo_rows(self) -> NDArray[Any]:
        table, rows = self.grid.transformers, self.trafos
        trafo = initialize_array("input", "transformer", len(rows))
        own = table.take(rows)
        sn = own.kva * 1000
        trafo["id"] = self._trafo_id
        trafo["from_node"], trafo["to_node"] = self.bus[own.hv_node], self.bus[own.lv_node]
        trafo["from_status"], trafo["to_status"] = self.wires.trafo_hv[rows], self.wires.trafo_lv[rows]
        trafo["u1"], trafo["u2"], trafo["sn"] = own.hv_kv * 1000, own.lv_kv * 1000, sn
        trafo["uk"], trafo["pk"], trafo["p0"] = own.uk_pct / 100, own.pk_kw * 1000, own.p0_kw * 1000
        trafo["i0"] = np.maximum(own.i0_pct / 100, own.p0_kw / own.kva)
        odd = own.clock % 2 == 1
        trafo["clock"], trafo["winding_from"], trafo["winding_to"] = own.clock, np.where(odd, 2, 1), 1
        trafo["tap_side"], trafo["tap_pos"], trafo["tap_nom"] = own.tap_on_lv, own.tap_pos, own.tap_neutral
        trafo["tap_min"] = np.minimum(own.tap_min, own.tap_pos)
        trafo["tap_max"] = np.maximum(np.maximum(own.tap_max, own.tap_pos), trafo["tap_min"] + 1)
        trafo["tap_size"] = own.tap_step_pct / 100 * np.where(own.tap_on_lv, own.lv_kv, own.hv_kv) * 1000
        return trafo

    def _source_rows(self) -> NDArray[Any]:
        sources = self.grid.sources
        source = initialize_array("input", "source", len(sources))
        self._source_id = self._ids(len(sources))
        source["id"], source["node"] = self._source_id, self.bus[sources.node]
        source["status"] = sources.in_service & self.wires.live[sources.node]
        source["u_ref"], source["u_ref_angle"], source["sk"] = sources.u_pu, np.radians(sources.angle_deg), STIFF
        return source

    def _load_rows(self) -> NDArray[Any]:
        loads, buses = self.grid.loads, self.wires.buses
        load = initialize_array("input", "sym_load", buses + len(loads))
        self.load_id = self._ids(len(loads))
        load["id"] = np.concatenate([self.probe, self.load_id])
        load["node"] = np.concatenate([np.arange(buses), self.bus[loads.node]])
        load["status"] = np.concatenate([np.ones(buses), loads.in_service & self.wires.live[loads.node]])
        load["type"] = 0
        load["p_specified"] = np.concatenate([np.zeros(buses), loads.p_kw * 1000])
        load["q_specified"] = np.concatenate([np.zeros(buses), loads.q_kvar * 1000])
        return load

    def flow(self, *, quick: bool = False) -> Flow:
        """This function will solve the network as it stands; raises NoSolutionError when it cannot be solved.

        `quick` iterates on currents first, as exact where it settles.
        """
        out = self._once([NODE, LINE, TRAFO], "潮流不收敛，电网带不动现有的负荷", quick=quick)
        node, line, trafo = (_rows(out, each) for each in (NODE, LINE, TRAFO))
        live = node["energized"].astype(bool)
        lines, trafos = len(self.grid.lines), len(self.grid.transformers)

        def to_rows(values: NDArray[Any], rows: Ints, count: int) -> Floats:
            full = np.zeros(count)
            full[rows] = values
            return full

        def of_line(values: NDArray[Any]) -> Floats:
            return to_rows(values, self.lines, lines)

        def of_trafo(values: NDArray[Any]) -> Floats:
            return to_rows(values, self.trafos, trafos)

        losses = sum(float(np.sum(each["p_from"] + each["p_to"])) for each in (line, trafo))
        return Flow(
            u_pu=np.where(live, node["u_pu"], np.nan)[self.bus],
            angle_deg=np.where(live, np.degrees(node["u_angle"]), np.nan)[self.bus],
            line_loading=of_line(line["loading"]),
            trafo_loading=of_trafo(trafo["loading"]),
            line_a=of_line(np.maximum(line["i_from"], line["i_to"])),
            line_p_kw=of_line(line["p_from"] / 1000),
            line_q_kvar=of_line(line["q_from"] / 1000),
            line_to_p_kw=of_line(line["p_to"] / 1000),
            line_to_q_kvar=of_line(line["q_to"] / 1000),
            trafo_p_kw=of_trafo(trafo["p_from"] / 1000),
            trafo_q_kvar=of_trafo(trafo["q_from"] / 1000),
            trafo_to_p_kw=of_trafo(trafo["p_to"] / 1000),
            trafo_to_q_kvar=of_trafo(trafo["q_to"] / 1000),
            trafo_s_kva=of_trafo(np.maximum(trafo["s_from"], trafo["s_to"]) / 1000),
            losses_kw=losses / 1000,
        )

    def added(self, bus: Ints, p_kw: Floats, q_kvar: Floats, *, quick: bool = False) -> Iterator[Part]:
        """This function will solve one scenario per row: `p_kw` and `q_kvar` added at `bus`; (n,) or (n, k) for k places at once.

        `quick` iterates on currents, as exact and a third less work; what does not settle so is solved by Newton-Raphson.
        """
        bus, p_kw, q_kvar = bus.reshape(len(bus), -1), p_kw.reshape(len(bus), -1), q_kvar.reshape(len(bus), -1)
        for first, last in self._chunks(len(bus)):
            update = initialize_array("update", "sym_load", (last - first, bus.shape[1]))
            update["id"] = self.probe[bus[first:last]]
            update["p_specified"], update["q_specified"] = p_kw[first:last] * 1000, q_kvar[first:last] * 1000
            part = self._batch(first, last - first, {LOAD: update}, quick=quick)
            rows = np.flatnonzero(~part.ok)
            again = self._batch(0, len(rows), {LOAD: update[rows]}) if quick and len(rows) else None
            yield _mended(part, rows, again)

    def _once(self, wanted: Any, problem: str, *, quick: bool) -> dict[Any, Any]:
        """One state of the model as it is; what does not settle quickly is solved by Newton-Raphson."""
        for method, steps in QUICK_FIRST if quick else QUICK_FIRST[1:]:
            try:
                return self._plain.calculate_power_flow(
                    output_component_types=wanted, calculation_method=method, max_iterations=steps
                )
            except PowerGridError as failure:
                last = failure
        raise NoSolutionError(problem) from last

    def sagged(self, share: float) -> Sagged:
        """This function will solve the network with the voltage of every source lower by a share; NaN where that has no solution.

        The model is lowered and put back: a batch of one would copy it and sort it out anew, twice the work.
        """
        sources = initialize_array("update", "source", len(self.grid.sources))
        sources["id"], sources["u_ref"] = self._source_id, self.grid.sources.u_pu * (1 - share)
        self._plain.update(update_data={SOURCE: sources})
        nothing = (
            np.full(len(self.grid.nodes), np.nan),
            np.zeros(len(self.grid.lines)),
            np.zeros(len(self.grid.transformers)),
        )
        try:
            out = self._once(WANTED, "电源电压略低，电网就带不动现有的负荷", quick=True)
        except NoSolutionError:
            return Sagged(*nothing)
        finally:
            sources["u_ref"] = self.grid.sources.u_pu
            self._plain.update(update_data={SOURCE: sources})
        _, line, trafo = nothing
        for rows, full, each in ((self.lines, line, LINE), (self.trafos, trafo, TRAFO)):
            full[rows] = out[each]["loading"] if each in out else 0.0
        u_pu = out[NODE]["u_pu"]
        return Sagged(np.where(u_pu > 0, u_pu, np.nan)[self.bus], line, trafo)

    def switched(self, opened: Ints, closed: Ints, added: Drawn | None = None) -> Iterator[Part]:
        """This function will solve one scenario per row: line row `opened` off and line row `closed` on; -1: none.

        `added` are the bus, kW and kvar of one more load in each. Currents are iterated, as in a quick `added`.
        """
        for first, last in self._chunks(len(opened)):
            some = None if added is None else (added[0][first:last], added[1][first:last], added[2][first:last])
            off, on = opened[first:last], closed[first:last]
            part = self._batch(first, last - first, self._switching(off, on, some), quick=True)
            rows = np.flatnonzero(~part.ok)
            some = None if some is None else (some[0][rows], some[1][rows], some[2][rows])
            again = self._batch(0, len(rows), self._switching(off[rows], on[rows], some)) if len(rows) else None
            yield _mended(part, rows, again)

    def _switching(self, opened: Ints, closed: Ints, added: Drawn | None) -> dict[ComponentType, Any]:
        place = np.full(len(self.grid.lines) + 1, -1)
        place[self.lines] = np.arange(len(self.lines))
        pairs = np.stack([place[opened], place[closed]], axis=1)
        used = pairs >= 0
        data = initialize_array("update", "line", int(used.sum()))
        data["id"] = self._line_id[pairs[used]]
        status = np.broadcast_to([0, 1], pairs.shape)[used]
        data["from_status"], data["to_status"] = status, status
        indptr = np.concatenate([[0], np.cumsum(used.sum(axis=1))]).astype(np.int64)
        update: dict[ComponentType, Any] = {LINE: {"indptr": indptr, "data": data}}
        if added is not None:
            bus, p_kw, q_kvar = added
            load = initialize_array("update", "sym_load", (len(bus), 1))
            load["id"][:, 0] = self.probe[bus]
            load["p_specified"][:, 0], load["q_specified"][:, 0] = p_kw * 1000, q_kvar * 1000
            update[LOAD] = load
        return update

    def _chunks(self, count: int) -> Iterator[tuple[int, int]]:
        step = max(1, CELLS // (self.wires.buses + len(self.lines) + len(self.trafos)))
        for first in range(0, count, step):
            yield first, min(count, first + step)

    def _batch(self, first: int, size: int, update: Mapping[ComponentType, Any], *, quick: bool = False) -> Part:
        method, steps = QUICK_FIRST[0 if quick else 1]
        model = self._probed if LOAD in update else self._plain
        out: dict[Any, Any] = model.calculate_power_flow(
            update_data=dict(update),
            output_component_types=WANTED,
            calculation_method=method,
            max_iterations=steps,
            threading=self.threads if size * self.wires.buses >= WORTH_THREADS else ONE_AFTER_ANOTHER,
            continue_on_batch_error=True,
        )
        ok = np.ones(size, dtype=bool)
        if model.batch_error is not None:
            ok[model.batch_error.failed_scenarios] = False
        none = np.zeros((size, 0))
        u_pu, line, trafo = (
            out[NODE]["u_pu"],
            *(out[each]["loading"] if each in out else none for each in (LINE, TRAFO)),
        )
        for each in (u_pu, line, trafo):
            each[~ok] = np.nan  # what was in memory is no result
        return Part(first, u_pu, line, trafo, ok)


def _mended(part: Part, rows: Ints, again: Part | None) -> Part:
    """What did not settle quickly (rows of a part), as it was found again."""
    if again is not None:
        for mine, found in ((part.u_pu, again.u_pu), (part.line, again.line), (part.trafo, again.trafo)):
            mine[rows] = found
        part.ok[rows] = again.ok
    return part


def _rows(out: Mapping[Any, Any], name: ComponentType) -> NDArray[Any]:
    return out[name] if name in out else initialize_array("sym_output", name, 0)
