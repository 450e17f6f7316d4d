"""部件标签: the parts every page is made of; see docs/look.md for each with an example."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.context import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yekuo.interfaces.look.clock import now
from yekuo.interfaces.look.forms import DRAFT_TAG
from yekuo.interfaces.look.parts import Clock
from yekuo.rules.refusal import Refused

register = template.Library()

BEIJING = timezone(timedelta(hours=8))
WEEKDAYS = "一二三四五六日"
COOKIE = "look"
TOUR = "/rehearsal/"
PARTIES = {
    "us": "我方",
    "utility": "我方",
    "customer": "客户",
    "government": "政府",
    "third": "第三方",
    "third_party": "第三方",
    "designer": "设计单位",
    "contractor": "施工单位",
    "nobody": "—",
    "": "—",
}
STYLE_OF_PARTY = {"utility": "us", "third_party": "third", "designer": "third", "contractor": "third", "": "nobody"}
PHOTOS_AND_PDF = "image/*,application/pdf"


# --- dates, money ---------------------------------------------------------------------------------------------


def _local(moment: date | datetime) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(BEIJING) if moment.tzinfo else moment.replace(tzinfo=BEIJING)
    return datetime.combine(moment, time(0), BEIJING)


def _clock_time(moment: date | datetime) -> str:
    return f"{_local(moment):%H:%M}" if isinstance(moment, datetime) else ""


@register.filter
def beijing(moment: datetime | date | None) -> str:
    """This function will write a moment as 2026-11-27 17:30 in Beijing time, a date as 2026-11-27."""
    if not moment:
        return "—"
    return f"{_local(moment):%Y-%m-%d} {_clock_time(moment)}".rstrip()


@register.filter
def day(moment: datetime | date | None) -> str:
    """This function will write the day of a moment as 2026-11-27(周五)."""
    if not moment:
        return "—"
    local = _local(moment)
    return f"{local:%Y-%m-%d}(周{WEEKDAYS[local.weekday()]})"


def _human(moment: datetime | date, at: datetime | None) -> str:
    local = _local(moment)
    today = _local(at).date() if at else None
    if today and (today - local.date()).days in (-1, 0, 1):
        word = {-1: "明天", 0: "今天", 1: "昨天"}[(today - local.date()).days]
        return f"{word} {_clock_time(moment)}".rstrip()
    form = f"{local:%m-%d}" if today and today.year == local.year else f"{local:%Y-%m-%d}"
    return f"{form} {_clock_time(moment)}".rstrip()


def _present(context: Context) -> datetime | None:
    told = context.get("at")
    if isinstance(told, datetime):
        return told
    request = _request(context)
    return now(request) if request else None


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | date | None, at: datetime | None = None) -> SafeString | str:
    """This function will write a moment as a person says it (今天 09:12), seen from `at` or the context's `at`."""
    if not moment:
        return "—"
    seen_from = at or _present(context)
    iso = _local(moment).isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()
    return format_html('<time datetime="{}">{}</time>', iso, _human(moment, seen_from))


@register.simple_tag(takes_context=True)
def spoken(context: Context, moment: datetime | date | None) -> str:
    """This function will write a moment as it is said to a customer: 11 月 27 日(周五)17:30, with its year in another year."""
    if not moment:
        return "—"
    local, present = _local(moment), _present(context)
    year = f"{local.year} 年 " if present and _local(present).year != local.year else ""
    return f"{year}{local.month} 月 {local.day} 日(周{WEEKDAYS[local.weekday()]}){_clock_time(moment)}"


@register.filter
def money(amount: Decimal | int | None) -> str:
    """This function will write an amount in yuan: 1,234.50 元; — where there is none."""
    return "—" if amount is None else f"{Decimal(amount):,.2f} 元"


# --- small marks ----------------------------------------------------------------------------------------------


def _due_text(level: str, left: int | None, reason: str) -> str:
    if level == "paused":
        return f"暂停({reason})" if reason else "暂停"
    if level == "waiting" and reason:
        return reason
    fixed = {"waiting": "未起算", "met": "按时完成", "breached": "超期完成"}
    if level in fixed:
        return fixed[level]
    if left is None:
        return {"overdue": "已超期", "red": "即将到期", "yellow": "临近到期"}.get(level, "正常")
    if level == "overdue" or left < 0:
        return f"超 {-left} 工作日" if left < 0 else "已超期"
    return f"剩 {left} 工作日" if left else "今天到期"


@register.simple_tag
def due(
    clock: Clock | str,
    *,
    due_at: datetime | date | None = None,
    left: int | None = None,
    provisional: bool = False,
    reason: str = "",
    short: bool = False,
) -> SafeString:
    """This function will draw a deadline: level by colour, shape and words, the moment, and 暂定 if provisional.

    Takes a Clock, or its level and the rest by name; `short` leaves the moment out.
    """
    if not isinstance(clock, str):
        return due(
            clock.level,
            due_at=clock.due_at,
            left=clock.left,
            provisional=clock.provisional,
            reason=clock.reason,
            short=short,
        )
    level = str(clock)
    shown = due_at if not short and level not in ("met", "breached", "waiting") else None
    moment = (
        format_html('<time datetime="{}">{}</time>', _local(shown).date().isoformat(), f"{_local(shown):%m-%d}")
        if shown
        else ""
    )
    mark = (
        SafeString('<span class="badge dash" title="期限涉及尚未公布放假安排的年份，公布后可能调整">暂定</span>')
        if provisional and level not in ("met", "breached")
        else ""
    )
    return format_html('<span class="due {}"><b>{}</b>{}{}</span>', level, _due_text(level, left, reason), moment, mark)


@register.simple_tag
def waiting_for(party: str | None, label: str = "") -> SafeString:
    """This function will draw 在等谁: by the code of the party, or in the words of `label`."""
    code = str(party or "")
    style = STYLE_OF_PARTY.get(code, code if code in PARTIES else "third")
    return format_html('<span class="who {}">{}</span>', style, label or PARTIES.get(code, code))


@register.simple_tag
def badge(text: str, tone: str = "") -> SafeString:
    """This function will draw a small mark; tone is ok, bad, warn, info, dash or nothing."""
    return format_html('<span class="badge {}">{}</span>', tone, text)


@register.simple_tag
def masked(value: str, reveal_url: str = "", label: str = "查看", what: str = "") -> SafeString:
    """This function will show a value already masked by the server, with a link to ask for the whole."""
    if not value:
        return SafeString('<span class="mute">—</span>')
    link = format_html('<a href="{}">{}<span class="sr">{}</span></a>', reveal_url, label, what) if reveal_url else ""
    return format_html('<span class="masked">{}{}</span>', value, link)


# --- frame ----------------------------------------------------------------------------------------------------


@cache
def _mark(path: str) -> str:
    found = finders.find(path)
    return sha256(Path(found).read_bytes()).hexdigest()[:8] if isinstance(found, str) else ""


@register.simple_tag
def asset(path: str) -> str:
    """This function will name a static file with a mark of its content, so that no browser shows an old one."""
    mark = _mark(path)
    return f"{static(path)}?{mark}" if mark else static(path)


def _request(context: Context) -> HttpRequest | None:
    request = context.get("request")
    return request if isinstance(request, HttpRequest) else None


@register.simple_tag(takes_context=True)
def large_print(context: Context) -> str:
    """This function will name the class of 大字版 when the reader's cookie asks for it."""
    request = _request(context)
    return " large" if request and request.COOKIES.get(COOKIE) == "large" else ""


@register.simple_tag
def tour_strip() -> SafeString | str:
    """This function will say, in the demo only, that nothing here is real, with the way back to its start page."""
    if getattr(settings, "MODE", "") != "demo":
        return ""
    return format_html(
        '<aside class="tour-strip noprint" aria-label="演示"><span>演示环境，数据都是虚构的</span><a href="{}">回到导览</a></aside>\n',
        TOUR,
    )


@register.inclusion_tag("look/parts/size_switch.html", takes_context=True)
def size_switch(context: Context) -> dict[str, object]:
    """This function will offer 大字版 or the way back; nothing on a page made without a request."""
    request = _request(context)
    try:
        reverse("look:size")
    except NoReverseMatch:
        request = None
    return {
        "here": request.get_full_path() if request else "",
        "large": bool(large_print(context)),
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def draft_of(message: Any) -> str:
    """This function will name the draft that a message of success lets go."""
    tags = str(getattr(message, "extra_tags", "") or "").split()
    return next((tag.removeprefix(DRAFT_TAG) for tag in tags if tag.startswith(DRAFT_TAG)), "")


@register.inclusion_tag("look/parts/crumbs.html")
def crumbs(items: Iterable[object]) -> dict[str, object]:
    """This function will draw the way to this page."""
    return {"crumbs": items}


@register.inclusion_tag("look/parts/tabs.html")
def tabs(items: Iterable[object], label: str = "视图") -> dict[str, object]:
    """This function will draw tabs, which are links."""
    return {"tabs": items, "label": label}


@register.inclusion_tag("look/parts/counter.html")
def counter(number: int, label: str, url: str, level: str = "", current: bool = False) -> dict[str, object]:
    """This function will draw a number that opens the list it counts; put several into `<nav class="counters">`."""
    return {"number": number, "label": label, "url": url, "level": level, "current": current}


@register.inclusion_tag("look/parts/steps.html")
def steps(items: Iterable[object], label: str = "办理环节") -> dict[str, object]:
    """This function will draw the steps of a case in order, the present one marked for everybody."""
    return {"steps": items, "label": label}


@register.inclusion_tag("look/parts/feed.html", takes_context=True)
def feed(context: Context, items: Iterable[object], label: str = "动态") -> dict[str, object]:
    """This function will draw what happened, in the order given (newest first)."""
    return {"items": items, "label": label, "at": _present(context)}


@register.inclusion_tag("look/parts/kv.html")
def kv(pairs: Iterable[tuple[str, object]], css: str = "") -> dict[str, object]:
    """This function will draw labels and values; css: ends (values to the right) or two (two pairs a line)."""
    return {"pairs": pairs, "css": css}


@register.inclusion_tag("look/parts/derivation.html")
def derivation(lines: Iterable[object], summary: str = "这个期限怎么算的") -> dict[str, object]:
    """This function will fold away how a due date came about, line by line, each with its source."""
    return {"lines": lines, "summary": summary}


@register.inclusion_tag("look/parts/empty.html")
def empty(title: str, text: str = "", url: str = "", link: str = "") -> dict[str, object]:
    """This function will say that there is nothing, why, and what to do instead."""
    return {"title": title, "text": text, "url": url, "link": link}


@register.inclusion_tag("look/parts/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], name: str = "page") -> dict[str, object]:
    """This function will link the pages of a list and keep its filters."""

    def url(number: int) -> str:
        request = _request(context)
        query = request.GET.copy() if request else None
        if query is None:
            return f"?{name}={number}"
        query[name] = str(number)
        return f"?{query.urlencode()}"

    elided = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {
        "page": page,
        "numbers": [(number, url(number) if isinstance(number, int) else "") for number in elided],
        "before": url(page.previous_page_number()) if page.has_previous() else "",
        "after": url(page.next_page_number()) if page.has_next() else "",
    }


# --- forms ----------------------------------------------------------------------------------------------------


@register.inclusion_tag("look/parts/field.html")
def field(
    bound: BoundField,
    *,
    hint: str = "",
    suffix: str = "",
    label: str = "",
    css: str = "",
    private: bool = False,
    stacked: bool = False,
) -> dict[str, object]:
    """This function will draw a form field: label, control, hint and error tied together, what was typed kept.

    `css="wide"` takes the whole row, `private` keeps it out of drafts, `stacked` puts choices one below the other.
    """
    key = bound.auto_id or bound.html_name
    says = hint or str(bound.help_text or "")
    described = " ".join(f"{key}_{part}" for part, there in (("helptext", says), ("error", bound.errors)) if there)
    attrs: dict[str, str | bool] = {"aria-describedby": described} if described and not bound.use_fieldset else {}
    if private:
        attrs["data-private"] = True
    return {
        "control": bound.as_widget(attrs=attrs),
        "hidden": bound.is_hidden,
        "group": bound.use_fieldset,
        "tick": bound.widget_type == "checkbox",
        "list": stacked,
        "id": key,
        "target": bound.id_for_label,
        "label": label or bound.label,
        "required": bound.field.required,
        "errors": bound.errors,
        "hint": says,
        "suffix": suffix,
        "css": css,
        "described": described,
    }


@register.inclusion_tag("look/parts/file.html", takes_context=True)
def file(
    context: Context,
    bound: BoundField | None = None,
    *,
    kept: Sequence[object] = (),
    name: str = "",
    label: str = "",
    hint: str = "照片或 PDF，每个不超过 10 MB，可一次选多个。",
    errors: Sequence[str] = (),
    required: bool = False,
    accept: str = PHOTOS_AND_PDF,
    many: bool = True,
) -> dict[str, object]:
    """This function will draw an upload with the camera on phones and list what was kept already.

    For a form's field, or for a `name` of your own; read the files with `request.FILES.getlist(name)`.
    """
    return {
        "name": bound.html_name if bound else name,
        "id": (bound.id_for_label if bound else "") or f"id_{name or (bound.html_name if bound else '')}",
        "label": label or (bound.label if bound else "") or "上传资料",
        "required": required or bool(bound and bound.field.required),
        "hint": hint,
        "errors": list(bound.errors) if bound else list(errors),
        "accept": accept,
        "many": many,
        "kept": kept,
        "at": _present(context),
    }


def _href(bound: BoundField) -> str:
    if not bound.auto_id:
        return ""
    return f"#{bound.id_for_label or f'{bound.auto_id}_0'}"


@register.inclusion_tag("look/parts/problems.html")
def problems(
    form: BaseForm | None = None, refused: Refused | None = None, title: str = "没有提交成功，请先改好下面几处"
) -> dict[str, object]:
    """This function will list everything that is wrong above the form, each with a link to its field."""
    lines = [{"text": refused.message, "href": ""}] if refused and not refused.problems else []
    lines += [
        {"text": problem.message, "href": f"#id_{problem.field}" if problem.field else ""}
        for problem in (refused.problems if refused else ())
    ]
    if form is not None and form.is_bound:
        lines += [{"text": str(error), "href": ""} for error in form.non_field_errors()]
        lines += [{"text": f"{bound.label}：{error}", "href": _href(bound)} for bound in form for error in bound.errors]
    return {"lines": lines, "title": title}
