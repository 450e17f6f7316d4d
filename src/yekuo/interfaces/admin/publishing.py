"""流程发布与迁移: check and publish a version, rehearse what it does to open cases, and take them over batch by batch."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yekuo.interfaces.admin import words
from yekuo.interfaces.admin.notices import text_of
from yekuo.interfaces.admin.processes import definition_or_404
from yekuo.interfaces.admin.reader import Reader, keeper_page
from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.operations import processes
from yekuo.operations.processes import Draft, Migrated, Planned
from yekuo.rules.engine.definition import Definition
from yekuo.rules.engine.migrate import Outcome
from yekuo.rules.refusal import Refused

SHOWN = 200
OUTCOMES = {
    Outcome.AUTOMATIC: ("可直接迁移", "ok"),
    Outcome.NEEDS_MAPPING: ("需指定环节", "warn"),
    Outcome.REFUSED: ("不能迁移", "bad"),
}
REASON = "请写明原因"


class DraftForm(forms.Form):
    """流程文本: the definition as TOML, pasted or as a file, and why it is published."""

    text = forms.CharField(
        label="流程定义（TOML）",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "code", "wrap": "off"}),
    )
    file = forms.FileField(label="或上传文件", required=False, help_text="选了文件的，以文件为准。")
    reason = forms.CharField(
        label="发布原因",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="确认发布时必填。",
    )

    def clean_text(self) -> str:
        """This function will undo what a browser does to line ends, so that the same text is the same version."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


def _form(request: HttpRequest) -> DraftForm:
    """What came in a file stands in the text area from now on, so that it is seen and not lost."""
    data = request.POST.copy()
    try:
        data["text"] = text_of(request.FILES.get("file")) or data.get("text", "")
    except forms.ValidationError as no:
        form = DraftForm(data)
        form.add_error("file", no)
        return form
    return DraftForm(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """差异行: one difference in words."""

    place: str
    what: str
    before: str
    after: str


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page("publish_process", "发布流程版本")
def publish(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will check a definition, show what it changes, and publish it when confirmed unchanged."""
    if request.method != "POST":
        start = reader.shelf.books.definitions.get(request.GET.get("from", ""))
        return render(request, "rules/publish.html", {"form": DraftForm(initial={"text": start.text if start else ""})})
    form = _form(request)
    told: dict[str, Any] = {"form": form}
    if not form.is_valid():
        return render(request, "rules/publish.html", told, status=422)
    text = form.cleaned_data["text"]
    stamp = hashlib.sha256(text.encode()).hexdigest()[:32]
    confirmed = request.POST.get("step") == "confirm" and request.POST.get("stamp") == stamp
    try:
        if confirmed:
            made = processes.publish(text=text, by=reader.actor, at=reader.at, reason=form.cleaned_data["reason"])
            accepted(
                request, f"已发布“{made.name}”{made.edition} 版，新受理的工单按它办理；在途工单不变，要改用的请迁移。"
            )
            return redirect("rules:process", version=made.version)
        told |= _checked(processes.draft(text), stamp)
    except Refused as no:
        refuse(form, no, place=lambda path: (form, path if path in ("reason",) else None))
        told["stamp"] = stamp if confirmed and no.message == REASON else ""
    return render(request, "rules/publish.html", told, status=422 if form.errors else 200)


def _checked(draft: Draft, stamp: str) -> dict[str, Any]:
    before = draft.before or draft.definition
    changed = [
        Changed(
            place=words.place_words(one, draft.definition, before),
            what=words.field_words(one),
            before=words.value_words(one.before, one, before),
            after=words.value_words(one.after, one, draft.definition),
        )
        for one in draft.differences
    ]
    return {"draft": draft, "changed": changed, "stamp": "" if draft.problems else stamp}


# --- migrating


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """预演汇总: the cases that stand alike, what would happen to them, and how many they are."""

    version: str
    stage: str
    to: str
    label: str
    tone: str
    notes: str
    count: int


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page("migrate_case", "迁移流程版本")
def migrate(request: HttpRequest, reader: Reader, version: str) -> HttpResponse:
    """This function will rehearse the migration of open cases to a version, and take over a batch of them."""
    target = definition_or_404(reader, version)
    posted = request.POST if request.method == "POST" else request.GET
    mapping = {
        name.removeprefix("to-"): str(value)
        for name, value in posted.items()
        if name.startswith("to-") and value in target.stages
    }
    told: dict[str, Any] = {"reason": request.POST.get("reason", "")[:300]}
    status = 200
    if request.method == "POST":
        try:
            done = _take_over(reader, target, mapping, request)
        except Refused as no:
            told["refused"], status = no, 422
        else:
            if not done.left and not done.refused:
                accepted(request, f"已迁移 {len(done.done)} 件工单。")
                return redirect(reverse("rules:migrate", args=[version]))
            told["done"] = done
    planned = processes.migration_plan(key=target.key, version=version, mapping=mapping, by=reader.actor)
    return render(
        request, "rules/migrate.html", {**told, **_rehearsed(reader, target, planned, mapping)}, status=status
    )


def _take_over(reader: Reader, target: Definition, mapping: Mapping[str, str], request: HttpRequest) -> Migrated:
    after = request.POST.get("after", "")
    return processes.migrate(
        key=target.key, version=target.version, mapping=mapping, by=reader.actor, at=reader.at,
        reason=request.POST.get("reason", "")[:300], after=int(after) if after.isascii() and after.isdigit() else 0,
    )  # fmt: skip


def _rehearsed(
    reader: Reader, target: Definition, planned: tuple[Planned, ...], mapping: Mapping[str, str]
) -> dict[str, Any]:
    lost = sorted({one.stage for one in planned if one.plan.outcome is Outcome.NEEDS_MAPPING} | set(mapping))
    ready = sum(one.plan.outcome is Outcome.AUTOMATIC for one in planned)
    stages = [(key, stage.name) for key, stage in target.stages.items()]
    names = _stage_names(reader, target)
    return {
        "target": target, "lines": _lines(planned, names), "total": len(planned), "ready": ready,
        "cases": [(one, names.get(one.stage, one.stage), *OUTCOMES[one.plan.outcome]) for one in planned[:SHOWN]],
        "hidden": max(0, len(planned) - SHOWN), "mapping": mapping, "stages": stages,
        "lost": [(key, names.get(key, key), mapping.get(key, "")) for key in lost],
        "batch": processes.BATCH,
    }  # fmt: skip


def _stage_names(reader: Reader, target: Definition) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in (target, *reader.shelf.books.definitions.values()):
        if one.key == target.key:
            for key, stage in one.stages.items():
                found.setdefault(key, stage.name)
    return found


def _lines(planned: tuple[Planned, ...], names: Mapping[str, str]) -> list[Line]:
    alike = Counter((one.version, one.stage, one.plan) for one in planned)
    return [
        Line(
            version=version, stage=names.get(stage, stage), to=names.get(plan.stage, plan.stage) if plan.outcome is Outcome.AUTOMATIC else "",
            label=OUTCOMES[plan.outcome][0], tone=OUTCOMES[plan.outcome][1], notes="；".join(plan.notes), count=count,
        )
        for (version, stage, plan), count in sorted(alike.items(), key=lambda row: (row[0][2].outcome, row[0][0], row[0][1]))
    ]  # fmt: skip
