"""过程控制: pause, permit, return, jump, convert, hand over, delegate, withdraw, terminate, migrate, in every process alike.

Each checker returns the problems of its deed; each mover returns the move it makes. RULEBASE 8.2 and 8.6.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds import course, intake
from yekuo.rules.engine import appointing, feedback, oversight, reserving
from yekuo.rules.engine.books import Books
from yekuo.rules.engine.definition import Definition
from yekuo.rules.engine.transitions import definition_for, move_to
from yekuo.rules.facts import Voltage
from yekuo.rules.refusal import Problem
from yekuo.rules.state import CaseState, Move, Party
from yekuo.rules.timeline import Cause

Problems = tuple[Problem, ...]
Checker = Callable[[Books, CaseState, Any, Actor, datetime], Problems]
Mover = Callable[[Books, CaseState, Any], Move]

WHILE_PAUSED = frozenset({
    "resume_case", "decide_permit", "dispute_pause", "withdraw_application", "terminate_case", "urge_case",
    "contact_customer", "supply_papers", "hand_over", "delegate_task", "assign_person",
    *oversight.AFTERWARDS,
}) | appointing.WHILE_PAUSED | feedback.WHILE_PAUSED | reserving.WHILE_PAUSED  # fmt: skip
DELEGATE_FOR_OTHERS = frozenset({"manager", "chief"})
BEFORE_SURVEY = ("contact", "accept", "supplement", "survey")


def _when(wrong: bool, field: str, message: str) -> Problems:
    return (Problem(field, message),) if wrong else ()


def _not_live(state: CaseState) -> Problems:
    return _when(not state.accepted, "", "申请尚未受理，还不能这样办理") + _when(
        state.energised, "", "已经送电，不能再这样办理"
    )


def _request_pause(books: Books, state: CaseState, deed: course.RequestPause, by: Actor, at: datetime) -> Problems:
    permit_missing = deed.cause is Cause.GOVERNMENT_PERMIT and not state.open_permits
    low_study = deed.cause is Cause.ACCESS_STUDY and not (state.facts and state.facts.voltage >= Voltage.KV110)
    until_past = deed.expected_until is not None and deed.expected_until < day_of(at)
    return (
        _not_live(state)
        + _when(state.party is Party.CUSTOMER, "", "现在正在等客户，供电公司的时限没有在走，无需挂起")
        + _when(state.pause_requested is not None, "", "已有一份挂起申请待审批")
        + _when(not deed.reason.strip(), "reason", "请写明挂起原因")
        + _when(not deed.evidence, "evidence", "挂起须附证据（客户申请、审批受理单等），没有证据不能挂起")
        + _when(permit_missing, "cause", "以政府审批为由挂起，须先登记审批申请")
        + _when(low_study, "cause", "接入系统设计只适用于 110 千伏及以上")
        + _when(until_past, "expected_until", "预计恢复日期不能早于今天")
    )


def _decide_pause(books: Books, state: CaseState, deed: Any, by: Actor, at: datetime) -> Problems:
    wanted = state.pause_requested
    if wanted is None or wanted.number != deed.number:
        return (Problem("", "没有待审批的挂起申请，可能已有人处理"),)
    same = state.pause_cases[-1].by == by.person
    silent = isinstance(deed, course.RefusePause) and not deed.note.strip()
    return _when(same, "", "申请人不能审批自己的挂起，须由另一人批准") + _when(silent, "note", "请写明驳回理由")


def _resume(books: Books, state: CaseState, deed: course.ResumeCase, by: Actor, at: datetime) -> Problems:
    return _when(state.pause is None, "", "工单没有挂起，无需恢复")


def _dispute(books: Books, state: CaseState, deed: course.DisputePause, by: Actor, at: datetime) -> Problems:
    unknown = not 1 <= deed.number <= len(state.pause_cases)
    return _when(unknown, "number", "没有这次暂停") + _when(not deed.text.strip(), "text", "请写明您的异议")


def _apply_permit(books: Books, state: CaseState, deed: course.ApplyPermit, by: Actor, at: datetime) -> Problems:
    return _not_live(state) + _when(not deed.receipt.strip(), "receipt", "请填写审批部门的受理号")


def _decide_permit(books: Books, state: CaseState, deed: course.DecidePermit, by: Actor, at: datetime) -> Problems:
    known = any(permit.number == deed.number for permit in state.open_permits)
    return _when(not known, "number", "没有这项在办的政府审批")


def _return(books: Books, state: CaseState, deed: course.ReturnStage, by: Actor, at: datetime) -> Problems:
    return (
        _not_live(state)
        + _when(deed.to not in return_targets(books, state), "to", "不能退回到这个环节")
        + _when(not deed.reason.strip(), "reason", "请写明退回原因")
    )


def return_targets(books: Books, state: CaseState) -> tuple[str, ...]:
    """This function will list the stages a case may be returned to: earlier ones where rework is done."""
    definition = books.definition(state)
    order = definition.order
    if state.stage not in order:
        return ()
    return tuple(key for key in order[: order.index(state.stage)] if definition.stage(key).returnable)


def jump_targets(books: Books, state: CaseState) -> tuple[str, ...]:
    """This function will list the later stages a case may jump to without leaving out a milestone."""
    definition = books.definition(state)
    order = definition.order
    if state.stage not in order or definition.stage(state.stage).milestone:
        return ()
    later = order[order.index(state.stage) + 1 :]
    end = next((at for at, key in enumerate(later) if definition.stage(key).milestone), len(later) - 1)
    return tuple(key for key in later[: end + 1] if definition.stage(key).returnable or definition.stage(key).milestone)


def _jump(books: Books, state: CaseState, deed: course.JumpStage, by: Actor, at: datetime) -> Problems:
    return (
        _not_live(state)
        + _when(deed.to not in jump_targets(books, state), "to", "不能跳转到这个环节：跳转只能向前，且不得越过必经环节")
        + _when(not deed.reason.strip(), "reason", "请写明跳转原因")
    )


def _convert(books: Books, state: CaseState, deed: intake.ConvertBusiness, by: Actor, at: datetime) -> Problems:
    return (
        _when(state.facts is None, "", "还没有申请，无从转换")
        + _when(state.energised, "", "已经送电，不能再转换业务")
        + _when(deed.facts == state.facts, "facts", "转换前后内容相同，没有需要转换的")
        + _when(not deed.reason.strip(), "reason", "请写明转换原因")
    )


def _hand_over(books: Books, state: CaseState, deed: course.HandOver, by: Actor, at: datetime) -> Problems:
    return (
        _when(not deed.person, "person", "请选择接办人")
        + _when(state.people.get(deed.role) == deed.person, "person", "接办人与现办理人相同")
        + _when(not deed.reason.strip(), "reason", "请写明转办原因")
    )


def _delegate(books: Books, state: CaseState, deed: course.DelegateTask, by: Actor, at: datetime) -> Problems:
    holder = state.people.get(deed.role)
    foreign = holder not in (None, by.person) and DELEGATE_FOR_OTHERS.isdisjoint(by.roles)
    return (
        _when(foreign, "role", "只能委托自己在办的工作；别人的工作由客户经理或班长/主任委托")
        + _when(not deed.person, "person", "请选择代办人")
        + _when(deed.until <= at, "until", "委托截止时间须在现在之后")
        + _when(not deed.reason.strip(), "reason", "请写明委托原因")
    )


def _withdraw(books: Books, state: CaseState, deed: course.WithdrawApplication, by: Actor, at: datetime) -> Problems:
    return _when(state.energised, "", "已经送电，不能撤回；如需停用请办理销户") + _when(
        not deed.reason.strip(), "reason", "请写明撤回原因"
    )


def _terminate(books: Books, state: CaseState, deed: course.TerminateCase, by: Actor, at: datetime) -> Problems:
    return (
        _when(state.energised, "", "已经送电，不能终止")
        + _when(not deed.reason.strip(), "reason", "请写明终止原因")
        + _when(not deed.evidence, "evidence", "终止须附证据")
    )


def _migrate(books: Books, state: CaseState, deed: course.MigrateCase, by: Actor, at: datetime) -> Problems:
    target = books.definitions.get(deed.version)
    if target is None or target.key != state.process:
        return (Problem("version", "没有这个流程版本，或不是同一流程"),)
    same = target.version == state.version
    stage = deed.stage or state.stage
    lost = stage not in target.stages
    return (
        _when(same, "version", "工单已在这个版本上")
        + _when(lost, "stage", "新版本没有当前环节，请指定对应环节")
        + _when(not lost and bool(left_out(books, state, target, stage)), "stage", "迁移不能越过必经环节")
    )


def left_out(books: Books, state: CaseState, target: Definition, stage: str) -> tuple[str, ...]:
    """This function will list the milestones still ahead of a case that a move to a stage of another version leaves out."""
    pinned = books.definition(state)
    ahead = pinned.order[pinned.order.index(state.stage) :] if state.stage in pinned.order else pinned.order
    before = target.order[: target.order.index(stage)]
    return tuple(key for key in ahead if pinned.stage(key).milestone and key in before)


def _urge(books: Books, state: CaseState, deed: course.UrgeCase, by: Actor, at: datetime) -> Problems:
    return _when(
        by.kind is ActorKind.CUSTOMER and state.party is Party.CUSTOMER, "", "现在轮到您办理，供电公司正在等您"
    )


def _convert_move(books: Books, state: CaseState, deed: intake.ConvertBusiness) -> Move:
    """Beyond the survey the site has to be seen again under the new facts; the clocks go on (RULEBASE 8.6)."""
    definition = definition_for(books, state, deed.facts)
    return move_to(books, definition, state.stage if state.stage in BEFORE_SURVEY else "survey", state)


def _migrate_move(books: Books, state: CaseState, deed: course.MigrateCase) -> Move:
    return move_to(books, books.definitions[deed.version], deed.stage or state.stage, state)


def _stage_move(books: Books, state: CaseState, deed: Any) -> Move:
    return move_to(books, books.definition(state), deed.to, state)


CHECKERS: dict[str, Checker] = {
    "request_pause": _request_pause,
    "approve_pause": _decide_pause,
    "refuse_pause": _decide_pause,
    "resume_case": _resume,
    "dispute_pause": _dispute,
    "apply_permit": _apply_permit,
    "decide_permit": _decide_permit,
    "return_stage": _return,
    "jump_stage": _jump,
    "convert_business": _convert,
    "hand_over": _hand_over,
    "delegate_task": _delegate,
    "withdraw_application": _withdraw,
    "terminate_case": _terminate,
    "migrate_case": _migrate,
    "urge_case": _urge,
    **appointing.CHECKERS,
    **feedback.CHECKERS,
    **oversight.CHECKERS,
    **reserving.CHECKERS,
}
MOVERS: dict[str, Mover] = {
    "return_stage": _stage_move,
    "jump_stage": _stage_move,
    "convert_business": _convert_move,
    "migrate_case": _migrate_move,
}
