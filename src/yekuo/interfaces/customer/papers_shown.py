"""方案与合同: the scheme, its fees and the contract, told so that a customer can say yes or no to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from yekuo.interfaces.look.names import (
    CONTRACT_NAMES,
    INTERLOCK_NAMES,
    LAYING_NAMES,
    METERING_NAMES,
    OPERATING_NAMES,
    SOURCE_ROLE_NAMES,
    TARIFF_NAMES,
)
from yekuo.operations.casefile import CaseFile
from yekuo.rules.contract import ClauseHeading, ContractKind, ContractTable, kind_for
from yekuo.rules.facts import CustomerClass, Facts
from yekuo.rules.proposal import CONTRACT_YEARS
from yekuo.rules.scheme import FeeLine, Interlock, OperatingMode, Scheme, Source
from yekuo.rules.state import Status
from yekuo.rules.when import BUSINESS_NAMES, voltage_name

Pairs = tuple[tuple[str, str], ...]
STANDARD = (CustomerClass.RESIDENT, CustomerClass.THREE_ZERO)
"""Who signs a standard contract with the application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeShown:
    """费用: one line of the scheme, its basis, whether it is settled, and whether its rate is certain enough to be paid."""

    name: str
    amount: Decimal
    how: str
    basis: str
    paid: bool
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeShown:
    """方案: one version as replied; `state` says how the customer stands to it, `agreed` that a yes was given."""

    version: int
    rows: Pairs
    fees: tuple[FeeShown, ...]
    total: Decimal
    agreed: bool
    state: str
    tone: str
    remarks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """条款: a heading of the contract and what it says."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractShown:
    """合同: its name, number and clauses, and who has signed."""

    title: str
    number: str
    years: int
    clauses: tuple[Clause, ...]
    utility_signed: bool
    customer_signed: bool


def amount(value: Decimal, unit: str) -> str:
    """This function will write a quantity without idle zeros: 800 千伏安."""
    return f"{value.normalize():f} {unit}"


def size_of(facts: Facts) -> str:
    """This function will say the whole capacity after this case, as a contract states it."""
    return amount(facts.capacity_kva + facts.original_kva, "千伏安" if facts.high_voltage else "千瓦")


def scheme_shown(file: CaseFile) -> SchemeShown | None:
    """This function will tell the scheme that was replied; None before the reply, drafts are the company's own."""
    state = file.state
    if not state.replied_version or state.facts is None:
        return None
    scheme = state.schemes[state.replied_version - 1]
    unpaid = {(line.item, line.source) for line in file.shelf.books.unpaid(state)}
    fees = tuple(_fee(line, (line.item, line.source) not in unpaid) for line in scheme.fees)
    said, tone = _answered(file)
    return SchemeShown(
        version=scheme.version,
        rows=tuple(one for one in _rows(scheme, state.facts) if one[0] != "有效期" or not state.energised),
        fees=fees,
        total=sum((one.amount for one in fees), Decimal(0)),
        agreed=state.agreed_version == state.replied_version,
        state=said,
        tone=tone,
        remarks=scheme.remarks,
    )


def _answered(file: CaseFile) -> tuple[str, str]:
    """How the customer stands to the scheme: a home is only told it, others say yes or no."""
    state = file.state
    if state.agreed_version == state.replied_version:
        return "您已同意", "ok"
    if "answer" not in file.definition.stages:
        return "已答复", "ok"
    if state.status is not Status.OPEN:
        return "没有确认", ""
    return ("等您确认", "warn") if state.stage == "answer" else ("修改中", "info")


def _fee(line: FeeLine, paid: bool) -> FeeShown:
    how = f"{amount(line.quantity, line.unit)} × {line.unit_price:,.2f} 元"
    return FeeShown(name=line.name, amount=line.amount, how=how, basis=line.basis, paid=paid, confirmed=line.confirmed)


def _rows(scheme: Scheme, facts: Facts) -> Iterator[tuple[str, str]]:
    yield "供电容量", size_of(facts)
    for source in scheme.sources:
        label = SOURCE_ROLE_NAMES[source.role] + "电源" if len(scheme.sources) > 1 else "电源"
        yield label, _source(source)
    built = [one for one in scheme.transformers if not one.existing]
    if built:
        yield "新装变压器", "；".join(amount(one.capacity_kva, "千伏安") for one in built)
    if scheme.metering:
        yield "计量", "；".join(dict.fromkeys(METERING_NAMES[one.mode] for one in scheme.metering))
    if scheme.boundary:
        yield "产权分界点", f"{scheme.boundary}。分界点以内由您出资维护，以外由供电公司负责"
    yield from _running(scheme)
    if scheme.tariff:
        yield "电价类别", TARIFF_NAMES[scheme.tariff]
    if scheme.power_factor:
        yield "功率因数", f"不低于 {scheme.power_factor}"
    if scheme.valid_until:
        yield "有效期", f"到 {scheme.valid_until:%Y-%m-%d}，到期前未开工须重新申请"


def _running(scheme: Scheme) -> Iterator[tuple[str, str]]:
    if scheme.operating_mode is not OperatingMode.SINGLE:
        yield "运行方式", OPERATING_NAMES[scheme.operating_mode]
    if scheme.interlock is not Interlock.NONE:
        yield "闭锁", INTERLOCK_NAMES[scheme.interlock]
    if scheme.emergency_kva:
        yield "自备应急电源", f"不少于 {amount(scheme.emergency_kva, '千伏安')}"


def _source(one: Source) -> str:
    where = "，".join(part for part in (one.substation, one.feeder, one.supply_area) if part)
    size = amount(one.capacity_kva, "千伏安" if one.voltage >= 10_000 else "千瓦")
    return "，".join(part for part in (voltage_name(one.voltage), where, LAYING_NAMES[one.laying], size) if part)


def contract_shown(file: CaseFile) -> ContractShown | None:
    """This function will show the contract in hand; None before there is one."""
    state = file.state
    if state.contract is None or state.facts is None:
        return None
    held = state.contract
    scheme = scheme_shown(file)
    return ContractShown(
        title=CONTRACT_NAMES[held.kind],
        number=held.number,
        years=held.years or CONTRACT_YEARS[held.kind],
        clauses=clauses(
            state.facts, held.kind, table=file.shelf.books.contracts, years=held.years or CONTRACT_YEARS[held.kind],
            scheme=dict(scheme.rows) if scheme else {},
        ),
        utility_signed=held.utility_signed,
        customer_signed=held.customer_signed,
    )  # fmt: skip


def standard_contract(facts: Facts, *, table: ContractTable) -> ContractShown | None:
    """This function will show the contract a resident or 三零 customer may sign with the application; None for others."""
    if facts.customer_class not in STANDARD:
        return None
    kind = kind_for(facts)
    years = CONTRACT_YEARS[kind]
    return ContractShown(
        title=CONTRACT_NAMES[kind],
        number="",
        years=years,
        clauses=clauses(facts, kind, table=table, years=years, scheme={}),
        utility_signed=False,
        customer_signed=False,
    )


def clauses(
    facts: Facts, kind: ContractKind, *, table: ContractTable, years: int, scheme: dict[str, str]
) -> tuple[Clause, ...]:
    """This function will word the headings of art. 33 for one customer; what the scheme settled is taken from it."""
    texts = {
        "supply": f"供电公司以{voltage_name(facts.voltage)}、{facts.sources} 路电源供电，电压和频率符合国家标准。"
        "受理、施工、送电的时间按办理页面公布的时限执行；计划停电提前告知，故障停电尽快抢修。",
        "use": f"{BUSINESS_NAMES[facts.business]}后总容量 {size_of(facts)}，在申请的地址自用。要增加容量、改变用途、"
        "转给别人用，先到供电公司办手续。",
        "metering": f"电能表由供电公司免费安装和检定{_of(scheme, '计量')}。电价执行政府公布的目录{_of(scheme, '电价类别')}，"
        "按月抄表，收到账单后按期交费；对电表有疑问可申请校验。",
        "maintenance": f"以产权分界点划分{_of(scheme, '产权分界点') or '，在电能表箱用户侧出线处'}，"
        "各自维护自己的设备，对自己的设备安全负责。",
        "term": f"自双方签字之日起 {years} 年；到期双方都没有书面异议的，继续有效。",
        "breach": "供电公司违约停电、超时限，用户拖欠电费、擅自增容或窃电，按电力法、电力供应与使用条例承担责任。",
        "other": "没有写到的，按国家法律法规执行；有争议先协商，协商不成可以向能源监管机构投诉（12398）或起诉。",
    }
    return tuple(Clause(name=_numbered(n, one), text=texts[one.code]) for n, one in enumerate(table.headings, 1))


def _of(scheme: dict[str, str], label: str) -> str:
    return f"，{scheme[label].rstrip('。')}" if label in scheme else ""


def _numbered(number: int, heading: ClauseHeading) -> str:
    return f"第{'一二三四五六七八九十'[number - 1]}条 {heading.name}"
