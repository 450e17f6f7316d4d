"""业务费: the few fee items still allowed, what is due on a scheme, and why any other item is unlawful."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from yekuo.rules.facts import Facts, Voltage
from yekuo.rules.refusal import Problem
from yekuo.rules.scheme import FeeLine, Laying, Scheme, Source, SourceRole
from yekuo.rules.when import in_force, voltage_name

HIGH_RELIABILITY = "high_reliability"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeItem:
    """收费项目: allowed from `since` on and no longer from `until` on; `allowed` False: it never was."""

    code: str
    name: str
    allowed: bool
    since: date | None = None
    until: date | None = None
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """收费标准: yuan per kVA for one region and voltage, by laying; `_built` where the customer builds the line."""

    region: str
    voltage_v: int
    overhead: Decimal
    overhead_built: Decimal
    cable: Decimal
    cable_built: Decimal
    since: date | None
    until: date | None
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeTable:
    """价目表: the items and the rates; region '' stands in where a province has no table of its own."""

    items: tuple[FeeItem, ...]
    rates: tuple[Rate, ...]


def parse_fees(text: str) -> FeeTable:
    """This function will read items and rates from TOML; KeyError or TypeError on a missing or unknown field."""
    data = tomllib.loads(text)
    items = tuple(FeeItem(**row) for row in data["item"])
    return FeeTable(items=items, rates=tuple(rate for row in data["tariff"] for rate in _rates(row)))


def _rates(row: dict[str, Any]) -> Iterable[Rate]:
    for line in row["rates"]:
        yield Rate(
            region=row["region"],
            voltage_v=int(line["voltage"]),
            overhead=Decimal(line["overhead"][0]),
            overhead_built=Decimal(line["overhead"][1]),
            cable=Decimal(line["cable"][0]),
            cable_built=Decimal(line["cable"][1]),
            since=row.get("since"),
            until=row.get("until"),
            source=row["source"],
            confirmed=row["confirmed"],
        )


def charged_sources(scheme: Scheme) -> tuple[Source, ...]:
    """This function will list the circuits 高可靠性供电费 is due on: all but the largest (of equals the main one)."""
    if len(scheme.sources) < 2:
        return ()
    largest = max(scheme.sources, key=lambda one: (one.capacity_kva, one.role is SourceRole.MAIN, -one.number))
    return tuple(one for one in scheme.sources if one is not largest and one.capacity_kva > one.existing_kva)


def due_fees(scheme: Scheme, facts: Facts, on: date, region: str, *, table: FeeTable) -> tuple[FeeLine, ...]:
    """This function will compute the fees due on a scheme on a day, in yuan; normally there are none.

    `region` is the province. A circuit for whose voltage no rate is on record gets no line (see `unpriced`).
    """
    if facts.sources < 2 or not _allowed(HIGH_RELIABILITY, on, table):
        return ()
    priced = ((one, rate_of(one.voltage, on, region, table=table)) for one in charged_sources(scheme))
    return tuple(_line(one, rate, region) for one, rate in priced if rate is not None)


def unpriced(scheme: Scheme, on: date, region: str, *, table: FeeTable) -> tuple[Problem, ...]:
    """This function will name the circuits that would be charged but have no rate on record."""
    return tuple(
        Problem(
            f"sources.{one.number}", f"电源 {one.number}：{region}没有{voltage_name(one.voltage)}的高可靠性供电费标准"
        )
        for one in charged_sources(scheme)
        if rate_of(one.voltage, on, region, table=table) is None
    )


def _line(one: Source, rate: Rate, region: str) -> FeeLine:
    price = unit_price(one, rate)
    quantity = one.capacity_kva - one.existing_kva
    note = "" if rate.region else f"（{region}标准未录入，暂按参考标准，收取前须确认）"
    return FeeLine(
        item=HIGH_RELIABILITY,
        name="高可靠性供电费",
        source=one.number,
        quantity=quantity,
        unit="千伏安",
        unit_price=price,
        amount=_cents(quantity * price),
        basis=rate.source + note,
        confirmed=rate.confirmed,
    )


def unit_price(one: Source, rate: Rate) -> Decimal:
    """This function will price a kVA of a circuit, mixed laying weighted by length, to the cent."""
    overhead = rate.overhead_built if one.customer_built else rate.overhead
    cable = rate.cable_built if one.customer_built else rate.cable
    if one.laying is Laying.OVERHEAD:
        return overhead
    length = one.overhead_m + one.cable_m
    if one.laying is Laying.CABLE or length <= 0:
        return cable
    return _cents((overhead * one.overhead_m + cable * one.cable_m) / length)


def problems(
    lines: Iterable[FeeLine], scheme: Scheme, facts: Facts, on: date, region: str, *, table: FeeTable
) -> tuple[Problem, ...]:
    """This function will say which fee lines are unlawful or differ from what is due; fields read 'fees.<item>'.

    Where only an unconfirmed rate is on record the amount is the person's to state, with its basis.
    """
    due = {(line.item, line.source): line for line in due_fees(scheme, facts, on, region, table=table)}
    found = []
    for line in lines:
        message = unlawful_reason(line.item, line.name, on, table=table) or _differs(
            line, due.pop((line.item, line.source), None)
        )
        if message:
            found.append(Problem(f"fees.{line.item}", message))
    found += [
        Problem(f"fees.{line.item}", f"漏列电源 {line.source} 的{line.name} {line.amount} 元")
        for line in due.values()
        if line.confirmed
    ]
    return tuple(found)


def _differs(line: FeeLine, due: FeeLine | None) -> str:
    if due is None:
        return f"“{line.name}”在本方案中不应收取（或重复收取）"
    if due.confirmed and line.amount != due.amount:
        return f"“{line.name}”应为 {due.amount} 元，写成了 {line.amount} 元"
    if line.amount <= 0 or not line.basis.strip():
        return f"“{line.name}”要写明金额和收费依据"
    return ""


def unlawful_reason(code: str, name: str, on: date, *, table: FeeTable) -> str:
    """This function will say in Chinese why an item may not be charged on that day, '' when it may."""
    item = next((one for one in table.items if one.code == code), None)
    if item is None:
        return f"“{name or code}”不在允许的收费项目之列，不得收取"
    if _allowed(code, on, table):
        return ""
    if item.until is not None and item.until <= on:
        return f"“{item.name}”自 {item.until:%Y-%m-%d} 起已取消，不得收取（{item.source}）"
    return f"“{item.name}”不得收取（{item.source}）"


def _allowed(code: str, on: date, table: FeeTable) -> bool:
    return any(one.code == code and one.allowed and in_force(on, one.since, one.until) for one in table.items)


def rate_of(voltage: Voltage, on: date, region: str, *, table: FeeTable) -> Rate | None:
    """This function will give the rate on record for a voltage, the reference one where the province has none; None without."""
    level = 400 if voltage < Voltage.KV10 else int(voltage)
    fitting = [one for one in table.rates if one.voltage_v == level and in_force(on, one.since, one.until)]
    return next((one for wanted in (region, "") for one in fitting if one.region == wanted), None)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
