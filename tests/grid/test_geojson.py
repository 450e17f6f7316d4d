"""电网图: what is drawn, where, and what is left out."""

import json

import numpy as np
import pytest

from tests.grid.town import imported, town
from yekuo.grid.atlas import Atlas
from yekuo.grid.geojson import Window, features, window


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    grid = imported().grid
    assert grid is not None
    return Atlas(grid)


def drawn(found: dict, kind: str) -> dict[str, dict]:  # type: ignore[type-arg]
    return {one["properties"]["id"]: one for one in found["features"] if one["properties"]["kind"] == kind}


def test_medium_voltage_is_drawn_with_its_substations(atlas: Atlas) -> None:
    found = features(atlas)
    assert set(drawn(found, "line")) == {"E1", "E2", "E3", "E4", "E5", "E6"}
    assert {one["properties"]["name"] for one in drawn(found, "station").values()} == {"城东站", "城西站"}
    assert set(drawn(found, "transformer")) == {"D1", "D2", "D3"}
    assert drawn(found, "node") == {}
    assert json.loads(json.dumps(found)) == found


def test_courses_are_degrees_where_the_nodes_are(atlas: Atlas) -> None:
    course = drawn(features(atlas), "line")["E2"]["geometry"]["coordinates"]
    assert np.allclose(course, [[113.010, 31.000], [113.020, 31.000]], atol=2e-6)


def test_a_line_open_at_one_end_is_not_live_between(atlas: Atlas) -> None:
    lines = drawn(features(atlas, low_voltage=True), "line")
    assert lines["E5"]["properties"]["live"]
    assert {"P1", "P2"} <= set(lines)


def test_a_frame_leaves_out_what_lies_beyond(atlas: Atlas) -> None:
    found = features(atlas, bounds=Window(113.005, 30.99, 113.0205, 31.01), nodes=True)
    assert "E4" not in drawn(found, "line")
    assert {"E2", "E3"} <= set(drawn(found, "line"))
    assert set(drawn(found, "node")) == {"N1", "N2", "N3"}
    assert drawn(found, "station") == {}


def test_one_feeder_is_drawn_with_the_substation_it_comes_from(atlas: Atlas) -> None:
    found = features(atlas, feeders={"F2"})
    assert {"E4", "E5"} <= set(drawn(found, "line"))
    assert "E2" not in drawn(found, "line")
    assert len(drawn(found, "station")) == 1
    assert set(drawn(found, "transformer")) == {"D3"}


def test_what_is_known_more_of_an_element_stands_with_it(atlas: Atlas) -> None:
    found = features(atlas, more={"E1": {"loading": 0.5}})
    assert drawn(found, "line")["E1"]["properties"]["loading"] == 0.5
    assert "loading" not in drawn(found, "line")["E2"]["properties"]


def test_without_coordinates_nothing_is_drawn_and_nothing_breaks() -> None:
    sheets = town()
    for row in (*sheets["节点"], *sheets["变电站"]):
        row["经度"] = row["纬度"] = ""
    grid = imported(sheets).grid
    assert grid is not None
    assert features(Atlas(grid), low_voltage=True, nodes=True)["features"] == []


def test_a_frame_is_drawn_around_points() -> None:
    box = window([(113.0, 31.0), (113.02, 31.0)], around_m=1000)
    assert box is not None
    assert box.south == pytest.approx(31 - 1000 / 111_320)
    assert box.east - 113.02 == pytest.approx(1000 / 111_320 / np.cos(np.radians(31)), rel=1e-6)
    assert window([(float("nan"), 31.0)], around_m=10) is None
