"""电网资料外流: who has no business with a network gets neither page nor file of it, by whatever way; what leaves is on record."""

import io
import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.test import Client
from openpyxl import load_workbook

from tests.grid.town import town
from tests.interfaces.customer.stage import PHONE, sign_in
from tests.interfaces.desk_stage import Stage
from tests.interfaces.test_network_import import chief_planner, leave, send, sit, told
from tests.operations.grid_stage import town_of
from tests.operations.test_grid_files import book
from yekuo.interfaces.desk import reader
from yekuo.interfaces.jobs import rounds
from yekuo.operations.api_keys import issue_key
from yekuo.operations.rehearsal import town as demo
from yekuo.records import units
from yekuo.records.models import GridExport, GridUpload

pytestmark = pytest.mark.django_db
HERE = "/desk/grid/"
WANTED = {"kind": "geojson", "feeder": "F1", "reason": "停电方案用图"}
PAGES = ("", "revisions/", "import/", "import/template/", "export/", "exports/", "doubts/")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage()
    monkeypatch.setattr(reader, "now", lambda request: made.at + timedelta(days=3))
    return made


def outsider(stage: Stage) -> Client:
    """Every role there is, in a company of another city."""
    city = units.add_unit(code="3302", name="邻市供电公司", kind="city", company="SGCC", province="浙江", city="邻市")
    client = Client()
    client.force_login(stage.hire("neighbour", "邻市人", ("planner", "operations", "dispatcher", "chief"), city))
    return client


def uploaded(stage: Stage) -> int:
    send(chief_planner(stage), ("网.xlsx", book(town())))
    return GridUpload.objects.get().pk


def test_another_citys_people_find_nothing_of_it(stage: Stage) -> None:
    grid = town_of(stage.city.pk, at=stage.at).standing.grid
    key = uploaded(stage)
    other = outsider(stage)
    for path in ("", "revisions/", "export/"):
        answer = other.get(f"{HERE}{path}?grid={grid}")
        assert answer.status_code == 404, path
    assert other.post(f"{HERE}export/?grid={grid}", WANTED).status_code == 404
    assert other.post(f"{HERE}back/", {"grid": grid, "number": 1}).status_code == 404
    for path in (f"import/{key}/", f"import/{key}/issues/"):
        assert other.get(f"{HERE}{path}").status_code == 404
    assert "东一线" not in told(other, f"{HERE}exports/")
    assert other.get("/desk/open-capacity/map.json").status_code == 404
    assert GridExport.objects.count() == 0


def test_nobody_without_a_desk_comes_near(stage: Stage) -> None:
    grid = town_of(stage.city.pk, at=stage.at).standing.grid
    key = uploaded(stage)
    token = issue_key(login="planner", label="外部程序", days=30, at=stage.at).token
    stranger, customer = Client(), Client()
    sign_in(customer, PHONE, stage.at)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    addresses = [f"{HERE}{path}" for path in (*PAGES, f"import/{key}/", f"import/{key}/issues/")]
    for client in (stranger, customer, program):
        for address in (*addresses, "/desk/open-capacity/map.json", "/desk/open-capacity/export/"):
            answer = client.get(f"{address}?grid={grid}")
            assert answer.status_code in (302, 401, 403, 404), address
            assert "东一线" not in answer.content.decode(), address
        posted = client.post(f"{HERE}export/?grid={grid}", WANTED)
        assert posted.status_code in (302, 401, 403, 404)
    assert GridExport.objects.count() == 0


@pytest.mark.parametrize(
    "part", ["clerk", "manager", "surveyor", "metering", "inspector", "finance", "analyst", "chief"]
)
def test_roles_without_the_power_take_nothing_out(stage: Stage, part: str) -> None:
    town_of(stage.county.pk, at=stage.at)
    assert sit(stage, part).post(f"{HERE}export/", WANTED).status_code == 403
    assert GridExport.objects.count() == 0


def test_a_county_takes_few_feeders_a_day_and_never_all(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = town()
    for number in range(4, 11):
        sheets["馈线"].append({**sheets["馈线"][0], "编号": f"F{number}", "名称": f"东{number}线"})
    town_of(stage.city.pk, at=stage.at, sheets=sheets)
    county = sit(stage, "operations")
    assert county.post(f"{HERE}export/", {**WANTED, "feeder": ""}).status_code == 422
    assert county.post(f"{HERE}export/", {**WANTED, "feeder": "F1' or 1=1"}).status_code == 422
    answers = [county.post(f"{HERE}export/", {**WANTED, "feeder": f"F{number}"}) for number in (1, 4, 5, 6, 7, 8)]
    assert [one.status_code for one in answers] == [200] * 5 + [422]
    assert "最多 5 条" in answers[-1].content.decode()
    assert county.post(f"{HERE}export/", WANTED).status_code == 200, "the same one again is no other"
    assert chief_planner(stage).post(f"{HERE}export/", {**WANTED, "feeder": "F9"}).status_code == 200
    monkeypatch.setattr(reader, "now", lambda request: stage.at + timedelta(days=4, minutes=1))
    assert county.post(f"{HERE}export/", {**WANTED, "feeder": "F8"}).status_code == 200
    assert GridExport.objects.count() == 8


def test_a_county_takes_what_it_runs_and_nothing_of_another(stage: Stage) -> None:
    sheets = town()
    for number, unit in ((4, stage.county.name), (5, stage.county.code), (6, "别处供电公司")):
        sheets["馈线"].append({**sheets["馈线"][0], "编号": f"F{number}", "名称": f"东{number}线", "运维单位": unit})
    town_of(stage.city.pk, at=stage.at, sheets=sheets)
    county = sit(stage, "operations")
    offered = county.get(f"{HERE}export/").content.decode()
    assert all(f'value="{one}"' in offered for one in ("F1", "F4", "F5"))
    assert 'value="F6"' not in offered
    assert [county.post(f"{HERE}export/", {**WANTED, "feeder": one}).status_code for one in ("F4", "F5")] == [200, 200]
    refused = county.post(f"{HERE}export/", {**WANTED, "feeder": "F6"})
    assert refused.status_code == 422
    assert "由 别处供电公司 运维" in refused.content.decode()
    assert chief_planner(stage).post(f"{HERE}export/", {**WANTED, "feeder": "F6"}).status_code == 200


def test_a_drawing_of_one_feeder_holds_nothing_of_another(stage: Stage) -> None:
    town_of(stage.city.pk, at=stage.at)
    content = sit(stage, "operations").post(f"{HERE}export/", {**WANTED, "low_voltage": "1"}).content
    drawn = json.loads(content)
    assert {one["properties"].get("feeder", "") for one in drawn["features"]} <= {"F1", ""}
    assert "西一线" not in content.decode()
    sheets = load_workbook(
        io.BytesIO(sit(stage, "operations").post(f"{HERE}export/", {**WANTED, "kind": "tables"}).content)
    )
    assert [row[0] for row in sheets["馈线"].iter_rows(min_row=2, values_only=True)] == ["F1"]


def test_what_a_map_is_drawn_from_is_no_file_to_open(stage: Stage) -> None:
    town_of(stage.city.pk, at=stage.at)
    case = stage.case("hv_single").filed().to("scheme")
    manager = sit(stage, "manager")
    address = f"/desk/case/{case.number}/scheme/map.json"
    assert manager.get(address, headers={"Sec-Fetch-Dest": "empty"}).status_code == 200
    for dest in ("document", "iframe", "object"):
        assert manager.get(address, headers={"Sec-Fetch-Dest": dest}).status_code == 403
        assert manager.get("/desk/open-capacity/map.json", headers={"Sec-Fetch-Dest": dest}).status_code == 403
    assert sit(stage, "foreigner").get(address).status_code == 404
    assert manager.get(address)["Cache-Control"] == "no-store"


def test_the_register_of_exports_cannot_be_changed(stage: Stage) -> None:
    town_of(stage.county.pk, at=stage.at)
    sit(stage, "operations").post(f"{HERE}export/", WANTED)
    for sql in ("update records_gridexport set reason = 'x'", "delete from records_gridexport"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert GridExport.objects.get().reason == "停电方案用图"


def test_names_that_look_like_formulas_stay_texts(stage: Stage) -> None:
    sheets = town()
    sheets["馈线"][0]["名称"] = '=HYPERLINK("http://x","y")'
    town_of(stage.county.pk, at=stage.at, sheets=sheets)
    content = sit(stage, "operations").post(f"{HERE}export/", {**WANTED, "kind": "tables", "feeder": ""}).content
    cell = load_workbook(io.BytesIO(content))["馈线"]["B2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x","y")')


def test_the_demo_town_comes_back_without_a_difference(stage: Stage) -> None:
    town_of(
        stage.city.pk, at=stage.at, sheets={title: [dict(row) for row in rows] for title, rows in demo.sheets().items()}
    )
    city = chief_planner(stage)
    whole = city.post(f"{HERE}export/", {"kind": "tables", "feeder": "", "reason": "往返核对"})
    assert whole.status_code == 200
    address = leave(city, ("往返.xlsx", whole.content))
    rounds.examine_uploads()
    found = GridUpload.objects.get().found
    assert found["errors"] == 0, found["issues"][:5]
    assert found["difference"]["tables"] == []
    assert found["beside"] == []
    assert "完全相同" in told(city, address)
