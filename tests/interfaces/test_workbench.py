"""方案工作台: asked, ranked with its reasons, compared, chosen, drafted and checked again; closed to who has no business there."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.interfaces.desk_stage import RealCase, Stage
from tests.operations.grid_stage import town_of
from tests.operations.told import CLASSES
from yekuo.interfaces.desk import reader
from yekuo.records import studies

pytestmark = pytest.mark.django_db
NEAR_N2 = "31.001,113.0195"


@pytest.fixture
def stage() -> Stage:
    found = Stage()
    town_of(found.city.pk, at=found.at)
    return found


@pytest.fixture
def case(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> RealCase:
    told = stage.case("hv_single").filed().to("scheme")
    monkeypatch.setattr(reader, "now", lambda request: told.at + timedelta(minutes=5))
    return told


def sit(stage: Stage, part: str) -> Client:
    client = Client()
    client.force_login(stage.foreigner if part == "foreigner" else stage.people[part])
    return client


def bench(case: RealCase, more: str = "") -> str:
    return f"/desk/case/{case.number}/scheme/{more}"


def asked(desk: Client, case: RealCase, **more: str) -> str:
    answer = desk.post(bench(case), {"position": NEAR_N2, "laying": "cable", **more})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.url)  # type: ignore[attr-defined]


def test_before_any_study_the_page_asks_where(stage: Stage, case: RealCase) -> None:
    page = sit(stage, "manager").get(bench(case)).content.decode()
    assert "开始测算" in page
    assert "需要系数" in page


def test_a_study_says_why_the_first_beats_the_second(stage: Stage, case: RealCase) -> None:
    desk = sit(stage, "manager")
    page = desk.get(asked(desk, case)).content.decode()
    best, second = studies.found(case.id, 1).result["options"][:2]  # type: ignore[union-attr]
    assert "为什么第一" in page
    assert best["explanation"] in page
    assert second["explanation"] in page
    assert best["feeder_name"] in page
    assert "不可行的接入点" in page
    assert 'class="oneline"' in page


def test_options_stand_side_by_side(stage: Stage, case: RealCase) -> None:
    desk = sit(stage, "manager")
    asked(desk, case)
    ids = [one["id"] for one in studies.found(case.id, 1).result["options"][:2]]  # type: ignore[union-attr]
    page = desk.get(bench(case), {"study": "1", "compare": ids}).content.decode()
    assert "并排比较</h2>" in page
    assert "最好" in page


def test_the_map_shows_site_candidates_and_lines(stage: Stage, case: RealCase) -> None:
    desk = sit(stage, "manager")
    before = desk.get(bench(case, "map.json")).json()
    assert {one["properties"]["kind"] for one in before["features"]} >= {"line"}
    asked(desk, case)
    kinds = {one["properties"]["kind"] for one in desk.get(bench(case, "map.json")).json()["features"]}
    assert kinds >= {"site", "candidate", "route", "line", "station"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"position": "abc"}, "纬度,经度"),
        ({"position": "10,10"}, "公里"),
        ({"position": "", "near": "月亮"}, "没有找到"),
        ({"kw": "0"}, "大于 0"),
        ({"kw": "1e5"}, "kw"),
    ],
)
def test_bad_input_is_said_at_its_field_and_kept(
    stage: Stage, case: RealCase, typed: dict[str, str], said: str
) -> None:
    answer = sit(stage, "manager").post(bench(case), {"position": NEAR_N2, "laying": "cable", **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert all(value in page for value in typed.values() if value)
    assert studies.latest(case.id) is None


def test_choosing_fills_the_scheme_and_the_draft_is_tied(stage: Stage, case: RealCase) -> None:
    desk = sit(stage, "manager")
    asked(desk, case)
    best = studies.found(case.id, 1).result["options"][0]  # type: ignore[union-attr]
    answer = desk.post(bench(case, "choose/"), {"study": "1", "choice": best["id"]})
    assert answer.status_code == 302
    form = desk.get(answer.url)  # type: ignore[attr-defined]
    page = form.content.decode()
    assert f'value="{best["feeder_name"]}"' in page
    assert "第 1 次测算" in page
    sent = posted(page)
    assert sent["sources.1.feeder"] == best["feeder_name"]
    checked = desk.post(bench(case, "check/?study=1"), sent).content.decode()
    assert "校核通过" in checked
    thin = desk.post(bench(case, "check/?study=1"), sent | {"sources.1.conductor": "没有这种线"}).content.decode()
    assert "导线库里没有" in thin
    big = desk.post(bench(case, "check/?study=1"), sent | {"sources.1.capacity_kva": "40000"}).content.decode()
    assert "校核不通过" in big
    elsewhere = desk.post(bench(case, "check/?study=1"), sent | {"sources.1.feeder": "月亮线"}).content.decode()
    assert "没有校核" in elsewhere
    done = desk.post(answer.url, sent)  # type: ignore[attr-defined]
    assert done.status_code == 302, done.content.decode()
    tied = studies.of_version(case.id, 1)
    assert tied is not None
    assert tied.number == 1


def test_the_first_is_set_against_the_second_and_ids_stand_in_small_print(stage: Stage, case: RealCase) -> None:
    desk = sit(stage, "manager")
    page = desk.get(asked(desk, case)).content.decode()
    assert "方案 1 优于方案 2，因为" in page
    assert "得分 = 满分" in page
    assert "造价到最好值的 3 倍、工期到最好值的 3 倍就是零分" in page
    assert "失电可转供（N-1）" in page
    third = studies.found(case.id, 1).result["options"][2]  # type: ignore[union-attr]
    page = desk.get(bench(case), {"study": "1", "against": third["id"]}).content.decode()
    assert "方案 1 优于方案 3，因为" in page
    assert "线路段 E" not in page
    assert re.search(r'<span class="mute small">[A-Z]\d', page)


def test_a_scheme_is_checked_without_any_study(stage: Stage, case: RealCase) -> None:
    desk = sit(stage, "manager")
    page = desk.get(f"/desk/case/{case.number}/do/draft_scheme/").content.decode()
    assert f'hx-post="{bench(case, "check/")}"' in page
    sent = posted(page) | {
        "sources.1.substation": "城东站", "sources.1.bus": "B1", "sources.1.feeder": "东一线", "sources.1.switch": "1",
        "sources.1.conductor": "YJV22-8.7/15-3×300", "sources.1.cable_m": "300",
    }  # fmt: skip
    good = desk.post(bench(case, "check/"), sent).content.decode()
    assert "校核通过" in good
    assert "没有测算过" in good
    assert "东一线" in good
    bad = desk.post(bench(case, "check/"), sent | {"sources.1.capacity_kva": "40000"}).content.decode()
    assert "校核不通过" in bad
    nowhere = desk.post(bench(case, "check/"), sent | {"sources.1.feeder": "月亮线"}).content.decode()
    assert "没有校核" in nowhere
    blank = desk.post(bench(case, "check/"), sent | {"sources.1.feeder": "", "sources.1.bus": ""}).content.decode()
    assert "没有写线路或台区" in blank
    assert studies.latest(case.id) is None


def test_what_is_fed_in_is_asked_shown_and_checked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CLASSES, "resident", replace(CLASSES["resident"], generation_kw=Decimal(200)))
    told = stage.case("resident").filed().to("scheme")
    monkeypatch.setattr(reader, "now", lambda request: told.at + timedelta(minutes=5))
    desk = sit(stage, "manager")
    assert 'name="fed_kw"' in desk.get(bench(told)).content.decode()
    page = desk.get(asked(desk, told, position="31.005,113.021", fed_kw="380")).content.decode()
    assert "发电上网" in page
    assert "前面没有人排队" in page
    assert "发电 380 kW" in page
    wrong = desk.post(bench(told), {"position": "31.005,113.021", "fed_kw": "-3"})
    assert wrong.status_code == 422
    kept = studies.found(told.id, 1)
    assert kept is not None
    waits = next(
        one for one in kept.result["options"] if one["reasons"] and all("发电上网" in each for each in one["reasons"])
    )
    going = desk.post(bench(told, "choose/"), {"study": "1", "choice": waits["id"]}).url  # type: ignore[attr-defined]
    sent = posted(desk.get(going).content.decode())
    assert sent["sources.1.feeder"] == waits["feeder_name"]
    checked = desk.post(bench(told, "check/?study=1"), sent).content.decode()
    assert "发电上网" in checked
    assert desk.post(going, sent).status_code == 302
    assert studies.of_version(told.id, 1) is not None


def test_the_review_board_shows_what_was_calculated(stage: Stage, case: RealCase) -> None:
    desk = sit(stage, "manager")
    asked(desk, case)
    best = studies.found(case.id, 1).result["options"][0]  # type: ignore[union-attr]
    going = desk.post(bench(case, "choose/"), {"study": "1", "choice": best["id"]}).url  # type: ignore[attr-defined]
    desk.post(going, posted(desk.get(going).content.decode()))
    page = sit(stage, "planner").get(f"/desk/case/{case.number}/board/").content.decode()
    assert "测算依据" in page
    assert best["explanation"] in page


def test_a_plant_that_feeds_in_goes_to_review_like_a_load(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CLASSES, "hv_multi", replace(CLASSES["hv_multi"], generation_kw=Decimal(400)))
    told = stage.case("hv_multi").filed().to("scheme")
    monkeypatch.setattr(reader, "now", lambda request: told.at + timedelta(minutes=5))
    desk = sit(stage, "manager")
    asked(desk, told)
    result = studies.found(told.id, 1).result  # type: ignore[union-attr]
    pair = next(one for one in result["pairs"] if one["feasible"])
    assert all(one["feeding"]["feasible"] for one in result["options"] if one["id"] in (pair["main"], pair["standby"]))
    both = {"study": "1", "choice": [pair["main"], pair["standby"]]}
    going = desk.post(bench(told, "choose/"), both).url  # type: ignore[attr-defined]
    sent = posted(desk.get(going).content.decode())
    assert sent["metering.1.meter_spec"].startswith("双向")  # type: ignore[attr-defined]
    assert desk.post(going, sent | {"emergency_kva": "200"}).status_code == 302
    assert told.state.stage == "review"
    page = sit(stage, "planner").get(f"/desk/case/{told.number}/board/").content.decode()
    assert "发电上网" in page
    assert "可并网" in page
    assert "失电可转供（N-1）" in page
    assert "发电 400 kW" in page


def test_two_sources_are_chosen_as_a_pair(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    told = stage.case("hv_multi").filed().to("scheme")
    monkeypatch.setattr(reader, "now", lambda request: told.at + timedelta(minutes=5))
    desk = sit(stage, "manager")
    page = desk.get(asked(desk, told)).content.decode()
    assert "电源组合" in page
    pair = next(one for one in studies.found(told.id, 1).result["pairs"] if one["feasible"])  # type: ignore[union-attr]
    wrong = desk.post(bench(told, "choose/"), {"study": "1", "choice": pair["main"]}, follow=True)
    assert "2 个接入点" in wrong.content.decode()
    answer = desk.post(bench(told, "choose/"), {"study": "1", "choice": [pair["main"], pair["standby"]]})
    sent = posted(desk.get(answer.url).content.decode())  # type: ignore[attr-defined]
    assert sent["sources.1.substation"] != "" != sent["sources.2.substation"]


def test_the_form_without_a_grid_works_as_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    told = stage.case("hv_single").filed().to("scheme")
    monkeypatch.setattr(reader, "now", lambda request: told.at + timedelta(minutes=5))
    desk = sit(stage, "manager")
    assert "还没有导入电网数据" in desk.get(bench(told)).content.decode()
    page = desk.get(f"/desk/case/{told.number}/do/draft_scheme/")
    assert page.status_code == 200
    assert "第 1 版方案" in page.content.decode()
    refused = desk.post(bench(told), {"position": NEAR_N2, "laying": "cable"})
    assert refused.status_code == 422


def test_who_has_no_business_there_is_kept_out(stage: Stage, case: RealCase) -> None:
    for more in ("", "map.json"):
        assert sit(stage, "foreigner").get(bench(case, more)).status_code == 404
        assert sit(stage, "analyst").get(bench(case, more)).status_code == 403
    assert sit(stage, "foreigner").post(bench(case), {"position": NEAR_N2}).status_code == 404
    assert sit(stage, "analyst").post(bench(case), {"position": NEAR_N2}).status_code == 403
    assert sit(stage, "dispatcher").get(bench(case)).status_code == 200
    assert sit(stage, "dispatcher").post(bench(case), {"position": NEAR_N2}).status_code == 403
    assert sit(stage, "manager").get(bench(case, "?study=9")).status_code == 404


def test_the_page_asks_no_more_for_more_studies(
    stage: Stage, case: RealCase, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    desk = sit(stage, "manager")
    asked(desk, case)
    desk.get(bench(case))
    with counting() as first:
        desk.get(bench(case))
    for _ in range(3):
        asked(desk, case)
    with counting() as later:
        desk.get(bench(case))
    assert len(later) <= len(first)


def counting() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


FIELD = re.compile(r"<(input|select|textarea)\b([^>]*)>(.*?)(?=<(?:input|select|textarea|button)\b|</form>)", re.DOTALL)


def posted(page: str) -> dict[str, object]:
    """What a browser would send of the scheme's form as it stands."""
    from html import unescape

    body = page[page.index('id="deed-form"') :]
    found: dict[str, list[str]] = {}
    for kind, attrs, rest in FIELD.findall(body):
        name = re.search(r'name="([^"]+)"', attrs)
        if name is None or name[1] in ("rework", "remove", "csrfmiddlewaretoken"):
            continue
        if kind == "select":
            chosen = re.search(r'<option value="([^"]*)"[^>]*\bselected', rest)
            found.setdefault(name[1], []).append(unescape(chosen[1]) if chosen else "")
        elif kind == "textarea":
            found.setdefault(name[1], []).append(unescape(rest.partition("</textarea>")[0].removeprefix("\n")))
        elif not re.search(r'type="(checkbox|radio)"', attrs) or "checked" in attrs:
            value = re.search(r'value="([^"]*)"', attrs)
            found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}
