"""方案会审: who is asked and who is only informed, and the dated rules of design review and mid-inspection."""

from datetime import date

import pytest

from tests.rules.trade import facts, low, resident
from yekuo.records import tables
from yekuo.rules.facts import CustomerKind, Facts, Importance, Voltage
from yekuo.rules.review import Step, needs_design_review, needs_mid_inspection, parse_reviews, plan, required_by

TABLE = tables.reviews()
BEFORE, AFTER, TODAY = date(2020, 9, 24), date(2020, 9, 25), date(2026, 11, 22)


@pytest.mark.parametrize(
    ("about", "record_only", "roles"),
    [
        (facts(), True, {"planner", "operations", "dispatcher"}),
        (facts(voltage=Voltage.KV20), True, {"planner", "operations", "dispatcher"}),
        (facts(sources=2), False, {"planner", "operations", "dispatcher", "metering"}),
        (facts(importance=Importance.TEMPORARY), False, {"planner", "operations", "dispatcher", "inspector"}),
        (
            facts(importance=Importance.FIRST, sources=2),
            False,
            {"planner", "operations", "dispatcher", "inspector", "metering"},
        ),
        (facts(kind=CustomerKind.QUARTER), False, {"planner", "operations"}),
        (facts(special_load=True), False, {"planner", "operations", "dispatcher"}),
        (facts(voltage=Voltage.KV35), False, {"planner", "operations", "construction", "dispatcher", "metering"}),
        (
            facts(voltage=Voltage.KV110),
            False,
            {"planner", "operations", "construction", "dispatcher", "finance", "metering"},
        ),
    ],
)
def test_who_reviews(about: Facts, record_only: bool, roles: set[str]) -> None:
    found = plan(about, table=TABLE)
    assert found is not None
    assert found.record_only is record_only
    assert {member.role for member in found.members} == roles
    assert all(member.days >= 1 for member in found.members)
    assert len({member.role for member in found.members}) == len(found.members)


@pytest.mark.parametrize("about", [low(), resident(), low(kind=CustomerKind.QUARTER)])
def test_ordinary_low_voltage_concerns_nobody_else(about: Facts) -> None:
    assert plan(about, table=TABLE) is None


def test_the_shorter_time_of_a_role_holds() -> None:
    found = plan(facts(voltage=Voltage.KV110, sources=2), table=TABLE)
    assert found is not None
    days = {member.role.value: member.days for member in found.members}
    assert (days["planner"], days["finance"]) == (3, 5)
    assert not found.confirmed


@pytest.mark.parametrize(
    ("about", "before", "after"),
    [
        (facts(), True, False),
        (facts(sources=2), True, False),
        (facts(voltage=Voltage.KV35), True, False),
        (low(), False, False),
        (resident(), False, False),
        (facts(importance=Importance.SECOND), True, True),
        (facts(importance=Importance.TEMPORARY), True, True),
        (facts(kind=CustomerKind.QUARTER), True, True),
        (low(kind=CustomerKind.QUARTER), True, True),
        (facts(special_load=True), True, True),
    ],
)
def test_ordinary_customers_are_free_of_both_steps_since_september_2020(
    about: Facts, before: bool, after: bool
) -> None:
    for needs in (needs_design_review, needs_mid_inspection):
        assert needs(about, BEFORE, table=TABLE) is before
        assert needs(about, AFTER, table=TABLE) is after
        assert needs(about, TODAY, table=TABLE) is after


def test_the_rule_that_asks_is_named() -> None:
    names = [one.name for one in required_by(Step.DESIGN_REVIEW, facts(special_load=True), TODAY, table=TABLE)]
    assert names == ["特殊负荷（谐波、冲击）"]


def test_a_review_without_members_is_refused() -> None:
    text = "step = []\n[[review]]\nrule='甲'\nrecord_only=false\nsource=''\nconfirmed=false\nmembers=[]\n"
    with pytest.raises(ValueError, match="没有成员"):
        parse_reviews(text)
