"""检查检验: checklists by clause, defects with a deadline, conclusions and answers to defects."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from yekuo.rules.facts import Facts
from yekuo.rules.refusal import Problem
from yekuo.rules.when import ALWAYS, When, when_of


class InspectionKind(StrEnum):
    """检查类型: 中间检查, 高压竣工检验, 低压竣工检验."""

    MID = "mid"
    COMPLETION_HV = "completion_hv"
    COMPLETION_LV = "completion_lv"


class Result(StrEnum):
    """检查结果: 合格, 不合格, 不涉及."""

    OK = "ok"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


class Severity(StrEnum):
    """缺陷等级: 一般, 严重, 危急."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


SEVERITY_NAMES: Mapping[Severity, str] = {
    Severity.MINOR: "一般",
    Severity.MAJOR: "严重",
    Severity.CRITICAL: "危急",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedItem:
    """检查项结果: the finding on one item of the checklist; `note` holds what was measured or why it does not apply."""

    code: str
    result: Result
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """缺陷: one thing to put right; `code` is unique within the case, `item` a checklist item, `photos` file keys."""

    code: str
    item: str = ""
    text: str
    deadline: date
    photos: tuple[int, ...] = ()
    severity: Severity = Severity.MINOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """检查项: one line of a checklist; `clause` names where the requirement comes from."""

    code: str
    text: str
    clause: str
    when: When = ALWAYS
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklists:
    """检查表: the items of every kind of inspection, in the order they are looked at on site.

    `longest` are the calendar days a defect of each severity may take to be put right.
    """

    items: Mapping[InspectionKind, tuple[Item, ...]]
    longest: Mapping[Severity, int] = field(default_factory=dict)


def parse_checklists(text: str) -> Checklists:
    """This function will read the checklists from TOML; ValueError when a code occurs twice in one list."""
    data = tomllib.loads(text)
    lists = {kind: tuple(_item(row) for row in data.get(kind.value, ())) for kind in InspectionKind}
    for kind, items in lists.items():
        codes = [item.code for item in items]
        if not codes or len(set(codes)) != len(codes):
            raise ValueError(f"检查表 {kind.value} 为空或有重复编号")
    longest = {Severity(row["key"]): int(row["days"]) for row in data.get("severity", ())}
    return Checklists(items=lists, longest=longest)


def _item(row: dict[str, Any]) -> Item:
    fields = dict(row)
    when = when_of(fields.pop("when", {}))
    return Item(when=when, **fields)


def completion_kind(facts: Facts) -> InspectionKind:
    """This function will choose the completion checklist by voltage."""
    return InspectionKind.COMPLETION_HV if facts.high_voltage else InspectionKind.COMPLETION_LV


def checklist(kind: InspectionKind, facts: Facts, *, table: Checklists) -> tuple[Item, ...]:
    """This function will list the items to look at in this case."""
    return tuple(item for item in table.items[kind] if item.when.matches(facts))


def problems(
    *,
    wanted: Iterable[Item],
    known: Iterable[Item] = (),
    longest: Mapping[Severity, int] | None = None,
    passed: bool,
    items: tuple[CheckedItem, ...],
    defects: tuple[Defect, ...],
    open_defects: Iterable[str] = (),
    on: date,
) -> tuple[Problem, ...]:
    """This function will say what is wrong with a conclusion reached on day `on`.

    `wanted` is what has to be looked at, `known` what may be looked at besides, `longest` the days per severity,
    `open_defects` the codes of earlier defects not yet found rectified.
    """
    needed = {item.code: item.text for item in wanted}
    found = [*_item_problems(needed, needed | {item.code: item.text for item in known}, items)]
    found += _defect_problems(items, defects, on)
    found += _late_deadlines(defects, longest or {}, on)
    found += _verdict_problems(passed, items, defects, tuple(open_defects))
    return tuple(found)


def _late_deadlines(defects: tuple[Defect, ...], longest: Mapping[Severity, int], on: date) -> list[Problem]:
    return [
        Problem(
            f"defects.{one.code}.deadline",
            f"缺陷 {one.code} 是{SEVERITY_NAMES[one.severity]}缺陷，整改期限最长 {longest[one.severity]} 天",
        )
        for one in defects
        if one.severity in longest and one.deadline > on + timedelta(days=longest[one.severity])
    ]


def _item_problems(
    wanted: Mapping[str, str], known: Mapping[str, str], items: tuple[CheckedItem, ...]
) -> list[Problem]:
    done = [item.code for item in items]
    found = [
        Problem(f"items.{code}", f"检查项“{text}”没有填写结果") for code, text in wanted.items() if code not in done
    ]
    for item in items:
        if item.code not in known:
            found.append(Problem(f"items.{item.code}", f"检查项 {item.code} 不在本次检查表中"))
        elif item.result is Result.NOT_APPLICABLE and not item.note.strip():
            found.append(Problem(f"items.{item.code}", f"检查项“{known[item.code]}”填为不涉及，请写明原因"))
    found += [Problem(f"items.{code}", f"检查项 {code} 填写了两次") for code in sorted(_twice(done))]
    return found


def _defect_problems(items: tuple[CheckedItem, ...], defects: tuple[Defect, ...], on: date) -> list[Problem]:
    found = []
    for defect in defects:
        if not defect.text.strip():
            found.append(Problem(f"defects.{defect.code}.text", f"缺陷 {defect.code} 没有写明内容"))
        if defect.deadline <= on:
            found.append(Problem(f"defects.{defect.code}.deadline", f"缺陷 {defect.code} 的整改期限应在检查日之后"))
    found += [
        Problem(f"defects.{code}", f"缺陷编号 {code} 重复") for code in sorted(_twice([one.code for one in defects]))
    ]
    named = {defect.item for defect in defects}
    for item in items:
        if item.result is Result.FAILED and item.code not in named:
            found.append(Problem(f"items.{item.code}", f"检查项 {item.code} 不合格，请登记缺陷和整改期限"))
    return found


def _verdict_problems(
    passed: bool, items: tuple[CheckedItem, ...], defects: tuple[Defect, ...], still_open: tuple[str, ...]
) -> list[Problem]:
    failed = any(item.result is Result.FAILED for item in items)
    if passed and (failed or defects):
        return [Problem("passed", "有不合格项或缺陷时不能下“合格”结论")]
    if passed and still_open:
        return [Problem("passed", f"还有未复验合格的缺陷：{'、'.join(still_open)}，不能下“合格”结论")]
    if not passed and not defects and not still_open:
        return [Problem("defects", "结论为不合格时，至少登记一项缺陷，让客户知道要改什么")]
    return []


def rectification_problems(open_defects: Iterable[str], answers: Iterable[tuple[str, str]]) -> tuple[Problem, ...]:
    """This function will say which open defects lack an answer; `answers` pair a defect code with what was done."""
    given = list(answers)
    todo = tuple(open_defects)
    said = {code for code, done in given if done.strip()}
    found = [Problem(f"answers.{code}", f"缺陷 {code} 还没有整改说明") for code in todo if code not in said]
    found += [Problem(f"answers.{code}", f"缺陷 {code} 不是待整改的缺陷") for code, _ in given if code not in todo]
    found += [
        Problem(f"answers.{code}", f"缺陷 {code} 答复了两次") for code in sorted(_twice([one for one, _ in given]))
    ]
    return tuple(found)


def _twice(codes: list[str]) -> set[str]:
    return {code for code in codes if codes.count(code) > 1}
