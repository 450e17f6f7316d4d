"""办电事实: what is asked for and where, the facts every limit and every choice of the process rests on.

Facts are declared by the applicant and may be changed by the survey (RULEBASE 8.6); nothing here is derived from time.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum


class Business(StrEnum):
    """业务类型: what is applied for."""

    NEW = "new"
    INCREASE = "increase"


class CustomerKind(StrEnum):
    """客户类别: who applies."""

    RESIDENT = "resident"
    NONRESIDENT = "nonresident"
    QUARTER = "quarter"


class Importance(StrEnum):
    """重要性等级: the grade on the government's list (电监安全[2008]43), never set by the customer or by us."""

    ORDINARY = "ordinary"
    TEMPORARY = "temporary"
    SECOND = "second"
    FIRST = "first"
    SPECIAL = "special"


class Voltage(IntEnum):
    """供电电压: nominal voltage in volts."""

    V220 = 220
    V380 = 380
    KV10 = 10_000
    KV20 = 20_000
    KV35 = 35_000
    KV66 = 66_000
    KV110 = 110_000
    KV220 = 220_000


class CustomerClass(StrEnum):
    """时限类别: the five classes the limits speak of."""

    RESIDENT = "resident_lv"
    THREE_ZERO = "lv_nonres_three_zero"
    LV_OTHER = "lv_nonres_other"
    HV_SINGLE = "hv_single"
    HV_MULTI = "hv_multi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """属地: whose limits and whose calendar apply; names as in the limit book ('SGCC', '河南', '随州')."""

    company: str
    province: str
    city: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """办电事实: capacity in kVA (for low voltage in kW); None means 'not known before the survey'.

    `generation_kw` is generation that is to feed into the network (光伏 and the like), 0 for none.
    """

    business: Business
    kind: CustomerKind
    voltage: Voltage
    capacity_kva: Decimal
    original_kva: Decimal = Decimal(0)
    sources: int = 1
    external_works: bool | None = None
    customer_works: bool | None = None
    importance: Importance = Importance.ORDINARY
    special_load: bool = False
    zero_investment: bool = False
    generation_kw: Decimal = Decimal(0)

    @property
    def high_voltage(self) -> bool:
        """This function will say whether supply is at 10 kV or above."""
        return self.voltage >= Voltage.KV10

    @property
    def customer_class(self) -> CustomerClass:
        """This function will name the class whose limits apply, from kind, voltage, sources and investment."""
        if self.high_voltage:
            return CustomerClass.HV_MULTI if self.sources > 1 else CustomerClass.HV_SINGLE
        if self.kind is CustomerKind.RESIDENT:
            return CustomerClass.RESIDENT
        return CustomerClass.THREE_ZERO if self.zero_investment else CustomerClass.LV_OTHER
