"""申请资料: what an application needs, the one complete list of what is missing, and what is owed after 容缺受理."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from yekuo.rules.facts import Facts
from yekuo.rules.when import When, when_of


class Due(StrEnum):
    """提供时点: by when a paper must be there, in the order of the process."""

    ACCEPTANCE = "acceptance"
    SURVEY = "survey"
    COMPLETION = "completion"
    ENERGISE = "energise"


DUE_NAMES = {
    Due.ACCEPTANCE: "受理时",
    Due.SURVEY: "现场勘查前",
    Due.COMPLETION: "竣工报验时",
    Due.ENERGISE: "送电前",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantSituation:
    """申请人情形: an agent acts for the applicant; the applicant rents the premises."""

    agent: bool = False
    tenant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """证件: one kind of document, `sharable` when the government's e-licence platform may hold it."""

    code: str
    name: str
    sharable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """资料要求: satisfied by any one of `any_of`; `promise_until` is the stage by which a promised one is owed.

    `promise_until` None means that it cannot be promised.
    """

    code: str
    name: str
    any_of: tuple[Paper, ...]
    due: Due = Due.ACCEPTANCE
    promise_until: Due | None = None
    source: str = ""
    confirmed: bool = False

    @property
    def may_promise(self) -> bool:
        """This function will say whether the paper may follow later on a written promise (容缺)."""
        return self.promise_until is not None

    @property
    def sharable(self) -> bool:
        """This function will say whether it may be fetched from the e-licence platform instead of being asked for."""
        return any(paper.sharable for paper in self.any_of)

    @property
    def codes(self) -> frozenset[str]:
        """This function will list the codes that satisfy it: its own and those of its papers."""
        return frozenset({self.code, *(paper.code for paper in self.any_of)})


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialRule:
    """资料规则: when a requirement is asked; agent and tenant None mean 'whoever applies'."""

    requirement: Requirement
    when: When
    agent: bool | None = None
    tenant: bool | None = None

    def matches(self, facts: Facts, applicant: ApplicantSituation) -> bool:
        """This function will say whether the requirement is asked in this case."""
        return (
            self.when.matches(facts)
            and (self.agent is None or self.agent is applicant.agent)
            and (self.tenant is None or self.tenant is applicant.tenant)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialTable:
    """资料清单: all papers by code and all rules."""

    papers: tuple[Paper, ...]
    rules: tuple[MaterialRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """缺件: one requirement not met, worded for the one-time notice."""

    code: str
    name: str
    wording: str
    may_promise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """容缺承诺: one paper the applicant promised, and the stage by which it is owed."""

    code: str
    name: str
    due: Due
    wording: str


def parse_materials(text: str) -> MaterialTable:
    """This function will read papers and rules from TOML; ValueError on an unknown paper or a repeated code."""
    data = tomllib.loads(text)
    papers = {code: Paper(code=code, **row) for code, row in data["papers"].items()}
    rules = tuple(_rule(row, papers) for row in data["requirement"])
    return MaterialTable(papers=tuple(papers.values()), rules=rules)


def _rule(row: dict[str, Any], papers: Mapping[str, Paper]) -> MaterialRule:
    fields = dict(row)
    codes = fields.pop("any_of")
    if not codes or not set(codes) <= set(papers):
        raise ValueError(f"资料清单：{fields['code']} 没有可选证件，或用了未登记的证件")
    promise = fields.pop("promise_until", None)
    due = Due(fields.pop("due", Due.ACCEPTANCE))
    rule = {key: fields.pop(key, None) for key in ("agent", "tenant")}
    when = when_of(fields.pop("when", {}))
    requirement = Requirement(
        any_of=tuple(papers[code] for code in codes),
        due=due,
        promise_until=None if promise is None else Due(promise),
        **fields,
    )
    return MaterialRule(requirement=requirement, when=when, **rule)


def needed(facts: Facts, applicant: ApplicantSituation, *, table: MaterialTable) -> tuple[Requirement, ...]:
    """This function will list all the case needs from first to last, each code once (the first row that matches)."""
    found: dict[str, Requirement] = {}
    for rule in table.rules:
        if rule.matches(facts, applicant):
            found.setdefault(rule.requirement.code, rule.requirement)
    return tuple(sorted(found.values(), key=lambda one: list(Due).index(one.due)))


def missing(
    wanted: Iterable[Requirement], handed_in: Iterable[str], *, by: Due = Due.ACCEPTANCE
) -> tuple[Missing, ...]:
    """This function will list everything due at or before `by` that is not there, in one go.

    `handed_in` holds codes of requirements or of papers, from the customer or fetched from the e-licence platform.
    """
    given = set(handed_in)
    order = list(Due)
    return tuple(
        Missing(code=one.code, name=one.name, wording=_wording(one), may_promise=one.may_promise)
        for one in wanted
        if order.index(one.due) <= order.index(by) and not given & one.codes
    )


def acceptable(wanted: Iterable[Requirement], handed_in: Iterable[str]) -> bool:
    """This function will say whether the application can be accepted now, on promise if need be."""
    return all(one.may_promise for one in missing(wanted, handed_in))


def promised(wanted: Iterable[Requirement], handed_in: Iterable[str]) -> tuple[Owed, ...]:
    """This function will list what the applicant owes when accepted now, and by which stage."""
    given = set(handed_in)
    return tuple(
        Owed(
            code=one.code,
            name=one.name,
            due=one.promise_until,
            wording=f"{one.name}：容缺受理，承诺{DUE_NAMES[one.promise_until]}提供",
        )
        for one in wanted
        if one.due is Due.ACCEPTANCE and one.promise_until is not None and not given & one.codes
    )


def overdue(
    owed: Iterable[Owed], handed_in: Iterable[str], wanted: Iterable[Requirement], *, at: Due
) -> tuple[Owed, ...]:
    """This function will list the promised papers still not there when the case reaches the stage `at`."""
    given = set(handed_in)
    codes = {one.code: one.codes for one in wanted}
    order = list(Due)
    return tuple(
        one
        for one in owed
        if order.index(one.due) <= order.index(at) and not given & codes.get(one.code, frozenset({one.code}))
    )


def _wording(one: Requirement) -> str:
    names = "、".join(paper.name for paper in one.any_of)
    choice = f"，以下任选其一：{names}" if len(one.any_of) > 1 else "" if names == one.name else f"：{names}"
    later = f"（可容缺，承诺{DUE_NAMES[one.promise_until]}补齐）" if one.promise_until else ""
    return f"{one.name}{choice}{later}"
