"""柜台办理: a deed done on its page: who may, what a refusal keeps, and that a second click or a late form does no harm."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.interfaces.desk_stage import RealCase, Stage
from tests.rules.cases import paper
from yekuo.interfaces.desk import reader
from yekuo.records import files, log
from yekuo.records.models import Disclosure
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds import course
from yekuo.rules.timeline import Cause

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'name="(key|expected)" value="([^"]*)"')
Clock = Callable[..., None]


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    def after(case: RealCase, wait: timedelta = timedelta(minutes=5)) -> None:
        monkeypatch.setattr(reader, "now", lambda request: case.at + wait)

    return after


def sit(stage: Stage, part: str) -> Client:
    client = Client()
    client.force_login(stage.foreigner if part == "foreigner" else stage.people[part])
    return client


def address(case: RealCase, deed: str) -> str:
    return f"/desk/case/{case.number}/do/{deed}/"


def opened(desk: Client, case: RealCase, deed: str) -> dict[str, str]:
    """The hidden values of a fresh form."""
    page = desk.get(address(case, deed))
    assert page.status_code == 200
    found = dict(HIDDEN.findall(page.content.decode()))
    assert set(found) == {"key", "expected"}
    return found


def photo(name: str = "证据.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


@pytest.mark.parametrize("kind", ["resident", "lv_other", "hv_multi"])
def test_every_button_opens_a_form_at_every_stage(stage: Stage, clock: Clock, kind: str) -> None:
    case, desk = stage.case(kind).filed(), sit(stage, "all")
    seen = set()
    while case.state.status == "open":
        clock(case)
        now = desk.get(f"/desk/case/{case.number}/").context["now"]
        for button in (*([now.primary] if now.primary else []), *now.here, *now.anytime, *now.more):
            if button.deed in seen:
                continue
            seen.add(button.deed)
            page = desk.get(button.url).content.decode()
            assert 'id="deed-form"' in page, (case.state.stage, button.deed)
        case.step()
    assert seen >= {"accept_application", "submit_survey", "install_meter", "energise", "archive_case", "hand_over"}


def test_a_deed_is_done_and_the_next_page_says_what_comes(stage: Stage, clock: Clock) -> None:
    case = stage.case().filed()
    clock(case)
    desk = sit(stage, "clerk")
    answer = desk.post(
        address(case, "accept_application"),
        {**opened(desk, case, "accept_application"), "manager": stage.people["manager"].pk, "contract_number": "HT1"},
        follow=True,
    )
    assert answer.redirect_chain == [(f"/desk/case/{case.number}/", 302)]
    assert case.state.stage == "survey"
    page = answer.content.decode()
    assert "“受理”已提交。接下来：现场勘查——" in page
    assert f'data-draft-done="accept_application-{case.number}"' in page


def test_a_refused_submit_keeps_what_was_typed_and_what_was_uploaded(stage: Stage, clock: Clock) -> None:
    case = stage.case("hv_single").filed().to("survey")
    clock(case)
    desk = sit(stage, "surveyor")
    sent: dict[str, Any] = {**opened(desk, case, "request_pause"), "cause": "customer_site", "evidence": photo()}
    page = desk.post(address(case, "request_pause"), sent)
    html = page.content.decode()
    assert page.status_code == 200
    assert "请填写具体情况" in html
    assert "data-bound" in html
    assert "证据.jpg" in html
    assert dict(HIDDEN.findall(html)) == {name: sent[name] for name in ("key", "expected")}
    tokens = re.findall(r'name="evidence.kept" value="([^"]+)"', html)
    assert len(tokens) == 1
    again = {**sent, "reason": "场地未平整", "evidence": "", "evidence.kept": tokens}
    assert desk.post(address(case, "request_pause"), again).status_code == 302
    held = case.state.pause_cases[-1].request
    assert (held.reason, len(held.evidence)) == ("场地未平整", 1)
    assert [one.pk for one in files.of_case(case.id)] == [held.evidence[0].file]
    answer = sit(stage, "chief").get(f"/desk/case/{case.number}/paper/{held.evidence[0].file}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"  # type: ignore[attr-defined]


def test_a_file_of_another_case_is_not_shown_under_this_one(stage: Stage, clock: Clock) -> None:
    mine, other = stage.case("hv_single").filed(), stage.case("hv_single").filed().to("survey")
    clock(other)
    desk = sit(stage, "surveyor")
    sent: dict[str, Any] = {
        **opened(desk, other, "request_pause"),
        "cause": "customer_site",
        "reason": "未平",
        "evidence": photo(),
    }
    assert desk.post(address(other, "request_pause"), sent).status_code == 302
    key = other.state.pause_cases[-1].request.evidence[0].file
    assert desk.get(f"/desk/case/{mine.number}/paper/{key}/").status_code == 404
    answer = desk.get(f"/desk/case/{other.number}/paper/{key}/")
    assert (answer.status_code, b"".join(answer.streaming_content)[:2]) == (200, b"\xff\xd8")  # type: ignore[attr-defined]
    assert sit(stage, "foreigner").get(f"/desk/case/{other.number}/paper/{key}/").status_code == 404
    row = Disclosure.objects.get(kind="opened")
    assert (row.by, row.case, row.field) == (stage.people["surveyor"].pk, other.id, "pause_evidence")
    analyst = sit(stage, "analyst")
    assert analyst.get(f"/desk/case/{other.number}/paper/{key}/").status_code == 403
    assert f"/paper/{key}/" not in analyst.get(f"/desk/case/{other.number}/").content.decode()
    assert f"/paper/{key}/" in desk.get(f"/desk/case/{other.number}/").content.decode()
    assert Disclosure.objects.filter(kind="opened").count() == 1


def test_a_second_click_does_it_once_and_says_so(stage: Stage, clock: Clock) -> None:
    case = stage.case("lv_other").filed().to("reply")
    clock(case)
    desk = sit(stage, "manager")
    sent = {**opened(desk, case, "deliver_reply"), "version": "1", "way": "online"}
    for _ in range(3):
        answer = desk.post(address(case, "deliver_reply"), sent, follow=True)
        assert answer.redirect_chain == [(f"/desk/case/{case.number}/", 302)]
    assert "没有重复办理" in answer.content.decode()
    assert case.kinds.count("scheme_replied") == 1


def test_a_late_form_is_told_who_was_faster_and_keeps_what_was_typed(stage: Stage, clock: Clock) -> None:
    case = stage.case("lv_other").filed().to("reply")
    stage.people["second"] = stage.hire("manager2", "钱二", ("manager", "chief"), stage.county)
    clock(case)
    desk = sit(stage, "manager")
    sent = {**opened(desk, case, "deliver_reply"), "version": "1", "way": "visit", "remark": "王先生当面签收"}
    case.do(course.ReturnStage(to="scheme", reason="改一下"), by=stage.actor("second"))
    clock(case)
    page = desk.post(address(case, "deliver_reply"), sent).content.decode()
    assert "钱二已于" in page
    assert "退回" in page
    assert "王先生当面签收" in page
    assert case.kinds.count("scheme_replied") == 0


def test_whoever_has_no_power_is_told_who_has(stage: Stage, clock: Clock) -> None:
    case = stage.case("lv_other").filed()
    clock(case)
    for method in ("get", "post"):
        answer = getattr(sit(stage, "finance"), method)(address(case, "accept_application"))
        assert answer.status_code == 403
        page = answer.content.decode()
        assert "您的岗位（财务专责）不能在这个工单上办理“受理”，可由受理员、客户经理、班长/主任办理" in page
    assert case.state.stage == "accept"


def test_a_deed_that_does_not_fit_now_says_why(stage: Stage, clock: Clock) -> None:
    case = stage.case("hv_single").filed().to("survey")
    clock(case)
    assert "现在的环节是“现场勘查”" in sit(stage, "clerk").get(address(case, "accept_application")).content.decode()
    case.do(
        course.RequestPause(cause=Cause.CUSTOMER_SITE, reason="未平", evidence=(paper("pause_evidence"),)),
        by=stage.actor("surveyor"),
    )
    case.do(course.ApprovePause(number=1), by=stage.actor("chief"))
    clock(case)
    assert "工单已挂起，请先恢复办理" in sit(stage, "surveyor").get(address(case, "submit_survey")).content.decode()
    assert sit(stage, "chief").get(address(case, "nonsense")).status_code == 404
    assert sit(stage, "foreigner").get(address(case, "resume_case")).status_code == 404


def test_two_reviewers_see_only_their_own_seat(stage: Stage, clock: Clock) -> None:
    case = stage.case("hv_multi").filed().to("review")
    clock(case)
    assert "会审席位里没有您" in sit(stage, "chief").get(address(case, "give_opinion")).content.decode()
    desk = sit(stage, "planner")
    assert "您的会审意见 <strong>" in desk.get(f"/desk/case/{case.number}/").content.decode()
    assert "您的会审意见 <strong>" not in sit(stage, "manager").get(f"/desk/case/{case.number}/").content.decode()
    sent = {**opened(desk, case, "give_opinion"), "member": "planner", "agree": "no"}
    assert "反对时请写明理由" in desk.post(address(case, "give_opinion"), sent).content.decode()
    assert desk.post(address(case, "give_opinion"), {**sent, "text": "供电点太远"}).status_code == 302
    assert case.state.stage == "scheme"
    page = sit(stage, "manager").get(f"/desk/case/{case.number}/").content.decode()
    assert "供电点太远" in page
    assert "您的会审意见" not in desk.get(f"/desk/case/{case.number}/").content.decode()


def test_a_made_up_key_and_broken_fields_do_no_harm(stage: Stage, clock: Clock) -> None:
    case = stage.case().filed()
    clock(case)
    desk = sit(stage, "clerk")
    for sent in (
        {}, {"key": "x" * 500, "expected": "nonsense"}, {"key": "' or 1=1", "manager": "-1"},
        {"manager": "99999999999999999999", "promised": ["nonsense", "\x00"]}, {"manager": ["1", "0"]},
    ):  # fmt: skip
        assert desk.post(address(case, "accept_application"), sent).status_code == 200
    assert case.state.stage == "accept"


# --- personal data --------------------------------------------------------------------------------------------


def test_a_number_is_shown_whole_once_for_a_reason_and_on_record(stage: Stage, clock: Clock) -> None:
    from yekuo.records.models import Disclosure

    case = stage.case().filed()
    clock(case)
    desk, url = sit(stage, "clerk"), f"/desk/case/{case.number}/whole/phone/"
    assert case.phone not in desk.get(url).content.decode()
    assert "请写明理由" in desk.post(url, {"reason": "看"}).content.decode()
    assert Disclosure.objects.count() == 0
    answer = desk.post(url, {"reason": "电话联系客户约时间"}, headers={"HX-Request": "true"})
    assert case.phone in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert [(one.field, one.case, one.reason) for one in Disclosure.objects.all()] == [
        ("phone", case.id, "电话联系客户约时间")
    ]
    assert case.phone not in desk.get(url).content.decode()
    assert sit(stage, "finance").post(url, {"reason": "电话联系客户"}).status_code == 403
    assert sit(stage, "foreigner").post(url, {"reason": "电话联系客户"}).status_code == 404
    assert desk.get(f"/desk/case/{case.number}/whole/password/").status_code == 404


def test_work_in_the_field_is_recorded_with_its_own_time_and_never_too_early(stage: Stage, clock: Clock) -> None:
    case, desk = stage.case("resident").filed().to("energise"), sit(stage, "all")
    case.step()  # the measures of safety
    ready = case.at
    clock(case, timedelta(hours=20))
    sent = opened(desk, case, "energise")
    early = (ready - timedelta(days=9)).astimezone(BEIJING)
    page = desk.post(address(case, "energise"), {**sent, "happened_at": f"{early:%Y-%m-%dT%H:%M}"}).content.decode()
    assert "补记不能早于 3 天之前" in page
    assert f'value="{early:%Y-%m-%dT%H:%M}"' in page
    done = (ready + timedelta(hours=2)).astimezone(BEIJING).replace(second=0, microsecond=0)
    answer = desk.post(address(case, "energise"), {**sent, "happened_at": f"{done:%Y-%m-%dT%H:%M}"})
    assert answer.status_code == 302
    event = log.rows(case.id)[-1][0]
    assert event.happened_at.astimezone(BEIJING) == done
    assert event.recorded_at > event.happened_at
