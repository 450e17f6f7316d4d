"""查看完整信息: one masked value of the applicant in full, for a written reason, shown once and put on record."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yekuo.interfaces.desk.cases import head_of
from yekuo.interfaces.desk.reader import Reader, case_file, desk, must
from yekuo.interfaces.look.parts import Crumb
from yekuo.operations.people import REASON_AT_MOST, reveal
from yekuo.records.persons import FIELDS
from yekuo.rules.refusal import Refused

REASONS = ("联系客户", "核对证件", "现场作业", "办理合同")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk
def whole(request: HttpRequest, reader: Reader, number: str, field: str) -> HttpResponse:
    """This function will ask for the reason and then show one value once."""
    file = case_file(reader, number)
    must(reader, "reveal_personal", "查看完整个人信息")
    if field not in FIELDS or file.applicant is None:
        raise Http404("没有这一项信息。")
    reason = request.POST.get("reason", "").replace("\x00", "")[: REASON_AT_MOST * 2]
    value, refused = "", None
    if request.method == "POST":
        try:
            value = reveal(
                person=file.applicant.key, field=field, reason=reason, by=reader.actor, at=reader.at, case=file.id
            )
        except Refused as why:
            if why.code == "forbidden":
                raise PermissionDenied(why.message) from None
            refused = why
    case = Crumb(label=file.number, url=reverse("desk:case", args=(file.number,)))
    context = {
        **head_of(file, reader),
        "crumbs": [Crumb(label="在途工单", url=reverse("desk:cases")), case, Crumb(label=f"查看{FIELDS[field]}")],
        "label": FIELDS[field],
        "field": field,
        "value": value,
        "reason": reason,
        "refused": refused,
        "reasons": REASONS,
        "most": REASON_AT_MOST,
        "fragment": request.headers.get("HX-Request") == "true",
    }
    page = "desk/part_revealed.html" if context["fragment"] else "desk/reveal.html"
    return render(request, page, context)
