"""适用条件: which cases one row of a rule table is about, and on which days it is in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yekuo.rules.facts import Business, CustomerKind, Facts, Importance, Voltage

IMPORTANT = (Importance.TEMPORARY, Importance.SECOND, Importance.FIRST, Importance.SPECIAL)

KIND_NAMES = {
    CustomerKind.RESIDENT: "居民",
    CustomerKind.NONRESIDENT: "非居民",
    CustomerKind.QUARTER: "居民住宅小区",
}
BUSINESS_NAMES = {Business.NEW: "新装", Business.INCREASE: "增容"}
IMPORTANCE_NAMES = {
    Importance.ORDINARY: "普通用户",
    Importance.TEMPORARY: "临时性重要用户",
    Importance.SECOND: "二级重要用户",
    Importance.FIRST: "一级重要用户",
    Importance.SPECIAL: "特级重要用户",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """适用条件: every condition given must hold, none given means every case; the `below` bounds are exclusive."""

    businesses: tuple[Business, ...] = ()
    kinds: tuple[CustomerKind, ...] = ()
    importances: tuple[Importance, ...] = ()
    voltage_from: Voltage | None = None
    voltage_below: Voltage | None = None
    capacity_from: Decimal | None = None
    capacity_below: Decimal | None = None
    sources_from: int | None = None
    special_load: bool | None = None
    customer_works: bool | None = None

    def matches(self, facts: Facts) -> bool:
        """This function will say whether the facts meet every condition."""
        return self._matches_words(facts) and self._matches_sizes(facts) and self._matches_nature(facts)

    def _matches_words(self, facts: Facts) -> bool:
        return (
            (not self.businesses or facts.business in self.businesses)
            and (not self.kinds or facts.kind in self.kinds)
            and (not self.importances or facts.importance in self.importances)
        )

    def _matches_nature(self, facts: Facts) -> bool:
        return self.special_load in (None, facts.special_load) and self.customer_works in (None, facts.customer_works)

    def _matches_sizes(self, facts: Facts) -> bool:
        capacity = total_capacity(facts)
        return (
            _within(Decimal(facts.voltage), self.voltage_from, self.voltage_below)
            and _within(capacity, self.capacity_from, self.capacity_below)
            and _within(Decimal(facts.sources), self.sources_from, None)
        )

    def words(self) -> str:
        """This function will describe the conditions in Chinese, '' when there are none."""
        parts = [
            "、".join(BUSINESS_NAMES[one] for one in self.businesses),
            "、".join(KIND_NAMES[one] for one in self.kinds),
            _importance_words(self.importances),
            _range(_kilovolts(self.voltage_from), _kilovolts(self.voltage_below)),
            _range(_kva(self.capacity_from), _kva(self.capacity_below)),
            f"{self.sources_from} 路及以上电源" if self.sources_from else "",
            {True: "特殊负荷", False: "无特殊负荷", None: ""}[self.special_load],
            {True: "有客户受电工程", False: "无客户受电工程", None: ""}[self.customer_works],
        ]
        return "，".join(part for part in parts if part)


ALWAYS = When()


def total_capacity(facts: Facts) -> Decimal:
    """This function will add what is asked for to what the customer already has, in kVA (kW at low voltage)."""
    return facts.capacity_kva + facts.original_kva


def when_of(row: Mapping[str, Any]) -> When:
    """This function will read a condition from a parsed TOML table; unknown keys and values raise."""
    fields = dict(row)
    return When(
        businesses=tuple(Business(one) for one in fields.pop("businesses", ())),
        kinds=tuple(CustomerKind(one) for one in fields.pop("kinds", ())),
        importances=_importances(fields.pop("importances", ())),
        voltage_from=_voltage(fields.pop("voltage_from", None)),
        voltage_below=_voltage(fields.pop("voltage_below", None)),
        capacity_from=_decimal(fields.pop("capacity_from", None)),
        capacity_below=_decimal(fields.pop("capacity_below", None)),
        **fields,
    )


def in_force(on: date, since: date | None, until: date | None) -> bool:
    """This function will say whether a rule in force from `since` and no longer from `until` on binds on that day."""
    return (since is None or since <= on) and (until is None or on < until)


def _importance_words(value: tuple[Importance, ...]) -> str:
    return "重要用户" if value == IMPORTANT else "、".join(IMPORTANCE_NAMES[one] for one in value)


def _importances(value: str | tuple[str, ...]) -> tuple[Importance, ...]:
    return IMPORTANT if value == "important" else tuple(Importance(one) for one in value)


def _voltage(value: int | None) -> Voltage | None:
    return None if value is None else Voltage(value)


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _within(value: Decimal, low: Decimal | int | None, high: Decimal | int | None) -> bool:
    return (low is None or value >= low) and (high is None or value < high)


def _kilovolts(value: Voltage | None) -> str:
    return "" if value is None else voltage_name(value)


def voltage_name(value: Voltage) -> str:
    """This function will write a voltage the Chinese way ('220 伏', '10 千伏')."""
    return f"{value // 1000} 千伏" if value >= Voltage.KV10 else f"{int(value)} 伏"


def _kva(value: Decimal | None) -> str:
    return "" if value is None else f"{value} 千伏安"


def _range(low: str, high: str) -> str:
    return "，".join(part for part in (low and f"{low}及以上", high and f"不满 {high}") if part)
