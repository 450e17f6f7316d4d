"""导线库: resistance, reactance, capacitance and ampacity of a kilometre, by model."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Conductor:
    """导线: of one kilometre `r`, `x` in ohm, `c` in nF; `i_a` in ampere; `laying` cable or overhead; for which voltage."""

    model: str
    laying: str
    r: float
    x: float
    c: float
    i_a: float
    low_voltage: bool = False


@lru_cache(maxsize=4096)
def same_model(model: str) -> str:
    """This function will bring a model's name to the form it is compared in (no blanks, no dashes, × as *)."""
    return re.sub(r"[×xX＊]", "*", re.sub(r"[\s—–_-]+", "", model.replace("KV", "").replace("kV", ""))).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """导线库: conductors by model in its compared form; `confirmed` False: the figures await the company's own."""

    by_model: Mapping[str, Conductor]
    source: str = ""
    confirmed: bool = False

    def find(self, model: str) -> Conductor | None:
        """This function will give the conductor of a model, None when it is not in the library."""
        return self.by_model.get(same_model(model))

    def with_more(self, more: Iterable[Conductor]) -> "Library":
        """This function will put conductors over those of the same model."""
        return Library(
            by_model={**self.by_model, **{same_model(one.model): one for one in more}},
            source=self.source,
            confirmed=self.confirmed,
        )

    def usual(self, *, low_voltage: bool, laying: str = "cable") -> tuple[Conductor, ...]:
        """This function will list what new lines are built of at this level, thinnest first."""
        found = {
            id(one): one for one in self.by_model.values() if one.laying == laying and one.low_voltage is low_voltage
        }
        return tuple(sorted(found.values(), key=lambda one: (one.i_a, one.model)))


def parse_conductors(text: str) -> Library:
    """This function will read the library from TOML; KeyError when a figure is missing."""
    data = tomllib.loads(text)
    found = {}
    for row in data["conductor"]:
        one = Conductor(
            model=str(row["models"][0]),
            laying=str(row["laying"]),
            r=float(row["r"]),
            x=float(row["x"]),
            c=float(row["c"]),
            i_a=float(row["i_a"]),
            low_voltage=bool(row.get("lv", False)),
        )
        found.update({same_model(model): one for model in row["models"]})
    return Library(by_model=found, source=str(data["source"]), confirmed=bool(data["confirmed"]))
