"""附近能接多少电: what the public may see of open capacity, by area and feeder; no sign-in, no drawing, nobody's data."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yekuo.interfaces.customer.front import show
from yekuo.interfaces.look.parts import Tab
from yekuo.operations.grids.nearby import Board, boards
from yekuo.rules.nearby import Area, night_words, public_words

SIZE = 40
TEXT_AT_MOST = 30
WHY = {"voltage": "线路末端的电压", "line": "线路的粗细", "transformer": "变压器的大小"}
KINDS = {"dt": "低压（家庭、店铺）", "feeder": "高压（10 千伏，企业）"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """一行: an area as the public reads it."""

    name: str
    feeder: str
    told: str
    room: bool
    why: str
    night: str


@login_not_required
@require_safe
def nearby(request: HttpRequest) -> HttpResponse:
    """This function will list areas with about how much more they take, narrowed by what was typed; it writes nothing down."""
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:TEXT_AT_MOST]
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else "dt"
    every = boards()
    found = [row for one in every for row in _areas(one, kind) if _meant(row, typed)]
    page = Paginator(found, SIZE).get_page(request.GET.get("page", "1"))
    tabs = [Tab(label=name, url=f"?kind={key}", current=key == kind) for key, name in KINDS.items()]
    context = {
        "page": page, "rows": [_row(kind, one) for one in page], "typed": typed, "tabs": tabs, "kind": kind,
        "published": max((one.at for one in every), default=None),
    }  # fmt: skip
    return show(request, "nearby", context)


def _areas(one: Board, kind: str) -> tuple[Area, ...]:
    return one.low if kind == "dt" else one.feeders


def _meant(one: Area, typed: str) -> bool:
    """Part of a name, or a whole address that the name stands in."""
    return not typed or typed in one.name or typed in one.feeder or (len(one.name) > 1 and one.name in typed)


def _row(kind: str, one: Area) -> Row:
    told = public_words(kind, one.kw)
    return Row(
        name=one.name, feeder="" if kind == "feeder" else one.feeder, told=told, room="千瓦" in told,
        why=WHY.get(one.binding, ""), night=night_words(kind, one),
    )  # fmt: skip
