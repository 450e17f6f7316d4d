"""投诉: what went wrong, in the customer's words; its answer comes back to the progress page and is the customer's to judge."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from yekuo.interfaces.customer.front import acting, customer_only, own_case, phone_of, show, typed_before
from yekuo.interfaces.look import clock
from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.operations import complaints
from yekuo.rules.complaints import TOPICS
from yekuo.rules.refusal import Refused

STALE = "已过期，请返回进度页重新打开"


class ComplaintForm(forms.Form):
    """投诉: about what, and what happened."""

    use_required_attribute = False
    topic = forms.ChoiceField(
        label="投诉什么",
        choices=tuple(TOPICS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "请选一项", "invalid_choice": "请从列出的里面选"},
    )
    text = forms.CharField(
        label="说说怎么回事",
        max_length=1000,
        help_text="什么时候、谁、发生了什么。不要写身份证号、银行卡号",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写明投诉的内容", "max_length": "太长，请写在 1000 字以内"},
    )
    stamp = forms.CharField(label="页面", widget=forms.HiddenInput, max_length=80, error_messages={"required": STALE})


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest, number: str) -> HttpResponse:
    """This function will take down a complaint about a case of the customer's own, also after it has ended."""
    file = own_case(request, number)
    again = typed_before(request) if request.method == "GET" else None
    form = ComplaintForm(
        request.POST if request.method == "POST" else again, label_suffix="", initial={"stamp": uuid.uuid4().hex}
    )
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = form.cleaned_data
        try:
            filed = complaints.file_complaint(
                text=told["text"], topic=told["topic"], by=acting(request, file), at=clock.now(request), case=file.id,
                source="customer", key=told["stamp"],
            )  # fmt: skip
        except Refused as refused:
            refuse(form, refused)
        else:
            accepted(
                request,
                f"投诉已收到，编号 {filed}。由不是被投诉的人办理，答复会显示在这里。",
                draft=f"{number}-complain",
            )
            return redirect("customer:progress", file.number)
    return show(request, "complain", {"form": form, "number": file.number}, phone=phone_of(file.unit))


@customer_only
@require_POST
def judge(request: HttpRequest, number: str) -> HttpResponse:
    """This function will take down whether the customer is content with the answer to a complaint about their case."""
    file = own_case(request, number)
    wanted = request.POST.get("complaint", "")
    mine = {one.number for one in complaints.shown_to_customer(case=file.id) if one.judge}
    try:
        if wanted not in mine:
            raise Refused("这件投诉现在不用评价")
        if request.POST.get("satisfied") not in ("yes", "no"):
            raise Refused("请先选“满意”或“不满意”，再提交；您还没有评价")
        complaints.judge_complaint(
            number=wanted, satisfied=request.POST.get("satisfied") == "yes", text=request.POST.get("text", "")[:500],
            by=acting(request, file), at=clock.now(request), key=request.POST.get("stamp", "")[:80],
        )  # fmt: skip
        accepted(request, "谢谢，您的意见已记下。")
    except Refused as refused:
        messages.warning(request, refused.message)
    return redirect("customer:progress", file.number)
