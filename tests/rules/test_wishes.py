"""用电需求: a wish in plain words becomes the facts a clerk would have written."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from yekuo.rules.facts import Business, CustomerClass, CustomerKind, Importance, Voltage
from yekuo.rules.wishes import Wish, first_facts, needs_high_voltage, parse_wishes, transformers_for

TABLE = parse_wishes(files("yekuo.rules").joinpath("tables/wishes.toml").read_text(encoding="utf-8"))
SIZES = tuple(Decimal(size) for size in (30, 50, 80, 100, 160, 200, 250, 315, 400, 500, 630, 800, 1000, 10000))
HOME = Wish(business=Business.NEW, kind=CustomerKind.RESIDENT, load_kw=Decimal(8))
SHOP = replace(HOME, kind=CustomerKind.NONRESIDENT)


@pytest.mark.parametrize(
    ("wish", "voltage", "capacity", "served"),
    [
        (HOME, Voltage.V220, 8, CustomerClass.RESIDENT),
        (replace(HOME, load_kw=Decimal(12)), Voltage.V220, 12, CustomerClass.RESIDENT),
        (replace(HOME, load_kw=Decimal("12.1")), Voltage.V380, "12.1", CustomerClass.RESIDENT),
        (replace(HOME, existing=Decimal(8)), Voltage.V380, 8, CustomerClass.RESIDENT),
        (replace(SHOP, load_kw=Decimal(160)), Voltage.V380, 160, CustomerClass.LV_OTHER),
        (replace(SHOP, load_kw=Decimal(160), private_business=True), Voltage.V380, 160, CustomerClass.THREE_ZERO),
        (replace(SHOP, load_kw=Decimal(161), private_business=True), Voltage.KV10, 200, CustomerClass.HV_SINGLE),
        (replace(SHOP, load_kw=Decimal(20), high_voltage=True), Voltage.KV10, 30, CustomerClass.HV_SINGLE),
        (replace(SHOP, load_kw=Decimal(700), sources=2), Voltage.KV10, 800, CustomerClass.HV_MULTI),
        (
            replace(SHOP, load_kw=Decimal(700), transformers_kva=Decimal(1260)),
            Voltage.KV10,
            1260,
            CustomerClass.HV_SINGLE,
        ),
        (replace(SHOP, load_kw=Decimal(27000)), Voltage.KV35, 30000, CustomerClass.HV_SINGLE),
        (replace(SHOP, load_kw=Decimal(190000)), Voltage.KV220, 220000, CustomerClass.HV_SINGLE),
        (replace(SHOP, kind=CustomerKind.QUARTER, load_kw=Decimal(90)), Voltage.KV10, 100, CustomerClass.HV_SINGLE),
    ],
)
def test_a_wish_becomes_facts(wish: Wish, voltage: Voltage, capacity: int | str, served: CustomerClass) -> None:
    facts = first_facts(wish, SIZES, table=TABLE)
    assert facts.voltage is voltage
    assert facts.capacity_kva == Decimal(capacity)
    assert facts.customer_class is served


def test_an_important_customer_is_served_at_high_voltage_whatever_the_load() -> None:
    wish = replace(SHOP, importance=Importance.SECOND)
    assert needs_high_voltage(wish, table=TABLE)
    assert first_facts(wish, SIZES, table=TABLE).importance is Importance.SECOND


def test_transformers_carry_the_load_at_the_power_factor() -> None:
    for kw in range(1, 30000, 37):
        kva = transformers_for(Decimal(kw), SIZES, table=TABLE)
        assert kva * TABLE.power_factor >= kw
        assert kva in SIZES or kva % max(SIZES) == 0


def test_what_is_there_already_is_kept_apart_from_what_is_asked_for() -> None:
    facts = first_facts(replace(SHOP, business=Business.INCREASE, existing=Decimal(50)), SIZES, table=TABLE)
    assert (facts.capacity_kva, facts.original_kva) == (Decimal(8), Decimal(50))


@pytest.mark.parametrize(("on", "free"), [(date(2025, 6, 2), False), (date(2025, 6, 3), True), (None, True)])
def test_connection_at_no_cost_for_every_private_business_began_on_a_day(on: date | None, free: bool) -> None:
    wish = replace(SHOP, private_business=True)
    assert first_facts(wish, SIZES, table=TABLE, on=on).zero_investment is free
