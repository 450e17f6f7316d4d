"""典型设备: standard distribution transformers, prices and building times; data that the company has to confirm."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerType:
    """配变规格: kVA, short-circuit voltage in %, load and no-load losses in kW."""

    kva: float
    uk_pct: float
    pk_kw: float
    p0_kw: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPrice:
    """单价: yuan per unit is `base` + `per` times the rating (ampere of a line, kVA of a transformer)."""

    name: str
    unit: str
    base: float
    per: float = 0.0
    confirmed: bool = False

    def of(self, rating: float = 0.0) -> float:
        """This function will give yuan per unit for a rating."""
        return self.base + self.per * rating


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """工期: days are `fixed` + `per_km` for every kilometre built."""

    fixed: float
    per_km: float

    def days(self, length_m: float = 0.0) -> float:
        """This function will give the days for a length in metres."""
        return self.fixed + self.per_km * length_m / 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """典型设备表: sizes ascending; `confirmed` False: shown as such wherever a figure comes from here."""

    transformers: tuple[TransformerType, ...]
    dt_target_load: float
    dt_largest_kva: float
    prices: Mapping[str, UnitPrice]
    durations: Mapping[str, Duration]
    source: str
    confirmed: bool

    def typical(self, kva: float) -> TransformerType:
        """This function will give the figures of a transformer of this size; between sizes they grow with the power 0.75."""
        nearest = min(self.transformers, key=lambda one: abs(one.kva - kva))
        grown = (kva / nearest.kva) ** 0.75
        return replace(nearest, kva=kva, pk_kw=nearest.pk_kw * grown, p0_kw=nearest.p0_kw * grown)

    def fitting(self, kva: float) -> TransformerType | None:
        """This function will give the smallest public transformer that `kva` loads to the target at most; None beyond the largest."""
        return next(
            (
                one
                for one in self.transformers
                if one.kva * self.dt_target_load >= kva and one.kva <= self.dt_largest_kva
            ),
            None,
        )

    def larger(self, kva: float) -> TransformerType | None:
        """This function will give the next larger size, None beyond the largest."""
        return next((one for one in self.transformers if one.kva > kva), None)

    def with_prices(self, rows: Iterable[tuple[str, float]]) -> "Equipment":
        """This function will put the company's own prices (key or name, yuan per unit) over ours; unknown items are passed over."""
        by_word = {word: key for key, one in self.prices.items() for word in (key, one.name)}
        own = {
            by_word[item]: replace(self.prices[by_word[item]], base=cny, per=0.0, confirmed=True)
            for item, cny in rows
            if item in by_word
        }
        return replace(self, prices={**self.prices, **own})


def parse_equipment(text: str) -> Equipment:
    """This function will read the table from TOML; KeyError or TypeError when a figure is missing."""
    data: dict[str, Any] = tomllib.loads(text)
    confirmed = bool(data["confirmed"])
    return Equipment(
        transformers=tuple(sorted((TransformerType(**row) for row in data["transformers"]), key=lambda one: one.kva)),
        dt_target_load=float(data["dt_target_load"]),
        dt_largest_kva=float(data["dt_largest_kva"]),
        prices={key: UnitPrice(**row, confirmed=confirmed) for key, row in data["prices"].items()},
        durations={key: Duration(**row) for key, row in data["durations"].items()},
        source=str(data["source"]),
        confirmed=confirmed,
    )
