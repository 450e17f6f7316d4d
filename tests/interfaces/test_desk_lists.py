"""清单: what one did and opened is listed; paper and workbook equal the screen; a part of an address finds; export is on record."""

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.interfaces.desk_stage import RealCase, Stage
from yekuo.interfaces.desk import lists, reader
from yekuo.records import sites
from yekuo.records.models import Disclosure, Site
from yekuo.rules.deeds.course import UrgeCase
from yekuo.rules.facts import Business

pytestmark = pytest.mark.django_db
LISTS = ("/desk/", "/desk/cases/", "/desk/mine/", "/desk/suspended/", "/desk/closed/", "/desk/done/", "/desk/opened/")
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[RealCase], None]:
    def after(case: RealCase) -> None:
        monkeypatch.setattr(reader, "now", lambda request: case.at + timedelta(minutes=5))

    return after


def sit(stage: Stage, part: str) -> Client:
    client = Client()
    client.force_login(stage.foreigner if part == "foreigner" else stage.people[part])
    return client


def numbers(desk: Client, address: str) -> list[str]:
    return [row.number for row in desk.get(address).context["rows"]]


def table(page: str) -> tuple[list[str], list[list[str]]]:
    """The head and the rows of the page's table as a reader sees them, without tick boxes and buttons."""

    def cells(line: str, tag: str) -> list[str]:
        found = re.findall(rf"<{tag}\b(?![^>]*class=\"(?:tick|act)[ \"])[^>]*>(.*?)</{tag}>", line, re.DOTALL)
        return [" ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]

    inner = page.split("<table", 1)[1].split("</table>", 1)[0]
    head, body = inner.split("</thead>", 1)
    return cells(head, "th"), [cells(line, "td") for line in re.findall(r"<tr>.*?</tr>", body, re.DOTALL)]


def workbook(desk: Client, address: str) -> tuple[list[str], list[list[object]]]:
    answer = desk.get(address)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(b"".join(answer)))["清单"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    return [str(one) for one in rows[0]], rows[1:]


def many(stage: Stage) -> RealCase:
    for kind in ("resident", "lv_other", "hv_single", "three_zero"):
        last = stage.case(kind).filed()
    stage.case("hv_single").filed().to("survey")
    ended = stage.case("resident").filed().to("completed")
    return ended if ended.at > last.at else last


@pytest.mark.parametrize("address", LISTS)
def test_a_workbook_holds_the_rows_columns_and_order_of_the_screen(
    stage: Stage, now: Callable[[RealCase], None], address: str
) -> None:
    now(many(stage))
    desk = sit(stage, "all")
    head, shown = table(desk.get(address).content.decode()) if numbers(desk, address) else ([], [])
    titles, rows = workbook(desk, f"{address}?as=xlsx")
    assert len(rows) == len(shown)
    if shown:
        assert titles == head
    dates = [place for place, title in enumerate(titles) if title in ("办结时间", "办理时间", "发起时间")]
    capacity = titles.index("容量 kVA/kW") if "容量 kVA/kW" in titles else -1
    for seen, kept in zip(shown, rows, strict=True):
        for place, (text, value) in enumerate(zip(seen, kept, strict=True)):
            if place in dates:
                assert isinstance(value, datetime)
            elif place == capacity:
                assert (float(text) if text != "—" else None) == value
            else:
                assert text == (value or ""), titles[place]


def test_all_pages_go_into_the_workbook_and_filters_hold(
    stage: Stage, now: Callable[[RealCase], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    now(many(stage))
    desk = sit(stage, "all")
    whole = numbers(desk, "/desk/cases/")
    monkeypatch.setattr(lists, "SIZE", 2)
    _, rows = workbook(desk, "/desk/cases/?page=2&as=xlsx")
    assert [row[1] for row in rows] == whole
    assert len(numbers(desk, "/desk/cases/?page=2")) == 2
    _, surveyed = workbook(desk, "/desk/cases/?stage=survey&as=xlsx")
    assert [row[1] for row in surveyed] == numbers(desk, "/desk/cases/?stage=survey") != []


def test_what_is_taken_out_is_masked_capped_and_on_record(
    stage: Stage, now: Callable[[RealCase], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    now(many(stage))
    desk = sit(stage, "clerk")
    _, rows = workbook(desk, f"/desk/cases/?business={Business.NEW.value}&as=xlsx")
    assert not PHONE.search(repr(rows))
    assert "刘芳" not in repr(rows)
    kept = Disclosure.objects.filter(kind="exported")
    assert kept.count() == len(rows)
    assert {one.by for one in kept} == {stage.people["clerk"].pk}
    assert "导出在途工单（业务：" in kept[0].reason
    monkeypatch.setattr(lists, "EXPORTED_AT_MOST", 2)
    answer = desk.get("/desk/cases/?as=xlsx&text=西湖区")
    book = load_workbook(io.BytesIO(b"".join(answer)))
    assert book["清单"].max_row == 3
    told = " ".join(str(cell) for row in book["说明"].iter_rows(values_only=True) for cell in row)
    assert "没有导全" in told
    assert "西湖区" not in told
    assert not Disclosure.objects.filter(reason__contains="西湖区").exists()


def test_paper_shows_the_same_rows_without_a_menu(stage: Stage, now: Callable[[RealCase], None]) -> None:
    now(many(stage))
    desk = sit(stage, "all")
    head, shown = table(desk.get("/desk/cases/").content.decode())
    page = desk.get("/desk/cases/?as=print").content.decode()
    assert table(page) == (head, shown)
    assert "主菜单" not in page
    assert Disclosure.objects.filter(reason__startswith="打印在途工单").exists()


def test_done_lists_what_i_did_and_the_latest_first(stage: Stage, now: Callable[[RealCase], None]) -> None:
    first, second = stage.case().filed(), stage.case("lv_other").filed()
    manager = stage.actor("manager")
    second.do(UrgeCase(text="请加快"), by=manager)
    first.at = second.at
    first.do(UrgeCase(text="请加快"), by=manager)
    now(first)
    assert numbers(sit(stage, "manager"), "/desk/done/") == [first.number, second.number]
    assert numbers(sit(stage, "finance"), "/desk/done/") == []
    assert "催办" in sit(stage, "manager").get("/desk/done/").content.decode()


def test_opened_lists_what_i_opened_even_when_it_ended(stage: Stage, now: Callable[[RealCase], None]) -> None:
    ended, fresh = stage.case().filed().to("completed"), stage.case().filed()
    now(ended)
    assert numbers(sit(stage, "all"), "/desk/opened/") == [fresh.number, ended.number]
    assert numbers(sit(stage, "clerk"), "/desk/opened/") == []


def test_a_part_of_an_address_finds_within_reach_only(stage: Stage, now: Callable[[RealCase], None]) -> None:
    case, other = stage.case().filed(), stage.case().filed()
    now(other)
    desk = sit(stage, "clerk")
    part = f"文三路{case.serial}号"
    assert numbers(desk, f"/desk/cases/?text={part}") == [case.number]
    assert numbers(desk, f"/desk/search/?q=西湖区文三路 {case.serial}") == [case.number]
    assert set(numbers(desk, "/desk/search/?q=文三路")) == {case.number, other.number}
    assert numbers(desk, "/desk/search/?q=三路文") == []
    assert numbers(sit(stage, "foreigner"), "/desk/search/?q=文三路") == []
    assert numbers(desk, f"/desk/?text={part}") == [case.number]


def test_marks_name_no_address_and_go_when_it_is_erased(stage: Stage) -> None:
    case = stage.case().filed()
    site = Site.objects.get(pk=case.row.site or 0)
    assert site.grams == sites.grams("西湖区文三路 1 号")
    assert all(0 <= one < 256**sites.GRAM_BYTES for one in site.grams)
    sites.erase([site.pk], at=case.at)
    assert Site.objects.get(pk=site.pk).grams == []


def test_a_list_is_narrowed_by_its_manager(stage: Stage, now: Callable[[RealCase], None]) -> None:
    led, fresh = stage.case("lv_other").filed().to("survey"), stage.case().filed()
    now(led)
    desk = sit(stage, "clerk")
    person = stage.people["manager"].pk
    assert numbers(desk, f"/desk/cases/?manager={person}") == [led.number]
    assert set(numbers(desk, f"/desk/cases/?manager={stage.foreigner.pk}")) == {led.number, fresh.number}
