"""电网数据: the network in force, its revisions and what changed between two of them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from yekuo.interfaces.desk import capacity_held
from yekuo.interfaces.desk.reader import Reader, desk, must
from yekuo.interfaces.look.parts import Crumb
from yekuo.operations.grids import importing
from yekuo.records import grid_uploads, grids
from yekuo.rules.refusal import Refused

TITLE = "电网数据"
REMARKS_SHOWN = 60
LEVELS = {
    0: ("L0", "只有额定值和最大电流，按公式估算", "bad"),
    1: ("L1", "有拓扑，缺型号、长度或坐标，按路径估算", "warn"),
    2: ("L2", "型号、长度、坐标齐全，交流潮流计算", "ok"),
    3: ("L3", "另有负荷曲线", "ok"),
}


def chosen(request: HttpRequest, reader: Reader) -> tuple[list[Any], Any]:
    """This function will list the networks a reader may look at and the one asked for, None where there is none; 404 for another."""
    every = list(importing.readable(reader.actor))
    asked = request.GET.get("grid", "")
    found = next((one for one in every if str(one.pk) == asked), None)
    if asked and found is None:
        raise Http404("没有这个电网，或不在您的单位范围内。")
    return every, found or (every[0] if every else None)


def base(reader: Reader, one: Any, *, here: str = "") -> dict[str, Any]:
    """This function will give what every page about a network shows."""
    crumbs = [Crumb(label=TITLE, url=f"/desk/grid/?grid={one.pk}" if one else "/desk/grid/"), Crumb(label=here)]
    return {
        "may_import": reader.may("import_grid") and bool(importing.targets(reader.actor)),
        "may_export": reader.may("export_grid"), "one": one, "at": reader.at, "crumbs": crumbs if here else [],
    }  # fmt: skip


@require_safe
@desk
def network(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the network in force: where it came from, how much it is, and how good its data are."""
    must(reader, "see_grid", TITLE)
    every, one = chosen(request, reader)
    context = {**base(reader, one), "title": TITLE, "every": every}
    now = grid_uploads.revisions(one.pk).filter(current=True).first() if one is not None else None
    if now is None:
        return render(request, "desk/grid.html", context | {"now": None})
    from yekuo.operations.grids.overview import overview  # arrays and solver are loaded by whoever looks at a network
    from yekuo.operations.grids.standing import network as opened

    found = opened(one.pk)
    told = overview(found) if found is not None else None
    warnings = [each for each in now.remarks if each.get("severity") != "error"]
    context |= {
        "now": now, "who": grid_uploads.names([now.by]).get(now.by, "系统"), "told": told,
        "feeders": [(each, LEVELS[each.level]) for each in told.feeders] if told else [],
        "ledger": capacity_held.of_grid(one.pk), "warnings": warnings[:REMARKS_SHOWN], "warned": len(warnings), "levels": LEVELS.values(),
        "hit": [each for each in now.affected if reader.scope.everything or each["unit"] in reader.scope.units],
    }  # fmt: skip
    return render(request, "desk/grid.html", context)


@require_safe
@desk
def revisions(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the revisions of a network and, when two are chosen, what changed between them."""
    must(reader, "see_grid", TITLE)
    every, one = chosen(request, reader)
    if one is None:
        raise Http404("本单位还没有导入电网数据。")
    rows = list(grid_uploads.revisions(one.pk)[:200])
    names = grid_uploads.names(each.by for each in rows)
    context = {
        **base(reader, one, here="版本"), "every": every, "rows": [(each, names.get(each.by, "系统")) for each in rows],
        "title": "电网版本", "own": one.pk in {each.grid for each in importing.targets(reader.actor)},
        **_compared(request, reader, one.pk, [each.number for each in rows]),
    }  # fmt: skip
    return render(request, "desk/grid_revisions.html", context, status=422 if context.get("refused") else 200)


def _compared(request: HttpRequest, reader: Reader, grid: int, numbers: list[int]) -> dict[str, Any]:
    old, new = (request.GET.get(name, "") for name in ("old", "new"))
    usual = {"old": numbers[1] if len(numbers) > 1 else None, "new": numbers[0] if numbers else None}
    if not (old or new):
        return usual
    if not all(each.isascii() and each.isdigit() and len(each) < 8 and int(each) in numbers for each in (old, new)):
        return usual | {"refused": Refused("请选择两个版本", code="form")}
    picked = {"old": int(old), "new": int(new)}
    try:
        return picked | {"difference": importing.between(grid=grid, by=reader.actor, **picked)}
    except Refused as refused:
        return picked | {"refused": refused}


@require_http_methods(["POST"])
@desk
def back(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will make an earlier revision an upload to look at and confirm; nothing changes yet."""
    must(reader, "import_grid", "导入电网数据")
    grid, number = request.POST.get("grid", ""), request.POST.get("number", "")
    if not all(each.isascii() and each.isdigit() and len(each) < 18 for each in (grid, number)):
        raise Http404("没有这个版本。")
    if grids.standing(int(grid)) is None:
        raise Http404("没有这个电网。")
    try:
        key = importing.go_back(grid=int(grid), number=int(number), by=reader.actor, at=reader.at)
    except Refused as refused:
        raise Http404(refused.message) from None
    return redirect("desk:grid_upload", key=key)
