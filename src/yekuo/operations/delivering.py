"""告知发送: sends customers the words that deeds left for them; again when the gateway was out, never without end."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from yekuo.integrations.sms import NoSms, SmsDown, SmsFailed
from yekuo.operations import signin, texting, wording
from yekuo.records import persons, rule_changes, sending, tables
from yekuo.records.models import Case, Outbox
from yekuo.records.rule_changes import Word

BATCH = 10
"""Few enough that even a slow gateway is through with them before the lease ends."""
DOWN_AGAIN = timedelta(minutes=1)
Link = Callable[[str], str]


def deliver(*, at: datetime, link: Link, limit: int = BATCH) -> int:
    """This function will send up to `limit` waiting messages and return how many were taken up.

    `link` makes the address of a progress page from its token, '' where the product has no address. A message that was
    on its way when the process died goes out again under the same reference. In quiet hours news wait.
    """
    table = tables.messages()
    if isinstance(texting.sender(), NoSms):
        return _give_up_stale(at)
    only = Q(topic__in=[f"customer.{event}" for event in table.quiet.exempt]) if table.quiet.holds(at) else None
    claimed = sending.claim(Outbox, at=at, limit=limit, lease=table.retry.lease, only=only)
    left = list(claimed)
    try:
        while left:
            _send(left[0], at, link)
            left.pop(0)
    except SmsDown as down:
        _again(left[0], str(down), at)
        sending.give_back(left[1:], at=at + DOWN_AGAIN)
    return len(claimed)


def _give_up_stale(at: datetime) -> int:
    """Without a gateway news wait for one, but not until they are old."""
    return sending.give_up_stale(
        Outbox, before=at - tables.messages().retry.stale, why="没有短信网关，超过三天没有发出"
    )  # fmt: skip


def _send(one: Outbox, at: datetime, link: Link) -> None:
    case = Case.objects.filter(pk=one.case_id).first()
    phone = _phone(one)
    if at - one.created_at > tables.messages().retry.stale:
        _give_up(one, "超过三天没有发出，不再发送", at)
    elif case is None or not phone:
        _give_up(one, "没有可用的电话", at)
    else:
        text = wording.text_of(one, case, link(signin.progress_link(case=case.pk, at=at)))
        try:
            texting.attempt(phone=phone, text=text, kind="progress", at=at, case=case.pk, reference=f"o{one.pk}")
        except SmsDown:
            raise
        except SmsFailed as failed:
            _again(one, str(failed), at)
        else:
            sending.finish(one, sent_at=at)


def _phone(one: Outbox) -> str:
    person = persons.person(int(one.payload.get("applicant") or 0))
    if person is None:
        return ""
    return person.phone.open() or person.agent_phone.open()


def _again(one: Outbox, why: str, at: datetime) -> None:
    until = tables.messages().retry.next_try(one.tries, at)
    if until is None:
        _give_up(one, f"{why}，多次重试未成功", at)
    else:
        sending.put_off(one, until=until, error=why)


def _give_up(one: Outbox, why: str, at: datetime) -> None:
    with transaction.atomic():
        sending.finish(one, failed=why)
        _ask_to_call(one, at)


def _ask_to_call(one: Outbox, at: datetime) -> None:
    case = Case.objects.filter(pk=one.case_id).first()
    if case is None:
        return
    rule = tables.messages().rules["text_failed"]
    words = (
        Word(
            person=case.manager or 0 if role == "manager" else 0, role=role, unit=case.unit, case_number=case.number,
            text=f"短信没有送达，请打电话告知客户：{wording.news_of(one)}", kind=rule.kind, once=f"text:{one.pk}",
        )
        for role in rule.to
    )  # fmt: skip
    rule_changes.tell(words, at=at)
