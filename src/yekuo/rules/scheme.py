"""供电方案: the supply scheme as one value, what is wrong with it, and until when it is valid."""

import tomllib
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yekuo.rules.facts import Facts, Importance, Voltage
from yekuo.rules.metering import MeteringMode, MeteringPoint, MeteringTable, allowed_modes, ct_problem
from yekuo.rules.refusal import Problem
from yekuo.rules.when import IMPORTANCE_NAMES, total_capacity, voltage_name


class SourceRole(StrEnum):
    """电源性质: 主供, 备用, 保安."""

    MAIN = "main"
    STANDBY = "standby"
    SECURITY = "security"


class Connection(StrEnum):
    """接线方式: 专线, 公线 T 接, 环网, 低压公变, 专变低压."""

    DEDICATED = "dedicated"
    TAP = "tap"
    RING = "ring"
    PUBLIC_LV = "public_lv"


class Laying(StrEnum):
    """敷设方式: 架空, 电缆, 混合."""

    OVERHEAD = "overhead"
    CABLE = "cable"
    MIXED = "mixed"


class OperatingMode(StrEnum):
    """运行方式: 单电源, 一主一备, 多路同时供电分列运行, 多路互为备用."""

    SINGLE = "single"
    MAIN_STANDBY = "main_standby"
    SPLIT = "split"
    MUTUAL_STANDBY = "mutual_standby"


class Interlock(StrEnum):
    """闭锁方式: 无, 机械, 电气, 机械加电气."""

    NONE = "none"
    MECHANICAL = "mechanical"
    ELECTRICAL = "electrical"
    BOTH = "both"


class Tariff(StrEnum):
    """电价类别: 居民生活, 农业生产, 工商业(单一制), 工商业(两部制)."""

    RESIDENT = "resident"
    FARMING = "farming"
    BUSINESS = "business"
    BUSINESS_TWO_PART = "business_two_part"


class ReceivingKind(StrEnum):
    """受电点类型: 双杆台, 箱变, 变电站(配电室), 计量柜, 环网柜, 低压."""

    POLE = "pole"
    BOX = "box"
    SUBSTATION = "substation"
    METERING_CABINET = "metering_cabinet"
    RING_CABINET = "ring_cabinet"
    LOW_VOLTAGE = "low_voltage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """电源: one supply circuit; capacity in kVA (kW at low voltage), lengths in metres.

    `existing_kva` is what this circuit already supplied to the customer; `customer_built` says that the customer pays
    for the external works of this circuit up to the substation. `supply_area` is the public transformer (台区) at low
    voltage.
    """

    number: int
    role: SourceRole
    voltage: Voltage
    capacity_kva: Decimal
    existing_kva: Decimal = Decimal(0)
    substation: str = ""
    bus: str = ""
    feeder: str = ""
    switch: str = ""
    supply_area: str = ""
    connection: Connection = Connection.TAP
    laying: Laying = Laying.OVERHEAD
    conductor: str = ""
    overhead_m: Decimal = Decimal(0)
    cable_m: Decimal = Decimal(0)
    customer_built: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingPoint:
    """受电点: where the customer takes power; `protection` in words (跌落, 真空断路器, 刀闸)."""

    number: int
    name: str
    kind: ReceivingKind
    protection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformer:
    """受电变压器: one of the customer's transformers; `existing` ones were there before this case."""

    number: int
    receiving_point: int = 1
    capacity_kva: Decimal
    model: str = ""
    existing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeLine:
    """收费项目: one line of the reply; money in yuan, `source` the number of the circuit it is charged for (0: none).

    `confirmed` False: the rate was not confirmed for this province and must be before anything is collected.
    """

    item: str
    name: str
    source: int = 0
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    basis: str
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """供电方案: one version; a reply binds to one version and is never edited afterwards.

    Loads in kW, capacities in kVA; None means 'not stated'. `boundary` is the 产权分界点 in words.
    """

    version: int
    sources: tuple[Source, ...]
    receiving_points: tuple[ReceivingPoint, ...] = ()
    transformers: tuple[Transformer, ...] = ()
    metering: tuple[MeteringPoint, ...] = ()
    boundary: str = ""
    operating_mode: OperatingMode = OperatingMode.SINGLE
    interlock: Interlock = Interlock.NONE
    calculated_load_kw: Decimal | None = None
    first_grade_load_kw: Decimal | None = None
    second_grade_load_kw: Decimal | None = None
    security_load_kva: Decimal | None = None
    emergency_kva: Decimal | None = None
    own_generation: bool = False
    power_factor: Decimal | None = None
    tariff: Tariff | None = None
    fees: tuple[FeeLine, ...] = ()
    valid_until: date | None = None
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRule:
    """重要性规则: what one grade asks of the sources and of the customer's own emergency supply."""

    sources: int
    different_substations: bool = False
    different_buses: bool = False
    emergency: bool = False
    source: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeTable:
    """方案规则: grades, standard transformer sizes in kVA, the emergency ratio and the months a reply is valid."""

    grades: Mapping[Importance, GradeRule]
    transformer_sizes: tuple[Decimal, ...]
    emergency_ratio: Decimal
    valid_months_high: int
    valid_months_low: int


def parse_schemes(text: str) -> SchemeTable:
    """This function will read the figures from TOML; KeyError when one is missing."""
    data = tomllib.loads(text)
    return SchemeTable(
        grades={Importance(key): GradeRule(**row) for key, row in data["grades"].items()},
        transformer_sizes=tuple(Decimal(size) for size in data["transformers"]["sizes"]),
        emergency_ratio=Decimal(data["emergency"]["ratio"]),
        valid_months_high=int(data["validity"]["high_voltage_months"]),
        valid_months_low=int(data["validity"]["low_voltage_months"]),
    )


def validity(facts: Facts, replied: date, *, table: SchemeTable) -> date:
    """This function will name the last day a reply delivered on `replied` is valid (calendar months)."""
    return _months_after(replied, table.valid_months_high if facts.high_voltage else table.valid_months_low)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def problems(scheme: Scheme, facts: Facts, *, table: SchemeTable) -> tuple[Problem, ...]:
    """This function will list everything wrong with a scheme for these facts; fields read 'sources.1.substation'.

    Lists are addressed by the number of their line (source 1, transformer 2), not by position.
    """
    return (
        *_source_problems(scheme, facts),
        *_grade_problems(scheme, facts, table),
        *_capacity_problems(scheme, facts),
        *_transformer_problems(scheme, facts, table),
        *_metering_problems(scheme),
        *_emergency_problems(scheme, facts, table),
        *_whole_problems(scheme, facts),
    )


def _source_problems(scheme: Scheme, facts: Facts) -> Iterable[Problem]:
    if not scheme.sources:
        yield Problem("sources", "方案至少要有一路电源")
        return
    if len(scheme.sources) != facts.sources:
        yield Problem("sources", f"申请（勘查核定）为 {facts.sources} 路电源，方案写了 {len(scheme.sources)} 路")
    if not any(one.role is SourceRole.MAIN for one in scheme.sources):
        yield Problem("sources", "至少要有一路主供电源")
    yield from _number_problems("sources", "电源", [one.number for one in scheme.sources])
    if not any(one.voltage == facts.voltage for one in scheme.sources if one.role is SourceRole.MAIN):
        yield Problem("sources", f"主供电源的电压应为核定的 {voltage_name(facts.voltage)}")
    for one in scheme.sources:
        for field, message in _one_source(one):
            yield Problem(f"sources.{one.number}.{field}", f"电源 {one.number}：{message}")


def _one_source(one: Source) -> Iterable[tuple[str, str]]:
    if one.capacity_kva <= 0:
        yield "capacity_kva", "供电容量应大于零"
    if not 0 <= one.existing_kva <= max(one.capacity_kva, Decimal(0)):
        yield "existing_kva", "原有容量不能为负，也不能大于供电容量"
    if one.voltage >= Voltage.KV10:
        yield from _high_voltage_fields(one)
    elif not one.supply_area.strip():
        yield "supply_area", "没有写明供电台区"
    yield from _length_fields(one)


def _high_voltage_fields(one: Source) -> Iterable[tuple[str, str]]:
    for field, name in (("substation", "变电站"), ("bus", "母线"), ("feeder", "线路"), ("switch", "开关")):
        if not str(getattr(one, field)).strip():
            yield field, f"没有写明{name}"
    if one.connection is Connection.PUBLIC_LV:
        yield "connection", "高压电源不能用低压公变接线"


def _length_fields(one: Source) -> Iterable[tuple[str, str]]:
    if one.overhead_m < 0 or one.cable_m < 0:
        yield "overhead_m", "线路长度不能为负"
    if one.laying is Laying.MIXED and not (one.overhead_m > 0 and one.cable_m > 0):
        yield "laying", "混合敷设要分别写明架空和电缆长度"


def _number_problems(field: str, name: str, numbers: list[int]) -> Iterable[Problem]:
    for number in sorted({one for one in numbers if numbers.count(one) > 1}):
        yield Problem(f"{field}.{number}.number", f"{name}编号 {number} 重复")


def _grade_problems(scheme: Scheme, facts: Facts, table: SchemeTable) -> Iterable[Problem]:
    rule = table.grades.get(facts.importance)
    if rule is None:
        return
    name = IMPORTANCE_NAMES[facts.importance]
    if len(scheme.sources) < rule.sources:
        yield Problem("sources", f"{name}至少要有 {rule.sources} 路电源")
    if len(scheme.sources) < 2:
        return
    if rule.different_substations and len({one.substation.strip() for one in scheme.sources}) < 2:
        yield Problem(
            "sources.2.substation", f"{name}至少两路电源要来自不同变电站；同一变电站的两路只是双回路，不是双电源"
        )
    elif rule.different_buses and len({(one.substation.strip(), one.bus.strip()) for one in scheme.sources}) < 2:
        yield Problem("sources.2.bus", f"{name}的两路电源要接在不同母线上")


def _capacity_problems(scheme: Scheme, facts: Facts) -> Iterable[Problem]:
    wanted = total_capacity(facts)
    unit = "千伏安" if facts.high_voltage else "千瓦"
    mains = [one for one in scheme.sources if one.role is SourceRole.MAIN]
    given = sum((one.capacity_kva for one in mains), Decimal(0))
    if mains and given < wanted:
        yield Problem(
            f"sources.{mains[0].number}.capacity_kva", f"主供容量合计 {given} {unit}，小于用电容量 {wanted} {unit}"
        )


def _transformer_problems(scheme: Scheme, facts: Facts, table: SchemeTable) -> Iterable[Problem]:
    yield from _number_problems("receiving_points", "受电点", [one.number for one in scheme.receiving_points])
    yield from _number_problems("transformers", "变压器", [one.number for one in scheme.transformers])
    known = {one.number for one in scheme.receiving_points}
    for one in scheme.transformers:
        if one.capacity_kva not in table.transformer_sizes:
            yield Problem(
                f"transformers.{one.number}.capacity_kva", f"变压器 {one.number}：{one.capacity_kva} 千伏安不是标准容量"
            )
        if known and one.receiving_point not in known:
            yield Problem(
                f"transformers.{one.number}.receiving_point",
                f"变压器 {one.number}：方案里没有受电点 {one.receiving_point}",
            )
    yield from _transformer_total(scheme, facts)


def _transformer_total(scheme: Scheme, facts: Facts) -> Iterable[Problem]:
    if not facts.high_voltage:
        return
    if not scheme.transformers:
        yield Problem("transformers", "高压方案要列出受电变压器（直配高压电动机按一台变压器填写）")
        return
    wanted = total_capacity(facts)
    total = sum((one.capacity_kva for one in scheme.transformers), Decimal(0))
    if total < wanted:
        yield Problem("transformers", f"变压器容量合计 {total} 千伏安，小于用电容量 {wanted} 千伏安")


def _metering_problems(scheme: Scheme) -> Iterable[Problem]:
    yield from _number_problems("metering", "计量点", [one.number for one in scheme.metering])
    measured = {one.source for one in scheme.metering}
    for one in scheme.sources:
        if one.number not in measured:
            yield Problem("metering", f"电源 {one.number} 没有计量点；每路电源都要计量")
    voltages = {one.number: one.voltage for one in scheme.sources}
    for point in scheme.metering:
        voltage = voltages.get(point.source)
        if voltage is None:
            yield Problem(f"metering.{point.number}.source", f"计量点 {point.number}：方案里没有电源 {point.source}")
        elif (point.mode is MeteringMode.LOW_LOW) is (voltage >= Voltage.KV10):
            yield Problem(
                f"metering.{point.number}.mode", f"计量点 {point.number}：计量方式与 {voltage_name(voltage)}供电不符"
            )


def metering_problems(scheme: Scheme, *, table: MeteringTable) -> tuple[Problem, ...]:
    """This function will check modes and CT ratios where one metering point measures a whole source."""
    sources = {one.number: one for one in scheme.sources}
    found = []
    for point in scheme.metering:
        source = sources.get(point.source)
        alone = sum(one.source == point.source for one in scheme.metering) == 1
        if source is None or not alone:
            continue
        allowed = allowed_modes(source.voltage, source.capacity_kva, table=table)
        if point.mode is MeteringMode.HIGH_LOW and point.mode not in allowed:
            found.append(Problem(f"metering.{point.number}.mode", f"计量点 {point.number}：该容量不能高供低计"))
        measured = Voltage.V380 if point.mode is MeteringMode.HIGH_LOW else source.voltage
        message = ct_problem(point.ct_ratio, measured, source.capacity_kva, table=table)
        if message:
            found.append(Problem(f"metering.{point.number}.ct_ratio", f"计量点 {point.number}：{message}"))
    return tuple(found)


def _emergency_problems(scheme: Scheme, facts: Facts, table: SchemeTable) -> Iterable[Problem]:
    rule = table.grades.get(facts.importance)
    own = scheme.emergency_kva or Decimal(0)
    if rule is not None and rule.emergency and own <= 0:
        yield Problem("emergency_kva", f"{IMPORTANCE_NAMES[facts.importance]}要写明自备应急电源容量")
    elif scheme.security_load_kva and own < scheme.security_load_kva * table.emergency_ratio:
        least = scheme.security_load_kva * table.emergency_ratio
        yield Problem(
            "emergency_kva", f"自备应急电源不得小于保安负荷的 {table.emergency_ratio:.0%}，即 {least:f} 千伏安"
        )
    standby = any(one.role is not SourceRole.MAIN for one in scheme.sources)
    if (own > 0 or standby or scheme.own_generation) and scheme.interlock is Interlock.NONE:
        yield Problem("interlock", "有备用、保安或自备电源时，要写明闭锁方式，防止误并列和倒送电")


def _whole_problems(scheme: Scheme, facts: Facts) -> Iterable[Problem]:
    if not scheme.boundary.strip():
        yield Problem("boundary", "没有写明产权分界点")
    if (len(scheme.sources) > 1) is (scheme.operating_mode is OperatingMode.SINGLE):
        yield Problem("operating_mode", "运行方式与电源路数不符")
    if scheme.tariff is None:
        yield Problem("tariff", "没有写明电价类别")
    if scheme.power_factor is not None and not 0 < scheme.power_factor <= 1:
        yield Problem("power_factor", "功率因数考核标准应在 0 到 1 之间")
    elif facts.high_voltage and scheme.power_factor is None:
        yield Problem("power_factor", "没有写明功率因数考核标准")
    if scheme.calculated_load_kw is not None and scheme.calculated_load_kw <= 0:
        yield Problem("calculated_load_kw", "计算负荷应大于零")
