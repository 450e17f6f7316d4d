"""短信: every message to a phone is kept with how it went; text and number are sealed."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from yekuo.integrations.sms import FakeSms, GatewaySms, NoSms, SmsFailed, SmsSender
from yekuo.records.models import Message
from yekuo.records.sealed import phone_index

log = logging.getLogger(__name__)


def sender() -> SmsSender:
    """This function will choose the gateway: the one named, the console in a rehearsal or a test, else none."""
    url: str = getattr(settings, "SMS_URL", "")
    if url:
        return GatewaySms(url, getattr(settings, "SMS_KEY", ""))
    return NoSms() if settings.PRODUCTION else FakeSms()


def send(*, phone: str, text: str, kind: str, at: datetime) -> bool:
    """This function will send a text message now and keep how it went; outside any transaction that may be undone.

    Returns False when the gateway did not take it; the row says why.
    """
    try:
        attempt(phone=phone, text=text, kind=kind, at=at)
    except SmsFailed:
        return False
    return True


def attempt(*, phone: str, text: str, kind: str, at: datetime, case: int | None = None, reference: str = "") -> None:
    """This function will send a text message now and keep how it went. Raises SmsFailed; the kept row says why."""
    kept = Message.objects.create(to=phone, text=text, to_index=phone_index(phone), case=case, kind=kind, made_at=at)
    try:
        sender().send(phone=phone, text=text, reference=reference or f"m{kept.pk}")
    except SmsFailed as failed:
        kept.failure = str(failed)[:200]
        kept.save(update_fields=["failure"])
        log.warning("message %s was not sent: %s", kept.pk, failed)
        raise
    kept.sent_at = at
    kept.save(update_fields=["sent_at"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """已发短信: as the demo shows it; number masked, text whole."""

    to: str
    text: str
    at: datetime
    failure: str


def rehearsed(*, count: int = 20) -> tuple[Shown, ...]:
    """This function will list the newest messages with their text, in a rehearsal only; elsewhere none."""
    if not settings.REHEARSAL:
        return ()
    return tuple(
        Shown(to=str(one.to), text=one.text.open(), at=one.made_at, failure=one.failure)
        for one in Message.objects.order_by("-pk")[:count]
    )


def forget(*, before: datetime) -> int:
    """This function will forget messages made before a moment; returns how many."""
    return Message.objects.filter(made_at__lt=before).delete()[0]
