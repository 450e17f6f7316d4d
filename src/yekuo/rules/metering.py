"""计量: the metering mode, class, accuracies and CT ratio of a metering point, and what was hung on the wall."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

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
    """DL/T 448 版本: the edition by whose table a point was classed."""

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

    `ct_ratio` is '' for a meter connected directly.
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
    photos: tuple[str, ...] = ()
