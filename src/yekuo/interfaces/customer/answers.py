"""申请草稿: what was typed on each page so far, kept as typed, and what it amounts to."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from yekuo.interfaces.customer.apply_forms import ORGANISATION_TYPES, Page, WhatPage, WherePage, WhoPage
from yekuo.operations.application import Application
from yekuo.rules.facts import Business, CustomerKind, Importance

STEPS = (("who", "谁用电"), ("where", "在哪用电"), ("what", "要用多少电"), ("papers", "资料"), ("check", "核对提交"))
FORM = "apply"
"""The name the draft is kept under; a customer fills in one application at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """申请草稿: `pages` holds raw text by page and field, `files` the numbers of what was uploaded for it.

    `key` is the one key this application is ever filed under, `case` the one its beginning was recorded in (0: none yet).
    """

    key: str
    pages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: tuple[int, ...] = ()
    case: int = 0

    def page(self, name: str) -> dict[str, str]:
        """This function will give what was typed on a page."""
        return dict(self.pages.get(name, {}))

    def with_page(self, name: str, typed: Mapping[str, str]) -> "Answers":
        """This function will keep what was typed on a page."""
        return replace(self, pages={**self.pages, name: dict(typed)})

    def written(self) -> str:
        """This function will write the draft as text."""
        return json.dumps(
            {"key": self.key, "pages": self.pages, "files": self.files, "case": self.case}, ensure_ascii=False
        )


def fresh() -> Answers:
    """This function will open an empty application."""
    return Answers(key=uuid.uuid4().hex)


BEGINS = {
    "who": ("kind", "private_business", "acting"),
    "where": ("unit", "ownership"),
    "what": ("business", "use", "load_kw", "existing", "sources"),
}
"""Which answers given before the application begin which of its pages."""


def begun(kept: Answers, said: Mapping[str, str]) -> Answers:
    """This function will begin an application with what was already said elsewhere."""
    for page, names in BEGINS.items():
        typed = {name: str(said[name])[:200].replace("\x00", "") for name in names if said.get(name)}
        kept = kept.with_page(page, typed) if typed else kept
    return kept


def read(text: str) -> Answers:
    """This function will read a draft; one that cannot be read (an older version's) is opened anew."""
    try:
        kept = json.loads(text)
        pages = {
            str(name): {str(key): str(value) for key, value in page.items()} for name, page in kept["pages"].items()
        }
        files = tuple(int(one) for one in kept["files"])
        return Answers(key=str(kept["key"]), pages=pages, files=files, case=int(kept.get("case", 0)))
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


def application_of(said: Told, *, signs: bool = False) -> Application:
    """This function will make the application form from complete answers; `signs` says that the contract was ticked."""
    who, where, what = said.who, said.where, said.what
    agent = who["acting"] == "agent"
    more = what["business"] == "increase"
    resident = who["kind"] == "resident"
    organisation = who["id_type"] in ORGANISATION_TYPES
    return Application(
        business=Business(what["business"]),
        kind=CustomerKind(who["kind"]),
        name=who["name"],
        id_type=who["id_type"],
        id_number=who["id_number"],
        phone=who["phone"],
        contact=who["contact"] if organisation else "",
        private_business=who["kind"] == "nonresident" and who["private_business"] == "yes",
        agent_name=who["agent_name"] if agent else "",
        agent_number=who["agent_number"] if agent else "",
        agent_phone=who["agent_phone"] if agent else "",
        address=where["address"],
        tenant=where["ownership"] == "rent",
        account_number=what["account"] if more else "",
        existing=(what["existing"] or Decimal(0)) if more else Decimal(0),
        use=what["use"],
        load_kw=what["load_kw"],
        high_voltage=not resident and what["high_voltage"] == "yes",
        transformers_kva=None if resident else what["transformers_kva"],
        sources=1 if resident else int(what["sources"] or 1),
        importance=Importance(what["importance"] or "ordinary") if not resident else Importance.ORDINARY,
        special_load=not resident and what["special_load"] == "yes",
        generation_kw=what["generation_kw"],
        wanted_on=what["wanted_on"],
        remark=what["remark"],
        signs_standard_contract=signs,
    )
