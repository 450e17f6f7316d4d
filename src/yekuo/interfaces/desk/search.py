"""搜索: a case by its number, or cases by name, identity number, phone or its last four digits, or part of the address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk import columns
from yekuo.interfaces.desk.lists import TEXT_AT_MOST
from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.interfaces.desk.rows import rows_of
from yekuo.records import worklist

MOST = 50


@require_safe
@desk
def search(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list what was found within the reader's reach; a whole number opens its case."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:TEXT_AT_MOST]
    lines = worklist.found(reader.scope, text, most=MOST) if text else ()
    if len(lines) == 1 and lines[0].number == text.upper():
        return redirect("desk:case", number=lines[0].number)
    context = {
        "text": text,
        "columns": columns.FOUND,
        "rows": rows_of(reader, lines),
        "most": MOST,
        "more": len(lines) == MOST,
    }
    return render(request, "desk/search.html", context)
