"""接口: a case from application to archive by programs alone; keys and sessions, reach, repeats, reading."""

from datetime import timedelta
from typing import Any

import pytest
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import resolve

from tests.interfaces.api_stage import AT, EVERY_ROLE, FIRM, HOUSE, Stage
from tests.rules.cases import BOOKS, FIRST_PAPERS, cast
from yekuo.operations.api_keys import list_keys, revoke_key
from yekuo.records import cases
from yekuo.records.models import Case, Event, File, Staff
from yekuo.records.scope import EVERYTHING
from yekuo.rules.deeds import REGISTRY
from yekuo.rules.deeds.course import UrgeCase
from yekuo.rules.deeds.works import ContactCustomer
from yekuo.rules.rehearsal import next_step, rehearse

pytestmark = pytest.mark.django_db
DUAL = FIRM | {
    "load_kw": "2000", "high_voltage": True, "transformers_kva": 2000, "sources": 2, "importance": "second",
    "private_business": False,
}  # fmt: skip


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any) -> Stage:
    settings.MEDIA_ROOT = tmp_path
    return Stage(monkeypatch)


def go_on(stage: Stage, number: str, *, until: str = "completed") -> list[str]:
    """Do whatever takes the case forward, deed by deed, through the API."""
    other, done = stage.person(stage.units["county"], *EVERY_ROLE, name="王回访"), list[str]()
    for _ in range(60):
        case = cases.by_number(number, scope=EVERYTHING)
        if case.stage == until:
            return done
        state, at = cases.state_of(case), stage.at + timedelta(hours=5)
        told = cast(
            manager=stage.me.person, paper=lambda code: stage.paper(code, case=number), serial=number[-6:], books=BOOKS
        )
        name = next_step(told, state, at)
        with stage.acting(other if name == "revisit_customer" else stage.me):
            answer = stage.do(number, rehearse(told, name, state, at), after=timedelta(hours=5))
        assert answer.status == 200, (name, answer.text)
        done.append(name)
    raise AssertionError(f"从未到达 {until}")


@pytest.mark.parametrize("form", [HOUSE, DUAL], ids=["resident", "hv_multi"])
def test_a_case_goes_from_application_to_archive_by_programs_alone(stage: Stage, form: dict[str, Any]) -> None:
    number = stage.file(*FIRST_PAPERS, **(form | {"signs_standard_contract": True}))
    done = go_on(stage, number)
    assert {"accept_application", "submit_survey", "energise", "archive_case"} <= set(done)
    shown = stage.get(f"/cases/{number}").json
    assert shown["status"] == {"key": "completed", "name": "已办结"}
    assert (shown["tasks"], shown["offers"]) == ([], [])
    assert not File.objects.filter(case=None).exists()
    rows = stage.get(f"/cases/{number}/events").json["rows"]
    assert [row["kind"] for row in rows] == list(Event.objects.order_by("seq").values_list("kind", flat=True))
    assert [row["prev_hash"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]


def test_every_deed_is_an_operation_with_its_title(stage: Stage) -> None:
    described = stage.client.get("/api/v1/openapi.json").json()["paths"]
    for key, deed in REGISTRY.items():
        told = described[f"/api/v1/cases/{{number}}/deeds/{key}"]["post"]
        assert (told["operationId"], told["summary"]) == (key, deed.title)


def test_no_deed_has_a_field_called_like_our_own() -> None:
    for kind in REGISTRY.values():
        assert not {"happened_at", "expected"} & set(kind.__dataclass_fields__)  # type: ignore[attr-defined]


# --- reading --------------------------------------------------------------------------------------------------


def test_a_case_is_shown_with_clocks_that_prove_themselves_and_nothing_personal(stage: Stage) -> None:
    number = stage.file(*FIRST_PAPERS)
    go_on(stage, number, until="survey")
    answer = stage.get(f"/cases/{number}")
    shown = answer.json
    clock = next(one for one in shown["clocks"] if one["key"] == "end_to_end")
    assert clock["due_at"].endswith("T17:30:00+08:00")
    assert clock["budget"] == clock["used"] + clock["left"]
    assert any("到期" in line for line in clock["derivation"])
    assert shown["waiting"]["name"] == "我方"
    assert shown["facts"]["capacity_kva"] == "8"
    assert {one["deed"] for one in shown["offers"]} >= {"submit_survey", "request_pause"}
    for secret in (HOUSE["name"], HOUSE["id_number"], HOUSE["phone"], "2 幢", "301 室"):
        assert str(secret) not in answer.text


def test_the_log_never_shows_a_number_that_somebody_typed_into_a_note(stage: Stage) -> None:
    number = stage.file(*FIRST_PAPERS)
    go_on(stage, number, until="survey")
    note = f"本人电话{HOUSE['phone']}，证件 {HOUSE['id_number']}，表号 330100123456789012"
    assert stage.do(number, ContactCustomer(way="phone", reached=True, note=note)).status == 200
    detail = stage.get(f"/cases/{number}/events").json["rows"][-1]["detail"]
    assert detail["note"] == "本人电话138****4483，证件 110105********002X，表号 330100123456789012"


def test_the_log_is_read_on_from_where_a_page_ended(stage: Stage) -> None:
    number = stage.file(*FIRST_PAPERS)
    first = stage.get(f"/cases/{number}/events", size=1).json
    second = stage.get(f"/cases/{number}/events", size=1, after=first["next"]).json
    assert [one["seq"] for one in (*first["rows"], *second["rows"])] == [1, 2]
    assert (first["next"], second["next"]) == (1, 0)


def test_lists_show_the_deadline_first_and_go_on_page_by_page(stage: Stage) -> None:
    numbers = []
    for days in (0, 1, 2):
        stage.later(days=days)
        numbers.append(stage.file(*FIRST_PAPERS, address=f"西湖区文三路 {days} 号 1 幢"))
    go_on(stage, numbers[1], until="survey")
    Case.objects.filter(number=numbers[0]).update(due_at=None)
    everything = stage.get("/cases").json["cases"]
    assert everything[-1]["number"] == numbers[0]
    dues = [one["due_at"] for one in everything if one["due_at"]]
    assert dues == sorted(dues)
    assert [one["due_at"] is None for one in everything] == sorted(one["due_at"] is None for one in everything)
    paged, after = [], ""
    for _ in range(4):
        page = stage.get("/cases", size=1, after=after).json
        paged += page["cases"]
        after = page["next"]
        if not after:
            break
    assert paged == everything
    assert stage.get("/cases", size=1, due_before="2027-12-01T00:00:00+08:00").json["next"]
    assert [one["number"] for one in stage.get("/cases", stage="survey").json["cases"]] == [numbers[1]]
    assert stage.get("/cases", due_before="2026-11-01T00:00:00+08:00").json["cases"] == []
    assert stage.get("/cases", status="completed").json["cases"] == []
    assert str(HOUSE["name"]) not in stage.get("/cases").text


def test_due_dates_prove_themselves(stage: Stage) -> None:
    due = stage.get("/calendar/due", start="2026-09-18", days=15).json
    assert (due["day"], due["due_at"], due["provisional"]) == ("2026-10-15", "2026-10-15T17:30:00+08:00", False)
    assert {"2026-09-20", "2026-10-10"} <= {one["day"] for one in due["special_days"] if one["working"]}
    assert any("国庆" in line for line in due["derivation"])
    far = stage.get("/calendar/due", start="2026-12-20", days=20, province="浙江").json
    assert far["provisional"]
    assert any("暂定" in line for line in far["derivation"])


@pytest.mark.parametrize(
    ("query", "field"),
    [({"start": "2026-13-01", "days": 1}, "start"), ({"start": "2026-01-05", "days": 0}, "days"),
     ({"start": "2026-01-05", "days": "x"}, "days"), ({"days": 3}, "start"), ({"start": "2026-01-05"}, "days"),
     ({"start": "2026-01-05", "days": 3, "province": "火星"}, "province"),
     ({"start": "2026-01-05", "days": 3, "unit": "YEARS"}, "unit")],
)  # fmt: skip
def test_a_wrong_question_about_days_is_named(stage: Stage, query: dict[str, Any], field: str) -> None:
    answer = stage.get("/calendar/due", **query)
    assert (answer.status, answer.fields) == (422, {field})


def test_a_day_outside_the_calendar_is_said_to_be_so(stage: Stage) -> None:
    answer = stage.get("/calendar/due", start="2001-01-01", days=5)
    assert (answer.status, answer.json["code"]) == (422, "calendar_ends")


def test_limits_say_whether_they_bind_and_why_not(stage: Stage) -> None:
    found = stage.get("/limits", clock="stage", stage="scheme_reply", **{"class": "hv_multi"}).json["limits"]
    assert found
    assert {one["clock"]["key"] for one in found} == {"stage"}
    assert all(one["binds"] == (one["why_not"] == "") for one in found)
    assert stage.get("/limits", clock="sundial").fields == {"clock"}


# --- repeats --------------------------------------------------------------------------------------------------


def test_the_same_key_again_gives_the_first_receipt_and_does_nothing(stage: Stage) -> None:
    first = stage.post("/cases", HOUSE, key="one-and-only")
    again = stage.post("/cases", HOUSE, key="one-and-only")
    assert (first.status, again.status) == (200, 200)
    assert again.json == first.json | {"replayed": True}
    assert Case.objects.count() == 1
    number, path = first.json["number"], f"/cases/{first.json['number']}/deeds/urge_case"
    done = [stage.post(path, {"text": "请快些"}, key="urge-once") for _ in range(3)]
    assert [one.json["replayed"] for one in done] == [False, True, True]
    assert stage.get(f"/cases/{number}").json["seq"] == 3
    other = stage.post(path, {"text": "别的话"}, key="urge-once")
    assert (other.status, other.json["code"]) == (409, "key_reused")


def test_a_stale_form_is_refused_and_names_what_happened(stage: Stage) -> None:
    number = stage.file(*FIRST_PAPERS)
    seen = stage.get(f"/cases/{number}").json["expected"]
    go_on(stage, number, until="survey")
    answer = stage.do(number, UrgeCase(text="快"), expected=seen)
    assert (answer.status, answer.json["code"]) == (409, "stale")
    assert "已于" in answer.json["message"]


def test_a_deed_in_the_field_keeps_the_time_it_happened(stage: Stage) -> None:
    number = stage.file(*FIRST_PAPERS)
    go_on(stage, number, until="survey")
    state = cases.state_of(cases.by_number(number, scope=EVERYTHING))
    told = cast(paper=lambda code: stage.paper(code, case=number), books=BOOKS)
    survey = rehearse(told, "submit_survey", state, stage.at)
    earlier = (stage.at + timedelta(minutes=1)).isoformat()
    future = stage.do(number, survey, happened_at=(stage.at + timedelta(days=2)).isoformat())
    assert (future.status, future.fields) == (422, {"happened_at"})
    assert stage.do(number, survey, happened_at=earlier).status == 200
    assert stage.get(f"/cases/{number}/events").json["rows"][-1]["happened_at"] == earlier


# --- who may --------------------------------------------------------------------------------------------------

READS = ("/cases", "/limits", "/calendar/due?start=2026-01-05&days=3")


@pytest.mark.parametrize("token", ["", "yk_wrong", "nonsense", "yk_" + "a" * 5000, "yk_密钥"])
def test_nobody_comes_in_without_a_valid_key(stage: Stage, token: str) -> None:
    stage.token = token.encode().decode("latin-1")
    for address in READS:
        answer = stage.get(address)
        assert (answer.status, answer.json["code"]) == (401, "unauthenticated")
        assert "密钥" in answer.json["message"]
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert stage.post("/cases", HOUSE).status == 401


def test_a_key_ends_when_it_is_revoked_or_expires_or_its_holder_leaves(stage: Stage) -> None:
    assert stage.get("/cases").status == 200
    revoke_key(key=list_keys(at=stage.at)[0].key, at=stage.at)
    assert stage.get("/cases").status == 401
    stage.token = stage.key_of(stage.me, days=1)
    stage.later(hours=23)
    assert stage.get("/cases").status == 200
    stage.later(hours=1)
    assert stage.get("/cases").status == 401
    stage.token = stage.key_of(stage.me)
    Staff.objects.filter(pk=stage.me.person).update(is_active=False)
    assert stage.get("/cases").status == 401


def test_a_foreign_case_looks_like_none(stage: Stage) -> None:
    number = stage.file(*FIRST_PAPERS)
    stranger = stage.person(stage.units["other"], *EVERY_ROLE)
    with stage.acting(stranger):
        foreign = [
            stage.get(f"/cases/{number}"),
            stage.get(f"/cases/{number}/events"),
            stage.do(number, UrgeCase(text="快")),
            stage.upload("id_card", case=number),
            stage.post(f"/cases/{number}/deeds/file_application", HOUSE),
        ]
        none = stage.get("/cases/YK2026110099999")
        assert {(one.status, one.text) for one in foreign} == {(404, none.text)}
        assert stage.get("/cases").json["cases"] == []
        below = stage.post("/cases", HOUSE | {"unit": stage.units["county"].pk})
        assert (below.status, below.fields) == (422, {"unit"})


def test_a_role_without_the_power_is_told_who_has_it(stage: Stage) -> None:
    number = stage.file(*FIRST_PAPERS)
    with stage.acting(stage.person(stage.units["county"], "finance", name="钱财务")):
        answer = stage.post(f"/cases/{number}/deeds/accept_application", {"manager": stage.me.person})
    assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert "受理员" in answer.json["message"]


def test_another_persons_papers_cannot_be_handed_in(stage: Stage) -> None:
    with stage.acting(stage.person(stage.units["county"], "clerk", name="赵同事")):
        theirs = stage.upload("id_card").json
    answer = stage.post("/cases", HOUSE | {"papers": [theirs]})
    assert (answer.status, answer.json["code"]) == (422, "bad_file")
    assert not Case.objects.exists()
    number = stage.file("id_card")
    for made_up in (theirs, theirs | {"digest": "0" * 64}, theirs | {"file": 999_999}):
        answer = stage.post(f"/cases/{number}/deeds/supply_papers", {"papers": [made_up]})
        assert answer.status in (409, 422), answer.text


def test_a_session_reads_and_writes_only_with_its_token(stage: Stage) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(Staff.objects.get(pk=stage.me.person))
    assert client.get("/api/v1/cases").status_code == 200
    sent = {"Idempotency-Key": "session-key"}
    refused = client.post("/api/v1/cases", HOUSE, content_type="application/json", headers=sent)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    token = get_token(RequestFactory().get("/"))
    client.cookies["csrftoken"] = token
    sent |= {"X-CSRFToken": token}
    filed = client.post("/api/v1/cases", HOUSE, content_type="application/json", headers=sent)
    assert filed.status_code == 200, filed.content.decode()
    assert client.get("/api/v1/cases", headers={"Authorization": "Bearer yk_wrong"}).status_code == 401


def test_a_session_of_nobody_in_particular_is_told_to_see_the_administrator(stage: Stage) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(Staff.objects.create_user(username="new"))
    answer = client.get("/api/v1/cases")
    assert (answer.status_code, answer.json()["code"]) == (403, "no_unit")


def test_too_many_requests_are_slowed_and_wrong_keys_sooner(stage: Stage, settings: Any) -> None:
    settings.API_PER_MINUTE = 3
    assert [stage.get("/limits").status for _ in range(5)] == [200, 200, 200, 429, 429]
    assert stage.get("/limits").headers["Retry-After"]
    stage.later(minutes=1)
    assert stage.get("/limits").status == 200
    stage.token = "yk_guess"
    assert {stage.get("/limits").status for _ in range(30)} == {401}
    assert stage.get("/limits").status == 429


# --- papers and pages -----------------------------------------------------------------------------------------


def test_an_upload_is_checked_and_kept_for_its_uploader(stage: Stage) -> None:
    kept = stage.upload("id_card")
    assert set(kept.json) == {"code", "file", "digest"}
    assert File.objects.get(pk=kept.json["file"]).by == stage.me.person
    wrong = stage.upload("id_card", content=b"MZ\x90\x00" + b"x" * 100, name="virus.exe")
    assert (wrong.status, wrong.json["code"]) == (422, "bad_file")
    assert stage.upload("ID CARD!").status == 422
    assert stage.upload("id_card", case="YK2026110099999").status == 404
    assert stage.upload("id_card", content=b"").status == 422


def test_the_list_of_operations_needs_no_sign_in_and_names_every_deed(client: Client) -> None:
    page = client.get("/api/").content.decode()
    for deed in REGISTRY.values():
        assert deed.title in page
    assert client.get("/api/v1/openapi.json").headers["Content-Type"] == "application/json"


def test_no_address_of_the_api_answers_with_a_page_to_sign_in(client: Client) -> None:
    for address in ("/api/v1/cases", "/api/v1/cases/YK1/deeds/urge_case", "/api/v1/nowhere", "/api/v1/"):
        answer = client.get(address)
        assert answer.status_code in (401, 404, 405)
        assert answer["Content-Type"] == "application/json"
        assert answer["Cache-Control"] == "no-store"
        assert resolve(address).func.login_required is False  # type: ignore[attr-defined]


def test_the_time_of_the_stage_is_the_tests_own(stage: Stage) -> None:
    assert stage.get(f"/cases/{stage.file('id_card')}").json["filed_at"] == AT.isoformat()
