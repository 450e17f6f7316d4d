"""供用电合同: lawful clauses and terms, and every missing condition for energising named at once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.trade import facts, low, resident
from yekuo.records import tables
from yekuo.rules.contract import (
    ContractKind,
    Readiness,
    dispatch_due,
    energising_problems,
    kind_for,
    problems,
)
from yekuo.rules.facts import Facts, Voltage

TABLE = tables.contracts()
MANDATORY = ("supply", "use", "metering", "maintenance", "term", "breach")
READY = Readiness(
    external_works_accepted=True,
    customer_works_passed=True,
    contract_signed_by_supplier=True,
    contract_signed_by_customer=True,
    dispatch_agreement_signed=True,
    metering_points=(1, 2),
    metered=(1, 2),
    terminals_tested=(1, 2),
    electricians=("T330106001",),
    safety_confirmed=True,
)
BLOCKS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "external": ({"external_works_accepted": False}, {"external_works"}),
    "works": ({"customer_works_passed": False}, {"customer_works"}),
    "customer": ({"contract_signed_by_customer": False}, {"contract.customer"}),
    "supplier": ({"contract_signed_by_supplier": False}, {"contract.supplier"}),
    "dispatch": ({"dispatch_agreement_signed": False}, {"dispatch_agreement"}),
    "fees": ({"unpaid_fees": ("高可靠性供电费",)}, {"fees"}),
    "meter": ({"metered": (1,)}, {"metering.2"}),
    "terminal": ({"terminals_tested": (2,)}, {"terminal.1"}),
    "electrician": ({"electricians": (" ",)}, {"electricians"}),
    "safety": ({"safety_confirmed": False}, {"safety"}),
}


@pytest.mark.parametrize(
    ("about", "kind"),
    [
        (facts(), ContractKind.HIGH_VOLTAGE),
        (low(), ContractKind.LOW_VOLTAGE),
        (resident(), ContractKind.RESIDENT),
    ],
)
def test_the_kind_follows_the_facts(about: Facts, kind: ContractKind) -> None:
    assert kind_for(about) is kind
    assert problems(kind=kind, facts=about, years=1, clauses=MANDATORY, table=TABLE) == ()


@pytest.mark.parametrize(
    ("kind", "years", "right"),
    [
        (ContractKind.HIGH_VOLTAGE, 5, True),
        (ContractKind.HIGH_VOLTAGE, 6, False),
        (ContractKind.HIGH_VOLTAGE, 0, False),
        (ContractKind.TEMPORARY, 3, True),
        (ContractKind.TEMPORARY, 4, False),
    ],
)
def test_the_term_has_a_maximum(kind: ContractKind, years: int, right: bool) -> None:
    found = problems(kind=kind, facts=facts(), years=years, clauses=MANDATORY, table=TABLE)
    assert [one.field for one in found] == ([] if right else ["years"])


@pytest.mark.parametrize("left_out", MANDATORY)
def test_each_clause_of_article_33_is_mandatory(left_out: str) -> None:
    clauses = tuple(one for one in MANDATORY if one != left_out)
    found = problems(kind=ContractKind.HIGH_VOLTAGE, facts=facts(), years=5, clauses=clauses, table=TABLE)
    assert [one.field for one in found] == [f"clauses.{left_out}"]


def test_a_wrong_kind_and_an_unknown_clause_are_named() -> None:
    found = problems(
        kind=ContractKind.RESIDENT, facts=facts(), years=5, clauses=(*MANDATORY, "other", "dinner"), table=TABLE
    )
    assert {one.field for one in found} == {"kind", "clauses.dinner"}


@pytest.mark.parametrize(
    ("about", "generation", "due"),
    [
        (facts(), False, False),
        (facts(sources=2), False, True),
        (facts(voltage=Voltage.KV35), False, True),
        (facts(), True, True),
        (low(), False, False),
        (low(), True, False),
    ],
)
def test_when_a_dispatch_agreement_is_due(about: Facts, generation: bool, due: bool) -> None:
    assert dispatch_due(about, own_generation=generation, table=TABLE) is due


@given(st.sets(st.sampled_from(sorted(BLOCKS))))
def test_exactly_the_missing_conditions_are_named_and_all_of_them(missing: set[str]) -> None:
    state = READY
    wanted: set[str] = set()
    for block in missing:
        changed, fields = BLOCKS[block]
        state = replace(state, **changed)
        wanted |= fields
    found = energising_problems(facts(sources=2), state, table=TABLE)
    assert {one.field for one in found} == wanted
    assert all(one.message for one in found)


def test_works_that_do_not_exist_ask_for_nothing() -> None:
    state = replace(
        READY,
        external_works_accepted=None,
        customer_works_passed=None,
        dispatch_agreement_signed=False,
        electricians=(),
    )
    assert energising_problems(resident(), state, table=TABLE) == ()


def test_a_scheme_without_metering_points_is_never_energised() -> None:
    found = energising_problems(resident(), replace(READY, metering_points=()), table=TABLE)
    assert [one.field for one in found] == ["metering"]
