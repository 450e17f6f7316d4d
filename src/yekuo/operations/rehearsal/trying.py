"""演练尝试: things somebody might be tempted to do, really tried on the demo's cases, and what the product says to them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from yekuo.operations import audit
from yekuo.operations.chain import check_chain
from yekuo.operations.perform import perform
from yekuo.operations.rehearsal.cast import CHEAT, PAUSED, cast
from yekuo.records import cases, log, staff, tampering
from yekuo.records.models import Case
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.base import Deed
from yekuo.rules.deeds.course import ApprovePause
from yekuo.rules.deeds.scheme import SubmitSurvey
from yekuo.rules.refusal import Refused

EARLIER = timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """尝试结果: who tried what on which case, what was answered, and the lines that explain it."""

    title: str
    who: str
    number: str
    answer: str
    lines: tuple[str, ...]
    refused: bool


def attempt(what: str, *, at: datetime) -> Tried:
    """This function will try what a visitor chose, by the very operations the product uses. Raises LookupError for others."""
    return ATTEMPTS[what](at)


def _case(serial: int) -> Case:
    return Case.objects.get(number=cast(serial).number(serial))


def _actor(login: str) -> Actor:
    found = staff.by_login(login)
    if found is None:
        raise LookupError(login)
    return staff.actor_of(found)


def _refused(found: Case, deed: Deed, by: Actor, *, at: datetime, happened_at: datetime | None = None) -> str:
    """Whatever happens, nothing of an attempt stays."""
    try:
        with transaction.atomic():
            perform(case=found.pk, deed=deed, by=by, at=at, happened_at=happened_at)
            transaction.set_rollback(True)
    except Refused as refused:
        return refused.message
    return ""


def _backdate(at: datetime) -> Tried:
    found, claimed = _case(CHEAT), at.astimezone(BEIJING) - EARLIER
    facts = cases.state_of(found).facts
    if facts is None:
        raise LookupError(found.number)
    surveyed = SubmitSurvey(
        facts=replace(facts, external_works=False, customer_works=False), supply_point="工业路 3 号公变", opinion="具备供电条件"
    )  # fmt: skip
    said = _refused(found, surveyed, _actor("chengang"), at=at, happened_at=claimed)
    return Tried(
        title=f"把勘查时间写成 {claimed:%m 月 %d 日 %H:%M}", who="陈刚，勘查员", number=found.number, answer=said,
        lines=(
            "现场办的事可以晚些登记，但最多补记 3 天；其余的一律以登记时间为准。",
            "真的登记晚了，时钟照样按真实的那一天算，超期就是超期。",
        ),
        refused=bool(said),
    )  # fmt: skip


def _approve_own(at: datetime) -> Tried:
    found = _case(PAUSED)
    tempted = _actor("zhoutao")
    own = replace(tempted, roles=(*tempted.roles, "chief"))
    said = _refused(found, ApprovePause(number=1), own, at=at)
    return Tried(
        title="给自己申请的挂起批一个“同意”", who="周涛，客户经理（假设他同时是班长，权限上本来批得了）", number=found.number,
        answer=said,
        lines=(
            "挂起要有证据，还要第二个人批准；批准之前，时限一分钟也没有停。",
            "批准也从批准那一刻起算，不能往前补。客户看得到每一次挂起，可以提出异议。",
        ),
        refused=bool(said),
    )  # fmt: skip


def _change_log(at: datetime) -> Tried:
    found = _case(CHEAT)
    rows = log.rows(found.pk)
    place = min(2, len(rows) - 1)
    try:
        tampering.move_back(found.pk, seq=rows[place][0].seq)
        said = ""
    except DatabaseError as error:
        said = f"数据库拒绝，日志不许改（{str(error).splitlines()[0]}）"
    row, *hashes = rows[place]
    moved = replace(row, recorded_at=row.recorded_at - EARLIER)
    copy = [*rows[:place], (moved, *hashes), *rows[place + 1 :]]
    found_out = [str(one) for one in check_chain(found, copy)]  # type: ignore[arg-type]
    whole = audit.verify(numbers=(found.number,), log_only=True).whole
    return Tried(
        title=f"绕过程序，直接把日志第 {row.seq} 行的登记时间改早 6 天", who="能进数据库的人", number=found.number, answer=said,
        lines=(
            "程序用的数据库账号对日志只能添、不能改、不能删。",
            "就算拿到更高的权限改成了：把这一行改早的副本交给 yekuo verify，它指出：" + "；".join(found_out),
            "对真正的日志当场再验一遍：" + ("完整，没有被动过。" if whole else "发现问题！"),
        ),
        refused=bool(said) and bool(found_out),
    )  # fmt: skip


ATTEMPTS: dict[str, Callable[[datetime], Tried]] = {
    "backdate": _backdate, "approve-own": _approve_own, "change-log": _change_log,
}  # fmt: skip
