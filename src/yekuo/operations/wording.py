"""短信用语: what a customer reads of a deed: what happened, who acts next and by when, where to look; never a name."""

from yekuo.operations.books import open_shelf
from yekuo.records import appointments, followups
from yekuo.records.models import Case, Outbox

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
}
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
    stage_key = str(one.payload.get("stage", ""))
    definition = open_shelf().books.definitions.get(case.process_version)
    stage = definition.stages.get(stage_key) if definition else None
    parts = [news_of(one), *([stage.say] if stage else []), *([f"查看进度：{address}"] if address else [])]
    return f"【业扩报装】用电申请 {case.number}：{'。'.join(parts)}{'' if address else '。'}"
