"""规则维护布景: a company with an administrator and a clerk, cases in hand, and a made-up notice of the year to come."""

from datetime import datetime, timedelta

from django.test import Client

from tests.operations.people import clerk
from tests.operations.told import CLASSES, Told
from yekuo.operations.books import open_shelf
from yekuo.records.models import Case, Staff, Unit
from yekuo.rules.calendar import BEIJING
from yekuo.rules.limits import Limit

AT = datetime(2026, 12, 14, 9, 0, tzinfo=BEIJING)  # Monday
NOTICE = {
    "year": "2027",
    "paper": "国办发明电〔2026〕演练",
    "off": "元旦：2027-01-01..2027-01-03\n春节：2027-02-05 至 2027-02-11\n2027-04-05\n2027-05-01、2027-05-02\n2027-06-09\n2027-09-15\n"
    "国庆节：2027-10-01..2027-10-07",
    "make_up": "2026-12-27\n2027-02-20、2027-02-28",
}
PROSE = """关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月20日（周六）、2月28日（周日）上班。
三、清明节：4月5日放假。四、劳动节：5月1日至2日放假。五、端午节：6月9日放假。六、中秋节：9月15日放假。
七、国庆节：10月1日至7日放假调休。"""


def signed_in(unit: Unit, *roles: str) -> Client:
    found = clerk(unit, *roles)
    client = Client()
    client.force_login(Staff.objects.get(pk=found.person))
    return client


def told(at: datetime = AT - timedelta(days=3), name: str = "hv_single") -> Told:
    one = Told(at).file(CLASSES[name]).to("survey")
    Case.objects.filter(pk=one.id).update(unit=Unit.objects.get(code="330106").pk)
    return one


def a_limit(**wanted: object) -> Limit:
    for one in open_shelf().limits.limits:
        if all(getattr(one, name) == value for name, value in wanted.items()):
            return one
    raise AssertionError(wanted)


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]
