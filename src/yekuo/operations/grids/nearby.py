"""附近供电: the areas the public sees, and what an applicant is told at the address step; each question is counted, no person is."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from yekuo.operations.books import open_shelf
from yekuo.records import address_queries, figure_lists, figures, grids, tables, units
from yekuo.records.grids import Standing
from yekuo.rules.calendar import day_of
from yekuo.rules.facts import Facts, Place
from yekuo.rules.limits import ClockKind
from yekuo.rules.nearby import Area, areas, fits, guidance_words, nearest
from yekuo.rules.wishes import Wish, first_facts

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
    key = f"capacity-board-2:{one.revision}:{told.at.timestamp()}"
    found: Board | None = cache.get(key)
    if found is None:
        low = areas(figure_lists.public_supplies(one.revision, "dt"))
        feeders = tuple(
            Area(name=each.name, feeder=each.feeder, many=1, kw=each.kw, binding=each.binding, night_kw=each.night_kw)
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


def guide(*, unit: int, address: str, wish: Wish, at: datetime) -> Guidance:
    """This function will say to somebody at the address step what happens next; nothing is written down."""
    place = units.place_of(units.unit(unit))
    facts = first_facts(wish, tables.schemes().transformer_sizes, table=tables.wishes(), on=day_of(at))
    area, verdict = _found(unit, address, facts)
    days, days_unit = _reply(place, facts, at)
    name = area.name if area is not None else ""
    return Guidance(place=name, lines=guidance_words(place=name, fits=verdict, days=days, unit=days_unit))


def ask(*, unit: int, address: str, wish: Wish, channel: str, key: str, at: datetime) -> Guidance:
    """This function will say the same and count the question under the form's key.

    The address itself is not kept, only the place that was recognised in it.
    """
    found = guide(unit=unit, address=address, wish=wish, at=at)
    address_queries.note(
        unit=unit, place=found.place, kw=float(wish.load_kw), shown=found.lines[0], channel=channel,
        trace=address_queries.trace_of(key), at=at,
    )  # fmt: skip
    return found


def _found(unit: int, address: str, facts: Facts) -> tuple[Area | None, bool | None]:
    """The area an address lies in, and whether it (at high voltage its feeder) covers the wish; None for neither."""
    grid = grids.grid_over(unit)
    one = grids.standing(grid.pk) if grid is not None else None
    shown = board(one) if one is not None else None
    area = nearest(address, shown.low) if shown is not None else None
    if area is None or shown is None:
        return None, None
    feeder = next((each for each in shown.feeders if each.name == area.feeder), None)
    asked = feeder if facts.high_voltage else area
    return area, fits(asked, float(facts.capacity_kva)) if asked is not None else None


def _reply(place: Place, facts: Facts, at: datetime) -> tuple[int, str]:
    """The days until the supply plan is answered, and what they are counted in; 0 where no limit binds."""
    shelf, on = open_shelf(), day_of(at)
    found = shelf.limits.matching(place, facts, ClockKind.STAGE, "scheme_reply", on)
    limit = min((one for one in found if one.binds), key=lambda one: one.days, default=None)
    return (limit.days, limit.unit.label) if limit is not None else (0, "")
