"""核对: the checked answers of an application in words, for the applicant to look over once more."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from yekuo.interfaces.customer.answers import Told
from yekuo.interfaces.customer.apply_forms import ALL_USES, BUSINESSES, ID_TYPES, IMPORTANCES, KINDS, OWNERSHIP, SOURCES
from yekuo.interfaces.customer.front import serving
from yekuo.rules.people import mask_identity

Pairs = list[tuple[str, str]]


def _there(*pairs: tuple[str, str]) -> Pairs:
    return [(label, value) for label, value in pairs if value]


def _who(said: Told) -> Pairs:
    who = said.who
    agent = f"{who['agent_name']}，{who['agent_phone']}" if who["acting"] == "agent" else ""
    private = {"yes": "是", "no": "不是"}.get(who["private_business"], "") if who["kind"] == "nonresident" else ""
    return _there(
        ("谁用电", dict(KINDS)[who["kind"]]),
        ("民营、个体", private),
        ("名称", who["name"]),
        ("证件", f"{dict(ID_TYPES)[who['id_type']]} {mask_identity(who['id_number'])}"),
        ("联系人", who["contact"]),
        ("联系电话", who["phone"]),
        ("代办人", agent),
    )


def _where(said: Told) -> Pairs:
    names: Mapping[str, str] = {str(key): name for key, name in serving()}
    return _there(
        ("地区", names.get(said.where["unit"], "")),
        ("地址", said.where["address"]),
        ("房子（场地）", dict(OWNERSHIP)[said.where["ownership"]]),
    )


def _what(said: Told) -> Pairs:
    what = said.what
    more = what["business"] == "increase"
    existing = what["existing"] if more else None
    unit = "千伏安" if what.get("high_voltage") == "yes" else "千瓦"
    return _there(
        ("要办什么", dict(BUSINESSES)[what["business"]]),
        ("户号", what["account"] if more else ""),
        ("现在容量", _number(existing, unit)),
        ("用途", dict(ALL_USES)[what["use"]]),
        ("要增加" if more else "需要", _number(what["load_kw"], "千瓦")),
        ("变压器", _number(what.get("transformers_kva"), "千伏安")),
        ("电源", dict(SOURCES)[what["sources"]] if what.get("sources", "1") not in ("", "1") else ""),
        (
            "重要用户",
            dict(IMPORTANCES)[what["importance"]] if what.get("importance", "") not in ("", "ordinary") else "",
        ),
        ("特殊设备", "有" if what.get("special_load") == "yes" else ""),
        ("发电并网", _number(what.get("generation_kw"), "千瓦")),
        ("希望日期", f"{what['wanted_on']:%Y-%m-%d}" if what["wanted_on"] else ""),
        ("备注", what["remark"]),
    )


def _number(value: Decimal | None, unit: str) -> str:
    return "" if value is None else f"{value.normalize():f} {unit}".strip()


PAIRS: Mapping[str, Callable[[Told], Pairs]] = {"who": _who, "where": _where, "what": _what}
