"""接口地址: the operations, their description, and JSON for every address that is none."""

from django.urls import URLPattern, URLResolver, path

from yekuo.interfaces.api.answers import not_found
from yekuo.interfaces.api.door import api
from yekuo.interfaces.api.entrance import guarded
from yekuo.interfaces.api.page import openapi, operations

app_name = "api"
_patterns, _, _ = api.urls
_others = (path("", not_found, name="root"), path("<path:rest>", not_found, name="nowhere"))
urlpatterns: list[URLPattern | URLResolver] = [
    path("", operations, name="operations"),
    path("v1/openapi.json", openapi, name="openapi"),
    *(guarded(one, "v1/") for one in (*_patterns, *_others) if isinstance(one, URLPattern) and one.name != "api-root"),
]
