"""附近供电: the areas the public sees, and what an applicant is told at the address step; each question is counted, no person is."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from yekuo.records import address_queries, figure_lists, figures, grids
from yekuo.records.grids import Standing
from yekuo.rules.nearby import Area, areas, fits, guidance_words, nearest

KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """公布: the areas of a network by kind, and when they were calculated."""

    name: str
    at: datetime
    low: tuple[Area, ...]
    feeders: tuple[Area, ...]


def board(one: Standing) -> Board | None:
    """This function will give what the public may see of a network, None before its first publication; kept until the next."""
    told = figure_lists.standing(one.revision)
    if told is None or not told.figures:
        return None
    key = f"capacity-board:{one.revision}:{told.at.timestamp()}"
    found: Board | None = cache.get(key)
    if found is None:
        low = areas(figure_lists.public_supplies(one.revision, "dt"))
        feeders = tuple(
            Area(name=each.name, feeder=each.feeder, many=1, kw=each.kw, binding=each.binding)
            for each in sorted(figure_lists.public_supplies(one.revision, "feeder"), key=lambda each: each.name)
        )
        found = Board(name=one.name, at=told.at, low=low, feeders=feeders)
        cache.set(key, found, KEPT_SECONDS)
    return found


def boards() -> tuple[Board, ...]:
    """This function will give what the public may see of every network in force."""
    every = (grids.standing(grid) for grid in figures.every_grid())
    return tuple(found for one in every if one is not None and (found := board(one)) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """地址提示: the place that was recognised ('' for none), and the sentences."""

    place: str
    lines: tuple[str, ...]


def guide(*, unit: int, address: str, kw: float, days: int, days_unit: str) -> Guidance:
    """This function will say to somebody at the address step what supply there needs; nothing is written down."""
    grid = grids.grid_over(unit)
    one = grids.standing(grid.pk) if grid is not None else None
    shown = board(one) if one is not None else None
    area = nearest(address, shown.low) if shown is not None else None
    verdict = fits(area, kw) if area is not None else None
    place = area.name if area is not None else ""
    return Guidance(place=place, lines=guidance_words(place=place, fits=verdict, days=days, unit=days_unit))


def ask(
    *, unit: int, address: str, kw: float, days: int, days_unit: str, channel: str, key: str, at: datetime
) -> Guidance:
    """This function will say the same and count the question under the form's key; the address itself is not kept."""
    found = guide(unit=unit, address=address, kw=kw, days=days, days_unit=days_unit)
    address_queries.note(
        unit=unit, place=found.place, kw=kw, shown=found.lines[0], channel=channel,
        trace=address_queries.trace_of(key), at=at,
    )  # fmt: skip
    return found
