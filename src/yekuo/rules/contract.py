"""供用电合同: kinds, mandatory clauses, terms, and everything that must be there before power flows."""

from dataclasses import dataclass
from enum import StrEnum


class ContractKind(StrEnum):
    """合同种类: 高压, 低压, 居民, 临时供用电合同."""

    HIGH_VOLTAGE = "high_voltage"
    LOW_VOLTAGE = "low_voltage"
    RESIDENT = "resident"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """送电条件: what the case shows before energising; None in a works field means that there are no such works.

    `electricians` are certificate numbers, `metering_points` are the numbers the scheme names, `metered` those with a meter installed and a terminal tested.
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
    electricians: tuple[str, ...] = ()
    safety_confirmed: bool = False
