"""预计路径: what is announced as ahead is what a walk without trouble then passes."""

import pytest

from tests.rules.cases import BOOKS, CLASSES, Walk
from yekuo.rules.deeds import intake
from yekuo.rules.engine.route import ahead


def passed(walk: Walk) -> list[str]:
    return [event.move.stage for event in walk.events if event.move and event.move.stage != "completed"]


@pytest.mark.parametrize("name", CLASSES)
def test_once_survey_and_scheme_are_there_the_road_ahead_is_the_road_taken(name: str) -> None:
    walk = Walk().file(CLASSES[name])
    told = []
    while walk.state.stage != "completed":
        if walk.state.survey and (walk.state.schemes or "scheme" not in BOOKS.definition(walk.state).stages):
            told.append((len(passed(walk)), walk.state.stage, ahead(BOOKS, walk.state, walk.at)))
        walk.step()
    road = passed(walk)
    assert told
    for done, here, expected in told:
        if here.startswith("mid_"):
            assert expected[:1] == {"mid_wait": ("mid_inspect",), "mid_inspect": ("works",)}[here]
            continue
        taken = dict.fromkeys(stage for stage in road[done:] if not stage.startswith("mid_") and stage != here)
        assert expected == tuple(taken)


@pytest.mark.parametrize("name", CLASSES)
def test_from_any_stage_the_road_leads_to_the_revisit_and_names_no_stage_twice(name: str) -> None:
    walk = Walk().file(CLASSES[name])
    while walk.state.stage != "revisit":
        told = ahead(BOOKS, walk.state, walk.at)
        assert told[-1] == "revisit"
        assert len(set(told)) == len(told)
        assert walk.state.stage not in told
        walk.step()
    assert ahead(BOOKS, walk.state, walk.at) == ()


def test_a_finished_case_has_nothing_ahead() -> None:
    walk = Walk().file(CLASSES["resident"]).finish()
    assert ahead(BOOKS, walk.state, walk.at) == ()


def test_an_objection_brings_the_review_back_onto_the_road() -> None:
    walk = Walk().file(CLASSES["hv_multi"]).to("review")
    walk.step(good=False)
    assert walk.state.stage == "scheme"
    assert ahead(BOOKS, walk.state, walk.at)[:2] == ("review", "reply")


@pytest.mark.parametrize("name", CLASSES)
def test_while_papers_are_awaited_the_whole_road_is_told(name: str) -> None:
    walk = Walk().file(CLASSES[name])
    usual = ahead(BOOKS, walk.state, walk.at)
    walk.do(intake.IssueNotice(missing=("subject",), remark="请补交"))
    assert walk.state.stage == "supplement"
    assert ahead(BOOKS, walk.state, walk.at) == ("accept", *usual)
