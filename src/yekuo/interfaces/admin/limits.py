"""时限库页: every limit by clock and stage, where it holds, what it rests on, and whether it binds or why not."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.admin.reader import Reader, staff_page
from yekuo.interfaces.look.names import CAUSE_NAMES, CLASS_NAMES, CLOCK_KIND_NAMES, RANK_NAMES, VOLTAGE_NAMES
from yekuo.records import rule_changes, staff, units
from yekuo.records.rule_changes import KeptLimit
from yekuo.rules.facts import CustomerClass, Place, Voltage
from yekuo.rules.limits import ClockKind, Limit, LimitBook, Rank
from yekuo.rules.refusal import Refused

STATES = (("binds", "作为依据"), ("waits", "待确认或没有日期"), ("warns", "内部，只预警"), ("past", "未到期或已失效"))
HISTORY_AT_MOST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """时限行: a limit with its state on the day the page is read."""

    limit: Limit
    classes: str
    where: str
    conditions: str
    state: str
    label: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """时限组: the limits of one clock, or of one stage of the stage clock."""

    name: str
    rows: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """筛选: what the address asks for; '' means all."""

    place: str
    kind: str
    rank: str
    state: str


@require_safe
@staff_page
def limits(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the limits, narrowed as the address says."""
    book, today = reader.shelf.limits, reader.at.date()
    places = places_of(reader)
    chosen = _filters(request, reader, places)
    rows = [row for row in (_row(limit, today) for limit in book.limits) if _fits(row, chosen, places)]
    return render(request, "rules/limits.html", {
        "groups": _groups(rows, book), "found": len(rows), "all": len(book.limits), "waiting": waiting(reader), "book": book,
        "chosen": chosen, "places": list(places), "classes": [(one.value, name) for one, name in CLASS_NAMES.items()],
        "ranks": [(one.value, name) for one, name in RANK_NAMES.items()], "states": STATES,
        "stops": [_stop(rule) for rule in book.stop_rules], "may": reader.may("amend_limit"),
        "narrowed": bool(request.GET),
    })  # fmt: skip


def places_of(reader: Reader) -> dict[str, Place]:
    """This function will give the places of our units, by the name they are chosen by; the reader's own first."""
    found = {place_name(reader.place): reader.place}
    for row in units.tree().order_by("company", "province", "city"):
        place = units.place_of(row)
        found.setdefault(place_name(place), place)
    return found


def waiting(reader: Reader) -> int:
    """This function will count the limits that would hold in one of our places but wait to be confirmed or dated."""
    places = places_of(reader).values()
    return sum(
        not one.binds and one.rank is not Rank.INTERNAL and any(one.reaches(place) for place in places)
        for one in reader.shelf.limits.limits
    )


def place_name(place: Place) -> str:
    """This function will write a place: 国网 河南 郑州."""
    return " ".join(part for part in (place.company, place.province, place.city) if part)


def _filters(request: HttpRequest, reader: Reader, places: dict[str, Place]) -> Filters:
    own = place_name(reader.place)
    place, kind, rank, state = (
        request.GET.get(name, start) for name, start in (("place", own), ("class", ""), ("rank", ""), ("state", ""))
    )
    return Filters(
        place=place if place in places else "",
        kind=kind if kind in set(CustomerClass) else "",
        rank=rank if rank in set(Rank) else "",
        state=state if state in dict(STATES) else "",
    )


def _fits(row: Row, chosen: Filters, places: dict[str, Place]) -> bool:
    limit = row.limit
    return (
        (not chosen.place or limit.reaches(places[chosen.place]))
        and (not chosen.kind or chosen.kind in limit.classes)
        and chosen.rank in ("", limit.rank.value)
        and chosen.state in ("", row.state)
    )


def _row(limit: Limit, today: date) -> Row:
    state, label, tone = _state(limit, today)
    return Row(
        limit=limit, classes=class_names(limit), where=where_words(limit), conditions=condition_words(limit),
        state=state, label=label, tone=tone,
    )  # fmt: skip


def _state(limit: Limit, today: date) -> tuple[str, str, str]:
    if limit.until is not None and limit.until <= today:
        return "past", f"{limit.until} 起失效", ""
    if limit.since is not None and limit.since > today:
        return "past", f"{limit.since} 起施行", "info"
    if limit.rank is Rank.INTERNAL:
        return "warns", "内部，只预警", "info"
    return ("binds", "作为依据", "ok") if limit.binds else ("waits", limit.why_not, "warn")


def class_names(limit: Limit) -> str:
    """This function will name the classes a limit is for."""
    return (
        "全部客户" if set(limit.classes) == set(CustomerClass) else "、".join(CLASS_NAMES[one] for one in limit.classes)
    )


def where_words(limit: Limit) -> str:
    """This function will say where a limit holds: 全国, or its level and name."""
    return f"{limit.scope.label} {limit.where}" if limit.where else limit.scope.label


def condition_words(limit: Limit) -> str:
    """This function will put the conditions on facts into words, '' for none."""
    parts = [
        {True: "有外部工程", False: "无外部工程", None: ""}[limit.external_works],
        f"{_volts(limit.min_voltage)}及以上" if limit.min_voltage else "",
        f"{_volts(limit.max_voltage)}及以下" if limit.max_voltage else "",
        f"{limit.max_capacity} 千伏安（千瓦）及以下" if limit.max_capacity is not None else "",
        limit.condition,
    ]
    return "，".join(part for part in parts if part)


def _volts(value: int) -> str:
    return VOLTAGE_NAMES[Voltage(value)] if value in set(Voltage) else f"{value} 伏"


def _groups(rows: list[Row], book: LimitBook) -> list[Group]:
    found: dict[tuple[ClockKind, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.limit.clock, row.limit.stage), []).append(row)
    stages = [name for name, _ in book.stage_names]
    kinds = list(CLOCK_KIND_NAMES)

    def place(key: tuple[ClockKind, str]) -> tuple[int, int, str]:
        return kinds.index(key[0]), stages.index(key[1]) if key[1] in stages else len(stages), key[1]

    return [
        Group(name=clock_words(clock, stage, book), rows=sorted(found[clock, stage], key=_by_weight))
        for clock, stage in sorted(found, key=place)
    ]


def _by_weight(row: Row) -> tuple[Any, ...]:
    limit = row.limit
    return list(Rank).index(limit.rank), limit.scope != "national", limit.where, limit.title, limit.days


def clock_words(clock: ClockKind, stage: str, book: LimitBook) -> str:
    """This function will name a clock and its stage: 环节时限 · 供电方案答复."""
    return f"{CLOCK_KIND_NAMES[clock]} · {book.stage_name(stage)}" if stage else CLOCK_KIND_NAMES[clock]


def _stop(rule: Any) -> tuple[str, str, str, str]:
    clocks = "、".join(CLOCK_KIND_NAMES[clock] for clock in rule.clocks)
    where = f"{rule.scope.label} {rule.where}".strip()
    state = "" if rule.confirmed and rule.since else "待确认，不起作用"
    return "、".join(CAUSE_NAMES[cause] for cause in rule.causes), clocks, where, state


@require_safe
@staff_page
def limit(request: HttpRequest, reader: Reader, limit_id: str) -> HttpResponse:
    """This function will show one limit whole, with what may be done with it and what was changed."""
    book = reader.shelf.limits
    found = limit_or_404(book, limit_id)
    row = _row(found, reader.at.date())
    pairs = [
        ("时限", f"{found.days} {found.unit.label}"), ("计的是", clock_words(found.clock, found.stage, book)),
        ("起点", found.starts), ("止点", found.stops), ("效力", RANK_NAMES[found.rank]), ("适用范围", row.where),
        ("客户", row.classes), ("条件", row.conditions), ("施行", str(found.since or "没有日期")), ("失效", str(found.until or "—")),
        ("文件", found.title), ("出处", book.source(found) or found.source), ("说明", found.note), ("编号", found.id),
    ]  # fmt: skip
    return render(request, "rules/limit.html", {
        "limit": found, "row": row, "pairs": pairs, "history": history(limit_id), "may": reader.may("amend_limit"),
        "unsure": not found.confirmed or found.since is None, "book": book,
    })  # fmt: skip


def limit_or_404(book: LimitBook, limit_id: str) -> Limit:
    """This function will find a limit or answer 404."""
    try:
        return book.limit(limit_id)
    except Refused as no:
        raise Http404(no.message) from no


@require_safe
@staff_page
def changes(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list what was changed in the limits, newest first."""
    return render(request, "rules/limit_changes.html", {"history": history()})


def history(limit_id: str = "") -> list[tuple[KeptLimit, str, str]]:
    """This function will read the changes with the names of who made them and what they made of the limit."""
    rows = rule_changes.limit_history(limit_id=limit_id, most=HISTORY_AT_MOST)
    names = staff.names_of(row.change.by for row in rows)
    return [(row, _what(row), names.get(row.change.by, "系统")) for row in rows]


def _what(row: KeptLimit) -> str:
    if row.limit is None:
        return "停用"
    one = row.limit
    state = "已确认" if one.confirmed else "未确认"
    dates = f"自 {one.since} 起" if one.since else "没有日期"
    return f"{one.title}：{one.days} {one.unit.label}，{RANK_NAMES[one.rank]}，{dates}，{state}"
