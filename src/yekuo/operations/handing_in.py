"""交件办理: a deed together with the files uploaded for it: bound to the case and handed in, or neither."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from yekuo.operations import papers as keeping
from yekuo.operations.perform import Receipt, perform
from yekuo.operations.permission import check_named
from yekuo.rules.actor import Actor
from yekuo.rules.deeds.base import Deed, Paper


def hand_in(
    *,
    case: int,
    deed: Deed,
    papers: Iterable[Paper],
    by: Actor,
    at: datetime,
    key: str,
    happened_at: datetime | None = None,
    expected: str = "",
) -> Receipt:
    """This function will do a deed and give its case the files that came with it, in one transaction.

    `papers` waited for this form and are those named in the deed; who is named in it must be able to do the work.
    Raises Refused and then has changed nothing.
    """
    with transaction.atomic():
        receipt = perform(case=case, deed=deed, by=by, at=at, key=key, happened_at=happened_at, expected=expected)
        if not receipt.replayed:
            check_named(deed, case=case)
            keeping.bind(papers, case=case, by=by)
        return receipt
