"""部件: the plain values that the shared templates show; a page fills them, a tag draws them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """菜单项: `count` None shows no number; `mine` shows it in red, for what the reader must do."""

    label: str
    url: str
    count: int | None = None
    mine: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuGroup:
    """菜单组: a heading of the left menu and what stands under it."""

    label: str
    items: Sequence[MenuItem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """页面框架: what the top bar and the left menu show; goes into the template context as `shell`."""

    company: str = ""
    person: str = ""
    unit: str = ""
    home_url: str = "/"
    search_url: str = ""
    query: str = ""
    messages_url: str = ""
    messages_count: int = 0
    signout_url: str = ""
    own_links: Sequence[MenuItem] = ()
    menu: Sequence[MenuGroup] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crumb:
    """所在位置: one step of the way to this page; the last has no address."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """环节: `state` is done, now, todo, back (returned) or skipped; `note` is a date or what is left."""

    label: str
    state: str = "todo"
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """动态: one happening; `level` '' , bad or warn colours its dot."""

    text: str
    at: datetime
    who: str = ""
    detail: Sequence[str] = ()
    url: str = ""
    url_text: str = "查看"
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """已传文件: `tone` as a badge's; `remove` is the value the delete button sends, '' for no button."""

    name: str
    url: str = ""
    state: str = ""
    tone: str = ""
    at: datetime | None = None
    remove: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """页签: a link to another view of the same thing."""

    label: str
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """依据: one line of how a due date came about: what, how much, and the source it rests on."""

    label: str
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """时限: what the `due` tag shows.

    `level` is waiting, normal, yellow, red, overdue, paused, met or breached. `left` counts working days and is
    negative once overdue; None where the level says it all. `reason` is shown on a pause (for whom it waits).
    """

    level: str
    due_at: datetime | date | None = None
    left: int | None = None
    provisional: bool = False
    reason: str = ""
    lines: Sequence[Line] = field(default=())
