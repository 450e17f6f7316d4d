"""部件: what the shared parts write, for values that pages will really give them."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from yekuo.interfaces.look.forms import DateInput, TelInput, plain_phone, refuse
from yekuo.interfaces.look.parts import Clock
from yekuo.rules.refusal import Problem, Refused

BEIJING = timezone(timedelta(hours=8))
AT = datetime(2026, 11, 23, 10, 5, tzinfo=BEIJING)  # Monday


def draw(text: str, **values: Any) -> str:
    return Template("{% load look %}" + text).render(Context(values))


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        (Clock(level="waiting"), "未起算"),
        (Clock(level="normal", due_at=AT, left=9), "剩 9 工作日 11-23"),
        (Clock(level="yellow", due_at=AT, left=3), "剩 3 工作日 11-23"),
        (Clock(level="red", due_at=AT, left=0), "今天到期 11-23"),
        (Clock(level="overdue", due_at=AT, left=-2), "超 2 工作日 11-23"),
        (Clock(level="overdue", due_at=AT, left=0), "已超期 11-23"),
        (Clock(level="overdue"), "已超期"),
        (Clock(level="paused", reason="等客户"), "暂停(等客户)"),
        (Clock(level="met", due_at=AT, provisional=True), "按时完成"),
        (Clock(level="breached", due_at=AT), "超期完成"),
        (Clock(level="normal", due_at=date(2027, 1, 5), left=29, provisional=True), "剩 29 工作日 01-05 暂定"),
    ],
)
def test_a_deadline_says_its_level_in_words_and_by_class(clock: Clock, words: str) -> None:
    html = draw("{% due clock %}", clock=clock)
    assert plain(html) == words
    assert f'class="due {clock.level}"' in html


def test_a_deadline_is_drawn_on_the_beijing_day() -> None:
    late = datetime(2026, 11, 26, 16, 30, tzinfo=UTC)  # 00:30 on the 27th in Beijing
    assert "11-27" in draw("{% due 'normal' due_at=late left=4 %}", late=late)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (AT.replace(hour=9, minute=12), "今天 09:12"),
        (AT - timedelta(days=1), "昨天 10:05"),
        (AT + timedelta(days=1), "明天 10:05"),
        (AT - timedelta(days=3), "11-20 10:05"),
        (AT.replace(year=2025), "2025-11-23 10:05"),
        (date(2026, 11, 20), "11-20"),
        (datetime(2026, 11, 22, 16, 30, tzinfo=UTC), "今天 00:30"),
        (None, "—"),
    ],
)
def test_a_moment_is_told_from_the_product_s_own_present(moment: datetime | date | None, words: str) -> None:
    assert plain(draw("{% when moment %}", moment=moment, at=AT)) == words


def test_without_a_present_a_moment_is_written_in_full() -> None:
    assert plain(draw("{% when moment %}", moment=AT)) == "2026-11-23 10:05"
    assert (
        draw("{% spoken m %}|{{ m|day }}|{{ m|beijing }}", m=AT)
        == "11 月 23 日(周一)10:05|2026-11-23(周一)|2026-11-23 10:05"
    )


def test_a_day_of_another_year_is_said_with_its_year() -> None:
    soon, later = date(2026, 12, 31), date(2027, 1, 6)
    assert draw("{% spoken soon %}|{% spoken later %}", soon=soon, later=later, at=AT) == (
        "12 月 31 日(周四)|2027 年 1 月 6 日(周三)"
    )


def test_money_and_parties() -> None:
    assert draw("{{ a|money }}", a=Decimal("1234567.5")) == "1,234,567.50 元"
    assert draw("{{ a|money }}", a=None) == "—"
    assert 'class="who us"' in draw("{% waiting_for 'utility' %}")
    assert plain(draw("{% waiting_for 'government' %}")) == "政府"
    assert plain(draw("{% waiting_for None %}")) == "—"
    assert plain(draw("{% waiting_for 'third' label='设计院' %}")) == "设计院"


def test_what_people_typed_is_never_markup() -> None:
    nasty = "<script>alert(1)</script>"
    html = draw(
        "{% badge n %}{% masked n %}{% waiting_for n %}{% due 'paused' reason=n %}{% kv pairs %}{% empty n n %}",
        n=nasty,
        pairs=[(nasty, nasty)],
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 8


class Form(forms.Form):
    name = forms.CharField(label="户名", help_text="与证件一致")
    start = forms.DateField(label="计划用电日期", widget=DateInput)
    phone = forms.CharField(label="电话", widget=TelInput, required=False)
    grade = forms.ChoiceField(label="等级", choices=[("1", "一级"), ("2", "二级")], widget=forms.RadioSelect)


def test_a_field_ties_label_hint_and_error_to_its_control_and_keeps_the_typed() -> None:
    form = Form({"name": "", "start": "明年", "phone": "", "grade": "9"})
    html = draw("{% field form.name %}{% field form.start %}{% field form.grade %}", form=form)
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'value="明年"' in html
    assert '<fieldset class="field  wrong" id="id_grade_group" aria-describedby="id_grade_error">' in html
    assert "style=" not in html


def test_a_private_field_is_marked_so() -> None:
    form = Form()
    assert "data-private" in draw("{% field form.phone %}", form=form)
    assert "data-private" in draw("{% field form.name private=True %}", form=form)
    assert "data-private" not in draw("{% field form.name %}", form=form)


def test_problems_stand_above_the_form_and_lead_to_their_fields() -> None:
    form = Form({"name": "刘芳", "start": "2026-12-01", "grade": "1"})
    assert draw("{% problems form %}", form=form).strip() == ""
    refuse(form, Refused("不能受理", problems=(Problem("name", "与证件不符"), Problem("elsewhere", "户号已销户"))))
    html = draw("{% problems form %}", form=form)
    assert '<a href="#id_name">户名：与证件不符</a>' in html
    assert "<li>户号已销户</li>" in html
    wrong = Form({"name": "刘芳", "start": "2026-12-01"})
    assert 'href="#id_grade_0"' in draw("{% problems form %}", form=wrong)


def test_a_refusal_without_single_problems_is_said_whole() -> None:
    form = Form({"name": "刘芳", "start": "2026-12-01", "grade": "1"})
    refuse(form, Refused("合同未签订，不能送电"))
    assert "合同未签订，不能送电" in draw("{% problems form %}", form=form)
    assert "合同未签订" in draw("{% problems refused=refused %}", refused=Refused("合同未签订"))


def test_the_pager_keeps_the_filters() -> None:
    request = RequestFactory().get("/list", {"stage": "勘查", "page": "3"})
    html = draw("{% pager page %}", page=Paginator(range(200), 20).page(3), request=request)
    assert "?stage=%E5%8B%98%E6%9F%A5&amp;page=4" in html
    assert 'aria-current="page">3<' in html
    assert "共 200 条" in html


def test_a_message_of_success_names_the_draft_it_lets_go() -> None:
    message = Message(25, "已提交", extra_tags="draft:survey-7")
    assert 'data-draft-done="survey-7"' in render_to_string("look/parts/messages.html", {"messages": [message]})
    assert "data-draft-done" not in render_to_string("look/parts/messages.html", {"messages": [Message(25, "已提交")]})


@pytest.mark.parametrize("name", ["400", "403", "404", "413", "429", "500", "403_csrf"])
def test_error_pages_need_no_request_and_say_what_to_do(name: str) -> None:
    html = render_to_string(f"{name}.html", {})
    assert "后退" in html or "首页" in html
    assert 'lang="zh-Hans"' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("asked", "gone"),
    [("/desk/list?a=1", "/desk/list?a=1"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("", "/")],
)
def test_large_print_is_remembered_and_goes_back_only_to_us(asked: str, gone: str) -> None:
    from yekuo.interfaces.look.views import size

    answer = size(RequestFactory().post("/look/size", {"size": "large", "next": asked}))
    assert answer["Location"] == gone
    assert answer.cookies["look"].value == "large"
    back = size(RequestFactory().post("/look/size", {"size": "normal", "next": asked}))
    assert back.cookies["look"].value == ""


def test_large_print_is_a_class_on_the_page() -> None:
    request = RequestFactory().get("/")
    assert "large" not in draw("{% large_print %}", request=request)
    request.COOKIES["look"] = "large"
    assert "large" in draw("{% large_print %}", request=request)


def test_an_asset_carries_a_mark_of_its_content() -> None:
    assert re.search(r"look/yekuo-1\.css\?[0-9a-f]{8}$", draw("{% asset 'look/yekuo-1.css' %}"))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("+86 139 2222 0004", "139 2222 0004"),
        ("8613922220004", "13922220004"),
        ("\u202d１３９２２２２０００４\u202c", "13922220004"),
        ("0571-87654321", "0571-87654321"),
        ("8612", "8612"),
        ("139\x002222", "1392222"),
    ],
)
def test_a_phone_number_is_read_the_way_phones_fill_it_in(typed: str, read: str) -> None:
    assert plain_phone(typed) == read
    assert TelInput().value_from_datadict({"phone": typed}, {}, "phone") == read


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"size": "a" * (13 << 20)}, 413, "一次交的东西太多"),
        ({f"n{at}": "1" for at in range(2100)}, 400, "没有看懂这个请求"),
    ],
)
def test_too_much_at_once_is_answered_in_words(sent: dict[str, str], status: int, words: str) -> None:
    answer = Client().post("/look/size", urlencode(sent), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status
    assert words in answer.content.decode()
