"""督办单: a numbered sheet from a supervisor to a chief or manager: acknowledged, replied, checked, closed or sent back."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from yekuo.rules.actor import Actor
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds import oversight
from yekuo.rules.deeds.base import Deed
from yekuo.rules.refusal import Problem, Refused

SUPERVISORS = {1: "supervisor1", 2: "supervisor2"}
RECEIVERS = ("chief", "manager")


class SheetStatus(StrEnum):
    """督办单状态: issued, acknowledged, replied (the supervisor has the ball), sent back, closed."""

    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    REPLIED = "replied"
    RETURNED = "returned"
    CLOSED = "closed"


STATUS_NAMES = {
    SheetStatus.ISSUED: "待签收", SheetStatus.ACKNOWLEDGED: "待答复", SheetStatus.REPLIED: "待复核",
    SheetStatus.RETURNED: "已退回，待重新答复", SheetStatus.CLOSED: "已办结",
}  # fmt: skip
WITH_RECEIVER = (SheetStatus.ISSUED, SheetStatus.ACKNOWLEDGED, SheetStatus.RETURNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """督办单: one sheet as it stands; `level` is the supervision that checks it, `person` 0 whoever holds `role` in `unit`."""

    number: str
    unit: int
    level: int
    role: str
    person: int
    issued_by: int
    issued_at: datetime
    reply_by: datetime
    status: SheetStatus = SheetStatus.ISSUED
    rounds: int = 1
    replied_by: int = 0
    replied_at: datetime | None = None
    escalated_at: datetime | None = None
    closed_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def waits_for_receiver(self) -> bool:
        """This function will say whether the ball is with whom it was sent to."""
        return self.status in WITH_RECEIVER

    def late(self, at: datetime) -> bool:
        """This function will say whether the reply is late: not there at its deadline."""
        return self.waits_for_receiver and at > self.reply_by

    def to_escalate(self, at: datetime) -> bool:
        """This function will say whether the second level has to take it over by itself."""
        return self.level == 1 and self.late(at)


def level_of(by: Actor) -> int:
    """This function will say at which level somebody supervises: 2, 1, or 0 for nobody who does."""
    return 2 if SUPERVISORS[2] in by.roles else 1 if SUPERVISORS[1] in by.roles else 0


def content_problems(deed: Deed, *, at: datetime) -> tuple[Problem, ...]:
    """This function will list what is wrong with the content of a step, whatever the sheet's state."""
    found: list[Problem] = []

    def when(wrong: bool, field: str, message: str) -> None:
        if wrong:
            found.append(Problem(field, message))

    if isinstance(deed, oversight.IssueSheet):
        when(not deed.text.strip(), "text", "请写明督办事项和要求")
        when(deed.role not in RECEIVERS, "role", "督办单发给班长/主任或客户经理")
        when(deed.reply_by <= at, "reply_by", "答复期限须在现在之后")
    elif isinstance(deed, oversight.ReplySheet):
        when(not deed.cause.strip(), "cause", "请写明原因")
        when(not deed.measures.strip(), "measures", "请写明整改措施")
        when(deed.done_by is not None and deed.done_by < day_of(at), "done_by", "完成日期不能早于今天")
    elif isinstance(deed, oversight.CheckSheet):
        when(not deed.note.strip(), "note", "请写明复核意见")
        lacking = not deed.closed and deed.reply_by is None
        when(lacking, "reply_by", "退回时请给出新的答复期限")
        when(deed.reply_by is not None and deed.reply_by <= at, "reply_by", "答复期限须在现在之后")
    elif isinstance(deed, oversight.EscalateSheet):
        when(not deed.reason.strip(), "reason", "请写明升级原因")
    return tuple(found)


def advance(held: Sheet, deed: Deed, *, by: Actor, at: datetime) -> Sheet:
    """This function will return the sheet after a step. Raises Refused when it is not the step's turn or not theirs."""
    if isinstance(deed, oversight.AcknowledgeSheet):
        _receiver(held, by)
        _turn(held, (SheetStatus.ISSUED,), "已经签收过")
        return replace(held, status=SheetStatus.ACKNOWLEDGED, last_at=at)
    if isinstance(deed, oversight.ReplySheet):
        _receiver(held, by)
        _turn(held, WITH_RECEIVER, "不用再答复")
        return replace(held, status=SheetStatus.REPLIED, replied_by=by.person, replied_at=at, last_at=at)
    if isinstance(deed, oversight.CheckSheet):
        return _checked(held, deed, by, at)
    if isinstance(deed, oversight.EscalateSheet):
        return _escalated(held, by, at)
    raise Refused("督办单没有这一步", code="wrong_step")


def _checked(held: Sheet, deed: oversight.CheckSheet, by: Actor, at: datetime) -> Sheet:
    _turn(held, (SheetStatus.REPLIED,), "还没有答复，不能复核")
    if SUPERVISORS[held.level] not in by.roles:
        raise Refused(f"这张督办单由{'二级' if held.level == 2 else '一级'}督导复核", code="forbidden")
    if by.person == held.replied_by:
        raise Refused("您答复了这张督办单，须由另一人复核", code="same_person")
    if deed.closed:
        return replace(held, status=SheetStatus.CLOSED, closed_at=at, last_at=at)
    reply_by = deed.reply_by or held.reply_by
    return replace(held, status=SheetStatus.RETURNED, rounds=held.rounds + 1, reply_by=reply_by, last_at=at)


def _escalated(held: Sheet, by: Actor, at: datetime) -> Sheet:
    if held.level == 2:
        raise Refused("这张督办单已由二级督导督办", code="wrong_step")
    _turn(held, tuple(one for one in SheetStatus if one is not SheetStatus.CLOSED), "不能再升级")
    if by.staff and level_of(by) == 0:
        raise Refused("只有督导可以升级督办单", code="forbidden")
    return replace(held, level=2, escalated_at=at, last_at=at)


def _turn(held: Sheet, wanted: tuple[SheetStatus, ...], message: str) -> None:
    if held.status not in wanted:
        raise Refused(f"督办单 {held.number} 现在是“{STATUS_NAMES[held.status]}”：{message}", code="wrong_step")


def _receiver(held: Sheet, by: Actor) -> None:
    mine = by.person == held.person if held.person else held.role in by.roles
    if not mine:
        raise Refused("这张督办单不是发给您的", code="forbidden")
