"""短信用语: what a customer reads of a deed: what happened, who acts next and by when, where to look; never a name."""

from collections.abc import Iterator

from yekuo.operations.books import open_shelf
from yekuo.records import appointments, followups, oversight
from yekuo.records.models import Case, Outbox
from yekuo.rules.calendar import BEIJING

TOLD = {
    "application_filed": "已收到您的申请",
    "notice_issued": "资料需要补充，请查看一次性告知书",
    "application_accepted": "您的申请已受理",
    "business_converted": "业务类型已变更",
    "person_assigned": "已安排工作人员",
    "appointment_proposed": "有几个上门时间可选，请在进度页选一个",
    "appointment_made": "上门时间已约好",
    "appointment_moved": "上门时间有变动，请查看新的时间",
    "appointment_missed": "约好的上门没有办成，会与您另约",
    "appointment_cancelled": "约好的上门已取消",
    "scheme_replied": "供电方案已答复",
    "design_reviewed": "设计文件已审查",
    "mid_inspection_concluded": "中间检查意见已出具",
    "completion_inspection_concluded": "竣工检验意见已出具",
    "external_works_accepted": "外线工程已验收",
    "contract_drafted": "供用电合同已拟好",
    "fee_settled": "费用已收讫",
    "energised": "已经送电",
    "case_archived": "已建立用电户号",
    "pause_approved": "办理已暂停，原因可在进度页查看并可提出异议",
    "case_resumed": "已恢复办理",
    "permit_applied": "已申请政府审批",
    "permit_decided": "政府审批已有结果",
    "application_withdrawn": "申请已撤回",
    "case_terminated": "工单已终止，原因可在进度页查看",
    "paper_returned": "有资料被退回，请按退回的原因重新提交",
    "complaint_filed": "已收到您的投诉",
    "complaint_answered": "您的投诉已有答复，请查看；不满意请在进度页告诉我们",
    "mandate_given": "您刚开通了一个委托链接；不是您本人办的，请立即在进度页停用",
}
BESIDE = frozenset({"paper_returned", "complaint_filed", "complaint_answered", "mandate_given"})
"""News beside the case's course: what the stage waits for would only mislead."""
OWN_WORDS = "customer.customer_contacted"
PROMISES = ("customer.appointment_made", "customer.appointment_moved")


def news_of(one: Outbox) -> str:
    """This function will say what happened, in a few words."""
    return TOLD.get(str(one.payload.get("event", "")), "办理有新进展")


def text_of(one: Outbox, case: Case, address: str) -> str:
    """This function will write a text message of a waiting row; `address` is that of the progress page, '' for none.

    No name, no address of theirs: whoever reads over the shoulder learns only that there is news.
    """
    own = followups.words_of(case=one.case_id, seq=one.seq) if one.topic == OWN_WORDS else ""
    if own:
        return f"{own.rstrip('。')}。{'查看进度：' + address if address else ''}"
    promise = appointments.words_of(case=one.case_id, seq=one.seq) if one.topic in PROMISES else ""
    if promise:
        return f"【业扩报装】用电申请 {case.number}：{promise}。{'要改时间请看：' + address if address else ''}"
    parts = [news_of(one), *_next(one, case), *([f"查看进度：{address}"] if address else [])]
    return f"【业扩报装】用电申请 {case.number}：{'。'.join(parts)}{'' if address else '。'}"


def _next(one: Outbox, case: Case) -> Iterator[str]:
    """Who acts next, and by when where it is ours to act."""
    event, key = str(one.payload.get("event", "")), str(one.payload.get("stage", ""))
    if event == "complaint_filed":
        yield from _contact_by(case)
    if event in BESIDE:
        return
    definition = open_shelf().books.definitions.get(case.process_version)
    stage = definition.stages.get(key) if definition else None
    if stage is None:
        return
    due = case.stage_due_at
    ours = case.stage == key and case.party == "utility" and not case.paused and not case.provisional
    if ours and due is not None and due > one.created_at:
        yield f"{stage.say}，最迟 {due.astimezone(BEIJING):%m 月 %d 日}"
    else:
        yield stage.say


def _contact_by(case: Case) -> Iterator[str]:
    for complaint in oversight.complaints_of_case(case.pk)[:1]:
        yield f"我们最迟 {complaint.contact_by.astimezone(BEIJING):%m 月 %d 日}与您联系"
