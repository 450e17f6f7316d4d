"""供用电合同: kinds, mandatory clauses, terms, and everything that must be there before power flows."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ContractKind(StrEnum):
    """合同种类: 高压, 低压, 居民, 临时供用电合同."""

    HIGH_VOLTAGE = "high_voltage"
    LOW_VOLTAGE = "low_voltage"
    RESIDENT = "resident"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """条款: the text agreed under one of the mandatory headings of art. 33 (`code` as in the table)."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """签署: who signed for a side, in what capacity, on which day."""

    name: str
    capacity: str = ""
    signed_on: date
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """供用电合同: one draft or signed contract; `ends_on` is its last day."""

    kind: ContractKind
    number: str
    starts_on: date
    ends_on: date
    clauses: tuple[Clause, ...] = ()
    supplier: Signature | None = None
    customer: Signature | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Electrician:
    """持证电工: one qualified person of a high-voltage customer; `certificate` valid to and including `valid_until`."""

    name: str
    certificate: str
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """送电条件: what the case shows before energising; None in a works field means that there are no such works.

    `metering_points` are the numbers the scheme names, `metered` those with a meter installed and a terminal tested.
    """

    external_works_accepted: bool | None
    customer_works_passed: bool | None
    contract_signed_by_supplier: bool
    contract_signed_by_customer: bool
    dispatch_agreement_signed: bool
    own_generation: bool = False
    unpaid_fees: tuple[str, ...] = ()
    metering_points: tuple[int, ...] = ()
    metered: tuple[int, ...] = ()
    terminals_tested: tuple[int, ...] = ()
    electricians: tuple[Electrician, ...] = ()
    safety_confirmed: bool = False
