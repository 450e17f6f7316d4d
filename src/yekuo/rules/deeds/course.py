"""过程控制: pause and resume, permits, return, jump, hand over, delegate, withdraw, terminate, migrate, urge."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from yekuo.rules.deeds.base import Deed, Paper
from yekuo.rules.timeline import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPause(Deed):
    """申请挂起: helps nobody until a second person approves it (RULEBASE 8.2)."""

    deed: ClassVar[str] = "request_pause"
    event: ClassVar[str] = "pause_requested"
    title: ClassVar[str] = "申请挂起"
    cause: Cause
    reason: str
    evidence: tuple[Paper, ...]
    expected_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovePause(Deed):
    """批准挂起: by somebody else than the one who asked; in effect from now."""

    deed: ClassVar[str] = "approve_pause"
    event: ClassVar[str] = "pause_approved"
    title: ClassVar[str] = "批准挂起"
    number: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusePause(Deed):
    """驳回挂起: the clock never stopped."""

    deed: ClassVar[str] = "refuse_pause"
    event: ClassVar[str] = "pause_refused"
    title: ClassVar[str] = "驳回挂起"
    number: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeCase(Deed):
    """恢复: the pause ends and the clocks run on."""

    deed: ClassVar[str] = "resume_case"
    event: ClassVar[str] = "case_resumed"
    title: ClassVar[str] = "恢复办理"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputePause(Deed):
    """对挂起有异议: the customer's word on a pause, seen by supervisors."""

    deed: ClassVar[str] = "dispute_pause"
    event: ClassVar[str] = "pause_disputed"
    title: ClassVar[str] = "对暂停提出异议"
    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPermit(Deed):
    """申请政府审批: the application for access works is with the authority; its own clock runs."""

    deed: ClassVar[str] = "apply_permit"
    event: ClassVar[str] = "permit_applied"
    title: ClassVar[str] = "登记政府审批申请"
    what: str
    receipt: str
    evidence: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidePermit(Deed):
    """政府审批结果: the authority has decided; a pause for this permit ends with it."""

    deed: ClassVar[str] = "decide_permit"
    event: ClassVar[str] = "permit_decided"
    title: ClassVar[str] = "登记政府审批结果"
    number: int
    granted: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnStage(Deed):
    """退回: back to an earlier stage for rework; no clock starts afresh within its own run."""

    deed: ClassVar[str] = "return_stage"
    event: ClassVar[str] = "stage_returned"
    title: ClassVar[str] = "退回"
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JumpStage(Deed):
    """跳转: a supervisor's exception, forward only, never past energising."""

    deed: ClassVar[str] = "jump_stage"
    event: ClassVar[str] = "stage_jumped"
    title: ClassVar[str] = "跳转环节"
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Deed):
    """转办: another person takes the role in this case."""

    deed: ClassVar[str] = "hand_over"
    event: ClassVar[str] = "handed_over"
    title: ClassVar[str] = "转办"
    role: str
    person: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegateTask(Deed):
    """委托代办: another person may act for the role until a moment; the owner stays the owner."""

    deed: ClassVar[str] = "delegate_task"
    event: ClassVar[str] = "task_delegated"
    title: ClassVar[str] = "委托代办"
    role: str
    person: int
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawApplication(Deed):
    """撤回申请: by the customer, or recorded for the customer."""

    deed: ClassVar[str] = "withdraw_application"
    event: ClassVar[str] = "application_withdrawn"
    title: ClassVar[str] = "撤回申请"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateCase(Deed):
    """终止: by the company, with evidence; linked if the same site or applicant comes again within 30 days."""

    deed: ClassVar[str] = "terminate_case"
    event: ClassVar[str] = "case_terminated"
    title: ClassVar[str] = "终止工单"
    reason: str
    evidence: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrateCase(Deed):
    """迁移流程版本: the case goes on under another published version of its process."""

    deed: ClassVar[str] = "migrate_case"
    event: ClassVar[str] = "case_migrated"
    title: ClassVar[str] = "迁移流程版本"
    version: str
    reason: str
    stage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgeCase(Deed):
    """催办: anyone entitled to see the case may ask for it to go on; counted."""

    deed: ClassVar[str] = "urge_case"
    event: ClassVar[str] = "case_urged"
    title: ClassVar[str] = "催办"
    text: str = ""
