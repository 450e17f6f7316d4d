"""规则用语: conditions, rules, stages and differences of a process in words a reader who cannot read TOML understands."""

from collections.abc import Iterable, Mapping
from typing import Any

from yekuo.interfaces.look.names import (
    CLASS_NAMES,
    DEED_NAMES,
    EVENT_NAMES,
    PARTY_NAMES,
    STAGE_CLOCK_NAMES,
    role_name,
)
from yekuo.rules.engine.compare import Difference, Part
from yekuo.rules.engine.definition import STAY, Conditions, Definition, Link, Rule, Stage
from yekuo.rules.facts import CustomerClass, Importance
from yekuo.rules.state import Party
from yekuo.rules.story import COMPLETED
from yekuo.rules.when import IMPORTANCE_NAMES

FEATURE_WORDS: Mapping[str, tuple[str, str]] = {
    "filed": ("已提交申请", "还没有提交申请"),
    "papers_complete": ("一次告知的资料已补齐", "一次告知的资料还没补齐"),
    "accepted": ("已受理", "还没有受理"),
    "energised": ("已送电", "还没有送电"),
    "passed": ("结论为合格（同意）", "结论为不合格（不同意）"),
    "external_works": ("需要外线工程", "不需要外线工程"),
    "customer_works": ("有客户受电工程", "没有客户受电工程"),
    "external_accepted": ("外线工程已验收", "外线工程未验收"),
    "replied": ("方案已答复", "方案未答复"),
    "agreed": ("客户已同意方案", "客户未同意方案"),
    "review_due": ("需要会审", "不需要会审"),
    "design_review_due": ("需要设计审查", "不需要设计审查"),
    "mid_due": ("需要中间检查", "不需要中间检查"),
    "mid_passed": ("中间检查已合格", "中间检查未合格"),
    "contract_drafted": ("合同已起草", "合同未起草"),
    "contract_signed": ("合同已签订", "合同未签订"),
    "dispatch_due": ("需要调度协议", "不需要调度协议"),
    "dispatch_signed": ("调度协议已签", "调度协议未签"),
    "fees_due": ("有费用未收", "没有未收费用"),
}
REVIEW_WORDS = {"objected": "有人反对", "agreed": "全部同意", "pending": "还有人未签"}
OWNER_WORDS = {"member": "会审成员"}
FIELD_WORDS = {
    "name": "名称", "edition": "版次", "source": "依据", "start": "起始环节", "serves": "适用客户类别", "links": "客户环节",
    "order": "环节顺序", "link": "所属客户环节", "party": "轮到谁", "owner": "责任岗位", "do": "该做什么", "say": "对客户怎么说",
    "deeds": "可办业务", "next": "下一步", "clock": "时钟", "utility_sum": "计入合计办理", "group": "会审",
    "returnable": "可退回到此", "milestone": "不可跳过",
}  # fmt: skip


def condition_words(when: Conditions) -> str:
    """This function will put the conditions of a rule into words, '' for none."""
    return "，且".join(_one(name, value) for name, value in when.items())


def _one(name: str, value: Any) -> str:
    if name in FEATURE_WORDS and isinstance(value, bool):
        return FEATURE_WORDS[name][0 if value else 1]
    values = value if isinstance(value, tuple) else (value,)
    if name == "review":
        return "会审" + "或".join(REVIEW_WORDS.get(str(one), str(one)) for one in values)
    if name == "customer_class":
        return "客户为" + "或".join(class_words(str(one)) for one in values)
    if name == "importance":
        return "客户为" + "或".join(_importance(str(one)) for one in values)
    return f"{name} 为 {'或'.join(map(str, values))}"


def class_words(key: str) -> str:
    """This function will name a customer class by its key."""
    return CLASS_NAMES[CustomerClass(key)] if key in set(CustomerClass) else key


def _importance(key: str) -> str:
    return IMPORTANCE_NAMES[Importance(key)] if key in set(Importance) else key


def rule_words(rule: Rule, definition: Definition) -> str:
    """This function will put one rule into words: after what, where which conditions hold, where to."""
    after = f"“{EVENT_NAMES.get(rule.on, rule.on)}”后" if rule.on else ""
    when = condition_words(rule.when)
    condition = f"{after}{'，' if after else ''}{when}" if when else after or "其他情况"
    return f"{condition} → {target_words(rule.to, definition)}"


def target_words(key: str, definition: Definition) -> str:
    """This function will name where a rule leads: a stage, a choice, staying or the end."""
    if key == STAY:
        return "留在本环节"
    if key == COMPLETED:
        return "办结"
    if key in definition.stages:
        return definition.stages[key].name
    return choice_words(key, definition) if key in definition.choices else key


def choice_words(key: str, definition: Definition) -> str:
    """This function will name a choice by its place among the choices of the process."""
    return f"按“去向 {list(definition.choices).index(key) + 1}”的条件选" if key in definition.choices else f"去向 {key}"


def owner_words(owner: str) -> str:
    """This function will name who owns a stage."""
    return OWNER_WORDS.get(owner) or role_name(owner)


def deed_words(keys: Iterable[str]) -> str:
    """This function will name deeds by their keys."""
    return "、".join(DEED_NAMES.get(key, key) for key in keys)


def clock_words(key: str) -> str:
    """This function will name the stage clock of a key, '' for none."""
    return STAGE_CLOCK_NAMES.get(key, key)


def party_words(party: Party) -> str:
    """This function will name the side whose turn it is."""
    return PARTY_NAMES.get(party, party.value)


def place_words(one: Difference, definition: Definition, before: Definition) -> str:
    """This function will name the part of a process that differs."""
    if one.part is Part.STAGE:
        stage = definition.stages.get(one.key) or before.stages.get(one.key)
        return f"环节“{stage.name if stage else one.key}”"
    return {Part.PROCESS: "流程", Part.CHOICE: f"去向 {one.key}", Part.ANYTIME: f"随时可办“{deed_words([one.key])}”"}[
        one.part
    ]


def field_words(one: Difference) -> str:
    """This function will name what of a part differs: a field, or that it was added, taken out or changed."""
    if one.field:
        return FIELD_WORDS.get(one.field, one.field)
    if one.before is None:
        return "新增"
    return "取消" if one.after is None else "改变"


def value_words(value: Any, one: Difference, definition: Definition) -> str:
    """This function will put one side of a difference into words; '—' where there was nothing."""
    if value is None or value in ("", ()):
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Stage):
        return f"{owner_words(value.owner)}：{value.do}"
    if isinstance(value, Party):
        return party_words(value)
    if isinstance(value, Mapping):
        return condition_words(value) or "没有条件"
    if isinstance(value, tuple):
        return _list_words(value, one, definition)
    return {"owner": owner_words, "clock": clock_words}.get(one.field, str)(str(value))


def _list_words(values: tuple[Any, ...], one: Difference, definition: Definition) -> str:
    if isinstance(values[0], Rule):
        return "；".join(rule_words(rule, definition) for rule in values)
    if isinstance(values[0], Link):
        return "、".join(link.name for link in values)
    if one.field == "serves":
        return "、".join(class_words(str(value)) for value in values)
    if one.field == "order":
        return "、".join(target_words(str(value), definition) for value in values)
    return deed_words(map(str, values)) if one.field == "deeds" else "、".join(map(str, values))
