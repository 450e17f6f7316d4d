"""客户的话: what happened and what is to be done, in words for the customer; no internal word, no name but the manager's."""

from collections.abc import Callable, Mapping
from typing import Any

from yekuo.rules.actor import ActorKind
from yekuo.rules.appointments import PART_NAMES, VISIT_NAMES, Fault, day_words
from yekuo.rules.facts import CustomerClass, Facts
from yekuo.rules.names import ROLE_NAMES
from yekuo.rules.powers import Role
from yekuo.rules.state import CaseState, Event
from yekuo.rules.timeline import Cause
from yekuo.rules.when import voltage_name

CONCLUSIONS = ("mid_inspection_concluded", "completion_inspection_concluded")
Teller = str | Callable[[Any, Event], str]

CAUSES: Mapping[Cause, str] = {
    Cause.CUSTOMER_POSTPONED: "您要求推迟",
    Cause.CUSTOMER_PAPERS: "等您补资料",
    Cause.CUSTOMER_SITE: "等您的现场具备条件",
    Cause.GOVERNMENT_PERMIT: "等政府审批",
    Cause.ACCESS_STUDY: "等接入系统设计",
    Cause.OUTAGE_WINDOW: "等停电计划",
    Cause.FORCE_MAJEURE: "自然灾害等不可抗力",
}
CLASSES: Mapping[CustomerClass, str] = {
    CustomerClass.RESIDENT: "低压居民",
    CustomerClass.THREE_ZERO: "低压民营（零投资）",
    CustomerClass.LV_OTHER: "低压非居民",
    CustomerClass.HV_SINGLE: "高压单电源",
    CustomerClass.HV_MULTI: "高压双电源",
}
FAULT_WORDS: Mapping[Fault, str] = {
    Fault.UTILITY: "我们没有按时到，很抱歉，会马上与您另约",
    Fault.CUSTOMER: "到场时联系不上您，请另约时间",
    Fault.NOBODY: "天气等原因，会与您另约",
}
PARTIES: Mapping[str, str] = {
    "utility": "供电公司",
    "customer": "您",
    "government": "政府审批部门",
    "third": "第三方单位",
    "nobody": "已办完",
}


def _you(mine: str, theirs: str) -> Callable[[Any, Event], str]:
    """A sentence for what the customer did ('' tells nothing), another for the same recorded by the company."""

    def tell(body: Any, event: Event) -> str:
        if event.by.kind is ActorKind.MANDATE:
            return mine.replace("您", f"您委托的{'、'.join(ROLE_NAMES[Role(one)] for one in event.by.roles)}", 1)
        return mine if event.by.kind in (ActorKind.CUSTOMER, ActorKind.AGENT) else theirs

    return tell


TELLERS: Mapping[str, Teller] = {
    "contact_made": _you("", "我们收到了您的用电咨询"),
    "application_filed": _you("您提交了用电申请", "营业厅登记了您的用电申请"),
    "notice_issued": "我们一次告知了缺少的资料，请您补齐",
    "papers_supplied": _you("您补交了资料", "营业厅收到了您补交的资料"),
    "paper_returned": "有一份资料要重交",
    "service_rated": _you("您评价了这次服务，谢谢", ""),
    "complaint_filed": _you("您提交了投诉，上级已收到", "登记了您的投诉"),
    "complaint_answered": "投诉已答复，请看一看是否满意",
    "application_accepted": lambda b, e: "申请已受理，缺的资料请按承诺补齐" if b.promised else "申请已受理，资料齐全",
    "business_converted": "申请内容作了调整，时限接着算，不重新起算",
    "person_assigned": lambda b, e: "已约好上门时间" if b.appointment else "已安排人员为您办理",
    "appointment_proposed": _you("您提出了方便的时间", "我们提供了几个上门时间，请您选一个"),
    "appointment_made": lambda b, e: f"约好上门：{VISIT_NAMES[b.visit]}，{day_words(b.day)} {PART_NAMES[b.part]}",
    "appointment_moved": lambda b, e: f"上门改到 {day_words(b.day)} {PART_NAMES[b.part]}：{VISIT_NAMES[b.visit]}",
    "appointment_missed": lambda b, e: f"约好的{VISIT_NAMES[b.visit]}没有办成：{FAULT_WORDS[b.fault]}",
    "appointment_cancelled": lambda b, e: f"取消了约好的{VISIT_NAMES[b.visit]}时间",
    "survey_submitted": lambda b, e: "上门勘查完成" if b.ready else "上门勘查完成，需要先做配套工程",
    "scheme_drafted": "供电方案已拟好，正在内部核对",
    "scheme_replied": "供电方案已答复给您，请查看确认",
    "scheme_answered": lambda b, e: "供电方案已确认" if b.agree else "您对供电方案提出了异议，我们会修改",
    "design_submitted": _you("您提交了设计图纸", "我们收到了您的设计图纸"),
    "design_reviewed": lambda b, e: "图纸审查通过" if b.passed else "图纸审查有意见，请修改后再提交",
    "works_planned": _you("您登记了施工计划", "登记了您的施工计划"),
    "hidden_works_recorded": _you("您登记了隐蔽工程照片", "登记了隐蔽工程照片"),
    "works_reported": lambda b, e: _you(f"您报告工程进度 {b.percent}%", f"工程进度 {b.percent}%")(b, e),
    "works_finished": _you("您报告工程已完工", "您的工程已完工"),
    "external_works_accepted": "供电公司的线路工程已验收合格",
    "customer_contacted": lambda b, e: (
        "我们给您发了提醒短信" if b.way == "sms" else "我们联系了您" if b.reached else "我们联系您，没有接通"
    ),
    "mid_inspection_requested": _you("您申请了中间检查", "登记了中间检查申请"),
    "mid_inspection_started": "检查人员已到现场",
    "mid_inspection_concluded": lambda b, e: "中间检查合格" if b.passed else "中间检查有需要整改的地方",
    "completion_requested": _you("您申请了竣工检验", "登记了竣工检验申请"),
    "completion_inspection_started": "检验人员已到现场",
    "completion_inspection_concluded": lambda b, e: "竣工检验合格" if b.passed else "竣工检验有需要整改的地方",
    "defects_rectified": _you("您报告整改完成", "登记了整改完成"),
    "contract_drafted": "供用电合同已拟好",
    "contract_signed": lambda b, e: "您已签订供用电合同" if b.side == "customer" else "供电公司已在合同上签字",
    "dispatch_agreement_signed": "调度协议已签订",
    "fee_settled": lambda b, e: f"费用 {b.amount:,.2f} 元已收到",
    "meter_installed": "电能表已装好",
    "safety_confirmed": "送电安全条件已确认",
    "energised": "已经送电，可以用电了",
    "case_archived": "用电档案已建好",
    "customer_revisited": "回访完成，谢谢您的评价",
    "pause_approved": lambda b, e: "办理暂停",
    "case_resumed": "恢复办理",
    "pause_disputed": "您对暂停提出了异议，已转给督导人员",
    "permit_applied": "线路施工的审批已报政府部门",
    "permit_decided": lambda b, e: "政府部门已批准施工" if b.granted else "政府部门没有批准，我们会调整线路",
    "stage_returned": "前面的工作需要重做一遍，时限接着算",
    "application_withdrawn": "申请已撤回",
    "case_terminated": "申请已终止",
    "case_urged": _you("您催了一次，客户经理已收到", "供电公司在内部催办了一次"),
}
"""Kinds that are not here (a refused pause, a change of seats, a hand-over inside) are nobody's business but the company's."""


def sentence(event: Event) -> str:
    """This function will say an event to the customer; '' when it is an internal matter."""
    teller = TELLERS.get(event.kind)
    if teller is None:
        return ""
    return teller if isinstance(teller, str) else teller(event.body, event)


def details(event: Event) -> tuple[str, ...]:
    """This function will give the lines a customer needs to understand an event: reasons, opinions, what to put right."""
    body: Any = event.body
    if event.kind == "design_reviewed" and not body.passed:
        return tuple(body.opinions)
    if event.kind in CONCLUSIONS:
        return tuple(f"{one.text}（{one.deadline:%Y-%m-%d} 前）" for one in body.defects)
    if event.kind == "survey_submitted" and not body.ready:
        return (str(body.obstacle),)
    if event.kind == "paper_returned":
        return (f"原因：{body.reason}",)
    if event.kind == "complaint_answered":
        return (str(body.answer),)
    if event.kind in ("business_converted", "stage_returned", "case_terminated", "application_withdrawn"):
        return (f"原因：{body.reason}",)
    return ()


def asked_for(facts: Facts) -> str:
    """This function will say in one line what was asked for: 低压居民 新装 8 千瓦 220 伏."""
    unit = "千伏安" if facts.high_voltage else "千瓦"
    done = "新装" if facts.business.value == "new" else "增容"
    amount = f"{facts.capacity_kva.normalize():f}"
    several = f"，{facts.sources} 路电源" if facts.sources > 1 else ""
    return f"{CLASSES[facts.customer_class]}{done} {amount} {unit}，{voltage_name(facts.voltage)}供电{several}"


def end_words(state: CaseState) -> str:
    """This function will say how a case that is over ended, '' while it is open."""
    return {"completed": "已办完，祝您用电愉快", "withdrawn": "申请已撤回", "terminated": "申请已终止"}.get(
        state.status.value, ""
    )
