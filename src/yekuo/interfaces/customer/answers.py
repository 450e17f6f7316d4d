"""申请草稿: what was typed on each page so far, kept as typed, and what it amounts to."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from yekuo.interfaces.customer.apply_forms import Page, WhatPage, WherePage, WhoPage
from yekuo.records import tables
from yekuo.rules.facts import Business, CustomerKind, Facts, Importance
from yekuo.rules.materials import ApplicantSituation
from yekuo.rules.wishes import Wish, first_facts

STEPS = (("who", "谁用电"), ("where", "在哪用电"), ("what", "要用多少电"), ("papers", "资料"), ("check", "核对提交"))
FORM = "apply"
"""The name the draft is kept under; a customer fills in one application at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """申请草稿: `pages` holds raw text by page and field; `key` is the one key this application is ever filed under."""

    key: str
    pages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def page(self, name: str) -> dict[str, str]:
        """This function will give what was typed on a page."""
        return dict(self.pages.get(name, {}))

    def with_page(self, name: str, typed: Mapping[str, str]) -> "Answers":
        """This function will keep what was typed on a page."""
        return replace(self, pages={**self.pages, name: dict(typed)})

    def written(self) -> str:
        """This function will write the draft as text."""
        return json.dumps({"key": self.key, "pages": self.pages}, ensure_ascii=False)


def fresh() -> Answers:
    """This function will open an empty application."""
    return Answers(key=uuid.uuid4().hex)


def read(text: str) -> Answers:
    """This function will read a draft; one that cannot be read (an older version's) is opened anew."""
    try:
        kept = json.loads(text)
        pages = {
            str(name): {str(key): str(value) for key, value in page.items()} for name, page in kept["pages"].items()
        }
        return Answers(key=str(kept["key"]), pages=pages)
    except (ValueError, KeyError, TypeError, AttributeError):
        return fresh()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """已答: the checked answers of the first three pages, and the names of pages that still want something."""

    who: dict[str, Any]
    where: dict[str, Any]
    what: dict[str, Any]
    unfinished: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """This function will say whether the first three pages stand."""
        return not self.unfinished


def page_form(
    name: str,
    answers: Answers,
    *,
    on: date,
    units: tuple[tuple[int, str], ...],
    data: Mapping[str, Any] | None = None,
    initial: Mapping[str, Any] | None = None,
) -> Page:
    """This function will make the form of a page: bound to `data`, else showing what was kept over `initial`."""
    told = answers.page("who")
    filled: dict[str, Any] = {"initial": {**(initial or {}), **answers.page(name)}, "on": on}
    if name == "who":
        return WhoPage(data, **filled)
    if name == "where":
        return WherePage(data, units=units, **filled)
    return WhatPage(data, told=told, **filled)


def told(answers: Answers, *, on: date, units: tuple[tuple[int, str], ...]) -> Told:
    """This function will check the first three pages again, as one application."""
    cleaned: dict[str, dict[str, Any]] = {}
    unfinished = []
    for name, _ in STEPS[:3]:
        form = page_form(name, answers, on=on, units=units, data=answers.page(name))
        if not form.is_valid():
            unfinished.append(name)
        cleaned[name] = form.cleaned_data
    return Told(who=cleaned["who"], where=cleaned["where"], what=cleaned["what"], unfinished=tuple(unfinished))


def wish_of(said: Told) -> Wish:
    """This function will read the wish from complete answers."""
    what, who = said.what, said.who
    business = Business(what["business"])
    return Wish(
        business=business,
        kind=CustomerKind(who["kind"]),
        load_kw=what["load_kw"],
        existing=(what.get("existing") or Decimal(0)) if business is Business.INCREASE else Decimal(0),
        private_business=who["kind"] == "nonresident" and who.get("private_business") == "yes",
        high_voltage=what.get("high_voltage") == "yes",
        transformers_kva=what.get("transformers_kva") or None,
        sources=int(what.get("sources") or 1),
        importance=Importance(what.get("importance") or "ordinary"),
        special_load=what.get("special_load") == "yes",
    )


def facts_of(said: Told) -> Facts:
    """This function will turn complete answers into the facts the application declares."""
    return first_facts(wish_of(said), tables.schemes().transformer_sizes, table=tables.wishes())


def situation_of(said: Told) -> ApplicantSituation:
    """This function will say who hands in papers: an agent, a tenant."""
    return ApplicantSituation(agent=said.who["acting"] == "agent", tenant=said.where["ownership"] == "rent")
