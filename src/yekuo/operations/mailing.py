"""邮件: who gets a word by mail as well is found once; letters go out at least once, each under one Message-ID."""

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from yekuo.integrations.mail import (
    FakeMail,
    Letter,
    MailDown,
    MailFailed,
    MailRefused,
    MailSender,
    MailSession,
    NoMail,
    SmtpMail,
    SmtpSettings,
)
from yekuo.records import rule_changes, sending, tables
from yekuo.records.messages import KIND_NAMES
from yekuo.records.models import Mail, Staff, StaffMessage
from yekuo.records.rule_changes import Word
from yekuo.rules.messages import address_error

SPREAD_AT_ONCE = 200
BATCH = 10
"""Few enough that even a slow server is through with them before the lease ends."""
FRESH = timedelta(hours=24)
"""Words older than this were seen in the message centre, or never will be; no mail brings them back."""
DOWN_AGAIN = timedelta(minutes=1)
SUBJECT_AT_MOST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """网址: the whole address of a path, '' where the product has none, and the path of a case by its number."""

    whole: Callable[[str], str]
    case: Callable[[str], str]


logger = logging.getLogger(__name__)


def sender() -> MailSender:
    """This function will choose the mail server: the one named, the console in a rehearsal or a test, else none."""
    if settings.SMTP_HOST:
        return SmtpMail(
            SmtpSettings(
                host=settings.SMTP_HOST, port=settings.SMTP_PORT, sender=settings.SMTP_FROM or settings.SMTP_USER,
                user=settings.SMTP_USER, password=settings.SMTP_PASSWORD, tls=settings.SMTP_TLS, ca=settings.SMTP_CA,
            )
        )  # fmt: skip
    return NoMail() if settings.PRODUCTION else FakeMail()


def spread(*, at: datetime, limit: int = SPREAD_AT_ONCE) -> int:
    """This function will find who gets new words by mail as well and keep their letters; returns how many words."""
    mailed = tables.messages().mailed
    with transaction.atomic():
        words = sending.unspread(limit=limit)
        fresh = [one for one in words if one.kind in mailed and at - one.at < FRESH and one.read_at is None]
        found = sending.readers(fresh) if fresh else {}
        sending.keep_mails(_letter_row(one, person, at) for one in fresh for person in found[one.pk])
        sending.mark_spread(words)
    return len(words)


def _letter_row(word: StaffMessage, person: int, at: datetime) -> Mail:
    return Mail(
        message=word.pk, staff=person, kind=word.kind, message_id=_message_id(word.pk, person), created_at=at,
        next_try_at=at,
    )  # fmt: skip


def _message_id(word: int, person: int) -> str:
    domain = (settings.SMTP_FROM or settings.SMTP_USER).rpartition("@")[2] or "yekuo.invalid"
    return f"<{word}.{person}.{secrets.token_hex(8)}@{domain}>"


def deliver(*, at: datetime, addresses: Addresses, limit: int = BATCH) -> int:
    """This function will send up to `limit` waiting letters and return how many were taken up.

    A letter that was on its way when the process died goes out again under the same Message-ID.
    """
    table, through = tables.messages(), sender()
    if isinstance(through, NoMail):
        why = f"没有配置邮件服务器，超过 {table.retry.stale // timedelta(hours=1)} 小时没有发出"
        return sending.give_up_stale(Mail, before=at - table.retry.stale, why=why)
    only = Q(kind__in=table.quiet.exempt) if table.quiet.holds(at) else None
    claimed = sending.claim(Mail, at=at, limit=limit, lease=table.retry.lease, only=only)
    if claimed:
        _send_all(claimed, through, at, addresses)
    return len(claimed)


def _send_all(claimed: list[Mail], through: MailSender, at: datetime, addresses: Addresses) -> None:
    words, people = sending.words_and_people(claimed)
    left = list(claimed)
    try:
        with through.session() as session:
            while left:
                one = left[0]
                _send(one, words.get(one.message), people.get(one.staff), session, at, addresses)
                left.pop(0)
    except MailDown as down:
        logger.warning("邮件没有发出（%s），稍后再试", down)
        first, *rest = left
        _again(first, words.get(first.message), people.get(first.staff), str(down), at)
        sending.give_back(rest, at=at + DOWN_AGAIN)


def _send(
    one: Mail, word: StaffMessage | None, person: Staff | None, session: MailSession, at: datetime, addresses: Addresses
) -> None:
    if word is None or person is None or address_error(person.email):
        sending.finish(one, failed="没有可用的邮箱")
        return
    if at - one.created_at > tables.messages().retry.stale:
        sending.finish(one, failed="太久没有发出，不再发送")
        return
    letter = Letter(
        to=person.email, subject=_subject(word), text=_text(word, addresses), message_id=one.message_id,
        made_at=one.created_at,
    )  # fmt: skip
    try:
        session.send(letter)
    except MailDown:
        raise
    except MailRefused as refused:
        _give_up(one, word, person, str(refused), at)
    except MailFailed as failed:
        _again(one, word, person, str(failed), at)
    else:
        sending.finish(one, sent_at=at)


def _again(one: Mail, word: StaffMessage | None, person: Staff | None, why: str, at: datetime) -> None:
    until = tables.messages().retry.next_try(one.tries, at)
    if until is None:
        _give_up(one, word, person, why, at)
    else:
        sending.put_off(one, until=until, error=why)


def _give_up(one: Mail, word: StaffMessage | None, person: Staff | None, why: str, at: datetime) -> None:
    rule = tables.messages().rules["mail_failed"]
    with transaction.atomic():
        sending.finish(one, failed=why)
        if word is None or person is None:
            return
        text = f"发给{person.get_full_name()}的邮件没有送达（{why}），请核对邮箱；这条消息在消息中心里能看到"
        once = f"mail:{person.pk}:{at:%Y-%m-%d}"
        rule_changes.tell(
            [
                Word(person=0, role=role, unit=word.unit, case_number="", text=text, kind=rule.kind, once=once)
                for role in rule.to
            ],
            at=at,
        )


def _subject(word: StaffMessage) -> str:
    about = f"{word.case_number} " if word.case_number else ""
    said = word.text if len(word.text) <= SUBJECT_AT_MOST else f"{word.text[: SUBJECT_AT_MOST - 1]}…"
    return f"【{KIND_NAMES.get(word.kind, KIND_NAMES[''])}】{about}{said}"


def _text(word: StaffMessage, addresses: Addresses) -> str:
    return "\n".join(_lines(word, addresses)) + "\n"


def _lines(word: StaffMessage, addresses: Addresses) -> Iterator[str]:
    yield f"工单 {word.case_number}：{word.text}" if word.case_number else word.text
    own = [["打开工单", addresses.case(word.case_number)]] if word.case_number else []
    links: Sequence[Sequence[str]] = word.links or own
    for label, path in links:
        where = addresses.whole(path)
        yield f"  {label}{f'：{where}' if where else ''}"
    yield ""
    yield "这封信由业扩平台自动发出，请勿回复。登录后在“消息”里可看到全部提醒。"
