"""客户登录: codes and links; every limit at its edge."""

import re
from datetime import timedelta

import pytest
from pytest_django import Settings

from tests.operations.people import AT, PHONE, application, clerk, company, customer
from yekuo.integrations import sms
from yekuo.operations import intake, signin, texting
from yekuo.operations.signin import LinkGone
from yekuo.records.models import CaseLink, CustomerAccount, Message, OneTimeCode, Unit
from yekuo.rules.actor import ActorKind
from yekuo.rules.refusal import Refused

pytestmark = pytest.mark.django_db
HERE = "203.0.113.7"


def sent(phone: str = PHONE, *, after: timedelta = timedelta(), address: str = HERE) -> str:
    signin.send_code(phone=phone, address=address, at=AT + after)
    found = re.search(r"\d{6}", Message.objects.latest("pk").text.open())
    assert found is not None
    return found.group()


def refused(code: str, *, after: timedelta = timedelta(seconds=30), phone: str = PHONE) -> str:
    with pytest.raises(Refused) as caught:
        signin.sign_in(phone=phone, code=code, at=AT + after)
    return caught.value.message


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_right_code_signs_in_and_makes_the_account_once() -> None:
    first = signin.sign_in(phone="138 1234 4483", code=f" {sent()} ", at=AT + timedelta(minutes=4))
    again = signin.sign_in(phone=PHONE, code=sent(after=timedelta(hours=1)), at=AT + timedelta(hours=1))
    assert first == again
    assert first.kind is ActorKind.CUSTOMER
    assert CustomerAccount.objects.get().phone.open() == PHONE


def test_neither_code_nor_phone_is_kept_in_the_open() -> None:
    code = sent()
    row = str(OneTimeCode.objects.values().get()) + str(Message.objects.values().get())
    assert code not in row
    assert PHONE not in row


def test_a_code_is_good_once_and_for_five_minutes() -> None:
    code = sent()
    assert "失效" in refused(code, after=timedelta(minutes=5))
    signin.sign_in(phone=PHONE, code=code, at=AT + timedelta(minutes=4, seconds=59))
    assert "失效" in refused(code)


def test_a_newer_code_voids_the_older() -> None:
    old = sent()
    new = sent(after=timedelta(seconds=61))
    if old != new:
        assert "不对" in refused(old, after=timedelta(seconds=90))
    signin.sign_in(phone=PHONE, code=new, at=AT + timedelta(seconds=90))


def test_another_browser_neither_uses_a_code_nor_its_guesses_up() -> None:
    strangers = signin.send_code(phone=PHONE, address="198.51.100.9", at=AT)
    later = timedelta(seconds=61)
    mine = signin.send_code(phone=PHONE, address=HERE, at=AT + later)
    found = re.search(r"\d{6}", Message.objects.latest("pk").text.open())
    assert found is not None
    for _ in range(signin.TRIES + 1):
        with pytest.raises(Refused, match=r"不对|次数太多"):
            signin.sign_in(phone=PHONE, code=other_than(found[0]), at=AT + later, asked=strangers.key)
    with pytest.raises(Refused, match="次数太多"):  # the code they were sent opens nothing in their browser either
        signin.sign_in(phone=PHONE, code=found[0], at=AT + later, asked=strangers.key)
    assert OneTimeCode.objects.get(pk=mine.key).tries == 0
    signin.sign_in(phone=PHONE, code=found[0], at=AT + later, asked=mine.key)


def test_what_a_stranger_asks_for_neither_voids_nor_keeps_out() -> None:
    mine = signin.send_code(phone=PHONE, address=HERE, at=AT)
    found = re.search(r"\d{6}", Message.objects.latest("pk").text.open())
    assert found is not None
    signin.send_code(phone=PHONE, address="198.51.100.9", at=AT + timedelta(seconds=5))
    signin.sign_in(phone=PHONE, code=found[0], at=AT + timedelta(seconds=30), asked=mine.key)


def test_the_same_browser_asking_again_voids_its_earlier_code() -> None:
    old = signin.send_code(phone=PHONE, address=HERE, at=AT)
    found = re.search(r"\d{6}", Message.objects.latest("pk").text.open())
    assert found is not None
    signin.send_code(phone=PHONE, address=HERE, at=AT + timedelta(seconds=61))
    with pytest.raises(Refused, match="最新"):
        signin.sign_in(phone=PHONE, code=found[0], at=AT + timedelta(seconds=62), asked=old.key)


def flood(phone: str = PHONE) -> None:
    """Strangers at many addresses ask for codes to somebody's phone until no more are sent."""
    for number in range(15):
        signin.send_code(phone=phone, address=f"198.51.100.{number}", at=AT + timedelta(minutes=number))
    with pytest.raises(Refused, match="一小时"):
        signin.send_code(phone=phone, address="198.51.100.99", at=AT + timedelta(minutes=16))


def test_strangers_together_are_bounded_and_a_browser_that_knows_the_phone_is_not_kept_out() -> None:
    mark = signin.device_mark(PHONE)
    flood()
    later = AT + timedelta(minutes=17)
    signin.send_code(phone=PHONE, address="198.51.100.99", at=later, device=mark)
    with pytest.raises(Refused, match=r"\d+ 秒后"):
        signin.send_code(phone=PHONE, address="203.0.113.200", at=later, device=mark)
    for number in range(4):
        signin.send_code(phone=PHONE, address=HERE, at=later + timedelta(minutes=2 + 2 * number), device=mark)
    with pytest.raises(Refused, match="一小时"):
        signin.send_code(phone=PHONE, address=HERE, at=later + timedelta(minutes=12), device=mark)


@pytest.mark.parametrize("mark", ["", ".", "x", "x.y", "ü.ü", "a" * 99])
def test_a_made_up_mark_of_a_browser_is_worth_nothing(mark: str) -> None:
    flood()
    foreign = signin.device_mark("13900000000")
    for device in (mark, foreign):
        with pytest.raises(Refused, match="一小时"):
            signin.send_code(phone=PHONE, address="198.51.100.99", at=AT + timedelta(minutes=17), device=device)


def test_five_wrong_guesses_void_the_code() -> None:
    code = sent()
    told = [refused(other_than(code)) for _ in range(5)]
    assert "还可以试 4 次" in told[0]
    assert "还可以试 1 次" in told[3]
    assert "次数太多" in told[4]
    assert "次数太多" in refused(code)


def test_a_code_for_one_phone_opens_no_other() -> None:
    sent()
    code = sent("13900000000")
    if code != sent(after=timedelta(minutes=2)):
        assert "不对" in refused(code, after=timedelta(minutes=2, seconds=5))


def test_a_number_never_seen_is_answered_like_any_other() -> None:
    customer()
    known = signin.send_code(phone=PHONE, address=HERE, at=AT)
    unknown = signin.send_code(phone="13900000000", address=HERE, at=AT)
    assert (known.expires_at, known.again_at) == (unknown.expires_at, unknown.again_at)
    assert refused("000000", phone="13900000001") == refused("000000", phone="13900000002")


def test_a_phone_gets_one_code_a_minute_five_an_hour_ten_a_day() -> None:
    sent()
    with pytest.raises(Refused, match=r"\d+ 秒后"):
        sent(after=timedelta(seconds=1))
    for minutes in (2, 4, 6, 8):
        sent(after=timedelta(minutes=minutes))
    with pytest.raises(Refused, match="一小时"):
        sent(after=timedelta(minutes=10))
    for minutes in (62, 64, 66, 68, 130):
        sent(after=timedelta(minutes=minutes))
    with pytest.raises(Refused, match="一天"):
        sent(after=timedelta(hours=10))
    sent(after=timedelta(hours=24, minutes=3))


def test_an_address_gets_thirty_an_hour_and_others_are_not_kept_out() -> None:
    for number in range(30):
        sent(f"139000000{number:02d}")
    with pytest.raises(Refused, match="网络"):
        sent("13911111111")
    sent("13911111111", address="203.0.113.8")
    sent("13922222222", after=timedelta(minutes=61))


@pytest.mark.parametrize("phone", ["", "123", "0571-87654321", "1381234448x", "１３８"])
def test_a_number_that_is_no_mobile_is_refused_at_its_field(phone: str) -> None:
    with pytest.raises(Refused) as caught:
        signin.send_code(phone=phone, address=HERE, at=AT)
    assert [one.field for one in caught.value.problems] == ["phone"]
    assert not OneTimeCode.objects.exists()


@pytest.mark.parametrize("code", ["", "12", "abcdef", "1" * 400, "\x00", "🙂"])
def test_nonsense_is_a_wrong_code(code: str) -> None:
    sent()
    assert "验证码" in refused(code)


def test_a_blocked_phone_is_told_where_to_go() -> None:
    customer()
    CustomerAccount.objects.update(blocked=True)
    assert "停用" in refused(sent())
    assert signin.customer(CustomerAccount.objects.get().pk) is None


def test_without_a_gateway_the_customer_is_told(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(Refused, match="短信没有发出去"):
        signin.send_code(phone=PHONE, address=HERE, at=AT)
    assert "YEKUO_SMS_URL" in Message.objects.get().failure


def test_a_gateway_that_does_not_answer_is_said_to(settings: Settings) -> None:
    settings.SMS_URL = "http://127.0.0.1:9/"
    assert not texting.send(phone=PHONE, text="x", kind="test", at=AT)
    assert "没有应答" in Message.objects.get().failure
    with pytest.raises(sms.SmsFailed):
        sms.GatewaySms("ftp://x", "k")


def test_old_codes_are_forgotten() -> None:
    sent()
    assert signin.forget_codes(before=AT) == 0
    assert signin.forget_codes(before=AT + timedelta(days=2)) == 1


@pytest.fixture
def places() -> dict[str, Unit]:
    return company()


@pytest.fixture
def case(places: dict[str, Unit]) -> int:
    return intake.file_application(
        application=application(), papers=(), channel="web", by=customer(), at=AT, key="key-00000001",
        unit=places["county"].pk,
    ).case  # fmt: skip


def gone(token: str, *, days: int = 0) -> str:
    with pytest.raises(LinkGone) as caught:
        signin.case_of_link(token, at=AT + timedelta(days=days))
    return caught.value.why


def test_a_link_leads_to_its_case_until_it_expires(case: int) -> None:
    token = signin.progress_link(case=case, at=AT)
    assert signin.case_of_link(token, at=AT + timedelta(days=179)) == case
    assert gone(token, days=180) == "expired"


def test_a_good_link_is_given_again_and_an_old_one_replaced(case: int) -> None:
    token = signin.progress_link(case=case, at=AT)
    assert signin.progress_link(case=case, at=AT + timedelta(days=100)) == token
    assert signin.progress_link(case=case, at=AT + timedelta(days=150)) != token


def test_a_revoked_link_leads_nowhere(case: int, places: dict[str, Unit]) -> None:
    token = signin.progress_link(case=case, at=AT)
    with pytest.raises(Refused):
        signin.revoke_links(case=case, by=clerk(places["other"]), at=AT)
    assert signin.revoke_links(case=case, by=clerk(places["county"]), at=AT) == 1
    assert gone(token) == "revoked"
    assert signin.case_of_link(signin.progress_link(case=case, at=AT), at=AT) == case


def test_a_guessed_changed_or_borrowed_link_is_unknown(case: int) -> None:
    token = signin.progress_link(case=case, at=AT)
    other = CaseLink.objects.create(case=case + 1, made_at=AT, expires_at=AT + timedelta(days=1))
    number, _, tag = token.partition("-")
    for forged in (
        "", "-", number, f"{number}-", f"{number}-{tag[:-1]}{'01'[tag[-1] == '0']}", f"{other.pk:x}-{tag}", f"zzzzzzzzzzzzzz-{tag}",
        f"é-{tag}", f"{number}-é", f"-{number}-{tag}", "9" * 400,
    ):  # fmt: skip
        assert gone(forged) == "unknown"


def test_a_customer_acts_as_agent_where_only_the_agents_phone_is_theirs(places: dict[str, Unit]) -> None:
    from yekuo.records.models import Case

    form = application(agent_name="李四", agent_number="11010519491231002X", agent_phone="13900000000")
    agent = customer("13900000000")
    receipt = intake.file_application(
        application=form, papers=(), channel="web", by=agent, at=AT, key="key-00000001", unit=places["county"].pk
    )
    applicant = Case.objects.get(pk=receipt.case).applicant
    assert applicant is not None
    assert signin.acting_in(agent, applicant=applicant).kind is ActorKind.AGENT
    assert signin.acting_in(customer(), applicant=applicant).kind is ActorKind.CUSTOMER
    assert signin.customer_of_case(receipt.case) == customer()
