"""负荷分配: what every node draws at the peak: measured where it is known, else the feeder's peak shared out by kVA."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from yekuo.grid.columns import Floats, Ints
from yekuo.grid.model import Loads
from yekuo.grid.sheets import Findings, Severity, texts_array

if TYPE_CHECKING:
    from yekuo.grid.assembly import Assembly

USUAL_PF = 0.95
GUESSED_SHARE = 0.4


class Loading:
    """负荷分配 of one import; rows are (id, node, kW, power factor)."""

    def __init__(self, built: Assembly, feeder: list[str], area: list[str], findings: Findings) -> None:
        """This function will share out the load; what had to be guessed becomes a warning."""
        self.built, self.feeder, self.area, self.findings = built, feeder, area, findings
        self.rows: list[tuple[str, int, float, float]] = []
        self._points()
        self._transformers()
        self._lumped()

    def loads(self, place: Ints) -> Loads:
        """This function will make the table of loads; generation (negative kW) is marked."""
        if not self.rows:
            return Loads.of()
        p = np.array([one[2] for one in self.rows])
        pf = np.array([one[3] for one in self.rows])
        generator = p < 0
        return Loads.of(
            id=texts_array([one[0] for one in self.rows]),
            node=place[[one[1] for one in self.rows]],
            p_kw=p,
            q_kvar=np.where(generator, 0.0, p * np.tan(np.arccos(pf))),
            generator=generator,
        )

    def _points(self) -> None:
        """Load points; a transformer's own measured peak scales those below it down to it, for not all peak together."""
        built = self.built
        points = built.parsed["load_point"]
        kw, pf = points.numbers("kw_max"), points.numbers("pf")
        at = [built.drawn_at(each) for each in points.texts("node_id")]
        self.below: dict[str, float] = {}
        for row, node in enumerate(at):
            if self.area[node] and kw[row] > 0:
                self.below[self.area[node]] = self.below.get(self.area[node], 0.0) + float(kw[row])
        self.measured = self._measured()
        for row, node in enumerate(at):
            if built.outside[node]:
                continue
            peak, total = self.measured.get(self.area[node], math.nan), self.below.get(self.area[node], 0.0)
            share = peak / total if total > peak and kw[row] > 0 else 1.0
            factor = float(pf[row]) if not np.isnan(pf[row]) else USUAL_PF
            self.rows.append((points.texts("id")[row], node, float(kw[row]) * share, factor))

    def _measured(self) -> dict[str, float]:
        trafos = self.built.parsed["dist_transformer"]
        kw, share, kva = (trafos.numbers(name) for name in ("max_p_kw", "max_load_pct", "kva"))
        peak = np.where(np.isnan(kw), share / 100 * kva * USUAL_PF, kw)
        return {each: float(peak[row]) for row, each in enumerate(trafos.texts("id")) if not np.isnan(peak[row])}

    def _transformers(self) -> None:
        built = self.built
        trafos = built.parsed["dist_transformer"]
        unknown: dict[str, list[int]] = {}
        for row, each in enumerate(trafos.texts("id")):
            node = built.lv_row[each]
            if built.outside[node]:
                continue
            below = self.below.get(each, 0.0)
            if each in self.measured:
                if self.measured[each] > below:
                    self.rows.append((f"{each}/负荷", node, self.measured[each] - below, USUAL_PF))
            elif not below:
                unknown.setdefault(self.feeder[node], []).append(row)
        for name, rows in unknown.items():
            self._share_out(name, rows)

    def _share_out(self, feeder: str, rows: list[int]) -> None:
        """What the feeder's head peak leaves over is shared by kVA; without a head peak a share of the kVA is guessed."""
        trafos = self.built.parsed["dist_transformer"]
        kva = trafos.numbers("kva")
        total = float(kva[rows].sum())
        head = self._head_kw(feeder)
        known = sum(one[2] for one in self.rows if self.feeder[one[1]] == feeder)
        share = GUESSED_SHARE * USUAL_PF if math.isnan(head) else max(0.0, head - known) / total
        told = "按额定容量的 40% 估" if math.isnan(head) else "按线路最大电流和容量分摊"
        words = f"馈线“{feeder}”有 {len(rows)} 台配变没有最大负荷，{told}"
        self.findings.add(trafos.title, words, column=trafos.heading("max_load_pct"), severity=Severity.WARNING)
        for row in rows:
            each = trafos.texts("id")[row]
            self.rows.append((f"{each}/负荷", self.built.lv_row[each], float(kva[row]) * share, USUAL_PF))

    def _head_kw(self, feeder: str) -> float:
        feeders = self.built.parsed["feeder"]
        row = self.built.indexes["feeder"].get(feeder)
        if row is None:
            return math.nan
        kv = self.built.kv[self.built.node_row[feeders.texts("busbar_id")[row]]]
        return float(math.sqrt(3) * kv * feeders.numbers("max_a_12m")[row] * USUAL_PF)

    def _lumped(self) -> None:
        """A feeder without sections is one load at its busbar: what its head measures, else what hangs on it."""
        feeders, drawn = self.built.parsed["feeder"], self._hung()
        wired = set(self.built.feeder_of_line.values())
        for row, each in enumerate(feeders.texts("id")):
            if each in wired:
                continue
            head = self._head_kw(each)
            kw = drawn.get(each, 0.0) if math.isnan(head) else head
            at = self.built.node_row[feeders.texts("busbar_id")[row]]
            if kw > 0:
                self.rows.append((f"{each}/馈线负荷", at, kw, USUAL_PF))

    def _hung(self) -> dict[str, float]:
        found: dict[str, float] = {}
        trafos, nodes = self.built.parsed["dist_transformer"], self.built.parsed["node"]
        feeder = dict(zip(nodes.texts("id"), nodes.texts("feeder_id"), strict=True))
        kva: Floats = trafos.numbers("kva")
        for row, (each, node) in enumerate(zip(trafos.texts("id"), trafos.texts("node_id"), strict=True)):
            if self.built.outside[self.built.lv_row[each]]:
                peak = self.measured.get(each, float(kva[row]) * GUESSED_SHARE * USUAL_PF)
                found[feeder[node]] = found.get(feeder[node], 0.0) + max(peak, self.below.get(each, 0.0))
        return found
