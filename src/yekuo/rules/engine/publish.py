"""流程发布检查: what is wrong with a definition before it may be published; every fault at once."""

from collections.abc import Iterable, Iterator, Mapping

from yekuo.rules.deeds import REGISTRY
from yekuo.rules.engine.conditions import FEATURES
from yekuo.rules.engine.definition import STAY, Conditions, Definition, Rule, Stage
from yekuo.rules.facts import CustomerClass
from yekuo.rules.powers import Role
from yekuo.rules.refusal import Problem
from yekuo.rules.story import COMPLETED

CLOCKS = frozenset({
    "", "accept", "scheme_reply", "design_review", "mid_inspection", "completion_inspection", "meter_energise",
    "archive", "revisit",
})  # fmt: skip
OWNERS = frozenset({*(role.value for role in Role), "member"})
WORDS = {"customer_class", "importance", "review"}
REQUIRED = ("contact", "accept", "survey", "scheme", "reply", "metering", "energise", "archive", "revisit")


def publish_problems(definition: Definition) -> tuple[Problem, ...]:
    """This function will list every fault of one definition: unknown words, missing defaults, unreachable or dead ends."""
    found = (*_word_problems(definition), *_default_problems(definition))
    return found or tuple(_graph_problems(definition))


def cover_problems(current: Mapping[str, Definition]) -> tuple[Problem, ...]:
    """This function will say which customer class no process serves, or more than one does."""
    serving = {wanted: [d.key for d in current.values() if wanted in d.serves] for wanted in CustomerClass}
    return tuple(
        Problem(wanted.value, f"{wanted.value} 由 {len(keys)} 个流程办理，应恰为一个")
        for wanted, keys in serving.items()
        if len(keys) != 1
    )


def _word_problems(definition: Definition) -> Iterator[Problem]:
    if definition.start not in definition.stages:
        yield Problem("start", f"起始环节 {definition.start} 不存在")
    for key in REQUIRED:
        if key not in definition.stages:
            yield Problem(f"stage.{key}", f"缺少必有环节 {key}")
    links = {link.key for link in definition.links}
    for stage in definition.stages.values():
        yield from (Problem(f"stage.{stage.key}", fault) for fault in _stage_faults(stage, links))
        yield from (Problem(f"stage.{stage.key}", fault) for fault in _deed_faults(stage))
    yield from _rule_problems(definition)


def _rule_problems(definition: Definition) -> Iterator[Problem]:
    targets = {*definition.stages, *definition.choices, STAY, COMPLETED}
    for rule, place in _all_rules(definition):
        if rule.to not in targets:
            yield Problem(place, f"去向 {rule.to} 不存在")
        yield from _condition_problems(rule.when, place)
    for anytime in definition.anytime:
        if anytime.deed not in REGISTRY:
            yield Problem(f"anytime.{anytime.deed}", f"没有业务动作 {anytime.deed}")
        yield from _condition_problems(anytime.when, f"anytime.{anytime.deed}")


def _stage_faults(stage: Stage, links: set[str]) -> Iterator[str]:
    if stage.link not in links:
        yield f"客户环节 {stage.link} 不存在"
    if stage.clock not in CLOCKS:
        yield f"没有时钟 {stage.clock}"
    if stage.owner not in OWNERS:
        yield f"没有岗位 {stage.owner}"
    if stage.group != (stage.owner == "member"):
        yield "会审环节的责任人须为 member，其他环节不得为 member"
    if not stage.do.strip() or not stage.say.strip():
        yield "须写明该做什么、对客户怎么说"


def _deed_faults(stage: Stage) -> Iterator[str]:
    yield from (f"没有业务动作 {deed}" for deed in stage.deeds if deed not in REGISTRY)
    emitted = {REGISTRY[deed].event for deed in stage.deeds if deed in REGISTRY}
    yield from (f"本环节不会发生 {rule.on}" for rule in stage.next if rule.on not in emitted)


def _condition_problems(when: Conditions, place: str) -> Iterator[Problem]:
    for name, value in when.items():
        if name not in FEATURES:
            yield Problem(place, f"没有条件 {name}")
        elif isinstance(value, bool) is (name in WORDS):
            yield Problem(place, f"条件 {name} 的取值类型不对")


def _all_rules(definition: Definition) -> Iterator[tuple[Rule, str]]:
    for stage in definition.stages.values():
        yield from ((rule, f"stage.{stage.key}") for rule in stage.next)
    for key, rules in definition.choices.items():
        yield from ((rule, f"choice.{key}") for rule in rules)


def _default_problems(definition: Definition) -> Iterator[Problem]:
    for stage in definition.stages.values():
        for event in dict.fromkeys(rule.on for rule in stage.next):
            yield from _last_is_default([rule for rule in stage.next if rule.on == event], f"stage.{stage.key}", event)
    for key, rules in definition.choices.items():
        yield from _last_is_default(list(rules), f"choice.{key}", "")


def _last_is_default(rules: list[Rule], place: str, event: str) -> Iterator[Problem]:
    if not rules or rules[-1].when:
        yield Problem(place, f"{event or '选择'} 没有默认去向")
    for rule in rules[:-1]:
        if not rule.when:
            yield Problem(place, f"{event or '选择'} 的默认去向之后还有规则，永远不会用到")


def _graph_problems(definition: Definition) -> Iterator[Problem]:
    circular = [key for key in definition.choices if _circles(definition, key, frozenset())]
    yield from (Problem(f"choice.{key}", "选择兜圈子，永远没有结果") for key in circular)
    if circular:
        return
    edges = {stage.key: _targets(definition, stage.next) for stage in definition.stages.values()}
    for key in definition.stages:
        if key not in _reached({definition.start}, edges):
            yield Problem(f"stage.{key}", "从起始环节走不到这里")
        if COMPLETED not in _reached({key}, edges):
            yield Problem(f"stage.{key}", "从这里走不到办结")


def _circles(definition: Definition, key: str, seen: frozenset[str]) -> bool:
    if key in seen:
        return True
    onward = (rule.to for rule in definition.choices[key] if rule.to in definition.choices)
    return any(_circles(definition, to, seen | {key}) for to in onward)


def _targets(definition: Definition, rules: Iterable[Rule]) -> set[str]:
    found: set[str] = set()
    for rule in rules:
        inner = definition.choices.get(rule.to)
        found |= _targets(definition, inner) if inner else {rule.to} - {STAY}
    return found


def _reached(start: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    seen = set(start)
    todo = list(start)
    while todo:
        for target in edges.get(todo.pop(), set()) - seen:
            seen.add(target)
            todo.append(target)
    return seen
