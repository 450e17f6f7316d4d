"""页面框架: the top bar and the menu of every desk page, made only when a page draws them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from yekuo.interfaces.desk.reader import Reader, reader_of
from yekuo.interfaces.look.parts import MenuGroup, MenuItem, Shell
from yekuo.records import inbox, messages, needs, oversight

RULES = (
    ("工作日历", "rules:calendar"),
    ("时限", "rules:limits"),
    ("流程", "rules:processes"),
    ("规则总览", "rules:home"),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """This function will put `shell` into the context of pages that a member of staff sees."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))} if _is_staff_page(request) else {}


def _is_staff_page(request: HttpRequest) -> bool:
    match = getattr(request, "resolver_match", None)
    inside = match is None or match.namespace != "customer"
    user = getattr(request, "user", None)
    return bool(inside and user is not None and user.is_authenticated)


def _shell(request: HttpRequest) -> Shell:
    reader = reader_of(request)
    if reader is None:
        return Shell(person=request.user.get_full_name(), signout_url=_address("account_logout"))  # type: ignore[union-attr]
    return Shell(
        company=reader.company,
        person=reader.name,
        unit=f"{reader.unit_name} {reader.roles}",
        home_url=reverse("desk:inbox"),
        search_url=reverse("desk:search"),
        query=request.GET.get("q", "")[:60],
        messages_url=_address("desk:messages"),
        messages_count=messages.unread(reader.actor, scope=reader.scope),
        signout_url=_address("account_logout"),
        own_links=_own_links(),
        menu=_menu(request, reader),
    )


def _own_links() -> list[MenuItem]:
    known = (("修改密码", "account_change_password"), ("两步验证", "mfa_index"))
    return [MenuItem(label=label, url=_address(name)) for label, name in known if _address(name)]


def _menu(request: HttpRequest, reader: Reader) -> list[MenuGroup]:
    counts = inbox.inbox_counts(reader.actor, reader.scope, reader.steps)
    here = request.resolver_match.view_name if request.resolver_match else ""

    def item(label: str, name: str, *, count: int | None = None, mine: bool = False) -> MenuItem:
        return MenuItem(label=label, url=reverse(name), count=count, mine=mine, current=here == name)

    own = [
        item("今天", "desk:today"),
        item("待办", "desk:inbox", count=sum(counts.values()), mine=True),
        item("已办", "desk:done"),
        item("我发起的", "desk:opened"),
        item("我负责的", "desk:managed"),
        item("在等客户", "desk:chase"),
        item("日程", "desk:schedule"),
    ]
    if reader.may("file_application"):
        own += [item("受理台", "desk:new"), item("窗口叫号", "desk:hall_own")]
    cases = [item("在途工单", "desk:cases"), item("挂起", "desk:suspended"), item("已办结", "desk:closed")]
    if reader.may("arrange_hall"):
        cases.append(item("营业厅负荷", "desk:halls"))
    if reader.may("import_accounts"):
        cases.append(MenuItem(label="导入存量户号", url=reverse("desk:import", args=["accounts"])))
    groups = [MenuGroup(label="我的工作", items=own), MenuGroup(label="业扩全流程", items=cases)]
    if network := _network(reader, item):
        groups.append(MenuGroup(label="电网", items=network))
    groups.append(MenuGroup(label="督办与回访", items=_overseeing(reader, item)))
    rules = [item(label, name) for label, name in RULES if _address(name)]
    groups.append(MenuGroup(label="规则", items=[item("权限清单", "desk:powers"), *rules]))
    return groups


def _network(reader: Reader, item: Callable[..., MenuItem]) -> list[MenuItem]:
    """What there is about the network for this reader, nothing for most roles; planners see how many needs have no day yet."""
    known = (
        ("see_capacity", "可开放容量", "desk:open_capacity"),
        ("see_grid", "电网数据", "desk:grid"),
        ("see_needs", "配套工程需求", "desk:needs"),
        ("see_attempts", "未转化的查询", "desk:attempts"),
    )
    waiting = {"desk:needs": needs.unplanned(reader.scope)} if reader.may("plan_needs") else {}
    return [
        item(label, name, count=waiting.get(name), mine=name in waiting)
        for power, label, name in known
        if reader.may(power)
    ]


def _overseeing(reader: Reader, item: Callable[..., MenuItem]) -> list[MenuItem]:
    """The red numbers are sheets and complaints that wait for this person."""
    by, scope = reader.actor, reader.scope
    sheets = (oversight.sheets_for(by, scope) | oversight.sheets_to_check(by, scope)).count()
    held = oversight.complaints_for(by, scope).count()
    own = [
        item("督办单", "desk:sheets", count=sheets, mine=True),
        item("投诉", "desk:complaints", count=held, mine=True),
        item("回访", "desk:revisits"),
    ]
    if not reader.may("oversee"):
        return own
    return [item("早报", "desk:morning"), item("督办台", "desk:supervision"), *own, item("满意度", "desk:satisfaction")]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
