"""附近供电: areas as the public may see them, which of them an address lies in, and what is said to whoever asks.

An area is what supply areas of one name on one feeder make together (金桂苑1号公变, 金桂苑2号公变: 金桂苑). Its figure is rounded
down, capped, and never a reason to refuse.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

ENDING = re.compile(r"(?:[#＃]?\d+\s*[号#＃]?)?\s*(?:公用变|公变|台变|配变|箱变|变压器|台区|变)?$")
LEAST_NAME = 2
STEPS = ((50.0, 10), (200.0, 20), (1000.0, 100), (math.inf, 500))
NIGHT = range(8)
"""The hours of the night that figures by hours are given for."""
MOST_SHOWN = {"dt": 500, "feeder": 5000}
"""Above these (kW) the public page says 以上: how much more is nobody's business but the applicant's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """供电点: one public supply area or feeder with its figure (kW) and the kind of what binds it (voltage, line, transformer).

    `night_kw` is what could be drawn in the hours of the night only, None where nobody knows.
    """

    name: str
    feeder: str
    kw: float
    binding: str
    night_kw: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """片区: a name people know, its feeder, how many supply areas it has, what the best of them takes (kW), what binds that."""

    name: str
    feeder: str
    many: int
    kw: float
    binding: str
    night_kw: float | None = None


def stem(name: str) -> str:
    """This function will give the part of a supply area's name that names the place; all of it where nothing would be left."""
    found = ENDING.sub("", name.strip(), count=1).strip()
    return found if len(found) >= LEAST_NAME else name.strip()


def areas(supplies: Iterable[Supply]) -> tuple[Area, ...]:
    """This function will put supply areas of one name on one feeder together, in order of name."""
    named = sorted(
        ((stem(one.name), one.feeder, one) for one in supplies), key=lambda row: (row[0], row[1], -row[2].kw)
    )
    found = []
    for (name, feeder), rows in groupby(named, key=lambda row: (row[0], row[1])):
        own = [one for _, _, one in rows]
        best = own[0]
        found.append(
            Area(name=name, feeder=feeder, many=len(own), kw=best.kw, binding=best.binding, night_kw=best.night_kw)
        )
    return tuple(found)


def rounded_down(kw: float) -> int:
    """This function will round a figure down as the public sees it: tens below 50 kW, 20s below 200, hundreds below 1,000, then 500s."""
    if math.isinf(kw):
        return MOST_SHOWN["feeder"]
    step = next(step for below, step in STEPS if kw < below)
    return max(0, int(kw // step) * step)


def public_words(kind: str, kw: float) -> str:
    """This function will say a figure of the public page."""
    found, most = rounded_down(kw), MOST_SHOWN[kind]
    if found >= most:
        return f"{most:,} 千瓦以上"
    return f"约 {found:,} 千瓦" if found else "由我们先建设"


def night_words(kind: str, one: Area) -> str:
    """This function will say what an area takes at night, '' where that is unknown or reads no better than at any hour."""
    if one.night_kw is None:
        return ""
    night, any_hour = rounded_down(one.night_kw), rounded_down(one.kw)
    better = night > any_hour and any_hour < MOST_SHOWN[kind]
    return f"只在夜里 {NIGHT[0]}–{NIGHT[-1] + 1} 时用（例如充电），{public_words(kind, one.night_kw)}" if better else ""


def nearest(address: str, among: Iterable[Area]) -> Area | None:
    """This function will find the area whose name stands in an address: the longest name, of those the most room; None for none."""
    text = re.sub(r"\s", "", address)
    found = [one for one in among if len(one.name) >= LEAST_NAME and one.name in text]
    return max(found, key=lambda one: (len(one.name), one.kw, one.feeder), default=None)


def fits(area: Area, kw: float) -> bool:
    """This function will say whether the figure published for an area covers what is asked for."""
    return area.kw >= kw


def guidance_words(*, place: str, fits: bool | None, days: int, unit: str) -> tuple[str, ...]:
    """This function will say to an applicant what happens next; without a place (`fits` None) the same without a figure.

    `days` and `unit` are those until the supply plan is answered.
    """
    promise = f"我们会在受理后 {days} {unit}内把供电方案答复给您。" if days else "我们会按承诺的时限答复供电方案。"
    if fits is None:
        return ("放心往下填。供电条件由我们到现场核对，不用您找资料。", promise)
    if fits:
        return (f"{place}附近的公用电网目前有余量，一般不用先改造。", f"最终以现场勘查为准，{promise}")
    return (f"{place}附近可能要先由我们改造电网，这由供电公司负责，不影响您申请，也不会因此不受理。", promise)
