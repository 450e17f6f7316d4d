"""每日汇总: once a working day whoever leads or supervises gets one message with the numbers of their units, each a list."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta

from yekuo.operations.books import open_shelf
from yekuo.records import morning, oversight, rule_changes, scope, staff, tables, units
from yekuo.records.models import Staff, StaffMessage
from yekuo.records.morning import Span
from yekuo.records.rule_changes import Word
from yekuo.rules.calendar import BEIJING, Calendar, day_of

KIND = "digest"
LABELS = {
    "newly_late": "新超期", "late": "全部超期", "today": "今天到期", "returned": "退回、不合格", "ended": "终止、撤回",
    "approvals": "挂起待审批", "sheets": "督办单逾期未答复", "complaints": "投诉逾期",
}  # fmt: skip
Path = Callable[[str], str]


def digest(*, at: datetime, path: Path) -> int:
    """This function will leave today's digest for everybody who gets one and has none yet; returns how many were left.

    `path` gives where the list behind a number is. Nothing is left before the hour and on days off.
    """
    rule = tables.messages().digest
    today, now = day_of(at), at.astimezone(BEIJING).time()
    if now < rule.at:
        return 0
    people = _without(today, rule.roles)
    calendars = {one.pk: _calendar(one) for one in people}
    words = [_word(one, at, calendars[one.pk], path) for one in people if calendars[one.pk].is_working(today)]
    return rule_changes.tell(words, at=at)


def _without(today: date, roles: Iterable[str]) -> list[Staff]:
    everybody = staff.with_roles(roles)
    asked = {_once(today, one.pk): one for one in everybody if one.unit_id}
    there = set(StaffMessage.objects.filter(once__in=asked).values_list("once", flat=True))
    return [one for once, one in asked.items() if once not in there]


def _once(today: date, person: int) -> str:
    return f"digest:{today.isoformat()}:{person}"


def _calendar(person: Staff) -> Calendar:
    if person.unit is None:
        raise LookupError(person.pk)
    return open_shelf().calendar(units.place_of(person.unit).province)


def _word(person: Staff, at: datetime, calendar: Calendar, path: Path) -> Word:
    counted = _counted(person, at, calendar)
    said = "，".join(f"{LABELS[key]} {many}" for key, many in counted.items() if many)
    return Word(
        person=person.pk, role=_role(person), unit=person.unit_id or 0, case_number="",
        text=f"{day_of(at):%m 月 %d 日}汇总：{said or '没有需要过问的'}", kind=KIND, once=_once(day_of(at), person.pk),
        links=tuple((f"{LABELS[key]} {many}", path(key)) for key, many in counted.items() if many),
    )  # fmt: skip


def _role(person: Staff) -> str:
    held = {one.role for one in person.held_roles.all()}
    return next(role for role in tables.messages().digest.roles if role in held)


def _counted(person: Staff, at: datetime, calendar: Calendar) -> Mapping[str, int]:
    by = staff.actor_of(person)
    seen = scope.scope_of(by)
    today = day_of(at)
    span = Span(
        since=calendar.open_at(calendar.working_day_before(today)), at=at,
        tonight=datetime.combine(today + timedelta(days=1), time(0), BEIJING),
    )  # fmt: skip
    found = dict(morning.counts(seen, span))
    found["sheets"] = oversight.unanswered(oversight.sheets_visible_to(by, seen), at=at).count()
    found["complaints"] = oversight.late_complaints(oversight.complaints_visible_to(by, seen), at=at).count()
    return {key: found[key] for key in tables.messages().digest.numbers}
