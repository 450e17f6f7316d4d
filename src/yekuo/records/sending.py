"""待发查询: what waits to be sent, taken up by one sender at a time, and how it went; texts and letters alike."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from yekuo.records.models import Mail, Outbox, Staff, StaffMessage, StaffRole, Unit

Waiting = TypeVar("Waiting", Outbox, Mail)


def claim(table: type[Waiting], *, at: datetime, limit: int, lease: timedelta, only: Q | None = None) -> list[Waiting]:
    """This function will take up what is due, earliest first, and count the attempt; others' rows are skipped.

    What was taken and not marked is due again after the lease.
    """
    with transaction.atomic():
        due = table.objects.filter(only or Q(), next_try_at__lte=at).order_by("next_try_at", "pk")
        rows = list(due.select_for_update(skip_locked=True)[:limit])
        for row in rows:
            row.next_try_at = at + lease
            row.tries += 1
        table.objects.bulk_update(rows, ["next_try_at", "tries"])
    return rows


def give_back(rows: Iterable[Waiting], *, at: datetime) -> None:
    """This function will let what was taken up and not tried be due at a moment, the attempt uncounted."""
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(next_try_at=at, tries=row.tries - 1)


def put_off(row: Outbox | Mail, *, until: datetime, error: str) -> None:
    """This function will have something tried again at a moment."""
    type(row).objects.filter(pk=row.pk).update(next_try_at=until, error=error)


def finish(row: Outbox | Mail, *, sent_at: datetime | None = None, failed: str = "") -> None:
    """This function will mark something as sent, or as given up with the reason."""
    type(row).objects.filter(pk=row.pk).update(next_try_at=None, sent_at=sent_at, failed=bool(failed), error=failed)


def give_up_stale(table: type[Waiting], *, before: datetime, why: str) -> int:
    """This function will give up what has waited since before a moment; returns how many."""
    stale = table.objects.filter(next_try_at__isnull=False, created_at__lt=before)
    return stale.update(next_try_at=None, failed=True, error=why)


# --- who gets a word by mail ------------------------------------------------------------------------------------


def unspread(*, limit: int) -> list[StaffMessage]:
    """This function will lock the oldest words of which nobody has yet found out who gets them by mail."""
    return list(StaffMessage.objects.select_for_update(skip_locked=True).filter(spread=False).order_by("pk")[:limit])


def mark_spread(words: Iterable[StaffMessage]) -> None:
    """This function will note that whoever gets these words by mail was found."""
    StaffMessage.objects.filter(pk__in=[one.pk for one in words]).update(spread=True)


def readers(words: Collection[StaffMessage]) -> dict[int, tuple[int, ...]]:
    """This function will name, for each word, the staff with an address it is for; four queries however many words.

    A word to a role is for those who hold it in its unit, else in the nearest unit above where somebody does.
    """
    named = {one.person for one in words if one.person}
    reached = _with_address(Q(pk__in=named))
    roles = {one.role for one in words if not one.person}
    units = {one.unit for one in words if not one.person}
    above = _chains(units)
    held = _holders(roles, {unit for chain in above.values() for unit in chain})
    return {
        one.pk: (one.person,) if one.person in reached
        else () if one.person
        else next((held[one.role, unit] for unit in above.get(one.unit, ()) if (one.role, unit) in held), ())
        for one in words
    }  # fmt: skip


def _with_address(which: Q) -> set[int]:
    return set(Staff.objects.filter(which, is_active=True).exclude(email="").values_list("pk", flat=True))


def _chains(units: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Each unit with those above it, nearest first."""
    paths = dict(Unit.objects.filter(pk__in=units).values_list("pk", "path"))
    prefixes = {prefix for path in paths.values() for prefix in _prefixes(path)}
    keys = dict(Unit.objects.filter(path__in=prefixes).values_list("path", "pk"))
    return {unit: tuple(keys[one] for one in _prefixes(path) if one in keys) for unit, path in paths.items()}


def _prefixes(path: str) -> list[str]:
    codes = path.strip("/").split("/")
    return ["/".join(codes[:many]) + "/" for many in range(len(codes), 0, -1)]


def _holders(roles: Collection[str], units: Collection[int]) -> Mapping[tuple[str, int], tuple[int, ...]]:
    """Who holds a role in a unit; only those with an address are named, but whoever holds it stops the search above."""
    rows = StaffRole.objects.filter(role__in=roles, staff__unit__in=units, staff__is_active=True).order_by("staff_id")
    found: dict[tuple[str, int], tuple[int, ...]] = {}
    for role, unit, person, address in rows.values_list("role", "staff__unit", "staff_id", "staff__email"):
        if unit is not None:
            found[role, unit] = (*found.get((role, unit), ()), *((person,) if address else ()))
    return found


def keep_mails(mails: Iterable[Mail]) -> None:
    """This function will keep letters to be sent; one of a word to a person is kept once."""
    Mail.objects.bulk_create(mails, ignore_conflicts=True)


def words_and_people(
    rows: Collection[Mail],
) -> tuple[dict[int, StaffMessage], dict[int, Staff]]:
    """This function will give the words and the staff of some letters by key, in two queries."""
    words = StaffMessage.objects.in_bulk({one.message for one in rows})
    people = Staff.objects.filter(is_active=True).in_bulk({one.staff for one in rows})
    return words, people
