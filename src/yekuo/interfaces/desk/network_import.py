"""电网导入: files in, every fault by sheet and row, what changes and whom it hits, then one confirmation."""

from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from yekuo.interfaces.desk import scheme_doubts
from yekuo.interfaces.desk.network import TITLE, base
from yekuo.interfaces.desk.reader import Reader, desk, must
from yekuo.interfaces.look.parts import Crumb
from yekuo.operations.grids import importing, uploads
from yekuo.operations.grids.examining import STEPS
from yekuo.records import grid_uploads, tables
from yekuo.rules.calendar import day_of
from yekuo.rules.doubts import EFFECT_NAMES
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.reservation import STATE_NAMES, HoldState

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES, MOST_FILES = 64 * 1024 * 1024, 60
ISSUES_SHOWN = 200
PIECE = 1 << 20
SEVERITIES = {"error": "错误", "warning": "提醒"}


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def start(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will take the files of a network and show what is in them next."""
    must(reader, "import_grid", "导入电网数据")
    aims, refused = importing.targets(reader.actor), None
    if request.method == "POST":
        try:
            key = importing.upload(
                files=_files(request), unit=_unit(request, aims), by=reader.actor, at=reader.at, measured_until=_until(request)
            )  # fmt: skip
            return redirect("desk:grid_upload", key=key)
        except Refused as error:
            refused = error
    recent = list(grid_uploads.recent(importing.reach(reader.actor)))
    names = grid_uploads.names(each.by for each in recent)
    context = {
        **base(reader, None, here="导入"), "title": "导入电网数据", "aims": aims, "refused": refused,
        "unit": request.POST.get("unit", ""), "until": request.POST.get("measured_until", ""), "today": day_of(reader.at),
        "cgmes": uploads.converts_cgmes(), "recent": [(each, names.get(each.by, "")) for each in recent],
    }  # fmt: skip
    return render(request, "desk/grid_import.html", context, status=422 if refused else 200)


def _unit(request: HttpRequest, aims: tuple[importing.Target, ...]) -> int:
    if len(aims) == 1:
        return aims[0].unit
    said = request.POST.get("unit", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0


def _until(request: HttpRequest) -> date | None:
    said = request.POST.get("measured_until", "").strip()
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        words = "实测负荷的统计截止日请按“年-月-日”填写，例如 2026-08-31"
        raise Refused(words, problems=(Problem("measured_until", words),), code="form") from None


def _files(request: HttpRequest) -> list[importing.Sending]:
    sent = request.FILES.getlist("files")
    if sum(one.size or 0 for one in sent) > MOST_BYTES:
        words = f"文件合计超过 {MOST_BYTES >> 20} MB"
        raise Refused(words, problems=(Problem("files", words),), code="form")
    if len(sent) > MOST_FILES:
        words = f"一次最多 {MOST_FILES} 个文件"
        raise Refused(words, problems=(Problem("files", words),), code="form")
    return [(str(one.name or "文件"), one.chunks(PIECE)) for one in sent]


@require_safe
@desk
def template(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will give the workbook to fill in."""
    must(reader, "import_grid", "导入电网数据")
    from yekuo.integrations.grid_books import blank

    return _workbook(blank(), "电网台账模板.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename=\"grid.xlsx\"; filename*=UTF-8''{quote(name)}"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def upload(request: HttpRequest, reader: Reader, key: int) -> HttpResponse:
    """This function will show what was found in an upload and, on confirmation, put it in force or give it up."""
    must(reader, "import_grid", "导入电网数据")
    shown, refused = _preview(reader, key), None
    if request.method == "POST":
        try:
            return _decide(request, reader, shown)
        except Refused as error:
            refused, shown = error, _preview(reader, key)
    elif request.headers.get("HX-Request") and not shown.pending:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(
        request, "desk/grid_upload.html", _context(request, reader, shown, refused), status=422 if refused else 200
    )


def _preview(reader: Reader, key: int) -> importing.Preview:
    try:
        return importing.preview(key=key, by=reader.actor)
    except Refused as refused:
        raise Http404(refused.message) from None


def _decide(request: HttpRequest, reader: Reader, shown: importing.Preview) -> HttpResponse:
    key = shown.upload.pk
    if request.POST.get("wish") == "drop":
        importing.drop(key=key, by=reader.actor, at=reader.at)
        messages.success(request, "已放弃这次上传，没有改变在用电网。")
        return redirect("desk:grid_import")
    number = importing.confirm(
        key=key, reason=request.POST.get("reason", ""), seen=request.POST.get("seen") == "1", by=reader.actor,
        at=reader.at, where=scheme_doubts.address,
    )  # fmt: skip
    messages.success(request, f"第 {number} 版已启用，可开放容量由后台重新计算。")
    return redirect("desk:grid_upload", key=key)


def _progress(shown: importing.Preview) -> dict[str, Any]:
    """How far an examination is: each step with its mark, what is before it, whether anybody is at it."""
    if not shown.pending:
        return {}
    here = list(STEPS).index(shown.upload.step) if shown.upload.step in STEPS else -1
    marks = ["done" if at < here else "now" if at == here else "" for at in range(len(STEPS))]
    return {
        "steps": list(zip(STEPS.values(), marks, strict=True)), "before": grid_uploads.ahead(shown.upload),
        "asleep": not uploads.worker_runs(), "tries": shown.upload.tries,
    }  # fmt: skip


def _state_name(one: importing.Hit) -> str:
    return STATE_NAMES[HoldState(one.state)] if one.held else "已选未答复"


def _context(request: HttpRequest, reader: Reader, shown: importing.Preview, refused: Refused | None) -> dict[str, Any]:
    issues = shown.found.get("issues", [])
    by_sheet = Counter((each["sheet"], each["severity"]) for each in issues)
    hits = [(each, EFFECT_NAMES[each.effect], _state_name(each)) for each in shown.hits]
    return {
        **base(reader, None), **_progress(shown), "title": "导入预览", "shown": shown, "found": shown.found, "refused": refused,
        "issues": [(each, SEVERITIES[each["severity"]]) for each in issues[:ISSUES_SHOWN]], "listed": len(issues),
        "sheets": [(sheet, SEVERITIES[severity], many) for (sheet, severity), many in by_sheet.most_common(12)],
        "growth_days": tables.reservations().growth_days, "difference": shown.found.get("difference"),
        "new_hits": [each for each in hits if not each[0].before],
        "old_hits": [each for each in hits if each[0].before],
        "who": grid_uploads.names([shown.upload.by]).get(shown.upload.by, ""),
        "reason": request.POST.get("reason", ""), "seen": request.POST.get("seen") == "1",
        "size": f"{shown.upload.size / 1024:,.0f} KB", "reach": reader.scope.everything or set(reader.scope.units),
        "crumbs": [Crumb(label=TITLE, url="/desk/grid/"), Crumb(label="导入", url="/desk/grid/import/"), Crumb(label="预览")],
    }  # fmt: skip


@require_safe
@desk
def issues(request: HttpRequest, reader: Reader, key: int) -> HttpResponse:
    """This function will give the findings of an upload as a workbook, sheet and row of each."""
    must(reader, "import_grid", "导入电网数据")
    shown = _preview(reader, key)
    from yekuo.integrations.grid_books import book_of

    rows = [
        {
            "轻重": SEVERITIES[each["severity"]], "工作表": each["sheet"], "行": each["row"] or "", "栏目": each["column"],
            "问题": each["message"],
        }
        for each in shown.found.get("issues", [])
    ]  # fmt: skip
    notes = (("文件", shown.upload.name), ("SHA-256", shown.upload.file_digest))
    return _workbook(book_of({"问题清单": rows}, notes=notes), f"问题清单-{shown.upload.name}.xlsx")
