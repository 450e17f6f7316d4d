"""首页: what a stranger sees: apply, track, and what it takes; no sign-in."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yekuo.interfaces.customer.answers import FORM
from yekuo.interfaces.customer.front import here, show
from yekuo.interfaces.customer.promises import fee_words, first_answer, paper_row, promises
from yekuo.interfaces.customer.session import customer_of
from yekuo.interfaces.look import clock
from yekuo.operations.books import open_shelf
from yekuo.operations.intake import read_draft
from yekuo.records import tables
from yekuo.rules.calendar import day_of
from yekuo.rules.facts import Business, CustomerKind, Facts
from yekuo.rules.materials import ApplicantSituation, Due, needed
from yekuo.rules.wishes import Wish, first_facts

SUPPLIES = {
    "low": "低压：家用、店铺，160 千瓦以内",
    "free": "低压：民营企业、个体户，160 千瓦以内",
    "high": "高压：10 千伏，一路电源",
    "double": "高压：10 千伏，两路电源",
}


class NeedsForm(forms.Form):
    """按我的情况: a few choices that settle papers, limits and fees."""

    kind = forms.ChoiceField(
        label="谁用电",
        choices=(("resident", "居民家庭"), ("nonresident", "单位、店铺、个体户"), ("quarter", "住宅小区整体")),
        widget=forms.RadioSelect,
        initial="resident",
        required=False,
        error_messages={"invalid_choice": "请从列出的里面选"},
    )
    supply = forms.ChoiceField(
        label="用电大小",
        choices=tuple(SUPPLIES.items()),
        widget=forms.RadioSelect,
        initial="low",
        required=False,
        error_messages={"invalid_choice": "请从列出的里面选"},
    )
    ownership = forms.ChoiceField(
        label="房子（场地）是",
        choices=(("own", "自己的"), ("rent", "租来的")),
        widget=forms.RadioSelect,
        initial="own",
        required=False,
        error_messages={"invalid_choice": "请从列出的里面选"},
    )
    acting = forms.ChoiceField(
        label="谁来办",
        choices=(("self", "本人"), ("agent", "别人代办")),
        widget=forms.RadioSelect,
        initial="self",
        required=False,
        error_messages={"invalid_choice": "请从列出的里面选"},
    )

    use_required_attribute = False

    def chosen(self, name: str) -> str:
        """This function will give a choice, the usual one where nothing fitting was chosen."""
        value = self.cleaned_data.get(name) if self.is_bound and self.is_valid() else ""
        return str(value or self.fields[name].initial)

    def facts(self) -> Facts:
        """This function will make sample facts of the choices."""
        kind = CustomerKind(self.chosen("kind"))
        supply = "low" if kind is CustomerKind.RESIDENT else self.chosen("supply")
        wish = Wish(
            business=Business.NEW,
            kind=kind,
            load_kw=Decimal(700) if supply in ("high", "double") else Decimal(8),
            private_business=supply == "free",
            high_voltage=supply in ("high", "double"),
            sources=2 if supply == "double" else 1,
        )
        return first_facts(wish, tables.schemes().transformer_sizes, table=tables.wishes())

    def situation(self) -> ApplicantSituation:
        """This function will say who hands in papers."""
        return ApplicantSituation(agent=self.chosen("acting") == "agent", tenant=self.chosen("ownership") == "rent")


def _names(kind: CustomerKind) -> str:
    """What an applicant who is neither tenant nor agent brings at low voltage."""
    facts = NeedsForm({"kind": kind.value, "supply": "low"}).facts()
    wanted = needed(facts, ApplicantSituation(), table=tables.materials())
    return "、".join(one.name for one in wanted if one.due is Due.ACCEPTANCE)


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """This function will show the way in."""
    shelf, on = open_shelf(), day_of(clock.now(request))
    sample, actor = NeedsForm().facts(), customer_of(request)
    context: dict[str, Any] = {
        "first_answer": first_answer(shelf, here(), sample, on),
        "home_papers": _names(CustomerKind.RESIDENT),
        "shop_papers": _names(CustomerKind.NONRESIDENT),
        "fee_words": fee_words(shelf, on),
        "started": bool(actor and read_draft(by=actor, form=FORM)),
    }
    return show(request, "landing", context)


@login_not_required
@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """This function will list papers, limits and fees for a situation chosen in the address."""
    form = NeedsForm(request.GET if request.GET else None)
    if not form.is_bound:
        form = NeedsForm({name: field.initial for name, field in form.fields.items()})
    shelf, on = open_shelf(), day_of(clock.now(request))
    facts = form.facts()
    rows = [paper_row(one) for one in needed(facts, form.situation(), table=shelf.books.materials)]
    context: dict[str, Any] = {
        "form": form,
        "now": [row for row in rows if row.needed_now],
        "later": [row for row in rows if not row.needed_now],
        "promises": promises(shelf, here(), facts, on),
        "fee_words": fee_words(shelf, on),
    }
    return show(request, "needs", context)
