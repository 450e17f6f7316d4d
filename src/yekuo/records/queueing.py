"""排队登记: applications to feed in, by the element they wait at, in order of application."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, Sum

from yekuo.records.models import GenerationPlace
from yekuo.rules.queueing import IN_LINE, QueueState

LINE = tuple(one.value for one in IN_LINE)


def of_case(case: int) -> GenerationPlace | None:
    """This function will fetch where a case stands, None when it feeds nothing in."""
    return GenerationPlace.objects.select_related("grid").filter(case=case).first()


def put(
    *, grid: int, case: int, kw: float, applied_at: datetime, element: str, place: Mapping[str, Any]
) -> GenerationPlace:  # fmt: skip
    """This function will enter a case, or what is known of it now; the moment of application and a state never change here."""
    found, _ = GenerationPlace.objects.update_or_create(
        case=case, defaults={"grid_id": grid, "kw": kw, "element": element, "place": dict(place)},
        create_defaults={
            "grid_id": grid, "kw": kw, "element": element, "place": dict(place), "applied_at": applied_at,
            "state": QueueState.WAITING.value,
        },
    )  # fmt: skip
    return found


def move(row: GenerationPlace, state: QueueState, *, at: datetime | None = None, until: date | None = None) -> None:
    """This function will put a case into a state; `at` and `until` are those of an offer."""
    row.state, row.offered_at, row.offered_until = state.value, at, until
    row.save(update_fields=["state", "offered_at", "offered_until"])


def before(row: GenerationPlace) -> int:
    """This function will count who stands in line at the same element with an earlier application."""
    earlier = Q(applied_at__lt=row.applied_at) | Q(applied_at=row.applied_at, pk__lt=row.pk)
    rows = GenerationPlace.objects.filter(earlier, grid=row.grid_id, element=row.element, state__in=LINE)
    return rows.exclude(pk=row.pk).count()


def ahead(grid: int, elements: Iterable[str], *, case: int, applied_at: datetime) -> dict[str, tuple[int, float]]:
    """This function will count who stands in line before a moment at each of several elements, and their kW."""
    rows = GenerationPlace.objects.filter(
        grid=grid, element__in=list(elements), state__in=LINE, applied_at__lt=applied_at
    ).exclude(case=case)
    told = rows.values_list("element").annotate(many=Count("pk"), kw=Sum("kw"))
    return {element: (many, kw) for element, many, kw in told}


def offered(grid: int) -> tuple[GenerationPlace, ...]:
    """This function will list what was offered on a network and is not taken yet."""
    return tuple(GenerationPlace.objects.filter(grid=grid, state=QueueState.OFFERED.value))


def heads(grid: int) -> tuple[GenerationPlace, ...]:
    """This function will list the first one waiting at every element of a network, the earliest application first."""
    rows = GenerationPlace.objects.filter(grid=grid, state=QueueState.WAITING.value).exclude(element="")
    first = rows.order_by("element", "applied_at", "pk").distinct("element")
    return tuple(sorted(first, key=lambda row: (row.applied_at, row.pk)))


def expired(on: date) -> tuple[GenerationPlace, ...]:
    """This function will list the offers whose last day lies before a day."""
    return tuple(GenerationPlace.objects.filter(state=QueueState.OFFERED.value, offered_until__lt=on).order_by("pk"))


def grids_waiting() -> tuple[int, ...]:
    """This function will list the networks on which somebody waits."""
    rows = GenerationPlace.objects.filter(state=QueueState.WAITING.value).exclude(element="")
    return tuple(rows.order_by("grid").values_list("grid", flat=True).distinct())


def again(key: int) -> GenerationPlace:
    """This function will read a place anew, under the lock of its network."""
    return GenerationPlace.objects.get(pk=key)
