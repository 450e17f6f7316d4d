"""规则表页: papers an application needs, fee items that are still allowed, and the checklists; read from the tables in force."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.admin.reader import Reader, staff_page
from yekuo.interfaces.look.names import INSPECTION_NAMES
from yekuo.rules.facts import Voltage
from yekuo.rules.materials import DUE_NAMES, MaterialRule
from yekuo.rules.when import in_force, voltage_name

SITUATIONS = {"agent": {True: "由他人代办", False: "本人办理"}, "tenant": {True: "承租人申请", False: "产权人申请"}}


@require_safe
@staff_page
def papers(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the papers by when they have to be there."""
    rules = reader.shelf.books.materials.rules
    groups = [
        (name, [(rule.requirement, _asked_when(rule), DUE_NAMES.get(rule.requirement.promise_until)) for rule in rules  # type: ignore[arg-type]
                if rule.requirement.due is due])
        for due, name in DUE_NAMES.items()
    ]  # fmt: skip
    return render(request, "rules/papers.html", {"groups": [group for group in groups if group[1]]})


def _asked_when(rule: MaterialRule) -> str:
    parts = [rule.when.words()]
    parts += [words[value] for name, words in SITUATIONS.items() if (value := getattr(rule, name)) is not None]
    return "，".join(part for part in parts if part) or "所有申请"


@require_safe
@staff_page
def fees(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the fee items, whether they may be charged today, and the rates."""
    table, today = reader.shelf.books.fees, reader.at.date()
    items = [(one, one.allowed and in_force(today, one.since, one.until)) for one in table.items]
    rates = [(one, _voltage(one.voltage_v), in_force(today, one.since, one.until)) for one in table.rates]
    return render(request, "rules/fees.html", {"items": items, "rates": rates})


def _voltage(volts: int) -> str:
    return voltage_name(Voltage(volts)) if volts in set(Voltage) else "0.4 千伏"


@require_safe
@staff_page
def checklists(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the three checklists."""
    items = reader.shelf.books.checklists.items
    groups = [(kind.value, name, items[kind]) for kind, name in INSPECTION_NAMES.items()]
    return render(request, "rules/checklists.html", {"groups": groups})
