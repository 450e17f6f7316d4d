"""测试人员: a small company, its people, and an application as a customer would type it."""

from datetime import datetime

from yekuo.operations.application import Application, read_application
from yekuo.records import staff as staffing
from yekuo.records import units
from yekuo.records.models import CustomerAccount, Staff, Unit
from yekuo.records.sealed import phone_index
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.calendar import BEIJING

AT = datetime(2026, 11, 23, 9, 30, tzinfo=BEIJING)
ID_NUMBER = "11010519491231002X"
PHONE = "13812344483"
CREDIT_CODE = "91350100M000100Y43"
HOME: dict[str, object] = {
    "business": "new",
    "kind": "resident",
    "name": "欧阳雪梅",
    "id_type": "resident_id",
    "id_number": ID_NUMBER,
    "phone": PHONE,
    "address": "西湖区文三路 90 号 2 幢 301 室",
    "load_kw": "8",
}
SHOP: dict[str, object] = HOME | {
    "kind": "nonresident",
    "name": "杭州光明食品有限公司",
    "id_type": "credit_code",
    "id_number": CREDIT_CODE,
    "contact": "王小明",
    "load_kw": "60",
    "private_business": "yes",
}


def application(base: dict[str, object] = HOME, **changes: object) -> Application:
    return read_application(base | changes)


def company() -> dict[str, Unit]:
    """A company with two cities, a county below each and a station below one."""
    top = units.add_unit(code="33", name="浙江公司", kind="company", company="SGCC", province="浙江")
    one = units.add_unit(code="3301", name="杭州公司", kind="city", parent=top, city="杭州")
    two = units.add_unit(code="3302", name="宁波公司", kind="city", parent=top, city="宁波")
    county = units.add_unit(code="330106", name="西湖供电公司", kind="county", parent=one)
    other = units.add_unit(code="330203", name="海曙供电公司", kind="county", parent=two)
    station = units.add_unit(code="33010601", name="留下供电所", kind="station", parent=county)
    return {"top": top, "city": one, "other_city": two, "county": county, "other": other, "station": station}


def clerk(unit: Unit, *roles: str, name: str = "李受理") -> Actor:
    person = Staff.objects.create_user(username=f"{unit.code}-{'-'.join(roles)}-{name}", name=name, unit=unit)
    staffing.set_roles(person, roles or ("clerk",), by=0, at=AT)
    found = staffing.actor_by_key(person.pk)
    assert found is not None
    return found


def customer(phone: str = PHONE) -> Actor:
    index = phone_index(phone)
    account, _ = CustomerAccount.objects.get_or_create(phone_index=index, defaults={"phone": phone, "made_at": AT})
    return Actor(kind=ActorKind.CUSTOMER, person=account.pk, roles=("customer",))
