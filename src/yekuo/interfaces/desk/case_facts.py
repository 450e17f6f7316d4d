"""案情: what a case is about, beside its clocks: facts declared and found, pauses, papers, schemes, contract, people."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse

from yekuo.interfaces.desk.case_story import member_name
from yekuo.interfaces.desk.forms.summary import summary_of
from yekuo.interfaces.desk.paper_names import OTHER_PAPERS
from yekuo.interfaces.look import names
from yekuo.interfaces.look.names import CAUSE_NAMES, CONTRACT_NAMES, name_of, role_name
from yekuo.operations.casefile import CaseFile
from yekuo.operations.papers import Kept
from yekuo.rules.calendar import BEIJING, day_of
from yekuo.rules.deeds import inspection as inspections
from yekuo.rules.deeds import intake, scheme
from yekuo.rules.deeds.base import Paper
from yekuo.rules.facts import Facts, Voltage
from yekuo.rules.inspection import InspectionKind, Result, completion_kind
from yekuo.rules.limits import ClockKind
from yekuo.rules.materials import DUE_NAMES
from yekuo.rules.metering import MeterInstalled
from yekuo.rules.refusal import Refused
from yekuo.rules.scheme import FeeLine
from yekuo.rules.state import PauseCase, Review
from yekuo.rules.timeline import Cause, Pause

CLOCK_NAMES = names.CLOCK_KIND_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """案情行: as applied for and as it counts now."""

    label: str
    asked: str
    counts: str
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLink:
    """资料链接: one file to look at; `state` says what it is good for."""

    name: str
    url: str
    code: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow:
    """资料要求: one requirement and what was handed in for it."""

    name: str
    due: str
    state: str
    tone: str
    files: tuple[PaperLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRow:
    """挂起: one pause with who asked, who decided, its evidence and what it stops."""

    number: int
    cause: str
    reason: str
    state: str
    tone: str
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str
    note: str
    ended_at: datetime | None
    expected_until: date | None
    evidence: tuple[PaperLink, ...]
    stops: tuple[str, ...]
    runs_on: tuple[str, ...]
    disputes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRow:
    """方案版本: one version and what became of it."""

    version: int
    state: str
    tone: str
    summary: list[tuple[str, str]]
    fees: tuple[tuple[FeeLine, bool], ...]
    valid_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRow:
    """会审席位: a member, what they said, when."""

    name: str
    holder: str
    state: str
    tone: str
    text: str
    at: datetime | None
    days: int
    due: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewShown:
    """会审: the open or last review; `live` says that opinions may still come."""

    version: int
    seats: tuple[SeatRow, ...]
    outcome: str
    tone: str
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionRow:
    """检验: one conclusion with its defects."""

    title: str
    at: datetime
    who: str
    passed: bool
    failed: tuple[str, ...]
    defects: tuple[str, ...]
    checked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """办理人员: a role in this case, who holds it, the appointment made."""

    role: str
    name: str
    appointment: datetime | None
    deputy: str


# --- facts ----------------------------------------------------------------------------------------------------


def fact_rows(file: CaseFile) -> list[FactRow]:
    """This function will put what was applied for beside what counts now."""
    asked, now = _asked(file), file.state.facts
    if asked is None or now is None:
        return []
    return [
        FactRow(label=label, asked=one, counts=other, changed=one not in (other, OPEN))
        for (label, one), (_, other) in zip(_facts(asked), _facts(now), strict=True)
    ]


def _asked(file: CaseFile) -> Facts | None:
    bodies = (entry.event.body for entry in file.entries)
    return next((body.facts for body in bodies if isinstance(body, intake.FileApplication)), file.state.facts)


def _facts(facts: Facts) -> list[tuple[str, str]]:
    return [
        ("业务", name_of(facts.business)),
        ("客户类别", name_of(facts.kind)),
        ("时限类别", name_of(facts.customer_class)),
        ("供电电压", name_of(facts.voltage)),
        ("容量", capacity(facts.capacity_kva, facts.voltage)),
        ("原有容量", capacity(facts.original_kva, facts.voltage) if facts.original_kva else "无"),
        ("电源路数", f"{facts.sources} 路"),
        ("外部工程", _maybe(facts.external_works)),
        ("客户受电工程", _maybe(facts.customer_works)),
        ("重要性等级", name_of(facts.importance)),
        ("特殊负荷", "有" if facts.special_load else "无"),
        *([("并网发电", f"{facts.generation_kw.normalize():f} kW")] if facts.generation_kw else []),
        ("零投资", "是" if facts.zero_investment else "否"),
    ]


def capacity(value: Decimal, voltage: int) -> str:
    """This function will write a capacity with the unit of its voltage."""
    return f"{value.normalize():f} {'kVA' if voltage >= Voltage.KV10 else 'kW'}"


OPEN = "勘查后确定"


def _maybe(value: bool | None) -> str:
    return OPEN if value is None else "需要" if value else "不需要"


# --- papers ---------------------------------------------------------------------------------------------------


def paper_link(file: CaseFile, paper: Paper, kept: dict[int, Kept]) -> PaperLink:
    """This function will make the link to a file of the case."""
    found = kept.get(paper.file)
    url = reverse("desk:paper", args=(file.number, paper.file)) if found and found.openable else ""
    return PaperLink(
        name=found.name if found else f"文件 {paper.file}", url=url, code=paper.code, at=found.at if found else None
    )


def need_rows(file: CaseFile, kept: dict[int, Kept]) -> list[NeedRow]:
    """This function will list what the case needs, with the files handed in for it, then files nobody asked for."""
    rows: list[NeedRow] = []
    used: set[int] = set()
    for one in file.needed:
        files = tuple(paper for paper in file.state.papers if paper.code in one.codes)
        used.update(paper.file for paper in files)
        promised = one.code in file.state.promised
        state, tone = ("已收", "ok") if files else ("容缺，待补", "warn") if promised else ("未收", "")
        links = tuple(paper_link(file, paper, kept) for paper in files)
        rows.append(NeedRow(name=one.name, due=DUE_NAMES[one.due], state=state, tone=tone, files=links))
    other = [paper for paper in file.state.papers if paper.file not in used]
    codes = dict.fromkeys(paper.code for paper in other)
    return rows + [
        NeedRow(
            name=OTHER_PAPERS.get(code, "其他资料"), due="", state="", tone="",
            files=tuple(paper_link(file, paper, kept) for paper in other if paper.code == code),
        )
        for code in codes
    ]  # fmt: skip


# --- pauses ---------------------------------------------------------------------------------------------------


def pause_rows(file: CaseFile, kept: dict[int, Kept]) -> list[PauseRow]:
    """This function will list the pauses, newest first."""
    pairs = zip(file.state.timeline.pauses, file.state.pause_cases, strict=True)
    return [_pause(file, pause, case, kept) for pause, case in reversed(list(pairs))]


def _pause(file: CaseFile, pause: Pause, case: PauseCase, kept: dict[int, Kept]) -> PauseRow:
    state, tone = _pause_state(pause)
    stops, runs_on = effect(file, pause.cause)
    return PauseRow(
        number=pause.number,
        cause=CAUSE_NAMES[pause.cause],
        reason=case.request.reason,
        state=state,
        tone=tone,
        asked_at=pause.requested_at,
        asked_by=file.names.get(case.by, "员工") if case.by else "系统",
        decided_at=pause.approved_at or pause.refused_at,
        decided_by=file.names.get(case.decided_by, "员工") if case.decided_by else "",
        note=case.note,
        ended_at=pause.ended_at,
        expected_until=case.request.expected_until,
        evidence=tuple(paper_link(file, paper, kept) for paper in case.request.evidence),
        stops=stops,
        runs_on=runs_on,
        disputes=case.disputes,
    )


def _pause_state(pause: Pause) -> tuple[str, str]:
    if pause.refused_at:
        return "已驳回", "bad"
    if pause.ended_at:
        return ("已恢复", "ok") if pause.approved_at else ("未批准即结束", "")
    return ("生效中", "warn") if pause.approved_at else ("待审批", "info")


def effect(file: CaseFile, cause: Cause) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """This function will name the clocks an approved pause of this cause stops, and those that run on."""
    limits, place, on = file.shelf.limits, file.state.place, day_of(file.at)
    kinds = (ClockKind.STAGE, ClockKind.UTILITY_SUM, ClockKind.END_TO_END)
    stopped = [kind for kind in kinds if cause in limits.stopping(kind, place, on)]
    return (
        tuple(CLOCK_NAMES[kind] for kind in stopped),
        tuple(CLOCK_NAMES[kind] for kind in kinds if kind not in stopped),
    )


# --- schemes, review, inspections, contract, people -----------------------------------------------------------


def scheme_rows(file: CaseFile) -> list[SchemeRow]:
    """This function will list the versions of the scheme, newest first."""
    state = file.state
    paid = frozenset((one.item, one.source) for one in state.fees_paid)
    return [
        SchemeRow(
            version=one.version, state=word, tone=tone, summary=summary_of(one),
            fees=tuple((line, (line.item, line.source) in paid) for line in one.fees), valid_until=one.valid_until,
        )
        for one in reversed(state.schemes)
        for word, tone in (_scheme_state(file, one.version),)
    ]  # fmt: skip


def _scheme_state(file: CaseFile, version: int) -> tuple[str, str]:
    state = file.state
    if version == state.agreed_version:
        return "客户已同意", "ok"
    if version == state.replied_version:
        return "已答复", "info"
    return ("草稿", "") if version == len(state.schemes) else ("已被新版本代替", "")


def review_shown(file: CaseFile) -> ReviewShown | None:
    """This function will show the review of the newest scheme: who agreed, who objected, who is silent."""
    review = file.state.review
    if review is None:
        return None
    outcome, tone = {"open": ("会审中", "info"), "agreed": ("全部同意", "ok"), "objected": ("有人反对，已退回", "bad")}[
        review.outcome
    ]
    live = review.outcome == "open" and bool(file.stage and file.stage.group)
    seats = tuple(_seat(file, review, seat.member, seat.days) for seat in review.seats)
    return ReviewShown(version=review.version, seats=seats, outcome=outcome, tone=tone, live=live)


def _seat(file: CaseFile, review: Review, member: str, days: int) -> SeatRow:
    given = next((one for one in review.opinions if one.member == member), None)
    entry = next((one for one in reversed(file.entries) if one.event.body == given), None) if given else None
    state, tone = ("待签", "") if given is None else ("同意", "ok") if given.agree else ("反对", "bad")
    due = seat_due(file, days) if given is None else None
    return SeatRow(
        due=due,
        late=due is not None and file.at >= due,
        name=member_name(member, file),
        holder=entry.who if entry else file.names.get(file.state.people.get(member, 0), ""),
        state=state,
        tone=tone,
        text=given.text if given else "",
        at=entry.event.at if entry else None,
        days=days,
    )


def seat_due(file: CaseFile, days: int) -> datetime | None:
    """This function will give the end of the working days a seat has since the case came into the review; None outside one."""
    if file.stage is None or not file.stage.group:
        return None
    try:
        return file.calendar.due(file.state.entered_at, days).at
    except Refused:  # beyond the calendar
        return None


def inspection_rows(file: CaseFile) -> list[InspectionRow]:
    """This function will list the conclusions of inspections, newest first."""
    rows = []
    for entry in reversed(file.entries):
        body = entry.event.body
        if isinstance(body, CONCLUSIONS):
            mid = isinstance(body, inspections.ConcludeMidInspection)
            texts = _checklist(file, mid=mid)
            failed = tuple(texts.get(one.code, one.code) for one in body.items if one.result is Result.FAILED)
            defects = tuple(f"{one.text}（限 {one.deadline} 前整改）" for one in body.defects)
            rows.append(
                InspectionRow(
                    title="中间检查" if mid else "竣工检验", at=entry.event.at, who=entry.who, passed=body.passed,
                    failed=failed, defects=defects, checked=len(body.items),
                )
            )  # fmt: skip
    return rows


CONCLUSIONS = (inspections.ConcludeMidInspection, inspections.ConcludeCompletionInspection)


def _checklist(file: CaseFile, *, mid: bool) -> dict[str, str]:
    if file.state.facts is None:
        return {}
    kind = InspectionKind.MID if mid else completion_kind(file.state.facts)
    return {item.code: item.text for item in file.shelf.books.checklists.items[kind]}


def contract_pairs(file: CaseFile) -> list[tuple[str, str]]:
    """This function will list what is known of the contract; empty before it is drafted."""
    held = file.state.contract
    if held is None:
        return []
    pairs = [
        ("种类", CONTRACT_NAMES[held.kind]),
        ("编号", held.number),
        ("依据", f"第 {held.scheme_version} 版方案" if held.scheme_version else "标准合同（随申请签订）"),
        ("期限", f"{held.years} 年" if held.years else ""),
        ("供电方", "已签" if held.utility_signed else "未签"),
        ("用电方", "已签" if held.customer_signed else "未签"),
    ]
    if file.state.dispatch_agreement:
        pairs.append(("调度协议", file.state.dispatch_agreement))
    return [(label, words) for label, words in pairs if words]


def people_rows(file: CaseFile) -> list[PersonRow]:
    """This function will list who acts in which role in this case."""
    state = file.state
    deputies = {one.role: one for one in state.delegations if file.at < one.until}
    return [
        PersonRow(
            role=role_name(role), name=file.names.get(person, f"人员 {person}"),
            appointment=state.appointments.get(role),
            deputy=file.names.get(deputies[role].person, "同事") if role in deputies else "",
        )
        for role, person in state.people.items()
    ]  # fmt: skip


def survey_pairs(file: CaseFile) -> list[tuple[str, str]]:
    """This function will list what the survey found."""
    found: scheme.SubmitSurvey | None = file.state.survey
    if found is None:
        return []
    pairs = [
        ("供电条件", "具备" if found.ready else f"暂不具备：{found.obstacle}"), ("供电点", found.supply_point),
        ("受电点", found.receiving_point), ("计量点", found.metering_point), ("勘查意见", found.opinion),
    ]  # fmt: skip
    return [(label, words) for label, words in pairs if words]


def works_pairs(file: CaseFile) -> list[tuple[str, str]]:
    """This function will list how the works stand, on the customer's side and on ours; empty before there are any."""
    state, plan = file.state, file.state.plan
    permits = state.timeline.permits
    decided = sum(one.decided_at is not None for one in permits)
    pairs = [
        ("施工单位", f"{plan.builder}（{plan.licence}）" if plan else ""),
        ("计划工期", f"{plan.start_on} 至 {plan.finish_on}" if plan else ""),
        ("客户工程", "已完工" if state.works_finished else f"{state.works_percent}%" if state.works_percent else ""),
        ("隐蔽工程记录", f"{state.hidden_works} 次" if state.hidden_works else ""),
        ("外部工程", "已验收" if state.external_accepted else ""),
        ("政府审批", f"{len(permits)} 项，已决定 {decided} 项" if permits else ""),
    ]
    return [(label, words) for label, words in pairs if words]


def powered_pairs(file: CaseFile) -> list[tuple[str, str]]:
    """This function will list what hangs on the wall and what followed: meters, safety, power, archive, grade."""
    state = file.state
    meters = [(f"计量点 {one.point}", _meter_words(one)) for one in state.meters]
    energised = state.timeline.energised_at
    pairs = [
        *meters,
        ("安全措施", "、".join(state.measures)),
        ("持证电工", "、".join(state.electricians)),
        ("送电时间", f"{energised.astimezone(BEIJING):%Y-%m-%d %H:%M}" if energised else ""),
        ("档案号", state.archive_number),
        ("客户评价", names.GRADE_NAMES.get(state.grade, "")),
    ]
    return [(label, words) for label, words in pairs if words]


def _meter_words(one: MeterInstalled) -> str:
    readings = "、".join(
        f"{names.REGISTER_NAMES.get(each.register, each.register)} {each.value}" for each in one.readings
    )
    parts = (
        f"电能表 {one.meter_asset}", one.ct_ratio and f"TA {one.ct_ratio}", one.vt_ratio and f"TV {one.vt_ratio}",
        readings and f"起度 {readings}", one.terminal_asset and f"终端 {one.terminal_asset}",
    )  # fmt: skip
    return "，".join(part for part in parts if part)
