"""转供校核: an outage spoiled by a load is one that all outages of the network with that load say so of; loads are never refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.grid.networks import ours
from tests.grid.test_contingency import two_feeders
from tests.grid.town import equipment, imported, library
from yekuo.grid.atlas import Atlas
from yekuo.grid.candidates import Application, CandidateKind, candidates
from yekuo.grid.contingency import outages
from yekuo.grid.model import Inflight, Loads
from yekuo.grid.restoring import Restoring, drawn_node, restorable


def app(**changes: Any) -> Application:
    return replace(Application(x=113.0195, y=31.001, kw=500, kva=630, kv=10), **changes)


def town() -> Atlas:
    found = imported().grid
    assert found is not None
    return Atlas(found)


@pytest.mark.parametrize("kw", [200.0, 900.0, 2500.0])
def test_what_is_spoiled_is_what_all_outages_say(kw: float) -> None:
    grid = ours("oberrhein")
    atlas, before = Atlas(grid), outages(grid)
    asked = Restoring(atlas)
    spoiled_somewhere = 0
    for node in ("b71", "b119", "b43"):
        kvar = kw * 0.3287
        more = Loads.of(id=["x"], node=[grid.nodes.row[node]], p_kw=[kw], q_kvar=[kvar])
        after = outages(replace(grid, loads=grid.loads.append(more)))
        names = before.names(before.section)
        assert names == after.names(after.section)
        lost = {name for at, name in enumerate(names) if before.restorable[at] and not after.restorable[at]}
        found = asked.at(node, kw=kw, kvar=kvar)
        assert {one.section for one in found.spoiled} <= lost
        feeder = grid.nodes.feeder[grid.nodes.row[node]]
        ends = grid.nodes.feeder[np.stack([grid.lines.from_node, grid.lines.to_node])]
        own = {str(grid.lines.id[row]) for row in np.flatnonzero((ends == feeder).any(axis=0)).tolist()}
        assert lost & own <= {one.section for one in found.spoiled}
        spoiled_somewhere += len(found.spoiled)
        hopeless = {name for at, name in enumerate(names) if not before.restorable[at]}
        assert {one.section for one in found.cut_off} <= hopeless
        assert found.secure == (not found.spoiled and not found.cut_off)
    assert spoiled_somewhere or kw < 900


def test_the_outage_the_tie_and_what_breaks_are_named() -> None:
    atlas = Atlas(two_feeders("open"))
    fine = Restoring(atlas).at("a1", kw=500.0, kvar=0.0)
    assert (fine.checked, fine.secure) == (4, True)
    assert "都不影响转供" in fine.words
    much = Restoring(atlas).at("a1", kw=2500.0, kvar=0.0)
    assert {one.section for one in much.spoiled} == {"a-1", "b-1", "b-2"}
    assert much.spoiled[0].tie_name.startswith("联络开关 t")
    assert "不能再全部转供：合上 联络开关 t" in much.words
    assert "（另有 2 处）" in much.words
    promised = [Inflight(case="1", node="b2", p_kw=600.0)]
    assert not Restoring(atlas, promised).at("a1", kw=700.0, kvar=0.0).secure
    alone = Restoring(Atlas(two_feeders("none"))).at("a2", kw=1.0, kvar=0.0)
    assert [one.words for one in alone.cut_off] == ["没有联络"] * 2
    assert "须待抢修" in alone.words


def test_every_candidate_is_asked_and_none_is_refused() -> None:
    atlas, wanted = town(), app(kw=4000, kva=5000)
    some = candidates(atlas, wanted, library=library(), equipment=equipment())
    found = dict(zip([one.id for one in some], restorable(atlas, wanted, some), strict=True))
    assert found["node:M2"].spoiled[0].section == "E4"
    assert "其下" in found["node:M2"].words
    assert found["node:N3"].cut_off[0].section == "E3"
    assert found["node:N2"].secure
    assert found["new_feeder:B3"].checked == 0
    assert found["new_feeder:B3"].words == ""
    tee = next(one for one in some if one.kind is CandidateKind.TEE and one.line == "E3")
    assert drawn_node(atlas, tee) == "N3"


def test_low_voltage_and_generation_are_not_asked() -> None:
    atlas = town()
    for wanted in (app(kv=0.4, kw=8, kva=8), app(generation=True)):
        some = candidates(atlas, wanted, library=library(), equipment=equipment())
        assert some
        assert {one.checked for one in restorable(atlas, wanted, some)} == {0}
    assert restorable(atlas, app(), ()) == ()
    low = Restoring(atlas).at("L2", kw=5, kvar=1)
    assert low.cut_off[0].section == "E3", "a low-voltage place is asked where its area hangs"
