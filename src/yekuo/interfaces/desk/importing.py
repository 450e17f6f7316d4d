"""表格导入: template, upload, preview with every row's errors, and the confirmation of exactly the chosen rows."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.operations import importing
from yekuo.records import imports, units
from yekuo.rules.refusal import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTES = {
    "accounts": "从旧系统接收户号、用电人、地址、容量、电表和合同；接收后可以从户号发起增容。",
    "residents": "一户一行，确认后每户生成一件居民新装工单，从申请起逐件计时；资料随后在各工单里补交或容缺受理。",
}


def _kind(reader: Reader, key: str) -> importing.Kind:
    found = importing.KINDS.get(key)
    if found is None:
        raise Http404("没有这种导入。")
    try:
        importing.check_power(key, reader.actor)
    except Refused as refused:
        raise PermissionDenied(refused.message) from None
    return found


def _units(reader: Reader) -> list[Any]:
    found = [one for one in units.descendants(units.unit(reader.actor.unit)) if one.active]
    return [one for one in found if one.kind in ("county", "station")] or found


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def start(request: HttpRequest, reader: Reader, kind: str) -> HttpResponse:
    """This function will take a table and show its preview next; a table that cannot be read is told why."""
    found = _kind(reader, kind)
    refused = None
    if request.method == "POST":
        try:
            key = _upload(request, reader, kind)
            return redirect("desk:import_sheet", key=key)
        except Refused as error:
            refused = error
    context = {
        "kind": found, "note": NOTES[kind], "units": _units(reader), "refused": refused,
        "unit": request.POST.get("unit", ""), "recent": list(imports.recent(kind, by=reader.actor.person)),
        "at": reader.at,
    }  # fmt: skip
    return render(request, "desk/import_start.html", context, status=422 if refused else 200)


def _upload(request: HttpRequest, reader: Reader, kind: str) -> int:
    sent = request.FILES.get("file")
    if sent is None:
        raise Refused("请选择要导入的表格", code="form")
    unit = request.POST.get("unit", "")
    if not (unit.isascii() and unit.isdigit() and int(unit) in {one.pk for one in _units(reader)}):
        raise Refused("请选择单位", code="form")
    return importing.upload(
        kind=kind, content=sent.read(), name=str(sent.name or "表格"), unit=int(unit), by=reader.actor, at=reader.at
    )


@require_safe
@desk
def template(request: HttpRequest, reader: Reader, kind: str) -> HttpResponse:
    """This function will give the workbook to fill in."""
    _kind(reader, kind)
    answer = HttpResponse(importing.blank(kind), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def sheet(request: HttpRequest, reader: Reader, key: int) -> HttpResponse:
    """This function will show every row of a table and, on confirmation, take in exactly the ticked ones."""
    shown = _preview(reader, key)
    _kind(reader, shown.kind.key)
    refused = None
    ticked: set[int] | None = None
    if request.method == "POST":
        if request.POST.get("wish") == "drop":
            importing.drop(sheet=key, by=reader.actor)
            return redirect("desk:import", kind=shown.kind.key)
        ticked = {int(one) for one in request.POST.getlist("line") if one.isascii() and one.isdigit() and len(one) < 6}
        try:
            done = importing.confirm(sheet=key, lines=ticked, by=reader.actor, at=reader.at)
            messages.success(request, f"已导入 {len(done)} 行。")
            return redirect("desk:import_sheet", key=key)
        except Refused as error:
            refused = error
    rows = [(one, one.line in ticked if ticked is not None else one.proposed) for one in shown.rows]
    context = {
        "shown": shown, "rows": rows, "refused": refused, "good": sum(one.proposed for one in shown.rows),
        "wrong": sum(bool(one.problems) for one in shown.rows),
        "doubtful": sum(bool(one.warnings) and not one.problems for one in shown.rows),
        "cases": shown.kind.key == "residents", "at": reader.at,
    }  # fmt: skip
    return render(request, "desk/import_sheet.html", context, status=422 if refused else 200)


def _preview(reader: Reader, key: int) -> importing.Preview:
    try:
        return importing.preview(sheet=key, by=reader.actor, at=reader.at)
    except Refused as refused:
        raise Http404(refused.message) from None
