"""间隔占用: a spare bay is promised once; who comes after it gets the bay's enlargement as a need, and it when the first lets go."""

from datetime import timedelta

import pytest

from tests.grid.town import town as small
from tests.interfaces.desk_stage import RealCase, Stage
from tests.operations.grid_stage import town_of
from tests.operations.test_studying import desk, studied
from yekuo.operations.grids import checking, inflight, rechecking, standing, studying
from yekuo.records.models import CapacityHold, GridNeed, SchemeStudy
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.course import WithdrawApplication
from yekuo.rules.deeds.scheme import DraftScheme
from yekuo.rules.reservation import HoldState

pytestmark = pytest.mark.django_db
AT_M1 = "31.0005,113.0395"
BAY = "spare_bay:M1"


@pytest.fixture
def stage() -> Stage:
    found = Stage()
    town_of(found.city.pk, at=found.at)
    return found


def drafted(stage: Stage, kept: SchemeStudy | None = None) -> RealCase:
    """A case whose scheme takes the one spare bay of M1."""
    told = stage.case("hv_single").filed().to("scheme")
    found = studied(told, position=AT_M1)
    chosen = studying.choose(case=told.id, number=found.number, candidates=[BAY], by=stage.actor("manager"), at=told.at)
    assert told.state.facts is not None
    scheme = studying.scheme_of(chosen, facts=told.state.facts, version=1, on=day_of(told.at), desk=desk(told))
    assert scheme is not None
    told.do(DraftScheme(scheme=scheme), by=stage.actor("manager"))
    return told


def state_of(told: RealCase) -> str:
    return CapacityHold.objects.get(case=told.id).state


def options(kept: SchemeStudy) -> dict[str, str]:
    return {one["id"]: "；".join(one["reasons"]) for one in kept.result["options"]}


def test_the_last_bay_is_promised_once_and_the_next_waits_for_another(stage: Stage) -> None:
    first, second = drafted(stage), drafted(stage)
    first.to("answer")
    assert state_of(first) == HoldState.RESERVED
    assert inflight.bays(standing.needed(stage.county.pk)) == {"M1": 1}
    second.to("answer")
    assert state_of(second) == HoldState.WORKS
    need = GridNeed.objects.get(case=second.id)
    assert "M1的 1 个备用间隔都已答复给别的工单" in need.binding
    assert need.remedy["kind"] == "new_bay"
    first.do(WithdrawApplication(reason="不办了"))
    assert state_of(second) == HoldState.RESERVED
    assert checking.differences() == []


def test_a_study_and_a_check_know_of_bays_that_were_promised(stage: Stage) -> None:
    first, second = drafted(stage), drafted(stage)
    first.to("answer")
    third = stage.case("hv_single").filed().to("scheme")
    kept = studied(third, position=AT_M1)
    assert BAY not in options(kept)
    assert "都已答复给别的工单" in options(kept)["node:M1"]
    assert kept.inputs["bays"] == {"M1": 1}
    assert studying.recompute(kept).equal
    scheme, facts = second.state.schemes[-1], second.state.facts
    assert facts is not None
    (checked,) = rechecking.recheck(
        case=second.id, kept=SchemeStudy.objects.get(case=second.id), sources=scheme.sources, facts=facts,
        by=stage.actor("manager"),
    )  # fmt: skip
    assert not checked.good
    own = rechecking.recheck(
        case=first.id, kept=SchemeStudy.objects.get(case=first.id), sources=first.state.schemes[-1].sources,
        facts=facts, by=stage.actor("manager"),
    )  # fmt: skip
    assert own[0].good, "its own bay is not taken by another"


def test_network_data_of_later_have_the_bay_in_them(stage: Stage) -> None:
    first = drafted(stage)
    first.to("completed")
    assert state_of(first) == HoldState.CONTRACTED
    assert inflight.bays(standing.needed(stage.county.pk)) == {"M1": 1}
    sheets = small()
    for row in sheets["节点"]:
        if row["编号"] == "M1":
            row["备用间隔"] = 0
    town_of(stage.city.pk, at=first.at + timedelta(days=1), sheets=sheets)
    assert inflight.bays(standing.needed(stage.county.pk)) == {}


def test_a_tee_takes_no_bay_of_the_place_behind_it(stage: Stage) -> None:
    network = standing.needed(stage.county.pk)
    tee = {"candidate": "dt_new:tee:E4@0.500", "kind": "dt_new", "node": "M1", "line": "E4"}
    assert inflight.bay_of(network, tee) == ""
    assert inflight.bay_of(network, {**tee, "candidate": "dt_new:spare_bay:M1", "line": ""}) == "M1"
