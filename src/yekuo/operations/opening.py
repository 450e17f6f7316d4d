"""立案: the first contact opens a case, whatever the channel, before anything is known of who asks for what."""

from datetime import datetime

from django.db import transaction

from yekuo.operations import perform
from yekuo.operations.books import Shelf, open_shelf
from yekuo.operations.perform import Receipt
from yekuo.operations.permission import check_role
from yekuo.records import codec, log, numbering
from yekuo.records.codec import Opening
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.base import Deed
from yekuo.rules.deeds.intake import MakeContact
from yekuo.rules.engine.decide import decide
from yekuo.rules.facts import Place

UNTIL_FILED = "lv_two_links"
"""The process a case opens in; the application itself chooses the one it goes on in."""


def open_case(*, unit: int, place: Place, deed: MakeContact, by: Actor, at: datetime, key: str = "") -> Receipt:
    """This function will open a case with its first contact as row 1; the same key again returns the first receipt.

    Raises Refused and then has opened nothing.
    """
    checked, digest = perform.checked(deed, case=0, at=at, key=key, happened_at=None)
    with transaction.atomic():
        if key:
            log.one_at_a_time(f"{by.kind.value}:{by.person}:{key}")
        before = perform.replayed(by, key, digest)
        if before is not None:
            return before
        shelf = open_shelf()
        check_role(checked, None, by=by, shelf=shelf)
        return _open(unit, place, checked, by, at.astimezone(BEIJING), key, digest, shelf)


def _open(
    unit: int, place: Place, deed: Deed, by: Actor, at: datetime, key: str, digest: bytes, shelf: Shelf
) -> Receipt:
    definition = shelf.books.current[UNTIL_FILED]
    first = definition.stage(definition.start)
    opening = Opening(
        process=definition.key, version=definition.version, stage=first.key, party=first.party, owner=first.owner,
        place=place, at=at,
    )  # fmt: skip
    state = opening.state()
    event = decide(books=shelf.books, state=state, deed=deed, by=by, at=at)
    held = log.insert_case(
        number=numbering.next_number(at), unit=unit, opening=codec.encode(opening).decode(), state=state, by=by,
        edition=shelf.edition,
    )  # fmt: skip
    return perform.write(held, event, shelf=shelf, recorded=at, key=key, digest=digest)
