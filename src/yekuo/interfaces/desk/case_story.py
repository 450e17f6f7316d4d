"""经过: the log of a case told for people, newest first, each deed with what was filled in."""

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from yekuo.interfaces.desk.paper_names import OTHER_PAPERS
from yekuo.interfaces.look import names
from yekuo.interfaces.look.names import name_of, role_name
from yekuo.operations.casefile import CaseFile, Entry
from yekuo.rules.appointments import Slot, slot_words
from yekuo.rules.calendar import BEIJING
from yekuo.rules.complaints import SOURCES, TOPICS
from yekuo.rules.deeds import Deed, Paper
from yekuo.rules.deeds.inspection import Rectified
from yekuo.rules.deeds.oversight import FileComplaint
from yekuo.rules.engine.oversight import ABOUT_COMPLAINTS
from yekuo.rules.facts import Facts, Voltage
from yekuo.rules.inspection import CheckedItem, Defect
from yekuo.rules.metering import MeterInstalled, MeterRemoved
from yekuo.rules.scheme import Scheme
from yekuo.rules.supervision import KIND_NAMES, OTHER

LABELS = {
    "channel": "渠道", "note": "说明", "remark": "备注", "facts": "用电需求", "papers": "资料", "wanted_on": "期望日期",
    "signs_standard_contract": "同意标准合同", "missing": "缺件", "manager": "客户经理", "promised": "容缺资料",
    "contract_number": "合同编号", "reason": "原因", "role": "岗位", "person": "人员", "appointment": "预约时间",
    "ready": "具备供电条件", "obstacle": "不具备的原因", "supply_point": "供电点", "receiving_point": "受电点",
    "metering_point": "计量点", "opinion": "勘查意见", "photos": "照片", "scheme": "方案", "member": "席位",
    "agree": "意见", "text": "意见内容", "evidence": "证据", "version": "版本", "way": "方式", "designer": "设计单位",
    "licence": "资质证号", "passed": "结论", "opinions": "意见", "builder": "施工单位", "start_on": "计划开工",
    "finish_on": "计划完工", "what": "内容", "percent": "进度", "finished_on": "完工日期", "content": "内容",
    "reached": "是否联系上", "items": "检查项", "defects": "缺陷", "answers": "整改答复", "kind": "种类", "number": "编号",
    "scheme_version": "依据方案", "years": "期限", "clauses": "条款", "side": "签署方", "item": "项目",
    "source": "电源", "amount": "金额", "receipt": "凭证号", "meters": "电能表", "removed": "原表拆回", "measures": "安全措施",
    "electricians": "持证电工", "shelf": "存放位置", "grade": "评价", "codes": "资料", "on_time": "按时送电",
    "told_once": "一次告知", "named_builder": "被指定单位",
    "extra_fee": "被多收费", "repeated_trip": "重复跑腿", "applied_on": "客户记得的申请日", "powered_on": "客户记得的通电日",
    "cause": "原因类别", "expected_until": "预计恢复", "granted": "是否批准", "to": "去往环节", "until": "截止",
    "stage": "对应环节", "sheet": "督办单", "reply_by": "答复期限", "done_by": "完成日期",
    "closed": "复核结论", "complaint": "投诉编号", "topic": "投诉内容", "source_number": "来源编号", "called_at": "来电时间", "source_at": "客户来电时间",
    "visit": "上门事项", "slots": "可选时段", "day": "日期", "part": "时段", "by_customer": "客户要求", "fault": "原因在谁",
    "call_on": "答应再联系", "send": "由系统发出", "changed": "另动过", "maker": "厂家", "model": "型号", "quantity": "数量",
    "result": "结果", "certificate": "报告或合格证",
    "justified": "是否属实", "findings": "调查结果", "answer": "给客户的答复", "satisfied": "客户是否满意",
}  # fmt: skip
LEFT_OUT = frozenset(
    {"about", "applicant", "applicant_digest", "site", "site_digest", "situation", "position", "signature"}
)
"""References and digests, and what says nothing to a reader."""
WORDS: dict[str, dict[Any, str]] = {
    "channel": names.CHANNEL_NAMES, "side": names.SIDE_NAMES, "grade": names.GRADE_NAMES,
    "agree": {True: "同意", False: "反对"}, "passed": {True: "通过", False: "不通过"},
    "closed": {True: "办结", False: "退回重新答复"},
}  # fmt: skip
BAD = frozenset({
    "pause_refused", "stage_returned", "case_terminated", "application_withdrawn", "pause_disputed", "sheet_issued",
    "sheet_escalated", "complaint_filed",
})  # fmt: skip
WARN = frozenset(
    {"pause_requested", "pause_approved", "notice_issued", "case_urged", "stage_jumped", "business_converted"}
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StoryItem:
    """经过一项: when it happened, and when it was recorded if that was another moment."""

    seq: int
    title: str
    who: str
    role: str
    at: datetime
    recorded_at: datetime | None
    stage: str
    moved_to: str
    level: str
    details: tuple[tuple[str, str], ...]


def story_of(file: CaseFile, *, reader: int = 0) -> list[StoryItem]:
    """This function will tell the log, newest first; whom a complaint is about does not read what was said of them."""
    told = [_item(file, entry) for entry in reversed(file.entries)]
    if not reader or not any(_about(entry) == reader for entry in file.entries):
        return told
    hidden = {entry.seq for entry in file.entries if isinstance(entry.event.body, ABOUT_COMPLAINTS)}
    return [dataclasses.replace(item, details=()) if item.seq in hidden else item for item in told]


def _about(entry: Entry) -> int:
    body = entry.event.body
    return body.about if isinstance(body, FileComplaint) else 0


def _item(file: CaseFile, entry: Entry) -> StoryItem:
    happened, recorded = entry.event.at, entry.recorded_at
    late = abs((recorded - happened).total_seconds()) >= 60
    return StoryItem(
        seq=entry.seq,
        title=entry.title,
        who=entry.who,
        role=entry.role,
        at=happened,
        recorded_at=recorded if late else None,
        stage=entry.stage,
        moved_to=entry.moved_to,
        level=_level(entry),
        details=tuple(details(entry.event.body, file)),
    )


def _level(entry: Entry) -> str:
    body = entry.event.body
    against = getattr(body, "agree", True) is False or getattr(body, "passed", True) is False
    if entry.event.kind in BAD or against:
        return "bad"
    return "warn" if entry.event.kind in WARN else ""


def details(body: Deed, file: CaseFile) -> Iterator[tuple[str, str]]:
    """This function will list (label, words) of what was filled in; empty fields are left out."""
    for one in dataclasses.fields(body):  # type: ignore[arg-type]
        if one.name in LEFT_OUT:
            continue
        words = _words(one.name, getattr(body, one.name), file)
        if words:
            yield LABELS.get(one.name, one.name), words


def _words(name: str, value: Any, file: CaseFile) -> str:
    if value is None or value in ("", ()):
        return ""
    if name in WORDS:
        return WORDS[name].get(value, str(value))
    special = SPECIAL.get(name)
    return special(value, file) if special else _plain(value, file)


def _plain(value: Any, file: CaseFile) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Enum):
        return name_of(value)
    if isinstance(value, tuple):
        return "；".join(filter(None, (_plain(one, file) for one in value)))
    told = TOLD.get(type(value))
    return told(value, file) if told else str(value)


def facts_words(facts: Facts, file: CaseFile | None = None) -> str:
    """This function will say in one line what is asked for."""
    unit = "kVA" if facts.voltage >= Voltage.KV10 else "kW"
    parts = [
        name_of(facts.business),
        name_of(facts.kind),
        name_of(facts.voltage),
        f"{facts.capacity_kva.normalize():f} {unit}",
    ]
    if facts.sources > 1:
        parts.append(f"{facts.sources} 路电源")
    if facts.importance.value != "ordinary":
        parts.append(name_of(facts.importance))
    return "，".join(parts)


def _person(value: int, file: CaseFile) -> str:
    return file.names.get(value, f"人员 {value}")


def _material(code: str, file: CaseFile) -> str:
    known = {paper.code: paper.name for paper in file.shelf.books.materials.papers}
    known |= {rule.requirement.code: rule.requirement.name for rule in file.shelf.books.materials.rules}
    return known.get(code) or OTHER_PAPERS.get(code, "其他资料")


def _materials(codes: tuple[str, ...], file: CaseFile) -> str:
    return "、".join(_material(code, file) for code in codes)


def _papers(papers: tuple[Paper, ...], file: CaseFile) -> str:
    counted: dict[str, int] = {}
    for paper in papers:
        counted[_material(paper.code, file)] = counted.get(_material(paper.code, file), 0) + 1
    return "、".join(f"{name}×{count}" if count > 1 else name for name, count in counted.items())


def member_name(value: str, file: CaseFile) -> str:
    """This function will name a seat of a review: a role, or a person."""
    return _person(int(value[6:]), file) if value.startswith("staff:") and value[6:].isdecimal() else role_name(value)


def _stage(value: str, file: CaseFile) -> str:
    stage = file.definition.stages.get(value)
    return stage.name if stage else value


def _clauses(value: tuple[str, ...], file: CaseFile) -> str:
    return f"{len(value)} 条"


def _ways(value: str, file: CaseFile) -> str:
    return {**names.CONTACT_WAY_NAMES, **names.REPLY_WAY_NAMES}.get(value, value)


def _checked(one: CheckedItem, file: CaseFile) -> str:
    return f"{one.code} {name_of(one.result)}"


def _items(items: tuple[CheckedItem, ...], file: CaseFile) -> str:
    failed = sum(one.result.value == "failed" for one in items)
    return f"{len(items)} 项，不合格 {failed} 项" if failed else f"{len(items)} 项，没有不合格"


def _defect(one: Defect, file: CaseFile) -> str:
    return f"{one.code} {one.text}（限 {one.deadline} 前）"


def _meter(one: MeterInstalled, file: CaseFile) -> str:
    return f"计量点 {one.point}：{one.meter_asset}"


def _removed(one: MeterRemoved, file: CaseFile) -> str:
    read = "、".join(
        f"{names.REGISTER_NAMES.get(it.register, it.register)} {it.value.normalize():f}" for it in one.readings
    )
    return f"{one.meter_asset} {one.removed_on:%m-%d} 拆表示数 {read}"


SPECIAL: dict[str, Any] = {
    "manager": _person,
    "person": lambda value, file: _person(value, file) if value else "",
    "role": lambda value, file: role_name(value),
    "promised": _materials,
    "missing": _materials,
    "papers": _papers,
    "photos": _papers,
    "evidence": _papers,
    "member": member_name,
    "to": _stage,
    "stage": _stage,
    "clauses": _clauses,
    "way": _ways,
    "items": _items,
    "version": lambda value, file: f"第 {value} 版" if isinstance(value, int) else value,
    "percent": lambda value, file: f"{value}%",
    "amount": lambda value, file: f"{value:,.2f} 元",
    "years": lambda value, file: f"{value} 年",
    "scheme_version": lambda value, file: f"第 {value} 版" if value else "标准合同",
    "source": lambda value, file: (
        SOURCES.get(value, value) if isinstance(value, str) else f"电源 {value}" if value else ""
    ),
    "topic": lambda value, file: TOPICS.get(value, value),
    "reason": lambda value, file: KIND_NAMES.get(value, "其他" if value == OTHER else value),
}
TOLD: dict[type, Any] = {
    Facts: facts_words,
    Scheme: lambda value, file: f"第 {value.version} 版，{len(value.sources)} 路电源",
    CheckedItem: _checked,
    Defect: _defect,
    Slot: lambda value, file: slot_words(value),
    Rectified: lambda value, file: f"{value.code}：{value.done}",
    MeterInstalled: _meter,
    MeterRemoved: _removed,
}
