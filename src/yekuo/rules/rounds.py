"""检查轮次: what each round found, what the next one has to look at, materials sampled, and defects first found at the end."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yekuo.rules.inspection import CheckedItem, Defect, InspectionKind, Item, Result
from yekuo.rules.refusal import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """检查轮次: the results of one inspection; `looked` are (item, result) pairs."""

    kind: InspectionKind
    on: date
    passed: bool
    looked: tuple[tuple[str, Result], ...]
    defects: tuple[str, ...] = ()


class SampleResult(StrEnum):
    """抽检结果: passed, failed, or still at the laboratory."""

    OK = "ok"
    FAILED = "failed"
    PENDING = "pending"


SAMPLE_NAMES: Mapping[SampleResult, str] = {
    SampleResult.OK: "合格",
    SampleResult.FAILED: "不合格",
    SampleResult.PENDING: "待结果",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """材料抽检: some pieces of one material of one maker, and what the test said."""

    item: str
    maker: str
    model: str
    quantity: int
    result: SampleResult
    certificate: str
    on: date


def round_of(
    kind: InspectionKind, on: date, *, passed: bool, items: Iterable[CheckedItem], defects: Iterable[Defect]
) -> Round:
    """This function will keep of a conclusion what the next round has to know."""
    return Round(
        kind=kind, on=on, passed=passed, looked=tuple((one.code, one.result) for one in items),
        defects=tuple(one.code for one in defects),
    )  # fmt: skip


def required(wanted: tuple[Item, ...], rounds: Iterable[Round], *, changed: Collection[str] = ()) -> tuple[Item, ...]:
    """This function will list the items a round has to look at: all at first, later what is not settled or was changed.

    An item is settled when the latest look at it since the last pass of this kind found it in order or not applicable.
    """
    kind_rounds = _since_pass(wanted, rounds)
    if not kind_rounds:
        return wanted
    latest = {code: result for one in kind_rounds for code, result in one.looked}
    settled = {code for code, result in latest.items() if result is not Result.FAILED} - set(changed)
    left = tuple(item for item in wanted if item.code not in settled)
    return left or wanted


def _since_pass(wanted: tuple[Item, ...], rounds: Iterable[Round]) -> list[Round]:
    codes = {item.code for item in wanted}
    found: list[Round] = []
    for one in rounds:
        if not codes & {code for code, _ in one.looked}:
            continue
        found = [] if one.passed else [*found, one]
    return found


def first_found_late(rounds: Iterable[Round]) -> tuple[str, ...]:
    """This function will list the defects found at completion in works nobody had inspected before (RULEBASE 8.15)."""
    late: list[str] = []
    for one in rounds:
        if one.kind is InspectionKind.MID:
            return ()
        late += one.defects
    return tuple(late)


def failed_samples(samples: Iterable[Sample]) -> tuple[str, ...]:
    """This function will name the materials whose latest test failed."""
    latest = {(one.item, one.maker): one for one in samples if one.result is not SampleResult.PENDING}
    return tuple(one.item for one in latest.values() if one.result is SampleResult.FAILED)


def sample_problems(
    *, item: str, maker: str, quantity: int, result: SampleResult, certificate: str, note: str
) -> tuple[Problem, ...]:  # fmt: skip
    """This function will say what is missing of a sample."""
    found = [
        Problem(field, message)
        for field, wrong, message in (
            ("item", not item.strip(), "请填写抽检的材料"),
            ("maker", not maker.strip(), "请填写生产厂家"),
            ("quantity", quantity < 1, "抽检数量至少为 1"),
            (
                "certificate",
                result is not SampleResult.PENDING and not certificate.strip(),
                "请填写检验报告或合格证编号",
            ),
            ("note", result is SampleResult.FAILED and not note.strip(), "不合格的请写明不合格项目和处理意见"),
        )
        if wrong
    ]
    return tuple(found)
