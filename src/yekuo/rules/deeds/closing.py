"""合同、装表、送电、归档、回访: the deeds that end in flowing power and a kept file."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from yekuo.rules.contract import ContractKind
from yekuo.rules.deeds.base import Deed, Paper
from yekuo.rules.metering import MeterInstalled, MeterRemoved


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContract(Deed):
    """起草供用电合同: for the version of the scheme the customer confirmed."""

    deed: ClassVar[str] = "draft_contract"
    event: ClassVar[str] = "contract_drafted"
    title: ClassVar[str] = "起草供用电合同"
    kind: ContractKind
    number: str
    scheme_version: int
    years: int
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignContract(Deed):
    """签订供用电合同: one side signs; `side` is utility or customer."""

    deed: ClassVar[str] = "sign_contract"
    event: ClassVar[str] = "contract_signed"
    title: ClassVar[str] = "签订供用电合同"
    side: str
    number: str
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignDispatchAgreement(Deed):
    """签订调度协议: where supply is dispatched."""

    deed: ClassVar[str] = "sign_dispatch_agreement"
    event: ClassVar[str] = "dispatch_agreement_signed"
    title: ClassVar[str] = "签订调度协议"
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleFee(Deed):
    """业务收费: an allowed fee item paid, in yuan."""

    deed: ClassVar[str] = "settle_fee"
    event: ClassVar[str] = "fee_settled"
    title: ClassVar[str] = "登记业务收费"
    item: str
    source: int = 0
    amount: Decimal
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallMeter(Deed):
    """装表: meters, transformers, seals, first readings and terminals; `removed` are the old meters taken down for them."""

    deed: ClassVar[str] = "install_meter"
    event: ClassVar[str] = "meter_installed"
    title: ClassVar[str] = "装表"
    meters: tuple[MeterInstalled, ...]
    photos: tuple[Paper, ...] = ()
    removed: tuple[MeterRemoved, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSafety(Deed):
    """确认送电条件: certificate numbers of the qualified electricians and the measures taken."""

    deed: ClassVar[str] = "confirm_safety"
    event: ClassVar[str] = "safety_confirmed"
    title: ClassVar[str] = "确认送电安全条件"
    measures: tuple[str, ...]
    electricians: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Energise(Deed):
    """送电: power flows; refused while anything of RULEBASE 8.11 is missing."""

    deed: ClassVar[str] = "energise"
    event: ClassVar[str] = "energised"
    title: ClassVar[str] = "送电"
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCase(Deed):
    """归档: closes the file and opens account, site, metering points, meters and contract."""

    deed: ClassVar[str] = "archive_case"
    event: ClassVar[str] = "case_archived"
    title: ClassVar[str] = "归档"
    number: str
    shelf: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitCustomer(Deed):
    """回访: the customer's own account; `applied_on` and `powered_on` are the dates the customer remembers."""

    deed: ClassVar[str] = "revisit_customer"
    event: ClassVar[str] = "customer_revisited"
    title: ClassVar[str] = "回访"
    reached: bool
    grade: int
    told_once: bool = True
    named_builder: bool = False
    extra_fee: bool = False
    repeated_trip: bool = False
    applied_on: date | None = None
    powered_on: date | None = None
    note: str = ""
