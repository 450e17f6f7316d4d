"""班组能力: how many visits a crew takes in a day, said by its chief."""

from datetime import date, datetime

from yekuo.records import appointments
from yekuo.rules.actor import Actor
from yekuo.rules.refusal import Problem, Refused

MOST = 200
LONGEST_REASON = 200


def set_crew_day(*, by: Actor, role: str, day: date | None, visits: str, reason: str, at: datetime) -> None:
    """This function will keep how many visits the crew of the chief's unit takes on a day, or on every day without one.

    Promises already made stay. Raises Refused on a number that is none.
    """
    text = visits.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= MOST):
        raise Refused(f"请填 0 到 {MOST} 之间的整数", problems=(Problem("visits", "请填整数"),))
    if "chief" not in by.roles:
        raise Refused("班组每天能去几户由班长设定", code="forbidden")
    appointments.set_capacity(
        unit=by.unit, role=role, day=day, visits=int(text), reason=reason.strip()[:LONGEST_REASON], by=by.person, at=at
    )
