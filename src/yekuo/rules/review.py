"""方案会审: who must give an opinion on a scheme and by when, and whether design review and mid-inspection are due."""

from dataclasses import dataclass
from enum import StrEnum

from yekuo.rules.powers import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """会审成员: a role asked for its opinion within `days` working days."""

    role: Role
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPlan:
    """会审安排: `record_only` means the members are only informed (备案) and nothing is waited for."""

    rule: str
    record_only: bool
    members: tuple[Member, ...]
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """会审意见: one member's answer (a role key or `staff:<key>`); an objection states what is wrong."""

    member: str
    agree: bool
    text: str = ""


class Outcome(StrEnum):
    """会审结果: 未齐, 通过, 退回."""

    OPEN = "open"
    AGREED = "agreed"
    RETURNED = "returned"
