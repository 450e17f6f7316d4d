"""可开放容量: the desk's list, map and workbook say the same; the public sees areas only; questions are counted without askers."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.grid.test_firmness import EVENING, curve, with_curves
from tests.grid.town import town
from tests.interfaces.desk_stage import Stage
from tests.operations.grid_stage import town_of
from tests.rules.cases import MONDAY
from yekuo.grid.firmness import BLOCKS
from yekuo.interfaces.desk import reader
from yekuo.interfaces.desk.capacity_words import binding, kilowatts, tone
from yekuo.operations.grids import publishing
from yekuo.operations.grids.standing import Network
from yekuo.operations.rehearsal.asked import questions_were_asked
from yekuo.operations.rehearsal.company import found_company
from yekuo.records import units
from yekuo.records.models import AddressQuery, CapacityFigure, CapacityPublication, GridExport, Staff
from yekuo.rules.nearby import NIGHT, public_words

pytestmark = pytest.mark.django_db
HERE = "/desk/open-capacity/"


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage()
    monkeypatch.setattr(reader, "now", lambda request: made.at + timedelta(days=3))
    return made


@pytest.fixture
def network(stage: Stage) -> Network:
    sheets = town()
    for row, name in zip(sheets["配变"], ("和园1号公变", "星河数据专变", "和园2号公变", "东街公变"), strict=True):
        row["名称"] = name
    made = town_of(stage.city.pk, at=stage.at, sheets=sheets)
    publishing.publish(grid=made.standing.grid, at=stage.at)
    return made


def sit(stage: Stage, part: str) -> Client:
    client = Client()
    client.force_login(stage.foreigner if part == "foreigner" else stage.people[part])
    return client


def said(client: Client, address: str = HERE, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_a_network_and_before_the_first_calculation_it_is_said_what_happens(stage: Stage) -> None:
    assert "还没有电网数据" in said(sit(stage, "planner"))
    town_of(stage.city.pk, at=stage.at)
    assert "正在计算" in said(sit(stage, "planner"))
    assert sit(stage, "planner").get(f"{HERE}export/").status_code == 404
    assert "正在计算" in said(Client(), "/capacity/")


def test_a_network_that_cannot_be_solved_says_so(stage: Stage, network: Network) -> None:
    CapacityPublication.objects.update(failure="潮流不收敛: 演练", figures=0)
    assert "没有算出来：潮流不收敛: 演练" in said(sit(stage, "planner"))


def test_every_figure_stands_in_the_list_with_what_binds_it(stage: Stage, network: Network) -> None:
    clerk = sit(stage, "clerk")
    for kind in ("dt", "feeder", "main", "node"):
        page = said(clerk, kind=kind)
        figures = CapacityFigure.objects.filter(kind=kind)
        assert figures.exists()
        for one in figures:
            assert one.name in page
            assert kilowatts(one.kw) in page
            assert binding(one) in page
    assert "3 笔在途" in said(clerk)


def test_the_list_is_narrowed_and_sorted(stage: Stage, network: Network) -> None:
    planner = sit(stage, "planner")
    page = said(planner, kind="node", order="least")
    small, large = CapacityFigure.objects.filter(kind="node").order_by("kw").values_list("element", flat=True)[0:2]
    assert page.index(f'data-ref="node-{small}"') < page.index(f'data-ref="node-{large}"')
    only = said(planner, kind="node", feeder="F2")
    assert 'data-ref="node-M1"' in only
    assert 'data-ref="node-N1"' not in only
    assert 'data-ref="dt-D1"' in said(planner, text="和园1")
    assert "没有符合条件的数字" in said(planner, text="没有这个")
    CapacityFigure.objects.filter(element="D1").update(kw=0)
    assert 'data-ref="dt-D1"' not in said(planner, room="1")
    assert said(planner, kind="ghost", order="ghost", feeder="ghost", page="x")


def test_the_map_draws_the_figures_of_the_list_and_nobody_elses(stage: Stage, network: Network) -> None:
    answer = sit(stage, "planner").get(f"{HERE}map.json", {"kind": "dt"})
    drawn = json.loads(answer.content)["features"]
    points = {one["properties"]["id"]: one["properties"] for one in drawn if one["properties"].get("ref")}
    assert set(points) == set(
        CapacityFigure.objects.filter(kind="dt", x__isnull=False).values_list("element", flat=True)
    )
    row = CapacityFigure.objects.get(kind="dt", element="D1")
    assert points["D1"]["tone"] == tone("dt", row.kw)
    assert {one["geometry"]["type"] for one in drawn} == {"Point", "LineString"}
    assert sit(stage, "finance").get(f"{HERE}map.json").status_code == 403


def test_another_companys_people_see_no_figure(stage: Stage, network: Network) -> None:
    far = units.add_unit(code="3302", name="别处公司", kind="city", company="SGCC", province="浙江", city="宁波")
    person = stage.hire("far", "别处人", ("planner",), far)
    client = Client()
    client.force_login(person)
    assert "还没有电网数据" in said(client)
    assert client.get(f"{HERE}map.json").status_code == 404


def test_nothing_leaves_without_a_reason_on_record(stage: Stage, network: Network) -> None:
    planner = sit(stage, "planner")
    refused = planner.post(f"{HERE}export/", {"reason": ""})
    assert "请写导出用途" in refused.content.decode()
    assert not GridExport.objects.exists()
    assert sit(stage, "clerk").get(f"{HERE}export/").status_code == 403
    answer: Any = planner.post(f"{HERE}export/?kind=dt&order=most", {"reason": "年度规划讨论"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    table = [[cell.value for cell in row] for row in sheet["清单"].iter_rows()]
    assert table[0][:4] == ["名称", "编号", "馈线 / 变电站", "可开放 kW"]
    kw = dict(CapacityFigure.objects.filter(kind="dt").values_list("element", "kw"))
    assert {row[1]: row[3] for row in table[1:]} == {key: int(value) for key, value in kw.items()}
    assert [row[3] for row in table[1:]] == sorted((int(one) for one in kw.values()), reverse=True)
    told = {row[0].value: row[1].value for row in sheet["说明"].iter_rows()}
    assert told["用途"] == "年度规划讨论"
    (noted,) = GridExport.objects.all()
    assert (noted.rows, noted.reason, noted.by) == (3, "年度规划讨论", stage.people["planner"].pk)


def test_by_hours_stands_in_list_workbook_and_public_page(stage: Stage) -> None:
    sheets = with_curves(curve("F1", "全年", (5,) * 8 + EVENING[8:]))
    for row, name in zip(sheets["配变"], ("和园1号公变", "星河数据专变", "和园2号公变", "东街公变"), strict=True):
        row["名称"] = name
    made = town_of(stage.city.pk, at=stage.at, sheets=sheets)
    publishing.publish(grid=made.standing.grid, at=stage.at)
    one = CapacityFigure.objects.get(kind="dt", element="D1")
    assert one.stable_kw is not None
    assert one.valley_kw is not None
    assert one.kw < one.valley_kw
    page = said(sit(stage, "clerk"))
    for words in (
        "全天稳定 kW",
        kilowatts(one.stable_kw),
        f"谷段 {kilowatts(one.valley_kw)}",
        "最紧：夏季工作日 19 时",
    ):
        assert words in page
    assert "全天稳定 kW" not in said(sit(stage, "clerk"), kind="main")
    answer: Any = sit(stage, "planner").post(f"{HERE}export/?kind=dt", {"reason": "年度规划讨论"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))["清单"]
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    found = {row[1]: dict(zip(table[0], row, strict=True)) for row in table[1:]}
    assert found["D1"]["全天稳定 kW"] == int(one.stable_kw)
    assert found["D1"]["只在谷段用 kW"] == int(one.valley_kw)
    assert found["D1"]["最紧时刻"] == "夏季工作日 19 时"
    assert found["D3"]["全天稳定 kW"] in ("", None)
    assert tuple(NIGHT) == BLOCKS["valley"]
    public = said(Client(), "/capacity/")
    assert "只在夜里 0–8 时用" in public
    assert public_words("dt", one.valley_kw) in public


def test_queries_do_not_grow_with_figures(stage: Stage, network: Network) -> None:
    planner = sit(stage, "planner")

    def count(client: Client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    pages = (HERE, f"{HERE}map.json", "/capacity/")
    few = [count(planner, page) for page in pages]
    row = CapacityFigure.objects.filter(kind="dt").values().first()
    assert row is not None
    more = [CapacityFigure(**{**row, "id": None, "element": f"X{n}", "name": f"东街{n}号公变"}) for n in range(60)]
    CapacityFigure.objects.bulk_create(more)
    assert [count(planner, page) for page in pages] == few


def test_the_public_sees_areas_rounded_down_and_no_customer(stage: Stage, network: Network) -> None:
    CapacityFigure.objects.filter(element="D1").update(kw=137.0)
    CapacityFigure.objects.filter(element="D3").update(kw=20.0)
    CapacityFigure.objects.filter(element="D4").update(kw=0.0)
    page = said(Client(), "/capacity/")
    assert "约 120 千瓦" in page
    assert "137" not in page
    assert "由我们先建设" in page
    assert "星河数据" not in page
    assert "<script" not in page
    assert "D1" not in page
    assert "东一线" in said(Client(), "/capacity/", kind="feeder")
    assert "和园" in said(Client(), "/capacity/", q="和园3幢101")
    none = said(Client(), "/capacity/", q="没有这个村")
    assert "不是不能用电" in none


# --- questions --------------------------------------------------------------------------------------------------


def test_a_question_at_the_counter_is_answered_and_followed(stage: Stage, network: Network) -> None:
    clerk = sit(stage, "clerk")
    page = clerk.get("/desk/new/").content.decode()
    key = page.split('name="key" value="')[1].split('"')[0]
    form = {
        "key": key, "wish": "check", "unit": str(stage.county.pk), "channel": "counter", "business": "new",
        "kind": "resident", "address": "和园 3 幢 101", "load_kw": "8",
    }  # fmt: skip
    answer = clerk.post("/desk/new/", form).content.decode()
    assert "可以告诉客户：和园附近的公用电网目前有余量" in answer
    (asked,) = AddressQuery.objects.all()
    assert (asked.place, asked.address, asked.channel, asked.kw) == ("和园", "和园", "counter", 8)
    clerk.post("/desk/new/", {**form, "load_kw": "90000"})
    asked.refresh_from_db()
    assert asked.kw == 90000
    assert "可能要先由我们改造" in asked.shown


def test_what_nobody_applied_for_is_listed_by_place(stage: Stage, network: Network) -> None:
    at = stage.at
    for place, followed, trace in (("和园", None, "a"), ("和园", at, ""), ("东街", None, "b"), ("", None, "c")):
        AddressQuery.objects.create(
            unit=stage.county.pk, address=place, place=place, kw=30, shown="", channel="web", trace=trace,
            followed_at=followed, at=at,
        )  # fmt: skip
    page = said(sit(stage, "analyst"), f"{HERE}attempts/")
    assert "没有认出的地址" in page
    assert page.count("<tr>") == 4
    assert "共问 4 次，3 次没有申请" in page
    assert sit(stage, "clerk").get(f"{HERE}attempts/").status_code == 403
    foreign = said(sit(stage, "foreigner"), f"{HERE}attempts/")
    assert "没有未转化的查询" in foreign


def test_the_demo_has_questions_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    made = found_company(at=MONDAY)
    monkeypatch.setattr(reader, "now", lambda request: MONDAY)
    many = questions_were_asked(made, at=MONDAY)
    assert AddressQuery.objects.count() == many
    client = Client()
    client.force_login(Staff.objects.get(username="machao"))
    page = said(client, f"{HERE}attempts/")
    assert "新华巷" in page
    assert "码头街" not in page
