"""方案会审: who must give an opinion on a scheme and by when, and whether design review and mid-inspection are due.

What the opinions add up to is read from the case itself; silence is never consent (RULEBASE 8.12).
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from yekuo.rules.facts import Facts
from yekuo.rules.powers import Role
from yekuo.rules.when import When, in_force, when_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """会审成员: a role asked for its opinion within `days` working days."""

    role: Role
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPlan:
    """会审安排: `record_only` means the members are only informed (备案) and nothing is waited for."""

    rule: str
    record_only: bool
    members: tuple[Member, ...]
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRule:
    """会审规则: one row of the table; every row that matches adds its members."""

    when: When
    plan: ReviewPlan


class Step(StrEnum):
    """按规则才有的环节: 设计文件审核, 中间检查."""

    DESIGN_REVIEW = "design_review"
    MID_INSPECTION = "mid_inspection"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """环节规则: from `since` and until before `until` these cases must pass the step."""

    step: Step
    name: str
    when: When
    since: date | None
    until: date | None
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTable:
    """会审与审查规则: both tables."""

    reviews: tuple[ReviewRule, ...]
    steps: tuple[StepRule, ...]


def parse_reviews(text: str) -> ReviewTable:
    """This function will read both tables from TOML; ValueError when a waiting row has no members."""
    data = tomllib.loads(text)
    reviews = tuple(_review_rule(row) for row in data["review"])
    for rule in reviews:
        if not rule.plan.members:
            raise ValueError(f"会审规则“{rule.plan.rule}”没有成员")
    return ReviewTable(reviews=reviews, steps=tuple(_step_rule(row) for row in data["step"]))


def _review_rule(row: dict[str, Any]) -> ReviewRule:
    fields = dict(row)
    when = when_of(fields.pop("when", {}))
    members = tuple(Member(role=Role(one["role"]), days=int(one["days"])) for one in fields.pop("members"))
    return ReviewRule(when=when, plan=ReviewPlan(members=members, **fields))


def _step_rule(row: dict[str, Any]) -> StepRule:
    fields = dict(row)
    return StepRule(
        step=Step(fields.pop("step")),
        when=when_of(fields.pop("when", {})),
        since=fields.pop("since", None),
        until=fields.pop("until", None),
        **fields,
    )


def plan(facts: Facts, *, table: ReviewTable) -> ReviewPlan | None:
    """This function will say who reviews a scheme for these facts; None where no other department has a part.

    Rows that ask for opinions win over rows that only inform; members of all matching rows are joined, the
    shortest time of a role holding.
    """
    matching = [rule.plan for rule in table.reviews if rule.when.matches(facts)]
    asked = [one for one in matching if not one.record_only]
    chosen = asked or matching
    if not chosen:
        return None
    days: dict[Role, int] = {}
    for one in chosen:
        for member in one.members:
            days[member.role] = min(member.days, days.get(member.role, member.days))
    return ReviewPlan(
        rule="；".join(one.rule for one in chosen),
        record_only=not asked,
        members=tuple(Member(role=role, days=count) for role, count in days.items()),
        source="；".join(dict.fromkeys(one.source for one in chosen)),
        confirmed=all(one.confirmed for one in chosen),
    )


def required_by(step: Step, facts: Facts, on: date, *, table: ReviewTable) -> tuple[StepRule, ...]:
    """This function will list the rules that make the step compulsory for this case on that day."""
    return tuple(
        rule
        for rule in table.steps
        if rule.step is step and in_force(on, rule.since, rule.until) and rule.when.matches(facts)
    )


def needs_design_review(facts: Facts, on: date, *, table: ReviewTable) -> bool:
    """This function will say whether the drawings must be reviewed; otherwise the customer may still ask (设计咨询)."""
    return bool(required_by(Step.DESIGN_REVIEW, facts, on, table=table))


def needs_mid_inspection(facts: Facts, on: date, *, table: ReviewTable) -> bool:
    """This function will say whether the works must be inspected midway; otherwise the customer may still ask."""
    return bool(required_by(Step.MID_INSPECTION, facts, on, table=table))
