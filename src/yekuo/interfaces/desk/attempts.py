"""没有办成的地址查询: where people asked for supply at the address step and no application followed, by place."""

import math
from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk.reader import Reader, desk, must
from yekuo.interfaces.look.parts import Tab
from yekuo.operations.grids.nearby import board
from yekuo.records import address_queries, figures, units
from yekuo.rules.nearby import Area

SIZE = 50
SPANS = {"30": "近 30 天", "90": "近 90 天", "365": "近一年"}
WAIT = timedelta(days=1)
"""Somebody who asked today may still be filling in the form."""


@require_safe
@desk
def attempts(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the places of the reader's units that were asked for and not applied for, with the room there."""
    must(reader, "see_attempts", "查看未转化的地址查询")
    days = request.GET.get("days", "")
    days = days if days in SPANS else "30"
    until = reader.at - WAIT
    within = units.descendant_keys(reader.actor.unit)
    rows = address_queries.by_place(within, since=until - timedelta(days=int(days)), until=until)
    room = _room(reader)
    names = figures.unit_names(row.unit for row in rows)
    shown = [
        {
            "row": row,
            "unit": names.get(row.unit, ""),
            "place": row.place or "没有认出的地址",
            "room": room.get(row.place),
        }
        for row in rows
    ]
    context = {
        "tabs": [Tab(label=name, url=f"?days={key}", current=key == days) for key, name in SPANS.items()],
        "page": Paginator(shown, SIZE).get_page(request.GET.get("page", "1")),
        "asked": sum(row.asked for row in rows), "left": sum(row.left for row in rows), "span": SPANS[days],
    }  # fmt: skip
    return render(request, "desk/attempts.html", context)


def _room(reader: Reader) -> dict[str, int]:
    """The best figure now of every area the reader may see, by name, in whole kW."""
    found: dict[str, int] = {}
    shown = (board(one) for one in figures.grids_for(reader.actor.unit))
    every: list[Area] = [area for one in shown if one is not None for area in one.low]
    for area in every:
        found[area.name] = max(found.get(area.name, 0), 0 if math.isinf(area.kw) else math.floor(area.kw))
    return found
