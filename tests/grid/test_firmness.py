"""稳定与分时可开放容量: profiles read and graded, the states of the days, and figures equal to a slow search over every hour."""

from dataclasses import replace

import numpy as np
import pytest

from tests.grid.town import Sheets, equipment, imported, library, town
from yekuo.grid.atlas import Atlas
from yekuo.grid.capacity import CapacityMap, State, capacity_map
from yekuo.grid.daily import daily
from yekuo.grid.firmness import BLOCKS, drawing, estimates, firmness, profiled
from yekuo.grid.model import GridModel, Inflight, Level
from yekuo.grid.revisions import differences
from yekuo.grid.solve import Solver
from yekuo.grid.storing import packed, unpacked
from yekuo.grid.tables import import_tables
from yekuo.grid.tabling import as_tables

EVENING = (30, 28, 27, 26, 26, 28, 35, 48, 52, 50, 50, 55, 58, 54, 50, 50, 54, 66, 84, 100, 98, 86, 62, 42)
SHIFTS = (35, 34, 34, 34, 35, 40, 55, 78, 96, 100, 99, 92, 70, 88, 98, 97, 92, 76, 55, 45, 42, 40, 38, 36)


def curve(name: str, day: str, values: tuple[float, ...], unit: str = "%", **more: object) -> dict[str, object]:
    return {"编号": name, "日类型": day, "单位": unit, **{f"{hour}时": one for hour, one in enumerate(values)}, **more}


def with_curves(*rows: dict[str, object]) -> Sheets:
    """The town, its one overloaded transformer relieved, with these rows."""
    sheets = town()
    for row in sheets["配变"]:
        row["最大负荷"] = 600 if row["编号"] == "D3" else row["最大负荷"]
    return {**sheets, "负荷曲线": list(rows)}


def grid_of(*rows: dict[str, object]) -> GridModel:
    report = imported(with_curves(*rows))
    assert report.grid is not None, report.issues
    return report.grid


def usual() -> GridModel:
    """A feeder of houses and one works, another whose head was metered in kW in winter only."""
    return grid_of(
        curve("F1", "夏季", EVENING),
        curve("F1", "冬季工作日", tuple(0.8 * one for one in EVENING)),
        curve("D2", "夏季工作日", SHIFTS),
        curve("F2", "冬季", tuple(7 * one for one in SHIFTS), "kW"),
    )


def said(sheets: Sheets) -> str:
    return "\n".join(f"{one.sheet} {one.row} {one.column} {one.message}" for one in imported(sheets).issues)


def test_a_network_without_profiles_keeps_its_revision_and_has_no_such_figures() -> None:
    plain, profiled_ = imported(with_curves()).grid, usual()
    assert plain is not None
    assert (
        replace(profiled_, profiles=plain.profiles, nodes=plain.nodes, feeders=plain.feeders).revision == plain.revision
    )
    assert profiled_.revision != plain.revision
    assert firmness(capacity_map(plain)) is None


def test_a_feeder_is_l3_when_each_of_its_loads_has_a_profile_on_every_day() -> None:
    whole = imported(with_curves(curve("F1", "全年", EVENING)))
    assert whole.level_by_feeder["F1"] is Level.PROFILES
    assert whole.level_by_feeder["F2"] is Level.IMPEDANCE
    part = with_curves(curve("F1", "夏季", EVENING), curve("D3", "冬季", EVENING))
    assert imported(part).level_by_feeder["F1"] is Level.IMPEDANCE
    assert "按全天最大负荷计，不算 L3" in said(part)
    assert set(usual().nodes.level[usual().nodes.feeder == "F1"].tolist()) == {Level.IMPEDANCE.value}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (curve("X9", "夏季", EVENING), "引用了不存在的编号“X9”"),
        (curve("F1", "雨季", EVENING), "不认识“雨季”"),
        (curve("F1", "夏季", EVENING, "MW"), "不认识“MW”"),
        (curve("F1", "夏季", EVENING[:23]), "应写满 24 个点，缺 1 个（23:00）"),
        (curve("F1", "夏季", EVENING) | {"0:15": 30}, "应写满 96 个点，缺 71 个（0:30、0:45、1:15 等）"),
        (curve("F1", "夏季", (-1, *EVENING[1:])), "负荷曲线不能为负"),
        (curve("F1", "夏季", ("x", *EVENING[1:])), "“x”不是数字"),  # type: ignore[arg-type]
        (curve("F1", "夏季", EVENING, 对象="配变"), "“F1”不是这一类对象的编号"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_imported(row: dict[str, object], words: str) -> None:
    report = imported(with_curves(curve("D1", "夏季", EVENING), row))
    assert report.grid is None
    found = [one for one in report.errors if words in one.message]
    assert [(one.sheet, one.row) for one in found] == [("负荷曲线", 3)]


def test_a_day_twice_is_an_error_and_too_much_a_warning() -> None:
    assert "与第 2 行重复" in said(with_curves(curve("F1", "夏季", EVENING), curve("F1", "夏季", SHIFTS)))
    assert "超过最大负荷（1）" in said(with_curves(curve("F1", "夏季", tuple(2 * one for one in EVENING))))
    assert "超过负荷点的最大负荷 40 kW" in said(with_curves(curve("U1", "夏季", EVENING, "kW")))


def test_of_96_points_the_largest_in_each_hour_counts() -> None:
    fine = curve("F1", "全年", EVENING)
    for quarter in range(96):
        hour, minute = divmod(quarter * 15, 60)
        if minute:
            fine[f"{hour:02d}:{minute:02d}"] = EVENING[hour] - minute / 15 + (5 if (hour, minute) == (3, 30) else 0)
    hours = grid_of(fine).profiles.hours()[0]
    assert hours.tolist() == pytest.approx([one / 100 + (0.03 if hour == 3 else 0) for hour, one in enumerate(EVENING)])


def test_the_closest_profile_counts_and_kilowatts_are_shared_out() -> None:
    grid = usual()
    states, at = daily(grid), grid.loads.row
    assert states.days == ("summer_work", "summer_rest", "winter_work", "winter_rest")
    works = next(row for name, row in at.items() if name.startswith("D2"))
    assert states.share[0, :, works].tolist() == pytest.approx([one / 100 for one in SHIFTS])
    assert states.share[1, :, works].tolist() == pytest.approx([one / 100 for one in EVENING])
    assert states.share[2, 19, at["U1"]] == pytest.approx(0.8)
    assert not states.known[at["U1"]]
    assert states.share[3, 19, at["U1"]] == 1
    drawn = grid.loads.p_kw * states.share[3, 9]
    assert drawn[grid.nodes.feeder[grid.loads.node] == "F2"].sum() == pytest.approx(700)
    lumped = next(row for name, row in at.items() if name.startswith("F3"))
    assert states.share[:, :, lumped].min() == 1


def slow(found: CapacityMap, node: int, hours: tuple[int, ...]) -> float:
    """The most that can be added at a node at every one of these hours of every day: plain halving, whole network, every hour."""
    grid, states = found.loaded(), daily(found.grid)
    more = np.ones(len(grid.loads) - len(found.grid.loads))
    shares = {tuple(states.share[day, hour]) for day in range(len(states.days)) for hour in hours}
    every = [Solver(drawing(grid, np.concatenate([share, more]))) for share in shares]
    low, high = 0.0, 40_000.0
    while high - low > 1e-3 * max(low, 1.0):
        middle = (low + high) / 2
        low, high = (middle, high) if all(_whole(one, node, middle, found) for one in every) else (low, middle)
    return low


def _whole(solver: Solver, node: int, kw: float, found: CapacityMap) -> bool:
    (part,) = solver.added(solver.bus[[node]], np.array([kw]), np.array([kw * found.tangent]))
    least, most = found.limits.voltages(solver.grid.nodes.kv)
    u_pu = part.u_pu[0, solver.bus]
    return bool(
        part.ok[0] and (u_pu > least).all() and (u_pu < most).all() and max(part.line.max(), part.trafo.max()) <= 1
    )


def test_figures_are_those_of_a_slow_search_over_every_hour_of_every_day() -> None:
    grid = usual()
    found = capacity_map(grid, inflight=[Inflight(case="a", node="N1", p_kw=300, q_kvar=90)])
    rows = np.array([grid.nodes.row[name] for name in ("N1", "D1", "D2", "M1", "B1", "B2", "L2")])
    made = firmness(found, rows)
    assert made is not None
    assert made.blocks == ("peak", "flat", "valley")
    for row in rows.tolist():
        each = [slow(found, row, hours) for hours in BLOCKS.values()]
        assert made.block_kw[:, row].tolist() == pytest.approx(each, rel=0.005, abs=0.5), grid.nodes.id[row]
        assert made.stable_kw[row] == pytest.approx(min(each), rel=0.005, abs=0.5)


def test_what_is_stable_is_no_less_than_at_the_peak_of_all_and_no_more_than_any_block() -> None:
    grid = grid_of(curve("F1", "夏季", EVENING), curve("D2", "夏季", SHIFTS))
    found = capacity_map(grid)
    made = firmness(found)
    assert made is not None
    rows = profiled(grid)
    assert {str(grid.nodes.id[row]) for row in rows} >= {"N1", "N3", "D1", "D2"}
    assert np.isnan(np.delete(made.stable_kw, rows)).all()
    assert (made.stable_kw[rows] >= found.kw[rows] * 0.994).all()
    assert (made.block_kw[:, rows] >= made.stable_kw[rows]).all()
    assert made.block_kw[2, grid.nodes.row["D1"]] > 1.15 * made.stable_kw[grid.nodes.row["D1"]]
    assert made.labels[made.state[grid.nodes.row["D1"]]] == "夏季工作日 19 时"


def test_a_limit_broken_at_one_hour_leaves_nothing_for_that_block() -> None:
    grid = grid_of(curve("F1", "全年", EVENING), curve("D1", "全年", tuple(5.5 * one for one in EVENING)))
    found = capacity_map(grid)
    at = grid.nodes.row["D1"]
    assert found.state[at] == State.FOUND
    made = firmness(found)
    assert made is not None
    assert made.stable_kw[at] == 0
    assert made.block_kw[made.blocks.index("valley"), at] > 0


def test_the_guess_that_ranks_hours_is_near_what_is_found() -> None:
    grid = usual()
    found = capacity_map(grid)
    guess = estimates(grid, np.ones((1, len(grid.loads))), found.limits, found.tangent)[0]
    rows = np.flatnonzero((found.state == State.FOUND) & np.isfinite(guess))
    ratio = guess[rows] / found.kw[rows]
    assert 0.75 < ratio.min() <= ratio.max() < 1.35


def test_a_changed_profile_is_a_change_of_its_feeder() -> None:
    old = grid_of(curve("F1", "夏季", EVENING), curve("D3", "冬季", SHIFTS))
    new = grid_of(curve("F1", "夏季", (31, *EVENING[1:])), curve("D3", "冬季", SHIFTS), curve("F2", "全年", EVENING))
    found = differences(old, new)
    (one,) = (table for table in found.tables if table.table == "profiles")
    assert (one.title, one.added) == ("负荷曲线", ("feeder/F2/all",))
    assert [(each.id, each.column) for each in one.changed] == [("feeder/F1/summer", "points")]
    assert set(found.feeders) == {"F1", "F2"}


def test_profiles_go_out_and_come_in_the_same() -> None:
    grid = usual()
    report = import_tables(as_tables(Atlas(grid)), library=library(), equipment=equipment())
    assert report.grid is not None
    assert report.grid.profiles.digest({}) == grid.profiles.digest({})
    only = as_tables(Atlas(grid), feeders=["F2"])["负荷曲线"]
    assert [row["编号"] for row in only] == ["F2"]
    assert unpacked(packed(grid), revision=grid.revision).profiles.hours().tolist() == grid.profiles.hours().tolist()
