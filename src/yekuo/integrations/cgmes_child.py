"""CGMES 转换进程: the only place that loads pandapower: CIM files of a folder become pandapower's JSON and a list of what was missing."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

from pandapower import to_json
from pandapower.converter.cim.cim2pp.from_cim import from_cim

KEPT = ("bus", "line", "trafo", "trafo3w", "load", "sgen", "gen", "storage", "ext_grid", "switch", "shunt", "ward", "xward",
        "impedance", "dcline")  # fmt: skip
VERSION = "2.4.15"


def convert(here: Path) -> None:
    """This function will convert the files of a folder and leave network.json and told.json there."""
    files = sorted(str(one) for one in here.glob("part*.xml"))
    net = from_cim(file_list=files, cgmes_version=VERSION, create_tap_controller=False, ignore_errors=False)
    notes = [*_named(net), *_placed(net)]
    for name in ("report_container", "CGMES"):
        net.pop(name, None)
    to_json(net, str(here / "network.json"))
    (here / "told.json").write_text(json.dumps({"notes": notes}, ensure_ascii=False), encoding="utf-8")


def _named(net: Any) -> list[str]:
    """Ids are those of the files: they stay from one export to the next, rows do not."""
    for name in KEPT:
        table = net[name]
        if len(table) and "origin_id" in table:
            table["origin_id"] = table["origin_id"].astype(str).str.removeprefix("_")
    notes = []
    unknown = net.load["p_mw"].isna() | net.load["q_mvar"].isna()
    if unknown.any():
        notes.append(f"{int(unknown.sum())} 个负荷在 SSH 里没有功率，按零计算")
        net.load.loc[unknown, ["p_mw", "q_mvar"]] = net.load.loc[unknown, ["p_mw", "q_mvar"]].fillna(0.0)
    limits = net.line["max_i_ka"].isna()
    if limits.any():
        notes.append(f"{int(limits.sum())} 条线路没有载流量，不校核过载")
    return notes


def _placed(net: Any) -> list[str]:
    """A node without a place of its own is where a line ends that has one, or beside the switch or transformer that joins it to such a node."""
    net.bus["geo"] = net.bus["geo"].astype(object)
    places = {int(row): geo for row, geo in net.bus["geo"].items() if isinstance(geo, str) and geo}
    for one in net.line.itertuples() if "geo" in net.line else ():
        if isinstance(one.geo, str) and one.geo:
            points = json.loads(one.geo)["coordinates"]
            for bus, spot in ((one.from_bus, points[0]), (one.to_bus, points[-1])):
                places.setdefault(int(bus), json.dumps({"type": "Point", "coordinates": spot}))
    pairs = [(int(one.bus), int(one.element)) for one in net.switch.itertuples() if one.et == "b"]
    pairs += [(int(one.hv_bus), int(one.lv_bus)) for one in net.trafo.itertuples()]
    known = -1
    while known < len(places):
        known = len(places)
        for a, b in (*pairs, *(pair[::-1] for pair in pairs)):
            if a in places:
                places.setdefault(b, places[a])
    net.bus["geo"] = net.bus.index.map(places)
    empty = len(net.bus) - len(places)
    return [f"{empty} 个节点没有坐标（GL 文件里没有）"] if empty else []


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    convert(Path(sys.argv[1]))
