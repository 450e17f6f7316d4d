"""编号: case numbers like YK2026110000001, one series a month, without gaps and never twice."""

from datetime import datetime

from yekuo.records.log import cursor
from yekuo.rules.calendar import BEIJING

PREFIX = "YK"


def next_number(at: datetime) -> str:
    """This function will give the next case number of the month of `at`.

    The series' row is locked until the end of the transaction, so a refused opening leaves no gap.
    """
    return next_of(PREFIX, at, digits=7)


def next_of(prefix: str, at: datetime, *, digits: int) -> str:
    """This function will give the next number of any series of the month of `at`, such as 督办单 DB2026110001."""
    series = f"{prefix}{at.astimezone(BEIJING):%Y%m}"
    with cursor() as sql:
        found = sql.execute(
            "insert into records_numbering (series, last) values (%s, 1)"
            " on conflict (series) do update set last = records_numbering.last + 1 returning last",
            (series,),
        ).fetchone()
    if found is None:
        raise LookupError(series)
    return f"{series}{found[0]:0{digits}d}"
