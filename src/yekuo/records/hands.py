"""经手: in which cases a member of staff did something last, read from the log by an index of its own."""

from dataclasses import dataclass
from datetime import datetime

from yekuo.records.log import cursor

LOOKED_BACK = 1000

LAST = """
select case_id, kind, recorded_at from records_event
where actor_kind = 'staff' and actor = %s order by recorded_at desc, id desc limit %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """所办: the latest deed of one person in a case and when it was recorded."""

    kind: str
    at: datetime


def last_deeds(person: int) -> dict[int, Did]:
    """This function will give, by case, the latest deed of a person, newest first, among their latest LOOKED_BACK."""
    with cursor() as sql:
        rows = sql.execute(LAST, (str(person), str(LOOKED_BACK))).fetchall()
    found: dict[int, Did] = {}
    for case, kind, at in rows:
        found.setdefault(case, Did(kind=kind, at=at))
    return found
