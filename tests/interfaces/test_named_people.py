"""派给谁: work is given only to people who are there, may see the case and hold the role, whichever door it comes through."""

from datetime import timedelta
from typing import Any

import pytest

from tests.interfaces.api_stage import Stage
from tests.rules.cases import FIRST_PAPERS
from yekuo.records import cases
from yekuo.records.models import Staff
from yekuo.records.scope import EVERYTHING
from yekuo.rules.deeds import Deed
from yekuo.rules.deeds.course import DelegateTask, HandOver
from yekuo.rules.deeds.intake import AcceptApplication
from yekuo.rules.deeds.scheme import AssignPerson

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any) -> Stage:
    settings.MEDIA_ROOT = tmp_path
    return Stage(monkeypatch)


def deeds(stage: Stage, person: int, role: str = "surveyor") -> tuple[Deed, ...]:
    return (
        HandOver(role=role, person=person, reason="请假"),
        DelegateTask(role=role, person=person, until=stage.at + timedelta(days=3), reason="出差"),
        AssignPerson(role=role, person=person),
    )


def test_work_is_given_to_nobody_who_cannot_do_it(stage: Stage) -> None:
    number = stage.file(*FIRST_PAPERS)
    foreigner = stage.person(stage.units["other"], "surveyor", "manager", name="外县人")
    clerk = stage.person(stage.units["county"], "clerk", name="只受理")
    gone = stage.person(stage.units["county"], "surveyor", "manager", name="已离职")
    Staff.objects.filter(pk=gone.person).update(is_active=False)
    for person in (987654, -5, foreigner.person, clerk.person, gone.person):
        answer = stage.do(number, AcceptApplication(manager=person))
        assert (answer.status, answer.fields) == (422, {"manager"}), answer.text
    assert stage.do(number, AcceptApplication(manager=stage.me.person)).status == 200
    before = cases.by_number(number, scope=EVERYTHING).seq
    for person in (987654, -5, 2**53 - 1, foreigner.person, clerk.person, gone.person):
        for deed in deeds(stage, person):
            answer = stage.do(number, deed)
            assert (answer.status, answer.fields) == (422, {"person"}), (deed, answer.text)
    for deed in deeds(stage, stage.me.person, role="国王"):
        assert stage.do(number, deed).status == 422
    assert cases.by_number(number, scope=EVERYTHING).seq == before
    able = stage.person(stage.units["city"], "surveyor", name="市里来的")
    assert stage.do(number, deeds(stage, able.person)[0]).status == 200


def test_nobody_takes_another_persons_work_by_a_delegation_of_their_own(stage: Stage) -> None:
    number = stage.file(*FIRST_PAPERS)
    assert stage.do(number, AcceptApplication(manager=stage.me.person)).status == 200
    one = stage.person(stage.units["county"], "surveyor", name="甲勘查")
    two = stage.person(stage.units["county"], "surveyor", name="乙勘查")
    assert stage.do(number, AssignPerson(role="surveyor", person=one.person)).status == 200
    grab = DelegateTask(role="surveyor", person=two.person, until=stage.at + timedelta(days=3), reason="我来办")
    with stage.acting(two):
        answer = stage.do(number, grab)
        assert (answer.status, answer.fields) == (422, {"role"})
    with stage.acting(one):
        assert stage.do(number, grab).status == 200
