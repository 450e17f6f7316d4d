"""附近供电: areas of the public page: named as people name them, rounded down, and never said so that somebody stays away."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yekuo.rules.nearby import (
    Area,
    Supply,
    areas,
    fits,
    guidance_words,
    nearest,
    night_words,
    public_words,
    rounded_down,
    stem,
)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("金桂苑6号公变", "金桂苑"),
        ("翠竹苑公变", "翠竹苑"),
        ("沿江工业园一路2号公变", "沿江工业园一路"),
        ("和平路#3台区", "和平路"),
        ("学院路变压器", "学院路"),
        ("东街 2 号配变", "东街"),
        ("D12", "D12"),
        ("3号变", "3号变"),
    ],
)
def test_a_supply_area_is_named_by_its_place(name: str, place: str) -> None:
    assert stem(name) == place


def supply(name: str, feeder: str, kw: float, binding: str = "transformer") -> Supply:
    return Supply(name=name, feeder=feeder, kw=kw, binding=binding)


def test_an_area_says_what_its_best_place_takes_and_what_binds_that() -> None:
    found = areas(
        [supply("和园1号公变", "甲线", 30, "line"), supply("和园2号公变", "甲线", 90), supply("和园公变", "乙线", 0)]
    )
    assert found == (
        Area(name="和园", feeder="乙线", many=1, kw=0, binding="transformer"),
        Area(name="和园", feeder="甲线", many=2, kw=90, binding="transformer"),
    )


@given(st.floats(0, 1e6))
def test_the_public_figure_is_never_more_than_the_real_one(kw: float) -> None:
    assert 0 <= rounded_down(kw) <= kw
    assert rounded_down(kw) >= kw / 2 - 10


def test_no_room_is_said_as_what_we_do() -> None:
    assert public_words("dt", 0) == public_words("dt", 9.9) == "由我们先建设"
    assert public_words("dt", 137) == "约 120 千瓦"
    assert public_words("dt", 3000) == "500 千瓦以上"
    assert public_words("feeder", math.inf) == "5,000 千瓦以上"
    assert public_words("feeder", 1999) == "约 1,500 千瓦"


def test_an_address_lies_in_the_area_with_the_longest_name_in_it() -> None:
    among = areas(
        [
            supply("江大道1号公变", "甲线", 900),
            supply("临江大道1号公变", "甲线", 10),
            supply("临江大道2号公变", "乙线", 20),
        ]
    )
    found = nearest("临江县 临江 大道 15 号", among)
    assert found is not None
    assert (found.name, found.feeder) == ("临江大道", "乙线")
    assert nearest("清溪村三组", among) is None


@pytest.mark.parametrize("verdict", [True, False, None])
def test_nobody_is_ever_told_that_it_cannot_be_done(verdict: bool | None) -> None:
    said = "".join(guidance_words(place="和园", fits=verdict, days=3, unit="个工作日"))
    assert "3 个工作日" in said
    assert not any(word in said for word in ("不能", "无法", "拒绝", "没有容量", "不足", "暂停"))


def test_what_covers_the_wish_fits() -> None:
    area = Area(name="和园", feeder="甲线", many=1, kw=30, binding="line")
    assert fits(area, 30)
    assert not fits(area, 30.1)


@pytest.mark.parametrize(
    ("kw", "night", "words"),
    [
        (95.0, 190.0, "只在夜里 0–8 时用（例如充电），约 180 千瓦"),
        (95.0, 97.0, ""),
        (95.0, None, ""),
        (800.0, 900.0, ""),
        (0.0, 60.0, "只在夜里 0–8 时用（例如充电），约 60 千瓦"),
    ],
)
def test_at_night_is_said_only_where_it_is_more(kw: float, night: float | None, words: str) -> None:
    one = Area(name="和园", feeder="甲线", many=1, kw=kw, binding="line", night_kw=night)
    assert night_words("dt", one) == words
