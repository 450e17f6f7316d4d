"""邮件: letters to staff through the company's SMTP server; in a rehearsal they are shown on the console instead."""

import smtplib
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol, TextIO

TIMEOUT_SECONDS = 10.0
TLS_WAYS = ("starttls", "ssl", "none")


class MailFailed(Exception):  # noqa: N818 - what happened
    """Raised when a letter was not taken over this time; the message says why, in Chinese and without the letter."""


class MailDown(MailFailed):
    """Raised when the server is out of reach or does not let us in: no other letter would fare better now."""


class MailRefused(MailFailed):
    """Raised when the server will never take a letter to this address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """信件: `message_id` in angle brackets, the same on every attempt; `made_at` is its date."""

    to: str
    subject: str
    text: str
    message_id: str
    made_at: datetime


class MailSession(Protocol):
    """一次连接: what takes letters one after another."""

    def send(self, letter: Letter) -> None:
        """This function will hand a letter over. Raises MailRefused, MailDown, else MailFailed."""


class MailSender(Protocol):
    """邮件通道: what the product asks of a mail server."""

    @contextmanager
    def session(self) -> Iterator[MailSession]:
        """This function will keep one connection for several letters. Raises MailDown."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """邮件设置: as the environment says; `ca` names a file of certificates to trust besides the machine's own."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    tls: str = "starttls"
    ca: str = ""
    timeout: float = TIMEOUT_SECONDS


class SmtpMail:
    """邮件服务器: STARTTLS or TLS by setting and never less than the setting asks; signs in where a user is named."""

    def __init__(self, settings: SmtpSettings) -> None:
        """This function will remember where to send."""
        self.settings = settings

    @contextmanager
    def session(self) -> Iterator[MailSession]:
        """This function will connect, and say goodbye in the end. Raises MailDown."""
        line = self._connected()
        try:
            yield _SmtpSession(line, self.settings)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                line.quit()

    def _connected(self) -> smtplib.SMTP:
        settings = self.settings
        if settings.tls not in TLS_WAYS:
            raise MailDown(f"YEKUO_SMTP_TLS 只能是 {'、'.join(TLS_WAYS)}")
        line: smtplib.SMTP | None = None
        try:
            line = self._line()
            if settings.tls == "starttls":
                line.starttls(context=self._context())
            if settings.user:
                line.login(settings.user, settings.password)
        except (smtplib.SMTPException, OSError) as error:
            if line is not None:
                line.close()
            raise MailDown(_why_out(error)) from error
        return line

    def _line(self) -> smtplib.SMTP:
        settings = self.settings
        if settings.tls == "ssl":
            return smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=self._context())
        return smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.settings.ca:
            context.load_verify_locations(self.settings.ca)
        return context


def _why_out(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"邮件服务器不接受账号或密码（{error.smtp_code}）"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "邮件服务器不支持所要求的加密或登录方式"
    if isinstance(error, ssl.SSLError):
        return "邮件服务器的证书不可信或加密协商失败"
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "邮件服务器没有按时应答"
    return "连不上邮件服务器"


class _SmtpSession:
    """已连接: one connection to a server."""

    def __init__(self, line: smtplib.SMTP, settings: SmtpSettings) -> None:
        self._line = line
        self._settings = settings

    def send(self, letter: Letter) -> None:
        """This function will hand a letter over. Raises MailRefused, MailDown, else MailFailed."""
        try:
            written = written_letter(letter, sender=self._settings.sender)
        except (ValueError, IndexError) as error:
            raise MailRefused("收件人或发件人的邮箱地址不对") from error
        try:
            self._line.send_message(written)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            if isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected):
                raise _not_taken(error) from error
            raise MailDown(_why_out(error)) from error


def _not_taken(error: smtplib.SMTPException) -> MailFailed:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return _by_code(code, "邮件服务器说没有这个收件人")
    if isinstance(error, smtplib.SMTPSenderRefused):
        return MailFailed(f"邮件服务器不接受发件人（{error.smtp_code}）")
    if isinstance(error, smtplib.SMTPDataError):
        return _by_code(error.smtp_code, "邮件服务器拒收")
    return MailFailed("邮件服务器没有接收")


def _by_code(code: int, refused: str) -> MailFailed:
    return MailRefused(f"{refused}（{code}）") if code >= 500 else MailFailed(f"邮件服务器暂时不收（{code}）")


def written_letter(letter: Letter, *, sender: str) -> EmailMessage:
    """This function will write a letter as it goes over the line. Raises ValueError on an address that is none."""
    made = EmailMessage()
    made["From"] = Address(display_name="业扩报装", addr_spec=sender)
    made["To"] = Address(addr_spec=letter.to)
    made["Subject"] = " ".join(letter.subject.split())
    made["Date"] = format_datetime(letter.made_at)
    made["Message-ID"] = letter.message_id
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.text, charset="utf-8", cte="base64")
    return made


class FakeMail:
    """演示邮件: written to the console in one line; nobody's mailbox is touched."""

    def __init__(self, out: TextIO | None = None) -> None:
        """This function will write to `out`, the console unless told otherwise."""
        self.out = out

    @contextmanager
    def session(self) -> Iterator[MailSession]:
        """This function will need no connection."""
        yield self

    def send(self, letter: Letter) -> None:
        """This function will show a letter; the address is masked even here."""
        out = self.out or sys.stderr
        words = " ".join(f"{letter.subject}｜{letter.text}".split())
        out.write(f"【演示邮件 {letter.message_id}】{mask_address(letter.to)} {words}\n")
        out.flush()


class NoMail:
    """没有通道: what a production installation has until a server is named."""

    @contextmanager
    def session(self) -> Iterator[MailSession]:
        """This function will always fail, and say what is missing."""
        raise MailDown("还没有配置邮件服务器（YEKUO_SMTP_HOST）")
        yield self

    def send(self, letter: Letter) -> None:
        """This function will never be reached by a session."""
        raise MailDown("还没有配置邮件服务器（YEKUO_SMTP_HOST）")


def mask_address(address: str) -> str:
    """This function will keep the first letter and the domain of an address."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}" if domain else "***"
