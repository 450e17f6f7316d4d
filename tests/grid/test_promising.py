"""承诺校核: each promise takes of the margin the others left; what others have used up hinders nobody who does not use it."""

import math
import re

import pytest

from tests.grid.town import imported
from yekuo.grid.atlas import Atlas
from yekuo.grid.capacity import with_inflight
from yekuo.grid.evaluate import refused_by_ac
from yekuo.grid.model import Inflight, Limits
from yekuo.grid.promising import Ground


def ground() -> Ground:
    grid = imported().grid
    assert grid is not None
    return Ground(Atlas(grid))


def load(node: str, kw: float) -> Inflight:
    return Inflight(case="x", node=node, p_kw=kw, q_kvar=kw * math.tan(math.acos(0.95)))


def full(own: Ground, node: str, *, used: float = 0.99998) -> Inflight:
    """A load at a node that leaves next to nothing of its tightest margin, and breaks nothing."""
    low, high = 0.0, 50_000.0
    for _ in range(60):
        middle = (low + high) / 2
        fits = own.fit([load(node, middle)]).used <= used
        low, high = (middle, high) if fits else (low, middle)
    return load(node, low)


@pytest.mark.parametrize("node", ["M2", "N3", "L2"])
@pytest.mark.parametrize("used", [0.9996, 0.99998, 1.0])
def test_a_margin_used_up_elsewhere_hinders_only_who_uses_it(node: str, used: float) -> None:
    own = ground()
    taken = full(own, node, used=used)
    assert used - 0.0002 < own.fit([taken]).used <= used
    far = load("N1" if node == "M2" else "M1", 60.0)
    assert own.fit([far], beside=[taken]).fits
    assert not own.fit([load(node, 20.0)], beside=[taken]).fits
    whole = with_inflight(own.grid, [taken, far])
    assert refused_by_ac(whole, own.grid, Limits()) == ()


def test_nothing_drawn_fits_whatever_was_promised() -> None:
    own = ground()
    assert own.fit([], beside=[full(own, "M2")]).fits
    assert own.fit([]).fits


def test_small_promises_one_after_the_other_never_cross_a_limit() -> None:
    own = ground()
    taken: list[Inflight] = []
    while own.fit([load("M2", 300.0)], beside=taken).fits:
        taken.append(load("M2", 300.0))
        assert len(taken) < 100
    assert taken
    assert refused_by_ac(with_inflight(own.grid, taken), own.grid, Limits()) == ()
    over = with_inflight(own.grid, [*taken, load("M2", 300.0)])
    assert refused_by_ac(over, own.grid, Limits())


def test_a_figure_next_to_its_limit_is_told_with_more_digits() -> None:
    own = ground()
    taken = full(own, "M2", used=0.9999)
    words = own.fit([load("M2", 5.0)], beside=[taken]).words
    before, after, limit = (float(one) for one in re.findall(r"\d+\.\d+", words)[-3:])
    assert before != after != limit, words
    assert "0.93" in words or "%" in words
    far = own.fit([load("M2", 4000.0)]).words
    assert re.search(r"\d\.\d{3} → \d\.\d{3}（|\d% → \d+%（", far), far
