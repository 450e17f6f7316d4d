"""演练余事: what a year of running would have left behind beside the cases: the messages went out and were read in their own time."""

from datetime import datetime, timedelta

from django.db.models import F

from yekuo.records.models import Outbox, StaffMessage

LAST_NIGHT = timedelta(hours=16)
READ_AFTER = timedelta(hours=1)


def messages_were_sent(*, at: datetime) -> int:
    """This function will note that the year's messages were sent when they were due, all but those since last evening.

    Nobody's telephone rings for an invented year; the demo's own console shows what is new. Returns how many.
    """
    old = Outbox.objects.filter(next_try_at__isnull=False, created_at__lt=at - LAST_NIGHT)
    return old.update(next_try_at=None, sent_at=F("created_at"), tries=1)


def messages_were_read(*, at: datetime) -> int:
    """This function will note that staff read what they were told, all but what came since last evening."""
    old = StaffMessage.objects.filter(read_at=None, at__lt=at - LAST_NIGHT)
    return old.update(read_at=F("at") + READ_AFTER, spread=True)
