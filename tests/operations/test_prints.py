"""打印登记: one paper per content, whole copies only for a reason and on record, batches exactly as chosen, codes that vouch."""

import hashlib
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from tests.interfaces.desk_stage import RealCase, Stage
from tests.rules.cases import paper
from yekuo.integrations.typesetting import NotSet
from yekuo.operations import prints as operation
from yekuo.operations.casefile import NotFound, read_case
from yekuo.operations.people import erase
from yekuo.operations.prints import Made, check, choices, print_batch, print_form, printable_by_customer
from yekuo.operations.signin import customer_by_phone
from yekuo.records.models import Disclosure, Print, Printing
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.deeds.course import WithdrawApplication
from yekuo.rules.deeds.intake import IssueNotice, SupplyPapers
from yekuo.rules.deeds.oversight import IssueSheet
from yekuo.rules.prints.forms import FORMS
from yekuo.rules.refusal import Refused

ADDRESS = "https://power.example"
NAMES = [
    "用电申请单", "一次性告知书", "受理回执", "现场勘查单", "供电方案答复单", "设计审查意见单", "中间检查意见单", "整改通知单",
    "竣工检验意见单", "电能计量装接单", "新装(增容)送电单",
]  # fmt: skip


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


def printed(case: RealCase, form: str = "application", *, by: Actor | None = None, **more: Any) -> Made:
    at = case.at + timedelta(hours=more.pop("later", 1))
    return print_form(number=case.number, form=form, by=by or case.hand, at=at, address=ADDRESS, **more)


def test_the_catalogue_has_the_eleven_forms_by_their_names() -> None:
    names = [one.name for one in FORMS.values()]
    assert [one for one in names if one in NAMES] == NAMES
    assert len({one.code for one in FORMS.values()}) == len(FORMS)


def test_nothing_can_be_printed_before_it_is_so(stage: Stage) -> None:
    case = stage.case("hv_multi")
    for form in FORMS:
        with pytest.raises(Refused, match="现在还不能打印"):
            printed(case, form)
    case.filed()
    assert printed(case).numbers == (f"{case.number}-SQ1",)
    with pytest.raises(Refused, match="现在还不能打印受理回执"):
        printed(case, "receipt")
    with pytest.raises(NotFound):
        printed(case, "no_such_form")
    assert Print.objects.count() == 1


def test_the_same_content_is_the_same_paper_with_the_same_bytes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    case = stage.case().filed()
    first = printed(case)
    monkeypatch.setattr(operation, "_memory", type(operation._memory)())
    second = printed(case, later=48, by=stage.actor("clerk"))
    assert (second.pdf, second.sha256) == (first.pdf, first.sha256)
    assert hashlib.sha256(first.pdf).hexdigest() == first.sha256
    paper = Print.objects.get()
    assert (paper.form, paper.copy, paper.version, paper.seq) == ("application", "masked", 1, case.row.seq)
    assert paper.edition.startswith("2026-2 typst ")
    handed = list(Printing.objects.order_by("id").values_list("by", "sha256", "pages"))
    pages = len(PdfReader(BytesIO(first.pdf)).pages)
    assert handed == [(case.hand.person, first.sha256, pages), (stage.people["clerk"].pk, first.sha256, pages)]


def test_a_paper_that_cannot_be_set_is_refused_in_words_and_not_handed_out(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Jammed:
        edition = "typst 0"

        def set(self, *_: Any, **__: Any) -> bytes:
            raise NotSet("排版进程没有应答")

    case = stage.case().filed()
    monkeypatch.setattr(operation, "typesetter", Jammed)
    with pytest.raises(Refused, match="暂时排不了版"):
        printed(case)
    assert not Printing.objects.exists()


def test_what_happens_elsewhere_in_the_case_makes_no_new_version(stage: Stage) -> None:
    case = stage.case("lv_other").filed().to("survey")
    first = printed(case)
    case.step()
    assert printed(case, later=90).sha256 == first.sha256
    assert Print.objects.filter(form="application").count() == 1


def test_a_second_notice_is_a_second_version_and_the_code_of_the_first_says_so(stage: Stage) -> None:
    case = stage.case("lv_other").filed(papers=())
    codes = [one.code for one in read_case(number=case.number, by=case.hand, at=case.at).missing()]
    case.do(IssueNotice(missing=tuple(codes)))
    printed(case, "notice")
    token = Print.objects.get().token
    fresh = check(code=token, at=case.at)
    assert fresh is not None
    assert (fresh.newer, fresh.changed, fresh.version) == (False, False, 1)
    case.do(SupplyPapers(papers=(paper(codes[0]),)))
    case.do(IssueNotice(missing=tuple(codes[1:]), remark="补充说明"))
    moved = check(code=token, at=case.at)
    assert moved is not None
    assert (moved.newer, moved.changed) == (False, True)
    assert printed(case, "notice").numbers == (f"{case.number}-GZ2",)
    late = check(code=token, at=case.at)
    assert late is not None
    assert (late.newer, late.changed) == (True, True)


def test_a_whole_copy_needs_the_power_and_a_reason_and_leaves_a_row(stage: Stage) -> None:
    case = stage.case().filed()
    with pytest.raises(Refused, match="写明理由") as refused:
        printed(case, whole=True, reason="嗯")
    assert refused.value.problems[0].field == "reason"
    with pytest.raises(Refused, match="没有“查看完整个人信息”的权限"):
        printed(case, whole=True, reason="交客户签字", by=stage.actor("analyst"))
    assert (Print.objects.count(), Disclosure.objects.count()) == (0, 0)
    made = printed(case, whole=True, reason="交客户签字")
    assert made.numbers == (f"{case.number}-SQ1Q",)
    rows = list(Disclosure.objects.order_by("id").values_list("kind", "subject", "case", "by", "reason"))
    reason = f"打印用电申请单（{case.number}-SQ1Q）：交客户签字"
    assert rows == [("printed", one, case.id, case.hand.person, reason) for one in ("person", "site")]
    assert Printing.objects.get().reason == "交客户签字"
    printed(case)
    assert Disclosure.objects.count() == 2, "a masked paper tells nobody anything"


def test_whole_copies_have_a_daily_bound(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    case = stage.case().filed()
    monkeypatch.setattr(operation, "WHOLE_A_DAY", 1)
    printed(case, whole=True, reason="交客户签字")
    with pytest.raises(Refused, match="一天内最多打印 1 份完整件"):
        printed(case, whole=True, reason="交客户签字", later=2)
    assert printed(case, whole=True, reason="交客户签字", later=26).numbers


def test_a_paper_in_full_is_kept_nowhere(stage: Stage) -> None:
    case = stage.case().filed()
    made = printed(case, whole=True, reason="交客户签字")
    assert made.pdf not in operation._memory.values()
    assert printed(case).pdf in operation._memory.values()


def test_an_erased_applicant_is_printed_as_erased(stage: Stage) -> None:
    case = stage.case().filed()
    printed(case, whole=True, reason="交客户签字")
    case.do(WithdrawApplication(reason="客户不办了"))
    chief = Actor(kind=ActorKind.STAFF, person=1, unit=stage.city.pk, roles=("administrator",))
    erase(person=case.state.applicant, reason="客户要求删除", by=chief, at=case.at)
    made = printed(case, whole=True, reason="归档备查")
    said = "".join(page.extract_text() for page in PdfReader(BytesIO(made.pdf)).pages)
    assert "（已删除）" in said
    assert case.phone not in said


def test_a_foreigner_prints_nothing(stage: Stage) -> None:
    case = stage.case().filed()
    with pytest.raises(NotFound):
        printed(case, by=stage.actor("foreigner"))
    with pytest.raises(NotFound):
        print_batch(wanted=[(case.number, "application")], by=stage.actor("foreigner"), at=case.at, address=ADDRESS)
    with pytest.raises(Refused, match="不在您的单位范围内"):
        choices(numbers=[case.number], by=stage.actor("foreigner"))
    assert Print.objects.count() == 0


def test_a_customer_gets_their_own_papers_masked_and_no_others(stage: Stage) -> None:
    case = stage.case("lv_other").filed().to("completed")
    customer = customer_by_phone(case.phone, at=case.at)
    file = read_case(number=case.number, by=customer, at=case.at)
    assert [one.key for one in printable_by_customer(file)] == ["receipt", "reply", "energise"]
    made = printed(case, "receipt", by=customer)
    assert "客户自助" in "".join(page.extract_text() for page in PdfReader(BytesIO(made.pdf)).pages)
    for form in ("survey", "metering", "contract"):
        with pytest.raises(Refused):
            printed(case, form, by=customer)
    with pytest.raises(Refused):
        printed(case, "receipt", by=customer, whole=True, reason="我自己的")
    stranger = customer_by_phone("13911112222", at=case.at)
    with pytest.raises(NotFound):
        printed(case, "receipt", by=stranger)


def test_a_batch_prints_exactly_what_was_chosen_in_one_file(stage: Stage) -> None:
    cases = [stage.case(kind).filed() for kind in ("resident", "lv_other", "hv_single")]
    for case in cases[:2]:
        case.to("survey")
    wanted = [(cases[1].number, "receipt"), (cases[0].number, "application"), (cases[1].number, "application")]
    made = print_batch(wanted=wanted, by=cases[0].hand, at=cases[0].at + timedelta(days=9), address=ADDRESS)
    assert made.numbers == (f"{cases[1].number}-HZ1", f"{cases[0].number}-SQ1", f"{cases[1].number}-SQ1")
    reader = PdfReader(BytesIO(made.pdf))
    said = re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))
    assert [said.count(f"编号：{number}") for number in made.numbers] == [1, 1, 1]
    assert cases[2].number not in said
    assert "<pdfaid:part>2</pdfaid:part>" in reader.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]
    rows = list(Printing.objects.values_list("batch", "sha256"))
    assert len(rows) == 3
    assert {sha for _, sha in rows} == {made.sha256}
    assert len({batch for batch, _ in rows}) == 1


def test_a_batch_with_one_wrong_wish_prints_nothing_at_all(stage: Stage) -> None:
    case = stage.case().filed()
    good = (case.number, "application")
    for wanted in ([good, (case.number, "energise")], [good, good], [], [good] * 101):
        with pytest.raises(Refused):
            print_batch(wanted=wanted, by=case.hand, at=case.at, address=ADDRESS)
    with pytest.raises(NotFound):
        print_batch(wanted=[good, ("YK2026039999999", "application")], by=case.hand, at=case.at, address=ADDRESS)
    assert (Print.objects.count(), Printing.objects.count()) == (0, 0)


def test_the_choices_of_a_batch_are_what_each_case_has_come_to(stage: Stage, django_assert_num_queries: Any) -> None:
    cases = [stage.case().filed() for _ in range(4)]
    cases[2].to("survey")
    by = cases[0].hand
    numbers = [one.number for one in cases]
    with django_assert_num_queries(6, exact=False):
        found = choices(numbers=numbers[:2], by=by)
    with django_assert_num_queries(6, exact=False):
        found = choices(numbers=numbers, by=by)
    assert [one.number for one in found] == numbers
    assert [[form.key for form in one.forms] for one in found] == [
        ["application"], ["application"], ["application", "receipt", "contract"], ["application"],
    ]  # fmt: skip


def test_a_code_vouches_for_its_paper_and_says_nothing_private(stage: Stage) -> None:
    case = stage.case().filed()
    made = printed(case, whole=True, reason="交客户签字")
    token = Print.objects.get().token
    for typed in (token, token.lower(), operation.spaced(token), f" {token} "):
        found = check(code=typed, at=case.at)
        assert found is not None
        assert (found.number, found.case, found.form, found.whole) == (made.numbers[0], case.number, "用电申请单", True)
    assert found is not None
    assert found.digests == (made.sha256,)
    assert case.name not in str(found)
    assert case.phone not in str(found)
    assert len(token) == 20
    wrong = ("A" if token[0] != "A" else "B") + token[1:]
    for none in (wrong, token[:-1], token + "A", "", "\x00" * 20, "一" * 20):
        assert check(code=none, at=case.at) is None


def test_the_newest_supervision_sheet_is_printed_with_its_steps(stage: Stage) -> None:
    case = stage.case("lv_other").filed().to("survey")
    supervisor = stage.actor("supervisor")
    deed = IssueSheet(
        reason="other", text="勘查超过预约时间，请说明。", role="manager", reply_by=case.at + timedelta(days=3)
    )
    case.do(deed, by=supervisor)
    made = printed(case, "supervision")
    said = re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(BytesIO(made.pdf)).pages))
    for words in ("督办单", "勘查超过预约时间，请说明。", "蒋督导", "客户经理", "尚未签收"):
        assert words in said
    assert re.search(r"督办单编号\w*DB\d+|DB\d{8,}", said)
    with pytest.raises(Refused, match="没有完整件"):
        printed(case, "supervision", whole=True, reason="交客户签字")
