"""消息规则: who is told what, when nobody is disturbed, and when something that was not sent is tried again."""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from yekuo.rules.calendar import BEIJING
from yekuo.rules.limits import Rank
from yekuo.rules.powers import Role

OWNER = "owner"
BINDING = frozenset({Rank.LAW, Rank.POLICY, Rank.PROMISE})
LONGEST_ADDRESS = 254
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
Receiver = tuple[str, int]
"""A role, and one person who holds it or 0 for whoever does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """告知规则: what happened, under which kind it stands in the message centre, and who is told."""

    what: str
    kind: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """静默时段: from one time of day to another, over midnight where it ends earlier than it begins."""

    begin: time
    end: time
    exempt: frozenset[str]

    def holds(self, at: datetime, what: str = "") -> bool:
        """This function will say whether `what` has to wait at a moment."""
        if what in self.exempt or self.begin == self.end:
            return False
        now = at.astimezone(BEIJING).time()
        if self.begin < self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """重发计划: the waits after each failure, how long one attempt may take, and when news are too old to be sent."""

    waits: tuple[timedelta, ...]
    lease: timedelta
    stale: timedelta

    def next_try(self, tries: int, at: datetime) -> datetime | None:
        """This function will say when to try again after `tries` attempts, None when it is time to give up."""
        return at + self.waits[tries - 1] if tries <= len(self.waits) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """汇总: who gets one message a working day, from what time on, and which numbers it lists."""

    roles: tuple[str, ...]
    at: time
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTable:
    """消息规则表: the rules by what happened, the kinds that also go by mail, digest, quiet hours and retries."""

    rules: Mapping[str, Rule]
    mailed: frozenset[str]
    digest: Digest
    quiet: Quiet
    retry: Retry


def parse_messages(text: str) -> MessageTable:
    """This function will read the table from TOML; ValueError on an unknown role, a rule told twice or a wait of nothing."""
    data = tomllib.loads(text)
    rules = [Rule(what=row["what"], kind=row["kind"], to=tuple(row["to"])) for row in data["rule"]]
    if len({one.what for one in rules}) != len(rules):
        raise ValueError("消息规则里同一件事写了两次")
    _check_roles(role for one in rules for role in one.to)
    return MessageTable(
        rules={one.what: one for one in rules}, mailed=frozenset(data["mail"]["kinds"]), digest=_digest(data["digest"]),
        quiet=_quiet(data["quiet"]), retry=_retry(data["retry"]),
    )  # fmt: skip


def _check_roles(roles: Iterable[str]) -> None:
    unknown = sorted(set(roles) - {OWNER, *Role})
    if unknown:
        raise ValueError(f"消息规则有不认识的岗位：{'、'.join(unknown)}")


def _digest(data: Mapping[str, Any]) -> Digest:
    _check_roles(data["roles"])
    return Digest(roles=tuple(data["roles"]), at=data["at"], numbers=tuple(data["numbers"]))


def _quiet(data: Mapping[str, Any]) -> Quiet:
    return Quiet(begin=data["from"], end=data["to"], exempt=frozenset(data["exempt"]))


def _retry(data: Mapping[str, Any]) -> Retry:
    minutes, lease, stale = data["minutes"], data["lease_seconds"], data["stale_hours"]
    if not minutes or min(*minutes, lease, stale) <= 0 or list(minutes) != sorted(minutes):
        raise ValueError("重发计划的间隔应为正数，并且一次比一次长")
    waits = tuple(timedelta(minutes=one) for one in minutes)
    return Retry(waits=waits, lease=timedelta(seconds=lease), stale=timedelta(hours=stale))


def receivers(rule: Rule, *, owners: Collection[Receiver], people: Mapping[str, int]) -> tuple[Receiver, ...]:
    """This function will name who is told by a rule, each once.

    `owners` have the ball (the manager stands in where nobody of ours has it), `people` the case's own by role. Somebody
    told by name is not told again as a holder of the same role.
    """
    found = dict.fromkeys(_named(rule, owners or [("manager", people.get("manager", 0))], people))
    named = {role for role, person in found if person}
    return tuple(sorted(one for one in found if one[1] or one[0] not in named))


def _named(rule: Rule, owners: Collection[Receiver], people: Mapping[str, int]) -> Iterator[Receiver]:
    for one in rule.to:
        if one == OWNER:
            yield from owners
        else:
            yield one, people.get(one, 0) if one == Role.MANAGER else 0


def overdue_rule(table: MessageTable, broken: Collection[Rank]) -> Rule:
    """This function will choose the rule of something overdue by the ranks that are broken."""
    return table.rules["overdue_binding" if BINDING & set(broken) else "overdue"]


def address_error(address: str) -> str:
    """This function will say in Chinese what is wrong with a mail address, '' when nothing is."""
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        return "邮箱地址不对，应像 name@example.cn"
    return ""
