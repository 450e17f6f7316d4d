"""评分刻度: between which two values a criterion brings all its points and none, so that one absurd option does not stretch it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

LEAST_SPREAD = 0.25
REACH: Mapping[str, float] = MappingProxyType({"cost": 3.0, "days": 3.0})
"""How many times the best brings nothing any more.

Not for losses and margin themselves: the least lost is often a new feeder's, next to nothing, and three times that would tell
no two others apart; the margin is between 0 and 1 anyway. There what is beyond every reach is no measure for the others.
"""


def scale(options: Sequence[Mapping[str, float]], *, reach: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """This function will tell of each criterion the value that brings all its points and the one that brings none.

    Of every value less is better. The two are the best and the worst, the worst at most `reach` times the best (a best that is
    not above 0 has no such limit) and at least a quarter of the best away from it. Of a criterion without a reach the two
    are those of the options within one reach at least.
    """
    furthest = {key: _furthest([one[key] for one in options], times) for key, times in reach.items()}
    within = [one for one in options if not reach or any(one[key] <= most for key, most in furthest.items())]
    return {
        key: _ends([one[key] for one in (options if key in reach else within)], furthest.get(key, float("inf")))
        for key in options[0]
    }


def share(value: float, ends: tuple[float, float]) -> float:
    """This function will tell which share of a criterion's points a value brings, 0 to 1."""
    full, nothing = ends
    return min(1.0, max(0.0, 1.0 - (value - full) / (nothing - full)))


def _furthest(column: Sequence[float], times: float) -> float:
    best = min(column)
    return times * best if best > 0 else float("inf")


def _ends(column: Sequence[float], furthest: float) -> tuple[float, float]:
    best = min(column)
    worst = min(max(column), furthest)
    return best, best + max(worst - best, LEAST_SPREAD * abs(best), 1e-9)
