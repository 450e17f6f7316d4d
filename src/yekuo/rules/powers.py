"""权限清单: which role may do which deed, up to which voltage and capacity."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from yekuo.rules.facts import Facts
from yekuo.rules.when import ALWAYS, When, when_of


class Role(StrEnum):
    """岗位: the roles of the company, and those of whoever acts without one: customer, agent, designer, builder, system."""

    CLERK = "clerk"
    MANAGER = "manager"
    SURVEYOR = "surveyor"
    PLANNER = "planner"
    OPERATIONS = "operations"
    CONSTRUCTION = "construction"
    DISPATCHER = "dispatcher"
    FINANCE = "finance"
    MATERIALS = "materials"
    METERING = "metering"
    INSPECTOR = "inspector"
    CHIEF = "chief"
    SUPERVISOR1 = "supervisor1"
    SUPERVISOR2 = "supervisor2"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    CUSTOMER = "customer"
    AGENT = "agent"
    DESIGNER = "designer"
    BUILDER = "builder"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """授权: these roles may do the deed in the cases `when` is about."""

    roles: tuple[Role, ...]
    when: When = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """一项权限: one deed, its name, who may do it, and the deeds whose author may not do this one (不相容).

    `reason_required` asks for a written reason; `confirmed` False means that the company has to confirm the line.
    """

    deed: str
    name: str
    grants: tuple[Grant, ...]
    not_by_author_of: tuple[str, ...] = ()
    reason_required: bool = False
    source: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerTable:
    """权限清单: the whole table, one power per deed, and the Chinese names of the roles."""

    powers: tuple[Power, ...]
    role_names: tuple[tuple[Role, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerLine:
    """清单行: one deed as shown on the page; one (roles, condition in words) pair per grant."""

    deed: str
    name: str
    grants: tuple[tuple[tuple[str, ...], str], ...]
    not_by_author_of: tuple[str, ...]
    reason_required: bool
    source: str
    confirmed: bool


def parse_powers(text: str) -> PowerTable:
    """This function will read the table from TOML; ValueError on an unnamed role, a repeated or an unknown deed."""
    data = tomllib.loads(text)
    names = tuple((Role(key), str(name)) for key, name in data["roles"].items())
    if {role for role, _ in names} != set(Role):
        raise ValueError("权限清单：每个岗位都要有中文名称")
    powers = tuple(_power(row) for row in data["power"])
    deeds = [power.deed for power in powers]
    if len(set(deeds)) != len(deeds):
        raise ValueError("权限清单：有重复的业务动作")
    for power in powers:
        if not set(power.not_by_author_of) <= set(deeds):
            raise ValueError(f"权限清单：{power.deed} 的不相容动作不存在")
    return PowerTable(powers=powers, role_names=names)


def _power(row: dict[str, Any]) -> Power:
    fields = dict(row)
    grants = tuple(_grant(one) for one in fields.pop("grants"))
    return Power(grants=grants, not_by_author_of=tuple(fields.pop("not_by_author_of", ())), **fields)


def _grant(row: dict[str, Any]) -> Grant:
    fields = dict(row)
    return Grant(roles=tuple(Role(one) for one in fields.pop("roles")), when=when_of(fields))


def power_of(deed: str, *, table: PowerTable) -> Power:
    """This function will return the line of one deed; LookupError when the table has none (then nobody may do it)."""
    for power in table.powers:
        if power.deed == deed:
            return power
    raise LookupError(f"权限清单里没有“{deed}”")


def who_may(deed: str, facts: Facts | None, *, table: PowerTable) -> tuple[Role, ...]:
    """This function will list the roles that may do the deed, in the order of the table.

    Without facts (a menu, not a case) a role that may in some case counts.
    """
    grants = power_of(deed, table=table).grants
    roles = [role for grant in grants if facts is None or grant.when.matches(facts) for role in grant.roles]
    return tuple(dict.fromkeys(roles))


def may(roles: Iterable[str], deed: str, facts: Facts | None, *, table: PowerTable) -> bool:
    """This function will say whether somebody with these roles may do the deed; unknown roles carry no power."""
    return not set(who_may(deed, facts, table=table)).isdisjoint(roles)


def incompatible(deed: str, *, table: PowerTable) -> tuple[str, ...]:
    """This function will name the deeds whose author must be another person than the one doing `deed`."""
    return power_of(deed, table=table).not_by_author_of


def role_name(role: str, *, table: PowerTable) -> str:
    """This function will give the Chinese name of a role, the key itself when it is unknown."""
    return dict[str, str](table.role_names).get(role, role)


def as_table(*, table: PowerTable) -> tuple[PowerLine, ...]:
    """This function will lay the whole list out for the page, with roles and conditions in words."""
    deed_names = {power.deed: power.name for power in table.powers}
    return tuple(
        PowerLine(
            deed=power.deed,
            name=power.name,
            grants=tuple(
                (tuple(role_name(role, table=table) for role in grant.roles), grant.when.words())
                for grant in power.grants
            ),
            not_by_author_of=tuple(deed_names[deed] for deed in power.not_by_author_of),
            reason_required=power.reason_required,
            source=power.source,
            confirmed=power.confirmed,
        )
        for power in table.powers
    )
