"""柜台页面: every page of the desk opens at every stage of every class, and says what is to be done and by whom."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.interfaces.desk_stage import RealCase, Stage
from tests.rules.cases import CLASSES, MONDAY, paper
from yekuo.interfaces.desk import reader
from yekuo.operations.books import open_shelf
from yekuo.rules.deeds import course
from yekuo.rules.timeline import Cause

pytestmark = pytest.mark.django_db
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
IDENTITY = re.compile(r"(?<![0-9A-Z])\d{17}[\dX](?![0-9A-Z])")
LISTS = ("/desk/", "/desk/mine/", "/desk/cases/", "/desk/suspended/", "/desk/closed/")


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the desk's present be shortly after a case's latest deed."""

    def after(case: RealCase, wait: timedelta = timedelta(minutes=5)) -> None:
        monkeypatch.setattr(reader, "now", lambda request: case.at + wait)

    return after


def sit(stage: Stage, part: str) -> Client:
    client = Client()
    client.force_login(stage.foreigner if part == "foreigner" else stage.people[part])
    return client


def text(html: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


@pytest.mark.parametrize("kind", CLASSES)
def test_a_case_shows_where_it_stands_at_every_stage(stage: Stage, clock: Callable[..., None], kind: str) -> None:
    case, desk = stage.case(kind), sit(stage, "all")
    for _ in range(60):
        clock(case)
        answer = desk.get(f"/desk/case/{case.number}/")
        assert answer.status_code == 200
        page = text(answer.content)
        if case.state.status == "completed":
            break
        where = open_shelf().books.definition(case.state).stage(case.state.stage)
        assert f"现在：{where.name}" in page
        assert where.do in page
        assert "经过" in page
        if case.state.facts is None:
            case.filed()
        else:
            case.step()
    assert case.state.status == "completed"
    assert "工单已办结" in page
    assert "签署会审意见" in page or kind != "hv_multi"


@pytest.mark.parametrize("address", [*LISTS, "/desk/powers/", "/desk/search/?q=5550001", "/desk/new/"])
def test_no_list_and_no_page_gives_a_number_away(stage: Stage, address: str) -> None:
    case = stage.case().filed()
    stage.case("lv_other").filed()
    for url in (address, f"/desk/case/{case.number}/"):
        page = sit(stage, "all").get(url).content.decode()
        assert not PHONE.search(page)
        assert not IDENTITY.search(page)
        assert "刘芳" not in page


@pytest.mark.parametrize("address", LISTS[:3])
def test_the_number_of_queries_does_not_grow_with_the_rows(stage: Stage, address: str) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(address).status_code == 200
        return len(seen)

    desk = sit(stage, "all")
    stage.case().filed()
    asked()
    few = asked()
    for kind in ("resident", "lv_other", "hv_single", "resident", "three_zero"):
        stage.case(kind).filed()
    assert asked() == few
    assert few < 20


def test_the_inbox_holds_what_is_mine_and_nobody_else_s(stage: Stage, clock: Callable[..., None]) -> None:
    fresh = stage.case().filed()
    surveyed = stage.case("lv_other").filed().to("scheme")
    clock(surveyed)
    assert fresh.number in sit(stage, "clerk").get("/desk/").content.decode()
    manager = sit(stage, "manager").get("/desk/").content.decode()
    assert surveyed.number in manager
    assert fresh.number not in manager
    assert "没有待办" in sit(stage, "finance").get("/desk/").content.decode()
    assert fresh.number not in sit(stage, "foreigner").get("/desk/").content.decode()


def test_a_task_handed_over_or_delegated_changes_inboxes(stage: Stage, clock: Callable[..., None]) -> None:
    case = stage.case("lv_other").filed().to("scheme")
    second = stage.hire("manager2", "钱二", ("manager",), stage.county)
    stage.people["second"] = second
    until = case.at + timedelta(days=3)
    asked = course.DelegateTask(role="manager", person=second.pk, until=until, reason="出差")
    case.do(asked, by=stage.actor("manager"))
    clock(case)
    assert case.number in sit(stage, "second").get("/desk/").content.decode()
    assert case.number in sit(stage, "manager").get("/desk/").content.decode()
    clock(case, timedelta(days=4))
    assert case.number not in sit(stage, "second").get("/desk/").content.decode()
    case.do(course.HandOver(role="manager", person=second.pk, reason="换人"), by=stage.actor("chief"))
    clock(case)
    assert case.number in sit(stage, "second").get("/desk/").content.decode()
    assert case.number not in sit(stage, "manager").get("/desk/").content.decode()


def test_counters_count_what_they_open(stage: Stage, clock: Callable[..., None]) -> None:
    for kind in ("resident", "resident", "lv_other", "hv_single", "hv_multi"):
        last = stage.case(kind).filed()
    stage.case("hv_single").filed().to("survey")
    for days in (0, 1, 3, 10, 40):
        clock(last, timedelta(days=days))
        for url in ("/desk/", "/desk/cases/"):
            answer = sit(stage, "all").get(url)
            counters = answer.context["counters"]
            assert sum(one.number for one in counters[1:]) == counters[0].number
            for one in counters:
                opened = sit(stage, "all").get(url + one.url)
                assert len(opened.context["rows"]) == one.number
                assert {row.clock.level for row in opened.context["rows"]} <= LEVELS[one.level]


LEVELS = {
    "": {"overdue", "red", "yellow", "normal", "paused", "waiting"}, "overdue": {"overdue"}, "red": {"red"},
    "yellow": {"yellow"}, "normal": {"normal", "waiting"}, "paused": {"paused"},
}  # fmt: skip


def test_lists_are_narrowed_by_stage_business_party_and_text(stage: Stage) -> None:
    one, two = stage.case().filed(), stage.case("hv_single").filed().to("survey")
    desk = sit(stage, "all")

    def numbers(query: str) -> set[str]:
        return {row.number for row in desk.get(f"/desk/cases/?{query}").context["rows"]}

    assert numbers("stage=survey") == {two.number}
    assert numbers("business=new") == {one.number, two.number}
    assert numbers("business=increase") == set()
    assert numbers("party=utility") == {one.number, two.number}
    assert numbers(f"text={one.number[-5:]}") == {one.number}
    assert numbers(f"text={two.name}") == {two.number}
    assert numbers(f"text={one.phone[-4:]}") == {one.number}
    assert numbers(f"text={one.phone}") == {one.number}
    assert numbers("text=没有这个人") == set()
    assert numbers("stage=nonsense&due=nonsense&page=999") == {one.number, two.number}


def test_search_opens_a_whole_number_and_lists_the_rest(stage: Stage) -> None:
    case = stage.case().filed()
    desk = sit(stage, "clerk")
    assert desk.get(f"/desk/search/?q={case.number.lower()}").headers["Location"] == f"/desk/case/{case.number}/"
    assert case.number in desk.get(f"/desk/search/?q={case.phone[-4:]}").content.decode()
    assert "没有找到" in sit(stage, "foreigner").get(f"/desk/search/?q={case.number}").content.decode()
    assert desk.get("/desk/search/?q=%00%27").status_code == 200


def test_the_case_explains_every_clock(stage: Stage, clock: Callable[..., None]) -> None:
    case = stage.case("lv_other").filed().to("survey")
    clock(case)
    page = text(sit(stage, "manager").get(f"/desk/case/{case.number}/").content)
    for word in (
        "供电方案答复",
        "合计办理",
        "全过程",
        "最严，作为依据",
        "不作依据：",
        "工作日历 浙江",
        "时限库",
        "当天不计入",
    ):
        assert word in page


def test_a_pause_is_shown_with_evidence_approval_and_effect(stage: Stage, clock: Callable[..., None]) -> None:
    case = stage.case("hv_single").filed().to("survey")
    asked = course.RequestPause(cause=Cause.CUSTOMER_SITE, reason="场地未平", evidence=(paper("pause_evidence"),))
    case.do(asked, by=stage.actor("surveyor"))
    clock(case)
    inbox = sit(stage, "chief").get("/desk/").content.decode()
    assert "挂起待审批" in inbox
    assert f"/desk/case/{case.number}/do/approve_pause/" in inbox
    page = sit(stage, "chief").get(f"/desk/case/{case.number}/do/approve_pause/").content.decode()
    assert "批准后停：环节时限、合计办理" in page
    assert "照走：全过程" in page
    own = sit(stage, "surveyor").get(f"/desk/case/{case.number}/").content.decode()
    assert "do/approve_pause" not in own
    case.do(course.ApprovePause(number=1, note="属实"), by=stage.actor("chief"))
    clock(case, timedelta(days=2))
    page = text(sit(stage, "manager").get(f"/desk/case/{case.number}/").content)
    for word in (
        "暂停(客户现场不具备条件)",
        "生效中",
        "卫主任",
        "属实",
        "恢复办理",
        "停：环节时限、合计办理；照走：全过程",
    ):
        assert word in page
    assert case.number in sit(stage, "manager").get("/desk/suspended/").content.decode()


def test_the_review_card_is_a_fragment_that_stops_asking_when_the_review_ends(
    stage: Stage, clock: Callable[..., None]
) -> None:
    case = stage.case("hv_multi").filed().to("review")
    clock(case)
    url = f"/desk/case/{case.number}/review/"
    page = sit(stage, "planner").get(url).content.decode()
    assert page.count("待签") == len(case.state.review.seats)  # type: ignore[union-attr]
    assert 'hx-trigger="every 10s"' in page
    assert "<html" not in page
    case.to("reply")
    assert "every 10s" not in sit(stage, "planner").get(url).content.decode()


def test_who_may_not_act_is_told_who_may(stage: Stage, clock: Callable[..., None]) -> None:
    case = stage.case("lv_other").filed().to("survey")
    clock(case)
    page = text(sit(stage, "finance").get(f"/desk/case/{case.number}/").content)
    assert "这一步由勘查员、客户经理办理；您的岗位是财务专责" in page
    case.step()
    clock(case)
    second = stage.hire("manager3", "孙三", ("manager",), stage.county)
    stage.people["third"] = second
    page = text(sit(stage, "third").get(f"/desk/case/{case.number}/").content)
    assert "这项任务已派给 赵经理" in page


def test_what_stands_between_a_case_and_power_is_named(stage: Stage, clock: Callable[..., None]) -> None:
    case = stage.case("lv_other").filed().to("energise")
    clock(case)
    page = text(sit(stage, "operations").get(f"/desk/case/{case.number}/").content)
    assert "还不具备送电条件：" in page
    assert "计量点 1 电能表 DB" in page


def test_kin_are_shown_only_within_reach(stage: Stage) -> None:
    from yekuo.records import applications
    from yekuo.records.applications import Kin

    case, near, far = stage.case().filed(), stage.case().filed(), stage.case(unit=stage.other).filed()
    for one in (near, far):
        kin = Kin(
            case=one.id, number=one.number, status="open", opened_at=MONDAY, closed_at=None, accepted_at=None,
            unit=1, why="applicant",
        )  # fmt: skip
        applications.link(case.id, (kin,), at=MONDAY)
    page = sit(stage, "clerk").get(f"/desk/case/{case.number}/").content.decode()
    assert near.number in page
    assert far.number not in page


def test_powers_are_shown_whole_and_by_role(stage: Stage) -> None:
    page = text(sit(stage, "inspector").get("/desk/powers/").content)
    assert "批准挂起" in page
    assert "不得由办理“申请挂起”的同一人办理" in page
    own = sit(stage, "inspector").get("/desk/powers/?role=metering")
    assert {line.deed for line, _ in own.context["lines"]} >= {"install_meter"}
    assert "terminate_case" not in {line.deed for line, _ in own.context["lines"]}
