"""申请: pages check what they are told, a draft comes back as typed, and complete answers make the application."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from yekuo.interfaces.customer.answers import Answers, application_of, fresh, page_form, read, told
from yekuo.interfaces.customer.apply_forms import CheckPage
from yekuo.operations.application import facts_of, problems
from yekuo.rules.facts import Business, CustomerClass, CustomerKind, Importance, Voltage

ON = date(2026, 11, 23)
UNITS = ((7, "城东供电公司"), (8, "城西供电公司"))
HOME: dict[str, dict[str, str]] = {
    "who": {
        "kind": "resident", "name": "刘芳", "id_type": "resident_id", "id_number": "11010519491231002X",
        "phone": "13800138000", "acting": "self",
    },
    "where": {"unit": "7", "address": "解放路 12 号 3 幢 201", "ownership": "own"},
    "what": {"business": "new", "use": "life", "load_kw": "8"},
}  # fmt: skip
FACTORY: dict[str, dict[str, str]] = {
    "who": {
        "kind": "nonresident", "private_business": "yes", "name": "星河制造有限公司", "id_type": "credit_code",
        "id_number": "91350100M000100Y43", "contact": "王强", "phone": "0571-87654321", "acting": "agent",
        "agent_name": "李明", "agent_number": "11010519491231002X", "agent_phone": "13900139000",
    },
    "where": {"unit": "8", "address": "工业园区 5 号", "ownership": "rent"},
    "what": {
        "business": "increase", "use": "factory", "load_kw": "700", "existing": "400", "account": "4101234567",
        "high_voltage": "yes", "transformers_kva": "800", "sources": "2", "importance": "second", "special_load": "yes",
        "wanted_on": "2027-05-01", "remark": "夜班为主",
    },
}  # fmt: skip


def answers(pages: dict[str, dict[str, str]], **changes: dict[str, str]) -> Answers:
    merged = {name: {**page, **changes.get(name, {})} for name, page in pages.items()}
    return replace(fresh(), pages=merged)


def errors(pages: dict[str, dict[str, str]], page: str, **changed: str) -> dict[str, Any]:
    kept = answers(pages, **{page: changed})
    form = page_form(page, kept, on=ON, units=UNITS, data=kept.page(page))
    form.is_valid()
    return dict(form.errors)


def test_a_home_becomes_an_application() -> None:
    said = told(answers(HOME), on=ON, units=UNITS)
    assert said.unfinished == ()
    made = application_of(said, signs=True)
    assert problems(made, on=ON) == ()
    facts = facts_of(made, on=ON)
    assert (facts.kind, facts.business, facts.voltage) == (CustomerKind.RESIDENT, Business.NEW, Voltage.V220)
    assert made.signs_standard_contract
    assert not made.situation.agent


def test_a_factory_becomes_an_application() -> None:
    said = told(answers(FACTORY), on=ON, units=UNITS)
    assert said.unfinished == ()
    made = application_of(said)
    assert problems(made, on=ON) == ()
    facts = facts_of(made, on=ON)
    assert facts.customer_class is CustomerClass.HV_MULTI
    assert (facts.capacity_kva, facts.original_kva, facts.importance) == (Decimal(800), Decimal(400), Importance.SECOND)
    assert made.situation.agent
    assert made.situation.tenant
    assert made.wanted_on == date(2027, 5, 1)


def test_every_form_our_pages_pass_is_one_the_operation_passes() -> None:
    """What the pages let through, the operation must not refuse; else a customer learns of it on the last page."""
    for pages in (HOME, FACTORY):
        for load in ("0.1", "12", "160", "160.01", "99999"):
            said = told(answers(pages, what={"load_kw": load}), on=ON, units=UNITS)
            assert said.complete
            assert problems(application_of(said), on=ON) == ()


@pytest.mark.parametrize(
    ("step", "field", "typed"),
    [
        ("who", "kind", ""),
        ("who", "kind", "ghost"),
        ("who", "name", " "),
        ("who", "name", "名" * 61),
        ("who", "id_type", "credit_code"),
        ("who", "id_number", "110105194912310021"),
        ("who", "id_number", "12"),
        ("who", "phone", "12345"),
        ("who", "phone", "１３８"),
        ("where", "unit", "99"),
        ("where", "unit", ""),
        ("where", "address", "家"),
        ("where", "ownership", ""),
        ("what", "business", ""),
        ("what", "load_kw", "很多"),
        ("what", "load_kw", "-1"),
        ("what", "load_kw", "NaN"),
        ("what", "load_kw", "1e400"),
        ("what", "load_kw", ""),
        ("what", "use", "factory"),
        ("what", "wanted_on", "2026-11-22"),
        ("what", "wanted_on", "明年"),
    ],
)
def test_a_wrong_answer_is_named_at_its_field_in_chinese(step: str, field: str, typed: str) -> None:
    found = errors(HOME, step, **{field: typed})
    assert list(found) == [field]
    assert all(any("\u4e00" <= one <= "\u9fff" for one in message) for message in found[field])


def test_an_agent_and_an_organisation_are_asked_more() -> None:
    assert set(errors(HOME, "who", acting="agent")) == {"agent_name", "agent_number", "agent_phone"}
    assert set(errors(FACTORY, "who", contact="", private_business="")) == {"contact", "private_business"}
    assert set(errors(HOME, "what", business="increase")) == {"existing"}


def test_what_an_agent_left_behind_is_not_filed_for_oneself() -> None:
    kept = answers(FACTORY, who={"acting": "self"})
    assert application_of(told(kept, on=ON, units=UNITS)).agent_name == ""


def test_a_home_is_never_asked_about_transformers() -> None:
    form = page_form("what", answers(HOME), on=ON, units=UNITS)
    assert not {"high_voltage", "sources", "importance"} & set(form.fields)


def test_a_draft_comes_back_as_typed_and_a_broken_one_is_opened_anew() -> None:
    kept = replace(answers(HOME, what={"load_kw": "很多"}), files=(3, 5))
    again = read(kept.written())
    assert again == kept
    assert page_form("what", again, on=ON, units=UNITS)["load_kw"].value() == "很多"
    for text in ("", "{}", "[]", '{"key": "a", "pages": {"who": 1}}', '{"key":"a","pages":{},"files":["x"]}'):
        assert read(text).pages == {}


def test_unfinished_pages_are_named_in_their_order() -> None:
    said = told(answers(HOME, who={"name": ""}, what={"load_kw": ""}), on=ON, units=UNITS)
    assert said.unfinished == ("who", "what")
    assert told(fresh(), on=ON, units=UNITS).unfinished == ("who", "where", "what")


@pytest.mark.parametrize(
    ("owed", "standard", "fields"),
    [
        (False, False, {"truthful", "key"}),
        (True, False, {"truthful", "promises", "key"}),
        (False, True, {"truthful", "contract", "key"}),
        (True, True, {"truthful", "promises", "contract", "key"}),
    ],
)
def test_consent_is_asked_for_what_there_is_to_consent_to(owed: bool, standard: bool, fields: set[str]) -> None:
    form = CheckPage({}, on=ON, owed=owed, standard_contract=standard)
    assert set(form.fields) == fields
    assert set(form.errors) == {"truthful"} | ({"promises"} if owed else set())
