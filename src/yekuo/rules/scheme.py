"""供电方案: the supply scheme as one value, what is wrong with it, and until when it is valid."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yekuo.rules.facts import Voltage
from yekuo.rules.metering import MeteringPoint
from yekuo.rules.refusal import Problem


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
    for the external works of this circuit up to the substation. `supply_area` is the public transformer (台区) at low voltage.
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
