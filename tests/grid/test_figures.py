"""公布数字: each figure names what binds it, how it was found and how good the data is."""

from dataclasses import replace

import numpy as np
import pytest

from tests.grid.networks import ours
from tests.grid.test_contingency import two_feeders
from yekuo.grid.capacity import State, capacity_map
from yekuo.grid.contingency import firm_capacity
from yekuo.grid.figures import Method, feeder_figures, node_figures, transformer_figures
from yekuo.grid.model import Feeders, Level


def test_transformers_and_feeders_have_the_figure_of_their_best_place() -> None:
    found = capacity_map(ours("cigre_mv"))
    main = transformer_figures(found)
    assert {each.kind for each in main} == {"main"}
    assert [each.kw for each in main] == found.kw[found.grid.transformers.lv_node].tolist()
    for each in feeder_figures(found):
        assert each.kw == found.kw[found.grid.nodes.feeder == each.id].max()
        assert each.binding in {
            *found.grid.nodes.id.tolist(),
            *found.grid.lines.id.tolist(),
            *found.grid.transformers.id.tolist(),
        }


def test_the_binding_element_and_the_deciding_outage_are_named() -> None:
    found = capacity_map(two_feeders("open"), pf=1.0)
    firm, faults = firm_capacity(found)
    figure = node_figures(found, firm, faults)[1]
    assert (figure.binding_kind, figure.binding) == ("line", "a-1")
    assert figure.firm_section in {"a-1", "b-1"}
    assert figure.firm_kw is not None
    assert figure.firm_kw < figure.kw
    assert figure.method == Method.AC


def test_a_feeder_known_by_its_ratings_only_says_so() -> None:
    grid = two_feeders("open")
    feeders = Feeders.of(id=["c", "d"], busbar=[0, 0], rated_a=[300.0, np.nan], peak_a=[200.0, np.nan])
    figures = {each.id: each for each in feeder_figures(capacity_map(replace(grid, feeders=feeders)))}
    assert figures["c"].kw == pytest.approx(np.sqrt(3) * 10 * 100 * 0.95)
    assert (figures["c"].method, figures["c"].level) == (Method.RATINGS, Level.RATINGS)
    assert figures["d"].state == State.DEAD
    assert set(figures) == {"a", "b", "c", "d"}


def test_without_impedances_the_figure_is_that_of_the_path() -> None:
    grid = two_feeders("open")
    unknown = np.full(4, np.nan)
    poor = replace(
        grid,
        lines=replace(grid.lines, r_ohm=unknown, x_ohm=unknown),
        nodes=replace(grid.nodes, level=np.full(5, Level.TOPOLOGY.value)),
    )
    figure = node_figures(capacity_map(poor, pf=1.0))[2]
    assert figure.method == Method.PATH
    assert figure.kw == pytest.approx(np.sqrt(3) * 10 * 300 - 2000, rel=0.005)
