"""流程文本检查: what keeps a TOML text from being a definition at all; every fault at once, with its place."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from yekuo.rules.engine.definition import Definition, parse_definition
from yekuo.rules.facts import CustomerClass
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import Party

LONGEST = 200_000
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")
_KINDS = {str: "文字", bool: "true 或 false", list: "列表", dict: "表"}
Shape = Mapping[str, type]

TOP: Shape = {
    "key": str, "name": str, "edition": str, "source": str, "start": str, "serves": dict, "links": list, "stage": dict,
}  # fmt: skip
TOP_MAY: Shape = {"choice": dict, "anytime": list}
STAGE: Shape = {
    "name": str, "link": str, "party": str, "owner": str, "do": str, "say": str, "deeds": list, "next": list,
}  # fmt: skip
STAGE_MAY: Shape = {"clock": str, "utility_sum": bool, "group": bool, "returnable": bool, "milestone": bool}
RULE: Shape = {"to": str}
RULE_MAY: Shape = {"on": str, "when": dict}


def read_definition(text: str) -> Definition:
    """This function will read a definition from TOML text; raises Refused naming every fault of its form."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    problems = tuple(_problems(_loaded(text)))
    if problems:
        raise Refused(f"流程文本有 {len(problems)} 处写法有误", problems=problems, code="bad_definition")
    return parse_definition(text)


def _loaded(text: str) -> Mapping[str, Any]:
    if not text.strip():
        raise _unread("请上传或粘贴流程定义（TOML 文本）")
    if len(text) > LONGEST:
        raise _unread(f"流程定义太长，最多 {LONGEST // 1000} 千字")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = _AT.search(str(error))
        where = (
            f"：第 {at[1]} 行第 {at[2]} 列附近" if at else "：文本没有写完" if "end of document" in str(error) else ""
        )
        raise _unread(f"不是合格的 TOML 文本{where}") from error


def _unread(message: str) -> Refused:
    return Refused(message, problems=(Problem("text", message),), code="bad_definition")


def _problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    found = [*_form(raw, TOP, TOP_MAY, "流程")]
    if found:
        yield from found
        return
    if not _KEY.fullmatch(raw["key"]):
        yield Problem("key", "流程的 key 只能用小写字母、数字和下划线，字母开头，最多 40 个")
    yield from (Problem(name, f"流程的 {name} 不能为空") for name in ("name", "edition") if not raw[name].strip())
    yield from _served(raw["serves"])
    for number, link in enumerate(raw["links"], 1):
        yield from _form(link, {"key": str, "name": str}, {}, f"第 {number} 个客户环节（links）")
    yield from _stages(raw["stage"])
    yield from _others(raw)


def _served(serves: Mapping[str, Any]) -> Iterator[Problem]:
    found = list(_form(serves, {"customer_class": list}, {}, "serves"))
    known = {one.value for one in CustomerClass}
    wrong = [] if found else [one for one in serves["customer_class"] if not isinstance(one, str) or one not in known]
    yield from found
    yield from (Problem("serves", f"没有客户类别 {one}，应为 {'、'.join(sorted(known))}") for one in wrong)


def _stages(stages: Mapping[str, Any]) -> Iterator[Problem]:
    parties = {one.value for one in Party}
    for key, body in stages.items():
        place = f"环节 {key}"
        if not _KEY.fullmatch(key):
            yield Problem(f"stage.{key}", f"{place} 的键只能用小写字母、数字和下划线，字母开头，最多 40 个")
        found = list(_form(body, STAGE, STAGE_MAY, place))
        yield from found
        if not found:
            if body["party"] not in parties:
                yield Problem(f"stage.{key}", f"{place} 的 party 应为 {'、'.join(sorted(parties))}")
            if not all(isinstance(deed, str) for deed in body["deeds"]):
                yield Problem(f"stage.{key}", f"{place} 的 deeds 应是业务动作名的列表")
            yield from _rules(body["next"], place)


def _others(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for key, body in raw.get("choice", {}).items():
        found = list(_form(body, {"next": list}, {}, f"选择 {key}"))
        yield from found or _rules(body["next"], f"选择 {key}")
    for number, row in enumerate(raw.get("anytime", []), 1):
        found = list(_form(row, {"deed": str}, {"when": dict}, f"第 {number} 个随时可办（anytime）"))
        yield from found or _conditions(row.get("when", {}), f"随时可办 {row['deed']}")


def _rules(rules: list[Any], place: str) -> Iterator[Problem]:
    for number, rule in enumerate(rules, 1):
        found = list(_form(rule, RULE, RULE_MAY, f"{place} 的第 {number} 条 next"))
        yield from found or _conditions(rule.get("when", {}), f"{place} 的第 {number} 条 next")


def _conditions(when: Mapping[str, Any], place: str) -> Iterator[Problem]:
    for name, value in when.items():
        words = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if not (words or isinstance(value, bool | int | str)):
            yield Problem(place, f"{place}：条件 {name} 应是 true、false、文字或文字列表")


def _form(body: Any, needed: Shape, may: Shape, place: str) -> Iterator[Problem]:
    """Missing, unknown and mistyped keys of one table."""
    if not isinstance(body, dict):
        yield Problem(place, f"{place} 应是表")
        return
    both = {**needed, **may}
    yield from (Problem(place, f"{place} 缺少 {name}") for name in needed if name not in body)
    for name, value in body.items():
        if name not in both:
            yield Problem(place, f"{place} 有不认识的 {name}")
        elif not isinstance(value, both[name]):
            yield Problem(place, f"{place} 的 {name} 应是{_KINDS[both[name]]}")
