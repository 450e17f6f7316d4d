"""方案测算: a study is stored with all it rests on, computed again equal, chosen from, and tied to the scheme drafted from it."""

from argparse import Namespace
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from tests.grid.town import town
from tests.interfaces.desk_stage import RealCase, Stage
from tests.operations.grid_stage import town_of
from yekuo.grid.study import study
from yekuo.interfaces.cli.scheme import recompute
from yekuo.operations.grids import standing, studying
from yekuo.records import studies, tables
from yekuo.records.models import SchemeStudy
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.scheme import DraftScheme
from yekuo.rules.proposal import Desk
from yekuo.rules.refusal import Refused

pytestmark = pytest.mark.django_db
NEAR_N2 = "31.001,113.0195"


@pytest.fixture
def stage() -> Stage:
    found = Stage()
    town_of(found.city.pk, at=found.at)
    return found


def surveyed(stage: Stage, kind: str = "hv_single") -> RealCase:
    return stage.case(kind).filed().to("scheme")


def studied(told: RealCase, **more: object) -> SchemeStudy:
    return studying.study_case(
        case=told.id,
        by=told.stage.actor("manager"),
        at=told.at,
        **{"position": NEAR_N2, **more},  # type: ignore[arg-type]
    )


def desk(told: RealCase) -> Desk:
    return Desk(
        metering=tables.metering(), fees=tables.fees(), schemes=tables.schemes(), province=told.state.place.province
    )


def draft(told: RealCase, kept: SchemeStudy):  # type: ignore[no-untyped-def]
    state = told.state
    assert state.facts is not None
    return studying.scheme_of(
        kept, facts=state.facts, version=len(state.schemes) + 1, on=day_of(told.at), desk=desk(told)
    )


def test_a_study_is_kept_with_all_it_rests_on(stage: Stage) -> None:
    told = surveyed(stage)
    kept = studied(told)
    again = studies.found(told.id, 1)
    assert again is not None
    assert again.pk == kept.pk
    assert again.inputs["application"]["kw"] == pytest.approx(float(told.state.facts.capacity_kva) * 0.8 * 0.95)  # type: ignore[union-attr]
    assert again.inputs["revision"] == again.revision.digest
    assert {one["case"] for one in again.inputs["inflight"]} >= {"YK1", "YK2"}
    best = again.result["options"][0]
    assert (best["place"], best["feasible"]) == (1, True)
    assert best["explanation"].startswith("比第 2 名")
    assert all(one["explanation"] for one in again.result["options"])
    assert studied(told).number == 2


def test_it_comes_out_equal_and_says_what_was_changed(stage: Stage) -> None:
    kept = studied(surveyed(stage))
    done = studying.recompute(SchemeStudy.objects.select_related("revision").get(pk=kept.pk))
    assert (done.equal, done.intact, done.differences) == (True, True, ())
    kept.result["options"][0]["works"] += 1000
    kept.inputs["inflight"] = []
    done = studying.recompute(kept)
    assert not done.equal
    assert not done.intact
    assert any(path == "options.1.works" for path, _, _ in done.differences)


def test_it_is_computed_again_from_its_own_revision(stage: Stage) -> None:
    kept = studied(surveyed(stage))
    sheets = town()
    sheets["线路段"][1]["长度(m)"] = "1500"
    town_of(stage.city.pk, at=stage.at, sheets=sheets)
    found = SchemeStudy.objects.select_related("revision").get(pk=kept.pk)
    assert studying.recompute(found).equal
    assert "第 1 版" in studying.stale(found)
    with pytest.raises(Refused, match="请重新测算") as refused:
        studying.choose(
            case=found.case,
            number=1,
            candidates=[found.result["options"][0]["id"]],
            by=stage.actor("manager"),
            at=stage.at,
        )
    assert refused.value.code == "stale_study"


def test_what_is_chosen_becomes_the_sources_and_is_tied_to_the_version(stage: Stage) -> None:
    told = surveyed(stage)
    kept = studied(told)
    best = kept.result["options"][0]
    chosen = studying.choose(case=told.id, number=1, candidates=[best["id"]], by=stage.actor("manager"), at=told.at)
    place = chosen.chosen[0]
    assert {
        "candidate",
        "kind",
        "node",
        "line",
        "share",
        "feeder",
        "busbar",
        "substation",
        "x",
        "y",
        "kv",
        "name",
    } <= set(place)
    assert place["node"]
    made = draft(told, chosen)
    assert made is not None
    assert made.sources[0].feeder == best["feeder_name"]
    assert made.sources[0].cable_m == Decimal(str(round(best["candidate"]["length_m"], 1)))
    assert made.calculated_load_kw == Decimal(str(kept.inputs["application"]["kw"])).quantize(Decimal("0.1"))
    told.do(DraftScheme(scheme=made), by=stage.actor("manager"))
    assert studies.of_version(told.id, 1) is not None


def test_a_scheme_from_elsewhere_is_not_tied_to_the_study(stage: Stage) -> None:
    told = surveyed(stage)
    kept = studied(told)
    chosen = studying.choose(
        case=told.id, number=1, candidates=[kept.result["options"][0]["id"]], by=stage.actor("manager"), at=told.at
    )
    made = draft(told, chosen)
    assert made is not None
    other = replace(made, sources=tuple(replace(one, feeder="别处线") for one in made.sources))
    told.do(DraftScheme(scheme=other), by=stage.actor("manager"))
    assert studies.of_version(told.id, 1) is None


def test_two_sources_need_two_places(stage: Stage) -> None:
    told = surveyed(stage, "hv_multi")
    kept = studied(told)
    first = kept.result["options"][0]["id"]
    by = stage.actor("manager")
    with pytest.raises(Refused, match="2 个接入点"):
        studying.choose(case=told.id, number=1, candidates=[first], by=by, at=told.at)
    with pytest.raises(Refused, match="同一个接入点"):
        studying.choose(case=told.id, number=1, candidates=[first, first], by=by, at=told.at)
    pair = next(one for one in kept.result["pairs"] if one["feasible"])
    chosen = studying.choose(case=told.id, number=1, candidates=[pair["main"], pair["standby"]], by=by, at=told.at)
    made = draft(told, chosen)
    assert made is not None
    assert len({(one.substation, one.bus) for one in made.sources}) == 2


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"position": "abc"}, "position"),
        ({"position": "113.02,131.0"}, "position"),
        ({"position": "41.0,113.0"}, "position"),
        ({"position": "", "near": "没有这里"}, "near"),
        ({"kw": Decimal(0)}, "kw"),
        ({"kw": Decimal(-5)}, "kw"),
        ({"kw": Decimal(10_000_000)}, "kw"),
        ({"laying": "air"}, "laying"),
    ],
)
def test_what_cannot_be_studied_is_said_at_its_field(stage: Stage, asked: dict[str, object], field: str) -> None:
    told = surveyed(stage)
    with pytest.raises(Refused) as refused:
        studied(told, **asked)
    assert [one.field for one in refused.value.problems] == [field]
    assert not SchemeStudy.objects.exists()


def test_a_place_can_be_named(stage: Stage) -> None:
    told = surveyed(stage)
    kept = studied(told, position="", near="D1")
    assert kept.inputs["spot"]["origin"] == "named"
    assert kept.inputs["spot"]["x"] == pytest.approx(113.02)


def test_whoever_may_not_draft_may_not_study(stage: Stage) -> None:
    told = surveyed(stage)
    with pytest.raises(Refused) as refused:
        studying.study_case(case=told.id, by=stage.actor("finance"), at=told.at, position=NEAR_N2)
    assert refused.value.code == "forbidden"
    with pytest.raises(Refused) as refused:
        studying.study_case(case=told.id, by=stage.actor("foreigner"), at=told.at, position=NEAR_N2)
    assert refused.value.code == "not_found"


def test_a_load_nothing_carries_is_not_refused(stage: Stage) -> None:
    told = surveyed(stage)
    kept = studied(told, kw=Decimal(30_000))
    assert kept.result["options"]
    assert all(one["reasons"] for one in kept.result["options"] if not one["feasible"])
    worst = next(one for one in kept.result["options"] if not one["feasible"])
    chosen = studying.choose(case=told.id, number=1, candidates=[worst["id"]], by=stage.actor("manager"), at=told.at)
    assert chosen.chosen[0]["feasible"] is False
    made = draft(told, chosen)
    assert made is not None
    assert "配套工程" in made.remarks


def test_a_study_ranked_before_there_was_a_reach_comes_out_as_then(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = surveyed(stage)
    with monkeypatch.context() as then:
        then.setattr(studying, "study", partial(study, reach={}))
        old = studied(told)
    new = studied(told)
    assert new.inputs["reach"] == {"cost": 3.0, "days": 3.0}
    assert list(studying.differing(old.result["options"], new.result["options"]))
    del old.inputs["reach"]
    found = SchemeStudy.objects.select_related("revision").get(pk=old.pk)
    found.inputs = old.inputs
    assert studying.recompute(found).differences == ()
    assert studying.recompute(SchemeStudy.objects.select_related("revision").get(pk=new.pk)).equal


def test_years_later_it_is_computed_with_what_it_was_made_from(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = surveyed(stage)
    kept = studied(told)
    for year, metres in ((1, "1500"), (2, "2400"), (3, "3100")):
        sheets = town()
        sheets["线路段"][1]["长度(m)"] = metres
        sheets["价格"][0]["单价"] = str(410 + 100 * year)
        town_of(stage.city.pk, at=stage.at + timedelta(days=365 * year), sheets=sheets)
    tables = {name: f"{text}\n# amended\n" for name, text in studying._texts().items()}
    monkeypatch.setattr(studying, "_texts", lambda: tables)
    monkeypatch.setattr(studying, "SOLVER", "power-grid-model 9.9")
    for remembered in (studying.basis_of, studying._prices, standing.atlas_of):
        remembered.cache_clear()
    found = SchemeStudy.objects.select_related("revision").get(pk=kept.pk)
    assert not found.revision.current
    done = studying.recompute(found)
    assert (done.equal, done.intact, done.differences, done.revision) == (True, True, (), 1)
    assert (done.solver_then, done.solver_now) == (kept.solver, "power-grid-model 9.9")
    assert recompute(Namespace(action="recompute", number=told.number, study=0)) == 0
    assert "复算一致" in capsys.readouterr().out
    fresh = studied(told)
    assert fresh.revision.number == 4
    assert fresh.inputs["basis"] != kept.inputs["basis"]


def test_the_command_recomputes_and_tells(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    told = surveyed(stage)
    studied(told)
    asked = Namespace(action="recompute", number=told.number, study=0)
    assert recompute(asked) == 0
    assert "复算一致" in capsys.readouterr().out
    kept = SchemeStudy.objects.get(case=told.id)
    kept.result["options"][0]["score"] = 1
    kept.save(update_fields=["result"])
    assert recompute(asked) == 1
    said = capsys.readouterr().out
    assert "options.1.score" in said
    assert "被改动过" in said
    assert recompute(Namespace(action="recompute", number="YK0", study=0)) == 2
