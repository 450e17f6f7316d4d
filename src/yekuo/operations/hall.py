"""营业厅: numbers are taken, called, served and finished; every number goes to one window, and a window has one in hand."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from yekuo.operations.books import open_shelf
from yekuo.records import hall as records
from yekuo.records import tables, units
from yekuo.records.models import Hall, Ticket, Window
from yekuo.records.models.hall import IN_HAND
from yekuo.records.scope import scope_of
from yekuo.rules import powers
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import day_of
from yekuo.rules.hall import Grade, Purpose, Serves, TicketStatus, hours_on, timer
from yekuo.rules.refusal import Problem, Refused

REASON_AT_LEAST = 2
MOST_WINDOWS = 60
CODE_AT_MOST = 20
NAME_AT_MOST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """今天: whether a day is a working day where the hall stands, and when its counter is open; None for closed."""

    day: date
    working: bool
    opens: datetime | None
    closes: datetime | None


def open_hall(*, unit: int, code: str, name: str, grade: Grade, by: Actor | None = None) -> Hall:
    """This function will open a hall with the windows of its grade. Raises Refused when the code is taken.

    `by` None is the seed's own hand.
    """
    if by is not None:
        _check(by, "arrange_hall")
        _check_unit(by, unit)
    problems = _hall_problems(code, name)
    if problems:
        raise Refused("；".join(one.message for one in problems), problems=problems, code="form")
    plan = tables.halls().plan(grade)
    with transaction.atomic():
        if Hall.objects.filter(code=code).exists():
            raise Refused(f"营业厅代码 {code} 已经用过", problems=(Problem("code", "代码已经用过"),))
        made = Hall.objects.create(
            unit=unit, code=code, name=name.strip(), grade=grade.value, opens_at=plan.opens, closes_at=plan.closes,
            off_opens_at=plan.off_opens, off_closes_at=plan.off_closes,
        )  # fmt: skip
        Window.objects.bulk_create(
            Window(hall=made, number=number, serves=serves.value) for number, serves in enumerate(plan.windows, 1)
        )
    return made


def _hall_problems(code: str, name: str) -> tuple[Problem, ...]:
    found = []
    if not (code.isascii() and code.replace("-", "").isalnum() and len(code) <= CODE_AT_MOST):
        found.append(Problem("code", f"营业厅代码只能用字母、数字和短横，最多 {CODE_AT_MOST} 位"))
    if not 0 < len(name.strip()) <= NAME_AT_MOST:
        found.append(Problem("name", f"请填写营业厅名称，最多 {NAME_AT_MOST} 个字"))
    return tuple(found)


def _check_unit(by: Actor, unit: int) -> None:
    scope = scope_of(by)
    if not scope.everything and unit not in scope.units:
        raise Refused("这个单位不在您的范围内", code="not_found")


def today(hall: Hall, *, at: datetime) -> Today:
    """This function will say what day it is in a hall; Saturday's hours make no working day."""
    day = day_of(at)
    calendar = open_shelf().calendar(units.unit(hall.unit).province)
    working = calendar.is_working(day)
    found = hours_on(
        working=working, opens=hall.opens_at, closes=hall.closes_at, off_opens=hall.off_opens_at,
        off_closes=hall.off_closes_at,
    )  # fmt: skip
    opens, closes = (datetime.combine(day, one, tzinfo=at.tzinfo) for one in found) if found else (None, None)
    return Today(day=day, working=working, opens=opens, closes=closes)


def take_number(
    *, hall: int, purpose: Purpose, serves: Serves, by: Actor, at: datetime, key: str, first: bool = False
) -> Ticket:
    """This function will give somebody the next number of the day; the same key again gives the same number.

    `first` is for the elderly, the disabled, soldiers and whoever else goes first. Raises Refused.
    """
    _check(by, "serve_hall")
    if serves is Serves.GENERAL:
        raise Refused("请选择居民或单位", problems=(Problem("serves", "请选择居民或单位"),), code="form")
    if not 8 <= len(key) <= 64:
        raise Refused("提交编号应为 8 到 64 个字符", code="bad_key")
    mark = f"{by.person}:{key}"
    with transaction.atomic():
        held = _hall(hall, by)
        before = records.by_key(mark)
        if before is not None:
            return before
        return records.add_ticket(
            held, purpose=purpose, serves=serves, day=day_of(at), at=at, by=by.person, key=mark, first=first
        )


def _hall(key: int, by: Actor) -> Hall:
    held = records.lock_hall(key) if records.hall(key, scope_of(by)) else None
    if held is None:
        raise Refused("没有这个营业厅，或不在您的单位范围内", code="not_found")
    return held


def sit_down(*, window: int, by: Actor, at: datetime) -> Window:
    """This function will open a window by sitting at it, leaving the one sat at before. Raises Refused when it is taken."""
    _check(by, "serve_hall")
    with transaction.atomic():
        own = records.lock_seat(by.person)
        if own is not None and own.pk == window:
            return own
        if own is not None:
            _leave(own)
        seat = records.lock_window(window)
        if seat is None or records.hall(seat.hall_id, scope_of(by)) is None:
            raise Refused("没有这个窗口，或不在您的单位范围内", code="not_found")
        if seat.staff is not None:
            raise Refused(f"{seat}已有人值守，请选别的窗口", code="window_taken")
        seat.staff, seat.since = by.person, at
        try:
            with transaction.atomic():
                seat.save(update_fields=["staff", "since"])
        except IntegrityError:
            raise Refused("您已在另一个窗口，请刷新后再试", code="window_taken") from None
        return seat


def stand_up(*, by: Actor) -> None:
    """This function will close the window somebody sits at. Raises Refused while a customer is in hand."""
    with transaction.atomic():
        own = records.lock_seat(by.person)
        if own is not None:
            _leave(own)


def _leave(own: Window) -> None:
    current = records.in_hand(own.pk)
    if current is not None:
        raise Refused(f"{current} 号还没有办完，请先办完、过号或转窗口", code="in_hand")
    own.staff, own.since = None, None
    own.save(update_fields=["staff", "since"])


def call_next(*, by: Actor, at: datetime) -> Ticket | None:
    """This function will call the next number to the caller's window; the one already in hand is given again.

    None when nobody waits whom this window serves. Raises Refused when the caller sits at no window.
    """
    with transaction.atomic():
        seat = _seat(by)
        current = records.in_hand(seat.pk)
        if current is not None:
            return current
        found = records.next_for(seat, day=day_of(at))
        if found is None:
            return None
        found.status, found.window, found.called_at, found.calls = TicketStatus.CALLED.value, seat, at, found.calls + 1
        found.wanted_window = None
        if found.first_called_at is None:
            found.first_called_at, found.limit_minutes = at, _minutes(found, at)
        found.save()
        records.note(found, "called", at=at, by=by.person, window=seat.number)
        return found


def _minutes(one: Ticket, at: datetime) -> int | None:
    limit = tables.halls().limit(Serves(one.serves), Purpose(one.purpose), on=day_of(at))
    return limit.minutes if limit else None


def _seat(by: Actor) -> Window:
    _check(by, "serve_hall")
    seat = records.lock_seat(by.person)
    if seat is None:
        raise Refused("请先选一个窗口坐下，再叫号", code="no_window")
    return seat


def call_again(*, by: Actor, at: datetime) -> Ticket:
    """This function will call the number in hand once more; the twenty minutes run on from its first call."""
    with transaction.atomic():
        found, seat = _current(by, TicketStatus.CALLED)
        found.calls += 1
        found.called_at = at
        found.save(update_fields=["calls", "called_at"])
        records.note(found, "called", at=at, by=by.person, window=seat.number)
        return found


def start_serving(*, by: Actor, at: datetime) -> Ticket:
    """This function will note that the customer called has come to the window."""
    with transaction.atomic():
        found, seat = _current(by, *(TicketStatus(one) for one in IN_HAND))
        if found.status == TicketStatus.CALLED.value:
            found.status, found.served_at = TicketStatus.SERVING.value, at
            found.save(update_fields=["status", "served_at"])
            records.note(found, "served", at=at, by=by.person, window=seat.number)
        return found


def _current(by: Actor, *wanted: TicketStatus) -> tuple[Ticket, Window]:
    seat = _seat(by)
    found = records.in_hand(seat.pk)
    if found is None or TicketStatus(found.status) not in wanted:
        raise Refused("窗口现在没有可以这样办的号，请刷新", code="stale")
    return found, seat


def finish(*, ticket: int, by: Actor, at: datetime, reason: str = "") -> Ticket:
    """This function will finish the number in hand; past its minutes only with the reason written down. Raises Refused.

    A number finished already is given back as it is.
    """
    with transaction.atomic():
        found, seat = _own(ticket, by)
        if found.status == TicketStatus.DONE.value:
            return found
        if found.status not in IN_HAND or found.window_id != seat.pk:
            raise Refused("这个号不在您的窗口，请刷新", code="stale")
        over = (
            found.first_called_at is not None
            and timer(started=found.first_called_at, minutes=found.limit_minutes, warn=None, at=at).over
        )
        if over and len(reason.strip()) < REASON_AT_LEAST:
            message = f"办理超过 {found.limit_minutes} 分钟，请写明原因"
            raise Refused(message, problems=(Problem("reason", message),), code="reason")
        found.status, found.ended_at = TicketStatus.DONE.value, at
        found.served_at = found.served_at or found.called_at
        found.overrun_reason = reason.strip()[:200] if over else ""
        found.save()
        records.note(found, "done", at=at, by=by.person, window=seat.number, said=found.overrun_reason)
        return found


def _own(ticket: int, by: Actor) -> tuple[Ticket, Window]:
    seat = _seat(by)
    found = records.lock_ticket(ticket)
    if found is None or found.hall_id != seat.hall_id:
        raise Refused("没有这个号", code="not_found")
    return found, seat


def pass_over(*, by: Actor, at: datetime) -> Ticket:
    """This function will let a number lapse whose holder did not come after several calls. Raises Refused before."""
    least = tables.halls().calls_before_no_show
    with transaction.atomic():
        found, seat = _current(by, TicketStatus.CALLED)
        if found.calls < least:
            raise Refused(f"叫满 {least} 次不到才能过号，已叫 {found.calls} 次", code="call_again")
        found.status, found.ended_at = TicketStatus.NO_SHOW.value, at
        found.save(update_fields=["status", "ended_at"])
        records.note(found, "no_show", at=at, by=by.person, window=seat.number)
        return found


def take_back(*, ticket: int, by: Actor, at: datetime) -> Ticket:
    """This function will put a lapsed number of today back in the line, for who came late; first come, first served."""
    _check(by, "serve_hall")
    with transaction.atomic():
        found = records.lock_ticket(ticket)
        if found is None or records.hall(found.hall_id, scope_of(by)) is None or found.day != day_of(at):
            raise Refused("没有这个号", code="not_found")
        if found.status != TicketStatus.NO_SHOW.value:
            raise Refused("只有过号的号可以恢复", code="stale")
        found.status, found.window, found.ended_at, found.calls = TicketStatus.WAITING.value, None, None, 0
        # Whoever did not come was not served: the minutes run from the call they answer.
        found.first_called_at, found.called_at = None, None
        found.save()
        records.note(found, "back", at=at, by=by.person)
        return found


def transfer(*, window: int, by: Actor, at: datetime, reason: str = "") -> Ticket:
    """This function will send the customer in hand to another window of the hall, to be called there first.

    The minutes run on from the first call. Raises Refused.
    """
    with transaction.atomic():
        found, seat = _current(by, *(TicketStatus(one) for one in IN_HAND))
        target = Window.objects.filter(hall=seat.hall_id, number=window).exclude(pk=seat.pk).first()
        if target is None:
            raise Refused("请选择转到哪个窗口", problems=(Problem("window", "请选择转到哪个窗口"),), code="form")
        if target.staff is None:
            message = f"{target}没有人值守，请选别的窗口"
            raise Refused(message, problems=(Problem("window", message),), code="form")
        found.status, found.window, found.wanted_window = TicketStatus.WAITING.value, None, target.number
        found.save(update_fields=["status", "window", "wanted_window"])
        records.note(found, "moved", at=at, by=by.person, window=seat.number, said=f"转到{target}。{reason.strip()}")
        return found


def give_up(*, ticket: int, by: Actor, at: datetime) -> Ticket:
    """This function will take a waiting number out of the line, when its holder leaves."""
    _check(by, "serve_hall")
    with transaction.atomic():
        found = records.lock_ticket(ticket)
        if found is None or records.hall(found.hall_id, scope_of(by)) is None:
            raise Refused("没有这个号", code="not_found")
        if found.status == TicketStatus.LEFT.value:
            return found
        if found.status != TicketStatus.WAITING.value:
            raise Refused("这个号已叫到窗口，请在窗口办理", code="stale")
        found.status, found.ended_at = TicketStatus.LEFT.value, at
        found.save(update_fields=["status", "ended_at"])
        records.note(found, "left", at=at, by=by.person)
        return found


def bind(*, ticket: int, case: int, by: Actor, at: datetime) -> None:
    """This function will tie the number in hand to the case it produced, inside the filing's own transaction."""
    found = records.lock_ticket(ticket)
    if found is None or found.window is None or found.window.staff != by.person:
        raise Refused("排队号不在您的窗口，请刷新后再提交", code="stale")
    if found.status == TicketStatus.CALLED.value:
        found.status, found.served_at = TicketStatus.SERVING.value, at
    if found.case is None:
        found.case = case
    found.save(update_fields=["case", "status", "served_at"])
    records.note(found, "filed", at=at, by=by.person, window=found.window.number)


def _check(by: Actor, deed: str) -> None:
    shelf = open_shelf()
    allowed = powers.who_may(deed, None, table=shelf.powers)
    if set(allowed).isdisjoint(by.roles):
        names = "、".join(powers.role_name(role, table=shelf.powers) for role in allowed)
        raise Refused(f"您的岗位不能这样做，可由{names}办理", code="forbidden")


def set_window(*, hall: int, number: int, serves: str, by: Actor) -> Window:
    """This function will say whom a window serves; a number it does not know is a new window. Raises Refused."""
    _check(by, "arrange_hall")
    if serves not in set(Serves):
        raise Refused("请选择窗口服务谁", problems=(Problem("serves", "请选择窗口服务谁"),), code="form")
    if not 1 <= number <= MOST_WINDOWS:
        raise Refused(f"窗口号应在 1 到 {MOST_WINDOWS} 之间", problems=(Problem("window", "窗口号不对"),), code="form")
    with transaction.atomic():
        held = _hall(hall, by)
        made, _ = Window.objects.update_or_create(hall=held, number=number, defaults={"serves": serves})
        return made
