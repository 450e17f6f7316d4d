"""工作台用语: the duel adds up to the ranking's own sums, and the sketch shows meter, transformer and boundary where the scheme has them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.grid.test_options import table
from tests.grid.town import equipment, imported, library
from tests.operations.told import CLASSES
from tests.rules.cases import cast
from yekuo.grid.atlas import Atlas
from yekuo.grid.candidates import Application
from yekuo.grid.scale import REACH
from yekuo.grid.study import study
from yekuo.grid.written import written
from yekuo.interfaces.desk.sketch import sketch_of
from yekuo.interfaces.desk.workbench_duel import duel_of, reach_words, value
from yekuo.interfaces.desk.workbench_words import compared, lead_of, pair_words, pairs_of, rows_of
from yekuo.rules.facts import Importance
from yekuo.rules.metering import MeteringMode
from yekuo.rules.proposal import first_draft
from yekuo.rules.scheme import Scheme

Plain = dict[str, Any]


def found(*, fed: float = 0.0, **changes: Any) -> Plain:
    grid = imported().grid
    assert grid is not None
    app = replace(Application(x=113.0195, y=31.001, kw=500, kva=630, kv=10), **changes)
    feeding = replace(app, kw=fed, kva=fed, generation=True) if fed else None
    made = study(
        Atlas(grid), app, library=library(), equipment=equipment(), table=table(), grade=Importance.FIRST, feeding=feeding,
        outages_of=3,
    )  # fmt: skip
    return written(made, Atlas(grid))


@pytest.fixture(scope="module")
def result() -> Plain:
    return found()


def test_the_duel_adds_up_and_says_what_it_wins_and_loses_by(result: Plain) -> None:
    rows = rows_of(result)
    titles = {one.id: one.title for one in rows}
    able = [one for one in result["options"] if one["place"]]
    for other in able[1:]:
        duel = duel_of(result, titles, other=other["id"])
        assert duel is not None
        assert duel.place == other["place"]
        assert sum(one.points for one in duel.bouts) == pytest.approx(duel.score, abs=0.06)
        assert sum(one.their_points for one in duel.bouts) == pytest.approx(duel.their_score, abs=0.06)
        assert sum(one.most for one in duel.bouts) == pytest.approx(100)
        assert duel.gain >= 0
        assert f"合计 {duel.score:.1f} 分对 {duel.their_score:.1f} 分" in duel.sentence
        for one in duel.bouts:
            assert (f"（多得 {one.gain:.1f} 分）" in duel.sentence) == (one.gain >= 0.05)
            assert (f"（少得 {-one.gain:.1f} 分）" in duel.sentence) == (one.gain <= -0.05)


def test_the_duel_shows_the_ends_the_points_were_counted_with(result: Plain) -> None:
    titles = {one.id: one.title for one in rows_of(result)}
    able = [one for one in result["options"] if one["place"]]
    costs, days = (
        [part["value"] for one in able for part in one["parts"] if part["criterion"] == key] for key in REACH
    )
    duel = duel_of(result, titles, reach=REACH)
    once = duel_of(result, titles)
    assert duel is not None
    assert once is not None
    shown = {one.criterion: (one.full, one.nothing) for one in duel.bouts}
    assert shown["cost"] == (value("cost", min(costs)), value("cost", 3 * min(costs)))
    assert shown["days"] == (value("days", min(days)), value("days", 3 * min(days)))
    assert {one.criterion: one.nothing for one in once.bouts}["cost"] == value("cost", max(costs))
    assert reach_words(REACH) == "造价到最好值的 3 倍、工期到最好值的 3 倍"
    assert reach_words({}) == ""


def test_there_is_no_duel_of_one(result: Plain) -> None:
    alone = {**result, "options": [one for one in result["options"] if one["place"] == 1]}
    rows = rows_of(alone)
    assert duel_of(alone, {one.id: one.title for one in rows}) is None


def test_who_is_beaten_in_everything_names_the_one_that_beats_it(result: Plain) -> None:
    rows = {one.id: one for one in rows_of(result)}
    for one in result["options"]:
        row = rows[one["id"]]
        assert bool(row.beaten_place) == bool(one["beaten_by"])
        if one["beaten_by"]:
            assert row.beaten_place == rows[one["beaten_by"]].place
            assert row.beaten_place < row.place


def test_outages_stand_beside_the_best(result: Plain) -> None:
    rows = [one for one in rows_of(result) if one.outages]
    assert len(rows) >= 3
    labels = dict(compared(rows[:2]))
    assert "失电可转供（N-1）" in labels
    for one in rows:
        assert one.outages is not None
        assert one.outages.good + len(one.outages.spoiled) + len(one.outages.cut_off) == one.outages.checked


def test_a_pair_says_why_it_is_first(result: Plain) -> None:
    rows = rows_of(result)
    pairs = pairs_of(result, rows)
    assert sum(one.feasible for one in pairs) >= 2
    assert "组合 1 优于组合 2" in lead_of(rows, pairs, sources=2)
    second = [one for one in pairs if one.feasible][1]
    assert "排第 2" in pair_words(pairs, [second.standby, second.main])
    assert "不在推荐的组合里" in pair_words(pairs[:1], [second.main, second.standby])
    short = replace(second, feasible=False, reasons=("同一条线路",))
    pairs[1] = short
    assert "不够：" in pair_words(pairs, [short.main, short.standby])


def plan(kind: str, **changes: Any) -> Scheme:
    facts = replace(CLASSES[kind], **changes)
    return first_draft(facts=facts, version=1, stations=(), on=date(2026, 3, 2), desk=cast().desk)


def test_high_voltage_has_meter_and_transformer_behind_the_boundary(result: Plain) -> None:
    best = result["options"][0]
    made = plan("hv_single", capacity_kva=Decimal(630))
    drawn = sketch_of([best], ["供电"], made)
    assert drawn is not None
    row = drawn.rows[0]
    assert (drawn.low, row.own, row.meter_first) == (False, "1×630 kVA", True)
    said = row.spoken
    assert said.index("产权分界点") < said.index("电能表") < said.index("1×630 kVA")
    behind = replace(made, metering=tuple(replace(one, mode=MeteringMode.HIGH_LOW) for one in made.metering))
    other = sketch_of([best], ["供电"], behind)
    assert other is not None
    assert other.rows[0].spoken.index("1×630 kVA") < other.rows[0].spoken.index("电能表")


def test_low_voltage_has_the_meter_before_the_boundary_and_the_public_transformer_before_it() -> None:
    result = found(x=113.0215, y=31.0051, kw=10, kva=12, kv=0.4)
    old = next(one for one in result["options"] if one["kind"] in ("tee", "node", "dt_existing"))
    new = next(one for one in result["options"] if one["kind"] == "dt_new")
    for one, public in ((old, "配变 D1"), (new, "新建公变")):
        drawn = sketch_of([one], ["供电"], plan("resident"), generation_kw=5.0)
        assert drawn is not None
        assert drawn.low
        said = drawn.rows[0].spoken
        assert said.index(public) < said.index("双向电能表") < said.index("产权分界点") < said.index("客户")
        assert drawn.generation == "发电 5 kW"


def test_a_new_line_from_the_busbar_begins_there(result: Plain) -> None:
    own = next(one for one in result["options"] if one["kind"] == "new_feeder")
    drawn = sketch_of([own], ["供电"])
    assert drawn is not None
    assert drawn.rows[0].outgoing


def test_what_is_fed_in_is_told_of_every_option() -> None:
    rows = rows_of(found(x=113.0215, y=31.0051, kw=10, kva=12, kv=0.4, fed=380.0))
    assert all(one.feeding for one in rows)
    waiting = [one for one in rows if one.waits]
    assert waiting
    assert all(one.feeding is not None and not one.feeding.good for one in waiting)
    assert "按申请先后排队" in lead_of(waiting)
    best = next(one for one in rows if one.place)
    assert ("只看用电" in lead_of(rows)) == any(one.works < best.works for one in waiting)
