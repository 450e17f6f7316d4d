"""电网存档: Networks come back from their bytes value for value, and damaged bytes are refused."""

from io import BytesIO

import numpy as np
import pytest

from tests.grid.town import imported
from yekuo.grid.storing import UnreadableError, packed, unpacked


def test_a_network_comes_back_as_it_was() -> None:
    grid = imported().grid
    assert grid is not None
    again = unpacked(packed(grid), revision=grid.revision)
    assert again.revision == grid.revision
    assert again.feeders.name.tolist() == grid.feeders.name.tolist()


def test_damage_and_another_revision_are_refused() -> None:
    grid = imported().grid
    assert grid is not None
    stored = packed(grid)
    with pytest.raises(UnreadableError, match="不符"):
        unpacked(stored, revision="0" * 64)
    for broken in (b"", b"no network", stored[: len(stored) // 2]):
        with pytest.raises(UnreadableError, match="不能读取"):
            unpacked(broken)


def older(stored: bytes, *gone: str) -> bytes:
    """The same network as an earlier edition of the product kept it, without some columns."""
    with np.load(BytesIO(stored)) as arrays:
        kept = {name: arrays[name] for name in arrays.files if name not in gone and name.partition(".")[0] not in gone}
    sink = BytesIO()
    np.savez_compressed(sink, allow_pickle=False, **kept)
    return sink.getvalue()


def test_what_was_kept_before_a_column_was_added_is_still_that_revision() -> None:
    grid = imported().grid
    assert grid is not None
    columns = {name: set(table.names()) for name, table in grid.tables.items() if name != "profiles"}
    columns["nodes"].remove("spare_bays")
    then = grid.hashed(columns)
    assert then != grid.revision
    again = unpacked(older(packed(grid), "nodes.spare_bays", "profiles"), revision=then)
    assert set(again.nodes.spare_bays.tolist()) == {-1}
    with pytest.raises(UnreadableError, match="不符"):
        unpacked(older(packed(grid), "nodes.spare_bays", "nodes.public"), revision=then)
    with pytest.raises(UnreadableError, match="不符"):
        unpacked(older(packed(grid), "nodes.spare_bays"), revision=grid.revision)
