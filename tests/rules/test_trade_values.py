"""值对象: what the deeds carry survives JSON unchanged, and every table row says where it comes from."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from tests.rules.trade import dual, facts, low, resident
from yekuo.records import tables
from yekuo.rules.facts import Facts, Importance, Voltage
from yekuo.rules.fees import due_fees
from yekuo.rules.inspection import CheckedItem, Defect, Result
from yekuo.rules.materials import ApplicantSituation
from yekuo.rules.metering import MeterInstalled, Reading
from yekuo.rules.when import When, when_of

DAY = date(2026, 11, 22)
FEES = due_fees(dual(), facts(sources=2), DAY, "湖北", table=tables.fees())
METER = MeterInstalled(
    point=1, meter_asset="M1", readings=(Reading(register="total", value=Decimal("0.50")),), installed_on=DAY
)


@pytest.mark.parametrize(
    "value",
    [
        dual(fees=FEES, valid_until=DAY, emergency_kva=Decimal("120.50")),
        METER,
        Defect(code="Q1", item="H05", text="缺报告", deadline=DAY, photos=(1, 2)),
        CheckedItem(code="H05", result=Result.FAILED, note="无"),
        ApplicantSituation(agent=True),
        facts(importance=Importance.FIRST),
    ],
)
def test_values_survive_json(value: object) -> None:
    assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value


@pytest.mark.parametrize(
    ("row", "about", "matches"),
    [
        ({}, resident(), True),
        ({"kinds": ["resident"]}, resident(), True),
        ({"kinds": ["resident"]}, low(), False),
        ({"businesses": ["increase"]}, facts(), False),
        ({"voltage_from": 10000}, facts(), True),
        ({"voltage_below": 10000}, facts(), False),
        ({"voltage_from": 10000, "voltage_below": 35000}, facts(voltage=Voltage.KV20), True),
        ({"capacity_from": 630}, facts(), True),
        ({"capacity_below": 630}, facts(), False),
        ({"capacity_from": 945}, facts(original_kva=Decimal(315)), True),
        ({"sources_from": 2}, facts(), False),
        ({"importances": "important"}, facts(importance=Importance.TEMPORARY), True),
        ({"importances": "important"}, facts(), False),
        ({"special_load": False}, facts(), True),
        ({"customer_works": True}, facts(), False),
        ({"customer_works": False}, facts(customer_works=False), True),
    ],
)
def test_conditions(row: dict[str, object], about: Facts, matches: bool) -> None:
    assert when_of(row).matches(about) is matches


def test_a_misspelt_condition_is_refused() -> None:
    with pytest.raises(TypeError, match="voltage_form"):
        when_of({"voltage_form": 10000})
    with pytest.raises(ValueError, match="10001"):
        when_of({"voltage_from": 10001})


def test_conditions_are_said_in_words() -> None:
    assert When().words() == ""
    row = when_of({"voltage_from": 10000, "voltage_below": 35000, "sources_from": 2, "importances": "important"})
    assert row.words() == "重要用户，10 千伏及以上，不满 35 千伏，2 路及以上电源"


def test_nothing_rests_on_an_unnamed_source() -> None:
    named = [
        *(rule.requirement.source for rule in tables.materials().rules),
        *(rule.plan.source for rule in tables.reviews().reviews),
        *(rule.source for rule in tables.reviews().steps),
        *(item.source for item in tables.fees().items),
        *(rate.source for rate in tables.fees().rates),
        *(rule.source for rule in tables.schemes().grades.values()),
    ]
    assert all(one.strip() for one in named)


def test_what_was_only_remembered_is_not_called_confirmed() -> None:
    remembered = [rule.requirement for rule in tables.materials().rules if "待确认" in rule.requirement.source]
    assert remembered
    assert not any(one.confirmed for one in remembered)
    assert not any(rule.confirmed for rule in tables.reviews().steps if "待确认" in rule.source)
