"""流程迁移: what would happen to a case under another version of its process, told before anything is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from yekuo.rules.engine.books import Books
from yekuo.rules.engine.course import left_out
from yekuo.rules.engine.definition import Definition
from yekuo.rules.state import CaseState, Status


class Outcome(StrEnum):
    """迁移结果: 可直接迁移, 需指定对应环节, 不能迁移."""

    AUTOMATIC = "automatic"
    NEEDS_MAPPING = "needs_mapping"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """迁移预演: the outcome for one case, where it would stand, and what is worth knowing, in Chinese."""

    outcome: Outcome
    stage: str
    notes: tuple[str, ...] = ()


def plan(books: Books, state: CaseState, target: Definition, mapping: Mapping[str, str]) -> Plan:
    """This function will rehearse the migration of one case; `mapping` names a stage of the new version for an old one."""
    if state.status is not Status.OPEN:
        return Plan(outcome=Outcome.REFUSED, stage=state.stage, notes=("工单已结束，保留原版本",))
    if target.key != state.process or target.version == state.version:
        return Plan(outcome=Outcome.REFUSED, stage=state.stage, notes=("不是同一流程的另一版本",))
    stage = mapping.get(state.stage, state.stage)
    if stage not in target.stages:
        return Plan(outcome=Outcome.NEEDS_MAPPING, stage=state.stage, notes=(f"新版本没有环节 {state.stage}",))
    if left_out(books, state, target, stage):
        return Plan(outcome=Outcome.REFUSED, stage=state.stage, notes=("对应环节越过了必经环节",))
    return Plan(outcome=Outcome.AUTOMATIC, stage=stage, notes=_notes(books, state, target, stage))


def _notes(books: Books, state: CaseState, target: Definition, stage: str) -> tuple[str, ...]:
    found = []
    before = books.definition(state).stage(state.stage)
    after = target.stage(stage)
    if before.clock != after.clock:
        found.append(f"时钟由 {before.clock or '无'} 变为 {after.clock or '无'}")
    if before.owner != after.owner:
        found.append(f"责任岗位由 {before.owner} 变为 {after.owner}")
    if after.group:
        found.append("会审席位按新规则重排，已签意见保留")
    return tuple(found)
