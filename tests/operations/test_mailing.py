"""邮件: letters go to whoever the rule names, through a real server, at least once and always under one Message-ID."""

import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from yekuo.integrations.mail import FakeMail, Letter, MailDown, MailFailed, MailRefused, SmtpMail, SmtpSettings
from yekuo.operations import mailing
from yekuo.operations.mailing import Addresses
from yekuo.records import rule_changes, sending, staff, tables
from yekuo.records.models import Mail, Staff, StaffMessage, Unit
from yekuo.records.rule_changes import Word
from yekuo.rules.calendar import BEIJING

AT = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)
LETTER = Letter(
    to="zhao@example.cn", subject="【超期】YK1 供电方案答复已超期", text="请尽快办理\n", message_id="<1.2.ab@example.cn>",
    made_at=AT,
)  # fmt: skip
ADDRESSES = Addresses(whole=lambda path: f"https://yekuo.example{path}", case=lambda number: f"/desk/case/{number}/")
RETRY = tables.messages().retry


class Server:
    """邮件服务器: keeps every letter it took; answers a recipient or a letter with what it was told to."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, Any]] = []
        self.at_recipient: list[str] = []
        self.at_end: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.at_recipient:
            return self.at_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.at_end:
            return self.at_end.pop(0)
        self.letters.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    @property
    def references(self) -> list[str]:
        return [str(one["Message-ID"]) for _, one in self.letters]


@contextmanager
def served(server: Server, **more: Any) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = int(found.getsockname()[1])
    controller = Controller(server, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def sent_by(port: int, letter: Letter = LETTER, **more: Any) -> None:
    settings = SmtpSettings(
        host="127.0.0.1", port=port, sender="yekuo@example.cn", **{"tls": "none", "timeout": 2.0, **more}
    )
    with SmtpMail(settings).session() as session:
        session.send(letter)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate of this machine's own address, and its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    whole = tmp_path_factory.mktemp("tls") / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    whole.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return whole


def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def the_password(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"yekuo", b"right")
    return AuthResult(success=good, handled=good)


# --- over the line ----------------------------------------------------------------------------------------------


def test_a_letter_arrives_in_chinese_with_its_own_reference() -> None:
    with served(server := Server()) as port:
        sent_by(port)
    [(to, letter)] = server.letters
    assert to == LETTER.to
    assert letter["Message-ID"] == LETTER.message_id
    assert letter["Subject"] == LETTER.subject
    assert letter.get_content().replace("\r\n", "\n") == LETTER.text
    assert letter["Auto-Submitted"] == "auto-generated"


def test_starttls_and_sign_in(certificate: Path) -> None:
    more = {
        "tls_context": tls(certificate),
        "require_starttls": True,
        "authenticator": the_password,
        "auth_required": True,
    }
    with served(server := Server(), **more) as port:
        sent_by(port, tls="starttls", ca=str(certificate), user="yekuo", password="right")
        assert len(server.letters) == 1
        with pytest.raises(MailDown, match="账号或密码"):
            sent_by(port, tls="starttls", ca=str(certificate), user="yekuo", password="wrong")
        with pytest.raises(MailDown, match="证书"):
            sent_by(port, tls="starttls", user="yekuo", password="right")
    assert len(server.letters) == 1


def test_what_was_asked_to_be_secret_never_goes_in_the_open() -> None:
    with served(server := Server()) as port, pytest.raises(MailDown, match="加密"):
        sent_by(port, tls="starttls")
    assert server.letters == []


@pytest.mark.parametrize("place", ["at_recipient", "at_end"])
@pytest.mark.parametrize(("answer", "raised"), [("550 no", MailRefused), ("451 later", MailFailed)])
def test_never_and_not_now_are_told_apart(place: str, answer: str, raised: type[Exception]) -> None:
    with served(server := Server()) as port:
        getattr(server, place).append(answer)
        with pytest.raises(MailFailed) as caught:
            sent_by(port)
        assert type(caught.value) is raised
        sent_by(port)
    assert len(server.letters) == 1


def test_a_closed_port_and_a_server_that_says_nothing_are_out_of_reach() -> None:
    with served(Server()) as port:
        pass
    with pytest.raises(MailDown, match="连不上"):
        sent_by(port)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(MailDown, match="按时"):
        sent_by(silent.getsockname()[1], timeout=0.3)


def test_an_address_cannot_bring_lines_of_its_own() -> None:
    with served(server := Server()) as port, pytest.raises(MailRefused):
        sent_by(port, Letter(to="a@b.cn\r\nBcc: c@d.cn", subject="x", text="x", message_id="<1@x>", made_at=AT))
    assert server.letters == []


def test_a_rehearsal_shows_one_line_and_masks_the_address(capsys: pytest.CaptureFixture[str]) -> None:
    with FakeMail().session() as session:
        session.send(LETTER)
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("【演示邮件 <1.2.ab@example.cn>】z***@example.cn ")
    assert "请尽快办理" in line


# --- from the word to the letter --------------------------------------------------------------------------------


@pytest.fixture
def company(db: None) -> dict[str, Staff]:
    """Make a county below a city: a chief and a manager in the county, a supervisor in the city, all with addresses."""
    city = Unit.objects.create(code="91", name="市公司", path="91/", kind="city", company="SGCC", province="浙江")
    county = Unit.objects.create(
        code="9101", name="县公司", path="91/9101/", kind="county", parent=city, company="SGCC", province="浙江"
    )
    made = {}
    for login, unit, role in (("m", county, "manager"), ("c", county, "chief"), ("s", city, "supervisor1")):
        made[login] = Staff.objects.create(username=f"mail_{login}", name=login, unit=unit, email=f"{login}@example.cn")
        staff.set_roles(made[login], [role], by=0, at=AT)
    return made


def leave(company: dict[str, Staff], role: str, *, person: int = 0, kind: str = "overdue", at: datetime = AT) -> None:
    unit = company["c"].unit_id or 0
    word = Word(person=person, role=role, unit=unit, case_number="YK1", text="供电方案答复已超期", kind=kind)
    rule_changes.tell([word], at=at)


@pytest.fixture
def through(settings: Settings) -> Callable[[int], None]:
    def use(port: int) -> None:
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_TLS = "127.0.0.1", port, "none"
        settings.SMTP_FROM = "yekuo@example.cn"

    return use


def work(at: datetime) -> int:
    mailing.spread(at=at)
    return mailing.deliver(at=at, addresses=ADDRESSES)


def test_a_word_goes_to_the_person_or_the_nearest_holders_once(
    company: dict[str, Staff], through: Callable[[int], None]
) -> None:
    leave(company, "manager", person=company["m"].pk)
    leave(company, "chief")
    leave(company, "supervisor1")
    leave(company, "chief", kind="deadline")
    leave(company, "chief", at=AT - timedelta(days=2))
    with served(server := Server()) as port:
        through(port)
        assert [work(AT), work(AT + timedelta(hours=1))] == [3, 0]
    assert sorted(to for to, _ in server.letters) == ["c@example.cn", "m@example.cn", "s@example.cn"]
    assert "https://yekuo.example/desk/case/YK1/" in server.letters[0][1].get_content()
    assert not StaffMessage.objects.filter(spread=False).exists()


def test_at_night_letters_wait_for_the_morning(company: dict[str, Staff], through: Callable[[int], None]) -> None:
    leave(company, "chief", at=AT.replace(hour=21))
    with served(server := Server()) as port:
        through(port)
        assert work(AT.replace(hour=21, minute=1)) == 0
        assert work(AT.replace(hour=7, minute=59) + timedelta(days=1)) == 0
        assert work(AT.replace(hour=8, minute=0) + timedelta(days=1)) == 1
    assert len(server.letters) == 1


def test_a_refused_address_is_not_tried_again_and_the_administrator_hears_of_it(
    company: dict[str, Staff], through: Callable[[int], None]
) -> None:
    leave(company, "chief")
    with served(server := Server()) as port:
        through(port)
        server.at_recipient.append("550 no such user")
        work(AT)
        work(AT + timedelta(days=1))
    assert server.letters == []
    assert Mail.objects.get().failed
    word = StaffMessage.objects.get(kind="undelivered")
    assert (word.role, "核对邮箱" in word.text) == ("administrator", True)


def test_a_server_down_for_ten_minutes_loses_nothing_and_repeats_nothing(
    company: dict[str, Staff], through: Callable[[int], None]
) -> None:
    with served(Server()) as port:
        closed = port
    for _ in range(25):
        leave(company, "chief")
    through(closed)
    for second in range(0, 600, 15):
        work(AT + timedelta(seconds=second))
    assert Mail.objects.filter(sent_at=None, failed=False).count() == 25
    kept = set(Mail.objects.values_list("message_id", flat=True))
    with served(server := Server()) as port:
        through(port)
        for second in range(600, 600 + 1260, 15):
            work(AT + timedelta(seconds=second))
    assert Counter(server.references) == Counter(kept)
    assert len(kept) == 25
    assert not Mail.objects.filter(next_try_at__isnull=False).exists()


def test_a_letter_whose_sender_died_goes_again_under_the_same_reference(
    company: dict[str, Staff], through: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten times: the letter is over the line, and the process dies before it can write that down."""
    leave(company, "chief")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    at = AT
    with served(server := Server()) as port:
        through(port)
        for _ in range(10):
            with monkeypatch.context() as patch:
                patch.setattr(sending, "finish", die)
                with pytest.raises(KeyboardInterrupt):
                    work(at)
            assert work(at + timedelta(seconds=1)) == 0
            at += RETRY.lease
        assert work(at) == 1
        assert work(at + timedelta(days=1)) == 0
    assert len(server.letters) == 11
    assert len(set(server.references)) == 1
    assert Mail.objects.get().sent_at == at


def test_without_a_server_production_waits_and_then_says_so(company: dict[str, Staff], settings: Settings) -> None:
    settings.PRODUCTION, settings.SMTP_HOST = True, ""
    leave(company, "chief")
    work(AT)
    assert Mail.objects.get().next_try_at == AT
    work(AT + RETRY.stale + timedelta(hours=1))
    assert "没有配置邮件服务器" in Mail.objects.get().error
