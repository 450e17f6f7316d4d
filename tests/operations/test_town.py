"""演练小城: the demo's town imports without a word, has a few honest faults, and every address of the demo lies in it."""

from datetime import date

import numpy as np
import pytest

from yekuo.grid.atlas import Atlas
from yekuo.grid.bounds import TRANSFORMER, check_base
from yekuo.grid.model import Level, Limits
from yekuo.grid.revisions import differences
from yekuo.grid.solve import Solver
from yekuo.grid.tables import ImportReport, import_tables
from yekuo.operations.grids import standing
from yekuo.operations.rehearsal import stories, town
from yekuo.operations.rehearsal.plan import year
from yekuo.operations.rehearsal.words import STREETS


@pytest.fixture(scope="module")
def report() -> ImportReport:
    return import_tables(town.sheets(), library=standing.library(), equipment=standing.equipment())


def test_it_imports_without_errors_or_warnings(report: ImportReport) -> None:
    assert report.issues == ()
    assert report.grid is not None
    assert {name for name, level in report.level_by_feeder.items() if level is Level.PROFILES} == {"F15", "F22"}
    assert min(report.level_by_feeder.values()) is Level.IMPEDANCE
    assert {"10", "0.4", "110"} == {f"{kv:g}" for kv in np.unique(report.grid.nodes.kv)}


def test_the_base_case_is_healthy_but_for_a_few_places(report: ImportReport) -> None:
    assert report.grid is not None
    broken = check_base(report.grid, Solver(report.grid).flow(), Limits())
    ids = report.grid.transformers.id
    assert {(one.kind, str(ids[one.row])) for one in broken} == {(TRANSFORMER, one) for one in ("D132", "D316", "D35")}


@pytest.mark.parametrize("unit", STREETS)
def test_every_street_runs_through_the_town(report: ImportReport, unit: str) -> None:
    assert report.grid is not None
    atlas = Atlas(report.grid)
    known = np.isfinite(atlas.xy).all(axis=1)
    for street in STREETS[unit]:
        for house in (1, 2, 117, 400, 502):
            here = atlas.metres(np.array(town.place_of(unit, f"{street} {house} 号")))
            assert np.min(np.hypot(*(atlas.xy[known] - here).T)) < 800, (street, house)


def test_neighbours_are_near_and_opposite_sides_differ() -> None:
    one, next_door, far = (town.place_of("3301", f"东街 {house} 号") for house in (101, 103, 399))
    across = town.place_of("3301", "东街 102 号")
    assert one != next_door != across
    assert abs(one[0] - next_door[0]) + abs(one[1] - next_door[1]) < abs(one[0] - far[0]) + abs(one[1] - far[1])
    assert town.place_of("3301", "城关县东街 101 号") == one


def test_every_address_of_the_year_has_a_place_of_its_county() -> None:
    for one in year(stories.SEED):
        lon, lat = town.place_of(one.unit, one.application.address)
        assert 120.15 < lon < 120.45
        assert 30.0 < lat < 30.2
    with pytest.raises(LookupError):
        town.place_of("9999", "东街 1 号")


def test_names_of_stations_and_transformers_are_their_own() -> None:
    for sheet in ("substation", "feeder", "dist_transformer"):
        names = [(row["名称"]) for row in town.sheets()[sheet]]
        assert len(set(names)) == len(names), sheet


def test_the_revision_before_is_a_network_too_and_differs_on_one_feeder(report: ImportReport) -> None:
    before = import_tables(town.earlier(), library=standing.library(), equipment=standing.equipment())
    assert before.errors == ()
    assert before.grid is not None
    assert report.grid is not None
    found = differences(before.grid, report.grid)
    assert found.feeders == ("F22",)
    assert {one.table: len(one.added) for one in found.tables} == {
        "nodes": 2,
        "transformers": 2,
        "loads": 2,
        "lines": 0,
    }


def test_the_first_revision_is_the_town_of_a_year_ago_with_four_fifths_of_its_load(report: ImportReport) -> None:
    first = import_tables(town.a_year_ago(), library=standing.library(), equipment=standing.equipment())
    before = import_tables(town.earlier(), library=standing.library(), equipment=standing.equipment())
    assert first.errors == ()
    assert first.grid is not None
    assert before.grid is not None
    assert report.grid is not None
    ratio = first.grid.loads.p_kw.sum() / before.grid.loads.p_kw.sum()
    assert ratio == pytest.approx(town.A_YEAR_AGO, rel=1e-3)
    assert not check_base(first.grid, Solver(first.grid).flow(), Limits())
    assert (first.measured_until, before.measured_until) == (date(2025, 8, 4), date(2026, 8, 27))


def test_the_stages_follow_each_other_from_the_company_s_first_day_on() -> None:
    since = [one.since for one in town.STAGES]
    assert since == sorted(since)
    assert since[0] == stories.FOUNDED
    assert since[-1] < stories.TODAY
