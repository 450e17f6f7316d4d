"""检查轮次: the next round looks at what is not settled; deadlines by severity; samples; defects first found at the end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.cases import BOOKS, CLASSES, Walk, cast
from yekuo.records import tables
from yekuo.rules.deeds.inspection import ConcludeCompletionInspection, Rectified, ReportRectified, SampleMaterial
from yekuo.rules.inspection import CheckedItem, Defect, InspectionKind, Item, Result, Severity, checklist, problems
from yekuo.rules.refusal import Refused
from yekuo.rules.rehearsal import rehearse
from yekuo.rules.rounds import Round, SampleResult, failed_samples, first_found_late, required

TABLE = tables.checklists()
HV = InspectionKind.COMPLETION_HV
WANTED = checklist(HV, CLASSES["hv_single"], table=TABLE)
CODES = [item.code for item in WANTED]
DAY = date(2026, 11, 20)


def round_with(results: dict[str, Result], *, passed: bool = False, kind: InspectionKind = HV) -> Round:
    return Round(kind=kind, on=DAY, passed=passed, looked=tuple(results.items()), defects=("Q1",))


def codes(items: tuple[Item, ...]) -> list[str]:
    return [item.code for item in items]


def test_the_first_round_looks_at_everything_the_second_at_what_failed_and_what_was_changed() -> None:
    first = round_with({code: Result.FAILED if code == "H05" else Result.OK for code in CODES})
    assert codes(required(WANTED, ())) == CODES
    assert codes(required(WANTED, (first,))) == ["H05"]
    assert codes(required(WANTED, (first,), changed=("H02",))) == ["H02", "H05"]
    second = round_with({"H05": Result.OK}, passed=True)
    assert codes(required(WANTED, (first, second))) == CODES, "a new request after a pass starts afresh"


FEW = CODES[:5]


@given(st.lists(st.lists(st.sampled_from(Result), min_size=5, max_size=5), max_size=3))
def test_nothing_unsettled_is_ever_left_out(rounds: list[list[Result]]) -> None:
    told = [dict(zip(FEW, one, strict=True)) for one in rounds]
    found = codes(required(WANTED, tuple(round_with(one) for one in told)))
    latest = {code: result for one in told for code, result in one.items()}
    for code in CODES:
        if latest.get(code) in (None, Result.FAILED):
            assert code in found


def test_a_round_of_another_inspection_settles_nothing() -> None:
    mid = round_with({"M01": Result.OK}, kind=InspectionKind.MID)
    assert codes(required(WANTED, (mid,))) == CODES


@pytest.mark.parametrize(
    ("severity", "days", "refused"),
    [
        (Severity.CRITICAL, 3, False),
        (Severity.CRITICAL, 4, True),
        (Severity.MAJOR, 15, False),
        (Severity.MAJOR, 16, True),
        (Severity.MINOR, 30, False),
        (Severity.MINOR, 31, True),
    ],
)
def test_the_worse_a_defect_the_sooner_it_is_due(severity: Severity, days: int, refused: bool) -> None:
    one = Defect(code="Q1", item="H05", text="缺报告", deadline=DAY + timedelta(days=days), severity=severity)
    items = tuple(CheckedItem(code=code, result=Result.FAILED if code == "H05" else Result.OK) for code in CODES)
    found = problems(wanted=WANTED, passed=False, items=items, defects=(one,), longest=TABLE.longest, on=DAY)
    assert bool(found) == refused


def inspected_badly() -> Walk:
    walk = Walk().file(CLASSES["hv_single"]).to("completion_inspect")
    walk.step(good=False)
    return walk


def test_a_repeat_looks_only_at_what_failed_and_the_engine_holds_it_to_that() -> None:
    walk = inspected_badly()
    bad = walk.state.defects[0]
    walk.do(ReportRectified(answers=(Rectified(code=bad.code, done="已改"),), changed=("H03",)))
    walk.to("completion_inspect")
    short = (CheckedItem(code=bad.item, result=Result.OK),)
    with pytest.raises(Refused, match="没有填写结果"):
        walk.do(ConcludeCompletionInspection(passed=True, items=short))
    both = (*short, CheckedItem(code="H03", result=Result.OK))
    walk.do(ConcludeCompletionInspection(passed=True, items=both))
    assert walk.state.completion_passed
    assert [len(one.looked) for one in walk.state.rounds] == [len(WANTED), 2]


def test_defects_found_at_completion_are_late_only_without_an_inspection_before() -> None:
    assert first_found_late(inspected_badly().state.rounds) == ("Q1",)
    mid = round_with({"M01": Result.OK}, passed=True, kind=InspectionKind.MID)
    assert first_found_late((mid, round_with({"H05": Result.FAILED}))) == ()
    assert first_found_late((round_with({"H05": Result.OK}, passed=True),)) == ("Q1",)
    assert first_found_late(()) == ()


def sample(result: SampleResult, item: str = "电力电缆") -> SampleMaterial:
    return SampleMaterial(
        item=item, maker="江州电缆厂", quantity=2, result=result, certificate="JC-1", note="绝缘厚度不足"
    )


def test_a_failed_sample_holds_the_conclusion_until_a_later_one_is_in_order() -> None:
    walk = Walk().file(CLASSES["hv_single"]).to("completion_inspect")
    walk.do(sample(SampleResult.FAILED))
    assert failed_samples(walk.state.samples) == ("电力电缆",)
    with pytest.raises(Refused, match="材料抽检不合格"):
        walk.step()
    walk.do(sample(SampleResult.PENDING))
    assert failed_samples(walk.state.samples) == ("电力电缆",)
    walk.do(sample(SampleResult.OK))
    walk.step()
    assert walk.state.completion_passed


def test_a_sample_needs_its_certificate_and_its_time() -> None:
    walk = Walk().file(CLASSES["hv_single"]).to("works")
    with pytest.raises(Refused, match="编号"):
        walk.do(replace(sample(SampleResult.OK), certificate=" "))
    with pytest.raises(Refused, match="至少为 1"):
        walk.do(replace(sample(SampleResult.PENDING), quantity=0))
    early = Walk().file(CLASSES["hv_single"]).to("survey")
    with pytest.raises(Refused, match="才抽检"):
        early.do(rehearse(cast(books=BOOKS), "sample_material", early.state, early.at))
