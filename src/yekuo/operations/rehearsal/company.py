"""演练公司: one city company with two counties, its people and their logins."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from yekuo.records import staff as people
from yekuo.records import units
from yekuo.records.models import CustomerAccount, Staff, Unit
from yekuo.records.sealed import phone_index
from yekuo.rules.actor import Actor, ActorKind

PASSWORD = "yekuo-2026"  # noqa: S105 - printed on purpose: the demo's people have no secrets
CITY = ("33", "江州供电公司")
COUNTIES = (("3301", "城关县供电公司"), ("3302", "临江县供电公司"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """演练人员: login, name, unit code and roles."""

    login: str
    name: str
    unit: str
    roles: tuple[str, ...]


PEOPLE = (
    Person(login="limin", name="李敏", unit="3301", roles=("clerk",)),
    Person(login="wangfang", name="王芳", unit="3301", roles=("clerk",)),
    Person(login="zhaomin", name="赵敏", unit="3301", roles=("manager",)),
    Person(login="zhoutao", name="周涛", unit="3301", roles=("manager",)),
    Person(login="chengang", name="陈刚", unit="3301", roles=("surveyor",)),
    Person(login="sunli", name="孙立", unit="3301", roles=("planner",)),
    Person(login="wudi", name="吴迪", unit="3301", roles=("operations",)),
    Person(login="zhengkai", name="郑凯", unit="3301", roles=("construction",)),
    Person(login="fengjie", name="冯洁", unit="3301", roles=("dispatcher",)),
    Person(login="hejing", name="何静", unit="3301", roles=("finance",)),
    Person(login="gaoyuan", name="高远", unit="3301", roles=("materials",)),
    Person(login="linfeng", name="林峰", unit="3301", roles=("metering",)),
    Person(login="xuqiang", name="许强", unit="3301", roles=("inspector",)),
    Person(login="machao", name="马超", unit="3301", roles=("chief",)),
    Person(login="shenyue", name="沈岳", unit="3301", roles=("supervisor1",)),
    Person(login="hanlei", name="韩磊", unit="33", roles=("supervisor2",)),
    Person(login="caoning", name="曹宁", unit="33", roles=("analyst",)),
    Person(login="qianjin", name="钱进", unit="33", roles=("administrator",)),
    Person(login="luyan", name="陆燕", unit="3302", roles=("clerk", "manager")),
    Person(login="tangwei", name="唐伟", unit="3302", roles=("surveyor", "metering", "operations", "construction")),
    Person(login="dengchao", name="邓超", unit="3302", roles=("chief",)),
)


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
    secret = make_password(PASSWORD)
    actors = {one.login: _hire(one, made[one.unit], secret, at) for one in PEOPLE}
    return Company(units=made, actors=actors)


def _hire(one: Person, unit: Unit, secret: str, at: datetime) -> Actor:
    hired = Staff.objects.create(
        username=one.login, name=one.name, unit=unit, password=secret, is_staff="administrator" in one.roles
    )
    people.set_roles(hired, one.roles, by=0, at=at)
    found = people.actor_by_key(hired.pk)
    if found is None:
        raise LookupError(one.login)
    return found


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
