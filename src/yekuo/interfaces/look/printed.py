"""打印件: how a PDF goes to a browser, and under which address the product is reached by whoever scans its code."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from yekuo.operations.prints import Made


def shown(made: Made) -> HttpResponse:
    """This function will show a PDF in the browser; nobody keeps a copy on the way."""
    answer = HttpResponse(made.pdf, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=made.name) or "inline"
    answer["Cache-Control"] = "private, no-store"
    return answer


def public_address(request: HttpRequest) -> str:
    """This function will give the address that stands in the code: the one set, in a demo its own, else the request's."""
    told: str = settings.PUBLIC_ADDRESS
    own = Path(settings.DATA) / "address.txt"
    if not told and settings.REHEARSAL and own.exists():
        told = own.read_text(encoding="ascii").strip()
    return (told or request.build_absolute_uri("/")).rstrip("/")
