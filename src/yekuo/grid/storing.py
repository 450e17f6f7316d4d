"""电网存档: a network as bytes and back, value for value, so that a revision can be computed again years later."""

from io import BytesIO
from zipfile import BadZipFile

import numpy as np

from yekuo.grid.columns import Columns
from yekuo.grid.model import Feeders, GridModel, Lines, Loads, Nodes, Profiles, Shunts, Sources, Switches, Transformers

KINDS: dict[str, type[Columns]] = {
    "nodes": Nodes, "lines": Lines, "transformers": Transformers, "loads": Loads, "sources": Sources,
    "switches": Switches, "shunts": Shunts, "feeders": Feeders, "profiles": Profiles,
}  # fmt: skip
FREQUENCY = "f_hz"


class UnreadableError(ValueError):
    """存档损坏: the bytes are not a network, or not the one that was stored."""


def packed(grid: GridModel) -> bytes:
    """This function will turn a network into bytes (compressed arrays, one per column)."""
    arrays = {
        f"{name}.{column}": getattr(table, column) for name, table in grid.tables.items() for column in table.names()
    }
    sink = BytesIO()
    np.savez_compressed(sink, allow_pickle=False, **arrays, **{FREQUENCY: np.float64(grid.f_hz)})
    return sink.getvalue()


def unpacked(stored: bytes, *, revision: str = "") -> GridModel:
    """This function will turn the bytes back into the network.

    A column added since takes its default, and the revision is that of the columns there were. Raises UnreadableError when they
    cannot be read or `revision` is another.
    """
    try:
        with np.load(BytesIO(stored), allow_pickle=False) as arrays:
            tables = {name: _table(kind, name, arrays) for name, kind in KINDS.items()}
            stored_columns = _columns(arrays)
            grid = GridModel(**tables, f_hz=float(arrays[FREQUENCY]))  # type: ignore[arg-type] # each of its own kind
    except (BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        raise UnreadableError(f"电网存档不能读取: {error}") from error
    if revision and grid.revision != revision and grid.hashed(stored_columns) != revision:
        raise UnreadableError(f"电网存档与版本 {revision[:12]} 不符")
    return grid


def _table(kind: type[Columns], name: str, arrays: np.lib.npyio.NpzFile) -> Columns:
    return kind.of(**{column: arrays[f"{name}.{column}"] for column in kind.names() if f"{name}.{column}" in arrays})


def _columns(arrays: np.lib.npyio.NpzFile) -> dict[str, set[str]]:
    """The columns stored, by table."""
    found: dict[str, set[str]] = {}
    for name in arrays.files:
        table, _, column = name.partition(".")
        found.setdefault(table, set()).add(column)
    return found
