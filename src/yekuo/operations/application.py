"""用电申请表: everything an applicant or a clerk types, read with all its mistakes named at once, and the facts it declares."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, get_args

from yekuo.records import tables
from yekuo.records.models.person import ORGANISATIONS, IdType
from yekuo.records.persons import PersonContent
from yekuo.records.sites import SiteContent
from yekuo.rules.facts import Business, CustomerKind, Facts, Importance, Voltage
from yekuo.rules.materials import ApplicantSituation
from yekuo.rules.people import credit_code_error, identity_error, mobile_error, name_error, phone_error
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.wishes import Wish, first_facts

MOST_KW = Decimal(2_000_000)
MOST_SOURCES = 9
LENGTHS = {"name": 80, "id_number": 40, "address": 120, "remark": 300, "area": 60, "industry": 60, "invoice_title": 80}
SHORT = 40
NAMES = {
    "name": "户名", "id_number": "证件号码", "phone": "联系电话", "contact": "联系人", "legal_person": "法定代表人",
    "agent_name": "经办人姓名", "agent_number": "经办人身份证号", "agent_phone": "经办人手机号", "address": "用电地址",
    "area": "所在区域", "point": "位置坐标", "account_number": "户号", "use": "用电用途", "industry": "行业",
    "remark": "备注", "invoice_title": "发票抬头", "invoice_number": "纳税人识别号", "invoice_to": "发票接收手机或邮箱",
    "load_kw": "申请负荷", "existing": "原有容量", "transformers_kva": "变压器总容量", "sources": "电源路数",
    "own_generation_kva": "自备电源容量", "generation_kw": "并网发电容量", "households": "户数", "wanted_on": "希望用电日期", "kind": "用电人类别",
    "business": "业务类型", "id_type": "证件类别", "importance": "重要性等级", "voltage": "供电电压",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """用电申请表: as typed; `load_kw` is newly asked for, `existing` what is there (kW; kVA at high voltage).

    `voltage` is set where a clerk knows better than the proposal; `importance` only after the government's list.
    `use`, `load_nature` and `industry` are words of the form, kept beside the facts.
    """

    business: Business
    kind: CustomerKind
    name: str
    id_type: str
    id_number: str
    phone: str
    address: str
    load_kw: Decimal
    contact: str = ""
    legal_person: str = ""
    private_business: bool = False
    agent_name: str = ""
    agent_number: str = ""
    agent_phone: str = ""
    area: str = ""
    point: str = ""
    tenant: bool = False
    account_number: str = ""
    existing: Decimal = Decimal(0)
    use: str = ""
    industry: str = ""
    load_nature: str = ""
    high_voltage: bool = False
    transformers_kva: Decimal | None = None
    voltage: Voltage | None = None
    sources: int = 1
    importance: Importance = Importance.ORDINARY
    special_load: bool = False
    own_generation_kva: Decimal | None = None
    generation_kw: Decimal | None = None
    households: int | None = None
    wanted_on: date | None = None
    signs_standard_contract: bool = False
    invoice_title: str = ""
    invoice_number: str = ""
    invoice_to: str = ""
    remark: str = ""

    @property
    def person(self) -> PersonContent:
        """This function will give what is kept sealed about the applicant."""
        names = (one.name for one in fields(PersonContent))
        return PersonContent(**{name: getattr(self, name) for name in names})

    @property
    def site(self) -> SiteContent:
        """This function will give what is kept sealed about the place."""
        return SiteContent(area=self.area, address=self.address, point=self.point)

    @property
    def situation(self) -> ApplicantSituation:
        """This function will say who hands in papers: an agent, a tenant."""
        return ApplicantSituation(agent=bool(self.agent_name.strip()), tenant=self.tenant)


FORM_FIELDS = (
    "private_business", "account_number", "use", "industry", "load_nature", "high_voltage", "own_generation_kva",
    "households", "load_kw", "transformers_kva",
)  # fmt: skip


def form_of(application: Application) -> dict[str, object]:
    """This function will give what is kept of the form in the open, beside the facts: nothing personal."""
    found = ((name, getattr(application, name)) for name in FORM_FIELDS)
    return {
        name: str(value) if isinstance(value, Decimal) else value for name, value in found if value not in ("", None)
    }


def invoice_of(application: Application) -> str:
    """This function will give what is kept sealed for the invoice, '' when nothing was said."""
    said = {name: getattr(application, name).strip() for name in ("invoice_title", "invoice_number", "invoice_to")}
    return json.dumps(said, ensure_ascii=False) if any(said.values()) else ""


def facts_of(application: Application, *, on: date) -> Facts:
    """This function will derive the facts: voltage and capacity from the load, connection at no cost by the day's rules."""
    wish = Wish(
        business=application.business,
        kind=application.kind,
        load_kw=application.load_kw,
        existing=application.existing,
        private_business=application.private_business,
        high_voltage=application.high_voltage or (application.voltage or 0) >= Voltage.KV10,
        transformers_kva=application.transformers_kva,
        sources=application.sources,
        importance=application.importance,
        special_load=application.special_load,
    )
    found = first_facts(wish, tables.schemes().transformer_sizes, table=tables.wishes(), on=on)
    wanted = application.voltage
    if application.generation_kw:
        found = replace(found, generation_kw=application.generation_kw)
    if wanted is None or (wanted >= Voltage.KV10) is not found.high_voltage:
        return found
    return replace(found, voltage=wanted)


def problems(application: Application, *, on: date) -> tuple[Problem, ...]:
    """This function will list everything wrong with an application, by field, in the words of whoever typed it."""
    found = [
        *_texts(application),
        *_applicant(application, on),
        *_agent(application, on),
        *_place(application),
        *_load(application),
        *_voltage(application),
        *_rest(application, on),
    ]
    first: dict[str, Problem] = {}
    for one in found:
        first.setdefault(one.field, one)
    return tuple(first.values())


def _texts(application: Application) -> Iterator[Problem]:
    for one in fields(Application):
        value = getattr(application, one.name)
        if not isinstance(value, str) or isinstance(value, Enum):
            continue
        most = LENGTHS.get(one.name, SHORT)
        if len(value) > most:
            yield Problem(one.name, f"{_name(one.name)}太长，最多 {most} 个字")
        elif any((ord(char) < 32 and char not in "\n\r\t") or 0xD800 <= ord(char) < 0xE000 for char in value):
            yield Problem(one.name, f"{_name(one.name)}中有无法保存的字符，请检查粘贴的文字")


def _applicant(application: Application, on: date) -> Iterator[Problem]:
    if name_error(application.name):
        yield Problem("name", name_error(application.name))
    if application.id_type not in IdType.values:
        yield Problem("id_type", "请选择证件类别")
    elif application.kind is CustomerKind.RESIDENT and application.id_type in ORGANISATIONS:
        yield Problem("id_type", "居民用电请用个人证件")
    error = _number_error(application.id_type, application.id_number, on)
    if error:
        yield Problem("id_number", error)
    if not application.phone.strip():
        yield Problem("phone", "请填写联系电话")
    elif phone_error(application.phone):
        yield Problem("phone", phone_error(application.phone))
    if application.id_type in ORGANISATIONS and not application.contact.strip():
        yield Problem("contact", "单位申请请填写联系人姓名")


def _number_error(id_type: str, number: str, on: date) -> str:
    if not number.strip():
        return "请填写证件号码"
    if id_type == IdType.RESIDENT_ID:
        return identity_error(number, on=on)
    if id_type == IdType.CREDIT_CODE:
        return credit_code_error(number)
    return "证件号码太短，请核对" if len(number.strip()) < 4 else ""


def _agent(application: Application, on: date) -> Iterator[Problem]:
    given = (application.agent_name, application.agent_number, application.agent_phone)
    if not any(one.strip() for one in given):
        return
    if not application.agent_name.strip():
        yield Problem("agent_name", "请填写经办人姓名")
    number = (
        identity_error(application.agent_number, on=on) if application.agent_number.strip() else "请填写经办人身份证号"
    )
    if number:
        yield Problem("agent_number", number)
    phone = mobile_error(application.agent_phone) if application.agent_phone.strip() else "请填写经办人手机号"
    if phone:
        yield Problem("agent_phone", phone)


def _place(application: Application) -> Iterator[Problem]:
    if len(application.address.strip()) < 5:
        yield Problem("address", "请把用电地址写详细，写到门牌号或村、组")
    if application.point and not _is_point(application.point):
        yield Problem("point", "位置坐标应为“经度,纬度”，如 120.1536,30.2875")


def _is_point(text: str) -> bool:
    try:
        longitude, latitude = (_number(one) for one in text.split(","))
    except (ValueError, InvalidOperation):
        return False
    return 73 <= longitude <= 136 and 3 <= latitude <= 54


def _size(field: str, value: Decimal | None, least: Decimal, most: Decimal) -> Iterator[Problem]:
    if value is not None and not (value.is_finite() and least <= value <= most):
        yield Problem(field, f"{_name(field)}应在 {least:f} 到 {most:f} 之间，请核对")


def _load(application: Application) -> Iterator[Problem]:
    yield from _size("load_kw", application.load_kw, Decimal("0.1"), MOST_KW)
    yield from _size("existing", application.existing, Decimal(0), MOST_KW)
    yield from _size("transformers_kva", application.transformers_kva, Decimal(10), MOST_KW)
    yield from _size("own_generation_kva", application.own_generation_kva, Decimal("0.1"), MOST_KW)
    yield from _size("generation_kw", application.generation_kw, Decimal(0), MOST_KW)
    if application.business is Business.INCREASE and application.existing == 0:
        yield Problem("existing", "增容请填写现在的容量，电费单上有；不清楚可打 95598 问")
    if not 1 <= application.sources <= MOST_SOURCES:
        yield Problem("sources", f"电源路数应在 1 到 {MOST_SOURCES} 之间")
    if application.kind is CustomerKind.RESIDENT and application.sources > 1:
        yield Problem("sources", "居民用电只有一路电源")


def _voltage(application: Application) -> Iterator[Problem]:
    if application.voltage is None:
        return
    low = application.voltage < Voltage.KV10
    if low and (application.sources > 1 or application.transformers_kva or application.high_voltage):
        yield Problem("voltage", "多路电源或自建变压器要用 10 千伏及以上电压")
    elif low and _total(application) > tables.wishes().three_phase_kw:
        most = tables.wishes().three_phase_kw
        yield Problem("voltage", f"总容量超过 {most} 千瓦，不能用低压供电")
    elif application.kind is CustomerKind.RESIDENT and not low:
        yield Problem("voltage", "居民用电用 220 伏或 380 伏")


def _total(application: Application) -> Decimal:
    return sum((one for one in (application.load_kw, application.existing) if one.is_finite()), Decimal(0))


def _rest(application: Application, on: date) -> Iterator[Problem]:
    if application.wanted_on is not None and application.wanted_on < on:
        yield Problem("wanted_on", "希望用电日期不能早于今天")
    if application.wanted_on is not None and application.wanted_on.year > on.year + 5:
        yield Problem("wanted_on", "希望用电日期太远，请核对年份")
    if application.households is not None and not 1 <= application.households <= 100_000:
        yield Problem("households", "户数应在 1 到 100000 之间")
    if application.invoice_number.strip():
        error = credit_code_error(application.invoice_number)
        if error and application.id_type in ORGANISATIONS:
            yield Problem("invoice_number", error.replace("统一社会信用代码", "纳税人识别号"))


def read_application(typed: Mapping[str, object]) -> Application:
    """This function will read an application from what a form or an API sent. Raises Refused with all problems of form.

    Texts for numbers, dates ('2027-01-05'), choices and yes or no are understood; unknown fields are refused.
    """
    found: list[Problem] = []
    values: dict[str, Any] = {}
    known = {one.name: one for one in fields(Application)}
    for name in typed:
        if name not in known:
            found.append(Problem("", f"不认识的栏目“{name[:SHORT]}”"))
    for name, one in known.items():
        value = typed.get(name)
        if value is None or value == "":
            if name in REQUIRED:
                found.append(Problem(name, f"请填写{_name(name)}"))
            continue
        try:
            values[name] = _read(str(one.type) if isinstance(one.type, str) else one.type, value)
        except (ValueError, InvalidOperation, TypeError):
            found.append(Problem(name, f"{_name(name)}填得不对，请核对"))
    if found:
        raise Refused("申请表没有填完整", problems=tuple(found), code="form")
    return Application(**values)


REQUIRED = ("business", "kind", "name", "id_type", "id_number", "phone", "address", "load_kw")
YES = ("true", "yes", "on", "1", "是")
NO = ("false", "no", "off", "0", "否")


def _yes_or_no(value: object) -> bool:
    word = str(value).strip().lower()
    if word not in YES + NO:
        raise ValueError(word)
    return word in YES


def _whole(value: object) -> int:
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(value)
    return int(str(value).strip()) if not isinstance(value, float) else int(value)


def _number(value: object) -> Decimal:
    found = Decimal(str(value).strip())
    if not found.is_finite():
        raise ValueError(value)
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value.strip()


READERS: dict[Any, Callable[[object], Any]] = {
    str: _text,
    bool: _yes_or_no,
    int: _whole,
    Decimal: _number,
    date: lambda value: date.fromisoformat(str(value).strip()),
    Voltage: lambda value: Voltage(_whole(value)),
}


def _read(kind: Any, value: object) -> Any:
    """Optional kinds are read as what they are when they are there."""
    wanted = next((one for one in get_args(kind) if one is not type(None)), kind)
    return READERS.get(wanted, wanted)(value)


def _name(field: str) -> str:
    return NAMES.get(field, field)
