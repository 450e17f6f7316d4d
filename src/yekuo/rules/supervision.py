"""督办例外: what is wrong with a case, each with its reason and the evidence for it; and the figures it is judged by."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from yekuo.rules.calendar import BEIJING, Calendar, day_of
from yekuo.rules.complaints import ComplaintLimits


class Kind(StrEnum):
    """例外种类: in the order in which they press."""

    OVERDUE = "overdue"
    NEAR = "near"
    ODD_TIME = "odd_time"
    RESTARTED = "restarted"
    DISPUTED = "disputed"
    LONG_PAUSE = "long_pause"
    REWORK = "rework"
    URGED = "urged"
    DISCONTENT = "discontent"


KIND_NAMES = {
    Kind.OVERDUE: "已超期", Kind.NEAR: "临近到期", Kind.ODD_TIME: "时间异常", Kind.RESTARTED: "终止后重建",
    Kind.DISPUTED: "客户不认可暂停", Kind.LONG_PAUSE: "挂起过久", Kind.REWORK: "多次退回返工", Kind.URGED: "多次催办未联系",
    Kind.DISCONTENT: "客户不满意",
}  # fmt: skip
OTHER = "other"
"""The reason of a sheet that is about none of these."""

GRADED = {"customer_revisited": "回访评价", "service_rated": "客户自评"}
RETURNED = {
    "stage_returned": "退回", "design_reviewed": "设计审查不通过", "mid_inspection_concluded": "中间检查不合格",
    "completion_inspection_concluded": "竣工检验不合格", "scheme_answered": "客户不同意方案",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionLimits:
    """例外口径: working days, minutes, hours and counts from which something is an exception."""

    long_pause_days: int
    minutes_apart: int
    night_from: int
    night_to: int
    late_hours: int
    returns: int
    urges: int
    restart_days: int
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLimits:
    """督办单时限: working days to reply, unless the sheet says otherwise."""

    reply_days: int
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitLimits:
    """回访口径: due so many working days after archiving; again after some; grades up to `low_grade` are low."""

    due_days: int
    again_days: int
    attempts: int
    low_grade: int
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionTable:
    """督办口径: the figures of complaints, sheets, revisits and exceptions."""

    complaint: ComplaintLimits
    sheet: SheetLimits
    revisit: RevisitLimits
    exception: ExceptionLimits


def parse_supervision(text: str) -> SupervisionTable:
    """This function will read the figures from TOML; TypeError on one that is lacking or unknown, ValueError below 1."""
    data = tomllib.loads(text)
    table = SupervisionTable(
        complaint=ComplaintLimits(**data["complaint"]),
        sheet=SheetLimits(**data["sheet"]),
        revisit=RevisitLimits(**data["revisit"]),
        exception=ExceptionLimits(**data["exception"]),
    )
    for name, part in data.items():
        for key, value in part.items():
            if isinstance(value, int) and not isinstance(value, bool) and value < 1:
                raise ValueError(f"督办口径：{name}.{key} 须大于 0")
    return table


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """痕迹: a row of the log that may be evidence; `moved` says that it closed a stage, `text` is what somebody wrote."""

    kind: str
    seq: int
    happened_at: datetime
    recorded_at: datetime
    actor: int = 0
    staff: bool = True
    moved: bool = False
    failed: bool = False
    text: str = ""
    grade: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """前一工单: the case of the same applicant or site that ended early before this one was opened."""

    number: str
    status: str
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """督办所依事实: what the log and the projections say of one case; `urges` counts since anybody last contacted the customer."""

    open: bool
    opened_at: datetime
    due_at: datetime | None = None
    paused: bool = False
    paused_since: datetime | None = None
    urges: int = 0
    marks: tuple[Mark, ...] = ()
    before: Before | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """例外: its kind, the reason in a sentence, and the evidence line by line."""

    kind: Kind
    reason: str
    evidence: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """This function will name the kind."""
        return KIND_NAMES[self.kind]


def findings(
    facts: CaseFacts, *, at: datetime, near_at: datetime, calendar: Calendar, limits: ExceptionLimits, low_grade: int
) -> tuple[Finding, ...]:
    """This function will list what is wrong with a case now, what presses most first.

    `near_at` is the moment up to which a deadline is near. Every evidence line names a time or a number in the log.
    """
    found = [
        *_deadline(facts, at, near_at),
        *_odd_times(facts.marks, limits),
        *_restarted(facts, limits),
        *_disputed(facts),
        *_long_pause(facts, at, calendar, limits),
        *_rework(facts, limits),
        *_urged(facts, limits),
        *_discontent(facts.marks, low_grade),
    ]
    return tuple(found)


def long_since(at: datetime, *, calendar: Calendar, limits: ExceptionLimits) -> datetime:
    """This function will give the moment before which a pause must have begun to be too long now."""
    first = calendar.working_day_before(day_of(at) + timedelta(days=1), limits.long_pause_days + 1)
    return datetime.combine(first, time(0), BEIJING)


def next_try(since: datetime, last_at: datetime | None, *, calendar: Calendar, limits: RevisitLimits) -> datetime:
    """This function will say when to call next: at once, or some working days after a call nobody answered."""
    if last_at is None:
        return since
    return calendar.open_at(calendar.add(day_of(last_at), limits.again_days))


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _deadline(facts: CaseFacts, at: datetime, near_at: datetime) -> Iterator[Finding]:
    due = facts.due_at
    if due is None or not facts.open:
        return
    if due <= at:
        yield Finding(kind=Kind.OVERDUE, reason="最早一项时限已过", evidence=(f"应于 {_said(due)} 前完成",))
    elif due <= near_at and not facts.paused:
        yield Finding(kind=Kind.NEAR, reason="一个工作日内到期", evidence=(f"应于 {_said(due)} 前完成",))


def _at_night(moment: datetime, limits: ExceptionLimits) -> bool:
    hour = moment.astimezone(BEIJING).hour
    return hour >= limits.night_from or hour < limits.night_to


def _odd_times(marks: Iterable[Mark], limits: ExceptionLimits) -> Iterator[Finding]:
    marks = tuple(marks)
    night = [one for one in marks if one.moved and one.staff and _at_night(one.recorded_at, limits)]
    apart = timedelta(minutes=limits.minutes_apart)
    lines = [
        f"日志第 {one.seq}、{two.seq} 行：同一账号夜间 {_said(one.recorded_at)} 和 {_said(two.recorded_at)} 连办两个环节"
        for one, two in pairwise(night)
        if one.actor == two.actor and two.recorded_at - one.recorded_at <= apart
    ]
    late = timedelta(hours=limits.late_hours)
    lines += [
        f"日志第 {one.seq} 行：{_said(one.happened_at)} 发生，{_said(one.recorded_at)} 才登记"
        for one in marks
        if one.recorded_at - one.happened_at > late
    ]
    if lines:
        yield Finding(kind=Kind.ODD_TIME, reason="办理时间不合常理", evidence=tuple(lines))


def _restarted(facts: CaseFacts, limits: ExceptionLimits) -> Iterator[Finding]:
    before = facts.before
    if before is None or not facts.open or before.status not in ("terminated", "withdrawn"):
        return
    gap = facts.opened_at - before.ended_at
    if timedelta(0) <= gap <= timedelta(days=limits.restart_days):
        word = "终止" if before.status == "terminated" else "撤回"
        line = f"{before.number} 于 {_said(before.ended_at)} {word}，本工单 {_said(facts.opened_at)} 新建"
        yield Finding(kind=Kind.RESTARTED, reason=f"同一客户或地址{word}后 {gap.days} 天内重建", evidence=(line,))


def _disputed(facts: CaseFacts) -> Iterator[Finding]:
    lines = tuple(
        f"{_said(one.recorded_at)} 客户：{one.text}" if one.text else f"{_said(one.recorded_at)} 客户提出异议"
        for one in facts.marks
        if one.kind == "pause_disputed"
    )
    if lines and facts.open:
        yield Finding(kind=Kind.DISPUTED, reason="客户对暂停提出异议", evidence=lines)


def _long_pause(facts: CaseFacts, at: datetime, calendar: Calendar, limits: ExceptionLimits) -> Iterator[Finding]:
    since = facts.paused_since
    if since is None or not facts.paused or not facts.open:
        return
    days = calendar.between(day_of(since), day_of(at))
    if days > limits.long_pause_days:
        yield Finding(
            kind=Kind.LONG_PAUSE, reason=f"已挂起 {days} 个工作日", evidence=(f"{_said(since)} 起挂起，至今没有恢复",)
        )


def _rework(facts: CaseFacts, limits: ExceptionLimits) -> Iterator[Finding]:
    done = [one for one in facts.marks if one.kind == "stage_returned" or (one.failed and one.kind in RETURNED)]
    if len(done) >= limits.returns and facts.open:
        lines = tuple(
            f"{_said(one.recorded_at)} {RETURNED[one.kind]}{f'：{one.text}' if one.text else ''}" for one in done
        )
        yield Finding(kind=Kind.REWORK, reason=f"退回、返工 {len(done)} 次", evidence=lines)


def _urged(facts: CaseFacts, limits: ExceptionLimits) -> Iterator[Finding]:
    if facts.urges >= limits.urges and facts.open:
        line = f"最近一次联系客户之后被催办 {facts.urges} 次"
        yield Finding(kind=Kind.URGED, reason="多次催办，没有人联系客户", evidence=(line,))


def _discontent(marks: Iterable[Mark], low_grade: int) -> Iterator[Finding]:
    lines = tuple(
        f"{_said(one.recorded_at)} {GRADED[one.kind]} {one.grade} 分{f'：{one.text}' if one.text else ''}"
        for one in marks
        if one.kind in GRADED and 0 < one.grade <= low_grade
    )
    if lines:
        yield Finding(kind=Kind.DISCONTENT, reason="客户评价不满意", evidence=lines)
