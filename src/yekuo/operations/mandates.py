"""委托链接: a customer lets a designer, a builder or an agent do one thing in one case, by a link that ends.

The token is shown once, when the link is made; only its hash is kept, so a copied database opens no case.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from yekuo.operations import telling
from yekuo.operations.handing_in import hand_in
from yekuo.operations.perform import Receipt
from yekuo.operations.signin import LinkGone
from yekuo.records import cases
from yekuo.records.models import Case, Mandate
from yekuo.records.scope import scope_of
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.deeds.base import Deed, Paper
from yekuo.rules.mandates import PURPOSES, Purpose, purpose_of
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import Status

LASTS = (7, 30, 90, 180)
"""For how many days a link may be given."""
MOST_OPEN = 10
HOLDER_AT_MOST = 40
USE_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """已给链接: as its maker sees it in the list; `state` is open, expired or revoked."""

    key: int
    purpose: Purpose
    holder: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """所持委托: who a token makes its holder, for which case and purpose, until when."""

    actor: Actor
    case: int
    number: str
    purpose: Purpose
    holder: str
    expires_at: datetime


def give_mandate(*, case: int, purpose: str, holder: str, days: int, by: Actor, at: datetime) -> str:
    """This function will make a link and return its token, which is never shown again.

    `days` is one of LASTS. Only the customer of the case gives links, and none for a case that is over. Raises Refused.
    """
    found = _own(case, by)
    wrong = tuple(_problems(purpose, holder, days))
    if wrong:
        raise Refused(wrong[0].message, problems=wrong, code="form")
    if found.status != Status.OPEN.value:
        raise Refused("这件申请已经结束，不能再委托别人办理", code="over")
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        cases.visible_to(scope_of(by)).select_for_update().get(pk=case)  # links of one case are counted one at a time
        if Mandate.objects.filter(case=case, revoked_at=None, expires_at__gt=at).count() >= MOST_OPEN:
            raise Refused(f"有效的委托链接已有 {MOST_OPEN} 个，请先停用不再需要的", code="too_many")
        made = Mandate.objects.create(
            case=case,
            purpose=purpose,
            holder=holder.strip(),
            token_hash=_hash(token),
            made_by=by.person,
            made_at=at,
            expires_at=at + timedelta(days=days),
        )
        telling.tell_of_link(found, key=made.pk, at=at)
    return token


def _problems(purpose: str, holder: str, days: int) -> Iterable[Problem]:
    if purpose_of(purpose) is None:
        yield Problem("purpose", "请选择委托办什么")
    if not holder.strip():
        yield Problem("holder", "请写明给谁用，停用时好辨认")
    elif len(holder.strip()) > HOLDER_AT_MOST:
        yield Problem("holder", f"太长，请写在 {HOLDER_AT_MOST} 字以内")
    if days not in LASTS:
        yield Problem("days", "请选择有效期")


def mandates_of(*, case: int, by: Actor, at: datetime) -> tuple[Given, ...]:
    """This function will list the links given for a case, newest first, for its customer. Raises Refused."""
    _own(case, by)
    rows = Mandate.objects.filter(case=case).order_by("-pk")
    return tuple(_given(row, purpose, at) for row in rows if (purpose := purpose_of(row.purpose)))


def _given(row: Mandate, purpose: Purpose, at: datetime) -> Given:
    state = "revoked" if row.revoked_at else "expired" if row.expires_at <= at else "open"
    return Given(
        key=row.pk,
        purpose=purpose,
        holder=row.holder.open(),
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        state=state,
    )


def revoke_mandate(*, case: int, key: int, by: Actor, at: datetime) -> bool:
    """This function will let a link open nothing any more; False when it was revoked before. Raises Refused."""
    _own(case, by)
    rows = Mandate.objects.filter(pk=key, case=case)
    if not rows.exists():
        raise Refused("没有这个委托链接", code="not_found")
    return bool(rows.filter(revoked_at=None).update(revoked_at=at))


def hold(token: str, *, at: datetime) -> Held:
    """This function will say what the holder of a token may do. Raises LinkGone: unknown, revoked or expired."""
    row = Mandate.objects.filter(token_hash=_hash(token)).first()
    purpose = purpose_of(row.purpose) if row else None
    if row is None or purpose is None:
        raise LinkGone("unknown")
    if row.revoked_at is not None:
        raise LinkGone("revoked")
    if row.expires_at <= at:
        raise LinkGone("expired")
    if row.used_at is None or at - row.used_at >= USE_NOTED_EVERY:
        Mandate.objects.filter(pk=row.pk).update(used_at=at)
    actor = Actor(kind=ActorKind.MANDATE, person=row.pk, roles=(purpose.role.value,))
    number = cases.case(row.case, scope=scope_of(actor)).number
    return Held(
        actor=actor,
        case=row.case,
        number=number,
        purpose=purpose,
        holder=row.holder.open(),
        expires_at=row.expires_at,
    )


def hand_in_by_mandate(
    *, token: str, deed: Deed, papers: Iterable[Paper], at: datetime, key: str, expected: str = ""
) -> Receipt:
    """This function will do a deed for whoever holds a token, in the role of its purpose and within it.

    Raises LinkGone, or Refused and then has changed nothing.
    """
    held = hold(token, at=at)
    if deed.deed not in held.purpose.deeds:
        raise Refused(f"这个链接只能用来{held.purpose.name}", code="forbidden")
    return hand_in(case=held.case, deed=deed, papers=papers, by=held.actor, at=at, key=key, expected=expected)


def _own(case: int, by: Actor) -> Case:
    """The customer's own case; a mandate gives no mandates, and staff give none in the customer's name."""
    if by.kind not in (ActorKind.CUSTOMER, ActorKind.AGENT):
        raise Refused("只有申请人本人能委托别人办理", code="forbidden")
    return cases.case(case, scope=scope_of(by))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


__all__ = [
    "LASTS", "PURPOSES", "Given", "Held", "give_mandate", "hand_in_by_mandate", "hold", "mandates_of", "revoke_mandate",
]  # fmt: skip
