"""供用电合同: kinds, mandatory clauses, terms, and everything that must be there before power flows."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from yekuo.rules.facts import CustomerKind, Facts, Voltage
from yekuo.rules.refusal import Problem


class ContractKind(StrEnum):
    """合同种类: 高压, 低压, 居民, 临时供用电合同."""

    HIGH_VOLTAGE = "high_voltage"
    LOW_VOLTAGE = "low_voltage"
    RESIDENT = "resident"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseHeading:
    """合同条款: one heading of art. 33; `mandatory` ones must be agreed."""

    code: str
    name: str
    mandatory: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTable:
    """合同规则: headings, the longest term in years per kind, and from which voltage a dispatch agreement is due."""

    headings: tuple[ClauseHeading, ...]
    longest_years: Mapping[ContractKind, int]
    dispatch_from: Voltage
    dispatch_sources: int
    dispatch_generation_from: Voltage
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """送电条件: what the case shows before energising; None in a works field means that there are no such works.

    `electricians` are certificate numbers, `metering_points` are the numbers the scheme names, `metered` those with a
    meter installed, `terminals_tested` those with a terminal tested.
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


def parse_contracts(text: str) -> ContractTable:
    """This function will read the figures from TOML; ValueError when a kind has no longest term."""
    data = tomllib.loads(text)
    years = {ContractKind(key): int(value) for key, value in data["longest_years"].items()}
    if set(years) != set(ContractKind):
        raise ValueError("合同规则：每种合同都要有最长期限")
    return ContractTable(
        headings=tuple(ClauseHeading(**row) for row in data["heading"]),
        longest_years=years,
        dispatch_from=Voltage(data["dispatch"]["voltage_from"]),
        dispatch_sources=int(data["dispatch"]["sources_from"]),
        dispatch_generation_from=Voltage(data["dispatch"]["generation_from"]),
        confirmed=bool(data["confirmed"]),
    )


def kind_for(facts: Facts) -> ContractKind:
    """This function will choose the kind of contract for a permanent supply."""
    if facts.high_voltage:
        return ContractKind.HIGH_VOLTAGE
    return ContractKind.RESIDENT if facts.kind is CustomerKind.RESIDENT else ContractKind.LOW_VOLTAGE


def problems(
    *, kind: ContractKind, facts: Facts, years: int, clauses: Iterable[str], table: ContractTable
) -> tuple[Problem, ...]:
    """This function will list what is wrong with a draft; `clauses` are the codes of the headings agreed."""
    found = []
    agreed = set(clauses)
    if kind not in (kind_for(facts), ContractKind.TEMPORARY):
        found.append(Problem("kind", "合同种类与供电电压、客户类别不符"))
    longest = table.longest_years[kind]
    if not 1 <= years <= longest:
        found.append(Problem("years", f"合同期限应为 1 至 {longest} 年"))
    known = {heading.code for heading in table.headings}
    found += [Problem(f"clauses.{code}", f"没有“{code}”这一条款") for code in sorted(agreed - known)]
    found += [
        Problem(f"clauses.{heading.code}", f"缺少法定条款：{heading.name}")
        for heading in table.headings
        if heading.mandatory and heading.code not in agreed
    ]
    return tuple(found)


def dispatch_due(facts: Facts, *, own_generation: bool, table: ContractTable) -> bool:
    """This function will say whether a dispatch agreement (调度协议) must be signed."""
    several = facts.high_voltage and facts.sources >= table.dispatch_sources
    generation = own_generation and facts.voltage >= table.dispatch_generation_from
    return generation or several or facts.voltage >= table.dispatch_from


def energising_problems(facts: Facts, ready: Readiness, *, table: ContractTable) -> tuple[Problem, ...]:
    """This function will name every missing condition for energising, not only the first (RULEBASE 8.11)."""
    return (*_works_problems(ready), *_paper_problems(facts, ready, table), *_site_problems(facts, ready))


def _works_problems(ready: Readiness) -> Iterable[Problem]:
    if ready.external_works_accepted is False:
        yield Problem("external_works", "外部（配套）工程还没有验收合格")
    if ready.customer_works_passed is False:
        yield Problem("customer_works", "客户受电工程还没有检验合格（电力供应与使用条例第二十四条）")


def _paper_problems(facts: Facts, ready: Readiness, table: ContractTable) -> Iterable[Problem]:
    if not ready.contract_signed_by_customer:
        yield Problem("contract.customer", "客户还没有签订供用电合同（电力供应与使用条例第三十二条）")
    if not ready.contract_signed_by_supplier:
        yield Problem("contract.supplier", "供电企业还没有签订供用电合同（电力供应与使用条例第三十二条）")
    if not ready.dispatch_agreement_signed and dispatch_due(facts, own_generation=ready.own_generation, table=table):
        yield Problem("dispatch_agreement", "还没有签订调度协议")
    for name in ready.unpaid_fees:
        yield Problem("fees", f"“{name}”还没有结清")


def _site_problems(facts: Facts, ready: Readiness) -> Iterable[Problem]:
    if not ready.metering_points:
        yield Problem("metering", "方案没有计量点，无法确认计量装置已安装")
    for number in ready.metering_points:
        if number not in ready.metered:
            yield Problem(f"metering.{number}", f"计量点 {number} 还没有装表")
        if number not in ready.terminals_tested:
            yield Problem(f"terminal.{number}", f"计量点 {number} 的采集终端还没有安装调试")
    if facts.high_voltage and not any(one.strip() for one in ready.electricians):
        yield Problem("electricians", "高压客户还没有登记持证电工")
    if not ready.safety_confirmed:
        yield Problem("safety", "送电安全措施还没有确认")
