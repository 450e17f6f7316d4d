"""方案摘要: a scheme in a few lines of words, for whoever has to judge it."""

from decimal import Decimal

from yekuo.interfaces.look.names import (
    CONNECTION_NAMES,
    INTERLOCK_NAMES,
    LAYING_NAMES,
    METERING_NAMES,
    OPERATING_NAMES,
    SOURCE_ROLE_NAMES,
    TARIFF_NAMES,
    VOLTAGE_NAMES,
)
from yekuo.rules.facts import Voltage
from yekuo.rules.metering import MeteringPoint
from yekuo.rules.scheme import Scheme, Source


def number(value: Decimal) -> str:
    """This function will write a figure without needless zeros."""
    return f"{value.normalize():f}"


def source_words(one: Source) -> str:
    """This function will describe one source."""
    unit = "kVA" if one.voltage >= Voltage.KV10 else "kW"
    where = " ".join(part for part in (one.substation, one.bus, one.feeder, one.switch, one.supply_area) if part)
    lengths = ((one.overhead_m, "架空"), (one.cable_m, "电缆"))
    length = "、".join(f"{name} {number(metres)} 米" for metres, name in lengths if metres)
    parts = (
        f"{SOURCE_ROLE_NAMES[one.role]} {VOLTAGE_NAMES[one.voltage]} {number(one.capacity_kva)} {unit}", where,
        CONNECTION_NAMES[one.connection], length or LAYING_NAMES[one.laying], one.conductor,
    )  # fmt: skip
    return "，".join(part for part in parts if part)


def point_words(one: MeteringPoint) -> str:
    """This function will describe one metering point."""
    ratios = [f"{name} {ratio}" for name, ratio in (("TA", one.ct_ratio), ("TV", one.vt_ratio)) if ratio]
    parts = (METERING_NAMES[one.mode], f"{one.metering_class.value} 类", *(ratios or ["直接接入"]), one.location)
    return "，".join(part for part in parts if part)


def summary_of(scheme: Scheme) -> list[tuple[str, str]]:
    """This function will list (label, words) of everything a reader has to see."""
    transformers = " + ".join(f"{number(one.capacity_kva)} kVA" for one in scheme.transformers)
    fees = "；".join(f"{one.name}(电源 {one.source}) {one.amount:,.2f} 元" for one in scheme.fees)
    emergency = f"{number(scheme.emergency_kva)} kVA" if scheme.emergency_kva else ""
    pairs = [
        ("版本", f"第 {scheme.version} 版"),
        *[(f"电源 {one.number}", source_words(one)) for one in scheme.sources],
        ("变压器", transformers),
        *[(f"计量点 {one.number}", point_words(one)) for one in scheme.metering],
        ("产权分界点", scheme.boundary),
        ("运行方式", f"{OPERATING_NAMES[scheme.operating_mode]}，闭锁：{INTERLOCK_NAMES[scheme.interlock]}"),
        ("应急电源", emergency),
        ("电价类别", TARIFF_NAMES[scheme.tariff] if scheme.tariff else ""),
        ("业务费", fees or "无"),
        ("备注", scheme.remarks),
    ]
    return [(label, words) for label, words in pairs if words]
