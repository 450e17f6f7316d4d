"""在等客户: what exactly is asked of a customer who has the ball, when to remind, and the words to do it with."""

import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yekuo.rules.calendar import Calendar, day_of
from yekuo.rules.refusal import Refused
from yekuo.rules.state import CaseState

LONGEST_TEXT = 300
PLACES = frozenset(
    {"number", "days", "papers", "version", "defects", "deadline", "contract", "plan", "percent", "phone"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """话术: what is asked at a stage, as a text message and as a script for the phone."""

    stage: str
    ask: str
    sms: str
    script: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseTable:
    """催办规则: first reminder and repeat in working days, attempts without an answer before the chief is told."""

    first_days: int
    repeat_days: int
    attempts: int
    confirmed: bool
    wordings: Mapping[str, Wording]
    other: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """催办草稿: what is asked, the text to send, the words to say; no personal data in any of them."""

    ask: str
    sms: str
    script: str


def parse_chase(text: str) -> ChaseTable:
    """This function will read the table from TOML; ValueError on a place nobody fills, or without the stage `other`."""
    data = tomllib.loads(text)
    found = {row["stage"]: Wording(**row) for row in data["wording"]}
    for one in found.values():
        _checked(one)
    other = found.pop("other", None)
    if other is None:
        raise ValueError("催办话术缺少 other")
    return ChaseTable(wordings=found, other=other, **data["pace"])


def _checked(one: Wording) -> None:
    for words in (one.ask, one.sms, one.script):
        named = {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}
        if not named <= PLACES:
            raise ValueError(f"催办话术 {one.stage} 有不认识的占位：{'、'.join(sorted(named - PLACES))}")
    if len(one.sms) > LONGEST_TEXT:
        raise ValueError(f"催办话术 {one.stage} 的短信太长")


def drafted(
    state: CaseState, *, number: str, papers: Iterable[str], days: int, phone: str, table: ChaseTable
) -> Drafted:  # fmt: skip
    """This function will draft the words for a case.

    `papers` are the names of what is still to come, `days` the working days it has been silent, `phone` ours to call.
    """
    words = table.wordings.get("paused" if state.pause else state.stage, table.other)
    filled = _filled(state, number=number, papers=tuple(papers), days=days, phone=phone)
    return Drafted(
        ask=words.ask.format(**filled),
        sms=words.sms.format(**filled)[:LONGEST_TEXT],
        script=words.script.format(**filled),
    )


def _filled(state: CaseState, *, number: str, papers: tuple[str, ...], days: int, phone: str) -> dict[str, Any]:
    deadline = min((one.deadline for one in state.defects), default=None)
    plan = state.plan
    return {
        "number": number, "days": days, "papers": "、".join(papers) or "所缺资料", "version": state.replied_version,
        "defects": len(state.defects), "deadline": _spoken(deadline) if deadline else "约定日期",
        "contract": state.contract.number if state.contract else "",
        "plan": f"计划 {_spoken(plan.finish_on)}完工" if plan else "还没有登记工期",
        "percent": state.works_percent, "phone": phone or "95598",
    }  # fmt: skip


def _spoken(day: date) -> str:
    return f"{day.month} 月 {day.day} 日"


def silent_since(state: CaseState) -> date:
    """This function will name the day from which the customer has been silent: the ball's, or the last contact's."""
    last = state.last_contact_at if not state.unreached else None
    return day_of(max(state.entered_at, last) if last else state.entered_at)


def next_reminder(state: CaseState, calendar: Calendar, table: ChaseTable) -> date:
    """This function will name the day of the next reminder: some working days after the ball went over or the last try.

    A call that was promised for a day is the reminder.
    """
    if state.promised_call:
        return state.promised_call
    tried = state.last_contact_at is not None and state.last_contact_at >= state.entered_at
    start = state.last_contact_at if tried and state.last_contact_at else state.entered_at
    days = table.repeat_days if tried else table.first_days
    try:
        return day_of(calendar.due(start, days).at)
    except Refused:  # beyond the calendar
        return day_of(start)
