"""用电需求: from what a customer says in plain words to first facts; the survey settles voltage and capacity."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from yekuo.rules.facts import Business, CustomerKind, Facts, Importance, Voltage


@dataclass(frozen=True, slots=True, kw_only=True)
class Appliance:
    """电器: power of one piece in kW, as a help for who does not know the load; `home` and `shop` say where it is usual."""

    name: str
    kw: Decimal
    home: bool = False
    shop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """电压档: the voltage proposed for transformers of up to so many kVA together; None is the last step."""

    voltage: Voltage
    upto_kva: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WishTable:
    """需求换算表: figures for a first proposal; none of them binds anybody.

    Private businesses up to `zero_investment_kw` are connected at no cost from `zero_investment_from` on.
    """

    single_phase_kw: Decimal
    three_phase_kw: Decimal
    zero_investment_kw: Decimal
    zero_investment_from: date
    power_factor: Decimal
    steps: tuple[Step, ...]
    appliances: tuple[Appliance, ...]
    confirmed: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """用电需求: `load_kw` is what is newly asked for, `existing` what there is already (kW; kVA at high voltage).

    `high_voltage` says that the customer wants it in any case; `transformers_kva` None means 'not known'.
    """

    business: Business
    kind: CustomerKind
    load_kw: Decimal
    existing: Decimal = Decimal(0)
    private_business: bool = False
    high_voltage: bool = False
    transformers_kva: Decimal | None = None
    sources: int = 1
    importance: Importance = Importance.ORDINARY
    special_load: bool = False


def parse_wishes(text: str) -> WishTable:
    """This function will read the figures from TOML; KeyError when one is missing."""
    data = tomllib.loads(text)
    low, high = data["low_voltage"], data["high_voltage"]
    return WishTable(
        single_phase_kw=Decimal(low["single_phase_kw"]),
        three_phase_kw=Decimal(low["three_phase_kw"]),
        zero_investment_kw=Decimal(data["zero_investment"]["most_kw"]),
        zero_investment_from=data["zero_investment"]["from"],
        power_factor=Decimal(high["power_factor"]),
        steps=tuple(
            Step(voltage=Voltage(one["volts"]), upto_kva=Decimal(one["upto"]) if one["upto"] else None)
            for one in high["steps"]
        ),
        appliances=tuple(Appliance(**{**row, "kw": Decimal(row["kw"])}) for row in data["appliance"]),
        confirmed=bool(data["confirmed"]),
        source=str(data["source"]),
    )


def needs_high_voltage(wish: Wish, *, table: WishTable) -> bool:
    """This function will say whether low voltage cannot serve the wish, or was not asked for."""
    return (
        wish.high_voltage
        or wish.kind is CustomerKind.QUARTER
        or wish.sources > 1
        or wish.importance is not Importance.ORDINARY
        or wish.load_kw + wish.existing > table.three_phase_kw
    )


def transformers_for(load_kw: Decimal, sizes: Sequence[Decimal], *, table: WishTable) -> Decimal:
    """This function will propose kVA of transformers for a load: the next standard size, several of the largest above."""
    wanted = load_kw / table.power_factor
    fitting = next((size for size in sorted(sizes) if size >= wanted), None)
    if fitting is not None:
        return fitting
    largest = max(sizes)
    return (wanted / largest).to_integral_value(ROUND_CEILING) * largest


def first_facts(wish: Wish, sizes: Sequence[Decimal], *, table: WishTable, on: date | None = None) -> Facts:
    """This function will turn a wish into the facts an application declares; `sizes` are the standard transformers.

    `on` is the day of the application; without it the rules now in force are taken.
    """
    high = needs_high_voltage(wish, table=table)
    capacity = wish.load_kw
    if high:
        capacity = wish.transformers_kva or transformers_for(wish.load_kw, sizes, table=table)
    total = capacity + wish.existing
    return Facts(
        business=wish.business,
        kind=wish.kind,
        voltage=_high(total, table) if high else _low(total, table),
        capacity_kva=capacity,
        original_kva=wish.existing,
        sources=wish.sources,
        importance=wish.importance,
        special_load=wish.special_load,
        zero_investment=not high and _at_no_cost(wish, total, table, on),
    )


def _at_no_cost(wish: Wish, total: Decimal, table: WishTable, on: date | None) -> bool:
    in_force = on is None or table.zero_investment_from <= on
    return in_force and wish.private_business and total <= table.zero_investment_kw


def _low(total: Decimal, table: WishTable) -> Voltage:
    return Voltage.V220 if total <= table.single_phase_kw else Voltage.V380


def _high(total: Decimal, table: WishTable) -> Voltage:
    return next(step.voltage for step in table.steps if step.upto_kva is None or total <= step.upto_kva)
