"""先看后改: every change of the rules is shown with what it would move before it is confirmed; nothing typed is lost."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.operations.rulebook import Effect, Preview
from yekuo.rules.refusal import Refused

SHOWN = 200


class ReasonForm(forms.Form):
    """依据: why the rules are changed; asked when the change is confirmed."""

    reason = forms.CharField(
        label="依据（文号或原因）",
        required=False,
        max_length=300,
        help_text="确认时必填，会记入变更历史，也会告诉期限提前的工单的经办人。",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """预览: a preview as the page shows it: earlier deadlines first, at most SHOWN of them."""

    preview: Preview
    effects: Sequence[Effect]
    earlier: int
    later: int
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """变更: what a page asks: how to preview it, how to keep it, and where to go and what to say afterwards."""

    preview: Callable[[Any], Preview]
    keep: Callable[[Any], Preview]
    template: str
    done_url: str
    done: str


def two_steps(request: HttpRequest, form: forms.Form, change: Change, **context: Any) -> HttpResponse:
    """This function will show the form, then what it would move, and keep it when confirmed unchanged."""
    if request.method != "POST":
        return render(request, change.template, {**context, "form": form})
    if not form.is_valid():
        return render(request, change.template, {**context, "form": form}, status=422)
    stamp = _stamp(form)
    confirmed = request.POST.get("step") == "confirm" and request.POST.get("stamp") == stamp
    try:
        if confirmed:
            return _kept(request, change, change.keep(form.cleaned_data))
    except Refused as no:
        refuse(form, no)
    told = {**context, "form": form, "stamp": stamp, "changed": request.POST.get("step") == "confirm" and not confirmed}
    try:
        told["shown"] = show(change.preview(form.cleaned_data))
    except Refused as no:
        if form.is_valid():
            refuse(form, no)
        told["stamp"] = ""
    return render(request, change.template, told, status=200 if form.is_valid() else 422)


def _kept(request: HttpRequest, change: Change, kept: Preview) -> HttpResponse:
    shown = show(kept)
    moved = (
        f"，{len(kept.effects)} 个在途期限随之变动（提前 {shown.earlier}，推后 {shown.later}）" if kept.effects else ""
    )
    accepted(request, f"{change.done}{moved}。")
    return redirect(change.done_url)


def show(preview: Preview) -> Shown:
    """This function will order a preview for the page."""
    ordered = sorted(preview.effects, key=lambda one: (not one.move.earlier, one.move.after, one.number))
    earlier = sum(one.move.earlier for one in ordered)
    return Shown(
        preview=preview,
        effects=ordered[:SHOWN],
        earlier=earlier,
        later=len(ordered) - earlier,
        hidden=max(0, len(ordered) - SHOWN),
    )


def _stamp(form: forms.Form) -> str:
    """What was previewed is what is confirmed: a form changed in between is previewed again."""
    said = {name: str(value) for name, value in form.cleaned_data.items() if name not in ("reason", "file")}
    return hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()[:32]
