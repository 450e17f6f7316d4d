"""打印成品: every form of every class of customer is a PDF/A with its Chinese in it, says what the case says, and no more."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from tests.interfaces.desk_stage import RealCase, Stage
from tests.operations.told import CLASSES
from yekuo.operations.casefile import read_case
from yekuo.operations.prints import print_form, printable
from yekuo.rules.deeds.intake import IssueNotice
from yekuo.rules.names import CLASS_NAMES

ADDRESS = "https://power.example"
EVERYBODY = ["application", "receipt", "survey", "reply", "contract", "metering", "energise"]
EXPECTED = {
    "resident": EVERYBODY,
    "three_zero": EVERYBODY,
    "lv_other": EVERYBODY,
    "hv_single": [*EVERYBODY[:4], "completion", *EVERYBODY[4:]],
    "hv_multi": [*EVERYBODY[:4], "design", "mid", "completion", *EVERYBODY[4:]],
}
SAYS = {
    "application": ("申请人声明", "证件号码", "提供时点"), "receipt": ("个工作日", "赵经理", "12398"),
    "survey": ("申请值与核定值", "勘查意见"), "reply": ("产权分界点", "有效期至", "计量点", "客户意见"),
    "design": ("审查结论同意", "设计单位"), "mid": ("检查项目", "总体结论合格"), "completion": ("第1次报验", "总体结论合格"),
    "contract": ("违约责任", "供电方（甲方）", "第三十三条"), "metering": ("封印号", "起始示数", "采集终端资产号"),
    "energise": ("送电条件", "送电时间", "安全措施"),
}  # fmt: skip


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


def printed(case: RealCase, form: str, **more: Any) -> PdfReader:
    at = case.at + timedelta(days=1)
    made = print_form(number=case.number, form=form, by=case.hand, at=at, address=ADDRESS, **more)
    return PdfReader(BytesIO(made.pdf))


def text_of(reader: PdfReader) -> str:
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))


def fonts_of(reader: PdfReader) -> list[Any]:
    found: list[Any] = []
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            found.append(font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object())
    return found


@pytest.mark.parametrize("kind", list(CLASSES))
def test_every_form_is_a_pdf_a_that_says_what_the_case_says(stage: Stage, kind: str) -> None:
    case = stage.case(kind).filed().to("completed")
    file = read_case(number=case.number, by=case.hand, at=case.at)
    forms = printable(file)
    assert [one.key for one in forms] == EXPECTED[kind]
    assert file.state.facts is not None
    of_class = CLASS_NAMES[file.state.facts.customer_class]
    for form in forms:
        reader = printed(case, form.key)
        said = text_of(reader)
        _is_pdf_a(reader)
        for words in (*SAYS[form.key], case.number, f"{case.number}-{form.code}1", "西湖供电分公司", "第1页共"):
            assert words in said, (form.name, words)
        if form.key not in ("application", "contract"):
            assert of_class in said
        for private in (case.name, case.phone, "33010619900101", "91330106MA2B", f"文三路{case.serial}号"):
            assert private not in said, (form.name, private)


def _is_pdf_a(reader: PdfReader) -> None:
    root = reader.trailer["/Root"]
    meta = root["/Metadata"].get_data().decode()  # type: ignore[index]
    assert "<pdfaid:part>2</pdfaid:part>" in meta
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in meta
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"  # type: ignore[index]
    assert root["/MarkInfo"]["/Marked"].value is True  # type: ignore[index]
    assert str(root["/Lang"]).startswith("zh")  # type: ignore[index]
    assert "/Encrypt" not in reader.trailer
    fonts = fonts_of(reader)
    assert fonts
    assert all("/FontFile3" in one or "/FontFile2" in one for one in fonts), "every font travels with the file"
    assert all("/JavaScript" not in page and "/JS" not in page for page in reader.pages)


def test_a_whole_copy_names_the_customer_where_the_form_demands_it(stage: Stage) -> None:
    case = stage.case("hv_multi").filed().to("reply")
    case.step()
    said = text_of(printed(case, "reply", whole=True, reason="交客户签字"))
    assert case.name in said
    assert case.phone in said
    assert f"文三路{case.serial}号" in said
    assert "91330106MA2B" not in said, "the reply asks for no identity number"
    whole = text_of(printed(case, "application", whole=True, reason="交客户签字"))
    assert f"91330106MA2B{case.serial:06d}" in whole
    assert "本件含完整个人信息" in whole


def test_the_one_notice_lists_everything_missing_and_nothing_else(stage: Stage) -> None:
    case = stage.case("lv_other").filed(papers=())
    file = read_case(number=case.number, by=case.hand, at=case.at)
    missing = file.missing()
    assert len(missing) >= 2
    case.do(IssueNotice(missing=tuple(one.code for one in missing), remark="先补 *营业执照* #1"))
    said = text_of(printed(case, "notice"))
    for one in missing:
        assert re.sub(r"\s+", "", one.wording) in said
    assert "先补*营业执照*#1" in said
    others = {one.name for one in file.needed} - {one.name for one in missing}
    assert [name for name in others if name in said] == []


def test_a_failed_inspection_is_printed_as_an_order_to_rectify(stage: Stage) -> None:
    case = stage.case("hv_single").filed().to("completion_inspect")
    while not case.state.defects:
        case.step(good=False)
    said = text_of(printed(case, "rectify"))
    for defect in case.state.defects:
        assert re.sub(r"\s+", "", defect.text) in said
        assert f"{defect.deadline.year}年{defect.deadline.month}月{defect.deadline.day}日" in said
    assert "总体结论不合格" in text_of(printed(case, "completion"))
