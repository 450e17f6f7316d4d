"""工作台地图: the site, the candidates with their new lines, and the feeders they touch, as GeoJSON for the map."""

from collections.abc import Iterator, Mapping
from typing import Any

from yekuo.interfaces.desk.workbench_words import Row, rows_of

AROUND_M = 700.0
HOT, WARM = 1.0, 0.8


def drawn(kept: Any, atlas: Any) -> dict[str, Any]:
    """This function will draw one study on the network it was made with."""
    from yekuo.grid import geojson

    options, spot = kept.result["options"], kept.inputs["spot"]
    points = [(spot["x"], spot["y"]), *((one["candidate"]["x"], one["candidate"]["y"]) for one in options)]
    box = geojson.window(points, around_m=AROUND_M)
    touched = {one["candidate"]["feeder"] for one in options} - {""}
    low = kept.inputs["application"]["kv"] < 1
    base = geojson.features(atlas, bounds=box, low_voltage=low)
    for one in base["features"]:
        _tone(one["properties"], touched, atlas)
    found = [*base["features"], *_placed(options, rows_of(kept.result), spot)]
    return geojson.collection(found)


def around(atlas: Any, x: float, y: float, *, low: bool) -> dict[str, Any]:
    """This function will draw the network around a place, or the whole of it, before anything was studied."""
    from yekuo.grid import geojson

    box = geojson.window([(x, y)], around_m=2000.0)
    base = geojson.features(atlas, bounds=box, low_voltage=low)
    if not any(one["properties"]["kind"] == "line" for one in base["features"]):
        return whole(atlas)
    for one in base["features"]:
        _tone(one["properties"], set(), atlas)
    return geojson.collection([*base["features"], _site(x, y)])


def whole(atlas: Any) -> dict[str, Any]:
    """This function will draw all of medium voltage, for choosing a place by a click."""
    from yekuo.grid import geojson

    base = geojson.features(atlas)
    for one in base["features"]:
        _tone(one["properties"], set(), atlas)
        one["properties"]["fit"] = True
    return base


def _tone(properties: dict[str, Any], touched: set[str], atlas: Any) -> None:
    """A line says whose it is; those of the feeders touched stand out."""
    kind = properties["kind"]
    feeder = atlas.feeder_name(properties["feeder"]) if properties["feeder"] else ""
    if kind == "station":
        properties |= {"label": properties["name"], "side": "top"}
    elif kind == "line":
        properties["tone"] = "ok" if properties["feeder"] in touched else "plain"
        properties["text"] = "\n".join(
            one
            for one in (feeder, properties["name"], f"{properties['model']} {properties['length_m']} 米".strip())
            if one
        )
    elif kind == "transformer":
        properties["tone"] = "none"
        properties["text"] = f"{properties['name']} {properties['kva']:.0f} kVA\n{feeder}"


def _site(x: float, y: float) -> dict[str, Any]:
    from yekuo.grid import geojson

    return geojson.point(x, y, kind="site", tone="site", text="客户位置", label="客户", fit=True)


def _placed(options: list[Mapping[str, Any]], rows: list[Row], spot: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    from yekuo.grid import geojson

    for one, row in reversed(list(zip(options, rows, strict=True))):
        tone = "first" if row.place == 1 else "other" if row.place else "bad"
        built = one["candidate"]
        course = [(built["x"], built["y"]), (spot["x"], spot["y"])]
        said = f"第 {row.place} 名，{row.score:.1f} 分，{row.works_words}" if row.place else f"不可行：{row.why}"
        text = f"{row.title}\n{row.feeder}\n{said}"
        yield geojson.line(
            course, kind="route", tone="route" if row.place == 1 else tone, text=text, ref=row.ref, dashed=True, kv=10.0,
            fit=row.place == 1,
        )  # fmt: skip
        yield geojson.point(
            built["x"], built["y"], kind="candidate", tone=tone, text=text, ref=row.ref, fit=0 < row.place <= 5,
            **({"label": f"{row.place}", "side": "right"} if 0 < row.place <= 3 else {}),
        )  # fmt: skip
    yield _site(spot["x"], spot["y"])
