"""业务受理: first contact, application, one-time notice, acceptance, conversion."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from yekuo.rules.deeds.base import Deed, Paper
from yekuo.rules.facts import Facts
from yekuo.rules.materials import ApplicantSituation


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeContact(Deed):
    """首次接触: recorded whatever the channel (counter, web, phone, 95598, visit, agent).

    `source_number` is the ticket of 95598 or another system, `source_at` when the customer turned to us there: it may
    lie before the recording, and says so openly; no clock is moved by it.
    """

    deed: ClassVar[str] = "make_contact"
    event: ClassVar[str] = "contact_made"
    title: ClassVar[str] = "登记首次接触"
    channel: str
    note: str = ""
    source_number: str = ""
    source_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileApplication(Deed):
    """提交申请: personal data stands outside the log; `applicant` and `site` are references with digests."""

    deed: ClassVar[str] = "file_application"
    event: ClassVar[str] = "application_filed"
    title: ClassVar[str] = "提交申请"
    channel: str
    facts: Facts
    applicant: int
    applicant_digest: str
    site: int
    site_digest: str
    situation: ApplicantSituation
    papers: tuple[Paper, ...] = ()
    wanted_on: date | None = None
    signs_standard_contract: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueNotice(Deed):
    """一次性告知: everything that is missing, told once."""

    deed: ClassVar[str] = "issue_notice"
    event: ClassVar[str] = "notice_issued"
    title: ClassVar[str] = "出具一次性告知书"
    missing: tuple[str, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyPapers(Deed):
    """补充资料: papers handed in after the application, asked for by a notice or owed by a promise."""

    deed: ClassVar[str] = "supply_papers"
    event: ClassVar[str] = "papers_supplied"
    title: ClassVar[str] = "补充资料"
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptApplication(Deed):
    """受理: starts the legal clocks; `promised` are the requirement codes accepted on promise (容缺受理)."""

    deed: ClassVar[str] = "accept_application"
    event: ClassVar[str] = "application_accepted"
    title: ClassVar[str] = "受理"
    manager: int
    promised: tuple[str, ...] = ()
    contract_number: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertBusiness(Deed):
    """变更业务类型: a wrong type or changed application is converted in place and keeps its clocks (RULEBASE 8.6)."""

    deed: ClassVar[str] = "convert_business"
    event: ClassVar[str] = "business_converted"
    title: ClassVar[str] = "转换业务类型"
    facts: Facts
    reason: str
