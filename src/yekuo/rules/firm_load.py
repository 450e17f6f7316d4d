"""计算负荷: the largest load a network is checked with, from the capacity applied for."""

import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from yekuo.rules.facts import Facts
from yekuo.rules.when import When, total_capacity, when_of

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmRule:
    """需要系数: which share of the capacity is drawn at once, for the cases `when` fits."""

    factor: Decimal
    when: When
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmTable:
    """计算负荷规则: the first rule that fits counts; `power_factor` turns kVA into kW."""

    rules: tuple[FirmRule, ...]
    power_factor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmLoad:
    """计算负荷: kW that is added and kW of the whole capacity, the kVA it is supplied by, how it was reckoned, in words."""

    added_kw: Decimal
    whole_kw: Decimal
    kva: Decimal
    rule: FirmRule
    words: str


def parse_firm_loads(text: str, *, power_factor: Decimal) -> FirmTable:
    """This function will read the rules from TOML; KeyError or TypeError when something is missing."""
    rows = tomllib.loads(text)["rule"]
    rules = tuple(
        FirmRule(
            factor=Decimal(row["factor"]), when=when_of(row["when"]), source=row["source"], confirmed=row["confirmed"]
        )
        for row in rows
    )
    return FirmTable(rules=rules, power_factor=power_factor)


def firm_load(facts: Facts, *, table: FirmTable) -> FirmLoad:
    """This function will reckon the firm load of a case in kW, to a tenth; LookupError when no rule fits."""
    rule = next((one for one in table.rules if one.when.matches(facts)), None)
    if rule is None:
        raise LookupError("没有适用的需要系数")
    whole, per = total_capacity(facts), _per(facts, rule, table)
    unit = "千伏安" if facts.high_voltage else "千瓦"
    share = f" × 功率因数 {table.power_factor}" if facts.high_voltage else ""
    added = (facts.capacity_kva * per).quantize(TENTH, ROUND_HALF_UP)
    return FirmLoad(
        added_kw=added, whole_kw=(whole * per).quantize(TENTH, ROUND_HALF_UP),
        kva=whole if facts.high_voltage else (whole / table.power_factor).quantize(TENTH, ROUND_HALF_UP), rule=rule,
        words=f"{facts.capacity_kva.normalize():f} {unit} × 需要系数 {rule.factor}{share} = {added.normalize():f} 千瓦",
    )  # fmt: skip


def load_of(capacity: Decimal, facts: Facts, *, table: FirmTable) -> Decimal:
    """This function will reckon the kW of another capacity (kVA, at low voltage kW) of the same customer."""
    rule = next((one for one in table.rules if one.when.matches(facts)), None)
    if rule is None:
        raise LookupError("没有适用的需要系数")
    return (capacity * _per(facts, rule, table)).quantize(TENTH, ROUND_HALF_UP)


def _per(facts: Facts, rule: FirmRule, table: FirmTable) -> Decimal:
    return rule.factor * table.power_factor if facts.high_voltage else rule.factor
