"""电网存档: Networks come back from their bytes value for value, and damaged bytes are refused."""

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
