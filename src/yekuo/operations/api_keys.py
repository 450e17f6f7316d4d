"""接口密钥: made for a member of staff, shown once, known by its digest; a program with it may do what that person may."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from yekuo.records import api_keys, staff
from yekuo.rules.actor import Actor
from yekuo.rules.refusal import Problem, Refused

PREFIX = "yk_"
DAYS_AT_MOST = 3 * 366
LABEL_AT_MOST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """已发密钥: `token` is shown to whoever asked for it and cannot be read again."""

    key: int
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """密钥行: a key as an administrator sees it; `state` in Chinese."""

    key: int
    login: str
    label: str
    created_at: datetime
    expires_at: datetime
    state: str


def issue_key(*, login: str, label: str, days: int, at: datetime) -> Issued:
    """This function will make a key for a member of staff, valid for some days. Raises Refused."""
    holder = staff.by_login(login)
    problems = (
        ("login", holder is None, f"没有账号“{login[:40]}”"),
        ("label", not 1 <= len(label.strip()) <= LABEL_AT_MOST, f"用途说明应为 1 到 {LABEL_AT_MOST} 个字"),
        ("days", not 1 <= days <= DAYS_AT_MOST, f"有效天数应在 1 到 {DAYS_AT_MOST} 之间"),
    )
    wrong = tuple(Problem(field, message) for field, bad, message in problems if bad)
    if holder is None or wrong:
        raise Refused("；".join(one.message for one in wrong), problems=wrong, code="form")
    if not staff.actor_of(holder).roles or holder.unit_id is None:
        raise Refused(f"账号“{login}”已停用，或还没有单位、岗位，不能发放密钥", code="no_powers")
    token = PREFIX + secrets.token_urlsafe(32)
    until = at + timedelta(days=days)
    made = api_keys.add(digest=digest_of(token), holder=holder, label=label.strip(), at=at, until=until)
    return Issued(key=made.pk, token=token, expires_at=until)


def digest_of(token: str) -> bytes:
    """This function will give what a key is kept as: 32 random bytes need no salt and no slow hash."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def holder_of(token: str, *, at: datetime) -> Actor | None:
    """This function will give whoever a key acts for, with their roles of now; None when the key is not valid."""
    found = api_keys.valid(digest_of(token), at=at) if token.startswith(PREFIX) else None
    actor = staff.actor_by_key(found.staff_id) if found else None
    return actor if actor is not None and actor.roles and actor.unit else None


def list_keys(*, at: datetime) -> tuple[Listed, ...]:
    """This function will list all keys that were made, newest first."""
    return tuple(
        Listed(
            key=one.pk,
            login=one.staff.username,
            label=one.label,
            created_at=one.created_at,
            expires_at=one.expires_at,
            state="已作废" if one.revoked_at else "已过期" if one.expires_at <= at else "有效",
        )
        for one in api_keys.everyone()
    )


def revoke_key(*, key: int, at: datetime) -> None:
    """This function will end a key at once. Raises Refused when there is no such key in force."""
    if not api_keys.revoke(key, at=at):
        raise Refused(f"没有编号为 {key} 的有效密钥", code="not_found")
