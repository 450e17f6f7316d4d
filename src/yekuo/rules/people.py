"""个人与单位信息: masks for showing, and checks of phone, identity and organisation numbers with Chinese messages."""

import re
import unicodedata
from datetime import date

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))-?([2-9]\d{6,7})(?:-(\d{1,6}))?")
_SERVICE = re.compile(r"(400|800)-?\d{3}-?\d{4}")
_IDENTITY = re.compile(r"\d{17}[\dX]")
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")

_PLACES = re.compile(r"[省市区县旗镇乡村路街道巷弄]")

_REGIONS = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_DEPARTMENTS = "123456789ANY"
_COMPOUND = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 夏侯 端木 长孙 宇文 司徒 轩辕 澹台 闻人"
_COMPOUND_SURNAMES = tuple(_COMPOUND.split())


def mobile_error(text: str) -> str:
    """This function will say in Chinese what is wrong with a mobile number, '' when nothing is."""
    value = _plain(text)
    if not value.isascii() or not value.isdigit():
        return "手机号只能是数字"
    if len(value) != 11:
        return f"手机号应为 11 位，现在是 {len(value)} 位"
    return "" if _MOBILE.fullmatch(value) else "手机号应以 13 至 19 开头，请核对"


def landline_error(text: str) -> str:
    """This function will say what is wrong with a landline number with area code, '' when nothing is."""
    value = _plain(text, keep="-")
    if _LANDLINE.fullmatch(value) or _SERVICE.fullmatch(value):
        return ""
    return "固定电话应带区号，如 0571-87654321"


def phone_error(text: str) -> str:
    """This function will check a number that may be a mobile or a landline one."""
    value = _plain(text, keep="-")
    return mobile_error(value) if value[:1] == "1" else landline_error(value)


def name_error(text: str) -> str:
    """This function will say what is wrong with a name of a person or an organisation, '' when nothing is."""
    if not text.strip():
        return "请填写姓名或单位名称"
    if any(unicodedata.category(one) in ("Cc", "Cf") for one in text):
        return "名称里有看不见的字符，请删掉重新填写"
    return "" if any(one.isalpha() for one in text) else "请按证件填写名称"


def identity_error(text: str, *, on: date) -> str:
    """This function will check a resident ID number (GB 11643): region, date of birth up to day `on`, check digit."""
    value = _plain(text).upper()
    if len(value) == 15 and value.isascii() and value.isdigit():
        return "15 位的一代身份证已停用，请填 18 位号码"
    if len(value) != 18:
        return f"身份证号应为 18 位，现在是 {len(value)} 位"
    if not (value.isascii() and _IDENTITY.fullmatch(value)):
        return "身份证号前 17 位应为数字，末位为数字或 X"
    if value[:2] not in _REGIONS:
        return "身份证号前两位不是有效的地区代码"
    return _birth_error(value[6:14], on) or _identity_check_error(value)


def _birth_error(digits: str, on: date) -> str:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return "身份证号中的出生日期不存在"
    return "" if date(1900, 1, 1) <= born <= on else "身份证号中的出生日期不合理"


def _identity_check_error(value: str) -> str:
    return "" if identity_check_digit(value[:17]) == value[17] else "身份证号校验位不对，请核对是否输错"


def identity_check_digit(seventeen: str) -> str:
    """This function will compute the last character of a resident identity number (GB 11643) from the first seventeen."""
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, _IDENTITY_WEIGHTS, strict=True))
    return _IDENTITY_CHECKS[total % 11]


def credit_code_check_digit(seventeen: str) -> str:
    """This function will compute the last character of a unified social credit code (GB 32100) from the first seventeen."""
    total = sum(_CREDIT_ALPHABET.index(one) * pow(3, place, 31) for place, one in enumerate(seventeen))
    return _CREDIT_ALPHABET[-total % 31]


def credit_code_error(text: str) -> str:
    """This function will check a unified social credit code (GB 32100): length, letters, department, check."""
    value = _plain(text).upper()
    if len(value) != 18:
        return f"统一社会信用代码应为 18 位，现在是 {len(value)} 位"
    if not _CREDIT.fullmatch(value):
        return "统一社会信用代码只含数字和大写字母，且不用 I、O、S、V、Z"
    if value[0] not in _CREDIT_DEPARTMENTS:
        return "统一社会信用代码第一位（登记管理部门）不对"
    if not value[2:8].isdigit():
        return "统一社会信用代码第 3 至 8 位应为行政区划数字"
    return "" if credit_code_check_digit(value[:17]) == value[17] else "统一社会信用代码校验位不对，请核对是否输错"


def mask_phone(text: str) -> str:
    """This function will hide the middle of a phone number: 138****4483, 0571-****4321."""
    value = _plain(text, keep="-")
    if _MOBILE.fullmatch(value):
        return f"{value[:3]}****{value[-4:]}"
    match = _LANDLINE.fullmatch(value)
    if match:
        return f"{match[1]}-****{match[2][-4:]}"
    return _ends(value, 0, 2)


def mask_identity(text: str) -> str:
    """This function will hide an identity number's date of birth: 330106********1234; other numbers keep their ends."""
    value = _plain(text).upper()
    return f"{value[:6]}********{value[-4:]}" if len(value) == 18 else _ends(value, 1, 1)


def mask_name(text: str) -> str:
    """This function will keep a person's family name and hide the rest: 张*, 欧阳*; a single character is hidden."""
    value = text.strip()
    if len(value) < 2:
        return "*" * len(value)
    kept = 2 if len(value) > 2 and value.startswith(_COMPOUND_SURNAMES) else 1
    return value[:kept] + "*" * (len(value) - kept)


def mask_organisation(text: str) -> str:
    """This function will keep the ends of an organisation's name: 杭州****有限公司."""
    value = text.strip()
    return _ends(value, 2, 4) if len(value) > 6 else _ends(value, 1, 1)


def mask_address(text: str) -> str:
    """This function will keep an address down to road or village and hide what follows: 西湖区文三路****."""
    value = text.strip()
    head = value[: _first_digit(value)]
    places = [found.end() for found in _PLACES.finditer(head)]
    kept = head[: places[-1]] if places else head[: len(value) // 2]
    return f"{kept}****" if value else ""


def _first_digit(value: str) -> int:
    return next((place for place, one in enumerate(value) if one.isdigit()), len(value))


def _ends(value: str, head: int, tail: int) -> str:
    if len(value) <= head + tail:
        return "*" * len(value)
    return value[:head] + "****" + value[len(value) - tail :]


def _plain(text: str, *, keep: str = "") -> str:
    return "".join(one for one in text.strip() if one not in " -\u3000\t" or one in keep)
