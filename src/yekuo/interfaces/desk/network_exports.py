"""电网资料导出: a drawing or the tables of a feeder or of all, for a reason; and the register of who took what."""

from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from yekuo.interfaces.desk.network import base, chosen
from yekuo.interfaces.desk.reader import Reader, desk, must
from yekuo.operations.grids import importing
from yekuo.records import figures, grid_uploads
from yekuo.rules.refusal import Refused

SIZE = 50
TITLE = "导出电网资料"


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def export(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    """This function will ask what is wanted and what for, then answer with the file; both or neither is on record."""
    must(reader, "export_grid", TITLE)
    every, one = chosen(request, reader)
    from yekuo.operations.grids import taking_out
    from yekuo.operations.grids.standing import network

    found = network(one.pk) if one is not None else None
    if one is None or found is None:
        raise Http404("本单位还没有导入电网数据。")
    refused, said = None, {name: request.POST.get(name, "") for name in ("kind", "feeder", "low_voltage", "reason")}
    if request.method == "POST":
        try:
            made = taking_out.take_out(
                grid=one.pk, kind=said["kind"], feeder=said["feeder"], low_voltage=said["low_voltage"] == "1",
                reason=said["reason"], by=reader.actor, at=reader.at, who=f"{reader.name}（{reader.unit_name}）",
            )  # fmt: skip
        except Refused as error:
            refused = error
        else:
            answer = HttpResponse(made.content, content_type=made.mime)
            answer["Content-Disposition"] = f"attachment; filename=\"grid\"; filename*=UTF-8''{quote(made.name)}"
            return answer
    feeders = [(key, found.atlas.feeder_name(key)) for key in taking_out.may_take(found, reader.actor)]
    context = {
        **base(reader, one, here="导出"), "title": TITLE, "every": every, "kinds": taking_out.KINDS.items(), "said": said,
        "feeders": feeders, "whole": taking_out.may_take_whole(one.pk, reader.actor), "refused": refused,
    }  # fmt: skip
    return render(request, "desk/grid_export.html", context, status=422 if refused else 200)


@require_safe
@desk
def exports(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list what was taken out of the networks in reach; below the network's own unit, what one's unit took."""
    must(reader, "export_grid", TITLE)
    every = importing.readable(reader.actor)
    rows = grid_uploads.exports(one.pk for one in every)
    reach = importing.reach(reader.actor)
    if not {one.unit for one in every} <= set(reach):
        rows = rows.filter(unit__in=reach)
    page = Paginator(rows, SIZE).get_page(request.GET.get("page", "1"))
    names = grid_uploads.names(one.by for one in page)
    of_unit = figures.unit_names(one.unit for one in page)
    context = {
        **base(reader, every[0] if every else None, here="导出登记"), "title": "电网资料导出登记", "page": page,
        "rows": [(one, names.get(one.by, ""), of_unit.get(one.unit, "")) for one in page],
    }  # fmt: skip
    return render(request, "desk/grid_exports.html", context)
