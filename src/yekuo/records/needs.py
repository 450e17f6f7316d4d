"""需求登记: works the network needs, by unit; one open need per source of a case."""

from datetime import date, datetime

from django.db.models import QuerySet

from yekuo.records.models import GridNeed
from yekuo.records.scope import Scope
from yekuo.rules.needs import NeedState

LIVE = (NeedState.OPEN.value, NeedState.PLANNED.value)


def put(need: GridNeed) -> None:
    """This function will enter a need instead of an open one of the same source."""
    close(need.case, by=need.by, at=need.at, note="由新的需求代替", source=need.source)
    need.save(force_insert=True)


def close(case: int, *, by: int, at: datetime, note: str, source: int = 0, to: NeedState = NeedState.DROPPED) -> int:
    """This function will close the open needs of a case, or of one source."""
    rows = GridNeed.objects.filter(case=case, state__in=LIVE)
    if source:
        rows = rows.filter(source=source)
    return rows.update(state=to.value, note=note, changed_by=by, changed_at=at)


def grid_of(need: int) -> int:
    """This function will say on which network a need is, 0 for none."""
    return GridNeed.objects.filter(pk=need).values_list("grid", flat=True).first() or 0


def hold(need: int) -> GridNeed | None:
    """This function will lock a need until the transaction ends."""
    return GridNeed.objects.select_for_update().filter(pk=need).first()


def change(need: GridNeed, *, state: NeedState, by: int, at: datetime, note: str, planned: date | None) -> None:
    """This function will put a held need into a state."""
    need.state, need.changed_by, need.changed_at = state.value, by, at
    need.note, need.planned = note or need.note, planned or need.planned
    need.save(update_fields=["state", "changed_by", "changed_at", "note", "planned"])


def of_case(case: int) -> tuple[GridNeed, ...]:
    """This function will fetch the needs of a case that are not dropped, by source."""
    rows = GridNeed.objects.filter(case=case).exclude(state=NeedState.DROPPED.value)
    return tuple(rows.order_by("source", "pk"))


def unplanned(scope: Scope) -> int:
    """This function will count the needs nobody has given a day yet in the units somebody sees."""
    return listed(scope, states=(NeedState.OPEN.value,)).order_by().count()


def listed(scope: Scope, *, states: tuple[str, ...]) -> QuerySet[GridNeed]:
    """This function will list the needs of the units somebody sees, the earliest first."""
    rows = GridNeed.objects.filter(state__in=states)
    if not scope.everything:
        rows = rows.filter(unit__in=scope.units)
    return rows.order_by("at", "pk")
