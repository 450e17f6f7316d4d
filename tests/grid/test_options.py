"""方案比选: pairs by grade, remedies proven by full AC, costs, ranking that hides nothing, and a scheme the rules accept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

import pytest

from tests.grid.test_candidates import near, oberrhein, small, some
from tests.grid.town import equipment, imported, library, town
from yekuo.grid.atlas import Atlas
from yekuo.grid.candidates import Application, CandidateKind, candidates
from yekuo.grid.costing import Cost, CostLine, cost
from yekuo.grid.drafting import drafted_scheme, pair_fees
from yekuo.grid.evaluate import Verdict, evaluate
from yekuo.grid.model import Inflight
from yekuo.grid.pairs import Independence, dual_pairs, independence
from yekuo.grid.ranking import rank
from yekuo.grid.remedies import RemedyKind, Workshop, remedies
from yekuo.grid.revisions import differences
from yekuo.grid.study import study
from yekuo.grid.trial import Built
from yekuo.rules.facts import Business, CustomerKind, Facts, Importance, Voltage
from yekuo.rules.fees import parse_fees
from yekuo.rules.metering import parse_metering
from yekuo.rules.proposal import Desk
from yekuo.rules.scheme import Connection, SchemeTable, parse_schemes, problems


def read(name: str) -> str:
    return files("yekuo.rules").joinpath(f"tables/{name}.toml").read_text(encoding="utf-8")


@cache
def table() -> SchemeTable:
    return parse_schemes(read("scheme"))


def desk() -> Desk:
    return Desk(
        metering=parse_metering(read("metering")), fees=parse_fees(read("fees")), schemes=table(), province="湖北"
    )


def checked(app: Application) -> tuple[tuple[Verdict, ...], dict[str, Cost]]:
    found = candidates(small(), app, library=library(), equipment=equipment())
    return evaluate(small(), app, found), {one.id: cost(one, equipment()) for one in found}


def by_node(verdicts: Sequence[Verdict], node: str) -> Verdict:
    return next(one for one in verdicts if one.candidate.node == node and one.candidate.kv > 1)


def test_two_circuits_of_one_substation_are_no_dual_source() -> None:
    verdicts, _ = checked(near(small(), "N2", 500))
    east, west = by_node(verdicts, "N1"), by_node(verdicts, "M1")
    assert independence(east, west) is Independence.SUBSTATIONS
    other_bus = replace(west, candidate=replace(west.candidate, busbar="B3", feeder="F3"))
    assert independence(west, other_bus) is Independence.BUSES
    other_feeder = replace(west, candidate=replace(west.candidate, feeder="F9"))
    assert independence(west, other_feeder) is Independence.FEEDERS
    assert independence(west, by_node(verdicts, "M2")) is Independence.NONE


@pytest.mark.parametrize(
    ("grade", "wanted"),
    [
        (Importance.FIRST, {Independence.SUBSTATIONS}),
        (Importance.SECOND, {Independence.SUBSTATIONS, Independence.BUSES}),
        (Importance.ORDINARY, {Independence.SUBSTATIONS, Independence.BUSES, Independence.FEEDERS}),
    ],
)
def test_a_grade_asks_for_independence(grade: Importance, wanted: set[Independence]) -> None:
    verdicts, costs = checked(near(small(), "N2", 500))
    pairs = dual_pairs(verdicts, grade, table=table(), costs=costs, most=200)
    assert any(one.feasible for one in pairs)
    assert {one.independence for one in pairs if one.feasible} <= wanted
    assert all(one.reasons for one in pairs if not one.feasible)
    assert all(one.main.feasible and one.standby.feasible for one in pairs)
    assert pairs[0].feasible
    assert pairs[0].works == costs[pairs[0].main.candidate.id].works + costs[pairs[0].standby.candidate.id].works


def test_a_candidate_that_cannot_carry_the_firm_load_alone_is_in_no_pair() -> None:
    verdicts, costs = checked(near(small(), "N2", 6000))
    assert any(not one.feasible for one in verdicts)
    refused = {one.candidate.id for one in verdicts if not one.feasible}
    pairs = dual_pairs(verdicts, Importance.FIRST, table=table(), costs=costs)
    assert not refused & {each.candidate.id for one in pairs for each in (one.main, one.standby)}


def test_nothing_is_hidden_and_the_best_is_beaten_by_none() -> None:
    verdicts, costs = checked(near(small(), "N2", 6000))
    options = rank(verdicts, costs)
    assert {one.verdict.candidate.id for one in options} == {one.candidate.id for one in verdicts}
    able = [one for one in options if one.place]
    assert [one.place for one in able] == list(range(1, len(able) + 1))
    assert able[0].pareto
    assert all(one.score == pytest.approx(sum(part.points for part in one.parts), abs=0.06) for one in able)
    assert [one.score for one in able] == sorted((one.score for one in able), reverse=True)
    assert all(one.explanation.startswith("比第") for one in able)
    refused = [one for one in options if not one.place]
    assert refused
    assert all(one.explanation == "；".join(one.verdict.reasons) for one in refused)
    for one in able:
        better = next((each for each in able if each.verdict.candidate.id == one.beaten_by), None)
        assert one.pareto is (better is None)
        if better is not None:
            assert better.cost.works <= one.cost.works
            assert better.verdict.margin >= one.verdict.margin


def test_weights_decide_and_are_checked() -> None:
    verdicts, costs = checked(near(small(), "N2", 500))
    cheapest = rank(verdicts, costs, weights={"cost": 1})[0]
    assert cheapest.cost.works == min(costs[one.candidate.id].works for one in verdicts if one.feasible)
    widest = rank(verdicts, costs, weights={"margin": 1})[0]
    assert widest.verdict.margin == max(one.margin for one in verdicts if one.feasible)
    with pytest.raises(ValueError, match="权重"):
        rank(verdicts, costs, weights={"cost": -1})


@pytest.mark.parametrize(
    "outlier",
    [
        None,
        (8_530_000, 209, 3.0, 0.60),
        (8_530_000, 209, 0.1, 0.99),
        (8_530_000, 209, 400.0, 0.01),
        (90_000_000, 900, 60.0, 0.55),
    ],
)
def test_an_outlier_does_not_change_the_order_of_two_others(outlier: tuple[float, float, float, float] | None) -> None:
    verdicts, _ = checked(near(small(), "N2", 500))
    near_by, far, absurd = verdicts[:3]
    figures = {
        near_by: (75_000, 15.4, 9.0, 0.50),
        far: (534_000, 23.9, 6.5, 0.52),
        **({absurd: outlier} if outlier else {}),
    }
    chosen = [replace(one, feasible=True, losses_kw=kw, used=1 - left) for one, (_, _, kw, left) in figures.items()]
    costs = {one.candidate.id: priced(works, days) for one, (works, days, _, _) in figures.items()}
    options = rank(chosen, costs)
    assert [one.verdict.candidate.id for one in options[:2]] == [near_by.candidate.id, far.candidate.id]
    assert options[0].score > options[1].score + 20
    assert all(0 <= part.share <= 1 for one in options for part in one.parts)


def priced(works: float, days: float) -> Cost:
    line = CostLine(item="tee", name="T 接", quantity=1, unit="处", unit_price=works, confirmed=True)
    return Cost(lines=(line,), days=days)


def test_a_price_of_ones_own_is_confirmed_and_a_general_one_is_not() -> None:
    verdicts, costs = checked(near(small(), "N2", 500))
    one = by_node(verdicts, "N1").candidate
    assert not costs[one.id].confirmed
    assert [line.item for line in costs[one.id].lines] == ["mv_cable", "trench", "bay"]
    own = equipment().with_prices([("中压电缆（含附件）", 410.0), ("不认识的", 1.0)])
    first = cost(one, own).lines[0]
    assert (first.unit_price, first.confirmed) == (410.0, True)
    assert first.amount == pytest.approx(410 * round(one.length_m, 1))


def test_money_adds_up() -> None:
    line = CostLine(item="tee", name="T 接", quantity=3, unit="处", unit_price=0.1, confirmed=True)
    assert Cost(lines=(line, line), days=1).works == 0.6


def test_a_full_ring_main_unit_is_an_obstacle_with_a_remedy() -> None:
    sheets = town()
    sheets["节点"][0]["备用间隔"] = "0"
    grid = imported(sheets).grid
    assert grid is not None
    atlas = Atlas(grid)
    app = near(atlas, "N1", 500)
    verdicts = evaluate(atlas, app, candidates(atlas, app, library=library(), equipment=equipment()))
    one = by_node(verdicts, "N1")
    assert one.reasons == ("N1没有备用间隔",)
    packages = remedies(atlas, app, [one], library=library(), equipment=equipment())
    assert [each.kind for each in packages] == [RemedyKind.NEW_BAY]
    assert packages[0].works == equipment().prices["rmu"].base


def test_larger_conductors_make_a_refused_street_connection_feasible() -> None:
    atlas = small()
    app = near(atlas, "L2", 200, kv=0.4)
    found = candidates(atlas, app, library=library(), equipment=equipment())
    one = next(each for each in evaluate(atlas, app, found) if each.candidate.node == "L2")
    assert not one.feasible
    larger = [
        each
        for each in remedies(atlas, app, [one], library=library(), equipment=equipment())
        if each.kind is RemedyKind.LARGER
    ]
    assert larger
    assert any("P2" in step for step in larger[0].steps)
    assert larger[0].works > 0
    assert larger[0].days > 0


def test_a_tie_takes_over_load() -> None:
    atlas = oberrhein()
    transfers = []
    for app in some(12, 11, 14_000):
        found = candidates(atlas, app, library=library(), equipment=equipment())
        refused = [one for one in evaluate(atlas, app, found) if not one.feasible][:2]
        transfers += [
            each
            for each in remedies(atlas, app, refused, library=library(), equipment=equipment())
            if each.kind is RemedyKind.TRANSFER
        ]
    assert transfers
    assert all("合上联络" in each.steps[0] and each.lines for each in transfers)


def test_a_workshop_names_only_what_is_new() -> None:
    atlas = small()
    heavy = Inflight(case="c", node="D1", p_kw=500)
    shop = Workshop(atlas, near(atlas, "N1", 1), library=library(), equipment=equipment(), inflight=[heavy])
    assert shop.before
    assert shop._beyond(Built(shop.grid)) == []


def test_a_study_has_everything_and_the_same_twice() -> None:
    atlas = oberrhein()
    (app,) = some(1, 4, 3000)
    first, second = (
        study(atlas, app, library=library(), equipment=equipment(), table=table(), grade=Importance.SECOND)
        for _ in range(2)
    )
    assert first.options == second.options
    assert first.pairs == second.pairs
    assert len(first.options) >= 15
    assert first.revision == atlas.grid.revision
    assert first.solver.startswith("power-grid-model 1")


def facts(kva: int, sources: int, importance: Importance = Importance.ORDINARY) -> Facts:
    return Facts(
        business=Business.NEW,
        kind=CustomerKind.NONRESIDENT,
        voltage=Voltage.KV10,
        capacity_kva=Decimal(kva),
        sources=sources,
        importance=importance,
    )


def test_the_rules_accept_what_is_drafted() -> None:
    atlas = small()
    app = replace(near(atlas, "N2", 500), kva=630)
    verdicts, costs = checked(app)
    pair = dual_pairs(verdicts, Importance.FIRST, table=table(), costs=costs)[0]
    chosen = [pair.main.candidate, pair.standby.candidate]
    asked = facts(630, 2, Importance.FIRST)
    scheme = drafted_scheme(chosen, atlas=atlas, app=app, facts=asked, version=1, on=date(2026, 11, 20), desk=desk())
    wrong = [one.field for one in problems(scheme, asked, table=table())]
    assert wrong == ["emergency_kva"]
    assert len({one.substation for one in scheme.sources}) == 2
    assert scheme.metering[0].ct_ratio == "75/5"
    assert scheme.transformers[0].capacity_kva == 630
    assert [line.item for line in scheme.fees] == ["high_reliability"]
    assert scheme.fees == pair_fees(chosen, atlas=atlas, app=app, facts=asked, on=date(2026, 11, 20), desk=desk())
    with pytest.raises(ValueError, match="2 路电源"):
        drafted_scheme(chosen[:1], atlas=atlas, app=app, facts=asked, version=1, on=date(2026, 11, 20), desk=desk())


def test_each_kind_of_connection_says_its_switch_and_conductor() -> None:
    atlas = small()
    app = near(atlas, "N1", 500)
    verdicts, _ = checked(app)
    seen = {}
    for one in verdicts:
        scheme = drafted_scheme(
            [one.candidate], atlas=atlas, app=app, facts=facts(500, 1), version=1, on=date(2026, 11, 20), desk=desk()
        )
        assert problems(scheme, facts(500, 1), table=table()) == ()
        assert scheme.sources[0].cable_m > 0
        seen[one.candidate.kind] = scheme.sources[0]
    assert seen[CandidateKind.SPARE_BAY].connection is Connection.RING
    assert seen[CandidateKind.NEW_FEEDER].connection is Connection.DEDICATED
    assert "备用出线间隔" in seen[CandidateKind.NEW_FEEDER].switch


def test_two_revisions_differ_in_what_was_changed() -> None:
    first = imported().grid
    sheets = town()
    sheets["线路段"][4]["长度(m)"] = "1200"
    sheets["节点"] = [row for row in sheets["节点"] if row["编号"] != "L2"]
    sheets["线路段"] = [row for row in sheets["线路段"] if row["编号"] != "P2"]
    sheets["负荷点"] = sheets["负荷点"][:1]
    second = imported(sheets).grid
    assert first is not None
    assert second is not None
    found = differences(first, second)
    by_table = {one.table: one for one in found.tables}
    assert by_table["nodes"].removed == ("L2",)
    assert by_table["lines"].removed == ("P2",)
    assert {one.id for one in by_table["lines"].changed} == {"E5"}
    lengths = next(one for one in by_table["lines"].changed if one.column == "length_m")
    assert (lengths.before, lengths.after) == ("1000.0", "1200.0")
    assert set(found.feeders) == {"F1", "F2"}
    assert differences(first, first).tables == ()
