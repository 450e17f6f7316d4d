"""检查检验: complete checklists, defects with deadlines, no pass with anything open, an answer to every defect."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.trade import facts, low
from yekuo.records import tables
from yekuo.rules.facts import Facts, Importance
from yekuo.rules.inspection import (
    CheckedItem,
    Defect,
    InspectionKind,
    Result,
    checklist,
    completion_kind,
    parse_checklists,
    problems,
    rectification_problems,
)

TABLE = tables.checklists()
DAY, LATER = date(2026, 11, 20), date(2026, 11, 27)
WANTED = checklist(InspectionKind.COMPLETION_HV, facts(), table=TABLE)


def items(**results: Result) -> tuple[CheckedItem, ...]:
    return tuple(CheckedItem(code=one.code, result=results.get(one.code, Result.OK), note="现场核对") for one in WANTED)


def defect(code: str = "Q1", **changed: Any) -> Defect:
    plain: dict[str, Any] = {"code": code, "item": "H05", "text": "缺少耐压试验报告", "deadline": LATER}
    return Defect(**plain | changed)


def fields(**changed: Any) -> set[str]:
    plain: dict[str, Any] = {"wanted": WANTED, "passed": True, "items": items(), "defects": (), "on": DAY}
    return {one.field for one in problems(**plain | changed)}


@pytest.mark.parametrize(
    ("kind", "about", "extra"),
    [
        (InspectionKind.COMPLETION_HV, facts(sources=2), "H15"),
        (InspectionKind.COMPLETION_HV, facts(importance=Importance.FIRST), "H16"),
        (InspectionKind.COMPLETION_HV, facts(special_load=True), "H17"),
        (InspectionKind.COMPLETION_LV, low(sources=2), "L07"),
        (InspectionKind.MID, facts(sources=2), "M07"),
        (InspectionKind.MID, facts(importance=Importance.TEMPORARY), "M08"),
        (InspectionKind.MID, facts(special_load=True), "M09"),
    ],
)
def test_the_list_grows_with_the_case(kind: InspectionKind, about: Facts, extra: str) -> None:
    plain = low() if kind is InspectionKind.COMPLETION_LV else facts()
    assert extra in {one.code for one in checklist(kind, about, table=TABLE)}
    assert extra not in {one.code for one in checklist(kind, plain, table=TABLE)}


def test_the_list_follows_the_voltage_and_every_item_names_its_clause() -> None:
    assert completion_kind(facts()) is InspectionKind.COMPLETION_HV
    assert completion_kind(low()) is InspectionKind.COMPLETION_LV
    assert all(one.clause.strip() and one.text.strip() for rows in TABLE.items.values() for one in rows)


def test_a_clean_pass_and_an_honest_failure_have_no_problem() -> None:
    assert fields() == set()
    assert fields(passed=False, items=items(H05=Result.FAILED), defects=(defect(),)) == set()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"items": items()[1:]}, "items.H01"),
        ({"items": (*items(), CheckedItem(code="H01", result=Result.OK))}, "items.H01"),
        ({"items": (*items(), CheckedItem(code="X9", result=Result.OK))}, "items.X9"),
        ({"items": (*items()[1:], CheckedItem(code="H01", result=Result.NOT_APPLICABLE))}, "items.H01"),
        ({"items": items(H05=Result.FAILED)}, "passed"),
        ({"passed": False, "items": items(H05=Result.FAILED)}, "items.H05"),
        ({"defects": (defect(),)}, "passed"),
        ({"open_defects": ("Q0",)}, "passed"),
        ({"passed": False}, "defects"),
        ({"passed": False, "defects": (defect(deadline=DAY),)}, "defects.Q1.deadline"),
        ({"passed": False, "defects": (defect(text=" "),)}, "defects.Q1.text"),
        ({"passed": False, "defects": (defect(), defect())}, "defects.Q1"),
    ],
)
def test_what_is_wrong_with_a_conclusion(changed: dict[str, object], field: str) -> None:
    assert field in fields(**changed)


def test_a_failure_may_rest_on_defects_still_open() -> None:
    assert fields(passed=False, open_defects=("Q0",)) == set()


@given(st.dictionaries(st.sampled_from([one.code for one in WANTED]), st.sampled_from(Result)))
def test_no_pass_ever_holds_a_failed_item(results: dict[str, Result]) -> None:
    found = fields(items=items(**results))
    assert ("passed" in found) == (Result.FAILED in results.values())


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ([("Q1", "已补试验"), ("Q2", "已封堵")], []),
        ([("Q1", "已补试验")], ["answers.Q2"]),
        ([("Q1", "已补试验"), ("Q2", " ")], ["answers.Q2"]),
        ([("Q1", "好"), ("Q2", "好"), ("Q3", "好")], ["answers.Q3"]),
        ([("Q1", "好"), ("Q1", "又好"), ("Q2", "好")], ["answers.Q1"]),
        ([], ["answers.Q1", "answers.Q2"]),
    ],
)
def test_every_open_defect_is_answered_once(answers: list[tuple[str, str]], wrong: list[str]) -> None:
    assert [one.field for one in rectification_problems(("Q1", "Q2"), answers)] == wrong


def test_a_list_with_a_repeated_code_is_refused() -> None:
    row = "[[{0}]]\ncode='A'\ntext='a'\nclause='c'\n"
    text = "".join(row.format(kind.value) for kind in InspectionKind)
    assert parse_checklists(text).items
    with pytest.raises(ValueError, match="重复"):
        parse_checklists(text + row.format("mid"))
    with pytest.raises(ValueError, match="为空"):
        parse_checklists(row.format("mid"))
