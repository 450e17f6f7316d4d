"""供电方案: a sound scheme has no problem, and every fault is named at its field, all at once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.trade import dual, facts, low, point, scheme, source
from yekuo.records import tables
from yekuo.rules.facts import Business, Facts, Importance, Voltage
from yekuo.rules.metering import MeteringMode
from yekuo.rules.scheme import (
    Connection,
    Interlock,
    Laying,
    OperatingMode,
    ReceivingKind,
    ReceivingPoint,
    Scheme,
    SourceRole,
    Transformer,
    metering_problems,
    problems,
    validity,
)

TABLE = tables.schemes()


def fields(wrong: Scheme, about: Facts) -> set[str]:
    return {one.field for one in problems(wrong, about, table=TABLE)}


def test_sound_schemes_have_no_problem() -> None:
    assert fields(scheme(), facts()) == set()
    assert fields(dual(), facts(sources=2)) == set()


def test_a_sound_low_voltage_scheme_has_no_problem() -> None:
    line = source(
        voltage=Voltage.V380, capacity_kva=Decimal(100), supply_area="文三1号台区", connection=Connection.PUBLIC_LV
    )
    small = scheme(
        sources=(line,), transformers=(), metering=(point(mode=MeteringMode.LOW_LOW, vt_ratio=""),), power_factor=None
    )
    assert fields(small, low()) == set()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"substation": " "}, "sources.1.substation"),
        ({"bus": ""}, "sources.1.bus"),
        ({"feeder": ""}, "sources.1.feeder"),
        ({"switch": ""}, "sources.1.switch"),
        ({"capacity_kva": Decimal(500)}, "sources.1.capacity_kva"),
        ({"capacity_kva": Decimal(0)}, "sources.1.capacity_kva"),
        ({"existing_kva": Decimal(700)}, "sources.1.existing_kva"),
        ({"connection": Connection.PUBLIC_LV}, "sources.1.connection"),
        ({"laying": Laying.MIXED, "cable_m": Decimal(100)}, "sources.1.laying"),
        ({"overhead_m": Decimal(-1)}, "sources.1.overhead_m"),
        ({"role": SourceRole.STANDBY}, "sources"),
        ({"voltage": Voltage.KV35}, "sources"),
    ],
)
def test_a_fault_of_a_source_is_named_at_its_field(changed: dict[str, Any], field: str) -> None:
    assert field in fields(scheme(sources=(source(**changed),)), facts())


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"sources": ()}, "sources"),
        ({"boundary": ""}, "boundary"),
        ({"tariff": None}, "tariff"),
        ({"power_factor": None}, "power_factor"),
        ({"power_factor": Decimal("1.2")}, "power_factor"),
        ({"operating_mode": OperatingMode.SPLIT}, "operating_mode"),
        ({"calculated_load_kw": Decimal(0)}, "calculated_load_kw"),
        ({"metering": ()}, "metering"),
        ({"metering": (point(source=3),)}, "metering.1.source"),
        ({"metering": (point(mode=MeteringMode.LOW_LOW),)}, "metering.1.mode"),
        ({"metering": (point(), point())}, "metering.1.number"),
        ({"transformers": ()}, "transformers"),
        ({"transformers": (Transformer(number=1, capacity_kva=Decimal(600)),)}, "transformers.1.capacity_kva"),
        ({"transformers": (Transformer(number=1, capacity_kva=Decimal(500)),)}, "transformers"),
        ({"emergency_kva": Decimal(50)}, "interlock"),
        ({"own_generation": True}, "interlock"),
    ],
)
def test_a_fault_of_the_whole_is_named_at_its_field(changed: dict[str, object], field: str) -> None:
    assert field in fields(scheme(**changed), facts())


def test_a_transformer_stands_at_a_known_receiving_point() -> None:
    room = ReceivingPoint(number=1, name="配电房", kind=ReceivingKind.SUBSTATION)
    wrong = Transformer(number=1, receiving_point=2, capacity_kva=Decimal(630))
    assert fields(scheme(receiving_points=(room,), transformers=(wrong,)), facts()) == {
        "transformers.1.receiving_point"
    }


def test_the_count_of_sources_is_the_one_asked_for() -> None:
    assert "sources" in fields(scheme(), facts(sources=2))
    assert "sources" in fields(dual(), facts())


def test_standby_does_not_count_towards_the_main_capacity() -> None:
    weak = dual(sources=(source(1, capacity_kva=Decimal(400)), source(2)))
    assert fields(weak, facts(sources=2)) == {"sources.1.capacity_kva"}


def test_an_increase_is_measured_with_what_was_there_before() -> None:
    more = facts(business=Business.INCREASE, original_kva=Decimal(315))
    assert {"sources.1.capacity_kva", "transformers"} <= fields(scheme(), more)


def important(grade: Importance, *lines: tuple[str, str], own: int = 120) -> set[str]:
    sources = tuple(source(place, substation=one, bus=bus) for place, (one, bus) in enumerate(lines, start=1))
    drawn = dual(
        sources=sources,
        metering=tuple(point(one.number) for one in sources),
        emergency_kva=Decimal(own),
        security_load_kva=Decimal(100),
    )
    return fields(drawn, facts(importance=grade, sources=len(sources)))


A1, A2, B1 = ("甲变", "Ⅰ段"), ("甲变", "Ⅱ段"), ("乙变", "Ⅰ段")


@pytest.mark.parametrize(
    ("grade", "lines", "wrong"),
    [
        (Importance.SECOND, (A1, A2), set()),
        (Importance.SECOND, (A1, B1), set()),
        (Importance.SECOND, (A1, A1), {"sources.2.bus"}),
        (Importance.FIRST, (A1, B1), set()),
        (Importance.FIRST, (A1, A2), {"sources.2.substation"}),
        (Importance.SPECIAL, (A1, A2, B1), set()),
        (Importance.SPECIAL, (A1, B1), {"sources"}),
        (Importance.SPECIAL, (A1, A2, A1), {"sources.2.substation"}),
        (Importance.ORDINARY, (A1, A1), set()),
        (Importance.TEMPORARY, (A1, A1), set()),
    ],
)
def test_importance_decides_where_the_sources_come_from(
    grade: Importance, lines: tuple[tuple[str, str], ...], wrong: set[str]
) -> None:
    assert important(grade, *lines) == wrong


def test_two_circuits_of_one_substation_are_told_apart_from_two_sources() -> None:
    drawn = dual(sources=(source(1, substation="甲变"), source(2, substation="甲变")), emergency_kva=Decimal(100))
    messages = [one.message for one in problems(drawn, facts(importance=Importance.FIRST, sources=2), table=TABLE)]
    assert any("双回路" in one for one in messages)


def test_the_emergency_supply_covers_the_security_load_by_a_fifth_more() -> None:
    assert important(Importance.FIRST, A1, B1, own=119) == {"emergency_kva"}
    assert important(Importance.FIRST, A1, B1, own=0) == {"emergency_kva"}
    assert important(Importance.ORDINARY, A1, B1, own=119) == {"emergency_kva"}


def test_a_standby_source_needs_an_interlock() -> None:
    assert fields(dual(interlock=Interlock.NONE), facts(sources=2)) == {"interlock"}


def test_all_faults_are_named_at_once() -> None:
    wrong = scheme(sources=(source(bus="", feeder=""),), boundary="", tariff=None)
    assert fields(wrong, facts()) == {"sources.1.bus", "sources.1.feeder", "boundary", "tariff"}


@pytest.mark.parametrize(
    ("about", "replied", "last"),
    [
        (facts(), date(2026, 11, 22), date(2027, 11, 22)),
        (facts(), date(2024, 2, 29), date(2025, 2, 28)),
        (low(), date(2026, 11, 22), date(2027, 2, 22)),
        (low(), date(2026, 11, 30), date(2027, 2, 28)),
        (low(), date(2027, 11, 30), date(2028, 2, 29)),
    ],
)
def test_a_reply_is_valid_a_year_or_three_months(about: Facts, replied: date, last: date) -> None:
    assert validity(about, replied, table=TABLE) == last


@given(st.dates(date(2015, 1, 1), date(2100, 1, 1)))
def test_validity_is_never_shorter_for_a_later_reply(day: date) -> None:
    later = date.fromordinal(day.toordinal() + 1)
    assert validity(low(), day, table=TABLE) <= validity(low(), later, table=TABLE)
    assert 88 <= (validity(low(), day, table=TABLE) - day).days <= 92


@pytest.mark.parametrize(
    ("ratio", "mode", "wrong"),
    [
        ("75/5", MeteringMode.HIGH_HIGH, set()),
        ("50/5", MeteringMode.HIGH_HIGH, set()),
        ("30/5", MeteringMode.HIGH_HIGH, {"metering.1.ct_ratio"}),
        ("300/5", MeteringMode.HIGH_HIGH, {"metering.1.ct_ratio"}),
        ("", MeteringMode.HIGH_HIGH, {"metering.1.ct_ratio"}),
        ("七十五", MeteringMode.HIGH_HIGH, {"metering.1.ct_ratio"}),
        ("1500/5", MeteringMode.HIGH_LOW, {"metering.1.mode"}),
    ],
)
def test_a_metering_point_fits_its_source(ratio: str, mode: MeteringMode, wrong: set[str]) -> None:
    drawn = scheme(metering=(point(ct_ratio=ratio, mode=mode),))
    assert {one.field for one in metering_problems(drawn, table=tables.metering())} == wrong
