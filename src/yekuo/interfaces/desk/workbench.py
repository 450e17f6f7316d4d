"""方案工作台: where a customer can be connected, calculated on the network in force: asked, compared, chosen, checked again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yekuo.interfaces.desk import workbench_words as words
from yekuo.interfaces.desk.cases import head_of
from yekuo.interfaces.desk.deeds import form_case, unavailable
from yekuo.interfaces.desk.drafting import networked, plan_of, seated, study_named, turns_of
from yekuo.interfaces.desk.forms import FORMS
from yekuo.interfaces.desk.forms.fields import Number, Text
from yekuo.interfaces.desk.reader import Reader, case_file, desk, drawn_on_page
from yekuo.interfaces.desk.sketch import sketch_of
from yekuo.interfaces.desk.workbench_duel import duel_of, reach_words
from yekuo.interfaces.look.forms import refuse
from yekuo.interfaces.look.names import role_name
from yekuo.interfaces.look.parts import Crumb
from yekuo.operations.casefile import CaseFile
from yekuo.operations.grids.doubts import POWER
from yekuo.records import doubts, staff, studies, tables
from yekuo.records.studies import Study
from yekuo.rules.powers import may, who_may
from yekuo.rules.refusal import Refused
from yekuo.rules.scheme import Source
from yekuo.rules.state import Status

LAYINGS = {"cable": "电缆", "overhead": "架空"}
MOST_COMPARED = 4
DRAFT = "draft_scheme"


class AskForm(forms.Form):
    """测算条件: where and how much; empty means by the survey and the rules."""

    position = Text("客户位置（纬度,经度）", most=40, required=False, hint="可在图上点选；不填用勘查坐标。")
    near = Text("或附近的台区、环网柜", most=60, required=False, hint="名称或编号；填了坐标就不用它。")
    kw = Number("计算负荷", required=False, suffix="kW", hint="不填按需要系数计算。")
    fed_kw = Number("并网发电容量", required=False, suffix="kW", hint="不填按申请的发电容量校核。")
    laying = forms.ChoiceField(label="新建线路敷设", choices=list(LAYINGS.items()), required=False)

    def __init__(self, *args: Any, feeds: bool = False, **more: Any) -> None:
        """This function will ask what is fed in only of who feeds in."""
        super().__init__(*args, **more)
        if not feeds:
            del self.fields["fed_kw"]


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def workbench(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """This function will show the newest study of a case (or the one asked for), or make a new one."""
    file = _file(reader, number)
    if request.method == "POST":
        return _asked(request, reader, file)
    return _page(request, reader, file, AskForm(initial=_initial(file), feeds=_feeds(file)))


def _file(reader: Reader, number: str) -> CaseFile:
    """The case, for who may draft, review or reply to its scheme."""
    file = case_file(reader, number)
    if file.state.facts is None:
        raise Http404("还没有用电申请。")
    if not seated(reader, file):
        names = "、".join(role_name(role) for role in who_may(DRAFT, file.state.facts, table=reader.shelf.powers))
        raise PermissionDenied(f"您的岗位（{reader.roles}）不能看方案测算，可由{names}办理。")
    return file


def _must_draft(reader: Reader, file: CaseFile) -> None:
    if not _drafts(reader, file):
        names = "、".join(role_name(role) for role in who_may(DRAFT, file.state.facts, table=reader.shelf.powers))
        raise PermissionDenied(f"您的岗位（{reader.roles}）不能测算和选方案，可由{names}办理。")


def _drafts(reader: Reader, file: CaseFile) -> bool:
    power = may(reader.actor.roles, DRAFT, file.state.facts, table=reader.shelf.powers)
    return power and file.state.status is Status.OPEN


def _feeds(file: CaseFile) -> bool:
    return file.state.facts is not None and file.state.facts.generation_kw > 0


def _initial(file: CaseFile) -> dict[str, Any]:
    return {"position": file.state.survey.position if file.state.survey else "", "laying": "cable"}


def _asked(request: HttpRequest, reader: Reader, file: CaseFile) -> HttpResponse:
    from yekuo.operations.grids import studying

    _must_draft(reader, file)
    form = AskForm(request.POST, feeds=_feeds(file))
    if not form.is_valid():
        return _page(request, reader, file, form, status=422)
    asked = form.cleaned_data
    try:
        made = studying.study_case(
            case=file.id, by=reader.actor, at=reader.at, position=asked["position"], near=asked["near"], kw=asked["kw"],
            laying=asked["laying"] or "cable", generation=asked.get("fed_kw"),
        )  # fmt: skip
    except Refused as refused:
        refuse(form, refused)
        return _page(request, reader, file, form, status=422)
    return redirect(f"{reverse('desk:workbench', args=(file.number,))}?study={made.number}")


def _wanted(request: HttpRequest, file: CaseFile) -> Study | None:
    """The study named in the address, else the newest; 404 for one that is not there."""
    named = request.GET.get("study", "")
    if not named:
        return studies.latest(file.id)
    found = study_named(file.id, named)
    if found is None:
        raise Http404("没有这次测算。")
    return found


def _page(request: HttpRequest, reader: Reader, file: CaseFile, form: AskForm, *, status: int = 200) -> HttpResponse:
    kept = _wanted(request, file)
    facts = file.state.facts
    case = Crumb(label=file.number, url=reverse("desk:case", args=(file.number,)))
    context: dict[str, Any] = {
        **head_of(file, reader),
        "crumbs": [Crumb(label="在途工单", url=reverse("desk:cases")), case, Crumb(label="方案工作台")],
        "form": form,
        "load": _load_words(file),
        "kept": kept,
        "drafts": _drafts(reader, file),
        "sources": range(1, facts.sources + 1) if facts else (),
        "map_url": reverse("desk:workbench_map", args=(file.number,)),
        "networked": networked(file.unit),
        "doubted": doubts.opened([file.id]) if reader.may(POWER) else (),
    }
    if kept is not None:
        context |= _shown(request, file, kept)
    return render(request, "desk/workbench.html", context, status=status)


def _load_words(file: CaseFile) -> str:
    from yekuo.rules.firm_load import firm_load

    if file.state.facts is None:
        return ""
    found = firm_load(file.state.facts, table=tables.firm_loads())
    return f"{found.words}（{found.rule.source}{'' if found.rule.confirmed else '，待本单位确认'}）"


def _shown(request: HttpRequest, file: CaseFile, kept: Study) -> dict[str, Any]:
    from yekuo.operations.grids import studying

    rows = words.rows_of(kept.result, kept.chosen)
    titles = {one.id: one.title for one in rows}
    by_id = {one.id: one for one in rows}
    picked = [by_id[one] for one in request.GET.getlist("compare") if one in by_id][:MOST_COMPARED]
    able = [one for one in rows if one.place]
    sources, reach = kept.inputs["sources"], kept.inputs.get("reach", {})
    pairs = words.pairs_of(kept.result, rows) if sources > 1 else []
    return {
        "asked": kept.inputs,
        "who": staff.names_of({kept.by}).get(kept.by, ""),
        "stale": studying.stale(kept),
        "lead": words.lead_of(rows, pairs, sources=sources),
        "able": able,
        "duel": duel_of(kept.result, titles, other=request.GET.get("against", ""), reach=reach)
        if sources == 1
        else None,
        "reach": reach_words(reach),
        "unsure": any(not one.confirmed for one in able),
        "restoring": _restoring(file),
        "turns": turns_of(file, {one.feeding.queue for one in rows if one.feeding}),
        "light": round(100 * kept.inputs["feeding"]["light_load"]) if kept.inputs.get("feeding") else 0,
        "refused": [one for one in rows if not one.place],
        "rows": rows,
        "best": able[0] if able else None,
        "pairs": pairs,
        "remedies": words.remedies_of(kept.result, rows),
        "few": len(able),
        "picked": picked,
        "compare": words.compared(picked) if len(picked) > 1 else [],
        "sketch": _sketch(file, kept, rows, picked),
        "older": [one for one in studies.listed(file.id) if one.number != kept.number][:8],
        "map_url": f"{reverse('desk:workbench_map', args=(file.number,))}?study={kept.number}",
        "chosen": {place["candidate"] for place in kept.chosen},
        "draft_url": f"{reverse('desk:deed', args=(file.number, DRAFT))}?study={kept.number}" if kept.chosen else "",
    }


def _restoring(file: CaseFile) -> bool:
    """Whether the customer's grade asks that what supplies him can be restored."""
    facts = file.state.facts
    return facts is not None and facts.importance in tables.reservations().restoring_for


def _sketch(file: CaseFile, kept: Study, rows: list[words.Row], picked: list[words.Row]) -> Any:
    """What was chosen; else what is picked for comparison first; else the best, or the best pair of a customer with several sources."""
    options = {one["id"]: one for one in kept.result["options"]}
    ids = [place["candidate"] for place in kept.chosen]
    if not ids and kept.inputs["sources"] > 1:
        ids = next(([one["main"], one["standby"]] for one in kept.result["pairs"] if one["feasible"]), [])
    if not ids:
        ids = [one.id for one in (picked[:1] or rows[:1])]
    roles = ["主供", *["备用"] * 8] if len(ids) > 1 else ["供电"]
    fed = (kept.inputs.get("feeding") or {}).get("kw", 0.0)
    return sketch_of(
        [options[one] for one in ids], roles[: len(ids)], plan_of(file, kept.version or 0), generation_kw=fed
    )


@require_safe
@desk
def workbench_map(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """This function will give what the map of a study shows; before any study, the network around the survey's place."""
    from yekuo.interfaces.desk import workbench_map as drawing
    from yekuo.operations.grids import asking, standing

    drawn_on_page(request)
    file = _file(reader, number)
    kept = _wanted(request, file)
    if kept is not None:
        return JsonResponse(drawing.drawn(kept, standing.atlas_of(kept.revision_id, kept.revision.digest)))
    network = standing.network_of(file.unit)
    if network is None:
        raise Http404("本单位还没有电网数据。")
    spot = asking.surveyed(file.state)
    if spot is None:
        return JsonResponse(drawing.whole(network.atlas))
    low = file.state.facts is not None and not file.state.facts.high_voltage
    return JsonResponse(drawing.around(network.atlas, spot.x, spot.y, low=low))


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def choose(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """This function will choose places for the sources and go on to the scheme's form."""
    from yekuo.operations.grids import studying

    file = _file(reader, number)
    if request.method != "POST":
        return redirect("desk:workbench", number=file.number)
    _must_draft(reader, file)
    named = study_named(file.id, request.POST.get("study", ""))
    study = named.number if named is not None else 0
    back = reverse("desk:workbench", args=(file.number,))
    candidates = [one for one in request.POST.getlist("choice") if one]
    try:
        kept = studying.choose(case=file.id, number=study, candidates=candidates, by=reader.actor, at=reader.at)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(f"{back}?study={study}" if study else back)
    if unavailable(reader, file, DRAFT):
        messages.success(request, "已选定接入点。轮到拟定方案时，方案表单会按它填好。")
        return redirect(f"{back}?study={kept.number}")
    return redirect(f"{reverse('desk:deed', args=(file.number, DRAFT))}?study={kept.number}")


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def check(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """This function will check the sources as typed by full AC, as a fragment beside the form."""
    from yekuo.operations.grids import rechecking, studying

    file = _file(reader, number)
    if request.method != "POST":
        return redirect("desk:workbench", number=file.number)
    _must_draft(reader, file)
    kept = _wanted(request, file)
    facts = file.state.facts
    context: dict[str, Any] = {"kept": kept}
    if facts is not None:
        try:
            sources = _typed(request, reader, file)
            context["checked"] = rechecking.recheck(
                case=file.id, kept=kept, sources=sources, facts=facts, by=reader.actor
            )
            context["stale"] = studying.stale(kept) if kept is not None else ""
        except Refused as refused:
            context["why"] = refused.message
    return render(request, "desk/part_scheme_check.html", context)


def _typed(request: HttpRequest, reader: Reader, file: CaseFile) -> tuple[Source, ...]:
    form: Any = FORMS[DRAFT](request.POST, request.FILES, case=form_case(reader, file))
    found: tuple[Source, ...] = form.typed_sources()
    return found
