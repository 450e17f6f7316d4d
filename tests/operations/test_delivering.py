"""告知发送: what deeds left for customers goes out once, again when the gateway was out, and never without end."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from tests.operations.told import CLASSES, Told
from yekuo.integrations.sms import SmsFailed
from yekuo.operations import delivering, telling, texting, wording
from yekuo.records import persons, tables
from yekuo.records.models import Message, Outbox, StaffMessage, Unit
from yekuo.records.persons import PersonContent
from yekuo.rules.deeds.oversight import FileComplaint

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "13800001234"
RULES = tables.messages()
RETRY = RULES.retry


class Gateway:
    """短信网关: keeps what it took; refuses as often as told."""

    def __init__(self) -> None:
        self.took: list[tuple[str, str, str]] = []
        self.refusals = 0

    def send(self, *, phone: str, text: str, reference: str) -> None:
        if self.refusals:
            self.refusals -= 1
            raise SmsFailed("短信网关没有应答")
        self.took.append((phone, text, reference))


@pytest.fixture(autouse=True)
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    one = Gateway()
    monkeypatch.setattr(texting, "sender", lambda: one)
    return one


@pytest.fixture
def told() -> Told:
    Unit.objects.get_or_create(
        pk=1, defaults={"code": "01", "name": "城关供电所", "path": "1/", "company": "SGCC", "province": "浙江"}
    )
    return Told().file(CLASSES["resident"])


@pytest.fixture
def waiting(told: Told) -> Outbox:
    """Leave one message, to an applicant with a phone."""
    content = PersonContent(id_type="resident_id", name="刘芳", id_number="110101199003070011", phone=PHONE)
    person = persons.keep(content, at=told.at)
    Outbox.objects.all().delete()
    payload = {"event": "application_filed", "stage": "accept", "applicant": person.pk}
    return Outbox.objects.create(
        case_id=told.id, seq=2, topic="customer.application_filed", payload=payload, created_at=told.at,
        next_try_at=told.at,
    )  # fmt: skip


def deliver(at: datetime) -> int:
    return delivering.deliver(at=at, link=lambda token: f"https://yekuo.example/p/{token}")


def test_every_deed_the_customer_is_told_of_has_words() -> None:
    assert set(wording.TOLD) == telling.TOLD | {"mandate_given"}


def test_news_go_out_once_with_number_stage_and_link_but_no_name(told: Told, waiting: Outbox, gateway: Gateway) -> None:
    assert deliver(told.at) == 1
    assert deliver(told.at + timedelta(days=1)) == 0
    [(phone, text, reference)] = gateway.took
    assert (phone, reference) == (PHONE, f"o{waiting.pk}")
    assert told.receipt.number in text
    assert "正在核对您的申请资料，最迟 " in text
    assert "https://yekuo.example/p/" in text
    assert "刘芳" not in text
    waiting.refresh_from_db()
    assert (waiting.sent_at, waiting.next_try_at) == (told.at, None)
    assert Message.objects.get().case == told.id


def test_a_gateway_that_was_out_is_asked_again_later_under_the_same_reference(
    told: Told, waiting: Outbox, gateway: Gateway
) -> None:
    gateway.refusals = 1
    deliver(told.at)
    assert deliver(told.at + timedelta(seconds=50)) == 0
    assert deliver(told.at + timedelta(seconds=61)) == 1
    assert [reference for _, _, reference in gateway.took] == [f"o{waiting.pk}"]


def test_after_many_refusals_the_manager_is_asked_to_call(told: Told, waiting: Outbox, gateway: Gateway) -> None:
    gateway.refusals = 100
    at: datetime | None = told.at
    while at is not None:
        deliver(at)
        waiting.refresh_from_db()
        at = waiting.next_try_at
        if at is not None and RULES.quiet.holds(at):
            deliver(at)
            assert Outbox.objects.get().tries == waiting.tries, "nobody is disturbed at night"
            at += timedelta(hours=11)
    assert (waiting.failed, waiting.next_try_at, waiting.tries) == (True, None, len(RETRY.waits) + 1)
    [word] = StaffMessage.objects.all()
    assert word.role == "manager"
    assert "打电话" in word.text


def test_one_that_was_on_its_way_when_the_process_died_goes_again(
    told: Told, waiting: Outbox, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(**_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(texting, "attempt", die)
        with pytest.raises(KeyboardInterrupt):
            deliver(told.at)
    assert deliver(told.at + timedelta(seconds=1)) == 0
    assert deliver(told.at + RETRY.lease) == 1
    assert len(gateway.took) == 1


def test_old_news_and_news_for_nobody_are_given_up(told: Told, waiting: Outbox, gateway: Gateway) -> None:
    assert deliver(told.at + timedelta(days=4)) == 1
    waiting.refresh_from_db()
    assert "三天" in waiting.error
    assert "打电话" in StaffMessage.objects.get().text
    nobody = Outbox.objects.create(
        case_id=told.id, seq=3, topic="customer.energised", payload={"event": "energised", "applicant": 0},
        created_at=told.at, next_try_at=told.at,
    )  # fmt: skip
    deliver(told.at)
    nobody.refresh_from_db()
    assert (nobody.failed, gateway.took) == (True, [])


def test_without_a_gateway_news_wait_for_one_until_they_are_old(
    told: Told, waiting: Outbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    settings.PRODUCTION = True
    deliver(told.at)
    waiting.refresh_from_db()
    assert waiting.next_try_at == told.at
    deliver(told.at + timedelta(days=4))
    waiting.refresh_from_db()
    assert waiting.failed
    assert Message.objects.count() == 0


def test_a_complaint_and_its_answer_are_told_without_the_course_of_the_case(
    told: Told, waiting: Outbox, gateway: Gateway
) -> None:
    told.do(FileComplaint(source="95598", topic="attitude", text="等了两天", source_number="955980009"))
    Outbox.objects.filter(topic="customer.complaint_filed").update(
        payload={**waiting.payload, "event": "complaint_filed"}
    )
    telling.tell_of_link(told.row, key=3, at=told.at)
    Outbox.objects.filter(topic="customer.mandate_given.3").update(
        payload={**waiting.payload, "event": "mandate_given"}
    )
    deliver(told.at)
    texts = [text for _, text, _ in gateway.took]
    assert any("已收到您的投诉。我们最迟 " in text and "正在核对" not in text for text in texts)
    assert any("委托链接" in text for text in texts)
