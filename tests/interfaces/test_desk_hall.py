"""营业厅页面: take a number, call it, serve it at the counter, and see the load; nothing is done twice or elsewhere."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.interfaces.desk_stage import Stage
from tests.interfaces.test_desk_counter import HOME
from tests.interfaces.test_desk_deeds import sit
from yekuo.interfaces.desk import hall as pages
from yekuo.interfaces.desk import reader
from yekuo.operations.hall import open_hall
from yekuo.records.models import Case, CaseSource, Hall, Ticket, Window
from yekuo.rules.calendar import BEIJING
from yekuo.rules.hall import Grade

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)


class Clock:
    def __init__(self) -> None:
        self.at = AT

    def on(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(reader, "now", lambda request: made.at)
    monkeypatch.setattr(pages, "now", lambda request: made.at)
    return made


@pytest.fixture
def stage(clock: Clock) -> Stage:
    return Stage(AT)


@pytest.fixture
def place(stage: Stage) -> Hall:
    return open_hall(unit=stage.county.pk, code="xihu", name="西湖营业厅", grade=Grade.B)


@pytest.fixture
def desk(stage: Stage) -> Client:
    HOME["unit"] = str(stage.county.pk)
    return sit(stage, "clerk")


def take(desk: Client, place: Hall, wish: str = "resident-apply") -> str:
    page = desk.get(f"/desk/hall/{place.pk}/take/").content.decode()
    key = re.findall(r'name="key" value="(\w{32})"', page)[0]
    return str(desk.post(f"/desk/hall/{place.pk}/take/", {"key": key, "wish": wish}).headers["Location"])


def act(desk: Client, place: Hall, wish: str, **more: object) -> int:
    return desk.post(f"/desk/hall/{place.pk}/", {"wish": wish, **more}).status_code


def seated(desk: Client, place: Hall, number: int = 1) -> None:
    assert act(desk, place, "sit", window=Window.objects.get(hall=place, number=number).pk) == 302


def test_a_number_is_taken_called_served_filed_and_finished(
    stage: Stage, desk: Client, place: Hall, clock: Clock
) -> None:
    assert desk.get("/desk/hall/").headers["Location"] == f"/desk/hall/{place.pk}/"
    slip = desk.get(take(desk, place)).content.decode()
    assert "J001" in slip
    assert "<svg" in slip
    assert "style=" not in slip
    seated(desk, place)
    clock.on(8)
    assert act(desk, place, "call") == 302
    page = desk.get(f"/desk/hall/{place.pk}/").content.decode()
    assert "还剩" in page
    assert "20 分钟到 09:58" in page
    act(desk, place, "serve")
    counter = desk.get("/desk/new/").content.decode()
    assert "J001" in counter
    key = re.findall(r'name="key" value="(\w{32})"', counter)[0]
    ticket = Ticket.objects.get()
    clock.on(5)
    filed = desk.post("/desk/new/", {**HOME, "key": key, "wish": "file", "ticket": ticket.pk})
    assert filed.status_code == 302
    case = Case.objects.get()
    ticket.refresh_from_db()
    assert ticket.case == case.pk
    assert CaseSource.objects.get(case=case.pk).channel == "counter"
    clock.on(5)
    assert act(desk, place, "done", ticket=ticket.pk) == 302
    assert Ticket.objects.get().status == "done"


def test_past_twenty_minutes_the_page_asks_why_and_keeps_it_for_the_chief(
    stage: Stage, desk: Client, place: Hall, clock: Clock
) -> None:
    take(desk, place)
    seated(desk, place)
    act(desk, place, "call")
    ticket = Ticket.objects.get()
    clock.on(16)
    act(desk, place, "serve")
    assert "due yellow" in desk.get(f"/desk/hall/{place.pk}/").content.decode()
    clock.on(6)
    refused = desk.post(f"/desk/hall/{place.pk}/", {"wish": "done", "ticket": ticket.pk, "reason": " "})
    assert refused.status_code == 422
    assert "请写明原因" in refused.content.decode()
    assert "due overdue" in refused.content.decode()
    assert act(desk, place, "done", ticket=ticket.pk, reason="客户带来三份产权") == 302
    load = sit(stage, "chief").get("/desk/halls/").content.decode()
    assert "客户带来三份产权" in load
    assert "22 分钟" in load


def test_a_call_taken_at_the_window_is_not_the_customers_case(desk: Client, place: Hall) -> None:
    take(desk, place)
    seated(desk, place)
    act(desk, place, "call")
    key = re.findall(r'name="key" value="(\w{32})"', desk.get("/desk/new/").content.decode())[0]
    sent = {**HOME, "channel": "phone", "key": key, "wish": "file"}
    assert desk.post("/desk/new/", sent).status_code == 302
    assert Ticket.objects.get().case is None


def test_a_call_of_95598_says_its_number_and_time_openly(stage: Stage, desk: Client, clock: Clock) -> None:
    sent = {**HOME, "channel": "95598", "key": "a" * 32, "wish": "file", "source_at": "2026-11-18T15:20"}
    assert "95598 转来的请填写来源工单号" in desk.post("/desk/new/", sent).content.decode()
    late = {**sent, "source_number": "95598-2026-001", "source_at": "2026-11-20T09:31"}
    assert "来电时间不能晚于现在" in desk.post("/desk/new/", late).content.decode()
    assert Case.objects.count() == 0
    assert desk.post("/desk/new/", {**sent, "source_number": "95598-2026-001"}).status_code == 302
    source = CaseSource.objects.get()
    assert (source.number, source.source_at) == ("95598-2026-001", datetime(2026, 11, 18, 15, 20, tzinfo=BEIJING))
    assert Case.objects.get().opened_at == AT
    other = {**HOME, "name": "别人", "id_number": "", "address": "", "source_number": "95598-2026-001", "key": "b" * 32}
    assert Case.objects.get().number in desk.post("/desk/new/", {**other, "wish": "check"}).content.decode()
    assert Case.objects.get().number in desk.get("/desk/found/?who=95598-2026-001").content.decode()


def test_the_ticket_tells_its_holder_how_many_are_before_them(desk: Client, place: Hall, clock: Clock) -> None:
    take(desk, place)
    take(desk, place)
    token = Ticket.objects.latest("pk").token
    page = Client().get(f"/desk/hall/number/{token}/")
    assert page.status_code == 200
    assert "<b>1</b> 位" in page.content.decode()
    assert page["Refresh"] == "20"
    assert Client().get("/desk/hall/number/unknown/").status_code == 404
    clock.on(24 * 60)
    assert "已经失效" in Client().get(f"/desk/hall/number/{token}/").content.decode()


def test_the_screen_and_the_load_show_the_same_numbers(stage: Stage, desk: Client, place: Hall, clock: Clock) -> None:
    for _ in range(3):
        take(desk, place)
    clock.on(40)
    load = sit(stage, "chief").get("/desk/halls/").content.decode()
    assert "40 分钟" in load
    assert "没有窗口" in load
    assert "满" in load
    seated(desk, place)
    act(desk, place, "call")
    wall = desk.get(f"/desk/hall/{place.pk}/screen/").content.decode()
    assert "J001" in wall
    assert "等候 2 位" in wall


def test_saturday_is_open_and_no_working_day(desk: Client, place: Hall, clock: Clock) -> None:
    clock.on(24 * 60)
    page = desk.get(f"/desk/hall/{place.pk}/take/").content.decode()
    assert "不是工作日" in page
    assert "09:00—12:00" in page


def test_foreign_halls_and_numbers_are_not_there(stage: Stage, desk: Client, place: Hall) -> None:
    slip = take(desk, place)
    foreign = sit(stage, "foreigner")
    for address in (f"/desk/hall/{place.pk}/", f"/desk/hall/{place.pk}/take/", f"/desk/hall/{place.pk}/screen/", slip):
        assert foreign.get(address).status_code == 404
    assert place.name not in foreign.get("/desk/halls/").content.decode()
    assert foreign.post(f"/desk/hall/{place.pk}/", {"wish": "left", "ticket": 1}).status_code == 404
    assert foreign.get("/desk/hall/").status_code == 200


def test_rubbish_is_told_and_changes_nothing(desk: Client, place: Hall) -> None:
    for sent in ({}, {"wish": "x"}, {"wish": "done", "ticket": "九"}, {"wish": "move", "window": "-1"}, {"wish": "sit"},
                 {"wish": "sit", "window": "9" * 15}, {"wish": "call"}):  # fmt: skip
        assert desk.post(f"/desk/hall/{place.pk}/", sent).status_code == 422
    for sent in ({}, {"wish": "general-apply"}, {"wish": "resident-x"}):
        assert desk.post(f"/desk/hall/{place.pk}/take/", {"key": "x", **sent}).status_code == 422
    assert Ticket.objects.count() == 0


def test_the_number_of_questions_does_not_grow_with_the_line(
    desk: Client, place: Hall, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert desk.get(f"/desk/hall/{place.pk}/").status_code == 200
        return len(seen)

    take(desk, place)
    few = count()
    for _ in range(12):
        take(desk, place)
    assert count() == few


def test_a_chief_opens_a_hall_and_arranges_its_windows(stage: Stage, desk: Client, clock: Clock) -> None:
    chief = sit(stage, "chief")
    new = {"unit": str(stage.county.pk), "code": "liuxia", "name": "留下营业厅", "grade": "C"}
    assert desk.post("/desk/halls/open/", new).status_code == 302
    assert Hall.objects.count() == 0
    for wrong in ({"grade": "D"}, {"code": "留下"}, {"name": " "}, {"unit": str(stage.other.pk)}, {"unit": "x"}):
        chief.post("/desk/halls/open/", {**new, **wrong})
        assert Hall.objects.count() == 0
    chief.post("/desk/halls/open/", new)
    made = Hall.objects.get()
    assert made.windows.count() == 2
    assert desk.post(f"/desk/hall/{made.pk}/arrange/", {"window": "3", "serves": "business"}).status_code == 403
    chief.post(f"/desk/hall/{made.pk}/arrange/", {"window": "3", "serves": "business"})
    chief.post(f"/desk/hall/{made.pk}/arrange/", {"window": "1", "serves": "resident"})
    for wrong in ({"window": "0", "serves": "resident"}, {"window": "4", "serves": "x"}, {}):
        chief.post(f"/desk/hall/{made.pk}/arrange/", wrong)
    assert list(made.windows.order_by("number").values_list("serves", flat=True)) == ["resident", "general", "business"]
    assert "留下营业厅" in chief.get("/desk/halls/").content.decode()
