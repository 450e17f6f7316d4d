"""电网资料导出: drawings and tables of a network taken out for a reason; on record before anything leaves the house."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from yekuo.operations.grids import importing, standing
from yekuo.operations.grids.exported import note_export
from yekuo.operations.grids.standing import Network
from yekuo.records import grid_exports, grid_uploads, grids, units
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING
from yekuo.rules.refusal import Problem, Refused

KINDS = {"geojson": "图形（GeoJSON）", "tables": "台账表（Excel，可改后再导入）"}
SHORTEST = 4
MOST_A_DAY, DAY = 5, timedelta(days=1)
USUAL_PF, LOW_SIDE = 0.95, "/低压"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """导出文件: the bytes, what they are and a name for them."""

    content: bytes
    mime: str
    name: str


def may_take_whole(grid: int, by: Actor) -> bool:
    """This function will say whether somebody may take the whole network: those of its own unit or above; others take a feeder."""
    return grid in {one.pk for one in grid_uploads.grids_of(importing.reach(by))}


def may_take(network: Network, by: Actor) -> tuple[str, ...]:
    """This function will list the feeders (ids) somebody may take out: below the network's own unit not those another unit runs."""
    feeders = network.grid.feeders
    if may_take_whole(network.standing.grid, by):
        return tuple(feeders.id.tolist())
    own = [units.unit(one) for one in importing.reach(by)]
    known = {"", *(one.code for one in own), *(one.name for one in own)}
    return tuple(key for key, unit in zip(feeders.id.tolist(), feeders.unit.tolist(), strict=True) if unit in known)


def take_out(
    *, grid: int, kind: str, feeder: str, low_voltage: bool, reason: str, by: Actor, at: datetime, who: str = ""
) -> Taken:
    """This function will write a part of the network in force and put it on record. Raises Refused."""
    network = standing.network(grid) if grid in {one.pk for one in importing.readable(by)} else None
    if network is None:
        raise Refused("没有这个电网", code="not_found")
    said = reason.strip()
    problems = [
        *([Problem("kind", "请选择导出内容")] if kind not in KINDS else []),
        *([Problem("reason", f"请写明用途，至少 {SHORTEST} 个字")] if len(said) < SHORTEST else []),
        *_where(network, feeder, by, at),
    ]
    if problems:
        raise Refused("没有导出", problems=tuple(problems), code="form")
    made, rows = (_drawing if kind == "geojson" else _tables)(network, feeder, low_voltage, (said, who, at))
    note_export(
        grid=grid, what=KINDS[kind], area=network.atlas.feeder_name(feeder) if feeder else "全网", rows=rows,
        reason=said, by=by, at=at,
    )  # fmt: skip
    return made


def _where(network: Network, feeder: str, by: Actor, at: datetime) -> list[Problem]:
    """Below the network's own unit one feeder at a time, its own, and few a day: many feeders are the whole network."""
    if feeder and feeder not in network.grid.feeders.row:
        return [Problem("feeder", "没有这条馈线")]
    if may_take_whole(network.standing.grid, by):
        return []
    if not feeder:
        return [Problem("feeder", "全网由电网所属单位导出；请选择一条馈线")]
    if feeder not in may_take(network, by):
        unit = str(network.grid.feeders.unit[network.grid.feeders.row[feeder]])
        return [Problem("feeder", f"这条馈线由 {unit} 运维，请由该单位或电网所属单位导出")]
    taken = grid_exports.areas(grid=network.standing.grid, unit=by.unit, since=at - DAY)
    if len(taken | {network.atlas.feeder_name(feeder)}) > MOST_A_DAY:
        words = f"本单位一天内已导出 {len(taken)} 条馈线，最多 {MOST_A_DAY} 条；要更多请由电网所属单位导出"
        return [Problem("feeder", words)]
    return []


Told = tuple[str, str, datetime]


def _name(network: Network, feeder: str, told: Told, ending: str) -> str:
    where = network.atlas.feeder_name(feeder) if feeder else "全网"
    return (
        f"{network.standing.name}-{where}-第{network.standing.number}版-{told[2].astimezone(BEIJING):%Y%m%d}.{ending}"
    )


def _drawing(network: Network, feeder: str, low_voltage: bool, told: Told) -> tuple[Taken, int]:
    from yekuo.grid.geojson import features

    drawn = features(network.atlas, feeders=[feeder] if feeder else None, low_voltage=low_voltage, nodes=True)
    drawn["note"] = f"{network.standing.name} 第 {network.standing.number} 版；用途：{told[0]}；导出人：{told[1]}"
    content = json.dumps(drawn, ensure_ascii=False).encode()
    name = _name(network, feeder, told, "geojson")
    return Taken(content=content, mime="application/geo+json", name=name), len(drawn["features"])


def _beside(revision: int) -> dict[str, list[dict[str, object]]]:
    """The file's own list of what is in flight, and its prices: they are part of what is imported again."""
    flying = [
        {
            "申请编号": one["case"], "节点编号": str(one["node"]).removesuffix(LOW_SIDE),
            "容量": float(str(one["p_kw"])) / USUAL_PF, "需要系数": 1,
        }
        for one in grids.promised(revision)
    ]  # fmt: skip
    prices = [{"项目": one["item"], "单位": one["unit"], "单价": one["cny"]} for one in grids.prices(revision)]
    return {"在途": flying, "价格": prices}


def _tables(network: Network, feeder: str, low_voltage: bool, told: Told) -> tuple[Taken, int]:
    from yekuo.grid.tabling import as_tables, is_tabular
    from yekuo.integrations.grid_books import book_of

    if not is_tabular(network.grid):
        raise Refused(
            "这个电网没有馈线和变电站台账，不能导出为表", code="form",
            problems=(Problem("kind", "这个电网由 JSON 导入，没有馈线和变电站台账，只能导出图形"),),
        )  # fmt: skip
    sheets = as_tables(network.atlas, feeders=[feeder] if feeder else None)
    if not feeder:
        sheets |= _beside(network.standing.revision)
    notes = (
        ("电网", f"{network.standing.name} 第 {network.standing.number} 版，校验码 {network.standing.digest[:12]}"),
        ("范围", network.atlas.feeder_name(feeder) if feeder else "全网"),
        ("用途", told[0]),
        ("导出人", told[1]),
        ("导出时间", f"{told[2].astimezone(BEIJING):%Y-%m-%d %H:%M}，已登记；电网资料不得外传"),
    )
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    taken = Taken(content=book_of(sheets, notes=notes), mime=mime, name=_name(network, feeder, told, "xlsx"))
    return taken, sum(len(rows) for rows in sheets.values())
