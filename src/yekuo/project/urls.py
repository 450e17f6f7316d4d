"""地址: every interface brings its own addresses; this file only joins those that are there."""

from importlib.util import find_spec

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

API = "yekuo.interfaces.api.urls"
DOORS = (
    ("field/", "yekuo.interfaces.field.urls"),
    ("rules/", "yekuo.interfaces.admin.urls"),
    ("desk/", "yekuo.interfaces.desk.urls"),
    ("", "yekuo.interfaces.look.urls"),
    ("", "yekuo.interfaces.customer.urls"),
)


@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """This function will answer 200 when this process can reach its database."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok\n", content_type="text/plain")


class Late(URLResolver):
    """The addresses of a door that is loaded when somebody first comes to it.

    Describing every deed to programs takes as long as all the rest of a start, and most starts serve people.
    """

    def _populate(self) -> None:
        if "urlconf_module" in self.__dict__:
            super()._populate()


handler400 = "yekuo.interfaces.look.views.bad_request"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    path("accounts/", include("yekuo.interfaces.desk.signin_urls")),
    path("accounts/", include("allauth.urls")),
]
if find_spec(API):
    urlpatterns.append(Late(RoutePattern("api/"), API, app_name="api", namespace="api"))
urlpatterns += [path(prefix, include(module)) for prefix, module in DOORS if find_spec(module)]
