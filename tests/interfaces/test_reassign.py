"""改派: the preview names exactly the chosen cases, the confirmation touches exactly those, and twice is once."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.interfaces.desk_stage import RealCase, Stage
from yekuo.interfaces.desk import reader
from yekuo.records.models import Event

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/reassign/"


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def cases(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[RealCase]:
    stage.people["second"] = stage.hire("manager2", "钱二", ("manager",), stage.county)
    made = [stage.case("lv_other").filed().to("survey") for _ in range(3)]
    made.append(stage.case().filed().to("completed"))
    at = max(one.at for one in made)
    monkeypatch.setattr(reader, "now", lambda request: at + timedelta(minutes=5))
    return made


def sit(stage: Stage, part: str) -> Client:
    client = Client()
    client.force_login(stage.people[part])
    return client


def hidden(page: str) -> dict[str, list[str]]:
    """What the form of the page that confirms would send."""
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'value="confirm"' in one)
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return {**found, "step": ["confirm"]}


def preview(desk: Client, keys: list[int], to: int, reason: str = "轮岗交接") -> str:
    sent = {"step": "preview", "case": keys, "to": f"manager:{to}", "reason": reason}
    answer = desk.post(ADDRESS, sent)
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


def handed() -> list[int]:
    return list(Event.objects.filter(kind="handed_over").order_by("case_id").values_list("case_id", flat=True))


def test_a_case_past_the_survey_is_not_given_to_a_surveyor(stage: Stage, cases: list[RealCase]) -> None:
    here, further, *_ = cases
    person = stage.hire("surveyor2", "孙三", ("surveyor",), stage.county).pk
    further.to("scheme")
    sent = {"step": "preview", "case": [here.id, further.id], "to": f"surveyor:{person}", "reason": "培训两天"}
    page = sit(stage, "chief").post(ADDRESS, sent).content.decode()
    assert "这件工单现在不在勘查员手上" in page
    assert [int(key) for key in hidden(page)["case"]] == [here.id]


def test_the_chosen_are_named_and_only_they_go_over(stage: Stage, cases: list[RealCase]) -> None:
    one, two, three, ended = cases
    desk, person = sit(stage, "chief"), stage.people["second"].pk
    asked = desk.post(ADDRESS, {"step": "choose", "case": [one.id, two.id]}).content.decode()
    assert one.number in asked
    assert two.number in asked
    assert three.number not in asked
    assert "钱二" in asked
    page = preview(desk, [one.id, two.id, ended.id], person)
    assert one.number in page
    assert three.number not in page
    assert "已办结，不能再办理" in page
    sent = hidden(page)
    assert [int(key) for key in sent["case"]] == [one.id, two.id]
    assert handed() == []
    done = desk.post(ADDRESS, sent).content.decode()
    assert handed() == [one.id, two.id]
    assert done.count("已写入经过") == 2
    assert one.state.people["manager"] == person
    assert three.state.people["manager"] != person
    again = desk.post(ADDRESS, sent).content.decode()
    assert handed() == [one.id, two.id]
    assert again.count("没有重复办理") == 2


def test_a_case_out_of_reach_is_neither_named_nor_touched(stage: Stage, cases: list[RealCase]) -> None:
    foreign = stage.case("lv_other", unit=stage.other).filed()
    desk, person = sit(stage, "chief"), stage.people["second"].pk
    page = preview(desk, [cases[0].id, foreign.id], person)
    assert foreign.number not in page
    assert "没有这个工单" in page
    sent = hidden(page)
    forged = {**sent, "case": [*sent["case"], str(foreign.id)], f"at_{foreign.id}": ["survey#1"], "many": ["2"]}
    desk.post(ADDRESS, forged)
    assert handed() == [cases[0].id]


def test_more_or_fewer_than_previewed_is_refused_whole(stage: Stage, cases: list[RealCase]) -> None:
    desk, person = sit(stage, "chief"), stage.people["second"].pk
    sent = hidden(preview(desk, [cases[0].id, cases[1].id], person))
    for forged in (
        {**sent, "case": [*sent["case"], str(cases[2].id)]},
        {**sent, "case": sent["case"][:1]},
        {**sent, "key": ["short"]},
    ):
        page = desk.post(ADDRESS, forged).content.decode()
        assert "没有改派任何一件" in page
    assert handed() == []


def test_what_moved_on_since_the_preview_is_left_alone(stage: Stage, cases: list[RealCase]) -> None:
    desk, person = sit(stage, "chief"), stage.people["second"].pk
    sent = hidden(preview(desk, [cases[0].id, cases[1].id], person))
    cases[0].step()
    done = desk.post(ADDRESS, sent).content.decode()
    assert handed() == [cases[1].id]
    assert "工单已不在您打开时的环节" in done


def test_who_cannot_do_the_work_is_never_given_it(stage: Stage, cases: list[RealCase]) -> None:
    desk = sit(stage, "chief")
    for person in (stage.people["finance"].pk, stage.foreigner.pk, 999_999):
        page = preview(desk, [cases[0].id], person)
        assert "不在这个工单所属单位的可派人员之列" in page
        assert "确认改派" not in page
        forged = {
            "step": "confirm", "case": [cases[0].id], "many": "1", "to": f"manager:{person}", "reason": "试试",
            "key": "k" * 32, f"at_{cases[0].id}": f"{cases[0].state.stage}#{cases[0].state.visit}",
        }  # fmt: skip
        desk.post(ADDRESS, forged)
    assert handed() == []


def test_nothing_chosen_no_reason_and_no_person_are_said_and_what_was_typed_stays(
    stage: Stage, cases: list[RealCase]
) -> None:
    desk, person = sit(stage, "chief"), stage.people["second"].pk
    assert "还没有选中工单" in desk.post(ADDRESS, {"step": "choose"}).content.decode()
    assert "请写明改派原因" in preview(desk, [cases[0].id], person, reason=" ")
    page = preview(desk, [cases[0].id], 0, reason="张三休产假")
    assert "请选择接办人" in page
    assert "张三休产假" in page
    crowd = desk.post(ADDRESS, {"step": "choose", "case": list(range(1, 300))}).content.decode()
    assert "一次最多改派 200 件" in crowd
    junk = desk.post(
        ADDRESS, {"step": "preview", "case": ["x", "9" * 40, str(cases[0].id)], "to": "::", "reason": "\x00"}
    )
    assert junk.status_code == 200


def test_everybody_ticks_to_print_and_only_who_may_hand_over_to_reassign(stage: Stage, cases: list[RealCase]) -> None:
    for part, offered in (("chief", True), ("clerk", False)):
        page = sit(stage, part).get("/desk/cases/").content.decode()
        assert 'name="case"' in page
        assert "打印所选" in page
        assert ("改派所选" in page) is offered
        assert ("/desk/reassign/" in page) is offered
    assert sit(stage, "clerk").post(ADDRESS, {"step": "choose", "case": [cases[0].id]}).status_code == 403


def test_the_preview_asks_no_more_for_more_cases(stage: Stage, cases: list[RealCase]) -> None:
    desk, person = sit(stage, "chief"), stage.people["second"].pk

    def asked(keys: list[int]) -> int:
        with CaptureQueriesContext(connection) as seen:
            preview(desk, keys, person)
        return len(seen)

    asked([cases[0].id])
    assert asked([cases[0].id]) == asked([one.id for one in cases])


def test_the_counter_of_a_choice_is_the_person_s_reach(stage: Stage, cases: list[RealCase]) -> None:
    desk = sit(stage, "chief")
    page = desk.post(ADDRESS, {"step": "choose", "case": [one.id for one in cases[:3]]}).content.decode()
    assert re.search(r"钱二（客户经理，可接 3 件）", page)
