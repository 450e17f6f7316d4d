"""客户登录: a one-time code to the phone, and links to one case; nothing tells whether a number is known."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from yekuo.operations import texting
from yekuo.records import cases, log
from yekuo.records.models import Case, CaseLink, CustomerAccount, OneTimeCode, Person
from yekuo.records.scope import OPENERS, scope_of
from yekuo.records.sealed import blind, keyed_mark, normal_phone, phone_index
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.people import mask_phone, mobile_error
from yekuo.rules.refusal import Problem, Refused

CODE_LIVES = timedelta(minutes=5)
TRIES = 5
AGAIN_AFTER = timedelta(seconds=60)
LINK_LIVES = timedelta(days=180)
LINK_RENEWED_BELOW = timedelta(days=60)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_ASKER = ((HOUR, 5), (DAY, 10))
"""How often one asker may send a code to one phone. Counted per phone alone, a stranger could use up somebody's codes for
the day by asking for them, and so lock the rightful user out for nothing."""
PER_PHONE = ((HOUR, 15), (DAY, 30))
"""How often strangers together may send a code to one phone, so that nobody's phone is flooded from many addresses. A browser
that has signed in with this phone before carries a mark of it and is not kept out by what strangers did: it is an asker
of its own, within PER_ASKER."""
PER_ADDRESS = ((HOUR, 30), (DAY, 200))
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """已发验证码: to which (masked) phone, until when it is good, and when another may be asked for.

    `key` names the code to `sign_in`; it tells nothing of it.
    """

    key: int
    phone: str
    expires_at: datetime
    again_at: datetime


def _phone(phone: str) -> tuple[str, bytes]:
    error = mobile_error(phone) if phone.strip() else "请填写手机号"
    number = normal_phone(phone)
    index = phone_index(number)
    if error or index is None:
        raise Refused(error, problems=(Problem("phone", error),), code="form")
    return number, index


def send_code(*, phone: str, address: str, at: datetime, device: str = "") -> Sent:
    """This function will send a code of six digits, good for five minutes; an earlier one of the same asker is void then.

    `address` is where the request comes from, `device` what `device_mark` gave this browser at an earlier sign-in.
    Raises Refused on a wrong number, too many requests, or no gateway.
    """
    number, index = _phone(phone)
    code = f"{secrets.randbelow(1_000_000):06d}"
    known = _knows(device, index)
    place = blind("device of a request", device) if known else blind("address of a request", address)
    place = place or b"nowhere"
    with transaction.atomic():
        log.one_at_a_time(f"otp:{place.hex()}")
        log.one_at_a_time(f"otp:{index.hex()}")
        _check_pace(index, place, at, known=known)
        kept = OneTimeCode.objects.create(
            phone_index=index,
            address_index=place,
            mark=_mark(index, code),
            sent_at=at,
            expires_at=at + CODE_LIVES,
        )
    minutes = CODE_LIVES // timedelta(minutes=1)
    text = f"验证码 {code}，{minutes} 分钟内有效，用于登录业扩办电。如非本人操作，请忽略，不要告诉任何人。"
    if not texting.send(phone=number, text=text, kind="code", at=at):
        raise Refused("短信没有发出去，请稍后再试，或打 95598 办理", code="sms")
    return Sent(key=kept.pk, phone=mask_phone(number), expires_at=at + CODE_LIVES, again_at=at + AGAIN_AFTER)


def device_mark(phone: str) -> str:
    """This function will make what a browser keeps after signing in with a phone; it tells nothing of the number."""
    _, index = _phone(phone)
    name = secrets.token_urlsafe(12)
    return f"{name}.{_device_tag(name, index)}"


def _knows(device: str, index: bytes) -> bool:
    name, _, tag = device.partition(".")
    return bool(name) and hmac.compare_digest(_device_tag(name, index).encode(), tag.encode())


def _device_tag(name: str, index: bytes) -> str:
    return keyed_mark("device of a phone", f"{name}:{index.hex()}")[:32]


def _check_pace(index: bytes, place: bytes, at: datetime, *, known: bool) -> None:
    phones = OneTimeCode.objects.filter(phone_index=index)
    mine = phones.filter(address_index=place)
    last = mine.filter(sent_at__gt=at - AGAIN_AFTER).order_by("-sent_at").first()
    if last is not None:
        wait = int((last.sent_at + AGAIN_AFTER - at).total_seconds()) + 1
        raise Refused(f"验证码刚发过，请 {wait} 秒后再试", code="pace")
    for sent, bounds in ((mine, PER_ASKER), (phones, () if known else PER_PHONE)):
        for span, most in bounds:
            if sent.filter(sent_at__gt=at - span).count() >= most:
                when = "一小时" if span == HOUR else "一天"
                raise Refused(f"这个手机号{when}内获取验证码太多，请过一会儿再试，或打 95598 办理", code="pace")
    for span, most in PER_ADDRESS:
        if OneTimeCode.objects.filter(address_index=place, sent_at__gt=at - span).count() >= most:
            raise Refused("您所在的网络获取验证码太多，请过一会儿再试，或打 95598 办理", code="pace")


def _mark(index: bytes, code: str) -> str:
    return keyed_mark("one-time code", f"{index.hex()}:{code}")


def sign_in(*, phone: str, code: str, at: datetime, asked: int | None = None) -> Actor:
    """This function will check a code sent to a phone and give its customer, made at first sign-in. Raises Refused.

    `asked` is the key of the code this browser asked for: what a stranger's browser asks for or guesses neither voids it
    nor uses up its guesses. Without it the newest code of the phone is meant.
    """
    number, index = _phone(phone)
    typed = "".join(code.split())
    with transaction.atomic():
        wrong = _used(index, typed, at, asked)
        if not wrong:
            account, _ = CustomerAccount.objects.get_or_create(
                phone_index=index, defaults={"phone": number, "made_at": at}
            )
            wrong = "这个手机号已停用，请到营业厅或打 95598 办理" if account.blocked else ""
            CustomerAccount.objects.filter(pk=account.pk).update(seen_at=at)
    if wrong:  # raised outside, so that the wrong guess stays counted
        raise Refused(wrong, problems=(Problem("code", wrong),), code="code")
    return _actor(account)


def _used(index: bytes, typed: str, at: datetime, asked: int | None) -> str:
    codes = OneTimeCode.objects.select_for_update().filter(phone_index=index).order_by("-sent_at", "-pk")
    newest = (codes if asked is None else codes.filter(pk=asked)).first()
    if not typed:
        return "请填写验证码"
    if newest is None or newest.used_at is not None or newest.expires_at <= at or newest.sent_at > at:
        return "验证码已失效，请重新获取"
    if asked is not None and _asked_again(newest):
        return "这里又获取了新的验证码，这一个已失效，请用最新的"
    if newest.tries >= TRIES:
        return "输错次数太多，请重新获取验证码"
    if not hmac.compare_digest(newest.mark, _mark(index, typed)):
        OneTimeCode.objects.filter(pk=newest.pk).update(tries=F("tries") + 1)
        left = TRIES - newest.tries - 1
        return f"验证码不对，还可以试 {left} 次" if left else "输错次数太多，请重新获取验证码"
    newest.used_at = at
    newest.save(update_fields=["used_at"])
    return ""


def _asked_again(code: OneTimeCode) -> bool:
    """Whether the same asker has asked for another one since; two tabs of one browser must not keep two doors open."""
    same = OneTimeCode.objects.filter(phone_index=bytes(code.phone_index), address_index=bytes(code.address_index))
    return same.filter(pk__gt=code.pk).exists()


def _actor(account: CustomerAccount) -> Actor:
    return Actor(kind=ActorKind.CUSTOMER, person=account.pk, roles=("customer",))


def customer(key: int) -> Actor | None:
    """This function will give the customer of an account key, None when it is unknown or blocked."""
    account = CustomerAccount.objects.filter(pk=key, blocked=False).first()
    return _actor(account) if account else None


def customer_by_phone(phone: str, *, at: datetime) -> Actor:
    """This function will give the customer of a phone that was verified elsewhere (a counter), made if new."""
    number, index = _phone(phone)
    account, _ = CustomerAccount.objects.get_or_create(phone_index=index, defaults={"phone": number, "made_at": at})
    return _actor(account)


def phone_of(by: Actor) -> str:
    """This function will open the customer's own phone number, to fill it into their own form; '' for anybody else."""
    if by.kind not in (ActorKind.CUSTOMER, ActorKind.AGENT):
        return ""
    account = CustomerAccount.objects.filter(pk=by.person).first()
    return account.phone.open() if account else ""


def customer_of_case(case: int) -> Actor | None:
    """This function will give the customer whose case it is: by the applicant's phone, else whoever opened it."""
    found = Case.objects.filter(pk=case).first()
    person = Person.objects.filter(pk=found.applicant).first() if found and found.applicant else None
    account = None
    if person is not None and person.phone_index:
        account = CustomerAccount.objects.filter(phone_index=person.phone_index, blocked=False).first()
    if account is None and found is not None and found.opener_kind in OPENERS:
        account = CustomerAccount.objects.filter(pk=found.opener, blocked=False).first()
    return _actor(account) if account else None


def acting_in(by: Actor, *, applicant: int) -> Actor:
    """This function will give the customer as they stand to an applicant: an agent when only the agent's phone is theirs."""
    account = CustomerAccount.objects.filter(pk=by.person).first() if by.kind is ActorKind.CUSTOMER else None
    person = Person.objects.filter(pk=applicant).first()
    if account is None or person is None:
        return by
    own, agents = person.phone_index == account.phone_index, person.agent_phone_index == account.phone_index
    if agents and not own:
        return Actor(kind=ActorKind.AGENT, person=by.person, roles=("agent",))
    return by


def forget_codes(*, before: datetime) -> int:
    """This function will forget codes sent before a moment; returns how many."""
    return OneTimeCode.objects.filter(sent_at__lt=before).delete()[0]


# --- links ----------------------------------------------------------------------------------------------------


class LinkGone(Exception):  # noqa: N818 - what happened
    """Raised for a link that leads nowhere: `why` is unknown, expired or revoked."""

    def __init__(self, why: str) -> None:
        """This function will keep the reason, which decides what the reader is told."""
        super().__init__(why)
        self.why = why


def progress_link(*, case: int, at: datetime) -> str:
    """This function will give the token of a link to a case's progress, good for half a year; a good one is used again."""
    found = CaseLink.objects.filter(
        case=case, purpose="progress", revoked_at=None, expires_at__gt=at + LINK_RENEWED_BELOW
    ).order_by("pk").first()  # fmt: skip
    link = found or CaseLink.objects.create(case=case, made_at=at, expires_at=at + LINK_LIVES)
    return f"{_short(link.pk)}-{_tag(link)}"


def case_of_link(token: str, *, at: datetime) -> int:
    """This function will give the case a token leads to. Raises LinkGone."""
    number, _, tag = token.partition("-")
    try:
        link = CaseLink.objects.filter(pk=int(number, 36)).first() if number.isascii() and len(number) <= 11 else None
    except ValueError:
        link = None
    if link is None or not hmac.compare_digest(_tag(link).encode(), tag.encode()):
        raise LinkGone("unknown")
    if link.revoked_at is not None:
        raise LinkGone("revoked")
    if link.expires_at <= at:
        raise LinkGone("expired")
    return link.case


def revoke_links(*, case: int, by: Actor, at: datetime) -> int:
    """This function will let no link to a case lead there any more; returns how many there were. Raises Refused."""
    if not cases.visible_to(scope_of(by)).filter(pk=case).exists():
        raise Refused("没有这个工单", code="not_found")
    return CaseLink.objects.filter(case=case, revoked_at=None).update(revoked_at=at)


def _tag(link: CaseLink) -> str:
    return keyed_mark("case link", f"{link.pk}:{link.case}:{link.purpose}")[:32]


def _short(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = DIGITS[rest] + text
    return text
