"""规则总览: what the rules in force are, what waits for somebody to confirm it, and what was changed last."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.admin.limits import waiting
from yekuo.interfaces.admin.reader import Reader, staff_page
from yekuo.operations.processes import versions
from yekuo.rules.when import in_force


@require_safe
@staff_page
def home(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show where each part of the rules stands, with the way to it."""
    limits, books = reader.shelf.limits.limits, reader.shelf.books
    found = versions()
    old = sum(one.open_cases for one in found if not one.in_force)
    return render(request, "rules/home.html", {
        "calendar": reader.calendar, "limits": len(limits), "waiting": waiting(reader), "processes": len(books.current),
        "old": old, "papers": len(books.materials.rules), "items": sum(map(len, books.checklists.items.values())),
        "fees": sum(one.allowed and in_force(reader.at.date(), one.since, one.until) for one in books.fees.items), "edition": reader.shelf.edition,
        "powers": len(reader.shelf.powers.powers), "place": reader.place,
        "keeper": reader.may("amend_limit") or reader.may("import_notice") or reader.may("publish_process"),
    })  # fmt: skip
