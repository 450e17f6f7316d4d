"""演练故事: the cases of the demo, each told by the real operations, from August to the story's today."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from yekuo.operations.application import Application
from yekuo.operations.rehearsal.cast import phone
from yekuo.operations.rehearsal.company import Company
from yekuo.operations.rehearsal.plan import BIG, FIRM, GRADED, PERSON, credit_code, identity
from yekuo.operations.rehearsal.teller import Teller
from yekuo.records import oversight
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.closing import Energise
from yekuo.rules.deeds.course import (
    ApplyPermit,
    ApprovePause,
    DisputePause,
    JumpStage,
    RequestPause,
    ReturnStage,
    TerminateCase,
    UrgeCase,
    WithdrawApplication,
)
from yekuo.rules.deeds.intake import ConvertBusiness, IssueNotice
from yekuo.rules.deeds.oversight import (
    AcknowledgeSheet,
    ContactComplainant,
    FileComplaint,
    IssueSheet,
    ReplySheet,
)
from yekuo.rules.deeds.scheme import AssignPerson, GiveOpinion
from yekuo.rules.deeds.works import ContactCustomer, PlanWorks
from yekuo.rules.facts import Business, CustomerKind, Importance, Voltage
from yekuo.rules.refusal import Refused
from yekuo.rules.timeline import Cause

TODAY = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)  # a Friday
FOUNDED = datetime(2025, 10, 20, 9, tzinfo=BEIJING)
STAFF_UNIT = "3301"
SEED = 20261120


def when(month: int, day: int, hour: int = 9, minute: int = 12) -> datetime:
    """This function will name a moment of the story's year."""
    return datetime(2026, month, day, hour, minute, tzinfo=BEIJING)


def home(serial: int, name: str, kw: str = "8", address: str = "") -> Application:
    """This function will fill in a resident's application."""
    return Application(
        business=Business.NEW, kind=CustomerKind.RESIDENT, name=name, id_type="resident_id", id_number=identity(serial),
        phone=phone(serial), address=address or f"东街 {serial} 号", area="城关县", load_kw=Decimal(kw),
        use="居民生活", signs_standard_contract=True,
    )  # fmt: skip


def shop(serial: int, name: str, kw: str = "60", *, private: bool = False) -> Application:
    """This function will fill in a low-voltage application of a company."""
    return replace(
        home(serial, name, kw, f"工业路 {serial} 号"), kind=CustomerKind.NONRESIDENT, id_type="credit_code",
        id_number=credit_code(serial), contact="陈先生", private_business=private, use="商业", industry="批发零售",
        signs_standard_contract=private,
    )  # fmt: skip


def plant(
    serial: int, name: str, kva: str, *, sources: int = 1, grade: Importance = Importance.ORDINARY
) -> Application:
    """This function will fill in a high-voltage application."""
    return replace(
        shop(serial, name, kva), high_voltage=True, transformers_kva=Decimal(kva), voltage=Voltage.KV10, sources=sources,
        importance=grade, use="工业", industry="制造业", signs_standard_contract=False,
    )  # fmt: skip


def _teller(company: Company, serial: int, manager: str = "zhaomin", unit: str = STAFF_UNIT) -> Teller:
    return Teller(company, unit=unit, phone=phone(serial), manager=manager, serial=f"{serial:04d}")


def _fifteen_days(company: Company) -> Teller:
    told = _teller(company, 101).file(shop(101, "江州好邻便利店有限公司", private=True), *FIRM, at=when(9, 18, 8, 40))
    told.to("survey", hours=1, works=True).to("external_works", hours=8, works=True)
    told.wait_until(when(10, 14, 8, 30)).to("metering", hours=2)
    told.wait_until(when(10, 15, 14, 10)).to("archive", hours=0.8)
    return told.to("completed", hours=9)


def _into_next_year(company: Company) -> Teller:
    told = _teller(company, 102, "zhoutao").file(
        plant(102, "星河数据中心有限公司", "3150", sources=2), *BIG, at=when(11, 18, 9, 5), channel="counter"
    )
    return told.to("scheme", hours=4, works=True)


def _suspended(company: Company) -> Teller:
    told = _teller(company, 103).file(plant(103, "万象商业广场有限公司", "2000"), *BIG, at=when(11, 4))
    told.to("survey", hours=2)
    told.do(
        AssignPerson(role="surveyor", person=company.actors["chengang"].person, appointment=when(11, 9, 14)), hours=2
    )
    told.do(ContactCustomer(way="phone", reached=True, note="客户场地正在清理，请求推迟勘查"), hours=3)
    asked = RequestPause(
        cause=Cause.CUSTOMER_SITE, reason="客户场地尚未平整，书面申请推迟勘查", evidence=(told.paper("pause_letter"),),
        expected_until=when(12, 1).date(),
    )  # fmt: skip
    told.do(asked, by=company.actors["zhaomin"], hours=2)
    told.do(ApprovePause(number=1, note="已核对客户书面申请"), by=company.actors["machao"], hours=3)
    return told


def _returned(company: Company) -> Teller:
    told = _teller(company, 104).file(plant(104, "鼎盛钢构有限公司", "1600", sources=2), *BIG, at=when(11, 3))
    told.to("review", hours=5, works=True)
    told.do(GiveOpinion(member="planner", agree=False, text="东郊 12 线负载率已达 82%，请改接西环 21 线"), hours=5)
    returned = ReturnStage(to="survey", reason="供电点改变，须重新勘查路径")
    told.do(returned, by=company.actors["zhaomin"], at=when(11, 19, 15, 34))
    return told


def _no_contract(company: Company) -> Teller:
    told = _teller(company, 105).file(plant(105, "绿源食品有限公司", "800"), *BIG, at=when(9, 21))
    told.to("contract_sign", hours=9, works=False)
    supervisor = company.actors["shenyue"]
    told.do(JumpStage(to="metering", reason="客户催促，先行装表，合同当日补签"), by=supervisor, hours=4)
    told.to("energise", hours=5)
    for _ in range(2):
        told.step(hours=2)
        if told.state.measures:
            break
    try:
        told.do(Energise(), hours=2)
    except Refused as refused:
        note = f"送电被系统拒绝：{refused.message}"
        told.do(ContactCustomer(way="phone", reached=True, note=note), by=company.actors["zhaomin"], hours=1)
        return _replied(company, told)
    raise LookupError("没有合同竟送了电")


def _replied(company: Company, told: Teller) -> Teller:
    """A sheet that was replied to and waits to be checked."""
    text = "合同未签先装表，请说明并限期签订；签订之前不得送电"
    sheet = IssueSheet(reason="overdue", text=text, role="chief", reply_by=when(11, 23, 17, 30))
    told.do(sheet, by=company.actors["shenyue"], at=when(11, 19, 14, 30))
    number = oversight.entered_at(told.case, told.seq)
    told.do(AcknowledgeSheet(sheet=number), by=company.actors["machao"], at=when(11, 19, 14, 51))
    reply = ReplySheet(sheet=number, cause="客户催促，跳过了签约", measures="已约客户 11 月 23 日到营业厅签合同")
    told.do(reply, by=company.actors["machao"], at=when(11, 20, 8, 47))
    return told


def _last_night(company: Company) -> Teller:
    return _teller(company, 106).file(home(106, "刘芳", "10"), "id_card", at=when(11, 19, 22, 41))


def _notice(company: Company) -> Teller:
    told = _teller(company, 107).file(replace(home(107, "李建国"), tenant=True), "id_card", at=when(11, 17, 10))
    return _noticed(told, ("lease", "property", "owner_consent"))


def _noticed(told: Teller, missing: tuple[str, ...]) -> Teller:
    told.do(IssueNotice(missing=missing, remark="请补齐后再次提交，可拍照上传"), hours=1)
    return told


def _promised(company: Company) -> Teller:
    told = _teller(company, 108).file(home(108, "陈志强", "12"), "id_card", at=when(11, 18, 15))
    told.to("survey", hours=1)
    surveyor = company.actors["chengang"].person
    told.do(AssignPerson(role="surveyor", person=surveyor, appointment=when(11, 20, 15)), hours=1)
    return told


def _home_done(company: Company) -> Teller:
    told = _teller(company, 109).file(home(109, "吴秀英"), *PERSON, at=when(10, 26, 8, 50))
    return told.to("archive", hours=3, works=False).to("completed", hours=8)


def _slow_surveyor(company: Company) -> Teller:
    told = _teller(company, 110).file(home(110, "赵德柱"), *PERSON, at=when(11, 9))
    told.to("survey", hours=1)
    told.do(UrgeCase(text="一周了没有人联系我"), by=told.doer(UrgeCase(), told.state), at=when(11, 16, 19, 5))
    return _followed(company, told)


def _followed(company: Company, told: Teller) -> Teller:
    """A sheet nobody replied to in time, and a complaint that waits for its answer."""
    text = "受理 7 个工作日仍未勘查，客户已催办，请说明原因并今日到场"
    sheet = IssueSheet(reason="urged", text=text, role="chief", reply_by=when(11, 19, 17, 30))
    told.do(sheet, by=company.actors["shenyue"], at=when(11, 18, 9, 10))
    number = oversight.entered_at(told.case, told.seq)
    told.do(AcknowledgeSheet(sheet=number), by=company.actors["machao"], at=when(11, 18, 10, 2))
    filed = FileComplaint(source="customer", topic="deadline", text="催了也没有人来，邻居比我晚报都通电了")
    told.do(filed, by=told.customer(), at=when(11, 18, 20, 14))
    complaint = oversight.entered_at(told.case, told.seq)
    contact = ContactComplainant(complaint=complaint, way="phone", reached=True, note="已致歉，答应尽快安排")
    told.do(contact, by=company.actors["machao"], at=when(11, 19, 9, 40))
    return told


def _own_works(company: Company) -> Teller:
    told = _teller(company, 111, "zhoutao").file(shop(111, "锦绣印刷有限公司", "90"), *FIRM, at=when(10, 19))
    told.to("works", hours=4, works=False, customer_works=True)
    plan = PlanWorks(
        builder="宏源电力安装公司",
        licence="承装三级 4-1-00123",
        start_on=when(11, 2).date(),
        finish_on=when(11, 27).date(),
    )
    told.do(plan, hours=6)
    return told


def _reply_due(company: Company) -> Teller:
    told = _teller(company, 112).file(shop(112, "新世纪酒店有限公司", "120"), *FIRM, at=when(11, 10, 14))
    return told.to("reply", hours=7, works=False, customer_works=False)


def _chased(company: Company) -> Teller:
    told = _teller(company, 113, "zhoutao").file(plant(113, "华信电子有限公司", "1250"), *BIG, at=when(9, 8))
    told.to("works", hours=6, works=True)
    for day, reached, said in ((13, True, "设计单位下周进场"), (27, False, "无人接听"), (30, True, "客户等待设备到货")):
        told.wait_until(when(10, day)).do(ContactCustomer(way="phone", reached=reached, note=said))
    return told


def _defect(company: Company) -> Teller:
    told = _teller(company, 114).file(plant(114, "东方纺织有限公司", "630"), *BIG, at=when(9, 14))
    told.to("completion_inspect", hours=8, works=True)
    told.step(hours=3, good=False)
    return told


def _hospital_review(company: Company) -> Teller:
    told = _teller(company, 115).file(
        plant(115, "江州市第二人民医院", "2000", sources=2, grade=Importance.SECOND), *GRADED, at=when(11, 5)
    )
    told.to("review", hours=5, works=True)
    told.step(hours=3)
    told.step(hours=3)
    return told


def _design_review(company: Company) -> Teller:
    told = _teller(company, 116, "zhoutao").file(
        plant(116, "江州市自来水公司", "1000", sources=2, grade=Importance.SECOND), *GRADED, at=when(10, 12)
    )
    return told.to("design_review", hours=6, works=True)


def _permit(company: Company) -> Teller:
    told = _teller(company, 117).file(plant(117, "宏达塑业有限公司", "500"), *BIG, at=when(11, 11))
    told.to("scheme", hours=4, works=True)
    manager = company.actors["zhaomin"]
    told.do(ApplyPermit(what="工业路占道挖掘", receipt="城管受〔2026〕1182 号"), by=manager, hours=3)
    asked = RequestPause(
        cause=Cause.GOVERNMENT_PERMIT, reason="电缆路径须待占掘路许可确定", evidence=(told.paper("permit_receipt"),)
    )
    told.do(asked, by=manager, hours=2)
    return told


def _converted(company: Company) -> Teller:
    told = _teller(company, 118).file(shop(118, "启明模具有限公司", "150"), *BIG, at=when(11, 12))
    told.to("survey", hours=2)
    facts = told.state.facts
    if facts is None:
        raise LookupError("没有申请")
    wanted = replace(facts, voltage=Voltage.KV10, capacity_kva=Decimal(400), zero_investment=False)
    told.do(ConvertBusiness(facts=wanted, reason="客户设备增加到 400 千伏安，改为高压供电"), hours=4)
    return told


def _withdrawn(company: Company) -> Teller:
    told = _teller(company, 119).file(home(119, "孙桂兰"), *PERSON, at=when(11, 6))
    told.to("survey", hours=2)
    left = WithdrawApplication(reason="房子卖了，不再需要")
    told.do(left, by=told.customer(), at=when(11, 19, 10, 12))
    return told


def _terminated(company: Company) -> Teller:
    told = _teller(company, 120).file(shop(120, "顺达汽修厂", "45"), *FIRM, at=when(10, 21))
    told.to("scheme", hours=5, works=False)
    ended = TerminateCase(reason="客户名称登记错误", evidence=(told.paper("terminate_note"),))
    told.do(ended, by=company.actors["machao"], hours=5)
    return told


def _recreated(company: Company) -> Teller:
    """The same site and applicant again within thirty days: linked to the case that was ended."""
    told = _teller(company, 121).file(
        replace(shop(120, "顺达汽修厂", "45"), phone=phone(121)), *FIRM, at=when(11, 11, 9, 30), channel="counter"
    )
    return told.to("survey", hours=2)


def _disputed(company: Company) -> Teller:
    told = _teller(company, 122, "zhoutao").file(plant(122, "北辰冷链物流有限公司", "1000"), *BIG, at=when(11, 2))
    told.to("survey", hours=3)
    asked = RequestPause(
        cause=Cause.CUSTOMER_POSTPONED, reason="客户电话表示暂缓", evidence=(told.paper("call_record"),)
    )
    told.do(asked, by=company.actors["zhoutao"], hours=3)
    told.do(ApprovePause(number=1), by=company.actors["machao"], hours=2)
    told.wait_until(when(11, 17, 20)).do(
        DisputePause(number=1, text="我没有要求暂停，请尽快来勘查"),
        by=told.doer(DisputePause(number=1, text="x"), told.state),
    )
    filed = FileComplaint(
        source="12398", topic="deadline", text="供电公司擅自暂停，没有征求我同意", source_number="12398-20261119-0417",
        called_at=when(11, 19, 14, 5),
    )  # fmt: skip
    told.do(filed, by=company.actors["limin"], at=when(11, 19, 15, 20))
    return told


def _roof_to_study(company: Company) -> Teller:
    """A house with more on its roof than its street carries at noon: to be studied on the workbench."""
    roof = replace(home(124, "苏晓阳", "12", "学院路 80 号"), generation_kw=Decimal(25))
    return _teller(company, 124).file(roof, *PERSON, at=when(11, 19, 8, 50)).to("scheme", hours=3)


def _roof_held(company: Company) -> Teller:
    """A small roof that goes: replied, its capacity held."""
    roof = replace(home(125, "江月华", "8", "兴业大道 60 号"), generation_kw=Decimal(5))
    return _teller(company, 125).file(roof, *PERSON, at=when(11, 18, 9, 5)).to("metering", hours=3, works=False)


def _needs_works(company: Company) -> Teller:
    """More than the lines and bays near by can take: replied all the same, the works are grid planning's."""
    told = _teller(company, 126).file(plant(126, "腾飞新材料有限公司", "6300"), *BIG, at=when(11, 5, 8, 50))
    told.full = True
    return told.to("external_works", hours=4, works=True)


def _other_county(company: Company) -> Teller:
    told = _teller(company, 123, "luyan", "3302").file(
        replace(home(123, "周海燕", "6", "河滨路 8 号"), area="临江县"), *PERSON, at=when(11, 18, 10)
    )
    return told.to("metering", hours=4, works=False)


FAR_AWAY = "另一个县的居民，等装表（换县看不见）"
Story = Callable[[Company], Teller]
STORIES: tuple[tuple[str, Story], ...] = (
    ("9 月 18 日（周五）受理，15 个工作日，10 月 15 日到期当天送电", _fifteen_days),
    ("期限跨到 2027 年，放假通知未出，暂定", _into_next_year),
    ("经批准挂起：客户场地未平整", _suspended),
    ("会审反对后退回重新勘查", _returned),
    ("没有合同，送电被拒绝", _no_contract),
    ("昨夜手机申请，等受理", _last_night),
    ("一次性告知，等客户补三样资料", _notice),
    ("容缺受理，已约今天下午勘查", _promised),
    ("居民按时送电，已回访", _home_done),
    ("勘查拖延，已超期，客户催办", _slow_surveyor),
    ("客户自建工程施工中", _own_works),
    ("方案已拟好，答复将到期", _reply_due),
    ("等客户工程，三次联系", _chased),
    ("竣工检验发现缺陷，等客户整改", _defect),
    ("二级重要用户医院，双电源，会审中", _hospital_review),
    ("二级重要用户水厂，图纸审查中", _design_review),
    ("占掘路许可在办，挂起等班长审批", _permit),
    ("低压转高压，时钟照走", _converted),
    ("客户撤回", _withdrawn),
    ("终止", _terminated),
    ("终止后 21 天同址重报，已关联", _recreated),
    ("客户对挂起有异议", _disputed),
    ("屋顶光伏 25 千瓦，等拟方案", _roof_to_study),
    ("屋顶光伏 5 千瓦，已答复，并网容量已留", _roof_held),
    ("附近没有余量，先答复，配套工程待规划", _needs_works),
    (FAR_AWAY, _other_county),
)  # fmt: skip
ELSEWHERE = {FAR_AWAY: "3302"}


def placed() -> tuple[tuple[str, str, Story], ...]:
    """This function will list the stories with the unit each plays in."""
    return tuple((title, ELSEWHERE.get(title, STAFF_UNIT), story) for title, story in STORIES)
