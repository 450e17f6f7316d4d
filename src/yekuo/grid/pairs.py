"""双电源: pairs of candidates that are independent enough for the customer's grade, each able to carry the firm load alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from yekuo.grid.costing import Cost
from yekuo.grid.evaluate import Verdict
from yekuo.rules.facts import Importance
from yekuo.rules.scheme import SchemeTable

MOST_PAIRS = 10
BEST_OF_EACH = 6


class Independence(StrEnum):
    """独立程度: 不同变电站(双电源), 同站不同母线(双回路), 同一母线不同线路(双回路), 同一线路."""

    SUBSTATIONS = "substations"
    BUSES = "buses"
    FEEDERS = "feeders"
    NONE = "none"


INDEPENDENCE_NAMES = {
    Independence.SUBSTATIONS: "双电源（来自不同变电站）",
    Independence.BUSES: "双回路（同一变电站不同母线）",
    Independence.FEEDERS: "双回路（同一母线不同线路）",
    Independence.NONE: "同一条线路，不是双回路",
}
ORDER = (Independence.SUBSTATIONS, Independence.BUSES, Independence.FEEDERS, Independence.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """电源组合: main and standby; yuan of works and days of both; `reasons` why it is not enough, () when it is."""

    main: Verdict
    standby: Verdict
    independence: Independence
    works: float
    days: float
    feasible: bool
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        """How independent the two are, in words."""
        return INDEPENDENCE_NAMES[self.independence]


def independence(one: Verdict, other: Verdict) -> Independence:
    """This function will say how far two supplies are independent of each other; what is not known counts as shared."""
    a, b = one.candidate, other.candidate
    if a.substation and b.substation and a.substation != b.substation:
        return Independence.SUBSTATIONS
    if a.busbar and b.busbar and a.busbar != b.busbar:
        return Independence.BUSES
    line_a, line_b = a.feeder or a.id, b.feeder or b.id
    return Independence.FEEDERS if line_a != line_b else Independence.NONE


def dual_pairs(
    verdicts: Sequence[Verdict],
    grade: Importance,
    *,
    table: SchemeTable,
    costs: Mapping[str, Cost],
    most: int = MOST_PAIRS,
) -> tuple[Pair, ...]:
    """This function will pair candidates for a grade, sufficient pairs first and the cheapest first; insufficient ones say why.

    Every verdict was made with the whole firm load on that candidate alone, so each source carries it when the other is out.
    """
    able = [one for one in verdicts if one.feasible]
    works = {one.candidate.id: costs[one.candidate.id].works for one in able}
    chosen: list[Verdict] = []
    for key in dict.fromkeys((one.candidate.substation, one.candidate.busbar, one.candidate.feeder) for one in able):
        mine = [one for one in able if (one.candidate.substation, one.candidate.busbar, one.candidate.feeder) == key]
        chosen += sorted(mine, key=lambda one: works[one.candidate.id])[:BEST_OF_EACH]
    found = [_pair(one, other, grade, table, costs, works) for one, other in combinations(chosen, 2)]
    found.sort(key=lambda one: (not one.feasible, ORDER.index(one.independence), one.works, one.main.candidate.id))
    return tuple(found[:most])


def _pair(
    one: Verdict,
    other: Verdict,
    grade: Importance,
    table: SchemeTable,
    costs: Mapping[str, Cost],
    works: Mapping[str, float],
) -> Pair:
    main, standby = sorted((one, other), key=lambda each: (each.used, each.candidate.length_m))
    level = independence(one, other)
    reasons = tuple(_short(level, grade, table))
    return Pair(
        main=main,
        standby=standby,
        independence=level,
        works=round(sum(works[each.candidate.id] for each in (one, other)), 2),
        days=max(costs[each.candidate.id].days for each in (one, other)),
        feasible=not reasons,
        reasons=reasons,
    )


def _short(level: Independence, grade: Importance, table: SchemeTable) -> list[str]:
    rule = table.grades.get(grade)
    if level is Independence.NONE:
        return ["两个接入点在同一条线路上，一处故障两路同停"]
    if rule is None:
        return []
    if rule.different_substations and level is not Independence.SUBSTATIONS:
        return ["该等级要求两路来自不同变电站；同一变电站的两路只是双回路"]
    if rule.different_buses and level is Independence.FEEDERS:
        return ["该等级要求接在不同母线上"]
    return []
