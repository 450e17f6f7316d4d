"""方案排序: which options no other beats in everything, a score that explains itself, and the infeasible ones with their reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yekuo.grid.costing import Cost
from yekuo.grid.evaluate import Verdict
from yekuo.grid.scale import REACH, scale, share

WEIGHTS = {"cost": 0.4, "days": 0.2, "losses": 0.15, "margin": 0.25}
LEAST_TOLD = 0.3
NAMES = {"cost": "造价", "days": "工期", "losses": "损耗", "margin": "裕度"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """得分项: the value itself, its share (1 for the best down to 0, see scale.py), its weight and what it brings."""

    criterion: str
    value: float
    share: float
    weight: float

    @property
    def points(self) -> float:
        """What this criterion brings to the score."""
        return round(100 * self.share * self.weight, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """备选方案: place 1.. among the feasible ones, 0 when infeasible; `beaten_by` an option better in everything."""

    place: int
    verdict: Verdict
    cost: Cost
    score: float
    parts: tuple[Part, ...]
    pareto: bool
    beaten_by: str
    explanation: str


def rank(
    verdicts: Sequence[Verdict],
    costs: Mapping[str, Cost],
    *,
    weights: Mapping[str, float] | None = None,
    reach: Mapping[str, float] = REACH,
) -> tuple[Option, ...]:
    """This function will order all options: feasible ones by score, infeasible ones behind with their reason; none is left out.

    `reach` says of which criterion how many times the best brings nothing any more (scale.py);
    one without weight puts nothing out of reach.
    """
    used = _normed(weights or WEIGHTS)
    able = [one for one in verdicts if one.feasible]
    values = {one.candidate.id: _values(one, costs[one.candidate.id]) for one in able}
    felt = {key: times for key, times in reach.items() if used[key]}
    ends = scale(list(values.values()), reach=felt) if values else {}
    scored = sorted(
        ((one, _parts(values[one.candidate.id], ends, used)) for one in able),
        key=lambda each: (
            -sum(part.points for part in each[1]),
            costs[each[0].candidate.id].works,
            each[0].candidate.id,
        ),
    )
    listed = []
    for place, (one, parts) in enumerate(scored, 1):
        beaten = _beaten_by(one.candidate.id, values)
        listed.append(
            Option(
                place=place,
                verdict=one,
                cost=costs[one.candidate.id],
                score=round(sum(part.points for part in parts), 1),
                parts=parts,
                pareto=not beaten,
                beaten_by=beaten,
                explanation=_against(parts, scored[1 if place == 1 else 0][1], first=place == 1)
                if len(scored) > 1
                else "唯一可行的方案",
            )
        )
    refused = sorted((one for one in verdicts if not one.feasible), key=lambda one: (one.used, one.candidate.length_m))
    return (*listed, *(_refused(one, costs[one.candidate.id]) for one in refused))


def _refused(one: Verdict, cost: Cost) -> Option:
    return Option(
        place=0,
        verdict=one,
        cost=cost,
        score=0.0,
        parts=(),
        pareto=False,
        beaten_by="",
        explanation="；".join(one.reasons),
    )


def _normed(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.get(key, 0.0) for key in WEIGHTS)
    if total <= 0 or any(value < 0 for value in weights.values()):
        raise ValueError("权重不能为负，且至少一项大于零")
    return {key: weights.get(key, 0.0) / total for key in WEIGHTS}


def _values(one: Verdict, cost: Cost) -> dict[str, float]:
    return {"cost": cost.works + cost.fees_total, "days": cost.days, "losses": one.losses_kw, "margin": -one.margin}


def _parts(
    mine: Mapping[str, float], ends: Mapping[str, tuple[float, float]], weights: Mapping[str, float]
) -> tuple[Part, ...]:
    return tuple(
        Part(
            criterion=key,
            value=-mine[key] if key == "margin" else mine[key],
            share=share(mine[key], ends[key]),
            weight=weight,
        )
        for key, weight in weights.items()
    )


def _beaten_by(name: str, values: Mapping[str, Mapping[str, float]]) -> str:
    """The id of an option at least as good in everything and better in something, "" for none."""
    mine = values[name]
    for other, theirs in values.items():
        if (
            other != name
            and all(theirs[key] <= mine[key] + 1e-9 for key in mine)
            and any(theirs[key] < mine[key] - 1e-9 for key in mine)
        ):
            return other
    return ""


def _against(parts: Sequence[Part], others: Sequence[Part], *, first: bool) -> str:
    """Where points are won and lost against the other, in words."""
    gains = sorted(
        ((mine.points - theirs.points, mine, theirs) for mine, theirs in zip(parts, others, strict=True)),
        key=lambda each: -abs(each[0]),
    )
    told = [
        f"{NAMES[mine.criterion]}{_shown(mine)}对{_shown(theirs)}（{gain:+.1f} 分）"
        for gain, mine, theirs in gains
        if abs(gain) >= LEAST_TOLD
    ]
    whom = "比第 2 名" if first else "比第 1 名"
    return f"{whom}：" + ("，".join(told) if told else "各项相当")


def _shown(part: Part) -> str:
    units = {
        "cost": f"{part.value / 10_000:.1f} 万元",
        "days": f"{part.value:.0f} 天",
        "losses": f"{part.value:.1f} 千瓦",
        "margin": f"{part.value:.0%}",
    }
    return f" {units[part.criterion]} "
