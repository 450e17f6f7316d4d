"""登录: staff by password and second factor, customers by code; the two never meet in one session."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.operations.people import PHONE, application, clerk, company, customer
from yekuo.interfaces.customer import session as sessions
from yekuo.interfaces.look import clock
from yekuo.operations import intake, people, signin
from yekuo.records.models import Case, CustomerAccount, Message, OneTimeCode, Staff, Unit

pytestmark = pytest.mark.django_db
PASSWORD = "yunfeng-2026-kaitong"


def words(answer: Any) -> str:
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    assert main is not None
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main.group())))


@pytest.fixture(autouse=True)
def _nobody_counted() -> None:
    cache.clear()


@pytest.fixture
def places() -> dict[str, Unit]:
    return company()


@pytest.fixture
def member(places: dict[str, Unit]) -> Staff:
    found = Staff.objects.get(pk=clerk(places["county"]).person)
    found.set_password(PASSWORD)
    found.save()
    return found


def enter(client: Client, member: Staff, password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": member.username, "password": password, **more})


# --- staff ----------------------------------------------------------------------------------------------------


def test_staff_sign_in_with_name_and_password(client: Client, member: Staff) -> None:
    assert enter(client, member).headers["Location"] == "/desk/"
    assert client.get(reverse("mfa_index")).status_code == 200


def test_a_wrong_password_is_told_in_chinese_and_the_name_is_kept(client: Client, member: Staff) -> None:
    answer = enter(client, member, "falsch")
    assert "用户名或密码不正确" in words(answer)
    assert member.username in answer.content.decode()
    unknown = client.post(reverse("account_login"), {"login": "nobody", "password": "falsch"})
    assert "用户名或密码不正确" in words(unknown)


def test_after_ten_wrong_guesses_an_account_waits_and_others_do_not(
    client: Client, member: Staff, places: dict[str, Unit]
) -> None:
    for _ in range(10):
        enter(client, member, "falsch")
    assert "过多" in words(enter(client, member))
    other = Staff.objects.get(pk=clerk(places["county"], name="别人").person)
    other.set_password(PASSWORD)
    other.save()
    assert enter(client, other).status_code == 302
    assert enter(Client(REMOTE_ADDR="203.0.113.9"), member).status_code == 302  # nobody is shut out from elsewhere


def test_an_address_that_guesses_at_many_accounts_waits(client: Client, member: Staff) -> None:
    for number in range(20):
        client.post(reverse("account_login"), {"login": f"someone{number}", "password": "falsch"})
    assert "过多" in words(enter(client, member))
    assert enter(Client(REMOTE_ADDR="203.0.113.9"), member).status_code == 302


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("/desk/cases/", "/desk/cases/"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
        ("/\\evil.example", "/desk/"),
    ],
)
def test_sign_in_leads_back_only_to_our_own_pages(client: Client, member: Staff, wanted: str, there: str) -> None:
    assert enter(client, member, next=wanted).headers["Location"] == there


def test_whoever_left_does_not_come_in(client: Client, member: Staff) -> None:
    Staff.objects.filter(pk=member.pk).update(is_active=False)
    answer = enter(client, member)
    assert client.get("/desk/").status_code == 302
    assert answer.status_code in (200, 302)


@pytest.mark.parametrize(
    "address",
    ["signup/", "email/", "confirm-email/", "confirm-email/abc:def/", "password/set/", "password/reset/",
     "password/reset/done/", "password/reset/key/1-set-password/", "login/code/", "login/code/confirm/"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_needs_mail_or_makes_accounts_is_closed(client: Client, address: str, method: str) -> None:
    many = Staff.objects.count()
    form = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD, "email": "a@b.example"}
    answer = getattr(client, method)(f"/accounts/{address}", form if method == "post" else {})
    assert "管理员" in words(answer)
    assert Staff.objects.count() == many


def test_a_password_is_changed_and_mistakes_are_told_in_chinese(client: Client, member: Staff) -> None:
    enter(client, member)
    where = reverse("account_change_password")
    told = words(client.post(where, {"oldpassword": "x", "password1": "abc", "password2": "abd"}))
    assert "至少 10 位" in told
    assert not re.search(r"[A-Za-z]{4,}", told.replace(member.username, ""))
    new = "kaitong-2026-yunfeng"
    assert client.post(where, {"oldpassword": PASSWORD, "password1": new, "password2": new}).status_code == 302
    member.refresh_from_db()
    assert member.check_password(new)


def test_sign_out_asks_by_post_and_ends_the_session(client: Client, member: Staff) -> None:
    enter(client, member)
    assert client.get(reverse("account_logout")).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(reverse("mfa_index")).status_code == 302


PAGES = ("account_reauthenticate", "mfa_index", "mfa_list_webauthn", "mfa_activate_totp", "mfa_add_webauthn",
         "account_change_password", "account_logout")  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_account_pages_are_in_chinese(client: Client, member: Staff, name: str) -> None:
    enter(client, member)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    told = words(answer).replace(member.username, "")
    assert not re.search(r"[A-Za-z]{5,} [a-z]+", told), told


def test_a_second_factor_is_asked_once_it_is_set_up_and_its_secret_is_sealed(
    client: Client, member: Staff, settings: Settings
) -> None:
    secret = auth.generate_totp_secret()
    factor = auth.TOTP.activate(member, secret)
    assert secret not in str(factor.instance.data)
    settings.FIELD_KEYS = {"k2": b"2" * 32, **settings.FIELD_KEYS}
    before = str(Authenticator.objects.get().data)
    people.reseal()
    assert str(Authenticator.objects.get().data) != before
    assert enter(client, member).headers["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get("/desk/").status_code == 302
    assert "代码" in words(client.get(reverse("mfa_authenticate")))
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "错误代码" in words(wrong)
    right = auth.format_hotp_value(auth.hotp_value(secret, next(iter(auth.yield_hotp_counters_from_time()))))
    assert client.post(reverse("mfa_authenticate"), {"code": right}).headers["Location"] == "/desk/"


# --- customers ------------------------------------------------------------------------------------------------


def code_sent() -> str:
    found = re.search(r"\d{6}", Message.objects.latest("pk").text.open())
    assert found is not None
    return found.group()


def ask(client: Client, phone: str = PHONE, where: str = "") -> Any:
    return client.post(reverse("customer:signin"), {"phone": phone, "next": where})


def come_in(client: Client, phone: str = PHONE, where: str = "") -> Any:
    ask(client, phone, where)
    return client.post(reverse("customer:signin_code"), {"code": code_sent()})


def test_a_customer_comes_in_by_code_and_is_led_back(client: Client) -> None:
    where = reverse("customer:apply")
    assert client.get(where).headers["Location"].startswith(reverse("customer:signin"))
    assert ask(client, where=where).headers["Location"] == reverse("customer:signin_code")
    page = client.get(reverse("customer:signin_code"))
    assert "138****4483" in words(page)
    assert PHONE not in page.content.decode()
    answer = client.post(reverse("customer:signin_code"), {"code": code_sent()})
    assert answer.headers["Location"] == where
    assert client.get(reverse("customer:mine")).status_code == 200


def test_the_session_holds_no_phone(client: Client) -> None:
    ask(client)
    assert PHONE not in str(dict(client.session))


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_a_customer_is_led_only_to_our_own_pages(client: Client, wanted: str) -> None:
    assert come_in(client, where=wanted).headers["Location"] == reverse("customer:mine")


def test_a_wrong_phone_is_told_and_kept(client: Client) -> None:
    answer = ask(client, "1381234")
    assert "11 位" in words(answer)
    assert 'value="1381234"' in answer.content.decode()
    assert not OneTimeCode.objects.exists()


def test_a_wrong_code_is_told_and_five_are_too_many(client: Client) -> None:
    ask(client)
    wrong = f"{(int(code_sent()) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1):
        told = words(client.post(reverse("customer:signin_code"), {"code": wrong}))
        assert f"还可以试 {left} 次" in told
    for code in (wrong, code_sent()):
        assert "次数太多" in words(client.post(reverse("customer:signin_code"), {"code": code}))
    assert client.get(reverse("customer:mine")).status_code == 302


def test_who_asked_for_a_code_earlier_elsewhere_cannot_spoil_the_next(client: Client) -> None:
    stranger = Client()
    ask(stranger)
    OneTimeCode.objects.update(sent_at=clock.now() - timedelta(seconds=70))
    ask(client)
    right = code_sent()
    for _ in range(signin.TRIES + 1):
        wrong = f"{(int(right) + 1) % 1_000_000:06d}"
        assert "已失效" in words(stranger.post(reverse("customer:signin_code"), {"code": wrong}))
    assert client.post(reverse("customer:signin_code"), {"code": right}).status_code == 302


def test_asking_again_at_once_says_how_long_to_wait(client: Client) -> None:
    ask(client)
    told = words(client.post(reverse("customer:signin_code"), {"again": "1"}))
    assert re.search(r"请 \d+ 秒后再试", told)
    assert OneTimeCode.objects.count() == 1


def test_known_and_unknown_phones_look_the_same(client: Client) -> None:
    customer(PHONE)
    known = ask(client)
    first = words(client.get(reverse("customer:signin_code")))
    other = Client()
    unknown = ask(other, "13812340083")
    second = words(other.get(reverse("customer:signin_code")))
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert re.sub(r"\d+", "", first) == re.sub(r"\d+", "", second)


def test_the_code_page_without_a_phone_goes_back(client: Client) -> None:
    assert client.get(reverse("customer:signin_code")).headers["Location"] == reverse("customer:signin")
    assert client.post(reverse("customer:signin_code"), {"code": "1"}).headers["Location"] == reverse("customer:signin")


def test_a_customer_is_signed_out_by_post_and_the_browser_forgets(client: Client) -> None:
    come_in(client)
    assert client.get(reverse("customer:signout")).status_code == 405
    assert client.post(reverse("customer:signout")).headers["Clear-Site-Data"] == '"cache"'
    assert client.get(reverse("customer:mine")).status_code == 302


def test_two_idle_hours_sign_a_customer_out(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    come_in(client)
    began = clock.now()

    def at(moment: timedelta) -> int:
        monkeypatch.setattr(clock, "now", lambda request=None: began + moment)
        return client.get(reverse("customer:mine")).status_code

    assert at(timedelta(hours=1, minutes=59)) == 200
    assert at(timedelta(hours=3, minutes=50)) == 200
    assert at(timedelta(hours=5, minutes=51)) == 302
    assert sessions.SESSION not in client.session


def test_a_blocked_customer_is_out_at_once(client: Client) -> None:
    come_in(client)
    CustomerAccount.objects.update(blocked=True)
    assert client.get(reverse("customer:mine")).status_code == 302


def test_staff_and_customer_never_share_a_session(client: Client, member: Staff) -> None:
    enter(client, member)
    come_in(client)
    assert client.get(reverse("mfa_index")).status_code == 302
    enter(client, member)
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.get(reverse("customer:mine")).status_code == 302


def test_a_customer_has_no_way_to_the_desk(client: Client) -> None:
    come_in(client)
    assert client.get("/desk/").headers["Location"].startswith(reverse("account_login"))


def test_the_session_changes_its_key_at_sign_in(client: Client) -> None:
    ask(client)
    before = client.session.session_key
    client.post(reverse("customer:signin_code"), {"code": code_sent()})
    assert client.session.session_key != before


def test_rehearsed_messages_are_shown_in_a_rehearsal_only(client: Client, settings: Settings) -> None:
    ask(client)
    assert client.get(reverse("customer:rehearsed")).status_code == 404
    settings.REHEARSAL = True
    told = words(client.get(reverse("customer:rehearsed")))
    assert code_sent() in told
    assert PHONE not in told


# --- links ----------------------------------------------------------------------------------------------------


@pytest.fixture
def case(places: dict[str, Unit]) -> Case:
    receipt = intake.file_application(
        application=application(), papers=(), channel="web", by=customer(), at=clock.now(), key="key-00000001",
        unit=places["county"].pk,
    )  # fmt: skip
    return Case.objects.get(pk=receipt.case)


def test_a_link_shows_progress_to_a_stranger_without_personal_data(client: Client, case: Case) -> None:
    token = signin.progress_link(case=case.pk, at=clock.now())
    answer = client.get(reverse("customer:linked_progress", args=[token]))
    assert answer.status_code == 200
    for secret in (PHONE, "欧阳雪梅", "11010519491231002X", "301"):
        assert secret not in words(answer)


@pytest.mark.parametrize(("age", "told"), [(timedelta(days=181), "已过期"), (None, "打不开")])
def test_a_dead_link_says_what_to_do_in_chinese(client: Client, case: Case, age: timedelta | None, told: str) -> None:
    token = signin.progress_link(case=case.pk, at=clock.now() - age) if age else "nonsense"
    answer = client.get(reverse("customer:linked_progress", args=[token]))
    assert answer.status_code == 404
    assert told in words(answer)
    assert "登录" in words(answer)
