"""字库: which characters a font can draw, read from its own character map, so that none is lost without a word."""

from functools import cache
from pathlib import Path
from struct import unpack_from

SUBSTITUTE = "〓"
"""The printers' mark for a character that is not in the case (U+3013)."""


@cache
def drawable(font: Path) -> frozenset[int]:
    """This function will list the code points a font has a glyph for (cmap formats 4 and 12). Raises ValueError."""
    data = _character_map(font)
    found: set[int] = set()
    for number in range(unpack_from(">H", data, 2)[0]):
        at = unpack_from(">I", data, 4 + number * 8 + 4)[0]
        kind = unpack_from(">H", data, at)[0]
        if kind == 12:
            found |= _groups(data, at)
        elif kind == 4:
            found |= _segments(data, at)
    if not found:
        raise ValueError(f"{font.name}: 字符映射表里没有能读的部分")
    return frozenset(found)


def _character_map(font: Path) -> bytes:
    """Only the map is read: the glyphs are twenty megabytes that nobody here needs."""
    with font.open("rb") as opened:
        count = unpack_from(">H", opened.read(12), 4)[0]
        rows = [unpack_from(">4sIII", opened.read(16)) for _ in range(count)]
        place = next(((offset, size) for tag, _, offset, size in rows if tag == b"cmap"), None)
        if place is None:
            raise ValueError(f"{font.name}: 没有字符映射表")
        opened.seek(place[0])
        return opened.read(place[1])


def _groups(data: bytes, at: int) -> set[int]:
    count = unpack_from(">I", data, at + 12)[0]
    rows = (unpack_from(">III", data, at + 16 + 12 * number) for number in range(count))
    return {code for first, last, _ in rows for code in range(first, last + 1)}


def _segments(data: bytes, at: int) -> set[int]:
    double = unpack_from(">H", data, at + 6)[0]
    ends = [unpack_from(">H", data, at + 14 + place)[0] for place in range(0, double, 2)]
    starts = [unpack_from(">H", data, at + 16 + double + place)[0] for place in range(0, double, 2)]
    return {code for first, last in zip(starts, ends, strict=True) for code in range(first, min(last, 0xFFFE) + 1)}
