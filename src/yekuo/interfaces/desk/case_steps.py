"""环节条: the stages a case passed, where it stands and what lies ahead, each with its date, short enough for one line."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from yekuo.interfaces.look.parts import Step
from yekuo.operations.casefile import CaseFile
from yekuo.rules.calendar import BEIJING
from yekuo.rules.engine.route import ahead
from yekuo.rules.state import Status
from yekuo.rules.story import COMPLETED

ENDS = {Status.COMPLETED: "办结", Status.WITHDRAWN: "已撤回", Status.TERMINATED: "已终止"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """One stage on the bar before neighbours are joined."""

    key: str
    label: str
    state: str
    at: datetime | None = None


def steps_of(file: CaseFile) -> list[Step]:
    """This function will lay out the stages: passed ones by first visit, the present one, and those expected."""
    marks = [*_passed(file), *_present(file), *_expected(file)]
    return [_step(mark) for mark in _joined(marks)]


def _passed(file: CaseFile) -> list[_Mark]:
    """Stages behind the case, in order of first visit; one that lies ahead again is shown there."""
    open_now = file.state.status is Status.OPEN
    coming = {file.state.stage, *ahead(file.shelf.books, file.state, file.at)} if open_now else set()
    left = _left_at(file)
    return [
        _Mark(key=key, label=_name(file, key), state="done", at=at) for key, at in left.items() if key not in coming
    ]


def _left_at(file: CaseFile) -> dict[str, datetime]:
    """When each stage was left last, in order of the first visit; the first contact is left with the filing."""
    found: dict[str, datetime] = {}
    here = file.definition.start
    for entry in file.entries:
        move = entry.event.move
        if move and move.stage != here:
            found[here] = entry.event.at
            here = move.stage
    if file.state.status is not Status.OPEN and here != COMPLETED:
        found[here] = file.state.last_at
    return found


def _present(file: CaseFile) -> list[_Mark]:
    if file.state.status is not Status.OPEN:
        label = ENDS[file.state.status]
        state = "done" if file.state.status is Status.COMPLETED else "now"
        return [_Mark(key=COMPLETED, label=label, state=state, at=file.state.last_at)]
    return [_Mark(key=file.state.stage, label=_name(file, file.state.stage), state="now", at=file.state.entered_at)]


def _expected(file: CaseFile) -> list[_Mark]:
    return [
        _Mark(
            key=key, label=_name(file, key), state="back" if file.state.visits.get(key) and key != "accept" else "todo"
        )
        for key in ahead(file.shelf.books, file.state, file.at)
    ]


SHORT = {
    "contact": "受理", "accept": "受理", "supplement": "补资料", "survey": "勘查", "scheme": "拟方案", "review": "会审",
    "reply": "答复", "answer": "客户确认", "design": "设计", "design_review": "设计审查", "works": "客户工程",
    "mid_wait": "中间检查", "mid_inspect": "中间检查", "mid_rectify": "隐蔽整改", "completion_request": "竣工检验",
    "completion_wait": "竣工检验", "completion_inspect": "竣工检验", "rectify": "整改", "contract_draft": "合同",
    "contract_sign": "合同", "dispatch_agreement": "调度协议", "fees": "收费", "external_works": "外线工程",
    "metering": "装表", "energise": "送电", "archive": "归档", "revisit": "回访",
}  # fmt: skip
"""The bar's short words for the stages of our own processes; a stage of another process goes by its full name."""


def _name(file: CaseFile, key: str) -> str:
    if key in SHORT:
        return SHORT[key]
    stage = file.definition.stages.get(key)
    return stage.name if stage else key


def _joined(marks: Iterable[_Mark]) -> list[_Mark]:
    """Stages that are one step to whoever looks at the whole become one: 待到场 and 检验, 起草 and 签订."""
    found: list[_Mark] = []
    for mark in marks:
        last = found[-1] if found else None
        if last is not None and last.label == mark.label:
            state = "now" if "now" in (last.state, mark.state) else mark.state
            found[-1] = replace(mark, state=state, at=mark.at or last.at)
        else:
            found.append(mark)
    return found


def _step(mark: _Mark) -> Step:
    note = ""
    if mark.at is not None:
        day = f"{mark.at.astimezone(BEIJING):%m-%d}"
        note = f"{day} 起" if mark.state == "now" and mark.key != COMPLETED else day
    elif mark.state == "back":
        note = "须重办"
    return Step(label=mark.label, state=mark.state, note=note)
