"""方案待复核台账: sources of open cases that a new revision no longer carries, from the day it was put in force until somebody checked."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from yekuo.records.log import cursor
from yekuo.records.models import Case, SchemeDoubt
from yekuo.records.scope import Scope
from yekuo.rules.reservation import HoldState

CHOSEN = """
select distinct on (s."case") s."case", s.chosen, c.number, c.unit
from records_schemestudy s join records_gridrevision r on r.id = s.revision_id join records_case c on c.id = s."case"
where r.grid_id = %s and s.chosen <> '[]'::jsonb and c.status = 'open' and c.energised_at is null
  and not exists (select from records_capacityhold h where h."case" = s."case" and h.state <> %s)
order by s."case", s.number desc
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """已选接入点: where a case that holds nothing yet is planned to be connected, source 1 first."""

    case: int
    number: str
    unit: int
    places: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """待复核一行: a case with its open doubts, and whose it is."""

    number: str
    case: int
    unit: int
    manager: int
    applicant: int
    doubts: tuple[SchemeDoubt, ...]


def chosen_on(grid: int) -> tuple[Chosen, ...]:
    """This function will list what was chosen on a network for open cases that hold no capacity yet."""
    if not grid:
        return ()
    with cursor() as sql:
        rows = sql.execute(CHOSEN, (grid, HoldState.RELEASED.value)).fetchall()
    return tuple(
        Chosen(case=case, places=json.loads(places) if isinstance(places, str) else places, number=number, unit=unit)
        for case, places, number, unit in rows
    )


def put(rows: Sequence[SchemeDoubt]) -> None:
    """This function will open doubts; one that is open already says what was found last."""
    known = {(one.case, one.source): one.pk for one in opened(row.case for row in rows)}
    for row in rows:
        row.pk = known.get((row.case, row.source))
        row.save()


def opened(cases: Iterable[int]) -> tuple[SchemeDoubt, ...]:
    """This function will list the open doubts of cases."""
    return tuple(
        SchemeDoubt.objects.filter(case__in=set(cases), cleared_at=None)
        .select_related("grid")
        .order_by("case", "source")
    )


def of_case(case: int) -> tuple[SchemeDoubt, ...]:
    """This function will list all doubts there were about a case, the newest first."""
    return tuple(SchemeDoubt.objects.filter(case=case).select_related("grid").order_by("-at", "source"))


def of_grid(grid: int) -> tuple[SchemeDoubt, ...]:
    """This function will list the open doubts of a network."""
    return tuple(SchemeDoubt.objects.filter(grid=grid, cleared_at=None))


def clear(rows: Iterable[SchemeDoubt], *, how: str, by: int, at: datetime, note: str = "") -> None:
    """This function will end doubts."""
    SchemeDoubt.objects.filter(pk__in=[one.pk for one in rows], cleared_at=None).update(
        cleared_at=at, cleared_by=by, cleared_how=how, note=note[:200]
    )


def clear_case(case: int, *, how: str, by: int, at: datetime) -> None:
    """This function will end the doubts about a case, if there are any."""
    SchemeDoubt.objects.filter(case=case, cleared_at=None).update(cleared_at=at, cleared_by=by, cleared_how=how)


def found_again(one: SchemeDoubt, *, number: int, effect: str, words: str, at: datetime) -> None:
    """This function will write what was found when a doubt was checked and stayed."""
    SchemeDoubt.objects.filter(pk=one.pk, cleared_at=None).update(
        number=number, effect=effect, words=words[:300], at=at
    )


def waiting(scope: Scope, *, manager: int = 0) -> QuerySet[Case]:
    """This function will list the cases with open doubts in scope, of one manager or of all."""
    rows = Case.objects.filter(scope.cases(), pk__in=SchemeDoubt.objects.filter(cleared_at=None).values("case"))
    rows = rows.filter(manager=manager) if manager else rows
    return rows.only("pk", "number", "unit", "manager", "applicant").order_by("number")


def listed(cases: Iterable[Case]) -> tuple[Listed, ...]:
    """This function will put the open doubts beside their cases; one query however many."""
    rows = list(cases)
    by_case: dict[int, list[SchemeDoubt]] = {}
    for one in opened(row.pk for row in rows):
        by_case.setdefault(one.case, []).append(one)
    return tuple(
        Listed(
            number=row.number, case=row.pk, unit=row.unit, manager=row.manager or 0, applicant=row.applicant or 0,
            doubts=tuple(by_case.get(row.pk, ())),
        )
        for row in rows
    )  # fmt: skip
