"""计日: which days of a sequence lie in some spans and in no pause, as positions, so that the n-th is found at once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

Piece = tuple[int, int]
"""Positions [low, high) in a sorted sequence of day ordinals."""

Days = tuple[int, int | None]
"""First and last day as ordinals; None is 'not ended'."""


def counted(sequence: Sequence[int], spans: Iterable[Days], pauses: Iterable[Days]) -> tuple[Piece, ...]:
    """This function will give the positions counted: days in (start, stop] of any span, outside every pause.

    A pause is given by its first and last whole day, both inclusive.
    """
    end = len(sequence)
    inside = _union([(bisect_right(sequence, s), end if e is None else bisect_right(sequence, e)) for s, e in spans])
    outside = [(bisect_left(sequence, s), end if e is None else bisect_right(sequence, e)) for s, e in pauses]
    return _minus(inside, _union(outside)) if outside else tuple(inside)


def common(pieces: Iterable[Piece], others: Iterable[Piece]) -> tuple[Piece, ...]:
    """This function will give the positions that lie in both."""
    both = [(max(a, c), min(b, d)) for a, b in pieces for c, d in others]
    return tuple(sorted((low, high) for low, high in both if low < high))


def size(pieces: Iterable[Piece]) -> int:
    """This function will count the positions."""
    return sum(high - low for low, high in pieces)


def nth(pieces: Iterable[Piece], n: int) -> int | None:
    """This function will give the n-th position (n ≥ 1), or None when there are fewer."""
    for low, high in pieces:
        if n <= high - low:
            return low + n - 1
        n -= high - low
    return None


def until(pieces: Iterable[Piece], last: int) -> tuple[Piece, ...]:
    """This function will cut the positions after `last` off."""
    return tuple((low, min(high, last + 1)) for low, high in pieces if low <= last)


def _union(pieces: Iterable[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for low, high in sorted(pieces):
        if low >= high:
            continue
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return joined


def _minus(pieces: list[Piece], holes: list[Piece]) -> tuple[Piece, ...]:
    left: list[Piece] = []
    for low, high in pieces:
        start = low
        for hole, hole_end in holes:
            if hole_end > start and hole < high:
                left.append((start, hole))
                start = hole_end
        left.append((start, high))
    return tuple(piece for piece in left if piece[0] < piece[1])
