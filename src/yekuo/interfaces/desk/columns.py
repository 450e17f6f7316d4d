"""列: what a list shows of a row, said once for the screen, the paper and the workbook, so that they cannot differ."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import unescape

from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yekuo.interfaces.desk.rows import Row
from yekuo.interfaces.look.templatetags import look
from yekuo.rules.calendar import BEIJING

TAG = re.compile(r"<[^>]+>")
Drawn = SafeString | str
Value = str | Decimal | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """列: `draw` makes the cell of the screen; a workbook takes `value`, or what is left of the cell without its tags.

    `width` is in characters of a workbook; a column for the `screen` only is left out on paper and in a workbook.
    """

    title: str
    draw: Callable[[Row], Drawn]
    value: Callable[[Row], Value] | None = None
    css: str = ""
    head: str = ""
    width: int = 12
    screen: bool = False

    def plain(self, row: Row) -> Value:
        """This function will give what a workbook holds: a number, a moment, or the words of the cell."""
        return self.value(row) if self.value else words(self.draw(row))


def words(drawn: Drawn) -> str:
    """This function will leave out the tags of a cell."""
    text = unescape(TAG.sub(" ", drawn)) if isinstance(drawn, SafeString) else drawn
    return " ".join(text.split())


def _with(first: str, second: str) -> SafeString:
    return format_html('{} <span class="mute">{}</span>', first, second) if second else format_html("{}", first)


def _moment(row: Row, moment: datetime | None) -> Drawn:
    return look.when(Context(), moment, row.at) if moment else "—"


def _beijing(moment: datetime | None) -> datetime | None:
    return moment.astimezone(BEIJING).replace(tzinfo=None) if moment else None


def _due(row: Row) -> Drawn:
    return look.badge(row.status, row.tone) if row.closed_at else look.due(row.clock)


def _stage(row: Row) -> Drawn:
    if not row.place:
        return row.stage
    return format_html('{} <span class="mute" title="{}">{}</span>', row.stage, row.place_title, row.place)


def _name(row: Row) -> Drawn:
    return format_html("{} {}", row.name, look.badge(row.urged, "bad")) if row.urged else row.name


def _holder(row: Row) -> Drawn:
    if not row.person:
        return row.role
    return format_html('{} <span class="mute name-of">{}</span>', row.role, row.person)


def _action(row: Row) -> Drawn:
    return format_html(
        '<a class="btn slim" href="{}">{}<span class="sr">{}</span></a>', row.action_url, row.action, row.number
    )


DUE = Column(title="剩余时限", draw=_due, css="lead", width=22)
RESULT = Column(title="结果", draw=_due, css="lead", width=10)
STANDING = Column(title="时限 / 结果", draw=_due, css="lead", width=22)
NUMBER = Column(
    title="申请编号",
    draw=lambda row: format_html('<a class="row" href="{}">{}</a>', row.url, row.number),
    css="left",
    width=18,
)
NAME = Column(title="客户", draw=_name, css="name", width=26)
BUSINESS = Column(title="业务", draw=lambda row: _with(row.business, row.voltage), css="drop nowrap", width=14)
CAPACITY = Column(
    title="容量 kVA/kW", draw=lambda row: row.capacity, value=lambda row: row.kva, css="num drop", head="num", width=10
)
STAGE = Column(title="当前环节", draw=_stage, css="left", width=18)
PARTY = Column(title="在等谁", draw=lambda row: look.waiting_for(row.party), css="end", width=10)
HOLDER = Column(title="责任岗位 / 人", draw=_holder, css="right", width=20)
PHONE = Column(title="联系电话", draw=lambda row: row.phone or "—", css="drop nowrap", width=14)
ACTION = Column(title="操作", draw=_action, css="act right", head="act", screen=True)
CLOSED_AT = Column(
    title="办结时间",
    draw=lambda row: _moment(row, row.closed_at),
    value=lambda row: _beijing(row.closed_at),
    css="left",
    width=17,
)
DID = Column(title="我办理的", draw=lambda row: row.did, css="left", width=18)
DID_AT = Column(
    title="办理时间",
    draw=lambda row: _moment(row, row.did_at),
    value=lambda row: _beijing(row.did_at),
    css="right",
    width=17,
)
OPENED_AT = Column(
    title="发起时间",
    draw=lambda row: _moment(row, row.opened_at),
    value=lambda row: _beijing(row.opened_at),
    css="drop nowrap",
    width=17,
)

OPEN = (DUE, NUMBER, NAME, BUSINESS, CAPACITY, STAGE, PARTY, HOLDER, PHONE, ACTION)
CLOSED = (RESULT, NUMBER, NAME, BUSINESS, CAPACITY, CLOSED_AT, PHONE, ACTION)
DONE = (STANDING, NUMBER, NAME, BUSINESS, DID, DID_AT, STAGE, PARTY, HOLDER, ACTION)
OPENED = (STANDING, NUMBER, NAME, BUSINESS, CAPACITY, OPENED_AT, STAGE, PARTY, HOLDER, ACTION)
FOUND = (STANDING, NUMBER, NAME, BUSINESS, CAPACITY, STAGE, PARTY, HOLDER, PHONE, ACTION)
