"""设计与工程: the customer's design and works, hidden works, contact attempts, external works."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from yekuo.rules.deeds.base import Deed, Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitDesign(Deed):
    """送审设计: drawings and the designer's qualification."""

    deed: ClassVar[str] = "submit_design"
    event: ClassVar[str] = "design_submitted"
    title: ClassVar[str] = "送审设计图纸"
    designer: str
    licence: str
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDesign(Deed):
    """设计审查: only for whom the dated rules ask it (RULEBASE 8.10)."""

    deed: ClassVar[str] = "review_design"
    event: ClassVar[str] = "design_reviewed"
    title: ClassVar[str] = "出具设计审查意见"
    passed: bool
    opinions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWorks(Deed):
    """客户工程计划: builder, planned start and finish."""

    deed: ClassVar[str] = "plan_works"
    event: ClassVar[str] = "works_planned"
    title: ClassVar[str] = "登记客户工程计划"
    builder: str
    licence: str
    start_on: date
    finish_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHiddenWorks(Deed):
    """隐蔽工程记录: what is about to be covered, with photographs."""

    deed: ClassVar[str] = "record_hidden_works"
    event: ClassVar[str] = "hidden_works_recorded"
    title: ClassVar[str] = "记录隐蔽工程"
    what: str
    photos: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWorks(Deed):
    """工程进度: a step of the works reported by the customer, the builder or our own crew."""

    deed: ClassVar[str] = "report_works"
    event: ClassVar[str] = "works_reported"
    title: ClassVar[str] = "登记工程进度"
    percent: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishWorks(Deed):
    """客户工程完工: the customer's own works stand finished."""

    deed: ClassVar[str] = "finish_works"
    event: ClassVar[str] = "works_finished"
    title: ClassVar[str] = "客户工程完工"
    finished_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptExternalWorks(Deed):
    """外部工程验收: the utility's works up to the boundary are finished and accepted."""

    deed: ClassVar[str] = "accept_external_works"
    event: ClassVar[str] = "external_works_accepted"
    title: ClassVar[str] = "外部工程验收"
    content: str
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCustomer(Deed):
    """联系客户: one attempt to reach the customer, reached or not; `send` lets the note go out as a text message.

    `call_on` is the day for which another call was promised.
    """

    deed: ClassVar[str] = "contact_customer"
    event: ClassVar[str] = "customer_contacted"
    title: ClassVar[str] = "联系客户"
    way: str
    reached: bool
    note: str = ""
    call_on: date | None = None
    send: bool = False
