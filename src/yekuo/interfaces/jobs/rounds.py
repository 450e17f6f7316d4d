"""定时任务: what is done again and again, how often, and what the worker calls for it; each call finishes what is due now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from yekuo.interfaces.look import clock
from yekuo.operations import (
    alerts,
    audit,
    delivering,
    digests,
    exceptions,
    followups,
    mailing,
    papers,
    signin,
    supervision,
    texting,
)
from yekuo.operations.grids import generation, ledger
from yekuo.records import figures, seals
from yekuo.rules.calendar import day_of

AT_MOST = 40
"""Batches in one round; what is left is the next round's, so that no job holds the worker for long."""

TEXTS_KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """定时任务: `cron` has a sixth column for seconds where minutes are too coarse; of those with one `lock` only one runs at a time."""

    name: str
    cron: str
    run: Callable[[], object]
    lock: str = ""


def sweep_due() -> int:
    """This function will tell of every clock that changed by itself since the last round."""
    return _in_batches(lambda: alerts.sweep(at=clock.now()), alerts.BATCH)


def deliver() -> int:
    """This function will send what is waiting to be sent to customers."""
    return _in_batches(lambda: delivering.deliver(at=clock.now(), link=progress_address), delivering.BATCH)


def spread() -> int:
    """This function will find who gets the words left for staff by mail as well."""
    return _in_batches(lambda: mailing.spread(at=clock.now()), mailing.SPREAD_AT_ONCE)


def deliver_mail() -> int:
    """This function will send the letters that wait."""
    addresses = mailing.Addresses(whole=whole_address, case=_case_path)
    return _in_batches(lambda: mailing.deliver(at=clock.now(), addresses=addresses), mailing.BATCH)


def digest() -> int:
    """This function will leave the day's digest for those who lead and supervise."""
    return digests.digest(at=clock.now(), path=_digest_path)


def seal_day() -> bool:
    """This function will seal the log once a day, on the first round of the day in which the product runs."""
    at = clock.now()
    last = seals.last()
    if last is not None and last.day >= day_of(at):
        return False
    audit.seal_day(at=at)
    return True


def forget_codes() -> int:
    """This function will forget the one-time codes of the day before yesterday and earlier."""
    return signin.forget_codes(before=clock.now() - timedelta(days=2))


def tidy() -> int:
    """This function will let go of abandoned drafts and uploads, and of texts sent long ago."""
    at = clock.now()
    return papers.tidy(at=at, clock_ahead=clock.offset()) + texting.forget(before=at - TEXTS_KEPT)


def follow_up() -> int:
    """This function will leave words about days that have come, late reviews, late complaints and unanswered sheets."""
    at = clock.now()
    reminded = _in_batches(lambda: followups.remind(at=at), followups.BATCH) + followups.escalate(at=at)
    return reminded + exceptions.tell_late(at=at)


def lapse_capacity() -> int:
    """This function will let reservations and offers of capacity lapse whose day has passed and offer what is free; a person decides what becomes of them."""
    return _in_batches(lambda: ledger.sweep(at=clock.now()), ledger.BATCH) + generation.sweep(at=clock.now())


def escalate_sheets() -> int:
    """This function will hand supervision sheets whose reply is late to the second level."""
    return supervision.escalate_late(at=clock.now())


def publish_capacity() -> int:
    """This function will calculate the open capacity of every network anew."""
    from yekuo.operations.grids import publishing  # the solver is loaded by the first round that calculates

    return len(publishing.publish_all(at=clock.now()))


def republish_capacity() -> int:
    """This function will bring the open capacity of every network up to date with its ledger and its revision."""
    if not figures.behind():
        return 0
    from yekuo.operations.grids import publishing

    return len(publishing.catch_up(at=clock.now(), moment=clock.now, patient=True))


def examine_uploads() -> int:
    """This function will examine the networks that were uploaded, each in a process of its own."""
    from yekuo.operations.grids import uploads

    return uploads.examine_waiting(moment=clock.now)


ROUNDS = (
    Round(name="sweep_due", cron="* * * * * */20", run=sweep_due),
    Round(name="deliver", cron="* * * * * */10", run=deliver),
    Round(name="spread", cron="* * * * * */15", run=spread),
    Round(name="deliver_mail", cron="* * * * * */15", run=deliver_mail),
    Round(name="digest", cron="*/5 * * * *", run=digest),
    Round(name="follow_up", cron="* * * * *", run=follow_up),
    Round(name="lapse_capacity", cron="*/10 * * * *", run=lapse_capacity),
    Round(name="seal_day", cron="*/10 * * * *", run=seal_day),
    Round(name="forget_codes", cron="17 * * * *", run=forget_codes),
    Round(name="escalate_sheets", cron="*/5 * * * *", run=escalate_sheets),
    Round(name="tidy", cron="23 3 * * *", run=tidy),
    Round(name="publish_capacity", cron="41 2 * * *", run=publish_capacity, lock="capacity"),
    Round(name="examine_uploads", cron="* * * * * */15", run=examine_uploads, lock="examine_uploads"),
    Round(name="republish_capacity", cron="* * * * * */20", run=republish_capacity, lock="capacity"),
)


def _in_batches(batch: Callable[[], int], size: int) -> int:
    done = 0
    for _ in range(AT_MOST):
        many = batch()
        done += many
        if many < size:
            break
    return done


def progress_address(token: str) -> str:
    """This function will give the whole address of a progress page, '' while nobody said where the product is reached."""
    try:
        return whole_address(reverse("customer:linked_progress", args=[token]))
    except NoReverseMatch:
        return ""


def whole_address(path: str) -> str:
    """This function will give the whole address of a path, '' while nobody said where the product is reached."""
    base = settings.PUBLIC_ADDRESS or _own_address()
    return f"{base.rstrip('/')}{path}" if base else ""


def _case_path(number: str) -> str:
    return reverse("desk:case", args=[number])


def _digest_path(key: str) -> str:
    if key in ("sheets", "complaints"):
        return f"{reverse(f'desk:{key}')}?view=late"
    return f"{reverse('desk:morning')}?list={key}#list"


def _own_address() -> str:
    """A demo is reached where it says it is."""
    found = Path(settings.DATA) / "address.txt"
    return found.read_text(encoding="ascii").strip() if settings.REHEARSAL and found.exists() else ""
