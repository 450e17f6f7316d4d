"""公布: open capacity: every figure is published with what it comes from, follows the ledger, and is never replaced by an older one."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.grid.test_firmness import EVENING, curve, with_curves
from tests.grid.town import town
from tests.operations.grid_stage import town_of
from tests.operations.people import company
from yekuo.grid.capacity import capacity_map
from yekuo.grid.solve import NoSolutionError
from yekuo.operations.grids import publishing
from yekuo.operations.grids.inflight import counted
from yekuo.operations.grids.standing import Network
from yekuo.records import figures
from yekuo.records.models import CapacityFigure, CapacityHold, CapacityPublication, Grid, Unit
from yekuo.rules.calendar import BEIJING

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)


@pytest.fixture
def network() -> Network:
    return town_of(company()["city"].pk, at=AT)


def promise(network: Network, node: str, kw: float, *, case: int = 77) -> None:
    """What the ledger does, without a case: a hold and the number of its entry."""
    grid = Grid.objects.get(pk=network.standing.grid)
    grid.entries += 1
    grid.save()
    CapacityHold.objects.create(
        grid=grid, case=case, source=1, version=1, state="reserved", kw=kw, kva=Decimal(round(kw / 0.95)),
        place={"node": node}, since=AT, entry=grid.entries,
    )  # fmt: skip


def figure(network: Network, kind: str, element: str) -> CapacityFigure:
    return CapacityFigure.objects.get(revision=network.standing.revision, kind=kind, element=element)


def test_every_figure_is_what_the_map_says_with_what_the_file_promised(network: Network) -> None:
    outcome = publishing.publish(grid=network.standing.grid, at=AT)
    found = capacity_map(network.grid, inflight=counted(network))
    rows = CapacityFigure.objects.filter(revision=network.standing.revision)
    assert outcome.figures == rows.count() > 12
    for row in rows.filter(kind="node"):
        assert row.kw == pytest.approx(found.kw[network.grid.nodes.row[row.element]], rel=1e-9)
    assert set(rows.values_list("kind", flat=True)) == {"node", "dt", "main", "feeder"}
    assert not rows.filter(kind="node", kv__lt=1).exists()


def test_a_figure_names_its_elements_in_words(network: Network) -> None:
    publishing.publish(grid=network.standing.grid, at=AT)
    row = figure(network, "dt", "D1")
    assert (row.feeder_name, row.substation, row.area) == ("东一线", "城东站", "D1")
    assert row.binding_name
    assert (row.level, row.method, row.kva, row.public) == (2, "ac", 400, True)
    assert not figure(network, "dt", "D2").public
    ratings = figure(network, "feeder", "F3")
    assert (ratings.level, ratings.method, ratings.name) == (0, "ratings", "西二线")


def test_what_is_certified_and_counted_stands_with_the_figures(network: Network) -> None:
    publishing.publish(grid=network.standing.grid, at=AT)
    told = figures.publication(network.standing.revision)
    assert told is not None
    assert told.checked == told.held > 0
    assert [one["case"] for one in told.promised] == ["YK1", "YK2", "YK3"]
    assert (told.at, told.whole_at, told.assured_at, told.failure) == (AT, AT, AT, "")


def test_after_a_promise_the_figures_equal_those_calculated_anew(network: Network) -> None:
    grid, later = network.standing.grid, AT + timedelta(minutes=5)
    publishing.publish(grid=grid, at=AT)
    before = figure(network, "node", "N2")
    promise(network, "N2", 400.0)
    outcome = publishing.republish(grid=grid, at=later)
    assert outcome.changed > 0
    assert not outcome.whole
    after = figure(network, "node", "N2")
    assert after.kw < before.kw - 300
    assert (after.at, after.counted) == (later, 1)
    step = dict(CapacityFigure.objects.values_list("element", "kw"))
    publishing.publish(grid=grid, at=later)
    for element, kw in CapacityFigure.objects.values_list("element", "kw"):
        assert step[element] == pytest.approx(kw, rel=5e-3, abs=0.5), element


def test_by_hours_is_published_and_follows_a_promise() -> None:
    network = town_of(company()["city"].pk, at=AT, sheets=with_curves(curve("F1", "全年", EVENING)))
    grid, later = network.standing.grid, AT + timedelta(minutes=5)
    publishing.publish(grid=grid, at=AT)
    row = figure(network, "dt", "D1")
    assert (row.level, row.stable_when) == (3, "夏季工作日 19 时")
    assert None not in (row.stable_kw, row.peak_kw, row.flat_kw, row.valley_kw)
    assert figure(network, "dt", "D3").stable_kw is None
    promise(network, "L1", 60.0)
    assert publishing.republish(grid=grid, at=later).changed > 0
    after = figure(network, "dt", "D1")
    assert after.stable_kw is not None
    assert row.stable_kw is not None
    assert row.stable_kw - 75 < after.stable_kw < row.stable_kw - 45
    step = dict(CapacityFigure.objects.values_list("element", "stable_kw"))
    publishing.publish(grid=grid, at=later)
    for element, kw in CapacityFigure.objects.values_list("element", "stable_kw"):
        assert step[element] == (None if kw is None else pytest.approx(kw, rel=5e-3, abs=0.5)), element


def test_nothing_new_in_the_ledger_is_nothing_to_do(network: Network) -> None:
    publishing.publish(grid=network.standing.grid, at=AT)
    assert publishing.republish(grid=network.standing.grid, at=AT + timedelta(hours=1)).changed == 0
    assert publishing.catch_up(at=AT + timedelta(hours=1)) == ()
    promise(network, "N2", 100.0)
    assert [one.entry for one in publishing.catch_up(at=AT + timedelta(hours=1))] == [1]


def test_certificate_and_n_1_wait_until_no_approval_comes(network: Network) -> None:
    grid, revision = network.standing.grid, network.standing.revision
    publishing.publish(grid=grid, at=AT)

    def round_at(minutes: int) -> tuple[bool, int]:
        publishing.catch_up(at=AT + timedelta(minutes=minutes), patient=True)
        told = figures.publication(revision)
        assert told is not None
        return told.assured_at is not None, told.counted

    promise(network, "N2", 100.0)
    assert round_at(10) == (False, 1)
    promise(network, "N1", 30.0, case=78)
    assert round_at(11) == (False, 2)
    assert round_at(12) == (False, 2)
    assert round_at(13) == (True, 2)


def test_a_new_revision_is_calculated_whole(network: Network) -> None:
    publishing.publish(grid=network.standing.grid, at=AT)
    sheets = town()
    sheets["负荷点"][0]["最大负荷"] = "80"
    new = town_of(network.standing.unit, at=AT + timedelta(days=1), sheets=sheets)
    (outcome,) = publishing.catch_up(at=AT + timedelta(days=1))
    assert outcome.whole
    assert figure(new, "dt", "D1").kw < figure(network, "dt", "D1").kw


def test_figures_that_counted_more_are_never_replaced_by_older_ones(network: Network) -> None:
    grid = network.standing.grid
    publishing.publish(grid=grid, at=AT)
    CapacityPublication.objects.update(counted=5)
    assert publishing.publish(grid=grid, at=AT + timedelta(hours=1)).changed == -1
    told = figures.publication(network.standing.revision)
    assert told is not None
    assert told.at == AT


def test_a_network_without_solution_has_no_figures_and_says_why(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = network.standing.grid
    publishing.publish(grid=grid, at=AT)

    def fails(*_: object, **__: object) -> None:
        raise NoSolutionError("潮流不收敛: 演练")

    monkeypatch.setattr("yekuo.grid.published.capacity_map", fails)
    failure = publishing.publish(grid=grid, at=AT).failure
    assert failure.startswith("现有负荷带得动，加上 3 笔在途")
    told = figures.publication(network.standing.revision)
    assert told is not None
    assert told.failure == failure
    assert not CapacityFigure.objects.exists()
    assert publishing.catch_up(at=AT) == ()


def test_a_process_of_its_own_gives_the_same(network: Network) -> None:
    publishing.publish(grid=network.standing.grid, at=AT, apart=False)
    here = dict(CapacityFigure.objects.values_list("element", "kw"))
    assert publishing.publish(grid=network.standing.grid, at=AT, apart=True).changed == 0
    assert dict(CapacityFigure.objects.values_list("element", "kw")) == here


def test_a_county_sees_the_network_of_its_city_and_the_company_above_sees_it_too(network: Network) -> None:
    seen = {
        unit.code: [one.grid for one in figures.grids_for(unit.pk)]
        for unit in Unit.objects.filter(code__in=["33", "330106", "33010601", "330203"])
    }
    own = [network.standing.grid]
    assert seen == {"33": own, "330106": own, "33010601": own, "330203": []}


def test_only_what_changed_is_written_and_the_next_change_goes_on_from_memory_or_table(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid, revision = network.standing.grid, network.standing.revision
    publishing.publish(grid=grid, at=AT)
    read: list[int] = []
    stored = figures.kept_map

    def counted(key: int) -> bytes:
        read.append(key)
        return stored(key)

    monkeypatch.setattr(figures, "kept_map", counted)
    promise(network, "L1", 20.0)
    publishing.republish(grid=grid, at=AT + timedelta(minutes=1))
    assert read == []
    untouched = CapacityFigure.objects.get(revision=revision, kind="dt", element="D3")
    assert untouched.at == AT
    assert untouched.firm_kw is not None
    publishing._KEPT.clear()
    promise(network, "N1", 30.0, case=78)
    publishing.republish(grid=grid, at=AT + timedelta(minutes=2))
    assert read == [revision]
    step = dict(CapacityFigure.objects.values_list("element", "kw"))
    publishing.publish(grid=grid, at=AT + timedelta(minutes=3))
    for element, kw in CapacityFigure.objects.values_list("element", "kw"):
        assert step[element] == pytest.approx(kw, rel=5e-3, abs=0.5), element


def test_a_map_kept_by_another_publication_is_not_gone_on_from(network: Network) -> None:
    grid, revision = network.standing.grid, network.standing.revision
    publishing.publish(grid=grid, at=AT)
    mine = publishing._KEPT[revision]
    promise(network, "L1", 20.0)
    publishing.republish(grid=grid, at=AT + timedelta(minutes=1))
    publishing._KEPT[revision] = mine
    before = publishing._standing(network)
    assert before is not None
    assert before is not mine[2]
    assert [one.case for one in before.found.inflight] == ["YK1", "YK2", "YK3", "77"]


def test_several_networks_are_calculated_in_processes_of_their_own() -> None:
    people = company()
    one = town_of(people["city"].pk, at=AT)
    other = town_of(_apart().pk, at=AT, sheets=with_curves(curve("F1", "全年", EVENING)))
    third = town_of(_apart(name="丙市", code="TTT3").pk, at=AT)
    outcomes = publishing.publish_all(at=AT)
    assert [(each.grid, each.whole, each.failure) for each in outcomes] == [
        (each.standing.grid, True, "") for each in (one, other, third)
    ]
    apart = {key: row for key, *row in CapacityFigure.objects.values_list("pk", "kw", "firm_kw", "stable_kw")}
    assert figure(other, "dt", "D1").stable_kw is not None
    again = publishing.publish_all(at=AT + timedelta(hours=1), workers=1)
    assert [each.changed for each in again] == [0, 0, 0]
    assert {key: row for key, *row in CapacityFigure.objects.values_list("pk", "kw", "firm_kw", "stable_kw")} == apart


def _apart(*, name: str = "乙市", code: str = "TTT2") -> Unit:
    return Unit.objects.create(name=name, code=code, kind="city", path=f"{code}/", company="SGCC", province="浙江")


def test_a_network_whose_process_dies_is_calculated_again(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    town_of(_apart().pk, at=AT)
    ended = publishing._ended

    def dies(one: publishing._Begun | publishing.Outcome, *, at: datetime) -> publishing.Outcome:
        lost = one.grid == network.standing.grid
        return publishing.Outcome(grid=one.grid, changed=publishing.BROKEN) if lost else ended(one, at=at)

    monkeypatch.setattr(publishing, "_ended", dies)
    outcomes = publishing.publish_all(at=AT)
    assert [(each.whole, each.changed > 0) for each in outcomes] == [(True, True), (True, True)]


def entered_meanwhile(monkeypatch: pytest.MonkeyPatch, network: Network, *, times: int) -> list[int]:
    """Another promise is made each time somebody looks whether the ledger went on."""
    looked: list[int] = []
    last = figures.last_entry

    def entry(grid: int) -> int:
        looked.append(grid)
        if len(looked) % 2 == 0 and len(looked) <= 2 * times:
            promise(network, "N1", 10.0, case=100 + len(looked))
        return last(grid)

    monkeypatch.setattr(figures, "last_entry", entry)
    return looked


@pytest.mark.parametrize("apart_from", [10_000, 0])
def test_an_entry_that_comes_meanwhile_is_published_before_the_rest_is_made_certain(
    network: Network, monkeypatch: pytest.MonkeyPatch, apart_from: int
) -> None:
    grid = network.standing.grid
    monkeypatch.setattr(publishing, "APART_FROM", 10_000)
    publishing.publish(grid=grid, at=AT)
    monkeypatch.setattr(publishing, "APART_FROM", apart_from)
    promise(network, "L1", 20.0)
    entered_meanwhile(monkeypatch, network, times=2)
    outcome = publishing.republish(grid=grid, at=AT + timedelta(minutes=1))
    told = figures.publication(network.standing.revision)
    assert told is not None
    assert (outcome.entry, outcome.overtaken, told.counted) == (3, False, 3)
    assert told.assured_at == AT + timedelta(minutes=1)
    assert told.held == told.checked
    step = dict(CapacityFigure.objects.values_list("element", "kw"))
    monkeypatch.setattr(publishing, "APART_FROM", 10_000)
    publishing.publish(grid=grid, at=AT + timedelta(minutes=3))
    for element, kw in CapacityFigure.objects.values_list("element", "kw"):
        assert step[element] == pytest.approx(kw, rel=5e-3, abs=0.5), element


def test_who_is_overtaken_again_and_again_ends_all_the_same(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = network.standing.grid
    publishing.publish(grid=grid, at=AT)
    promise(network, "L1", 20.0)
    looked = entered_meanwhile(monkeypatch, network, times=50)
    outcome = publishing.republish(grid=grid, at=AT + timedelta(minutes=1))
    told = figures.publication(network.standing.revision)
    assert told is not None
    assert told.assured_at == AT + timedelta(minutes=1)
    assert not outcome.overtaken
    assert outcome.entry == told.counted == 1 + publishing.OVERTAKEN_AT_MOST
    assert len(looked) == 2 * publishing.OVERTAKEN_AT_MOST + 1
