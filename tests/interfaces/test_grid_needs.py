"""配套工程需求页: listed for whoever plans, arranged only by them, said calmly to the customer; the case shows what is held."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.grid.town import town as small
from tests.interfaces.desk_stage import RealCase, Stage
from tests.operations.grid_stage import town_of
from tests.operations.ledger_stage import reply, wanted
from tests.operations.told import CLASSES
from tests.rules.cases import cast
from yekuo.interfaces.customer.grid_words import grid_lines
from yekuo.interfaces.desk import reader
from yekuo.operations.casefile import read_case
from yekuo.operations.grids import generation
from yekuo.records import queueing
from yekuo.records.models import GenerationPlace, GridNeed
from yekuo.rules.deeds.course import WithdrawApplication
from yekuo.rules.deeds.scheme import DraftScheme, SubmitSurvey
from yekuo.rules.rehearsal import rehearse

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    found = Stage()
    sheets = small()
    sheets["在途"] = [{"申请编号": "YK9", "节点编号": "N2", "配变编号": "", "容量": "7300", "需要系数": "1"}]
    town_of(found.city.pk, at=found.at, sheets=sheets)
    return found


def on(told: RealCase, feeder: str) -> RealCase:
    """A case replied with its source on this feeder."""
    told.to("scheme")
    draft = rehearse(cast(), "draft_scheme", told.state, told.at)
    assert isinstance(draft, DraftScheme)
    kva = int(CLASSES[told.kind].capacity_kva)
    manager = told.stage.actor("manager")
    told.do(DraftScheme(scheme=wanted(draft.scheme, kva=kva, feeders=(feeder,))), by=manager)
    reply(told.to("reply"), by=manager)
    return told


@pytest.fixture
def case(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> RealCase:
    told = on(stage.case("hv_single").filed(), "东一线")
    monkeypatch.setattr(reader, "now", lambda request: told.at + timedelta(minutes=5))
    return told


def sit(stage: Stage, part: str) -> Client:
    client = Client()
    client.force_login(stage.foreigner if part == "foreigner" else stage.people[part])
    return client


def said(told: RealCase) -> str:
    by = told.stage.actor("all")
    return "".join(grid_lines(read_case(number=told.number, by=by, at=told.at)))


def test_a_planner_arranges_what_a_case_needs_and_the_customer_reads_the_day(stage: Stage, case: RealCase) -> None:
    desk = sit(stage, "planner")
    need = GridNeed.objects.get(case=case.id)
    listed = desk.get("/desk/needs/").content.decode()
    assert case.number in listed
    assert need.remedy["steps"][0][:10] in listed
    assert "待安排" in listed
    assert re.search(r'href="/desk/needs/"[^>]*>配套工程需求.{0,80}?>1<', listed, re.DOTALL), (
        "the menu counts what has no day"
    )
    assert "供电公司出钱，正在安排，建成后送电" in said(case)
    address = f"/desk/need/{need.pk}/"
    page = desk.get(address).content.decode()
    assert "供电公司出资" in page
    assert "列入计划" in page
    wrong = desk.post(address, {"step": "plan", "planned": "2020-01-01", "note": "第一批"}).content.decode()
    assert "不能早于今天" in wrong
    assert "第一批" in wrong
    done = desk.post(address, {"step": "plan", "planned": "2026-09-30", "note": "第一批"}, follow=True).content.decode()
    assert "已列计划" in done
    assert "李发展" in done
    assert "计划 2026 年 9 月 30 日前建成" in said(case)
    still = desk.post(address, {"step": "finish", "note": ""}, follow=True).content.decode()
    assert "还没有足够容量" in still
    need.refresh_from_db()
    assert need.state == "planned", "whoever waits stays somebody's task"
    assert "计划 2026 年 9 月 30 日前建成" in said(case)
    assert f'data-draft="need-plan-{need.pk}"' in still


def test_the_case_shows_what_is_held_and_its_ledger(stage: Stage, case: RealCase) -> None:
    page = sit(stage, "manager").get(f"/desk/case/{case.number}/").content.decode()
    assert "待配套工程" in page
    assert "台账（1 笔）" in page
    other = on(stage.case("hv_single").filed(), "西一线")
    page = sit(stage, "manager").get(f"/desk/case/{other.number}/").content.decode()
    assert "已预留" in page
    assert "到变电站共 2 个元件（E4 … T2）" in page
    assert "留到 2027-03" in page


def test_only_planning_arranges_and_only_the_own_units_are_seen(stage: Stage, case: RealCase) -> None:
    need = GridNeed.objects.get(case=case.id)
    address = f"/desk/need/{need.pk}/"
    assert sit(stage, "clerk").get("/desk/needs/").status_code == 403
    manager = sit(stage, "manager")
    assert "列入计划</button>" not in manager.get(address).content.decode()
    assert manager.post(address, {"step": "drop", "note": "不建了"}).status_code == 403
    foreign = sit(stage, "foreigner")
    assert case.number not in foreign.get("/desk/needs/").content.decode()
    assert foreign.post(address, {"step": "drop", "note": "不建了"}).status_code == 404
    need.refresh_from_db()
    assert need.state == "open"


def test_a_list_asks_the_same_questions_however_long_it_is(stage: Stage, case: RealCase) -> None:
    desk = sit(stage, "planner")
    desk.get("/desk/needs/")
    with CaptureQueriesContext(connection) as one:
        desk.get("/desk/needs/")
    on(stage.case("hv_single").filed(), "东一线")
    with CaptureQueriesContext(connection) as two:
        desk.get("/desk/needs/")
    assert len(two) == len(one)


def test_whoever_feeds_in_reads_the_place_in_line(stage: Stage) -> None:
    told = stage.case("hv_single")
    sunny = replace(CLASSES["hv_single"], generation_kw=Decimal(10000), external_works=True, customer_works=True)
    told.filed().to("survey")
    told.do(rehearse(cast(), "supply_papers", told.state, told.at))
    survey = rehearse(cast(manager=stage.people["manager"].pk), "submit_survey", told.state, told.at)
    assert isinstance(survey, SubmitSurvey)
    told.do(replace(survey, facts=sunny, supply_point="城东站 东一线"))
    row = queueing.of_case(told.id)
    assert row is not None
    assert (row.element, generation.position(row)) == ("feeder/F1", 1)
    assert "排在第 1 位" in said(told)
    generation.sweep(at=told.at)
    assert GenerationPlace.objects.get(case=told.id).state in ("waiting", "offered")
    told.do(WithdrawApplication(reason="不办了"))
    assert said(told) == ""
