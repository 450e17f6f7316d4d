"""流程定义: a process as immutable, versioned data, parsed from TOML; the version is the digest of the text."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yekuo.rules.facts import CustomerClass
from yekuo.rules.state import Party

STAY = "stay"

Value = bool | int | str | tuple[str, ...]
Conditions = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """流转规则: after the event `on` ('' in a choice), where the conditions hold, go to `to`."""

    to: str
    on: str = ""
    when: Conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """环节: whose turn it is, which clock runs, what may be done, what to do next and what the customer reads.

    Rework may return to a `returnable` stage; no jump may leave out a `milestone`.
    """

    key: str
    name: str
    link: str
    party: Party
    owner: str
    do: str
    say: str
    deeds: tuple[str, ...]
    next: tuple[Rule, ...]
    clock: str = ""
    utility_sum: bool = False
    group: bool = False
    returnable: bool = False
    milestone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """客户环节: one of the few steps the customer and the law speak of."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anytime:
    """随时可办: a deed tied to a condition instead of a stage."""

    deed: str
    when: Conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """流程定义: one published version of one process."""

    key: str
    name: str
    edition: str
    version: str
    source: str
    start: str
    serves: tuple[CustomerClass, ...]
    links: tuple[Link, ...]
    stages: Mapping[str, Stage]
    choices: Mapping[str, tuple[Rule, ...]]
    anytime: tuple[Anytime, ...]
    text: str

    @property
    def order(self) -> tuple[str, ...]:
        """This function will list the stage keys in the order of the process."""
        return tuple(self.stages)

    def stage(self, key: str) -> Stage:
        """This function will return the stage of that key; KeyError means a fault in the definition."""
        return self.stages[key]


def parse_definition(text: str) -> Definition:
    """This function will read a definition from its TOML text; raises KeyError, TypeError or ValueError when malformed."""
    raw = tomllib.loads(text)
    return Definition(
        key=raw["key"],
        name=raw["name"],
        edition=raw["edition"],
        version=hashlib.sha256(text.encode()).hexdigest()[:16],
        source=raw["source"],
        start=raw["start"],
        serves=tuple(CustomerClass(name) for name in raw["serves"]["customer_class"]),
        links=tuple(Link(**link) for link in raw["links"]),
        stages={key: _stage(key, body) for key, body in raw["stage"].items()},
        choices={key: tuple(_rule(rule) for rule in body["next"]) for key, body in raw.get("choice", {}).items()},
        anytime=tuple(Anytime(deed=a["deed"], when=_conditions(a.get("when", {}))) for a in raw.get("anytime", ())),
        text=text,
    )


def _stage(key: str, body: Mapping[str, Any]) -> Stage:
    fields = dict(body)
    fields["party"] = Party(body["party"])
    fields["deeds"] = tuple(body["deeds"])
    fields["next"] = tuple(_rule(rule) for rule in body["next"])
    return Stage(key=key, **fields)


def _rule(body: Mapping[str, Any]) -> Rule:
    return Rule(to=body["to"], on=body.get("on", ""), when=_conditions(body.get("when", {})))


def _conditions(body: Mapping[str, Any]) -> Conditions:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in body.items()}
