"""可开放容量查询: the figures of a revision narrowed and sorted for a page, a map or a workbook."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from yekuo.records.figures import publication
from yekuo.records.models import CapacityFigure, CapacityPublication
from yekuo.rules.nearby import Supply

Figure = CapacityFigure
Publication = CapacityPublication
KINDS = ("dt", "feeder", "main", "node")
ORDERS = {
    "most": (F("kw").desc(), "element"),
    "least": (F("kw").asc(), "element"),
    "firm": (F("firm_kw").desc(nulls_last=True), "element"),
    "place": ("substation", "feeder_name", "element"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """查询条件: kind of element, substation and feeder by name, part of a name or id, only with room; and the order."""

    kind: str = "dt"
    substation: str = ""
    feeder: str = ""
    text: str = ""
    room: bool = False
    order: str = "most"


def _narrowed(revision: int, wanted: Wanted) -> QuerySet[CapacityFigure]:
    rows = CapacityFigure.objects.filter(revision=revision)
    if wanted.substation:
        rows = rows.filter(substation=wanted.substation)
    if wanted.feeder:
        rows = rows.filter(feeder=wanted.feeder)
    if wanted.text:
        text = wanted.text
        rows = rows.filter(Q(name__icontains=text) | Q(element__iexact=text) | Q(feeder_name__icontains=text))
    return rows.filter(kw__gt=0) if wanted.room else rows


def listing(revision: int, wanted: Wanted) -> QuerySet[CapacityFigure]:
    """This function will list the figures of one kind, narrowed and in order."""
    return _narrowed(revision, wanted).filter(kind=wanted.kind).order_by(*ORDERS[wanted.order])


def counts(revision: int, wanted: Wanted) -> dict[str, int]:
    """This function will count what the conditions find of every kind."""
    rows = _narrowed(revision, wanted).values("kind").annotate(many=Count("pk"))
    return {row["kind"]: row["many"] for row in rows}


def has_hours(revision: int, kind: str) -> bool:
    """This function will say whether some figures of a kind were calculated by hours."""
    return CapacityFigure.objects.filter(revision=revision, kind=kind, stable_kw__isnull=False).exists()


def substations(revision: int) -> tuple[str, ...]:
    """This function will name the substations that have figures."""
    rows = CapacityFigure.objects.filter(revision=revision).exclude(substation="")
    return tuple(rows.order_by("substation").values_list("substation", flat=True).distinct())


def feeders(revision: int, substation: str = "") -> tuple[tuple[str, str], ...]:
    """This function will list the feeders (id, name) of a substation or of all."""
    rows = CapacityFigure.objects.filter(revision=revision, kind="feeder")
    rows = rows.filter(substation=substation) if substation else rows
    return tuple(rows.order_by("feeder_name", "element").values_list("element", "feeder_name"))


def in_flight(told: CapacityPublication) -> Counter[str]:
    """This function will sum what was in flight (kW) by feeder."""
    found: Counter[str] = Counter()
    for one in told.promised:
        found[one["feeder"]] += one["p_kw"]
    return found


def drawn(revision: int, wanted: Wanted, *, most: int) -> Sequence[CapacityFigure]:
    """This function will list the figures of one kind that have a place on the map."""
    return tuple(listing(revision, wanted).filter(x__isnull=False)[:most])


def by_feeder(revision: int) -> dict[str, CapacityFigure]:
    """This function will give the figure of every feeder by its id."""
    return {row.element: row for row in CapacityFigure.objects.filter(revision=revision, kind="feeder")}


def called(grid: int, kind: str, element: str) -> str:
    """This function will give the name an area, feeder or busbar was last published with, "" for none."""
    kinds = {"transformer": ("dt", "main"), "feeder": ("feeder",)}.get(kind, ("node",))
    rows = CapacityFigure.objects.filter(revision__grid=grid, kind__in=kinds, element=element)
    return str(rows.order_by("-revision").values_list("name", flat=True).first() or "")


def public_supplies(revision: int, kind: str) -> tuple[Supply, ...]:
    """This function will list the public supply areas (dt) or the feeders of a revision."""
    rows = CapacityFigure.objects.filter(revision=revision, kind=kind, public=True).exclude(state="dead")
    told = rows.order_by("pk").values_list("name", "feeder_name", "kw", "binding_kind", "valley_kw")
    return tuple(
        Supply(name=name, feeder=feeder, kw=kw, binding=binding, night_kw=night)
        for name, feeder, kw, binding, night in told
    )


def standing(revision: int) -> CapacityPublication | None:
    """This function will say when and from what the figures were calculated, None before the first time."""
    return publication(revision)
