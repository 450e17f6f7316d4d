"""电网数据: a network comes in by file, is looked at, confirmed with a reason, compared, gone back from and taken out on record."""

import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.grid.town import Sheets, town
from tests.interfaces.desk_stage import Stage
from tests.operations.grid_stage import town_of
from tests.operations.test_grid_files import book, tables
from yekuo.grid.layouts import LAYOUTS
from yekuo.interfaces.desk import reader
from yekuo.interfaces.jobs import rounds
from yekuo.operations.grids import checking
from yekuo.records import capacity, grids
from yekuo.records.capacity import Entering
from yekuo.records.models import CapacityHold, Case, GridExport, GridRevision, GridUpload
from yekuo.rules.calendar import day_of
from yekuo.rules.reservation import EntryKind

pytestmark = pytest.mark.django_db
HERE = "/desk/grid/"


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage()
    monkeypatch.setattr(reader, "now", lambda request: made.at + timedelta(days=3))
    return made


def sit(stage: Stage, part: str = "planner") -> Client:
    client = Client()
    client.force_login(stage.foreigner if part == "foreigner" else stage.people[part])
    return client


def chief_planner(stage: Stage) -> Client:
    """A planner of the city, whose network the counties share."""
    client = Client()
    client.force_login(stage.hire("cityplanner", "市公司规划", ("planner",), stage.city))
    return client


def send(client: Client, *files: tuple[str, bytes], **more: str) -> str:
    """The address of the preview, examined by the worker."""
    address = leave(client, *files, **more)
    rounds.examine_uploads()
    return address


def leave(client: Client, *files: tuple[str, bytes], **more: str) -> str:
    """The address of an upload that nobody has examined."""
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    answer = client.post(f"{HERE}import/", {"files": sent, **more})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def told(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def take(client: Client, address: str, **more: str) -> str:
    answer = client.post(address, {"wish": "take", "reason": "十一月台账更新", **more}, follow=True)
    return answer.content.decode()


def changed() -> Sheets:
    """The town after a year: a thinner line, a pole less far, a transformer replaced."""
    sheets = town()
    sheets["线路段"][1]["型号"] = "JKLYJ-10/120"
    sheets["配变"][0]["容量"] = 630
    return sheets


def hold(stage: Stage, *, node: str, kw: float, number: int = 1) -> str:
    """A case that holds capacity at a node of the network in force."""
    case = stage.case("hv_single").filed()
    grid = grids.hold(grids.grid_over(stage.county.pk).pk)  # type: ignore[union-attr]
    capacity.keep(
        grid,
        [
            Entering(
                case=case.id, source=number, version=1, kind=EntryKind.RESERVE, kw=kw, kva=Decimal(str(kw)),
                by=1, at=stage.at, place={"node": node, "name": f"节点 {node}"},
            )
        ],
        rooms={},
    )  # fmt: skip
    return case.number


def test_the_first_import_of_a_unit_from_file_to_force(stage: Stage) -> None:
    planner = sit(stage)
    assert "还没有电网数据" in told(planner, HERE)
    preview = send(planner, ("小镇.xlsx", book(town())))
    page = told(planner, preview)
    assert "没有错误" in page
    assert "算得出解" in page
    assert GridRevision.objects.count() == 0
    assert "请写明为什么启用" in planner.post(preview, {"wish": "take", "reason": " "}).content.decode()
    assert GridRevision.objects.count() == 0
    assert "第 1 版已启用" in take(planner, preview)
    assert "第 1 版已启用" in take(planner, preview), "confirmed again it is the same revision"
    now = GridRevision.objects.get()
    upload = GridUpload.objects.get()
    assert (now.source, now.reason, now.by) == ("小镇.xlsx", "十一月台账更新", stage.people["planner"].pk)
    assert now.file_digest == upload.file_digest
    assert upload.tables is None
    overview = told(planner, HERE)
    assert "东一线" in overview
    assert "只能按额定值估算（L0）" in overview
    assert "李发展" in overview


def test_a_broken_file_is_told_by_sheet_and_row_and_changes_nothing(stage: Stage) -> None:
    planner = sit(stage)
    town_of(stage.county.pk, at=stage.at)
    sheets = changed()
    sheets["线路段"][2]["长度(m)"] = -5
    del sheets["节点"][0]["类型"]
    preview = send(planner, *tables(sheets, "gbk"))
    page = told(planner, preview)
    assert "有 1 处错误" in page
    assert "长度不能为负，写的是 -5" in page
    assert "启用为新版本" not in page
    assert "不能启用" in take(planner, preview)
    rows = load_workbook(io.BytesIO(planner.get(f"{preview}issues/").content))["问题清单"].values
    assert ("错误", "线路段", 4, "长度(m)", "长度不能为负，写的是 -5") in list(rows)
    assert [one.number for one in GridRevision.objects.all()] == [1]
    assert GridUpload.objects.get().file_digest


def test_what_cannot_be_read_at_all_is_an_error_of_the_file(stage: Stage) -> None:
    planner = sit(stage)
    assert "UTF-16 编码不完整" in told(
        planner, send(planner, ("节点.csv", "编号,类型\nN1,桿塔\n".encode("utf-16")[:-1]))
    )
    assert planner.post(f"{HERE}import/", {}).status_code == 422


def test_changes_are_shown_against_the_network_in_force_and_one_can_go_back(stage: Stage) -> None:
    planner = sit(stage)
    take(planner, send(planner, ("一.xlsx", book(town()))))
    preview = send(planner, ("二.xlsx", book(changed())))
    page = told(planner, preview)
    assert "涉及 1 条馈线：东一线" in page
    assert "JKLYJ-10/120" in page
    assert "第 2 版已启用" in take(planner, preview)
    revisions = told(planner, f"{HERE}revisions/?old=1&new=2")
    assert "第 1 版 → 第 2 版" in revisions
    assert "JKLYJ-10/185" in revisions
    assert "请选择两个版本" in planner.get(f"{HERE}revisions/?old=1&new=9").content.decode()
    grid = GridRevision.objects.filter(current=True).get().grid_id
    back = planner.post(f"{HERE}back/", {"grid": grid, "number": 1})
    assert back.status_code == 302
    rounds.examine_uploads()
    assert "涉及 1 条馈线" in told(planner, back.headers["Location"])
    assert "第 3 版已启用" in take(planner, back.headers["Location"], reason="二版容量写错，先退回")
    first, _, third = GridRevision.objects.order_by("number")
    assert (third.digest, bytes(third.tables)) == (first.digest, bytes(first.tables))
    assert third.promised == first.promised
    assert third.source == "回到第 1 版"


def test_peaks_of_a_later_day_hold_who_has_had_power_for_long_and_going_back_counts_him_again(stage: Stage) -> None:
    town_of(stage.county.pk, at=stage.at)
    number, on = hold(stage, node="N1", kw=50.0), day_of(stage.at)
    Case.objects.filter(number=number).update(energised_at=stage.at - timedelta(days=200))
    CapacityHold.objects.update(state="contracted")
    planner = sit(stage)
    answer = planner.post(f"{HERE}import/", {"measured_until": "昨天"})
    assert "请按“年-月-日”填写" in answer.content.decode()
    later = planner.post(f"{HERE}import/", {"measured_until": str(on + timedelta(days=30))})
    assert "不能晚于今天" in later.content.decode()
    undated = send(planner, ("二.xlsx", book(changed())))
    assert "没有写明最大负荷统计到哪一天" in told(planner, undated)
    take(planner, undated)
    assert CapacityHold.objects.get().state == "contracted"
    same = send(planner, ("三.xlsx", book(changed())), measured_until=str(on))
    page = told(planner, same)
    assert "启用后 1 处合同容量共 50 kW 计入实测，不再另外占用" in page
    assert "不需要启用" not in page
    take(planner, same)
    assert CapacityHold.objects.get().state == "measured"
    assert GridRevision.objects.get(current=True).measured_until == on
    assert f"统计到 {on}" in told(planner, HERE)
    assert "已计入实测" in told(planner, HERE)
    old = send(planner, ("四.xlsx", book(changed())), measured_until=str(on - timedelta(days=150)))
    assert "1 处共 50 kW 不在这些实测负荷里，启用后按合同容量重新占用" in told(planner, old)
    take(planner, old)
    assert CapacityHold.objects.get().state == "contracted"
    grid = GridRevision.objects.get(current=True).grid_id
    back = planner.post(f"{HERE}back/", {"grid": grid, "number": 3}).headers["Location"]
    rounds.examine_uploads()
    assert "启用后 1 处合同容量共 50 kW 计入实测" in told(planner, back)
    take(planner, back)
    assert CapacityHold.objects.get().state == "measured"
    assert GridRevision.objects.get(current=True).measured_until == on
    assert checking.differences() == []


def test_the_same_network_again_is_said_to_be_the_same(stage: Stage) -> None:
    planner = sit(stage)
    take(planner, send(planner, ("一.xlsx", book(town()))))
    assert "完全相同" in told(planner, send(planner, *tables(town())))


def test_new_prices_alone_can_be_put_in_force(stage: Stage) -> None:
    planner = sit(stage)
    take(planner, send(planner, ("一.xlsx", book(town()))))
    sheets = town()
    sheets["价格"][0]["单价"] = 450
    preview = send(planner, ("价格.xlsx", book(sheets)))
    assert "表“价格”也有变化" in told(planner, preview)
    assert "第 2 版已启用" in take(planner, preview)
    assert grids.prices(GridRevision.objects.get(current=True).pk)[0]["cny"] == 450


def test_cases_that_would_no_longer_fit_are_named_and_must_be_seen(stage: Stage) -> None:
    town_of(stage.county.pk, at=stage.at)
    fits, gone, big = (hold(stage, node=node, kw=kw) for node, kw in (("N1", 50.0), ("M2", 60.0), ("K1", 80.0)))
    planner = sit(stage)
    sheets = changed()
    for row in (*sheets["节点"], *sheets["线路段"]):
        for key, value in row.items():
            row[key] = "M9" if value == "M2" else value
    preview = send(planner, ("三.xlsx", book(sheets)))
    page = told(planner, preview)
    assert gone in page
    assert "接入点 M2 不在新的电网里" in page
    assert fits not in page
    assert big in page, "a feeder without sections has no node to draw at"
    assert "请先看过受影响的在途方案" in planner.post(preview, {"wish": "take", "reason": "测试更新"}).content.decode()
    assert "第 2 版已启用" in take(planner, preview, seen="1")
    assert {one["number"] for one in GridRevision.objects.get(current=True).affected} == {gone}
    assert gone in told(planner, HERE)


def test_promises_made_after_the_preview_are_counted_before_it_is_confirmed(stage: Stage) -> None:
    town_of(stage.county.pk, at=stage.at)
    planner = sit(stage)
    preview = send(planner, ("四.xlsx", book(changed())))
    late = hold(stage, node="N9", kw=100.0)
    page = planner.post(preview, {"wish": "take", "reason": "测试更新"})
    assert page.status_code == 422
    assert "预览之后电网或容量台账有了变化" in page.content.decode()
    assert "还在检查" in take(planner, preview, seen="1")
    rounds.examine_uploads()
    assert late in told(planner, preview)
    assert GridRevision.objects.get(current=True).number == 1


def test_a_unit_below_the_networks_own_does_not_import(stage: Stage) -> None:
    town_of(stage.city.pk, at=stage.at)
    county = sit(stage)
    assert "由上级单位导入" in told(county, f"{HERE}import/")
    sent = {"files": [SimpleUploadedFile("网.xlsx", book(town()))], "unit": str(stage.city.pk)}
    assert county.post(f"{HERE}import/", sent).status_code == 422
    city = chief_planner(stage)
    preview = send(city, ("网.xlsx", book(changed())))
    assert county.get(preview).status_code == 404
    assert county.post(preview, {"wish": "take", "reason": "越权试试"}).status_code == 404
    assert GridRevision.objects.count() == 1


def test_roles_without_the_power_come_nowhere_near(stage: Stage) -> None:
    town_of(stage.county.pk, at=stage.at)
    assert sit(stage, "clerk").get(HERE).status_code == 403
    assert sit(stage, "dispatcher").get(HERE).status_code == 200
    assert sit(stage, "dispatcher").get(f"{HERE}import/").status_code == 403
    assert sit(stage, "chief").get(f"{HERE}export/").status_code == 403
    assert sit(stage, "foreigner").get(HERE).content.decode().count("还没有电网数据") == 1


def test_a_dropped_upload_leaves_its_digest_and_no_network(stage: Stage) -> None:
    planner = sit(stage)
    preview = send(planner, ("五.xlsx", book(town())))
    planner.post(preview, {"wish": "drop"})
    one = GridUpload.objects.get()
    assert one.tables is None
    assert one.file_digest
    assert "已放弃" in told(planner, f"{HERE}import/")
    assert "不能启用" in take(planner, preview)


def test_what_is_taken_out_is_on_record_first(stage: Stage) -> None:
    town_of(stage.city.pk, at=stage.at)
    county, city = sit(stage, "operations"), chief_planner(stage)
    refused = county.post(f"{HERE}export/", {"kind": "geojson", "feeder": "F1", "reason": "看"})
    assert refused.status_code == 422
    assert "请选择一条馈线" in county.post(f"{HERE}export/", {"kind": "tables", "reason": "看看全网"}).content.decode()
    assert GridExport.objects.count() == 0
    drawn = json.loads(
        county.post(f"{HERE}export/", {"kind": "geojson", "feeder": "F1", "reason": "停电方案用图"}).content
    )
    assert {one["properties"]["feeder"] for one in drawn["features"]} <= {"F1", ""}
    whole = city.post(f"{HERE}export/", {"kind": "tables", "reason": "年度台账核对"})
    back = send(city, ("导出.xlsx", whole.content))
    assert "内容和在用版本完全相同" in told(city, back)
    log = told(city, f"{HERE}exports/")
    assert "年度台账核对" in log
    assert "停电方案用图" in log
    assert "年度台账核对" not in told(county, f"{HERE}exports/")
    assert {one.area for one in GridExport.objects.all()} == {"东一线", "全网"}


def test_the_template_filled_in_is_an_import(stage: Stage) -> None:
    planner = sit(stage)
    blank = load_workbook(io.BytesIO(planner.get(f"{HERE}import/template/").content))
    for title, rows in town().items():
        layout = next(one for one in LAYOUTS if title in one.titles)
        sheet = blank[layout.title]
        place = {each: at for at, one in enumerate(layout.columns, 1) for each in one.titles}
        for at, row in enumerate(rows, 2):
            for name, value in row.items():
                if value != "":
                    sheet.cell(at, place[name.partition("(")[0]], value)
    sink = io.BytesIO()
    blank.save(sink)
    page = told(planner, send(planner, ("模板.xlsx", sink.getvalue())))
    assert "没有错误" in page
    assert "不认识的工作表" not in page


def test_the_lists_ask_no_more_queries_for_more_rows(stage: Stage) -> None:
    planner = sit(stage)
    take(planner, send(planner, ("一.xlsx", book(town()))))
    many = []
    for number in (0, 3):
        for each in range(number):
            sheets = changed()
            sheets["配变"][0]["容量"] = 800 + 100 * each
            take(planner, send(planner, (f"{each}.xlsx", book(sheets))))
        planner.get(f"{HERE}revisions/")
        for address in (f"{HERE}revisions/", f"{HERE}import/"):
            with CaptureQueriesContext(connection) as seen:
                planner.get(address)
            many.append(len(seen))
    assert many[:2] == many[2:]
