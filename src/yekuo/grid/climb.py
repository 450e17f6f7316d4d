"""逼近: the largest load at each bus that uses up no margin: a chord search on the share of margin, all buses at once."""

from typing import NamedTuple

import numpy as np

from yekuo.grid.bounds import Bounds
from yekuo.grid.columns import Floats, Ints
from yekuo.grid.solve import Solver

LOWEST, AIM, HIGHEST = 0.9965, 0.9985, 0.9998
ROUNDS = 40
BOUNDLESS_KW = 1e6
LEAST_KW = 0.01


class Climbed(NamedTuple):
    """结果: kW per bus asked for (inf: nothing limits it), the constraint that binds (-1: none), and power flows used."""

    kw: Floats
    which: Ints
    flows: int


def climb(solver: Solver, limits: Bounds, bus: Ints, start: Floats, *, tangent: float, quick: bool = False) -> Climbed:
    """This function will find for each bus the kW (with kvar = `tangent` · kW) that use up between 99.65 % and 99.98 % of a margin.

    The share used up is convex in the load and 0 at none, so a chord never overshoots and the lower end stays feasible.
    """
    size = len(bus)
    low, low_share = np.zeros(size), np.zeros(size)
    high, high_share = np.full(size, np.inf), np.full(size, np.inf)
    which = np.full(size, -1)
    trial = np.clip(np.where(np.isfinite(start), start, BOUNDLESS_KW), LEAST_KW, BOUNDLESS_KW)
    open_ = np.arange(size)
    flows = 0
    for _ in range(ROUNDS):
        if not len(open_):
            break
        share, by = _shares(solver, limits, bus[open_], trial[open_], tangent, quick=quick)
        flows += len(open_)
        fits = share <= HIGHEST
        up, down = open_[fits], open_[~fits]
        low[up], low_share[up] = trial[up], share[fits]
        high[down], high_share[down] = trial[down], share[~fits]
        which[open_] = np.where(np.isfinite(share), by, which[open_])
        done = (low_share >= LOWEST) | (low >= BOUNDLESS_KW) | (high <= LEAST_KW) | (high - low <= 1e-4 * low)
        open_ = np.flatnonzero(~done)
        trial[open_] = _next(low[open_], low_share[open_], high[open_], high_share[open_])
    boundless = low >= BOUNDLESS_KW
    return Climbed(np.where(boundless, np.inf, low), np.where(boundless, -1, which), flows)


def _shares(
    solver: Solver, limits: Bounds, bus: Ints, kw: Floats, tangent: float, *, quick: bool
) -> tuple[Floats, Ints]:
    parts = [limits.used(part) for part in solver.added(bus, kw, kw * tangent, quick=quick)]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _next(low: Floats, low_share: Floats, high: Floats, high_share: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        chord = low + (AIM - low_share) * (high - low) / (high_share - low_share)
        outward = np.where(low_share > AIM / 50, low * AIM / low_share, low * 50)
    halfway = low + (high - low) / 2
    bracketed = np.where(np.isfinite(high_share), chord, np.where(low > 0, halfway, high / 4))
    aim = np.where(np.isfinite(high), bracketed, outward)
    return np.clip(aim, LEAST_KW / 2, BOUNDLESS_KW)
