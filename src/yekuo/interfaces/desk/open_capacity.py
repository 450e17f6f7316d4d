"""可开放容量: every figure of the reader's network with what binds it and what it was calculated from; on a map and as a workbook."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yekuo.interfaces.desk import excel
from yekuo.interfaces.desk.capacity_words import KIND_NAMES, binding, columns, kilowatts, legend, tone
from yekuo.interfaces.desk.reader import Reader, desk, drawn_on_page, must
from yekuo.interfaces.look.parts import Crumb, Tab
from yekuo.operations.desk.exports import EXPORTED_AT_MOST
from yekuo.operations.grids.exported import note_export
from yekuo.records import figure_lists, figures
from yekuo.records.figure_lists import ORDERS, Figure, Publication, Wanted
from yekuo.records.grids import Standing
from yekuo.rules.calendar import BEIJING

SIZE = 50
DRAWN_AT_MOST = 5000
TEXT_AT_MOST = 40
TITLE = "可开放容量"
BY_HOURS = "有负荷曲线的馈线（L3）：全天稳定是每个典型日每小时都能用的；只在某段用是只看这一段的小时；在途和没有曲线的负荷按全天最大算"
ORDER_NAMES = {"most": "余量从大到小", "least": "余量从小到大", "firm": "N-1 后从大到小", "place": "按变电站、馈线"}


def _standing(reader: Reader, query: QueryDict) -> tuple[tuple[Standing, ...], Standing | None]:
    """The networks the reader may see, and the one that is looked at."""
    every = figures.grids_for(reader.actor.unit)
    asked = query.get("grid", "")
    return every, next((one for one in every if str(one.grid) == asked), every[0] if every else None)


def _wanted(query: QueryDict, revision: int) -> Wanted:
    kind, order = query.get("kind", ""), query.get("order", "")
    substation = query.get("substation", "")
    feeder = query.get("feeder", "")
    return Wanted(
        kind=kind if kind in KIND_NAMES else "dt",
        substation=substation if substation in figure_lists.substations(revision) else "",
        feeder=feeder if feeder in dict(figure_lists.feeders(revision)) else "",
        text=query.get("text", "").replace("\x00", "").strip()[:TEXT_AT_MOST],
        room=query.get("room", "") == "1",
        order=order if order in ORDERS else "most",
    )


def _query(one: Standing, wanted: Wanted, **changed: str) -> str:
    said = {
        "grid": str(one.grid), "kind": wanted.kind, "substation": wanted.substation, "feeder": wanted.feeder,
        "text": wanted.text, "room": "1" if wanted.room else "", "order": wanted.order, **changed,
    }  # fmt: skip
    return urlencode({name: value for name, value in said.items() if value})


@require_safe
@desk
def open_capacity(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the figures of one kind, narrowed and sorted, with when and from what they were calculated."""
    must(reader, "see_capacity", TITLE)
    every, one = _standing(reader, request.GET)
    if one is None:
        return render(request, "desk/open_capacity.html", {"title": TITLE, "one": None})
    wanted, told = _wanted(request.GET, one.revision), figure_lists.standing(one.revision)
    context: dict[str, Any] = {"title": TITLE, "one": one, "every": every, "wanted": wanted, "told": told}
    if told is not None and told.figures:
        context |= _shown(request, reader, one, wanted, told)
    return render(request, "desk/open_capacity.html", context)


def _shown(request: HttpRequest, reader: Reader, one: Standing, wanted: Wanted, told: Publication) -> dict[str, Any]:
    flying = figure_lists.in_flight(told)
    hours = figure_lists.has_hours(one.revision, wanted.kind)
    shown = columns(flying, sure=told.assured_at is not None, hours=hours)
    page = Paginator(figure_lists.listing(one.revision, wanted), SIZE).get_page(request.GET.get("page", "1"))
    found = figure_lists.counts(one.revision, wanted)
    here = reverse("desk:open_capacity")
    tabs = [
        Tab(label=name, url=f"{here}?{_query(one, wanted, kind=kind)}", current=kind == wanted.kind,
            count=found.get(kind, 0))
        for kind, name in KIND_NAMES.items()
    ]  # fmt: skip
    return {
        "tabs": tabs, "page": page, "columns": shown, "legend": legend(wanted.kind),
        "rows": [(_ref(row), [(column, column.draw(row)) for column in shown]) for row in page],
        "substations": figure_lists.substations(one.revision),
        "feeders": figure_lists.feeders(one.revision, wanted.substation),
        "orders": ORDER_NAMES, "flying": len(told.promised), "flying_kw": sum(flying.values()),
        "narrowed": bool(wanted.substation or wanted.feeder or wanted.text or wanted.room),
        "map_url": f"{reverse('desk:open_capacity_map')}?{_query(one, wanted)}",
        "export_url": f"{reverse('desk:open_capacity_export')}?{_query(one, wanted)}",
        "hours": hours, "may_export": reader.may("export_capacity"), "kind_name": KIND_NAMES[wanted.kind],
    }  # fmt: skip


def _ref(row: Figure) -> str:
    return f"{row.kind}-{row.element}"


@require_safe
@desk
def open_capacity_map(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    """This function will give the lines of the network with the figures of one kind drawn on them, as GeoJSON."""
    must(reader, "see_capacity", TITLE)
    drawn_on_page(request)
    _, one = _standing(reader, request.GET)
    if one is None:
        raise Http404("本单位还没有导入电网数据。")
    wanted = _wanted(request.GET, one.revision)
    told = figure_lists.standing(one.revision)
    sure = told is not None and told.assured_at is not None
    drawing = figures.drawing(one.revision).get("features", [])
    feeders = figure_lists.by_feeder(one.revision) if wanted.kind == "feeder" else {}
    for feature in drawing:
        said = feature["properties"]
        if said["kind"] == "station":
            said["label"] = said["name"]
        elif found := feeders.get(said["feeder"]):
            said |= {"tone": tone("feeder", found.kw), "ref": _ref(found), "text": _text(found, sure=sure)}
    points = [_point(row, sure=sure) for row in figure_lists.drawn(one.revision, wanted, most=DRAWN_AT_MOST)]
    return JsonResponse({"type": "FeatureCollection", "features": [*drawing, *points]})


def _text(row: Figure, *, sure: bool) -> str:
    firm = f"，N-1 后 {kilowatts(row.firm_kw)} kW" if sure and row.firm_kw is not None else ""
    stable = f"\n全天稳定 {kilowatts(row.stable_kw)} kW" if row.stable_kw is not None else ""
    return f"{row.name}\n可开放 {kilowatts(row.kw)} kW{firm}{stable}\n受限于：{binding(row)}"


def _point(row: Figure, *, sure: bool) -> dict[str, Any]:
    drawn_as = {"main": "station", "node": "node"}.get(row.kind, "transformer")
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row.x, row.y]},
        "properties": {
            "kind": drawn_as, "id": row.element, "name": row.name, "tone": tone(row.kind, row.kw), "ref": _ref(row),
            "fit": True, "text": _text(row, sure=sure),
        },
    }  # fmt: skip


class ExportForm(forms.Form):
    """导出: what the figures are taken out for; it stands in the register of exports."""

    use_required_attribute = False
    reason = forms.CharField(
        label="导出用途", min_length=4, max_length=100, help_text="写明做什么用，会和您的姓名一起登记",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请写导出用途", "min_length": "请写得具体些，至少 4 个字", "max_length": "最多 100 个字"},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def open_capacity_export(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    """This function will ask what the figures are taken out for, then answer with the workbook; both or neither is on record."""
    must(reader, "export_capacity", "导出可开放容量")
    _, one = _standing(reader, request.GET)
    told = figure_lists.standing(one.revision) if one else None
    if one is None or told is None:
        raise Http404("还没有可以导出的数字。")
    wanted = _wanted(request.GET, one.revision)
    rows = figure_lists.listing(one.revision, wanted)
    found = rows.count()
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        many = min(found, EXPORTED_AT_MOST)
        reason = form.cleaned_data["reason"].strip()
        note_export(
            grid=one.grid, what=f"{TITLE}：{KIND_NAMES[wanted.kind]}", area=wanted.substation or wanted.feeder, rows=many,
            reason=reason, by=reader.actor, at=reader.at,
        )  # fmt: skip
        hours = figure_lists.has_hours(one.revision, wanted.kind)
        sure = told.assured_at is not None
        shown = columns(figure_lists.in_flight(told), sure=sure, hours=hours, book=True)
        said = _said(reader, one, told, wanted, found, reason)
        return excel.book(shown, rows[:EXPORTED_AT_MOST].iterator(), said, title=TITLE, at=reader.at)
    here = f"{reverse('desk:open_capacity')}?{_query(one, wanted)}"
    context = {
        "form": form, "found": found, "back": here, "kind_name": KIND_NAMES[wanted.kind], "most": EXPORTED_AT_MOST,
        "crumbs": [Crumb(label=TITLE, url=here), Crumb(label="导出")],
    }  # fmt: skip
    return render(request, "desk/open_capacity_export.html", context)


def _said(
    reader: Reader, one: Standing, told: Publication, wanted: Wanted, found: int, reason: str
) -> list[tuple[str, str]]:
    narrowed = "，".join(
        filter(None, (wanted.substation, wanted.feeder, wanted.text, "只看有余量" if wanted.room else ""))
    )
    lines = [
        ("清单", f"{TITLE}：{KIND_NAMES[wanted.kind]}"),
        ("条件", narrowed or "全部"),
        ("行数", f"{min(found, EXPORTED_AT_MOST)} 行，共查到 {found} 个"),
        ("电网版本", f"{one.name} 第 {one.number} 版，校验码 {one.digest[:12]}"),
        ("计算时间", f"{told.at.astimezone(BEIJING):%Y-%m-%d %H:%M}，计到容量台账第 {told.counted} 号"),
        ("算法", f"{told.solver}；功率因数 0.95；交流潮流校核 {told.held}/{told.checked} 个节点"),
        ("分时", BY_HOURS),
        ("含义", "整个数值接在一处、其他不变时不越限的最大负荷；在途已扣除；几处的数字不能相加"),
        ("导出人", f"{reader.name}（{reader.unit_name}）"),
        ("用途", reason),
        ("导出时间", f"{reader.at.astimezone(BEIJING):%Y-%m-%d %H:%M}，已登记"),
    ]
    if found > EXPORTED_AT_MOST:
        lines.append(("没有导全", f"一次最多 {EXPORTED_AT_MOST} 行，请缩小范围后分次导出"))
    return lines
