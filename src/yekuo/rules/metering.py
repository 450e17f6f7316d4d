"""计量: the metering mode, class, accuracies and CT ratio of a metering point, and what was hung on the wall."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from yekuo.rules.facts import Voltage
from yekuo.rules.refusal import Problem


class MeteringMode(StrEnum):
    """计量方式: 高供高计, 高供低计, 低供低计."""

    HIGH_HIGH = "high_high"
    HIGH_LOW = "high_low"
    LOW_LOW = "low_low"


class Wiring(StrEnum):
    """接线方式: 单相, 三相三线, 三相四线."""

    SINGLE_PHASE = "single_phase"
    THREE_WIRE = "three_wire"
    FOUR_WIRE = "four_wire"


class Edition(StrEnum):
    """DL/T 448 版本: the edition by whose table a point is classed."""

    E2000 = "2000"
    E2016 = "2016"


class MeteringClass(StrEnum):
    """计量装置类别: I to V, whatever the edition."""

    I = "I"  # noqa: E741 - the standard's own name
    II = "II"
    III = "III"
    IV = "IV"
    V = "V"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """准确度等级: of the active and reactive meter and of the instrument transformers; '' where none is asked."""

    active: str
    reactive: str = ""
    vt: str = ""
    ct: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteringPoint:
    """计量点 of a scheme; `source` is the number of the supply it measures, ratios are written '75/5', '10000/100'.

    `ct_ratio` is '' for a meter connected directly, `vt_ratio` '' at low voltage.
    """

    number: int
    source: int
    mode: MeteringMode
    location: str = ""
    wiring: Wiring = Wiring.FOUR_WIRE
    edition: Edition = Edition.E2016
    metering_class: MeteringClass
    accuracy: Accuracy
    ct_ratio: str = ""
    vt_ratio: str = ""
    meter_spec: str = ""
    collection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """初始示数: one register of the meter ('total', 'peak', 'flat', 'valley', 'reactive') in kWh or kvarh."""

    register: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterInstalled:
    """装表记录: what was installed at one metering point, read from the devices' own labels."""

    point: int
    meter_asset: str
    ct_assets: tuple[str, ...] = ()
    ct_ratio: str = ""
    vt_assets: tuple[str, ...] = ()
    vt_ratio: str = ""
    seals: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    terminal_asset: str = ""
    terminal_tested: bool = False
    installed_on: date
    installer: str = ""
    customer_signed: bool = False
    photos: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRemoved:
    """拆表记录: an old meter taken down when a new one is hung, with the readings it is settled by."""

    meter_asset: str
    readings: tuple[Reading, ...] = ()
    removed_on: date
    seals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteringTable:
    """计量规则: the figures of both editions, the standard CT ratios, and up to where 高供低计 is allowed.

    `normal_share` and `least_share` are the share of the CT's rated current at normal load; `largest_low` holds the
    largest transformer capacity in kVA that may be measured at low voltage; currents in ampere.
    """

    accuracies: Mapping[tuple[Edition, MeteringClass], Accuracy]
    energy_classes: tuple[tuple[MeteringClass, Decimal, Decimal], ...]
    voltage_classes: tuple[tuple[MeteringClass, Voltage], ...]
    ct_primaries: tuple[int, ...]
    ct_secondary: int
    normal_share: Decimal
    least_share: Decimal
    direct_up_to_a: Decimal
    vt_ratios: Mapping[Voltage, str]
    largest_low: Mapping[Voltage, Decimal]
    confirmed: bool


def parse_metering(text: str) -> MeteringTable:
    """This function will read the figures from TOML; ValueError or KeyError when an edition or class is missing."""
    data = tomllib.loads(text)
    current = data["ct"]
    return MeteringTable(
        accuracies={
            (edition, grade): Accuracy(**data["accuracy"][edition.value][grade.value])
            for edition in Edition
            for grade in MeteringClass
        },
        energy_classes=tuple(_energy_class(row) for row in data["class_2000"]),
        voltage_classes=tuple((MeteringClass(row["grade"]), Voltage(row["voltage"])) for row in data["class_2016"]),
        ct_primaries=tuple(sorted(current["primaries"])),
        ct_secondary=int(current["secondary"]),
        normal_share=Decimal(current["normal_share"]),
        least_share=Decimal(current["least_share"]),
        direct_up_to_a=Decimal(current["direct_up_to_a"]),
        vt_ratios={Voltage(int(key)): str(value) for key, value in data["vt_ratios"].items()},
        largest_low={Voltage(int(key)): Decimal(value) for key, value in data["largest_low"].items()},
        confirmed=bool(data["confirmed"]),
    )


def _energy_class(row: dict[str, Any]) -> tuple[MeteringClass, Decimal, Decimal]:
    return MeteringClass(row["grade"]), Decimal(row["kwh"]), Decimal(row["kva"])


def allowed_modes(voltage: Voltage, capacity_kva: Decimal, *, table: MeteringTable) -> tuple[MeteringMode, ...]:
    """This function will list the modes allowed, the proposed one first; 高供低计 adds the transformer's losses."""
    if voltage < Voltage.KV10:
        return (MeteringMode.LOW_LOW,)
    limit = table.largest_low.get(voltage)
    if limit is not None and capacity_kva <= limit:
        return (MeteringMode.HIGH_HIGH, MeteringMode.HIGH_LOW)
    return (MeteringMode.HIGH_HIGH,)


def propose_mode(voltage: Voltage, capacity_kva: Decimal, *, table: MeteringTable) -> MeteringMode:
    """This function will propose 高供高计 at high voltage and 低供低计 at low voltage."""
    return allowed_modes(voltage, capacity_kva, table=table)[0]


def classify(
    *,
    edition: Edition,
    voltage: Voltage,
    capacity_kva: Decimal,
    monthly_kwh: Decimal | None = None,
    table: MeteringTable,
) -> MeteringClass:
    """This function will class a point: by energy or capacity (2000), by voltage (2016); single phase is always V."""
    if voltage <= Voltage.V220:
        return MeteringClass.V
    if edition is Edition.E2016:
        return next(grade for grade, least in table.voltage_classes if voltage >= least)
    energy = monthly_kwh or Decimal(0)
    return next(grade for grade, kwh, kva in table.energy_classes if energy >= kwh or capacity_kva >= kva)


def full_current(voltage: Voltage, capacity_kva: Decimal) -> Decimal:
    """This function will compute the current at full capacity, in ampere (three-phase except at 220 V)."""
    phases = Decimal(1) if voltage <= Voltage.V220 else Decimal(3).sqrt()
    return capacity_kva * 1000 / (phases * int(voltage))


def ct_ratio(voltage: Voltage, capacity_kva: Decimal, *, table: MeteringTable) -> str:
    """This function will pick the smallest standard CT that full capacity loads to the normal share or less.

    '' where the meter is connected directly; ValueError when the current is beyond the largest standard CT.
    """
    current = full_current(voltage, capacity_kva)
    if voltage < Voltage.KV10 and current <= table.direct_up_to_a:
        return ""
    for primary in table.ct_primaries:
        if current <= primary * table.normal_share:
            return f"{primary}/{table.ct_secondary}"
    raise ValueError(f"电流 {current:.0f} 安超出标准电流互感器的范围，请人工选定变比")


def propose(
    *,
    number: int,
    source: int,
    voltage: Voltage,
    capacity_kva: Decimal,
    mode: MeteringMode | None = None,
    edition: Edition = Edition.E2016,
    monthly_kwh: Decimal | None = None,
    table: MeteringTable,
) -> MeteringPoint:
    """This function will propose a whole metering point for one source; capacity in kVA, low voltage in kW.

    The ratio stays blank where no standard current transformer is large enough.
    """
    chosen = mode or propose_mode(voltage, capacity_kva, table=table)
    measured = Voltage.V380 if chosen is MeteringMode.HIGH_LOW else voltage
    grade = classify(edition=edition, voltage=measured, capacity_kva=capacity_kva, monthly_kwh=monthly_kwh, table=table)
    ratio = _fitting_ratio(measured, capacity_kva, table)
    vt_ratio = table.vt_ratios.get(measured, "")
    accuracy = table.accuracies[edition, grade]
    return MeteringPoint(
        number=number,
        source=source,
        mode=chosen,
        wiring=_wiring(measured),
        edition=edition,
        metering_class=grade,
        accuracy=replace(accuracy, ct=accuracy.ct if ratio else "", vt=accuracy.vt if vt_ratio else ""),
        ct_ratio=ratio,
        vt_ratio=vt_ratio,
    )


def _fitting_ratio(voltage: Voltage, capacity_kva: Decimal, table: MeteringTable) -> str:
    """Beyond the largest standard transformer nothing is proposed; the scheme's check then asks for it by name."""
    try:
        return ct_ratio(voltage, capacity_kva, table=table)
    except ValueError:
        return ""


def _wiring(voltage: Voltage) -> Wiring:
    if voltage <= Voltage.V220:
        return Wiring.SINGLE_PHASE
    return Wiring.FOUR_WIRE if voltage == Voltage.V380 or voltage >= Voltage.KV110 else Wiring.THREE_WIRE


def ct_problem(ratio: str, voltage: Voltage, capacity_kva: Decimal, *, table: MeteringTable) -> str:
    """This function will say in Chinese what is wrong with a CT ratio for this capacity, '' when nothing is."""
    current = full_current(voltage, capacity_kva)
    if not ratio:
        direct = voltage < Voltage.KV10 and current <= table.direct_up_to_a
        return "" if direct else f"额定容量电流 {current:.1f} 安，要经电流互感器接入，请写明变比"
    primary = _primary(ratio)
    if primary is None:
        return f"电流互感器变比“{ratio}”应写成如 75/5"
    if current > primary:
        return f"电流互感器变比 {ratio} 偏小：额定容量电流 {current:.1f} 安"
    if current < primary * table.least_share:
        return f"电流互感器变比 {ratio} 偏大：额定容量电流只有 {current:.1f} 安"
    return ""


def _primary(ratio: str) -> int | None:
    first, slash, second = ratio.partition("/")
    if not slash or not first.isdecimal() or second not in ("1", "5"):
        return None
    return int(first) or None


def problems(points: Iterable[MeteringPoint], installed: Iterable[MeterInstalled], *, on: date) -> tuple[Problem, ...]:
    """This function will say what is wrong with the meters installed, against the points of the scheme, on day `on`."""
    wanted = {point.number: point for point in points}
    done = list(installed)
    numbers = [one.point for one in done]
    found = [
        Problem(f"meters.{number}", f"计量点 {number} 还没有装表记录") for number in wanted if number not in numbers
    ]
    for one in done:
        point = wanted.get(one.point)
        if point is None:
            found.append(Problem(f"meters.{one.point}.point", f"方案里没有计量点 {one.point}"))
            continue
        for field, message in (*_device_problems(one, point), *_record_problems(one, on)):
            found.append(Problem(f"meters.{one.point}.{field}", f"计量点 {one.point}：{message}"))
    found += _repeated(done)
    return tuple(found)


def _device_problems(one: MeterInstalled, point: MeteringPoint) -> Iterable[tuple[str, str]]:
    if not one.meter_asset.strip():
        yield "meter_asset", "没有电能表资产号"
    if one.ct_ratio != point.ct_ratio:
        yield "ct_ratio", f"电流互感器变比“{one.ct_ratio or '无'}”与方案“{point.ct_ratio or '直接接入'}”不一致"
    if point.ct_ratio and not one.ct_assets:
        yield "ct_assets", "没有电流互感器资产号"
    if one.vt_ratio != point.vt_ratio:
        yield "vt_ratio", f"电压互感器变比“{one.vt_ratio or '无'}”与方案“{point.vt_ratio or '无'}”不一致"
    if point.vt_ratio and not one.vt_assets:
        yield "vt_assets", "没有电压互感器资产号"


def _record_problems(one: MeterInstalled, on: date) -> Iterable[tuple[str, str]]:
    if not any(seal.strip() for seal in one.seals):
        yield "seals", "没有封印号"
    if not one.readings:
        yield "readings", "没有初始示数"
    if any(reading.value < 0 for reading in one.readings):
        yield "readings", "初始示数不能为负"
    if not one.terminal_asset.strip():
        yield "terminal_asset", "没有采集终端资产号"
    if not one.terminal_tested:
        yield "terminal_tested", "采集终端还没有调试通过"
    if one.installed_on > on:
        yield "installed_on", "装表日期不能晚于今天"


def _repeated(done: list[MeterInstalled]) -> list[Problem]:
    assets = [asset for one in done for asset in (one.meter_asset, *one.ct_assets, *one.vt_assets) if asset.strip()]
    found = [
        Problem("meters", f"资产号 {asset} 用了两次")
        for asset in sorted({one for one in assets if assets.count(one) > 1})
    ]
    numbers = [one.point for one in done]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    return found + [Problem(f"meters.{number}", f"计量点 {number} 登记了两次") for number in twice]


def removal_problems(
    hanging: Mapping[str, Mapping[str, Decimal]],
    removed: Iterable[MeterRemoved],
    installed: Iterable[MeterInstalled],
    *,
    on: date,
) -> tuple[Problem, ...]:
    """This function will say what is wrong with the old meters taken down, against those `hanging` at the account.

    `hanging` gives the first readings by asset and register. Every one of them must be taken down with its readings,
    unless the same meter is hung again; nothing else can be taken down.
    """
    done = list(removed)
    again = {one.meter_asset for one in installed}
    assets = [one.meter_asset for one in done]
    found = [
        Problem(f"removed.{asset}", f"原电能表 {asset} 还没有拆表记录，拆下时请抄录示数")
        for asset in hanging
        if asset not in assets and asset not in again
    ]
    for one in done:
        for field, message in _removal_problems(one, hanging, again, on):
            found.append(Problem(f"removed.{one.meter_asset}.{field}", f"原电能表 {one.meter_asset}：{message}"))
    found += [
        Problem(f"removed.{asset}", f"原电能表 {asset} 登记了两次")
        for asset in sorted({one for one in assets if assets.count(one) > 1})
    ]
    return tuple(found)


def _removal_problems(
    one: MeterRemoved, hanging: Mapping[str, Mapping[str, Decimal]], again: set[str], on: date
) -> Iterable[tuple[str, str]]:
    if one.meter_asset not in hanging:
        yield "meter_asset", "没有装在这个户号下"
        return
    if one.meter_asset in again:
        yield "meter_asset", "拆下的表不能同时又装上"
    if not one.readings:
        yield "readings", "没有拆表示数"
    first = hanging[one.meter_asset]
    for reading in one.readings:
        least = first.get(reading.register, Decimal(0))
        if reading.value < least:
            yield "readings", f"拆表示数 {reading.value} 小于装表时的 {least}，请核对"
    if one.removed_on > on:
        yield "removed_on", "拆表日期不能晚于今天"
