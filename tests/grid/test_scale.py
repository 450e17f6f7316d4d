"""评分刻度: ends and shares by table; an option beyond reach changes nobody's share of what it does not measure."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yekuo.grid.scale import REACH, scale, share

CRITERIA = ("cost", "days", "losses", "margin")
Values = dict[str, float]


def option(cost: float, days: float, losses: float = 5.0, margin: float = 0.5) -> Values:
    """Of a margin more is better: it counts below zero."""
    return {"cost": cost, "days": days, "losses": losses, "margin": -margin}


@pytest.mark.parametrize(
    ("costs", "ends"),
    [
        ((100, 180), (100, 180)),
        ((100, 180, 300), (100, 300)),
        ((100, 180, 10_000), (100, 300)),
        ((100, 110), (100, 125)),
        ((100,), (100, 125)),
        ((0, 50), (0, 50)),
    ],
)
def test_the_end_that_brings_nothing_is_at_most_three_times_the_best(
    costs: tuple[float, ...], ends: tuple[float, float]
) -> None:
    options = [option(one, 20) for one in costs]
    assert scale(options, reach=REACH)["cost"] == ends


@pytest.mark.parametrize(("value", "wanted"), [(100, 1.0), (200, 0.5), (300, 0.0), (8530, 0.0), (50, 1.0)], ids=str)
def test_a_share_is_between_nothing_and_all(value: float, wanted: float) -> None:
    assert share(value, (100, 300)) == wanted


def test_what_is_beyond_every_reach_measures_no_losses_and_no_margin() -> None:
    near = [option(100, 20, 4, 0.5), option(200, 20, 6, 0.4)]
    for far in (option(9000, 90, 0.1, 0.9), option(9000, 90, 90, 0.0)):
        ends = scale([*near, far], reach=REACH)
        assert ends["losses"] == (4, 6)
        assert ends["margin"] == pytest.approx((-0.5, -0.375))


def test_what_is_only_dear_or_only_slow_still_measures() -> None:
    ends = scale([option(100, 90, 4), option(900, 20, 8)], reach=REACH)
    assert ends["losses"] == (4, 8)


def test_without_reach_it_is_least_and_most_of_all() -> None:
    ends = scale([option(100, 20, 4), option(8530, 209, 90)], reach={})
    assert (ends["cost"], ends["days"], ends["losses"]) == ((100, 8530), (20, 209), (4, 90))


options = st.builds(option, st.floats(1e4, 1e7), st.floats(10, 400), st.floats(-20, 500), st.floats(0, 1))


@given(st.lists(options, min_size=1, max_size=12))
def test_shares_stay_within_0_and_1_and_in_order(found: list[Values]) -> None:
    ends = scale(found, reach=REACH)
    for key in CRITERIA:
        shares = [share(one[key], ends[key]) for one in sorted(found, key=lambda one: one[key])]
        assert all(0.0 <= one <= 1.0 for one in shares)
        assert all(before >= after for before, after in pairwise(shares))
        assert shares[0] == 1.0


@given(st.lists(options, min_size=1, max_size=8), options)
def test_once_the_scale_is_at_its_reach_an_absurd_option_changes_nothing(found: list[Values], absurd: Values) -> None:
    least = {key: min(one[key] for one in found) for key in REACH}
    found = [*found, option(3 * least["cost"], 3 * least["days"])]
    far = {**absurd, "cost": 100 * least["cost"], "days": 100 * least["days"]}
    assert scale([*found, far], reach=REACH) == scale(found, reach=REACH)
