"""演练公司: one city company with three counties, its people and their logins."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from yekuo.operations.rehearsal.staffing import CITY, COUNTIES, PEOPLE, Person
from yekuo.records import units
from yekuo.records.models import CustomerAccount, Staff, StaffRole, Unit
from yekuo.records.sealed import phone_index
from yekuo.rules.actor import Actor, ActorKind

PASSWORD = "yekuo-2026"  # noqa: S105 - printed on purpose: the demo's people have no secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """公司: units by code and actors by login."""

    units: dict[str, Unit]
    actors: dict[str, Actor]

    def of(self, unit: str, role: str) -> Actor | None:
        """This function will find the first person of a unit who holds a role."""
        key = self.units[unit].pk
        return next((one for one in self.actors.values() if one.unit == key and role in one.roles), None)


def found_company(*, at: datetime) -> Company:
    """This function will create the units and the people, all with the demo's one password."""
    city = units.add_unit(
        code=CITY[0], name=CITY[1], kind="city", company="SGCC", province="浙江", city="江州", phone="0570-95598"
    )
    made = {CITY[0]: city}
    for code, name in COUNTIES:
        made[code] = units.add_unit(
            code=code, name=name, kind="county", parent=city, phone=f"0570-{code}598", address=f"{name}营业厅"
        )
    return Company(units=made, actors=_hire(made, at))


def _hire(made: dict[str, Unit], at: datetime) -> dict[str, Actor]:
    """All in two statements, and one password hashed once: hashing is slow on purpose."""
    secret = make_password(PASSWORD)
    hired = Staff.objects.bulk_create(
        Staff(
            username=one.login, name=one.name, unit=made[one.unit], password=secret,
            is_staff="administrator" in one.roles,
        )
        for one in PEOPLE
    )  # fmt: skip
    StaffRole.objects.bulk_create(
        StaffRole(staff=staff, role=role, given_by=0, given_at=at)
        for staff, one in zip(hired, PEOPLE, strict=True)
        for role in one.roles
    )
    return {one.login: _actor(staff, one) for staff, one in zip(hired, PEOPLE, strict=True)}


def _actor(staff: Staff, one: Person) -> Actor:
    return Actor(kind=ActorKind.STAFF, person=staff.pk, unit=staff.unit_id or 0, roles=tuple(sorted(one.roles)))


def customer_of(phone: str, *, at: datetime) -> Actor:
    """This function will give the customer who signs in with a phone, with an account made at first use."""
    found, _ = CustomerAccount.objects.get_or_create(
        phone_index=phone_index(phone), defaults={"phone": phone, "made_at": at, "seen_at": at}
    )
    return Actor(kind=ActorKind.CUSTOMER, person=found.pk, roles=("customer",))


def logins() -> list[str]:
    """This function will list whom to sign in as, for the console."""
    titles = {
        "limin": "受理员", "zhaomin": "客户经理", "chengang": "勘查员", "sunli": "发展专责（会审）", "wudi": "运检专责（会审、送电）",
        "fengjie": "调控专责（会审）", "linfeng": "计量专责（会审、装表）", "xuqiang": "用电检查（会审、检验）", "machao": "班长（审批挂起）",
        "shenyue": "一级督导", "hanlei": "二级督导", "qianjin": "管理员（日历、时限、流程）", "luyan": "临江县受理兼经理",
    }  # fmt: skip
    names = {one.login: one.name for one in PEOPLE}
    lines = [f"员工登录（密码都是 {PASSWORD}）："]
    lines += [f"  {login:<10} {names[login]}  {title}" for login, title in titles.items()]
    return lines
