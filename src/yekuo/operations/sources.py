"""来源: where a case came from is written beside its log when the first contact is recorded."""

from typing import TYPE_CHECKING

from yekuo.records import hall
from yekuo.rules.deeds.intake import MakeContact

if TYPE_CHECKING:
    from yekuo.operations.consequences import Done


def keep(done: "Done") -> None:
    """This function will enter the channel, the number of the ticket it came from and when the customer first turned to us."""
    body = done.event.body
    if isinstance(body, MakeContact):
        hall.keep_source(
            case=done.case, channel=body.channel[:20], number=body.source_number, source_at=body.source_at, ticket=None,
            by=done.event.by.person, at=done.at,
        )  # fmt: skip
