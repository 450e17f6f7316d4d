"""演练导览: the cases of the five told stories, each left at the point where a visitor can take the next step."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from yekuo.operations.account_rows import take_over
from yekuo.operations.application import Application
from yekuo.operations.rehearsal.cast import CHEAT, FACTORY, HOSPITAL, PAUSED, SHOP, phone
from yekuo.operations.rehearsal.company import Company
from yekuo.operations.rehearsal.plan import BIG, FIRM, GRADED, credit_code
from yekuo.operations.rehearsal.stories import FOUNDED, STAFF_UNIT, plant, shop, when
from yekuo.operations.rehearsal.teller import Teller
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.course import JumpStage, RequestPause
from yekuo.rules.deeds.intake import IssueNotice, SupplyPapers
from yekuo.rules.deeds.works import ContactCustomer, PlanWorks, RecordHiddenWorks, ReportWorks
from yekuo.rules.facts import Business, CustomerKind, Importance, Voltage
from yekuo.rules.rehearsal import rehearse
from yekuo.rules.scheme import Tariff
from yekuo.rules.taking_over import TakenOver
from yekuo.rules.timeline import Cause

DESIGN = "江州新锐设计事务所", "设计丙级 A233087"


def _teller(company: Company, serial: int, manager: str, **manner: object) -> Teller:
    return Teller(
        company, unit=STAFF_UNIT, phone=phone(serial), manager=manager, serial=f"{serial:04d}",
        crew={"surveyor": "chengang", "clerk": "limin", "metering": "linfeng", "inspector": "xuqiang", "operations": "wudi"},
        **manner,
    )  # fmt: skip


def _shop(company: Company) -> Teller:
    """Filed at night from a phone; one list of two papers by nine; the lease came in the evening, the other may follow."""
    wanted = replace(
        shop(SHOP, "阿强烧烤店", "15", private=True), tenant=True, contact="林强", industry="餐饮", use="商业",
        address="解放路 88 号一楼",
    )  # fmt: skip
    told = _teller(company, SHOP, "zhaomin").file(wanted, *FIRM, at=when(11, 18, 22, 48))
    notice = IssueNotice(missing=("lease", "owner_consent"), remark="两样都可以拍照上传；同意书可以先受理、勘查前补交")
    told.do(notice, by=company.actors["limin"], at=when(11, 19, 8, 52))
    told.do(SupplyPapers(papers=(told.paper("lease"),)), by=told.customer(), at=when(11, 19, 20, 15))
    return told


def _hospital(company: Company) -> Teller:
    """Two circuits; drawing refused once, hidden works with a photo, defects put right; at the switch without a contract."""
    wanted = plant(HOSPITAL, "江州市儿童医院", "2000", sources=2, grade=Importance.SECOND)
    told = _teller(company, HOSPITAL, "zhoutao", standby_kva=Decimal(630), designer=DESIGN, works=True)
    told.file(replace(wanted, address="学院路 6 号", industry="医院", use="公共服务"), *GRADED, at=when(4, 7, 10, 20))
    told.to("design", hours=5).wait_until(when(5, 11)).to("design_review", hours=2)
    told.step(hours=9, good=False, said="应急电源与主供之间没有闭锁；计量柜应独立设置")
    told.wait_until(when(5, 25)).to("works", hours=6)
    _plan(told, ("宏源电力安装公司", "承装三级 4-1-00123"), at=when(6, 3))
    hidden = RecordHiddenWorks(what="东侧电缆沟、接地网", photos=(told.paper("hidden_photo"),))
    told.do(hidden, by=told.customer(), at=when(7, 2, 15, 30))
    told.to("mid_inspect", hours=6)
    told.step(hours=2)
    told.wait_until(when(8, 20)).to("completion_inspect", hours=6)
    told.step(hours=3, good=False)
    told.wait_until(when(9, 1)).to("completion_inspect", hours=5)
    told.step(hours=2)
    told.to("contract_sign", hours=5)
    return _at_the_switch(company, told)


def _plan(told: Teller, builder: tuple[str, str], *, at: datetime) -> None:
    planned = PlanWorks(
        builder=builder[0], licence=builder[1], start_on=at.date(), finish_on=date(at.year, at.month + 2, 20)
    )
    told.do(planned, by=told.customer(), at=at)


def _at_the_switch(company: Company, told: Teller) -> Teller:
    """The fee of the smaller circuit is paid and our side has signed; a supervisor lets the meters be hung meanwhile."""
    told.wait_until(when(11, 5)).step(hours=3)
    _pay(told)
    for deed, who in (("accept_external_works", "zhengkai"), ("sign_dispatch_agreement", "fengjie")):
        told.do(rehearse(told.cast(told.state), deed, told.state, told.at), by=company.actors[who], hours=5)
    note = "合同已寄医院法务，院方说走完用印流程就签"
    told.do(ContactCustomer(way="phone", reached=True, note=note), by=company.actors["zhoutao"], hours=4)
    reason = "院方急用电，先行装表；合同签订之前不送电"
    told.do(JumpStage(to="metering", reason=reason), by=company.actors["shenyue"], hours=4)
    told.wait_until(when(11, 18)).to("energise", hours=4)
    while not told.state.measures:
        told.step(hours=2)
    return told


def _pay(told: Teller) -> None:
    while told.shelf.books.unpaid(told.state):
        paid = rehearse(told.cast(told.state), "settle_fee", told.state, told.at)
        told.do(paid, by=told.company.actors["hejing"], hours=5)


def _factory(company: Company) -> Teller:
    """An account of 315 kVA grows to 1,000: what is there counts, and the old meter's readings are taken first."""
    held = TakenOver(
        kind=CustomerKind.NONRESIDENT, name="江州启明精密机械有限公司", id_type="credit_code", id_number=credit_code(FACTORY),
        phone=phone(FACTORY), contact="周厂长", area="城关县", address="城关县兴业大道 168 号", voltage=Voltage.KV10,
        capacity=Decimal(315), tariff=Tariff.BUSINESS_TWO_PART.value, energised_on=date(2018, 5, 21),
        meter_asset="DB330100203", ct_ratio="20/5", contract_number="HT2018-0203",
    )  # fmt: skip
    (account,) = take_over([held], unit=company.units[STAFF_UNIT].pk, at=FOUNDED)
    wanted: Application = replace(
        plant(FACTORY, held.name, "685"), business=Business.INCREASE, account_number=account.number, contact=held.contact,
        existing=Decimal(315), address="兴业大道 168 号", industry="通用设备制造",
    )  # fmt: skip
    told = _teller(company, FACTORY, "zhaomin", works=False).file(wanted, *BIG, at=when(9, 2, 9, 40), channel="counter")
    told.to("works", hours=4)
    _plan(told, ("东瓯送变电工程公司", "承装二级 4-1-00015"), at=when(9, 21))
    told.do(
        ReportWorks(percent=60, note="1,000 千伏安变压器就位，旧变压器待停电拆除"),
        by=told.customer(),
        at=when(10, 16, 14),
    )
    told.wait_until(when(10, 30)).to("completion_inspect", hours=5)
    told.step(hours=2)
    told.wait_until(when(11, 12)).to("metering", hours=4)
    return told


def _cheat(company: Company) -> Teller:
    """A survey that is late: whoever would rather change the date than go there finds that it cannot be done."""
    wanted = replace(
        shop(CHEAT, "江州百川物流有限公司", "120"), address="工业路 501 号", industry="仓储", contact="钱经理"
    )
    told = _teller(company, CHEAT, "zhoutao").file(wanted, *FIRM, at=when(11, 6, 9, 30))
    return told.to("survey", hours=2)


def _asked_to_pause(company: Company) -> Teller:
    """A pause that was asked for and not approved: the clock runs on."""
    wanted = replace(plant(PAUSED, "江州永盛塑业有限公司", "800"), address="工业路 502 号", industry="橡塑制品")
    told = _teller(company, PAUSED, "zhoutao").file(wanted, *BIG, at=when(11, 5, 10, 5))
    told.to("scheme", hours=6)
    asked = RequestPause(
        cause=Cause.CUSTOMER_POSTPONED, reason="客户电话表示暂缓", evidence=(told.paper("call_record"),)
    )
    told.do(asked, by=company.actors["zhoutao"], at=datetime(2026, 11, 19, 16, 40, tzinfo=BEIJING))
    return told


Case = Callable[[Company], Teller]
CASES: tuple[tuple[str, int, Case], ...] = (
    ("十五千瓦小店，夜里申请，一次告知两样资料", SHOP, _shop),
    ("儿童医院双电源，没有合同不能送电", HOSPITAL, _hospital),
    ("工厂 315 增容到 1000 千伏安，旧表要抄示数", FACTORY, _factory),
    ("勘查超期，想倒填日期", CHEAT, _cheat),
    ("未经批准的挂起，时钟照走", PAUSED, _asked_to_pause),
)  # fmt: skip


def placed() -> tuple[tuple[str, str, Case], ...]:
    """This function will list them with the unit each plays in, as the other stories are listed."""
    return tuple((title, STAFF_UNIT, case) for title, _, case in CASES)
