"""告知发送: sends customers the words that deeds left for them; again when the gateway was out, never without end."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from yekuo.integrations.sms import NoSms
from yekuo.operations import signin, texting
from yekuo.operations.books import open_shelf
from yekuo.records import followups, persons, rule_changes
from yekuo.records.models import Case, Outbox
from yekuo.records.rule_changes import Word

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
STALE = timedelta(days=3)
LEASE = timedelta(minutes=2)
AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1), timedelta(hours=4))
BATCH = 20
Link = Callable[[str], str]


def deliver(*, at: datetime, link: Link, limit: int = BATCH) -> int:
    """This function will send up to `limit` waiting messages and return how many were taken up.

    `link` makes the address of a progress page from its token, '' where the product has no address. A message that was
    on its way when the process died goes out again under the same reference.
    """
    if isinstance(texting.sender(), NoSms):
        return _give_up_stale(at)
    claimed = _claim(at, limit)
    for one in claimed:
        if at - one.created_at > STALE:
            _done(one, failed="超过三天没有发出，不再发送")
        else:
            _send(one, at, link)
    return len(claimed)


def _give_up_stale(at: datetime) -> int:
    """Without a gateway news wait for one, but not until they are old."""
    stale = Outbox.objects.filter(next_try_at__isnull=False, created_at__lt=at - STALE)
    return stale.update(next_try_at=None, failed=True, error="没有短信网关，超过三天没有发出")


def _claim(at: datetime, limit: int) -> list[Outbox]:
    with transaction.atomic():
        rows = list(
            Outbox.objects.select_for_update(skip_locked=True)
            .filter(next_try_at__lte=at)
            .order_by("next_try_at")[:limit]
        )
        for row in rows:
            row.next_try_at = at + LEASE
            row.tries += 1
        Outbox.objects.bulk_update(rows, ["next_try_at", "tries"])
    return rows


def _send(one: Outbox, at: datetime, link: Link) -> None:
    case = Case.objects.filter(pk=one.case_id).first()
    phone = _phone(one)
    if case is None or not phone:
        _done(one, failed="没有可用的电话")
        return
    text = _text(one, case, link(signin.progress_link(case=case.pk, at=at)))
    if texting.send(phone=phone, text=text, kind="progress", at=at, case=case.pk, reference=f"o{one.pk}"):
        _done(one, sent_at=at)
    elif one.tries <= len(AGAIN):
        Outbox.objects.filter(pk=one.pk).update(next_try_at=at + AGAIN[one.tries - 1], error="短信网关没有接收")
    else:
        with transaction.atomic():
            _done(one, failed="短信网关多次没有接收")
            _ask_to_call(one, case, at)


def _phone(one: Outbox) -> str:
    person = persons.person(int(one.payload.get("applicant") or 0))
    if person is None:
        return ""
    return person.phone.open() or person.agent_phone.open()


def _text(one: Outbox, case: Case, address: str) -> str:
    """No name, no address of theirs: whoever reads over the shoulder learns only that there is news."""
    own = followups.words_of(case=one.case_id, seq=one.seq) if one.topic == OWN_WORDS else ""
    if own:
        return f"{own}{'查看进度：' + address if address else ''}"
    event, stage_key = str(one.payload.get("event", "")), str(one.payload.get("stage", ""))
    definition = open_shelf().books.definitions.get(case.process_version)
    stage = definition.stages.get(stage_key) if definition else None
    news = TOLD.get(event, "办理有新进展")
    parts = [news, *([stage.say] if stage else []), *([f"查看进度：{address}"] if address else [])]
    return f"【业扩报装】用电申请 {case.number}：{'。'.join(parts)}{'' if address else '。'}"


def _done(one: Outbox, *, sent_at: datetime | None = None, failed: str = "") -> None:
    Outbox.objects.filter(pk=one.pk).update(next_try_at=None, sent_at=sent_at, failed=bool(failed), error=failed)


def _ask_to_call(one: Outbox, case: Case, at: datetime) -> None:
    news = TOLD.get(str(one.payload.get("event", "")), "办理有新进展")
    word = Word(
        person=case.manager or 0, role="manager", unit=case.unit, case_number=case.number,
        text=f"短信没有送达，请打电话告知客户：{news}", kind="contact",
    )  # fmt: skip
    rule_changes.tell([word], at=at)
