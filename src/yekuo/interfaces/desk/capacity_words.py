"""可开放容量的话: a figure in words: how much, what binds it, how good it is; and the columns that screen and workbook share."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.template import Context
from django.utils.html import format_html

from yekuo.interfaces.desk.columns import Drawn, Value, words
from yekuo.interfaces.look.templatetags import look
from yekuo.records.figure_lists import Figure
from yekuo.rules.calendar import BEIJING

KIND_NAMES = {"dt": "台区", "feeder": "馈线", "main": "主变", "node": "中压节点"}
LEVEL_NAMES = {
    0: "L0 只有额定值和最大电流",
    1: "L1 有拓扑，缺型号或长度",
    2: "L2 型号、长度、坐标齐全",
    3: "L3 有负荷曲线",
}
METHOD_NAMES = {"ac": "交流潮流", "path": "沿线额定值", "ratings": "额定与最大电流"}
BOUND = {"voltage": "{} 电压到下限", "line": "{} 载流量", "transformer": "{} 容量"}
BROKEN = {"voltage": "{} 电压现已越限", "line": "{} 现已过载", "transformer": "{} 现已过载"}
PROFILED = 3
STEPS = {"dt": (30.0, 100.0), "node": (500.0, 2000.0), "feeder": (500.0, 2000.0), "main": (2000.0, 10000.0)}
TONES = ("bad", "hot", "warn", "ok")


def kilowatts(kw: float) -> str:
    """This function will say kW in whole ones, rounded down; 不受限 where nothing binds."""
    return "不受限" if math.isinf(kw) else f"{math.floor(kw + 1e-6):,}"


def binding(one: Figure) -> str:
    """This function will say what keeps a figure from being larger."""
    if one.state == "dead":
        return "没有电源或缺数据"
    if one.state == "free":
        return "没有限制"
    table = BROKEN if one.state == "existing" else BOUND
    return table[one.binding_kind].format(one.binding_name or one.binding) if one.binding_kind else "—"


def tone(kind: str, kw: float) -> str:
    """This function will say how much room there is, as a tone of the map."""
    low, high = STEPS[kind]
    return TONES[0 if kw <= 0 else 1 if kw < low else 2 if kw < high else 3]


def legend(kind: str) -> list[tuple[str, str]]:
    """This function will say what the tones mean for a kind of element."""
    low, high = (f"{step:,.0f}" for step in STEPS[kind])
    return [("ok", f"{high} kW 及以上"), ("warn", f"{low}–{high} kW"), ("hot", f"{low} kW 以下"), ("bad", "没有余量")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """列: as in columns.py, of a figure."""

    title: str
    draw: Callable[[Figure], Drawn]
    value: Callable[[Figure], Value] | None = None
    css: str = ""
    head: str = ""
    label: str = ""
    width: int = 12

    def plain(self, row: Figure, /) -> Value:
        """This function will give what a workbook holds: a number, a moment, or the words of the cell."""
        return self.value(row) if self.value else words(self.draw(row))


def _number(kw: float | None, unbound: str) -> Value:
    if kw is None:
        return "未算"
    return unbound if math.isinf(kw) else Decimal(math.floor(kw + 1e-6))


def _by_hours(row: Figure, kw: float | None) -> Value:
    return "" if kw is None and row.level < PROFILED else _number(kw, "不受限")


def _of_block(row: Figure, *, name: str) -> Value:
    return _by_hours(row, getattr(row, name))


def _kw(row: Figure) -> Drawn:
    css = "red" if row.kw <= 0 else "green" if tone(row.kind, row.kw) == "ok" else ""
    return format_html('<b class="{}">{}</b>', css, kilowatts(row.kw))


def _firm(row: Figure, *, sure: bool) -> Drawn:
    if row.firm_kw is None or not sure:
        return format_html('<span class="mute">{}</span>', "未算" if sure else "在算")
    told = f"{row.firm_section_name} 停电转供时" if row.firm_section_name else "停电转供不更紧"
    return format_html('<span title="{}">{}</span>', told, kilowatts(row.firm_kw))


def _stable(row: Figure) -> Drawn:
    if row.stable_kw is None:
        return format_html('<span class="mute">{}</span>', "—" if row.level < PROFILED else "在算")
    told = f"最紧：{row.stable_when}" if row.stable_when else ""
    return format_html('{}<br><span class="mute">{}</span>', kilowatts(row.stable_kw), told)


def _off_peak(row: Figure) -> Drawn:
    """What could be drawn besides if only flat or only valley hours were used."""
    if row.flat_kw is None or row.valley_kw is None:
        return format_html('<span class="mute">{}</span>', "—" if row.level < PROFILED else "在算")
    return format_html("平段 {}<br>谷段 {}", kilowatts(row.flat_kw), kilowatts(row.valley_kw))


def _where(row: Figure) -> Drawn:
    return format_html('{} <span class="mute">{}</span>', row.feeder_name or "—", row.substation)


def _name(row: Figure) -> Drawn:
    size = f"{row.kva:,.0f} kVA" if row.kva else f"{row.kv:g} kV" if row.kv else ""
    own = "" if row.public else "专用"
    return format_html('{} <span class="mute">{} {}</span>', row.name, size, own)


def _level(row: Figure) -> Drawn:
    return format_html(
        '<span title="{}">L{} {}</span>', LEVEL_NAMES.get(row.level, ""), row.level, METHOD_NAMES[row.method]
    )


def _at(row: Figure) -> datetime:
    return row.at.astimezone(BEIJING).replace(tzinfo=None)


NAME = Column(title="名称", draw=_name, css="name", width=26)
CODE = Column(title="编号", draw=lambda row: row.element, css="drop nowrap mute", width=14)
WHERE = Column(title="馈线 / 变电站", draw=_where, css="left", width=26)
ROOM = Column(
    title="可开放 kW", draw=_kw, value=lambda row: _number(row.kw, "不受限"), css="num", head="num",
    label="可开放 kW", width=12,
)  # fmt: skip
STABLE = Column(
    title="全天稳定 kW", draw=_stable, value=lambda row: _by_hours(row, row.stable_kw), css="num drop", head="num drop",
    label="全天稳定 kW", width=14,
)  # fmt: skip
OFF_PEAK = Column(
    title="只在该段用 kW", draw=_off_peak, css="num drop", head="num drop", label="只在该段用 kW", width=14
)
WHEN = Column(title="最紧时刻", draw=lambda row: row.stable_when, width=18)
BLOCKS = tuple(
    Column(title=f"只在{name}用 kW", draw=str, value=partial(_of_block, name=field), width=16)
    for field, name in (("peak_kw", "峰段"), ("flat_kw", "平段"), ("valley_kw", "谷段"))
)
BINDS = Column(title="受限于", draw=binding, label="受限于", width=34)
LEVEL = Column(title="数据与算法", draw=_level, css="drop nowrap", width=18)
AT = Column(
    title="计算时间", draw=lambda row: look.when(Context(), row.at, row.at), value=_at, css="drop nowrap", width=17
)  # fmt: skip


def columns(flying: Mapping[str, float], *, sure: bool, hours: bool = False, book: bool = False) -> tuple[Column, ...]:
    """This function will give the columns of the list, or of the workbook; `flying` is what is in flight (kW) by feeder.

    `hours`: some rows have figures by hours. `sure`: N-1 was calculated since the last change.
    """
    flight = Column(
        title="馈线在途 kW", draw=lambda row: f"{flying.get(row.feeder, 0):,.0f}",
        value=lambda row: Decimal(round(flying.get(row.feeder, 0))), css="num drop", head="num", width=12,
    )  # fmt: skip
    firm = Column(
        title="N-1 后 kW", draw=partial(_firm, sure=sure),
        value=lambda row: _number(row.firm_kw, "不受限") if sure else "在算", css="num", head="num", label="N-1 后 kW", width=12,
    )  # fmt: skip
    by_hours = (STABLE, WHEN, *BLOCKS) if book else (STABLE, OFF_PEAK)
    return (NAME, CODE, WHERE, ROOM, firm, *(by_hours if hours else ()), BINDS, flight, LEVEL, AT)
