"""投资界面: who pays for what up to which boundary, by kind of customer; dated rows with a source."""

import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Any

from yekuo.rules.facts import CustomerClass, Facts
from yekuo.rules.when import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """出资分界: for classes of customers, in force from `since` on and no longer from `until` on.

    `at` is where the boundary lies, `ours` what the company pays for, `yours` what the customer pays for. `confirmed` False
    means that the company has to confirm the row.
    """

    classes: tuple[CustomerClass, ...]
    at: str
    ours: str
    yours: str
    source: str
    confirmed: bool
    since: date | None = None
    until: date | None = None


def parse_boundaries(text: str) -> tuple[Boundary, ...]:
    """This function will read the table from TOML; ValueError on an unknown class, TypeError on an unknown field."""
    return tuple(_row(row) for row in tomllib.loads(text)["boundary"])


def _row(row: dict[str, Any]) -> Boundary:
    fields = dict(row)
    return Boundary(classes=tuple(CustomerClass(one) for one in fields.pop("classes")), **fields)


def boundary_for(facts: Facts, on: date, *, table: tuple[Boundary, ...]) -> Boundary | None:
    """This function will give the row that holds for a customer on a day, the first of the table; None without one."""
    return next(
        (one for one in table if facts.customer_class in one.classes and in_force(on, one.since, one.until)), None
    )
