"""存量户号: an account of an older system, read from a row of a table, with everything wrong in it named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from yekuo.rules.facts import CustomerKind, Importance, Voltage
from yekuo.rules.importing import Column
from yekuo.rules.people import credit_code_error, identity_error, phone_error
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.scheme import Tariff
from yekuo.rules.when import IMPORTANCE_NAMES, KIND_NAMES, voltage_name

COLUMNS = (
    Column(field="number", title="户号", hint="8 到 13 位数字；留空由系统编号", example="3301002345"),
    Column(field="kind", title="用户类别", must=True, hint="居民、非居民、居民住宅小区", example="非居民"),
    Column(field="name", title="户名", must=True, example="江州恒远食品有限公司"),
    Column(field="id_type", title="证件类别", hint="居民身份证、统一社会信用代码；留空按用户类别", example="统一社会信用代码"),
    Column(field="id_number", title="证件号码", must=True, example="91330100MA00000173"),
    Column(field="phone", title="联系电话", must=True, example="13805710001"),
    Column(field="contact", title="联系人", example="陈先生"),
    Column(field="area", title="所在区域", example="城关县"),
    Column(field="address", title="用电地址", must=True, example="江州市城关县工业路 18 号"),
    Column(field="voltage", title="供电电压", must=True, hint="220 伏、380 伏、10 千伏……", example="10 千伏"),
    Column(field="capacity", title="合同容量", must=True, hint="高压填千伏安，低压填千瓦", example="315"),
    Column(field="tariff", title="电价类别", hint="居民、农业、工商业单一制、工商业两部制", example="工商业单一制"),
    Column(field="importance", title="重要性等级", hint="留空为普通用户", example="普通用户"),
    Column(field="energised_on", title="送电日期", must=True, hint="2019-05-20", example="2019-05-20"),
    Column(field="meter_asset", title="电能表资产号", example="DB330100018"),
    Column(field="installed_on", title="装表日期", hint="留空同送电日期", example="2019-05-20"),
    Column(field="ct_ratio", title="电流互感器变比", hint="如 100/5，直接接入留空", example="100/5"),
    Column(field="contract_number", title="合同编号", example="HT2019-0018"),
    Column(field="contract_until", title="合同到期日", example="2029-05-19"),
)  # fmt: skip
TARIFF_NAMES = {
    Tariff.RESIDENT: "居民",
    Tariff.FARMING: "农业",
    Tariff.BUSINESS: "工商业单一制",
    Tariff.BUSINESS_TWO_PART: "工商业两部制",
}
ID_TYPES = {
    "居民身份证": "resident_id", "身份证": "resident_id", "统一社会信用代码": "credit_code", "护照": "passport",
    "军人证件": "military", "其他组织证件": "other_organisation",
}  # fmt: skip
MOST = Decimal(2_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """存量户: one account as it is to stand here; capacity in kVA (kW at low voltage), `number` '' for one of ours."""

    number: str = ""
    kind: CustomerKind
    name: str
    id_type: str
    id_number: str
    phone: str
    contact: str = ""
    area: str = ""
    address: str
    voltage: Voltage
    capacity: Decimal
    tariff: str = ""
    importance: Importance = Importance.ORDINARY
    energised_on: date
    meter_asset: str = ""
    installed_on: date | None = None
    ct_ratio: str = ""
    contract_number: str = ""
    contract_until: date | None = None


def _kind(text: str) -> CustomerKind:
    return {name: one for one, name in KIND_NAMES.items()}[text]


def _importance(text: str) -> Importance:
    return {name: one for one, name in IMPORTANCE_NAMES.items()}[text]


def _voltage(text: str) -> Voltage:
    plain = text.replace(" ", "").replace("kV", "千伏").replace("KV", "千伏").replace("V", "伏").replace("v", "伏")
    return {voltage_name(one).replace(" ", ""): one for one in Voltage}[plain]


def _tariff(text: str) -> str:
    return {name: one.value for one, name in TARIFF_NAMES.items()}[text]


def _id_type(text: str) -> str:
    return ID_TYPES[text]


def _number(text: str) -> Decimal:
    found = Decimal(text.replace(",", "").replace("，", ""))
    if not found.is_finite():
        raise ValueError(text)
    return found


def _day(text: str) -> date:
    return date.fromisoformat(text.replace("/", "-").replace(".", "-")[:10])


READERS: dict[str, Callable[[str], Any]] = {
    "kind": _kind, "importance": _importance, "voltage": _voltage, "tariff": _tariff, "id_type": _id_type,
    "capacity": _number, "energised_on": _day, "installed_on": _day, "contract_until": _day,
}  # fmt: skip
TITLES = {one.field: one.title for one in COLUMNS}
LENGTHS = {"name": 80, "id_number": 40, "address": 120, "area": 60, "phone": 20, "contact": 40, "meter_asset": 40,
           "ct_ratio": 20, "contract_number": 40}  # fmt: skip


def read_account(values: Mapping[str, str], *, on: date) -> TakenOver:
    """This function will read one row. Raises Refused with a problem per field, all of them at once."""
    read, wrong = _read(values)
    kind = read.get("kind")
    if "id_type" not in read:
        read["id_type"] = "resident_id" if kind is CustomerKind.RESIDENT else "credit_code"
    wrong += [one for one in _checked(read, on) if one.field not in {two.field for two in wrong}]
    if wrong:
        raise Refused("这一行有要改的地方", problems=tuple(wrong), code="form")
    return TakenOver(**read)


def _read(values: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    read: dict[str, Any] = {}
    wrong = [
        Problem(one.field, f"请填写{one.title}")
        for one in COLUMNS
        if one.must and not values.get(one.field, "").strip()
    ]
    for field, text in values.items():
        if not text.strip():
            continue
        try:
            read[field] = READERS.get(field, str.strip)(text.strip())
        except (KeyError, ValueError, InvalidOperation):
            wrong.append(Problem(field, f"{TITLES.get(field, field)}“{text[:20]}”填得不对"))
    return read, wrong


def _checked(read: Mapping[str, Any], on: date) -> list[Problem]:
    found = [*_long(read), *_person(read, on), *_sizes(read), *_days(read, on)]
    number = read.get("number", "")
    if number and not (number.isascii() and number.isdigit() and 8 <= len(number) <= 13):
        found.append(Problem("number", "户号应为 8 到 13 位数字"))
    return found


def _long(read: Mapping[str, Any]) -> list[Problem]:
    return [
        Problem(field, f"{TITLES[field]}太长，最多 {most} 个字")
        for field, most in LENGTHS.items()
        if len(read.get(field, "")) > most
    ]


def _person(read: Mapping[str, Any], on: date) -> list[Problem]:
    found = []
    number, kind = read.get("id_number", ""), read["id_type"]
    error = ""
    if number and kind == "resident_id":
        error = identity_error(number, on=on)
    elif number and kind == "credit_code":
        error = credit_code_error(number)
    if error:
        found.append(Problem("id_number", error))
    if read.get("kind") is CustomerKind.RESIDENT and kind in ("credit_code", "other_organisation"):
        found.append(Problem("id_type", "居民用电请用个人证件"))
    if read.get("phone") and phone_error(read["phone"]):
        found.append(Problem("phone", phone_error(read["phone"])))
    if read.get("address") and len(read["address"]) < 5:
        found.append(Problem("address", "用电地址要写到门牌号或村、组"))
    return found


def _sizes(read: Mapping[str, Any]) -> list[Problem]:
    found = []
    capacity, voltage = read.get("capacity"), read.get("voltage")
    if capacity is not None and not 0 < capacity <= MOST:
        found.append(Problem("capacity", f"合同容量应在 0 到 {MOST:f} 之间"))
    if voltage is not None and voltage >= Voltage.KV10 and read.get("kind") is CustomerKind.RESIDENT:
        found.append(Problem("voltage", "居民用电用 220 伏或 380 伏"))
    return found


def _days(read: Mapping[str, Any], on: date) -> list[Problem]:
    found = []
    since, hung, until = (read.get(name) for name in ("energised_on", "installed_on", "contract_until"))
    if since is not None and not date(1949, 10, 1) <= since <= on:
        found.append(Problem("energised_on", "送电日期不能晚于今天，也不能早于 1949-10-01"))
    if hung is not None and hung > on:
        found.append(Problem("installed_on", "装表日期不能晚于今天"))
    if until is not None and since is not None and until < since:
        found.append(Problem("contract_until", "合同到期日不能早于送电日期"))
    return found
