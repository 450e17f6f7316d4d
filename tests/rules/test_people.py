"""个人与单位信息: masks hide what they must, checks say in Chinese what is wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yekuo.rules.people import (
    credit_code_error,
    identity_error,
    landline_error,
    mask_address,
    mask_identity,
    mask_name,
    mask_organisation,
    mask_phone,
    mobile_error,
    name_error,
    phone_error,
)

DAY = date(2026, 11, 22)
WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DIGITS = st.text("0123456789", min_size=1, max_size=20)


def identity(head: str) -> str:
    total = sum(int(one) * weight for one, weight in zip(head, WEIGHTS, strict=True))
    check = next(n for n in range(11) if (total + n) % 11 == 1)
    return head + ("X" if check == 10 else str(check))


def credit(head: str) -> str:
    total = sum(LETTERS.index(one) * 3**place for place, one in enumerate(head))
    return head + next(one for n, one in enumerate(LETTERS) if (total + n) % 31 == 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("13812344483", ""),
        (" 138 1234 4483 ", ""),
        ("19912344483", ""),
        ("1381234448", "现在是 10 位"),
        ("12812344483", "13 至 19"),
        ("1381234448x", "只能是数字"),
        ("１３８１２３４４４８３", "只能是数字"),
        ("", "只能是数字"),
    ],
)
def test_mobile(text: str, said: str) -> None:
    assert (mobile_error(text) == "") == (said == "")
    assert said in mobile_error(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("阿依古丽·买买提", ""),
        ("江州（城关）3 号店", ""),
        ("  ", "请填写"),
        ("-", "按证件"),
        ("😀", "按证件"),
        ("王\u202e强", "看不见"),
    ],
)
def test_name(text: str, said: str) -> None:
    assert (name_error(text) == "") == (said == "")
    assert said in name_error(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("0571-87654321", True),
        ("010-62345678", True),
        ("057187654321", True),
        ("0571-87654321-8001", True),
        ("400-800-1234", True),
        ("87654321", False),
        ("0571-1234567", False),
        ("", False),
    ],
)
def test_landline(text: str, right: bool) -> None:
    assert (landline_error(text) == "") is right


def test_a_phone_is_either() -> None:
    assert phone_error("13812344483") == ""
    assert phone_error("0571-87654321") == ""
    assert "11 位" in phone_error("138")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("11010519491231002X", ""),
        ("11010519491231002x", ""),
        ("440524188001010014", "不合理"),
        ("110105194912310021", "校验位"),
        ("110105490123100", "15 位"),
        ("1101051949123100", "现在是 16 位"),
        ("990105194912310021", "地区"),
        (identity("11010520270230002"), "不存在"),
        (identity("11010520270101002"), "不合理"),
        ("11010519491231002A", "末位"),
        ("１1010519491231002X", "数字"),
    ],
)
def test_identity(text: str, said: str) -> None:
    assert (identity_error(text, on=DAY) == "") == (said == "")
    assert said in identity_error(text, on=DAY)


@given(
    st.sampled_from(["110105", "330106", "650102", "810000"]),
    st.dates(date(1900, 1, 1), DAY),
    st.integers(0, 999),
    st.integers(0, 16),
)
def test_one_wrong_digit_of_an_identity_is_noticed(region: str, born: date, order: int, place: int) -> None:
    right = identity(f"{region}{born:%Y%m%d}{order:03}")
    assert identity_error(right, on=DAY) == ""
    wrong = right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :]
    assert identity_error(wrong, on=DAY) != ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("91350100M000100Y43", ""),
        ("91350100m000100y43", ""),
        ("91350100M000100Y44", "校验位"),
        ("91350100M000100I43", "I、O、S、V、Z"),
        ("B1350100M000100Y43", "第一位"),
        ("913501A0M000100Y43", "行政区划"),
        ("913501", "现在是 6 位"),
        ("９1350100M000100Y43", "数字"),
    ],
)
def test_credit_code(text: str, said: str) -> None:
    assert (credit_code_error(text) == "") == (said == "")
    assert said in credit_code_error(text)


@given(st.integers(0, 10**6 - 1), st.text(LETTERS, min_size=9, max_size=9), st.integers(0, 16))
def test_one_wrong_character_of_a_credit_code_is_noticed(region: int, body: str, place: int) -> None:
    right = credit(f"91{region:06}{body}")
    assert credit_code_error(right) == ""
    wrong = right[:place] + LETTERS[(LETTERS.index(right[place]) + 1) % 31] + right[place + 1 :]
    assert credit_code_error(wrong) != ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [("13812344483", "138****4483"), ("0571-87654321", "0571-****4321"), ("057187654321", "0571-****4321"), ("", "")],
)
def test_mask_phone(text: str, shown: str) -> None:
    assert mask_phone(text) == shown


@given(DIGITS)
def test_no_phone_is_shown_whole(text: str) -> None:
    assert mask_phone(text) != text
    assert len(set(mask_phone(text))) >= 1


def test_mask_identity() -> None:
    assert mask_identity("330106199001011234") == "330106********1234"
    assert mask_identity("E12345678") == "E****8"
    assert mask_identity("A1") == "**"
    assert mask_identity("") == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [("张三", "张*"), ("张三丰", "张**"), ("欧阳修", "欧阳*"), ("欧阳", "欧*"), ("张", "*"), (" ", "")],
)
def test_mask_name(text: str, shown: str) -> None:
    assert mask_name(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("杭州西溪科技有限公司", "杭州****有限公司"), ("小吃店", "小****店"), ("店", "*"), ("", "")],
)
def test_mask_organisation(text: str, shown: str) -> None:
    assert mask_organisation(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("浙江省杭州市西湖区文三路478号3幢201室", "浙江省杭州市西湖区文三路****"),
        ("杭州市余杭区仓前街道海曙路1号", "杭州市余杭区仓前街道海曙路****"),
        ("高楼镇凤凰村3组12号", "高楼镇凤凰村****"),
        ("绿城花园5幢", "绿城花****"),
        ("", ""),
    ],
)
def test_mask_address(text: str, shown: str) -> None:
    assert mask_address(text) == shown


@given(st.text("省市区县路街村镇号幢室文三西湖0123456789", min_size=1, max_size=30))
def test_no_house_number_survives_the_mask(text: str) -> None:
    shown = mask_address(text)
    assert not any(one.isdigit() for one in shown)
    assert shown != text
