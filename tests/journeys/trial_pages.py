"""试验页: addresses of a test run only: one form that is refused, taken or slow, and a field that asks for fragments."""

import time

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template import Context, Template
from django.urls import include, path

from yekuo.interfaces.look.forms import TelInput, accepted

PAGE = """{% extends "look/desk.html" %}{% load look %}{% block content %}{% problems form %}
<form method="post" id="trial" data-draft="trial"{% if form.is_bound %} data-bound{% endif %} novalidate>
<input type="hidden" name="csrfmiddlewaretoken" value="{{ token }}">
<div class="fields">{% for bound in form %}{% field bound %}{% endfor %}<button class="btn main">提交</button></div></form>
<input id="ask" name="q" aria-label="筛选" hx-get="/asked" hx-trigger="input changed" hx-target="#answer" hx-swap="innerHTML">
<div id="answer"></div>{% endblock %}"""

posts: list[str] = []
asked: list[str] = []


class TrialForm(forms.Form):
    name = forms.CharField(label="户名")
    grade = forms.ChoiceField(label="等级", choices=[("1", "一级"), ("2", "二级")], widget=forms.RadioSelect)
    stage = forms.ChoiceField(label="环节", choices=[("a", "受理"), ("b", "勘查")])
    urgent = forms.BooleanField(label="加急", required=False)
    phone = forms.CharField(label="电话", widget=TelInput, required=False)
    remark = forms.CharField(label="说明", widget=forms.Textarea, required=False)


@login_not_required
def trial(request: HttpRequest) -> HttpResponse:
    form = TrialForm(request.POST or None)
    if request.method == "POST":
        posts.append(request.POST.get("name", ""))
        time.sleep(0.3)
        if form.is_valid():
            accepted(request, "已提交", draft="trial")
            return redirect("/done")
    return HttpResponse(_page(PAGE, request, form=form, token=get_token(request)), status=422 if form.is_bound else 200)


@login_not_required
def done(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_page('{% extends "look/desk.html" %}{% block content %}<p>好</p>{% endblock %}', request))


@login_not_required
def answer(request: HttpRequest) -> HttpResponse:
    asked.append(request.GET.get("q", ""))
    return HttpResponse(f"找到 {len(asked)}")


def _page(text: str, request: HttpRequest, **values: object) -> str:
    from django.contrib.messages import get_messages

    return Template(text).render(Context({"request": request, "messages": get_messages(request), **values}))


urlpatterns = [
    path("", include("yekuo.interfaces.look.urls")),
    path("trial", trial),
    path("done", done),
    path("asked", answer),
]
