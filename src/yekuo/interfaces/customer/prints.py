"""下载表单: the papers of their own case a customer may fetch, masked, as PDF."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from yekuo.interfaces.customer.front import by, customer_only, own_case
from yekuo.interfaces.look import clock
from yekuo.interfaces.look.printed import public_address, shown
from yekuo.operations.casefile import CaseFile, NotFound
from yekuo.operations.prints import print_form, printable_by_customer
from yekuo.rules.refusal import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """可下载: one form and where it is."""

    name: str
    url: str


def prints_of(file: CaseFile) -> list[Fetch]:
    """This function will list the forms a customer may fetch from the progress page now."""
    return [
        Fetch(name=one.name, url=reverse("customer:print", args=[file.number, one.key]))
        for one in printable_by_customer(file)
    ]


@customer_only
@require_safe
def download(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """This function will give a customer a form of their own case; 404 for any other case or form."""
    file = own_case(request, number)
    try:
        made = print_form(
            number=file.number, form=form, by=by(request), at=clock.now(request), address=public_address(request)
        )
    except (NotFound, Refused):
        raise Http404 from None
    return shown(made)
