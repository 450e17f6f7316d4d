"""消息已读: a member of staff has read what was left for them."""

from collections.abc import Iterable
from datetime import datetime

from yekuo.records import messages
from yekuo.rules.actor import Actor


def mark_read(*, keys: Iterable[int] | None, by: Actor, at: datetime) -> int:
    """This function will mark messages of the reader as read, all without `keys`, and return how many were new.

    A message to a role is read for all who hold it: whoever reads it first has it in hand.
    """
    return messages.mark_read(by, keys, at=at)
