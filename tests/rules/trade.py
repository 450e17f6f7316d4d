"""样例: plain facts and schemes the trade tests start from; each test changes only what it is about."""

from decimal import Decimal
from typing import Any

from yekuo.rules.facts import Business, CustomerKind, Facts, Voltage
from yekuo.rules.metering import Accuracy, MeteringClass, MeteringMode, MeteringPoint
from yekuo.rules.scheme import Interlock, OperatingMode, Scheme, Source, SourceRole, Tariff, Transformer


def facts(**changed: Any) -> Facts:
    plain: dict[str, Any] = {
        "business": Business.NEW,
        "kind": CustomerKind.NONRESIDENT,
        "voltage": Voltage.KV10,
        "capacity_kva": Decimal(630),
    }
    return Facts(**plain | changed)


def low(**changed: Any) -> Facts:
    return facts(**{"voltage": Voltage.V380, "capacity_kva": Decimal(100)} | changed)


def resident(**changed: Any) -> Facts:
    plain = {"kind": CustomerKind.RESIDENT, "voltage": Voltage.V220, "capacity_kva": Decimal(8)}
    return facts(**plain | changed)


def source(number: int = 1, **changed: Any) -> Source:
    plain: dict[str, Any] = {
        "number": number,
        "role": SourceRole.MAIN if number == 1 else SourceRole.STANDBY,
        "voltage": Voltage.KV10,
        "capacity_kva": Decimal(630),
        "substation": f"{'文三翠苑古荡'[2 * number - 2 : 2 * number]}变",
        "bus": "Ⅰ段",
        "feeder": f"10{number}线",
        "switch": f"10{number}开关",
    }
    return Source(**plain | changed)


def point(number: int = 1, **changed: Any) -> MeteringPoint:
    plain: dict[str, Any] = {
        "number": number,
        "source": number,
        "mode": MeteringMode.HIGH_HIGH,
        "metering_class": MeteringClass.III,
        "accuracy": Accuracy(active="0.5S"),
        "ct_ratio": "75/5",
        "vt_ratio": "10000/100",
    }
    return MeteringPoint(**plain | changed)


def scheme(**changed: Any) -> Scheme:
    plain: dict[str, Any] = {
        "version": 1,
        "sources": (source(),),
        "transformers": (Transformer(number=1, capacity_kva=Decimal(630)),),
        "metering": (point(),),
        "boundary": "10千伏101线12号杆跌落式熔断器下桩头",
        "power_factor": Decimal("0.90"),
        "tariff": Tariff.BUSINESS,
    }
    return Scheme(**plain | changed)


def dual(**changed: Any) -> Scheme:
    plain: dict[str, Any] = {
        "sources": (source(1), source(2)),
        "metering": (point(1), point(2)),
        "operating_mode": OperatingMode.MAIN_STANDBY,
        "interlock": Interlock.BOTH,
    }
    return scheme(**plain | changed)
