"""地址提示: what is said to an applicant once an address stands: what we check by when, and that we do the works."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from yekuo.interfaces.customer.answers import Answers
from yekuo.interfaces.customer.front import serving
from yekuo.operations.grids.nearby import Guidance, ask, guide
from yekuo.rules.facts import Business, CustomerKind
from yekuo.rules.wishes import Wish

USUAL_KW = {
    CustomerKind.RESIDENT: Decimal(8),
    CustomerKind.NONRESIDENT: Decimal(15),
    CustomerKind.QUARTER: Decimal(1000),
}
LEAST_ADDRESS = 5
MOST_KW = Decimal(1_000_000)


def at_address(kept: Answers, *, at: datetime) -> Guidance | None:
    """This function will say what the address of a form being filled in means for supply, None while there is none."""
    where = _where(kept)
    return guide(unit=where[0], address=where[1], wish=_wish(kept), at=at) if where else None


def count_question(kept: Answers, *, at: datetime) -> None:
    """This function will count that somebody asked for supply at this address, however the form ends."""
    where = _where(kept)
    if where:
        ask(unit=where[0], address=where[1], wish=_wish(kept), channel="web", key=kept.key, at=at)


def _where(kept: Answers) -> tuple[int, str] | None:
    said = kept.page("where")
    unit, address = said.get("unit", ""), said.get("address", "").strip()
    if len(address) < LEAST_ADDRESS or unit not in {str(key) for key, _ in serving()}:
        return None
    return int(unit), address


def _wish(kept: Answers) -> Wish:
    """What was typed so far; the usual size of such a customer where no kilowatts stand yet."""
    said = kept.page("who").get("kind", "")
    kind = CustomerKind(said) if said in set(CustomerKind) else CustomerKind.RESIDENT
    try:
        typed = Decimal(kept.page("what").get("load_kw", "") or "0")
    except InvalidOperation:
        typed = Decimal(0)
    fitting = typed.is_finite() and 0 < typed <= MOST_KW
    return Wish(business=Business.NEW, kind=kind, load_kw=typed if fitting else USUAL_KW[kind])
