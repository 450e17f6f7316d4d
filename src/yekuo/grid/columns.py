"""列式表: a table as read-only numpy columns of one length, with defaults, edits by copy, and canonical bytes."""
# ruff: noqa: RUF009 - a column is declared by a call

import dataclasses
from collections.abc import Collection, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.str_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOTHING = object()


def column(dtype: type, default: object = NOTHING, *, refers: str = "") -> Any:
    """This function will declare a column: its type, what stands where nothing was given, and the table its rows point into."""
    return dataclasses.field(metadata={"dtype": dtype, "default": default, "refers": refers})


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Columns:
    """Base of every table: `id` first; every column read-only and as long as `id`."""

    id: Texts = column(np.str_)

    def __post_init__(self) -> None:
        size = len(self.id)
        for each in dataclasses.fields(self):
            if "dtype" not in each.metadata:
                continue
            values = np.ascontiguousarray(np.asarray(getattr(self, each.name), dtype=each.metadata["dtype"]))
            if values.shape != (size,):
                raise ValueError(f"{type(self).__name__}.{each.name}: 应有 {size} 行, 实有 {values.shape}")
            if values.flags.writeable:
                values = values.view()
                values.flags.writeable = False
            object.__setattr__(self, each.name, values)

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def of(cls, **given: Any) -> Self:
        """This function will build the table from the columns given; the others get their default on every row."""
        size = len(given.get("id", ()))
        for each in dataclasses.fields(cls):
            if each.name in given or "dtype" not in each.metadata:
                continue
            default = each.metadata["default"]
            if default is NOTHING and size:
                raise ValueError(f"{cls.__name__}: 缺少列 {each.name}")
            given[each.name] = np.full(size, default if size else 0, dtype=_wide(each.metadata["dtype"], default))
        return cls(**given)

    @cached_property
    def row(self) -> Mapping[str, int]:
        """The row of an id."""
        return {each: at for at, each in enumerate(self.id.tolist())}

    def take(self, rows: Ints | Bools) -> Self:
        """This function will give the table with only these rows, in this order."""
        return dataclasses.replace(self, **{name: getattr(self, name)[rows] for name in self.names()})

    def append(self, more: Self) -> Self:
        """This function will give the table with the rows of `more` behind; old rows keep their number."""
        joined = {name: np.concatenate([getattr(self, name), getattr(more, name)]) for name in self.names()}
        return dataclasses.replace(self, **joined)

    def changed(self, rows: Ints | int, **values: Any) -> Self:
        """This function will give the table with these columns set to `values` at `rows`."""
        new = {}
        for name, value in values.items():
            old = getattr(self, name)
            kind = np.result_type(old, np.asarray(value)) if old.dtype.kind == "U" else old.dtype
            new[name] = old.astype(kind)
            new[name][rows] = value
        return dataclasses.replace(self, **new)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The columns' names in their order."""
        return tuple(each.name for each in dataclasses.fields(cls) if "dtype" in each.metadata)

    def digest(self, ids: Mapping[str, Texts], *, only: Collection[str] | None = None) -> bytes:
        """This function will hash the rows in order of id, numbers in one form, references as the ids they mean; or some columns `only`."""
        order = np.argsort(self.id, kind="stable")
        hashed = sha256(f"{type(self).__name__} {len(self)}".encode())
        for each in dataclasses.fields(self):
            if "dtype" in each.metadata and (only is None or each.name in only):
                values = getattr(self, each.name)[order]
                refers = each.metadata["refers"]
                if refers and refers not in ids:
                    continue
                hashed.update(f"|{each.name}|".encode())
                hashed.update(_canonical(ids[refers][values] if refers and len(values) else values))
        return hashed.digest()


def _wide(dtype: type, default: object) -> Any:
    return f"<U{max(1, len(str(default)))}" if dtype is np.str_ and isinstance(default, str) else dtype


def _canonical(values: NDArray[Any]) -> bytes:
    if values.dtype.kind == "U":
        return "\x1f".join(values.tolist()).encode()
    if values.dtype.kind == "f":
        return (np.where(np.isnan(values), np.nan, values) + 0.0).astype("<f8").tobytes()
    return values.astype("<i8").tobytes()
