"""对比说明: why the first option beat the second, criterion by criterion down to the sum, in figures and in one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yekuo.grid.scale import scale

Plain = Mapping[str, Any]
CRITERIA = ("cost", "margin", "days", "losses")
MORE_IS_BETTER = "margin"
NAMES = {"cost": "造价", "margin": "裕度", "days": "工期", "losses": "损耗"}
TOLD = 0.05
WORDS = {
    "cost": ("造价少 {}", "造价多 {}"),
    "margin": ("裕度高 {}", "裕度低 {}"),
    "days": ("工期短 {}", "工期长 {}"),
    "losses": ("损耗低 {}", "损耗高 {}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """一项对比: what the criterion can bring, the values that bring all and nothing, and value and points of both."""

    criterion: str
    name: str
    most: float
    full: str
    nothing: str
    mine: str
    theirs: str
    points: float
    their_points: float

    @property
    def gain(self) -> float:
        """What the first has more than the second, in points."""
        return round(self.points - self.their_points, 1)

    @property
    def tone(self) -> str:
        """Who has more."""
        return "ok" if self.gain >= TOLD else "bad" if self.gain <= -TOLD else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """第一与第二: titles, criteria, sums, and the sentence."""

    first: str
    second: str
    place: int
    bouts: tuple[Bout, ...]
    score: float
    their_score: float
    sentence: str

    @property
    def gain(self) -> float:
        """What the first has more in all."""
        return round(self.score - self.their_score, 1)


def value(key: str, number: float) -> str:
    """This function will write a criterion's value with its unit."""
    if key == "cost":
        return f"{number / 10_000:,.1f} 万元"
    return f"{number:.0%}" if key == "margin" else f"{number:.0f} 天" if key == "days" else f"{number:.1f} 千瓦"


def reach_words(reach: Mapping[str, float]) -> str:
    """This function will say of which criterion how many times the best brings nothing; "" for none, as studies once were."""
    return "、".join(f"{NAMES[key]}到最好值的 {reach[key]:g} 倍" for key in CRITERIA if key in reach)


def duel_of(
    result: Plain, titles: Mapping[str, str], *, other: str = "", reach: Mapping[str, float] | None = None
) -> Duel | None:
    """This function will set the first option against the second (or the option named); None without two feasible ones.

    `reach` is the one the study was ranked with.
    """
    able = [one for one in result["options"] if one["place"]]
    if len(able) < 2:
        return None
    second = next((one for one in able[1:] if one["id"] == other), able[1])
    bouts = _bouts(able, able[0], second, reach or {})
    return Duel(
        first=titles[able[0]["id"]], second=titles[second["id"]], place=second["place"], bouts=bouts,
        score=able[0]["score"], their_score=second["score"], sentence=_sentence(bouts, able[0], second),
    )  # fmt: skip


def _bouts(able: Sequence[Plain], first: Plain, second: Plain, reach: Mapping[str, float]) -> tuple[Bout, ...]:
    signs = {key: -1 if key == MORE_IS_BETTER else 1 for key in CRITERIA}
    ends = scale([{key: signs[key] * _part(one, key)["value"] for key in CRITERIA} for one in able], reach=reach)
    found = []
    for key in CRITERIA:
        mine, theirs, (full, nothing) = _part(first, key), _part(second, key), ends[key]
        found.append(
            Bout(
                criterion=key, name=mine["name"], most=round(100 * mine["weight"], 1), full=value(key, signs[key] * full),
                nothing=value(key, signs[key] * nothing), mine=value(key, mine["value"]), theirs=value(key, theirs["value"]),
                points=mine["points"], their_points=theirs["points"],
            )
        )  # fmt: skip
    return tuple(found)


def _part(one: Plain, key: str) -> Plain:
    found: Plain = next(each for each in one["parts"] if each["criterion"] == key)
    return found


def _sentence(bouts: Sequence[Bout], first: Plain, second: Plain) -> str:
    """What it wins by, what it loses by, and the sum."""
    told = {one.criterion: _difference(one.criterion, first, second) for one in bouts}
    won = [one for one in sorted(bouts, key=lambda one: -one.gain) if one.gain >= TOLD]
    lost = [one for one in sorted(bouts, key=lambda one: one.gain) if one.gain <= -TOLD]
    said = f"方案 1 优于方案 {second['place']}，因为" + "，".join(
        f"{told[one.criterion]}（多得 {one.gain:.1f} 分）" for one in won
    )
    if not won:
        said = f"方案 1 与方案 {second['place']} 各项得分相当，造价低的在前"
    if lost:
        said += "；但" + "，".join(f"{told[one.criterion]}（少得 {-one.gain:.1f} 分）" for one in lost)
    return f"{said}。合计 {first['score']:.1f} 分对 {second['score']:.1f} 分。"


def _difference(key: str, first: Plain, second: Plain) -> str:
    mine, theirs = _part(first, key)["value"], _part(second, key)["value"]
    better = mine > theirs if key == MORE_IS_BETTER else mine < theirs
    gap = abs(mine - theirs)
    amount = f"{gap * 100:.1f} 个百分点" if key == "margin" else value(key, gap)
    return WORDS[key][0 if better else 1].format(amount)
