"""数电器: counted appliances become kilowatts on the customer's pages, step by step and without JavaScript."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yekuo.records import tables
from yekuo.rules.appliances import SUPPLY_NAMES, Line, Piece, Suggestion, suggest
from yekuo.rules.refusal import Refused
from yekuo.rules.when import voltage_name

PREFIX = "n_"


def plain(value: Decimal) -> str:
    """This function will write a number without idle zeros."""
    return f"{value.normalize():f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """一行电器: its control, its name, its power in kW and what was typed."""

    field: str
    name: str
    kw: str
    typed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """测算: the rows, what they amount to (None while nothing was counted), and what is wrong with them."""

    rows: tuple[Counting, ...]
    suggestion: Suggestion | None = None
    wrong: str = ""

    @property
    def typed(self) -> bool:
        """This function will say whether anything was counted."""
        return any(row.typed for row in self.rows)

    @property
    def load(self) -> str:
        """This function will give the load in kW as it goes into a form, '' while there is none."""
        return plain(self.suggestion.load_kw) if self.suggestion else ""

    @property
    def supply(self) -> str:
        """This function will say the kind of supply suggested."""
        one = self.suggestion
        return f"{SUPPLY_NAMES[one.supply]}，{voltage_name(one.voltage)}" if one else ""

    @property
    def steps(self) -> tuple[Line, ...]:
        """This function will list how it was worked out."""
        return self.suggestion.lines if self.suggestion else ()


def counted(use: str, typed: Mapping[str, str], *, on: date, existing: Decimal = Decimal(0)) -> Counted:
    """This function will offer the appliances usual in a use and add up those counted; `existing` in kW."""
    table = tables.appliances()
    known = {one.code for one in table.uses}
    offered = table.offered(use if use in known else "other", on=on) or tuple(
        one for one in table.appliances if one.holds(on)
    )
    rows = tuple(
        Counting(
            field=PREFIX + one.code,
            name=one.name,
            kw=plain(one.kw),
            typed=str(typed.get(PREFIX + one.code, "")).strip()[:8],
        )
        for one in offered
    )
    given = [row for row in rows if row.typed not in ("", "0")]
    if not given:
        return Counted(rows=rows)
    odd = next((row for row in given if not (row.typed.isascii() and row.typed.isdigit())), None)
    if odd:
        return Counted(rows=rows, wrong=f"{odd.name}：台数请填整数")
    pieces = [Piece(code=row.field.removeprefix(PREFIX), count=int(row.typed)) for row in given]
    try:
        found = suggest(
            pieces,
            use=use if use in known else "other",
            on=on,
            table=table,
            sizes=tables.schemes().transformer_sizes,
            existing=existing,
        )
    except Refused as refused:
        return Counted(rows=rows, wrong=refused.problems[0].message if refused.problems else refused.message)
    return Counted(rows=rows, suggestion=found)
