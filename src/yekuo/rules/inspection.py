"""检查检验: checklists by clause, defects with a deadline, conclusions and rectification answers."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class InspectionKind(StrEnum):
    """检查类型: 中间检查, 高压竣工检验, 低压竣工检验."""

    MID = "mid"
    COMPLETION_HV = "completion_hv"
    COMPLETION_LV = "completion_lv"


class Verdict(StrEnum):
    """检查结论: 合格, 不合格需整改."""

    PASSED = "passed"
    RECTIFY = "rectify"


class Result(StrEnum):
    """检查结果: 合格, 不合格, 不涉及."""

    OK = "ok"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """检查项结果: the finding on one item of the checklist; `note` holds what was measured or why it does not apply."""

    item: str
    result: Result
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """缺陷: one thing to put right; `code` is unique within the case, `item` the checklist item, `photos` document ids."""

    code: str
    item: str
    text: str
    deadline: date
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectified:
    """整改答复: the customer's answer to one defect."""

    defect: str
    text: str
    done_on: date
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """检查意见: what the inspectors conclude in one visit; `defects` are the new and the still open ones."""

    kind: InspectionKind
    visit: int
    inspected_on: date
    verdict: Verdict
    results: tuple[ItemResult, ...]
    defects: tuple[Defect, ...] = ()
    inspectors: tuple[str, ...] = ()
    remarks: str = ""
