"""清单: one list as a page with counters and filters, as paper, and as a workbook; all three show the same columns and rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render

from yekuo.interfaces.desk import columns, excel
from yekuo.interfaces.desk.columns import Column
from yekuo.interfaces.desk.reader import Reader
from yekuo.interfaces.desk.rows import rows_of
from yekuo.interfaces.look.names import PARTY_NAMES
from yekuo.operations.desk.exports import EXPORTED_AT_MOST, PRINTED_AT_MOST, record_export
from yekuo.records import staff
from yekuo.records.worklist import Bucket, Filters, Listing
from yekuo.rules.facts import Business
from yekuo.rules.state import Party
from yekuo.rules.when import BUSINESS_NAMES

SIZE = 50
BUCKETS = (
    (Bucket.OVERDUE, "已超期"),
    (Bucket.RED, "1 日内"),
    (Bucket.YELLOW, "3 日内"),
    (Bucket.NORMAL, "正常"),
    (Bucket.PAUSED, "挂起"),
)
TEXT_AT_MOST = 60
WORKBOOK, PAPER = "xlsx", "print"


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """清单: its name, its columns, the word on the counter of all, its page; `asks` names what it can be narrowed by.

    Rows of a list that `ticks` can be printed together, and those of `open` cases led over to somebody else.
    """

    title: str
    template: str
    whole: str
    columns: tuple[Column, ...] = columns.OPEN
    asks: tuple[str, ...] = ("stage", "business", "party", "manager")
    ticks: bool = False
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """计数: a number that opens the list it counts."""

    number: int
    label: str
    url: str
    level: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """筛选项: one select of the filter form with what is chosen."""

    name: str
    label: str
    everything: str
    options: list[tuple[str, str]]
    chosen: str

    @property
    def said(self) -> str:
        """This function will give the words of what is chosen."""
        return dict(self.options).get(self.chosen, "") if self.chosen else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelfmark:
    """筛选栏: what the filter form offers and holds, and the addresses of the same list as workbook and paper."""

    filters: Filters
    choices: list[Choice]
    found: int
    narrowed: bool
    workbook_url: str
    paper_url: str
    most: int


Fetch = Callable[[Filters, int, int], Listing]


def answer(request: HttpRequest, reader: Reader, kind: List, fetch: Fetch) -> HttpResponseBase:
    """This function will answer with a list: its page, or with `as` the whole of it as a workbook or for paper."""
    choices = _choices(request.GET, reader, kind)
    filters = _filters(request.GET, choices)
    wanted = request.GET.get("as", "")
    if wanted in (WORKBOOK, PAPER):
        return _taken_out(request, reader, kind, fetch, filters, choices, wanted)
    return render(request, kind.template, _page(request, reader, kind, fetch, filters, choices))


def _choices(query: QueryDict, reader: Reader, kind: List) -> list[Choice]:
    """What a list may be narrowed by; what an address asks and is not offered is left out."""
    offered: dict[str, Callable[[], tuple[str, str, list[tuple[str, str]]]]] = {
        "stage": lambda: ("环节", "全部环节", list(stage_names(reader).items())),
        "business": lambda: ("业务", "全部业务", [(one.value, BUSINESS_NAMES[one]) for one in Business]),
        "party": lambda: (
            "在等谁",
            "在等所有人",
            [(one.value, f"在等{name}") for one, name in PARTY_NAMES.items() if one is not Party.NOBODY],
        ),
        "manager": lambda: ("客户经理", "全部客户经理", staff.managers(reader.scope)),
    }
    found = []
    for name in kind.asks:
        label, everything, options = offered[name]()
        sent = query.get(name, "")
        chosen = sent if sent in dict(options) else ""
        found.append(Choice(name=name, label=label, everything=everything, options=options, chosen=chosen))
    return found


def _filters(query: QueryDict, choices: list[Choice]) -> Filters:
    chosen = {one.name: one.chosen for one in choices}
    due = query.get("due", "")
    return Filters(
        stage=chosen.get("stage", ""),
        business=chosen.get("business", ""),
        party=chosen.get("party", ""),
        manager=int(chosen.get("manager") or 0),
        text=query.get("text", "").replace("\x00", "").strip()[:TEXT_AT_MOST],
        bucket=Bucket(due) if due in set(Bucket) else None,
    )


def stage_names(reader: Reader) -> dict[str, str]:
    """This function will name the stages of the processes in force, by key."""
    found: dict[str, str] = {}
    for definition in reader.shelf.books.current.values():
        for key, stage in definition.stages.items():
            found.setdefault(key, stage.name)
    return found


# --- the page -------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest, reader: Reader, kind: List, fetch: Fetch, filters: Filters, choices: list[Choice]
) -> dict[str, object]:
    number = _page_number(request.GET)
    found = fetch(filters, (number - 1) * SIZE, SIZE)
    if number > 1 and not found.lines:
        number, found = 1, fetch(filters, 0, SIZE)
    return {
        "title": kind.title,
        "may_file": reader.may("file_application"),
        "columns": kind.columns,
        "rows": rows_of(reader, found.lines),
        "ticks": kind.ticks,
        "may_reassign": kind.open and reader.may("hand_over"),
        "counters": _counters(request.GET, found, filters, kind.whole),
        "page": page_of(found.found, number),
        "bar": Shelfmark(
            filters=filters,
            choices=choices,
            found=found.found,
            narrowed=bool(filters.text or filters.bucket or any(one.chosen for one in choices)),
            workbook_url=_with(request.GET, "as", WORKBOOK),
            paper_url=_with(request.GET, "as", PAPER),
            most=EXPORTED_AT_MOST,
        ),
    }


def page_of(found: int, number: int) -> "Page[int]":
    """This function will make the page that the pager draws."""
    return Paginator(range(found), SIZE).get_page(number)


def _page_number(query: QueryDict) -> int:
    text = query.get("page", "1")
    return max(1, min(int(text), 100_000)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _counters(query: QueryDict, found: Listing, filters: Filters, whole: str) -> list[Counter]:
    if not found.counts:
        return []
    counters = [
        Counter(number=found.total, label=whole, url=_with(query, "due", ""), level="", current=filters.bucket is None)
    ]
    return counters + [
        Counter(
            number=found.counts[bucket], label=label, url=_with(query, "due", bucket.value), level=bucket.value,
            current=filters.bucket is bucket,
        )
        for bucket, label in BUCKETS
    ]  # fmt: skip


def _with(query: QueryDict, name: str, value: str) -> str:
    """The same filters with one of them changed, from the first page on."""
    changed = query.copy()
    for gone in ("page", "as", name):
        changed.pop(gone, None)
    if value:
        changed[name] = value
    return f"?{changed.urlencode()}" if changed else "?"


# --- the workbook and the paper -------------------------------------------------------------------------------


def _taken_out(
    request: HttpRequest,
    reader: Reader,
    kind: List,
    fetch: Fetch,
    filters: Filters,
    choices: list[Choice],
    wanted: str,
) -> HttpResponseBase:
    most = EXPORTED_AT_MOST if wanted == WORKBOOK else PRINTED_AT_MOST
    found = fetch(filters, 0, most)
    shown = tuple(one for one in kind.columns if not one.screen)
    said = _said(filters, choices)
    record_export(
        title=kind.title,
        way="打印" if wanted == PAPER else "导出",
        said=said,
        lines=found.lines,
        by=reader.actor,
        at=reader.at,
    )
    told: Mapping[str, object] = {
        "title": kind.title,
        "said": said,
        "who": f"{reader.unit_name} {reader.name}",
        "at": reader.at,
        "many": len(found.lines),
        "found": found.found,
        "most": most,
    }
    if wanted == WORKBOOK:
        return excel.workbook(reader, shown, found.lines, told)
    context = {**told, "columns": shown, "rows": rows_of(reader, found.lines), "back_url": _with(request.GET, "as", "")}
    return render(request, "desk/print_list.html", context)


def _said(filters: Filters, choices: list[Choice]) -> str:
    """The filters in words; what was typed may name somebody and is not repeated where it is kept."""
    parts = [f"{one.label}：{one.said}" for one in choices if one.chosen]
    if filters.bucket:
        parts.append(f"时限：{dict(BUCKETS)[filters.bucket]}")
    if filters.text:
        parts.append("按关键字查找")
    return "；".join(parts) or "全部"
