"""营业厅查询: halls of a reader, numbers taken, and the one statement by which exactly one window gets the next number."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Case, IntegerField, Max, Q, QuerySet, Value, When

from yekuo.records.models import CaseSource, Hall, Ticket, TicketStep, Window
from yekuo.records.models.hall import IN_HAND
from yekuo.records.scope import Scope
from yekuo.rules.hall import SERIES, Purpose, Serves, TicketStatus, Waiting

__all__ = ("Hall", "Ticket", "Window")  # rows that the pages show; everything below is this room's own


def halls(scope: Scope) -> QuerySet[Hall]:
    """This function will list the halls of the units somebody may see."""
    found = Hall.objects.filter(active=True)
    return found if scope.everything else found.filter(unit__in=scope.units)


def hall(key: int, scope: Scope) -> Hall | None:
    """This function will find a hall within reach."""
    return halls(scope).filter(pk=key).first()


def windows(of: Iterable[int]) -> dict[int, list[Window]]:
    """This function will list the windows of halls by hall, in one query."""
    found: dict[int, list[Window]] = {}
    for one in Window.objects.filter(hall__in=tuple(of)).order_by("hall", "number"):
        found.setdefault(one.hall_id, []).append(one)
    return found


def seat_of(staff: int) -> Window | None:
    """This function will find the window somebody sits at."""
    return Window.objects.select_related("hall").filter(staff=staff).first()


def lock_hall(key: int) -> Hall | None:
    """This function will hold a hall until the transaction ends, so that numbers are given one by one."""
    return Hall.objects.select_for_update().filter(pk=key, active=True).first()


def lock_window(key: int) -> Window | None:
    """This function will hold a window, so that whoever sits at it does one thing at a time."""
    return Window.objects.select_for_update(of=("self",)).select_related("hall").filter(pk=key).first()


def lock_seat(staff: int) -> Window | None:
    """This function will hold the window somebody sits at."""
    return Window.objects.select_for_update(of=("self",)).select_related("hall").filter(staff=staff).first()


def lock_ticket(key: int) -> Ticket | None:
    """This function will hold one number."""
    return Ticket.objects.select_for_update(of=("self",)).select_related("hall", "window").filter(pk=key).first()


def add_ticket(
    held: Hall, *, purpose: Purpose, serves: Serves, day: date, at: datetime, by: int, key: str, first: bool
) -> Ticket:
    """This function will give the next number of the day; the hall is held."""
    series = SERIES[serves]
    last = Ticket.objects.filter(hall=held, day=day, series=series).aggregate(last=Max("number"))["last"] or 0
    made = Ticket.objects.create(
        hall=held, day=day, series=series, number=last + 1, purpose=purpose.value, serves=serves.value,
        status=TicketStatus.WAITING.value, first_in_line=first, taken_at=at, by=by, token=secrets.token_hex(16), key=key,
    )  # fmt: skip
    note(made, "taken", at=at, by=by)
    return made


def by_key(key: str) -> Ticket | None:
    """This function will find the number a key was given before."""
    return Ticket.objects.select_related("hall").filter(key=key).first()


def by_token(token: str) -> Ticket | None:
    """This function will find a number by the secret printed on it."""
    return Ticket.objects.select_related("hall", "window").filter(token=token).first()


def ticket(key: int, scope: Scope) -> Ticket | None:
    """This function will find a number of a hall within reach."""
    return Ticket.objects.select_related("hall", "window").filter(pk=key, hall__in=halls(scope)).first()


def note(one: Ticket, what: str, *, at: datetime, by: int, window: int | None = None, said: str = "") -> None:
    """This function will write down what was done with a number."""
    TicketStep.objects.create(ticket=one, what=what, at=at, by=by, window=window, note=said[:200])


def in_hand(window: int) -> Ticket | None:
    """This function will find the number a window has called or serves."""
    return Ticket.objects.select_related("hall", "window").filter(window=window, status__in=IN_HAND).first()


def next_for(seat: Window, *, day: date) -> Ticket | None:
    """This function will take the next number a window serves, skipping those another window is taking just now.

    Those sent to this window come first, then whoever has precedence, then a window's own kind before others.
    """
    mine = Q(wanted_window=None) | Q(wanted_window=seat.number)
    line = Ticket.objects.filter(mine, hall=seat.hall_id, day=day, status=TicketStatus.WAITING.value)
    if seat.serves != Serves.GENERAL.value:
        line = line.filter(Q(serves=seat.serves) | Q(wanted_window=seat.number))
    sent = Case(When(wanted_window=seat.number, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        line.select_for_update(skip_locked=True, of=("self",))
        .select_related("hall")
        .order_by(sent, "-first_in_line", "taken_at", "pk")
        .first()
    )


def line(hall_key: int, *, day: date) -> QuerySet[Ticket]:
    """This function will list the numbers of a day, in the order they are called."""
    found = Ticket.objects.select_related("window").filter(hall=hall_key, day=day)
    return found.order_by("-first_in_line", "taken_at", "pk")


def waiting_of(tickets: Iterable[Ticket]) -> list[Waiting]:
    """This function will give numbers as the rules count them."""
    return [
        Waiting(
            status=TicketStatus(one.status),
            serves=Serves(one.serves),
            taken_at=one.taken_at,
            first_called_at=one.first_called_at,
            ended_at=one.ended_at,
            limit_minutes=one.limit_minutes,
        )
        for one in tickets
    ]


def of_day(of: Iterable[int], *, day: date) -> dict[int, list[Ticket]]:
    """This function will list the numbers of several halls by hall, in one query."""
    found: dict[int, list[Ticket]] = {}
    for one in Ticket.objects.filter(hall__in=tuple(of), day=day).order_by("taken_at", "pk"):
        found.setdefault(one.hall_id, []).append(one)
    return found


def ahead(one: Ticket) -> int:
    """This function will count who is called before a waiting number, at the windows that may call it."""
    before = Q(first_in_line=True) | Q(taken_at__lt=one.taken_at) | Q(taken_at=one.taken_at, pk__lt=one.pk)
    line = Ticket.objects.filter(hall=one.hall_id, day=one.day, status=TicketStatus.WAITING.value)
    if one.first_in_line:
        before = Q(first_in_line=True) & (Q(taken_at__lt=one.taken_at) | Q(taken_at=one.taken_at, pk__lt=one.pk))
    return line.filter(before).exclude(pk=one.pk).count()


def overrun(of: Iterable[int], *, since: date) -> list[Ticket]:
    """This function will list finished numbers that took longer than their limit, newest first."""
    found = Ticket.objects.select_related("hall", "window").filter(
        hall__in=tuple(of), day__gte=since, limit_minutes__isnull=False, ended_at__isnull=False
    )
    return list(found.exclude(overrun_reason="").order_by("-ended_at")[:100])


def keep_source(
    *, case: int, channel: str, number: str, source_at: datetime | None, ticket: int | None, by: int, at: datetime
) -> CaseSource:
    """This function will write down where a case came from; once per case."""
    made, _ = CaseSource.objects.get_or_create(
        case=case,
        defaults={
            "channel": channel, "number": number, "source_at": source_at, "ticket": ticket, "by": by, "at": at,
        },
    )  # fmt: skip
    return made


def source_of(case: int) -> CaseSource | None:
    """This function will say where a case came from."""
    return CaseSource.objects.filter(case=case).first()


def cases_of_source(number: str) -> tuple[int, ...]:
    """This function will list the cases taken down from a ticket of 95598 or another system."""
    return tuple(CaseSource.objects.filter(number=number).values_list("case", flat=True)[:50]) if number else ()
