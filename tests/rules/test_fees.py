"""业务费: normally none; 高可靠性供电费 on all circuits but the largest; everything else is refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.trade import dual, facts, scheme, source
from yekuo.records import tables
from yekuo.rules.facts import Voltage
from yekuo.rules.fees import due_fees, problems, unlawful_reason, unpriced
from yekuo.rules.scheme import FeeLine, Laying, SourceRole

TABLE = tables.fees()
DAY = date(2026, 11, 22)
TWO = facts(sources=2)
ABOLISHED = ("temporary_connection", "meter_relocation", "metering_compensation", "commissioning", "testing")


def test_an_ordinary_single_source_pays_nothing() -> None:
    assert due_fees(scheme(), facts(), DAY, "湖北", table=TABLE) == ()
    assert problems((), scheme(), facts(), DAY, "湖北", table=TABLE) == ()


@pytest.mark.parametrize(
    ("voltage", "laying", "built", "price"),
    [
        (380, Laying.OVERHEAD, False, "270"),
        (380, Laying.CABLE, True, "285"),
        (10_000, Laying.OVERHEAD, False, "220"),
        (10_000, Laying.OVERHEAD, True, "160"),
        (10_000, Laying.CABLE, False, "285"),
        (10_000, Laying.CABLE, True, "210"),
        (35_000, Laying.OVERHEAD, False, "170"),
        (35_000, Laying.CABLE, True, "115"),
        (66_000, Laying.OVERHEAD, True, "30"),
        (110_000, Laying.CABLE, False, "115"),
        (110_000, Laying.OVERHEAD, True, "10"),
    ],
)
def test_the_hubei_table(voltage: int, laying: Laying, built: bool, price: str) -> None:
    second = source(2, voltage=Voltage(voltage), laying=laying, customer_built=built, capacity_kva=Decimal(400))
    (line,) = due_fees(dual(sources=(source(1), second)), TWO, DAY, "湖北", table=TABLE)
    assert (line.source, line.unit_price, line.amount) == (2, Decimal(price), 400 * Decimal(price))
    assert line.confirmed


def test_a_mixed_line_is_weighted_by_length() -> None:
    second = source(2, laying=Laying.MIXED, overhead_m=Decimal(1000), cable_m=Decimal(500))
    (line,) = due_fees(dual(sources=(source(1), second)), TWO, DAY, "湖北", table=TABLE)
    assert line.unit_price == Decimal("241.67")
    assert line.amount == Decimal("152252.10")


def test_the_largest_circuit_is_free_and_of_equals_the_main_one() -> None:
    big = dual(sources=(source(1, capacity_kva=Decimal(630)), source(2, capacity_kva=Decimal(800))))
    assert [one.source for one in due_fees(big, TWO, DAY, "湖北", table=TABLE)] == [1]
    swapped = dual(sources=(source(1, role=SourceRole.STANDBY), source(2, role=SourceRole.MAIN)))
    assert [one.source for one in due_fees(swapped, TWO, DAY, "湖北", table=TABLE)] == [1]


def test_only_what_is_added_to_a_circuit_is_charged() -> None:
    grown = dual(sources=(source(1), source(2, existing_kva=Decimal(400))))
    (line,) = due_fees(grown, TWO, DAY, "湖北", table=TABLE)
    assert line.quantity == 230
    same = dual(sources=(source(1), source(2, existing_kva=Decimal(630))))
    assert due_fees(same, TWO, DAY, "湖北", table=TABLE) == ()


def test_another_province_gets_an_unconfirmed_line_that_a_person_settles() -> None:
    (line,) = due_fees(dual(), TWO, DAY, "浙江", table=TABLE)
    assert not line.confirmed
    assert "浙江" in line.basis
    local = replace(line, unit_price=Decimal(180), amount=Decimal(113_400), basis="本省价目")
    assert problems((local,), dual(), TWO, DAY, "浙江", table=TABLE) == ()
    assert problems((), dual(), TWO, DAY, "浙江", table=TABLE) == ()
    assert problems((replace(local, basis=" "),), dual(), TWO, DAY, "浙江", table=TABLE)


def test_a_voltage_without_a_rate_is_said_and_not_charged() -> None:
    odd = dual(sources=(source(1, voltage=Voltage.KV20), source(2, voltage=Voltage.KV20)))
    assert due_fees(odd, TWO, DAY, "湖北", table=TABLE) == ()
    assert [one.field for one in unpriced(odd, DAY, "湖北", table=TABLE)] == ["sources.2"]


def test_wrong_missing_and_doubled_lines_are_refused() -> None:
    (line,) = due_fees(dual(), TWO, DAY, "湖北", table=TABLE)

    def wrong(*lines: FeeLine) -> list[str]:
        return [one.message for one in problems(lines, dual(), TWO, DAY, "湖北", table=TABLE)]

    assert wrong(line) == []
    assert "漏列" in wrong()[0]
    assert "应为" in wrong(replace(line, amount=line.amount + 1))[0]
    assert "重复" in wrong(line, line)[0]
    assert "不应收取" in wrong(line, replace(line, source=1))[0]


@pytest.mark.parametrize("code", [*ABOLISHED, "supporting_works", "entertainment"])
def test_any_other_item_is_unlawful_today(code: str) -> None:
    assert "不得收取" in unlawful_reason(code, "某费", DAY, table=TABLE)


def test_an_item_was_lawful_until_the_day_it_was_abolished() -> None:
    assert unlawful_reason("temporary_connection", "", date(2017, 11, 30), table=TABLE) == ""
    assert "2017-12-01" in unlawful_reason("temporary_connection", "", date(2017, 12, 1), table=TABLE)


@given(st.lists(st.integers(1, 5000), min_size=2, max_size=5))
def test_never_more_is_charged_than_all_but_the_largest(capacities: list[int]) -> None:
    lines = tuple(source(n, capacity_kva=Decimal(one)) for n, one in enumerate(capacities, start=1))
    charged = due_fees(dual(sources=lines), facts(sources=len(lines)), DAY, "湖北", table=TABLE)
    assert sum(one.quantity for one in charged) == sum(capacities) - max(capacities)
