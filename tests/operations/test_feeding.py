"""并网测算: who feeds in is studied in both directions at the same places, chosen, drafted and replied like a load, and queues in turn."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.grid.town import town as small
from tests.interfaces.desk_stage import RealCase, Stage
from tests.operations.grid_stage import town_of
from tests.operations.told import CLASSES
from yekuo.operations.grids import hosting, standing, studying
from yekuo.records import studies, tables
from yekuo.records.models import CapacityHold, GenerationPlace, SchemeStudy
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.scheme import DeliverReply, DraftScheme
from yekuo.rules.facts import Importance
from yekuo.rules.proposal import Desk
from yekuo.rules.refusal import Refused
from yekuo.rules.scheme import Interlock, problems

pytestmark = pytest.mark.django_db
AT_L1 = "31.005,113.021"


@pytest.fixture
def stage() -> Stage:
    found = Stage()
    town_of(found.city.pk, at=found.at, sheets=small())
    return found


def sunny(stage: Stage, kw: int, monkeypatch: pytest.MonkeyPatch) -> RealCase:
    monkeypatch.setitem(CLASSES, "resident", replace(CLASSES["resident"], generation_kw=Decimal(kw)))
    return stage.case("resident").filed().to("scheme")


def studied(told: RealCase, **more: object) -> SchemeStudy:
    return studying.study_case(
        case=told.id, by=told.stage.actor("manager"), at=told.at, **{"position": AT_L1, **more}  # type: ignore[arg-type]
    )  # fmt: skip


def drafted(told: RealCase, kept: SchemeStudy, choice: str):  # type: ignore[no-untyped-def]
    by, facts = told.stage.actor("manager"), told.state.facts
    assert facts is not None
    chosen = studying.choose(case=told.id, number=kept.number, candidates=[choice], by=by, at=told.at)
    desk = Desk(
        metering=tables.metering(), fees=tables.fees(), schemes=tables.schemes(), province=told.state.place.province
    )
    made = studying.scheme_of(chosen, facts=facts, version=1, on=day_of(told.at), desk=desk)
    assert made is not None
    assert not problems(made, facts, table=desk.schemes)
    return made


def test_both_directions_are_checked_and_the_tighter_decides(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = studied(sunny(stage, 200, monkeypatch))
    assert kept.inputs["feeding"]["kw"] == 200
    assert kept.inputs["feeding"]["generation"] is True
    at_d1 = [one for one in kept.result["options"] if one["queue"] == "transformer/D1"]
    assert at_d1
    for one in kept.result["options"]:
        fed = one["feeding"]
        assert one["feasible"] == (not one["reasons"])
        assert fed["feasible"] or any(each.startswith("发电上网：") for each in one["reasons"])
        assert one["used"] >= fed["used"] - 1e-12
        assert fed["u_after"] >= fed["u_before"] - 1e-9


def test_too_much_is_refused_for_what_flows_back_and_says_how_much_goes(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = sunny(stage, 380, monkeypatch)
    kept = studied(told)
    network = standing.needed(told.stage.county.pk)
    asked = [one for one in kept.result["options"] if one["feeding"]["most_kw"] is not None]
    assert asked
    for one in asked:
        most = one["feeding"]["most_kw"]
        assert 0 <= most < 380
        again = studied(told, generation=Decimal(str(round(most, 3))))
        same = next(each for each in again.result["options"] if each["id"] == one["id"])
        assert same["feeding"]["feasible"] or most == 0
    assert any("反向" in each or "负载率" in each or "电压" in each for one in asked for each in one["reasons"])
    assert network.grid.revision == kept.inputs["revision"]


def test_it_is_chosen_drafted_replied_and_held_like_a_load(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    told = sunny(stage, 20, monkeypatch)
    kept = studied(told)
    best = next(one for one in kept.result["options"] if one["queue"] == "transformer/D1" and one["feasible"])
    made = drafted(told, kept, best["id"])
    assert made.own_generation
    assert made.interlock is Interlock.ELECTRICAL
    assert made.metering[0].meter_spec.startswith("双向")
    assert "可以并网" in made.remarks
    told.do(DraftScheme(scheme=made), by=stage.actor("manager"))
    assert studies.of_version(told.id, 1) is not None
    told.to("reply")
    told.do(DeliverReply(version=1, way="上门"), by=stage.actor("manager"))
    row = GenerationPlace.objects.get(case=told.id)
    assert (row.state, row.element) == ("held", "transformer/D1")
    assert {one.source: one.state for one in CapacityHold.objects.filter(case=told.id)} == {
        0: "reserved",
        1: "reserved",
    }
    assert {one.place["node"] for one in CapacityHold.objects.filter(case=told.id)} == {row.place["node"]}


def test_where_there_is_no_room_it_queues_and_the_load_goes_on(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    told = sunny(stage, 380, monkeypatch)
    kept = studied(told)
    full = next(
        one for one in kept.result["options"]
        if one["queue"] == "transformer/D1" and not one["feasible"] and all("发电上网" in each for each in one["reasons"])
    )  # fmt: skip
    chosen = studying.choose(
        case=told.id, number=1, candidates=[full["id"]], by=stage.actor("manager"), at=told.at
    ).chosen[0]
    assert chosen["feasible"]
    assert chosen["remedy"] is None
    made = drafted(told, kept, full["id"])
    assert "排队" in made.remarks
    assert "配套工程" not in made.remarks
    told.do(DraftScheme(scheme=made), by=stage.actor("manager"))
    told.to("reply")
    told.do(DeliverReply(version=1, way="上门"), by=stage.actor("manager"))
    assert GenerationPlace.objects.get(case=told.id).state == "waiting"
    assert CapacityHold.objects.get(case=told.id, source=1).state == "reserved"


def test_what_others_hold_counts_and_a_study_comes_out_equal(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = sunny(stage, 200, monkeypatch), sunny(stage, 200, monkeypatch)
    before = studied(second)
    spot = next(one for one in before.result["options"] if one["queue"] == "transformer/D1" and one["feasible"])
    kept = studied(first)
    first.do(DraftScheme(scheme=drafted(first, kept, spot["id"])), by=stage.actor("manager"))
    first.to("reply")
    first.do(DeliverReply(version=1, way="上门"), by=stage.actor("manager"))
    after = studied(second)
    same = next(one for one in after.result["options"] if one["id"] == spot["id"])
    assert same["feeding"]["used"] > spot["feeding"]["used"]
    assert len(hosting.fed(standing.needed(stage.county.pk), without=second.id)) == 1
    for kept in (before, after):
        again = studying.recompute(SchemeStudy.objects.select_related("revision").get(pk=kept.pk))
        assert again.equal, again.differences[:5]


@pytest.mark.parametrize("kw", ["-1", "NaN", "2000000"])
def test_what_is_no_generation_is_said_at_its_field(stage: Stage, monkeypatch: pytest.MonkeyPatch, kw: str) -> None:
    told = sunny(stage, 20, monkeypatch)
    with pytest.raises(Refused) as refused:
        studied(told, generation=Decimal(kw))
    assert [one.field for one in refused.value.problems] == ["fed_kw"]


def test_n_1_is_kept_with_the_best_options_and_the_best_pair(stage: Stage) -> None:
    told = stage.case("hv_multi").filed().to("scheme")
    kept = studied(told, position="31.001,113.0195")
    asked = {one["id"] for one in kept.result["options"] if one["outages"]}
    best = [one["id"] for one in kept.result["options"] if one["place"]][: studying.OUTAGES_OF]
    pair = kept.result["pairs"][0]
    assert {*best, pair["main"], pair["standby"]} == asked
    for one in kept.result["options"]:
        if one["outages"]:
            found = one["outages"]
            assert found["secure"] == (not found["spoiled"] and not found["cut_off"])
            assert found["checked"] >= len(found["spoiled"]) + len(found["cut_off"])
            assert all(each["section_name"] != each["section"] for each in (*found["spoiled"], *found["cut_off"]))
    assert Importance.SECOND in tables.reservations().restoring_for


def test_n_1_of_a_place_chosen_from_further_down_is_asked_when_it_is_chosen(stage: Stage) -> None:
    told = stage.case("hv_single").filed().to("scheme")
    kept = studied(told, position="31.001,113.0195")
    last = [one for one in kept.result["options"] if one["place"] and one["outages"] is None][-1]
    by = stage.actor("manager")
    place = studying.choose(case=told.id, number=1, candidates=[last["id"]], by=by, at=told.at).chosen[0]
    assert place["outages"]["checked"] > 0
    best = kept.result["options"][0]
    again = studying.choose(case=told.id, number=1, candidates=[best["id"]], by=by, at=told.at).chosen[0]
    assert again["outages"] == best["outages"]
