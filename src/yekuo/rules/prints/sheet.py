"""版面: a printed form as plain data: cells, tables, paragraphs and signatures; how it looks is the typesetter's."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from yekuo.rules.calendar import BEIJING
from yekuo.rules.facts import Voltage

NONE = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """一格: a label with its value; a wide one takes the whole row."""

    label: str
    value: str
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """表格: labelled cells, two to a row."""

    title: str = ""
    cells: tuple[Cell, ...]
    kind: str = "cells"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """明细: a table with a head that is repeated on every page; `widths` are shares of the line."""

    title: str = ""
    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "grid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """正文: paragraphs; `boxed` ones stand in a cell of their own under a title."""

    title: str = ""
    lines: tuple[str, ...]
    boxed: bool = False
    kind: str = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """签章: who signs, what stands there already, and how it is dated."""

    who: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """签章栏: the columns in which the sides sign and seal, never torn apart by the end of a page."""

    columns: tuple[Sign, ...]
    kind: str = "signs"


Block = Cells | Grid | Words | Signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """一份表单: the form's name, the case's number, the company above it and its blocks from top to bottom."""

    form: str
    title: str
    number: str
    company: str
    unit: str
    blocks: tuple[Block, ...]

    def plain(self) -> dict[str, object]:
        """This function will give the sheet as lists and texts, for the typesetter and for its digest."""
        return asdict(self)


def cell(label: str, value: str, *, wide: bool = False) -> Cell:
    """This function will make a cell; an empty value prints a dash, so that nobody fills it in later unseen."""
    return Cell(label=label, value=value.strip() or NONE, wide=wide)


def moment(at: datetime | None) -> str:
    """This function will write a moment in product time, '' for None."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if at else ""


def day(on: date | None) -> str:
    """This function will write a day, '' for None."""
    return f"{on.year} 年 {on.month} 月 {on.day} 日" if on else ""


def figure(value: Decimal | None, unit: str = "") -> str:
    """This function will write a figure without needless zeros, '' for None."""
    return "" if value is None else f"{value.normalize():f} {unit}".strip()


def size(value: Decimal | None, voltage: int) -> str:
    """This function will write a capacity with the unit of its voltage."""
    return figure(value, "kVA" if voltage >= Voltage.KV10 else "kW")


def money(value: Decimal) -> str:
    """This function will write yuan with two places."""
    return f"{value:,.2f}"


def yes(value: bool | None, words: tuple[str, str] = ("有", "无"), unknown: str = "待勘查确定") -> str:
    """This function will say which of two words holds, or that it is not known yet."""
    return unknown if value is None else words[0] if value else words[1]
