"""方案初稿: a first draft of a scheme from the facts, for a person to complete; nothing of the grid is known here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from yekuo.rules.contract import ContractKind
from yekuo.rules.facts import CustomerKind, Facts, Importance
from yekuo.rules.fees import FeeTable, due_fees
from yekuo.rules.metering import MeteringMode, MeteringPoint, MeteringTable, Wiring, propose
from yekuo.rules.scheme import (
    Connection,
    Interlock,
    Laying,
    OperatingMode,
    ReceivingKind,
    ReceivingPoint,
    Scheme,
    SchemeTable,
    Source,
    SourceRole,
    Tariff,
    Transformer,
    validity,
)
from yekuo.rules.when import total_capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """供电点: where one source comes from, as the planner names it; at low voltage only `supply_area`."""

    substation: str = ""
    bus: str = ""
    feeder: str = ""
    switch: str = ""
    supply_area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """手边的表: the tables a draft is made from, and the province whose fees apply."""

    metering: MeteringTable
    fees: FeeTable
    schemes: SchemeTable
    province: str


def first_draft(*, facts: Facts, version: int, stations: Sequence[Station], on: date, desk: Desk) -> Scheme:
    """This function will draft a scheme that fits the facts: sources, transformer, metering, fees, validity.

    `stations` gives one station per source, missing ones stay blank to be filled in.
    """
    sources = tuple(_source(facts, number, stations) for number in range(1, facts.sources + 1))
    points = tuple(metered(one, facts, number=one.number, table=desk.metering) for one in sources)
    drafted = Scheme(
        version=version,
        sources=sources,
        receiving_points=_receiving(facts),
        transformers=_transformers(facts, desk.schemes) if facts.high_voltage else (),
        metering=points,
        boundary=_boundary(facts),
        operating_mode=OperatingMode.MAIN_STANDBY if facts.sources > 1 else OperatingMode.SINGLE,
        interlock=_interlock(facts),
        own_generation=facts.generation_kw > 0,
        power_factor=_power_factor(facts),
        tariff=_tariff(facts),
        valid_until=validity(facts, on, table=desk.schemes),
    )
    return replace(drafted, fees=due_fees(drafted, facts, on, desk.province, table=desk.fees))


GRADED = (Importance.SECOND, Importance.FIRST, Importance.SPECIAL)


def _interlock(facts: Facts) -> Interlock:
    """Several sources and a supply of one's own are locked against each other; what feeds in is cut off electrically."""
    if facts.sources > 1 or facts.importance in GRADED:
        return Interlock.BOTH
    return Interlock.ELECTRICAL if facts.generation_kw > 0 else Interlock.NONE


def metered(source: Source, facts: Facts, *, number: int, table: MeteringTable) -> MeteringPoint:
    """This function will propose the metering point of a source with its place, meter and how it is read; two-way where power is fed in."""
    point = propose(
        number=number, source=source.number, voltage=source.voltage, capacity_kva=source.capacity_kva, table=table
    )
    ways = "双向" if facts.generation_kw > 0 else ""
    return replace(
        point,
        location=PLACES[point.mode],
        meter_spec=f"{ways}{_meter(point)}",
        collection="专变采集终端" if facts.high_voltage else "集中抄表",
    )


PLACES = {
    MeteringMode.HIGH_HIGH: "配电室高压计量柜",
    MeteringMode.HIGH_LOW: "变压器低压侧计量柜",
    MeteringMode.LOW_LOW: "表箱",
}


def _meter(point: MeteringPoint) -> str:
    """The usual smart meter of a wiring: connected directly 5(60) A, behind transformers 1.5(6) A."""
    if point.wiring is Wiring.SINGLE_PHASE:
        return "单相智能电能表 220 V 5(60) A"
    volts = (
        "3×100 V"
        if point.vt_ratio and point.wiring is Wiring.THREE_WIRE
        else "3×57.7/100 V"
        if point.vt_ratio
        else "3×220/380 V"
    )
    wires = "三相三线" if point.wiring is Wiring.THREE_WIRE else "三相四线"
    return f"{wires}智能电能表 {volts} {'1.5(6)' if point.ct_ratio else '5(60)'} A"


def _source(facts: Facts, number: int, stations: Sequence[Station]) -> Source:
    station = stations[number - 1] if number <= len(stations) else Station()
    return Source(
        number=number,
        role=SourceRole.MAIN if number == 1 else SourceRole.STANDBY,
        voltage=facts.voltage,
        capacity_kva=total_capacity(facts),
        existing_kva=facts.original_kva if number == 1 else Decimal(0),
        substation=station.substation,
        bus=station.bus,
        feeder=station.feeder,
        switch=station.switch,
        supply_area=station.supply_area,
        connection=Connection.TAP if facts.high_voltage else Connection.PUBLIC_LV,
        laying=Laying.CABLE,
    )


def _receiving(facts: Facts) -> tuple[ReceivingPoint, ...]:
    kind = ReceivingKind.SUBSTATION if facts.high_voltage else ReceivingKind.LOW_VOLTAGE
    name, protection = ("1 号配电室", "真空断路器") if facts.high_voltage else ("表箱", "剩余电流动作保护器")
    return (ReceivingPoint(number=1, name=name, kind=kind, protection=protection),)


def _transformers(facts: Facts, table: SchemeTable) -> tuple[Transformer, ...]:
    """One transformer of the next standard size; above the largest, several of the largest."""
    wanted = total_capacity(facts)
    sizes = sorted(table.transformer_sizes)
    fitting = next((size for size in sizes if size >= wanted), None)
    if fitting is not None:
        return (Transformer(number=1, capacity_kva=fitting),)
    count = int(-(-wanted // sizes[-1]))
    return tuple(Transformer(number=number, capacity_kva=sizes[-1]) for number in range(1, count + 1))


def _boundary(facts: Facts) -> str:
    if facts.high_voltage:
        return "用电红线处第一断路器客户侧出线端"
    return "表箱内客户侧出线开关下桩头"


def _power_factor(facts: Facts) -> Decimal | None:
    if facts.high_voltage:
        return Decimal("0.90")
    return Decimal("0.85") if total_capacity(facts) >= 100 and facts.kind is not CustomerKind.RESIDENT else None


def _tariff(facts: Facts) -> Tariff:
    if facts.kind is CustomerKind.RESIDENT:
        return Tariff.RESIDENT
    return Tariff.BUSINESS_TWO_PART if total_capacity(facts) >= 315 else Tariff.BUSINESS


CONTRACT_YEARS = {
    ContractKind.HIGH_VOLTAGE: 5,
    ContractKind.LOW_VOLTAGE: 10,
    ContractKind.RESIDENT: 10,
    ContractKind.TEMPORARY: 1,
}
