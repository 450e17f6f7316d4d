"""演练小城: the demo's network, put in force for its city, and where every street of the demo runs.

For whoever makes schemes of demo cases: `place_of(unit_code, address)` gives longitude and latitude of any address the demo
uses (house 1 to 400 along the street, odd and even numbers on their own side; estates by building), and
`position_of(unit_code, address)` the same as a survey's `position`. The unit codes are those of `staffing.COUNTIES`; both are pure
but for reading town.zip once. 城关县 (3301) has low voltage drawn to every house in its streets except 工业路 and 兴业大道; the
other two counties have medium voltage and transformers only. The tables come from `scripts/convert_town.py`.
"""

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

from yekuo.operations.rehearsal.words import AREAS
from yekuo.rules.calendar import BEIJING

NAME = "江州配电网（演练）"
SOURCE = "演练小城：由 pandapower 的 mv_oberrhein、lv_schutterwald 改编，地点、名称均为虚构"
REPLACED, OLD_MODEL, ADDED = ("L0", "L1", "L2"), "YJV22-8.7/15-3×185", ("D103", "D106")
"""What the latest revision changed: the demo has a network with a history."""
A_YEAR_AGO, LAST_SUMMER = 0.8, "2025-08-04"
"""The first revision has the peaks of the summer before: four fifths of this summer's, everywhere alike. Made up, as the town is."""
LOADS = (("feeder", "近12月最大电流"), ("dist_transformer", "最大负荷"), ("load_point", "最大负荷"))
STREETS_FILE = "streets"
HOUSES, BUILDINGS, SIDE_M = 400, 24, 12.0
DEGREE_M = 111_320.0
ALONG_LATITUDE = 0.8652
"""Cosine of the town's latitude."""

Rows = list[dict[str, str]]
Point = tuple[float, float]


@lru_cache(maxsize=1)
def _files() -> dict[str, Rows]:
    packed = files("yekuo.operations.rehearsal").joinpath("town.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(opened.read(name).decode("utf-8"))))
            for name in opened.namelist()
        }


def sheets() -> dict[str, Rows]:
    """This function will give the town's tables as an import takes them."""
    return {name: rows for name, rows in _files().items() if name != STREETS_FILE}


def a_year_ago() -> dict[str, Rows]:
    """This function will give the town's tables as they were in the autumn before: with the equipment and the peaks of then."""
    before = dict(earlier())
    for sheet, column in LOADS:
        before[sheet] = [_eased(row, column) for row in before[sheet]]
    before["feeder"] = [{**row, "最大电流日期": LAST_SUMMER} for row in before["feeder"]]
    return before


def _eased(row: dict[str, str], column: str) -> dict[str, str]:
    return {**row, column: f"{float(row[column]) * A_YEAR_AGO:.2f}"} if row[column] else row


def earlier() -> dict[str, Rows]:
    """This function will give the town's tables as they were a revision ago."""
    before = dict(sheets())
    before["segment"] = [{**row, "型号": OLD_MODEL} if row["编号"] in REPLACED else row for row in before["segment"]]
    before["dist_transformer"] = [row for row in before["dist_transformer"] if row["编号"] not in ADDED]
    return before


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """电网阶段: from when a state of the town is in force, its tables, and why."""

    since: datetime
    tables: Callable[[], dict[str, Rows]]
    why: str


STAGES = (
    Stage(since=datetime(2025, 10, 20, 9, tzinfo=BEIJING), tables=a_year_ago, why="演练初始数据：2025 年夏季最大负荷（按 2026 年的八成估）"),
    Stage(since=datetime(2026, 9, 28, 10, tzinfo=BEIJING), tables=earlier, why="迎峰度夏后更新：2026 年夏季实测最大负荷"),
    Stage(since=datetime(2026, 11, 2, 9, 30, tzinfo=BEIJING), tables=sheets, why="滨江 22 线三段电缆更换，新增两台公变"),
)  # fmt: skip


def put_in_force(*, unit: int, by: int, stage: Stage) -> int:
    """This function will import the town as it was in a stage and put it in force for a unit; the revision's number."""
    from yekuo.grid.tables import import_tables
    from yekuo.operations.grids import standing

    report = import_tables(stage.tables(), library=standing.library(), equipment=standing.equipment())
    kept = standing.keep(unit=unit, name=NAME, report=report, source=SOURCE, reason=stage.why, by=by, at=stage.since)
    return kept.standing.number


@lru_cache(maxsize=1)
def streets() -> dict[tuple[str, str], tuple[Point, ...]]:
    """This function will give the course of every street and estate by unit code and name."""
    found = {}
    for row in _files()[STREETS_FILE]:
        pairs = re.findall(r"(-?[\d.]+) (-?[\d.]+)", row["走向"])
        found[row["县"], row["街道"]] = tuple((float(x), float(y)) for x, y in pairs)
    return found


def place_of(unit: str, address: str) -> Point:
    """This function will give longitude and latitude of an address of a county; unknown ones lie at its first street.

    Raises LookupError for a unit that is none of the counties.
    """
    named = address.removeprefix(AREAS.get(unit, ""))
    own = [name for county, name in streets() if county == unit]
    if not own:
        raise LookupError(unit)
    street = next((name for name in sorted(own, key=len, reverse=True) if named.startswith(name)), "")
    estate = next((name for name in own if name in named), "")
    name = street or estate or own[0]
    number = re.search(r"\d+", named[len(street) :])
    house, most = (int(number[0]) if number else 1), HOUSES if street else BUILDINGS
    share = (house % most or most) / most
    return _beside(streets()[unit, name], share, odd=house % 2 == 1)


def position_of(unit: str, address: str) -> str:
    """This function will give an address's place as surveys write it: latitude, longitude."""
    lon, lat = place_of(unit, address)
    return f"{lat:.6f},{lon:.6f}"


def _beside(course: tuple[Point, ...], share: float, *, odd: bool) -> Point:
    """The point at a share of the course's length, some metres to its left or right."""
    steps = [_step(a, b) for a, b in itertools.pairwise(course)]
    left = share * sum(length for length, _, _ in steps)
    for (x, y), (length, east, north) in zip(course, steps, strict=False):
        if left <= length or (x, y) == course[-2]:
            way = min(1.0, left / length) if length else 0.0
            side = (SIDE_M if odd else -SIDE_M) / length if length else 0.0
            return (
                x + (way * east - side * north) / DEGREE_M / ALONG_LATITUDE,
                y + (way * north + side * east) / DEGREE_M,
            )
        left -= length
    return course[-1]


def _step(a: Point, b: Point) -> tuple[float, float, float]:
    east, north = (b[0] - a[0]) * DEGREE_M * ALONG_LATITUDE, (b[1] - a[1]) * DEGREE_M
    return (east**2 + north**2) ** 0.5, east, north
