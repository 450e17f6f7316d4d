"""通知原文: the sentences as published give the days that are in force; what cannot be read is said."""

from datetime import date

import pytest

from yekuo.records.rulebooks import shipped_calendar
from yekuo.rules.notice_prose import looks_like_prose, read_prose
from yekuo.rules.refusal import Refused

Y2026 = """2026 年节假日安排（国办发明电〔2025〕7号）
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""


def test_the_sentences_of_2026_are_the_calendar_of_2026() -> None:
    notice = read_prose(Y2026)
    shipped = next(one for one in shipped_calendar().notices if one.year == 2026)
    assert (notice.year, notice.off, notice.make_up) == (2026, shipped.off, shipped.make_up)
    assert notice.papers == ("国办发明电〔2025〕7号",)
    assert dict(notice.names)[date(2026, 10, 1)] == "国庆节"


def test_new_year_may_begin_in_the_year_before() -> None:
    notice = read_prose("元旦：12月30日至1月1日放假，与周末连休。12月29日上班。", year=2019)
    assert notice.off == (date(2018, 12, 30), date(2018, 12, 31), date(2019, 1, 1))
    assert notice.make_up == (date(2018, 12, 29),)
    spelt = read_prose(
        "关于2019年部分节假日安排：\n一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日上班。"
    )
    assert (spelt.off, spelt.make_up) == (notice.off, notice.make_up)


def test_a_span_over_two_months_and_single_days() -> None:
    notice = read_prose("二、春节：1月31日至2月6日放假，共7天。1月29日、1月30日上班。", year=2022)
    assert (notice.off[0], notice.off[-1], len(notice.off)) == (date(2022, 1, 31), date(2022, 2, 6), 7)
    assert len(notice.make_up) == 2


@pytest.mark.parametrize(
    ("text", "year", "message"),
    [
        ("元旦：1月1日放假。", None, "哪一年"),
        ("2027年：大家好。", None, "没有读出"),
        ("元旦：2月30日放假。", 2027, "没有 2 月 30 日"),
        ("春节：2月9日至5日放假。", 2027, "起止"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, year: int | None, message: str) -> None:
    with pytest.raises(Refused, match=message):
        read_prose(text, year=year)


def test_prose_is_told_from_data() -> None:
    assert looks_like_prose(Y2026)
    assert not looks_like_prose('year = 2027\noff = ["2027年1月1日"] # 放假')
    assert not looks_like_prose('{"year": 2027, "note": "1月1日放假"}')


@pytest.mark.parametrize("endless", ["\n" * 150_000, " \n" * 90_000, "　" * 190_000, "（" * 190_000, "1月" * 90_000])
def test_a_text_of_blanks_or_crumbs_is_answered_and_not_chewed_on(endless: str) -> None:
    with pytest.raises(Refused):
        read_prose(f"放假月日{endless}元", year=2027)
