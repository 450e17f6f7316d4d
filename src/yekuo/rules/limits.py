"""时限库: the dated, ranked, scoped and sourced limits, which of them match a case, and which of those bind."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yekuo.rules.calendar import Unit
from yekuo.rules.facts import CustomerClass, Facts, Place
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.timeline import Cause

_SCOPE_NAMES = {"national": "全国", "company": "企业", "province": "省级", "city": "市级"}
_RANK_NAMES = {"law": "法规", "policy": "政策", "promise": "承诺", "internal": "内部"}
_CLOCK_NAMES = {
    "pre_acceptance": "受理前",
    "stage": "环节",
    "utility_sum": "合计办理",
    "end_to_end": "全过程",
    "permit": "政府审批",
}


class Scope(StrEnum):
    """适用范围: how far a limit reaches."""

    NATIONAL = "national"
    COMPANY = "company"
    PROVINCE = "province"
    CITY = "city"

    @property
    def label(self) -> str:
        """This function will give the Chinese word."""
        return _SCOPE_NAMES[self]


class Rank(StrEnum):
    """效力: 法规, 政策 and 承诺 can bind; 内部 only warns."""

    LAW = "law"
    POLICY = "policy"
    PROMISE = "promise"
    INTERNAL = "internal"

    @property
    def label(self) -> str:
        """This function will give the Chinese word."""
        return _RANK_NAMES[self]


class ClockKind(StrEnum):
    """时钟种类: five clocks that are never mixed."""

    PRE_ACCEPTANCE = "pre_acceptance"
    STAGE = "stage"
    UTILITY_SUM = "utility_sum"
    END_TO_END = "end_to_end"
    PERMIT = "permit"

    @property
    def label(self) -> str:
        """This function will give the Chinese word."""
        return _CLOCK_NAMES[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """时限: one sentence of one paper; voltages in volts, capacity in kVA (kW for low voltage), `until` exclusive."""

    id: str
    document: str
    rank: Rank
    scope: Scope
    clock: ClockKind
    days: int
    classes: tuple[CustomerClass, ...]
    stage: str = ""
    unit: Unit = Unit.WD
    where: str = ""
    clause: str = ""
    source: str = ""
    starts: str = ""
    stops: str = ""
    condition: str = ""
    external_works: bool | None = None
    min_voltage: int | None = None
    max_voltage: int | None = None
    max_capacity: Decimal | None = None
    since: date | None = None
    until: date | None = None
    confirmed: bool = False
    note: str = ""

    @property
    def binds(self) -> bool:
        """This function will say whether the limit binds: confirmed, dated, and of rank law, policy or promise."""
        return not self.why_not

    @property
    def why_not(self) -> str:
        """This function will say in Chinese why the limit does not bind; '' when it does."""
        if self.rank is Rank.INTERNAL:
            return "内部规定，只用于预警"
        return self.doubt

    @property
    def doubt(self) -> str:
        """This function will say in Chinese what keeps the limit from being relied on at all; '' when nothing does."""
        if not self.confirmed:
            return "待本地确认"
        return "" if self.since is not None else "没有施行日期"

    @property
    def title(self) -> str:
        """This function will name the paper and clause."""
        return f"{self.document}{self.clause}"

    def in_force(self, on: date) -> bool:
        """This function will say whether the dates allow the limit on that day; undated limits are always shown."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)

    def reaches(self, place: Place) -> bool:
        """This function will say whether the place lies in the limit's scope."""
        return reaches(self.scope, self.where, place)

    def covers(self, facts: Facts) -> bool:
        """This function will say whether the facts meet the conditions; a fact not known yet meets either variant."""
        return (
            facts.customer_class in self.classes
            and (self.external_works is None or facts.external_works in (None, self.external_works))
            and (self.min_voltage is None or facts.voltage >= self.min_voltage)
            and (self.max_voltage is None or facts.voltage <= self.max_voltage)
            and (self.max_capacity is None or facts.capacity_kva <= self.max_capacity)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRule:
    """停钟规定: an approved pause of these causes stops these clocks; counts only when confirmed and dated."""

    causes: tuple[Cause, ...]
    clocks: tuple[ClockKind, ...]
    scope: Scope = Scope.NATIONAL
    where: str = ""
    document: str = ""
    since: date | None = None
    until: date | None = None
    confirmed: bool = False
    note: str = ""

    def applies(self, place: Place, on: date) -> bool:
        """This function will say whether the rule is confirmed, in force on that day and of that place."""
        dated = self.since is not None and self.since <= on and (self.until is None or on < self.until)
        return self.confirmed and dated and reaches(self.scope, self.where, place)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningSteps:
    """预警档位: yellow at min(yellow_most, days // yellow_part) days left, red at red_left or on the due day."""

    yellow_most: int = 3
    yellow_part: int = 2
    red_left: int = 1
    red_from_days: int = 3

    def yellow(self, days: int) -> int:
        """This function will give the days left at which a clock of so many days turns yellow."""
        return min(self.yellow_most, days // self.yellow_part)

    def red(self, days: int) -> int:
        """This function will give the days left at which a clock of so many days turns red."""
        return min(self.red_left, days - 1) if days >= self.red_from_days else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitBook:
    """时限库: all limits, stop rules and warning steps, named by the digest of their content; amended by copies."""

    limits: tuple[Limit, ...]
    stop_rules: tuple[StopRule, ...] = ()
    warning: WarningSteps = WarningSteps()
    stage_names: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    version: str = field(init=False, compare=False)
    _index: Mapping[tuple[ClockKind, str], tuple[Limit, ...]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """This function will sort the limits, refuse wrong ones and name the version."""
        wrong = tuple(problem for limit in self.limits for problem in problems_of(limit))
        wrong += tuple(Problem("id", f"时限 {id_} 重复") for id_ in _doubled(self.limits))
        if wrong:
            raise Refused(f"时限库有误：{wrong[0].message}", problems=wrong, code="bad_limits")
        index: dict[tuple[ClockKind, str], list[Limit]] = {}
        object.__setattr__(self, "limits", tuple(sorted(self.limits, key=lambda one: one.id)))
        for limit in self.limits:
            index.setdefault((limit.clock, limit.stage), []).append(limit)
        object.__setattr__(self, "_index", {key: tuple(found) for key, found in index.items()})
        content = repr((self.limits, self.stop_rules, self.warning))
        object.__setattr__(self, "version", hashlib.sha256(content.encode()).hexdigest()[:12])

    def matching(self, place: Place, facts: Facts, clock: ClockKind, stage: str, on: date) -> tuple[Limit, ...]:
        """This function will give every limit of that clock and stage for the case on that day, binding or not."""
        kind = facts.customer_class
        return tuple(
            limit
            for limit in self._index.get((clock, stage), ())
            if kind in limit.classes and limit.in_force(on) and limit.reaches(place) and limit.covers(facts)
        )

    def stopping(self, clock: ClockKind, place: Place, on: date) -> frozenset[Cause]:
        """This function will give the causes whose approved pauses stop that clock there on that day."""
        rules = (rule for rule in self.stop_rules if clock in rule.clocks and rule.applies(place, on))
        return frozenset(cause for rule in rules for cause in rule.causes)

    def limit(self, id_: str) -> Limit:
        """This function will give the limit of that id; raises Refused when there is none."""
        for limit in self.limits:
            if limit.id == id_:
                return limit
        raise Refused(f"没有编号为 {id_} 的时限", code="no_limit")

    def source(self, limit: Limit) -> str:
        """This function will give where the limit was read; '' when from memory or our own."""
        return dict(self.sources).get(limit.source, "")

    def stage_name(self, stage: str) -> str:
        """This function will give the Chinese name of a stage; the key itself when unknown."""
        return dict(self.stage_names).get(stage, stage)

    def with_limit(self, limit: Limit) -> "LimitBook":
        """This function will add a limit or replace the one of the same id; raises Refused when it is wrong."""
        return replace(self, limits=(*(old for old in self.limits if old.id != limit.id), limit))

    def without(self, id_: str) -> "LimitBook":
        """This function will leave one limit out; raises Refused when there is none of that id."""
        gone = self.limit(id_)
        return replace(self, limits=tuple(old for old in self.limits if old is not gone))

    def with_stop_rule(self, rule: StopRule) -> "LimitBook":
        """This function will add a stop rule, in place of one for the same causes, clocks and place."""
        key = (rule.causes, rule.clocks, rule.scope, rule.where)
        others = tuple(old for old in self.stop_rules if (old.causes, old.clocks, old.scope, old.where) != key)
        return replace(self, stop_rules=(*others, rule))

    def confirmed(self, id_: str, *, since: date | None = None) -> "LimitBook":
        """This function will confirm a limit, dating it when it had no first day; raises Refused without one."""
        limit = self.limit(id_)
        first = since or limit.since
        if first is None:
            message = "没有施行日期的时限不能确认，请先填写施行日期"
            raise Refused(message, problems=(Problem("since", message),), code="undated_limit")
        return self.with_limit(replace(limit, confirmed=True, since=first))


def reaches(scope: Scope, where: str, place: Place) -> bool:
    """This function will say whether a scope holds in a place.

    A company's limits hold in its parts ('CSG' in 'CSG-贵州'); a municipality is city and province at once.
    """
    if scope is Scope.NATIONAL:
        return True
    if scope is Scope.COMPANY:
        return place.company == where or place.company.startswith(f"{where}-")
    if scope is Scope.PROVINCE:
        return place.province == where
    return where in (place.city, place.province)


def problems_of(limit: Limit) -> tuple[Problem, ...]:
    """This function will list what is wrong with a limit by itself."""
    low, high = limit.min_voltage, limit.max_voltage
    checks = (
        (not limit.id, "id", "缺编号"),
        (limit.days < 1, "days", "天数必须是正整数"),
        (not limit.classes, "classes", "没有适用的客户类别"),
        (
            (limit.scope is Scope.NATIONAL) == bool(limit.where),
            "where",
            "全国时限不写地名，其他时限必须写明适用的企业或地方",
        ),
        (_reversed(limit.since, limit.until), "until", "失效日期必须晚于施行日期"),
        (low is not None and high is not None and low > high, "max_voltage", "电压上限低于下限"),
        (_staged(limit.clock) != bool(limit.stage), "stage", "环节时钟必须写明环节，其他时钟不写"),
    )
    return tuple(Problem(name, f"时限 {limit.id}：{message}") for wrong, name, message in checks if wrong)


def _reversed(since: date | None, until: date | None) -> bool:
    return since is not None and until is not None and until <= since


def _staged(clock: ClockKind) -> bool:
    return clock in (ClockKind.STAGE, ClockKind.PRE_ACCEPTANCE)


def _doubled(limits: tuple[Limit, ...]) -> list[str]:
    seen: set[str] = set()
    return [limit.id for limit in limits if limit.id in seen or seen.add(limit.id)]  # type: ignore[func-returns-value]
