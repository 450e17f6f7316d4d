"""办理条件: what must be true of a deed's content before it is let into the log; every problem at once."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from yekuo.rules import contract, fees, inspection, materials, metering, rounds, scheme
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.calendar import day_of
from yekuo.rules.chase import LONGEST_TEXT
from yekuo.rules.deeds import closing, intake, works
from yekuo.rules.deeds import inspection as inspections
from yekuo.rules.deeds import scheme as schemes
from yekuo.rules.deeds.base import Deed
from yekuo.rules.engine.books import Books
from yekuo.rules.facts import Facts
from yekuo.rules.materials import Due
from yekuo.rules.powers import Role
from yekuo.rules.refusal import Problem
from yekuo.rules.scheme import validity
from yekuo.rules.state import CaseState, Party

Problems = tuple[Problem, ...]
MEMBER = re.compile("|".join((*(role.value for role in Role), r"staff:[1-9][0-9]{0,17}")))
Guard = Callable[[Books, CaseState, Any, Actor, datetime], Problems]


def _when(wrong: bool, field: str, message: str) -> Problems:
    return (Problem(field, message),) if wrong else ()


def _facts(facts: Facts) -> Problems:
    low_many = not facts.high_voltage and facts.sources > 1
    return (
        _when(facts.capacity_kva <= 0, "capacity_kva", "容量须大于 0")
        + _when(facts.generation_kw < 0, "generation_kw", "并网发电容量不能为负")
        + _when(facts.original_kva < 0, "original_kva", "原有容量不能为负")
        + _when(not 1 <= facts.sources <= 9, "sources", "电源路数须在 1 到 9 之间")
        + _when(low_many, "sources", "低压只能是单电源；需要双电源请选 10 千伏及以上")
    )


def _handed(state: CaseState) -> tuple[str, ...]:
    return tuple(paper.code for paper in state.papers)


def _file(books: Books, state: CaseState, deed: intake.FileApplication, by: Actor, at: datetime) -> Problems:
    return _facts(deed.facts) + _when(
        deed.wanted_on is not None and deed.wanted_on < day_of(at), "wanted_on", "意向接电日期不能早于今天"
    )


def _notice(books: Books, state: CaseState, deed: intake.IssueNotice, by: Actor, at: datetime) -> Problems:
    """Every paper that is missing and cannot follow on a promise has to be on the one list (RULEBASE 1.9)."""
    lacking = materials.missing(books.papers_needed(state), _handed(state))
    forgotten = tuple(one for one in lacking if one.code not in deed.missing and not one.may_promise)
    return _when(not deed.missing, "missing", "告知书至少列一项缺件") + tuple(
        Problem("missing", f"还缺“{one.name}”，须一次告知清楚") for one in forgotten
    )


def _accept(books: Books, state: CaseState, deed: intake.AcceptApplication, by: Actor, at: datetime) -> Problems:
    found: list[Problem] = []
    for one in materials.missing(books.papers_needed(state), _handed(state)):
        if not one.may_promise:
            found.append(Problem("promised", f"缺“{one.name}”，不能容缺；请出具一次性告知书"))
        elif one.code not in deed.promised:
            found.append(Problem("promised", f"缺“{one.name}”：请勾选容缺受理，或出具一次性告知书"))
    return tuple(found) + _when(not deed.manager, "manager", "请指定客户经理")


def _papers(books: Books, state: CaseState, deed: intake.SupplyPapers, by: Actor, at: datetime) -> Problems:
    return _when(not deed.papers, "papers", "请至少上传一份资料")


def _owed(books: Books, state: CaseState, at_stage: Due) -> Problems:
    needed = books.papers_needed(state)
    owed = tuple(one for one in materials.promised(needed, ()) if one.code in state.promised)
    late = materials.overdue(owed, _handed(state), needed, at=at_stage)
    return tuple(Problem("papers", f"容缺承诺的“{one.name}”还没有补交") for one in late)


def _assign(books: Books, state: CaseState, deed: schemes.AssignPerson, by: Actor, at: datetime) -> Problems:
    past = deed.appointment is not None and deed.appointment < at
    return _when(not deed.person, "person", "请选择人员") + _when(past, "appointment", "预约时间不能早于现在")


def _survey(books: Books, state: CaseState, deed: schemes.SubmitSurvey, by: Actor, at: datetime) -> Problems:
    facts = deed.facts
    return (
        _facts(facts)
        + _when(facts.external_works is None, "external_works", "请勘查后确认是否需要外部工程")
        + _when(facts.customer_works is None, "customer_works", "请勘查后确认是否需要客户受电工程")
        + _when(
            not deed.ready and not deed.obstacle.strip(), "obstacle", "暂不具备供电条件时，请写明原因和所需配套工程"
        )
        + _when(not deed.supply_point.strip(), "supply_point", "请填写供电点")
        + _owed(books, state, Due.SURVEY)
    )


def _draft(books: Books, state: CaseState, deed: schemes.DraftScheme, by: Actor, at: datetime) -> Problems:
    if state.facts is None:
        return (Problem("", "还没有申请"),)
    drafted = deed.scheme
    wanted = len(state.schemes) + 1
    return (
        _when(drafted.version != wanted, "version", f"方案版本应为第 {wanted} 版，可能已有人提交了新版本")
        + scheme.problems(drafted, state.facts, table=books.schemes)
        + scheme.metering_problems(drafted, table=books.metering)
        + fees.problems(drafted.fees, drafted, state.facts, day_of(at), state.place.province, table=books.fees)
    )


def _opinion(books: Books, state: CaseState, deed: schemes.GiveOpinion, by: Actor, at: datetime) -> Problems:
    pending = {seat.member for seat in state.review.pending} if state.review else set()
    mine = deed.member in by.roles or deed.member == f"staff:{by.person}"
    return (
        _when(deed.member not in pending, "member", "该席位已签署意见，或不在本次会审之列")
        + _when(not mine, "member", "只能以自己的岗位签署意见")
        + _when(not deed.agree and not deed.text.strip(), "text", "反对时请写明理由")
    )


def _seat_added(books: Books, state: CaseState, deed: schemes.AddReviewer, by: Actor, at: datetime) -> Problems:
    seats = {seat.member for seat in state.review.seats} if state.review else set()
    return (
        _when(not MEMBER.fullmatch(deed.member), "member", "请选择会审成员：一个岗位，或一名员工")
        + _when(deed.member in seats, "member", "该成员已在会审之列")
        + _when(not deed.reason.strip(), "reason", "请写明增加原因")
    )


def _seat_removed(books: Books, state: CaseState, deed: schemes.RemoveReviewer, by: Actor, at: datetime) -> Problems:
    review = state.review
    pending = {seat.member for seat in review.pending} if review else set()
    only = review is not None and len(review.seats) == 1
    return (
        _when(deed.member not in pending, "member", "只能减去尚未签署意见的成员")
        + _when(only, "member", "会审至少保留一名成员")
        + _when(not deed.reason.strip(), "reason", "请写明减少原因")
    )


def _reply(books: Books, state: CaseState, deed: schemes.DeliverReply, by: Actor, at: datetime) -> Problems:
    latest = len(state.schemes)
    return (
        _when(deed.version != latest, "version", f"只能答复最新的第 {latest} 版方案")
        + _when(not deed.way.strip(), "way", "请选择答复方式")
        + _validity(books, state, deed, at)
    )


def _validity(books: Books, state: CaseState, deed: schemes.DeliverReply, at: datetime) -> Problems:
    if state.facts is None:
        return ()
    due = validity(state.facts, day_of(at), table=books.schemes)
    wrong = deed.valid_until not in (None, due)
    return _when(wrong, "valid_until", f"{day_of(at):%Y-%m-%d} 答复的方案有效期应到 {due:%Y-%m-%d}")


def bound(books: Books, state: CaseState, deed: Deed, at: datetime) -> Deed:
    """This function will write into a reply how long it is valid, which follows from its day; other deeds stay."""
    if not isinstance(deed, schemes.DeliverReply) or state.facts is None:
        return deed
    return replace(deed, valid_until=validity(state.facts, day_of(at), table=books.schemes))


def _answer(books: Books, state: CaseState, deed: schemes.AnswerScheme, by: Actor, at: datetime) -> Problems:
    return _when(deed.version != state.replied_version, "version", "方案已更新，请查看最新答复后再确认") + _when(
        not deed.agree and not deed.text.strip(), "text", "有异议请写明，我们好据此修改"
    )


def _design(books: Books, state: CaseState, deed: works.SubmitDesign, by: Actor, at: datetime) -> Problems:
    return (
        _when(not deed.designer.strip(), "designer", "请填写设计单位")
        + _when(not deed.licence.strip(), "licence", "请填写设计资质证书号")
        + _when(not deed.papers, "papers", "请上传设计图纸")
    )


def _design_review(books: Books, state: CaseState, deed: works.ReviewDesign, by: Actor, at: datetime) -> Problems:
    silent = not deed.passed and not any(text.strip() for text in deed.opinions)
    return _when(silent, "opinions", "审查不通过时，请一次写明全部意见")


def _plan(books: Books, state: CaseState, deed: works.PlanWorks, by: Actor, at: datetime) -> Problems:
    return (
        _when(not deed.builder.strip(), "builder", "请填写施工单位")
        + _when(not deed.licence.strip(), "licence", "请填写承装（修、试）许可证号")
        + _when(deed.finish_on < deed.start_on, "finish_on", "计划完工日期不能早于开工日期")
    )


def _hidden(books: Books, state: CaseState, deed: works.RecordHiddenWorks, by: Actor, at: datetime) -> Problems:
    return _when(not deed.what.strip(), "what", "请写明隐蔽部位") + _when(
        not deed.photos, "photos", "请上传隐蔽工程照片"
    )


def _progress(books: Books, state: CaseState, deed: works.ReportWorks, by: Actor, at: datetime) -> Problems:
    ours = not by.staff and state.party is not Party.CUSTOMER
    return _when(ours, "", "现在是供电公司的工程，由供电公司登记进度") + _when(
        not 0 <= deed.percent <= 100, "percent", "进度须在 0 到 100 之间"
    )


def _finish(books: Books, state: CaseState, deed: works.FinishWorks, by: Actor, at: datetime) -> Problems:
    due = bool(state.facts) and books.mid_inspection_due(state.facts, day_of(at)) if state.facts else False
    return _when(due and not state.mid_passed, "", "隐蔽工程须先通过中间检查，再登记完工") + _when(
        deed.finished_on > day_of(at), "finished_on", "完工日期不能晚于今天"
    )


def _external(books: Books, state: CaseState, deed: works.AcceptExternalWorks, by: Actor, at: datetime) -> Problems:
    return _when(not deed.content.strip(), "content", "请写明验收内容")


def _contact(books: Books, state: CaseState, deed: works.ContactCustomer, by: Actor, at: datetime) -> Problems:
    return (
        _when(not deed.way.strip(), "way", "请选择联系方式")
        + _when(deed.call_on is not None and deed.call_on < day_of(at), "call_on", "答应回电的日期不能早于今天")
        + _when(deed.send and deed.way != "sms", "way", "只有短信可以由系统发出")
        + _when(deed.send and not deed.note.strip(), "note", "请填写短信内容")
        + _when(deed.send and len(deed.note) > LONGEST_TEXT, "note", f"短信最多 {LONGEST_TEXT} 个字")
    )


def _mid_request(
    books: Books, state: CaseState, deed: inspections.RequestMidInspection, by: Actor, at: datetime
) -> Problems:
    return _when(not deed.content.strip(), "content", "请写明要检查的隐蔽部位")


def _completion_request(
    books: Books, state: CaseState, deed: inspections.RequestCompletion, by: Actor, at: datetime
) -> Problems:
    handed = (*_handed(state), *(paper.code for paper in deed.papers))
    needed = tuple(one for one in books.papers_needed(state) if one.due is Due.COMPLETION)
    lacking = materials.missing(needed, handed, by=Due.COMPLETION)
    return tuple(Problem("papers", f"竣工报验缺“{one.name}”") for one in lacking)


def _conclude_mid(
    books: Books, state: CaseState, deed: inspections.ConcludeMidInspection, by: Actor, at: datetime
) -> Problems:
    return _conclusion(books, state, inspection.InspectionKind.MID, deed, at)


def _conclude(
    books: Books, state: CaseState, deed: inspections.ConcludeCompletionInspection, by: Actor, at: datetime
) -> Problems:
    if state.facts is None:
        return ()
    return _conclusion(books, state, inspection.completion_kind(state.facts), deed, at)


def _conclusion(books: Books, state: CaseState, kind: inspection.InspectionKind, deed: Any, at: datetime) -> Problems:
    if state.facts is None:
        return ()
    known = inspection.checklist(kind, state.facts, table=books.checklists)
    failed = "、".join(rounds.failed_samples(state.samples))
    return inspection.problems(
        wanted=rounds.required(known, state.rounds, changed=state.changed_items), known=known, passed=deed.passed,
        items=deed.items, defects=deed.defects, longest=books.checklists.longest, on=day_of(at),
    ) + _when(
        deed.passed and bool(failed), "passed", f"材料抽检不合格、还没有复检合格：{failed}，不能下“合格”结论"
    )  # fmt: skip


def _rectified(books: Books, state: CaseState, deed: inspections.ReportRectified, by: Actor, at: datetime) -> Problems:
    return inspection.rectification_problems(
        (defect.code for defect in state.defects), ((answer.code, answer.done) for answer in deed.answers)
    )


def _contract(books: Books, state: CaseState, deed: closing.DraftContract, by: Actor, at: datetime) -> Problems:
    if state.facts is None:
        return (Problem("", "还没有申请"),)
    wanted = state.agreed_version or state.replied_version
    return (
        _when(deed.scheme_version != wanted, "scheme_version", f"合同须依据客户已确认的第 {wanted} 版方案")
        + _when(not deed.number.strip(), "number", "请填写合同编号")
        + contract.problems(
            kind=deed.kind, years=deed.years, clauses=deed.clauses, facts=state.facts, table=books.contracts
        )
    )


def _sign(books: Books, state: CaseState, deed: closing.SignContract, by: Actor, at: datetime) -> Problems:
    held = state.contract
    if held is None:
        return (Problem("", "合同还没有起草"),)
    customer = by.kind in (ActorKind.CUSTOMER, ActorKind.AGENT)
    again = held.customer_signed if deed.side == "customer" else held.utility_signed
    return (
        _when(deed.side not in ("utility", "customer"), "side", "请选择签署方")
        + _when(customer and deed.side != "customer", "side", "您只能代表客户一方签署")
        + _when(deed.number != held.number, "number", "合同编号不符，请刷新后再签")
        + _when(again, "side", "这一方已经签过")
    )


def _dispatch(books: Books, state: CaseState, deed: closing.SignDispatchAgreement, by: Actor, at: datetime) -> Problems:
    return _when(not deed.number.strip(), "number", "请填写调度协议编号")


def _fee(books: Books, state: CaseState, deed: closing.SettleFee, by: Actor, at: datetime) -> Problems:
    owed = {(line.item, line.source): line for line in books.unpaid(state)}
    line = owed.get((deed.item, deed.source))
    if line is None:
        return (Problem("item", "方案中没有这项待缴费用；不得收取方案之外的任何费用"),)
    return _when(deed.amount != line.amount, "amount", f"应收 {line.amount} 元，与填写的金额不符") + _when(
        not deed.receipt.strip(), "receipt", "请填写收据号"
    )


def _meter(books: Books, state: CaseState, deed: closing.InstallMeter, by: Actor, at: datetime) -> Problems:
    points = state.scheme.metering if state.scheme else ()
    return metering.problems(points, deed.meters, on=day_of(at))


def _safety(books: Books, state: CaseState, deed: closing.ConfirmSafety, by: Actor, at: datetime) -> Problems:
    high = bool(state.facts and state.facts.high_voltage)
    return _when(not deed.measures, "measures", "请确认送电安全措施") + _when(
        high and not deed.electricians, "electricians", "高压客户须登记持证电工"
    )


def readiness(books: Books, state: CaseState) -> contract.Readiness:
    """This function will gather what RULEBASE 8.11 asks of a case before power may flow."""
    facts = state.facts
    held = state.contract
    return contract.Readiness(
        external_works_accepted=state.external_accepted if facts and facts.external_works else None,
        customer_works_passed=state.completion_passed if facts and facts.customer_works else None,
        contract_signed_by_supplier=bool(held and held.utility_signed),
        contract_signed_by_customer=bool(held and held.customer_signed),
        dispatch_agreement_signed=bool(state.dispatch_agreement),
        own_generation=bool(state.scheme and state.scheme.own_generation),
        unpaid_fees=tuple(line.name for line in books.unpaid(state)),
        metering_points=tuple(point.number for point in state.scheme.metering) if state.scheme else (),
        metered=tuple(meter.point for meter in state.meters),
        terminals_tested=tuple(meter.point for meter in state.meters if meter.terminal_tested),
        electricians=state.electricians,
        safety_confirmed=bool(state.measures),
    )


def _energise(books: Books, state: CaseState, deed: closing.Energise, by: Actor, at: datetime) -> Problems:
    if state.facts is None:
        return (Problem("", "还没有申请"),)
    return contract.energising_problems(state.facts, readiness(books, state), table=books.contracts) + tuple(
        Problem("papers", f"还缺资料“{one.name}”")
        for one in materials.missing(books.papers_needed(state), _handed(state), by=Due.ENERGISE)
    )


def _archive(books: Books, state: CaseState, deed: closing.ArchiveCase, by: Actor, at: datetime) -> Problems:
    return _when(not deed.number.strip(), "number", "请填写档案号") + _when(
        not deed.shelf.strip(), "shelf", "请填写存放位置"
    )


def _revisit(books: Books, state: CaseState, deed: closing.RevisitCustomer, by: Actor, at: datetime) -> Problems:
    return _when(deed.reached and not 1 <= deed.grade <= 5, "grade", "评价须为 1 到 5 分")


EARLIEST_SOURCE = timedelta(days=60)
SOURCE_NUMBER_AT_MOST = 40


def _first_contact(books: Books, state: CaseState, deed: intake.MakeContact, by: Actor, at: datetime) -> Problems:
    early = deed.source_at is not None and at - deed.source_at > EARLIEST_SOURCE
    return (
        _when(len(deed.source_number) > SOURCE_NUMBER_AT_MOST, "source_number", "来源工单号太长，最多 40 个字")
        + _when(deed.source_at is not None and deed.source_at > at, "source_at", "来电时间不能晚于现在")
        + _when(early, "source_at", f"来电时间早于 {EARLIEST_SOURCE.days} 天之前，请核对")
    )


GUARDS: dict[str, Guard] = {
    "make_contact": _first_contact,
    "file_application": _file,
    "issue_notice": _notice,
    "accept_application": _accept,
    "supply_papers": _papers,
    "assign_person": _assign,
    "submit_survey": _survey,
    "draft_scheme": _draft,
    "give_opinion": _opinion,
    "add_reviewer": _seat_added,
    "remove_reviewer": _seat_removed,
    "deliver_reply": _reply,
    "answer_scheme": _answer,
    "submit_design": _design,
    "review_design": _design_review,
    "plan_works": _plan,
    "record_hidden_works": _hidden,
    "report_works": _progress,
    "finish_works": _finish,
    "accept_external_works": _external,
    "contact_customer": _contact,
    "request_mid_inspection": _mid_request,
    "conclude_mid_inspection": _conclude_mid,
    "request_completion": _completion_request,
    "conclude_completion_inspection": _conclude,
    "report_rectified": _rectified,
    "draft_contract": _contract,
    "sign_contract": _sign,
    "sign_dispatch_agreement": _dispatch,
    "settle_fee": _fee,
    "install_meter": _meter,
    "confirm_safety": _safety,
    "energise": _energise,
    "archive_case": _archive,
    "revisit_customer": _revisit,
}
