"""地址查询台账: who asked where supply is to be had, without saying who: place, kW, channel; and whether an application followed."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import Count, F, Max, Q, Sum

from yekuo.records.models import AddressQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """查询汇总: how often a place was asked for, how often no application followed and for how many kW, how many at counters."""

    unit: int
    place: str
    asked: int
    left: int
    left_kw: float
    last: datetime
    counter: int


def trace_of(key: str) -> str:
    """This function will give the mark of one form being filled in; nobody finds the form, its person or its case by it."""
    return sha256(f"address-query|{key}".encode()).hexdigest()[:32]


def note(*, unit: int, place: str, kw: float, shown: str, channel: str, trace: str, at: datetime) -> None:
    """This function will keep a question once per form and place; the last size and answer stand."""
    changed = AddressQuery.objects.filter(trace=trace, unit=unit, place=place).update(kw=kw, shown=shown[:200], at=at)
    if not changed:
        AddressQuery.objects.create(
            unit=unit,
            address=place[:60],
            place=place[:80],
            kw=kw,
            shown=shown[:200],
            channel=channel,
            trace=trace,
            at=at,
        )


def followed(*, key: str, at: datetime) -> int:
    """This function will note that an application was filed from a form and wipe the mark; how many questions it had."""
    return AddressQuery.objects.filter(trace=trace_of(key)).update(followed_at=at, trace="")


def by_place(units: tuple[int, ...], *, since: datetime, until: datetime) -> tuple[Asked, ...]:
    """This function will sum up the questions of some units by place, those most often not followed first."""
    left = Q(followed_at=None)
    rows = (
        AddressQuery.objects.filter(unit__in=units, at__gte=since, at__lt=until)
        .values("unit", "place")
        .annotate(
            asked=Count("pk"), left=Count("pk", filter=left), left_kw=Sum("kw", filter=left, default=0.0),
            last=Max("at"), counter=Count("pk", filter=Q(channel="counter")),
        )
        .filter(left__gt=0)
        .order_by(F("left").desc(), F("left_kw").desc(), "place", "unit")
    )  # fmt: skip
    return tuple(
        Asked(
            unit=row["unit"] or 0, place=row["place"], asked=row["asked"], left=row["left"], left_kw=row["left_kw"],
            last=row["last"], counter=row["counter"],
        )
        for row in rows
    )  # fmt: skip
