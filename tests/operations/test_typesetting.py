"""排版: nothing typed is read as markup, nothing that cannot be drawn is lost without a word, the same data give the same bytes."""

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from yekuo.integrations import typesetting
from yekuo.integrations.typesetting import Laid, NotSet, typesetter
from yekuo.integrations.typesetting.press import Press
from yekuo.integrations.typesetting.rare import Rare
from yekuo.rules.prints.sheet import Cells, Grid, Sheet, Sign, Signs, Words, cell

AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
MARKUP = (
    '#let x = 1', "*粗* _斜_ `码`", "[方括号] {花括号}", '反斜杠 \\ 引号 " \' $数学$', "@提到 <标签> // 注释 /* 块 */",
    "= 标题", "- 列表", "+ 编号", "#panic(\"no\")", "https://a.example/#x", "~不断行 -- --- ...", "\\u{4e00}", "#sys.inputs.data",
)  # fmt: skip


def sheet(*values: str) -> Sheet:
    return Sheet(
        form="x", title="受理回执", number="YK2026110000001", company="钱江供电公司", unit="西湖供电分公司",
        blocks=(
            Cells(cells=tuple(cell("户名", one, wide=True) for one in values)),
            Grid(title="明细", head=("序号", "内容"), widths=(1, 9), rows=tuple((str(n), one) for n, one in enumerate(values))),
            Words(title="说明", lines=values, boxed=True), Signs(columns=(Sign(who="客户（签字）", lines=("日期",)),)),
        ),
    )  # fmt: skip


def laid(one: Sheet, number: str = "N1") -> Laid:
    qr = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h2v2z"/></svg>'
    return Laid(
        sheet=one.plain(),
        number=number,
        code="ABCD",
        address="https://a.example/v/x/",
        qr=qr,
        foot="第 1 版",
        note="注",
    )


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def set_(*papers: Laid) -> bytes:
    return typesetter().set(papers, title="试印", author="甲", at=AT)


@pytest.mark.parametrize("typed", MARKUP)
def test_what_was_typed_is_printed_and_never_read_as_markup(typed: str) -> None:
    assert text_of(set_(laid(sheet(typed)))).count(re.sub(r"\s+", "", typed)) == 3


def test_a_rare_character_leaves_a_mark_and_a_note() -> None:
    said = text_of(set_(laid(sheet("𠮷田😀", "䶮㙟龘"))))
    assert said.count("〓[1]田〓[2]") == 3
    assert "[1]U+20BB7，GB18030编码9534B235" in said
    assert "[2]U+1F600" in said
    assert said.count("䶮㙟龘") == 3


def test_without_rare_characters_there_is_no_note() -> None:
    assert "字库未收" not in text_of(set_(laid(sheet("张三"))))


def test_a_very_long_address_is_printed_to_its_end() -> None:
    long = "".join(f"第{n}弄" for n in range(400))
    assert text_of(set_(laid(sheet(long)))).count(long) >= 1


def test_the_same_data_give_the_same_bytes_and_others_do_not() -> None:
    assert set_(laid(sheet("甲"))) == set_(laid(sheet("甲")))
    assert set_(laid(sheet("甲"))) != set_(laid(sheet("乙")))


def test_each_paper_of_a_batch_counts_its_own_pages() -> None:
    long = sheet(*[f"第{n}行" for n in range(40)])
    pages = [
        re.sub(r"\s+", "", one.extract_text())
        for one in PdfReader(BytesIO(set_(laid(sheet("短")), laid(long, "N2")))).pages
    ]
    assert "第1页共1页" in pages[0]
    assert f"第1页共{len(pages) - 1}页" in pages[1]
    assert f"第{len(pages) - 1}页共{len(pages) - 1}页" in pages[-1]
    assert all("受理回执（续）" in one for one in pages[2:])


def test_a_press_that_died_is_started_again() -> None:
    press = Press(*_tools())
    try:
        first = press.set(DATA, moment=1)
        press._child.kill()  # type: ignore[union-attr]
        assert press.set(DATA, moment=1) == first
        with pytest.raises(NotSet, match="sheet"):
            press.set('{"papers": [{"not-a-form": 1}], "title": "x", "author": "y"}', moment=1)
        assert press.set(DATA, moment=1) == first, "a paper that cannot be set spoils no other"
    finally:
        press.close()
    broken = Press(_tools()[0].with_name("nowhere.typ"), _tools()[1])
    with pytest.raises(NotSet):
        broken.set(DATA, moment=1)
    broken.close()


DATA = '{"papers": [], "title": "x", "author": "y"}'


def _tools() -> tuple[Path, Path]:
    import pylopdf_fonts_zh_cn

    return Path(typesetting.__file__).parent / "form.typ", Path(pylopdf_fonts_zh_cn.sans_path()).parent


VISIBLE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp")), max_size=40)


@given(VISIBLE)
@settings(max_examples=300)
def test_nothing_visible_is_ever_lost(typed: str) -> None:
    known = frozenset("张三李四〓[]0123456789")
    rare = Rare(lambda char: char in known)
    shown = rare.text(typed)
    assert set(shown) <= known
    marks = re.findall(r"〓\[\d+\]", shown)
    assert (
        len(marks) + len(re.sub(r"〓\[\d+\]", "", shown))
        >= len(set(typed) - {chr(n) for n in range(0xFE00, 0xFE10)})
        > 0
        or not shown
    )
