"""方案复核: a revision that hits open cases tells their managers and the planners; it ends when somebody checked, chose or settled."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.grid.town import Sheets, town
from tests.interfaces.desk_stage import RealCase, Stage
from tests.interfaces.test_network_import import send, take, told
from tests.operations.grid_stage import town_of
from tests.operations.ledger_stage import reply, wanted
from tests.operations.test_grid_files import book
from tests.operations.told import CLASSES
from tests.rules.cases import cast
from yekuo.interfaces.desk import reader
from yekuo.operations.grids import studying
from yekuo.records import studies
from yekuo.records.models import CapacityHold, Case, SchemeDoubt, Staff, StaffMessage
from yekuo.rules.deeds.course import WithdrawApplication
from yekuo.rules.deeds.scheme import DraftScheme
from yekuo.rules.rehearsal import rehearse

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    made = Stage()
    town_of(made.city.pk, at=made.at)
    return made


@pytest.fixture
def case(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> RealCase:
    made = replied(stage)
    monkeypatch.setattr(reader, "now", lambda request: made.at + timedelta(minutes=5))
    return made


def replied(stage: Stage) -> RealCase:
    """A case whose reply holds capacity on the first feeder of the east."""
    made = stage.case("hv_single").filed()
    made.to("scheme")
    draft = rehearse(cast(), "draft_scheme", made.state, made.at)
    assert isinstance(draft, DraftScheme)
    kva = int(CLASSES[made.kind].capacity_kva)
    by = stage.actor("manager")
    made.do(DraftScheme(scheme=wanted(draft.scheme, kva=kva, feeders=("东一线",))), by=by)
    reply(made.to("reply"), by=by)
    Case.objects.filter(pk=made.id).update(manager=stage.people["manager"].pk)
    assert CapacityHold.objects.get(case=made.id).state == "reserved"
    return made


def sit(stage: Stage, part: str) -> Client:
    client = Client()
    client.force_login(stage.foreigner if part == "foreigner" else stage.people[part])
    return client


def without_place(case: RealCase) -> Sheets:
    """The node of the promise has another id."""
    node = CapacityHold.objects.get(case=case.id).place["node"]
    sheets = town()
    for rows in sheets.values():
        for row in rows:
            for key, value in row.items():
                row[key] = "NEU" if value == node else value
    return sheets


def in_force(stage: Stage, sheets: Sheets, name: str = "新.xlsx") -> None:
    city = Client()
    city.force_login(stage.people.get("city") or chief_planner_of(stage))
    page = take(city, send(city, (name, book(sheets))), seen="1")
    assert "版已启用" in page, page


def chief_planner_of(stage: Stage) -> Staff:
    stage.people["city"] = stage.hire("cityplanner", "市公司规划", ("planner",), stage.city)
    return stage.people["city"]


def test_manager_and_planner_are_told_and_the_day_list_shows_it(stage: Stage, case: RealCase) -> None:
    in_force(stage, without_place(case))
    doubt = SchemeDoubt.objects.get()
    assert (doubt.case, doubt.effect, doubt.number, doubt.held) == (case.id, "gone", 2, True)
    words = {(one.person, one.role): one for one in StaffMessage.objects.filter(kind="grid")}
    manager = words[stage.people["manager"].pk, "manager"]
    assert "不在新的电网里" in manager.text
    assert manager.links == [["去复核", f"/desk/case/{case.number}/doubt/"]]
    assert case.number in words[0, "planner"].text
    assert words[0, "planner"].links == [["待复核清单", "/desk/grid/doubts/"]]
    for part in ("manager", "planner"):
        today = told(sit(stage, part), "/desk/today/")
        assert "电网变了，方案要复核" in today
        assert f"/desk/case/{case.number}/doubt/" in today
        assert case.number in told(sit(stage, part), "/desk/grid/doubts/")
    assert "方案要复核" not in told(sit(stage, "clerk"), "/desk/today/")
    assert f"/desk/case/{case.number}/scheme/" in told(sit(stage, "manager"), f"/desk/case/{case.number}/doubt/")
    assert "去复核" in told(sit(stage, "manager"), f"/desk/case/{case.number}/scheme/")


def test_checking_again_keeps_what_does_not_fit_and_ends_what_does(stage: Stage, case: RealCase) -> None:
    in_force(stage, without_place(case))
    manager, address = sit(stage, "manager"), f"/desk/case/{case.number}/doubt/"
    page = manager.post(address, {"wish": "recheck"}, follow=True).content.decode()
    assert "复核不通过" in page
    assert SchemeDoubt.objects.get().cleared_at is None
    in_force(stage, town(), "旧的回来.xlsx")
    one = SchemeDoubt.objects.get()
    assert (one.cleared_how, one.cleared_by) == ("fits", 0), "a revision that heals it ends it by itself"
    SchemeDoubt.objects.update(cleared_at=None, cleared_how="")
    assert "复核通过" in manager.post(address, {"wish": "recheck"}, follow=True).content.decode()
    one = SchemeDoubt.objects.get()
    assert (one.cleared_how, one.cleared_by) == ("checked", stage.people["manager"].pk)
    assert "电网变了" not in told(manager, "/desk/today/")


def test_what_is_too_weak_now_is_found_by_full_ac(stage: Stage, case: RealCase) -> None:
    sheets = town()
    for row in sheets["线路段"]:
        row["载流量"] = 8
    in_force(stage, sheets)
    one = SchemeDoubt.objects.get()
    assert one.effect in ("unfit", "behind")
    manager, address = sit(stage, "manager"), f"/desk/case/{case.number}/doubt/"
    assert "复核不通过" in manager.post(address, {"wish": "recheck"}, follow=True).content.decode()


def test_a_way_out_in_words_ends_it_and_needs_words(stage: Stage, case: RealCase) -> None:
    in_force(stage, without_place(case))
    manager, address = sit(stage, "manager"), f"/desk/case/{case.number}/doubt/"
    assert manager.post(address, {"wish": "settle", "note": "行"}).status_code == 422
    assert SchemeDoubt.objects.get().cleared_at is None
    manager.post(address, {"wish": "settle", "note": "配套工程明年改造，已告知客户"})
    one = SchemeDoubt.objects.get()
    assert (one.cleared_how, one.note) == ("settled", "配套工程明年改造，已告知客户")
    assert "配套工程明年改造" in told(manager, address)


def test_a_case_that_ends_has_nothing_to_check(stage: Stage, case: RealCase) -> None:
    in_force(stage, without_place(case))
    case.do(WithdrawApplication(reason="客户不办了"), by=stage.actor("manager"))
    assert SchemeDoubt.objects.get().cleared_how == "ended"


def test_what_was_only_chosen_is_tried_too_and_ends_when_chosen_anew(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stage.case("hv_single").filed().to("scheme")
    monkeypatch.setattr(reader, "now", lambda request: made.at + timedelta(minutes=5))
    by = stage.actor("manager")

    def choose() -> str:
        kept = studying.study_case(case=made.id, by=by, at=made.at, position="31.0,113.02")
        best = next(one for one in kept.result["options"] if one["feasible"])
        studying.choose(case=made.id, number=kept.number, candidates=[best["id"]], by=by, at=made.at)
        found = studies.found(made.id, kept.number)
        assert found is not None
        return str(found.chosen[0]["node"])

    node = choose()
    sheets = town()
    for rows in sheets.values():
        for row in rows:
            for key, value in row.items():
                row[key] = "NEU" if value == node else value
    in_force(stage, sheets)
    one = SchemeDoubt.objects.get()
    assert (one.held, one.effect) == (False, "gone")
    choose()
    assert SchemeDoubt.objects.get().cleared_how == "chosen"


def test_others_cannot_see_or_settle_it(stage: Stage, case: RealCase) -> None:
    in_force(stage, without_place(case))
    address = f"/desk/case/{case.number}/doubt/"
    assert sit(stage, "foreigner").get(address).status_code == 404
    assert sit(stage, "foreigner").post(address, {"wish": "settle", "note": "别县的人来改"}).status_code == 404
    assert case.number not in told(sit(stage, "foreigner"), "/desk/grid/doubts/")
    assert sit(stage, "clerk").get(address).status_code == 403
    other = Client()
    other.force_login(stage.hire("manager2", "钱经理", ("manager",), stage.county))
    assert case.number not in told(other, "/desk/grid/doubts/"), "a manager's list is their own"
    assert SchemeDoubt.objects.get().cleared_at is None


def test_more_cases_ask_no_more_queries(stage: Stage, case: RealCase) -> None:
    in_force(stage, without_place(case))
    planner, many = sit(stage, "planner"), []
    for number in (0, 3):
        for each in range(number):
            more = stage.case("hv_single").filed()
            row = SchemeDoubt.objects.first()
            assert row is not None
            row.pk, row.case, row.source = None, more.id, each + 1
            row.save()
        planner.get("/desk/grid/doubts/")
        for address in ("/desk/grid/doubts/", "/desk/today/"):
            with CaptureQueriesContext(connection) as seen:
                planner.get(address)
            many.append(len(seen))
    assert many[:2] == many[2:]
