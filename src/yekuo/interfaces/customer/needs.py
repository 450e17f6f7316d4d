"""要办什么: from a few answers to voltage, papers, days, fees and who pays for what; nothing is kept until one starts."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yekuo.interfaces.customer import words
from yekuo.interfaces.customer.apply_forms import ACTING, ALL_USES, BUSINESSES, KINDS, OWNERSHIP, SOURCES, YES_NO
from yekuo.interfaces.customer.counted import counted, plain
from yekuo.interfaces.customer.front import here, serving, show
from yekuo.interfaces.customer.promises import fee_words, paper_row, promises
from yekuo.interfaces.look import clock
from yekuo.operations.books import Shelf, open_shelf
from yekuo.records import tables, units
from yekuo.rules.boundary import boundary_for
from yekuo.rules.calendar import day_of
from yekuo.rules.facts import Business, CustomerKind, Facts, Place
from yekuo.rules.fees import Rate, rate_of
from yekuo.rules.materials import ApplicantSituation, needed
from yekuo.rules.when import voltage_name
from yekuo.rules.wishes import Wish, first_facts

PICK = {"invalid_choice": "请从列出的里面选"}
NUMBER = {
    "invalid": "请填数字，例如 8",
    "min_value": "千瓦数要大于 0",
    "max_digits": "数字太大，请核对",
    "max_whole_digits": "数字太大，请核对",
    "max_decimal_places": "小数最多两位",
}
USUAL_KW = {"resident": Decimal(8), "nonresident": Decimal(15), "quarter": Decimal(1000)}


def _radio(label: str, choices: Iterable[tuple[str, str]], usual: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=tuple(choices),
        widget=forms.RadioSelect,
        initial=usual,
        required=False,
        error_messages=PICK,
    )


def _kilowatts(label: str, hint: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=9,
        decimal_places=2,
        min_value=Decimal("0.1"),
        help_text=hint,
        error_messages=NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


class NeedsForm(forms.Form):
    """按我的情况: what settles voltage, papers, limits and fees; everything may be left as it is."""

    use_required_attribute = False
    kind = _radio("谁用电", KINDS, "resident")
    business = _radio("要办什么", BUSINESSES, "new")
    unit = forms.ChoiceField(label="所在地区", required=False, error_messages=PICK)
    use = forms.ChoiceField(
        label="用电做什么", choices=(("", "不确定"), *ALL_USES), required=False, error_messages=PICK
    )
    load_kw = _kilowatts("需要多少千瓦", "不清楚就空着，或者数一数电器；增容只填要增加的")
    existing = _kilowatts("现在有多少千瓦", "电费单上有；新装不用填")
    private_business = _radio("是民营企业或个体工商户吗", YES_NO, "yes")
    sources = _radio("需要几路电源", SOURCES, "1")
    ownership = _radio("房子（场地）是", OWNERSHIP, "own")
    acting = _radio("谁来办", ACTING, "self")

    def __init__(self, data: Mapping[str, Any] | None, *, units: tuple[tuple[int, str], ...]) -> None:
        """This function will offer the units that take applications."""
        super().__init__(data, label_suffix="")
        self.fields["unit"].choices = [("", "请选择"), *((str(key), name) for key, name in units)]  # type: ignore[attr-defined]

    def chosen(self, name: str) -> str:
        """This function will give a choice, the usual one where nothing fitting was chosen."""
        found = self.cleaned_data.get(name) if self.is_valid() or name not in self.errors else ""
        return str(found or self.fields[name].initial or "")

    def number(self, name: str) -> Decimal:
        """This function will give a number that was typed, 0 where none fitting was."""
        self.is_valid()
        return self.cleaned_data.get(name) or Decimal(0)

    def wish(self, load: Decimal) -> Wish:
        """This function will say what is wanted, for a load in kW."""
        kind = CustomerKind(self.chosen("kind"))
        home = kind is CustomerKind.RESIDENT
        more = self.chosen("business") == Business.INCREASE.value
        return Wish(
            business=Business(self.chosen("business")),
            kind=kind,
            load_kw=load,
            existing=self.number("existing") if more else Decimal(0),
            private_business=kind is CustomerKind.NONRESIDENT and self.chosen("private_business") == "yes",
            sources=1 if home else int(self.chosen("sources")),
        )


def sample_facts(kind: CustomerKind, *, on: date) -> Facts:
    """This function will make the facts of the usual case of a kind at low voltage."""
    wish = Wish(business=Business.NEW, kind=kind, load_kw=USUAL_KW["resident"])
    return first_facts(wish, tables.schemes().transformer_sizes, table=tables.wishes(), on=on)


@login_not_required
@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """This function will tell what a situation chosen in the address needs; it writes nothing down."""
    on, shelf = day_of(clock.now(request)), open_shelf()
    names = NeedsForm(None, units=()).fields
    form = NeedsForm({name: one.initial or "" for name, one in names.items()} | request.GET.dict(), units=serving())
    more = form.chosen("business") == "increase"
    sums = counted(_use(form), request.GET.dict(), on=on, existing=form.number("existing") if more else Decimal(0))
    load = form.number("load_kw") or (sums.suggestion.load_kw if sums.suggestion else Decimal(0))
    facts = first_facts(
        form.wish(load or USUAL_KW[form.chosen("kind")]),
        tables.schemes().transformer_sizes,
        table=tables.wishes(),
        on=on,
    )
    context = {"form": form, "sums": sums, "load": plain(load) if load else "", **_told(form, facts, shelf, on)}
    return show(request, "needs", context)


def _use(form: NeedsForm) -> str:
    usual = {"resident": "life", "quarter": "life"}.get(form.chosen("kind"), "other")
    return form.chosen("use") or usual


def _told(form: NeedsForm, facts: Facts, shelf: Shelf, on: date) -> dict[str, Any]:
    place = _place(form)
    situation = ApplicantSituation(agent=form.chosen("acting") == "agent", tenant=form.chosen("ownership") == "rent")
    rows = [paper_row(one) for one in needed(facts, situation, table=shelf.books.materials)]
    low = not facts.high_voltage
    return {
        "capacity": plain(facts.capacity_kva),
        "class_words": words.CLASSES[facts.customer_class],
        "voltage": voltage_name(facts.voltage),
        "low": low,
        "now": [row for row in rows if row.needed_now],
        "later": [row for row in rows if not row.needed_now],
        "promises": promises(shelf, place, facts, on),
        "fee_words": fee_words(shelf, on),
        "rate": _rate(facts, shelf, place, on),
        "province": place.province,
        "boundary": boundary_for(facts, on, table=tables.boundaries()),
        "start": _start(form),
    }


def _place(form: NeedsForm) -> Place:
    unit = form.chosen("unit")
    return units.place_of(units.unit(int(unit))) if unit and "unit" not in form.errors else here()


def _rate(facts: Facts, shelf: Shelf, place: Place, on: date) -> Rate | None:
    """What a kVA of the smaller circuit costs, for whoever asks for more than one."""
    if facts.sources < 2:
        return None
    return rate_of(facts.voltage, on, place.province, table=shelf.books.fees)


def _start(form: NeedsForm) -> list[tuple[str, str]]:
    """The answers an application begins with, so that nothing is asked twice."""
    names = (
        "kind",
        "business",
        "unit",
        "use",
        "load_kw",
        "existing",
        "private_business",
        "sources",
        "ownership",
        "acting",
    )
    return [(name, str(form[name].value() or "")) for name in names if name not in form.errors]
