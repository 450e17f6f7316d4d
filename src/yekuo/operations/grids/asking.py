"""测算条件: where the customer is and how much the network is asked for, from the survey, a map, coordinates or a name."""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from yekuo.grid.atlas import Atlas
from yekuo.grid.candidates import Application
from yekuo.operations.grids.standing import Network
from yekuo.records import tables
from yekuo.rules.facts import Facts, Voltage
from yekuo.rules.firm_load import FirmLoad, firm_load
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import CaseState

LV_KV = 0.4
FAR_KM = 30.0
MOST_KW = Decimal(1_000_000)
PAIR = re.compile(r"(-?\d{1,3}(?:\.\d+)?)[,，\s]+(-?\d{1,3}(?:\.\d+)?)")
LAYINGS = ("cable", "overhead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """位置: degrees WGS84, and where they come from: survey, map, typed, or the name of a node or area."""

    x: float
    y: float
    origin: str
    words: str = ""


def parse_position(text: str) -> tuple[float, float] | None:
    """This function will read "latitude,longitude" as surveys write it; returns longitude, latitude, None for anything else.

    The other order is understood where it can mean nothing else.
    """
    match = PAIR.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    first, second = float(match[1]), float(match[2])
    if abs(first) > 90 >= abs(second):
        first, second = second, first
    return (second, first) if abs(first) <= 90 and abs(second) <= 180 else None


def surveyed(state: CaseState) -> Spot | None:
    """This function will give the place the survey wrote down, None without one."""
    found = parse_position(state.survey.position) if state.survey else None
    return Spot(x=found[0], y=found[1], origin="survey", words="勘查坐标") if found else None


def spot_of(network: Network, *, state: CaseState, position: str = "", near: str = "") -> Spot:
    """This function will find where the customer is: typed coordinates, else a named element, else the survey's place.

    Raises Refused, at the field concerned, when it cannot be found or lies far outside the network.
    """
    if position.strip():
        typed = parse_position(position)
        if typed is None:
            raise _wrong("position", "坐标请按“纬度,经度”填写，例如 30.2801,120.1502")
        return _within(network.atlas, Spot(x=typed[0], y=typed[1], origin="typed", words="指定坐标"), "position")
    if near.strip():
        return _named(network.atlas, near.strip())
    known = surveyed(state)
    if known is None:
        raise _wrong("position", "勘查没有记坐标；请在图上点一下客户的位置，或填坐标，或填附近的台区、环网柜名称")
    return _within(network.atlas, known, "position")


def _wrong(field: str, words: str) -> Refused:
    return Refused(words, problems=(Problem(field, words),), code="bad_place")


def _within(atlas: Atlas, spot: Spot, field: str) -> Spot:
    known = atlas.xy[np.isfinite(atlas.xy).all(axis=1)]
    if not len(known):
        raise _wrong(field, "在用电网没有坐标，不能按位置找接入点")
    here = atlas.metres(np.array([spot.x, spot.y]))
    beyond = np.maximum(np.maximum(known.min(axis=0) - here, here - known.max(axis=0)), 0.0)
    if float(np.hypot(*beyond)) > FAR_KM * 1000:
        raise _wrong(field, f"这个坐标离在用电网超过 {FAR_KM:.0f} 公里，请核对；顺序是“纬度,经度”")
    return spot


def _named(atlas: Atlas, text: str) -> Spot:
    """A node, a transformer or an area by its id or name; the one that is called exactly so, else the only one that contains it."""
    grid = atlas.grid
    names = [
        *zip(grid.nodes.id.tolist(), grid.nodes.name.tolist(), range(len(grid.nodes)), strict=True),
        *zip(
            grid.transformers.id.tolist(),
            grid.transformers.name.tolist(),
            grid.transformers.hv_node.tolist(),
            strict=True,
        ),
    ]
    exact = [node for each, name, node in names if text in (each, name)]
    partly = exact or [node for _, name, node in names if name and text in name]
    places = {tuple(np.round(atlas.grid.xy[node], 6)) for node in partly if np.isfinite(atlas.grid.xy[node]).all()}
    if len(places) != 1:
        what = "没有找到" if not places else f"有 {len(places)} 处"
        raise _wrong("near", f"在用电网里{what}“{text}”，请写全名称或编号，或改填坐标")
    x, y = places.pop()
    return Spot(x=float(x), y=float(y), origin="named", words=text[:60])


def kv_of(voltage: Voltage) -> float:
    """This function will give the network's kV of a supply voltage."""
    return voltage / 1000 if voltage >= Voltage.KV10 else LV_KV


def load_of(facts: Facts) -> FirmLoad:
    """This function will reckon the firm load of a case by the rules in force."""
    return firm_load(facts, table=tables.firm_loads())


def checked_kw(kw: Decimal | None, facts: Facts) -> Decimal:
    """This function will give the load studied: as typed, else by the rules. Raises Refused when it is none."""
    wanted = load_of(facts).added_kw if kw is None else kw
    if not wanted.is_finite() or not 0 < wanted <= MOST_KW:
        words = "负荷要大于 0 千瓦" if not wanted.is_finite() or wanted <= 0 else f"负荷不能超过 {MOST_KW:,} 千瓦"
        raise Refused(words, problems=(Problem("kw", words),), code="bad_load")
    return wanted


def fed_kw(kw: Decimal | None, facts: Facts) -> Decimal:
    """This function will give what is fed in: as typed, else as applied for; raises Refused where it is no number of kW."""
    wanted = facts.generation_kw if kw is None else kw
    if not wanted.is_finite() or not 0 <= wanted <= MOST_KW:
        words = f"并网发电容量要在 0 到 {MOST_KW:,} 千瓦之间"
        raise Refused(words, problems=(Problem("fed_kw", words),), code="bad_load")
    return wanted


def feeding_of(app: Application, kw: Decimal) -> Application | None:
    """This function will ask for what the same customer feeds in at the same place, None for nothing."""
    return replace(app, kw=float(kw), kva=float(kw), generation=True) if kw else None


def application_of(facts: Facts, spot: Spot, kw: Decimal, laying: str) -> Application:
    """This function will put the question to the network: the load added, the line dimensioned for the whole capacity."""
    table = tables.firm_loads()
    if laying not in LAYINGS:
        raise Refused("敷设方式只能是电缆或架空", problems=(Problem("laying", "请选电缆或架空"),), code="bad_laying")
    return Application(
        x=spot.x, y=spot.y, kw=float(kw), kva=float(load_of(facts).kva), kv=kv_of(facts.voltage),
        pf=float(table.power_factor), laying=laying,
    )  # fmt: skip
