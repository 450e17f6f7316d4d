"""电网成表: a network written back as tables and read again is the same network."""

import numpy as np
import pytest

from tests.grid.town import equipment, imported, library
from yekuo.grid.atlas import Atlas
from yekuo.grid.model import GridModel
from yekuo.grid.revisions import differences
from yekuo.grid.solve import Solver
from yekuo.grid.tables import import_tables
from yekuo.grid.tabling import as_tables, is_tabular
from yekuo.operations.rehearsal import town as demo


def network(which: str) -> GridModel:
    report = imported() if which == "small" else import_tables(demo.sheets(), library=library(), equipment=equipment())
    assert report.grid is not None
    return report.grid


@pytest.mark.parametrize("which", ["small", "demo"])
def test_the_way_there_and_back_changes_nothing(which: str) -> None:
    grid = network(which)
    report = import_tables(as_tables(Atlas(grid)), library=library(), equipment=equipment())
    assert report.errors == ()
    assert report.grid is not None
    moved = {
        (one.table, each.column)
        for one in differences(grid, report.grid).tables
        for each in one.changed
        if not _same(each.before, each.after)
    }
    assert moved <= {("transformers", "tap_min"), ("transformers", "tap_max"), ("nodes", "feeder"), ("nodes", "level")}
    assert [(one.added, one.removed) for one in differences(grid, report.grid).tables if one.added or one.removed] == []
    before, after = Solver(grid).flow(), Solver(report.grid).flow()
    order = [report.grid.nodes.row[each] for each in grid.nodes.id]
    assert np.allclose(before.u_pu, after.u_pu[order], atol=1e-9, equal_nan=True)


def _same(before: str, after: str) -> bool:
    try:
        return bool(np.isclose(float(before), float(after), rtol=1e-9))
    except ValueError:
        return before == after


def test_one_feeder_is_a_network_of_its_own() -> None:
    grid = network("demo")
    sheets = as_tables(Atlas(grid), feeders=("F22",))
    assert {row["编号"] for row in sheets["馈线"]} == {"F22"}
    assert {row["编号"] for row in sheets["变电站"]} == {"S2"}
    report = import_tables(sheets, library=library(), equipment=equipment())
    assert report.errors == ()
    assert report.grid is not None
    assert set(report.grid.nodes.feeder.tolist()) == {"", "F22"}
    assert 0 < len(report.grid.lines) < len(grid.lines) / 20


def test_what_has_no_feeders_is_not_written_as_these_tables() -> None:
    assert is_tabular(network("small"))
    assert not is_tabular(GridModel(nodes=network("small").nodes))
